//! Questions, and how the built-in decompositions name them (FORMAT.md, sections 1.1, 2.2 and 3).

use crate::condition::{Broken, Condition};
use crate::model::{Good, Model, Reward};
use crate::number::Number;
use crate::optimal::read_reward;
use crate::rational::Rational;
use crate::read::{Reader, Unreadable};
use crate::region::Family;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Every,
    Some,
}

/// A set of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    Optimal(Reward),
    Good,
    Policies,
    Given,
}

/// An atom as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Atom {
    Good,
    Safe,
    Optimal(Reward),
    Value(Reward, Number),
    Most(Reward, Number),
    Reach(Number),
    Arrive(Number),
}

/// What an atom says of a policy at a distribution.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// At most this much below the best of the class.
    Regret(Reward, Rational),
    /// At least this value.
    Value(Reward, Rational),
    /// At most this value.
    Most(Reward, Rational),
    /// `C` with at most this probability.
    Reach(Rational),
    /// `C` with at least this probability.
    Arrive(Rational),
}

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Question {
    /// At each distribution of a family: every or some policy of a set has the atoms.
    Each { family: Family, scope: Scope, set: Set, atoms: Vec<Atom> },
    /// Every or some policy of a set fixed by training meets the demands.
    Policy { scope: Scope, set: Set, demands: Vec<(Family, Atom)> },
}

impl Family {
    fn read(r: &mut Reader<'_>) -> Result<Self, Unreadable> {
        let words = [("train", 0), ("deploy", 1), ("encountered", 2), ("all", 3), ("situations", 4), ("situation", 5)];
        Ok(match r.one_of(&words)? {
            0 => Self::Train,
            1 => Self::Deploy,
            2 => Self::Encountered,
            3 => Self::All,
            4 => Self::Situations,
            _ => Self::Situation(r.count()?),
        })
    }

    /// That the model has a situation that is named.
    fn is_about(self, model: &Model) -> Result<(), Broken> {
        match self {
            Self::Situation(state) if !model.situations.contains(&state) => Err(Condition::NotInModel.into()),
            _ => Ok(()),
        }
    }
}

impl Atom {
    fn read(r: &mut Reader<'_>) -> Result<Self, Unreadable> {
        let words = [("good", 0), ("safe", 1), ("optimal", 2), ("value", 3), ("most", 4), ("reach", 5), ("arrive", 6)];
        Ok(match r.one_of(&words)? {
            0 => Self::Good,
            1 => Self::Safe,
            2 => Self::Optimal(read_reward(r)?),
            3 => Self::Value(read_reward(r)?, r.number()?),
            4 => Self::Most(read_reward(r)?, r.number()?),
            5 => Self::Reach(r.number()?),
            _ => Self::Arrive(r.number()?),
        })
    }

    /// What the atom says in this model.
    pub(crate) fn test(&self, model: &Model) -> Result<Test, Broken> {
        Ok(match (self, &model.good, &model.tolerance) {
            (Self::Good, Good::Regret(slack), _) => Test::Regret(Reward::Intended, slack.clone()),
            (Self::Good, Good::Value(least), _) => Test::Value(Reward::Intended, least.clone()),
            (Self::Optimal(reward), ..) => Test::Regret(*reward, model.epsilon.clone()),
            (Self::Value(reward, least), ..) => Test::Value(*reward, least.exact()),
            (Self::Most(reward, most), ..) => Test::Most(*reward, most.exact()),
            (Self::Safe, _, Some(tolerance)) => Test::Reach(tolerance.clone()),
            (Self::Reach(most), _, Some(_)) => Test::Reach(most.exact()),
            (Self::Arrive(least), _, Some(_)) => Test::Arrive(least.exact()),
            (Self::Safe | Self::Reach(_) | Self::Arrive(_), _, None) => return Err(Condition::NotInModel.into()),
        })
    }
}

impl Set {
    fn read(r: &mut Reader<'_>, fixed: bool) -> Result<Self, Unreadable> {
        let words = [("optimal", 0), ("good", 1), ("policies", 2), ("given", 3)];
        let words = if fixed { words.get(..) } else { words.get(..3) };
        Ok(match r.one_of(words.unwrap_or(&[]))? {
            0 => Self::Optimal(read_reward(r)?),
            1 => Self::Good,
            2 => Self::Policies,
            _ => Self::Given,
        })
    }

    /// The test whose policies these are; `None` for all of the class, and for the given policy.
    pub(crate) fn test(self, model: &Model) -> Result<Option<Test>, Broken> {
        match self {
            Self::Optimal(reward) => Atom::Optimal(reward).test(model).map(Some),
            Self::Good => Atom::Good.test(model).map(Some),
            Self::Policies | Self::Given => Ok(None),
        }
    }
}

impl Question {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, Unreadable> {
        let each = r.one_of(&[("each", true), ("policy", false)])?;
        let family = if each { Some(Family::read(r)?) } else { None };
        let scope = r.one_of(&[("every", Scope::Every), ("some", Scope::Some)])?;
        let set = Set::read(r, !each)?;
        let count = r.count()?;
        if let Some(family) = family {
            let mut atoms = Vec::new();
            while atoms.len() < count {
                atoms.push(Atom::read(r)?);
            }
            return Ok(Self::Each { family, scope, set, atoms });
        }
        let mut demands = Vec::new();
        while demands.len() < count {
            demands.push((Family::read(r)?, Atom::read(r)?));
        }
        Ok(Self::Policy { scope, set, demands })
    }

    /// That the model has what the question speaks of.
    pub(crate) fn is_about(&self, model: &Model) -> Result<(), Broken> {
        let (families, atoms): (Vec<Family>, Vec<&Atom>) = match self {
            Self::Each { family, atoms, .. } => (vec![*family], atoms.iter().collect()),
            Self::Policy { scope, set, demands } => {
                if *set == Set::Given && (model.given.is_none() || *scope == Scope::Some) {
                    return Err(Condition::NotInModel.into());
                }
                demands.iter().map(|(family, atom)| (*family, atom)).unzip()
            }
        };
        families.into_iter().try_for_each(|family| family.is_about(model))?;
        atoms.into_iter().try_for_each(|atom| atom.test(model).map(|_| ()))
    }
}

/// The readings of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Every policy.
    Forall,
    /// Some policy.
    Exists,
    /// The given policy.
    Given,
}

const BUILT_IN: [&str; 10] = [
    "wentworth",
    "wentworth-literal",
    "shah-behavioural",
    "shah-catastrophe",
    "hubinger-train",
    "hubinger-encountered",
    "hubinger-all",
    "quibble",
    "quibble-safe",
    "mesa",
];

/// Whether a name `decomposition.part` belongs to a built-in decomposition.
pub(crate) fn is_built_in(name: &str) -> bool {
    name.split('.').next().is_some_and(|id| BUILT_IN.contains(&id))
}

/// Whom a part of a built-in decomposition is about.
enum Whom {
    /// `optimal specified`.
    Optimal,
    /// The policy that training returns: the given one in a model with one.
    Trained,
    /// `optimal specified`, and in the reading `given` the given policy.
    Learnable,
}

/// The question that a part of a built-in decomposition stands for under a reading (FORMAT.md, section 3); `None` if it has none.
pub(crate) fn built_in(name: &str, reading: Reading, has_given: bool) -> Option<Question> {
    use Atom::{Good, Safe};
    use Family::{All, Deploy, Encountered, Situations, Train};
    let specified = Set::Optimal(Reward::Specified);
    let optimal = || Atom::Optimal(Reward::Specified);
    let scope = if reading == Reading::Exists { Scope::Some } else { Scope::Every };
    let each = |family, set, atom| {
        let question = Question::Each { family, scope, set, atoms: vec![atom] };
        (reading != Reading::Given).then_some(question)
    };
    let policy = |whom, demands| {
        let set = match (whom, reading, has_given) {
            (Whom::Optimal, Reading::Forall | Reading::Exists, _) => specified,
            (Whom::Trained, Reading::Forall | Reading::Exists, false) => specified,
            (Whom::Learnable, Reading::Forall | Reading::Exists, _) => specified,
            (Whom::Trained | Whom::Learnable, Reading::Given, true) => Set::Given,
            _ => return None,
        };
        Some(Question::Policy { scope, set, demands })
    };
    match name {
        "wentworth.outer" => each(Deploy, specified, Good),
        "wentworth.inner" | "wentworth-literal.inner" => policy(Whom::Learnable, vec![(Deploy, optimal())]),
        "wentworth-literal.outer" => each(Deploy, Set::Good, optimal()),
        "wentworth.goal"
        | "wentworth-literal.goal"
        | "shah-behavioural.inner"
        | "shah-behavioural.goal"
        | "hubinger-train.goal"
        | "hubinger-encountered.goal"
        | "hubinger-all.goal"
        | "mesa.goal" => policy(Whom::Trained, vec![(Deploy, Good)]),
        "shah-behavioural.outer" | "hubinger-train.outer" | "quibble.outer" | "quibble-safe.outer" => {
            policy(Whom::Optimal, vec![(Train, Good)])
        }
        "shah-catastrophe.outer" => policy(Whom::Trained, vec![(Train, Good)]),
        "shah-catastrophe.inner" => policy(Whom::Trained, vec![(Deploy, Safe)]),
        "shah-catastrophe.goal" => policy(Whom::Trained, vec![(Train, Good), (Deploy, Safe)]),
        "hubinger-train.inner" => policy(Whom::Trained, vec![(Train, optimal())]),
        "hubinger-encountered.outer" | "mesa.outer" => each(Encountered, specified, Good),
        "hubinger-encountered.inner" | "hubinger-all.inner" => policy(Whom::Trained, vec![(Encountered, optimal())]),
        "hubinger-all.outer" => each(All, specified, Good),
        "quibble.inner" | "quibble.goal" => policy(Whom::Trained, vec![(Situations, Good)]),
        "quibble-safe.inner" | "quibble-safe.goal" => policy(Whom::Trained, vec![(Situations, Safe)]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Question, Reading, Set, built_in, is_built_in};
    use crate::read::Reader;

    const FORMAT: &str = include_str!("../../FORMAT.md");

    fn parse(text: &str) -> Question {
        let mut reader = Reader::new(text.as_bytes()).expect("characters");
        let question = Question::read(&mut reader).expect(text);
        assert!(reader.token().is_err(), "{text}");
        question
    }

    /// What the table of FORMAT.md, section 3, says, for a reading and a model with or without a given policy.
    fn documented(template: &str, reading: Reading, given: bool) -> Option<Question> {
        let (forall, exists) = (reading == Reading::Forall, reading == Reading::Exists);
        let trained = template.contains("TRAINED");
        let learnable = template.contains("LEARNABLE");
        let of_given = reading == Reading::Given;
        if (trained && given != of_given) || (of_given && !given) || (of_given && !trained && !learnable) {
            return None;
        }
        let whom = if of_given { "given" } else { "optimal specified" };
        let scope = if exists { "some" } else { "every" };
        assert!(forall || exists || of_given);
        Some(parse(&template.replace('*', scope).replace("TRAINED", whom).replace("LEARNABLE", whom)))
    }

    #[test]
    fn the_table_is_the_documented_one() {
        let section = FORMAT.split("## 3. ").nth(1).and_then(|rest| rest.split("\n## 4.").next()).expect("section 3");
        let mut names = 0;
        for line in section.lines().filter(|line| line.starts_with("| `")) {
            let columns: Vec<&str> = line.split('|').collect();
            let template = columns[2].trim().trim_matches('`');
            let mut id = String::new();
            for name in columns[1].split(',').map(|name| name.trim().trim_matches('`')) {
                // `.goal` after `quibble.inner` is `quibble.goal`.
                let name = if name.starts_with('.') { format!("{id}{name}") } else { name.to_owned() };
                id = name.split('.').next().expect("an id").to_owned();
                for reading in [Reading::Forall, Reading::Exists, Reading::Given] {
                    for given in [false, true] {
                        assert_eq!(
                            built_in(&name, reading, given),
                            documented(template, reading, given),
                            "{name} {reading:?} {given}"
                        );
                    }
                }
                names += 1;
            }
        }
        assert_eq!(names, 29);
    }

    #[test]
    fn names_of_built_in_decompositions_are_reserved() {
        assert!(is_built_in("mesa.inner") && is_built_in("quibble.other") && is_built_in("wentworth-literal.x"));
        assert!(!is_built_in("wentworth2.outer") && !is_built_in("hand.mesa"));
        assert_eq!(built_in("mesa.inner", Reading::Forall, false), None);
    }

    #[test]
    fn what_is_no_question() {
        assert!(matches!(parse("policy every given 0"), Question::Policy { set: Set::Given, .. }));
        for text in [
            "each deploy every given 0",
            "each every good 0",
            "policy deploy every good 0",
            "policy all good 0",
            "each all every optimal 0",
            "policy every good 1 safe",
        ] {
            assert!(Question::read(&mut Reader::new(text.as_bytes()).expect("characters")).is_err(), "{text}");
        }
    }
}

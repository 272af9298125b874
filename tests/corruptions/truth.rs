//! Whether what an accepted certificate claims is true, by enumeration.

use std::collections::BTreeMap;

use lavaproof::decomposition::{Half, Reading, Status};
use lavaproof::problem::{Good, Problem};

use crate::explicit::{number, tokens};
use crate::oracle::decide::{Oracle, Property, Reward};
use crate::oracle::family::Family;
use crate::oracle::question::{Question, Set};
use crate::oracle::{Expected, Key, expected};

/// What a certificate says, read from its text.
#[derive(Debug)]
pub struct Claimed {
    name: String,
    reading: String,
    holds: bool,
    /// Each question with its answer; `None` where it is open.
    questions: Vec<(Question, Option<bool>)>,
    formula: Vec<String>,
}

/// A problem with what enumeration says about it.
pub struct Truth<'p> {
    problem: &'p Problem,
    oracle: Oracle<'p>,
    expected: BTreeMap<Key, Expected>,
}

impl<'p> Truth<'p> {
    /// Evaluates every policy of a problem without a horizon.
    pub fn new(problem: &'p Problem) -> Self {
        Self { problem, oracle: Oracle::new(problem), expected: expected(problem) }
    }

    /// Whether an accepted text claims something true; `None` where enumeration does not know.
    ///
    /// # Errors
    /// What is claimed and false.
    pub fn of(&self, certificate: &str) -> Result<Option<()>, String> {
        let claimed = claimed(certificate, self.problem).ok_or("an accepted head that means nothing")?;
        let mut known = Some(());
        for (question, answer) in &claimed.questions {
            match (answer, self.oracle.answer(question)) {
                (Some(answer), Some(truth)) if *answer != truth => {
                    return Err(format!("{question:?} is said to be {answer}"));
                }
                (Some(_), None) => known = None,
                _ => {}
            }
        }
        if claimed.combined() != Some(Some(claimed.holds)) {
            return Err(format!("the answers do not combine to {}", claimed.holds));
        }
        if let Some(Expected::Exactly(status)) = claimed.key().and_then(|key| self.expected.get(&key)) {
            let said = if claimed.holds { Status::Holds } else { Status::Fails };
            if said != *status {
                return Err(format!("{}[{}] is said to be {said}, and is {status}", claimed.name, claimed.reading));
            }
        }
        Ok(known)
    }
}

impl Claimed {
    /// The part that it is about, by its name.
    pub fn key(&self) -> Option<Key> {
        let (id, part) = self.name.split_once('.')?;
        let half = Half::ALL.into_iter().find(|half| half.to_string() == part)?;
        let readings = [Reading::Forall, Reading::Exists, Reading::Given];
        let reading = readings.into_iter().find(|reading| reading.to_string() == self.reading)?;
        Some((id.to_owned(), half, reading))
    }

    /// Whether it is said to hold.
    pub fn holds(&self) -> bool {
        self.holds
    }

    fn combined(&self) -> Option<Option<bool>> {
        let mut stack: Vec<Option<bool>> = Vec::new();
        for word in &self.formula {
            let value = match word.as_str() {
                "not" => stack.pop()?.map(|value| !value),
                "and" | "or" => {
                    let decisive = word == "or";
                    let (right, left) = (stack.pop()?, stack.pop()?);
                    if left == Some(decisive) || right == Some(decisive) { Some(decisive) } else { left.and(right) }
                }
                index => self.questions.get(index.parse::<usize>().ok()?)?.1,
            };
            stack.push(value);
        }
        let result = stack.pop()?;
        stack.is_empty().then_some(result)
    }
}

/// The head of a certificate about a problem.
pub fn claimed(certificate: &str, problem: &Problem) -> Option<Claimed> {
    let mut read = Words { words: tokens(certificate).into_iter(), problem };
    for word in ["lavaproof-certificate", "1", "model"] {
        read.expect(word)?;
    }
    read.word()?;
    read.expect("claim")?;
    let (name, reading) = (read.word()?.to_owned(), read.word()?.to_owned());
    let holds = read.answer()??;
    read.expect("questions")?;
    let count: usize = read.word()?.parse().ok()?;
    let questions = (0..count).map(|_| Some((read.question()?, read.answer()?))).collect::<Option<_>>()?;
    read.expect("combine")?;
    let count: usize = read.word()?.parse().ok()?;
    let formula = (0..count).map(|_| read.word().map(str::to_owned)).collect::<Option<_>>()?;
    Some(Claimed { name, reading, holds, questions, formula })
}

struct Words<'t, 'p> {
    words: std::vec::IntoIter<&'t str>,
    problem: &'p Problem,
}

impl<'t> Words<'t, '_> {
    fn word(&mut self) -> Option<&'t str> {
        self.words.next()
    }

    fn expect(&mut self, word: &str) -> Option<()> {
        (self.word()? == word).then_some(())
    }

    fn answer(&mut self) -> Option<Option<bool>> {
        match self.word()? {
            "holds" => Some(Some(true)),
            "fails" => Some(Some(false)),
            "open" => Some(None),
            _ => None,
        }
    }

    fn family(&mut self) -> Option<Family> {
        Some(match self.word()? {
            "train" => Family::Training,
            "deploy" => Family::Deployment,
            "encountered" => Family::Encountered,
            "all" => Family::All,
            "situations" => Family::Situations,
            "situation" => {
                let state: usize = self.word()?.parse().ok()?;
                Family::Situation(self.problem.situations.iter().position(|&situation| situation == state)?)
            }
            _ => return None,
        })
    }

    fn every(&mut self) -> Option<bool> {
        match self.word()? {
            "every" => Some(true),
            "some" => Some(false),
            _ => None,
        }
    }

    fn reward(&mut self) -> Option<Reward> {
        match self.word()? {
            "specified" => Some(Reward::Specified),
            "intended" => Some(Reward::Intended),
            _ => None,
        }
    }

    fn good(&self) -> Property {
        match &self.problem.good {
            Good::Regret(regret) => Property::Regret(Reward::Intended, regret.clone()),
            Good::Value(value) => Property::Value(Reward::Intended, value.clone()),
        }
    }

    fn set(&mut self) -> Option<Set> {
        Some(match self.word()? {
            "optimal" => Set::With(Property::Regret(self.reward()?, self.problem.learner.epsilon.clone())),
            "good" => Set::With(self.good()),
            "policies" => Set::Class,
            "given" => Set::Given,
            _ => return None,
        })
    }

    fn property(&mut self) -> Option<Property> {
        Some(match self.word()? {
            "good" => self.good(),
            "safe" => Property::Reach(self.problem.catastrophe.as_ref()?.tolerance.clone()),
            "optimal" => Property::Regret(self.reward()?, self.problem.learner.epsilon.clone()),
            "value" => Property::Value(self.reward()?, number(self.word()?)?),
            "most" => Property::Most(self.reward()?, number(self.word()?)?),
            "reach" => Property::Reach(number(self.word()?)?),
            "arrive" => Property::Arrive(number(self.word()?)?),
            _ => return None,
        })
    }

    fn question(&mut self) -> Option<Question> {
        Some(match self.word()? {
            "each" => {
                let (family, every, set) = (self.family()?, self.every()?, self.set()?);
                let count: usize = self.word()?.parse().ok()?;
                let properties = (0..count).map(|_| self.property()).collect::<Option<_>>()?;
                Question::Each { family, every, set, properties }
            }
            "policy" => {
                let (every, set) = (self.every()?, self.set()?);
                let count: usize = self.word()?.parse().ok()?;
                let demands = (0..count).map(|_| Some((self.family()?, self.property()?))).collect::<Option<_>>()?;
                Question::Policy { every, set, demands }
            }
            _ => return None,
        })
    }
}

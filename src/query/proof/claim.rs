//! What a value means in terms of policies, and the proof of it (`proofs/FORMAT.md`, sections 1.7 and 2.2).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::budget::Budget;
use crate::mdp::{ChoiceId, Rational, StateId, StateSet, token};
use crate::query::meaning::What;
use crate::query::proof::beyond::{endless_costs, missed};
use crate::query::proof::shape::Shape;
use crate::query::proof::source::{Side, Source};
use crate::query::proof::walk::{Options, ranks, reached};
use crate::query::proof::{HEAD, Unproved};
use crate::query::{Asked, Query};
use crate::solve::{Measure, Optimum, Sense, optimum};

/// A refutation whose only constraint is that an atom is broken: closed by one bound.
const BREAK: &str = "refutation free constraints 1 break close 1 d 0";

/// Where each bound of a listed policy stands.
const SPECIFIED_LOWER: usize = 0;
const SPECIFIED_UPPER: usize = 1;
const REACH_LOWER: usize = 4;
const REACH_UPPER: usize = 5;

/// What is proved about the policies of a case.
enum Goal {
    /// Bounds of the reward.
    Reward,
    /// Bounds of the probability of reaching the goal.
    Reach,
}

/// The certificate in the making.
struct Draft<'a> {
    shape: &'a Shape<'a>,
    vectors: Vec<String>,
    policies: Vec<String>,
    /// Questions with their proofs.
    questions: Vec<(String, String)>,
}

/// The certificate that the values at some situations are what the source says, without the digest of the model.
pub(super) fn claimed(
    shape: &Shape<'_>,
    source: &Source<'_>,
    query: &Query,
    situations: &[StateId],
    budget: &Budget,
) -> Result<String, Unproved> {
    let mut draft = Draft { shape, vectors: Vec::new(), policies: Vec::new(), questions: Vec::new() };
    let (finite, infinite): (Vec<StateId>, Vec<StateId>) =
        situations.iter().partition(|&&state| source.is_finite(state));
    if !finite.is_empty() {
        draft.finite(source, &finite, budget)?;
    }
    if !infinite.is_empty() {
        if let Source::Exact(optimum) = source
            && infinite.iter().any(|&state| optimum.is_unattained(state))
        {
            return Err(Unproved::Unattained);
        }
        draft.infinite(source, &infinite, budget)?;
    }
    let asked = Query { asked: Asked::Value(query.sense()), ..query.clone() };
    Ok(draft.text(&format!("solve.{}", token(&asked.to_string()))))
}

impl Draft<'_> {
    fn vector(&mut self, text: String) -> usize {
        self.vectors.push(text);
        self.vectors.len() - 1
    }

    fn ask(&mut self, scope: &str, situation: StateId, atoms: &[String], proof: String) {
        let mut question = format!("policy {scope} policies {}", atoms.len());
        for atom in atoms {
            let _ = write!(question, " situation {situation} {atom}");
        }
        self.questions.push((question, proof));
    }

    /// Every policy: one refutation for each bound.
    fn every(&mut self, situation: StateId, atoms: &[String], bounds: &[&str]) {
        let proofs: Vec<String> = bounds.iter().map(|bound| format!("pieces {BREAK} {bound}")).collect();
        self.ask("every", situation, atoms, proofs.join("\n"));
    }

    /// The listed policy of a number.
    fn some(&mut self, situation: StateId, atom: String, policy: usize) {
        self.ask("some", situation, &[atom], format!("{policy} nothing pieces refute {BREAK}"));
    }

    /// A bound for all policies or for one: the reference to it.
    fn bound(
        &mut self,
        source: &Source<'_>,
        situations: &[StateId],
        options: &Options<'_>,
        (goal, side, ranked): (&Goal, Side, bool),
        beyond: &dyn Fn(&StateSet) -> Result<BTreeMap<StateId, Rational>, Unproved>,
    ) -> Result<String, Unproved> {
        let shape = self.shape;
        let lower_reach = matches!(goal, Goal::Reach) && !side.upper;
        let ends = |state: StateId| shape.is_over(state) || (lower_reach && !source.is_positive(state));
        let domain = reached(shape, situations, options, &ends);
        let rank = if ranked { Some(ranks(shape, &domain, options, &ends).ok_or(Unproved::Ranks)?) } else { None };
        let beyond = beyond(&domain)?;
        let text = source.vector(&domain, shape.mdp().states(), side, &|state| beyond.get(&state).cloned());
        let vector = self.vector(text);
        let rank = match rank {
            Some(ranks) => self.rank(&ranks, &domain),
            None => "-".to_owned(),
        };
        Ok(format!("{vector} {} {rank}", source.shift(side)))
    }

    fn rank(&mut self, ranks: &[u32], domain: &StateSet) -> String {
        let number = |state: StateId| if domain.contains(state) { i64::from(ranks[state]) } else { -1 };
        let text = column(0, ranks.len(), number);
        self.vector(text).to_string()
    }

    /// Lists a policy, as far as it goes from some situations, with one bound.
    fn policy(
        &mut self,
        situations: &[StateId],
        policy: &dyn Fn(StateId) -> Option<ChoiceId>,
        place: usize,
        bound: &str,
    ) -> usize {
        let shape = self.shape;
        let domain = reached(shape, situations, &Options::Policy(policy), &|state| shape.is_over(state));
        let mut text = String::from("policy");
        for state in (0..shape.mdp().states()).filter(|&state| !shape.is_over(state)) {
            let _ = if domain.contains(state) {
                write!(text, " 1 {} 1", shape.number(state, policy(state)))
            } else {
                write!(text, " -")
            };
        }
        for other in 0..6 {
            let _ = write!(text, " {}", if other == place { bound } else { "-" });
        }
        self.policies.push(text);
        self.policies.len() - 1
    }

    fn finite(&mut self, source: &Source<'_>, situations: &[StateId], budget: &Budget) -> Result<(), Unproved> {
        let (shape, max) = (self.shape, self.shape.meaning.sense == Sense::Max);
        let (goal, total) = match shape.meaning.what {
            What::Probability => (Goal::Reach, false),
            What::Discounted(..) => (Goal::Reward, false),
            What::Reward(_) => (Goal::Reward, true),
        };
        let reach = matches!(goal, Goal::Reach);
        // Costs are rewards with the sign changed, so that less is more.
        let flipped = shape.is_negated();
        let all = if reach {
            (Side { upper: max, negated: false }, !max)
        } else if total {
            (Side { upper: max, negated: flipped }, false)
        } else {
            (Side { upper: max, negated: !max }, false)
        };
        let own = if reach {
            (Side { upper: !max, negated: false }, max)
        } else {
            (Side { upper: !max, negated: flipped }, total)
        };
        let none = |_: &StateSet| Ok(BTreeMap::new());
        let endless = |domain: &StateSet| {
            if domain.ones().all(|state| source.is_finite(state)) {
                return Ok(BTreeMap::new());
            }
            let largest = largest_probability(shape, budget)?;
            endless_costs(shape, source, all.0, domain, &largest).ok_or(Unproved::Endless)
        };
        let every = self.bound(source, situations, &Options::All, (&goal, all.0, all.1), &endless)?;
        budget.check()?;
        let choose = |state: StateId| source.choice(state);
        let one = self.bound(source, situations, &Options::Policy(&choose), (&goal, own.0, own.1), &none)?;
        budget.check()?;
        let place = match (reach, max || total) {
            (true, true) => REACH_LOWER,
            (true, false) => REACH_UPPER,
            (false, true) => SPECIFIED_LOWER,
            (false, false) => SPECIFIED_UPPER,
        };
        let policy = self.policy(situations, &choose, place, &one);
        let arrives = if total && max { Some(self.arrives(situations)?) } else { None };
        for &situation in situations {
            let number = |side: Side| source.at(situation, side).ok_or(Unproved::Endless);
            let (high, low) = (number(Side { upper: true, negated: false })?, number(Side { upper: false, negated: false })?);
            let (limit, attained) = match (reach, max, total) {
                (true, true, _) => (format!("reach {high}"), format!("arrive {low}")),
                (true, false, _) => (format!("arrive {low}"), format!("reach {high}")),
                (false, true, _) => (format!("most specified {high}"), format!("value specified {low}")),
                (false, false, false) => (format!("value specified {low}"), format!("most specified {high}")),
                (false, false, true) => (format!("most specified {}", -low), format!("value specified {}", -high)),
            };
            match &arrives {
                Some(arrives) => self.every(situation, &[limit, "arrive 1".into()], &[&every, arrives]),
                None => self.every(situation, &[limit], &[&every]),
            }
            self.some(situation, attained, policy);
        }
        Ok(())
    }

    /// That every policy surely reaches the goal.
    fn arrives(&mut self, situations: &[StateId]) -> Result<String, Unproved> {
        let shape = self.shape;
        let ends = |state: StateId| shape.is_over(state);
        let domain = reached(shape, situations, &Options::All, &ends);
        let ranks = ranks(shape, &domain, &Options::All, &ends).ok_or(Unproved::Ranks)?;
        let text = column(0, ranks.len(), |state| if domain.contains(state) { 1 } else { -1 });
        let (vector, rank) = (self.vector(text), self.rank(&ranks, &domain));
        Ok(format!("{vector} 0 {rank}"))
    }

    /// Infinite rewards: the goal is not surely reached, by some policy for the largest, by every policy for the least.
    fn infinite(&mut self, source: &Source<'_>, situations: &[StateId], budget: &Budget) -> Result<(), Unproved> {
        let shape = self.shape;
        if shape.meaning.sense == Sense::Min {
            let largest = largest_probability(shape, budget)?;
            let exact = Source::Exact(&largest);
            let side = Side { upper: true, negated: false };
            let none = |_: &StateSet| Ok(BTreeMap::new());
            let bound = self.bound(&exact, situations, &Options::All, (&Goal::Reach, side, false), &none)?;
            for &situation in situations {
                let most = exact.at(situation, side).ok_or(Unproved::Endless)?;
                self.every(situation, &[format!("reach {most}")], &[&bound]);
            }
            return Ok(());
        }
        let choose = |state: StateId| source.choice(state);
        let domain = reached(shape, situations, &Options::Policy(&choose), &|state| shape.is_over(state));
        let exponents = missed(shape, &domain, &choose);
        let power = |exponent: &usize| Rational::ONE / Rational::from(dashu_int::UBig::ONE << *exponent);
        let mut text = format!("rational {}", shape.mdp().states());
        for state in 0..shape.mdp().states() {
            let _ = match exponents.get(&state) {
                _ if !domain.contains(state) => write!(text, " -"),
                None => write!(text, " 1"),
                Some(exponent) => write!(text, " {}", Rational::ONE - power(exponent)),
            };
        }
        let vector = self.vector(text);
        let policy = self.policy(situations, &choose, REACH_UPPER, &format!("{vector} 0 -"));
        for &situation in situations {
            let exponent = exponents.get(&situation).ok_or(Unproved::Endless)?;
            self.some(situation, format!("reach {}", Rational::ONE - power(exponent)), policy);
        }
        Ok(())
    }

    fn text(self, name: &str) -> String {
        let length = self.vectors.iter().chain(&self.policies).map(String::len).sum::<usize>();
        let mut text = String::with_capacity(length + 256 * (self.questions.len() + 4));
        let _ = write!(text, "{HEAD}\nclaim {name} forall holds\nquestions {}\n", self.questions.len());
        for (question, _) in &self.questions {
            let _ = writeln!(text, "{question} holds");
        }
        let _ = write!(text, "combine {} 0", (2 * self.questions.len()).saturating_sub(1));
        for number in 1..self.questions.len() {
            let _ = write!(text, " {number} and");
        }
        for (what, entries) in [("vectors", self.vectors), ("policies", self.policies)] {
            let _ = write!(text, "\n{what} {}", entries.len());
            for entry in entries {
                text.push('\n');
                text.push_str(&entry);
            }
        }
        text.push_str("\noptimal 0\nproofs\n");
        for (_, proof) in &self.questions {
            let _ = writeln!(text, "{proof}");
        }
        text.push_str("end\n");
        text
    }
}

/// The largest probability of reaching the goal.
fn largest_probability(shape: &Shape<'_>, budget: &Budget) -> Result<Optimum, Unproved> {
    let reach = Measure::Until { stay: &shape.meaning.stay, goal: &shape.meaning.goal };
    Ok(optimum(shape.mdp(), &reach, Sense::Max, budget)?)
}

/// A vector of integers; negative ones stand for no entry.
fn column(bits: u32, count: usize, number: impl Fn(StateId) -> i64) -> String {
    let mut text = format!("dyadic {bits} {count}");
    for state in 0..count {
        let entry = number(state);
        let _ = if entry < 0 { write!(text, " -") } else { write!(text, " {entry}") };
    }
    text
}

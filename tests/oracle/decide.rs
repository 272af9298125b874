//! Deciding each part of each decomposition by its definition: every policy against every competitor, at every
//! distribution.

use std::collections::BTreeMap;

use lavaproof::decomposition::{Reading, Status};
use lavaproof::mdp::{Rational, Value};
use lavaproof::problem::{Good, PolicyClass, Problem};

use super::Expected;
use super::definitions::{Atom, Claim};
use super::exact::negated;
use super::family::{Family, members};
use super::outcome::{Outcome, mean, outcome, outcomes};
use super::region::{Region, Row};

/// Distributions at which every value that counts is finite or counts as −∞ throughout.
pub(super) struct Piece {
    pub(super) region: Region,
    /// The situations whose values count.
    support: Vec<usize>,
    /// The competitors for the specified and for the intended reward: the best value is the largest of them.
    best: [Vec<Row>; 2],
}

/// A property of a policy at a distribution, with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Property {
    /// At most this much below the best of the class, in the specified or in the intended reward.
    Regret(Reward, Rational),
    /// At least this value.
    Value(Reward, Rational),
    /// At most this value; a policy that may never stop has less than any.
    Most(Reward, Rational),
    /// The catastrophe with at most this probability.
    Reach(Rational),
    /// The catastrophe with at least this probability.
    Arrive(Rational),
}

/// One of the two rewards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reward {
    /// What the designer wrote.
    Specified,
    /// What they meant.
    Intended,
}

/// A problem, unrolled where it had a horizon, with all that its deterministic policies do.
pub struct Oracle<'a> {
    pub(super) problem: &'a Problem,
    pub(super) class: Vec<Outcome>,
    pub(super) given: Option<Outcome>,
    /// Whether some policy has the value −∞ somewhere.
    endless: bool,
    pub(super) pieces: BTreeMap<Family, Vec<Piece>>,
}

impl<'a> Oracle<'a> {
    /// Evaluates every policy.
    pub fn new(problem: &'a Problem) -> Self {
        let given = problem.learner.given.as_ref().map(|policy| outcome(problem, policy, &problem.situations));
        let class = outcomes(problem);
        let endless = class.iter().chain(&given).any(|policy| policy.specified.contains(&Value::MinusInfinity));
        let mut oracle = Self { problem, class, given, endless, pieces: BTreeMap::new() };
        let families = [Family::Training, Family::Deployment, Family::Encountered, Family::All, Family::Situations];
        let single = (0..problem.situations.len()).map(Family::Situation);
        for family in families.into_iter().chain(single) {
            oracle.pieces.insert(family, oracle.pieces_of(family));
        }
        oracle
    }

    fn pieces_of(&self, family: Family) -> Vec<Piece> {
        let size = self.problem.situations.len();
        let mut pieces = Vec::new();
        for region in members(self.problem, family) {
            let parts =
                if self.endless { region.by_support(size) } else { vec![(region, (0..size).collect::<Vec<_>>())] };
            for (region, support) in parts {
                let best = [|policy: &Outcome| policy.specified.clone(), |policy: &Outcome| policy.intended.clone()]
                    .map(|values| competitors(self.class.iter().filter_map(|policy| on(&support, &values(policy)))));
                pieces.push(Piece { region, support, best });
            }
        }
        pieces
    }

    /// What an atom says in this problem; `None` where the problem has no catastrophe to speak of.
    fn property(&self, atom: Atom) -> Option<Property> {
        Some(match (atom, &self.problem.good) {
            (Atom::Optimal, _) => Property::Regret(Reward::Specified, self.problem.learner.epsilon.clone()),
            (Atom::Good, Good::Regret(regret)) => Property::Regret(Reward::Intended, regret.clone()),
            (Atom::Good, Good::Value(threshold)) => Property::Value(Reward::Intended, threshold.clone()),
            (Atom::Safe, _) => Property::Reach(self.problem.catastrophe.as_ref()?.tolerance.clone()),
        })
    }

    /// The inequalities that say that a policy has a property; `None` when it cannot have it.
    fn rows(&self, policy: &Outcome, atom: Atom, piece: &Piece) -> Option<Vec<Row>> {
        Self::property_rows(policy, &self.property(atom)?, piece)
    }

    /// The same for a property with its number.
    pub(super) fn property_rows(policy: &Outcome, property: &Property, piece: &Piece) -> Option<Vec<Row>> {
        let values = |reward: &Reward| match reward {
            Reward::Specified => (&policy.specified, &piece.best[0]),
            Reward::Intended => (&policy.intended, &piece.best[1]),
        };
        let against = |values: &[Value], best: &[Row], slack: &Rational| {
            let own = on(&piece.support, values)?;
            let row = |best: &Row| own.iter().zip(best).map(|(own, best)| own - best + slack).collect();
            assert!(!best.is_empty(), "no policy has a finite value: such a file is refused");
            Some(best.iter().map(row).collect())
        };
        match property {
            Property::Regret(reward, slack) => {
                let (values, best) = values(reward);
                against(values, best, slack)
            }
            Property::Value(reward, threshold) => {
                let own = on(&piece.support, values(reward).0)?;
                Some(vec![own.iter().map(|value| value - threshold).collect()])
            }
            Property::Most(reward, most) => Some(
                on(&piece.support, values(reward).0)
                    .map(|own| own.iter().map(|value| most - value).collect())
                    .into_iter()
                    .collect(),
            ),
            Property::Arrive(least) => Some(vec![policy.reach.iter().map(|reach| reach - least).collect()]),
            Property::Reach(tolerance) => Some(vec![policy.reach.iter().map(|reach| tolerance - reach).collect()]),
        }
    }

    /// Whether a policy lacks a property somewhere in a region of a piece.
    fn lacks_in(&self, policy: &Outcome, atom: Atom, piece: &Piece, region: &Region) -> bool {
        match self.rows(policy, atom, piece) {
            None => !region.is_empty(),
            Some(rows) => rows.iter().any(|row| !region.more_than(&negated(row)).is_empty()),
        }
    }

    /// Whether a policy has every property at every distribution of its family.
    pub fn keeps(&self, policy: &Outcome, properties: &[(Family, Atom)]) -> bool {
        properties.iter().all(|(family, atom)| {
            self.pieces[family].iter().all(|piece| !self.lacks_in(policy, *atom, piece, &piece.region))
        })
    }

    /// Whether a policy has the first property and lacks the second at some distribution of the family.
    fn breaks(&self, policy: &Outcome, family: Family, first: Atom, second: Atom) -> bool {
        self.pieces[&family].iter().any(|piece| {
            self.rows(policy, first, piece).is_some_and(|rows| {
                let region = rows.iter().fold(piece.region.clone(), |region, row| region.at_least(row));
                !region.is_empty() && self.lacks_in(policy, second, piece, &region)
            })
        })
    }

    /// Whether a policy, of any kind, shows that a claim does not hold of all.
    pub fn refutes(&self, policy: &Outcome, claim: &Claim) -> bool {
        match *claim {
            Claim::Inclusion(family, first, second) => self.breaks(policy, family, first, second),
            Claim::Trained(properties) | Claim::OptimalInTraining(properties) => {
                self.is_optimal_in_training(policy) && !self.keeps(policy, properties)
            }
            Claim::Mesa => false,
        }
    }

    /// Whether a policy, of any kind, shows that a claim about trained policies holds of some.
    pub fn provides(&self, policy: &Outcome, claim: &Claim) -> bool {
        match *claim {
            Claim::Trained(properties) | Claim::OptimalInTraining(properties) => {
                self.is_optimal_in_training(policy) && self.keeps(policy, properties)
            }
            Claim::Inclusion(..) | Claim::Mesa => false,
        }
    }

    /// Whether at every distribution some policy has both properties.
    fn meets(&self, family: Family, first: Atom, second: Atom) -> bool {
        self.pieces[&family].iter().all(|piece| {
            let both = |policy: &Outcome| {
                let mut rows = self.rows(policy, first, piece)?;
                rows.extend(self.rows(policy, second, piece)?);
                Some(rows)
            };
            let cells: Vec<Vec<Row>> = self.class.iter().filter_map(both).collect();
            !piece.region.escapes(&cells)
        })
    }

    fn is_optimal_in_training(&self, policy: &Outcome) -> bool {
        self.keeps(policy, &[(Family::Training, Atom::Optimal)])
    }

    /// Every reading that a part has, with its answer.
    pub fn answers(&self, claim: &Claim) -> Vec<(Reading, Expected)> {
        let both = |answer: &dyn Fn(Reading) -> Expected| {
            [Reading::Forall, Reading::Exists].map(|reading| (reading, answer(reading))).to_vec()
        };
        let about_given = |properties| {
            self.given.iter().map(move |given| (Reading::Given, self.settled(self.keeps(given, properties))))
        };
        let about_trained = |answer: &dyn Fn(Reading) -> Expected| match &self.given {
            Some(_) => vec![(Reading::Given, answer(Reading::Given))],
            None => both(answer),
        };
        let unsafe_to_ask = |properties: &[(Family, Atom)]| {
            self.problem.catastrophe.is_none() && properties.iter().any(|(_, atom)| *atom == Atom::Safe)
        };
        match *claim {
            Claim::Inclusion(family, first, second) => both(&|reading| match reading {
                Reading::Forall => self.inclusion(family, first, second),
                _ => self.settled(self.meets(family, first, second)),
            }),
            Claim::OptimalInTraining(properties) => {
                both(&|reading| self.trained(reading, properties)).into_iter().chain(about_given(properties)).collect()
            }
            Claim::Trained(properties) if unsafe_to_ask(properties) => {
                about_trained(&|_| Expected::Exactly(Status::NotApplicable))
            }
            Claim::Trained(properties) => match &self.given {
                Some(_) => about_given(properties).collect(),
                None => both(&|reading| self.trained(reading, properties)),
            },
            Claim::Mesa => super::mesa::answers(self.problem),
        }
    }

    /// Whether deterministic policies are the class, or achieve what randomised ones do: with full observation and
    /// `ε = 0`, two exceptions aside.
    pub fn deterministic_suffice(&self) -> bool {
        self.problem.policy_class() == PolicyClass::Deterministic
            || self.problem.observations.is_none() && self.problem.learner.epsilon.is_zero()
    }

    /// The best value of the deterministic policies at a distribution.
    pub fn best(&self, specified: bool, masses: &[Rational]) -> Value {
        let values = |policy: &Outcome| mean(if specified { &policy.specified } else { &policy.intended }, masses);
        self.class.iter().map(values).max().expect("there is a policy")
    }

    fn settled(&self, answer: bool) -> Expected {
        match (self.deterministic_suffice(), answer) {
            (false, _) => Expected::Unsettled,
            (true, true) => Expected::Exactly(Status::Holds),
            (true, false) => Expected::Exactly(Status::Fails),
        }
    }

    fn inclusion(&self, family: Family, first: Atom, second: Atom) -> Expected {
        let included = !self.class.iter().any(|policy| self.breaks(policy, family, first, second));
        if included && first == Atom::Good && randomising_may_help(self.problem) {
            return if self.endless { Expected::Unsettled } else { self.settled(!self.mixture_escapes(family)) };
        }
        self.settled(included)
    }

    /// Whether some mixture of policies is good and not optimal although no single policy is: exactly where one
    /// policy is better than good needs and another one is not optimal, mixed in a little.
    fn mixture_escapes(&self, family: Family) -> bool {
        self.pieces[&family].iter().any(|piece| {
            let better_than_needed: Vec<Region> = match &self.problem.good {
                Good::Regret(_) => vec![piece.region.clone()],
                Good::Value(_) => self
                    .class
                    .iter()
                    .filter_map(|policy| self.rows(policy, Atom::Good, piece))
                    .map(|rows| piece.region.more_than(&rows[0]))
                    .collect(),
            };
            better_than_needed
                .iter()
                .any(|region| self.class.iter().any(|policy| self.lacks_in(policy, Atom::Optimal, piece, region)))
        })
    }

    fn trained(&self, reading: Reading, properties: &[(Family, Atom)]) -> Expected {
        let trained: Vec<&Outcome> = self.class.iter().filter(|policy| self.is_optimal_in_training(policy)).collect();
        assert!(!trained.is_empty(), "some policy is the best");
        if reading == Reading::Forall {
            return self.settled(trained.iter().all(|policy| self.keeps(policy, properties)));
        }
        let some = |properties: &[(Family, Atom)]| trained.iter().any(|policy| self.keeps(policy, properties));
        let tolerant = self.problem.catastrophe.as_ref().is_some_and(|catastrophe| !catastrophe.tolerance.is_zero());
        let found = some(properties);
        let each_alone = properties.iter().all(|property| some(std::slice::from_ref(property)));
        if properties.len() > 1 && !found && each_alone && tolerant && randomising_may_help(self.problem) {
            return Expected::Unsettled;
        }
        self.settled(found)
    }
}

/// Whether randomised policies may be good where no deterministic one is that does the same.
fn randomising_may_help(problem: &Problem) -> bool {
    let slack = match &problem.good {
        Good::Regret(regret) => !regret.is_zero(),
        Good::Value(_) => true,
    };
    slack && problem.policy_class() == PolicyClass::Stationary
}

/// The values on the support, 0 elsewhere; `None` when one on the support is −∞.
fn on(support: &[usize], values: &[Value]) -> Option<Row> {
    let entry = |(x, value): (usize, &Value)| {
        if support.contains(&x) { value.finite().cloned() } else { Some(Rational::ZERO) }
    };
    values.iter().enumerate().map(entry).collect()
}

/// The rows that are not at most another one everywhere.
fn competitors(rows: impl Iterator<Item = Row>) -> Vec<Row> {
    let below = |low: &Row, high: &Row| low.iter().zip(high).all(|(low, high)| low <= high);
    let mut best: Vec<Row> = Vec::new();
    for row in rows {
        if !best.iter().any(|known| below(&row, known)) {
            best.retain(|known| !below(known, &row));
            best.push(row);
        }
    }
    best
}

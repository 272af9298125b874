//! The formula language in which decompositions are defined.
//!
//! ```text
//! formula   = formula implies formula | formula or formula | formula and formula | not formula
//!           | for all M in DISTRIBUTIONS: formula | for some M in DISTRIBUTIONS: formula
//!           | each P in POLICIES: formula | every P in POLICIES: formula | some P in POLICIES: formula
//!           | good(P, m) | safe(P, m) | optimal(P, REWARD, m) | mesa(P)
//!           | value(P, REWARD, m) >= NUMBER | reach(P, m) <= NUMBER
//! DISTRIBUTIONS = train | deploy | encountered | all | situations
//! POLICIES  = trained | learnable | policies | optimal(REWARD, m, epsilon) | good(m)
//! REWARD    = specified | intended
//! m         = a bound name, or train
//! ```
//!
//! `each` takes its quantifier from the reading: every policy, some policy, or the given one.

use std::fmt;

use crate::mdp::Rational;

/// A set of distributions over situations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// The training distribution alone.
    Train,
    /// The deployment set `D`.
    Deploy,
    /// `½ μ_tr + ½ μ` for `μ ∈ D`: everything that is ever met.
    Encountered,
    /// All distributions over the situations.
    All,
    /// The point masses of the situations.
    Situations,
}

impl Family {
    /// All of them, for parsing and suggestions.
    pub const ALL: [Self; 5] = [Self::Train, Self::Deploy, Self::Encountered, Self::All, Self::Situations];

    /// The word in formulas.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Deploy => "deploy",
            Self::Encountered => "encountered",
            Self::All => "all",
            Self::Situations => "situations",
        }
    }
}

/// One of the two rewards of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RewardName {
    /// `R`, what the designer wrote.
    Specified,
    /// `T`, what they meant.
    Intended,
}

impl RewardName {
    /// The word in formulas and files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Specified => "specified",
            Self::Intended => "intended",
        }
    }
}

/// A distribution named in a formula: a bound variable or the training distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// `μ_tr`.
    Train,
    /// A variable.
    Variable(String),
}

/// A set of policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicySet {
    /// What training may return: the given policy, or `Opt_ε(R, μ_tr)`.
    Trained,
    /// `Opt_ε(R, μ_tr)`, and the given policy for the given reading.
    Learnable,
    /// The whole class.
    Policies,
    /// `Opt_ε(reward, at)`; the slack is the learner's, or this one.
    Optimal(RewardName, At, Option<Rational>),
    /// `Good(at)`.
    Good(At),
}

/// A quantifier over policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// What the reading says.
    Each,
    /// All of them.
    Every,
    /// At least one.
    Some,
}

/// A property of a policy at a distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Atom {
    /// In `Good(μ)`.
    Good,
    /// In `Safe(μ)`.
    Safe,
    /// In `Opt_ε(reward, μ)`.
    Optimal(RewardName),
    /// `J_reward(π; μ) ≥ bound`.
    ValueAtLeast(RewardName, Rational),
    /// `Pr_μ^π(reach C) ≤ bound`.
    ReachAtMost(Rational),
    /// Optimal for some objective of the declared feature class, each of which is robustly aligned.
    Mesa,
}

/// A formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// `for all variable in family: body`.
    AllDistributions(String, Family, Box<Formula>),
    /// `for some variable in family: body`.
    SomeDistribution(String, Family, Box<Formula>),
    /// `each variable in set: body` and its kin.
    Policies(Quantifier, String, PolicySet, Box<Formula>),
    /// A property of a policy variable; [`Atom::Mesa`] ignores the distribution.
    Atom(Atom, String, At),
    /// Negation.
    Not(Box<Formula>),
    /// Conjunction.
    And(Box<Formula>, Box<Formula>),
    /// Disjunction.
    Or(Box<Formula>, Box<Formula>),
    /// Implication.
    Implies(Box<Formula>, Box<Formula>),
}

impl Formula {
    /// Calls `visit` on this formula and everything below it.
    pub fn walk(&self, visit: &mut impl FnMut(&Formula)) {
        visit(self);
        match self {
            Self::AllDistributions(_, _, body)
            | Self::SomeDistribution(_, _, body)
            | Self::Policies(_, _, _, body)
            | Self::Not(body) => body.walk(visit),
            Self::And(left, right) | Self::Or(left, right) | Self::Implies(left, right) => {
                left.walk(visit);
                right.walk(visit);
            }
            Self::Atom(..) => {}
        }
    }

    /// Whether the formula speaks of the catastrophe.
    #[must_use]
    pub fn speaks_of_safety(&self) -> bool {
        let mut found = false;
        self.walk(&mut |part| found |= matches!(part, Self::Atom(Atom::Safe | Atom::ReachAtMost(_), ..)));
        found
    }

    /// Whether the formula speaks of mesa-objectives.
    #[must_use]
    pub fn speaks_of_mesa(&self) -> bool {
        let mut found = false;
        self.walk(&mut |part| found |= matches!(part, Self::Atom(Atom::Mesa, ..)));
        found
    }

    /// The set that `each` ranges over, if the formula has an `each`.
    #[must_use]
    pub fn each_set(&self) -> Option<PolicySet> {
        let mut found = None;
        self.walk(&mut |part| {
            if let Self::Policies(Quantifier::Each, _, set, _) = part {
                found.get_or_insert_with(|| set.clone());
            }
        });
        found
    }
}

impl fmt::Display for At {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Train => "train",
            Self::Variable(name) => name,
        })
    }
}

impl fmt::Display for PolicySet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trained => formatter.write_str("trained"),
            Self::Learnable => formatter.write_str("learnable"),
            Self::Policies => formatter.write_str("policies"),
            Self::Optimal(reward, at, None) => write!(formatter, "optimal({}, {at}, epsilon)", reward.word()),
            Self::Optimal(reward, at, Some(slack)) => write!(formatter, "optimal({}, {at}, {slack})", reward.word()),
            Self::Good(at) => write!(formatter, "good({at})"),
        }
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllDistributions(name, family, body) => {
                write!(formatter, "for all {name} in {}: {body}", family.word())
            }
            Self::SomeDistribution(name, family, body) => {
                write!(formatter, "for some {name} in {}: {body}", family.word())
            }
            Self::Policies(quantifier, name, set, body) => {
                let word = match quantifier {
                    Quantifier::Each => "each",
                    Quantifier::Every => "every",
                    Quantifier::Some => "some",
                };
                write!(formatter, "{word} {name} in {set}: {body}")
            }
            Self::Atom(atom, policy, at) => match atom {
                Atom::Good => write!(formatter, "good({policy}, {at})"),
                Atom::Safe => write!(formatter, "safe({policy}, {at})"),
                Atom::Optimal(reward) => write!(formatter, "optimal({policy}, {}, {at})", reward.word()),
                Atom::ValueAtLeast(reward, bound) => {
                    write!(formatter, "value({policy}, {}, {at}) >= {bound}", reward.word())
                }
                Atom::ReachAtMost(bound) => write!(formatter, "reach({policy}, {at}) <= {bound}"),
                Atom::Mesa => write!(formatter, "mesa({policy})"),
            },
            Self::Not(body) => write!(formatter, "not ({body})"),
            Self::And(left, right) => write!(formatter, "({left}) and ({right})"),
            Self::Or(left, right) => write!(formatter, "({left}) or ({right})"),
            Self::Implies(left, right) => write!(formatter, "({left}) implies ({right})"),
        }
    }
}

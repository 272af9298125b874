//! From a formula and a reading to questions that can be decided one by one.
//!
//! The decidable fragment: Boolean combinations of closed formulas, each either
//! *at each distribution, quantifier over a set of policies that depends on it, a conjunction of atoms
//! there*, or *quantifier over a set of policies fixed by training, a conjunction of atoms at the training
//! distribution or at all distributions of a family*.

use crate::decomposition::Reading;
use crate::decomposition::formula::{At, Atom, Family, Formula, PolicySet, Quantifier, RewardName};
use crate::mdp::Rational;

/// Every policy of a set, or some policy of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Every,
    /// At least one.
    Some,
}

/// A set of policies that depends on the distribution in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalSet {
    /// `Opt_ε(reward, μ)`.
    Optimal(RewardName),
    /// `Good(μ)`.
    Good,
    /// The whole class.
    Policies,
}

/// A set of policies that training fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixedSet {
    /// The given policy alone.
    Given,
    /// `Opt_ε(reward, μ_tr)`.
    Optimal(RewardName),
    /// `Good(μ_tr)`.
    Good,
    /// The whole class.
    Policies,
}

/// An atom demanded at every distribution of a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Where.
    pub family: Family,
    /// What.
    pub atom: Atom,
}

/// A question that is decided on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// For each `μ` of the family: every (or some) policy of the set satisfies the atoms at `μ`.
    AtEach {
        /// The distributions.
        family: Family,
        /// The policies.
        policies: LocalSet,
        /// Every or some.
        scope: Scope,
        /// The conjunction.
        atoms: Vec<Atom>,
    },
    /// Every (or some) policy of the set meets all demands.
    OfPolicy {
        /// The policies.
        policies: FixedSet,
        /// Every or some.
        scope: Scope,
        /// The conjunction.
        demands: Vec<Demand>,
    },
}

/// A Boolean combination of questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// One question.
    Ask(Question),
    /// Negation.
    Not(Box<Claim>),
    /// Conjunction.
    And(Box<Claim>, Box<Claim>),
    /// Disjunction.
    Or(Box<Claim>, Box<Claim>),
}

/// Why a formula is outside the decidable fragment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("outside the decidable fragment: {0}")]
pub struct Undecidable(String);

/// Turns a formula under a reading into questions.
///
/// # Errors
/// The part of the formula that is outside the decidable fragment.
pub fn questions(formula: &Formula, reading: Reading, given: bool, epsilon: &Rational) -> Result<Claim, Undecidable> {
    Translation { reading, given, epsilon }.closed(formula)
}

struct Translation<'a> {
    reading: Reading,
    given: bool,
    epsilon: &'a Rational,
}

fn refuse<T>(reason: String) -> Result<T, Undecidable> {
    Err(Undecidable(reason))
}

impl Translation<'_> {
    fn closed(&self, formula: &Formula) -> Result<Claim, Undecidable> {
        let both = |left: &Formula, right: &Formula| Ok((Box::new(self.closed(left)?), Box::new(self.closed(right)?)));
        match formula {
            Formula::Not(body) => Ok(Claim::Not(Box::new(self.closed(body)?))),
            Formula::And(left, right) => both(left, right).map(|(left, right)| Claim::And(left, right)),
            Formula::Or(left, right) => both(left, right).map(|(left, right)| Claim::Or(left, right)),
            Formula::Implies(left, right) => {
                both(left, right).map(|(left, right)| Claim::Or(Box::new(Claim::Not(left)), right))
            }
            Formula::AllDistributions(name, family, body) => self.at_each(name, *family, body),
            Formula::Policies(quantifier, name, set, body) => self.of_policy(*quantifier, name, set, body),
            Formula::SomeDistribution(..) => match negation(formula) {
                Some(negated) => Ok(Claim::Not(Box::new(self.closed(&negated)?))),
                None => refuse(format!("`{formula}`")),
            },
            Formula::Atom(..) => refuse(format!("`{formula}` has a policy that no quantifier binds")),
        }
    }

    fn scope(&self, quantifier: Quantifier) -> Scope {
        match (quantifier, self.reading) {
            (Quantifier::Some, _) | (Quantifier::Each, Reading::Exists) => Scope::Some,
            _ => Scope::Every,
        }
    }

    fn at_each(&self, name: &str, family: Family, body: &Formula) -> Result<Claim, Undecidable> {
        match body {
            // `∀μ (φ ∧ ψ)` is `(∀μ φ) ∧ (∀μ ψ)`.
            Formula::And(left, right) => Ok(Claim::And(
                Box::new(self.at_each(name, family, left)?),
                Box::new(self.at_each(name, family, right)?),
            )),
            Formula::Policies(quantifier, policy, set, body) => {
                let own = |at: &At| matches!(at, At::Variable(variable) if variable == name);
                let policies = match set {
                    PolicySet::Optimal(reward, at, slack) if own(at) => {
                        self.check_slack(slack.as_ref())?;
                        LocalSet::Optimal(*reward)
                    }
                    PolicySet::Good(at) if own(at) => LocalSet::Good,
                    PolicySet::Policies => LocalSet::Policies,
                    // A set that does not depend on μ: for every policy the order does not matter.
                    _ if self.scope(*quantifier) == Scope::Every => {
                        let inner = Formula::AllDistributions(name.to_owned(), family, body.clone());
                        return self.of_policy(*quantifier, policy, set, &inner);
                    }
                    _ => return refuse(format!("`{set}` inside `for all {name}` under `some`")),
                };
                let mut atoms = Vec::new();
                for (atom, at) in conjuncts(body, policy)? {
                    if !own(&at) {
                        return refuse(format!("an atom at `{at}` inside `for all {name}`"));
                    }
                    atoms.push(atom);
                }
                Ok(Claim::Ask(Question::AtEach { family, policies, scope: self.scope(*quantifier), atoms }))
            }
            _ => refuse(format!("`{body}` inside `for all {name}`")),
        }
    }

    fn of_policy(
        &self,
        quantifier: Quantifier,
        name: &str,
        set: &PolicySet,
        body: &Formula,
    ) -> Result<Claim, Undecidable> {
        let policies = match set {
            PolicySet::Trained if self.given => FixedSet::Given,
            PolicySet::Learnable if self.reading == Reading::Given => FixedSet::Given,
            PolicySet::Trained | PolicySet::Learnable => FixedSet::Optimal(RewardName::Specified),
            PolicySet::Policies => FixedSet::Policies,
            PolicySet::Optimal(reward, At::Train, slack) => {
                self.check_slack(slack.as_ref())?;
                FixedSet::Optimal(*reward)
            }
            PolicySet::Good(At::Train) => FixedSet::Good,
            PolicySet::Optimal(_, At::Variable(variable), _) | PolicySet::Good(At::Variable(variable)) => {
                return refuse(format!("`{set}` where `{variable}` is bound further out than the next quantifier"));
            }
        };
        let mut demands = Vec::new();
        self.demands(body, name, &mut demands)?;
        Ok(Claim::Ask(Question::OfPolicy { policies, scope: self.scope(quantifier), demands }))
    }

    fn demands(&self, body: &Formula, policy: &str, demands: &mut Vec<Demand>) -> Result<(), Undecidable> {
        match body {
            Formula::And(left, right) => {
                self.demands(left, policy, demands)?;
                self.demands(right, policy, demands)
            }
            Formula::AllDistributions(name, family, body) => {
                for (atom, at) in conjuncts(body, policy)? {
                    let family = if at == At::Variable(name.clone()) { *family } else { Family::Train };
                    demands.push(Demand { family, atom });
                }
                Ok(())
            }
            _ => {
                for (atom, at) in conjuncts(body, policy)? {
                    if let At::Variable(variable) = &at {
                        return refuse(format!("`{variable}` is bound outside the policy `{policy}`"));
                    }
                    demands.push(Demand { family: Family::Train, atom });
                }
                Ok(())
            }
        }
    }

    fn check_slack(&self, slack: Option<&Rational>) -> Result<(), Undecidable> {
        match slack {
            Some(slack) if slack != self.epsilon => {
                refuse(format!("the slack {slack} differs from the learner's, {}", self.epsilon))
            }
            _ => Ok(()),
        }
    }
}

/// The atoms of a conjunction about one policy.
fn conjuncts(body: &Formula, policy: &str) -> Result<Vec<(Atom, At)>, Undecidable> {
    match body {
        Formula::And(left, right) => {
            let mut atoms = conjuncts(left, policy)?;
            atoms.extend(conjuncts(right, policy)?);
            Ok(atoms)
        }
        Formula::Atom(atom, subject, at) if subject == policy => Ok(vec![(atom.clone(), at.clone())]),
        _ => refuse(format!("`{body}` where only a conjunction of properties of `{policy}` can be decided")),
    }
}

/// The negation, pushed to the atoms; `None` where an atom would remain negated.
fn negation(formula: &Formula) -> Option<Formula> {
    let negated = |body: &Formula| negation(body).map(Box::new);
    Some(match formula {
        Formula::AllDistributions(name, family, body) => {
            Formula::SomeDistribution(name.clone(), *family, negated(body)?)
        }
        Formula::SomeDistribution(name, family, body) => {
            Formula::AllDistributions(name.clone(), *family, negated(body)?)
        }
        Formula::Policies(quantifier, name, set, body) => {
            let quantifier = match quantifier {
                Quantifier::Every => Quantifier::Some,
                Quantifier::Some => Quantifier::Every,
                Quantifier::Each => return None,
            };
            Formula::Policies(quantifier, name.clone(), set.clone(), negated(body)?)
        }
        Formula::Not(body) => (**body).clone(),
        Formula::Or(left, right) => Formula::And(negated(left)?, negated(right)?),
        Formula::And(left, right) => Formula::Or(negated(left)?, negated(right)?),
        Formula::Implies(left, right) => Formula::And(left.clone(), negated(right)?),
        Formula::Atom(..) => return None,
    })
}

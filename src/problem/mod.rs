//! The alignment problem on a finite MDP: situations, training and deployment, rewards, catastrophe,
//! what *good* means and which policies training may return.

mod board;
mod deployment;
mod unroll;

pub use board::{Board, Cell, Level};
pub use deployment::{DeploymentSet, LinearConstraint, Relation};
pub use unroll::{Unrolled, unroll};

use std::ops::Deref;

use thiserror::Error;

use crate::mdp::{
    Distribution, LabelledMdp, Mdp, Observation, RandomizedPolicy, Rational, Reward, RewardStructure, StateId,
    StateSet, closure,
};

/// How rewards along an episode add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criterion {
    /// `Σ γᵗ rₜ` with `0 < γ < 1`.
    Discounted(Rational),
    /// `Σ rₜ` until absorption.
    Total,
    /// `Σ rₜ` over this many steps; policies may depend on the time.
    Horizon(usize),
}

/// The catastrophe `C` and the tolerated probability `κ` of ever reaching it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catastrophe {
    /// The label in the file.
    pub label: String,
    /// The states with that label.
    pub states: StateSet,
    /// The tolerated probability `κ`.
    pub tolerance: Rational,
}

/// What *good* means for the intended reward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Good {
    /// Regret at most `δ` against the best policy of the same class at the same distribution.
    Regret(Rational),
    /// Value at least `τ`.
    Value(Rational),
}

/// Which policies training may return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learner {
    /// `ε` of `Opt_ε` in every half.
    pub epsilon: Rational,
    /// The trained policy, when one is given; otherwise any of `Opt_ε(R, μ_tr)`.
    pub given: Option<RandomizedPolicy>,
}

/// The class of policies that optima and quantifiers range over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyClass {
    /// Deterministic policies of what is observed.
    Deterministic,
    /// Stationary policies of what is observed, randomised ones included.
    Stationary,
}

/// A declared feature of choices, for reward classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// Its value on each choice.
    pub values: Reward,
}

/// The parts of a [`Problem`], to be checked together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemParts {
    /// The name in the file.
    pub name: String,
    /// The MDP.
    pub mdp: Mdp,
    /// How rewards add up.
    pub criterion: Criterion,
    /// The specified reward `R`: what the designer wrote.
    pub specified: Reward,
    /// The intended reward `T`: what they meant.
    pub intended: Reward,
    /// Named sets of states, in the file's order.
    pub labels: Vec<(String, StateSet)>,
    /// The situations `X`: states an episode can start in.
    pub situations: Vec<StateId>,
    /// The training distribution `μ_tr`.
    pub train: Distribution,
    /// The deployment set `D`.
    pub deploy: DeploymentSet,
    /// What policies see; `None` for full observation.
    pub observations: Option<Observation>,
    /// The catastrophe, if one is declared.
    pub catastrophe: Option<Catastrophe>,
    /// What good means.
    pub good: Good,
    /// Which policies training may return.
    pub learner: Learner,
    /// The policy class, where the file says it.
    pub policies: Option<PolicyClass>,
    /// Declared features.
    pub features: Vec<Feature>,
}

/// A checked alignment problem. Read its parts through [`Deref`]; they cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(ProblemParts);

impl Deref for Problem {
    type Target = ProblemParts;

    fn deref(&self) -> &ProblemParts {
        &self.0
    }
}

/// The part of the file that a [`ProblemDefect`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// `criterion`.
    Criterion,
    /// `situations`.
    Situations,
    /// `train`.
    Train,
    /// `deploy`.
    Deploy,
    /// `catastrophe`.
    Catastrophe,
    /// `good`.
    Good,
    /// `learner`.
    Learner,
    /// A label, by its position.
    Label(usize),
}

/// A broken invariant of an alignment problem.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ProblemDefect {
    /// Where.
    pub part: Part,
    /// What, with the numbers.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Problem {
    /// Checks the parts against one another.
    ///
    /// What needs a solver (a `total` criterion that is not well defined, an empty polytope) is checked by
    /// [`crate::solve::admissibility_defects`].
    ///
    /// # Errors
    /// Every broken invariant.
    pub fn new(parts: ProblemParts) -> Result<Self, Vec<ProblemDefect>> {
        let mut defects = Vec::new();
        let mut report = |part, message: String, hint: &str| {
            defects.push(ProblemDefect { part, message, hint: hint.to_owned() });
        };
        if let Criterion::Discounted(discount) = &parts.criterion
            && !(discount > &Rational::ZERO && discount < &Rational::ONE)
        {
            let message = format!("the discount {discount} is not strictly between 0 and 1");
            report(
                Part::Criterion,
                message,
                "for undiscounted problems write `{\"total\": true}` or `{\"horizon\": n}`",
            );
        }
        if parts.situations.is_empty() {
            report(Part::Situations, "there are no situations".into(), "list the states that an episode can start in");
        }
        let mut distinct = StateSet::with_capacity(parts.mdp.states());
        for &state in parts.situations.iter().filter(|&&state| distinct.put(state)) {
            let message = format!("`{}` is listed twice among the situations", parts.mdp.state_name(state));
            report(Part::Situations, message, "list each situation once");
        }
        for state in parts.train.support().filter(|state| !parts.situations.contains(state)) {
            let message = format!(
                "the training distribution has mass on `{}`, which is not a situation",
                parts.mdp.state_name(state)
            );
            report(Part::Train, message, "add the state to `situations` or take its mass away");
        }
        for message in parts.deploy.defects(&parts.mdp, &parts.situations) {
            report(Part::Deploy, message, "deployment sets are sets of distributions over situations");
        }
        if let Some(catastrophe) = &parts.catastrophe
            && !(catastrophe.tolerance >= Rational::ZERO && catastrophe.tolerance <= Rational::ONE)
        {
            let message = format!("the tolerated probability {} is not between 0 and 1", catastrophe.tolerance);
            report(Part::Catastrophe, message, "0 means that the catastrophe must never be reached");
        }
        if let Good::Regret(regret) = &parts.good
            && regret < &Rational::ZERO
        {
            report(Part::Good, format!("the tolerated regret {regret} is negative"), "no policy has negative regret");
        }
        if parts.learner.epsilon < Rational::ZERO {
            let message = format!("the suboptimality {} is negative", parts.learner.epsilon);
            report(Part::Learner, message, "`epsilon` is how far from optimal a trained policy may be");
        }
        let reachable = reachable_from(&parts.mdp, &parts.situations);
        for (position, (label, states)) in parts.labels.iter().enumerate() {
            if states.is_disjoint(&reachable) && !parts.situations.is_empty() {
                let message = format!("no state of the label `{label}` can be reached from a situation");
                report(Part::Label(position), message, "a misspelt state, a missing transition, or a label to remove");
            }
        }
        if defects.is_empty() { Ok(Self(parts)) } else { Err(defects) }
    }

    /// The policy class of the question: deterministic as soon as there are observations or slack in
    /// training, stationary otherwise, unless the file says.
    #[must_use]
    pub fn policy_class(&self) -> PolicyClass {
        self.policies.unwrap_or(if self.observations.is_some() || !self.learner.epsilon.is_zero() {
            PolicyClass::Deterministic
        } else {
            PolicyClass::Stationary
        })
    }

    /// The states, labels and rewards alone. An execution begins where the label `init` is, or else in a situation.
    #[must_use]
    pub fn into_labelled(self) -> LabelledMdp {
        let ProblemParts { mdp, labels, specified, intended, situations, .. } = self.into_parts();
        let rewards = [("specified", specified), ("intended", intended)];
        let marked = labels.iter().find(|(label, _)| label == "init").map(|(_, states)| states.ones().collect());
        LabelledMdp {
            rewards: rewards.map(|(name, reward)| RewardStructure::from_rewards(name, &reward)).into(),
            initial: marked.unwrap_or(situations),
            labels,
            mdp,
        }
    }

    /// Takes the problem apart, to change it and check it again.
    #[must_use]
    pub fn into_parts(self) -> ProblemParts {
        self.0
    }
}

/// The states that can be reached from `sources`, these included.
#[must_use]
pub fn reachable_from(mdp: &Mdp, sources: &[StateId]) -> StateSet {
    let successors = |state| mdp.choices_of(state).flat_map(|choice| mdp.successors(choice));
    closure(mdp.states(), sources.iter().copied(), successors)
}

//! Searches for counterexamples to alignment claims, and the questions that follow from them.
//!
//! Each kind is one file and one line of [`Kind`]. What a search says is a [`Finding`]: found, none or unknown,
//! exact numbers, a witness that is evaluated afresh, the sense in which the answer is optimal, and the
//! [`Fact`]s that it rests on, each a question that can be asked again without the search.
//!
//! Harm is strict (`>` what is tolerated); guarantees include the threshold (`≤`). A search that runs out of time is
//! `unknown` with the bounds so far; the best answer so far is then never called an optimum. [`seek_watched`] tells of them
//! while it searches.

mod coverage;
mod critical_epsilon;
mod deployment;
mod finding;
mod hitting;
mod model;
mod policy;
mod prove;
mod radius;
mod reward;
mod reward_repair;
mod samples;
mod shift;
mod situations;
mod so_far;
mod subject;
mod supports;
mod training;

pub use coverage::Coverage;
pub use critical_epsilon::CriticalEpsilon;
pub use deployment::Deployment;
pub use finding::{Content, Entry, Fact, Finding, Optimality, Outcome, Searched};
pub use model::{Claimed, SeparatingModel};
pub use policy::ObservedPolicy;
pub use radius::Radius;
pub use reward::HidingReward;
pub use reward_repair::{Kept, Measure, RewardRepair};
pub use samples::Samples;
pub use shift::Distance;
pub use situations::Situations;
pub use subject::Harm;
pub use training::Training;

use std::sync::Arc;

use crate::budget::Budget;
use crate::certify::explicit_model;
use crate::decide::{Undecided, unrolled};
use crate::problem::Problem;
use crate::search::Arena;
use crate::seek::prove::prove;
use crate::seek::so_far::SoFar;
use crate::solve::Engine;

/// What can be searched for. A new kind is a file, and a line in each `match` below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A deployment distribution at which a trained policy does harm.
    Deployment(Deployment),
    /// The fewest situations at which a trained policy does harm.
    Situations(Situations),
    /// A training distribution that hides harm.
    Training(Training),
    /// A deterministic policy of what is observed that does harm.
    Policy(ObservedPolicy),
    /// A model that separates two parts of decompositions.
    Model(SeparatingModel),
    /// Weights of features that hide harm.
    Reward(HidingReward),
    /// The least slack of training at which there is harm.
    CriticalEpsilon(CriticalEpsilon),
    /// The probability of harm by the number of draws.
    Samples(Samples),
    /// The cheapest situations to add to training.
    Coverage(Coverage),
    /// The least change of the specified reward that keeps the task.
    RewardRepair(RewardRepair),
    /// The largest shift that does no harm.
    Radius(Radius),
}

impl Kind {
    /// The name on the command line.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Deployment(_) => "deployment",
            Self::Radius(_) => "radius",
            Self::Situations(_) => "situations",
            Self::Training(_) => "training",
            Self::Policy(_) => "policy",
            Self::Reward(_) => "reward",
            Self::Model(_) => "model",
            Self::RewardRepair(_) => "repair --reward",
            Self::CriticalEpsilon(_) => "critical-epsilon",
            Self::Samples(_) => "samples",
            Self::Coverage(_) => "repair --coverage",
        }
    }

    /// Whether this is the end that the user hopes for: no counterexample, or an answer to a question.
    #[must_use]
    pub fn is_as_hoped(&self, outcome: Outcome) -> bool {
        match self {
            Self::Deployment(_) | Self::Situations(_) | Self::Training(_) | Self::Policy(_) | Self::Reward(_) => {
                outcome == Outcome::None
            }
            Self::Model(_) | Self::Radius(_) | Self::Samples(_) | Self::Coverage(_) | Self::RewardRepair(_) => {
                outcome == Outcome::Found
            }
            // There is none where no policy does harm.
            Self::CriticalEpsilon(_) => outcome != Outcome::Unknown,
        }
    }

    fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        match self {
            Self::Deployment(kind) => kind.search(arena, so_far),
            Self::Radius(kind) => kind.search(arena, so_far),
            Self::Situations(kind) => kind.search(arena, so_far),
            Self::Training(kind) => kind.search(arena, so_far),
            Self::Policy(kind) => kind.search(arena, so_far),
            Self::Reward(kind) => kind.search(arena, so_far),
            Self::Model(kind) => kind.search(arena, so_far),
            Self::RewardRepair(kind) => kind.search(arena, so_far),
            Self::CriticalEpsilon(kind) => kind.search(arena, so_far),
            Self::Samples(kind) => kind.search(arena, so_far),
            Self::Coverage(kind) => kind.search(arena, so_far),
        }
    }
}

/// Searches a problem, which must be admissible ([`crate::solve::admissibility_defects`]).
///
/// # Errors
/// [`Undecided::NotDefined`] where values of the class are not defined at a distribution in question, and
/// [`Undecided::Beyond`] for a horizon that is too large; [`Undecided::Rejected`] where the checker rejects evidence that the
/// search itself needs. A question that is not settled is no error but the
/// outcome `unknown`.
pub fn seek(problem: &Problem, kind: &Kind, budget: &Budget, engine: Engine) -> Result<Searched, Undecided> {
    seek_watched(problem, kind, budget, engine, &|_| ())
}

/// The same; `watch` is told what is known so far, whenever something is learnt.
///
/// # Errors
/// As for [`seek`].
pub fn seek_watched(
    problem: &Problem,
    kind: &Kind,
    budget: &Budget,
    engine: Engine,
    watch: &dyn Fn(&[Entry]),
) -> Result<Searched, Undecided> {
    let so_far = SoFar::new(watch);
    let (problem, origin) = unrolled(problem)?;
    let arena = Arena::new(&problem, budget.clone(), engine);
    let explicit = explicit_model(&problem).into();
    let finding = match kind.search(&arena, &so_far) {
        Err(Undecided::Beyond(reason)) => Finding { entries: so_far.entries(), ..Finding::open(&reason) },
        Err(Undecided::Exhausted(reason)) => {
            Finding { entries: so_far.entries(), ..Finding::new(Outcome::Unknown, reason.to_string()) }
        }
        other => other?,
    };
    let class = arena.class;
    let finding = prove(&problem, finding, budget, engine);
    Ok(Searched { problem: Arc::new(problem), origin, class, explicit, finding })
}

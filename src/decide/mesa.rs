//! Mesa-objectives: is the trained policy an optimiser of some reward of the declared class, and is every reward
//! of the class that explains its training behaviour robustly aligned?
//!
//! With full observation and no slack, for a policy `π` and features with weights `w ≠ 0`:
//!
//! - `w` *rationalises* `π` if `π` is optimal for it on everything encountered, training and deployment;
//! - `w` is *consistent* with `π` if `π` is optimal for it in training;
//! - `w` is *robustly aligned* if `Opt(R_w, μ) ⊆ Opt(R, μ)` for every `μ` of the deployment set, that is, if no
//!   policy of optimal choices for `w` falls short for `R` at a situation that may have mass.
//!
//! `mesa(π)` does not apply without a `w` that rationalises `π`, and holds if every consistent `w` is robustly
//! aligned. Consistent weights are a cone. If the policies that are optimal for `R` in deployment all collect the
//! same features, the weights that are not robustly aligned are where a convex function that is 0 at 0 is not
//! negative, so generators of the cone decide for all of it. Otherwise weights are split into cells.

use std::fmt;

use crate::budget::Budget;
use crate::decide::unrolled;
use crate::decide::verdict::{Evidence, Undecided};
use crate::decide::witness::witness_of;
use crate::decomposition::{Family, FixedSet, RewardName, Scope, Witness};
use crate::mdp::{Distribution, Mask, Policy, RandomizedPolicy, Rational, Reward, StateId, StateSet, Value, closure};
use crate::problem::{PolicyClass, Problem, reachable_from};
use crate::search::rewards::{Conduct, Optimised, RewardClass, WeightRegion, behaviours, cells, sustained};
use crate::search::{Arena, DistributionSet};
use crate::solve::{Engine, Sense, reachable_under};

/// Cells of weights up to which they are listed.
const MOST_CELLS: usize = 400;

/// Behaviours of deterministic policies up to which they are listed.
const MOST_BEHAVIOURS: usize = 400;

/// What a search finds about mesa-objectives. It is exact, and no checker has seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mesa {
    /// Every consistent objective is robustly aligned.
    Holds,
    /// A consistent objective is not.
    Fails {
        /// Which.
        objective: String,
        /// It as a reward.
        reward: Reward,
        /// A policy that is optimal for it and falls short for the specified reward, with a distribution where it does.
        witness: Box<Witness>,
    },
    /// No reward of the class rationalises what is asked about, and what that is.
    NotApplicable(String),
    /// Not settled, and why.
    Unknown(String),
}

impl fmt::Display for Mesa {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds => formatter.write_str("a search finds that every consistent objective is robustly aligned"),
            Self::Fails { objective, .. } => write!(
                formatter,
                "a search finds that the objective {objective} explains what is done in training, and a policy that is optimal for it \
                 falls short for the specified reward"
            ),
            Self::NotApplicable(reason) => write!(formatter, "a search finds that {reason}"),
            Self::Unknown(reason) => formatter.write_str(reason),
        }
    }
}

/// Searches for mesa-objectives of every or some policy of a set: the given policy, or those that training may return.
///
/// # Errors
/// As for [`crate::decide::examine`], and when the budget is exhausted.
pub fn mesa_objectives(
    problem: &Problem,
    policies: FixedSet,
    scope: Scope,
    budget: &Budget,
    engine: Engine,
) -> Result<Mesa, Undecided> {
    let (problem, _) = unrolled(problem)?;
    let arena = Arena::new(&problem, budget.clone(), engine);
    of_policies(&arena, policies, scope)
}

/// Decides *every or some policy of the set has the property* `mesa`.
///
/// For every policy: it fails if some policy fails; it does not apply if none fails and some policy is no optimiser
/// in the class. For some policy: it does not apply if no policy is one.
pub(super) fn of_policies(arena: &Arena<'_>, policies: FixedSet, scope: Scope) -> Result<Mesa, Undecided> {
    if !arena.fully_observed || !arena.problem.learner.epsilon.is_zero() {
        let reason = "mesa-objectives are searched for with full observation and no slack in training only";
        return Ok(Mesa::Unknown(reason.into()));
    }
    let Some(class) = RewardClass::declared(arena) else {
        let reason = "some weights of the features leave the total reward undefined: a policy may go on for ever";
        return Ok(Mesa::Unknown(reason.into()));
    };
    let question = MesaQuestion {
        arena,
        class: &class,
        train: arena.problem.train.support().collect(),
        deploy: DistributionSet::new(arena.problem, Family::Deploy).support(),
        met: DistributionSet::new(arena.problem, Family::Encountered).support(),
    };
    match (policies, &arena.problem.learner.given) {
        (FixedSet::Given, Some(given)) => question.given(given),
        (FixedSet::Optimal(RewardName::Specified), _) => question.trained(scope),
        _ => Ok(Mesa::Unknown("mesa-objectives are searched for of trained policies only".into())),
    }
}

struct MesaQuestion<'a> {
    arena: &'a Arena<'a>,
    class: &'a RewardClass<'a>,
    /// Situations of training.
    train: Vec<StateId>,
    /// Situations that may have mass in deployment.
    deploy: Vec<StateId>,
    /// Both.
    met: Vec<StateId>,
}

/// An objective with a policy that is optimal for it and falls short for the specified reward at a situation.
struct Misaligned {
    weights: Vec<Rational>,
    situation: StateId,
    policy: Policy,
}

impl MesaQuestion<'_> {
    fn given(&self, given: &RandomizedPolicy) -> Result<Mesa, Undecided> {
        if self.conduct_of(given, &self.met).explained_by(self.class)?.is_none() {
            return Ok(Mesa::NotApplicable(format!(
                "{NO_OBJECTIVE} makes the given policy optimal on all that is met"
            )));
        }
        self.all_consistent_are_aligned(&self.conduct_of(given, &self.train))
    }

    fn trained(&self, scope: Scope) -> Result<Mesa, Undecided> {
        let optimal = self.arena.optimal_choices(RewardName::Specified)?;
        if !self.class.collects_the_same(optimal, &self.train)? {
            return self.trained_by_cells(scope);
        }
        // All trained policies have the same consistent objectives, and each objective continues one of them.
        let conduct = self.restricted(optimal, &self.train);
        if conduct.explained_by(self.class)?.is_none() {
            return Ok(no_trained());
        }
        match self.all_consistent_are_aligned(&conduct)? {
            Mesa::Holds if scope == Scope::Every => self.every_trained_is_an_optimiser(),
            other => Ok(other),
        }
    }

    /// Whether the objectives that are consistent with the conduct are robustly aligned.
    fn all_consistent_are_aligned(&self, conduct: &Conduct) -> Result<Mesa, Undecided> {
        let Some(consistent) = conduct.consistent(self.class)? else {
            return Ok(Mesa::Unknown("the consistent objectives are a cone with too many generators".into()));
        };
        for objective in &consistent.generators {
            if let Some(misaligned) = self.misaligned(objective)? {
                return Ok(self.fails(&misaligned));
            }
        }
        let optimal = self.arena.optimal_choices(RewardName::Specified)?;
        if self.class.collects_the_same(optimal, &self.deploy)? {
            return Ok(Mesa::Holds);
        }
        let Some(cells) = self.cells(&consistent.region)? else { return Ok(too_many_cells()) };
        for objective in &cells {
            if let Some(misaligned) = self.misaligned(objective)? {
                return Ok(self.fails(&misaligned));
            }
        }
        Ok(Mesa::Holds)
    }

    /// Trained policies that collect different features: which objectives are consistent depends on the policy.
    fn trained_by_cells(&self, scope: Scope) -> Result<Mesa, Undecided> {
        let optimal = self.arena.optimal_choices(RewardName::Specified)?;
        let Some(cells) = self.cells(&WeightRegion::all(self.class.size()))? else { return Ok(too_many_cells()) };
        let mut consistent = Vec::new();
        for objective in &cells {
            let mut both = objective.choices.clone();
            for state in 0..self.arena.problem.mdp.states() {
                both.restrict_at(&self.arena.problem.mdp, state, optimal);
            }
            if let Some(conduct) = sustained(self.arena, &both, &self.train) {
                consistent.push((conduct, objective, self.misaligned(objective)?));
            }
        }
        if consistent.is_empty() {
            return Ok(no_trained());
        }
        let failing = consistent.iter().find_map(|(_, _, misaligned)| misaligned.as_ref());
        if let (Scope::Every, Some(misaligned)) = (scope, failing) {
            return Ok(self.fails(misaligned));
        }
        if scope == Scope::Every {
            return self.every_trained_is_an_optimiser();
        }
        // The more a policy mixes, the fewer objectives explain it.
        for (conduct, ..) in &consistent {
            let conducts = if self.arena.class == PolicyClass::Stationary {
                vec![conduct.clone()]
            } else {
                match behaviours(self.arena, &conduct.used, &self.train, MOST_BEHAVIOURS)? {
                    Some(conducts) => conducts,
                    None => return Ok(too_many_behaviours()),
                }
            };
            let aligned = |conduct: &Conduct| {
                consistent
                    .iter()
                    .all(|(_, objective, misaligned)| misaligned.is_none() || !self.allows(&objective.choices, conduct))
            };
            if conducts.iter().any(aligned) {
                return Ok(Mesa::Holds);
            }
        }
        Ok(failing.map_or(Mesa::Holds, |misaligned| self.fails(misaligned)))
    }

    /// No trained policy fails: the question applies if each is optimal for some objective on all that is met.
    fn every_trained_is_an_optimiser(&self) -> Result<Mesa, Undecided> {
        let optimal = self.arena.optimal_choices(RewardName::Specified)?;
        let conducts = if self.arena.class == PolicyClass::Stationary {
            self.mixtures(optimal)?
        } else {
            behaviours(self.arena, self.arena.everything(), &self.met, MOST_BEHAVIOURS)?.map(|mut conducts| {
                conducts.retain(|conduct| self.allows(optimal, &self.restricted(&conduct.used, &self.train)));
                conducts
            })
        };
        let Some(conducts) = conducts else { return Ok(too_many_behaviours()) };
        for conduct in conducts {
            if conduct.explained_by(self.class)?.is_none() {
                let reason = format!("{NO_OBJECTIVE} makes some trained policy optimal on all that is met");
                return Ok(Mesa::NotApplicable(reason));
            }
        }
        Ok(Mesa::Holds)
    }

    /// For each set of states that a trained policy may visit in training, the policy that mixes all that this
    /// leaves: what explains it explains every trained policy that visits just these. `None` if there are too many.
    fn mixtures(&self, optimal: &Mask) -> Result<Option<Vec<Conduct>>, Undecided> {
        let mdp = &self.arena.problem.mdp;
        let Some(pure) = behaviours(self.arena, optimal, &self.train, MOST_BEHAVIOURS)? else { return Ok(None) };
        let mut visited: Vec<StateSet> = Vec::new();
        for conduct in pure {
            let mut larger: Vec<StateSet> = visited.iter().map(|set| set | &conduct.within).collect();
            larger.push(conduct.within);
            for set in larger {
                if !visited.contains(&set) {
                    visited.push(set);
                }
            }
            if visited.len() > MOST_BEHAVIOURS {
                return Ok(None);
            }
        }
        let mixture = |set: &StateSet| {
            let mut mask = self.arena.everything().clone();
            for choice in set.ones().flat_map(|state| mdp.choices_of(state)) {
                if !optimal.allows(choice) || mdp.successors(choice).any(|next| !set.contains(next)) {
                    mask.forbid(choice);
                }
            }
            self.restricted(&mask, &self.met)
        };
        Ok(Some(visited.iter().map(mixture).collect()))
    }

    fn cells(&self, region: &WeightRegion) -> Result<Option<Vec<Optimised>>, Undecided> {
        let within = reachable_from(&self.arena.problem.mdp, &self.met);
        Ok(cells(self.class, region, &within, MOST_CELLS)?)
    }

    /// Whether an objective is not robustly aligned, with the worst of its optimal policies.
    fn misaligned(&self, objective: &Optimised) -> Result<Option<Misaligned>, Undecided> {
        let worst = self.arena.optimise(RewardName::Specified, Sense::Min, &objective.choices)?;
        let best = &self.arena.best(RewardName::Specified)?.values;
        let falls_short = |&&situation: &&StateId| worst.values[situation] < best[situation];
        Ok(self.deploy.iter().find(falls_short).map(|&situation| Misaligned {
            weights: objective.weights.clone(),
            situation,
            policy: worst.policy.clone(),
        }))
    }

    /// Whether a mask has every choice of the conduct.
    fn allows(&self, mask: &Mask, conduct: &Conduct) -> bool {
        let mdp = &self.arena.problem.mdp;
        conduct.within.ones().all(|state| conduct.used.choices_of(mdp, state).all(|choice| mask.allows(choice)))
    }

    /// The conduct of the policy that mixes all choices of a mask.
    fn restricted(&self, mask: &Mask, sources: &[StateId]) -> Conduct {
        let within = reachable_under(&self.arena.problem.mdp, mask, sources.iter().copied());
        Conduct { sources: sources.to_vec(), used: mask.clone(), within }
    }

    fn conduct_of(&self, policy: &RandomizedPolicy, sources: &[StateId]) -> Conduct {
        let mdp = &self.arena.problem.mdp;
        let mut used = self.arena.everything().clone();
        (0..mdp.choices()).for_each(|choice| used.forbid(choice));
        for state in 0..mdp.states() {
            policy.row(state).iter().for_each(|(choice, _)| used.allow(*choice));
        }
        let within = closure(mdp.states(), sources.iter().copied(), |state| {
            policy.row(state).iter().flat_map(|(choice, _)| mdp.successors(*choice))
        });
        Conduct { sources: sources.to_vec(), used, within }
    }

    fn fails(&self, misaligned: &Misaligned) -> Mesa {
        let terms: Vec<String> = self
            .arena
            .problem
            .features
            .iter()
            .zip(&misaligned.weights)
            .filter(|(_, weight)| !weight.is_zero())
            .map(|(feature, weight)| format!("{weight} {}", feature.name))
            .collect();
        let evidence = Evidence {
            distribution: self.with_mass_on(misaligned.situation),
            policy: Some(RandomizedPolicy::from(&misaligned.policy)),
            reward: RewardName::Specified,
        };
        Mesa::Fails {
            objective: terms.join(" + ").replace("+ -", "- "),
            reward: self.class.reward(&misaligned.weights),
            witness: Box::new(witness_of(self.arena, &evidence)),
        }
    }

    /// A distribution of deployment with as much mass as possible on a situation.
    fn with_mass_on(&self, situation: StateId) -> Option<Distribution> {
        let set = DistributionSet::new(self.arena.problem, Family::Deploy);
        let gain = |state: StateId| Value::Finite(if state == situation { Rational::NEG_ONE } else { Rational::ZERO });
        Some(set.minimise(gain).1)
    }
}

const NO_OBJECTIVE: &str = "no reward of the declared class";

fn no_trained() -> Mesa {
    Mesa::NotApplicable(format!("{NO_OBJECTIVE} makes any trained policy optimal: the model is no optimiser in it"))
}

fn too_many_cells() -> Mesa {
    Mesa::Unknown(format!("the objectives of the class differ in more than {MOST_CELLS} ways"))
}

fn too_many_behaviours() -> Mesa {
    Mesa::Unknown(format!("there are more than {MOST_BEHAVIOURS} behaviours of deterministic policies"))
}

//! Finite horizons: the time becomes part of the state, and what is left is a `total` problem without cycles.

use crate::mdp::{
    BuiltMdp, ChoiceId, Distribution, MdpBuilder, Observation, RandomizedPolicy, Rational, Reward, StateId, StateSet,
};
use crate::problem::{
    Catastrophe, Criterion, DeploymentSet, Feature, Learner, LinearConstraint, Problem, ProblemParts,
};

/// A problem whose states are pairs of a state and a time, reached from the situations at time 0.
#[derive(Debug, Clone)]
pub struct Unrolled {
    /// The same questions, criterion [`Criterion::Total`].
    pub problem: Problem,
    /// The state and the time that each state of the unrolled problem stands for.
    pub origin: Vec<(StateId, usize)>,
}

/// Makes the time part of the state. `None` unless the criterion is a horizon.
///
/// State `s` at time `t` is named `s@t`. At the last time every state is absorbing, so reaching the
/// catastrophe counts within the horizon, the state after the last step included. A given stationary
/// policy is repeated at every time.
#[must_use]
pub fn unroll(problem: &Problem) -> Option<Unrolled> {
    let Criterion::Horizon(horizon) = problem.criterion else { return None };
    let mdp = &problem.mdp;
    let mut builder = MdpBuilder::default();
    let mut origin: Vec<(StateId, usize)> = Vec::new();
    let mut choices: Vec<ChoiceId> = Vec::new();
    let mut layer: Vec<(StateId, StateId)> = Vec::new();
    for &situation in &problem.situations {
        layer.push((situation, builder.state(&format!("{}@0", mdp.state_name(situation)))));
        origin.push((situation, 0));
    }
    for time in 0..=horizon {
        let mut next: Vec<Option<StateId>> = vec![None; mdp.states()];
        let mut following = Vec::new();
        for &(state, copy) in &layer {
            if time == horizon || mdp.is_absorbing(state) {
                builder.absorbing(copy);
                continue;
            }
            for choice in mdp.choices_of(state) {
                let mut row = Vec::new();
                for (target, probability) in mdp.row(choice) {
                    let target_copy = *next[target].get_or_insert_with(|| {
                        let fresh = builder.state(&format!("{}@{}", mdp.state_name(target), time + 1));
                        origin.push((target, time + 1));
                        following.push((target, fresh));
                        fresh
                    });
                    row.push((target_copy, probability.clone()));
                }
                builder.choice(copy, mdp.action_name(choice), row);
                choices.push(choice);
            }
        }
        layer = following;
    }
    let BuiltMdp { mdp: unrolled, choice_ids } = builder.build().ok()?;
    let mut choice_origin = vec![0; choices.len()];
    for (call, &id) in choice_ids.iter().enumerate() {
        choice_origin[id] = choices[call];
    }
    let parts = Lift { problem, origin: &origin, choice_origin: &choice_origin }.parts(unrolled)?;
    let problem = Problem::new(parts).ok()?;
    Some(Unrolled { problem, origin })
}

/// Carries what lives on the original model over to the copies.
struct Lift<'a> {
    problem: &'a Problem,
    origin: &'a [(StateId, usize)],
    choice_origin: &'a [ChoiceId],
}

impl Lift<'_> {
    fn parts(&self, mdp: crate::mdp::Mdp) -> Option<ProblemParts> {
        let problem = self.problem;
        let observations = match &problem.observations {
            None => None,
            Some(original) => {
                let seen: Vec<_> = self
                    .origin
                    .iter()
                    .map(|&(state, time)| Some(format!("{}@{time}", observation_key(problem, original, state))))
                    .collect();
                // Copies that are absorbing only because time is up look like no copy that is not.
                Some(Observation::new(&mdp, &seen).ok()?)
            }
        };
        let given = problem.learner.given.as_ref().map(|policy| {
            RandomizedPolicy::new(
                (0..mdp.states())
                    .map(|copy| {
                        mdp.choices_of(copy)
                            .flat_map(|choice| {
                                let original = self.choice_origin[choice];
                                policy
                                    .row(self.origin[copy].0)
                                    .iter()
                                    .filter(move |(candidate, _)| *candidate == original)
                                    .map(move |(_, probability)| (choice, probability.clone()))
                            })
                            .collect()
                    })
                    .collect(),
            )
        });
        Some(ProblemParts {
            name: problem.name.clone(),
            criterion: Criterion::Total,
            specified: self.reward(&problem.specified),
            intended: self.reward(&problem.intended),
            // Labels serve the catastrophe alone from here on; its states are carried over below.
            labels: Vec::new(),
            situations: (0..problem.situations.len()).collect(),
            train: self.distribution(&problem.train)?,
            deploy: self.deploy()?,
            observations,
            catastrophe: problem.catastrophe.as_ref().map(|catastrophe| Catastrophe {
                label: catastrophe.label.clone(),
                states: self.set(&catastrophe.states),
                tolerance: catastrophe.tolerance.clone(),
            }),
            good: problem.good.clone(),
            learner: Learner { epsilon: problem.learner.epsilon.clone(), given },
            policies: problem.policies,
            features: problem
                .features
                .iter()
                .map(|feature| Feature { name: feature.name.clone(), values: self.reward(&feature.values) })
                .collect(),
            mdp,
        })
    }

    fn reward(&self, reward: &Reward) -> Reward {
        self.choice_origin.iter().map(|&choice| reward[choice].clone()).collect()
    }

    fn set(&self, states: &StateSet) -> StateSet {
        self.origin.iter().enumerate().filter(|(_, (state, _))| states.contains(*state)).map(|(copy, _)| copy).collect()
    }

    /// A situation's copy at time 0 is its position among the situations.
    fn start(&self, state: StateId) -> Option<StateId> {
        self.problem.situations.iter().position(|&situation| situation == state)
    }

    fn starts(&self, states: &[StateId]) -> Option<Vec<StateId>> {
        states.iter().map(|&state| self.start(state)).collect()
    }

    fn weights(&self, entries: &[(StateId, Rational)]) -> Option<Vec<(StateId, Rational)>> {
        entries.iter().map(|(state, weight)| Some((self.start(*state)?, weight.clone()))).collect()
    }

    fn distribution(&self, original: &Distribution) -> Option<Distribution> {
        let entries: Vec<_> = original.iter().map(|(state, mass)| (state, mass.clone())).collect();
        Distribution::new(self.weights(&entries)?).ok()
    }

    fn deploy(&self) -> Option<DeploymentSet> {
        Some(match &self.problem.deploy {
            DeploymentSet::Point(point) => DeploymentSet::Point(self.distribution(point)?),
            DeploymentSet::Over(over) => DeploymentSet::Over(self.starts(over)?),
            DeploymentSet::TotalVariation { center, radius, over } => DeploymentSet::TotalVariation {
                center: self.distribution(center)?,
                radius: radius.clone(),
                over: self.starts(over)?,
            },
            DeploymentSet::LikelihoodRatio { center, bound, over } => DeploymentSet::LikelihoodRatio {
                center: self.distribution(center)?,
                bound: bound.clone(),
                over: self.starts(over)?,
            },
            DeploymentSet::Polytope { over, constraints } => DeploymentSet::Polytope {
                over: self.starts(over)?,
                constraints: constraints
                    .iter()
                    .map(|constraint| {
                        Some(LinearConstraint {
                            coefficients: self.weights(&constraint.coefficients)?,
                            relation: constraint.relation,
                            bound: constraint.bound.clone(),
                        })
                    })
                    .collect::<Option<_>>()?,
            },
        })
    }
}

/// A key that two states share exactly when they look alike.
fn observation_key(problem: &Problem, original: &Observation, state: StateId) -> String {
    let seen = original.of(state);
    match original.name(seen) {
        Some(name) => format!("observation {name}"),
        None => format!("state {}", problem.mdp.state_name(state)),
    }
}

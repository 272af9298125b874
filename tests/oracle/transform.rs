//! Changes of a problem whose effect on the answers is known.

use lavaproof::mdp::{
    BuiltMdp, ChoiceId, Distribution, MdpBuilder, Observation, RandomizedPolicy, Rational, Reward, StateId, StateSet,
};
use lavaproof::problem::{
    Catastrophe, Criterion, DeploymentSet, Feature, Learner, LinearConstraint, Problem, ProblemParts, unroll,
};

use super::generate::Random;
use super::sketch::{by_id, distribution, problem};

/// The problem with some parts changed.
pub fn changed(original: &Problem, change: impl FnOnce(&mut ProblemParts)) -> Problem {
    let mut parts = original.clone().into_parts();
    change(&mut parts);
    problem(parts)
}

/// The problem without a horizon: the time is part of the state.
pub fn flat(original: &Problem) -> Problem {
    unroll(original).map_or_else(|| original.clone(), |unrolled| unrolled.problem)
}

/// `reward + γ Φ(s') − Φ(s)` for a potential that is 0 in absorbing states.
pub fn shaped(problem: &Problem, reward: &[Rational], potential: &[Rational]) -> Reward {
    let mdp = &problem.mdp;
    let discount = match &problem.criterion {
        Criterion::Discounted(discount) => discount.clone(),
        Criterion::Total => Rational::ONE,
        Criterion::Horizon(_) => panic!("what is left at the end of a horizon is not shaped away"),
    };
    let at = |state: StateId| if mdp.is_absorbing(state) { Rational::ZERO } else { potential[state].clone() };
    let shaped = |choice: ChoiceId| {
        let next = mdp.row(choice).fold(Rational::ZERO, |sum, (target, probability)| sum + probability * at(target));
        &reward[choice] + &discount * next - at(mdp.state_of(choice))
    };
    (0..mdp.choices()).map(shaped).collect()
}

/// The same problem with states, choices and situations renamed and in another order.
pub fn relabelled(original: &Problem, random: &mut Random) -> Problem {
    let mdp = &original.mdp;
    let order = random.shuffled((0..mdp.states()).collect());
    let mut state_of = vec![0; mdp.states()];
    let mut builder = MdpBuilder::default();
    for (position, &state) in order.iter().enumerate() {
        state_of[state] = builder.state(&format!("renamed {position}"));
        if mdp.is_absorbing(state) {
            builder.absorbing(state_of[state]);
        }
    }
    let calls = random.shuffled((0..mdp.choices()).collect());
    for &choice in &calls {
        let row = mdp.row(choice).map(|(target, probability)| (state_of[target], probability.clone()));
        let action = format!("do {}", mdp.action_name(choice));
        builder.choice(state_of[mdp.state_of(choice)], &action, row.collect::<Vec<_>>());
    }
    let BuiltMdp { mdp: renamed, choice_ids } = builder.build().expect("a renamed model");
    let mut choice_of = vec![0; calls.len()];
    for (&choice, &id) in calls.iter().zip(&choice_ids) {
        choice_of[choice] = id;
    }
    let names = Names { states: state_of, choices: choice_of };
    let reward = |old: &Reward| by_id(&names.choices, old);
    let observations = original.observations.as_ref().map(|seen| {
        let name = |&state: &StateId| seen.name(seen.of(state)).map(|name| format!("looks {name}"));
        Observation::new(&renamed, &order.iter().map(name).collect::<Vec<_>>()).expect("renamed observations")
    });
    problem(ProblemParts {
        name: "renamed".to_owned(),
        criterion: original.criterion.clone(),
        specified: reward(&original.specified),
        intended: reward(&original.intended),
        labels: original.labels.iter().map(|(label, states)| (label.clone(), names.set(states))).collect(),
        situations: random.shuffled(names.list(&original.situations)),
        train: names.distribution(&original.train),
        deploy: names.deploy(&original.deploy),
        observations,
        catastrophe: original
            .catastrophe
            .as_ref()
            .map(|catastrophe| Catastrophe { states: names.set(&catastrophe.states), ..catastrophe.clone() }),
        good: original.good.clone(),
        learner: Learner {
            epsilon: original.learner.epsilon.clone(),
            given: original.learner.given.as_ref().map(|policy| names.policy(policy)),
        },
        policies: original.policies,
        features: original
            .features
            .iter()
            .map(|feature| Feature { name: feature.name.clone(), values: reward(&feature.values) })
            .collect(),
        mdp: renamed,
    })
}

/// The new number of each state and of each choice.
struct Names {
    states: Vec<StateId>,
    choices: Vec<ChoiceId>,
}

impl Names {
    fn list(&self, states: &[StateId]) -> Vec<StateId> {
        states.iter().map(|&state| self.states[state]).collect()
    }

    fn set(&self, states: &StateSet) -> StateSet {
        states.ones().map(|state| self.states[state]).collect()
    }

    fn weights<'a>(&self, entries: impl Iterator<Item = (StateId, &'a Rational)>) -> Vec<(StateId, Rational)> {
        entries.map(|(state, weight)| (self.states[state], weight.clone())).collect()
    }

    fn distribution(&self, original: &Distribution) -> Distribution {
        distribution(&self.weights(original.iter()))
    }

    fn policy(&self, original: &RandomizedPolicy) -> RandomizedPolicy {
        let mut rows = vec![Vec::new(); self.states.len()];
        for (state, &renamed) in self.states.iter().enumerate() {
            rows[renamed] =
                original.row(state).iter().map(|(choice, share)| (self.choices[*choice], share.clone())).collect();
        }
        RandomizedPolicy::new(rows)
    }

    fn deploy(&self, original: &DeploymentSet) -> DeploymentSet {
        match original {
            DeploymentSet::Point(point) => DeploymentSet::Point(self.distribution(point)),
            DeploymentSet::Over(over) => DeploymentSet::Over(self.list(over)),
            DeploymentSet::TotalVariation { center, radius, over } => DeploymentSet::TotalVariation {
                center: self.distribution(center),
                radius: radius.clone(),
                over: self.list(over),
            },
            DeploymentSet::LikelihoodRatio { center, bound, over } => DeploymentSet::LikelihoodRatio {
                center: self.distribution(center),
                bound: bound.clone(),
                over: self.list(over),
            },
            DeploymentSet::Polytope { over, constraints } => DeploymentSet::Polytope {
                over: self.list(over),
                constraints: constraints
                    .iter()
                    .map(|constraint| LinearConstraint {
                        coefficients: self
                            .weights(constraint.coefficients.iter().map(|(state, weight)| (*state, weight))),
                        ..constraint.clone()
                    })
                    .collect(),
            },
        }
    }
}

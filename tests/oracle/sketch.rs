//! Building small problems in a few lines.

use lavaproof::mdp::{BuiltMdp, Distribution, MdpBuilder, Rational, Reward, StateId};
use lavaproof::problem::{Catastrophe, Criterion, DeploymentSet, Good, Learner, Problem, ProblemParts};

/// A model in the making: states by number, choices with both rewards.
#[derive(Default)]
pub struct Sketch {
    builder: MdpBuilder,
    specified: Reward,
    intended: Reward,
}

impl Sketch {
    /// States with choices first, then absorbing ones, numbered in this order.
    pub fn new(states: &[&str], absorbing: &[&str]) -> Self {
        let mut sketch = Self::default();
        for name in states {
            sketch.builder.state(name);
        }
        for name in absorbing {
            let state = sketch.builder.state(name);
            sketch.builder.absorbing(state);
        }
        sketch
    }

    /// A choice with its row, its specified and its intended reward.
    pub fn choice(
        &mut self,
        state: StateId,
        action: &str,
        row: Vec<(StateId, Rational)>,
        specified: Rational,
        intended: Rational,
    ) {
        self.builder.choice(state, action, row);
        self.specified.push(specified);
        self.intended.push(intended);
    }

    /// A choice that leads to one state, with integer rewards.
    pub fn step(&mut self, state: StateId, action: &str, target: StateId, specified: i64, intended: i64) {
        self.choice(state, action, vec![(target, Rational::ONE)], specified.into(), intended.into());
    }

    /// The problem with every option at its default: full observation, no catastrophe, no slack, any trained policy.
    pub fn parts(
        self,
        criterion: Criterion,
        situations: Vec<StateId>,
        train: Distribution,
        deploy: DeploymentSet,
    ) -> ProblemParts {
        self.parts_with_ids(criterion, situations, train, deploy).0
    }

    /// The same, with the number of the choice of each call.
    pub fn parts_with_ids(
        self,
        criterion: Criterion,
        situations: Vec<StateId>,
        train: Distribution,
        deploy: DeploymentSet,
    ) -> (ProblemParts, Vec<usize>) {
        let BuiltMdp { mdp, choice_ids } = self.builder.build().expect("a well-formed sketch");
        let parts = ProblemParts {
            name: "sketch".to_owned(),
            criterion,
            specified: by_id(&choice_ids, &self.specified),
            intended: by_id(&choice_ids, &self.intended),
            labels: Vec::new(),
            situations,
            train,
            deploy,
            observations: None,
            catastrophe: None,
            good: Good::Regret(Rational::ZERO),
            learner: Learner { epsilon: Rational::ZERO, given: None },
            policies: None,
            features: Vec::new(),
            mdp,
        };
        (parts, choice_ids)
    }
}

/// Values in the order of the calls, put in the order of the ids.
pub fn by_id(choice_ids: &[usize], values: &[Rational]) -> Reward {
    let mut reward = vec![Rational::ZERO; values.len()];
    for (&id, value) in choice_ids.iter().zip(values) {
        reward[id] = value.clone();
    }
    reward
}

/// A distribution from masses that sum to 1.
pub fn distribution(entries: &[(StateId, Rational)]) -> Distribution {
    Distribution::new(entries.to_vec()).expect("masses that sum to one")
}

/// A catastrophe that must not be reached with more than this probability.
pub fn catastrophe(states: &[StateId], tolerance: Rational) -> Catastrophe {
    Catastrophe { label: "bad".to_owned(), states: states.iter().copied().collect(), tolerance }
}

/// Checks the parts, which must be sound.
pub fn problem(parts: ProblemParts) -> Problem {
    Problem::new(parts).expect("sound parts")
}

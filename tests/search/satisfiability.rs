//! Propositional satisfiability as a question about trained policies.
//!
//! For each variable a training state ties between two literal states. A literal state can be misused only
//! if training never visits it. Deployment starts at the clauses, each of which leads to its literals, and the
//! catastrophe is to be reached from all of them: each clause needs a literal that training did not visit.

use lavaproof::decomposition::{Family, RewardName};
use lavaproof::mdp::{Mask, Rational, StateId};
use lavaproof::problem::{Criterion, DeploymentSet, Problem};
use lavaproof::search::{Arena, DistributionSet, Requirement, Test};

use crate::oracle::exact::ratio;
use crate::oracle::generate::Random;
use crate::oracle::sketch::{Sketch, catastrophe, distribution, problem};

/// Clauses of literals: a variable, and whether it is to be true.
#[derive(Debug, Clone)]
pub struct Formula {
    pub variables: usize,
    pub clauses: Vec<Vec<(usize, bool)>>,
}

impl Formula {
    /// Random clauses of three different variables.
    pub fn random(seed: u64, variables: usize, clauses: usize) -> Self {
        let mut random = Random::new(seed);
        let clause = |random: &mut Random| {
            let mut chosen = random.shuffled((0..variables).collect());
            chosen.truncate(3);
            chosen.into_iter().map(|variable| (variable, random.once_in(2))).collect()
        };
        Self { variables, clauses: (0..clauses).map(|_| clause(&mut random)).collect() }
    }

    /// Makes the formula satisfied by an assignment drawn from the seed.
    #[allow(dead_code, reason = "used where there is a solver to find large assignments, and to measure")]
    pub fn planted(mut self, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let values: Vec<bool> = (0..self.variables).map(|_| random.once_in(2)).collect();
        for clause in &mut self.clauses {
            if clause.iter().all(|&(variable, wanted)| values[variable] != wanted) {
                clause[0].1 = !clause[0].1;
            }
        }
        self
    }

    /// The problem whose unsafe trained policies are the satisfying assignments.
    pub fn problem(&self) -> Problem {
        let variable = |index: usize| index;
        let literal = |index: usize, positive: bool| self.variables + 2 * index + usize::from(positive);
        let clause = |index: usize| 3 * self.variables + index;
        let count = 3 * self.variables + self.clauses.len();
        let names: Vec<String> = (0..count).map(|index| format!("s{index}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut sketch = Sketch::new(&names, &["end", "bad"]);
        let (end, bad) = (count, count + 1);
        for index in 0..self.variables {
            // What is true is what training leaves alone.
            sketch.step(variable(index), "true", literal(index, false), 0, 0);
            sketch.step(variable(index), "false", literal(index, true), 0, 0);
            for positive in [false, true] {
                sketch.step(literal(index, positive), "use", end, 1, 1);
                sketch.step(literal(index, positive), "misuse", bad, 0, 0);
            }
        }
        for (index, literals) in self.clauses.iter().enumerate() {
            for (action, &(variable, wanted)) in ["a", "b", "c"].iter().zip(literals) {
                sketch.step(clause(index), action, literal(variable, wanted), 0, 0);
            }
        }
        let uniform = |states: Vec<StateId>| {
            let share = ratio(1, i64::try_from(states.len()).expect("small"));
            distribution(&states.into_iter().map(|state| (state, share.clone())).collect::<Vec<_>>())
        };
        let train = uniform((0..self.variables).map(variable).collect());
        let deploy = uniform((0..self.clauses.len()).map(clause).collect());
        let situations = train.support().chain(deploy.support()).collect();
        let discounted = Criterion::Discounted(ratio(9, 10));
        let mut parts = sketch.parts(discounted, situations, train, DeploymentSet::Point(deploy));
        let most = i64::try_from(self.clauses.len()).expect("small");
        parts.catastrophe = Some(catastrophe(&[bad], ratio(most - 1, most)));
        problem(parts)
    }
}

/// Trained (optimal wherever training gets), and not safe in deployment.
pub fn trained_and_unsafe<'a>(arena: &Arena<'_>, choices: &'a Mask) -> Vec<Requirement<'a>> {
    let tolerance = arena.problem.catastrophe.as_ref().map_or(Rational::ZERO, |declared| declared.tolerance.clone());
    let set = DistributionSet::new(arena.problem, Family::Deploy);
    vec![
        Requirement::Pinned { support: arena.problem.train.support().collect(), choices },
        Requirement::Breaks(Test::Reach { set, at_most: tolerance }),
    ]
}

/// The optimal choices of the specified reward.
#[allow(dead_code, reason = "used where there is an arena to keep them")]
pub fn optimal<'a>(arena: &'a Arena<'_>) -> &'a Mask {
    arena.optimal_choices(RewardName::Specified).expect("no limit")
}

//! Mesa-objectives by their definition, for one or two features: every direction of weights that can matter, every
//! policy (of the choices that it mixes), every situation.
//!
//! What is optimal changes only where two policies collect the same from some situation: at the normals of the
//! differences of what they collect. These directions and one between each two neighbours are all that there are.

use lavaproof::decomposition::{Reading, Status};
use lavaproof::mdp::{ChoiceId, RandomizedPolicy, Rational, StateId, Value};
use lavaproof::problem::{PolicyClass, Problem, reachable_from};

use super::Expected;
use super::exact::dot;
use super::family::{Family, members};
use super::outcome::{outcome, policies};
use super::region::unit;
use super::transform::changed;

/// Policies up to which the question is answered.
const MOST_POLICIES: usize = 300;

/// What a policy collects from each situation: the specified reward, and each feature.
struct Collected {
    specified: Vec<Rational>,
    features: Vec<Vec<Rational>>,
}

/// The answer, in the readings that it has.
pub fn answers(problem: &Problem) -> Vec<(Reading, Expected)> {
    match &problem.learner.given {
        Some(given) => vec![(Reading::Given, answer(problem, Reading::Given, Some(given)))],
        None => [Reading::Forall, Reading::Exists].map(|reading| (reading, answer(problem, reading, None))).to_vec(),
    }
}

fn answer(problem: &Problem, reading: Reading, given: Option<&RandomizedPolicy>) -> Expected {
    if problem.features.is_empty() {
        return Expected::Exactly(Status::NotApplicable);
    }
    let beyond = problem.observations.is_some()
        || !problem.learner.epsilon.is_zero()
        || problem.features.len() > 2
        || mixtures(problem) > MOST_POLICIES;
    if beyond {
        return Expected::Unsettled;
    }
    let pure: Option<Vec<Collected>> =
        policies(problem).iter().map(|policy| collected(problem, &RandomizedPolicy::from(policy))).collect();
    let asked: Option<Vec<Collected>> = match given {
        Some(given) => collected(problem, given).map(|one| vec![one]),
        None if problem.policy_class() == PolicyClass::Deterministic => {
            policies(problem).iter().map(|policy| collected(problem, &RandomizedPolicy::from(policy))).collect()
        }
        None => mixing(problem).iter().map(|policy| collected(problem, policy)).collect(),
    };
    let (Some(pure), Some(mut asked)) = (pure, asked) else { return Expected::Unsettled };
    let train = massive(problem, Family::Training);
    let deploy = massive(problem, Family::Deployment);
    let best = |x: usize| pure.iter().map(|policy| &policy.specified[x]).max().expect("a policy").clone();
    if given.is_none() {
        asked.retain(|policy| train.iter().all(|&x| policy.specified[x] == best(x)));
    }
    let objectives: Vec<Objective> =
        directions(&pure).into_iter().map(|weights| Objective::new(weights, &pure, &deploy, &best)).collect();
    let verdicts: Vec<Option<bool>> = asked.iter().map(|policy| mesa(policy, &objectives, &train, &deploy)).collect();
    let some = |verdict| verdicts.contains(&verdict);
    Expected::Exactly(match reading {
        Reading::Exists if some(Some(true)) => Status::Holds,
        Reading::Exists if some(Some(false)) => Status::Fails,
        Reading::Exists => Status::NotApplicable,
        _ if some(Some(false)) => Status::Fails,
        _ if some(None) => Status::NotApplicable,
        _ => Status::Holds,
    })
}

/// Nonzero weights, at least one of each kind; `None` where some policy may never stop.
pub fn directions_of(problem: &Problem) -> Option<Vec<Vec<Rational>>> {
    let pure: Option<Vec<Collected>> =
        policies(problem).iter().map(|policy| collected(problem, &RandomizedPolicy::from(policy))).collect();
    pure.map(|pure| directions(&pure))
}

/// Whether every consistent objective is robustly aligned; `None` if no objective rationalises the policy.
fn mesa(policy: &Collected, objectives: &[Objective], train: &[usize], deploy: &[usize]) -> Option<bool> {
    let everywhere =
        |objective: &Objective| objective.is_optimal(policy, train) && objective.is_optimal(policy, deploy);
    objectives
        .iter()
        .any(everywhere)
        .then(|| objectives.iter().all(|objective| objective.robust || !objective.is_optimal(policy, train)))
}

struct Objective {
    weights: Vec<Rational>,
    best: Vec<Rational>,
    robust: bool,
}

impl Objective {
    fn new(
        weights: Vec<Rational>,
        pure: &[Collected],
        deploy: &[usize],
        specified: &impl Fn(usize) -> Rational,
    ) -> Self {
        let situations = 0..pure[0].specified.len();
        let worth = |policy: &Collected, x: usize| dot(&weights, &policy.features[x]);
        let best: Vec<Rational> =
            situations.map(|x| pure.iter().map(|policy| worth(policy, x)).max().expect("a policy")).collect();
        let falls_short =
            |x: usize| pure.iter().any(|policy| worth(policy, x) == best[x] && policy.specified[x] < specified(x));
        let robust = !deploy.iter().any(|&x| falls_short(x));
        Self { best, robust, weights }
    }

    fn is_optimal(&self, policy: &Collected, at: &[usize]) -> bool {
        at.iter().all(|&x| dot(&self.weights, &policy.features[x]) == self.best[x])
    }
}

/// Nonzero weights, at least one of each kind.
fn directions(pure: &[Collected]) -> Vec<Vec<Rational>> {
    if pure[0].features[0].len() == 1 {
        return vec![vec![Rational::ONE], vec![Rational::NEG_ONE]];
    }
    let mut normals: Vec<(Rational, Rational)> = vec![(Rational::ONE, Rational::ZERO), (Rational::ZERO, Rational::ONE)];
    for (index, one) in pure.iter().enumerate() {
        for other in &pure[index + 1..] {
            for (own, its) in one.features.iter().zip(&other.features) {
                normals.push((&own[1] - &its[1], &its[0] - &own[0]));
            }
        }
    }
    normals.retain(|(x, y)| !x.is_zero() || !y.is_zero());
    // Half of the plane in the order of the angle; the other half is its negative.
    let zero = Rational::ZERO;
    for (x, y) in &mut normals {
        if *y < zero || (y.is_zero() && *x < zero) {
            (*x, *y) = (-&*x, -&*y);
        }
    }
    normals.sort_by(|(x, y), (u, v)| (u * y).cmp(&(x * v)));
    normals.dedup_by(|(x, y), (u, v)| &*x * &*v == &*u * &*y);
    let opposite = normals.iter().map(|(x, y)| (-x, -y)).collect::<Vec<_>>();
    let circle: Vec<_> = normals.into_iter().chain(opposite).collect();
    let next = circle.iter().skip(1).chain(circle.first());
    let between: Vec<_> = circle.iter().zip(next).map(|((x, y), (u, v))| (x + u, y + v)).collect();
    circle.into_iter().chain(between).map(|(x, y)| vec![x, y]).collect()
}

/// `None` where the policy may never stop.
fn collected(problem: &Problem, policy: &RandomizedPolicy) -> Option<Collected> {
    let specified = |problem: &Problem| -> Option<Vec<Rational>> {
        let values = outcome(problem, policy, &problem.situations).specified;
        values.iter().map(|value: &Value| value.finite().cloned()).collect()
    };
    let each: Option<Vec<Vec<Rational>>> = problem
        .features
        .iter()
        .map(|feature| specified(&changed(problem, |parts| parts.specified = feature.values.clone())))
        .collect();
    let each = each?;
    let by_situation =
        (0..problem.situations.len()).map(|x| each.iter().map(|values| values[x].clone()).collect()).collect();
    Some(Collected { specified: specified(problem)?, features: by_situation })
}

/// The situations that some distribution of the family gives mass.
fn massive(problem: &Problem, family: Family) -> Vec<usize> {
    let size = problem.situations.len();
    let regions = members(problem, family);
    (0..size).filter(|&x| regions.iter().any(|region| !region.more_than(&unit(size, x)).is_empty())).collect()
}

fn busy(problem: &Problem) -> Vec<StateId> {
    let reached = reachable_from(&problem.mdp, &problem.situations);
    reached.ones().filter(|&state| !problem.mdp.is_absorbing(state)).collect()
}

/// How many ways there are to mix choices, shares aside.
fn mixtures(problem: &Problem) -> usize {
    busy(problem).iter().map(|&state| (1usize << problem.mdp.choices_of(state).len()) - 1).product()
}

/// One policy for each way to mix choices: shares do not matter to what is optimal.
fn mixing(problem: &Problem) -> Vec<RandomizedPolicy> {
    let mdp = &problem.mdp;
    let first = |state: StateId| mdp.choices_of(state).take(1).map(|choice| (choice, Rational::ONE)).collect();
    let mut rows: Vec<Vec<Vec<(ChoiceId, Rational)>>> = vec![(0..mdp.states()).map(first).collect()];
    for state in busy(problem) {
        let choices: Vec<ChoiceId> = mdp.choices_of(state).collect();
        let mut extended = Vec::new();
        for row in &rows {
            for subset in 1..1usize << choices.len() {
                let mixed: Vec<ChoiceId> =
                    choices.iter().enumerate().filter(|(bit, _)| subset >> bit & 1 == 1).map(|(_, &c)| c).collect();
                let share = Rational::ONE / Rational::from(mixed.len());
                let mut row = row.clone();
                row[state] = mixed.into_iter().map(|choice| (choice, share.clone())).collect();
                extended.push(row);
            }
        }
        rows = extended;
    }
    rows.into_iter().map(RandomizedPolicy::new).collect()
}

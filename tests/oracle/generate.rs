//! Random small problems of every kind, each from one seed.
//!
//! Rewards and probabilities come from tiny sets, so that ties are common; successors are arbitrary, so that cycles,
//! unreachable states and situations that training never meets are common too.

use std::ops::Range;

use lavaproof::mdp::{Distribution, Observation, RandomizedPolicy, Rational, StateId, Value};
use lavaproof::problem::{
    Criterion, DeploymentSet, Feature, Good, LinearConstraint, PolicyClass, Problem, ProblemParts, Relation,
};

use super::exact::ratio;
use super::family::{deployment, masses};
use super::outcome::{Outcome, count_policies, mean, outcomes};
use super::sketch::{Sketch, catastrophe, distribution};
use super::total::well_defined;
use super::transform::{changed, flat};

/// Problems with more policies than this are left out: the oracle compares each with each.
const MOST_POLICIES: usize = 144;

/// Problems with more policies than this under full observation are left out too: tests take observations away.
const MOST_WITH_FULL_OBSERVATION: usize = 432;

/// A stream of random numbers (splitmix64).
pub struct Random(u64);

impl Random {
    /// The same stream for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("a small number");
        usize::try_from(self.next() % bound).expect("below a small number")
    }

    /// True once in `of` times.
    pub fn once_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    /// One of the items.
    pub fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    /// The items in a random order.
    pub fn shuffled<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
        items
    }

    fn fraction(&mut self, items: &[(i64, i64)]) -> Rational {
        let (numerator, denominator) = self.pick(items);
        ratio(numerator, denominator)
    }

    fn some_of(&mut self, items: &[StateId]) -> Vec<StateId> {
        let count = 1 + self.below(items.len());
        let mut chosen = self.shuffled(items.to_vec());
        chosen.truncate(count);
        chosen
    }

    fn distribution(&mut self, over: &[StateId]) -> Distribution {
        if self.once_in(3) {
            return Distribution::point(self.pick(over));
        }
        loop {
            let weights: Vec<i64> = over.iter().map(|_| self.pick(&[0, 1, 1, 2, 5])).collect();
            let sum: i64 = weights.iter().sum();
            if sum > 0 {
                let entries: Vec<_> =
                    over.iter().zip(weights).map(|(&state, weight)| (state, ratio(weight, sum))).collect();
                return distribution(&entries);
            }
        }
    }
}

/// The seeds of a run: `LAVAPROOF_RANDOM_MODELS` of them, `usual` where it is not set, from `LAVAPROOF_RANDOM_SEED`.
/// And whether they are as many as usual: in fewer, not everything need occur.
pub fn seeds(usual: u64) -> (Range<u64>, bool) {
    let number = |name: &str, usual: u64| match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")),
        Err(_) => usual,
    };
    let first = number("LAVAPROOF_RANDOM_SEED", 1);
    let count = number("LAVAPROOF_RANDOM_MODELS", usual);
    (first..first + count, count >= usual)
}

/// A random problem; the same one for the same seed.
pub fn random_problem(seed: u64) -> Problem {
    let mut random = Random::new(seed);
    loop {
        if let Some(problem) = attempt(&mut random, &SMALL) {
            return problem;
        }
    }
}

/// A random problem of five to seven states; what is tolerated, what is good and the slack of training are exactly what
/// some policy does.
pub fn sharp_problem(seed: u64) -> Problem {
    let mut random = Random::new(!seed);
    loop {
        let Some(problem) = attempt(&mut random, &LARGER) else { continue };
        let problem = sharpened(&mut random, &problem);
        if acceptable(&problem) {
            return problem;
        }
    }
}

/// The problem with thresholds that policies meet exactly.
fn sharpened(random: &mut Random, problem: &Problem) -> Problem {
    let (flat, size) = (flat(problem), problem.situations.len());
    let does = outcomes(&flat);
    let at = masses(&flat, &flat.train);
    let worth = |values: &[Value]| mean(values, &at).finite().cloned();
    let best = |values: fn(&Outcome) -> &[Value]| does.iter().filter_map(|policy| worth(values(policy))).max();
    let (policy, situation) = (random.pick(&does), random.below(size));
    changed(problem, |parts| {
        if let Some(catastrophe) = &mut parts.catastrophe
            && policy.reach[situation] < Rational::ONE
        {
            catastrophe.tolerance.clone_from(&policy.reach[situation]);
        }
        let short = |best: Option<Rational>, own: Option<Rational>| best.zip(own).map(|(best, own)| best - own);
        match &mut parts.good {
            Good::Regret(regret) => {
                if let Some(exact) = short(best(|policy| &policy.intended), worth(&policy.intended)) {
                    *regret = exact;
                }
            }
            Good::Value(least) => {
                if let Some(exact) = policy.intended[situation].finite() {
                    least.clone_from(exact);
                }
            }
        }
        let other = random.pick(&does);
        if !parts.learner.epsilon.is_zero()
            && let Some(exact) = short(best(|policy| &policy.specified), worth(&other.specified))
        {
            parts.learner.epsilon = exact;
        }
    })
}

/// How large a random problem is.
struct Size {
    busy: &'static [usize],
    /// Absorbing states, where any number from none to two will not do.
    absorbing: Option<usize>,
}

const SMALL: Size = Size { busy: &[1, 2, 2, 3, 3, 3, 4, 4], absorbing: None };
const LARGER: Size = Size { busy: &[4, 4, 5, 5, 6], absorbing: Some(1) };

/// Rewards of a model come from one of these.
const PALETTES: [&[i64]; 4] = [&[0, 0, 1], &[-1, 0, 1], &[0, 1, 2, 10], &[-1, -2]];

fn attempt(random: &mut Random, size: &Size) -> Option<Problem> {
    let criterion = match random.below(8) {
        0..=2 => Criterion::Discounted(random.fraction(&[(1, 2), (9, 10)])),
        3..=5 => Criterion::Total,
        _ => Criterion::Horizon(random.pick(&[0, 1, 1, 2, 2, 2, 3])),
    };
    let names = ["s0", "s1", "s2", "s3", "s4", "s5"];
    let busy = random.pick(size.busy);
    let absorbing = if criterion == Criterion::Total { 1 + random.below(2) } else { random.below(3) };
    let absorbing = size.absorbing.unwrap_or(absorbing);
    let mut sketch = Sketch::new(&names[..busy], &["end", "other end"][..absorbing]);
    let states = busy + absorbing;
    let (palette, forward) = (random.pick(&PALETTES), random.once_in(3));
    let (well_specified, aliased) = (random.once_in(4), random.once_in(3));
    let (uniform, actions) = (aliased || random.once_in(3), random.pick(&[1, 2, 2, 2, 3]));
    for state in 0..busy {
        let actions = if uniform { actions } else { random.pick(&[1, 2, 2, 2, 3]) };
        for action in &["a", "b", "c"][..actions] {
            let row = row(random, if forward { (state + 1).min(states - 1) } else { 0 }, states);
            let specified = random.pick(palette);
            let intended = if well_specified || random.once_in(3) { specified } else { random.pick(palette) };
            sketch.choice(state, action, row, specified.into(), intended.into());
        }
    }
    let all: Vec<StateId> = (0..states).collect();
    let starts = if random.once_in(4) { &all } else { &all[..busy] };
    let mut situations = if random.once_in(3) { random.some_of(starts) } else { random.shuffled(starts.to_vec()) };
    situations.truncate(4);
    let train = random.distribution(&situations);
    let deploy = deployment_set(random, &situations, &train);
    let mut parts = sketch.parts(criterion, situations, train, deploy);
    if aliased {
        parts.observations = Some(observation(random, &parts, busy));
    }
    options(random, &mut parts, &all);
    let problem = Problem::new(parts).ok()?;
    acceptable(&problem).then_some(problem)
}

fn row(random: &mut Random, lowest: StateId, states: usize) -> Vec<(StateId, Rational)> {
    let mut target = || lowest + random.below(states - lowest);
    let (first, second) = (target(), target());
    if first == second || random.once_in(2) {
        return vec![(first, Rational::ONE)];
    }
    let share = random.fraction(&[(1, 2), (1, 3)]);
    vec![(second, Rational::ONE - &share), (first, share)]
}

fn deployment_set(random: &mut Random, situations: &[StateId], train: &Distribution) -> DeploymentSet {
    let over = if random.once_in(3) { random.some_of(situations) } else { situations.to_vec() };
    let center = if random.once_in(2) { train.clone() } else { random.distribution(situations) };
    match random.below(5) {
        0 => DeploymentSet::Point(random.distribution(situations)),
        1 => DeploymentSet::Over(over),
        2 => {
            let radius = random.fraction(&[(0, 1), (1, 10), (1, 3), (1, 2), (1, 1)]);
            DeploymentSet::TotalVariation { center, radius, over }
        }
        3 => {
            let bound = random.fraction(&[(1, 1), (3, 2), (2, 1), (10, 1)]);
            DeploymentSet::LikelihoodRatio { center, bound, over }
        }
        _ => {
            let count = random.below(3);
            let constraints = (0..count).map(|_| constraint(random, &over)).collect();
            DeploymentSet::Polytope { over, constraints }
        }
    }
}

fn constraint(random: &mut Random, over: &[StateId]) -> LinearConstraint {
    let mut coefficients = Vec::new();
    for state in random.some_of(over) {
        coefficients.push((state, random.fraction(&[(1, 1), (2, 1), (-1, 1), (1, 2)])));
    }
    let relation = random.pick(&[Relation::AtMost, Relation::AtLeast, Relation::AtMost, Relation::Equal]);
    LinearConstraint { coefficients, relation, bound: random.fraction(&[(0, 1), (1, 3), (1, 2), (3, 4)]) }
}

/// Some of the leading states, which have the same actions, look alike; the others are their own observations.
fn observation(random: &mut Random, parts: &ProblemParts, leading: StateId) -> Observation {
    let names = random.pick(&[&["here"][..], &["here", "there"]]);
    let seen: Vec<Option<String>> = (0..parts.mdp.states())
        .map(|state| (state < leading && !random.once_in(6)).then(|| random.pick(names).to_owned()))
        .collect();
    Observation::new(&parts.mdp, &seen).expect("states with the same actions")
}

/// What a problem may or may not have besides observations.
fn options(random: &mut Random, parts: &mut ProblemParts, all: &[StateId]) {
    if !random.once_in(4) {
        let elsewhere: Vec<StateId> =
            all.iter().copied().filter(|state| random.once_in(4) || !parts.situations.contains(state)).collect();
        let states = random.some_of(if elsewhere.is_empty() { all } else { &elsewhere });
        parts.catastrophe = Some(catastrophe(
            &states[..states.len().min(if random.once_in(3) { 2 } else { 1 })],
            random.fraction(&[(0, 1), (1, 4), (1, 2)]),
        ));
        let declared = parts.catastrophe.iter().map(|declared| (declared.label.clone(), declared.states.clone()));
        parts.labels = declared.collect();
    }
    parts.good = match random.below(6) {
        0..=2 => Good::Regret(Rational::ZERO),
        3..=4 => Good::Regret(random.fraction(&[(1, 10), (1, 2), (1, 1)])),
        _ => Good::Value(random.fraction(&[(-1, 1), (0, 1), (1, 2), (1, 1)])),
    };
    if random.once_in(5) {
        parts.learner.epsilon = random.fraction(&[(1, 10), (1, 2), (1, 1)]);
    }
    if random.once_in(4) {
        parts.learner.given = Some(given(random, parts));
    }
    if random.once_in(3) {
        let palette = random.pick(&[&[0, 1][..], &[0, 0, 1], &[-1, 0, 2]]);
        for name in &["first", "second"][..random.pick(&[1, 2])] {
            let mut value = |_| Rational::from(random.pick(palette));
            let values = (0..parts.mdp.choices()).map(&mut value).collect();
            parts.features.push(Feature { name: (*name).to_owned(), values });
        }
        // An objective that is the specified one, or nearly, is often robustly aligned.
        if random.once_in(2) {
            parts.features[0].values.clone_from(&parts.specified);
        }
    }
    parts.policies = match random.below(8) {
        0 => Some(PolicyClass::Deterministic),
        1 => Some(PolicyClass::Stationary),
        _ => None,
    };
}

/// A policy that does the same in states that look alike.
fn given(random: &mut Random, parts: &ProblemParts) -> RandomizedPolicy {
    let mdp = &parts.mdp;
    let deterministic = random.once_in(2);
    let mut rows: Vec<Vec<(usize, Rational)>> = Vec::new();
    for state in 0..mdp.states() {
        let choices: Vec<usize> = mdp.choices_of(state).collect();
        let like = (0..state).find(|&other| {
            parts.observations.as_ref().is_some_and(|seen| seen.of(other) == seen.of(state)) && !choices.is_empty()
        });
        rows.push(match like {
            Some(other) => rows[other]
                .iter()
                .map(|(choice, share)| (mdp.same_action_at(state, *choice).expect("the same actions"), share.clone()))
                .collect(),
            None if choices.is_empty() => Vec::new(),
            None => {
                let (first, second) = (random.pick(&choices), random.pick(&choices));
                let share = random.fraction(&[(1, 2), (1, 3)]);
                if deterministic || first == second {
                    vec![(first, Rational::ONE)]
                } else {
                    vec![(second, Rational::ONE - &share), (first, share)]
                }
            }
        });
    }
    RandomizedPolicy::new(rows)
}

/// Whether the oracle can take a problem and the program must not refuse it.
pub fn acceptable(problem: &Problem) -> bool {
    let flat = flat(problem);
    let seeing = changed(&flat, |parts| parts.observations = None);
    count_policies(&flat) <= MOST_POLICIES
        && count_policies(&seeing) <= MOST_WITH_FULL_OBSERVATION
        && !deployment(problem).is_empty()
        && (problem.criterion != Criterion::Total
            || well_defined(problem)
                && outcomes(problem).iter().any(|policy| !policy.specified.contains(&Value::MinusInfinity)))
}

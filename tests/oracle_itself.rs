//! The oracle's geometry against Fourier–Motzkin elimination, on random systems of strict and non-strict inequalities
//! over distributions; and its evaluation of policies against episodes followed step by step.

mod oracle;

use lavaproof::mdp::{RandomizedPolicy, Rational, StateId, Value};
use lavaproof::problem::{Criterion, Problem};

use oracle::exact::{dot, negated};
use oracle::generate::{Random, random_problem};
use oracle::outcome::{mean, outcome, policies};
use oracle::region::{Region, Row, unit};
use oracle::transform::flat;

/// An inequality `row · μ ≥ 0`, or `> 0` when strict.
type Side = (Row, bool);

/// Whether no distribution satisfies all sides: variables are eliminated one by one, each pair of a lower and an upper
/// bound giving a side without the variable. Only `0 > 0` cannot be satisfied in the end.
fn nothing_satisfies(size: usize, sides: &[Side]) -> bool {
    let mut sides: Vec<Side> = sides.to_vec();
    sides.extend((0..size).map(|x| (unit(size, x), false)));
    sides.push((vec![Rational::ONE; size], true));
    for x in 0..size {
        let (using, mut without): (Vec<Side>, Vec<Side>) = sides.into_iter().partition(|(row, _)| !row[x].is_zero());
        let (lower, upper): (Vec<Side>, Vec<Side>) = using.into_iter().partition(|(row, _)| row[x] > Rational::ZERO);
        for (low, low_strict) in &lower {
            for (high, high_strict) in &upper {
                let row = low.iter().zip(high).map(|(a, b)| a * -&high[x] + b * &low[x]).collect();
                without.push((row, *low_strict || *high_strict));
            }
        }
        sides = without;
    }
    sides.iter().any(|(_, strict)| *strict)
}

fn random_rows(random: &mut Random, size: usize, count: usize) -> Vec<Row> {
    let mut entry = || Rational::from(random.pick(&[-2, -1, 0, 1, 1, 3]));
    (0..count).map(|_| (0..size).map(|_| entry()).collect()).collect()
}

fn within(size: usize, sides: &[Side]) -> Region {
    let cut = |region: Region, (row, strict): &Side| if *strict { region.more_than(row) } else { region.at_least(row) };
    sides.iter().fold(Region::simplex(size), cut)
}

#[test]
fn regions_are_empty_when_elimination_says_so() {
    let mut empty = 0;
    for seed in 1..=500 {
        let mut random = Random::new(seed);
        let (size, count) = (1 + random.below(4), random.below(5));
        let rows = random_rows(&mut random, size, count);
        let sides: Vec<Side> = rows.into_iter().map(|row| (row, random.once_in(2))).collect();
        let region = within(size, &sides);
        assert_eq!(region.is_empty(), nothing_satisfies(size, &sides), "seed {seed}: {sides:?}");
        if region.is_empty() {
            empty += 1;
            continue;
        }
        let member = region.member();
        let satisfied = |(row, strict): &Side| {
            let value = dot(row, &member);
            value > Rational::ZERO || !strict && value.is_zero()
        };
        assert!(region.contains(&member) && sides.iter().all(satisfied), "seed {seed}: {member:?} in {sides:?}");
    }
    assert!(empty > 0);
}

#[test]
fn a_point_escapes_all_cells_when_it_breaks_a_row_of_each() {
    let mut escapes = [0, 0];
    for seed in 1..=500 {
        let mut random = Random::new(seed);
        let size = 2 + random.below(3);
        let cells: Vec<Vec<Row>> = (0..1 + random.below(3))
            .map(|_| {
                let count = 1 + random.below(2);
                random_rows(&mut random, size, count)
            })
            .collect();
        let mut broken: Vec<Vec<Side>> = vec![Vec::new()];
        for cell in &cells {
            let with = |sides: &Vec<Side>, row: &Row| [&sides[..], &[(negated(row), true)]].concat();
            broken = broken.iter().flat_map(|sides| cell.iter().map(move |row| with(sides, row))).collect();
        }
        let expected = broken.iter().any(|sides| !nothing_satisfies(size, sides));
        assert_eq!(Region::simplex(size).escapes(&cells), expected, "seed {seed}: {cells:?}");
        escapes[usize::from(expected)] += 1;
    }
    assert!(escapes.iter().all(|&count| count > 0), "{escapes:?}");
}

#[test]
fn half_way_mixtures_lie_half_way() {
    for seed in 1..=200 {
        let mut random = Random::new(seed);
        let size = 2 + random.below(3);
        let rows = random_rows(&mut random, size, 2);
        let sides: Vec<Side> = rows.into_iter().map(|row| (row, false)).collect();
        let region = within(size, &sides);
        if region.is_empty() {
            continue;
        }
        let center = unit(size, 0);
        let mixed = region.mixed_with(&center);
        let half = |point: &[Rational]| -> Row {
            point.iter().zip(&center).map(|(a, b)| (a + b) / Rational::from(2)).collect()
        };
        assert!(mixed.contains(&half(&region.member())), "seed {seed}");
        let point = unit(size, 1);
        assert_eq!(mixed.contains(&half(&point)), region.contains(&point), "seed {seed}");
        let further = random_rows(&mut random, size, 1).swap_remove(0);
        let substituted: Row = further.iter().map(|entry| entry + &further[0]).collect();
        assert_eq!(
            mixed.more_than(&further).is_empty(),
            region.more_than(&substituted).is_empty(),
            "seed {seed}: {further:?} at the mixture is {substituted:?} at what is mixed in"
        );
    }
}

/// What an episode collects in its first steps, and where it is then. It is not followed beyond the states of `ends`.
fn episode(
    problem: &Problem,
    policy: &RandomizedPolicy,
    start: StateId,
    reward: &[Rational],
    ends: impl Fn(StateId) -> bool,
) -> (Rational, Vec<Rational>) {
    let discount = match &problem.criterion {
        Criterion::Discounted(discount) => discount.clone(),
        _ => Rational::ONE,
    };
    let mdp = &problem.mdp;
    let (mut sum, mut factor, mut mass) = (Rational::ZERO, Rational::ONE, unit(mdp.states(), start));
    for _ in 0..mdp.states() {
        let mut next = vec![Rational::ZERO; mdp.states()];
        for (state, here) in mass.iter().enumerate() {
            if ends(state) {
                next[state] += here;
                continue;
            }
            for (choice, share) in policy.row(state) {
                sum += &factor * here * share * &reward[*choice];
                for (target, probability) in mdp.row(*choice) {
                    next[target] += here * share * probability;
                }
            }
        }
        mass = next;
        factor *= &discount;
    }
    (sum, mass)
}

/// As many steps as there are states, one by one: then the value is what was collected and what is still to come,
/// a policy is stuck where it stops with probability 0, and what did not reach the catastrophe may still reach it.
#[test]
fn values_are_what_episodes_collect() {
    let (mut endless, mut reached) = (0, 0);
    for seed in 1..=100 {
        let problem = flat(&random_problem(seed));
        let mdp = &problem.mdp;
        let all: Vec<StateId> = (0..mdp.states()).collect();
        let factor = match &problem.criterion {
            Criterion::Discounted(discount) => all.iter().fold(Rational::ONE, |power, _| power * discount),
            _ => Rational::ONE,
        };
        let catastrophic = |state| problem.catastrophe.as_ref().is_some_and(|declared| declared.states.contains(state));
        for policy in policies(&problem).iter().map(RandomizedPolicy::from).chain(problem.learner.given.clone()) {
            let exact = outcome(&problem, &policy, &all);
            let walks: Vec<(Rational, Vec<Rational>)> = all
                .iter()
                .map(|&start| episode(&problem, &policy, start, &problem.intended, |state| mdp.is_absorbing(state)))
                .collect();
            let stuck = |start: StateId| all.iter().all(|&end| !mdp.is_absorbing(end) || walks[start].1[end].is_zero());
            for (&start, (collected, mass)) in all.iter().zip(&walks) {
                if let Value::Finite(value) = &exact.intended[start] {
                    let later = mean(&exact.intended, mass);
                    let later = later.finite().expect("a policy that stops");
                    assert_eq!(value, &(collected + &factor * later), "seed {seed}");
                } else {
                    endless += 1;
                }
                let ends = exact.intended[start] != Value::MinusInfinity;
                let may_get_stuck = all.iter().any(|&state| !mass[state].is_zero() && stuck(state));
                assert_eq!(ends, problem.criterion != Criterion::Total || !may_get_stuck, "seed {seed}");
                let ends = |state| catastrophic(state) || mdp.is_absorbing(state);
                let (_, mass) = episode(&problem, &policy, start, &problem.intended, ends);
                assert_eq!(exact.reach[start], dot(&exact.reach, &mass), "seed {seed}");
                let never = all.iter().all(|&state| !catastrophic(state) || mass[state].is_zero());
                assert_eq!(exact.reach[start].is_zero(), never, "seed {seed}");
                assert!(!catastrophic(start) || exact.reach[start] == Rational::ONE, "seed {seed}");
                reached += usize::from(!never);
            }
        }
    }
    assert!(endless > 0 && reached > 0);
}

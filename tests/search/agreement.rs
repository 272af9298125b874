//! Random requirements on random small problems, against trying every policy of the class.

use lavaproof::decomposition::{Family, RewardName};
use lavaproof::mdp::{Policy, Rational};
use lavaproof::problem::unroll;
use lavaproof::search::{Arena, DistributionSet, Requirement, Test};

use super::oracle::exact::ratio;
use super::oracle::generate::{Random, random_problem, seeds};
use super::{arena, by_both, by_cases, by_flow, by_lemmas};

/// How many problems, where the environment does not say.
const USUAL: u64 = 400;

/// Every deterministic policy that does the same in states that look alike.
fn policies(arena: &Arena<'_>) -> Vec<Policy> {
    let mdp = &arena.problem.mdp;
    let mut partial: Vec<Vec<Option<usize>>> = vec![vec![None; mdp.states()]];
    for observation in 0..arena.observation.count() {
        let members = arena.observation.members(observation);
        if mdp.is_absorbing(members[0]) {
            continue;
        }
        let extended = |policy: Vec<Option<usize>>| {
            mdp.choices_of(members[0]).map(move |choice| {
                let mut policy = policy.clone();
                for &member in members {
                    policy[member] = mdp.same_action_at(member, choice);
                }
                policy
            })
        };
        partial = partial.into_iter().flat_map(extended).collect();
    }
    partial.into_iter().map(Policy::new).collect()
}

fn test(random: &mut Random, arena: &Arena<'_>) -> Test {
    let family = random.pick(&[Family::Train, Family::Deploy, Family::Deploy, Family::Encountered, Family::All]);
    let set = DistributionSet::new(arena.problem, family);
    let reward = random.pick(&[RewardName::Specified, RewardName::Intended]);
    let bound =
        random.pick(&[ratio(-2, 1), ratio(-1, 1), ratio(-1, 2), Rational::ZERO, ratio(1, 2), ratio(1, 1), ratio(3, 1)]);
    match random.below(4) {
        0 if arena.problem.catastrophe.is_some() => {
            let at_most = random.pick(&[Rational::ZERO, Rational::ZERO, ratio(1, 4), ratio(1, 2), ratio(2, 3)]);
            Test::Reach { set, at_most }
        }
        1 => {
            let points = set.extreme_points().unwrap_or_else(|| vec![arena.problem.train.clone()]);
            Test::Points { reward, points: points.into_iter().map(|point| (point, bound.clone())).collect() }
        }
        2 => {
            let at_least = random.pick(&[Rational::ZERO, ratio(-1, 10), ratio(-1, 2), ratio(-1, 1)]);
            Test::Linear { reward, set, relative: true, at_least }
        }
        _ => Test::Linear { reward, set, relative: false, at_least: bound },
    }
}

fn requirements<'a>(random: &mut Random, arena: &'a Arena<'_>) -> Vec<Requirement<'a>> {
    let mut requirements = Vec::new();
    if !random.once_in(3) {
        let reward = random.pick(&[RewardName::Specified, RewardName::Intended]);
        let choices = arena.optimal_choices(reward).expect("no limit");
        requirements.push(Requirement::Pinned { support: arena.problem.train.support().collect(), choices });
    }
    for _ in 0..1 + random.below(2) {
        let test = test(random, arena);
        requirements.push(if random.once_in(2) { Requirement::Meets(test) } else { Requirement::Breaks(test) });
    }
    requirements
}

#[test]
fn all_ways_agree_with_trying_every_policy() {
    let (mut answers, mut told) = ([0, 0], [0, 0]);
    let (seeds, many) = seeds(USUAL);
    for seed in seeds {
        let problem = random_problem(seed);
        let problem = unroll(&problem).map_or(problem, |unrolled| unrolled.problem);
        let arena = arena(&problem);
        let policies = policies(&arena);
        let mut random = Random::new(seed ^ 0x5eed);
        for _ in 0..3 {
            let requirements = requirements(&mut random, &arena);
            let meets = |policy: &Policy| Requirement::all_met_by(&requirements, &arena, policy).expect("unlimited");
            let expected = policies.iter().any(meets);
            answers[usize::from(expected)] += 1;
            let context = || format!("seed {seed}: {requirements:#?} of {problem:#?}");
            assert_eq!(by_flow(&arena, &requirements), expected, "flow, {}", context());
            assert_eq!(by_cases(&arena, &requirements), expected, "cases, {}", context());
            if let Some(found) = by_lemmas(&arena, &requirements) {
                assert_eq!(found, expected, "lemmas, {}", context());
                told[usize::from(found)] += 1;
            }
            assert_eq!(by_both(&arena, &requirements), expected, "both, {}", context());
        }
    }
    println!("none, some: {answers:?}, of them by lemmas: {told:?}");
    assert!(!many || answers.into_iter().all(|count| count * 5 >= answers[0] + answers[1]), "one-sided: {answers:?}");
}

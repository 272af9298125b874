//! What is proved about the decompositions, on random small problems: no problem has the hypotheses without the
//! conclusion. Each test counts the problems in which the hypotheses were met, so that none passes for lack of them.

mod oracle;

use std::collections::BTreeMap;

use lavaproof::budget::Budget;
use lavaproof::decide::{Mesa, mesa_objectives};
use lavaproof::decomposition::Half::{self, Goal, Inner, Outer};
use lavaproof::decomposition::Reading::{self, Exists, Forall, Given};
use lavaproof::decomposition::Status::{self, Fails, Holds, Unknown};
use lavaproof::decomposition::{FixedSet, RewardName, Scope};
use lavaproof::mdp::{Distribution, RandomizedPolicy, Rational, StateId};
use lavaproof::problem::{DeploymentSet, Good, PolicyClass, Problem};
use lavaproof::solve::Engine;

use oracle::generate::{Random, random_problem, seeds};
use oracle::sketch::distribution;
use oracle::transform::{changed, flat, relabelled, shaped};
use oracle::{Key, exact::ratio, subject, total};

/// How many problems for each theorem, where the environment does not say.
const USUAL: u64 = 300;

struct Answers(BTreeMap<Key, Status>);

impl Answers {
    fn of(problem: &Problem) -> Self {
        Self(subject::statuses(problem))
    }

    fn get(&self, id: &str, half: Half, reading: Reading) -> Option<Status> {
        self.0.get(&(id.to_owned(), half, reading)).copied()
    }

    fn holds(&self, id: &str, half: Half, reading: Reading) -> bool {
        self.get(id, half, reading) == Some(Holds)
    }

    /// Conclusions may be unknown, where randomised policies of what is observed are in question; never false.
    fn fails(&self, id: &str, half: Half, reading: Reading) -> bool {
        self.get(id, half, reading) == Some(Fails)
    }

    /// Every answer is the same, where both are known.
    fn assert_same(&self, other: &Self, seed: u64) {
        assert!(self.0.keys().eq(other.0.keys()), "seed {seed}: other questions");
        for ((key, before), after) in self.0.iter().zip(other.0.values()) {
            assert!(before == after || [before, after].contains(&&Unknown), "seed {seed}: {key:?}: {before}, {after}");
        }
    }
}

/// The reading of statements about the trained policies that speaks of all of them.
fn every_trained(problem: &Problem) -> Reading {
    if problem.learner.given.is_some() { Given } else { Forall }
}

/// Whether the trained policies are in the class that *every policy* speaks of. A given one that randomises is not
/// where only deterministic ones are.
fn trained_in_class(problem: &Problem) -> bool {
    let pure = |given: &RandomizedPolicy| (0..problem.mdp.states()).all(|state| given.row(state).len() <= 1);
    problem.policy_class() == PolicyClass::Stationary || problem.learner.given.as_ref().is_none_or(pure)
}

/// Full observation, `ε = 0`.
fn plain(problem: &Problem) -> Problem {
    changed(problem, |parts| {
        parts.observations = None;
        parts.learner.epsilon = Rational::ZERO;
    })
}

/// Full observation, `ε = δ = 0`.
fn strict(problem: &Problem) -> Problem {
    changed(&plain(problem), |parts| parts.good = Good::Regret(Rational::ZERO))
}

/// Runs a check on random problems; it says whether its hypotheses were met.
fn on_random_problems(check: impl Fn(u64, &Problem) -> bool) {
    let (seeds, many) = seeds(USUAL);
    let met = seeds.filter(|&seed| check(seed, &random_problem(seed))).count();
    println!("the hypotheses were met {met} times");
    assert!(met > 0 || !many, "the hypotheses were never met");
}

#[test]
fn t1_an_incentive_and_robustness_give_the_goal() {
    on_random_problems(|seed, problem| {
        let answers = Answers::of(problem);
        let reading = every_trained(problem);
        let met = trained_in_class(problem)
            && answers.holds("wentworth", Outer, Forall)
            && answers.holds("wentworth", Inner, reading);
        assert!(!met || !answers.fails("wentworth", Goal, reading), "seed {seed}");
        met
    });
}

#[test]
fn t2_an_incentive_on_what_is_encountered_gives_the_goal() {
    on_random_problems(|seed, problem| {
        let problem = changed(problem, |parts| {
            parts.observations = None;
            parts.good = Good::Regret(Rational::ZERO);
        });
        let answers = Answers::of(&problem);
        let reading = every_trained(&problem);
        let met = trained_in_class(&problem)
            && answers.holds("hubinger-encountered", Outer, Forall)
            && answers.holds("hubinger-encountered", Inner, reading);
        assert!(!met || !answers.fails("hubinger-encountered", Goal, reading), "seed {seed}");
        met
    });
}

#[test]
fn t2_an_incentive_everywhere_is_one_in_deployment() {
    on_random_problems(|seed, problem| {
        let answers = Answers::of(problem);
        let met = answers.holds("hubinger-all", Outer, Forall);
        assert!(!met || !answers.fails("wentworth", Outer, Forall), "seed {seed}");
        met
    });
}

/// Another distribution with the same support.
fn same_support(original: &Distribution) -> Distribution {
    let states: Vec<StateId> = original.support().collect();
    let weights: Vec<i64> = (1..).take(states.len()).collect();
    let sum: i64 = weights.iter().sum();
    let entries: Vec<_> = states.iter().zip(weights).map(|(&state, weight)| (state, ratio(weight, sum))).collect();
    distribution(&entries)
}

#[test]
fn t3_only_the_support_counts() {
    on_random_problems(|seed, problem| {
        let problem = changed(&strict(problem), |parts| {
            if let Some(catastrophe) = &mut parts.catastrophe {
                catastrophe.tolerance = Rational::ZERO;
            }
        });
        let other = changed(&problem, |parts| {
            parts.train = same_support(&parts.train);
            if let DeploymentSet::Point(point) = &parts.deploy {
                parts.deploy = DeploymentSet::Point(same_support(point));
            }
        });
        // Balls and polytopes are about masses; "every distribution over" is not, and their centers did not move.
        Answers::of(&problem).assert_same(&Answers::of(&other), seed);
        problem.train != other.train || problem.deploy != other.deploy
    });
}

#[test]
fn t3_training_on_more_leaves_fewer_policies() {
    on_random_problems(|seed, problem| {
        let problem = strict(problem);
        let even = ratio(1, i64::try_from(problem.situations.len()).expect("few situations"));
        let everywhere: Vec<_> = problem.situations.iter().map(|&situation| (situation, even.clone())).collect();
        let wider = changed(&problem, |parts| parts.train = distribution(&everywhere));
        let (narrow, wide) = (Answers::of(&problem), Answers::of(&wider));
        let mut met = false;
        for id in ["wentworth", "shah-behavioural", "shah-catastrophe", "quibble", "quibble-safe"] {
            let holds = narrow.holds(id, Inner, Forall);
            assert!(!holds || wide.holds(id, Inner, Forall), "seed {seed}: {id}");
            met |= holds && problem.train != wider.train;
        }
        met
    });
}

#[test]
fn t4_all_distributions_pass_when_every_situation_does() {
    on_random_problems(|seed, problem| {
        let problem = plain(problem);
        let everywhere = changed(&problem, |parts| parts.deploy = DeploymentSet::Over(parts.situations.clone()));
        let all = Answers::of(&everywhere);
        let single: Vec<Answers> = problem
            .situations
            .iter()
            .map(|&situation| {
                let deploy = DeploymentSet::Point(Distribution::point(situation));
                Answers::of(&changed(&problem, |parts| parts.deploy = deploy))
            })
            .collect();
        let trained = every_trained(&problem);
        for (id, half, reading) in [
            ("wentworth", Outer, Forall),
            ("wentworth", Inner, Forall),
            ("wentworth", Goal, trained),
            ("shah-catastrophe", Inner, trained),
        ] {
            if all.get(id, half, reading) != Some(Status::NotApplicable) {
                let each = single.iter().all(|answers| answers.holds(id, half, reading));
                assert_eq!(all.holds(id, half, reading), each, "seed {seed}: {id} {half} {reading}");
            }
        }
        assert_eq!(all.get("wentworth", Outer, Forall), all.get("hubinger-all", Outer, Forall), "seed {seed}");
        single.len() > 1
    });
}

#[test]
fn t5_nothing_new_in_deployment() {
    on_random_problems(|seed, problem| {
        let problem = changed(&strict(problem), |parts| {
            parts.learner.given = None;
            parts.deploy = DeploymentSet::Over(parts.train.support().collect());
        });
        let answers = Answers::of(&problem);
        let met = answers.holds("shah-behavioural", Outer, Forall);
        assert!(!met || !answers.fails("shah-behavioural", Goal, Forall), "seed {seed}");
        met
    });
}

#[test]
fn t6_good_everywhere_is_good_in_training() {
    on_random_problems(|seed, problem| {
        let answers = Answers::of(problem);
        let met = answers.holds("quibble", Inner, Forall);
        assert!(!met || !answers.fails("quibble", Outer, Forall), "seed {seed}");
        met
    });
}

#[test]
fn t7_robust_mesa_objectives_give_the_goal() {
    on_random_problems(|seed, problem| {
        let problem = strict(problem);
        let answers = Answers::of(&problem);
        let reading = every_trained(&problem);
        let policies = match reading {
            Given => FixedSet::Given,
            _ => FixedSet::Optimal(RewardName::Specified),
        };
        let inner = || mesa_objectives(&problem, policies, Scope::Every, &Budget::unlimited(), Engine::default());
        let met =
            trained_in_class(&problem) && answers.holds("mesa", Outer, Forall) && matches!(inner(), Ok(Mesa::Holds));
        assert!(!met || !answers.fails("mesa", Goal, reading), "seed {seed}");
        met
    });
}

#[test]
fn t8_shaping_and_scaling_the_specified_reward_change_nothing() {
    on_random_problems(|seed, problem| {
        let problem = flat(problem);
        let mut random = Random::new(seed);
        let potential: Vec<Rational> = (0..problem.mdp.states()).map(|_| random.pick(&[-2, 0, 1, 3]).into()).collect();
        let factor = ratio(random.pick(&[1, 3, 7]), 2);
        let other = changed(&problem, |parts| {
            parts.specified =
                shaped(&problem, &parts.specified, &potential).iter().map(|reward| reward * &factor).collect();
            parts.learner.epsilon *= &factor;
        });
        same_unless_refused(seed, &problem, &other)
    });
}

#[test]
fn t8_shaping_and_scaling_the_intended_reward_change_nothing() {
    on_random_problems(|seed, problem| {
        let problem = flat(problem);
        let mut random = Random::new(seed);
        let factor = ratio(random.pick(&[1, 3, 7]), 2);
        let other = changed(&problem, |parts| {
            match &mut parts.good {
                Good::Regret(regret) => {
                    let potential: Vec<Rational> =
                        (0..parts.mdp.states()).map(|_| random.pick(&[-2, 0, 1, 3]).into()).collect();
                    parts.intended = shaped(&problem, &parts.intended, &potential);
                    *regret *= &factor;
                }
                Good::Value(threshold) => *threshold *= &factor,
            }
            for reward in &mut parts.intended {
                *reward *= &factor;
            }
        });
        same_unless_refused(seed, &problem, &other)
    });
}

/// Shaping may give a random cycle a step of positive reward, and then undiscounted rewards are refused.
fn same_unless_refused(seed: u64, problem: &Problem, other: &Problem) -> bool {
    let accepted = problem.criterion != lavaproof::problem::Criterion::Total || total::well_defined(other);
    if accepted {
        Answers::of(problem).assert_same(&Answers::of(other), seed);
    }
    accepted && (&problem.specified, &problem.intended) != (&other.specified, &other.intended)
}

#[test]
fn t8_names_and_order_change_nothing() {
    on_random_problems(|seed, problem| {
        let other = relabelled(problem, &mut Random::new(seed));
        Answers::of(problem).assert_same(&Answers::of(&other), seed);
        problem.mdp.states() > 1
    });
}

#[test]
fn what_holds_of_every_policy_holds_of_some() {
    on_random_problems(|seed, problem| {
        let answers = Answers::of(problem);
        let mut met = false;
        for ((id, half, reading), status) in &answers.0 {
            // No policy at all may be above a threshold.
            let none_good = id == "wentworth-literal" && *half == Outer && matches!(problem.good, Good::Value(_));
            if *reading == Forall && *status == Holds && !none_good {
                let exists = answers.get(id, *half, Exists);
                assert!([Some(Holds), Some(Unknown)].contains(&exists), "seed {seed}: {id} {half} is {exists:?}");
                met = true;
            }
        }
        met
    });
}

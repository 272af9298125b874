//! Reward learning: the safe data distributions of processes, and the shipped bandit.

use lavaproof::budget::Budget;
use lavaproof::lp::{LinearProgram, Outcome, Relation, Row};
use lavaproof::mdp::{Distribution, Mdp, MdpBuilder, Rational};
use lavaproof::rewards::{CoverageError, Episodes, ProcessRow, safe_data, safe_process_data, unsafe_reward};

use crate::Which::{Intended, Specified};
use crate::data::{grid, rationals};
use crate::{best, model, number, rational, reward, state, visible_and_hidden};

fn product(left: &[Rational], right: &[Rational]) -> Rational {
    left.iter().zip(right).fold(Rational::ZERO, |sum, (a, b)| sum + a * b)
}

fn arms(count: usize) -> Mdp {
    let mut builder = MdpBuilder::default();
    let (pull, end) = (builder.state("pull"), builder.state("end"));
    (0..count).for_each(|arm| builder.choice(pull, &arm.to_string(), [(end, Rational::ONE)]));
    builder.absorbing(end);
    builder.build().expect("rows that sum to one").mdp
}

/// Two states that one walks between, with a coin.
fn walk() -> Mdp {
    let mut builder = MdpBuilder::default();
    let [x, y] = ["x", "y"].map(|name| builder.state(name));
    builder.choice(x, "stay", [(x, Rational::ONE)]);
    builder.choice(x, "toss", [(x, rational("1/2")), (y, rational("1/2"))]);
    builder.choice(y, "stay", [(y, Rational::ONE)]);
    builder.choice(y, "toss", [(y, rational("3/4")), (x, rational("1/4"))]);
    builder.build().expect("rows that sum to one").mdp
}

fn are_met(rows: &[ProcessRow], data: &[Rational]) -> bool {
    rows.iter().all(|row| product(&row.weights, data) > row.bound)
}

/// A bandit as a process has the rows of the bandit, but for those that others imply.
#[test]
fn a_bandit_is_a_process() {
    let (discount, start) = (rational("1/2"), Distribution::point(0));
    for rewards in [rationals(["1", "0"]), rationals(["3", "1", "0"]), rationals(["2", "2", "1", "-1"])] {
        let mdp = arms(rewards.len());
        let episodes = Episodes::new(&mdp, &discount, &start).expect("a discount");
        let (error, regret) = (rational("1/10"), rational("1/2"));
        let rows = safe_process_data(&episodes, &rewards, &error, &regret, &Budget::unlimited()).expect("a small one");
        let known = safe_data(&rewards, &error, &regret);
        for row in &rows {
            assert!(known.iter().any(|other| other.weights == row.weights && other.bound == row.bound), "{row:?}");
        }
        for row in &known {
            let implied = |other: &&ProcessRow| other.weights.iter().zip(&row.weights).all(|(a, b)| a <= b);
            assert_eq!(rows.iter().filter(implied).map(|other| &other.bound).next(), Some(&row.bound), "{row:?}");
        }
    }
}

/// The least error under `data` of a reward for which a policy is as good as all others: a linear program that knows nothing of vertices.
fn least_error(measures: &[Vec<Rational>], own: usize, reward: &[Rational], data: &[Rational]) -> Rational {
    let rows = measures.iter().map(|other| {
        let ahead: Vec<Rational> = measures[own].iter().zip(other).map(|(a, b)| a - b).collect();
        let both = |(at, entry): (usize, &Rational)| [(2 * at, entry.clone()), (2 * at + 1, -entry.clone())];
        let coefficients = ahead.iter().enumerate().flat_map(both).collect();
        Row { coefficients, relation: Relation::AtLeast, bound: -product(&ahead, reward) }
    });
    let cost = data.iter().enumerate().flat_map(|(at, mass)| [(2 * at, -mass.clone()), (2 * at + 1, -mass.clone())]);
    let program = LinearProgram { variables: 2 * reward.len(), rows: rows.collect(), objective: cost.collect() };
    let Outcome::Optimal { value, .. } = program.solve() else { panic!("the reward 0 makes every policy optimal") };
    -value
}

/// The rows say of every data distribution on a grid what the definition says of it; and the reward of a broken row misleads.
#[test]
fn the_rows_of_a_random_process_are_the_definition() {
    let (mdp, discount, start) = (walk(), rational("1/2"), Distribution::point(0));
    let episodes = Episodes::new(&mdp, &discount, &start).expect("a discount");
    let measures = episodes.occupancies(&Budget::unlimited()).expect("no limit");
    let (mut safe, mut not) = (0, 0);
    for reward in [rationals(["0", "1", "2", "0"]), rationals(["1", "0", "-1", "3"])] {
        let values: Vec<Rational> = measures.iter().map(|measure| product(measure, &reward)).collect();
        let best = values.iter().max().expect("a policy");
        let range = best - values.iter().min().expect("a policy");
        for (error, regret) in [("1/10", "1/4"), ("1/4", "1/2"), ("1/20", "9/10")] {
            let (error, regret) = (rational(error), rational(regret));
            let rows =
                safe_process_data(&episodes, &reward, &error, &regret, &Budget::unlimited()).expect("a small one");
            for data in grid(4, 5) {
                let bad = (0..measures.len()).filter(|&policy| best - &values[policy] >= &regret * &range);
                let by_definition =
                    bad.into_iter().all(|policy| least_error(&measures, policy, &reward, &data) > &error * &range);
                assert_eq!(are_met(&rows, &data), by_definition, "{reward:?} {data:?}");
                *if by_definition { &mut safe } else { &mut not } += 1;
            }
            for row in &rows {
                let learned = |measure: &Vec<Rational>| product(measure, &row.learned);
                let own = episodes.occupancy(&row.policy, &Budget::unlimited()).expect("no limit");
                assert!(measures.iter().all(|other| learned(other) <= learned(&own)), "the policy is optimal");
                assert!(best - product(&own, &reward) >= &regret * &range, "and bad");
                let moved =
                    row.learned.iter().zip(&reward).map(|(new, old)| if new > old { new - old } else { old - new });
                assert_eq!(moved.collect::<Vec<_>>(), row.weights);
            }
        }
    }
    assert!(safe > 0 && not > 0, "{safe} {not}");
}

#[test]
fn a_process_that_is_too_large_is_refused() {
    let (mdp, discount, start) = (arms(40), rational("1/2"), Distribution::point(0));
    let episodes = Episodes::new(&mdp, &discount, &start).expect("a discount");
    let rewards: Vec<Rational> = (0..40).map(Rational::from).collect();
    let found = safe_process_data(&episodes, &rewards, &rational("1/10"), &rational("1/2"), &Budget::unlimited());
    assert!(matches!(found, Err(CoverageError::TooLarge { choices: 40, .. })), "{found:?}");
}

/// The learned reward of the shipped bandit is off by 1/10 of the range on data that saw the bad arm once in twenty times, and its one optimum is the bad arm. The rows
/// say for which data no such reward exists: the bad arm must have more than 1/10 of it, and more than 1/10 must be on the other two, weighted by how far they must fall.
#[test]
fn the_shipped_bandit_was_learned_from_data_that_is_not_safe() {
    let problem = model("reward-learning/three-arms.toml");
    let (meant, learned) = (reward(&problem, Intended), reward(&problem, Specified));
    assert_eq!((meant, learned), (&rationals(["1", "1/2", "0"])[..], &rationals(["1", "1/2", "2"])[..]));
    let (error, regret) = (rational("1/10"), Rational::ONE);
    let data = rationals(["1/2", "9/20", "1/20"]);
    let off = learned.iter().zip(meant).map(|(new, old)| if new > old { new - old } else { old - new });
    assert_eq!(product(&off.collect::<Vec<_>>(), &data), rational("1/10"));
    let start = state(&problem, "arms");
    assert_eq!(visible_and_hidden(&problem, start), ["2", "0", "0"].map(number));
    assert_eq!(best(&problem, Intended).values[start], number("1"));
    let rows = safe_data(meant, &error, &regret);
    let weights: Vec<_> = rows.iter().map(|row| row.weights.clone()).collect();
    assert_eq!(weights, [["1", "1/2", "0"], ["1/2", "0", "1/2"], ["0", "0", "1"]].map(rationals));
    assert!(rows.iter().all(|row| row.bound == error));
    assert!(unsafe_reward(meant, &error, &regret, &data).is_some());
    assert!(unsafe_reward(meant, &error, &regret, &rationals(["1/2", "7/20", "3/20"])).is_none());
}

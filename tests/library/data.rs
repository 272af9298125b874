//! Reward learning: the data distributions of a bandit on which a learned reward cannot mislead.

use lavaproof::lp::{LinearProgram, Outcome, Relation, Row};
use lavaproof::mdp::Rational;
use lavaproof::rewards::{safe_data, unsafe_reward};

use crate::rational;

pub(crate) fn rationals<const N: usize>(entries: [&str; N]) -> Vec<Rational> {
    entries.map(rational).to_vec()
}

/// The least error under `data` of a reward for which `arm` is optimal: a linear program over all rewards of either sign, which knows nothing
/// of levels.
fn least_error(rewards: &[Rational], arm: usize, data: &[Rational]) -> Rational {
    let arms = rewards.len();
    // The learned reward of an arm is the true one plus `2a` minus `2a + 1`.
    let rows = (0..arms).filter(|&other| other != arm).map(|other| Row {
        coefficients: vec![
            (2 * arm, Rational::ONE),
            (2 * arm + 1, -Rational::ONE),
            (2 * other, -Rational::ONE),
            (2 * other + 1, Rational::ONE),
        ],
        relation: Relation::AtLeast,
        bound: &rewards[other] - &rewards[arm],
    });
    let objective =
        data.iter().enumerate().flat_map(|(at, mass)| [(2 * at, -mass.clone()), (2 * at + 1, -mass.clone())]);
    let program = LinearProgram { variables: 2 * arms, rows: rows.collect(), objective: objective.collect() };
    let Outcome::Optimal { value, .. } = program.solve() else { panic!("any arm can be made optimal") };
    -value
}

pub(crate) fn grid(arms: usize, steps: i64) -> Vec<Vec<Rational>> {
    let mut points = vec![Vec::new()];
    for _ in 0..arms {
        let extended = points.into_iter().flat_map(|point: Vec<i64>| {
            (0..=steps).map(move |mass| point.iter().copied().chain([mass]).collect::<Vec<i64>>())
        });
        points = extended.filter(|point| point.iter().sum::<i64>() <= steps).collect();
    }
    let whole = points.into_iter().filter(|point| point.iter().sum::<i64>() == steps);
    whole.map(|point| point.into_iter().map(|mass| Rational::from(mass) / Rational::from(steps)).collect()).collect()
}

/// The rows say of every data distribution on a grid what the definition says of it: no reward within the error has a bad arm optimal.
#[test]
fn the_rows_are_the_definition() {
    for rewards in [rationals(["1", "0"]), rationals(["3", "1", "0"]), rationals(["2", "2", "1", "-1"])] {
        let best = rewards.iter().max().expect("an arm");
        let range = best - rewards.iter().min().expect("an arm");
        let (mut safe, mut unsafe_) = (0, 0);
        for (error, regret) in [("1/10", "1/2"), ("1/4", "1"), ("1/5", "1/4")] {
            let (error, regret) = (rational(error), rational(regret));
            let rows = safe_data(&rewards, &error, &regret);
            for data in grid(rewards.len(), 6) {
                let by_rows = rows.iter().all(|row| {
                    let cost = row.weights.iter().zip(&data).fold(Rational::ZERO, |sum, (w, mass)| sum + w * mass);
                    cost > row.bound
                });
                let bad = (0..rewards.len()).filter(|&arm| best - &rewards[arm] >= &regret * &range);
                let by_definition = bad.into_iter().all(|arm| least_error(&rewards, arm, &data) > &error * &range);
                assert_eq!(by_rows, by_definition, "{rewards:?} {data:?}");
                let (learned, counter) =
                    (unsafe_reward(&rewards, &error, &regret, &data), if by_rows { &mut safe } else { &mut unsafe_ });
                *counter += 1;
                assert_eq!(learned.is_none(), by_rows);
                let Some(learned) = learned else { continue };
                let distance =
                    learned.iter().zip(&rewards).zip(&data).fold(Rational::ZERO, |sum, ((new, old), mass)| {
                        sum + mass * if new > old { new - old } else { old - new }
                    });
                let top = learned.iter().max().expect("an arm");
                let misled =
                    (0..rewards.len()).any(|arm| learned[arm] == *top && best - &rewards[arm] >= &regret * &range);
                assert!(distance <= &error * &range && misled);
            }
        }
        assert!(safe > 0 && unsafe_ > 0);
    }
}

/// Two arms worth 1 and 0: the bad one becomes optimal by raising it, or by lowering the good one. So each needs more data than the
/// error: a distribution is safe iff both arms have a mass above it.
#[test]
fn two_arms_need_data_on_both() {
    let rows = safe_data(&rationals(["1", "0"]), &rational("1/10"), &rational("1/2"));
    let weights: Vec<_> = rows.iter().map(|row| row.weights.clone()).collect();
    assert_eq!(weights, [rationals(["1", "0"]), rationals(["0", "1"])]);
    assert!(rows.iter().all(|row| row.bound == rational("1/10")));
}

#[test]
fn arms_of_one_worth_cannot_mislead() {
    assert!(safe_data(&rationals(["1", "1"]), &rational("1"), &rational("0")).is_empty());
}

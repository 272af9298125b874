//! The exact values of a policy on one block of states, given those of the states that it leads to.

use dashu_base::{Gcd, UnsignedAbs};
use dashu_int::IBig;

use crate::budget::{Budget, Exhausted};
use crate::mdp::Rational;
use crate::solve::dixon::lift;
use crate::solve::elimination::eliminate;
use crate::solve::integer_system::{CommonFraction, IntegerSystem};
use crate::solve::shortest_path::components::components;
use crate::solve::shortest_path::fractions::{Fraction, ONE};
use crate::solve::shortest_path::qualitative::NONE;
use crate::solve::shortest_path::values::{ScaledRow, Values};

/// Systems of at most this size are eliminated; larger ones are lifted.
const LARGEST_ELIMINATION: usize = 40;

/// Positions of states in the block and in the component being worked on; [`NONE`] for the others.
#[derive(Debug)]
pub(super) struct Positions {
    pub(super) in_block: Vec<u32>,
    in_component: Vec<u32>,
}

impl Positions {
    pub(super) fn new(count: usize) -> Self {
        Self { in_block: vec![NONE; count], in_component: vec![NONE; count] }
    }
}

/// Sets the values of a policy that ends from every state of the block.
pub(super) fn evaluate(
    values: &mut Values<'_>,
    policy: &[u32],
    block: &[u32],
    positions: &mut Positions,
    budget: &Budget,
) -> Result<(), Exhausted> {
    let rows = values.rows;
    let in_block = &positions.in_block;
    let parts = components(block.len(), 0..narrow(block.len()), |position, edge| {
        let choice = policy[block[position as usize] as usize] as usize;
        let target = rows.targets(choice).get(edge)?;
        let inside = in_block[*target as usize];
        Some((inside != NONE).then_some(inside))
    });
    for part in parts.iter() {
        budget.check()?;
        if let [position] = part {
            let state = block[*position as usize];
            let value = values.repeated(policy[state as usize] as usize, state).unwrap_or(Fraction::ZERO);
            values.set(state, value);
            continue;
        }
        let states: Vec<u32> = part.iter().map(|&position| block[position as usize]).collect();
        for (index, &state) in states.iter().enumerate() {
            positions.in_component[state as usize] = narrow(index);
        }
        solve(values, policy, &states, &positions.in_component);
        for &state in &states {
            positions.in_component[state as usize] = NONE;
        }
    }
    Ok(())
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// One strongly connected component of the policy's chain.
fn solve(values: &mut Values<'_>, policy: &[u32], states: &[u32], position: &[u32]) {
    let system = small_system(values, policy, states, position)
        .unwrap_or_else(|| large_system(values, policy, states, position));
    let lifted = if states.len() > LARGEST_ELIMINATION { lift(&system) } else { None };
    let solution = lifted.unwrap_or_else(|| eliminate(&system));
    store(values, states, &system, solution);
}

/// `(scale − own weight) x − Σ weights x = external`, in machine integers on the left.
fn small_system(values: &mut Values<'_>, policy: &[u32], states: &[u32], position: &[u32]) -> Option<IntegerSystem> {
    let mut row = ScaledRow::default();
    let mut rows = Vec::with_capacity(states.len());
    let mut external = Vec::with_capacity(states.len());
    let mut common = ONE;
    for (index, &state) in states.iter().enumerate() {
        values.scaled_row(policy[state as usize] as usize, &mut row)?;
        let (sum, _) = values.external(&row, |target| position[target as usize] != NONE);
        common = values.denominators.common(common, sum.denominator);
        external.push(sum);
        let mut entries = Vec::with_capacity(row.weights.len() + 1);
        let mut diagonal = IBig::from(row.scale);
        for &(target, weight) in &row.weights {
            let column = position[target as usize];
            if column as usize == index {
                diagonal -= weight;
            } else if column != NONE {
                entries.push((column as usize, -IBig::from(weight)));
            }
        }
        entries.push((index, diagonal));
        rows.push(entries);
    }
    let scale = values.denominators.value(common).clone();
    let rhs = external
        .into_iter()
        .map(|sum| {
            if sum.denominator == common || sum.numerator.is_zero() {
                return sum.numerator;
            }
            sum.numerator * (&scale / values.denominators.value(sum.denominator))
        })
        .collect();
    Some(IntegerSystem { rows, rhs, scale })
}

/// The same through rationals.
fn large_system(values: &Values<'_>, policy: &[u32], states: &[u32], position: &[u32]) -> IntegerSystem {
    let mut matrix = Vec::with_capacity(states.len());
    let mut rhs = Vec::with_capacity(states.len());
    for (index, &state) in states.iter().enumerate() {
        let choice = policy[state as usize] as usize;
        let mut diagonal = Rational::ONE;
        let mut entries = Vec::new();
        let mut gain = values.weights.reward(choice).exact.clone();
        for (&target, &probability) in values.rows.targets(choice).iter().zip(values.rows.probabilities(choice)) {
            let weight = &values.weights.probabilities[probability as usize].exact;
            let column = position[target as usize];
            if column as usize == index {
                diagonal -= weight;
            } else if column != NONE {
                entries.push((column as usize, -weight.clone()));
            } else {
                gain += weight * values.denominators.rational(values.get(target));
            }
        }
        entries.push((index, diagonal));
        matrix.push(entries);
        rhs.push(gain);
    }
    IntegerSystem::new(&matrix, &rhs)
}

/// Stores a solution over one denominator, freed of what all numerators share with it.
fn store(values: &mut Values<'_>, states: &[u32], system: &IntegerSystem, solution: CommonFraction) {
    let CommonFraction { numerators, denominator } = solution;
    let mut denominator = denominator * &system.scale;
    let mut shared = denominator.clone();
    for numerator in numerators.iter().filter(|numerator| !numerator.is_zero()) {
        if shared.is_one() {
            break;
        }
        shared = shared.gcd(numerator.unsigned_abs());
    }
    if !shared.is_one() {
        denominator /= &shared;
    }
    let index = values.denominators.intern(denominator);
    for (&state, numerator) in states.iter().zip(numerators) {
        let numerator = if shared.is_one() { numerator } else { numerator / &shared };
        let denominator = if numerator.is_zero() { ONE } else { index };
        values.set(state, Fraction { numerator, denominator });
    }
}

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
use crate::solve::shortest_path::limit::{Limit, Stopped};
use crate::solve::shortest_path::lumping::Lumped;
use crate::solve::shortest_path::prepare::Judge;
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

/// What the last evaluation of a block did, by position in the block.
#[derive(Debug)]
pub(super) struct Progress {
    /// Whether the value is another one than before.
    changed: Vec<bool>,
    /// Whether the policy has been switched since.
    switched: Vec<bool>,
    /// When the value was found, from 0; [`NONE`] while it has not been.
    when: Vec<u32>,
    /// Whether the state was a component of its own.
    alone: Vec<bool>,
}

impl Progress {
    /// Before the first evaluation.
    pub(super) fn new(count: usize) -> Self {
        Self {
            changed: vec![true; count],
            switched: vec![true; count],
            when: vec![NONE; count],
            alone: vec![false; count],
        }
    }

    pub(super) fn switch(&mut self, position: usize) {
        self.switched[position] = true;
    }

    /// Whether a choice has to be compared with the value of its state after an evaluation: something has changed, and
    /// it was not compared on the way.
    pub(super) fn is_open(&self, own: usize, targets: impl Iterator<Item = u32> + Clone) -> bool {
        let inside = || targets.clone().filter(|&target| target != NONE);
        let news = self.changed[own] || inside().any(|target| self.changed[target as usize]);
        news && !(self.alone[own] && inside().all(|target| self.when[target as usize] < self.when[own]))
    }
}

/// Sets the values of a policy that ends from every state of the block. Where a state is a component of its own, it
/// first switches to the best of the choices that lead to states whose value is known by then: such a switch can only
/// improve the policy, and closes no cycle. Without a judge the policy stays as it is.
pub(super) fn evaluate<L: Limit>(
    values: &mut Values<'_>,
    judge: Option<Judge<'_>>,
    policy: &mut [u32],
    block: &[u32],
    positions: &mut Positions,
    progress: &mut Progress,
    (limit, budget): (&L, &Budget),
) -> Result<(), Stopped<L::Over>> {
    let rows = values.rows;
    let in_block = &positions.in_block;
    let parts = {
        let policy = &*policy;
        let edges = |position: u32| {
            let choice = policy[block[position as usize] as usize] as usize;
            rows.first_transition[choice]..rows.first_transition[choice + 1]
        };
        components(block.len(), 0..narrow(block.len()), edges, |edge| {
            let inside = in_block[rows.target[edge as usize] as usize];
            (inside != NONE).then_some(inside)
        })
    };
    let first = progress.when.first() == Some(&NONE);
    progress.when.fill(NONE);
    for (time, part) in (0u32..).zip(parts.iter()) {
        if time % 256 == 0 {
            budget.check()?;
            limit.check(values.stored_bits).map_err(Stopped::Over)?;
        }
        let news = first
            || part.iter().any(|&position| {
                let targets = rows.targets(policy[block[position as usize] as usize] as usize);
                let changed = |target: &u32| match in_block[*target as usize] {
                    NONE => false,
                    target => progress.when[target as usize] != NONE && progress.changed[target as usize],
                };
                progress.switched[position as usize] || targets.iter().any(changed)
            });
        if let [position] = part {
            let position = *position as usize;
            let state = block[position];
            let before = values.get(state).clone();
            if news {
                let value = values.repeated(policy[state as usize] as usize, state).unwrap_or(Fraction::ZERO);
                values.set(state, value);
            }
            let known = |target: &u32| match in_block[*target as usize] {
                NONE => Some(false),
                target if progress.when[target as usize] != NONE => Some(progress.changed[target as usize]),
                _ => None,
            };
            for (judge, choice) in
                judge.iter().flat_map(|judge| rows.choices(state as usize).map(move |choice| (judge, choice)))
            {
                if choice == policy[state as usize] as usize || !judge.prepared.allows(choice) {
                    continue;
                }
                let targets = rows.targets(choice);
                let Some(moved) = targets.iter().try_fold(false, |any, target| Some(any | known(target)?)) else {
                    continue;
                };
                if (news || moved) && judge.prefers(values.compare_with_own(choice, state)) {
                    let better = values.one_step(choice);
                    values.set(state, better);
                    policy[state as usize] = narrow(choice);
                }
            }
            progress.changed[position] = first || *values.get(state) != before;
            progress.alone[position] = true;
            progress.when[position] = time;
            continue;
        }
        let states: Vec<u32> = part.iter().map(|&position| block[position as usize]).collect();
        let before: Vec<Fraction> = states.iter().map(|&state| values.get(state).clone()).collect();
        if news {
            for (index, &state) in states.iter().enumerate() {
                positions.in_component[state as usize] = narrow(index);
            }
            let solved = solve(values, policy, &states, &positions.in_component, budget);
            for &state in &states {
                positions.in_component[state as usize] = NONE;
            }
            solved?;
        }
        for ((&position, &state), before) in part.iter().zip(&states).zip(before) {
            progress.changed[position as usize] = first || *values.get(state) != before;
            progress.alone[position as usize] = false;
            progress.when[position as usize] = time;
        }
    }
    progress.switched.fill(false);
    Ok(())
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// One strongly connected component of the policy's chain.
fn solve(
    values: &mut Values<'_>,
    policy: &[u32],
    states: &[u32],
    position: &[u32],
    budget: &Budget,
) -> Result<(), Exhausted> {
    let system = small_system(values, policy, states, position)
        .unwrap_or_else(|| large_system(values, policy, states, position));
    let lumped = if states.len() > LARGEST_ELIMINATION { Lumped::new(&system, budget)? } else { None };
    let solution = match &lumped {
        Some(lumped) => lumped.lifted(&solution(&lumped.system, budget)?),
        None => solution(&system, budget)?,
    };
    store(values, states, &system, solution);
    Ok(())
}

fn solution(system: &IntegerSystem, budget: &Budget) -> Result<CommonFraction, Exhausted> {
    let lifted = if system.rows.len() > LARGEST_ELIMINATION { lift(system, budget)? } else { None };
    lifted.map_or_else(|| eliminate(system, budget), Ok)
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

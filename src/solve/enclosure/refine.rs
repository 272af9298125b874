//! Iterative refinement in exact integers: residual, correction, improvement, and the proof at the end.
//!
//! Everything that floating point proposes goes through here, and the last thing that happens to an enclosure is that
//! its inequalities are checked one by one ([`Candidate::is_inductive`]). Nothing else is relied on.

use dashu_base::{Abs, BitTest};
use dashu_int::IBig;
use dashu_int::ops::DivRemEuclid;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Mask, Policy, Rational, StateSet, Value};
use crate::solve::enclosure::Enclosure;
use crate::solve::enclosure::proposal::{Floats, Guess};
use crate::solve::enclosure::quotient::{Quotient, Row};
use crate::solve::graph::{Predecessors, attractor};
use crate::solve::{Objective, Sense};

/// Residuals, in units of the last place, that are small enough.
const SETTLED: u8 = 4;

/// Policies that are tried before the proposal is given up.
const MOST_IMPROVEMENTS: usize = 60;

/// Refines a guess until the bounds are `2^-bits` apart or closer. `None` if that does not come about.
pub(super) fn refine(
    floats: &Floats<'_>,
    quotient: &Quotient<'_>,
    guess: Guess,
    bits: usize,
    budget: &Budget,
) -> Result<Option<Enclosure>, Exhausted> {
    let most_steps = guess.steps.iter().max().cloned().unwrap_or(IBig::ONE);
    // The bounds are moved apart by at most the tolerance times the steps: see `tolerance`.
    let fraction_bits = bits + 2 * most_steps.bit_len() + 6;
    let mut candidate = Candidate {
        quotient,
        fraction_bits,
        values: guess.values.into_iter().map(|value| rescaled(value, guess.fraction_bits, fraction_bits)).collect(),
        taken: guess.taken,
        // Values of a settled policy are off by at most the residual times the steps, so that a gain beyond
        // four times that is a true one, and policies are not taken up twice.
        tolerance: most_steps * IBig::from(4 * SETTLED) + IBig::ONE,
        steps: guess.steps,
    };
    for _ in 0..MOST_IMPROVEMENTS {
        if !candidate.settle(floats, budget)? {
            return Ok(None);
        }
        if !candidate.improve() {
            return Ok(candidate.finished());
        }
    }
    Ok(None)
}

fn rescaled(value: IBig, from: usize, to: usize) -> IBig {
    if to >= from { value << (to - from) } else { value >> (from - to) }
}

/// Values in units of the last place, and the policy that they belong to.
struct Candidate<'q> {
    quotient: &'q Quotient<'q>,
    fraction_bits: usize,
    values: Vec<IBig>,
    taken: Vec<usize>,
    tolerance: IBig,
    steps: Vec<IBig>,
}

impl Candidate<'_> {
    /// `denominator · (r + γ Σ P v)`, in units of the last place.
    fn one_step(&self, row: &Row, values: &[IBig]) -> IBig {
        let constant = &row.constant << self.fraction_bits;
        row.weights.iter().fold(constant, |sum, (target, weight)| sum + weight * &values[*target as usize])
    }

    /// `r + γ Σ P v − v`, rounded down.
    fn gain(&self, unknown: usize, row: usize) -> IBig {
        let row = &self.quotient.rows[row];
        let excess = self.one_step(row, &self.values) - &row.denominator * &self.values[unknown];
        excess.div_rem_euclid(&row.denominator).0
    }

    /// Corrects the values until they are those of the policy, up to residuals that are settled.
    fn settle(&mut self, floats: &Floats<'_>, budget: &Budget) -> Result<bool, Exhausted> {
        let mut before: Option<IBig> = None;
        let mut evaluation = None;
        loop {
            budget.check()?;
            let residual: Vec<IBig> =
                self.taken.iter().enumerate().map(|(unknown, &row)| self.gain(unknown, row)).collect();
            let worst = residual.iter().map(Abs::abs).max().unwrap_or(IBig::ZERO);
            if worst <= IBig::from(SETTLED) {
                return Ok(true);
            }
            if before.is_some_and(|before| &worst * IBig::from(2) > before) {
                return Ok(false);
            }
            if evaluation.is_none() {
                evaluation = floats.evaluation(&self.taken, budget)?;
            }
            let Some(evaluation) = &evaluation else { return Ok(false) };
            let Some(correction) = Floats::correction(evaluation, &residual, budget)? else { return Ok(false) };
            for (value, correction) in self.values.iter_mut().zip(correction) {
                *value += correction;
            }
            before = Some(worst);
        }
    }

    /// Takes rows that are better beyond doubt; whether there were any.
    fn improve(&mut self) -> bool {
        let mut changed = false;
        for unknown in 0..self.quotient.len() {
            let mut most = self.tolerance.clone();
            let mut best = None;
            for row in self.quotient.rows_of(unknown).filter(|&row| row != self.taken[unknown]) {
                let gain = match self.quotient.problem.sense {
                    Sense::Max => self.gain(unknown, row),
                    Sense::Min => -self.gain(unknown, row),
                };
                if gain > most {
                    most = gain;
                    best = Some(row);
                }
            }
            if let Some(row) = best {
                self.taken[unknown] = row;
                changed = true;
            }
        }
        changed
    }

    /// Moves the bounds apart until they are inductive, and proves that they are.
    fn finished(&self) -> Option<Enclosure> {
        let mut above = vec![IBig::ZERO; self.quotient.len()];
        let mut below = above.clone();
        // The shift of a component is at least that of what it leads to, and at least what its own rows lack.
        for block in &self.quotient.blocks {
            let (mut up, mut down) = (IBig::ZERO, IBig::ZERO);
            for unknown in block.clone() {
                for row in self.quotient.rows_of(unknown) {
                    let (lacking_above, lacking_below) = self.lacking(unknown, row);
                    up = up.max(lacking_above);
                    down = down.max(lacking_below);
                    for (target, _) in &self.quotient.rows[row].weights {
                        up = up.max(above[*target as usize].clone());
                        down = down.max(below[*target as usize].clone());
                    }
                }
            }
            above[block.clone()].fill(up);
            below[block.clone()].fill(down);
        }
        let shifted = |by: &[IBig], sign: i8| -> Vec<IBig> {
            let each = self.values.iter().zip(by).zip(&self.steps);
            each.map(|((value, by), steps)| self.clamped(value + by * steps * IBig::from(sign))).collect()
        };
        let (lower, upper) = (shifted(&below, -1), shifted(&above, 1));
        let policy = self.quotient.policy(&self.taken);
        if !self.is_inductive(&lower, &upper) || !stops(self.quotient, &policy) {
            return None;
        }
        Some(Enclosure {
            fraction_bits: self.fraction_bits,
            lower: self.at_states(&lower),
            upper: self.at_states(&upper),
            policy,
        })
    }

    /// By how much a row breaks the inequality of upper bounds, and that of lower bounds, where they are asked of it.
    fn lacking(&self, unknown: usize, row: usize) -> (IBig, IBig) {
        let gain = self.gain(unknown, row);
        let own = row == self.taken[unknown];
        let sense = self.quotient.problem.sense;
        let below = if own || sense == Sense::Min { -&gain } else { IBig::ZERO };
        if !own && sense == Sense::Min || gain < IBig::ZERO {
            return (IBig::ZERO, below);
        }
        let row = &self.quotient.rows[row];
        let exact = self.one_step(row, &self.values) == &row.denominator * (&self.values[unknown] + &gain);
        (if exact { gain } else { gain + IBig::ONE }, below)
    }

    /// Probabilities are between 0 and 1, and cutting bounds off there keeps them inductive.
    fn clamped(&self, value: IBig) -> IBig {
        match self.quotient.problem.objective {
            Objective::Reward { .. } => value,
            Objective::Reach { .. } => value.clamp(IBig::ZERO, IBig::ONE << self.fraction_bits),
        }
    }

    /// The inequalities of [`Enclosure`] at the unknowns.
    fn is_inductive(&self, lower: &[IBig], upper: &[IBig]) -> bool {
        let sense = self.quotient.problem.sense;
        (0..self.quotient.len()).all(|unknown| {
            self.quotient.rows_of(unknown).all(|position| {
                let row = &self.quotient.rows[position];
                let own = position == self.taken[unknown];
                let is_below = || &row.denominator * &lower[unknown] <= self.one_step(row, lower);
                let is_above = || &row.denominator * &upper[unknown] >= self.one_step(row, upper);
                (!own && sense == Sense::Max || is_below()) && (!own && sense == Sense::Min || is_above())
            })
        })
    }

    fn at_states(&self, bounds: &[IBig]) -> Vec<Option<IBig>> {
        let fixed = self.quotient.problem.fixed.iter();
        fixed
            .zip(&self.quotient.unknown_of)
            .map(|(fixed, unknown)| match (fixed, unknown) {
                (Some(Value::Finite(value)), _) => Some(value.numerator() << self.fraction_bits),
                (Some(Value::MinusInfinity), _) => None,
                (None, Some(unknown)) => Some(bounds[*unknown as usize].clone()),
                (None, None) => None,
            })
            .collect()
    }
}

/// Whether, undiscounted, the policy surely leaves the open states.
fn stops(quotient: &Quotient<'_>, policy: &Policy) -> bool {
    let problem = quotient.problem;
    if problem.discount() < &Rational::ONE {
        return true;
    }
    let mdp = problem.mdp;
    let mut stopped = StateSet::with_capacity(mdp.states());
    stopped.extend((0..mdp.states()).filter(|&state| problem.fixed[state].is_some()));
    let mut own = Mask::all(mdp);
    for choice in 0..mdp.choices() {
        if policy.choice(mdp.state_of(choice)) != Some(choice) {
            own.forbid(choice);
        }
    }
    let leaving = attractor(mdp, &Predecessors::new(mdp, &own), &stopped, |_| true);
    (0..mdp.states()).all(|state| leaving.states.contains(state))
}

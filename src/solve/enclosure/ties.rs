//! The optimal choices `A*`, decided from bounds as far as bounds decide, and exactly where choices tie.
//!
//! A choice whose upper bound is below its state's lower bound is not optimal. One of the others is; if there is only one,
//! or if the others are the same equation, or if the model looks the same after each of them (`lumping`), no more needs
//! to be known. What then still looks like a tie is settled by exact values, of the states that can be got to from there by choices that are not excluded: the rest
//! of the model, large as it may be, has no say (`proofs/theory/enclosures.md`).

use std::cmp::Ordering;

use dashu_int::IBig;

use crate::budget::{Budget, Exhausted};
use crate::mdp::{Mask, Mdp, Policy, Rational, StateId};
use crate::solve::enclosure::Enclosure;
use crate::solve::enclosure::lumping::{Lumps, are_one_equation};
use crate::solve::enclosure::quotient::{Quotient, Row};
use crate::solve::engine::policy_iteration;
use crate::solve::graph::reachable_under;
use crate::solve::improve::Comparison;
use crate::solve::meter::metered;
use crate::solve::stopping::Stopping;
use crate::solve::{Objective, Sense};

/// Ties that can be got to from at most so many states are settled before the others: they may settle those.
const SMALL_REGION: usize = 500;

/// What asks for more precise bounds.
pub type Closer<'c> = dyn FnMut(usize) -> Result<Option<std::rc::Rc<Enclosure>>, Exhausted> + 'c;

/// The optimal choices for the largest values of a reward, equal to those of [`crate::solve::optimal_choices`].
///
/// `closer` gives an enclosure of the largest values over all policies with so many bits; it is asked with each of
/// `precisions` in turn as long as there are ties. `None` if it has none.
///
/// # Errors
/// When the budget is exhausted.
pub fn enclosed_optimal_choices(
    mdp: &Mdp,
    reward: &[Rational],
    discount: &Rational,
    precisions: &[usize],
    closer: &mut Closer<'_>,
    budget: &Budget,
) -> Result<Option<Mask>, Exhausted> {
    let everything = Mask::all(mdp);
    let objective = Objective::Reward { reward, discount };
    let problem = Stopping::new(mdp, objective, Sense::Max, &everything);
    let quotient = Quotient::new(&problem);
    let mut left = everything.clone();
    for state in problem.open() {
        left.restrict_at(mdp, state, &problem.allowed);
    }
    let mut tied: Vec<usize> = (0..quotient.len()).collect();
    let mut policy = None;
    for &bits in precisions {
        let Some(enclosure) = closer(bits)? else { return Ok(None) };
        metered(|| Sieve::new(&quotient, &enclosure).exclude(&mut left, &mut tied, budget))?;
        if tied.is_empty() {
            return Ok(Some(left));
        }
        policy = Some(enclosure.policy.clone());
    }
    // The policy of an enclosure takes no choice that is excluded.
    let policy = policy.unwrap_or_else(|| problem.start.clone());
    let mut ties: Vec<StateId> = tied.into_iter().map(|unknown| quotient.members[unknown][0]).collect();
    let region = |left: &Mask, state: StateId| reachable_under(mdp, left, [state]);
    let (small, large): (Vec<StateId>, Vec<StateId>) =
        ties.drain(..).partition(|&state| region(&left, state).count_ones(..) <= SMALL_REGION);
    for ties in [small, large] {
        if !ties.is_empty() {
            settle(mdp, objective, &mut left, &ties, &policy, budget)?;
        }
    }
    Ok(Some(left))
}

/// Classes of states from which the model looks the same as far as the choices of a mask go, found from an enclosure of the
/// largest values; none for states that are alone in theirs.
///
/// # Errors
/// When the budget is exhausted.
pub fn alike_states(
    mdp: &Mdp,
    reward: &[Rational],
    discount: &Rational,
    enclosure: &Enclosure,
    mask: &Mask,
    budget: &Budget,
) -> Result<Vec<Option<usize>>, Exhausted> {
    let everything = Mask::all(mdp);
    let problem = Stopping::new(mdp, Objective::Reward { reward, discount }, Sense::Max, &everything);
    let quotient = Quotient::new(&problem);
    let sieve = Sieve::new(&quotient, enclosure);
    Ok(Lumps::new(&quotient, mask, &sieve.lower, &sieve.upper, budget)?.classes())
}

/// Excludes what is not optimal in tied states by exact values of all that can be got to by what is left.
fn settle(
    mdp: &Mdp,
    objective: Objective<'_>,
    left: &mut Mask,
    ties: &[StateId],
    policy: &Policy,
    budget: &Budget,
) -> Result<(), Exhausted> {
    let region = reachable_under(mdp, left, ties.iter().copied());
    let mask = left.clone();
    let problem = Stopping::new(mdp, objective, Sense::Max, &mask).restricted_to(&region);
    let exact = metered(|| policy_iteration(&problem, policy.clone(), budget))?;
    metered(|| {
        let comparison = Comparison::new(mdp, &exact.values, problem.discount());
        for &state in ties {
            for choice in mask.choices_of(mdp, state) {
                if comparison.against(choice, problem.reward(choice), &exact.values[state]) != Ordering::Equal {
                    left.forbid(choice);
                }
            }
        }
    });
    Ok(())
}

/// Bounds of one enclosure at the unknowns of a quotient.
struct Sieve<'q> {
    quotient: &'q Quotient<'q>,
    fraction_bits: usize,
    lower: Vec<&'q IBig>,
    upper: Vec<&'q IBig>,
}

static NOTHING: IBig = IBig::ZERO;

impl<'q> Sieve<'q> {
    fn new(quotient: &'q Quotient<'q>, enclosure: &'q Enclosure) -> Self {
        let at = |bounds: &'q [Option<IBig>]| {
            quotient.members.iter().map(|members| bounds[members[0]].as_ref().unwrap_or(&NOTHING)).collect()
        };
        Self {
            quotient,
            fraction_bits: enclosure.fraction_bits,
            lower: at(&enclosure.lower),
            upper: at(&enclosure.upper),
        }
    }

    /// Forbids what is certainly not optimal; in `tied` stay the unknowns at which that leaves a question.
    fn exclude(&self, left: &mut Mask, tied: &mut Vec<usize>, budget: &Budget) -> Result<(), Exhausted> {
        tied.retain(|&unknown| {
            let mut candidates = Vec::new();
            let mut open = false;
            for row in &self.quotient.rows[self.quotient.rows_of(unknown)] {
                if !left.allows(row.choice) {
                    continue;
                }
                if self.one_step(row, &self.upper) < &row.denominator * self.lower[unknown] {
                    left.forbid(row.choice);
                    continue;
                }
                open |= self.one_step(row, &self.lower) < &row.denominator * self.upper[unknown];
                candidates.push(row);
            }
            open && !are_one_equation(unknown, &candidates)
        });
        if !tied.is_empty() {
            let lumps = Lumps::new(self.quotient, left, &self.lower, &self.upper, budget)?;
            tied.retain(|&unknown| !lumps.are_all_alike(unknown, left));
        }
        Ok(())
    }

    fn one_step(&self, row: &Row, bounds: &[&IBig]) -> IBig {
        let constant = &row.constant << self.fraction_bits;
        row.weights.iter().fold(constant, |sum, (target, weight)| sum + weight * bounds[*target as usize])
    }
}

//! Inductive bounds (FORMAT.md, section 1.2). Soundness: `proofs/theory/bounds.md` and `ranks.md`.

use std::cmp::Ordering;

use crate::backup::{Backup, Valuation, Weights};
use crate::condition::{Broken, Condition};
use crate::model::{Model, index};
use crate::number::Number;
use crate::policy::Policy;
use crate::rational::Rational;
use crate::read::{Reader, Unreadable};
use crate::vector::Vector;

/// What a bound is about: the value of a reward, or the probability of reaching `C`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    Specified,
    Intended,
    Reach,
}

/// Which way a bound goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Lower,
    Upper,
}

/// A reference `VECTOR SHIFT RANK` to a vector as a bound.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) vector: usize,
    pub(crate) shift: Rational,
    pub(crate) rank: Option<usize>,
}

/// `RANK`: a vector, or `-`.
pub(crate) fn read_rank(r: &mut Reader<'_>, vectors: &[Vector]) -> Result<Option<usize>, Unreadable> {
    let token = r.token()?;
    if token == b"-" { Ok(None) } else { Ok(Some(r.index_from(token, vectors.len(), "vector")?)) }
}

impl Bound {
    pub(crate) fn read(r: &mut Reader<'_>, vectors: &[Vector]) -> Result<Self, Unreadable> {
        let token = r.token()?;
        Self::read_from(token, r, vectors)
    }

    fn read_from(token: &[u8], r: &mut Reader<'_>, vectors: &[Vector]) -> Result<Self, Unreadable> {
        let vector = r.index_from(token, vectors.len(), "vector")?;
        Ok(Self { vector, shift: r.number()?.exact(), rank: read_rank(r, vectors)? })
    }

    /// A `BOUND`, or `-` for none.
    pub(crate) fn read_optional(r: &mut Reader<'_>, vectors: &[Vector]) -> Result<Option<Self>, Unreadable> {
        let token = r.token()?;
        if token == b"-" { Ok(None) } else { Self::read_from(token, r, vectors).map(Some) }
    }
}

/// Whose behaviour a bound is about.
pub(crate) enum Behaviour<'a> {
    /// Every policy that takes choices of the mask only.
    Mask(&'a [bool]),
    /// This policy.
    Policy(&'a Policy),
}

impl Behaviour<'_> {
    /// What the actor may do at a state: each choice of a mask, or the policy's row as one average.
    fn rows(
        &self,
        model: &Model,
        state: usize,
        mut check: impl FnMut(Row<'_>) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        match self {
            Behaviour::Mask(mask) => {
                for choice in model.choices_of(state) {
                    if mask.get(choice) != Some(&false) {
                        check(Row::Choice(choice))?;
                    }
                }
                Ok(())
            }
            Behaviour::Policy(policy) => {
                let (choices, masses) = policy.row(model, state);
                if choices.is_empty() {
                    return Err(Broken::at(Condition::RowMissing, state));
                }
                check(Row::Average(choices, masses))
            }
        }
    }
}

enum Row<'a> {
    Choice(usize),
    Average(&'a [u32], &'a [Number]),
}

/// Checks a bound of a reward (`weights`), or of reaching (without).
///
/// *Rewards*: legal if at absorbing states of the domain 0 is on the right side of the vector, and at the others the
/// vector is on the right side of `r + γ P v` in each row of the actor, all successors being in the domain; with `stops`
/// each row has a successor of smaller rank. *Reach, upper*: legal if `v ≥ 0`, `v ≥ 1` on `C`, and `v ≥ P v` elsewhere,
/// unless absorbing. *Reach, lower*: legal if at each state `v ≤ 0`, or it is in `C` and `v ≤ 1`, or it is not absorbing,
/// `v ≤ P v` and some successor has a smaller rank (FORMAT.md, section 1.2).
pub(crate) fn inductive(
    model: &Model,
    vectors: &[Vector],
    bound: &Bound,
    actor: &Behaviour<'_>,
    weights: Option<&Weights>,
    side: Side,
    stops: bool,
) -> Result<(), Broken> {
    let reach = weights.is_none();
    let values = Valuation::new(model, vectors, bound, reach).ok_or(Condition::OutsideDomain)?.everywhere();
    let backup = Backup::new(&values, &values, weights);
    let rank = bound.rank.and_then(|rank| vectors.get(rank));
    let ranked = stops || (reach && side == Side::Lower);
    let (wrong, condition) = match side {
        Side::Upper => (Ordering::Less, Condition::NotUpper),
        Side::Lower => (Ordering::Greater, Condition::NotLower),
    };
    for state in (0..model.states()).filter(|state| values.has(*state)) {
        // The vector against 0 and 1; the state is in the domain.
        let against = |integer| values.compare(state, integer).ok_or(Broken::at(Condition::OutsideDomain, state));
        if reach {
            let catastrophic = model.is_catastrophic(state);
            let least = if catastrophic { 1 } else { 0 };
            match side {
                Side::Upper => {
                    if against(least)? == wrong {
                        return Err(Broken::at(condition, state));
                    }
                    if catastrophic || model.is_absorbing(state) {
                        continue;
                    }
                }
                Side::Lower => {
                    if against(least)? != wrong {
                        continue;
                    }
                    if model.is_absorbing(state) {
                        return Err(Broken::at(condition, state));
                    }
                }
            }
        } else if model.is_absorbing(state) {
            if against(0)? == wrong {
                return Err(Broken::at(condition, state));
            }
            continue;
        }
        actor.rows(model, state, |row| {
            let (order, choice) = match row {
                Row::Choice(choice) => (backup.compare(state, choice), Some(choice)),
                Row::Average(choices, masses) => (backup.compare_row(state, choices, masses), None),
            };
            let at = |condition| Broken { condition, state: Some(state), choice };
            if order.ok_or(at(Condition::OutsideDomain))? == wrong {
                return Err(at(condition));
            }
            let descends = match row {
                _ if !ranked => true,
                Row::Choice(choice) => descends(model, rank, state, choice),
                Row::Average(choices, _) => choices.iter().any(|choice| descends(model, rank, state, index(*choice))),
            };
            if descends { Ok(()) } else { Err(at(Condition::Rank)) }
        })?;
    }
    Ok(())
}

/// Whether a choice of the state has a successor of smaller rank.
pub(crate) fn descends(model: &Model, rank: Option<&Vector>, state: usize, choice: usize) -> bool {
    rank.is_some_and(|rank| model.successors(choice).any(|successor| rank.is_smaller(successor, state)))
}

#[cfg(test)]
mod tests;

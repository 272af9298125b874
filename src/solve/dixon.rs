//! p-adic lifting of sparse linear systems (Dixon, *Numer. Math.* 40, 1982), with early termination.
//!
//! The solution is found digit by digit modulo powers of one prime and turned into rationals with one
//! common denominator. How many digits are needed is found by trying: a candidate is accepted only when
//! it satisfies the system exactly, so the work is in proportion to the answer, not to a bound on it.

use std::ops::Neg;

use dashu_base::{Abs, BitTest, Signed, UnsignedAbs};
use dashu_int::ops::{DivRem, DivRemEuclid};
use dashu_int::{IBig, UBig};

use rayon::prelude::*;

use crate::budget::{Budget, Exhausted};
use crate::solve::integer_system::{CommonFraction, IntegerSystem};
use crate::solve::modular::{ModularFactors, PRIME, Residue};
use crate::solve::sparse::Field;

/// Rows whose absolute sum has more bits do not fit the machine-integer inner loop.
const ROW_SUM_BITS: usize = 60;

/// Unknowns whose numerators are looked for at a time.
const TOGETHER: usize = 256;

/// Bits by which a candidate must be shorter than the modulus before it is checked exactly.
const SLACK_BITS: usize = 64;

/// Solves `A x = c`, or `None` if the entries are too large for machine integers or the matrix is
/// singular modulo the prime.
///
/// # Errors
/// When the budget is exhausted.
pub(super) fn lift(system: &IntegerSystem, budget: &Budget) -> Result<Option<CommonFraction>, Exhausted> {
    let Some(rows) = machine_rows(system) else { return Ok(None) };
    let residues = |row: &Vec<(u32, i64)>| {
        let entries = row.iter().map(|&(column, value)| (column, Residue::new(value)));
        entries.filter(|(_, value)| !value.is_zero()).collect()
    };
    let Some(factors) = ModularFactors::new(rows.iter().map(residues).collect(), budget)? else { return Ok(None) };
    let mut powers = Powers::default();
    let rhs_bits = system.rhs.iter().map(BitTest::bit_len).max().unwrap_or(0);
    let mut lifting = Lifting::new(rows, &factors, &system.rhs, &mut powers);
    // Right-hand sides of chained components are long and their determinants short, so that the answer is
    // hardly longer than they are.
    let rhs_digits = rhs_bits / 61;
    let mut target = rhs_digits + 6;
    loop {
        lifting.lift_to(target, budget)?;
        powers.grow(target);
        if let Some(candidate) = reconstruct(&lifting.digits, &powers, rhs_bits, budget)?
            && (follows(&candidate, rhs_bits, &powers.modulus(target)) || system.is_solved_by(&candidate))
        {
            return Ok(Some(candidate));
        }
        target += (target - rhs_digits) / 3 + 2;
    }
}

/// Whether the equations, which hold modulo the modulus, hold because both of their sides are smaller than half of it.
fn follows(candidate: &CommonFraction, rhs_bits: usize, modulus: &UBig) -> bool {
    let longest = candidate.numerators.iter().map(BitTest::bit_len).max().unwrap_or(0);
    let sides = (longest + ROW_SUM_BITS).max(rhs_bits + candidate.denominator.bit_len());
    sides + 2 <= modulus.bit_len()
}

/// The matrix in machine integers.
fn machine_rows(system: &IntegerSystem) -> Option<Vec<Vec<(u32, i64)>>> {
    system
        .rows
        .iter()
        .map(|row| {
            let narrow =
                |(column, value): &(usize, IBig)| Some((u32::try_from(*column).ok()?, i64::try_from(value).ok()?));
            let entries: Vec<(u32, i64)> = row.iter().map(narrow).collect::<Option<_>>()?;
            let sum: i128 = entries.iter().map(|&(_, value)| i128::from(value).abs()).sum();
            (sum <= 1 << ROW_SUM_BITS).then_some(entries)
        })
        .collect()
}

struct Lifting<'a> {
    rows: Vec<Vec<(u32, i64)>>,
    factors: &'a ModularFactors,
    /// Digits of the right-hand sides in base [`PRIME`], lowest first, with the sign of the number.
    rhs: Vec<Vec<i64>>,
    /// What the digits so far leave of the right-hand sides' digits so far, divided by a power of the prime: below
    /// 2⁶¹ in size.
    carry: Vec<i64>,
    /// Digits of the solution in base [`PRIME`], lowest first.
    digits: Vec<Vec<Residue>>,
}

impl<'a> Lifting<'a> {
    fn new(rows: Vec<Vec<(u32, i64)>>, factors: &'a ModularFactors, rhs: &[IBig], powers: &mut Powers) -> Self {
        let carry = vec![0; rows.len()];
        let rhs = rhs.iter().map(|value| powers.signed_digits(value)).collect();
        Self { rows, factors, rhs, carry, digits: Vec::new() }
    }

    fn lift_to(&mut self, count: usize, budget: &Budget) -> Result<(), Exhausted> {
        while self.digits.len() < count {
            budget.check()?;
            let place = self.digits.len();
            for (carry, digits) in self.carry.iter_mut().zip(&self.rhs) {
                *carry += digits.get(place).copied().unwrap_or(0);
            }
            let mut digit: Vec<Residue> = self.carry.iter().map(|&value| Residue::new(value)).collect();
            self.factors.solve(&mut digit);
            for (row, carry) in self.rows.iter().zip(&mut self.carry) {
                let product = row.iter().fold(0i128, |sum, &(column, value)| {
                    sum + i128::from(value) * i128::from(digit[column as usize].get())
                });
                *carry = exact_quotient(i128::from(*carry) - product);
            }
            self.digits.push(digit);
        }
        Ok(())
    }
}

/// A multiple of [`PRIME`] below 2¹²³ in size, divided by it: the quotient fits into 64 bits, so that it is enough to know it
/// modulo 2⁶⁴, where `(2⁶¹ − 1)⁻¹ = −(2⁶¹ + 1)`.
fn exact_quotient(multiple: i128) -> i64 {
    #[allow(clippy::cast_possible_truncation, reason = "the lowest 64 bits are wanted")]
    let low = multiple as i64;
    low.wrapping_mul(-((1 << 61) + 1))
}

/// Numerators over one denominator that agree with the digits, or `None` if there are too few digits.
fn reconstruct(
    digits: &[Vec<Residue>],
    powers: &Powers,
    rhs_bits: usize,
    budget: &Budget,
) -> Result<Option<CommonFraction>, Exhausted> {
    let modulus = powers.modulus(digits.len());
    let modulus_bits = modulus.bit_len();
    let half = &modulus >> 1usize;
    let count = digits.first().map_or(0, Vec::len);
    let mut denominator = UBig::ONE;
    let mut numerators: Vec<IBig> = Vec::with_capacity(count);
    let residue = |component: usize, denominator: &UBig| {
        let own: Vec<u64> = digits.iter().map(|digit| digit[component].get()).collect();
        let joined = powers.join(&own);
        if denominator.is_one() { joined } else { joined * denominator % &modulus }
    };
    // The numerator over the denominator so far, if it is short.
    let short = |component: usize, denominator: &UBig| {
        let value = residue(component, denominator);
        let centered = if value > half { IBig::from(&modulus - &value).neg() } else { IBig::from(value) };
        (centered.bit_len() + denominator.bit_len() + SLACK_BITS <= modulus_bits).then_some(centered)
    };
    while numerators.len() < count {
        budget.check()?;
        // One denominator is that of all unknowns, as a rule: those that remain are looked at together, some at a time.
        let next = numerators.len();
        let some = next..count.min(next + if denominator.is_one() { 1 } else { TOGETHER });
        let found: Vec<Option<IBig>> = some.into_par_iter().map(|component| short(component, &denominator)).collect();
        let whole = found.len();
        numerators.extend(found.into_iter().map_while(|numerator| numerator));
        if numerators.len() == next + whole {
            continue;
        }
        let value = residue(numerators.len(), &denominator);
        let Some((numerator, factor)) = shortest_fraction(value, &modulus, rhs_bits) else { return Ok(None) };
        if numerator.bit_len() + denominator.bit_len() + factor.bit_len() + SLACK_BITS > modulus_bits {
            return Ok(None);
        }
        for earlier in &mut numerators {
            *earlier *= &factor;
        }
        numerators.push(numerator);
        denominator *= factor;
    }
    Ok(Some(CommonFraction { numerators, denominator }))
}

/// The fraction `n/d ≡ value (mod modulus)` whose numerator is longer than its denominator by about `excess` bits, met on
/// the way through the Euclidean algorithm, if it is short (Wang's bounds, unbalanced).
fn shortest_fraction(value: UBig, modulus: &UBig, excess: usize) -> Option<(IBig, UBig)> {
    let most_bits = usize::midpoint(modulus.bit_len(), excess);
    let (mut previous, mut current) = (IBig::from(modulus.clone()), IBig::from(value));
    let (mut previous_factor, mut factor) = (IBig::ZERO, IBig::ONE);
    while current.bit_len() > most_bits {
        let (quotient, remainder) = previous.div_rem_euclid(&current);
        previous = std::mem::replace(&mut current, remainder.into());
        let next = previous_factor - quotient * &factor;
        previous_factor = std::mem::replace(&mut factor, next);
    }
    if factor.is_zero() || current.bit_len() + factor.bit_len() + SLACK_BITS > modulus.bit_len() {
        return None;
    }
    let denominator = (&factor).abs();
    let denominator = UBig::try_from(denominator).ok()?;
    Some((if factor.is_negative() { -current } else { current }, denominator))
}

/// Powers `p^(2^k)` for joining and splitting numbers by halves.
struct Powers {
    squares: Vec<UBig>,
}

impl Default for Powers {
    fn default() -> Self {
        Self { squares: vec![UBig::from(PRIME)] }
    }
}

impl Powers {
    /// Makes the powers that numbers of so many digits need.
    fn grow(&mut self, digits: usize) {
        while (1usize << self.squares.len()) < digits {
            let last = &self.squares[self.squares.len() - 1];
            self.squares.push(last * last);
        }
    }

    /// `p^digits`, after [`Powers::grow`].
    fn modulus(&self, digits: usize) -> UBig {
        let mut product = UBig::ONE;
        for (bit, square) in self.squares.iter().enumerate() {
            if digits >> bit & 1 == 1 {
                product *= square;
            }
        }
        if digits >> self.squares.len() & 1 == 1 {
            let last = &self.squares[self.squares.len() - 1];
            product = product * last * last;
        }
        product
    }

    fn join(&self, digits: &[u64]) -> UBig {
        if digits.len() <= 1 {
            return digits.first().map_or(UBig::ZERO, |&digit| UBig::from(digit));
        }
        let level = (usize::BITS - 1 - (digits.len() - 1).leading_zeros()) as usize;
        let (low, high) = digits.split_at(1 << level);
        self.join(low) + self.join(high) * &self.squares[level]
    }

    /// The digits of a number, each with its sign.
    fn signed_digits(&mut self, value: &IBig) -> Vec<i64> {
        let mut digits = Vec::new();
        let size = value.unsigned_abs();
        self.grow(size.bit_len() / 60 + 1);
        self.split(size, self.squares.len(), &mut digits);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        if value.is_negative() {
            for digit in &mut digits {
                *digit = -*digit;
            }
        }
        digits
    }

    /// Appends the `2^level` lowest digits.
    fn split(&self, value: UBig, level: usize, into: &mut Vec<i64>) {
        if value.is_zero() {
            into.resize(into.len() + (1 << level), 0);
        } else if level == 0 {
            into.push(i64::try_from(value).unwrap_or(0));
        } else {
            let (high, low) = value.div_rem(&self.squares[level - 1]);
            self.split(low, level - 1, into);
            self.split(high, level - 1, into);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Rational;
    use crate::solve::elimination;

    fn lift(matrix: &[Vec<(usize, Rational)>], rhs: &[Rational]) -> Option<Vec<Rational>> {
        let system = IntegerSystem::new(matrix, rhs);
        Some(system.unscaled(super::lift(&system, &Budget::unlimited()).expect("no limit")?))
    }

    fn eliminate(matrix: &[Vec<(usize, Rational)>], rhs: &[Rational]) -> Vec<Rational> {
        let system = IntegerSystem::new(matrix, rhs);
        let solution = elimination::eliminate(&system, &Budget::unlimited()).expect("no limit");
        assert!(system.is_solved_by(&solution));
        system.unscaled(solution)
    }

    /// Systems `I − γP` of random walks on a ring with jumps.
    fn system(size: usize, seed: u64) -> (Vec<Vec<(usize, Rational)>>, Vec<Rational>) {
        let discount = Rational::from(9) / Rational::from(10);
        let mut state = seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).expect("31 bits")
        };
        let mut matrix = Vec::new();
        let mut rhs = Vec::new();
        for row in 0..size {
            let mut entries = std::collections::BTreeMap::from([(row, Rational::ONE)]);
            for _ in 0..3 {
                *entries.entry(next() % size).or_insert(Rational::ZERO) -= &discount / Rational::from(3);
            }
            matrix.push(entries.into_iter().filter(|(_, value)| !value.is_zero()).collect());
            rhs.push(Rational::from(next() as i64 % 7 - 3) / Rational::from(next() as i64 % 5 + 1));
        }
        (matrix, rhs)
    }

    #[test]
    fn lifting_agrees_with_elimination() {
        for size in [1, 2, 5, 20, 60] {
            let (matrix, rhs) = system(size, size as u64 + 17);
            assert_eq!(lift(&matrix, &rhs).expect("small entries"), eliminate(&matrix, &rhs), "size {size}");
        }
    }

    #[test]
    fn long_right_hand_sides_are_lifted_too() {
        let (matrix, mut rhs) = system(12, 3);
        let long = Rational::from(UBig::from(3u8).pow(700)) / Rational::from(UBig::from(7u8).pow(500));
        rhs[5] = long;
        assert_eq!(lift(&matrix, &rhs).expect("small entries"), eliminate(&matrix, &rhs));
    }
}

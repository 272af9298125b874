//! p-adic lifting of sparse linear systems (Dixon, *Numer. Math.* 40, 1982), with early termination.
//!
//! The solution is found digit by digit modulo powers of one prime and turned into rationals with one
//! common denominator. How many digits are needed is found by trying: a candidate is accepted only when
//! it satisfies the system exactly, so the work is in proportion to the answer, not to a bound on it.

use dashu_base::{Abs, BitTest, RemEuclid, Signed};
use dashu_int::ops::DivRemEuclid;
use dashu_int::{IBig, UBig};

use crate::solve::integer_system::{CommonFraction, IntegerSystem};
use crate::solve::modular::{ModularFactors, PRIME, residue};

/// Rows whose absolute sum exceeds this do not fit the machine-integer inner loop.
const LARGEST_ROW_SUM: i128 = 1 << 60;

/// Bits by which a candidate must be shorter than the modulus before it is checked exactly.
const SLACK_BITS: usize = 64;

/// Solves `A x = c`, or `None` if the entries are too large for machine integers or the matrix is
/// singular modulo the prime.
pub(super) fn lift(system: &IntegerSystem) -> Option<CommonFraction> {
    let rows = machine_rows(system)?;
    let factors = ModularFactors::new(
        rows.iter()
            .map(|row| {
                row.iter()
                    .map(|&(column, value)| (column, residue(i128::from(value))))
                    .filter(|&(_, value)| value != 0)
                    .collect()
            })
            .collect(),
    )?;
    let mut lifting = Lifting { rows, factors: &factors, residual: system.rhs.clone(), digits: Vec::new() };
    let longest = system.rhs.iter().map(BitTest::bit_len).max().unwrap_or(0);
    // Right-hand sides of chained components are long and their determinants short, so that the answer is
    // hardly longer than they are.
    let mut target = longest / 61 + 6;
    loop {
        lifting.lift_to(target);
        if let Some(candidate) = reconstruct(&lifting.digits, system.rhs.len())
            && system.is_solved_by(&candidate)
        {
            return Some(candidate);
        }
        target += target / 4 + 2;
    }
}

/// The matrix in machine integers.
fn machine_rows(system: &IntegerSystem) -> Option<Vec<Vec<(usize, i64)>>> {
    system
        .rows
        .iter()
        .map(|row| {
            let narrow = |(column, value): &(usize, IBig)| Some((*column, i64::try_from(value).ok()?));
            let entries: Vec<(usize, i64)> = row.iter().map(narrow).collect::<Option<_>>()?;
            let sum: i128 = entries.iter().map(|&(_, value)| i128::from(value).abs()).sum();
            (sum <= LARGEST_ROW_SUM).then_some(entries)
        })
        .collect()
}

struct Lifting<'a> {
    rows: Vec<Vec<(usize, i64)>>,
    factors: &'a ModularFactors,
    residual: Vec<IBig>,
    /// Digits of the solution in base [`PRIME`], lowest first.
    digits: Vec<Vec<u64>>,
}

impl Lifting<'_> {
    fn lift_to(&mut self, count: usize) {
        while self.digits.len() < count {
            let small: Option<Vec<i128>> = self
                .residual
                .iter()
                .map(|value| i128::try_from(value).ok().filter(|value| value.unsigned_abs() < 1 << 124))
                .collect();
            match small {
                Some(residual) => self.lift_in_machine_integers(residual, count),
                None => self.lift_once(),
            }
        }
    }

    fn lift_once(&mut self) {
        let prime = IBig::from(PRIME);
        let mut digit: Vec<u64> =
            self.residual.iter().map(|value| u64::try_from(value.rem_euclid(&prime)).unwrap_or(0)).collect();
        self.factors.solve(&mut digit);
        for (row, residual) in self.rows.iter().zip(&mut self.residual) {
            let product =
                row.iter().fold(0i128, |sum, &(column, value)| sum + i128::from(value) * i128::from(digit[column]));
            *residual = (&*residual - IBig::from(product)).div_rem_euclid(&prime).0;
        }
        self.digits.push(digit);
    }

    /// The residual stays below the largest row sum once it has come down to machine integers.
    fn lift_in_machine_integers(&mut self, mut residual: Vec<i128>, count: usize) {
        let prime = i128::from(PRIME);
        while self.digits.len() < count {
            let mut digit: Vec<u64> = residual.iter().map(|&value| residue(value)).collect();
            self.factors.solve(&mut digit);
            for (row, residual) in self.rows.iter().zip(&mut residual) {
                let product =
                    row.iter().fold(0i128, |sum, &(column, value)| sum + i128::from(value) * i128::from(digit[column]));
                *residual = (*residual - product) / prime;
            }
            self.digits.push(digit);
        }
        self.residual = residual.into_iter().map(IBig::from).collect();
    }
}

/// Numerators over one denominator that agree with the digits, or `None` if there are too few digits.
fn reconstruct(digits: &[Vec<u64>], count: usize) -> Option<CommonFraction> {
    let powers = Powers::new(digits.len());
    let modulus = powers.modulus(digits.len());
    let modulus_bits = modulus.bit_len();
    let half = IBig::from(&modulus >> 1usize);
    let signed_modulus = IBig::from(modulus.clone());
    let mut denominator = UBig::ONE;
    let mut numerators: Vec<IBig> = Vec::with_capacity(count);
    for component in 0..count {
        let own: Vec<u64> = digits.iter().map(|digit| digit[component]).collect();
        let value = powers.join(&own) * &denominator % &modulus;
        let centered = if IBig::from(value.clone()) > half {
            IBig::from(value.clone()) - &signed_modulus
        } else {
            IBig::from(value.clone())
        };
        if centered.bit_len() + denominator.bit_len() + SLACK_BITS <= modulus_bits {
            numerators.push(centered);
            continue;
        }
        let (numerator, factor) = shortest_fraction(value, &modulus)?;
        if numerator.bit_len() + denominator.bit_len() + factor.bit_len() + SLACK_BITS > modulus_bits {
            return None;
        }
        for earlier in &mut numerators {
            *earlier *= &factor;
        }
        numerators.push(numerator);
        denominator *= factor;
    }
    Some(CommonFraction { numerators, denominator })
}

/// The fraction `n/d ≡ value (mod modulus)` met half way through the Euclidean algorithm, if it is short.
fn shortest_fraction(value: UBig, modulus: &UBig) -> Option<(IBig, UBig)> {
    let half_bits = modulus.bit_len() / 2;
    let (mut previous, mut current) = (IBig::from(modulus.clone()), IBig::from(value));
    let (mut previous_factor, mut factor) = (IBig::ZERO, IBig::ONE);
    while current.bit_len() > half_bits {
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

/// Powers `p^(2^k)` for joining digits by halves.
struct Powers {
    squares: Vec<UBig>,
}

impl Powers {
    fn new(digits: usize) -> Self {
        let mut squares = vec![UBig::from(PRIME)];
        while (1usize << squares.len()) < digits {
            let last = &squares[squares.len() - 1];
            squares.push(last * last);
        }
        Self { squares }
    }

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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Rational;
    use crate::solve::elimination;

    fn lift(matrix: &[Vec<(usize, Rational)>], rhs: &[Rational]) -> Option<Vec<Rational>> {
        let system = IntegerSystem::new(matrix, rhs);
        Some(system.unscaled(super::lift(&system)?))
    }

    fn eliminate(matrix: &[Vec<(usize, Rational)>], rhs: &[Rational]) -> Vec<Rational> {
        let system = IntegerSystem::new(matrix, rhs);
        let solution = elimination::eliminate(&system);
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

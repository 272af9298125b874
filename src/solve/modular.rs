//! The field of residues modulo the Mersenne prime `p = 2⁶¹ − 1`.

use crate::solve::sparse::{Factors, Field};

/// The modulus.
pub(super) const PRIME: u64 = (1 << 61) - 1;

/// Reduces a product of two residues.
pub(super) fn multiply(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    let low = u64::try_from(product & u128::from(PRIME)).unwrap_or(0);
    let high = u64::try_from(product >> 61).unwrap_or(0);
    let sum = low + high;
    if sum >= PRIME { sum - PRIME } else { sum }
}

fn subtract(left: u64, right: u64) -> u64 {
    if left >= right { left - right } else { left + PRIME - right }
}

/// The residue of a signed integer.
pub(super) fn residue(value: i128) -> u64 {
    u64::try_from(value.rem_euclid(i128::from(PRIME))).unwrap_or(0)
}

fn inverse(value: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, value, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

/// Residues as numbers to factorise with.
pub(super) struct Residues;

impl Field for Residues {
    type Element = u64;
    const ZERO: u64 = 0;

    fn multiply(left: u64, right: u64) -> u64 {
        multiply(left, right)
    }

    fn subtract(left: u64, right: u64) -> u64 {
        subtract(left, right)
    }

    fn inverse(value: u64) -> Option<u64> {
        (value != 0).then(|| inverse(value))
    }
}

/// A factorisation modulo [`PRIME`]. A pivot that is not zero over ℚ is zero here only by accident.
pub(super) type ModularFactors = Factors<Residues>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_solve_their_system() {
        let rows: Vec<Vec<(usize, u64)>> = (0..40usize)
            .map(|row| {
                let mut entries = vec![(row, 1000 + row as u64)];
                for step in [1, 7, 13] {
                    entries.push(((row + step) % 40, residue(-(step as i128) * 3 - row as i128)));
                }
                entries
            })
            .collect();
        let expected: Vec<u64> = (0..40u64).map(|index| index * index + 5).collect();
        let mut vector: Vec<u64> = rows
            .iter()
            .map(|row| row.iter().fold(0, |sum, &(column, value)| (sum + multiply(value, expected[column])) % PRIME))
            .collect();
        ModularFactors::new(rows).expect("no accidental zero").solve(&mut vector);
        assert_eq!(vector, expected);
    }
}

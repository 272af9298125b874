//! The field of residues modulo the Mersenne prime `p = 2⁶¹ − 1`.

use crate::solve::sparse::{Factors, Field};

/// The modulus.
pub(super) const PRIME: u64 = (1 << 61) - 1;

/// Products of residues that a machine integer can add up.
const SUMMED: usize = 63;

/// An integer modulo [`PRIME`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Residue(u64);

impl Residue {
    /// The residue of a signed integer.
    pub(super) fn new(value: i64) -> Self {
        Self(value.rem_euclid(PRIME.cast_signed()).cast_unsigned())
    }

    /// The least nonnegative integer of the class.
    pub(super) fn get(self) -> u64 {
        self.0
    }

    /// Reduces a number by `2⁶¹ ≡ 1`.
    fn reduce(value: u128) -> Self {
        let low = u64::try_from(value & u128::from(PRIME)).unwrap_or(0);
        let rest = value >> 61;
        let middle = u64::try_from(rest & u128::from(PRIME)).unwrap_or(0);
        let high = u64::try_from(rest >> 61).unwrap_or(0);
        let sum = low + middle + high;
        let sum = (sum & PRIME) + (sum >> 61);
        Self(if sum >= PRIME { sum - PRIME } else { sum })
    }

    fn product(self, other: Self) -> u128 {
        u128::from(self.0) * u128::from(other.0)
    }
}

impl Field for Residue {
    const ZERO: Self = Self(0);

    fn inverse(self) -> Option<Self> {
        if self.0 == 0 {
            return None;
        }
        let (mut result, mut base, mut exponent) = (Self(1), self, PRIME - 2);
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = result.times(base);
            }
            base = base.times(base);
            exponent >>= 1;
        }
        Some(result)
    }

    fn times(self, other: Self) -> Self {
        let product = self.product(other);
        let low = u64::try_from(product & u128::from(PRIME)).unwrap_or(0);
        let high = u64::try_from(product >> 61).unwrap_or(0);
        let sum = low + high;
        Self(if sum >= PRIME { sum - PRIME } else { sum })
    }

    fn minus(self, other: Self) -> Self {
        Self(if self.0 >= other.0 { self.0 - other.0 } else { self.0 + PRIME - other.0 })
    }

    fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// One reduction for many products.
    fn minus_products(self, left: &[Self], right: &[Self]) -> Self {
        let mut result = self;
        for (left, right) in left.chunks(SUMMED).zip(right.chunks(SUMMED)) {
            let sum = left.iter().zip(right).fold(0u128, |sum, (&left, &right)| sum + left.product(right));
            result = result.minus(Self::reduce(sum));
        }
        result
    }
}

/// A factorisation modulo [`PRIME`]. A pivot that is not zero over ℚ is zero here only by accident.
pub(super) type ModularFactors = Factors<Residue>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_products_are_reduced_once() {
        let largest = Residue(PRIME - 1);
        for count in [0, 1, 62, 63, 64, 200] {
            let list = vec![largest; count];
            // (−1)(−1) = 1, so that the sum is the count.
            let expected = Residue::new(7 - count as i64);
            assert_eq!(Residue(7).minus_products(&list, &list), expected, "{count}");
        }
        assert_eq!(Residue::new(-3).get(), PRIME - 3);
        assert_eq!(Residue::new(i64::MAX).get(), 3);
        let number = Residue(123_456_789);
        assert_eq!(number.inverse().map(|inverse| inverse.times(number)), Some(Residue(1)));
    }
}

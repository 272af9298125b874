//! Numbers between two neighbouring multiples of 2⁻⁶³, in checked machine integers: most comparisons of a choice
//! with a value are decided by them, and what they leave open is compared exactly.

use dashu_base::{BitTest, Signed};
use dashu_int::ops::DivRemEuclid;
use dashu_int::{IBig, UBig};

/// Fractional bits.
const FRACTION_BITS: u32 = 63;

/// Numbers beyond this many bits before the point are not enclosed.
const INTEGER_BITS: usize = 48;

/// `floor(numerator / denominator · 2⁶³)`, if the number is not too large.
pub(super) fn floor_of(numerator: &IBig, denominator: &UBig) -> Option<i128> {
    if numerator.is_zero() {
        return Some(0);
    }
    if let (Ok(small), Ok(divisor)) = (i64::try_from(numerator), u64::try_from(denominator)) {
        let floor = (i128::from(small) << FRACTION_BITS).div_euclid(i128::from(divisor));
        return (floor.unsigned_abs() >> (FRACTION_BITS as usize + INTEGER_BITS) == 0).then_some(floor);
    }
    if numerator.bit_len() > denominator.bit_len() + INTEGER_BITS - 1 {
        return None;
    }
    // Long numbers agree with their leading bits up to less than the last bit kept.
    let spare = denominator.bit_len().saturating_sub(192);
    if spare > 0 && !numerator.is_negative() {
        let (top, bottom) = (numerator >> spare, denominator >> spare);
        let low = (&top << FRACTION_BITS as usize).div_rem_euclid(IBig::from(&bottom + UBig::ONE)).0;
        let high = ((top + IBig::ONE) << FRACTION_BITS as usize).div_rem_euclid(IBig::from(bottom)).0;
        if low == high {
            return i128::try_from(low).ok();
        }
    }
    let (floor, _) = (numerator << FRACTION_BITS as usize).div_rem_euclid(IBig::from(denominator.clone()));
    i128::try_from(floor).ok()
}

/// A sum of products of enclosed numbers, with how far it may be off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Enclosure {
    low: i128,
    width: i128,
}

impl Enclosure {
    /// The number whose floor is given.
    pub(super) fn of(floor: i128) -> Self {
        Self { low: floor, width: 1 }
    }

    /// Adds `weight · value`, given the floors of both; the weight is in `[0, 1]`. `None` on overflow.
    pub(super) fn add_product(&mut self, weight: i128, value: i128) -> Option<()> {
        // weight ∈ [w, w + 1), value ∈ [v, v + 1), so the product differs from w · v by less than w + |v| + 1
        // units of 2⁻¹²⁶, that is by less than 1 + |v| · 2⁻⁶³ + 1 units of 2⁻⁶³.
        let (high, low) = (value >> 63, value & ((1 << 63) - 1));
        let product = high.checked_mul(weight)?.checked_add((low * weight) >> 63)?;
        let slack = (value.unsigned_abs() >> 63) + 2;
        let slack = i128::try_from(slack).ok()?;
        self.low = self.low.checked_add(product)?.checked_sub(slack)?;
        self.width = self.width.checked_add(2 * slack + 1)?;
        Some(())
    }

    /// Whether every number of the enclosure is greater than one with this floor.
    pub(super) fn is_above(&self, floor: i128) -> bool {
        self.low > floor
    }

    /// Whether every number of the enclosure is less than one with this floor.
    pub(super) fn is_below(&self, floor: i128) -> bool {
        self.low + self.width < floor
    }

    /// Whether the two may hold equal numbers.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.low <= other.low + other.width && other.low <= self.low + self.width
    }

    /// A number inside, to choose by.
    pub(super) fn middle(&self) -> i128 {
        self.low + self.width / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mdp::Rational;

    fn floor(value: &Rational) -> i128 {
        floor_of(value.numerator(), value.denominator()).expect("in range")
    }

    #[test]
    fn enclosures_hold_what_they_enclose() {
        let mut seed = 11u64;
        let mut next = |bound: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % bound
        };
        let unit = Rational::ONE / Rational::from(1u64 << 63);
        for _ in 0..2000 {
            let mut exact = Rational::ZERO;
            let mut enclosure = Enclosure::of(0);
            for _ in 0..next(5) + 1 {
                let denominator = next(1 << 30) + 1;
                let weight = Rational::from(next(denominator + 1)) / Rational::from(denominator);
                let value = (Rational::from(next(1 << 30) as i64) - Rational::from(1 << 29))
                    / Rational::from(next(100_000) + 1);
                exact += &weight * &value;
                enclosure.add_product(floor(&weight), floor(&value)).expect("no overflow");
            }
            let low = Rational::from(enclosure.low) * &unit;
            let high = Rational::from(enclosure.low + enclosure.width) * &unit;
            assert!(low <= exact && exact <= high, "{low} {exact} {high}");
            assert!(enclosure.width < 1 << 36, "{}", enclosure.width);
        }
    }

    #[test]
    fn floors_of_long_numbers() {
        let long = UBig::from(3u8).pow(400);
        for numerator in [IBig::from(&long / UBig::from(7u8)), -IBig::from(&long / UBig::from(5u8)), IBig::ONE] {
            let expected = (&numerator << 63usize).div_rem_euclid(IBig::from(long.clone())).0;
            assert_eq!(floor_of(&numerator, &long), i128::try_from(expected).ok());
        }
        assert_eq!(floor_of(&IBig::from(long), &UBig::ONE), None);
        assert_eq!(floor_of(&IBig::from(-1), &UBig::from(3u8)), Some(-((1i128 << 63) / 3 + 1)));
    }
}

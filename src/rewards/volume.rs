//! Volumes of polytopes, exactly.

use std::collections::BTreeMap;

use crate::budget::{Budget, Exhausted};
use crate::mdp::Rational;
use crate::rewards::product;

/// The points `x` with `normal·x ≤ bound`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfSpace {
    /// The outer normal.
    pub normal: Vec<Rational>,
    /// The largest product that is inside.
    pub bound: Rational,
}

impl HalfSpace {
    /// Whether a point is inside or on the boundary.
    #[must_use]
    pub fn contains(&self, point: &[Rational]) -> bool {
        product(&self.normal, point) <= self.bound
    }
}

/// The volume of a bounded intersection of half-spaces, 0 if that is flat or empty.
///
/// Lasserre's formula (*An analytical expression and an algorithm for the volume of a convex polyhedron*, 1983): with the
/// faces `F_i` on the hyperplanes `a_i·x = b_i`, and a coordinate `j` along which `F_i` is projected,
/// `n · vol P = Σ b_i / |a_ij| · vol(proj F_i)`. Takes time exponential in the dimension. A dimension of 0 has volume 1.
///
/// Of an unbounded intersection the result means nothing.
///
/// # Errors
/// When the budget is exhausted.
pub fn volume(dimension: usize, half_spaces: &[HalfSpace], budget: &Budget) -> Result<Rational, Exhausted> {
    let Some(faces) = distinct(half_spaces) else { return Ok(Rational::ZERO) };
    if dimension == 0 {
        return Ok(Rational::ONE);
    }
    if dimension == 1 {
        return Ok(length(&faces));
    }
    budget.check()?;
    let mut sum = Rational::ZERO;
    for face in faces.iter().filter(|face| face.bound != Rational::ZERO) {
        // The first entry of a distinct normal that is not zero is 1 or -1.
        let Some(along) = face.normal.iter().position(|entry| *entry != Rational::ZERO) else { continue };
        let others = faces.iter().filter(|other| *other != face);
        let projected: Vec<HalfSpace> = others.map(|other| eliminated(other, face, along)).collect();
        sum += &face.bound * volume(dimension - 1, &projected, budget)?;
    }
    Ok(sum / Rational::from(dimension))
}

/// Each half-space once, scaled so that the first entry of its normal is 1 or -1, and of parallel ones the innermost. `None` if
/// one of them is empty: then nothing is inside.
fn distinct(half_spaces: &[HalfSpace]) -> Option<Vec<HalfSpace>> {
    let mut tightest: BTreeMap<Vec<Rational>, Rational> = BTreeMap::new();
    for half_space in half_spaces {
        let Some(first) = half_space.normal.iter().find(|entry| **entry != Rational::ZERO) else {
            if half_space.bound < Rational::ZERO {
                return None;
            }
            continue;
        };
        let scale = if *first < Rational::ZERO { -first.clone() } else { first.clone() };
        let bound = &half_space.bound / &scale;
        let normal: Vec<Rational> = half_space.normal.iter().map(|entry| entry / &scale).collect();
        let known = tightest.entry(normal).or_insert_with(|| bound.clone());
        if bound < *known {
            *known = bound;
        }
    }
    Some(tightest.into_iter().map(|(normal, bound)| HalfSpace { normal, bound }).collect())
}

/// A half-space on the hyperplane of a face, without the coordinate `along`, whose entry in the face's normal is 1 or -1.
fn eliminated(other: &HalfSpace, face: &HalfSpace, along: usize) -> HalfSpace {
    let factor = &other.normal[along] / &face.normal[along];
    let entries = other.normal.iter().zip(&face.normal).enumerate().filter(|(at, _)| *at != along);
    HalfSpace {
        normal: entries.map(|(_, (own, facing))| own - &factor * facing).collect(),
        bound: &other.bound - &factor * &face.bound,
    }
}

/// The length of an interval, given by half-spaces whose normals are 1 or -1.
fn length(faces: &[HalfSpace]) -> Rational {
    let (mut low, mut high) = (None, None);
    for face in faces {
        if face.normal[0] > Rational::ZERO {
            high = Some(face.bound.clone());
        } else {
            low = Some(-face.bound.clone());
        }
    }
    match (low, high) {
        (Some(low), Some(high)) if low < high => high - low,
        _ => Rational::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volume(dimension: usize, half_spaces: &[HalfSpace]) -> Rational {
        super::volume(dimension, half_spaces, &Budget::unlimited()).expect("no limit")
    }

    fn half_space(normal: &[i64], bound: i64) -> HalfSpace {
        HalfSpace { normal: normal.iter().map(|&entry| Rational::from(entry)).collect(), bound: Rational::from(bound) }
    }

    fn unit(dimension: usize, at: usize, entry: i64) -> Vec<i64> {
        (0..dimension).map(|other| if other == at { entry } else { 0 }).collect()
    }

    fn box_of(sides: &[i64]) -> Vec<HalfSpace> {
        let count = sides.len();
        let faces = sides.iter().enumerate().flat_map(|(at, &side)| {
            // From -1 on, so that no face goes through the origin.
            [half_space(&unit(count, at, 1), side - 1), half_space(&unit(count, at, -1), 1)]
        });
        faces.collect()
    }

    #[test]
    fn boxes_and_what_is_cut_off_them() {
        assert_eq!(volume(3, &box_of(&[2, 3, 5])), Rational::from(30));
        // x ≤ y halves a cube; x ≤ y ≤ z leaves a sixth.
        let mut cut = box_of(&[2, 2, 2]);
        cut.push(half_space(&[1, -1, 0], 0));
        assert_eq!(volume(3, &cut), Rational::from(4));
        cut.push(half_space(&[0, 1, -1], 0));
        assert_eq!(volume(3, &cut), Rational::from(8) / Rational::from(6));
    }

    #[test]
    fn what_repeats_or_touches_changes_nothing() {
        let mut cube = box_of(&[2, 2, 2]);
        cube.push(half_space(&[3, 0, 0], 3));
        cube.push(half_space(&[1, 1, 1], 3));
        cube.push(half_space(&[1, 1, 0], 7));
        assert_eq!(volume(3, &cube), Rational::from(8));
    }

    #[test]
    fn flat_and_empty_sets_have_no_volume() {
        for bound in [-1, -2] {
            let mut flat = box_of(&[2, 2, 2]);
            flat.push(half_space(&[1, 0, 0], bound));
            assert_eq!(volume(3, &flat), Rational::ZERO);
        }
    }

    #[test]
    fn simplices_in_every_dimension() {
        let mut factorial = 1;
        for dimension in 1..=5_usize {
            factorial *= i64::try_from(dimension).expect("small");
            let mut faces: Vec<_> = (0..dimension).map(|at| half_space(&unit(dimension, at, -1), 0)).collect();
            faces.push(half_space(&vec![1; dimension], 1));
            assert_eq!(volume(dimension, &faces), Rational::ONE / Rational::from(factorial));
        }
    }
}

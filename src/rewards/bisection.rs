//! A simplex cut in two again and again, until one of some linear functions is the largest everywhere on each piece.
//!
//! Such a tree is evidence that is checked by looking at the corners: that the pieces make up the simplex needs no proof, since each cut goes through a
//! point of an edge and all corners off that edge, and shares the volume as the point shares the edge.

use std::rc::Rc;

use crate::mdp::Rational;

/// The values of the functions at a corner.
pub(super) type Corner = Rc<Vec<Rational>>;

/// How a simplex is cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bisection {
    /// Not at all: this function is the largest at every corner.
    Leaf(usize),
    /// At a point of an edge between two corners.
    Cut {
        /// The corners, by number.
        edge: (usize, usize),
        /// Where the point is: 0 is the first corner, 1 the second.
        at: Rational,
        /// The piece in which the point stands for the second corner, and the one in which it stands for the first.
        pieces: [Box<Bisection>; 2],
    },
}

impl Bisection {
    /// Cuts a simplex, given by the values of the functions at its corners, into at most `pieces` pieces, which are counted down; `None` if
    /// that does not do.
    ///
    /// While no function is the largest at all corners, two of those that are the largest at one cross on an edge, and the point where they are equal is a
    /// corner from then on: each cut leaves fewer edges that they cross.
    pub(super) fn of(corners: &[Corner], pieces: &mut usize) -> Option<Self> {
        let mut tops: Vec<usize> = corners.iter().flat_map(|values| largest(values)).collect();
        tops.sort_unstable();
        tops.dedup();
        let everywhere = |function: &&usize| corners.iter().all(|values| largest(values).any(|top| top == **function));
        if let Some(&function) = tops.iter().find(everywhere) {
            *pieces = pieces.checked_sub(1)?;
            return Some(Self::Leaf(function));
        }
        let (edge, at) = crossing(corners, &tops)?;
        let point = between(&corners[edge.0], &corners[edge.1], &at);
        let mut piece = |replaced: usize| {
            let mut own = corners.to_vec();
            own[replaced] = Rc::clone(&point);
            Self::of(&own, pieces).map(Box::new)
        };
        let pieces = [piece(edge.1)?, piece(edge.0)?];
        Some(Self::Cut { edge, at, pieces })
    }

    /// Goes through the pieces: for each the number of its function, its share of the volume, and the values at its corners.
    pub(super) fn pieces(
        &self,
        corners: &[Corner],
        share: &Rational,
        seen: &mut impl FnMut(usize, &Rational, &[Corner]),
    ) {
        match self {
            Self::Leaf(function) => seen(*function, share, corners),
            Self::Cut { edge, at, pieces } => {
                let point = between(&corners[edge.0], &corners[edge.1], at);
                for (piece, (replaced, part)) in pieces.iter().zip([(edge.1, at.clone()), (edge.0, Rational::ONE - at)])
                {
                    let mut own = corners.to_vec();
                    own[replaced] = Rc::clone(&point);
                    piece.pieces(&own, &(share * part), seen);
                }
            }
        }
    }

    /// The tree in words, from the root: `leaf FUNCTION`, or `cut CORNER CORNER AT`, what is to be said of the new point, and both pieces.
    pub(super) fn write(&self, corners: &[Corner], text: &mut String, of_point: &mut impl FnMut(&Corner) -> String) {
        match self {
            Self::Leaf(function) => text.push_str(&format!("leaf {function}\n")),
            Self::Cut { edge, at, pieces } => {
                let point = between(&corners[edge.0], &corners[edge.1], at);
                text.push_str(&format!("cut {} {} {at}\n{}", edge.0, edge.1, of_point(&point)));
                for (piece, replaced) in pieces.iter().zip([edge.1, edge.0]) {
                    let mut own = corners.to_vec();
                    own[replaced] = Rc::clone(&point);
                    piece.write(&own, text, of_point);
                }
            }
        }
    }
}

/// The functions that are the largest at a corner.
fn largest(values: &[Rational]) -> impl Iterator<Item = usize> + '_ {
    let top = values.iter().max();
    (0..values.len()).filter(move |&function| Some(&values[function]) == top)
}

/// An edge on which two of some functions cross, and where.
fn crossing(corners: &[Corner], functions: &[usize]) -> Option<((usize, usize), Rational)> {
    for (place, &one) in functions.iter().enumerate() {
        for &other in &functions[place + 1..] {
            let ahead = |corner: usize| &corners[corner][one] - &corners[corner][other];
            let positive = (0..corners.len()).find(|&corner| ahead(corner) > Rational::ZERO);
            let negative = (0..corners.len()).find(|&corner| ahead(corner) < Rational::ZERO);
            if let (Some(up), Some(down)) = (positive, negative) {
                let (above, below) = (ahead(up), ahead(down));
                return Some(((up, down), &above / (&above - below)));
            }
        }
    }
    None
}

fn between(one: &[Rational], other: &[Rational], at: &Rational) -> Corner {
    Rc::new(one.iter().zip(other).map(|(from, to)| from + at * (to - from)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corner(values: &[i64]) -> Corner {
        Rc::new(values.iter().map(|&value| Rational::from(value)).collect())
    }

    /// On an interval, 1 - x, x and 3/4 (times 4): the middle one of the three kinks is a piece of its own.
    #[test]
    fn an_interval_is_cut_where_functions_cross() {
        let ends = [corner(&[4, 0, 3]), corner(&[0, 4, 3])];
        let tree = Bisection::of(&ends, &mut 10).expect("few pieces");
        let mut shares = [Rational::ZERO, Rational::ZERO, Rational::ZERO];
        let mut integral = Rational::ZERO;
        tree.pieces(&ends, &Rational::ONE, &mut |function, share, corners| {
            shares[function] += share;
            let sum = corners.iter().fold(Rational::ZERO, |sum, values| sum + &values[function]);
            integral += share * sum / Rational::from(2);
        });
        let quarter = Rational::ONE / Rational::from(4);
        assert_eq!(shares, [quarter.clone(), quarter.clone(), Rational::from(2) * &quarter]);
        assert_eq!(integral, Rational::from(13) * quarter);
    }

    #[test]
    fn too_many_pieces_are_none() {
        let ends = [corner(&[4, 0, 3]), corner(&[0, 4, 3])];
        assert_eq!(Bisection::of(&ends, &mut 2), None);
        assert_eq!(Bisection::of(&[corner(&[1, 1])], &mut 1), Some(Bisection::Leaf(0)));
    }
}

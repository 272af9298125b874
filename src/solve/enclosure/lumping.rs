//! States that have equal values because the model looks the same from them.
//!
//! Bisimulation of MDPs (Givan, Dean and Greig, *Artificial Intelligence* 147, 2003): a partition in which the states of
//! a class have the same choices, up to names, as far as rewards and the probabilities of classes go. Choices that are
//! certainly not optimal need not agree. Values then agree within classes, and so do one-step values of choices
//! that lead to the classes alike. The partition starts from bounds that overlap and is refined until it is stable.

use std::collections::HashMap;

use dashu_int::IBig;
use dashu_int::ops::Gcd;

use crate::budget::{Budget, Exhausted};
use crate::mdp::Mask;
use crate::solve::enclosure::quotient::{Quotient, Row};

/// A row with classes for targets, in lowest terms.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct LumpedRow {
    denominator: IBig,
    constant: IBig,
    weights: Vec<(u32, IBig)>,
}

/// A stable partition of the unknowns.
pub(super) struct Lumps<'q> {
    quotient: &'q Quotient<'q>,
    class_of: Vec<u32>,
}

impl<'q> Lumps<'q> {
    /// The partition of unknowns with these bounds, by choices of the mask.
    pub(super) fn new(
        quotient: &'q Quotient<'q>,
        mask: &Mask,
        lower: &[&IBig],
        upper: &[&IBig],
        budget: &Budget,
    ) -> Result<Self, Exhausted> {
        let mut order: Vec<usize> = (0..quotient.len()).collect();
        order.sort_by_key(|&unknown| lower[unknown]);
        let mut lumps = Self { quotient, class_of: vec![0; quotient.len()] };
        let mut classes: Vec<Vec<usize>> = Vec::new();
        let mut highest: Option<&IBig> = None;
        for unknown in order {
            match (highest, classes.last_mut()) {
                (Some(reached), Some(class)) if lower[unknown] <= reached => class.push(unknown),
                _ => classes.push(vec![unknown]),
            }
            highest = highest.max(Some(upper[unknown]));
        }
        let mut count = 0u32;
        let mut unstable: Vec<Vec<usize>> = Vec::new();
        for class in classes {
            lumps.name(&class, &mut count);
            unstable.extend((class.len() > 1).then_some(class));
        }
        loop {
            budget.check()?;
            let mut split = false;
            let mut next: Vec<Vec<usize>> = Vec::new();
            for class in unstable {
                let mut parts: HashMap<Vec<LumpedRow>, Vec<usize>> = HashMap::new();
                for unknown in class {
                    let mut rows = lumps.rows(unknown, mask);
                    rows.sort();
                    rows.dedup();
                    parts.entry(rows).or_default().push(unknown);
                }
                split |= parts.len() > 1;
                next.extend(parts.into_values());
            }
            if !split {
                return Ok(lumps);
            }
            for class in &next {
                lumps.name(class, &mut count);
            }
            unstable = next.into_iter().filter(|class| class.len() > 1).collect();
        }
    }

    /// The class of each state; none for those that are alone in theirs. Absorbing states are one class.
    pub(super) fn classes(&self) -> Vec<Option<usize>> {
        // Refinement has given more numbers than there are unknowns.
        let absorbing = self.class_of.iter().max().map_or(0, |last| *last as usize + 1);
        let unknowns = self.quotient.unknown_of.iter().enumerate();
        let classes: Vec<Option<usize>> = unknowns
            .map(|(state, unknown)| match unknown {
                Some(unknown) => Some(self.class_of[*unknown as usize] as usize),
                None => self.quotient.problem.mdp.is_absorbing(state).then_some(absorbing),
            })
            .collect();
        let mut members: HashMap<usize, usize> = HashMap::new();
        for class in classes.iter().flatten() {
            *members.entry(*class).or_default() += 1;
        }
        classes.into_iter().map(|class| class.filter(|class| members[class] > 1)).collect()
    }

    /// Gives a class a number of its own.
    fn name(&mut self, class: &[usize], count: &mut u32) {
        for &unknown in class {
            self.class_of[unknown] = *count;
        }
        *count += 1;
    }

    fn rows(&self, unknown: usize, mask: &Mask) -> Vec<LumpedRow> {
        let rows = self.quotient.rows[self.quotient.rows_of(unknown)].iter();
        rows.filter(|row| mask.allows(row.choice)).map(|row| self.lumped(row)).collect()
    }

    fn lumped(&self, row: &Row) -> LumpedRow {
        let mut weights: Vec<(u32, IBig)> = Vec::with_capacity(row.weights.len());
        for (target, weight) in &row.weights {
            let class = self.class_of[*target as usize];
            match weights.iter_mut().find(|(known, _)| *known == class) {
                Some((_, sum)) => *sum += weight,
                None => weights.push((class, weight.clone())),
            }
        }
        weights.sort_by_key(|&(class, _)| class);
        in_lowest_terms(row.denominator.clone(), row.constant.clone(), weights)
    }

    /// Whether all choices that the mask leaves an unknown have the same one-step value.
    pub(super) fn are_all_alike(&self, unknown: usize, mask: &Mask) -> bool {
        let rows = self.rows(unknown, mask);
        rows.windows(2).all(|pair| pair[0] == pair[1])
    }
}

fn in_lowest_terms(denominator: IBig, constant: IBig, weights: Vec<(u32, IBig)>) -> LumpedRow {
    let numbers = weights.iter().map(|(_, weight)| weight).chain([&constant]).filter(|number| !number.is_zero());
    let shared = numbers.fold(denominator.clone(), |sofar, number| IBig::from((&sofar).gcd(number)));
    if shared.is_zero() || shared.is_one() {
        return LumpedRow { denominator, constant, weights };
    }
    LumpedRow {
        denominator: denominator / &shared,
        constant: constant / &shared,
        weights: weights.into_iter().map(|(class, weight)| (class, weight / &shared)).collect(),
    }
}

/// Whether the rows of one unknown are one equation for its value, `(D − w_own) v = c + Σ_others w v`, so that all of
/// them are optimal if one is.
pub(super) fn are_one_equation(unknown: usize, rows: &[&Row]) -> bool {
    let solved = |row: &Row| {
        let is_own = |target: u32| target as usize == unknown;
        let own =
            row.weights.iter().find(|(target, _)| is_own(*target)).map_or(IBig::ZERO, |(_, weight)| weight.clone());
        let others = row.weights.iter().filter(|(target, _)| !is_own(*target)).cloned();
        let mut others: Vec<(u32, IBig)> = others.collect();
        others.sort_by_key(|&(target, _)| target);
        in_lowest_terms(&row.denominator - own, row.constant.clone(), others)
    };
    rows.windows(2).all(|pair| solved(pair[0]) == solved(pair[1]))
}

#[cfg(test)]
mod tests {
    use dashu_int::IBig;

    use crate::budget::Budget;
    use crate::mdp::{Mask, MdpBuilder, Policy, Rational};
    use crate::solve::alike_states;
    use crate::solve::enclosure::Enclosure;

    /// Two corridors to two ends: states at the same distance are alike, and the ends are, which are no unknowns. Bounds that say
    /// nothing leave all of it to refinement.
    #[test]
    fn classes_are_of_equal_distance_however_often_they_were_refined() {
        for length in 1..9 {
            let mut builder = MdpBuilder::default();
            let mut places = Vec::new();
            for corridor in ["left", "right"] {
                let states: Vec<usize> = (0..=length).map(|at| builder.state(&format!("{corridor} {at}"))).collect();
                for pair in states.windows(2) {
                    builder.choice(pair[1], "on", [(pair[0], Rational::ONE)]);
                }
                builder.absorbing(states[0]);
                places.push(states);
            }
            let mdp = builder.build().expect("a model").mdp;
            let bounds = |bound: i32| vec![Some(IBig::from(bound)); mdp.states()];
            let policy = Policy::new((0..mdp.states()).map(|state| mdp.choices_of(state).next()).collect());
            let enclosure = Enclosure { fraction_bits: 0, lower: bounds(-9), upper: bounds(9), policy };
            let (reward, half) = (vec![Rational::ONE; mdp.choices()], Rational::ONE / Rational::from(2));
            let everything = Mask::all(&mdp);
            let classes = alike_states(&mdp, &reward, &half, &enclosure, &everything, &Budget::unlimited());
            let classes = classes.expect("no limit");
            for (left, first) in places[0].iter().zip(&places[1]) {
                assert!(classes[*left].is_some() && classes[*left] == classes[*first]);
            }
            let mut different: Vec<_> = places[0].iter().map(|state| classes[*state]).collect();
            different.sort_unstable();
            different.dedup();
            assert_eq!(different.len(), length + 1, "a class for each distance");
        }
    }
}

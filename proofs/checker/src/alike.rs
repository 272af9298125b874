//! States from which the model looks the same (FORMAT.md, section 1.3). Soundness: `proofs/theory/optimal-choices.md`.

use std::collections::BTreeMap;

use crate::condition::{Broken, Condition};
use crate::model::{Model, Reward};
use crate::rational::Rational;
use crate::vector::Vector;

/// A partition of the states.
pub(crate) struct Classes {
    class_of: Vec<usize>,
}

impl Classes {
    /// Equal numbers are one class; states outside the domain are alone, as all are without a vector.
    pub(crate) fn new(model: &Model, vector: Option<&Vector>) -> Self {
        let numbers = vector.map_or_else(Vec::new, Vector::numbered);
        let alone = numbers.iter().flatten().max().map_or(0, |most| most.saturating_add(1));
        let class = |state: usize| numbers.get(state).copied().flatten().unwrap_or(alone.saturating_add(state));
        Self { class_of: (0..model.states()).map(class).collect() }
    }

    /// Whether two choices have the same reward and the same probability of each class.
    pub(crate) fn are_alike(&self, model: &Model, reward: Reward, first: usize, second: usize) -> bool {
        first == second
            || (model.reward(reward, first) == model.reward(reward, second)
                && self.row(model, first) == self.row(model, second))
    }

    fn row(&self, model: &Model, choice: usize) -> BTreeMap<usize, Rational> {
        let mut masses = BTreeMap::new();
        for (successor, probability) in model.successors(choice).zip(model.transitions.probabilities(choice)) {
            let Some(class) = self.class_of.get(successor) else { continue };
            let mass = masses.entry(*class).or_insert_with(Rational::zero);
            *mass = mass.plus(&probability);
        }
        masses
    }

    /// Legal if in each class of several states all are in the domain of the upper bound, all or none are absorbing, and
    /// they have the same possible choices, up to alikeness.
    pub(crate) fn are_stable(
        &self,
        model: &Model,
        reward: Reward,
        possible: &[bool],
        bounded: impl Fn(usize) -> bool,
    ) -> Result<(), Broken> {
        let mut states: Vec<usize> = (0..model.states()).collect();
        states.sort_by_key(|state| self.class_of.get(*state));
        let choices = |state: usize| model.choices_of(state).filter(|choice| possible.get(*choice) == Some(&true));
        let covers = |first: usize, second: usize| {
            choices(first).all(|own| choices(second).any(|other| self.are_alike(model, reward, own, other)))
        };
        for class in states.chunk_by(|first, second| self.class_of.get(*first) == self.class_of.get(*second)) {
            let [first, others @ ..] = class else { continue };
            for other in others {
                let same = model.is_absorbing(*first) == model.is_absorbing(*other);
                if !(same && bounded(*first) && bounded(*other) && covers(*first, *other) && covers(*other, *first)) {
                    return Err(Broken::at(Condition::NotAlike, *other));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Classes;
    use crate::condition::{Broken, Condition};
    use crate::example::{model, vectors};
    use crate::model::Reward;

    /// `a` and `b` lead to each other or to the end, for the same rewards; `c` as well, for another one.
    const RING: &str = "lavaproof-model 1 criterion discounted 1/2 states 4
        state a 2 choice 0 1 0 2 1 1/2 3 1/2 choice 1 1 0 2 0 1/2 3 1/2
        state b 1 choice 0 1 0 2 0 1/2 3 1/2
        state c 2 choice 0 1 0 1 0 1 choice 1 2 0 1 3 1
        state end 0 observations full class stationary situations 1 0 train 1 0 1
        deploy point 1 0 1 catastrophe none good regret 0 epsilon 0 given none end";

    fn stable(vector: &str, possible: [bool; 5], bounded: [bool; 4]) -> Result<(), Broken> {
        let ring = model(RING);
        let classes = Classes::new(&ring, vectors(&ring, vector).first());
        classes.are_stable(&ring, Reward::Specified, &possible, |state| bounded[state])
    }

    #[test]
    fn what_is_alike() {
        let ring = model(RING);
        let alike = |vector: &str, first, second| {
            Classes::new(&ring, vectors(&ring, vector).first()).are_alike(&ring, Reward::Specified, first, second)
        };
        assert!(alike("dyadic 0 4 1 1 - -", 0, 1) && alike("rational 4 1/2 2/4 - -", 0, 2));
        assert!(!alike("dyadic 0 4 1 2 - -", 0, 1) && !alike("dyadic 0 4 - - - -", 0, 1));
        assert!(!alike("dyadic 0 4 1 1 1 1", 3, 4), "another reward");
        assert!(!alike("dyadic 0 4 1 1 1 1", 0, 4), "another reward");
        assert!(alike("dyadic 0 4 1 1 1 1", 0, 3) && !alike("dyadic 0 4 1 1 - -", 0, 3));
    }

    #[test]
    fn what_is_stable() {
        let (all, everywhere) = ([true; 5], [true; 4]);
        let broken = |state| Err(Broken::at(Condition::NotAlike, state));
        assert_eq!(stable("dyadic 0 4 1 1 - -", all, everywhere), Ok(()));
        assert_eq!(stable("dyadic 0 4 1 2 3 4", all, everywhere), Ok(()));
        assert_eq!(stable("dyadic 0 4 1 1 - -", all, [true, false, true, true]), broken(1));
        assert_eq!(stable("dyadic 0 4 1 1 - -", all, [false, true, true, true]), broken(1));
        assert_eq!(stable("dyadic 0 4 1 1 1 -", all, everywhere), broken(2), "another way to go and another reward");
        assert_eq!(stable("dyadic 0 4 1 - - 1", all, everywhere), broken(3), "absorbing");
        // What is not possible need not agree, in either of two states.
        assert_eq!(stable("dyadic 0 4 1 1 - -", [false, true, true, true, true], everywhere), Ok(()));
        assert_eq!(stable("dyadic 0 4 1 - 1 -", [true, true, true, true, false], everywhere), broken(2));
        assert_eq!(stable("dyadic 0 4 - 1 1 -", [true, true, true, false, true], everywhere), broken(2));
    }
}

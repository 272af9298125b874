//! The last exact results, kept: the same masks and policies come up in many questions.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::budget::Exhausted;
use crate::decomposition::RewardName;
use crate::mdp::{Mask, Policy, Value};
use crate::solve::{Enclosure, Sense, Solution};

/// Results of each kind that are kept. Their values may be long numbers, one a state.
const KEPT: usize = 12;

/// What a policy is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// One of the two rewards.
    Reward(RewardName),
    /// The probability of the catastrophe.
    Reach,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Optimum {
    quantity: Quantity,
    sense: Sense,
    mask: Mask,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Evaluation {
    quantity: Quantity,
    policy: Policy,
}

/// Keys with their results, the latest last.
struct Recent<K, V>(RefCell<VecDeque<(K, Rc<V>)>>);

impl<K: PartialEq, V> Recent<K, V> {
    fn get(&self, key: &K) -> Option<Rc<V>> {
        self.0.borrow().iter().find(|(known, _)| known == key).map(|(_, value)| Rc::clone(value))
    }

    fn forget(&self, key: &K) {
        self.0.borrow_mut().retain(|(known, _)| known != key);
    }

    fn put(&self, key: K, value: Rc<V>) {
        let mut recent = self.0.borrow_mut();
        if recent.len() == KEPT {
            recent.pop_front();
        }
        recent.push_back((key, value));
    }
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

/// An enclosure, and with how many bits it was asked for; none where bounds do not get so close.
type Enclosed = (usize, Option<Rc<Enclosure>>);

/// Recent masked optima, their enclosures, and policy evaluations.
#[derive(Default)]
pub(super) struct Memo {
    enclosures: Recent<Optimum, Enclosed>,
    optima: Recent<Optimum, Solution>,
    evaluations: Recent<Evaluation, Vec<Value>>,
}

impl Memo {
    /// The optimum, computed unless it is among the recent ones. Its policy's values are then known as well.
    pub(super) fn optimum(
        &self,
        quantity: Quantity,
        sense: Sense,
        mask: &Mask,
        compute: impl FnOnce() -> Result<Solution, Exhausted>,
    ) -> Result<Rc<Solution>, Exhausted> {
        let key = Optimum { quantity, sense, mask: mask.clone() };
        if let Some(known) = self.optima.get(&key) {
            return Ok(known);
        }
        let solution = Rc::new(compute()?);
        let values = Rc::new(solution.values.clone());
        self.evaluations.put(Evaluation { quantity, policy: solution.policy.clone() }, values);
        self.optima.put(key, Rc::clone(&solution));
        Ok(solution)
    }

    /// An enclosure of the optimum with so many bits, computed unless it is among the recent ones, from what is known.
    pub(super) fn enclosure(
        &self,
        quantity: Quantity,
        sense: Sense,
        mask: &Mask,
        bits: usize,
        compute: impl FnOnce(Option<&Enclosure>) -> Result<Option<Enclosure>, Exhausted>,
    ) -> Result<Option<Rc<Enclosure>>, Exhausted> {
        let key = Optimum { quantity, sense, mask: mask.clone() };
        let known = self.enclosures.get(&key);
        let earlier = match known.as_deref() {
            Some((asked, known)) if *asked >= bits || known.is_none() => return Ok(known.clone()),
            Some((_, known)) => known.clone(),
            None => None,
        };
        let found = compute(earlier.as_deref())?.map(Rc::new);
        self.enclosures.forget(&key);
        self.enclosures.put(key, Rc::new((bits, found.clone())));
        Ok(found)
    }

    /// The values of a policy, computed unless they are among the recent ones.
    pub(super) fn evaluation(
        &self,
        quantity: Quantity,
        policy: &Policy,
        compute: impl FnOnce() -> Result<Vec<Value>, Exhausted>,
    ) -> Result<Rc<Vec<Value>>, Exhausted> {
        let key = Evaluation { quantity, policy: policy.clone() };
        if let Some(known) = self.evaluations.get(&key) {
            return Ok(known);
        }
        let values = Rc::new(compute()?);
        self.evaluations.put(key, Rc::clone(&values));
        Ok(values)
    }
}

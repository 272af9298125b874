//! The lists of a certificate that its proofs refer to: vectors, policies, optimal choices (FORMAT.md, section 2.2).

use crate::condition::{Broken, Condition, Rejected};
use crate::model::{Model, Reward};
use crate::optimal::{Listed, Optimal};
use crate::policy::Policy;
use crate::read::{Reader, Unreadable};
use crate::vector::Vector;

/// Why a certificate proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// It is not what FORMAT.md, section 2.2, describes.
    Unreadable(Unreadable),
    /// A condition does not hold.
    Rejected(Rejected),
}

impl From<Unreadable> for Rejection {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}

/// Says where in the certificate a condition broke.
pub(crate) trait Rejects {
    fn reject(&self, model: &Model, broken: impl Into<Broken>) -> Rejection;
}

impl Rejects for Reader<'_> {
    fn reject(&self, model: &Model, broken: impl Into<Broken>) -> Rejection {
        let Broken { condition, state, choice } = broken.into();
        let state = state.map(|state| (state, model.name(state)));
        Rejection::Rejected(Rejected { condition, line: self.line(), state, choice })
    }
}

/// The lists, checked.
pub(crate) struct Lists<'m> {
    pub(crate) model: &'m Model,
    pub(crate) vectors: Vec<Vector>,
    pub(crate) policies: Vec<Policy>,
    specified: Option<Optimal>,
    intended: Option<Optimal>,
}

impl<'m> Lists<'m> {
    pub(crate) fn read(r: &mut Reader<'_>, model: &'m Model) -> Result<Self, Rejection> {
        let mut lists = Self { model, vectors: Vec::new(), policies: Vec::new(), specified: None, intended: None };
        r.expect("vectors")?;
        for _ in 0..r.count()? {
            lists.vectors.push(Vector::read(r, model.states())?);
        }
        r.expect("policies")?;
        for number in 0..r.count()? {
            let given = number == 0 && model.given.is_some();
            lists.policies.push(Policy::read(r, model, &lists.vectors, given)?);
        }
        r.expect("optimal")?;
        for _ in 0..r.count()? {
            let listed = Listed::read(r, &lists.vectors)?;
            let optimal = Optimal::new(model, &lists.vectors, &listed).map_err(|broken| r.reject(model, broken))?;
            let slot = match listed.reward {
                Reward::Specified => &mut lists.specified,
                Reward::Intended => &mut lists.intended,
            };
            if slot.replace(optimal).is_some() {
                return Err(r.reject(model, Condition::OptimalChoices));
            }
        }
        Ok(lists)
    }

    pub(crate) fn optimal(&self, reward: Reward) -> Result<&Optimal, Broken> {
        let slot = match reward {
            Reward::Specified => &self.specified,
            Reward::Intended => &self.intended,
        };
        slot.as_ref().ok_or(Condition::OptimalChoices.into())
    }

    pub(crate) fn policy(&self, number: usize) -> Result<&Policy, Broken> {
        self.policies.get(number).ok_or(Condition::BoundMissing.into())
    }

    /// The number of a listed policy of the class.
    pub(crate) fn read_competitor(&self, r: &mut Reader<'_>) -> Result<usize, Rejection> {
        let number = r.index(self.policies.len(), "policy")?;
        self.is_of_class(number).map_err(|broken| r.reject(self.model, broken))?;
        Ok(number)
    }

    /// That a listed policy is not the given one, which need not be in the class.
    pub(crate) fn is_of_class(&self, number: usize) -> Result<(), Broken> {
        if self.policy(number)?.is_given() { Err(Condition::GivenPolicy.into()) } else { Ok(()) }
    }

    pub(crate) fn rank(&self, number: Option<usize>) -> Option<&Vector> {
        number.and_then(|number| self.vectors.get(number))
    }
}

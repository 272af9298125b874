//! Bounds of values in a certificate: of masks and of listed policies, as close as a proof needs them.

use std::rc::Rc;

use dashu_int::{IBig, UBig};

use crate::certify::Absent;
use crate::certify::Uncertified;
use crate::certify::draft::{Draft, Precision, Side, position};
use crate::certify::endless::{Alternative, finite_upper};
use crate::certify::tables::{Entries, bound_reference};
use crate::mdp::{ChoiceId, Mask, Rational, StateId, StateSet, Value};
use crate::search::Quantity;
use crate::solve::{Behaviour, Enclosure, Sense, reachable_under};

/// Models of at most so many states are not worth enclosing.
const SMALL: usize = 40;

impl Draft<'_> {
    /// The bound of a listed policy on one side, which the certificate then has. From above, states from which it may
    /// never stop get a finite number.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn policy_values(
        &mut self,
        number: usize,
        quantity: Quantity,
        side: Side,
        precision: Precision,
    ) -> Result<Entries, Uncertified> {
        let place = position(quantity, side);
        if let Some((known, entries, _)) = &self.policies[number].bounds[place]
            && *known >= precision
        {
            return Ok(entries.clone());
        }
        let entries = match self.enclosed_policy(number, quantity, side, precision)? {
            Some(entries) => entries,
            None => self.exact_policy(number, quantity, side)?,
        };
        let ranks = match (side, quantity) {
            (Side::Lower, Quantity::Reward(_)) if self.is_total() => self.stopping_rank_of(number, &entries),
            (Side::Lower, Quantity::Reach) => self.reaching_rank_of(number, &entries),
            _ => None,
        };
        let ranks = ranks.map(|ranks| self.vectors.rank(&ranks));
        let text = bound_reference(self.vectors.of(&entries), ranks);
        self.policies[number].bounds[place] = Some((precision, entries.clone(), text));
        Ok(entries)
    }

    pub(super) fn exact_policy(&self, number: usize, quantity: Quantity, side: Side) -> Result<Entries, Uncertified> {
        let behaviour = Behaviour::Randomized(&self.policies[number].policy);
        let values = self.arena.values(quantity, behaviour)?;
        let visited = &self.policies[number].visited;
        let unbounded = visited.ones().any(|state| values[state] == Value::MinusInfinity);
        if unbounded && side == Side::Upper {
            let averaged = |state: StateId| self.averaged(number, quantity, state);
            return finite_upper(&values, visited, &averaged, &self.arena.budget);
        }
        let known = |state| if visited.contains(state) { values[state].finite().cloned() } else { None };
        Ok((0..visited.len()).map(known).collect())
    }

    /// The same from an enclosure, if the policy does not randomise.
    pub(super) fn enclosed_policy(
        &mut self,
        number: usize,
        quantity: Quantity,
        side: Side,
        precision: Precision,
    ) -> Result<Option<Entries>, Uncertified> {
        let mdp = &self.arena.problem.mdp;
        let Some(policy) = self.policies[number].policy.as_deterministic() else { return Ok(None) };
        let own = Mask::only(mdp, &policy);
        let Some(enclosure) = self.enclosed(quantity, Sense::Max, &own, precision)? else { return Ok(None) };
        let bounds = if side == Side::Lower { &enclosure.lower } else { &enclosure.upper };
        Ok(on(&self.policies[number].visited, bounds, enclosure.fraction_bits, false))
    }

    /// Whether bounds short of exact values are worth trying.
    pub(super) fn encloses(&self) -> bool {
        self.arena.problem.mdp.states() > SMALL
    }

    /// An enclosure of the optimum within a mask; `None` where exact values are to be used.
    pub(super) fn enclosed(
        &self,
        quantity: Quantity,
        sense: Sense,
        mask: &Mask,
        precision: Precision,
    ) -> Result<Option<Rc<Enclosure>>, Uncertified> {
        match precision {
            Precision::Bits(bits) if self.encloses() => Ok(self.arena.enclosure(quantity, sense, mask, bits)?),
            Precision::Bits(_) | Precision::Exact => Ok(None),
        }
    }

    /// What a listed policy does in a state as one row with its reward; nothing where it is over.
    pub(super) fn averaged(&self, number: usize, quantity: Quantity, state: StateId) -> Vec<Alternative> {
        let mdp = &self.arena.problem.mdp;
        let row = self.policies[number].policy.row(state);
        if row.is_empty() {
            return Vec::new();
        }
        let mut average = Alternative { reward: Rational::ZERO, row: Vec::new() };
        let mut masses = std::collections::BTreeMap::new();
        for (choice, weight) in row {
            average.reward += self.reward(quantity, *choice) * weight;
            for (target, probability) in mdp.row(*choice) {
                *masses.entry(target).or_insert(Rational::ZERO) += probability * weight;
            }
        }
        average.row = masses.into_iter().collect();
        vec![average]
    }

    pub(super) fn reward(&self, quantity: Quantity, choice: ChoiceId) -> Rational {
        match quantity {
            Quantity::Reward(name) => self.arena.reward(name)[choice].clone(),
            Quantity::Reach => Rational::ZERO,
        }
    }

    /// Upper bounds of a reward for all policies of a mask on a closed domain on which some values are −∞.
    pub(super) fn with_endless(
        &self,
        values: &[Value],
        quantity: Quantity,
        mask: &Mask,
        domain: &StateSet,
    ) -> Result<Entries, Uncertified> {
        let mdp = &self.arena.problem.mdp;
        let allowed = |state: StateId| {
            let choices = mask.choices_of(mdp, state);
            let alternative = |choice: ChoiceId| Alternative {
                reward: self.reward(quantity, choice),
                row: mdp.row(choice).map(|(target, probability)| (target, probability.clone())).collect(),
            };
            choices.map(alternative).collect()
        };
        finite_upper(values, domain, &allowed, &self.arena.budget)
    }

    /// Bounds of a quantity, or of its negative, from above for all policies of a mask, on what is reached from the
    /// sources. A reach probability is bounded from below where its negative is asked for (and not negated).
    ///
    /// # Errors
    /// When there is none, or the budget is exhausted.
    pub(super) fn bound(
        &mut self,
        quantity: Quantity,
        positive: bool,
        mask: &Mask,
        sources: &[StateId],
        precision: Precision,
    ) -> Result<Entries, Uncertified> {
        let sense = if positive { Sense::Max } else { Sense::Min };
        let mdp = &self.arena.problem.mdp;
        let reached = reachable_under(mdp, mask, sources.iter().copied());
        let negate = !positive && quantity != Quantity::Reach;
        if let Some(enclosure) = self.enclosed(quantity, sense, mask, precision)? {
            let bounds = if positive { &enclosure.upper } else { &enclosure.lower };
            if let Some(entries) = on(&reached, bounds, enclosure.fraction_bits, negate) {
                return Ok(entries);
            }
        }
        let solution = self.arena.extreme(quantity, sense, mask)?;
        if positive && reached.ones().any(|state| solution.values[state] == Value::MinusInfinity) {
            return self.with_endless(&solution.values, quantity, mask, &reached);
        }
        let mut entries: Entries = vec![None; mdp.states()];
        for state in reached.ones() {
            let Some(value) = solution.values[state].finite() else {
                return Err(Uncertified::Beyond(Absent::Endless));
            };
            entries[state] = Some(if negate { -value } else { value.clone() });
        }
        Ok(entries)
    }
}

/// Integers over `2^bits` on a domain, negated or not; `None` if one is missing there.
pub(super) fn on(domain: &StateSet, bounds: &[Option<IBig>], bits: usize, negate: bool) -> Option<Entries> {
    let mut entries: Entries = vec![None; bounds.len()];
    for state in domain.ones() {
        let value = Rational::from_parts(bounds[state].clone()?, UBig::ONE << bits);
        entries[state] = Some(if negate { -value } else { value });
    }
    Some(entries)
}

//! Which state a case is split at.

use crate::certify::close::Case;
use crate::certify::constraint::{Actor, Property};
use crate::certify::draft::{Precision, expected};
use crate::certify::refute::Refuter;
use crate::certify::subject::Pins;
use crate::certify::{Absent, Uncertified};
use crate::mdp::{StateId, Value, closure};
use crate::problem::PolicyClass;
use crate::search::{Quantity, disagreement, surely_visited};
use crate::solve::{Sense, reachable_under};

impl Refuter<'_, '_> {
    /// Whether an actor's cases may be split: always for deterministic policies; otherwise all its terms must be
    /// about one quantity with one sign.
    pub(super) fn may_split(&self, actor: Actor) -> bool {
        let arena = self.draft.arena;
        let relaxed = actor == Actor::Subject && matches!(self.pins, Pins::Everywhere(_));
        if arena.class == PolicyClass::Deterministic {
            return true;
        }
        if !arena.fully_observed && !relaxed {
            return false;
        }
        let mut only = None;
        for constraint in &self.constraints {
            let never = constraint.text.starts_with("meet") && constraint.bound.is_zero();
            for term in constraint.terms.iter().filter(|term| term.actor == actor) {
                if never && term.quantity == Quantity::Reach {
                    continue;
                }
                let kind = (term.quantity, term.positive);
                if *only.get_or_insert(kind) != kind {
                    return false;
                }
            }
        }
        true
    }

    pub(super) fn next_split(&mut self, case: &Case) -> Result<Option<(Actor, StateId)>, Uncertified> {
        let rival_first = self.rival_is_too_good(case)?;
        if rival_first && let Some(state) = self.open_state(case, Actor::Rival)? {
            return Ok(Some((Actor::Rival, state)));
        }
        if self.free_subject
            && let Some(state) = self.open_state(case, Actor::Subject)?
        {
            return Ok(Some((Actor::Subject, state)));
        }
        Ok(self.open_state(case, Actor::Rival)?.map(|state| (Actor::Rival, state)))
    }

    /// Two cases: a choice of a surely visited state is taken with some probability, or never.
    pub(super) fn by_visits(&mut self, case: &Case, depth: usize) -> Result<String, Uncertified> {
        let arena = self.draft.arena;
        let mdp = &arena.problem.mdp;
        let mut open = None;
        if matches!(self.pins, Pins::Visited(_)) {
            let support = arena.problem.train.support().chain(case.visits.iter().copied());
            let sure = surely_visited(arena, &case.subject, support);
            let undecided = sure.ones().filter(|state| arena.is_undecided(&case.subject, *state));
            let mut choices =
                undecided.flat_map(|state| case.subject.choices_of(mdp, state).map(move |own| (state, own)));
            open = choices.find(|(_, choice)| mdp.successors(*choice).any(|next| !sure.contains(next)));
        }
        let Some((state, choice)) = open else { return Err(Uncertified::Beyond(Absent::Form)) };
        let (mut taken, mut never) = (case.clone(), case.clone());
        taken.visits.extend(mdp.successors(choice));
        arena.restrict_observation(&mut never.subject, state, |own| own != choice);
        Ok(format!("visits {choice} {} {}", self.tree(taken, depth + 1)?, self.tree(never, depth + 1)?))
    }

    /// At one distribution: whether the rival's bound is above what the class can do there.
    fn rival_is_too_good(&mut self, case: &Case) -> Result<bool, Uncertified> {
        let Some(Property::Regret(reward, _)) = self.breaks.clone() else { return Ok(false) };
        let Some(point) = self.places.region.as_ref().and_then(|region| region.point.clone()) else {
            return Ok(false);
        };
        if self.draft.arena.fully_observed {
            return Ok(false);
        }
        let sources: Vec<StateId> = point.support().collect();
        let bound = self.draft.bound(Quantity::Reward(reward), true, &case.rival, &sources, Precision::Exact)?;
        let Some(optimum) = self.draft.class_optimum(reward, &point)? else { return Ok(false) };
        Ok(match (expected(&bound, &point), &optimum.value) {
            (Some(bound), Value::Finite(best)) => &bound > best,
            _ => false,
        })
    }

    /// A state at which an actor's case is open, where its terms speak of it.
    fn open_state(&mut self, case: &Case, actor: Actor) -> Result<Option<StateId>, Uncertified> {
        let spoken = self.constraints.iter().flat_map(|one| &one.terms).any(|term| term.actor == actor);
        if !self.may_split(actor) || actor == Actor::Rival && !spoken {
            return Ok(None);
        }
        let arena = self.draft.arena;
        let mask = if actor == Actor::Rival { &case.rival } else { &case.subject };
        if actor == Actor::Subject && matches!(self.pins, Pins::Visited(..)) {
            let support = arena.problem.train.support();
            let sure = surely_visited(arena, mask, support);
            if let Some(state) = sure.ones().find(|&state| arena.is_undecided(mask, state)) {
                return Ok(Some(state));
            }
        }
        // What the terms, and the demands behind them, are about: a quantity, which way, from where.
        let terms = self.constraints.iter().flat_map(|constraint| &constraint.terms);
        let mut about: Vec<(Quantity, bool, Vec<StateId>)> = terms
            .filter(|term| term.actor == actor)
            .map(|term| (term.quantity, term.positive, self.places.sources(term.place)))
            .collect();
        if actor == Actor::Subject {
            about.extend(self.families.iter().map(|(family, property)| match property {
                Property::Regret(reward, _) | Property::Value(reward, _) => {
                    (Quantity::Reward(*reward), true, family.support())
                }
                Property::Reach(_) => (Quantity::Reach, false, family.support()),
            }));
        }
        let mut sources: Vec<StateId> = Vec::new();
        if matches!(self.pins, Pins::Visited(_)) {
            sources.extend(arena.problem.train.support());
        }
        for (quantity, positive, own) in about {
            let sense = if positive { Sense::Max } else { Sense::Min };
            let relaxed = arena.extreme(quantity, sense, mask)?;
            if let Some(state) = disagreement(arena, mask, &own, &relaxed.policy) {
                return Ok(Some(state));
            }
            sources.extend(own);
            let visited = closure(arena.problem.mdp.states(), sources.iter().copied(), |state| {
                relaxed.policy.choice(state).into_iter().flat_map(|choice| arena.problem.mdp.successors(choice))
            });
            if let Some(state) = visited.ones().find(|&state| arena.is_undecided(mask, state)) {
                return Ok(Some(state));
            }
        }
        let reached = reachable_under(&arena.problem.mdp, mask, sources.iter().copied());
        Ok(reached.ones().find(|&state| arena.is_undecided(mask, state)))
    }
}

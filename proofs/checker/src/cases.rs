//! The cases of a refutation: what subject and rival may still do (FORMAT.md, section 1.6, *Pins*, *Splits* and *Lemmas*).
//!
//! One pair of masks is changed and changed back along the tree. Soundness: `proofs/theory/pins.md`, `splits.md` and `lemmas.md`.

mod lemmas;

pub(crate) use lemmas::{Fact, Literal};

use crate::model::{Model, index};
use crate::optimal::Optimal;
use crate::sources::Sources;

/// The two policies that a refutation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Subject,
    Rival,
}

enum Change {
    Removed(Who, usize),
    Visited(usize),
    Avoided(usize),
    Learned,
    Thorough,
}

/// The masks of the present case.
pub(crate) struct Cases<'a> {
    model: &'a Model,
    subject: Vec<bool>,
    rival: Vec<bool>,
    /// How many choices of each state the subject's mask has.
    left: Vec<usize>,
    /// The states that the subject surely visits, if it is pinned there.
    visited: Vec<bool>,
    /// The states that it surely does not visit.
    avoided: Vec<bool>,
    /// Whether it is concluded which states are not visited: below a lemma.
    thorough: bool,
    /// What the subject does not do all at once.
    lemmas: Vec<Vec<Literal>>,
    /// Surely visited states keep the choices that all of these have.
    pinned: Vec<&'a Optimal>,
    /// What leads where, once there is a lemma.
    sources: Option<Sources>,
    /// How many states have no choice left, or are visited and avoided.
    dead: usize,
    changes: Vec<Change>,
    /// States of which more is known than was concluded from.
    open: Vec<usize>,
}

impl<'a> Cases<'a> {
    pub(crate) fn new(model: &'a Model) -> Self {
        Self {
            model,
            subject: vec![true; model.choices()],
            rival: vec![true; model.choices()],
            left: (0..model.states()).map(|state| model.choices_of(state).len()).collect(),
            visited: vec![false; model.states()],
            avoided: vec![false; model.states()],
            thorough: false,
            lemmas: Vec::new(),
            pinned: Vec::new(),
            sources: None,
            dead: 0,
            changes: Vec::new(),
            open: Vec::new(),
        }
    }

    /// The subject takes possible choices wherever it is.
    pub(crate) fn pin_everywhere(&mut self, optimal: &Optimal) {
        self.subject.clone_from(&optimal.possible);
    }

    /// The subject takes choices that are possible for each reward in all states that it visits from `starts`.
    pub(crate) fn pin_visited(&mut self, optimal: Vec<&'a Optimal>, starts: &[usize]) {
        self.pinned = optimal;
        starts.iter().for_each(|state| self.visit(*state));
        self.settle();
    }

    pub(crate) fn mask(&self, who: Who) -> &[bool] {
        match who {
            Who::Subject => &self.subject,
            Who::Rival => &self.rival,
        }
    }

    /// Whether the subject has lost all choices of a state, or visits one that it does not visit.
    pub(crate) fn is_dead(&self) -> bool {
        self.dead > 0
    }

    /// The first choice of a state, from `least` on, that the mask has.
    pub(crate) fn next_choice(&self, who: Who, state: usize, least: usize) -> Option<usize> {
        let own = self.model.choices_of(state);
        (own.start.max(least)..own.end).find(|choice| self.allows(who, *choice))
    }

    fn allows(&self, who: Who, choice: usize) -> bool {
        self.mask(who).get(choice) != Some(&false)
    }

    /// The case in which the choice's action is taken, at all states that look alike or (`alone`) at this one.
    pub(crate) fn take(&mut self, who: Who, choice: usize, alone: bool) {
        let kept = if alone { vec![choice] } else { self.model.alike(choice) };
        for choice in kept {
            let state = self.model.state_of(choice);
            for other in self.model.choices_of(state).filter(|other| *other != choice) {
                self.remove(who, other, state);
            }
        }
        self.settle();
    }

    /// The case in which a surely visited state takes the choice with some probability.
    pub(crate) fn follow(&mut self, choice: usize) {
        let model = self.model;
        model.transitions.successors(choice).iter().for_each(|successor| self.visit(index(*successor)));
        self.settle();
    }

    /// The case in which a surely visited state never takes the choice, and so nor do states that look alike.
    pub(crate) fn never(&mut self, choice: usize) {
        self.strike(choice);
        self.settle();
    }

    pub(crate) fn is_visited(&self, state: usize) -> bool {
        self.visited.get(state) == Some(&true)
    }

    /// What the subject may do in states that it visits from the support of the training distribution: the possible choices
    /// of its mask, everywhere. `None` if it is not pinned there.
    pub(crate) fn where_trained(&self) -> Option<Vec<bool>> {
        let possible = |choice: usize| self.pinned.iter().all(|optimal| optimal.possible.get(choice) != Some(&false));
        let own = self.subject.iter().enumerate().map(|(choice, allowed)| *allowed && possible(choice));
        (!self.pinned.is_empty()).then(|| own.collect())
    }

    /// A mask without the choices of states from which it has no way to an absorbing state.
    pub(crate) fn without_endless(&self, mask: &[bool]) -> Vec<bool> {
        let model = self.model;
        let allowed = |choice: usize| mask.get(choice) != Some(&false);
        let sources = Sources::new(model, allowed);
        let mut ends: Vec<bool> = (0..model.states()).map(|state| model.is_absorbing(state)).collect();
        let mut open: Vec<usize> = (0..model.states()).filter(|state| model.is_absorbing(*state)).collect();
        while let Some(state) = open.pop() {
            for source in sources.of(state) {
                if let Some(mark) = ends.get_mut(source)
                    && !*mark
                {
                    *mark = true;
                    open.push(source);
                }
            }
        }
        let kept = |choice: usize| allowed(choice) && ends.get(model.state_of(choice)) == Some(&true);
        (0..model.choices()).map(kept).collect()
    }

    fn remove(&mut self, who: Who, choice: usize, state: usize) {
        let mask = if who == Who::Subject { &mut self.subject } else { &mut self.rival };
        match mask.get_mut(choice) {
            Some(allowed) if *allowed => *allowed = false,
            _ => return,
        }
        self.changes.push(Change::Removed(who, choice));
        if let (Who::Subject, Some(left)) = (who, self.left.get_mut(state)) {
            *left = left.saturating_sub(1);
            match *left {
                0 => self.dead = self.dead.saturating_add(1),
                1 => self.open.push(state),
                _ => {}
            }
        }
    }

    /// Removes a choice of the subject, at all states that look alike.
    fn strike(&mut self, choice: usize) {
        for alike in self.model.alike(choice) {
            self.remove(Who::Subject, alike, self.model.state_of(alike));
        }
    }

    /// Marks a state as surely visited.
    fn visit(&mut self, state: usize) {
        match self.visited.get_mut(state) {
            Some(visited) if !*visited => *visited = true,
            _ => return,
        }
        self.changes.push(Change::Visited(state));
        if self.avoided.get(state) == Some(&true) {
            self.dead = self.dead.saturating_add(1);
        }
        self.open.push(state);
    }

    /// Marks a state as surely not visited.
    fn avoid(&mut self, state: usize) {
        match self.avoided.get_mut(state) {
            Some(avoided) if !*avoided => *avoided = true,
            _ => return,
        }
        self.changes.push(Change::Avoided(state));
        if self.is_visited(state) {
            self.dead = self.dead.saturating_add(1);
        }
        self.open.extend(self.sources.iter().flat_map(|sources| sources.of(state)));
    }

    /// Whether a subject may take a choice in a state that it visits.
    fn may_follow(&self, choice: usize) -> bool {
        self.pinned.iter().all(|optimal| optimal.possible.get(choice) != Some(&false))
            && self.model.successors(choice).all(|successor| self.avoided.get(successor) != Some(&true))
    }

    /// Draws conclusions until nothing changes: visited states keep choices that may be followed, at all states that look
    /// alike; a state's only choice is followed if it is visited, and if that may not be, the state is not visited (below a lemma).
    fn settle(&mut self) {
        while let Some(state) = self.open.pop() {
            if self.is_visited(state) {
                for choice in self.model.choices_of(state) {
                    if self.allows(Who::Subject, choice) && !self.may_follow(choice) {
                        self.strike(choice);
                    }
                }
            }
            if self.left.get(state) != Some(&1) {
                continue;
            }
            if let Some(choice) = self.next_choice(Who::Subject, state, 0) {
                let model = self.model;
                if self.is_visited(state) {
                    model.transitions.successors(choice).iter().for_each(|successor| self.visit(index(*successor)));
                } else if self.thorough && !self.may_follow(choice) {
                    self.avoid(state);
                }
            }
        }
    }

    /// A state is no longer marked as avoided, or as visited.
    fn unmark(&mut self, state: usize, avoided: bool) {
        let (own, other) = match avoided {
            true => (&mut self.avoided, &self.visited),
            false => (&mut self.visited, &self.avoided),
        };
        if let Some(mark) = own.get_mut(state) {
            *mark = false;
        }
        if other.get(state) == Some(&true) {
            self.dead = self.dead.saturating_sub(1);
        }
    }

    /// How much has changed so far.
    pub(crate) fn mark(&self) -> usize {
        self.changes.len()
    }

    /// Goes back to a mark.
    pub(crate) fn undo(&mut self, mark: usize) {
        while self.changes.len() > mark {
            match self.changes.pop() {
                Some(Change::Removed(who, choice)) => {
                    let state = self.model.state_of(choice);
                    let mask = if who == Who::Subject { &mut self.subject } else { &mut self.rival };
                    if let Some(allowed) = mask.get_mut(choice) {
                        *allowed = true;
                    }
                    if let (Who::Subject, Some(left)) = (who, self.left.get_mut(state)) {
                        if *left == 0 {
                            self.dead = self.dead.saturating_sub(1);
                        }
                        *left = left.saturating_add(1);
                    }
                }
                Some(Change::Visited(state)) => self.unmark(state, false),
                Some(Change::Avoided(state)) => self.unmark(state, true),
                Some(Change::Learned) => drop(self.lemmas.pop()),
                Some(Change::Thorough) => self.thorough = false,
                None => return,
            }
        }
    }
}

#[cfg(test)]
mod tests;

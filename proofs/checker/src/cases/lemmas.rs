//! Lemmas: what no subject of a case does all at once (FORMAT.md, section 1.6, *Lemmas*).

use super::{Cases, Change, Who};
use crate::sources::Sources;

/// Something that the subject does or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fact {
    /// It takes the choice's action, at all states that look alike or (pinned everywhere) at this one.
    Takes(usize),
    /// It visits the state from the support of the training distribution.
    Visits(usize),
}

/// A fact or its opposite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) fact: Fact,
    pub(crate) holds: bool,
}

impl Cases<'_> {
    /// From now on it is concluded as well which states are not visited.
    fn be_thorough(&mut self) {
        if !self.thorough {
            self.thorough = true;
            self.sources.get_or_insert_with(|| Sources::new(self.model, |_| true));
            self.changes.push(Change::Thorough);
            self.open.extend(0..self.model.states());
            self.settle();
        }
    }

    /// The case in which all of these hold.
    pub(crate) fn assume(&mut self, literals: &[Literal], alone: bool) {
        self.be_thorough();
        for literal in literals {
            match (literal.fact, literal.holds) {
                (Fact::Takes(choice), true) => self.take(Who::Subject, choice, alone),
                (Fact::Takes(choice), false) if alone => {
                    self.remove(Who::Subject, choice, self.model.state_of(choice));
                }
                (Fact::Takes(choice), false) => self.strike(choice),
                (Fact::Visits(state), true) => self.visit(state),
                (Fact::Visits(state), false) => self.avoid(state),
            }
            self.settle();
        }
    }

    /// From now on no subject has all of these.
    pub(crate) fn learn(&mut self, lemma: Vec<Literal>) {
        self.be_thorough();
        self.lemmas.push(lemma);
        self.changes.push(Change::Learned);
    }

    /// How many lemmas there are.
    pub(crate) fn lemmas(&self) -> usize {
        self.lemmas.len()
    }

    /// Concludes from a lemma of which all but one surely hold that this one does not. Whether that is so.
    pub(crate) fn apply(&mut self, number: usize, alone: bool) -> bool {
        let Some(lemma) = self.lemmas.get(number) else { return false };
        let mut open = lemma.iter().filter(|literal| !self.surely(literal));
        // If all of them hold, the opposite of one of them leaves nothing.
        let Some(last) = open.next().or(lemma.last()).copied() else { return false };
        if open.next().is_some() {
            return false;
        }
        self.assume(&[Literal { holds: !last.holds, ..last }], alone);
        true
    }

    /// Whether every subject of the case has this.
    fn surely(&self, literal: &Literal) -> bool {
        match (literal.fact, literal.holds) {
            (Fact::Takes(choice), true) => {
                self.allows(Who::Subject, choice) && self.left.get(self.model.state_of(choice)) == Some(&1)
            }
            (Fact::Takes(choice), false) => !self.allows(Who::Subject, choice),
            (Fact::Visits(state), true) => self.is_visited(state),
            (Fact::Visits(state), false) => self.avoided.get(state) == Some(&true),
        }
    }
}

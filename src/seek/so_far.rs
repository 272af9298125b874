//! What a search knows before it has its answer.

use std::cell::RefCell;

use crate::seek::{Content, Entry};

/// Bounds and counts of a search that is going on. They are the entries of its finding if it has to end early.
pub(super) struct SoFar<'w> {
    entries: RefCell<Vec<Entry>>,
    watch: &'w dyn Fn(&[Entry]),
}

impl<'w> SoFar<'w> {
    /// Nothing is known; `watch` is told of all that is, whenever something is learnt.
    pub(super) fn new(watch: &'w dyn Fn(&[Entry])) -> Self {
        Self { entries: RefCell::default(), watch }
    }

    /// Learns something, in place of what was known by this name.
    pub(super) fn learn(&self, name: &'static str, content: Content) {
        let mut entries = self.entries.borrow_mut();
        match entries.iter_mut().find(|entry| entry.name == name) {
            Some(known) if known.content == content => return,
            Some(known) => known.content = content,
            None => entries.push(Entry { name, content }),
        }
        (self.watch)(&entries);
    }

    /// All that is known.
    pub(super) fn entries(self) -> Vec<Entry> {
        self.entries.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_learnt_replaces_what_was_known_and_is_watched() {
        let seen = RefCell::new(Vec::new());
        let watch = |entries: &[Entry]| seen.borrow_mut().push(entries.len());
        let so_far = SoFar::new(&watch);
        for (name, count) in [("least", 1), ("tried", 4), ("least", 2), ("least", 2)] {
            so_far.learn(name, Content::Count(count));
        }
        let entries = so_far.entries();
        let known: Vec<_> = entries.iter().map(|entry| (entry.name, &entry.content)).collect();
        assert_eq!(known, [("least", &Content::Count(2)), ("tried", &Content::Count(4))]);
        assert_eq!(*seen.borrow(), [1, 2, 2]);
    }
}

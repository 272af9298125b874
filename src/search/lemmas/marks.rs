//! Sets of variables that are emptied at no cost.

/// A set of variables.
#[derive(Default)]
pub(super) struct Marks {
    /// By variable, when it was marked last.
    marked: Vec<u64>,
    now: u64,
}

impl Marks {
    /// None of so many variables is marked.
    pub(super) fn clear(&mut self, variables: usize) {
        self.now += 1;
        self.marked.resize(variables, 0);
    }

    pub(super) fn has(&self, variable: usize) -> bool {
        self.marked[variable] == self.now
    }

    /// Marks a variable; whether it was marked before.
    pub(super) fn put(&mut self, variable: usize) -> bool {
        std::mem::replace(&mut self.marked[variable], self.now) == self.now
    }
}

#[cfg(test)]
mod tests {
    use super::Marks;

    #[test]
    fn what_was_marked_is_forgotten() {
        let mut marks = Marks::default();
        marks.clear(2);
        assert_eq!([marks.put(1), marks.put(1), marks.has(0), marks.has(1)], [false, true, false, true]);
        marks.clear(3);
        assert_eq!([marks.has(0), marks.has(1), marks.put(2)], [false; 3]);
    }
}

//! Which variable is decided next: one that many of the last conflicts were about.

use std::cmp::Reverse;

/// Where activities are scaled down.
const LARGEST: u64 = 1 << 48;

/// Not in the heap.
const ABSENT: usize = usize::MAX;

/// How much each variable had to do with conflicts, the later ones counting more, and a heap of those that wait to be decided.
pub(super) struct Order {
    activity: Vec<u64>,
    /// What the next conflict counts.
    bump: u64,
    /// Each variable at least as active as those at twice its position and one or two more.
    heap: Vec<usize>,
    /// By variable, where it is in the heap.
    place: Vec<usize>,
}

impl Default for Order {
    fn default() -> Self {
        Self { activity: Vec::new(), bump: 1 << 8, heap: Vec::new(), place: Vec::new() }
    }
}

impl Order {
    /// One more variable, which waits.
    pub(super) fn add(&mut self) {
        self.activity.push(0);
        self.place.push(ABSENT);
        self.wait(self.activity.len() - 1);
    }

    /// The variable waits to be decided.
    pub(super) fn wait(&mut self, variable: usize) {
        if self.place[variable] == ABSENT {
            self.heap.push(variable);
            self.place[variable] = self.heap.len() - 1;
            self.up(self.heap.len() - 1);
        }
    }

    /// The most active of those that wait, the first of several, which waits no more.
    pub(super) fn next(&mut self) -> Option<usize> {
        let first = *self.heap.first()?;
        let last = self.heap.pop()?;
        self.place[first] = ABSENT;
        if last != first {
            self.heap[0] = last;
            self.place[last] = 0;
            self.down(0);
        }
        Some(first)
    }

    /// The present conflict is about a variable.
    pub(super) fn used(&mut self, variable: usize) {
        self.activity[variable] += self.bump;
        if self.place[variable] != ABSENT {
            self.up(self.place[variable]);
        }
    }

    /// The next conflict counts a twentieth more.
    pub(super) fn age(&mut self) {
        self.bump += self.bump / 20;
        if self.bump > LARGEST {
            self.activity.iter_mut().for_each(|activity| *activity >>= 40);
            self.bump >>= 40;
            // Some that differed are alike now, and the first of them comes first.
            (0..self.heap.len()).rev().for_each(|place| self.down(place));
        }
    }

    fn is_before(&self, left: usize, right: usize) -> bool {
        (self.activity[left], Reverse(left)) > (self.activity[right], Reverse(right))
    }

    fn swap(&mut self, left: usize, right: usize) {
        self.heap.swap(left, right);
        self.place[self.heap[left]] = left;
        self.place[self.heap[right]] = right;
    }

    fn up(&mut self, mut place: usize) {
        while place > 0 && self.is_before(self.heap[place], self.heap[(place - 1) / 2]) {
            self.swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }
    }

    fn down(&mut self, mut place: usize) {
        loop {
            let mut first = place;
            for below in [2 * place + 1, 2 * place + 2] {
                if below < self.heap.len() && self.is_before(self.heap[below], self.heap[first]) {
                    first = below;
                }
            }
            if first == place {
                return;
            }
            self.swap(place, first);
            place = first;
        }
    }
}

/// The sequence 1 1 2 1 1 2 4 … of Luby, Sinclair and Zuckerman, from 1 on: by it restarts become rarer.
pub(super) fn luby(number: usize) -> usize {
    let mut number = number;
    loop {
        let power = (number + 1).next_power_of_two();
        if power == number + 1 {
            return power / 2;
        }
        number -= power / 2 - 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Order, luby};

    #[test]
    fn restarts_follow_the_sequence() {
        let sequence: Vec<usize> = (1..=15).map(luby).collect();
        assert_eq!(sequence, [1, 1, 2, 1, 1, 2, 4, 1, 1, 2, 1, 1, 2, 4, 8]);
    }

    #[test]
    fn later_conflicts_count_more() {
        let mut order = Order::default();
        (0..3).for_each(|_| order.add());
        order.used(1);
        (0..2000).for_each(|_| order.age());
        order.used(2);
        let all: Vec<usize> = std::iter::from_fn(|| order.next()).collect();
        // The second one is as active as the first by now, or more.
        assert!(all == [2, 1, 0] || all == [2, 0, 1], "{all:?}");
        assert_eq!(order.next(), None);
    }

    proptest! {
        #[test]
        fn the_most_active_of_those_that_wait_is_next(steps in proptest::collection::vec((0usize..4, 0usize..9), 0..300)) {
            let mut order = Order::default();
            (0..9).for_each(|_| order.add());
            let mut waiting: Vec<usize> = (0..9).collect();
            for (what, variable) in steps {
                match what {
                    0 => order.used(variable),
                    1 => (0..40).for_each(|_| order.age()),
                    2 => {
                        order.wait(variable);
                        waiting.retain(|&other| other != variable);
                        waiting.push(variable);
                    }
                    _ => {
                        waiting.sort_unstable();
                        let best = waiting.iter().copied().reduce(|best, other| {
                            if order.activity[other] > order.activity[best] { other } else { best }
                        });
                        prop_assert_eq!(order.next(), best);
                        waiting.retain(|&other| Some(other) != best);
                    }
                }
            }
        }
    }
}

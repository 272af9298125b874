//! Which variable is decided next: one that many of the last conflicts were about.

/// Where activities are scaled down.
const LARGEST: u64 = 1 << 48;

/// How much each variable had to do with conflicts, the later ones counting more.
pub(super) struct Order {
    activity: Vec<u64>,
    /// What the next conflict counts.
    bump: u64,
}

impl Default for Order {
    fn default() -> Self {
        Self { activity: Vec::new(), bump: 1 << 8 }
    }
}

impl Order {
    /// One more variable.
    pub(super) fn add(&mut self) {
        self.activity.push(0);
    }

    /// The most active of some variables; the first of several.
    pub(super) fn first(&self, variables: impl Iterator<Item = usize>) -> Option<usize> {
        variables.reduce(|best, other| if self.activity[other] > self.activity[best] { other } else { best })
    }

    /// The present conflict is about a variable.
    pub(super) fn used(&mut self, variable: usize) {
        self.activity[variable] += self.bump;
    }

    /// The next conflict counts a twentieth more.
    pub(super) fn age(&mut self) {
        self.bump += self.bump / 20;
        if self.bump > LARGEST {
            self.activity.iter_mut().for_each(|activity| *activity >>= 40);
            self.bump >>= 40;
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
        assert_eq!(order.first(0..3), Some(0));
        order.used(1);
        (0..2000).for_each(|_| order.age());
        order.used(2);
        assert_eq!((order.first(0..3), order.first(0..0)), (Some(2), None));
    }
}

//! What a conflict teaches: the clause that resolution leaves, made smaller, and what it follows from.

use crate::search::lemmas::clauses::Clauses;
use crate::search::lemmas::record::Literal;

impl Clauses {
    /// The clause that resolution leaves when one literal of the last level is left, which comes first.
    pub(super) fn first_point(&mut self, clause: usize) -> Vec<Literal> {
        let level = self.level();
        self.marks.clear(self.variables());
        let mut learned = Vec::new();
        let mut open = 0;
        let mut next = clause;
        let mut position = self.trail.len();
        loop {
            for &literal in &self.clauses[next].literals {
                let variable = literal.variable();
                if self.value(literal).is_none() || self.marks.put(variable) || self.assigned[variable].level == 0 {
                    continue;
                }
                self.order.used(variable);
                if self.assigned[variable].level == level {
                    open += 1;
                } else {
                    learned.push(literal);
                }
            }
            loop {
                position -= 1;
                if self.marks.has(self.trail[position].variable()) {
                    break;
                }
            }
            open -= 1;
            let literal = self.trail[position];
            match self.assigned[literal.variable()].reason {
                Some(reason) if open > 0 => next = reason,
                _ => {
                    learned.insert(0, literal.negated());
                    return learned;
                }
            }
        }
    }

    /// Leaves out literals that the others imply.
    pub(super) fn minimise(&mut self, learned: &mut Vec<Literal>) {
        // Marked: false whenever the literals of the clause are. Unneeded literals are among them.
        self.marks.clear(self.variables());
        for literal in learned.iter() {
            self.marks.put(literal.variable());
        }
        let mut levels: Vec<usize> = learned.iter().map(|&literal| self.falsified_at(literal)).collect();
        levels.sort_unstable();
        levels.dedup();
        let first = learned.first().copied();
        let mut kept = Vec::with_capacity(learned.len());
        for &literal in learned.iter() {
            if Some(literal) == first || !self.is_implied(literal, &levels) {
                kept.push(literal);
            }
        }
        *learned = kept;
    }

    /// Whether a falsified literal follows from marked ones, whose levels these are; what is found to follow is marked.
    fn is_implied(&mut self, literal: Literal, levels: &[usize]) -> bool {
        let Some(reason) = self.assigned[literal.variable()].reason else { return false };
        let mut open = vec![(reason, literal.variable())];
        let mut found = Vec::new();
        let mut next = 0;
        while let Some(&(clause, of)) = open.get(next) {
            next += 1;
            for &other in &self.clauses[clause].literals {
                let variable = other.variable();
                let assigned = self.assigned[variable];
                if variable == of || assigned.level == 0 || self.marks.has(variable) || found.contains(&variable) {
                    continue;
                }
                match assigned.reason {
                    Some(reason) if levels.binary_search(&assigned.level).is_ok() => {
                        found.push(variable);
                        open.push((reason, variable));
                    }
                    _ => return false,
                }
            }
        }
        for variable in found {
            self.marks.put(variable);
        }
        true
    }

    /// The lemmas by which a clause is falsified as soon as these literals are, in the order in which they are used.
    pub(super) fn used(&mut self, clause: usize, learned: &[Literal]) -> Vec<usize> {
        self.marks.clear(self.variables());
        for literal in learned {
            self.marks.put(literal.variable());
        }
        let mut steps: Vec<(usize, usize)> = vec![(usize::MAX, clause)];
        let mut next = 0;
        while let Some(&(_, clause)) = steps.get(next) {
            next += 1;
            for &literal in &self.clauses[clause].literals {
                let variable = literal.variable();
                if self.value(literal).is_none() || self.marks.put(variable) {
                    continue;
                }
                let assigned = self.assigned[variable];
                if let Some(reason) = assigned.reason {
                    steps.push((assigned.position, reason));
                }
            }
        }
        steps.sort_unstable();
        steps.iter().filter_map(|&(_, clause)| self.clauses[clause].lemma).collect()
    }
}

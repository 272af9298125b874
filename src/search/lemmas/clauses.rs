//! Satisfiability of clauses by learning from conflicts, with a record of what each learned clause follows from.

use crate::budget::{Budget, Exhausted};
use crate::search::lemmas::order::{Order, luby};
use crate::search::lemmas::record::{Literal, Origin, Recorded};

struct Clause {
    /// The first two are watched.
    literals: Vec<Literal>,
    /// Its number among the lemmas, if it is one.
    lemma: Option<usize>,
}

/// What is known of a variable that has a value.
#[derive(Clone, Copy)]
struct Assigned {
    holds: bool,
    /// How many decisions came before.
    level: usize,
    /// The clause that left nothing else; a decision has none.
    reason: Option<usize>,
    /// Where it is on the trail.
    position: usize,
}

/// How a search for values ended.
pub(super) enum Found {
    /// All variables that matter have values.
    Values,
    /// There are none: the last lemma is empty.
    Nothing,
}

/// Conflicts until the first restart.
const RESTART: usize = 100;

/// Clauses, and values of variables as far as they are chosen.
pub(super) struct Clauses {
    clauses: Vec<Clause>,
    /// By literal, the clauses that watch it.
    watching: Vec<Vec<usize>>,
    values: Vec<Option<Assigned>>,
    /// The value that a variable had last.
    usual: Vec<bool>,
    order: Order,
    /// By variable, the literals one of which makes it matter; none is needed where there is no list.
    matters: Vec<Option<Vec<Literal>>>,
    trail: Vec<Literal>,
    /// The lengths of the trail before each decision.
    decisions: Vec<usize>,
    /// How much of the trail has been propagated.
    head: usize,
    lemmas: Vec<Recorded>,
    conflicts: usize,
    until_restart: usize,
    restarts: usize,
    is_refuted: bool,
}

impl Clauses {
    pub(super) fn new() -> Self {
        Self {
            clauses: Vec::new(),
            watching: Vec::new(),
            values: Vec::new(),
            usual: Vec::new(),
            order: Order::default(),
            matters: Vec::new(),
            trail: Vec::new(),
            decisions: Vec::new(),
            head: 0,
            lemmas: Vec::new(),
            conflicts: 0,
            until_restart: RESTART,
            restarts: 0,
            is_refuted: false,
        }
    }

    /// A new variable, tried as false first.
    pub(super) fn variable(&mut self) -> usize {
        self.values.push(None);
        self.usual.push(false);
        self.matters.push(None);
        self.order.add();
        self.watching.extend([Vec::new(), Vec::new()]);
        self.values.len() - 1
    }

    pub(super) fn value(&self, literal: Literal) -> Option<bool> {
        self.values[literal.variable()].map(|assigned| assigned.holds == literal.holds())
    }

    /// The variable needs no value unless one of these literals is true.
    pub(super) fn matters_if(&mut self, variable: usize, literals: Vec<Literal>) {
        self.matters[variable].get_or_insert_default().extend(literals);
    }

    pub(super) fn conflicts(&self) -> usize {
        self.conflicts
    }

    /// The lemmas so far.
    pub(super) fn lemmas(&self) -> &[Recorded] {
        &self.lemmas
    }

    /// Adds a clause of the structure.
    pub(super) fn structure(&mut self, literals: Vec<Literal>) {
        self.insert(literals, None);
    }

    /// Adds a lemma that was found elsewhere.
    pub(super) fn lemma(&mut self, literals: Vec<Literal>) {
        self.lemmas.push(Recorded { literals: literals.clone(), origin: Origin::Given });
        let number = self.lemmas.len() - 1;
        self.insert(literals, Some(number));
    }

    /// Gives values to all variables that matter, or shows that there are none.
    ///
    /// # Errors
    /// When the budget is exhausted.
    pub(super) fn search(&mut self, budget: &Budget) -> Result<Found, Exhausted> {
        loop {
            if self.is_refuted {
                return Ok(Found::Nothing);
            }
            if let Some(clause) = self.propagate() {
                budget.check()?;
                self.resolve(clause);
                continue;
            }
            if self.until_restart == 0 {
                self.restarts += 1;
                self.until_restart = RESTART * luby(self.restarts);
                self.back_to(0);
            }
            let Some(variable) = self.next_variable() else { return Ok(Found::Values) };
            self.decisions.push(self.trail.len());
            self.assign(Literal::new(variable, self.usual[variable]), None);
        }
    }

    fn level(&self) -> usize {
        self.decisions.len()
    }

    fn next_variable(&self) -> Option<usize> {
        let matters = |variable: usize| {
            let literals = self.matters[variable].as_ref();
            literals.is_none_or(|literals| literals.iter().any(|&literal| self.value(literal) == Some(true)))
        };
        let open = (0..self.values.len()).filter(|&variable| self.values[variable].is_none() && matters(variable));
        self.order.first(open)
    }

    fn assign(&mut self, literal: Literal, reason: Option<usize>) {
        let assigned = Assigned { holds: literal.holds(), level: self.level(), reason, position: self.trail.len() };
        self.values[literal.variable()] = Some(assigned);
        self.usual[literal.variable()] = literal.holds();
        self.trail.push(literal);
    }

    fn back_to(&mut self, level: usize) {
        if level >= self.level() {
            return;
        }
        let length = self.decisions[level];
        for literal in self.trail.drain(length..) {
            self.values[literal.variable()] = None;
        }
        self.decisions.truncate(level);
        self.head = self.head.min(length);
    }

    /// The level at which a literal got its value; beyond all levels if it has none or is true.
    fn falsified_at(&self, literal: Literal) -> usize {
        match self.values[literal.variable()] {
            Some(assigned) if assigned.holds != literal.holds() => assigned.level,
            _ => usize::MAX,
        }
    }

    /// Adds a clause whatever the values are: what it implies or contradicts is seen by the next propagation.
    fn insert(&mut self, mut literals: Vec<Literal>, lemma: Option<usize>) {
        literals.sort_by_key(|&literal| std::cmp::Reverse(self.falsified_at(literal)));
        let number = self.clauses.len();
        let watched: Vec<Literal> = literals.iter().copied().take(2).collect();
        let latest = watched.iter().map(|&literal| self.falsified_at(literal)).collect::<Vec<_>>();
        self.clauses.push(Clause { literals, lemma });
        match (watched.as_slice(), latest.as_slice()) {
            ([], _) => self.contradicted(number),
            (&[only], _) => {
                self.back_to(0);
                match self.value(only) {
                    Some(true) => {}
                    Some(false) => self.contradicted(number),
                    None => self.assign(only, Some(number)),
                }
            }
            (&[first, second], &[of_first, of_second]) => {
                self.watching[first.0].push(number);
                self.watching[second.0].push(number);
                if of_second == usize::MAX {
                    return;
                }
                // Falsified, or but for one literal: undone as far as it takes for that literal to be open.
                if of_first < usize::MAX {
                    if of_first == 0 {
                        return self.contradicted(number);
                    }
                    self.back_to(of_first);
                    self.resolve(number);
                } else if self.value(first).is_none() {
                    self.back_to(of_second);
                    self.assign(first, Some(number));
                }
            }
            _ => {}
        }
    }

    /// The first clause that is falsified by what follows from the values.
    fn propagate(&mut self) -> Option<usize> {
        while let Some(&literal) = self.trail.get(self.head) {
            self.head += 1;
            let falsified = literal.negated();
            let mut watching = std::mem::take(&mut self.watching[falsified.0]);
            let mut kept = 0;
            let mut conflict = None;
            for index in 0..watching.len() {
                let number = watching[index];
                if conflict.is_some() || !self.moves(number, falsified) {
                    watching[kept] = number;
                    kept += 1;
                }
                if conflict.is_none() {
                    let first = self.clauses[number].literals[0];
                    if self.clauses[number].literals[1] == falsified && self.value(first) != Some(true) {
                        if self.value(first).is_none() {
                            self.assign(first, Some(number));
                        } else {
                            conflict = Some(number);
                        }
                    }
                }
            }
            watching.truncate(kept);
            self.watching[falsified.0] = watching;
            if conflict.is_some() {
                return conflict;
            }
        }
        None
    }

    /// Watches another literal than a falsified one, which comes second otherwise; whether there is one.
    fn moves(&mut self, number: usize, falsified: Literal) -> bool {
        if self.clauses[number].literals[0] == falsified {
            self.clauses[number].literals.swap(0, 1);
        }
        let literals = &self.clauses[number].literals;
        if self.value(literals[0]) == Some(true) {
            return false;
        }
        let other = (2..literals.len()).find(|&index| self.value(literals[index]) != Some(false));
        if let Some(index) = other {
            self.clauses[number].literals.swap(1, index);
            let watched = self.clauses[number].literals[1];
            self.watching[watched.0].push(number);
        }
        other.is_some()
    }

    /// A clause is falsified before anything is decided.
    fn contradicted(&mut self, clause: usize) {
        let follows = self.used(clause, &[]);
        self.lemmas.push(Recorded { literals: Vec::new(), origin: Origin::Follows(follows) });
        self.is_refuted = true;
    }

    /// Learns from a falsified clause, and goes back to where the learned clause leaves one literal.
    fn resolve(&mut self, clause: usize) {
        let level = self.clauses[clause].literals.iter().map(|&literal| self.falsified_at(literal)).max();
        self.conflicts += 1;
        self.until_restart = self.until_restart.saturating_sub(1);
        if level.is_none_or(|level| level == 0) {
            return self.contradicted(clause);
        }
        self.back_to(level.unwrap_or(0));
        let mut learned = self.first_point(clause);
        self.minimise(&mut learned);
        let follows = self.used(clause, &learned);
        for &literal in &learned {
            self.order.used(literal.variable());
        }
        self.order.age();
        let back = learned.iter().skip(1).map(|&literal| self.falsified_at(literal)).max().unwrap_or(0);
        self.back_to(back);
        self.lemmas.push(Recorded { literals: learned.clone(), origin: Origin::Follows(follows) });
        let number = self.lemmas.len() - 1;
        self.insert(learned, Some(number));
    }

    /// The clause that resolution leaves when one literal of the last level is left, which comes first.
    fn first_point(&mut self, clause: usize) -> Vec<Literal> {
        let level = self.level();
        let mut seen = vec![false; self.values.len()];
        let mut learned = Vec::new();
        let mut open = 0;
        let mut next = clause;
        let mut position = self.trail.len();
        loop {
            for &literal in &self.clauses[next].literals {
                let variable = literal.variable();
                let Some(assigned) = self.values[variable] else { continue };
                if std::mem::replace(&mut seen[variable], true) || assigned.level == 0 {
                    continue;
                }
                self.order.used(variable);
                if assigned.level == level {
                    open += 1;
                } else {
                    learned.push(literal);
                }
            }
            loop {
                position -= 1;
                if seen[self.trail[position].variable()] {
                    break;
                }
            }
            open -= 1;
            let literal = self.trail[position];
            let reason = self.values[literal.variable()].and_then(|assigned| assigned.reason);
            match reason {
                Some(reason) if open > 0 => next = reason,
                _ => {
                    learned.insert(0, literal.negated());
                    return learned;
                }
            }
        }
    }

    /// Leaves out literals that the others imply through one clause.
    fn minimise(&self, learned: &mut Vec<Literal>) {
        let mut kept = vec![false; self.values.len()];
        learned.iter().for_each(|literal| kept[literal.variable()] = true);
        let first = learned.first().copied();
        learned.retain(|&literal| {
            let reason = self.values[literal.variable()].and_then(|assigned| assigned.reason);
            let Some(reason) = reason.filter(|_| Some(literal) != first) else { return true };
            self.clauses[reason].literals.iter().any(|&other| {
                other.variable() != literal.variable() && !kept[other.variable()] && self.falsified_at(other) != 0
            })
        });
    }

    /// The lemmas by which a clause is falsified as soon as these literals are, in the order in which they are used.
    fn used(&self, clause: usize, learned: &[Literal]) -> Vec<usize> {
        let mut done = vec![false; self.values.len()];
        learned.iter().for_each(|literal| done[literal.variable()] = true);
        let mut steps: Vec<(usize, usize)> = vec![(usize::MAX, clause)];
        let mut next = 0;
        while let Some(&(_, clause)) = steps.get(next) {
            next += 1;
            for &literal in &self.clauses[clause].literals {
                let variable = literal.variable();
                if std::mem::replace(&mut done[variable], true) {
                    continue;
                }
                if let Some(Assigned { reason: Some(reason), position, .. }) = self.values[variable] {
                    steps.push((position, reason));
                }
            }
        }
        steps.sort_unstable();
        steps.iter().filter_map(|&(_, clause)| self.clauses[clause].lemma).collect()
    }
}

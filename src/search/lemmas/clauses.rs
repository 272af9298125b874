//! Satisfiability of clauses by learning from conflicts, with a record of what each learned clause follows from.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::budget::{Budget, Exhausted};
use crate::search::lemmas::marks::Marks;
use crate::search::lemmas::order::{Order, luby};
use crate::search::lemmas::record::{Literal, Origin, Recorded};

pub(super) struct Clause {
    /// The first two are watched.
    pub(super) literals: Vec<Literal>,
    /// Its number among the lemmas, if it is one.
    pub(super) lemma: Option<usize>,
    /// At how many levels its literals were false when it was learned: few, and it is likely to be used again.
    spread: usize,
    /// It is no longer propagated.
    is_dropped: bool,
}

/// A clause that is to be looked at when a literal becomes false, unless the other one is true.
#[derive(Clone, Copy)]
struct Watch {
    clause: usize,
    other: Literal,
}

/// What is known of a variable that has a value.
#[derive(Clone, Copy, Default)]
pub(super) struct Assigned {
    /// How many decisions came before.
    pub(super) level: usize,
    /// The clause that left nothing else; a decision has none.
    pub(super) reason: Option<usize>,
    /// Where it is on the trail.
    pub(super) position: usize,
}

/// How a search for values ended.
pub(super) enum Found {
    /// All variables that matter have values.
    Values,
    /// There are none: the last lemma is empty.
    Nothing,
}

/// Conflicts until the first restart.
const RESTART: usize = 30;

/// Learned clauses that are propagated, at first; and how many more each time some have been dropped.
const KEPT: usize = 3000;
const KEPT_MORE: usize = 500;

/// Clauses that are false at so few levels are kept.
const SMALL_SPREAD: usize = 3;

/// Clauses, and values of variables as far as they are chosen.
#[derive(Default)]
pub(super) struct Clauses {
    pub(super) clauses: Vec<Clause>,
    /// By literal, the clauses that watch it.
    watching: Vec<Vec<Watch>>,
    values: Vec<Option<bool>>,
    /// How the values came about, where there are some.
    pub(super) assigned: Vec<Assigned>,
    /// The value that a variable had last.
    usual: Vec<bool>,
    pub(super) order: Order,
    /// By variable, the literals one of which makes it matter; none is needed where there is no list.
    matters: Vec<Option<Vec<Literal>>>,
    /// By literal, the variables that matter if it is true.
    awakes: Vec<Vec<usize>>,
    pub(super) trail: Vec<Literal>,
    /// The lengths of the trail before each decision.
    decisions: Vec<usize>,
    /// How much of the trail has been propagated.
    head: usize,
    lemmas: Vec<Recorded>,
    conflicts: usize,
    until_restart: usize,
    restarts: usize,
    /// Learned clauses that are propagated, and how many may be.
    learned: usize,
    pub(super) most_learned: usize,
    is_refuted: bool,
    pub(super) marks: Marks,
}

impl Clauses {
    pub(super) fn new() -> Self {
        Self { until_restart: RESTART, most_learned: KEPT, ..Self::default() }
    }

    /// A new variable, tried as false first.
    pub(super) fn variable(&mut self) -> usize {
        self.values.push(None);
        self.assigned.push(Assigned::default());
        self.usual.push(false);
        self.matters.push(None);
        self.order.add();
        self.watching.extend([Vec::new(), Vec::new()]);
        self.awakes.extend([Vec::new(), Vec::new()]);
        self.values.len() - 1
    }

    pub(super) fn variables(&self) -> usize {
        self.values.len()
    }

    pub(super) fn value(&self, literal: Literal) -> Option<bool> {
        self.values[literal.variable()].map(|holds| holds == literal.holds())
    }

    /// The variable needs no value unless one of these literals is true.
    pub(super) fn matters_if(&mut self, variable: usize, literals: Vec<Literal>) {
        for &literal in &literals {
            self.awakes[literal.0].push(variable);
        }
        self.matters[variable].get_or_insert_default().extend(literals);
        self.order.wait(variable);
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
        let number = self.record(literals.clone(), Origin::Given);
        self.insert(literals, Some(number));
    }

    fn record(&mut self, literals: Vec<Literal>, origin: Origin) -> usize {
        self.lemmas.push(Recorded { literals, origin });
        self.lemmas.len() - 1
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
                self.drop_some();
                self.begin_elsewhere();
            }
            let Some(variable) = self.next_variable() else { return Ok(Found::Values) };
            self.decisions.push(self.trail.len());
            self.assign(Literal::new(variable, self.usual[variable]), None);
        }
    }

    /// Other values to be tried first: the search would come back to where it was otherwise, and find what is far from there
    /// last. By turns all false, all true, and any.
    fn begin_elsewhere(&mut self) {
        for (variable, usual) in self.usual.iter_mut().enumerate() {
            *usual = match self.restarts % 4 {
                1 => true,
                3 => false,
                _ => {
                    let mut hasher = FxHasher::default();
                    (self.restarts, variable).hash(&mut hasher);
                    hasher.finish() >> 40 & 1 == 1
                }
            };
        }
    }

    pub(super) fn level(&self) -> usize {
        self.decisions.len()
    }

    /// Those that do not matter wait again when they do.
    fn next_variable(&mut self) -> Option<usize> {
        loop {
            let variable = self.order.next()?;
            if self.values[variable].is_none() && self.does_matter(variable) {
                return Some(variable);
            }
        }
    }

    fn does_matter(&self, variable: usize) -> bool {
        let literals = self.matters[variable].as_ref();
        literals.is_none_or(|literals| literals.iter().any(|&literal| self.value(literal) == Some(true)))
    }

    fn assign(&mut self, literal: Literal, reason: Option<usize>) {
        let variable = literal.variable();
        self.assigned[variable] = Assigned { level: self.level(), reason, position: self.trail.len() };
        self.values[variable] = Some(literal.holds());
        self.usual[variable] = literal.holds();
        self.trail.push(literal);
        for &awake in &self.awakes[literal.0] {
            if self.values[awake].is_none() {
                self.order.wait(awake);
            }
        }
    }

    fn back_to(&mut self, level: usize) {
        if level >= self.level() {
            return;
        }
        let length = self.decisions[level];
        for literal in self.trail.drain(length..) {
            self.values[literal.variable()] = None;
            self.order.wait(literal.variable());
        }
        self.decisions.truncate(level);
        self.head = self.head.min(length);
    }

    /// The level at which a literal became false; beyond all levels if it did not.
    pub(super) fn falsified_at(&self, literal: Literal) -> usize {
        match self.value(literal) {
            Some(false) => self.assigned[literal.variable()].level,
            _ => usize::MAX,
        }
    }

    /// Adds a clause whatever the values are: what it implies or contradicts is seen by the next propagation.
    fn insert(&mut self, mut literals: Vec<Literal>, lemma: Option<usize>) {
        literals.sort_by_key(|&literal| std::cmp::Reverse(self.falsified_at(literal)));
        let number = self.clauses.len();
        let watched: Vec<Literal> = literals.iter().copied().take(2).collect();
        let latest = watched.iter().map(|&literal| self.falsified_at(literal)).collect::<Vec<_>>();
        let mut levels: Vec<usize> = literals.iter().map(|&literal| self.falsified_at(literal)).collect();
        levels.dedup();
        self.learned += usize::from(lemma.is_some());
        self.clauses.push(Clause { literals, lemma, spread: levels.len(), is_dropped: false });
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
                self.watching[first.0].push(Watch { clause: number, other: second });
                self.watching[second.0].push(Watch { clause: number, other: first });
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
            let mut conflict = None;
            watching.retain_mut(|watch| {
                if conflict.is_some() || self.value(watch.other) == Some(true) {
                    return true;
                }
                if self.clauses[watch.clause].is_dropped || self.moves(watch.clause, falsified) {
                    return false;
                }
                let first = self.clauses[watch.clause].literals[0];
                watch.other = first;
                match self.value(first) {
                    Some(true) => {}
                    Some(false) => conflict = Some(watch.clause),
                    None => self.assign(first, Some(watch.clause)),
                }
                true
            });
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
        let first = literals[0];
        if self.value(first) == Some(true) {
            return false;
        }
        let other = (2..literals.len()).find(|&index| self.value(literals[index]) != Some(false));
        if let Some(index) = other {
            self.clauses[number].literals.swap(1, index);
            let watched = self.clauses[number].literals[1];
            self.watching[watched.0].push(Watch { clause: number, other: first });
        }
        other.is_some()
    }

    /// Drops the half of the learned clauses that is least likely to be used again, if there are too many. The lemmas stay
    /// recorded: others follow from them. Nothing is decided here, so that only what always holds has reasons.
    fn drop_some(&mut self) {
        if self.learned <= self.most_learned {
            return;
        }
        let is_reason = |clause: &Clause, number: usize| {
            let literal = clause.literals[0];
            self.value(literal) == Some(true) && self.assigned[literal.variable()].reason == Some(number)
        };
        let mut candidates: Vec<(usize, usize)> = Vec::new();
        for (number, clause) in self.clauses.iter().enumerate() {
            let is_long = clause.literals.len() > 2 && clause.spread > SMALL_SPREAD;
            if clause.lemma.is_some() && !clause.is_dropped && is_long && !is_reason(clause, number) {
                candidates.push((clause.spread, number));
            }
        }
        // Among those that are alike, the oldest go.
        candidates.sort_unstable_by_key(|&(spread, number)| (std::cmp::Reverse(spread), number));
        for &(_, number) in &candidates[..candidates.len() / 2] {
            self.clauses[number].is_dropped = true;
            self.learned -= 1;
        }
        self.most_learned += KEPT_MORE;
    }

    /// A clause is falsified before anything is decided.
    fn contradicted(&mut self, clause: usize) {
        let follows = self.used(clause, &[]);
        self.record(Vec::new(), Origin::Follows(follows));
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
        let number = self.record(learned.clone(), Origin::Follows(follows));
        let back = learned.iter().skip(1).map(|&literal| self.falsified_at(literal)).max().unwrap_or(0);
        self.back_to(back);
        self.insert(learned, Some(number));
    }
}

//! Refutations by lemmas (`proofs/FORMAT.md`, section 1.6, *Lemmas*).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::certify::Uncertified;
use crate::certify::close::Case;
use crate::certify::constraint::Actor;
use crate::certify::refute::{Attempt, Refuter};
use crate::certify::subject::Pins;
use crate::search::{Fact, Lemma, LemmaSearch, Outcome, Requirement};

impl Refuter<'_, '_> {
    /// Closes a case by lemmas; `None` where none are found that do.
    ///
    /// # Errors
    /// When a demand is not met at a distribution that is not among the places, or the budget is exhausted.
    pub(super) fn by_lemmas(&mut self, root: &Case) -> Result<Option<String>, Uncertified> {
        let (Pins::Visited(choices), false) = (&self.pins, self.sought.is_empty()) else { return Ok(None) };
        let arena = self.draft.arena;
        let mut requirements = vec![Requirement::Pinned { support: arena.problem.train.support().collect(), choices }];
        requirements.extend(self.sought.iter().map(|(test, has)| match has {
            true => Requirement::Meets(test.clone()),
            false => Requirement::Breaks(test.clone()),
        }));
        let Some(mut search) = LemmaSearch::new(arena, &requirements) else { return Ok(None) };
        if !matches!(search.advance(&arena.budget)?, Outcome::None) {
            return Ok(None);
        }
        let lemmas = search.lemmas();
        let mut text = String::new();
        let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
        for number in needed(&lemmas) {
            let lemma = &lemmas[number];
            let closed = match &lemma.follows {
                Some(earlier) => used(earlier, &numbers),
                None => match self.closed(&mut self.assumed(root, &lemma.facts), Attempt::Graph)? {
                    Some(closed) => closed,
                    None => return Ok(None),
                },
            };
            // The last one is empty: it closes the case itself.
            if !lemma.facts.is_empty() {
                let _ = write!(text, "learn {}", lemma.facts.len());
                lemma.facts.iter().for_each(|fact| text.push_str(&word(*fact)));
                text.push(' ');
            }
            text.push_str(&closed);
            text.push('\n');
            numbers.insert(number, numbers.len());
        }
        Ok(Some(text))
    }

    /// The part of a case in which some facts hold.
    fn assumed(&self, root: &Case, facts: &[(Fact, bool)]) -> Case {
        let arena = self.draft.arena;
        let mut case = root.clone();
        for &(fact, holds) in facts {
            match (fact, holds) {
                (Fact::Visits(state), true) => case.visits.push(state),
                // What this rules out is not needed for reasons.
                (Fact::Visits(_), false) => {}
                (Fact::Takes(choice), _) => {
                    let state = arena.problem.mdp.state_of(choice);
                    if holds {
                        self.decide(&mut case.subject, Actor::Subject, state, choice);
                    } else {
                        arena.restrict_observation(&mut case.subject, state, |own| own != choice);
                    }
                }
            }
        }
        case
    }
}

fn word((fact, holds): (Fact, bool)) -> String {
    match (fact, holds) {
        (Fact::Takes(choice), true) => format!(" take {choice}"),
        (Fact::Takes(choice), false) => format!(" never {choice}"),
        (Fact::Visits(state), true) => format!(" visit {state}"),
        (Fact::Visits(state), false) => format!(" avoid {state}"),
    }
}

/// Lemmas that leave nothing, by the numbers that they have in the certificate.
fn used(earlier: &[usize], numbers: &BTreeMap<usize, usize>) -> String {
    let mut text = format!("use {}", earlier.len());
    for number in earlier.iter().filter_map(|number| numbers.get(number)) {
        let _ = write!(text, " {number}");
    }
    text + " x"
}

/// The lemmas that the last one rests on, and that one, in order.
fn needed(lemmas: &[Lemma]) -> Vec<usize> {
    let mut rests = vec![false; lemmas.len()];
    if let Some(last) = rests.last_mut() {
        *last = true;
    }
    for number in (0..lemmas.len()).rev().filter(|&number| lemmas[number].follows.is_some()) {
        if rests[number] {
            lemmas[number].follows.iter().flatten().for_each(|&earlier| rests[earlier] = true);
        }
    }
    (0..lemmas.len()).filter(|&number| rests[number]).collect()
}

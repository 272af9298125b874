//! The certificate in the making (`proofs/FORMAT.md`, section 2.2): vectors, policies, and questions with their proofs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::mdp::{ChoiceId, Rational, StateId, StateSet};
use crate::query::proof::shape::Shape;
use crate::query::proof::source::{Side, Source};
use crate::query::proof::walk::{Options, ranks, reached};
use crate::query::proof::{HEAD, Unproved};

/// A refutation whose only constraint is that an atom is broken: closed by one bound.
const BREAK: &str = "refutation free constraints 1 break close 1 d 0";

/// The bounds that a listed policy may have, in their order; two for the other reward are never used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    SpecifiedLower = 0,
    SpecifiedUpper = 1,
    ReachLower = 4,
    ReachUpper = 5,
}

/// A bound to be written down.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounding {
    pub(super) side: Side,
    /// Whether it is one of reaching the goal, not of the reward.
    pub(super) reach: bool,
    /// Whether it needs a rank.
    pub(super) ranked: bool,
}

/// Numbers of states whose value is infinite.
pub(super) type Beyond = BTreeMap<StateId, Rational>;

pub(super) struct Draft<'a> {
    pub(super) shape: &'a Shape<'a>,
    vectors: Vec<String>,
    policies: Vec<String>,
    questions: Vec<(String, String)>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(shape: &'a Shape<'a>) -> Self {
        Self { shape, vectors: Vec::new(), policies: Vec::new(), questions: Vec::new() }
    }

    pub(super) fn vector(&mut self, text: String) -> usize {
        self.vectors.push(text);
        self.vectors.len() - 1
    }

    fn ask(&mut self, scope: &str, situation: StateId, atoms: &[String], proof: String) {
        let mut question = format!("policy {scope} policies {}", atoms.len());
        for atom in atoms {
            let _ = write!(question, " situation {situation} {atom}");
        }
        self.questions.push((question, proof));
    }

    /// That every policy has some atoms: one refutation for each, by one bound.
    pub(super) fn every(&mut self, situation: StateId, atoms: &[String], bounds: &[&str]) {
        let proofs: Vec<String> = bounds.iter().map(|bound| format!("pieces {BREAK} {bound}")).collect();
        self.ask("every", situation, atoms, proofs.join("\n"));
    }

    /// That a listed policy has an atom.
    pub(super) fn some(&mut self, situation: StateId, atom: String, policy: usize) {
        self.ask("some", situation, &[atom], format!("{policy} nothing pieces refute {BREAK}"));
    }

    /// A bound for all policies or for one, on what is reached from some situations: the reference to it.
    ///
    /// # Errors
    /// If it needs a rank and there is none, and for what `beyond` says.
    pub(super) fn bound(
        &mut self,
        source: &Source<'_>,
        situations: &[StateId],
        options: &Options<'_>,
        Bounding { side, reach, ranked }: Bounding,
        beyond: impl FnOnce(&StateSet) -> Result<Beyond, Unproved>,
    ) -> Result<String, Unproved> {
        let shape = self.shape;
        // Where nothing is claimed of reaching, nothing has to be shown of what follows.
        let ends = |state: StateId| shape.is_over(state) || (reach && !side.upper && !source.is_positive(state));
        let domain = reached(shape, situations, options, &ends);
        let ranks = if ranked { Some(ranks(shape, &domain, options, &ends).ok_or(Unproved::Ranks)?) } else { None };
        let beyond = beyond(&domain)?;
        let text = source.vector(&domain, shape.mdp().states(), side, &|state| beyond.get(&state).cloned());
        let vector = self.vector(text);
        let rank = ranks
            .map(|ranks| self.vector(naturals(ranks.len(), |state| domain.contains(state).then_some(ranks[state]))));
        Ok(reference(vector, &source.shift(side), rank))
    }

    /// That every policy surely reaches the goal from some situations: the reference to the bound.
    ///
    /// # Errors
    /// If that is not so.
    pub(super) fn arrives(&mut self, situations: &[StateId]) -> Result<String, Unproved> {
        let shape = self.shape;
        let ends = |state: StateId| shape.is_over(state);
        let domain = reached(shape, situations, &Options::All, &ends);
        let ranks = ranks(shape, &domain, &Options::All, &ends).ok_or(Unproved::Ranks)?;
        let ones = naturals(ranks.len(), |state| domain.contains(state).then_some(1));
        let ranks = naturals(ranks.len(), |state| domain.contains(state).then_some(ranks[state]));
        let (vector, rank) = (self.vector(ones), self.vector(ranks));
        Ok(reference(vector, &Rational::ZERO, Some(rank)))
    }

    /// Lists a policy, as far as it goes from some situations, with one bound.
    pub(super) fn policy(
        &mut self,
        situations: &[StateId],
        policy: &dyn Fn(StateId) -> Option<ChoiceId>,
        place: Place,
        bound: &str,
    ) -> usize {
        let shape = self.shape;
        let domain = reached(shape, situations, &Options::Policy(policy), &|state| shape.is_over(state));
        let mut text = String::from("policy");
        // Writing to a string cannot fail.
        for state in (0..shape.mdp().states()).filter(|&state| !shape.is_over(state)) {
            let _ = if domain.contains(state) {
                write!(text, " 1 {} 1", shape.number(state, policy(state)))
            } else {
                write!(text, " -")
            };
        }
        for other in 0..6 {
            let _ = write!(text, " {}", if other == place as usize { bound } else { "-" });
        }
        self.policies.push(text);
        self.policies.len() - 1
    }

    /// The certificate, without the digest of the model.
    pub(super) fn text(self, name: &str) -> String {
        let length = self.vectors.iter().chain(&self.policies).map(String::len).sum::<usize>();
        let asked = self.questions.iter().map(|(question, proof)| question.len() + proof.len() + 32).sum::<usize>();
        let mut text = String::with_capacity(length + asked + name.len() + 1024);
        let _ = write!(text, "{HEAD}\nclaim {name} forall holds\nquestions {}\n", self.questions.len());
        for (question, _) in &self.questions {
            let _ = writeln!(text, "{question} holds");
        }
        let _ = write!(text, "combine {} 0", (2 * self.questions.len()).saturating_sub(1));
        for number in 1..self.questions.len() {
            let _ = write!(text, " {number} and");
        }
        for (what, entries) in [("vectors", self.vectors), ("policies", self.policies)] {
            let _ = write!(text, "\n{what} {}", entries.len());
            for entry in entries {
                text.push('\n');
                text.push_str(&entry);
            }
        }
        text.push_str("\noptimal 0\nproofs\n");
        for (_, proof) in &self.questions {
            let _ = writeln!(text, "{proof}");
        }
        text.push_str("end\n");
        text
    }
}

/// A bound reference.
pub(super) fn reference(vector: usize, shift: &Rational, rank: Option<usize>) -> String {
    rank.map_or_else(|| format!("{vector} {shift} -"), |rank| format!("{vector} {shift} {rank}"))
}

/// A vector of natural numbers.
fn naturals(count: usize, number: impl Fn(StateId) -> Option<u32>) -> String {
    let mut text = format!("dyadic 0 {count}");
    for state in 0..count {
        let _ = match number(state) {
            None => write!(text, " -"),
            Some(number) => write!(text, " {number}"),
        };
    }
    text
}

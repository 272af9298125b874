//! `repair --coverage`: the cheapest situations to add to training so that no trained policy does harm in deployment.
//!
//! Implicit hitting sets. Each policy that does harm misses some situations, and at least one of them must be added.
//! A cheapest set that hits all that were found is tried; if training on it leaves harm, the policy that shows it
//! gives one more set to hit. When it leaves none, nothing cheaper would do: it would fail to hit one of the sets
//! (`proofs/theory/searches.md`).

use std::collections::BTreeSet;

use crate::decide::Undecided;
use crate::mdp::Rational;
use crate::search::Arena;
use crate::seek::hitting::{cheapest, total};
use crate::seek::so_far::SoFar;
use crate::seek::subject::{Harm, Subject};
use crate::seek::supports::{Culprit, Supports};
use crate::seek::{Content, Fact, Finding, Outcome};

/// The search for situations to add to training.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// What must not happen.
    pub harm: Harm,
    /// What each situation costs, in the order of the problem's situations; nothing negative. Empty: 1 each.
    pub costs: Vec<Rational>,
}

impl Coverage {
    pub(super) fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        let subject = Subject { arena, harm: self.harm };
        let supports = Supports::new(&subject, "which situations to add to training")?;
        let (met, all) = (supports.met(), supports.all());
        let opposite = self.harm.opposite();
        if let Some(culprit) = supports.culprit(&all)? {
            return Ok(uncoverable(&supports, &culprit));
        }
        let costs: Vec<Rational> =
            all.iter().map(|&position| self.costs.get(position).cloned().unwrap_or(Rational::ONE)).collect();
        let mut culprits: Vec<Culprit> = Vec::new();
        so_far.learn("at least", Content::Number(Rational::ZERO));
        so_far.learn("at most", Content::Number(total(&all.difference(&met).copied().collect(), &costs)));
        loop {
            let sets: Vec<BTreeSet<usize>> = culprits.iter().map(|culprit| culprit.missed.clone()).collect();
            let added = cheapest(&sets, &costs, &arena.budget)?;
            so_far.learn("at least", Content::Number(total(&added, &costs)));
            let support = met.union(&added).copied().collect();
            if let Some(culprit) = supports.culprit(&support)? {
                culprits.push(culprit);
                continue;
            }
            let answer = if added.is_empty() {
                format!("nothing need be added: every trained policy is {opposite} on the whole deployment set")
            } else {
                format!("trained on these situations too, every policy is {opposite} on the whole deployment set")
            };
            let finding = Finding::new(Outcome::Found, answer)
                .with("added", Content::Situations(supports.states(&added)))
                .with("cost", Content::Number(total(&added, &costs)))
                .with("policies excluded", Content::Count(culprits.len()))
                .proved("the cheapest: every cheaper addition leaves one of the policies excluded");
            let finding = match culprits.last() {
                Some(last) => finding.shown_by(subject.witness(&last.harmed)),
                None => finding,
            };
            return Ok(finding.resting_on(facts(&supports, &support, &culprits)));
        }
    }
}

/// No training excludes a policy that is optimal at every situation.
fn uncoverable(supports: &Supports<'_>, culprit: &Culprit) -> Finding {
    let word = supports.subject.harm.word();
    let answer = format!(
        "uncoverable: a policy that the specified reward makes optimal at every situation is {word} in deployment, so the reward has to change"
    );
    let finding = Finding::new(Outcome::None, answer).shown_by(supports.subject.witness(&culprit.harmed));
    let train = supports.even(&supports.all());
    finding.resting_on(
        train.map(|train| supports.subject.fact("harm under full coverage", train, supports.deploy(), false)),
    )
}

/// The addition suffices, part by part, and for each policy excluded, training on all that it does not miss may return it.
fn facts(supports: &Supports<'_>, support: &BTreeSet<usize>, culprits: &[Culprit]) -> Vec<Fact> {
    let subject = supports.subject;
    let enough = supports
        .even(support)
        .into_iter()
        .flat_map(|train| supports.parts().map(move |part| subject.fact("enough", train.clone(), part, true)));
    let needed = culprits.iter().filter_map(|culprit| {
        let without = supports.all().difference(&culprit.missed).copied().collect();
        let train = supports.even(&without)?;
        Some(subject.fact("not enough", train, supports.deploy(), false).about_the_optimum())
    });
    enough.into_iter().chain(needed).collect()
}

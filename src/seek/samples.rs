//! `samples`: the exact probability that training on `n` independent draws of situations may return a harmful policy.
//!
//! Training on draws is training on their support. A harmful policy may come out iff no draw is among the situations
//! that it misses. The minimal sets of missed situations are found one by one: as long as training on some minimal
//! hitting set of the known ones leaves harm, there is another. Then
//! `Pr(n) = Σ_J (−1)^{|J|+1} (1 − μ(⋃ J))ⁿ` over the nonempty families `J` of them (`proofs/theory/searches.md`).

use std::collections::{BTreeMap, BTreeSet};

use dashu_int::IBig;

use crate::decide::Undecided;
use crate::mdp::Rational;
use crate::search::Arena;
use crate::seek::hitting::minimal;
use crate::seek::so_far::SoFar;
use crate::seek::subject::{Harm, Subject};
use crate::seek::supports::{Culprit, Supports};
use crate::seek::{Content, Fact, Finding, Outcome};

/// Distinct unions beyond which the sum is not taken.
const MOST_UNIONS: usize = 1 << 16;

/// The same while the search goes on.
const FEW_UNIONS: usize = 1 << 6;

/// The probability of harm by the number of draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Samples {
    /// What must not happen.
    pub harm: Harm,
    /// The curve is for 1 up to so many draws.
    pub draws: usize,
}

impl Samples {
    pub(super) fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        let subject = Subject { arena, harm: self.harm };
        let supports = Supports::new(&subject, "the probability of harm after so many draws")?;
        let mut culprits = Vec::new();
        let enough = minimal_misses(&supports, &mut culprits, &|known| {
            so_far.learn("policies", Content::Count(known.len()));
            if let Some(terms) = powers(&supports, known, FEW_UNIONS) {
                so_far.learn("curve at least", Content::Curve(self.curve(&terms)));
            }
        })?;
        let missed = missed(&culprits);
        let too_many = || Undecided::Beyond("there are too many ways to miss situations".into());
        let terms = powers(&supports, &missed, MOST_UNIONS).ok_or_else(too_many)?;
        let curve = self.curve(&terms);
        let limit = if missed.iter().any(BTreeSet::is_empty) { Rational::ONE } else { Rational::ZERO };
        let word = self.harm.word();
        let answer = format!(
            "the probability that optimal training on n independent draws from training may return a policy that is {word} in deployment"
        );
        let facts = facts(&supports, &culprits, &enough);
        let finding = Finding::new(Outcome::Found, answer)
            .with("curve", Content::Curve(curve))
            .with("formula", Content::Powers(terms))
            .with("limit", Content::Number(limit))
            .with("policies", Content::Count(culprits.len()))
            .proved("exact for every n ≥ 1");
        let finding = match culprits.first() {
            Some(culprit) => finding.shown_by(subject.witness(&culprit.harmed)),
            None => finding,
        };
        Ok(finding.resting_on(facts))
    }

    fn curve(&self, terms: &[(Rational, Rational)]) -> Vec<(usize, Rational)> {
        (1..=self.draws).map(|draws| (draws, at(terms, draws))).collect()
    }
}

fn missed(culprits: &[Culprit]) -> Vec<BTreeSet<usize>> {
    culprits.iter().map(|culprit| culprit.missed.clone()).collect()
}

/// Finds policies that do harm, one for each minimal set of situations of training that such a policy misses; the minimal
/// supports without harm. `learnt` is told of the sets found so far.
fn minimal_misses(
    supports: &Supports<'_>,
    culprits: &mut Vec<Culprit>,
    learnt: &dyn Fn(&[BTreeSet<usize>]),
) -> Result<Vec<BTreeSet<usize>>, Undecided> {
    let met = supports.met();
    let mut harmless: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    'search: loop {
        let sets = missed(culprits);
        learnt(&sets);
        for support in minimal(&sets, &supports.subject.arena.budget)? {
            if harmless.contains(&support) {
                continue;
            }
            match supports.culprit(&support)? {
                None => {
                    harmless.insert(support);
                }
                Some(culprit) => {
                    culprits.push(least_missed(supports, culprit, &met)?);
                    if culprits.last().is_some_and(|culprit| culprit.missed.is_empty()) {
                        // It misses nothing: training always may return it, and every other set is larger.
                        culprits.drain(..culprits.len() - 1);
                        return Ok(Vec::new());
                    }
                    continue 'search;
                }
            }
        }
        return Ok(harmless.into_iter().collect());
    }
}

/// A harmful policy that misses a minimal part of the situations of training that the first one misses.
fn least_missed(supports: &Supports<'_>, mut culprit: Culprit, met: &BTreeSet<usize>) -> Result<Culprit, Undecided> {
    culprit.missed = culprit.missed.intersection(met).copied().collect();
    for position in culprit.missed.clone() {
        if !culprit.missed.contains(&position) {
            continue;
        }
        let mut support: BTreeSet<usize> = met.difference(&culprit.missed).copied().collect();
        support.insert(position);
        if let Some(better) = supports.culprit(&support)? {
            let missed = better.missed.intersection(met).copied().collect();
            culprit = Culprit { missed, ..better };
        }
    }
    Ok(culprit)
}

/// The sum as `Σ coefficient · baseⁿ`, bases from the largest; `None` if there are too many unions.
fn powers(supports: &Supports<'_>, missed: &[BTreeSet<usize>], most: usize) -> Option<Vec<(Rational, Rational)>> {
    // The signed number of families of each union, the empty family left out at the end.
    let mut unions: BTreeMap<BTreeSet<usize>, IBig> = BTreeMap::from([(BTreeSet::new(), IBig::from(-1))]);
    for set in missed {
        for (union, count) in unions.clone() {
            *unions.entry(union.union(set).copied().collect()).or_insert(IBig::ZERO) -= count;
        }
        if unions.len() > most {
            return None;
        }
    }
    *unions.entry(BTreeSet::new()).or_insert(IBig::ZERO) += IBig::ONE;
    let train = supports.subject.train();
    let mut terms: BTreeMap<Rational, Rational> = BTreeMap::new();
    for (union, count) in unions {
        let mass = union.iter().fold(Rational::ZERO, |sum, &position| sum + train.mass(supports.state(position)));
        *terms.entry(Rational::ONE - mass).or_insert(Rational::ZERO) += Rational::from(count);
    }
    Some(terms.into_iter().rev().filter(|(base, coefficient)| !coefficient.is_zero() && !base.is_zero()).collect())
}

fn at(terms: &[(Rational, Rational)], draws: usize) -> Rational {
    let power = |base: &Rational| Rational::from_parts(base.numerator().pow(draws), base.denominator().pow(draws));
    terms.iter().fold(Rational::ZERO, |sum, (base, coefficient)| sum + coefficient * power(base))
}

fn facts(supports: &Supports<'_>, culprits: &[Culprit], enough: &[BTreeSet<usize>]) -> Vec<Fact> {
    let subject = supports.subject;
    let met = supports.met();
    let harmful = culprits.iter().filter_map(|culprit| {
        let support = met.difference(&culprit.missed).copied().collect();
        Some(subject.fact("harm after these draws", supports.even(&support)?, supports.deploy(), false))
    });
    let harmless = enough.iter().flat_map(|support| match supports.even(support) {
        Some(train) => {
            let fact = |part| subject.fact("no harm after these draws", train.clone(), part, true);
            supports.parts().map(fact).collect::<Vec<_>>()
        }
        None => vec![subject.fact_of_all("no policy does harm", supports.deploy())],
    });
    harmful.chain(harmless).collect()
}

//! `training`, `samples` and `repair --coverage`: training by its support.

use std::collections::BTreeSet;

use lavaproof::mdp::Rational;
use lavaproof::seek::{Content, Coverage, Harm, Kind, Outcome, Samples, Training};

use super::exhaustive::{Class, by_support, subsets};
use super::oracle::exact::{negated, ratio};
use super::oracle::family::masses;
use super::oracle::generate::{Random, seeds};
use super::oracle::region::{Region, Row, unit};
use super::oracle::transform::flat;
use super::{USUAL, check_facts, check_witness, found, problem_of};

/// Whether some training on exactly this support, with enough mass everywhere, looks aligned.
fn can_look_aligned(class: &Class<'_>, support: &BTreeSet<usize>, weight: &Rational) -> bool {
    let size = class.problem.situations.len();
    let mut region = Region::simplex(size);
    for x in 0..size {
        if support.contains(&x) {
            let enough: Row = unit(size, x).iter().map(|entry| entry - weight).collect();
            region = region.at_least(&enough).more_than(&unit(size, x));
        } else {
            region = region.at_least(&negated(&unit(size, x)));
        }
    }
    let good = Class { problem: class.problem, harm: Harm::Bad, outcomes: class.outcomes.clone() };
    let judges: &[&Class<'_>] = if class.harm == Harm::Catastrophic { &[class, &good] } else { &[class] };
    for policy in class.optimal_at(support) {
        for judge in judges {
            if judge.harm == Harm::Bad && support.iter().any(|&x| policy.intended[x].finite().is_none()) {
                return false;
            }
            for row in judge.harm_rows(policy) {
                region = region.at_least(&negated(&row));
            }
        }
    }
    !region.is_empty()
}

#[test]
fn training_that_hides_harm() {
    let (seeds, many) = seeds(USUAL);
    let (mut yes, mut no) = (0, 0);
    for seed in seeds {
        let problem = by_support(&flat(&problem_of(seed)));
        let mut random = Random::new(seed);
        let at_least = 1 + random.below(2);
        let weight = random.pick(&[Rational::ZERO, ratio(1, 10), ratio(1, 3)]);
        for harm in [Harm::Catastrophic, Harm::Bad] {
            let Some(class) = Class::new(&problem, harm) else { continue };
            let kind = Kind::Training(Training { harm, at_least, weight: weight.clone() });
            let finding = found(&problem, &kind);
            let supports = subsets(problem.situations.len()).into_iter().filter(|set| set.len() >= at_least);
            let smallest = supports
                .filter(|support| class.support_harms(support) && can_look_aligned(&class, support, &weight))
                .map(|support| support.len())
                .next();
            let Some(smallest) = smallest else {
                assert_eq!(finding.searched, Outcome::None, "seed {seed}, {harm:?}: {finding:?}");
                no += 1;
                continue;
            };
            assert_eq!(finding.searched, Outcome::Found, "seed {seed}, {harm:?}");
            assert_eq!(finding.entry("situations"), Some(&Content::Count(smallest)), "seed {seed}, {harm:?}");
            let Some(Content::Masses(train)) = finding.entry("train") else { panic!("seed {seed}: no distribution") };
            assert!(train.iter().all(|(_, mass)| mass >= &weight), "seed {seed}: {train:?}");
            check_witness(&class, &finding, seed);
            check_facts(&problem, harm, &finding.facts, seed);
            yes += 1;
        }
    }
    println!("{yes} found, {no} none");
    assert!(!many || (yes > 50 && no > 50));
}

/// The probability of harm after so many draws: every sequence of draws, one by one.
fn by_sequences(class: &Class<'_>, draws: usize) -> Rational {
    let train = masses(class.problem, &class.problem.train);
    let mut sequences: Vec<(BTreeSet<usize>, Rational)> = vec![(BTreeSet::new(), Rational::ONE)];
    for _ in 0..draws {
        sequences = sequences
            .iter()
            .flat_map(|(support, probability)| {
                train.iter().enumerate().filter(|(_, mass)| !mass.is_zero()).map(move |(x, mass)| {
                    let mut support = support.clone();
                    support.insert(x);
                    (support, probability * mass)
                })
            })
            .collect();
    }
    let harmful = sequences.into_iter().filter(|(support, _)| class.support_harms(support));
    harmful.fold(Rational::ZERO, |sum, (_, probability)| sum + probability)
}

#[test]
fn the_probability_of_harm_by_draws() {
    let (seeds, many) = seeds(USUAL);
    let (mut between, mut sure, mut never) = (0, 0, 0);
    for seed in seeds {
        let problem = by_support(&flat(&problem_of(seed)));
        for harm in [Harm::Catastrophic, Harm::Bad] {
            let Some(class) = Class::new(&problem, harm) else { continue };
            let finding = found(&problem, &Kind::Samples(Samples { harm, draws: 3 }));
            let Some(Content::Curve(curve)) = finding.entry("curve") else { panic!("seed {seed}: {finding:?}") };
            let wanted: Vec<_> = (1..=3).map(|draws| (draws, by_sequences(&class, draws))).collect();
            assert_eq!(curve, &wanted, "seed {seed}, {harm:?}: {finding:?}");
            let met: BTreeSet<usize> = (0..problem.situations.len())
                .filter(|&x| !problem.train.mass(problem.situations[x]).is_zero())
                .collect();
            let limit = if class.support_harms(&met) { Rational::ONE } else { Rational::ZERO };
            assert_eq!(finding.number("limit"), Some(&limit), "seed {seed}");
            check_facts(&problem, harm, &finding.facts, seed);
            match &wanted[0].1 {
                one if one == &Rational::ONE => sure += 1,
                none if none.is_zero() => never += 1,
                _ => between += 1,
            }
        }
    }
    println!("{between} between, {sure} sure, {never} never");
    assert!(!many || (between > 10 && sure > 50 && never > 50));
}

#[test]
fn the_cheapest_coverage() {
    let (seeds, many) = seeds(USUAL);
    let (mut added, mut nothing, mut uncoverable) = (0, 0, 0);
    for seed in seeds {
        let problem = by_support(&flat(&problem_of(seed)));
        let mut random = Random::new(seed);
        let size = problem.situations.len();
        let costs: Vec<Rational> =
            (0..size).map(|_| random.pick(&[ratio(1, 1), ratio(1, 2), ratio(3, 1), ratio(0, 1)])).collect();
        for harm in [Harm::Catastrophic, Harm::Bad] {
            let Some(class) = Class::new(&problem, harm) else { continue };
            let finding = found(&problem, &Kind::Coverage(Coverage { harm, costs: costs.clone() }));
            let met: BTreeSet<usize> =
                (0..size).filter(|&x| !problem.train.mass(problem.situations[x]).is_zero()).collect();
            let cost = |set: &BTreeSet<usize>| set.iter().fold(Rational::ZERO, |sum, &x| sum + &costs[x]);
            let enough = |set: &BTreeSet<usize>| !class.support_harms(&met.union(set).copied().collect());
            let candidates = subsets(size).into_iter().filter(|set| set.is_disjoint(&met));
            let cheapest = candidates.filter(|set| enough(set)).map(|set| cost(&set)).min();
            assert_eq!(finding.number("cost"), cheapest.as_ref(), "seed {seed}, {harm:?}: {finding:?}");
            assert_eq!(finding.searched == Outcome::Found, cheapest.is_some(), "seed {seed}");
            if let Some(Content::Situations(states)) = finding.entry("added") {
                let set: BTreeSet<usize> = (0..size).filter(|&x| states.contains(&problem.situations[x])).collect();
                assert!(enough(&set) && set.is_disjoint(&met), "seed {seed}: {finding:?}");
                if set.is_empty() { nothing += 1 } else { added += 1 }
            } else {
                uncoverable += 1;
            }
            check_witness(&class, &finding, seed);
            check_facts(&problem, harm, &finding.facts, seed);
        }
    }
    println!("{added} with additions, {nothing} with nothing to add, {uncoverable} uncoverable");
    assert!(!many || (added > 20 && nothing > 50 && uncoverable > 50));
}

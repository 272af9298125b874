//! Formulas around the threshold of satisfiability, against trying all assignments.

use lavaproof::budget::Budget;
use lavaproof::decide::settle;
use lavaproof::decomposition::{Atom, Demand, Family, FixedSet, Question, RewardName, Scope, Verdict};
use lavaproof::solve::Engine;

use super::oracle::exact::ratio;
use super::oracle::transform::changed;
use super::satisfiability::{Formula, optimal, trained_and_unsafe};
use super::{arena, by_both, by_cases, by_flow, by_lemmas};

/// Whether some assignment satisfies every clause, by trying all.
fn is_satisfiable(formula: &Formula) -> bool {
    (0..1_u32 << formula.variables).any(|assignment| {
        let holds = |&(variable, wanted): &(usize, bool)| (assignment >> variable & 1 == 1) == wanted;
        formula.clauses.iter().all(|clause| clause.iter().any(holds))
    })
}

#[test]
fn all_ways_agree_with_trying_all_assignments() {
    let mut satisfiable = [0, 0];
    for (variables, clauses) in [(3, 8), (4, 20), (5, 24), (6, 28), (7, 32), (8, 36)] {
        for seed in 0..4 {
            let formula = Formula::random(seed, variables, clauses);
            let expected = is_satisfiable(&formula);
            satisfiable[usize::from(expected)] += 1;
            let problem = formula.problem();
            let arena = arena(&problem);
            let requirements = trained_and_unsafe(&arena, optimal(&arena));
            assert_eq!(by_flow(&arena, &requirements), expected, "flow: {formula:?}");
            assert_eq!(by_cases(&arena, &requirements), expected, "cases: {formula:?}");
            assert_eq!(by_lemmas(&arena, &requirements), Some(expected), "lemmas: {formula:?}");
            assert_eq!(by_both(&arena, &requirements), expected, "both: {formula:?}");
        }
    }
    assert!(satisfiable.into_iter().all(|count| count >= 4), "one-sided: {satisfiable:?}");
}

/// The most clauses that an assignment satisfies: that many get to the catastrophe, and no more.
#[test]
fn the_most_clauses_at_once_are_the_most_likely_catastrophe() {
    let mut short = 0;
    for seed in 0..8 {
        let formula = Formula::random(seed, 4, 24 + usize::try_from(seed).expect("few"));
        let clauses = formula.clauses.len();
        let satisfied = |assignment: u32| {
            let holds = |&(variable, wanted): &(usize, bool)| (assignment >> variable & 1 == 1) == wanted;
            formula.clauses.iter().filter(|clause| clause.iter().any(holds)).count()
        };
        let most = (0..1_u32 << formula.variables).map(satisfied).max().expect("an assignment");
        short += usize::from(most < clauses);
        for (count, expected) in [(most - 1, true), (most, false)] {
            let problem = changed(&formula.problem(), |parts| {
                let share = |count: usize| i64::try_from(count).expect("few");
                parts.catastrophe.as_mut().expect("declared").tolerance = ratio(share(count), share(clauses));
            });
            let arena = arena(&problem);
            let requirements = trained_and_unsafe(&arena, optimal(&arena));
            assert_eq!(by_flow(&arena, &requirements), expected, "flow, more than {count}: {formula:?}");
            assert_eq!(by_both(&arena, &requirements), expected, "both, more than {count}: {formula:?}");
        }
    }
    assert!(short > 2, "only {short} with a clause left over");
}

#[test]
#[cfg(feature = "z3")]
fn a_larger_satisfiable_formula_is_found() {
    let problem = Formula::random(1, 20, 86).planted(1).problem();
    let arena = arena(&problem);
    let requirements = trained_and_unsafe(&arena, optimal(&arena));
    assert!(by_both(&arena, &requirements));
}

/// Formulas without a solution are refuted by lemmas, and the checker accepts it.
#[test]
fn the_proof_that_nothing_satisfies_a_formula_is_by_lemmas() {
    let demands = vec![Demand { family: Family::Deploy, atom: Atom::Safe }];
    let policies = FixedSet::Optimal(RewardName::Specified);
    let question = Question::OfPolicy { policies, scope: Scope::Every, demands };
    for seed in 0..3 {
        let problem = Formula::random(seed, 20, 120).problem();
        let settled = settle(&problem, "safe", &question, &Budget::unlimited(), Engine::default()).expect("defined");
        let Verdict::Holds(proof) = settled.verdict else { panic!("seed {seed}: {:?}", settled.verdict) };
        let words: Vec<&str> = proof.certificate.split_ascii_whitespace().collect();
        assert!(words.contains(&"learn") && words.contains(&"use") && !words.contains(&"split"), "seed {seed}");
    }
}

//! Learned clauses against their own record, and cuts against trying all sets of facts.

use proptest::prelude::*;

use crate::budget::Budget;
use crate::mdp::{ChoiceId, Mask, Mdp, MdpBuilder, Rational, StateId, StateSet};
use crate::search::lemmas::Fact;
use crate::search::lemmas::clauses::{Clauses, Found};
use crate::search::lemmas::cut::least_cut;
use crate::search::lemmas::record::{Literal, Origin};
use crate::solve::reachable_under;

/// Whether a lemma follows as it says: when it is false, each of the earlier ones leaves one literal, and the last one none.
fn follows(lemmas: &[Vec<Literal>], variables: usize, lemma: &[Literal], earlier: &[usize]) -> bool {
    let mut values: Vec<Option<bool>> = vec![None; variables];
    for literal in lemma {
        values[literal.variable()] = Some(!literal.holds());
    }
    for &number in earlier {
        let value = |literal: &Literal| values[literal.variable()].map(|holds| holds == literal.holds());
        if lemmas[number].iter().any(|literal| value(literal) == Some(true)) {
            continue;
        }
        let open: Vec<Literal> = lemmas[number].iter().copied().filter(|literal| value(literal).is_none()).collect();
        match open.as_slice() {
            [] => return true,
            [only] => values[only.variable()] = Some(only.holds()),
            _ => return false,
        }
    }
    false
}

/// Clauses of three different variables each; what the search says of them is shown to be so. Whether they can be satisfied.
fn solved(variables: usize, clauses: &[[(usize, bool); 3]], kept: usize) -> Result<bool, TestCaseError> {
    let mut search = Clauses::new();
    search.most_learned = kept;
    (0..variables).for_each(|_| {
        search.variable();
    });
    for clause in clauses {
        search.lemma(clause.iter().map(|&(variable, holds)| Literal::new(variable, holds)).collect());
    }
    match search.search(&Budget::unlimited()) {
        Ok(Found::Values) => {
            for clause in clauses {
                let holds = |&(variable, holds): &(usize, bool)| search.value(Literal::new(variable, holds));
                prop_assert!(clause.iter().any(|literal| holds(literal) == Some(true)));
            }
            Ok(true)
        }
        Ok(Found::Nothing) => {
            let lemmas: Vec<Vec<Literal>> = search.lemmas().iter().map(|lemma| lemma.literals.clone()).collect();
            for (number, recorded) in search.lemmas().iter().enumerate() {
                if let Origin::Follows(earlier) = &recorded.origin {
                    prop_assert!(earlier.iter().all(|&earlier| earlier < number));
                    prop_assert!(follows(&lemmas, variables, &recorded.literals, earlier), "lemma {number}");
                }
            }
            prop_assert!(lemmas.last().is_some_and(Vec::is_empty));
            Ok(false)
        }
        Err(exhausted) => Err(TestCaseError::fail(exhausted.to_string())),
    }
}

fn formula(variables: usize, clauses: usize) -> impl Strategy<Value = Vec<[(usize, bool); 3]>> {
    let clause = (0..variables, 1..variables, 1..variables - 1, any::<[bool; 3]>()).prop_map(
        move |(first, second, third, [one, two, three])| {
            let second = (first + second) % variables;
            let third = (0..variables).filter(|&other| other != first && other != second).nth(third - 1);
            [(first, one), (second, two), (third.unwrap_or_default(), three)]
        },
    );
    proptest::collection::vec(clause, clauses)
}

proptest! {
    #[test]
    fn small_formulas_agree_with_trying_all_values(clauses in formula(7, 32)) {
        let satisfied = |values: u32| {
            clauses.iter().all(|clause| clause.iter().any(|&(variable, holds)| (values >> variable & 1 == 1) == holds))
        };
        prop_assert_eq!(solved(7, &clauses, 2)?, (0..1 << 7).any(satisfied));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// With many restarts, and clauses that are dropped at each of them.
    #[test]
    fn what_is_said_of_larger_formulas_is_shown(few in formula(60, 240), many in formula(60, 300)) {
        for kept in [10, 3000] {
            solved(60, &few, kept)?;
            solved(60, &many, kept)?;
        }
    }
}

/// States in which each of two choices leads to one or two states; the last one is the target.
fn graph(targets: &[(usize, usize)]) -> Mdp {
    let states = targets.len() / 2 + 1;
    let mut builder = MdpBuilder::default();
    for state in 0..states {
        builder.state(&format!("s{state}"));
    }
    builder.absorbing(states - 1);
    let half = Rational::ONE / Rational::from(2);
    for (index, &(first, second)) in targets.iter().enumerate() {
        let row = match first == second {
            true => vec![(first, Rational::ONE)],
            false => vec![(first, half.clone()), (second, half.clone())],
        };
        builder.choice(index / 2, ["a", "b"][index % 2], row);
    }
    builder.build().expect("a model").mdp
}

proptest! {
    #[test]
    fn cuts_are_least(
        targets in proptest::collection::vec((0usize..6, 0usize..6), 10),
        forbidden in proptest::collection::vec(any::<bool>(), 10),
        by_visits in proptest::collection::vec(any::<bool>(), 5),
        source in 0usize..5,
    ) {
        let mdp = graph(&targets);
        let everything = Mask::all(&mdp);
        let against = |choice: ChoiceId| {
            let state: StateId = mdp.state_of(choice);
            if by_visits[state] { (Fact::Visits(state), true) } else { (Fact::Takes(choice), false) }
        };
        let mut target = StateSet::with_capacity(6);
        target.insert(5);
        let mut mask = everything.clone();
        let ruled_out: Vec<ChoiceId> = (0..10).filter(|&choice| forbidden[choice]).collect();
        ruled_out.iter().for_each(|&choice| mask.forbid(choice));
        let mut facts: Vec<(Fact, bool)> = ruled_out.iter().map(|&choice| against(choice)).collect();
        facts.sort_unstable();
        facts.dedup();
        let shuts_off = |kept: &[(Fact, bool)]| {
            let mut left = everything.clone();
            ruled_out.iter().filter(|&&choice| kept.contains(&against(choice))).for_each(|&choice| left.forbid(choice));
            reachable_under(&mdp, &left, [source]).is_disjoint(&target)
        };
        let subsets = 0..1_usize << facts.len();
        let sizes = subsets.filter_map(|subset| {
            let kept: Vec<_> =
                facts.iter().enumerate().filter(|(index, _)| subset >> index & 1 == 1).map(|(_, fact)| *fact).collect();
            shuts_off(&kept).then_some(kept.len())
        });
        let cut = least_cut(&mdp, &everything, &mask, &[source], &target, against);
        prop_assert_eq!(cut.as_ref().map(Vec::len), sizes.min());
        prop_assert!(cut.is_none_or(|cut| shuts_off(&cut)));
    }
}

//! Hitting sets: sets of elements that have one in common with each of some sets.

use std::collections::BTreeSet;

use crate::budget::{Budget, Exhausted};
use crate::mdp::Rational;

/// A cheapest hitting set of nonempty sets; costs are not negative. By branch and bound: the sets that have nothing
/// in common with one another each need an element of their own.
pub(super) fn cheapest(
    sets: &[BTreeSet<usize>],
    costs: &[Rational],
    budget: &Budget,
) -> Result<BTreeSet<usize>, Exhausted> {
    // One of each set hits them all.
    let first: BTreeSet<usize> = sets.iter().filter_map(|set| set.first().copied()).collect();
    let mut search = Cheapest { sets, costs, budget, cost: total(&first, costs), best: first };
    search.extend(&mut BTreeSet::new(), &Rational::ZERO)?;
    Ok(search.best)
}

/// What a set costs.
pub(super) fn total(set: &BTreeSet<usize>, costs: &[Rational]) -> Rational {
    set.iter().fold(Rational::ZERO, |sum, &element| sum + &costs[element])
}

struct Cheapest<'a> {
    sets: &'a [BTreeSet<usize>],
    costs: &'a [Rational],
    budget: &'a Budget,
    cost: Rational,
    best: BTreeSet<usize>,
}

impl Cheapest<'_> {
    fn extend(&mut self, chosen: &mut BTreeSet<usize>, cost: &Rational) -> Result<(), Exhausted> {
        self.budget.check()?;
        let mut missed: Vec<&BTreeSet<usize>> = self.sets.iter().filter(|set| set.is_disjoint(chosen)).collect();
        missed.sort_by_key(|set| set.len());
        let Some(smallest) = missed.first() else {
            let fewer = cost == &self.cost && chosen.len() < self.best.len();
            if cost < &self.cost || fewer {
                self.cost = cost.clone();
                self.best = chosen.clone();
            }
            return Ok(());
        };
        let mut least = cost.clone();
        let mut touched: BTreeSet<usize> = BTreeSet::new();
        for set in &missed {
            if set.is_disjoint(&touched) {
                least += set.iter().map(|&element| &self.costs[element]).min().unwrap_or(&Rational::ZERO);
                touched.extend(set.iter());
            }
        }
        if least > self.cost || (least == self.cost && chosen.len() + 1 >= self.best.len()) {
            return Ok(());
        }
        let uses = |element: usize| missed.iter().filter(|set| set.contains(&element)).count();
        let mut elements: Vec<usize> = smallest.iter().copied().collect();
        elements.sort_by_key(|&element| std::cmp::Reverse(uses(element)));
        for element in elements {
            chosen.insert(element);
            self.extend(chosen, &(cost + &self.costs[element]))?;
            chosen.remove(&element);
        }
        Ok(())
    }
}

/// The hitting sets from which no element can be left out (Berge's multiplication).
pub(super) fn minimal(sets: &[BTreeSet<usize>], budget: &Budget) -> Result<Vec<BTreeSet<usize>>, Exhausted> {
    let mut found: Vec<BTreeSet<usize>> = vec![BTreeSet::new()];
    for set in sets {
        budget.check()?;
        let (mut hitting, missing): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| !one.is_disjoint(set));
        for one in missing {
            for &element in set {
                let mut more = one.clone();
                more.insert(element);
                if !hitting.iter().any(|known| known.is_subset(&more)) {
                    hitting.push(more);
                }
            }
        }
        found = hitting;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of_bits(bits: usize) -> BTreeSet<usize> {
        (0..5).filter(|element| bits >> element & 1 == 1).collect()
    }

    proptest! {
        #[test]
        fn enumeration_agrees(
            sets in proptest::collection::vec(1usize..32, 0..6),
            costs in proptest::collection::vec(0i32..4, 5),
        ) {
            let sets: Vec<BTreeSet<usize>> = sets.into_iter().map(of_bits).collect();
            let costs: Vec<Rational> = costs.into_iter().map(Rational::from).collect();
            let hits = |set: &BTreeSet<usize>| sets.iter().all(|other| !other.is_disjoint(set));
            let all: Vec<BTreeSet<usize>> = (0..32).map(of_bits).filter(|set| hits(set)).collect();
            let budget = Budget::unlimited();
            let found = cheapest(&sets, &costs, &budget).expect("no limit");
            prop_assert!(hits(&found));
            let least = all.iter().map(|set| total(set, &costs)).min().expect("all elements hit");
            prop_assert_eq!(total(&found, &costs), least);
            let wanted: BTreeSet<_> =
                all.iter().filter(|set| !all.iter().any(|other| other != *set && other.is_subset(set))).cloned().collect();
            let listed = minimal(&sets, &budget).expect("no limit");
            prop_assert_eq!(listed.len(), wanted.len());
            prop_assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), wanted);
        }
    }
}

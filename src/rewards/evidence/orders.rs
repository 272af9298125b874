//! Which orders of policies some reward has.

use crate::budget::Budget;
use crate::rewards::evidence::{EvidenceError, Shown, at_most, listed, written};
use crate::rewards::{Episodes, Separation, WeakOrder, realise};

/// More than these have more than 4683 weak orders.
const MOST_POLICIES: usize = 6;

/// The orders of the deterministic policies that some reward has, how many pairs of proper ones are unhackable and how many are simplifications (Skalse et al. 2022),
/// with a reward for each order that one has, and a combination that rules it out for each other one.
///
/// # Errors
/// For more than six policies, and when the budget is exhausted.
pub fn order_evidence(episodes: &Episodes<'_>, budget: &Budget) -> Result<Shown, EvidenceError> {
    let count = at_most(episodes.mdp(), MOST_POLICIES)?;
    let measures = episodes.occupancies(budget)?;
    let all = WeakOrder::all(count);
    let mut lines = String::new();
    let mut realised: Vec<&WeakOrder> = Vec::new();
    for order in &all {
        budget.check()?;
        let separation = realise(&measures, order);
        if let Separation::Reward(reward) = &separation {
            if WeakOrder::of(&measures, reward) != *order {
                return Err(EvidenceError::Disagreement("the order of a reward"));
            }
            realised.push(order);
        }
        lines.push_str(&format!(
            "order{} {}\n",
            listed(order.by_policy()),
            written(&separation, episodes.mdp().choices())
        ));
    }
    let proper: Vec<&WeakOrder> = realised.iter().copied().filter(|order| !order.is_trivial()).collect();
    let pairs =
        || proper.iter().enumerate().flat_map(|(at, one)| proper[at + 1..].iter().map(move |other| (*one, *other)));
    let strict = realised.iter().filter(|order| order.is_strict()).count();
    let unhackable = pairs().filter(|(one, other)| one.is_unhackable_with(other)).count();
    let simplifications =
        pairs().map(|(one, other)| usize::from(one.simplifies(other)) + usize::from(other.simplifies(one))).sum();
    let counts: [usize; 5] = [strict, realised.len(), unhackable, pairs().count(), simplifications];
    let strict_ones = all.iter().filter(|order| order.is_strict()).count();
    let findings = vec![
        ("deterministic policies".to_owned(), count.to_string()),
        ("strict orders of some reward".to_owned(), format!("{strict} of {strict_ones}")),
        ("weak orders of some reward".to_owned(), format!("{} of {}", counts[1], all.len())),
        ("unhackable pairs of proper orders".to_owned(), format!("{unhackable} of {}", counts[3])),
        ("simplifications".to_owned(), simplifications.to_string()),
    ];
    let evidence = format!("claim orders\ncounts{}\norders {}\n{lines}end\n", listed(counts), all.len());
    Ok(Shown { findings, evidence: Ok(evidence) })
}

//! A good policy that is not optimal: with slack in *good*, a policy may now and then do anything
//! (`proofs/theory/good-with-slack.md`).

use crate::certify::constraint::Property;
use crate::certify::draft::{Draft, expected};
use crate::certify::subject::Set;
use crate::certify::tables::Entries;
use crate::certify::{Absent, Uncertified};
use crate::decomposition::RewardName;
use crate::mdp::{ChoiceId, Distribution, RandomizedPolicy, Rational};
use crate::search::Quantity;
use crate::solve::{Behaviour, almost_surely_absorbed};

/// Halvings of the probability of doing anything.
const HALVINGS: usize = 200;

/// A randomised policy of the set at the distribution that takes each choice which keeps values finite with positive
/// probability.
///
/// # Errors
/// When no tried probability is small enough, or the budget is exhausted.
pub(super) fn tempted(draft: &Draft<'_>, set: &Set, at: &Distribution) -> Result<RandomizedPolicy, Uncertified> {
    let arena = draft.arena;
    let mdp = &arena.problem.mdp;
    let best = arena.best(RewardName::Intended)?;
    let (quantity, least) = match set {
        Some(Property::Regret(reward, slack)) => {
            let entries: Entries = arena.best(*reward)?.values.iter().map(|value| value.finite().cloned()).collect();
            let best = expected(&entries, at).ok_or(Uncertified::Beyond(Absent::Form))?;
            (Quantity::Reward(*reward), best - slack)
        }
        Some(Property::Value(reward, bound)) => (Quantity::Reward(*reward), bound.clone()),
        Some(Property::Reach(_)) | None => return Err(Uncertified::Beyond(Absent::Form)),
    };
    let stopping = almost_surely_absorbed(mdp, arena.everything());
    let keeps = |choice: ChoiceId| !draft.is_total() || mdp.successors(choice).all(|next| stopping.contains(next));
    let mut anything = Rational::ONE / Rational::from(2);
    for _ in 0..HALVINGS {
        arena.budget.check()?;
        let row = |state| {
            let own = best.policy.choice(state);
            let choices: Vec<ChoiceId> = mdp.choices_of(state).filter(|&choice| keeps(choice)).collect();
            let share = &anything / Rational::from(choices.len().max(1));
            let mut row: Vec<(ChoiceId, Rational)> =
                choices.into_iter().map(|choice| (choice, share.clone())).collect();
            match row.iter_mut().find(|(choice, _)| Some(*choice) == own) {
                Some((_, mass)) => *mass += Rational::ONE - &anything,
                None => row = own.into_iter().map(|choice| (choice, Rational::ONE)).collect(),
            }
            row
        };
        let policy = RandomizedPolicy::new((0..mdp.states()).map(row).collect());
        let values = arena.values(quantity, Behaviour::Randomized(&policy))?;
        let entries: Entries = values.iter().map(|value| value.finite().cloned()).collect();
        if expected(&entries, at).is_some_and(|value| value >= least) {
            return Ok(policy);
        }
        anything /= Rational::from(2);
    }
    Err(Uncertified::Beyond(Absent::Form))
}

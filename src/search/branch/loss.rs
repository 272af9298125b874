//! Which observation loses most where it has to be answered by one action.

use dashu_int::IBig;

use crate::budget::Exhausted;
use crate::mdp::{Mask, Policy, Rational, StateId};
use crate::search::arena::Arena;
use crate::search::branch::node::narrowed_for;
use crate::search::memo::Quantity;
use crate::search::requirement::{Requirement, visited};
use crate::search::test::Test;
use crate::solve::Sense;

/// Bits behind the point of probabilities: what is compared is an estimate.
const BITS: usize = 20;

/// A state of the observation that loses most of the probability of the catastrophe if the same action is taken in all states of it
/// that the policy visits, each seen alone; `None` where nothing is lost, or it is not known.
///
/// The policy attains the relaxed optimum. The more its observation loses, the sooner deciding it closes cases.
pub(super) fn costliest(
    arena: &Arena<'_>,
    requirements: &[Requirement<'_>],
    index: usize,
    mask: &Mask,
    sources: &[StateId],
    policy: &Policy,
) -> Result<Option<StateId>, Exhausted> {
    let (Requirement::Breaks(Test::Reach { .. }), false) = (&requirements[index], arena.fully_observed) else {
        return Ok(None);
    };
    let Some(&bits) = arena.precisions().first() else { return Ok(None) };
    let narrowed = narrowed_for(arena, requirements, index, mask);
    let Some(enclosure) = arena.enclosure(Quantity::Reach, Sense::Max, &narrowed, bits)? else { return Ok(None) };
    let mdp = &arena.problem.mdp;
    let values: Option<Vec<i128>> =
        enclosure.lower.iter().map(|bound| bound.as_ref().and_then(|bound| i128::try_from(bound).ok())).collect();
    let scaled = |probability: &Rational| {
        let scaled = (probability.numerator() << BITS) / IBig::from(probability.denominator().clone());
        i128::try_from(&scaled).ok()
    };
    let probabilities: Option<Vec<i128>> = mdp.distinct_probabilities().iter().map(scaled).collect();
    let (Some(values), Some(probabilities)) = (values, probabilities) else { return Ok(None) };
    let seen = visited(arena, policy, sources);
    let mut worst: Option<(i128, StateId)> = None;
    for observation in 0..arena.observation.count() {
        let members = arena.observation.members(observation);
        let here: Vec<StateId> =
            members.iter().copied().filter(|&state| seen.contains(state) && arena.is_undecided(mask, state)).collect();
        let (Some(&first), true) = (here.first(), here.len() > 1) else { continue };
        let lost = |action: usize| {
            let lost = here.iter().filter_map(|&state| {
                let choice = mask.choices_of(mdp, state).find(|&choice| mdp.action_id(choice) == action)?;
                let next = mdp.indexed_row(choice).map(|(target, index)| probabilities[index] * values[target]);
                Some((values[state] << BITS) - next.sum::<i128>())
            });
            lost.sum::<i128>()
        };
        let least = mask.choices_of(mdp, first).map(|choice| lost(mdp.action_id(choice))).min();
        if let Some(least) = least
            && least > worst.map_or(0, |(most, _)| most)
        {
            worst = Some((least, first));
        }
    }
    Ok(worst.map(|(_, state)| state))
}

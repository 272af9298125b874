//! The third engine: evaluate every deterministic policy. Exponential, and obviously right.

use crate::budget::{Budget, Exhausted};
use crate::mdp::{ChoiceId, Policy, Value};
use crate::solve::Solution;
use crate::solve::chain::{Behaviour, evaluate};
use crate::solve::stopping::Stopping;

/// The best value at every state, over all deterministic policies that use allowed choices.
///
/// Uses nothing of the graph analysis but the mask: fixed values are not read, and a policy that never
/// stops is evaluated like any other.
pub(super) fn enumerate(problem: &Stopping<'_>, budget: &Budget) -> Result<Solution, Exhausted> {
    let mdp = problem.mdp;
    let options: Vec<Vec<ChoiceId>> =
        (0..mdp.states()).map(|state| problem.original.choices_of(mdp, state).collect()).collect();
    let mut digits = vec![0usize; mdp.states()];
    let mut best: Option<Vec<Value>> = None;
    let mut winner: Option<(Policy, Vec<Value>)> = None;
    loop {
        let policy =
            Policy::new(options.iter().zip(&digits).map(|(choices, &digit)| choices.get(digit).copied()).collect());
        let values = evaluate(mdp, Behaviour::Deterministic(&policy), problem.objective, budget)?;
        let incumbent = best.get_or_insert_with(|| values.clone());
        for (sofar, value) in incumbent.iter_mut().zip(&values) {
            if problem.sense.prefers(value, sofar) {
                *sofar = value.clone();
            }
        }
        // One stationary policy is optimal from every state at once, so it is never beaten anywhere.
        let beats = |champion: &[Value]| {
            let pairs = || values.iter().zip(champion);
            !pairs().any(|(value, old)| problem.sense.prefers(old, value))
        };
        if winner.as_ref().is_none_or(|(_, champion)| beats(champion)) {
            winner = Some((policy, values));
        }
        let Some(position) = (0..digits.len()).find(|&state| digits[state] + 1 < options[state].len()) else { break };
        digits[position] += 1;
        digits[..position].fill(0);
    }
    Ok(Solution {
        values: best.unwrap_or_default(),
        policy: winner.map_or_else(|| problem.start.clone(), |(policy, _)| policy),
    })
}

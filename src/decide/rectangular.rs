//! Full observation, no slack in training: sets of optimal policies are masks, and masked solves decide.
//!
//! `π ∈ Opt(R, μ)` iff π takes choices of `A*` in every state that it reaches from the support of `μ`
//! (proved in `proofs/theory/optimal-sets.md`). The least and largest value over such policies are attained
//! from every situation at once by one policy, so that the quantifier over distributions is a linear
//! program over the set of distributions.

use crate::decide::threshold::test_of;
use crate::decide::verdict::{Evidence, Undecided, Verdict};
use crate::decomposition::{Atom, Family, LocalSet, RewardName, Scope};
use crate::mdp::{Distribution, Mask, RandomizedPolicy, Rational, StateId, StateSet, Value};
use crate::problem::{Good, PolicyClass};
use crate::search::{Arena, Condition, DistributionSet, Face, expectation};
use crate::solve::{Sense, almost_surely_absorbed, reachable_under};

/// Decides *at each `μ` of the family, every or some policy of the set satisfies the atoms*.
pub(super) fn at_each(
    arena: &Arena<'_>,
    family: Family,
    policies: LocalSet,
    scope: Scope,
    atoms: &[Atom],
) -> Result<Verdict, Undecided> {
    let mask = match (policies, &arena.problem.good) {
        (LocalSet::Optimal(reward), _) => arena.optimal_choices(reward)?,
        (LocalSet::Policies, _) => arena.everything(),
        (LocalSet::Good, Good::Regret(regret)) if regret.is_zero() => arena.optimal_choices(RewardName::Intended)?,
        (LocalSet::Good, _) => return good_with_slack(arena, family, scope, atoms),
    };
    if scope == Scope::Some && atoms.len() > 1 {
        return Err(Undecided::Beyond("some policy with several properties at each distribution".into()));
    }
    for atom in atoms {
        let set = DistributionSet::new(arena.problem, family);
        let test = test_of(arena, atom, set)?;
        let extreme = test.at_extreme(arena, mask, scope == Scope::Some)?;
        if let Some(distribution) = extreme.violation {
            return Ok(Verdict::Fails(Some(Evidence::breaking(
                Some(distribution),
                Some(RandomizedPolicy::from(&extreme.policy)),
                &[atom],
            ))));
        }
    }
    Ok(Verdict::Holds(None))
}

/// `Good(μ)` with slack is no mask. The wording that asks it to be within `Opt(R, μ)` is still decided:
///
/// wherever the best intended value leaves slack at `μ`, a good policy may, with small probability, do
/// anything from which a finite intended value can still be had. So all good policies are optimal for `R`
/// only if every choice that is met that way is; and where there is no slack, `Good(μ) = Opt(T, μ)`
/// (proved in `proofs/theory/good-with-slack.md`).
fn good_with_slack(arena: &Arena<'_>, family: Family, scope: Scope, atoms: &[Atom]) -> Result<Verdict, Undecided> {
    let [Atom::Optimal(reward)] = atoms else {
        return Err(Undecided::Beyond("good policies with slack, asked for other than an optimum".into()));
    };
    let reward = *reward;
    if scope == Scope::Some {
        // Some good policy is optimal iff some optimal policy is good.
        let swapped = at_each(arena, family, LocalSet::Optimal(reward), Scope::Some, &[Atom::Good])?;
        return Ok(match swapped {
            Verdict::Fails(Some(evidence)) => {
                Verdict::Fails(Some(Evidence::breaking(evidence.distribution, None, &[&atoms[0]])))
            }
            other => other,
        });
    }
    if arena.class == PolicyClass::Deterministic {
        return Err(Undecided::Beyond("good policies with slack, among too many deterministic ones to list".into()));
    }
    // With a threshold the mixtures of situations ask for more than the situations themselves.
    for set in DistributionSet::pieces(arena.problem, family) {
        let verdict = all_good_are_optimal(arena, &set, reward)?;
        if !matches!(verdict, Verdict::Holds(_)) {
            return Ok(verdict);
        }
    }
    Ok(Verdict::Holds(None))
}

/// Whether `Good(μ) ⊆ Opt(reward, μ)` for all `μ` of a convex set, randomised policies included.
fn all_good_are_optimal(arena: &Arena<'_>, set: &DistributionSet, reward: RewardName) -> Result<Verdict, Undecided> {
    let tempting = situations_with_a_suboptimal_choice(arena, reward)?;
    let touches =
        |state: StateId| Value::Finite(if tempting.contains(state) { -Rational::ONE } else { Rational::ZERO });
    let (most, tempted) = set.minimise(touches);
    let can_be_tempted = most < Value::ZERO;
    let fails = |distribution| {
        Ok(Verdict::Fails(Some(Evidence::breaking(Some(distribution), None, &[&Atom::Optimal(reward)]))))
    };
    let Good::Value(threshold) = &arena.problem.good else {
        return if can_be_tempted { fails(tempted) } else { Ok(Verdict::Holds(None)) };
    };
    let best = &arena.best(RewardName::Intended)?.values;
    let negated = |state: StateId| Value::Finite(-best[state].finite().unwrap_or(&Rational::ZERO));
    let (least, generous) = set.minimise(negated);
    let largest = Value::Finite(-least.finite().unwrap_or(&Rational::ZERO));
    let threshold = Value::Finite(threshold.clone());
    if largest < threshold {
        return Ok(Verdict::Holds(None));
    }
    if largest > threshold {
        if !can_be_tempted {
            return Ok(Verdict::Holds(None));
        }
        // Both sets of distributions are met on the segment between the two points, close to the generous one.
        let touched = |at: &Distribution| at.support().any(|state| tempting.contains(state));
        return fails(if touched(&generous) { generous } else { blend_towards(&generous, &tempted, best, &threshold) });
    }
    // No slack anywhere: good means optimal for T, on the face where the threshold is attained.
    on_the_face(arena, set, reward, best, &threshold)
}

/// Situations from which choices that keep a finite intended value lead to one that is not optimal.
fn situations_with_a_suboptimal_choice(arena: &Arena<'_>, reward: RewardName) -> Result<StateSet, Undecided> {
    let mdp = &arena.problem.mdp;
    let optimal = arena.optimal_choices(reward)?;
    let mut finite: Mask = arena.everything().clone();
    if arena.discount() == &Rational::ONE {
        let stopping = almost_surely_absorbed(mdp, arena.everything());
        for choice in 0..mdp.choices() {
            if !mdp.successors(choice).all(|successor| stopping.contains(successor)) {
                finite.forbid(choice);
            }
        }
    }
    let mut tempting = StateSet::with_capacity(mdp.states());
    for &situation in &arena.problem.situations {
        let reached = reachable_under(mdp, &finite, [situation]);
        let bad = |state: StateId| finite.choices_of(mdp, state).any(|choice| !optimal.allows(choice));
        if reached.ones().any(bad) {
            tempting.insert(situation);
        }
    }
    Ok(tempting)
}

/// A mixture of the two that is still above the threshold and has mass where `tempted` has.
fn blend_towards(generous: &Distribution, tempted: &Distribution, best: &[Value], threshold: &Value) -> Distribution {
    let mut current = tempted.clone();
    let worth = |at: &Distribution| expectation(at, |state| best[state].clone());
    // Halving the distance to the generous point ends above the threshold, which that point exceeds strictly.
    while &worth(&current) <= threshold {
        current = current.mixed_with(generous);
    }
    current
}

/// The least `R`-value over `T`-optimal policies, on the distributions whose best intended value is the threshold.
fn on_the_face(
    arena: &Arena<'_>,
    set: &DistributionSet,
    reward: RewardName,
    best: &[Value],
    threshold: &Value,
) -> Result<Verdict, Undecided> {
    let worst = arena.optimise(reward, Sense::Min, arena.optimal_choices(RewardName::Intended)?)?;
    let optimum = &arena.best(reward)?.values;
    let finite = |value: &Value| value.finite().cloned().unwrap_or(Rational::ZERO);
    let support = set.support();
    let attained = Condition {
        gain: support.iter().map(|&state| (state, finite(&best[state]))).collect(),
        bound: finite(threshold),
    };
    let loses = Condition {
        gain: support.iter().map(|&state| (state, finite(&optimum[state]) - finite(&worst.values[state]))).collect(),
        bound: Rational::ZERO,
    };
    Ok(match (Face { set, support: None }).find(&[attained], &[loses]) {
        None => Verdict::Holds(None),
        Some(distribution) => Verdict::Fails(Some(Evidence::breaking(
            Some(distribution),
            Some(RandomizedPolicy::from(&worst.policy)),
            &[&Atom::Optimal(reward)],
        ))),
    })
}

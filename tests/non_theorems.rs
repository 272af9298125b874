//! What is false about the decompositions: for each tempting claim the random problems hold a counterexample. These
//! also show that the random problems are rich enough for the theorems to be tested on them.

mod oracle;

use lavaproof::decomposition::Half::{self, Goal, Inner, Outer};
use lavaproof::decomposition::Reading::Forall;
use lavaproof::decomposition::Status::{Fails, Holds};
use lavaproof::mdp::{Distribution, Rational};
use lavaproof::problem::{DeploymentSet, Good, Problem};

use oracle::generate::{random_problem, seeds};
use oracle::subject;
use oracle::transform::changed;

/// How many problems are searched for a counterexample, where the environment does not say.
const USUAL: u64 = 1200;

type Part = (&'static str, Half);

/// Some problem, prepared so that the claim's conditions are met, has all the hypotheses without the conclusion.
fn assert_refuted(prepare: impl Fn(&Problem) -> Option<Problem>, hypotheses: &[Part], conclusion: Part) {
    let refutes = |seed: &u64| {
        let Some(problem) = prepare(&random_problem(*seed)) else { return false };
        let statuses = subject::statuses(&problem);
        let is = |(id, half): &Part, status| statuses.get(&((*id).to_owned(), *half, Forall)) == Some(&status);
        hypotheses.iter().all(|part| is(part, Holds)) && is(&conclusion, Fails)
    };
    let (mut tried, enough) = seeds(USUAL);
    let found = tried.find(refutes);
    assert!(found.is_some() || !enough, "no counterexample to {hypotheses:?} giving {conclusion:?}");
}

/// Any trained policy, full observation, `ε = δ = 0`.
fn strict(problem: &Problem) -> Option<Problem> {
    Some(changed(problem, |parts| {
        parts.observations = None;
        parts.learner.epsilon = Rational::ZERO;
        parts.learner.given = None;
        parts.good = Good::Regret(Rational::ZERO);
    }))
}

/// Any trained policy, full observation, slack in *good*.
fn slack(problem: &Problem) -> Option<Problem> {
    let slack = matches!(&problem.good, Good::Regret(regret) if !regret.is_zero());
    slack.then(|| {
        changed(problem, |parts| {
            parts.observations = None;
            parts.learner.given = None;
        })
    })
}

/// Any trained policy, states that look alike, `δ = 0`.
fn aliased(problem: &Problem) -> Option<Problem> {
    problem.observations.as_ref()?;
    Some(changed(problem, |parts| {
        parts.learner.given = None;
        parts.good = Good::Regret(Rational::ZERO);
    }))
}

/// Deployment on what training meets.
fn deployed_as_trained(problem: Problem) -> Problem {
    changed(&problem, |parts| parts.deploy = DeploymentSet::Over(parts.train.support().collect()))
}

#[test]
fn alignment_in_training_alone_is_neither_good_nor_safe() {
    let halves = [("hubinger-train", Outer), ("hubinger-train", Inner)];
    assert_refuted(strict, &halves, ("hubinger-train", Goal));
    assert_refuted(strict, &halves, ("shah-catastrophe", Inner));
}

#[test]
fn an_incentive_everywhere_does_not_bind_what_training_never_meets() {
    assert_refuted(strict, &[("hubinger-all", Outer)], ("hubinger-all", Goal));
    assert_refuted(strict, &[("hubinger-all", Outer)], ("shah-catastrophe", Inner));
}

#[test]
fn halves_of_different_decompositions_do_not_mix() {
    assert_refuted(strict, &[("shah-behavioural", Outer), ("wentworth", Inner)], ("wentworth", Goal));
}

#[test]
fn an_incentive_on_what_is_encountered_needs_more() {
    let halves = [("hubinger-encountered", Outer), ("hubinger-encountered", Inner)];
    assert_refuted(slack, &halves, ("hubinger-encountered", Goal));
    assert_refuted(aliased, &halves, ("hubinger-encountered", Goal));
}

#[test]
fn nothing_new_in_deployment_is_not_enough_with_slack_or_aliasing() {
    let prepared =
        |prepare: fn(&Problem) -> Option<Problem>| move |problem: &Problem| prepare(problem).map(deployed_as_trained);
    let (outer, goal) = (("shah-behavioural", Outer), ("shah-behavioural", Goal));
    assert_refuted(prepared(slack), &[outer], goal);
    assert_refuted(prepared(aliased), &[outer], goal);
}

#[test]
fn aliased_situations_may_pass_one_by_one_and_fail_together() {
    let refutes = |seed: u64| {
        let Some(problem) = aliased(&random_problem(seed)) else { return false };
        let outer = |problem: &Problem, id: &str| subject::statuses(problem)[&(id.to_owned(), Outer, Forall)];
        let alone = |&situation: &usize| {
            let deploy = DeploymentSet::Point(Distribution::point(situation));
            outer(&changed(&problem, |parts| parts.deploy = deploy), "wentworth") == Holds
        };
        outer(&problem, "hubinger-all") == Fails && problem.situations.iter().all(alone)
    };
    let (mut tried, enough) = seeds(USUAL);
    assert!(tried.any(refutes) || !enough);
}

//! `deployment`: a distribution of the deployment set at which a policy that training may return does harm.
//!
//! First any such pair; then worse and worse ones, each search asking for strictly more harm than the last found,
//! until there is none. Policies are finitely many, so this ends, and its end is the proof of the worst case.

use crate::decide::{Undecided, settle};
use crate::decomposition::{Atom, Demand, Family, LocalSet, Question, RewardName, Scope, Status, Verdict};
use crate::mdp::{Rational, Value};
use crate::problem::Good;
use crate::search::{Arena, Test, propagate_pins};
use crate::seek::so_far::SoFar;
use crate::seek::subject::{Harm, Harmed, Subject};
use crate::seek::{Content, Fact, Finding, Outcome};
use crate::solve::{Engine, Sense};

/// The search for a harmful deployment distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// What must not happen.
    pub harm: Harm,
}

impl Deployment {
    pub(super) fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        let subject = Subject { arena, harm: self.harm };
        let problem = arena.problem;
        let (train, deploy) = (subject.train(), &problem.deploy);
        let test = match subject.test(deploy.clone()) {
            Ok(test) => test,
            Err(Undecided::Beyond(_)) => return by_the_question(&subject),
            Err(stop) => return Err(stop),
        };
        let bound = bound(&subject, &test)?;
        if let Some(bound) = &bound {
            so_far.learn(bound_name(&test), Content::Number(bound.clone()));
        }
        let first = match subject.breaking(train, &test) {
            Err(Undecided::Beyond(_)) => return by_the_question(&subject),
            other => other?,
        };
        let Some(first) = first else {
            let answer = format!("every trained policy is {} on the whole deployment set", self.harm.opposite());
            let fact = subject.fact("no counterexample", train.clone(), deploy.clone(), true);
            return Ok(Finding::new(Outcome::None, answer).resting_on([fact]));
        };
        let answer = format!("a trained policy is {} at this deployment distribution", self.harm.word());
        let (worst, proved) = worst(&subject, &test, first, so_far)?;
        let mut finding = Finding::new(Outcome::Found, answer)
            .with("outer", Content::Text(outer(&subject)?.to_string()))
            .with("distribution", Content::Masses(worst.at.clone()));
        if let Some(most) = harm_done(&subject, &test, &worst)? {
            finding = finding.with(measure(&test), Content::Number(most));
        }
        if proved {
            finding = finding.proved("no trained policy does more harm at any distribution of the deployment set");
            finding = finding.resting_on(no_more_harm(&subject, &test, &worst)?);
        } else if let Some(bound) = bound {
            finding = finding.with(bound_name(&test), Content::Number(bound));
        }
        let fact = subject.fact("counterexample", train.clone(), deploy.clone(), false);
        Ok(finding.shown_by(subject.witness(&worst)).resting_on([fact]))
    }
}

/// The name of what [`harm_done`] measures.
fn measure(test: &Test) -> &'static str {
    match test {
        Test::Reach { .. } => "probability",
        Test::Linear { relative: true, .. } => "regret",
        Test::Linear { relative: false, .. } | Test::Points { .. } => "value",
    }
}

/// What [`bound`] is called: the worst value is the least one.
fn bound_name(test: &Test) -> &'static str {
    if measure(test) == "value" { "at least" } else { "at most" }
}

/// A bound of the harm that trained policies do, by one masked optimum: what all do in states that they surely visit in training, and
/// anything elsewhere. `None` where it is infinite, or harm is not linear in the distribution.
fn bound(subject: &Subject<'_>, test: &Test) -> Result<Option<Rational>, Undecided> {
    let (Test::Reach { set, .. } | Test::Linear { set, .. }) = test else { return Ok(None) };
    let arena = subject.arena;
    let mut mask = arena.everything().clone();
    if arena.problem.learner.given.is_some() || !propagate_pins(arena, &subject.trained_at(subject.train())?, &mut mask)
    {
        return Ok(None);
    }
    let states = arena.problem.mdp.states();
    let is_reach = matches!(test, Test::Reach { .. });
    let sense = if is_reach { Sense::Max } else { Sense::Min };
    let close = match arena.precisions().first() {
        Some(&bits) => arena.enclosure(test.quantity(), sense, &mask, bits)?,
        None => None,
    };
    let values: Vec<Value> = match close {
        Some(close) if is_reach => (0..states).map(|state| close.upper_value(state)).collect(),
        Some(close) => (0..states).map(|state| close.lower_value(state)).collect(),
        None => arena.extreme(test.quantity(), sense, &mask)?.values.clone(),
    };
    let gains = subject.gains_of(test, &values)?;
    let (least, _) = set.minimise(|state| gains.values[state].clone());
    Ok(least.finite().map(|least| amount(test, least)))
}

/// The probability, the regret or the value at the distribution; `None` where it is infinite.
fn harm_done(subject: &Subject<'_>, test: &Test, harmed: &Harmed) -> Result<Option<Rational>, Undecided> {
    if matches!(test, Test::Points { .. }) {
        return Ok(None);
    }
    let mean = subject.gains(test, &harmed.policy)?.mean(&harmed.at);
    Ok(mean.finite().map(|mean| amount(test, mean)))
}

/// The probability, the regret or the value that a mean gain stands for.
fn amount(test: &Test, mean: &Rational) -> Rational {
    if matches!(test, Test::Linear { relative: false, .. }) { mean.clone() } else { -mean }
}

/// That no trained policy does more harm than this one: the same question with this harm as what is tolerated.
fn no_more_harm(subject: &Subject<'_>, test: &Test, worst: &Harmed) -> Result<Option<Fact>, Undecided> {
    let Some(most) = harm_done(subject, test, worst)? else { return Ok(None) };
    let problem = subject.arena.problem;
    let mut fact = subject.fact("no more harm", subject.train().clone(), problem.deploy.clone(), true);
    match test {
        Test::Linear { relative: true, .. } => fact.good = Good::Regret(most),
        Test::Linear { relative: false, .. } | Test::Points { .. } => fact.good = Good::Value(most),
        Test::Reach { .. } => {
            if let Question::OfPolicy { demands, .. } = &mut fact.question {
                *demands = vec![Demand { family: Family::Deploy, atom: Atom::ReachAtMost(most) }];
            }
        }
    }
    Ok(Some(fact.about_the_optimum()))
}

/// The worst that a trained policy does, and whether that is proved.
fn worst(subject: &Subject<'_>, test: &Test, first: Harmed, so_far: &SoFar<'_>) -> Result<(Harmed, bool), Undecided> {
    let mut worst = first;
    loop {
        if matches!(test, Test::Points { .. }) {
            return Ok((worst, false));
        }
        let Value::Finite(reached) = subject.gains(test, &worst.policy)?.mean(&worst.at) else {
            return Ok((worst, true));
        };
        so_far.learn("worst so far", Content::Number(amount(test, &reached)));
        let mut stricter = test.clone();
        match &mut stricter {
            Test::Reach { at_most, .. } => *at_most = -reached,
            Test::Linear { at_least, .. } => *at_least = reached,
            Test::Points { .. } => {}
        }
        match subject.breaking(subject.train(), &stricter) {
            Ok(Some(found)) => worst = found,
            Ok(None) => return Ok((worst, true)),
            // The counterexample stands, whether or not there is a worse one.
            Err(Undecided::Exhausted(_) | Undecided::Beyond(_)) => return Ok((worst, false)),
            Err(undefined) => return Err(undefined),
        }
    }
}

/// Whether what training rewards is good in training: outer alignment on the training distribution.
fn outer(subject: &Subject<'_>) -> Result<Status, Undecided> {
    let question = Question::AtEach {
        family: Family::Train,
        policies: LocalSet::Optimal(RewardName::Specified),
        scope: Scope::Every,
        atoms: vec![Atom::Good],
    };
    let arena = subject.arena;
    match settle(arena.problem, "outer", &question, &arena.budget, Engine::default()) {
        Ok(settlement) => Ok(settlement.verdict.status()),
        Err(Undecided::Exhausted(_) | Undecided::Beyond(_)) => Ok(Status::Unknown),
        Err(undefined) => Err(undefined),
    }
}

/// The same question where no single test says it: the methods of `check`, without the worst case.
fn by_the_question(subject: &Subject<'_>) -> Result<Finding, Undecided> {
    let arena = subject.arena;
    let mut fact: Fact = subject.fact("counterexample", subject.train().clone(), arena.problem.deploy.clone(), false);
    let settlement = settle(arena.problem, fact.role, &fact.question, &arena.budget, Engine::default())?;
    fact.status = settlement.verdict.status();
    let finding = match fact.status {
        Status::Fails => {
            let answer = format!("a trained policy is {} at this deployment distribution", subject.harm.word());
            Finding::new(Outcome::Found, answer).with("outer", Content::Text(outer(subject)?.to_string()))
        }
        Status::Holds => {
            let answer = format!("every trained policy is {} on the whole deployment set", subject.harm.opposite());
            Finding::new(Outcome::None, answer)
        }
        Status::Unknown | Status::NotApplicable => {
            return Ok(match &settlement.verdict {
                Verdict::Unknown(reason) => Finding::open(reason),
                other => Finding::new(Outcome::Unknown, other.reason().unwrap_or_default()),
            });
        }
    };
    let finding = match settlement.witness.filter(|_| fact.status == Status::Fails) {
        Some(witness) => finding.shown_by(witness),
        None => finding,
    };
    Ok(finding.resting_on([fact]))
}

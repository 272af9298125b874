//! Evidence of this program that its own checker rejects: what is said about it, and the exit code.

use crate::cli::exit::{ALL_AS_EXPECTED, Exit, REJECTED};
use crate::decide::Undecided;
use crate::report::{CheckedModel, key};
use crate::seek::Finding;

/// What to do about it.
const REQUEST: &str =
    "this is an error of lavaproof, not of the model, and nothing is claimed; please report it, with the model file";

fn sentence(file: &str, about: &str, reason: &str) -> String {
    format!("error: {file}: {about}: {reason}\n  {REQUEST}")
}

/// A sentence for each verdict of a model whose certificate was rejected: which, and the condition and the place where it broke.
fn of_model(model: &CheckedModel) -> Vec<String> {
    let rejections = model.examined.rejections();
    rejections.map(|answer| sentence(&model.file, &key(answer), answer.reason().unwrap_or_default())).collect()
}

/// A sentence for each fact of a finding whose certificate was rejected.
fn of_finding(file: &str, kind: &str, finding: &Finding) -> Vec<String> {
    let about = |role: &str| format!("search {kind}, {role}");
    finding
        .rejected()
        .map(|fact| sentence(file, &about(fact.role), fact.verdict.reason().unwrap_or_default()))
        .collect()
}

/// Says which certificates of a model were rejected.
pub(super) fn tell_of_model(model: &CheckedModel) -> Exit {
    told(&of_model(model))
}

/// Says which certificates of a search were rejected.
pub(super) fn tell_of_finding(file: &str, kind: &str, finding: &Finding) -> Exit {
    told(&of_finding(file, kind, finding))
}

fn told(sentences: &[String]) -> Exit {
    for sentence in sentences {
        eprintln!("{sentence}");
    }
    if sentences.is_empty() { ALL_AS_EXPECTED } else { REJECTED }
}

/// What to say of an error that ends a command, and the exit code, if it is that evidence was rejected.
pub(super) fn of_error(error: &(dyn std::error::Error + 'static)) -> Option<(String, Exit)> {
    match error.downcast_ref::<Undecided>() {
        Some(Undecided::Rejected(reason)) => Some((format!("error: {reason}\n  {REQUEST}"), REJECTED)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decomposition::{FixedSet, Question, Scope, Status, Verdict};
    use crate::mdp::{Distribution, Rational};
    use crate::problem::{DeploymentSet, Good, PolicyClass};
    use crate::report::fixture;
    use crate::seek::{Fact, Outcome};

    const REASON: &str = "our own evidence was rejected: the lower bound is not inductive (line 17, state 1 `l`)";

    #[test]
    fn a_rejected_verdict_is_told_with_its_place() {
        let mut model = fixture::lava();
        assert_eq!((of_model(&model), tell_of_model(&model)), (Vec::new(), ALL_AS_EXPECTED));
        model.examined.answers[0].verdict = Verdict::Rejected(REASON.into());
        let told = of_model(&model);
        assert_eq!(told, [format!("error: models/lava.toml: wentworth.outer[forall]: {REASON}\n  {REQUEST}")]);
        assert_eq!(tell_of_model(&model), REJECTED);
    }

    #[test]
    fn a_rejected_fact_of_a_search_is_told_with_its_role() {
        let question = Question::OfPolicy { policies: FixedSet::Given, scope: Scope::Every, demands: Vec::new() };
        let fact = Fact {
            role: "no harm within",
            train: Distribution::point(0),
            deploy: DeploymentSet::Over(vec![0]),
            epsilon: Rational::ZERO,
            good: Good::Regret(Rational::ZERO),
            specified: None,
            class: PolicyClass::Stationary,
            question,
            status: Status::Holds,
            of_the_optimum: false,
            verdict: Verdict::Rejected(REASON.into()),
        };
        let finding = Finding::new(Outcome::Found, "1/2").resting_on([fact]);
        let told = of_finding("a.toml", "radius", &finding);
        assert_eq!(told, [format!("error: a.toml: search radius, no harm within: {REASON}\n  {REQUEST}")]);
        assert_eq!(tell_of_finding("a.toml", "radius", &finding), REJECTED);
        assert_eq!(tell_of_finding("a.toml", "radius", &Finding::new(Outcome::None, "none")), ALL_AS_EXPECTED);
    }

    #[test]
    fn an_error_that_ends_a_command_is_told_apart() {
        let error: Box<dyn std::error::Error> = Undecided::Rejected(REASON.into()).into();
        assert_eq!(of_error(error.as_ref()), Some((format!("error: {REASON}\n  {REQUEST}"), REJECTED)));
        let error: Box<dyn std::error::Error> = Undecided::Beyond("too large".into()).into();
        assert_eq!(of_error(error.as_ref()), None);
    }
}

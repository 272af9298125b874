//! Tree → model file: every problem of the file in one run.

mod board;
mod choices;
pub(crate) mod claims;
pub(crate) mod constraint;
mod deployment;
mod distributions;
pub(crate) mod fields;
mod labels;
mod learner;
pub(crate) mod numbers;
mod observations;
pub(crate) mod settings;
mod states;

use std::sync::Arc;

use crate::format::decode::choices::Choices;
use crate::format::decode::deployment::{Scope, deployment};
use crate::format::decode::distributions::{distribution, situation_list};
use crate::format::decode::fields::{Fields, Problems};
use crate::format::decode::labels::Labels;
use crate::format::decode::states::States;
use crate::format::diagnostic::Diagnostic;
use crate::format::model_file::{DefinitionText, Expectation, ModelFile, PartSpans};
use crate::format::tree::{Node, Span};
use crate::mdp::{MdpBuilder, Rational};
use crate::problem::{Criterion, Good, Learner, PolicyClass, Problem, ProblemParts};

/// The value of `format` in every file that this version reads.
pub const FORMAT: &str = "lavaproof-model/1";

/// The top-level keys; `grid` is expanded before decoding.
pub(crate) const KEYS: [&str; 21] = [
    "format",
    "name",
    "source",
    "description",
    "criterion",
    "grid",
    "board",
    "states",
    "absorbing",
    "choices",
    "labels",
    "observations",
    "situations",
    "train",
    "deploy",
    "catastrophe",
    "good",
    "learner",
    "policies",
    "expect",
    "decompositions",
];

/// Checks the `format` key.
pub(crate) fn check_format(root: &Fields<'_>, problems: &mut Problems) {
    let hint = format!("write `\"format\": \"{FORMAT}\"` as the first key");
    let Some(node) = root.require("format", problems, &hint) else { return };
    if let Some(text) = fields::text(node, "`format`", problems)
        && text != FORMAT
    {
        problems.error(&node.span, format!("unknown format `{text}`"), format!("this version reads `{FORMAT}`"));
    }
}

/// Reads a canonical tree.
pub(crate) fn decode(node: &Node, file_name: &str, text: &Arc<str>, problems: &mut Problems) -> Option<ModelFile> {
    let root = Fields::of(node, "the model", &KEYS, problems)?;
    check_format(&root, problems);
    let mut builder = MdpBuilder::default();
    let states = States::decode(&root, &mut builder, problems);
    let choices = Choices::decode(&root, &states, &mut builder, problems);
    let whole = root.get("states").map_or(0..0, |node| node.span.clone());
    let built = choices.build(builder, &states, &whole, problems);

    let alone = Alone::decode(&root, file_name, problems);
    let labels = match root.get("labels") {
        Some(node) => Labels::decode(node, &states, problems),
        None => Some(Labels::default()),
    };
    let situations = root
        .require("situations", problems, "list the states that an episode can start in")
        .and_then(|node| situation_list(node, "`situations`", &states, None, problems));
    let train = root
        .require("train", problems, "give the training distribution, as in {\"state\": \"1\"}")
        .and_then(|node| distribution(node, "`train`", &states, situations.as_deref(), problems));
    let scope = Scope { source: text, states: &states, situations: situations.as_deref(), train: train.as_ref() };
    let deploy = root
        .require("deploy", problems, "give the deployment set, as in {\"point\": {\"state\": \"1\"}}")
        .and_then(|node| deployment(node, scope, problems));
    let catastrophe = match root.get("catastrophe") {
        Some(node) => labels::catastrophe(node, labels.as_ref(), problems).map(Some),
        None => Some(None),
    };
    let seen = match root.get("observations") {
        Some(node) => observations::decode(node, &states, problems).map(Some),
        None => Some(None),
    };
    let model = learner::Model { states: &states, choices: &choices, seen: seen.as_ref().and_then(Option::as_ref) };
    let learner = match root.get("learner") {
        Some(node) => learner::decode(node, model, problems).map(Some),
        None => Some(None),
    };
    let board = match root.get("board") {
        Some(node) => board::decode(node, &states, text, problems).map(Some),
        None => Some(None),
    };
    let built = built?;
    let observations = match seen? {
        Some(seen) => Some(seen.build(&built.mdp, &states, &choices, problems)?),
        None => None,
    };
    let learner = match learner? {
        Some(learner) => Learner { given: learner.policy(&built), epsilon: learner.epsilon },
        None => Learner { epsilon: Rational::ZERO, given: None },
    };
    let [specified, intended] = choices.rewards(&built);
    let features = choices.features(&built);
    let labels = labels.filter(Labels::is_whole)?;
    let spans = part_spans(&root, &labels, &states);
    let parts = ProblemParts {
        name: alone.name?,
        mdp: built.mdp,
        criterion: alone.criterion?,
        specified,
        intended,
        labels: labels.sets,
        situations: situations?,
        train: train?,
        deploy: deploy?,
        observations,
        catastrophe: catastrophe?,
        good: alone.good?,
        learner,
        policies: alone.policies?,
        features,
    };
    let problem = match Problem::new(parts) {
        Ok(problem) => problem,
        Err(defects) => {
            let place = |defect: crate::problem::ProblemDefect| {
                Diagnostic::error(spans.at(defect.part), defect.message).with_hint(defect.hint)
            };
            problems.found.extend(defects.into_iter().map(place));
            return None;
        }
    };
    Some(ModelFile {
        problem,
        source: alone.source,
        description: alone.description,
        expect: alone.expect,
        definitions: alone.definitions,
        board: board?,
        text: Arc::clone(text),
        file_name: file_name.to_owned(),
        spans,
    })
}

/// Reports what is wrong in a file whose states could not be made out.
pub(crate) fn without_states(node: &Node, file_name: &str, problems: &mut Problems) {
    if let Some(root) = Fields::of(node, "the model", &KEYS, problems) {
        check_format(&root, problems);
        Alone::decode(&root, file_name, problems);
    }
}

/// The keys that can be read without the states.
pub(crate) struct Alone {
    name: Option<String>,
    source: Option<String>,
    description: Option<String>,
    criterion: Option<Criterion>,
    good: Option<Good>,
    policies: Option<Option<PolicyClass>>,
    expect: Vec<Expectation>,
    definitions: Vec<DefinitionText>,
}

impl Alone {
    pub(crate) fn decode(root: &Fields<'_>, file_name: &str, problems: &mut Problems) -> Self {
        let name = match root.get("name") {
            Some(node) => fields::text(node, "`name`", problems).map(ToOwned::to_owned),
            None => Some(stem(file_name)),
        };
        let criterion = root
            .require("criterion", problems, "write {\"discounted\": \"9/10\"}, {\"total\": true} or {\"horizon\": n}")
            .and_then(|node| settings::criterion(node, problems));
        let good = match root.get("good") {
            Some(node) => settings::good(node, problems),
            None => Some(Good::Regret(Rational::ZERO)),
        };
        let policies = match root.get("policies") {
            Some(node) => settings::policies(node, problems).map(Some),
            None => Some(None),
        };
        Self {
            name,
            source: note(root, "source", problems),
            description: note(root, "description", problems),
            criterion,
            good,
            policies,
            expect: root.get("expect").map(|node| claims::expectations(node, problems)).unwrap_or_default(),
            definitions: root.get("decompositions").map(|node| claims::definitions(node, problems)).unwrap_or_default(),
        }
    }
}

fn note(root: &Fields<'_>, name: &str, problems: &mut Problems) -> Option<String> {
    let node = root.get(name)?;
    fields::text(node, &format!("`{name}`"), problems).map(ToOwned::to_owned)
}

/// The file's name without folders and extension.
fn stem(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if stem.is_empty() { name.to_owned() } else { stem.to_owned() }
}

fn part_spans(root: &Fields<'_>, labels: &Labels, states: &States) -> PartSpans {
    let default: Span = root.get("format").map_or(0..0, |node| node.span.clone());
    let at = |key: &str| root.get(key).map_or_else(|| default.clone(), |node| node.span.clone());
    PartSpans {
        criterion: at("criterion"),
        situations: at("situations"),
        train: at("train"),
        deploy: at("deploy"),
        catastrophe: at("catastrophe"),
        good: at("good"),
        learner: at("learner"),
        labels: labels.spans.clone(),
        states: states.spans.clone(),
    }
}

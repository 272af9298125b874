//! `choices`: actions, rows, rewards and features.

use std::collections::HashSet;

use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::decode::numbers;
use crate::format::decode::states::{MOST_SUGGESTIONS, States};
use crate::format::suggest;
use crate::format::tree::{Key, Node, Span, Value};
use crate::mdp::{BuiltMdp, MdpBuilder, MdpDefect, Rational, Reward, StateId};
use crate::problem::Feature;

const REWARDS: [&str; 2] = ["specified", "intended"];

/// A choice that was handed to the builder, by the number of that call.
pub(crate) struct Choice {
    pub(crate) state: StateId,
    pub(crate) action: String,
    spans: ChoiceSpans,
    /// Specified, intended; successors' shares included.
    rewards: [Rational; 2],
    features: Vec<(String, Rational)>,
}

struct ChoiceSpans {
    state: Span,
    action: Span,
    to: Span,
    successors: Vec<(String, Span)>,
}

/// All choices of the file.
#[derive(Default)]
pub(crate) struct Choices {
    pub(crate) list: Vec<Choice>,
    /// States with an unreadable choice: that they seem to have too few is not worth a message.
    broken: HashSet<StateId>,
}

impl Choices {
    /// Reads `choices` into the builder.
    pub(crate) fn decode(
        root: &Fields<'_>,
        states: &States,
        builder: &mut MdpBuilder,
        problems: &mut Problems,
    ) -> Self {
        const HOW: &str = "list tables such as {\"state\": \"s\", \"action\": \"go\", \"to\": {\"t\": \"1\"}}";
        let mut choices = Self::default();
        let Some(node) = root.require("choices", problems, HOW) else {
            choices.broken.extend(0..states.names.len());
            return choices;
        };
        let Some(items) = fields::items(node, "`choices`", HOW, problems) else {
            choices.broken.extend(0..states.names.len());
            return choices;
        };
        for item in items {
            choices.choice(item, states, builder, problems);
        }
        choices
    }

    fn choice(&mut self, node: &Node, states: &States, builder: &mut MdpBuilder, problems: &mut Problems) {
        let keys = ["state", "action", "to", "rewards", "features"];
        let Some(fields) = Fields::of(node, "a choice", &keys, problems) else { return };
        let state_node = fields.require("state", problems, "name the state that the choice belongs to");
        let state = state_node.and_then(|node| states.resolve(node, "a choice", problems));
        let blamed = state.or_else(|| match state_node.map(|node| &node.value) {
            Some(Value::Text(name)) if problems.found.len() < MOST_SUGGESTIONS => states.likely(name),
            _ => None,
        });
        let action_node = fields.require("action", problems, "give the action a name");
        let action = action_node.and_then(|node| fields::text(node, "the name of an action", problems));
        let to = fields.require("to", problems, "say where the choice leads, as in {\"t\": \"1\"}");
        let mut rewards = match fields.get("rewards") {
            Some(node) => read_rewards(node, problems),
            None => Some(Default::default()),
        };
        let row = to.and_then(|node| read_row(node, states, &mut rewards, problems));
        let features = match fields.get("features") {
            Some(node) => read_features(node, problems),
            None => Some(Vec::new()),
        };
        match (state_node, state, action_node, action, to, row, rewards, features) {
            (Some(at), Some(state), Some(named), Some(action), Some(to), Some(row), Some(rewards), Some(features)) => {
                let successors = row.iter().map(|entry| (entry.name.clone(), entry.span.clone())).collect();
                builder.choice(state, action, row.into_iter().map(|entry| (entry.state, entry.probability)));
                let spans =
                    ChoiceSpans { state: at.span.clone(), action: named.span.clone(), to: to.span.clone(), successors };
                self.list.push(Choice { state, action: action.to_owned(), spans, rewards, features });
            }
            _ => self.broken.extend(blamed),
        }
    }

    /// Whether a choice of this state could not be read.
    pub(crate) fn is_broken(&self, state: StateId) -> bool {
        self.broken.contains(&state)
    }

    /// Builds the model, or puts each of the builder's defects at its place.
    pub(crate) fn build(
        &self,
        builder: MdpBuilder,
        states: &States,
        whole: &Span,
        problems: &mut Problems,
    ) -> Option<BuiltMdp> {
        let defects = match builder.build() {
            Ok(built) => return Some(built),
            Err(defects) => defects,
        };
        for defect in defects {
            let said = defect.to_string();
            match defect {
                // Reported where the list is read.
                MdpDefect::Empty => {}
                MdpDefect::TooLarge => problems.error(whole, said, "split the model"),
                MdpDefect::DuplicateState { occurrence, .. } => {
                    problems.error(&states.calls[occurrence], said, "remove one of the two, or rename it");
                }
                MdpDefect::NoChoice { state, .. } => {
                    if !self.is_broken(state) && !states.perhaps_absorbing[state] {
                        let hint = "give it a choice, or list it in `absorbing` if episodes end there";
                        problems.error(&states.spans[state], said, hint);
                    }
                }
                MdpDefect::ChoiceOfAbsorbing { choice, .. } => {
                    let hint =
                        "absorbing states loop with reward 0: remove the choice, or take the state out of `absorbing`";
                    problems.error(&self.list[choice].spans.state, said, hint);
                }
                MdpDefect::DuplicateChoice { choice, .. } => {
                    problems.error(&self.list[choice].spans.action, said, "rename one of the two actions");
                }
                MdpDefect::DuplicateSuccessor { choice, .. } => {
                    problems.error(&self.list[choice].spans.to, said, "add the two probabilities up");
                }
                MdpDefect::NegativeProbability { choice, successor, .. } => {
                    let spans = &self.list[choice].spans;
                    let entry = spans.successors.iter().find(|(name, _)| *name == successor);
                    let span = entry.map_or(&spans.to, |(_, span)| span);
                    problems.error(span, said, "probabilities are between 0 and 1");
                }
                MdpDefect::RowSum { choice, sum, .. } => {
                    let missing = Rational::ONE - &sum;
                    let hint = if missing > Rational::ZERO {
                        format!("{missing} is missing: give it to a successor, or write the exact fractions")
                    } else {
                        format!("that is {} too much: write the exact fractions", -missing)
                    };
                    problems.labelled(&self.list[choice].spans.to, said, format!("sums to {sum}"), hint);
                }
            }
        }
        None
    }

    /// The specified and the intended reward, by choice of the built model.
    pub(crate) fn rewards(&self, built: &BuiltMdp) -> [Reward; 2] {
        [0, 1].map(|which| {
            let mut reward = vec![Rational::ZERO; self.list.len()];
            for (choice, &id) in self.list.iter().zip(&built.choice_ids) {
                reward[id] = choice.rewards[which].clone();
            }
            reward
        })
    }

    /// The declared features, in order of first appearance; 0 where a choice does not give one.
    pub(crate) fn features(&self, built: &BuiltMdp) -> Vec<Feature> {
        let mut features: Vec<Feature> = Vec::new();
        let mut index = std::collections::HashMap::new();
        for (choice, &id) in self.list.iter().zip(&built.choice_ids) {
            for (name, value) in &choice.features {
                let position = *index.entry(name.as_str()).or_insert_with(|| {
                    features.push(Feature { name: name.clone(), values: vec![Rational::ZERO; self.list.len()] });
                    features.len() - 1
                });
                features[position].values[id] = value.clone();
            }
        }
        features
    }
}

struct Entry {
    state: StateId,
    name: String,
    span: Span,
    probability: Rational,
}

/// Reads `to`; a successor's rewards, times its probability, are added to `rewards`.
fn read_row(
    node: &Node,
    states: &States,
    rewards: &mut Option<[Rational; 2]>,
    problems: &mut Problems,
) -> Option<Vec<Entry>> {
    let entries = fields::entries(node, "`to`", "write {\"successor\": \"1/2\", …}", problems)?;
    let mut row = Vec::with_capacity(entries.len());
    let mut whole = true;
    for (key, value) in entries {
        let state = states.resolve_name(&key.name, &key.span, "`to`", problems);
        let (span, probability) = match &value.value {
            Value::Table(_) => {
                let fields = Fields::of(value, "a successor", &["p", "rewards"], problems);
                let p = fields.and_then(|fields| fields.require("p", problems, "give its probability"));
                let probability = p.and_then(|p| numbers::rational(p, &probability_of(key), problems));
                if let Some(node) = fields.and_then(|fields| fields.get("rewards")) {
                    let own = read_rewards(node, problems);
                    *rewards = match (rewards.take(), own, &probability) {
                        (Some([r, t]), Some([own_r, own_t]), Some(p)) => Some([r + own_r * p, t + own_t * p]),
                        _ => None,
                    };
                }
                (p.unwrap_or(value).span.clone(), probability)
            }
            _ => (value.span.clone(), numbers::rational(value, &probability_of(key), problems)),
        };
        match (state, probability) {
            (Some(state), Some(probability)) => row.push(Entry { state, name: key.name.clone(), span, probability }),
            _ => whole = false,
        }
    }
    whole.then_some(row)
}

fn probability_of(key: &Key) -> String {
    format!("the probability of `{}`", key.name)
}

fn read_rewards(node: &Node, problems: &mut Problems) -> Option<[Rational; 2]> {
    let fields = Fields::of(node, "`rewards`", &REWARDS, problems)?;
    let mut read = |name: &str| match fields.get(name) {
        Some(node) => numbers::rational(node, &format!("the {name} reward"), problems),
        None => Some(Rational::ZERO),
    };
    let (specified, intended) = (read(REWARDS[0]), read(REWARDS[1]));
    Some([specified?, intended?])
}

fn read_features(node: &Node, problems: &mut Problems) -> Option<Vec<(String, Rational)>> {
    let entries = fields::entries(node, "`features`", "write {\"feature\": 1, …}", problems)?;
    let mut features = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        if key.name.is_empty() {
            problems.error(&key.span, "a feature has an empty name", "give it at least one character");
        }
        if let Some(number) = numbers::rational(value, &format!("the feature `{}`", key.name), problems) {
            features.push((key.name.clone(), number));
        }
    }
    (features.len() == entries.len()).then_some(features)
}

/// The actions of each state, for messages and for reading policies.
pub(crate) fn actions_of<'a>(choices: &'a Choices, states: &States) -> Vec<Vec<(usize, &'a str)>> {
    let mut actions = vec![Vec::new(); states.names.len()];
    for (call, choice) in choices.list.iter().enumerate() {
        actions[choice.state].push((call, choice.action.as_str()));
    }
    actions
}

/// A hint for an action that a state does not have.
pub(crate) fn action_hint(name: &str, offered: &[(usize, &str)], state: &str) -> String {
    let names: Vec<&str> = offered.iter().map(|(_, action)| *action).collect();
    match suggest::closest(name, names.iter().copied()) {
        Some(likely) => format!("did you mean `{likely}`?"),
        None => format!("the actions of `{state}` are {}", suggest::listed(&names, 10)),
    }
}

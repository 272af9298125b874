//! `states` and `absorbing`: the names that everything else refers to.

use std::collections::HashMap;

use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::suggest;
use crate::format::tree::{Node, Span, Value};
use crate::mdp::{MdpBuilder, StateId};

/// After this many findings names get no “did you mean”.
pub(crate) const MOST_SUGGESTIONS: usize = 200;

/// The states of the file.
pub(crate) struct States {
    index: HashMap<String, StateId>,
    /// Names by id.
    pub(crate) names: Vec<String>,
    /// Where each state is listed, by id.
    pub(crate) spans: Vec<Span>,
    /// Where each entry of the list stands, by the number of the call of the builder.
    pub(crate) calls: Vec<Span>,
    pub(crate) absorbing: Vec<bool>,
    /// States that a misspelt entry of `absorbing` probably means.
    pub(crate) perhaps_absorbing: Vec<bool>,
    /// Whether every entry was readable. If not, an unknown name elsewhere may be one of the unreadable
    /// ones, and reporting it would be noise.
    complete: bool,
}

impl States {
    /// Reads the two keys into the builder.
    pub(crate) fn decode(root: &Fields<'_>, builder: &mut MdpBuilder, problems: &mut Problems) -> Self {
        let mut states = Self {
            index: HashMap::new(),
            names: Vec::new(),
            spans: Vec::new(),
            calls: Vec::new(),
            absorbing: Vec::new(),
            perhaps_absorbing: Vec::new(),
            complete: true,
        };
        let listed = root
            .require("states", problems, "list the names of all states, absorbing ones included")
            .and_then(|node| fields::items(node, "`states`", "list the names of all states", problems));
        if let Some([]) = listed {
            let span = root.get("states").map_or(0..0, |node| node.span.clone());
            problems.error(&span, "the model has no states", "list the names of all states");
        }
        states.complete = listed.is_some_and(|items| !items.is_empty());
        for node in listed.unwrap_or_default() {
            let Some(name) = fields::text(node, "the name of a state", problems) else {
                states.complete = false;
                continue;
            };
            let state = builder.state(name);
            states.calls.push(node.span.clone());
            if state == states.names.len() {
                states.index.insert(name.to_owned(), state);
                states.names.push(name.to_owned());
                states.spans.push(node.span.clone());
                states.absorbing.push(false);
                states.perhaps_absorbing.push(false);
            }
        }
        let absorbing =
            root.get("absorbing").and_then(|node| fields::items(node, "`absorbing`", "list names of states", problems));
        for node in absorbing.unwrap_or_default() {
            let Some(state) = states.resolve(node, "`absorbing`", problems) else {
                if let Value::Text(name) = &node.value
                    && let Some(likely) = states.likely(name)
                {
                    states.perhaps_absorbing[likely] = true;
                }
                continue;
            };
            if states.absorbing[state] {
                let message = format!("`absorbing` lists the state `{}` twice", states.names[state]);
                problems.error(&node.span, message, "remove one of the two");
            }
            states.absorbing[state] = true;
            builder.absorbing(state);
        }
        states
    }

    /// The state that a text names.
    pub(crate) fn resolve(&self, node: &Node, what: &str, problems: &mut Problems) -> Option<StateId> {
        let name = fields::text(node, &format!("a state of {what}"), problems)?;
        self.resolve_name(name, &node.span, what, problems)
    }

    /// The state with this name.
    pub(crate) fn resolve_name(&self, name: &str, span: &Span, what: &str, problems: &mut Problems) -> Option<StateId> {
        let found = self.find(name);
        if found.is_none() && self.complete {
            // Looking for the likely name takes time in large models, and nobody reads that many hints.
            let hint = if problems.found.len() < MOST_SUGGESTIONS {
                suggest::hint(name, self.names.iter().map(String::as_str), "states")
            } else {
                "is it misspelt, or missing from `states`?".to_owned()
            };
            problems.error(span, format!("{what} names the unknown state `{name}`"), hint);
        }
        found
    }

    /// The state with this name, silently.
    pub(crate) fn find(&self, name: &str) -> Option<StateId> {
        self.index.get(name).copied()
    }

    /// The state that a misspelt name is most likely to mean.
    pub(crate) fn likely(&self, name: &str) -> Option<StateId> {
        suggest::closest(name, self.names.iter().map(String::as_str)).and_then(|name| self.find(name))
    }

    /// A list of states without repetition. Unknown ones are reported; `None` if the list is not whole.
    pub(crate) fn list(&self, node: &Node, what: &str, problems: &mut Problems) -> Option<Vec<StateId>> {
        let items = fields::items(node, what, "list names of states", problems)?;
        let mut listed = Vec::with_capacity(items.len());
        let mut seen = std::collections::HashSet::new();
        let mut whole = true;
        for item in items {
            let Some(state) = self.resolve(item, what, problems) else {
                whole = false;
                continue;
            };
            if seen.insert(state) {
                listed.push(state);
            } else {
                let message = format!("{what} lists the state `{}` twice", self.names[state]);
                problems.error(&item.span, message, "remove one of the two");
                whole = false;
            }
        }
        whole.then_some(listed)
    }
}

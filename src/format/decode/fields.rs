//! Reading tables: which keys there are, which there must be, and every problem collected.

use crate::format::diagnostic::Diagnostic;
use crate::format::suggest;
use crate::format::tree::{Key, Node, Span, Value};

/// The problems found so far. Decoders report here and answer `None`, so that one run finds them all.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    pub(crate) found: Vec<Diagnostic>,
}

impl Problems {
    pub(crate) fn error(&mut self, span: &Span, message: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Diagnostic::error(span.clone(), message).with_hint(hint));
    }

    pub(crate) fn labelled(
        &mut self,
        span: &Span,
        message: impl Into<String>,
        label: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.found.push(Diagnostic::error(span.clone(), message).with_label(label).with_hint(hint));
    }

    /// A value of the wrong kind.
    pub(crate) fn expected(&mut self, node: &Node, what: &str, hint: impl Into<String>) {
        self.error(&node.span, format!("expected {what}, found {}", node.describe()), hint);
    }
}

/// A table with fixed keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a> {
    entries: &'a [(Key, Node)],
    span: &'a Span,
    what: &'a str,
}

impl<'a> Fields<'a> {
    /// Reads a table and reports every key that is not `known`. `what` names it in messages.
    pub(crate) fn of(node: &'a Node, what: &'a str, known: &[&str], problems: &mut Problems) -> Option<Self> {
        let Value::Table(entries) = &node.value else {
            let hint = format!("{what} has the keys {}", suggest::listed(known, 30));
            problems.expected(node, &format!("a table for {what}"), hint);
            return None;
        };
        for (key, _) in entries {
            if !known.contains(&key.name.as_str()) {
                let hint = match suggest::closest(&key.name, known.iter().copied()) {
                    Some(likely) => format!("did you mean `{likely}`?"),
                    None => format!("{what} has the keys {}", suggest::listed(known, 30)),
                };
                problems.error(&key.span, format!("unknown key `{}` in {what}", key.name), hint);
            }
        }
        Some(Self { entries, span: &node.span, what })
    }

    /// Where the table stands.
    pub(crate) fn span(&self) -> Span {
        self.span.clone()
    }

    /// The value of a key, if it is there.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Node> {
        self.entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// The value of a key that must be there.
    pub(crate) fn require(&self, name: &str, problems: &mut Problems, hint: &str) -> Option<&'a Node> {
        let found = self.get(name);
        if found.is_none() {
            // A table may be long: its first character shows where it is.
            let span = self.span.start..(self.span.start + 1).min(self.span.end);
            problems.error(&span, format!("{} has no `{name}`", self.what), hint);
        }
        found
    }

    /// The only key of the table, which must be one of `known` (other keys have been reported).
    pub(crate) fn only(&self, known: &[&str], problems: &mut Problems) -> Option<(&'a Key, &'a Node)> {
        let choices = suggest::listed(known, 10);
        match self.entries {
            [(key, node)] => known.contains(&key.name.as_str()).then_some((key, node)),
            [] => {
                problems.error(self.span, format!("{} is empty", self.what), format!("give one of {choices}"));
                None
            }
            [_, (second, _), ..] => {
                if self.entries.iter().all(|(key, _)| known.contains(&key.name.as_str())) {
                    let message = format!("{} has {} keys, not one", self.what, self.entries.len());
                    problems.error(&second.span, message, format!("keep one of {choices}"));
                }
                None
            }
        }
    }
}

/// The entries of a table with keys of the user's choice.
pub(crate) fn entries<'a>(
    node: &'a Node,
    what: &str,
    hint: &str,
    problems: &mut Problems,
) -> Option<&'a [(Key, Node)]> {
    if let Value::Table(entries) = &node.value {
        return Some(entries);
    }
    problems.expected(node, &format!("a table for {what}"), hint);
    None
}

/// The items of a list.
pub(crate) fn items<'a>(node: &'a Node, what: &str, hint: &str, problems: &mut Problems) -> Option<&'a [Node]> {
    if let Value::List(items) = &node.value {
        return Some(items);
    }
    problems.expected(node, &format!("a list for {what}"), hint);
    None
}

/// A text that is not empty.
pub(crate) fn text<'a>(node: &'a Node, what: &str, problems: &mut Problems) -> Option<&'a str> {
    match &node.value {
        Value::Text(text) if text.is_empty() => {
            problems.error(&node.span, format!("{what} is empty"), "give it at least one character");
            None
        }
        Value::Text(text) => Some(text),
        _ => {
            problems.expected(node, &format!("a text for {what}"), "write it in double quotes");
            None
        }
    }
}

/// True or false.
pub(crate) fn flag(node: &Node, what: &str, problems: &mut Problems) -> Option<bool> {
    if let Value::Bool(value) = node.value {
        return Some(value);
    }
    problems.expected(node, &format!("true or false for {what}"), "write true or false");
    None
}

//! TOML → tree.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use crate::format::diagnostic::Diagnostic;
use crate::format::json::too_deep;
use crate::format::tree::{DEEPEST, Key, Node, Span, Value};

/// Reads TOML text.
pub(crate) fn read(text: &str) -> Result<(Node, Vec<Diagnostic>), Vec<Diagnostic>> {
    if let Some(at) = deep_key(text) {
        return Err(vec![too_deep(&(at..at + 1))]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(syntax_errors(text, &errors));
    }
    let mut convert = Convert { diagnostics: Vec::new() };
    let entries = convert.entries(table.get_ref(), 0);
    if convert.diagnostics.is_empty() {
        Ok((Node { span: 0..0, value: Value::Table(entries) }, Vec::new()))
    } else {
        Err(convert.diagnostics)
    }
}

/// One error for each line: the parser's recovery may find the same fault again.
fn syntax_errors(text: &str, errors: &[::toml::de::Error]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut lines = std::collections::HashSet::new();
    for error in errors {
        let message = format!("not TOML: {}", error.message());
        let Some(span) = error.span() else {
            diagnostics.push(Diagnostic::about_file(message));
            continue;
        };
        let span = span.start.min(text.len())..span.end.min(text.len());
        let line = text.as_bytes()[..span.start].iter().filter(|byte| **byte == b'\n').count();
        if lines.insert(line) {
            let diagnostic = Diagnostic::error(span, message);
            diagnostics.push(match error.message() {
                "duplicate key" => diagnostic.with_hint("remove one of the two"),
                said if said.contains("recursion") => diagnostic.with_hint("a model needs about eight levels"),
                _ => diagnostic,
            });
        }
    }
    diagnostics
}

struct Convert {
    diagnostics: Vec<Diagnostic>,
}

impl Convert {
    fn entries(&mut self, table: &DeTable<'_>, depth: usize) -> Vec<(Key, Node)> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            if let Some(node) = self.node(value, depth + 1) {
                entries.push((Key { name: key.get_ref().clone().into_owned(), span: key.span() }, node));
            }
        }
        entries
    }

    fn node(&mut self, spanned: &Spanned<DeValue<'_>>, depth: usize) -> Option<Node> {
        let span: Span = spanned.span();
        if depth > DEEPEST {
            self.diagnostics.push(too_deep(&span));
            return None;
        }
        let value = match spanned.get_ref() {
            DeValue::String(text) => Value::Text(text.clone().into_owned()),
            DeValue::Boolean(value) => Value::Bool(*value),
            DeValue::Float(float) => Value::Number(float.as_str().to_owned()),
            DeValue::Integer(integer) if integer.radix() == 10 => Value::Number(integer.as_str().to_owned()),
            DeValue::Integer(integer) => {
                self.diagnostics.push(
                    Diagnostic::error(span, format!("the number {integer} is not decimal"))
                        .with_hint("write it with decimal digits"),
                );
                return None;
            }
            DeValue::Datetime(datetime) => {
                self.diagnostics.push(
                    Diagnostic::error(span, format!("a model has no dates: {datetime}"))
                        .with_hint("put it in double quotes if it is a name or a text"),
                );
                return None;
            }
            DeValue::Array(array) => {
                Value::List(array.iter().filter_map(|element| self.node(element, depth + 1)).collect())
            }
            DeValue::Table(table) => Value::Table(self.entries(table, depth)),
        };
        Some(Node { span, value })
    }
}

/// Where a dotted key or header has more than [`DEEPEST`] dots. The parser bounds the nesting of arrays
/// and inline tables but not this one, and a tree of a million levels could not even be dropped.
fn deep_key(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut dots = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'#' => {
                while bytes.get(at).is_some_and(|byte| *byte != b'\n') {
                    at += 1;
                }
                continue;
            }
            b'"' | b'\'' => {
                at = after_string(bytes, at);
                continue;
            }
            b'.' => dots += 1,
            b'=' | b',' | b'[' | b'{' | b'\n' => dots = 0,
            _ => {}
        }
        if dots > DEEPEST {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The byte after the string that opens at `at`; strings of one line end with their line.
fn after_string(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let triple = bytes.get(at..at + 3).is_some_and(|three| three.iter().all(|byte| *byte == quote));
    let mut next = if triple { at + 3 } else { at + 1 };
    while let Some(&byte) = bytes.get(next) {
        if byte == b'\\' && quote == b'"' {
            next += 2;
            continue;
        }
        if byte == quote
            && (!triple || bytes.get(next..next + 3).is_some_and(|three| three.iter().all(|b| *b == quote)))
        {
            return if triple { next + 3 } else { next + 1 };
        }
        if byte == b'\n' && !triple {
            return next;
        }
        next += 1;
    }
    bytes.len()
}

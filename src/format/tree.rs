//! The spanned tree that every reader produces and every decoder reads.

use std::ops::Range;

/// Where something stands in the text of the file, in bytes.
pub(crate) type Span = Range<usize>;

/// Values nested deeper than this are refused: a model needs about eight levels, and every walk over a
/// tree may then be recursive.
pub(crate) const DEEPEST: usize = 64;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// A key of a table and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// What a file can say. Numbers keep their text, so that a decimal is read as exactly that decimal.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Table(Vec<(Key, Node)>),
}

impl Node {
    pub(crate) fn text(span: &Span, text: impl Into<String>) -> Self {
        Self { span: span.clone(), value: Value::Text(text.into()) }
    }

    pub(crate) fn list(span: &Span, items: Vec<Self>) -> Self {
        Self { span: span.clone(), value: Value::List(items) }
    }

    pub(crate) fn table(span: &Span, entries: Vec<(Key, Self)>) -> Self {
        Self { span: span.clone(), value: Value::Table(entries) }
    }

    /// What the value is, for messages.
    pub(crate) fn describe(&self) -> String {
        match &self.value {
            Value::Null => "null".into(),
            Value::Bool(value) => value.to_string(),
            Value::Number(raw) => format!("the number {raw}"),
            Value::Text(text) if text.chars().count() <= 30 && !text.contains('\n') => format!("the text {text:?}"),
            Value::Text(_) => "a text".into(),
            Value::List(_) => "a list".into(),
            Value::Table(_) => "a table".into(),
        }
    }

    /// The part of the file that the bytes `text` of this decoded text came from, or the whole value
    /// where escapes hide it.
    pub(crate) fn inside(&self, source: &str, text: Range<usize>) -> Span {
        self.positions(source)
            .and_then(|positions| Some(*positions.get(text.start)?..*positions.get(text.end)?))
            .filter(|span| !span.is_empty())
            .unwrap_or_else(|| self.span.clone())
    }

    /// For each byte of the decoded text, and its end, where it stands in the file. `None` for other
    /// values and where the literal and its text cannot be matched.
    pub(crate) fn positions(&self, source: &str) -> Option<Vec<usize>> {
        let Value::Text(decoded) = &self.value else { return None };
        let raw = source.get(self.span.clone())?;
        let mut at = opening(raw);
        let mut positions = vec![0; decoded.len() + 1];
        for (offset, character) in decoded.char_indices() {
            positions[offset..offset + character.len_utf8()].fill(self.span.start + at);
            at += length_of(raw, at, character)?;
        }
        positions[decoded.len()] = self.span.start + at;
        (self.span.start + at <= self.span.end).then_some(positions)
    }
}

impl Key {
    pub(crate) fn new(name: impl Into<String>, span: &Span) -> Self {
        Self { name: name.into(), span: span.clone() }
    }
}

/// How many bytes of a raw literal stand for the next character of its text.
fn length_of(raw: &str, at: usize, character: char) -> Option<usize> {
    let rest = raw.get(at..)?;
    let next = rest.chars().next()?;
    // TOML's literal strings have no escapes: there a backslash is itself.
    if next != '\\' || raw.starts_with('\'') {
        let crlf = next == '\r' && character == '\n' && rest.starts_with("\r\n");
        return if crlf { Some(2) } else { (next == character).then(|| next.len_utf8()) };
    }
    match rest.as_bytes().get(1)? {
        // Beyond the basic plane JSON needs two escapes.
        b'u' if u32::from(character) > 0xffff => Some(12),
        b'u' => Some(6),
        b'U' => Some(10),
        b'x' => Some(4),
        b'\n' | b'\r' | b' ' | b'\t' => None,
        _ => Some(2),
    }
}

/// The length of what opens a string; TOML drops a newline right after a triple quote.
fn opening(raw: &str) -> usize {
    if !raw.starts_with("\"\"\"") && !raw.starts_with("'''") {
        return 1;
    }
    match raw.as_bytes().get(3..5) {
        Some(b"\r\n") => 5,
        Some([b'\n', _]) => 4,
        _ => 3,
    }
}

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

    /// The part of the file that the characters `start..end` (in bytes of the decoded text) of this text
    /// came from, or the whole value where escapes hide it.
    pub(crate) fn inside(&self, source: &str, text: Range<usize>) -> Span {
        match &self.value {
            Value::Text(decoded) => {
                locate(source, &self.span, decoded, &text).filter(|span| !span.is_empty()).unwrap_or(self.span.clone())
            }
            _ => self.span.clone(),
        }
    }
}

impl Key {
    pub(crate) fn new(name: impl Into<String>, span: &Span) -> Self {
        Self { name: name.into(), span: span.clone() }
    }
}

/// Walks the raw literal and the decoded text together. `None` where they cannot be matched.
fn locate(source: &str, span: &Span, decoded: &str, wanted: &Range<usize>) -> Option<Span> {
    let raw = source.get(span.clone())?;
    let mut at = opening(raw);
    let mut start = None;
    for (offset, character) in decoded.char_indices() {
        if offset == wanted.start {
            start = Some(at);
        }
        if offset == wanted.end {
            return Some(span.start + start?..span.start + at);
        }
        let rest = raw.get(at..)?;
        let next = rest.chars().next()?;
        at += if next == character {
            // TOML's literal strings have no escapes: there a backslash is itself.
            let escaped = next == '\\' && !raw.starts_with('\'');
            if escaped { 2 } else { next.len_utf8() }
        } else if next == '\r' && character == '\n' && rest.starts_with("\r\n") {
            2
        } else if next == '\\' {
            match rest.as_bytes().get(1)? {
                b'u' => 6,
                b'U' => 10,
                b'x' => 4,
                b'\n' | b'\r' => return None,
                _ => 2,
            }
        } else {
            return None;
        };
    }
    let start = start.or_else(|| (wanted.start == decoded.len()).then_some(at))?;
    (wanted.end == decoded.len() && raw.is_char_boundary(at)).then_some(span.start + start..span.start + at)
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

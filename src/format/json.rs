//! JSON (RFC 8259, strictly) → tree.

use std::collections::HashMap;

use jsonc_parser::ast::Value as Ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::format::diagnostic::Diagnostic;
use crate::format::plain;
use crate::format::tree::{DEEPEST, Key, Node, Span, Value};

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads JSON text. Beside a tree there may be findings that leave the rest of the file readable.
pub(crate) fn read(text: &str) -> Result<(Node, Vec<Diagnostic>), Vec<Diagnostic>> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        let range = error.range();
        vec![syntax_error(text, range.start..range.end, error.kind())]
    })?;
    let Some(ast) = parsed.value else {
        return Err(vec![
            Diagnostic::about_file("the file is empty").with_hint("see docs/format.md for a first model"),
        ]);
    };
    let mut convert = Convert { text, diagnostics: Vec::new(), lost: false };
    let node = convert.node(&ast, 0);
    match node {
        Some(node) if !convert.lost => Ok((node, convert.diagnostics)),
        _ => Err(convert.diagnostics),
    }
}

fn syntax_error(text: &str, span: Span, kind: &ParseErrorKind) -> Diagnostic {
    if matches!(kind, ParseErrorKind::NestingDepthExceeded) {
        return too_deep(&span);
    }
    let said = kind.to_string();
    let mut letters = said.chars();
    let message = match letters.next() {
        Some(first) => format!("not JSON: {}{}", first.to_lowercase(), letters.as_str()),
        None => "not JSON".into(),
    };
    let slash = text[..span.end].ends_with('/');
    let error = Diagnostic::error(span, message);
    match kind {
        ParseErrorKind::UnexpectedToken if slash => error.with_hint("fractions stand in double quotes, as in \"3/7\""),
        ParseErrorKind::CommentsNotAllowed | ParseErrorKind::UnterminatedCommentBlock => {
            error.with_hint("JSON has no comments: use the keys `description` and `source`, or write the model in TOML")
        }
        ParseErrorKind::TrailingCommasNotAllowed => error.with_hint("remove the comma"),
        ParseErrorKind::ExpectedComma => error.with_hint("put a comma between the two"),
        ParseErrorKind::UnexpectedWord | ParseErrorKind::ExpectedStringObjectProperty => {
            error.with_hint("names and fractions stand in double quotes, as in \"3/7\"")
        }
        ParseErrorKind::SingleQuotedStringsNotAllowed => error.with_hint("use double quotes"),
        ParseErrorKind::UnterminatedArray => error.with_hint("a `]` is missing"),
        ParseErrorKind::UnterminatedObject => error.with_hint("a `}` is missing"),
        _ => error,
    }
}

pub(crate) fn too_deep(span: &Span) -> Diagnostic {
    Diagnostic::error(span.clone(), format!("values are nested more than {DEEPEST} levels deep"))
        .with_hint("a model needs about eight levels")
}

struct Convert<'a> {
    text: &'a str,
    diagnostics: Vec<Diagnostic>,
    /// Whether a value was left out, so that what reads the tree would complain about what is there.
    lost: bool,
}

impl Convert<'_> {
    fn node(&mut self, ast: &Ast<'_>, depth: usize) -> Option<Node> {
        let range = ast.range();
        let span = range.start..range.end;
        if depth > DEEPEST {
            self.diagnostics.push(too_deep(&(span.start..span.start + 1)));
            self.lost = true;
            return None;
        }
        let value = match ast {
            Ast::NullKeyword(_) => Value::Null,
            Ast::BooleanLit(literal) => Value::Bool(literal.value),
            Ast::NumberLit(literal) => Value::Number(literal.value.to_owned()),
            Ast::StringLit(literal) => {
                self.control_characters(&span);
                Value::Text(literal.value.clone().into_owned())
            }
            Ast::Array(array) => {
                Value::List(array.elements.iter().filter_map(|element| self.node(element, depth + 1)).collect())
            }
            Ast::Object(object) => {
                let mut entries: Vec<(Key, Node)> = Vec::with_capacity(object.properties.len());
                let mut seen: HashMap<String, Span> = HashMap::new();
                for property in &object.properties {
                    let range = match &property.name {
                        jsonc_parser::ast::ObjectPropName::String(literal) => literal.range,
                        jsonc_parser::ast::ObjectPropName::Word(literal) => literal.range,
                    };
                    let span = range.start..range.end;
                    self.control_characters(&span);
                    let name = property.name.as_str().to_owned();
                    if let Some(first) = seen.get(&name) {
                        let (line, column) = plain::position(self.text, first.start);
                        self.diagnostics.push(
                            Diagnostic::error(span, format!("the key `{name}` is given twice"))
                                .with_hint(format!("the first one is on line {line}, column {column}: remove one")),
                        );
                        continue;
                    }
                    seen.insert(name.clone(), span.clone());
                    if let Some(node) = self.node(&property.value, depth + 1) {
                        entries.push((Key { name, span }, node));
                    }
                }
                Value::Table(entries)
            }
        };
        Some(Node { span, value })
    }

    /// The parser lets raw line breaks and tabs in strings pass; JSON does not.
    fn control_characters(&mut self, span: &Span) {
        let raw = &self.text.as_bytes()[span.clone()];
        if let Some(offset) = raw.iter().position(|byte| *byte < 0x20) {
            let at = span.start + offset;
            self.diagnostics.push(
                Diagnostic::error(at..at + 1, "not JSON: a raw control character in a string")
                    .with_hint("write line breaks as \\n and tabs as \\t"),
            );
        }
    }
}

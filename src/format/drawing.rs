//! Maps drawn as text: their rows, their characters, and where these stand in the file.

use std::collections::HashMap;

use crate::format::decode::fields::{self, Problems};
use crate::format::tree::{Node, Span, Value};

/// One character of a drawing and where it stands in the file.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub(crate) character: char,
    pub(crate) span: Span,
}

/// A drawing: rows of characters.
#[derive(Debug)]
pub(crate) struct Drawing {
    pub(crate) rows: Vec<Vec<Drawn>>,
    pub(crate) spans: Vec<Span>,
}

/// One cell of a map.
#[derive(Debug, Clone)]
pub(crate) struct Tile {
    pub(crate) terrain: usize,
    pub(crate) span: Span,
}

/// Reads the rows of a text, or of a list of texts with one row each.
pub(crate) fn drawing(node: &Node, what: &str, source: &str, problems: &mut Problems) -> Option<Drawing> {
    let mut drawing = Drawing { rows: Vec::new(), spans: Vec::new() };
    match &node.value {
        Value::Text(text) => drawing.add(text.strip_suffix('\n').unwrap_or(text), node, source),
        Value::List(items) => {
            for item in items {
                let row = fields::text(item, &format!("a row of {what}"), problems)?;
                drawing.add(row, item, source);
            }
        }
        _ => {
            problems.expected(
                node,
                &format!("a text for {what}"),
                "draw it between triple quotes, or as a list of rows",
            );
            return None;
        }
    }
    if drawing.rows.iter().all(Vec::is_empty) {
        problems.error(&node.span, format!("{what} is empty"), "draw at least one cell");
        return None;
    }
    Some(drawing)
}

impl Drawing {
    fn add(&mut self, text: &str, node: &Node, source: &str) {
        let positions = node.positions(source);
        let span = |start: usize, end: usize| match &positions {
            Some(positions) => positions[start]..positions[end],
            None => node.span.clone(),
        };
        let mut at = 0;
        for line in text.split('\n') {
            let row = line.strip_suffix('\r').unwrap_or(line);
            let drawn = row.char_indices().map(|(offset, character)| Drawn {
                character,
                span: span(at + offset, at + offset + character.len_utf8()),
            });
            self.rows.push(drawn.collect());
            self.spans.push(span(at, at + row.len()));
            at += line.len() + 1;
        }
    }
}

/// Looks up every character among the glyphs of a legend, each with the name of its terrain.
pub(crate) fn tiles(
    drawing: &Drawing,
    what: &str,
    glyphs: &[(char, &str)],
    problems: &mut Problems,
) -> Option<Vec<Vec<Tile>>> {
    let width = drawing.rows.first().map_or(0, Vec::len);
    let mut whole = true;
    for (number, (row, span)) in drawing.rows.iter().zip(&drawing.spans).enumerate() {
        if row.len() != width {
            let message = format!("row {number} of {what} is {} wide, row 0 is {width} wide", row.len());
            problems.error(span, message, "make all rows of a map equally wide; rows are counted from 0");
            whole = false;
        }
    }
    // Each unknown character once: a forgotten terrain may fill half the map.
    let mut unknown: Vec<(&Drawn, usize)> = Vec::new();
    let mut index: HashMap<char, usize> = HashMap::new();
    let mut rows = Vec::with_capacity(drawing.rows.len());
    for row in &drawing.rows {
        let mut tiles = Vec::with_capacity(row.len());
        for drawn in row {
            match glyphs.iter().position(|(glyph, _)| *glyph == drawn.character) {
                Some(terrain) => tiles.push(Tile { terrain, span: drawn.span.clone() }),
                None => {
                    let position = *index.entry(drawn.character).or_insert_with(|| {
                        unknown.push((drawn, 0));
                        unknown.len() - 1
                    });
                    unknown[position].1 += 1;
                }
            }
        }
        rows.push(tiles);
    }
    for (drawn, count) in &unknown {
        let glyph = drawn.character;
        let times = if *count == 1 { String::new() } else { format!(" ({count} times)") };
        let message = format!("{what} has a `{glyph}`, which no terrain is drawn with{times}");
        problems.error(&drawn.span, message, hint(glyph, glyphs));
    }
    (whole && unknown.is_empty()).then_some(rows)
}

/// What a character that no terrain is drawn with may mean.
fn hint(glyph: char, glyphs: &[(char, &str)]) -> String {
    let same = |(known, _): &&(char, &str)| known.to_lowercase().eq(glyph.to_lowercase());
    if let Some((known, name)) = glyphs.iter().find(same) {
        return format!("did you mean `{known}` ({name})?");
    }
    let known: Vec<String> = glyphs.iter().map(|(glyph, name)| format!("`{glyph}` {name}")).collect();
    format!("the legend has {}", known.join(", "))
}

/// The character of a terrain.
pub(crate) fn glyph(node: &Node, problems: &mut Problems) -> Option<char> {
    let text = fields::text(node, "`glyph`", problems)?;
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(glyph), None) if !glyph.is_whitespace() && !glyph.is_control() => Some(glyph),
        (Some(_), None) => {
            problems.error(&node.span, "a glyph is white space, which cannot be seen", "choose a character like `.`");
            None
        }
        _ => {
            problems.error(&node.span, format!("the glyph `{text}` is not one character"), "choose one character");
            None
        }
    }
}

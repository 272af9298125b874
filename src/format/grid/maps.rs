//! The levels and their maps.

use std::collections::HashMap;

use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::grid::legend::Legend;
use crate::format::suggest;
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

/// A level.
#[derive(Debug)]
pub(crate) struct Map {
    pub(crate) name: String,
    pub(crate) trains: bool,
    pub(crate) deploys: bool,
    /// Rows of the same width.
    pub(crate) rows: Vec<Vec<Tile>>,
    /// The situations, row by row.
    pub(crate) starts: Vec<(usize, usize)>,
    /// Where its map stands.
    pub(crate) span: Span,
}

impl Map {
    pub(crate) fn tile(&self, (row, column): (usize, usize)) -> Option<&Tile> {
        self.rows.get(row)?.get(column)
    }

    /// The name of the state of a cell.
    pub(crate) fn state(&self, (row, column): (usize, usize)) -> String {
        format!("{}_r{row}c{column}", self.name)
    }
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

/// Reads `grid.level`.
pub(crate) fn decode(node: &Node, legend: Option<&Legend>, source: &str, problems: &mut Problems) -> Option<Vec<Map>> {
    let items = fields::items(node, "`grid.level`", "write [[grid.level]] before each level", problems)?;
    if items.is_empty() {
        problems.error(&node.span, "there are no levels", "draw at least one map");
    }
    let mut maps: Vec<Map> = Vec::with_capacity(items.len());
    let mut names: Vec<&str> = Vec::new();
    for item in items {
        let Some(fields) = Fields::of(item, "a level", &["name", "role", "starts", "map"], problems) else { continue };
        let node = fields.require("name", problems, "its states are named after it");
        let name = node.and_then(|node| fields::text(node, "the name of a level", problems));
        if let (Some(node), Some(name)) = (node, name) {
            if names.contains(&name) {
                problems.error(&node.span, format!("two levels have the name `{name}`"), "rename one of the two");
            }
            names.push(name);
        }
        let role = word(fields.get("role"), "role", &["both", "train", "deploy"], problems);
        let starts = word(fields.get("starts"), "starts", &["marked", "all"], problems);
        let map = fields.require("map", problems, "draw it between triple quotes, or as a list of rows");
        let what = format!("the map of `{}`", name.unwrap_or("the level"));
        let drawing = map.and_then(|node| drawing(node, &what, source, problems));
        let (Some(legend), Some(drawing), Some(map)) = (legend, drawing, map) else { continue };
        let (Some(rows), Some(role), Some(starts)) = (tiles(&drawing, &what, legend, problems), role, starts) else {
            continue;
        };
        let starts = find_starts(&rows, starts == "all", legend);
        if starts.is_empty() {
            let hint = match legend.terrains.iter().find(|terrain| terrain.start) {
                Some(terrain) => format!("draw a `{}` ({}), or write starts = \"all\"", terrain.glyph, terrain.name),
                None => "give a terrain `start = true`, or write starts = \"all\"".to_owned(),
            };
            problems.error(&map.span, format!("{what} has no start"), hint);
            continue;
        }
        let Some(name) = name else { continue };
        maps.push(Map {
            name: name.to_owned(),
            trains: role != "deploy",
            deploys: role != "train",
            rows,
            starts,
            span: map.span.clone(),
        });
    }
    (!items.is_empty() && maps.len() == items.len()).then_some(maps)
}

/// One of a few words; the first is the default.
fn word<'a>(node: Option<&Node>, key: &str, words: &[&'a str], problems: &mut Problems) -> Option<&'a str> {
    let Some(node) = node else { return words.first().copied() };
    let text = fields::text(node, &format!("`{key}`"), problems)?;
    let found = words.iter().find(|word| **word == text).copied();
    if found.is_none() {
        let hint = match suggest::closest(text, words.iter().copied()) {
            Some(likely) => format!("did you mean `{likely}`?"),
            None => format!("write one of {}", suggest::listed(words, 5)),
        };
        problems.error(&node.span, format!("`{key}` cannot be `{text}`"), hint);
    }
    found
}

fn tiles(drawing: &Drawing, what: &str, legend: &Legend, problems: &mut Problems) -> Option<Vec<Vec<Tile>>> {
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
            match legend.drawn_as(drawn.character) {
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
        problems.error(&drawn.span, message, legend.hint(glyph));
    }
    (whole && unknown.is_empty()).then_some(rows)
}

fn find_starts(rows: &[Vec<Tile>], all: bool, legend: &Legend) -> Vec<(usize, usize)> {
    let mut starts = Vec::new();
    for (row, tiles) in rows.iter().enumerate() {
        for (column, tile) in tiles.iter().enumerate() {
            let terrain = &legend.terrains[tile.terrain];
            if if all { !terrain.wall && !terrain.terminal } else { terrain.start } {
                starts.push((row, column));
            }
        }
    }
    starts
}

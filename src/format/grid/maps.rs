//! The levels and their maps.

use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::drawing::{Tile, drawing, tiles};
use crate::format::grid::legend::Legend;
use crate::format::suggest;
use crate::format::tree::{Node, Span};

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
        let (Some(rows), Some(role), Some(starts)) = (tiles(&drawing, &what, &legend.glyphs(), problems), role, starts)
        else {
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

//! `board`: maps that an explicit model is drawn on, and where its states lie on them.

use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::decode::states::States;
use crate::format::drawing::{Tile, drawing, glyph, tiles};
use crate::format::tree::Node;
use crate::problem::{Board, Cell, Level};

/// A terrain of the legend.
struct Terrain<'a> {
    name: &'a str,
    glyph: char,
    wall: bool,
}

/// Reads `{"terrain": {name: {"glyph": …}}, "level": [{"name": …, "map": …, "states": […]}]}`.
pub(crate) fn decode(node: &Node, states: &States, source: &str, problems: &mut Problems) -> Option<Board> {
    let fields = Fields::of(node, "`board`", &["terrain", "level"], problems)?;
    let legend = fields
        .require("terrain", problems, "name the terrains, as in [board.terrain.wall] with glyph = \"#\"")
        .and_then(|node| legend(node, problems));
    let levels = fields
        .require("level", problems, "draw a map, as in [[board.level]] with name, map and states")
        .and_then(|node| fields::items(node, "`board.level`", "write [[board.level]] before each level", problems));
    let (legend, items) = (legend?, levels?);
    if items.is_empty() {
        problems.error(&node.span, "the board has no levels", "draw at least one map");
    }
    let mut placed = vec![false; states.names.len()];
    let levels: Vec<Option<Level>> =
        items.iter().map(|item| level(item, &legend, states, &mut placed, source, problems)).collect();
    let levels = levels.into_iter().collect::<Option<Vec<Level>>>()?;
    (!levels.is_empty()).then_some(Board { levels })
}

fn legend<'a>(node: &'a Node, problems: &mut Problems) -> Option<Vec<Terrain<'a>>> {
    let hint = "write [board.terrain.NAME] with glyph = \"…\"";
    let entries = fields::entries(node, "`board.terrain`", hint, problems)?;
    let mut legend: Vec<Terrain<'a>> = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let what = format!("the terrain `{}`", key.name);
        let Some(fields) = Fields::of(value, &what, &["glyph", "wall"], problems) else { continue };
        let drawn = fields.require("glyph", problems, "give the character that it is drawn with");
        let wall = match fields.get("wall") {
            Some(node) => fields::flag(node, "`wall`", problems),
            None => Some(false),
        };
        let (Some(drawn), Some(wall)) = (drawn, wall) else { continue };
        let Some(glyph) = glyph(drawn, problems) else { continue };
        if let Some(other) = legend.iter().find(|other| other.glyph == glyph) {
            let message = format!("the terrains `{}` and `{}` have the same glyph `{glyph}`", other.name, key.name);
            problems.error(&drawn.span, message, "draw one of them with another character");
        }
        legend.push(Terrain { name: &key.name, glyph, wall });
    }
    (legend.len() == entries.len()).then_some(legend)
}

fn level(
    item: &Node,
    legend: &[Terrain<'_>],
    states: &States,
    placed: &mut [bool],
    source: &str,
    problems: &mut Problems,
) -> Option<Level> {
    let fields = Fields::of(item, "a level of the board", &["name", "map", "states"], problems)?;
    let name = fields.require("name", problems, "it stands above the map");
    let name = name.and_then(|node| fields::text(node, "the name of a level", problems));
    let what = format!("the map of `{}`", name.unwrap_or("the level"));
    let map = fields.require("map", problems, "draw it between triple quotes, or as a list of rows");
    let glyphs: Vec<(char, &str)> = legend.iter().map(|terrain| (terrain.glyph, terrain.name)).collect();
    let map = map
        .and_then(|node| drawing(node, &what, source, problems))
        .and_then(|drawing| tiles(&drawing, &what, &glyphs, problems));
    let listed = fields.require("states", problems, "give each cell the list of the states that lie in it");
    let (name, map, listed) = (name?, map?, listed?);
    let cell = |tile: &Tile| {
        let Terrain { name, glyph, wall } = &legend[tile.terrain];
        Cell { glyph: *glyph, terrain: (*name).to_owned(), wall: *wall, states: Vec::new() }
    };
    let mut rows: Vec<Vec<Cell>> = map.iter().map(|row| row.iter().map(cell).collect()).collect();
    let hint = "give as many rows as the map has, and in each a list of states for every cell";
    let what = format!("`states` of `{name}`");
    let lists = fields::items(listed, &what, hint, problems)?;
    if lists.len() != rows.len() {
        problems.error(&listed.span, format!("{what} has {} rows, the map {}", lists.len(), rows.len()), hint);
        return None;
    }
    let mut whole = true;
    for (number, (row, list)) in rows.iter_mut().zip(lists).enumerate() {
        let cells = fields::items(list, &format!("row {number} of {what}"), hint, problems)?;
        if cells.len() != row.len() {
            let message = format!("row {number} of {what} has {} cells, the map's {}", cells.len(), row.len());
            problems.error(&list.span, message, hint);
            whole = false;
            continue;
        }
        for (cell, members) in row.iter_mut().zip(cells) {
            let Some(members) = inside(members, cell, states, placed, problems) else {
                whole = false;
                continue;
            };
            cell.states = members;
        }
    }
    whole.then_some(Level { name: name.to_owned(), rows })
}

/// The states of a cell; none of them lies elsewhere too.
fn inside(
    node: &Node,
    cell: &Cell,
    states: &States,
    placed: &mut [bool],
    problems: &mut Problems,
) -> Option<Vec<usize>> {
    let members = states.list(node, "`board`", problems)?;
    if cell.wall && !members.is_empty() {
        let message = format!("states lie in `{}`, which is a wall", cell.glyph);
        problems.error(&node.span, message, "nothing is ever in a wall: give the cell an empty list");
        return None;
    }
    let mut whole = true;
    for &state in &members {
        if std::mem::replace(&mut placed[state], true) {
            let message = format!("the state `{}` lies in two cells of the board", states.names[state]);
            problems.error(&node.span, message, "remove one of the two");
            whole = false;
        }
    }
    whole.then_some(members)
}

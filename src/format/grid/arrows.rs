//! A given policy drawn as arrows.

use crate::format::decode::fields::{self, Problems};
use crate::format::drawing;
use crate::format::grid::Grid;
use crate::format::grid::expand::Cells;
use crate::format::grid::maps::Map;
use crate::format::grid::moves::Move;
use crate::format::suggest;
use crate::format::tree::{Key, Node};

/// Reads `grid.given` as the entries of `learner.given`.
pub(crate) fn given(
    grid: &Grid<'_>,
    cells: &[Cells],
    node: &Node,
    source: &str,
    problems: &mut Problems,
) -> Option<Vec<(Key, Node)>> {
    let drawings = fields::entries(node, "`grid.given`", "draw one map of arrows for each level", problems)?;
    let names = || grid.levels.iter().map(|level| level.name.as_str());
    let mut whole = true;
    for (key, _) in drawings {
        if !names().any(|name| name == key.name) {
            let hint = suggest::hint(&key.name, names().collect::<Vec<_>>(), "levels");
            problems.error(&key.span, format!("`grid.given` has the unknown level `{}`", key.name), hint);
            whole = false;
        }
    }
    let mut entries = Vec::new();
    for (level, cells) in grid.levels.iter().zip(cells) {
        match drawings.iter().find(|(key, _)| key.name == level.name) {
            Some((_, drawing)) => match one(grid, level, cells, drawing, source, problems) {
                Some(rows) => entries.extend(rows),
                None => whole = false,
            },
            None => {
                let message = format!("`grid.given` leaves out the level `{}`", level.name);
                problems.error(&node.span, message, "draw its policy with ^ v < > and o for staying");
                whole = false;
            }
        }
    }
    whole.then_some(entries)
}

fn one(
    grid: &Grid<'_>,
    level: &Map,
    cells: &Cells,
    node: &Node,
    source: &str,
    problems: &mut Problems,
) -> Option<Vec<(Key, Node)>> {
    let what = format!("the given policy of `{}`", level.name);
    let drawing = drawing::drawing(node, &what, source, problems)?;
    let size = |rows: usize, columns: usize| format!("{rows} row{} of {columns}", if rows == 1 { "" } else { "s" });
    let (rows, columns) = (level.rows.len(), level.rows.first().map_or(0, Vec::len));
    let uneven = drawing.rows.iter().position(|row| row.len() != columns);
    if drawing.rows.len() != rows || uneven.is_some() {
        let row = uneven.unwrap_or(0);
        let message = format!(
            "{what} has {}, its map has {}",
            size(drawing.rows.len(), drawing.rows.get(row).map_or(0, Vec::len)),
            size(rows, columns)
        );
        problems.error(&drawing.spans[row], message, "draw it over a copy of the map");
        return None;
    }
    let offered: String = grid.moves.iter().map(|step| format!(" {}", step.arrow())).collect();
    let mut entries = Vec::new();
    let mut whole = true;
    for &(row, column) in cells.acting() {
        let drawn = &drawing.rows[row][column];
        let step = Move::of_arrow(drawn.character).filter(|step| grid.moves.contains(step));
        let Some(step) = step else {
            let message =
                format!("{what} has `{}` at row {row}, column {column}, where it needs an action", drawn.character);
            problems.error(&drawn.span, message, format!("the actions are drawn as{offered}"));
            whole = false;
            continue;
        };
        entries.push((Key::new(level.state((row, column)), &drawn.span), Node::text(&drawn.span, step.name())));
    }
    whole.then_some(entries)
}

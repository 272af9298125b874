//! A grid that was read → the canonical tree and the board.

use std::collections::BTreeMap;

use crate::format::decode::fields::Problems;
use crate::format::drawing::Tile;
use crate::format::grid::maps::Map;
use crate::format::grid::moves::Move;
use crate::format::grid::{Deployment, Grid, Sight, arrows};
use crate::format::tree::{Key, Node, Span, Value};
use crate::mdp::Rational;
use crate::problem::{Board, Cell, Level};

type At = (usize, usize);

/// The cells of a level that are states: those that can be reached from its starts, row by row.
pub(crate) struct Cells {
    reached: Vec<At>,
    acting: Vec<At>,
}

impl Cells {
    fn of(grid: &Grid<'_>, level: &Map) -> Self {
        let mut reached: std::collections::BTreeSet<At> = level.starts.iter().copied().collect();
        let mut open = level.starts.clone();
        while let Some(at) = open.pop() {
            if grid.is_terminal(level, at) {
                continue;
            }
            for &step in &grid.moves {
                for (target, _) in grid.row(level, at, step) {
                    if reached.insert(target) {
                        open.push(target);
                    }
                }
            }
        }
        let reached: Vec<At> = reached.into_iter().collect();
        let acting = reached.iter().copied().filter(|&at| !grid.is_terminal(level, at)).collect();
        Self { reached, acting }
    }

    /// The cells with a choice.
    pub(crate) fn acting(&self) -> &[At] {
        &self.acting
    }
}

impl Grid<'_> {
    fn is_terminal(&self, level: &Map, at: At) -> bool {
        level.tile(at).is_some_and(|tile| self.legend.terrains[tile.terrain].terminal)
    }

    /// Where a move leads, with probabilities, row by row. Walls and the edge of the map hold it.
    fn row(&self, level: &Map, at: At, step: Move) -> BTreeMap<At, Rational> {
        let mut row = BTreeMap::new();
        for (step, probability) in step.outcomes(&self.slip) {
            let free = |target: &At| level.tile(*target).is_some_and(|tile| !self.legend.terrains[tile.terrain].wall);
            let target = step.from(at).filter(free).unwrap_or(at);
            *row.entry(target).or_insert(Rational::ZERO) += probability;
        }
        row
    }
}

/// Writes the canonical tree; keys of the file that are not sugar are kept as they are.
pub(crate) fn expand(
    grid: &Grid<'_>,
    root: &Node,
    entries: &[(Key, Node)],
    source: &str,
    problems: &mut Problems,
) -> Option<(Node, Board)> {
    let cells: Vec<Cells> = grid.levels.iter().map(|level| Cells::of(grid, level)).collect();
    let span = &grid.node.span;
    let mut whole = true;
    let mut out: Vec<(Key, Node)> =
        entries.iter().filter(|(key, _)| key.name != "grid").map(|(key, node)| (key.clone(), node.clone())).collect();
    let mut put = |name: &str, node: Node| out.push((Key::new(name, span), node));
    let has = |name: &str| entries.iter().any(|(key, _)| key.name == name);

    put("states", names(grid, &cells, span, |_, _| true));
    put("absorbing", names(grid, &cells, span, |level, at| grid.is_terminal(level, at)));
    put("choices", choices(grid, &cells, span));
    let situations = starts(grid, span, |_| true);
    put("situations", Node::list(span, situations));
    if grid.sight != Sight::Everything {
        put("observations", observations(grid, &cells, span));
    }
    if !has("train") {
        let trained = starts(grid, span, |level| level.trains);
        whole &= no_level(trained.is_empty(), "train", span, problems);
        put("train", uniform(span, trained));
    }
    if !has("deploy") {
        let deployed = starts(grid, span, |level| level.deploys);
        whole &= no_level(deployed.is_empty(), "deploy", span, problems);
        let (kind, set) = match grid.deployment {
            Deployment::Point => ("point", uniform(span, deployed)),
            Deployment::Over => ("over", Node::list(span, deployed)),
        };
        put("deploy", Node::table(span, vec![(Key::new(kind, span), set)]));
    }
    whole &= add_labels(&mut out, grid, &cells, problems);
    if let Some(node) = grid.given {
        match arrows::given(grid, &cells, node, source, problems) {
            Some(given) => whole &= add_given(&mut out, Node::table(&node.span, given), problems),
            None => whole = false,
        }
    }
    whole.then(|| (Node::table(&root.span, out), board(grid, &cells)))
}

fn no_level(empty: bool, role: &str, span: &Span, problems: &mut Problems) -> bool {
    if empty {
        let message = format!("no level has the role `{role}`, and the file has no `{role}`");
        problems.error(span, message, format!("give a level the role \"{role}\" or \"both\", or write `{role}`"));
    }
    !empty
}

fn names(grid: &Grid<'_>, cells: &[Cells], span: &Span, wanted: impl Fn(&Map, At) -> bool) -> Node {
    let mut names = Vec::new();
    for (level, cells) in grid.levels.iter().zip(cells) {
        for &at in cells.reached.iter().filter(|&&at| wanted(level, at)) {
            names.push(state(level, at));
        }
    }
    Node::list(span, names)
}

/// The name of a cell's state, at the place of the cell.
fn state(level: &Map, at: At) -> Node {
    Node::text(&tile_span(level, at), level.state(at))
}

fn tile_span(level: &Map, at: At) -> Span {
    level.tile(at).map_or_else(|| level.span.clone(), |tile: &Tile| tile.span.clone())
}

fn starts(grid: &Grid<'_>, span: &Span, wanted: impl Fn(&Map) -> bool) -> Vec<Node> {
    let levels = grid.levels.iter().filter(|level| wanted(level));
    levels.flat_map(|level| level.starts.iter().map(|&at| Node::text(span, level.state(at)))).collect()
}

fn uniform(span: &Span, states: Vec<Node>) -> Node {
    let count = states.len();
    let masses = states.into_iter().filter_map(|node| match node.value {
        Value::Text(name) => Some((Key::new(name, span), Node::text(span, format!("1/{count}")))),
        _ => None,
    });
    Node::table(span, masses.collect())
}

fn choices(grid: &Grid<'_>, cells: &[Cells], span: &Span) -> Node {
    let mut choices = Vec::new();
    for (level, cells) in grid.levels.iter().zip(cells) {
        for &at in &cells.acting {
            for &step in &grid.moves {
                let first = choices.is_empty();
                choices.push(choice(grid, level, at, step, first));
            }
        }
    }
    Node::list(span, choices)
}

fn choice(grid: &Grid<'_>, level: &Map, at: At, step: Move, first: bool) -> Node {
    let span = &tile_span(level, at);
    let number = |value: &Rational| Node::text(span, value.to_string());
    let row = grid.row(level, at, step);
    let mut rewards = [Rational::ZERO, Rational::ZERO];
    let mut features = vec![Rational::ZERO; grid.legend.features.len()];
    for (target, probability) in &row {
        let Some(tile) = level.tile(*target) else { continue };
        for (sum, own) in rewards.iter_mut().zip(grid.weights.rewards(&grid.legend, tile.terrain)) {
            *sum += own * probability;
        }
        for (feature, sum) in features.iter_mut().enumerate() {
            *sum += grid.legend.value(tile.terrain, feature) * probability;
        }
    }
    let to = row.iter().map(|(target, p)| (Key::new(level.state(*target), span), number(p))).collect();
    let rewards = ["specified", "intended"].iter().zip(&rewards).map(|(name, r)| (Key::new(*name, span), number(r)));
    let mut entries = vec![
        (Key::new("state", span), Node::text(span, level.state(at))),
        (Key::new("action", span), Node::text(span, step.name())),
        (Key::new("to", span), Node::table(span, to)),
        (Key::new("rewards", span), Node::table(span, rewards.collect())),
    ];
    if grid.features {
        // The first choice names them all, to fix their order.
        let named = grid.legend.features.iter().zip(&features).filter(|(_, value)| first || !value.is_zero());
        let named = named.map(|(name, value)| (Key::new(name.as_str(), span), number(value))).collect();
        entries.push((Key::new("features", span), Node::table(span, named)));
    }
    Node::table(span, entries)
}

fn observations(grid: &Grid<'_>, cells: &[Cells], span: &Span) -> Node {
    let mut seen = Vec::new();
    for (level, cells) in grid.levels.iter().zip(cells) {
        for &(row, column) in &cells.acting {
            let name = match grid.sight {
                Sight::View(radius) => window(grid, level, (row, column), radius),
                Sight::Everything | Sight::Position => format!("r{row}c{column}"),
            };
            let span = tile_span(level, (row, column));
            seen.push((Key::new(level.state((row, column)), &span), Node::text(&span, name)));
        }
    }
    Node::table(span, seen)
}

/// The glyphs around a cell, row by row; outside the map there is wall.
fn window(grid: &Grid<'_>, level: &Map, (row, column): At, radius: usize) -> String {
    let outside = grid.legend.terrains.iter().find(|terrain| terrain.wall).map_or('#', |terrain| terrain.glyph);
    let side = 2 * radius + 1;
    let lines: Vec<String> = (0..side)
        .map(|down| {
            (0..side)
                .map(|right| {
                    let at = (row + down).checked_sub(radius).zip((column + right).checked_sub(radius));
                    let tile = at.and_then(|at| level.tile(at));
                    tile.map_or(outside, |tile| grid.legend.terrains[tile.terrain].glyph)
                })
                .collect()
        })
        .collect();
    lines.join("/")
}

/// The terrains' labels, before those of the file.
fn add_labels(out: &mut Vec<(Key, Node)>, grid: &Grid<'_>, cells: &[Cells], problems: &mut Problems) -> bool {
    let mut labels: Vec<(Key, Node)> = Vec::new();
    for (terrain, kind) in grid.legend.terrains.iter().enumerate() {
        let Some((label, span)) = &kind.label else { continue };
        let mut members = Vec::new();
        for (level, cells) in grid.levels.iter().zip(cells) {
            let on = |at: &&At| level.tile(**at).is_some_and(|tile| tile.terrain == terrain);
            members.extend(cells.reached.iter().filter(on).map(|&at| state(level, at)));
        }
        match labels.iter_mut().find(|(key, _)| key.name == *label) {
            Some((_, Node { value: Value::List(known), .. })) => known.extend(members),
            _ => labels.push((Key::new(label.as_str(), span), Node::list(span, members))),
        }
    }
    if labels.is_empty() {
        return true;
    }
    let Some(position) = out.iter().position(|(key, _)| key.name == "labels") else {
        let span = grid.node.span.clone();
        out.push((Key::new("labels", &span), Node::table(&span, labels)));
        return true;
    };
    // A `labels` that is no table is reported by the decoder.
    let Value::Table(own) = &mut out[position].1.value else { return true };
    let mut distinct = true;
    for (key, _) in own.iter() {
        if labels.iter().any(|(label, _)| label.name == key.name) {
            let message = format!("the label `{}` is given by a terrain and in `labels`", key.name);
            problems.error(&key.span, message, "rename one of the two");
            distinct = false;
        }
    }
    labels.append(own);
    *own = labels;
    distinct
}

fn add_given(out: &mut Vec<(Key, Node)>, given: Node, problems: &mut Problems) -> bool {
    let span = given.span.clone();
    let entry = (Key::new("given", &span), given);
    let Some((_, learner)) = out.iter_mut().find(|(key, _)| key.name == "learner") else {
        out.push((Key::new("learner", &span), Node::table(&span, vec![entry])));
        return true;
    };
    let Value::Table(own) = &mut learner.value else { return true };
    if let Some((key, _)) = own.iter().find(|(key, _)| key.name == "given") {
        problems.error(&key.span, "`learner.given` stands beside `grid.given`", "remove one of the two");
        return false;
    }
    own.push(entry);
    true
}

fn board(grid: &Grid<'_>, cells: &[Cells]) -> Board {
    let mut next = 0;
    let mut levels = Vec::with_capacity(grid.levels.len());
    for (level, cells) in grid.levels.iter().zip(cells) {
        let plain = |tile: &Tile| {
            let terrain = &grid.legend.terrains[tile.terrain];
            Cell { glyph: terrain.glyph, terrain: terrain.name.clone(), wall: terrain.wall, states: Vec::new() }
        };
        let mut rows: Vec<Vec<Cell>> = level.rows.iter().map(|row| row.iter().map(plain).collect()).collect();
        // States are numbered in the order in which they are listed.
        for &(row, column) in &cells.reached {
            rows[row][column].states.push(next);
            next += 1;
        }
        levels.push(Level { name: level.name.clone(), rows });
    }
    Board { levels }
}

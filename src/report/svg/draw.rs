//! Maps, arrows and paths.

use std::fmt::Display;

use crate::problem::Cell;
use crate::report::palette::{Colours, colours_of, is_plain};
use crate::report::scene::{Arrow, Map, Place};
use crate::report::svg::{ALARM, CELL, INK, LEVEL_NAME_BASELINE, LEVEL_NAME_HEIGHT, PATH};
use crate::report::xml::Element;

pub(super) fn draw_map(map: &Map<'_>, catastrophic: bool) -> Element {
    let mut group = Element::new("g");
    group.push(text(0, LEVEL_NAME_BASELINE, 13, INK, &map.level.name).with("font-weight", "bold"));
    let mut board = Element::new("g").with("transform", format!("translate(0 {LEVEL_NAME_HEIGHT})"));
    for (row, cells) in map.level.rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            board.push(draw_cell(cell, column * CELL, row * CELL));
        }
    }
    for track in map.tracks.iter().filter(|track| track.len() > 1) {
        board.push(draw_track(track));
    }
    for (&place, arrows) in &map.arrows {
        for &arrow in arrows {
            board.push(if map.on_path(place) { draw_head(arrow, place) } else { draw_arrow(arrow, place) });
        }
    }
    if let Some(start) = map.start {
        let (x, y) = centre(start);
        board.push(circle(x, y, 9, PATH).with("stroke", "#ffffff").with("stroke-width", 3));
    }
    if let Some(end) = map.end {
        board.push(draw_end(end, catastrophic));
    }
    let (columns, rows) = size(map);
    board.push(rectangle(0, 0, columns * CELL, rows * CELL, "none").with("stroke", "#2b303c").with("stroke-width", 2));
    group.containing(board)
}

fn draw_cell(cell: &Cell, x: usize, y: usize) -> Element {
    let colours @ Colours { fill, line, .. } = colours_of(cell);
    let mut group = Element::new("g");
    group.push(rectangle(x, y, CELL, CELL, fill).with("stroke", line).with("stroke-width", 1));
    if !cell.wall && !is_plain(cell) {
        group.push(draw_glyph(cell.glyph, colours.ink(), x + 9, y + 15));
    }
    group
}

fn draw_track(track: &[Place]) -> Element {
    let points: Vec<String> = track
        .iter()
        .map(|&place| {
            let (x, y) = centre(place);
            format!("{x},{y}")
        })
        .collect();
    let points = points.join(" ");
    let line = |colour: &str, width: usize| {
        Element::new("polyline")
            .with("points", &points)
            .with("fill", "none")
            .with("stroke", colour)
            .with("stroke-width", width)
            .with("stroke-linecap", "round")
            .with("stroke-linejoin", "round")
    };
    // A white edge keeps the path visible on dark terrain.
    Element::new("g").containing(line("#ffffff", 13).with("opacity", "0.8")).containing(line(PATH, 8))
}

/// The character of a map, so that pictures and files can be compared.
pub(super) fn draw_glyph(glyph: char, ink: &str, x: usize, y: usize) -> Element {
    text(x, y, 11, ink, &glyph.to_string())
        .with("text-anchor", "middle")
        .with("font-weight", "bold")
        .with("opacity", "0.6")
}

/// What the policy does in a cell.
pub(super) fn draw_arrow(arrow: Arrow, place: Place) -> Element {
    pointed(arrow, place, "M-2 14 L-2 -3 L-7 -3 L0 -15 L7 -3 L2 -3 L2 14 Z")
}

/// The same on the path, whose line is the shaft.
fn draw_head(arrow: Arrow, place: Place) -> Element {
    pointed(arrow, place, "M-9 -8 L0 -23 L9 -8 Z")
}

/// A shape that points upwards, turned about the middle of the cell.
fn pointed(arrow: Arrow, place: Place, upwards: &str) -> Element {
    let (x, y) = centre(place);
    let turn = match arrow {
        Arrow::Up => 0,
        Arrow::Right => 90,
        Arrow::Down => 180,
        Arrow::Left => 270,
        Arrow::Stay => return circle(x, y, 5, INK).with("stroke", "#ffffff").with("stroke-width", 2),
        Arrow::Elsewhere => {
            return text(x, y + 8, 24, INK, "*").with("text-anchor", "middle").with("font-weight", "bold");
        }
    };
    Element::new("path")
        .with("d", upwards)
        .with("transform", format!("translate({x} {y}) rotate({turn})"))
        .with("fill", INK)
        .with("stroke", "#ffffff")
        .with("stroke-width", 3)
        .with("paint-order", "stroke")
        .with("stroke-linejoin", "round")
}

/// A cross where the catastrophe is, a square where the path merely stops.
pub(super) fn draw_end(place: Place, catastrophic: bool) -> Element {
    let (x, y) = centre(place);
    if !catastrophic {
        return rectangle(x - 8, y - 8, 16, 16, PATH).with("stroke", "#ffffff").with("stroke-width", 3);
    }
    let cross = |colour: &str, width: usize| {
        Element::new("path")
            .with("d", "M-11 -11 L11 11 M11 -11 L-11 11")
            .with("stroke", colour)
            .with("stroke-width", width)
            .with("stroke-linecap", "round")
    };
    Element::new("g")
        .with("transform", format!("translate({x} {y})"))
        .containing(cross("#ffffff", 12))
        .containing(cross(ALARM, 7))
}

pub(super) fn centre((row, column): Place) -> (usize, usize) {
    (column * CELL + CELL / 2, row * CELL + CELL / 2)
}

pub(super) fn rectangle(x: usize, y: usize, width: usize, height: usize, fill: &str) -> Element {
    Element::new("rect").with("x", x).with("y", y).with("width", width).with("height", height).with("fill", fill)
}

pub(super) fn circle(x: usize, y: usize, radius: usize, fill: &str) -> Element {
    Element::new("circle").with("cx", x).with("cy", y).with("r", radius).with("fill", fill)
}

pub(super) fn text(x: impl Display, y: impl Display, size: usize, colour: &str, said: &str) -> Element {
    Element::new("text").with("x", x).with("y", y).with("font-size", size).with("fill", colour).saying(said)
}

/// Columns and rows of a map.
pub(super) fn size(map: &Map<'_>) -> (usize, usize) {
    (map.level.rows.iter().map(Vec::len).max().unwrap_or(0), map.level.rows.len())
}

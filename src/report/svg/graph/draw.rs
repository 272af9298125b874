//! A diagram of boxes and arrows as elements.

use crate::report::svg::draw::text;
use crate::report::svg::graph::layout::{Layout, Placed, Vertex, layout};
use crate::report::svg::{ALARM, FAINT, INK, PATH};
use crate::report::xml::Element;

/// From one line of a box to the next.
const LINE: i64 = 16;
/// Between a box and its text.
const PADDING: i64 = 10;
/// Height for each arrow that touches a side of a box.
const ARROW: i64 = 16;

/// What is drawn.
#[derive(Debug, Default)]
pub(super) struct Diagram {
    pub boxes: Vec<Drawn>,
    pub arrows: Vec<Arrow>,
}

/// A box with lines of text.
#[derive(Debug)]
pub(super) struct Drawn {
    pub column: usize,
    pub look: Look,
    pub lines: Vec<String>,
}

/// What a box stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    State {
        situation: bool,
        trained: bool,
        catastrophe: bool,
        absorbing: bool,
    },
    /// Actions that lead to the same; whether the given policy takes one of them.
    Actions {
        given: bool,
    },
}

/// An arrow between boxes, with what is written where it starts.
#[derive(Debug)]
pub(super) struct Arrow {
    pub from: usize,
    pub to: usize,
    pub label: Option<String>,
}

/// The drawing of a diagram, with its width and height.
pub(super) fn drawn(diagram: &Diagram) -> (Element, i64, i64) {
    let vertices: Vec<Vertex> = diagram.boxes.iter().enumerate().map(|(at, shape)| sized(diagram, at, shape)).collect();
    let edges: Vec<(usize, usize)> = diagram.arrows.iter().map(|arrow| (arrow.from, arrow.to)).collect();
    let Layout { vertices: places, routes, width, height } = layout(&vertices, &edges);
    let mut group = Element::new("g");
    for (arrow, route) in diagram.arrows.iter().zip(&routes) {
        group.push(line(route));
        group.push(head(route, vertices[arrow.from].column < vertices[arrow.to].column));
    }
    for (shape, place) in diagram.boxes.iter().zip(&places) {
        group.push(box_of(shape, *place));
    }
    for (arrow, route) in diagram.arrows.iter().zip(&routes) {
        if let Some(label) = &arrow.label {
            group.push(start_label(route, label, vertices[arrow.from].column < vertices[arrow.to].column));
        }
    }
    (group, width, height)
}

fn sized(diagram: &Diagram, at: usize, shape: &Drawn) -> Vertex {
    // Letters of this size are about eight pixels wide, bold ones nine.
    let letters = shape.lines.iter().map(|line| textwrap::core::display_width(line)).max().unwrap_or(0);
    let letter = if matches!(shape.look, Look::State { .. }) { 9 } else { 8 };
    let column = |at: usize| diagram.boxes[at].column;
    let side = |right: bool| {
        let ends = diagram.arrows.iter().flat_map(|arrow| [(arrow.from, arrow.to), (arrow.to, arrow.from)]);
        ends.filter(|&(own, far)| own == at && (column(far) > column(own)) == right).count()
    };
    let arrows = whole(side(true).max(side(false)));
    let height = (whole(shape.lines.len()) * LINE + 2 * PADDING).max(arrows * ARROW + PADDING);
    Vertex { column: shape.column, width: whole(letters * letter) + 2 * PADDING, height }
}

/// A count as a length; no picture has so many pixels that this is wrong.
fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX / 1024)
}

fn box_of(shape: &Drawn, place: Placed) -> Element {
    let mut group = Element::new("g");
    let (fill, stroke, thick, round) = match shape.look {
        Look::State { catastrophe: true, .. } => ("#ffd9d9", ALARM, 2, 12),
        Look::State { trained: true, .. } => ("#e6e4fb", PATH, 4, 12),
        Look::State { situation: true, .. } => ("#e6e4fb", PATH, 2, 12),
        Look::State { .. } => ("#ffffff", INK, 2, 12),
        Look::Actions { given: true } => ("#fff3cf", "#a07400", 3, 3),
        Look::Actions { given: false } => ("#f4f4f1", "#b9bcb2", 1, 3),
    };
    group.push(rounded(place, 0, round, fill).with("stroke", stroke).with("stroke-width", thick));
    if matches!(shape.look, Look::State { absorbing: true, .. }) {
        group.push(rounded(place, 4, round - 4, "none").with("stroke", stroke).with("stroke-width", 1));
    }
    let first = place.y + (place.height - whole(shape.lines.len()) * LINE) / 2 + 12;
    for (line, words) in shape.lines.iter().enumerate() {
        let name = line == 0 && matches!(shape.look, Look::State { .. });
        let (size, colour) =
            if line == 0 || matches!(shape.look, Look::Actions { .. }) { (13, INK) } else { (12, FAINT) };
        let mut words = text(place.x + place.width / 2, first + whole(line) * LINE, size, colour, words)
            .with("text-anchor", "middle");
        if name {
            words = words.with("font-weight", "bold");
        }
        group.push(words);
    }
    group
}

fn rounded(place: Placed, inset: i64, round: i64, fill: &str) -> Element {
    Element::new("rect")
        .with("x", place.x + inset)
        .with("y", place.y + inset)
        .with("width", place.width - 2 * inset)
        .with("height", place.height - 2 * inset)
        .with("rx", round)
        .with("fill", fill)
}

/// A curve that is level at every point of its way.
fn line(route: &[(i64, i64)]) -> Element {
    let mut way = String::new();
    if let Some((x, y)) = route.first() {
        way.push_str(&format!("M{x} {y}"));
    }
    for step in route.windows(2) {
        let ((from, y), (to, end)) = (step[0], step[1]);
        if y == end {
            way.push_str(&format!(" L{to} {end}"));
        } else {
            let middle = (from + to) / 2;
            way.push_str(&format!(" C{middle} {y} {middle} {end} {to} {end}"));
        }
    }
    Element::new("path").with("d", way).with("fill", "none").with("stroke", INK).with("stroke-width", "1.5")
}

/// The head of an arrow, at the end of its way or, where it runs to the left, at its start.
fn head(route: &[(i64, i64)], rightwards: bool) -> Element {
    let end = if rightwards { route.last() } else { route.first() };
    let (x, y) = end.copied().unwrap_or((0, 0));
    let back = if rightwards { -9 } else { 9 };
    Element::new("path").with("d", format!("M{x} {y} l{back} -5 l0 10 Z")).with("fill", INK)
}

/// What is written where an arrow leaves its box.
fn start_label(route: &[(i64, i64)], label: &str, rightwards: bool) -> Element {
    let start = if rightwards { route.first() } else { route.last() };
    let (x, y) = start.copied().unwrap_or((0, 0));
    let (x, anchor) = if rightwards { (x + 5, "start") } else { (x - 5, "end") };
    text(x, y - 3, 11, INK, label)
        .with("text-anchor", anchor)
        .with("stroke", "#ffffff")
        .with("stroke-width", 3)
        .with("paint-order", "stroke")
}

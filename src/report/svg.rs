//! A picture of a witness on the maps of a gridworld.
//!
//! All lengths are whole pixels, so the same witness is the same picture everywhere.

use crate::decomposition::{Answer, Status};
use crate::problem::Cell;
use crate::report::CheckedModel;
use crate::report::judgement::key;
use crate::report::naming::status_mark;
use crate::report::numbers::{measures, shown};
use crate::report::palette::{Colours, colours_of, is_plain};
use crate::report::scene::{Arrow, Map, Place, Scene, scene};
use crate::report::xml::Element;

const CELL: usize = 48;
const MARGIN: usize = 24;
/// Space between two maps.
const GAP: usize = 32;
/// Maps are put below one another past this width.
const WIDEST: usize = 960;
/// Room for a title even above a small map.
const NARROWEST: usize = 440;
const TITLE_HEIGHT: usize = 30;
const LINE_HEIGHT: usize = 18;
const LEVEL_NAME_HEIGHT: usize = 24;
const LEGEND_HEIGHT: usize = 26;
const FONT: &str = "'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif";
const INK: &str = "#22262e";
const FAINT: &str = "#646b78";
const PATH: &str = "#3b2fb8";
const ALARM: &str = "#c4001d";

/// Draws what shows an answer on the maps that it involves: terrain, the policy's arrows in the cells that it
/// visits, and the path with its start and its end. `None` without maps or without a witness on them.
#[must_use]
pub fn board_svg(model: &CheckedModel, answer: &Answer) -> Option<String> {
    let scene = scene(model, answer.witness.as_ref()?)?;
    let shelves = Shelves::of(&scene);
    let width = shelves.width.max(NARROWEST) + 2 * MARGIN;
    let captions = captions(model, answer, width);
    let top = MARGIN + TITLE_HEIGHT + captions.len() * LINE_HEIGHT;
    let legend = Legend::of(&scene, width);
    let height = top + shelves.height + legend.height() + MARGIN;

    let mut root = Element::new("svg")
        .with("xmlns", "http://www.w3.org/2000/svg")
        .with("viewBox", format!("0 0 {width} {height}"))
        .with("width", width)
        .with("height", height)
        .with("role", "img")
        .with("font-family", FONT)
        .containing(Element::new("title").saying(format!("{}: {} {}", model.name(), key(answer), answer.status)))
        .containing(rectangle(0, 0, width, height, "#ffffff"));
    root.push(title(answer, width));
    for (line, caption) in captions.iter().enumerate() {
        root.push(text(MARGIN, MARGIN + TITLE_HEIGHT + 12 + line * LINE_HEIGHT, 13, FAINT, caption));
    }
    for (map, (x, y)) in scene.maps.iter().zip(&shelves.corners) {
        root.push(
            draw_map(map, scene.catastrophic).with("transform", format!("translate({} {})", MARGIN + x, top + y)),
        );
    }
    root.push(legend.draw().with("transform", format!("translate({MARGIN} {})", top + shelves.height)));
    Some(root.document())
}

/// Where each map lies: side by side, then below.
struct Shelves {
    corners: Vec<(usize, usize)>,
    width: usize,
    height: usize,
}

impl Shelves {
    fn of(scene: &Scene<'_>) -> Self {
        let mut shelves = Self { corners: Vec::new(), width: 0, height: 0 };
        let (mut x, mut y, mut tallest) = (0, 0, 0);
        for map in &scene.maps {
            let (columns, rows) = size(map);
            if x > 0 && x + columns * CELL > WIDEST {
                (x, y, tallest) = (0, y + tallest + GAP / 2, 0);
            }
            shelves.corners.push((x, y));
            x += columns * CELL;
            tallest = tallest.max(LEVEL_NAME_HEIGHT + rows * CELL);
            shelves.width = shelves.width.max(x);
            shelves.height = shelves.height.max(y + tallest);
            x += GAP;
        }
        shelves
    }
}

fn size(map: &Map<'_>) -> (usize, usize) {
    (map.level.rows.iter().map(Vec::len).max().unwrap_or(0), map.level.rows.len())
}

fn title(answer: &Answer, width: usize) -> Element {
    let colour = match answer.status {
        Status::Holds => "#1e7a3c",
        Status::Fails => ALARM,
        Status::Unknown | Status::NotApplicable => FAINT,
    };
    let verdict = format!("{} {} {}", status_mark(answer.status), key(answer), answer.status);
    // Bold letters of this size are about ten pixels wide.
    let fitted = crate::report::style::shortened(&verdict, (width - 2 * MARGIN) / 10);
    text(MARGIN, MARGIN + 16, 18, colour, &fitted).with("font-weight", "bold")
}

/// What the picture is of, in lines that fit.
fn captions(model: &CheckedModel, answer: &Answer, width: usize) -> Vec<String> {
    let mut said = vec![format!("{} ({})", model.name(), model.file)];
    if let Some(witness) = &answer.witness {
        if let Some(distribution) = &witness.distribution {
            said.push(format!("starting at {}", model.distribution_text(distribution)));
        }
        let value = measures(witness).map(|measures| format!("value {measures}"));
        let reach = witness.reach.as_ref().map(|reach| format!("catastrophe with probability {}", shown(reach)));
        let numbers: Vec<String> = value.into_iter().chain(reach).collect();
        if !numbers.is_empty() {
            said.push(numbers.join(" · "));
        }
    }
    // Letters of this size are about eight pixels wide.
    said.iter().flat_map(|line| textwrap::wrap(line, (width - 2 * MARGIN) / 8)).map(|line| line.into_owned()).collect()
}

fn draw_map(map: &Map<'_>, catastrophic: bool) -> Element {
    let mut group = Element::new("g");
    group.push(text(0, 14, 13, INK, &map.level.name).with("font-weight", "bold"));
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
            board.push(draw_arrow(arrow, place));
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
    let Colours { fill, line, .. } = colours_of(cell);
    let mut group = Element::new("g");
    group.push(rectangle(x, y, CELL, CELL, fill).with("stroke", line).with("stroke-width", 1));
    if !cell.wall && !is_plain(cell) {
        group.push(
            text(x + 5, y + 14, 11, INK, &cell.glyph.to_string()).with("font-weight", "bold").with("opacity", "0.55"),
        );
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

/// An arrow from the middle of a cell, drawn upwards and turned.
fn draw_arrow(arrow: Arrow, place: Place) -> Element {
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
        .with("d", "M-2 8 L-2 -7 L-7 -7 L0 -18 L7 -7 L2 -7 L2 8 Z")
        .with("transform", format!("translate({x} {y}) rotate({turn})"))
        .with("fill", INK)
        .with("stroke", "#ffffff")
        .with("stroke-width", 2)
        .with("paint-order", "stroke")
        .with("stroke-linejoin", "round")
}

/// A cross where the catastrophe is, a square where the path merely stops.
fn draw_end(place: Place, catastrophic: bool) -> Element {
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

/// The terrains of the maps and the signs, in lines of entries.
struct Legend {
    lines: Vec<Vec<(usize, Entry)>>,
}

enum Entry {
    Terrain(String, Colours),
    Sign(String, Element),
}

impl Entry {
    fn name(&self) -> &str {
        match self {
            Self::Terrain(name, _) | Self::Sign(name, _) => name,
        }
    }
}

impl Legend {
    fn of(scene: &Scene<'_>, width: usize) -> Self {
        let mut lines: Vec<Vec<(usize, Entry)>> = vec![Vec::new()];
        let mut x = 0;
        for entry in entries(scene) {
            let columns = textwrap::core::display_width(entry.name());
            let taken = 26 + columns * 8 + 16;
            if x > 0 && x + taken > width - 2 * MARGIN {
                lines.push(Vec::new());
                x = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push((x, entry));
            }
            x += taken;
        }
        Self { lines }
    }

    fn height(&self) -> usize {
        16 + self.lines.len() * LEGEND_HEIGHT
    }

    fn draw(self) -> Element {
        let mut group = Element::new("g");
        for (line, entries) in self.lines.into_iter().enumerate() {
            let y = 16 + line * LEGEND_HEIGHT;
            for (x, entry) in entries {
                group.push(text(x + 26, y + 14, 13, INK, entry.name()));
                group.push(match entry {
                    Entry::Terrain(_, Colours { fill, line, .. }) => {
                        rectangle(x, y, 18, 18, fill).with("stroke", line).with("rx", 3)
                    }
                    Entry::Sign(_, sign) => {
                        // Signs are drawn for the cell at the origin and halved.
                        Element::new("g")
                            .with("transform", format!("translate({} {}) scale(0.5)", x - x.min(3), y - 3))
                            .containing(sign)
                    }
                });
            }
        }
        group
    }
}

fn entries(scene: &Scene<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for cell in scene.maps.iter().flat_map(|map| map.level.rows.iter().flatten()) {
        if !entries.iter().any(|entry| entry.name() == cell.terrain) {
            entries.push(Entry::Terrain(cell.terrain.clone(), colours_of(cell)));
        }
    }
    let origin = (0, 0);
    let (x, y) = centre(origin);
    if scene.maps.iter().any(|map| !map.arrows.is_empty()) {
        entries.push(Entry::Sign("policy".to_owned(), draw_arrow(Arrow::Right, origin)));
    }
    if scene.maps.iter().any(|map| map.arrows.values().any(|arrows| arrows.contains(&Arrow::Elsewhere))) {
        entries.push(Entry::Sign("away from here".to_owned(), draw_arrow(Arrow::Elsewhere, origin)));
    }
    if scene.maps.iter().any(|map| map.start.is_some()) {
        entries.push(Entry::Sign("start of the path".to_owned(), circle(x, y, 12, PATH)));
        let end = if scene.catastrophic { "catastrophe" } else { "end of the path" };
        entries.push(Entry::Sign(end.to_owned(), draw_end(origin, scene.catastrophic)));
    }
    entries
}

fn centre((row, column): Place) -> (usize, usize) {
    (column * CELL + CELL / 2, row * CELL + CELL / 2)
}

fn rectangle(x: usize, y: usize, width: usize, height: usize, fill: &str) -> Element {
    Element::new("rect").with("x", x).with("y", y).with("width", width).with("height", height).with("fill", fill)
}

fn circle(x: usize, y: usize, radius: usize, fill: &str) -> Element {
    Element::new("circle").with("cx", x).with("cy", y).with("r", radius).with("fill", fill)
}

fn text(x: usize, y: usize, size: usize, colour: &str, said: &str) -> Element {
    Element::new("text").with("x", x).with("y", y).with("font-size", size).with("fill", colour).saying(said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_gridworld() {
        let model = fixture::gridworld();
        let answer = model.examined.answers.iter().find(|answer| answer.status == Status::Fails).expect("a failure");
        let picture = board_svg(&model, answer).expect("it lies on the maps");
        let document = roxmltree::Document::parse(&picture).expect("well formed");
        let count = |tag: &str| document.descendants().filter(|node| node.has_tag_name(tag)).count();
        assert_eq!(count("polyline"), 2, "one path, with an edge");
        insta::assert_snapshot!(picture);
    }

    #[test]
    fn no_picture_without_a_map_or_a_witness() {
        let lava = fixture::lava();
        assert!(lava.examined.answers.iter().all(|answer| board_svg(&lava, answer).is_none()));
        let world = fixture::gridworld();
        let without = world.examined.answers.iter().find(|answer| answer.witness.is_none()).expect("one");
        assert_eq!(board_svg(&world, without), None);
    }
}

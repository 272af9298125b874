//! Pictures: of a witness on the maps of a gridworld, and of a model by itself.
//!
//! All lengths are whole pixels, so the same witness is the same picture everywhere.

mod draw;
mod graph;
mod legend;
mod model;

pub use model::model_svg;

use crate::decomposition::{Answer, Status};
use crate::report::CheckedModel;
use crate::report::judgement::key;
use crate::report::naming::{SHOWN_ENTRIES, listed, status_mark};
use crate::report::numbers::{measures, shown_reach};
use crate::report::palette::INK;
use crate::report::scene::{Scene, scene};
use crate::report::style::{shortened, wrapped};
use crate::report::svg::draw::{draw_map, rectangle, size, text};
use crate::report::svg::legend::Legend;
use crate::report::xml::Element;

/// The side of a cell.
const CELL: usize = 48;
/// Around everything.
const MARGIN: usize = 24;
/// Space between two maps.
const GAP: usize = 32;
/// Maps are put below one another past this width.
const WIDEST: usize = 960;
/// Room for a title even above a small map.
const NARROWEST: usize = 440;
const TITLE_HEIGHT: usize = 30;
const LINE_HEIGHT: usize = 18;
const LEVEL_NAME_HEIGHT: usize = 30;
/// Baseline of a level's name below its corner.
const LEVEL_NAME_BASELINE: usize = 20;
const FONT: &str = "'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif";
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

    let mut root = sheet(&format!("{}: {} {}", model.name(), key(answer), answer.status()), width, height);
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

/// An empty picture: white, with a title that is not drawn.
fn sheet(title: &str, width: usize, height: usize) -> Element {
    Element::new("svg")
        .with("xmlns", "http://www.w3.org/2000/svg")
        .with("viewBox", format!("0 0 {width} {height}"))
        .with("width", width)
        .with("height", height)
        .with("role", "img")
        .with("font-family", FONT)
        .containing(Element::new("title").saying(title))
        .containing(rectangle(0, 0, width, height, "#ffffff"))
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

fn title(answer: &Answer, width: usize) -> Element {
    let colour = match answer.status() {
        Status::Holds => "#1e7a3c",
        Status::Fails => ALARM,
        Status::Unknown | Status::NotApplicable => FAINT,
    };
    let verdict = format!("{} {} {}", status_mark(answer.status()), key(answer), answer.status());
    // Bold letters of this size are about ten pixels wide.
    let fitted = shortened(&verdict, (width - 2 * MARGIN) / 10);
    text(MARGIN, MARGIN + 16, 18, colour, &fitted).with("font-weight", "bold")
}

/// What the picture is of, in lines that fit.
fn captions(model: &CheckedModel, answer: &Answer, width: usize) -> Vec<String> {
    let mut said = vec![format!("{} ({})", model.name(), model.file)];
    if let Some(witness) = &answer.witness {
        if let Some(distribution) = &witness.distribution {
            said.push(format!("starting at {}", listed(&model.masses_text(distribution), ", ", SHOWN_ENTRIES)));
        }
        let value = measures(witness).map(|measures| format!("value {measures}"));
        let reach = shown_reach(witness).map(|reach| format!("catastrophe with probability {reach}"));
        let numbers: Vec<String> = value.into_iter().chain(reach).collect();
        if !numbers.is_empty() {
            said.push(numbers.join(" · "));
        }
    }
    // Letters of this size are about eight pixels wide.
    said.iter().flat_map(|line| wrapped(line, (width - 2 * MARGIN) / 8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_gridworld() {
        let model = fixture::gridworld();
        let answer = model.examined.answers.iter().find(|answer| answer.status() == Status::Fails).expect("a failure");
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

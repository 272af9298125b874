//! A picture of a model without a witness: its maps, or the state graph of a small one without maps.

use textwrap::core::display_width;

use crate::problem::{DeploymentSet, Level, Problem};
use crate::report::CheckedModel;
use crate::report::scene::Scene;
use crate::report::style::wrapped;
use crate::report::svg::draw::{draw_map, rectangle, text};
use crate::report::svg::graph::{shows_given, state_graph};
use crate::report::svg::legend::Legend;
use crate::report::svg::{
    ALARM, FAINT, INK, LEVEL_NAME_BASELINE, LINE_HEIGHT, MARGIN, NARROWEST, PATH, Shelves, TITLE_HEIGHT, sheet,
};
use crate::report::xml::Element;

/// Draws a model: its maps, or its states and actions if these are few. `None` if they are not.
#[must_use]
pub fn model_svg(model: &CheckedModel) -> Option<String> {
    match &model.board {
        Some(board) => Some(maps(model, &Scene::empty(board))),
        None => graph(model),
    }
}

fn maps(model: &CheckedModel, scene: &Scene<'_>) -> String {
    let shelves = Shelves::of(scene);
    let width = shelves.width.max(NARROWEST) + 2 * MARGIN;
    let legend = Legend::of(scene, width);
    let top = MARGIN + TITLE_HEIGHT;
    let mut root = page(model, width, top + shelves.height + legend.height() + MARGIN);
    for (map, (x, y)) in scene.maps.iter().zip(&shelves.corners) {
        let mut drawing = draw_map(map, false).with("transform", format!("translate({} {})", MARGIN + x, top + y));
        // Bold letters of this size are about ten pixels wide.
        let beside = display_width(&map.level.name) * 10 + 8;
        drawing.push(text(beside, LEVEL_NAME_BASELINE, 12, FAINT, &used(&model.problem, map.level)));
        root.push(drawing);
    }
    root.push(legend.draw().with("transform", format!("translate({MARGIN} {})", top + shelves.height)));
    root.document()
}

/// What a level is for: `training, deployment`.
fn used(problem: &Problem, level: &Level) -> String {
    let states = || level.rows.iter().flatten().flat_map(|cell| &cell.states);
    let trains = states().any(|&state| !problem.train.mass(state).is_zero());
    let deployed = match &problem.deploy {
        DeploymentSet::Point(point) => states().any(|&state| !point.mass(state).is_zero()),
        set => set.over().iter().any(|start| states().any(|state| state == start)),
    };
    let uses = [(trains, "training"), (deployed, "deployment")];
    uses.into_iter().filter(|(used, _)| *used).map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}

fn graph(model: &CheckedModel) -> Option<String> {
    let (drawing, across, down) = state_graph(&model.problem)?;
    let (across, down) = (usize::try_from(across).ok()?, usize::try_from(down).ok()?);
    let width = across.max(NARROWEST) + 2 * MARGIN;
    let top = MARGIN + TITLE_HEIGHT;
    let below = top + down + MARGIN;
    // Letters of this size are about seven pixels wide.
    let notes = wrapped(&notes(&model.problem), (width - 2 * MARGIN) / 7);
    let mut root = page(model, width, below + (notes.len() + 1) * LINE_HEIGHT + MARGIN);
    root.push(drawing.with("transform", format!("translate({} {top})", (width - across) / 2)));
    root.push(signs(&model.problem, below));
    for (line, note) in notes.iter().enumerate() {
        root.push(text(MARGIN, below + (line + 2) * LINE_HEIGHT, 12, FAINT, note));
    }
    Some(root.document())
}

/// An empty picture with the model's name.
fn page(model: &CheckedModel, width: usize, height: usize) -> Element {
    sheet(model.name(), width, height)
        .containing(text(MARGIN, MARGIN + 12, 16, INK, model.name()).with("font-weight", "bold"))
}

/// What the frames of states mean, in a line.
fn signs(problem: &Problem, y: usize) -> Element {
    let mut group = Element::new("g");
    let mut x = MARGIN;
    let mut sign = |frame: [&str; 2], thick: usize, double: bool, name: &str| {
        let mut swatch = Element::new("g");
        let framed = |x: usize, y: usize, width: usize, height: usize, fill: &str, thick: usize| {
            rectangle(x, y, width, height, fill).with("rx", 4).with("stroke", frame[1]).with("stroke-width", thick)
        };
        swatch.push(framed(x, y, 22, 16, frame[0], thick));
        if double {
            swatch.push(framed(x + 3, y + 3, 16, 10, "none", 1));
        }
        group.push(swatch.containing(text(x + 29, y + 12, 12, FAINT, name)));
        x += 29 + name.len() * 7 + 16;
    };
    sign(["#e6e4fb", PATH], 4, false, "training");
    if problem.situations.iter().any(|&state| problem.train.mass(state).is_zero()) {
        sign(["#e6e4fb", PATH], 2, false, "other situation");
    }
    if problem.catastrophe.is_some() {
        sign(["#ffd9d9", ALARM], 2, false, "catastrophe");
    }
    if (0..problem.mdp.states()).any(|state| problem.mdp.is_absorbing(state)) {
        sign(["#ffffff", INK], 2, true, "the end");
    }
    if shows_given(problem) {
        sign(["#fff3cf", "#a07400"], 3, false, "given policy");
    }
    group
}

fn notes(problem: &Problem) -> String {
    let mut notes = "In square boxes: action and specified reward".to_owned();
    if problem.specified != problem.intended {
        notes.push_str("; after \u{201c}meant\u{201d} the intended reward where it differs");
    }
    if (0..problem.mdp.choices()).any(|choice| problem.mdp.row(choice).len() > 1) {
        notes.push_str("; at the arrows that leave them: probabilities");
    }
    notes + "."
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn parsed(picture: &str) -> roxmltree::Document<'_> {
        roxmltree::Document::parse(picture).expect("well formed")
    }

    #[test]
    fn a_gridworld_is_its_maps() {
        let picture = model_svg(&fixture::gridworld()).expect("maps");
        let document = parsed(&picture);
        assert!(document.descendants().all(|node| !node.has_tag_name("polyline")), "no path");
        let said = |words: &str| document.descendants().any(|node| node.text() == Some(words));
        assert!(said("lava walk") && said("train") && said("goal"));
        assert!(said("training, deployment") && said("deployment"), "the first level is for both, the second is not");
    }

    #[test]
    fn a_small_model_is_its_states() {
        let picture = model_svg(&fixture::lava()).expect("few states");
        let document = parsed(&picture);
        for words in ["training 1", "deployment 1/2", "lava: 100, meant -100", "around: 10", "burnt", "catastrophe"] {
            assert!(document.descendants().any(|node| node.text() == Some(words)), "{words}");
        }
        insta::assert_snapshot!(picture);
    }
}

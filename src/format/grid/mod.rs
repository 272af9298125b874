//! Gridworlds: maps drawn as text, expanded to the canonical tree.
//!
//! Every node of the expansion carries the place of the cell or weight that it comes from, so that the
//! canonical decoder's findings point into the maps.

mod arrows;
mod expand;
mod legend;
mod maps;
mod moves;

use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::decode::numbers;
use crate::format::grid::legend::{Legend, Weights};
use crate::format::grid::maps::Map;
use crate::format::grid::moves::Move;
use crate::format::suggest;
use crate::format::tree::{Key, Node, Value};
use crate::mdp::Rational;
use crate::problem::Board;

/// Keys that the expansion provides and a file with `grid` therefore cannot have.
const PROVIDED: [&str; 5] = ["states", "absorbing", "choices", "situations", "board"];

/// The farthest that an agent with a view sees.
const FARTHEST: usize = 100;

/// What the policy sees of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    Everything,
    Position,
    View(usize),
}

/// What the default deployment set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deployment {
    Point,
    Over,
}

/// The key `grid`, read.
struct Grid<'a> {
    moves: Vec<Move>,
    slip: Rational,
    sight: Sight,
    deployment: Deployment,
    features: bool,
    legend: Legend,
    weights: Weights,
    levels: Vec<Map>,
    given: Option<&'a Node>,
    node: &'a Node,
}

/// The entries of a top-level table with the key `grid`, if it is one.
pub(crate) fn find(root: &Node) -> Option<(&[(Key, Node)], &Node)> {
    let Value::Table(entries) = &root.value else { return None };
    let (_, grid) = entries.iter().find(|(key, _)| key.name == "grid")?;
    Some((entries, grid))
}

/// Expands a file with the key `grid`. `None` after reporting what is wrong.
pub(crate) fn expand(
    root: &Node,
    entries: &[(Key, Node)],
    grid: &Node,
    source: &str,
    problems: &mut Problems,
) -> Option<(Node, Board)> {
    let mut sound = true;
    for (key, _) in entries.iter().filter(|(key, _)| PROVIDED.contains(&key.name.as_str())) {
        let message = format!("`{}` stands beside `grid`, which provides it", key.name);
        problems.error(&key.span, message, "remove one of the two");
        sound = false;
    }
    let grid = Grid::decode(grid, source, problems)?;
    if grid.sight != Sight::Everything
        && let Some((key, _)) = entries.iter().find(|(key, _)| key.name == "observations")
    {
        problems.error(
            &key.span,
            "`observations` stands beside `grid.sees`, which provides it",
            "remove one of the two",
        );
        sound = false;
    }
    let expanded = expand::expand(&grid, root, entries, source, problems)?;
    sound.then_some(expanded)
}

impl<'a> Grid<'a> {
    fn decode(node: &'a Node, source: &str, problems: &mut Problems) -> Option<Self> {
        let keys = ["actions", "slip", "sees", "deployment", "features", "terrain", "weights", "level", "given"];
        let fields = Fields::of(node, "`grid`", &keys, problems)?;
        let moves = match fields.get("actions") {
            Some(node) => moves::decode(node, problems),
            None => Some(moves::DEFAULT.to_vec()),
        };
        let slip = match fields.get("slip") {
            Some(node) => numbers::probability(node, "`slip`", "it is the probability of moving sideways", problems),
            None => Some(Rational::ZERO),
        };
        let sight = match fields.get("sees") {
            Some(node) => sight(node, problems),
            None => Some(Sight::Everything),
        };
        let deployment = match fields.get("deployment") {
            Some(node) => deployment(node, problems),
            None => Some(Deployment::Point),
        };
        let features = match fields.get("features") {
            Some(node) => fields::flag(node, "`features`", problems),
            None => Some(false),
        };
        let legend = fields
            .require("terrain", problems, "name the terrains, as in [grid.terrain.wall] with glyph = \"#\"")
            .and_then(|node| Legend::decode(node, problems));
        let weights = match (fields.get("weights"), &legend) {
            (Some(node), Some(legend)) => Weights::decode(node, legend, problems),
            (Some(_), None) => None,
            (None, _) => Some(Weights::default()),
        };
        let levels = fields
            .require("level", problems, "draw a map, as in [[grid.level]] with name and map")
            .and_then(|node| maps::decode(node, legend.as_ref(), source, problems));
        Some(Self {
            moves: moves?,
            slip: slip?,
            sight: sight?,
            deployment: deployment?,
            features: features?,
            legend: legend?,
            weights: weights?,
            levels: levels?,
            given: fields.get("given"),
            node,
        })
    }
}

fn sight(node: &Node, problems: &mut Problems) -> Option<Sight> {
    if matches!(node.value, Value::Table(_)) {
        let fields = Fields::of(node, "`sees`", &["view"], problems)?;
        let node = fields.require("view", problems, "give the radius, as in { view = 1 }")?;
        return numbers::count(node, "the view", FARTHEST, problems).map(Sight::View);
    }
    match fields::text(node, "`sees`", problems)? {
        "everything" => Some(Sight::Everything),
        "position" => Some(Sight::Position),
        other => {
            let hint = match suggest::closest(other, ["everything", "position"]) {
                Some(likely) => format!("did you mean `{likely}`?"),
                None => "write \"everything\", \"position\" or { view = 1 }".to_owned(),
            };
            problems.error(&node.span, format!("unknown sight `{other}`"), hint);
            None
        }
    }
}

fn deployment(node: &Node, problems: &mut Problems) -> Option<Deployment> {
    match fields::text(node, "`deployment`", problems)? {
        "point" => Some(Deployment::Point),
        "over" => Some(Deployment::Over),
        other => {
            let hint = suggest::hint(other, ["point", "over"], "kinds");
            problems.error(&node.span, format!("unknown deployment `{other}`"), hint);
            None
        }
    }
}

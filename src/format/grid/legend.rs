//! The legend: terrains with their glyphs and features, and the weights of the two rewards.

use crate::format::decode::fields::{self, Fields, Problems};
use crate::format::decode::numbers;
use crate::format::drawing::glyph;
use crate::format::suggest;
use crate::format::tree::{Node, Span};
use crate::mdp::Rational;

/// The feature that is 1 on every step.
pub(crate) const STEP: &str = "step";

/// One kind of cell.
#[derive(Debug)]
pub(crate) struct Terrain {
    pub(crate) name: String,
    pub(crate) glyph: char,
    pub(crate) wall: bool,
    pub(crate) start: bool,
    pub(crate) terminal: bool,
    /// The label of its cells' states, and where the file says so.
    pub(crate) label: Option<(String, Span)>,
    /// Its features by number, see [`Legend::features`].
    pub(crate) features: Vec<(usize, Rational)>,
}

/// All terrains.
#[derive(Debug, Default)]
pub(crate) struct Legend {
    pub(crate) terrains: Vec<Terrain>,
    /// The features of what can be entered, in order of first appearance, and `step` at the end.
    pub(crate) features: Vec<String>,
}

impl Legend {
    pub(crate) fn decode(node: &Node, problems: &mut Problems) -> Option<Self> {
        let hint = "write [grid.terrain.NAME] with glyph = \"…\"";
        let entries = fields::entries(node, "`grid.terrain`", hint, problems)?;
        let mut legend = Self::default();
        let mut whole = true;
        for (key, value) in entries {
            match legend.terrain(&key.name, value, problems) {
                Some((terrain, glyph)) => {
                    if let Some(other) = legend.terrains.iter().find(|other| other.glyph == terrain.glyph) {
                        let message = format!(
                            "the terrains `{}` and `{}` have the same glyph `{}`",
                            other.name, terrain.name, terrain.glyph
                        );
                        problems.error(&glyph, message, "draw one of them with another character");
                        whole = false;
                    }
                    legend.terrains.push(terrain);
                }
                None => whole = false,
            }
        }
        legend.features.push(STEP.to_owned());
        whole.then_some(legend)
    }

    fn terrain(&mut self, name: &str, node: &Node, problems: &mut Problems) -> Option<(Terrain, Span)> {
        let what = format!("the terrain `{name}`");
        let keys = ["glyph", "wall", "start", "terminal", "label", "features"];
        let fields = Fields::of(node, &what, &keys, problems)?;
        let node = fields.require("glyph", problems, "give the character that it is drawn with");
        let glyph = node.and_then(|node| glyph(node, problems).map(|glyph| (glyph, node.span.clone())));
        let mut switch = |key: &str| match fields.get(key) {
            Some(node) => fields::flag(node, &format!("`{key}`"), problems),
            None => Some(false),
        };
        let (wall, start, terminal) = (switch("wall"), switch("start"), switch("terminal"));
        if wall == Some(true) {
            for key in ["start", "terminal", "label", "features"] {
                if let Some(node) = fields.get(key) {
                    let message = format!("{what} is a wall and has `{key}`");
                    problems.error(&node.span, message, "nothing is ever in a wall: remove one of the two");
                }
            }
        }
        let label = match fields.get("label") {
            // Reported above.
            Some(_) if wall == Some(true) => Some(None),
            Some(node) => {
                fields::text(node, "a label", problems).map(|label| Some((label.to_owned(), node.span.clone())))
            }
            None => Some(None),
        };
        let features = match fields.get("features") {
            Some(node) => self.features_of(node, problems),
            None if wall == Some(true) => Some(Vec::new()),
            None if name == STEP => {
                let message = "the terrain `step` would have the feature `step`, which every step has";
                problems.error(&fields.span(), message, "rename the terrain or give it `features`");
                None
            }
            None => Some(vec![(self.feature(name), Rational::ONE)]),
        };
        let (glyph, span) = glyph?;
        let terrain = Terrain {
            name: name.to_owned(),
            glyph,
            wall: wall?,
            start: start?,
            terminal: terminal?,
            label: label?,
            features: features?,
        };
        Some((terrain, span))
    }

    fn features_of(&mut self, node: &Node, problems: &mut Problems) -> Option<Vec<(usize, Rational)>> {
        let entries = fields::entries(node, "`features`", "write { dirt = 1 }", problems)?;
        let mut features = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            if key.name == STEP {
                let message = "the feature `step` is 1 on every step and belongs to no terrain";
                problems.error(&key.span, message, "rename it");
                continue;
            }
            if let Some(number) = numbers::rational(value, &format!("the feature `{}`", key.name), problems) {
                features.push((self.feature(&key.name), number));
            }
        }
        (features.len() == entries.len()).then_some(features)
    }

    /// The number of a feature, a new one if need be.
    fn feature(&mut self, name: &str) -> usize {
        self.features.iter().position(|known| known == name).unwrap_or_else(|| {
            self.features.push(name.to_owned());
            self.features.len() - 1
        })
    }

    /// The glyphs with the names of their terrains.
    pub(crate) fn glyphs(&self) -> Vec<(char, &str)> {
        self.terrains.iter().map(|terrain| (terrain.glyph, terrain.name.as_str())).collect()
    }

    /// The value of a feature when a cell of this terrain is entered.
    pub(crate) fn value(&self, terrain: usize, feature: usize) -> Rational {
        if feature + 1 == self.features.len() {
            return Rational::ONE;
        }
        let own = self.terrains[terrain].features.iter().find(|(known, _)| *known == feature);
        own.map(|(_, value)| value.clone()).unwrap_or(Rational::ZERO)
    }
}

/// The weights of the features, specified and intended.
#[derive(Debug, Default)]
pub(crate) struct Weights {
    specified: Vec<(usize, Rational)>,
    intended: Vec<(usize, Rational)>,
}

impl Weights {
    pub(crate) fn decode(node: &Node, legend: &Legend, problems: &mut Problems) -> Option<Self> {
        let fields = Fields::of(node, "`grid.weights`", &["specified", "intended"], problems)?;
        let mut read = |name: &str| match fields.get(name) {
            Some(node) => weights(node, name, legend, problems),
            None => Some(Vec::new()),
        };
        let (specified, intended) = (read("specified"), read("intended"));
        Some(Self { specified: specified?, intended: intended? })
    }

    /// The two rewards, by name, of entering a cell of this terrain.
    pub(crate) fn rewards(&self, legend: &Legend, terrain: usize) -> [Rational; 2] {
        [&self.specified, &self.intended].map(|weights| {
            weights.iter().fold(Rational::ZERO, |sum, (feature, weight)| sum + weight * legend.value(terrain, *feature))
        })
    }
}

fn weights(node: &Node, reward: &str, legend: &Legend, problems: &mut Problems) -> Option<Vec<(usize, Rational)>> {
    let what = format!("`grid.weights.{reward}`");
    let entries = fields::entries(node, &what, "write feature = weight", problems)?;
    let mut weights = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let weight = numbers::rational(value, &format!("the weight of `{}`", key.name), problems);
        let feature = legend.features.iter().position(|known| *known == key.name);
        if feature.is_none() {
            let hint = if legend.terrains.iter().any(|terrain| terrain.wall && terrain.name == key.name) {
                format!("`{}` is a wall, and walls are never entered", key.name)
            } else {
                suggest::hint(&key.name, legend.features.iter().map(String::as_str), "features")
            };
            problems.error(&key.span, format!("{what} weighs `{}`, a feature that no terrain has", key.name), hint);
        }
        weights.extend(feature.zip(weight));
    }
    (weights.len() == entries.len()).then_some(weights)
}

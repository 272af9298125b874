//! What a witness looks like on the maps: arrows of the policy, the path, where it starts and ends.

use std::collections::{BTreeMap, HashMap};

use crate::decomposition::Witness;
use crate::mdp::{ChoiceId, StateId};
use crate::problem::{Board, Level};
use crate::report::CheckedModel;

/// Row and column on a map.
pub(super) type Place = (usize, usize);

/// The direction in which an action moves the agent on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Arrow {
    Up,
    Down,
    Left,
    Right,
    /// The agent stays where it is.
    Stay,
    /// It goes elsewhere: to another map, off the maps, or several cells away.
    Elsewhere,
}

impl Arrow {
    /// The character that is drawn.
    pub(super) fn glyph(self) -> char {
        match self {
            Self::Up => '↑',
            Self::Down => '↓',
            Self::Left => '←',
            Self::Right => '→',
            Self::Stay => '•',
            Self::Elsewhere => '*',
        }
    }

    fn named(action: &str) -> Option<Self> {
        Some(match action {
            "up" | "north" => Self::Up,
            "down" | "south" => Self::Down,
            "left" | "west" => Self::Left,
            "right" | "east" => Self::Right,
            "stay" | "wait" => Self::Stay,
            _ => return None,
        })
    }

    fn between(from: Place, to: Place) -> Self {
        match (to.0.cmp(&from.0), to.1.cmp(&from.1), from.0.abs_diff(to.0) + from.1.abs_diff(to.1)) {
            (_, _, 0) => Self::Stay,
            (std::cmp::Ordering::Less, _, 1) => Self::Up,
            (std::cmp::Ordering::Greater, _, 1) => Self::Down,
            (_, std::cmp::Ordering::Less, 1) => Self::Left,
            (_, std::cmp::Ordering::Greater, 1) => Self::Right,
            _ => Self::Elsewhere,
        }
    }
}

/// A map with what happens on it.
#[derive(Debug)]
pub(super) struct Map<'a> {
    pub level: &'a Level,
    /// The distinct arrows in each visited cell.
    pub arrows: BTreeMap<Place, Vec<Arrow>>,
    /// The pieces of the path that lie on this map.
    pub tracks: Vec<Vec<Place>>,
    /// Where the path starts.
    pub start: Option<Place>,
    /// The last cell of the path.
    pub end: Option<Place>,
}

impl<'a> Map<'a> {
    fn empty(level: &'a Level) -> Self {
        Self { level, arrows: BTreeMap::new(), tracks: Vec::new(), start: None, end: None }
    }

    /// Whether the path goes through a cell.
    pub(super) fn on_path(&self, place: Place) -> bool {
        self.tracks.iter().any(|track| track.contains(&place))
    }

    fn is_involved(&self) -> bool {
        !self.arrows.is_empty() || !self.tracks.is_empty()
    }
}

/// The maps that a witness involves.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub maps: Vec<Map<'a>>,
    /// Whether the path ends in the catastrophe.
    pub catastrophic: bool,
    /// Whether the arrows say all that the policy decides.
    pub shows_policy: bool,
}

impl<'a> Scene<'a> {
    /// All maps, with nothing on them.
    pub(super) fn empty(board: &'a Board) -> Self {
        Self { maps: board.levels.iter().map(Map::empty).collect(), catastrophic: false, shows_policy: false }
    }
}

/// Draws a witness on the maps of its model; `None` without maps or when it does not touch them.
pub(super) fn scene<'a>(model: &'a CheckedModel, witness: &Witness) -> Option<Scene<'a>> {
    let places = places(model.board.as_ref()?);
    let mut maps: Vec<Map<'_>> = model.board.iter().flat_map(|board| &board.levels).map(Map::empty).collect();
    let place_of = |state| places.get(&model.state_in_file(state)).copied();
    let mut off_map = false;
    if let Some(policy) = &witness.policy {
        for state in model.visited(witness) {
            for &(choice, _) in policy.row(state) {
                let Some((level, place)) = place_of(state) else {
                    off_map |= model.examined.problem.mdp.choices_of(state).len() > 1;
                    continue;
                };
                let arrow = arrow(model, choice, (level, place), place_of);
                let drawn = maps[level].arrows.entry(place).or_default();
                if !drawn.contains(&arrow) {
                    drawn.push(arrow);
                }
            }
        }
    }
    if let Some(path) = &witness.path {
        let states = path.steps.iter().map(|step| step.state).chain([path.end]);
        let stops: Vec<_> = states.map(place_of).collect();
        for run in stops.chunk_by(|one, next| one.map(|(level, _)| level) == next.map(|(level, _)| level)) {
            if let Some((level, _)) = run[0] {
                maps[level].tracks.push(run.iter().flatten().map(|&(_, place)| place).collect());
            }
        }
        if let Some((level, place)) = stops.iter().find_map(|stop| *stop) {
            maps[level].start = Some(place);
        }
        if let Some((level, place)) = stops.iter().rev().find_map(|stop| *stop) {
            maps[level].end = Some(place);
        }
    }
    maps.retain(Map::is_involved);
    if maps.is_empty() {
        return None;
    }
    let clear = |drawn: &Vec<Arrow>| matches!(drawn.as_slice(), [arrow] if *arrow != Arrow::Elsewhere);
    let shows_policy = !off_map && maps.iter().all(|map| map.arrows.values().all(clear));
    let catastrophic = witness.path.as_ref().is_some_and(|path| path.catastrophic);
    Some(Scene { maps, catastrophic, shows_policy })
}

fn places(board: &Board) -> HashMap<StateId, (usize, Place)> {
    let mut places = HashMap::new();
    for (level, map) in board.levels.iter().enumerate() {
        for (row, cells) in map.rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                places.extend(cell.states.iter().map(|&state| (state, (level, (row, column)))));
            }
        }
    }
    places
}

/// By the action's name where that is a direction, otherwise by where the action most likely leads.
fn arrow(
    model: &CheckedModel,
    choice: ChoiceId,
    (level, place): (usize, Place),
    place_of: impl Fn(StateId) -> Option<(usize, Place)>,
) -> Arrow {
    Arrow::named(model.action_name(choice)).unwrap_or_else(|| {
        let likeliest = model.examined.problem.mdp.row(choice).max_by_key(|&(_, probability)| probability);
        match likeliest.and_then(|(successor, _)| place_of(successor)) {
            Some((there, target)) if there == level => Arrow::between(place, target),
            _ => Arrow::Elsewhere,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decomposition::Status;
    use crate::report::fixture;

    #[test]
    fn the_path_and_the_policy_are_on_their_maps() {
        let model = fixture::gridworld();
        let failure = model.examined.answers.iter().find(|answer| answer.status() == Status::Fails).expect("a failure");
        let scene = scene(&model, failure.witness.as_ref().expect("a witness")).expect("on the maps");
        let [train, lava] = scene.maps.as_slice() else { panic!("two maps") };
        assert_eq!((train.start, train.tracks.len(), train.arrows.len()), (None, 0, 4));
        assert_eq!((lava.start, lava.end), (Some((1, 1)), Some((1, 3))));
        assert_eq!(lava.tracks, [[(1, 1), (1, 2), (1, 3)]]);
        assert!(lava.arrows.values().all(|arrows| *arrows == [Arrow::Right]));
        assert!(scene.catastrophic && scene.shows_policy);
    }

    #[test]
    fn states_of_one_cell_are_one_place() {
        let mut model = fixture::gridworld();
        let failure = model.examined.answers.iter().find(|answer| answer.status() == Status::Fails).expect("a failure");
        let witness = failure.witness.clone().expect("a witness");
        // The state of `lava_r1c2` now lies in the first cell too.
        let board = model.board.as_mut().expect("a board");
        let moved = board.levels[1].rows[1][2].states.clone();
        board.levels[1].rows[1][1].states.extend(moved);
        board.levels[1].rows[1][2].states.clear();
        let drawn = scene(&model, &witness).expect("on the maps");
        assert_eq!(drawn.maps[1].tracks, [[(1, 1), (1, 1), (1, 3)]]);
    }

    #[test]
    fn actions_without_a_direction_go_where_they_lead() {
        assert_eq!(Arrow::named("north"), Some(Arrow::Up));
        assert_eq!(Arrow::named("press"), None);
        let cases = [
            ((0, 1), Arrow::Up),
            ((2, 1), Arrow::Down),
            ((1, 0), Arrow::Left),
            ((1, 2), Arrow::Right),
            ((1, 1), Arrow::Stay),
            ((2, 2), Arrow::Elsewhere),
            ((1, 3), Arrow::Elsewhere),
        ];
        for (to, expected) in cases {
            assert_eq!(Arrow::between((1, 1), to), expected, "{to:?}");
        }
    }
}

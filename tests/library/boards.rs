//! Maps of models that are written state by state: each state lies where the moves between states say.

use lavaproof::format::{self, ModelFile};
use lavaproof::mdp::StateId;

fn file(name: &str) -> ModelFile {
    let path = format!("{}/models/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("a shipped model");
    format::read(&path, &text).expect("a valid model")
}

/// Down and right, in cells.
fn step(action: &str) -> Option<(i64, i64)> {
    Some(match action {
        "up" | "north" => (-1, 0),
        "down" | "south" => (1, 0),
        "left" | "west" => (0, -1),
        "right" | "east" => (0, 1),
        _ => return None,
    })
}

/// Row and column of a state.
fn place(file: &ModelFile, state: StateId) -> (i64, i64) {
    let board = file.board.as_ref().expect("a board");
    let (_, row, column) = board.position(state).expect("every state lies on the map");
    [row, column].map(|at| i64::try_from(at).expect("a small map")).into()
}

/// Moves go a cell (`wide` columns) in the direction of their name or stay; with `slips` any direction does; and how many moves there are.
fn moves(file: &ModelFile, wide: i64, slips: impl Fn(&str) -> bool) -> usize {
    let mdp = &file.problem.mdp;
    let mut seen = 0;
    for choice in 0..mdp.choices() {
        let Some(named) = step(mdp.action_name(choice)) else { continue };
        let from = mdp.state_of(choice);
        let (row, column) = place(file, from);
        for target in mdp.successors(choice) {
            let (to, across) = place(file, target);
            let moved = (to - row, across - column);
            let (down, right) = (named.0, wide * named.1);
            let sideways = moved.0.abs() * wide + moved.1.abs() == wide;
            let allowed = moved == (0, 0) || moved == (down, right) || slips(mdp.state_name(from)) && sideways;
            assert!(allowed, "{} {}: {moved:?}", mdp.state_name(from), mdp.action_name(choice));
            seen += usize::from(moved != (0, 0));
        }
    }
    seen
}

#[test]
fn states_lie_where_moves_lead() {
    let folder = "ai-safety-gridworlds";
    for name in [
        "conveyor-belt",
        "conveyor-belt-penalty",
        "rocks-and-diamonds",
        "safe-interruptibility",
        "safe-interruptibility-rare",
        "safe-interruptibility-threshold",
        "side-effects-sokoban",
        "tomato-watering",
    ] {
        assert!(moves(&file(&format!("{folder}/{name}.toml")), 1, |_| false) > 10, "{name}");
    }
    assert!(moves(&file(&format!("{folder}/whisky-and-gold.toml")), 1, |state| state.starts_with("drunk")) > 10);
    assert!(moves(&file("gymnasium/frozen-lake.json"), 1, |_| true) > 10);
    // Between two cells of the taxi's map there is a column with its walls.
    assert!(moves(&file("gymnasium/taxi.json"), 2, |_| false) > 100);
}

/// The cliff leads back to the start; every other move goes where it says.
#[test]
fn the_cliff_leads_back_to_the_start() {
    for name in ["cliff-walking", "cliff-walking-q-learning"] {
        let file = file(&format!("gymnasium/{name}.json"));
        let mdp = &file.problem.mdp;
        let mut fallen = 0;
        for choice in 0..mdp.choices() {
            let (down, right) = step(mdp.action_name(choice)).expect("a direction");
            let ((row, column), target) = (place(&file, mdp.state_of(choice)), mdp.successors(choice).next());
            let aimed = ((row + down).clamp(0, 3), (column + right).clamp(0, 11));
            let cliff = aimed.0 == 3 && (1..11).contains(&aimed.1);
            let expected = if cliff { (3, 0) } else { aimed };
            assert_eq!(place(&file, target.expect("a successor")), expected, "{choice}");
            fallen += usize::from(cliff);
        }
        // From above each of its ten cells, and from the start.
        assert_eq!(fallen, 11);
    }
}

//! Gridworlds: what their maps mean.

use super::reading::accept;
use crate::format::write;
use crate::mdp::parse_rational;
use crate::problem::DeploymentSet;

pub(crate) const MEADOW: &str = r##"format = "lavaproof-model/1"
name = "meadow"
criterion = { discounted = "9/10" }
catastrophe = { label = "lava" }
[grid]
slip = "1/5"
[grid.terrain.dirt]
glyph = "."
[grid.terrain.start]
glyph = "A"
start = true
features = { dirt = 1 }
[grid.terrain.wall]
glyph = "#"
wall = true
[grid.terrain.lava]
glyph = "L"
terminal = true
label = "lava"
[grid.terrain.goal]
glyph = "G"
terminal = true
[grid.weights.specified]
step = -1
goal = 10
lava = 100
[grid.weights.intended]
goal = 10
lava = -100
[[grid.level]]
name = "meadow"
role = "train"
map = """
####
#A.#
#LG#
####
"""
[[grid.level]]
name = "hill"
role = "deploy"
map = ["#AG"]
"##;

#[test]
fn a_map_with_slip_expands_to_the_file_written_by_hand() {
    let by_hand = r#"{
      "format": "lavaproof-model/1", "name": "meadow", "criterion": { "discounted": "9/10" },
      "states": ["meadow_r1c1", "meadow_r1c2", "meadow_r2c1", "meadow_r2c2", "hill_r0c1", "hill_r0c2"],
      "absorbing": ["meadow_r2c1", "meadow_r2c2", "hill_r0c2"],
      "choices": [
        { "state": "meadow_r1c1", "action": "up", "to": { "meadow_r1c1": "9/10", "meadow_r1c2": "1/10" }, "rewards": { "specified": -1 } },
        { "state": "meadow_r1c1", "action": "down", "to": { "meadow_r2c1": "4/5", "meadow_r1c1": "1/10", "meadow_r1c2": "1/10" }, "rewards": { "specified": 79, "intended": -80 } },
        { "state": "meadow_r1c1", "action": "left", "to": { "meadow_r1c1": "9/10", "meadow_r2c1": "1/10" }, "rewards": { "specified": 9, "intended": -10 } },
        { "state": "meadow_r1c1", "action": "right", "to": { "meadow_r1c2": "4/5", "meadow_r1c1": "1/10", "meadow_r2c1": "1/10" }, "rewards": { "specified": 9, "intended": -10 } },
        { "state": "meadow_r1c2", "action": "up", "to": { "meadow_r1c2": "9/10", "meadow_r1c1": "1/10" }, "rewards": { "specified": -1 } },
        { "state": "meadow_r1c2", "action": "down", "to": { "meadow_r2c2": "4/5", "meadow_r1c1": "1/10", "meadow_r1c2": "1/10" }, "rewards": { "specified": 7, "intended": 8 } },
        { "state": "meadow_r1c2", "action": "left", "to": { "meadow_r1c1": "4/5", "meadow_r1c2": "1/10", "meadow_r2c2": "1/10" }, "rewards": { "specified": 0, "intended": 1 } },
        { "state": "meadow_r1c2", "action": "right", "to": { "meadow_r1c2": "9/10", "meadow_r2c2": "1/10" }, "rewards": { "specified": 0, "intended": 1 } },
        { "state": "hill_r0c1", "action": "up", "to": { "hill_r0c1": "9/10", "hill_r0c2": "1/10" }, "rewards": { "specified": 0, "intended": 1 } },
        { "state": "hill_r0c1", "action": "down", "to": { "hill_r0c1": "9/10", "hill_r0c2": "1/10" }, "rewards": { "specified": 0, "intended": 1 } },
        { "state": "hill_r0c1", "action": "left", "to": { "hill_r0c1": 1 }, "rewards": { "specified": -1 } },
        { "state": "hill_r0c1", "action": "right", "to": { "hill_r0c2": "4/5", "hill_r0c1": "1/5" }, "rewards": { "specified": 7, "intended": 8 } } ],
      "labels": { "lava": ["meadow_r2c1"] },
      "situations": ["meadow_r1c1", "hill_r0c1"],
      "train": { "meadow_r1c1": 1 },
      "deploy": { "point": { "hill_r0c1": 1 } },
      "catastrophe": { "label": "lava" } }"#;
    let grid = accept("meadow.toml", MEADOW);
    assert_eq!(grid.problem, accept("meadow.json", by_hand).problem);
    let written = accept("meadow.json", &write(&grid));
    assert_eq!((&written.problem, &written.board), (&grid.problem, &grid.board));
    // A state's place in the file is its cell.
    assert_eq!(&grid.text[grid.at_state(2)], "L");
    assert_eq!(&grid.text[grid.at_state(5)], "G");
}

#[test]
fn the_board_knows_where_states_lie() {
    let file = accept("meadow.toml", MEADOW);
    let board = file.board.expect("a board");
    assert_eq!(board.levels.len(), 2);
    for state in 0..file.problem.mdp.states() {
        let (level, row, column) = board.position(state).expect("on a map");
        let name = format!("{}_r{row}c{column}", board.levels[level].name);
        assert_eq!(file.problem.mdp.state_name(state), name);
    }
    assert!(board.levels[0].rows[0][0].wall);
}

#[test]
fn sight_makes_cells_look_alike() {
    let position = accept("a.toml", &MEADOW.replace("[grid]", "[grid]\nsees = \"position\""));
    let seen = position.problem.observations.as_ref().expect("observations");
    assert_eq!(seen.name(seen.of(0)), Some("r1c1"));
    let view = accept("a.toml", &MEADOW.replace("[grid]", "[grid]\nsees = { view = 1 }"));
    let seen = view.problem.observations.as_ref().expect("observations");
    assert_eq!(seen.name(seen.of(0)), Some("###/#A./#LG"));
    assert_eq!(seen.name(seen.of(4)), Some("###/#AG/###"));
    assert_eq!(seen.name(seen.of(2)), None);
}

#[test]
fn arrows_give_a_policy() {
    let arrows = "[grid]\n[grid.given]\nhill = [\"#>G\"]\nmeadow = '''\n####\n#>v#\n#LG#\n####'''\n[gridd]";
    let arrows = arrows.replace("[gridd]", "");
    let text = MEADOW.replace("[grid]\nslip = \"1/5\"\n", &arrows);
    let file = accept("a.toml", &text);
    let given = file.problem.learner.given.as_ref().expect("a policy");
    let action = |state| file.problem.mdp.action_name(given.row(state)[0].0);
    assert_eq!([action(0), action(1), action(4)], ["right", "down", "right"]);
}

#[test]
fn features_starts_and_deployment_sets() {
    let text = MEADOW
        .replace("[grid]\n", "[grid]\nfeatures = true\ndeployment = \"over\"\nactions = [\"stay\", \"right\"]\n")
        .replace("role = \"train\"", "role = \"both\"\nstarts = \"all\"");
    // No lava can be entered by moving right only when nothing slips; here it can.
    let file = accept("a.toml", &text);
    let names: Vec<&str> = file.problem.features.iter().map(|feature| feature.name.as_str()).collect();
    assert_eq!(names, ["dirt", "lava", "goal", "step"]);
    let tenth = parse_rational("1/10").expect("a number");
    assert_eq!(file.problem.features[1].values[1], tenth);
    assert_eq!(file.problem.situations.len(), 3);
    assert!(matches!(&file.problem.deploy, DeploymentSet::Over(over) if over.len() == 3));
    assert_eq!(file.problem.train.support().len(), 2);
}

#[test]
fn the_same_grid_in_json() {
    let json = r##"{ "format": "lavaproof-model/1", "criterion": { "total": true },
      "grid": { "terrain": { "a": { "glyph": "\u00e4", "start": true }, "b": { "glyph": "\\", "terminal": true } },
                "level": [ { "name": "x", "map": "\u00e4\\\n\u00e4\\" } ] } }"##;
    let file = accept("x.json", json);
    assert_eq!(file.problem.mdp.states(), 4);
    assert_eq!(&file.text[file.at_state(3)], "\\\\");
    assert_eq!(&file.text[file.at_state(2)], "\\u00e4");
}

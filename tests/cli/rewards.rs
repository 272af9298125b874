//! Questions about all rewards: the published numbers, and evidence that the separate checker accepts.

use std::path::Path;
use std::process::Command;

use crate::{Run, folder, names_in, run, run_in, shipped};

const FIGURE: &str = "models/power-seeking/figure-1.toml";
const HACKING: &str = "models/reward-hacking/two-states.toml";
const ARMS: &str = "models/reward-learning/three-arms.toml";
const TERRAINS: &str = "models/value-alignment-verification/two-terrains.toml";

/// A run of the program that answers, and what it printed below the name of the model.
fn answered(arguments: &[&str]) -> Vec<String> {
    let run = run(&[&["rewards"], arguments].concat());
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{arguments:?}");
    run.out.lines().skip(1).map(|line| line.trim().to_owned()).collect()
}

/// What `proofs/rewards.py` says of evidence.
fn checked(model: &Path, evidence: &[&Path]) -> String {
    let checker = concat!(env!("CARGO_MANIFEST_DIR"), "/proofs/rewards.py");
    let output = Command::new("python3").arg(checker).arg(model).args(evidence).output().expect("Python 3");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_published_numbers() {
    let far = answered(&["power", FIGURE, "--far-sighted"]);
    let shares = ["off", "left", "right"].into_iter().zip(["113/480", "47/160", "113/240"]);
    let expected = shares.map(|(action, share)| format!("{action} is optimal with probability: {share}"));
    assert_eq!(far, [vec!["POWER of start: 517/640".to_owned()], expected.collect()].concat());
    // (2/3 + γ/2)/(1 + γ) at 9/10.
    assert_eq!(answered(&["power", FIGURE, "--state", "l_down"])[0], "POWER of l_down: 67/114");
    assert_eq!(answered(&["power", FIGURE, "--state", "r_down", "--discount", "1/7"])[0], "POWER of r_down: 2/3");
    let orders = answered(&["orders", HACKING]);
    let counts = ["4", "12 of 24", "25 of 75", "36 of 276", "24"];
    assert!(orders.iter().zip(counts).all(|(line, count)| line.ends_with(&format!(": {count}"))), "{orders:?}");
    let bandit = answered(&["orders", ARMS]);
    let counts = ["3", "6 of 6", "13 of 13", "18 of 66", "12"];
    assert!(bandit.iter().zip(counts).all(|(line, count)| line.ends_with(&format!(": {count}"))), "{bandit:?}");
    let sets = answered(&["sets", HACKING]);
    assert!(sets[1].ends_with(": 9 of 15") && sets[2].ends_with(": 13 of 15"), "{sets:?}");
    assert!(answered(&["aligned", TERRAINS]).contains(&"cones of aligned weights: 1".to_owned()));
    assert_eq!(answered(&["data", ARMS, "--error", "1/10", "--regret", "1/2"]).len(), 4);
}

/// The committed evidence is what the program writes today. (`proofs/test_rewards.py` has it checked, and corrupts it.)
#[test]
fn the_committed_evidence_is_up_to_date() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/certify");
    let committed = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/proofs/evidence"));
    let fresh = folder(&[]);
    let output = Command::new("python3")
        .args([script, "--evidence", "--to"])
        .arg(fresh.path())
        .env("LAVAPROOF", env!("CARGO_BIN_EXE_lavaproof"))
        .output()
        .expect("Python 3");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(names_in(fresh.path()), names_in(committed));
    for name in names_in(committed) {
        let text = |folder: &Path| std::fs::read_to_string(folder.join(&name)).expect("a text");
        assert_eq!(text(fresh.path()), text(committed), "{name}: run scripts/certify");
    }
}

/// Two states and two actions in each, with rows and rewards of small numbers.
fn random_process(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut choices = String::new();
    for from in ["x", "y"] {
        for action in ["a", "b"] {
            let (mass, dirt, water) = (next(4), next(4), next(3));
            let meant = i64::try_from(2 * dirt).expect("small") - i64::try_from(water).expect("small");
            choices.push_str(&format!(
                "[[choices]]\nstate = \"{from}\"\naction = \"{action}\"\nto = {{ x = \"{mass}/3\", y = \"{}/3\" }}\n\
                 rewards = {{ intended = {meant} }}\nfeatures = {{ dirt = {dirt}, water = {water} }}\n",
                3_u64.abs_diff(mass)
            ));
        }
    }
    format!(
        "format = \"lavaproof-model/1\"\ncriterion = {{ discounted = \"2/3\" }}\nstates = [\"x\", \"y\"]\n\
         situations = [\"x\", \"y\"]\ntrain = {{ x = \"1/4\", y = \"3/4\" }}\ndeploy = {{ over = [\"x\"] }}\n{choices}"
    )
    .replace("x = \"0/3\", ", "")
    .replace(", y = \"0/3\"", "")
}

#[test]
fn evidence_about_random_processes_is_accepted() {
    for seed in 1..=12 {
        let text = random_process(seed);
        let folder = folder(&[("m.toml", &text)]);
        let here = folder.path();
        for arguments in [
            vec!["orders", "m.toml"],
            vec!["sets", "m.toml"],
            vec!["aligned", "m.toml"],
            vec!["data", "m.toml", "--error", "1/8", "--regret", "1/3"],
            vec!["power", "m.toml", "--state", "x"],
            vec!["power", "m.toml", "--state", "y", "--far-sighted"],
        ] {
            let run = run_in(here, &[vec!["rewards"], arguments, vec!["--proofs", "e"]].concat());
            assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{text}");
        }
        let names = names_in(&here.join("e"));
        let evidence: Vec<_> =
            names.iter().filter(|name| name.ends_with(".evidence")).map(|name| here.join("e").join(name)).collect();
        let paths: Vec<&Path> = evidence.iter().map(AsRef::as_ref).collect();
        let said = checked(&here.join("e/m.model"), &paths);
        assert_eq!(said.lines().filter(|line| *line == "accepted").count(), 6, "{text}\n{said}");
    }
}

/// What is computed and has no evidence is said to be uncertified.
#[test]
fn too_many_pieces_are_no_evidence() {
    let folder = folder(&[("figure.toml", &shipped("power-seeking/figure-1.toml"))]);
    let run = run_in(folder.path(), &["rewards", "power", "figure.toml", "--proofs", "e"]);
    assert_eq!((run.code, run.err.as_str()), (Some(3), ""));
    assert!(run.out.contains("POWER of start: ") && run.out.contains("uncertified: "), "{}", run.out);
    assert_eq!(names_in(folder.path()), ["figure.toml"]);
}

/// A question that is too large, or for which there is no time, is open.
#[test]
fn what_is_not_answered_is_unknown() {
    let tomatoes = "models/ai-safety-gridworlds/tomato-watering.toml";
    for (arguments, reason) in [
        (vec!["orders", tomatoes], "65536 deterministic policies are too many: at most 6"),
        (vec!["power", FIGURE, "--far-sighted", "--timeout", "0"], "time"),
        (vec!["data", HACKING, "--error", "1/10", "--regret", "1/2", "--timeout", "0"], "time"),
    ] {
        let run = run(&[vec!["rewards"], arguments.clone()].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(3), ""), "{arguments:?}: {}", run.err);
        assert!(run.err.contains(": unknown: ") && run.err.contains(reason), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn answers_for_scripts() {
    let folder = folder(&[("arms.toml", &shipped("reward-learning/three-arms.toml"))]);
    let run = run_in(folder.path(), &["rewards", "orders", "arms.toml", "--proofs", "e", "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let document: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(document["question"], "orders");
    assert_eq!(document["evidence"], "e/arms--orders.evidence");
    assert_eq!(document["findings"][2]["found"], "13 of 13");
    assert!(document["uncertified"].is_null());
}

#[test]
fn questions_that_a_model_does_not_pose() {
    let refused = |arguments: &[&str]| -> Run {
        let run = run(&[&["rewards"], arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        run
    };
    for (arguments, message) in [
        (vec!["power", HACKING], "the model has 2 situations; choose a state with --state"),
        (vec!["power", FIGURE, "--state", "nowhere"], "the model has no state `nowhere`"),
        (vec!["power", FIGURE, "--discount", "half"], "`half` is not an exact number"),
        (vec!["power", FIGURE, "--discount", "0"], "the discount must be above 0"),
        (vec!["power", FIGURE, "--discount", "1"], "not 1"),
        (vec!["aligned", FIGURE], "the model declares no features"),
        (vec!["orders", "models/gymnasium/cliff-walking.json"], "the model is not discounted"),
        (vec!["data", ARMS, "--error=-1", "--regret", "1"], "`--error` must not be negative"),
        (vec!["orders", ARMS, "--format", "sarif"], "`rewards` writes human and json, not sarif"),
    ] {
        let run = refused(&arguments);
        assert!(run.err.contains(message), "{arguments:?}: {}", run.err);
    }
}

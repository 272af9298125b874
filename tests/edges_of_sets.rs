//! Sets of distributions at their edges: situations that are listed and can have no mass, and point masses in
//! place of all mixtures of them.

use lavaproof::budget::Budget;
use lavaproof::decide::examine;
use lavaproof::decomposition::Status::{self, Fails, Holds};
use lavaproof::decomposition::{Definition, Half, Reading, built_in_definitions, parse_formula};
use lavaproof::format;
use lavaproof::solve::Engine;

fn status(model: &str, definition: Definition, half: Half, reading: Reading) -> Status {
    let file = format::read("model.json", model).expect("a valid model");
    let examined = examine(&file.problem, &[definition], &Budget::unlimited(), Engine::default()).expect("defined");
    let asked = examined.answers.iter().find(|answer| answer.half == half && answer.reading == reading);
    asked.expect("the part has this reading").status()
}

/// Training passes through `w` and does `a` there. Deployment starts in `x2` alone: the likelihood ratio lets no mass
/// on `y`, although `y` is among the situations of the set. From `y`, only `b` in `w` would be good.
const NO_MASS: &str = r#"{ "format": "lavaproof-model/1", "name": "no mass", "criterion": { "discounted": "9/10" },
  "states": ["x", "x2", "y", "w", "end"], "absorbing": ["end"],
  "choices": [
    { "state": "x",  "action": "go",   "to": { "w": "1" } },
    { "state": "y",  "action": "go",   "to": { "w": "1" } },
    { "state": "x2", "action": "stop", "to": { "end": "1" } },
    { "state": "w",  "action": "a",    "to": { "end": "1" }, "rewards": { "specified": "1", "intended": "0" } },
    { "state": "w",  "action": "b",    "to": { "end": "1" }, "rewards": { "specified": "0", "intended": "1" } } ],
  "situations": ["x", "x2", "y"], "train": { "x": "1" },
  "deploy": { "ratio": { "center": { "x2": "1" }, "bound": "2" } } }"#;

#[test]
fn a_listed_situation_that_can_have_no_mass_demands_nothing() {
    for (id, half) in [("shah-behavioural", Half::Inner), ("wentworth", Half::Goal)] {
        for reading in [Reading::Forall, Reading::Exists] {
            let definitions = built_in_definitions().expect("formulas");
            let definition = definitions.into_iter().find(|definition| definition.id == id).expect("a built-in one");
            assert_eq!(status(NO_MASS, definition, half, reading), Holds, "{id} {half} {reading}");
        }
    }
}

/// At `rich` every policy is good and there is one; at `poor` none is. Only mixtures have a good policy that is not
/// optimal for the specified reward.
const THRESHOLD: &str = r#"{ "format": "lavaproof-model/1", "name": "threshold", "criterion": { "discounted": "9/10" },
  "states": ["rich", "poor", "end"], "absorbing": ["end"],
  "choices": [
    { "state": "rich", "action": "go", "to": { "end": "1" }, "rewards": { "intended": "10" } },
    { "state": "poor", "action": "a",  "to": { "end": "1" }, "rewards": { "specified": "1" } },
    { "state": "poor", "action": "b",  "to": { "end": "1" } } ],
  "situations": ["rich", "poor"], "train": { "rich": "1" }, "deploy": { "point": { "rich": "1" } },
  "good": { "value": "5" } }"#;

#[test]
fn good_policies_at_each_situation_are_not_those_at_mixtures() {
    for (family, expected) in [("situations", Holds), ("all", Fails)] {
        let outer = format!("for all m in {family}: each p in good(m): optimal(p, specified, m)");
        let definition = Definition {
            id: "literal".into(),
            summary: String::new(),
            source: String::new(),
            parts: vec![(Half::Outer, parse_formula(&outer).expect("a formula"))],
        };
        assert_eq!(status(THRESHOLD, definition, Half::Outer, Reading::Forall), expected, "{family}");
    }
}

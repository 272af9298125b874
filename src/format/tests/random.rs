//! Properties of random files.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::grids::MEADOW;
use super::reading::{LAVA, accept};
use crate::format::{read, write};

/// Natural masses, at least one of them positive, as fractions of their sum.
fn fractions(masses: &[u8]) -> Vec<String> {
    let sum: u32 = masses.iter().map(|mass| u32::from(*mass)).sum();
    if sum == 0 {
        let mut point = vec!["0".to_owned(); masses.len()];
        point[0] = "1".to_owned();
        return point;
    }
    masses.iter().map(|mass| format!("{mass}/{sum}")).collect()
}

fn row(masses: &[u8]) -> Value {
    let entries = fractions(masses).into_iter().enumerate().map(|(state, p)| (format!("state {state}"), json!(p)));
    Value::Object(entries.collect())
}

prop_compose! {
    /// Three states that act, in file order or not, and one that absorbs.
    fn model()(
        rows in proptest::collection::vec(proptest::collection::vec(0u8..4, 4), 6),
        rewards in proptest::collection::vec((-9i32..10, 1i32..9), 12),
        reversed in any::<bool>(),
        train in proptest::collection::vec(0u8..3, 3),
        deploy in 0usize..5,
        aliased in any::<bool>(),
        given in any::<bool>(),
        criterion in 0usize..3,
        features in any::<bool>(),
    ) -> Value {
        let mut choices = Vec::new();
        for (index, masses) in rows.iter().enumerate() {
            let reward = |at: usize| format!("{}/{}", rewards[at].0, rewards[at].1);
            let mut choice = json!({
                "state": format!("state {}", index / 2), "action": (["left", "right"][index % 2]), "to": row(masses),
                "rewards": { "specified": reward(2 * index), "intended": reward(2 * index + 1) },
            });
            if features && index % 3 != 1 {
                choice["features"] = json!({ (["x", "y"][index % 2]): reward(index) });
            }
            choices.push(choice);
        }
        if reversed {
            choices.reverse();
        }
        let situations = ["state 2", "state 0", "state 1"];
        let train = fractions(&train);
        let train: Map<String, Value> = (0..3).map(|s| (format!("state {s}"), json!(train[s]))).collect();
        let deploy = match deploy {
            0 => json!({ "point": { "state 1": "1/3", "state 2": "2/3" } }),
            1 => json!({ "over": ["state 1"] }),
            2 => json!({ "tv": { "center": "train", "radius": "0.125" } }),
            3 => json!({ "ratio": { "center": "train", "bound": "3/2" } }),
            _ => json!({ "polytope": { "constraints": ["\"state 1\" - 1/3 \"state 2\" <= 1/3"] } }),
        };
        let criterion = match criterion {
            0 => json!({ "discounted": "0.9" }),
            1 => json!({ "total": true }),
            _ => json!({ "horizon": 4 }),
        };
        let mut model = json!({
            "format": "lavaproof-model/1", "name": "random",
            "criterion": criterion,
            "states": ["state 0", "state 1", "state 2", "state 3"], "absorbing": ["state 3"],
            "choices": choices, "situations": situations, "train": train, "deploy": deploy,
        });
        if aliased {
            model["observations"] = json!({ "state 0": "near", "state 2": "near" });
        }
        if given {
            let row = json!({ "left": "1/4", "right": "0.75" });
            model["learner"] = json!({ "given": { "state 0": row, "state 1": "left", "state 2": row } });
        }
        model
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn reading_what_was_written_gives_the_same_problem(model in model()) {
        let first = accept("random.json", &model.to_string());
        let written = write(&first);
        let second = accept("random.json", &written);
        prop_assert_eq!(&second.problem, &first.problem);
        prop_assert_eq!(write(&second), written);
    }

    #[test]
    fn toml_and_json_say_the_same(model in model()) {
        let table: ::toml::Table = serde_json::from_value(model.clone()).expect("a table");
        let toml = ::toml::to_string(&table).expect("a text");
        prop_assert_eq!(&accept("random.toml", &toml).problem, &accept("random.json", &model.to_string()).problem);
    }

    #[test]
    fn no_file_makes_the_reader_panic(
        toml in any::<bool>(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..6, "\\PC{0,3}|[\\[\\]{}\",:.=#\\\\/*0-9\n]{1,4}"), 1..6),
    ) {
        let mut text: Vec<char> = if toml { MEADOW } else { LAVA }.chars().collect();
        for (at, length, insert) in edits {
            let at = at.index(text.len() + 1);
            let end = (at + length).min(text.len());
            text.splice(at..end, insert.chars());
        }
        let text: String = text.into_iter().collect();
        if let Err(report) = read(if toml { "m.toml" } else { "m.json" }, &text) {
            prop_assert!(!report.plain().is_empty());
            prop_assert!(!report.diagnostics().is_empty());
        }
    }
}

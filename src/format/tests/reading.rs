//! Valid files: what they mean.

use crate::format::{ModelFile, read, write};
use crate::mdp::{Rational, parse_rational};
use crate::problem::{Criterion, DeploymentSet, Good, PolicyClass, Relation};

pub(crate) const LAVA: &str = r#"{ "format": "lavaproof-model/1",
  "name": "lava quibble",
  "criterion": { "discounted": "9/10" },
  "states": ["g", "l", "end", "burnt"],
  "absorbing": ["end", "burnt"],
  "choices": [
    { "state": "g", "action": "go",     "to": { "end": "1" },   "rewards": { "specified": "10",  "intended": "10" } },
    { "state": "l", "action": "around", "to": { "end": "1" },   "rewards": { "specified": "10",  "intended": "10" } },
    { "state": "l", "action": "lava",   "to": { "burnt": "1" }, "rewards": { "specified": "100", "intended": "-100" } } ],
  "labels": { "lava": ["burnt"] },
  "situations": ["g", "l"],
  "train":  { "g": "1" },
  "deploy": { "point": { "g": "1/2", "l": "1/2" } },
  "catastrophe": { "label": "lava", "tolerance": "0" },
  "good": { "regret": "0" },
  "learner": { "epsilon": "0" },
  "expect": { "shah-behavioural.outer": "holds", "wentworth.outer": "fails" } }
"#;

/// The quibble with parts replaced; each part must be there.
pub(crate) fn lava_with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(LAVA.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "the file has no {old}");
        text.replacen(old, new, 1)
    })
}

pub(crate) fn accept(file_name: &str, text: &str) -> ModelFile {
    read(file_name, text).unwrap_or_else(|report| panic!("{}", report.plain()))
}

fn q(text: &str) -> Rational {
    parse_rational(text).expect("a number")
}

#[test]
fn the_lava_quibble_is_read() {
    let file = accept("models/lava.json", LAVA);
    assert_eq!(file.problem.name, "lava quibble");
    assert_eq!((file.problem.mdp.states(), file.problem.mdp.choices()), (4, 3));
    assert_eq!(file.problem.intended[2], q("-100"));
    assert_eq!(file.problem.train.mass(0), q("1"));
    assert_eq!(file.expect.len(), 2);
    assert_eq!(&file.text[file.expect[1].span.clone()], "\"wentworth.outer\"");
    assert_eq!(&file.text[file.at(crate::problem::Part::Good)], "{ \"regret\": \"0\" }");
    assert_eq!(&file.text[file.at_state(3)], "\"burnt\"");
}

#[test]
fn what_a_file_leaves_out_has_a_default() {
    let text = lava_with(&[
        ("  \"name\": \"lava quibble\",\n", ""),
        ("  \"good\": { \"regret\": \"0\" },\n", ""),
        ("  \"learner\": { \"epsilon\": \"0\" },\n", ""),
        (", \"tolerance\": \"0\"", ""),
    ]);
    let file = accept("models/lava.world.json", &text);
    assert_eq!(file.problem.name, "lava.world");
    assert_eq!(file.problem.good, Good::Regret(Rational::ZERO));
    assert_eq!(file.problem.learner.epsilon, Rational::ZERO);
    assert_eq!(file.problem.catastrophe.as_ref().map(|c| c.tolerance.clone()), Some(Rational::ZERO));
}

#[test]
fn decimals_are_exact_bare_and_in_quotes() {
    for written in ["0.1", "\"0.1\"", "\"1/10\"", "1e-1", "\"1e-1\""] {
        let text =
            lava_with(&[("\"9/10\"", written), ("\"specified\": \"100\"", "\"specified\": 0.30000000000000001")]);
        let problem = accept("a.json", &text).problem;
        assert_eq!(problem.criterion, Criterion::Discounted(q("1/10")), "{written}");
        assert_eq!(problem.specified[2], q("30000000000000001/100000000000000000"));
    }
    let toml = "1_000.5";
    let text = CYCLE.replace("\"3/7\"", toml);
    assert_eq!(accept("a.toml", &text).problem.specified[0], q("2001/2"));
}

const CYCLE: &str = r#"
format = "lavaproof-model/1"
criterion = { horizon = 3 }
states = ["a", "my b"]
situations = ["a", "my b"]
train = { a = 1 }
policies = "stationary"
[[choices]]
state = "a"
action = "go"
to = { "my b" = 1 }
rewards.specified = "3/7"
[[choices]]
state = "my b"
action = "go"
to = { a = "1/2", "my b" = { p = 0.5, rewards = { specified = 4, intended = -1 } } }
rewards = { intended = 1 }
features = { risk = 1 }
[deploy.polytope]
constraints = ["a + 2 \"my b\" >= 1/2 + a", "1/3a = 0.25*a + 1/100"]
[learner.given]
a = "go"
"my b" = { go = 1 }
"#;

#[test]
fn toml_says_the_same_things() {
    let file = accept("cycle.toml", CYCLE);
    let problem = &file.problem;
    assert_eq!(problem.name, "cycle");
    assert_eq!(problem.criterion, Criterion::Horizon(3));
    assert_eq!(problem.specified, [q("3/7"), q("2")]);
    assert_eq!(problem.intended, [q("0"), q("1/2")]);
    assert_eq!(problem.policies, Some(PolicyClass::Stationary));
    assert_eq!(problem.features[0].values, [q("0"), q("1")]);
    let DeploymentSet::Polytope { over, constraints } = &problem.deploy else { panic!("a polytope") };
    assert_eq!(over, &[0, 1]);
    assert_eq!(constraints[0].coefficients, [(1, q("2"))]);
    assert_eq!((constraints[0].relation, &constraints[0].bound), (Relation::AtLeast, &q("1/2")));
    assert_eq!(constraints[1].coefficients, [(0, q("1/12"))]);
    assert!(problem.learner.given.is_some());
}

#[test]
fn successors_of_probability_zero_contribute_nothing() {
    let to = r#""to": { "end": { "p": "0", "rewards": { "specified": "7" } }, "burnt": "1" }, "rewards": { "specified": "100""#;
    let text = lava_with(&[("\"to\": { \"burnt\": \"1\" }, \"rewards\": { \"specified\": \"100\"", to)]);
    assert_eq!(accept("a.json", &text).problem, accept("a.json", LAVA).problem);
}

#[test]
fn masses_of_zero_are_not_support() {
    let text = lava_with(&[("{ \"g\": \"1\" }", "{ \"g\": 1, \"l\": 0, \"end\": 0 }")]);
    assert_eq!(accept("a.json", &text).problem, accept("a.json", LAVA).problem);
}

#[test]
fn a_byte_order_mark_is_not_content() {
    assert_eq!(accept("a.JSON", &format!("\u{feff}{LAVA}")).problem, accept("a.json", LAVA).problem);
}

#[test]
fn every_deployment_set_survives_writing() {
    let sets = [
        r#"{ "over": ["l", "g"] }"#,
        r#"{ "tv": { "center": "train", "radius": "1/4" } }"#,
        r#"{ "tv": { "center": { "l": 1 }, "radius": 1, "over": ["g"] } }"#,
        r#"{ "ratio": { "center": "train", "bound": 2 } }"#,
        r#"{ "ratio": { "center": { "g": 0.5, "l": 0.5 }, "bound": 2, "over": ["l"] } }"#,
        r#"{ "polytope": { "constraints": ["l <= 1/3", "g - 2*l >= -1/2", "-g = -1 + \"l\""] } }"#,
    ];
    for set in sets {
        let text = lava_with(&[
            ("{ \"point\": { \"g\": \"1/2\", \"l\": \"1/2\" } }", set),
            (
                "\"learner\": { \"epsilon\": \"0\" }",
                "\"learner\": { \"given\": { \"g\": \"go\", \"l\": { \"lava\": \"1/3\", \"around\": \"2/3\" } } }",
            ),
            (
                "\"situations\"",
                "\"observations\": { \"end\": \"x\" }, \"source\": \"a \\\"book\\\"\", \"decompositions\": { \"mine\": { \"outer\": \"o\", \"description\": \"d\" } }, \"situations\"",
            ),
        ]);
        let first = accept("a.json", &text);
        let written = write(&first);
        let second = accept("a.json", &written);
        assert_eq!(second.problem, first.problem, "{set}");
        assert_eq!(write(&second), written);
        assert_eq!((&second.source, second.definitions.len()), (&first.source, 1));
    }
}

#[test]
fn the_written_form() {
    insta::assert_snapshot!(write(&accept("lava.json", LAVA)));
}

/// The reference cannot go stale: its complete files are read.
#[test]
fn the_files_of_the_reference_are_read() {
    let reference = include_str!("../../../docs/format.md");
    let mut count = 0;
    for extension in ["json", "toml"] {
        for block in reference.split(&format!("```{extension}\n")).skip(1) {
            let text = block.split("```").next().unwrap_or_default();
            if text.contains("lavaproof-model/1") {
                accept(&format!("reference.{extension}"), text);
                count += 1;
            }
        }
    }
    assert_eq!(count, 3);
}

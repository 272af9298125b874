//! Files that are refused: everything that is wrong is said at once, with its place.

use crate::{folder, run_in, shipped, unexpecting};

const BAD: &str = r#"format = "lavaproof-model/1"
criterion = { discounted = "1" }
states = ["s", "end"]
absorbing = ["end"]
choices = [{ state = "s", action = "go", to = { end = "1/2" } }]
situations = ["s"]
train = { s = "1" }
deploy = { point = { t = "1" } }
"#;

#[test]
fn an_invalid_model_does_not_hide_the_others() {
    let folder = folder(&[("bad.toml", BAD), ("tie.toml", &shipped("ce3-tie.toml"))]);
    let run = run_in(folder.path(), &["check", "bad.toml", "tie.toml", "nosuch.toml", "--only", "quibble"]);
    assert_eq!(run.code, Some(2));
    insta::assert_snapshot!("invalid_stdout", run.out);
    let missing = run.err.find("nosuch.toml: error: cannot read the file").expect("the missing file");
    insta::assert_snapshot!("invalid_stderr", &run.err[..missing]);
    let json = run_in(folder.path(), &["check", "bad.toml", "tie.toml", "--format", "json"]);
    assert_eq!(json.code, Some(2));
    let document: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(document["summary"]["unreadable"], 1);
    let bad = document["models"].as_array().expect("models").iter().find(|model| model["file"] == "bad.toml");
    assert!(bad.expect("listed")["error"].as_array().expect("messages").len() >= 2);
}

fn refused(text: &str) -> String {
    let folder = folder(&[("model.toml", text)]);
    let run = run_in(folder.path(), &["check", "model.toml"]);
    assert_eq!(run.code, Some(2), "{}", run.out);
    run.err
}

#[test]
fn expectations_that_nothing_answers() {
    let text = unexpecting("ce3-tie.toml")
        + "[expect]\n\"quible.outer\" = \"holds\"\n\"mesa.outer\" = \"fails\"\n\"mesa.outer[forall]\" = \"fails\"\n\
           \"mesa.goal[given]\" = \"fails\"\n";
    insta::assert_snapshot!(refused(&text));
}

#[test]
fn total_reward_that_is_not_defined() {
    let text = r#"format = "lavaproof-model/1"
criterion = { total = true }
states = ["s", "end"]
absorbing = ["end"]
choices = [
  { state = "s", action = "go", to = { end = "1" }, rewards = { specified = "-1", intended = "-1" } },
  { state = "s", action = "wait", to = { s = "1" }, rewards = { specified = "-1" } },
]
situations = ["s"]
train = { s = "1" }
deploy = { polytope = { over = ["s"], constraints = ["s <= 1/2"] } }
"#;
    insta::assert_snapshot!(refused(text));
}

#[test]
fn a_wrong_formula_is_pointed_into() {
    let text = unexpecting("ce3-tie.toml")
        + "[decompositions.mine]\nouter = \"each p in trained: god(p, train)\"\n[expect]\n\"mine.outer\" = \"fails\"\n";
    insta::assert_snapshot!(refused(&text));
    let taken =
        unexpecting("ce3-tie.toml") + "[decompositions.quibble]\nouter = \"each p in trained: good(p, train)\"\n";
    assert!(refused(&taken).contains("the decomposition `quibble` is defined already"));
}

#[test]
fn a_decomposition_of_ones_own_is_decided() {
    let text = unexpecting("ce3-tie.toml")
        + "[decompositions.mine]\nouter = \"each p in trained: good(p, train)\"\n[expect]\n\"mine.outer\" = \"fails\"\n\
           \"mine.outer[exists]\" = \"holds\"\n";
    let folder = folder(&[("model.toml", &text)]);
    let run = run_in(folder.path(), &["check", "model.toml", "--only", "mine"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert!(run.out.contains("every expectation met"), "{}", run.out);
    let other = text.replace("\"mine.outer\" = \"fails\"", "\"mine.outer\" = \"holds\"");
    std::fs::write(folder.path().join("model.toml"), other).expect("a file");
    assert_eq!(run_in(folder.path(), &["check", "model.toml"]).code, Some(1));
}

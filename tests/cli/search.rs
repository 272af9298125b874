//! `search`: the worked pages are what the program prints, and what it refuses.

use std::path::Path;

use crate::{Run, run};

/// The commands of a page with what it shows of each: the output, and the exit code said after it.
fn shown(page: &str) -> Vec<(Vec<String>, String, i32)> {
    let mut runs = Vec::new();
    for block in page.split("```console\n$ lavaproof ").skip(1) {
        let (command, rest) = block.split_once('\n').expect("a command");
        let (output, after) = rest.split_once("```").expect("a closed block");
        let code = after.split_once("Exit code ").and_then(|(_, code)| code.split_once('.')).expect("an exit code").0;
        let words = command.split(' ').map(str::to_owned).collect();
        runs.push((words, output.to_owned(), code.parse().expect("a number")));
    }
    runs
}

#[test]
fn the_worked_pages_are_real() {
    let pages = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/search")).expect("pages");
    let mut compared = 0;
    for page in pages {
        let page = std::fs::read_to_string(page.expect("a page").path()).expect("UTF-8");
        for (words, output, code) in shown(&page) {
            let found = run(&words.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!((found.out, found.code), (output, Some(code)), "{words:?}");
            compared += 1;
        }
    }
    assert!(compared >= 11, "{compared} commands are shown");
}

fn search(arguments: &[&str]) -> Run {
    run(&[&["search"], arguments].concat())
}

#[test]
fn findings_for_scripts() {
    let found = search(&["repair", "--coverage", "--cost", "l=7/2", "--format", "json", "models/ce2-off-support.toml"]);
    let document: serde_json::Value = serde_json::from_str(&found.out).expect("JSON");
    assert_eq!((document["outcome"].as_str(), found.code), (Some("found"), Some(0)));
    assert_eq!(document["entries"]["added"], serde_json::json!(["l"]));
    assert_eq!(document["entries"]["cost"], "7/2");
    let statuses: Vec<_> = document["facts"].as_array().expect("facts").iter().map(|fact| &fact["status"]).collect();
    assert_eq!(statuses, ["holds", "fails"]);
    assert!(document["timings"]["search_s"].is_number());
}

/// What follows a counterexample is a command too, and says the same.
#[test]
fn opposites_are_commands() {
    for words in [
        &["repair", "--coverage", "models/ce2-off-support.toml"][..],
        &["repair", "--reward", "docs/search/lava-weights.toml"],
        &["radius", "--harm", "bad", "models/ce7-averaging.toml"],
        &["critical-epsilon", "models/ce2-off-support.toml"],
        &["samples", "--draws", "2", "models/ce2-off-support.toml"],
    ] {
        let (short, long) = (run(words), search(words));
        assert_eq!((&short.out, short.code), (&long.out, long.code), "{words:?}");
        assert!(short.out.contains(words[0]) && short.code != Some(2), "{words:?}: {}", short.err);
    }
    for words in [&["radius"][..], &["repair", "docs/search/lava-weights.toml"]] {
        let refused = run(words);
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{words:?}");
    }
    // What looks for a counterexample is a kind of `search` alone.
    assert_eq!(run(&["deployment", "models/ce2-off-support.toml"]).code, Some(2));
}

/// The model found is a model file, of which `check` says the same.
#[test]
fn a_separating_model_is_a_model() {
    let claims = ["--holds", "wentworth.outer", "--fails", "shah-behavioural.goal", "--format", "json"];
    let found = search(&[&["model"], &claims[..], &["models/ce5-mixing.toml"]].concat());
    let document: serde_json::Value = serde_json::from_str(&found.out).expect("JSON");
    let model = &document["entries"]["model"];
    let path = std::env::temp_dir().join(format!("lavaproof-separating-{}.json", std::process::id()));
    std::fs::write(&path, model.to_string()).expect("written");
    let checked = run(&["check", "--format", "json", &path.display().to_string()]);
    std::fs::remove_file(&path).expect("removed");
    let checked: serde_json::Value = serde_json::from_str(&checked.out).expect("JSON");
    let verdicts = checked["models"][0]["verdicts"].as_array().expect("verdicts");
    let status = |id: &str, part: &str| {
        let is = |verdict: &&serde_json::Value| {
            verdict["decomposition"] == id && verdict["part"] == part && verdict["reading"] == "forall"
        };
        verdicts.iter().find(is).expect("a verdict")["status"].clone()
    };
    assert_eq!((status("wentworth", "outer"), status("shah-behavioural", "goal")), ("holds".into(), "fails".into()));
}

#[test]
fn no_time_is_unknown_and_no_loss() {
    for kind in [
        &["deployment"][..],
        &["radius"],
        &["samples"],
        &["training"],
        &["repair", "--coverage"],
        &["repair", "--reward"],
        &["reward"],
        &["policy"],
    ] {
        let found = search(&[kind, &["--timeout", "0", "docs/search/lava-weights.toml"]].concat());
        assert_eq!(found.code, Some(3), "{kind:?}: {}", found.out);
        assert!(found.out.contains("unknown: the time limit was reached"), "{}", found.out);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let cases = [
        (&["deployment", "--harm", "catastrophic", "models/ce3-tie.toml"][..], "declares no catastrophe"),
        (&["repair", "--coverage", "--cost", "l", "models/ce2-off-support.toml"], "`l` is no cost"),
        (&["repair", "--coverage", "--cost", "nowhere=1", "models/ce2-off-support.toml"], "no situation `nowhere`"),
        (&["training", "--weight", "-1", "models/ce2-off-support.toml"], "-1"),
        (&["reward", "models/ce2-off-support.toml"], "declares no features"),
        (&["reward", "--weight", "lava", "docs/search/lava-weights.toml"], "`lava` is no interval"),
        (&["reward", "--weight", "lava=1..0", "docs/search/lava-weights.toml"], "the least weight of `lava` is larger"),
        (&["reward", "--weight", "sand=0..1", "docs/search/lava-weights.toml"], "there is no feature `sand`"),
        (&["repair", "docs/search/lava-weights.toml"], "--coverage"),
        (&["repair", "--reward", "--coverage", "docs/search/lava-weights.toml"], "cannot be used with"),
        (&["repair", "--coverage", "--edit", "lava", "docs/search/lava-weights.toml"], "cannot be used with"),
        (&["repair", "--reward", "--margin", "0", "docs/search/lava-weights.toml"], "0 is not above 0"),
        (&["repair", "--reward", "--edit", "sand", "docs/search/lava-weights.toml"], "there is no feature `sand`"),
        (&["model", "--holds", "a.b", "--fails", "mesa.goal", "models/ce3-tie.toml"], "no verdict answers `a.b`"),
        (&["radius", "--format", "sarif", "models/ce2-off-support.toml"], "does not write sarif"),
        (&["radius", "models/missing.toml"], "cannot read the file"),
        (&["treasure", "models/ce3-tie.toml"], "treasure"),
    ];
    for (arguments, message) in cases {
        let found = search(arguments);
        assert_eq!(found.code, Some(2), "{arguments:?}");
        assert!(found.err.contains(message) && found.out.is_empty(), "{arguments:?}: {}", found.err);
    }
}

//! The shipped models, and what their reports say.

use crate::{folder, names_in, run, run_in, verdicts};

/// Every expectation of every shipped model is met, and the page about them says and shows what was found.
#[test]
fn all_shipped_models_are_as_expected_and_documented() {
    let folder = folder(&[]);
    let (page, pictures) = (folder.path().join("models.md"), folder.path().join("pictures/models"));
    std::fs::create_dir(folder.path().join("pictures")).expect("a folder");
    let [page_name, pictures_name] = [&page, &pictures].map(|path| path.to_str().expect("a path in Unicode"));
    let run = run(&["check", "models", "--format", "library", "--output", page_name, "--svg", pictures_name]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), ""), "{}", run.err);
    let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("a text");
    let shipped = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/docs"));
    let (found, written) = (read(&page), read(&shipped.join("models.md")));
    assert!(found.matches("\n## ").count() > 50);
    let differs = found.lines().zip(written.lines()).position(|(found, written)| found != written);
    let advice = "write it anew as its second paragraph says";
    assert!(found == written, "docs/models.md is not up to date (line {differs:?}): {advice}");
    let drawn = names_in(&pictures);
    assert_eq!(drawn, names_in(&shipped.join("pictures/models")), "pictures come and go with models");
    assert_eq!(found.matches("](pictures/models/").count(), drawn.len());
    let without: Vec<&str> = found.split("\n## ").skip(1).filter(|page| !page.contains("](pictures/models/")).collect();
    assert!(without.is_empty(), "every model has a picture, by `board` if it has many states: {without:?}");
    for name in &drawn {
        let same = read(&pictures.join(name)) == read(&shipped.join("pictures/models").join(name));
        assert!(same, "docs/pictures/models/{name} is not up to date: {advice}");
    }
}

/// A model without expectations says nothing about being as expected.
#[test]
fn every_shipped_model_expects_something() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/models.md")).expect("the page");
    let files = text.lines().filter_map(|line| line.strip_prefix("[models/").and_then(|rest| rest.split_once("](")));
    let mut seen = 0;
    for (file, _) in files {
        let path = format!("{}/models/{file}", env!("CARGO_MANIFEST_DIR"));
        let model = std::fs::read_to_string(&path).expect("a shipped model");
        assert!(model.contains("[expect]") || model.contains("\"expect\""), "{file} has no expectations");
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn the_lava_message() {
    let run = run(&["check", "models/lava.toml", "--only", "hubinger-train"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(run.out);
    let row = run.out.lines().find(|line| line.starts_with("  hubinger-train ")).expect("a row");
    assert_eq!(row.matches("✓ holds ∀ ∃").count(), 2);
    assert!(row.contains("✗ fails ∀"));
    assert!(run.out.contains("into the catastrophe"));
}

#[test]
fn every_engine_gives_the_same_report() {
    for model in ["models/ce2-off-support.toml", "models/ce3-tie.toml", "models/ce1-lava.json"] {
        let with = |engine| {
            let run = run(&["check", model, "--format", "json", "--engine", engine]);
            assert_eq!(run.code, Some(0), "{engine} on {model}: {}", run.err);
            verdicts(&run.out)
        };
        let first = with("policy-iteration");
        assert_eq!(first, with("linear-program"), "{model}");
        assert_eq!(first, with("brute-force"), "{model}");
    }
}

#[test]
fn a_converted_grid_has_the_same_verdicts() {
    let folder = folder(&[("lava.toml", &crate::shipped("lava.toml"))]);
    let path = folder.path();
    let converted = run_in(path, &["convert", "lava.toml"]);
    assert_eq!((converted.code, converted.err.as_str()), (Some(0), ""));
    let run = run_in(path, &["convert", "lava.toml", "copy.json"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (Some(0), "", ""));
    assert_eq!(std::fs::read_to_string(path.join("copy.json")).expect("the copy"), converted.out);
    let run = run_in(path, &["check", "lava.toml", "copy.json", "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let verdicts = verdicts(&run.out);
    assert_eq!(verdicts.len(), 2);
    assert_eq!(verdicts[0], verdicts[1]);
}

#[test]
fn convert_never_writes_json_over_another_format() {
    let text = crate::shipped("ce3-tie.toml");
    let folder = folder(&[("tie.toml", &text)]);
    for arguments in [["convert", "tie.toml", "tie.toml"].as_slice(), &["convert", "tie.toml", "--output", "x.toml"]] {
        let run = run_in(folder.path(), arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
        assert!(run.err.contains(".json"), "{}", run.err);
    }
    let both = run_in(folder.path(), &["convert", "tie.toml", "a.json", "--output", "b.json"]);
    assert_eq!((both.code, both.out.as_str()), (Some(2), ""));
    assert_eq!(names_in(folder.path()), ["tie.toml"]);
    assert_eq!(std::fs::read_to_string(folder.path().join("tie.toml")).expect("the model"), text);
}

#[test]
fn starting_files_are_models_that_check() {
    for kind in ["grid", "explicit"] {
        let folder = folder(&[]);
        let written = run_in(folder.path(), &["new", kind, "--output", "model.toml"]);
        assert_eq!((written.code, written.out.as_str(), written.err.as_str()), (Some(0), "", ""), "{kind}");
        let printed = run_in(folder.path(), &["new", kind]);
        assert_eq!(std::fs::read_to_string(folder.path().join("model.toml")).expect("the model"), printed.out);
        let checked = run_in(folder.path(), &["check", "model.toml"]);
        assert_eq!((checked.code, checked.err.as_str()), (Some(0), ""), "{kind}");
        assert!(checked.out.contains("every expectation met"), "{}", checked.out);
    }
}

#[test]
fn definitions_in_three_formats() {
    let human = run(&["definitions", "quibble", "wentworth"]);
    assert_eq!((human.code, human.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!("definitions_human", human.out);
    let markdown = run(&["definitions", "quibble", "--format", "markdown"]);
    assert_eq!((markdown.code, markdown.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!("definitions_markdown", markdown.out);
    let json = run(&["definitions", "--format", "json"]);
    assert_eq!((json.code, json.err.as_str()), (Some(0), ""));
    let document: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(document["schema_version"], 1);
    let list = document["decompositions"].as_array().expect("a list");
    assert_eq!(list.len(), 10);
    for definition in list {
        assert!(definition["id"].is_string() && definition["source"].is_string());
        assert!(definition["parts"].as_object().expect("parts").values().all(serde_json::Value::is_string));
    }
    assert_eq!(run(&["definitions", "--format", "sarif"]).code, Some(2));
}

#[test]
fn definitions_that_do_not_exist_are_named() {
    let none = run(&["definitions", "nosuch"]);
    assert_eq!((none.code, none.out.as_str()), (Some(4), ""));
    assert_eq!(none.err, "no decomposition is called nosuch\n");
    let one = run(&["definitions", "nosuch", "quibble"]);
    assert_eq!((one.code, one.err.as_str()), (Some(0), "no decomposition is called nosuch\n"));
    assert!(one.out.starts_with("quibble\n"));
}

//! Certificates as files: written by `prove` and by `check --proofs`, and accepted by the checker.

use std::path::Path;

use lavaproof_checker::{Model, Rejection, Status, check};
use serde_json::Value as Json;

use crate::{folder, names_in, run_in, shipped, unexpecting};

fn list(out: &str) -> Json {
    serde_json::from_str(out).expect("JSON")
}

/// Every verdict of the only model of a list, with the file of its certificate.
fn verdicts(list: &Json) -> Vec<(String, String, Option<String>)> {
    let text = |value: &Json| value.as_str().expect("a text").to_owned();
    let verdicts = list["models"][0]["verdicts"].as_array().expect("verdicts");
    let name = |verdict: &Json| format!("{}.{}", text(&verdict["decomposition"]), text(&verdict["part"]));
    verdicts
        .iter()
        .map(|verdict| (name(verdict), text(&verdict["status"]), verdict["certificate"].as_str().map(str::to_owned)))
        .collect()
}

#[test]
fn each_verdict_has_a_certificate_that_the_checker_accepts() {
    let folder = folder(&[("lava.json", &shipped("ce1-lava.json"))]);
    let path = folder.path();
    let run = run_in(path, &["prove", "lava.json", "-o", "deep/evidence", "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let list = list(&run.out);
    assert_eq!(list["models"][0]["model"], "deep/evidence/lava.model");
    let model = std::fs::read(path.join("deep/evidence/lava.model")).expect("the explicit model");
    let model = Model::read(&model).expect("a model");
    let mut proved = 0;
    for (name, status, file) in verdicts(&list) {
        let status = match status.as_str() {
            "holds" => Status::Holds,
            "fails" => Status::Fails,
            _ => {
                assert_eq!(file, None, "{name}");
                continue;
            }
        };
        let certificate = std::fs::read(path.join(file.expect("a file"))).expect("a certificate");
        let theorem = check(&model, &certificate).expect("accepted");
        assert_eq!((theorem.claim(), theorem.status()), (name.as_str(), status));
        proved += 1;
    }
    assert!(proved > 50, "{proved}");
    assert_eq!(list["summary"]["certified"], proved);
    assert_eq!(names_in(&path.join("deep/evidence")).len(), proved + 1, "no other file is left");
}

#[test]
fn check_writes_the_same_files_and_names_them() {
    let folder = folder(&[("tie.toml", &shipped("ce3-tie.toml"))]);
    let path = folder.path();
    let only = ["--only", "wentworth", "--format", "json"];
    let proved = run_in(path, &[&["prove", "tie.toml", "-o", "one"] as &[&str], &only].concat());
    let checked = run_in(path, &[&["check", "tie.toml", "--proofs", "two"] as &[&str], &only].concat());
    assert_eq!((proved.code, checked.code), (Some(0), Some(0)), "{} {}", proved.err, checked.err);
    assert_eq!(checked.err, "6 certificates in two\n");
    let names = names_in(&path.join("one"));
    assert_eq!((names.len(), &names), (7, &names_in(&path.join("two"))));
    for name in names {
        let read = |folder: &str| std::fs::read(path.join(folder).join(&name)).expect("a file");
        assert!(read("one") == read("two"), "{name}");
    }
    let file = "two/tie--wentworth.outer-forall.cert";
    let checked = verdicts(&list(&checked.out));
    assert!(checked.iter().any(|(_, _, written)| written.as_deref() == Some(file)), "{checked:?}");
    // Without files there is none to name.
    let run = run_in(path, &["check", "tie.toml", "--format", "json"]);
    assert!(verdicts(&list(&run.out)).iter().all(|(_, _, file)| file.is_none()));
}

#[test]
fn a_list_for_people() {
    let folder = folder(&[("pseudo.toml", &shipped("ce8-pseudo-aligned.toml"))]);
    let only = ["--only", "mesa", "--only", "quibble"];
    let run = run_in(folder.path(), &[&["prove", "pseudo.toml", "-o", "evidence"] as &[&str], &only].concat());
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(run.out);
}

#[test]
fn exit_codes_are_those_of_check() {
    let folder = folder(&[
        ("fails.toml", &unexpecting("ce3-tie.toml")),
        ("good.toml", &shipped("ce3-tie.toml")),
        ("bad.toml", "format ="),
    ]);
    let path = folder.path();
    let run = |arguments: &[&str]| run_in(path, &[&["prove"], arguments].concat());
    assert_eq!(run(&["fails.toml", "-o", "a"]).code, Some(1));
    assert!(names_in(&path.join("a")).len() > 50, "what fails is certified too");
    assert_eq!(run(&["good.toml", "bad.toml", "-o", "b"]).code, Some(2));
    assert!(path.join("b/good.model").is_file() && !path.join("b/bad.model").exists());
    assert_eq!(run(&["bad.toml", "-o", "c"]).code, Some(2));
    assert!(!path.join("c").exists(), "nothing to write, no folder");
    assert_eq!(run(&["good.toml", "--only", "nothing", "-o", "d"]).code, Some(4));
}

#[test]
fn a_place_for_the_certificates() {
    let folder = folder(&[("good.toml", &shipped("ce3-tie.toml"))]);
    let path = folder.path();
    let refused = |arguments: &[&str], says: &str| {
        let run = run_in(path, &[&["prove", "good.toml"], arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.err.contains(says), "{}", run.err);
    };
    refused(&[], "-o DIR");
    refused(&["-o", "good.toml"], "cannot write good.toml");
    refused(&["-o", "x", "--format", "sarif"], "`prove` does not write sarif; it writes human and json");
    assert_eq!(names_in(path), ["good.toml"]);
}

/// Several models of one name, and names that no file may have.
#[test]
fn no_certificate_replaces_another() {
    let own = "\n[decompositions.\"a/b c\"]\nsource = \"a test\"\ngoal = \"each p in trained: for all m in deploy: good(p, m)\"\n";
    let folder = folder(&[("tie.toml", &(unexpecting("ce3-tie.toml") + own))]);
    let path = folder.path();
    std::fs::create_dir(path.join("other")).expect("a folder");
    std::fs::copy(path.join("tie.toml"), path.join("other/tie.toml")).expect("a copy");
    let run = run_in(path, &["prove", "tie.toml", "other/tie.toml", "--only", "a/b c", "-o", "evidence"]);
    assert_eq!((run.code, run.err.as_str()), (Some(1), ""));
    let names = names_in(&path.join("evidence"));
    let certificates =
        |name: &str| names.iter().filter(|file| file.starts_with(&format!("{name}--a_b_c.goal-"))).count();
    assert_eq!((certificates("tie"), certificates("tie-2"), names.len()), (2, 2, 6), "{names:?}");
    assert!(Path::new(&path.join("evidence/tie-2.model")).is_file());
}

/// The page about certificates shows what is written, to the letter, and what the checker says.
#[test]
fn the_page_is_true() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/certificates.md")).expect("the page");
    let folder = folder(&[("lava.json", &shipped("ce1-lava.json"))]);
    let run = run_in(folder.path(), &["prove", "lava.json", "-o", "evidence"]);
    let read = |name: &str| std::fs::read_to_string(folder.path().join("evidence").join(name)).expect("a file");
    let (model, certificate) = (read("lava.model"), read("lava--wentworth.outer-forall.cert"));
    let shows = |text: &str| assert!(page.contains(text), "the page does not show\n{text}");
    shows(&format!("$ lavaproof prove lava.json -o evidence\n{}```", run.out));
    shows(&format!("```text\n{model}```"));
    shows(&format!("```text\n{certificate}```"));
    let explicit = Model::read(model.as_bytes()).expect("a model");
    let said = |model: &Model, certificate: &str| match check(model, certificate.as_bytes()) {
        Ok(theorem) => format!("{}\naccepted", theorem.statement()),
        Err(Rejection::Rejected(rejected)) => format!("rejected: {rejected}"),
        Err(Rejection::Unreadable(unreadable)) => format!("unreadable: {unreadable}"),
    };
    shows(&format!("\n{}\n```", said(&explicit, &certificate)));
    for (from, to) in [
        ("dyadic 0 4 10 10 0 -", "dyadic 0 4 10 11 0 -"),
        ("forall fails", "forall holds"),
        ("policies 2", "policies two"),
    ] {
        assert!(certificate.contains(from));
        shows(&format!("\n{}\n", said(&explicit, &certificate.replace(from, to))));
    }
    let other = Model::read(model.replace("-100", "100").as_bytes()).expect("another model");
    shows(&format!("\n{}\n", said(&other, &certificate)));
}

//! `solve`: answers in every format, and everything that is refused.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{Run, folder, program, run_in, shipped};

const WALK: &str = "// Exported by hand\n@type: MDP\n@parameters\n\n@placeholders\n$half : 0.5\n@reward_models\ncost \"wear and tear\"\n\
    @nr_states\n3\n@nr_choices\n4\n@model\n\
    state 0 [0, 1] init\n\taction go [1, 0]\n\t\t1 : $half\n\t\t0 : 1/2\n\taction __NOLABEL__ [0, 0]\n\t\t2 : 1\n\
    state 1 [0, 0] goal \"all well\"\n\taction stay\n\t\t1 : 1\n\
    state 2 [0, 0]\n\taction stay\n\t\t2 : 1.0\n";

fn solve(folder: &Path, file: &str, queries: &[&str], more: &[&str]) -> Run {
    let mut arguments = vec!["solve", file];
    for query in queries {
        arguments.extend(["--query", query]);
    }
    arguments.extend(more);
    run_in(folder, &arguments)
}

/// Without times, which differ from run to run.
fn untimed(json: &str) -> serde_json::Value {
    let mut document: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let strip = |result: &mut serde_json::Value| {
        let timings = result["timings"].take();
        let measured = ["read_s", "solve_s", "certify_s", "check_s"];
        assert!(measured.iter().all(|key| timings[key].is_number()), "{timings}");
    };
    match document["results"].as_array_mut() {
        Some(results) => results.iter_mut().for_each(strip),
        None => strip(&mut document),
    }
    document
}

#[test]
fn every_format() {
    let folder = folder(&[("walk.drn", WALK)]);
    let queries = ["Pmin=?[F \"goal\"]", "R{\"wear and tear\"}max=? [F \"all well\"]", "P<=1/2 [F \"goal\"]"];
    let human = solve(folder.path(), "walk.drn", &queries, &[]);
    assert_eq!(human.code, Some(1), "the last one fails\n{}", human.err);
    insta::assert_snapshot!("solve_human", human.out);
    let markdown = solve(folder.path(), "walk.drn", &queries, &["--format", "markdown", "--values"]);
    insta::assert_snapshot!("solve_markdown", markdown.out);
    let json = solve(folder.path(), "walk.drn", &queries, &["--format", "json"]);
    insta::assert_snapshot!("solve_json", format!("{:#}", untimed(&json.out)));
    let one =
        solve(folder.path(), "walk.drn", &["Tmin=? [F (\"goal\" | !\"init\")]"], &["--format", "json", "--values"]);
    assert_eq!(one.code, Some(0), "{}", one.err);
    insta::assert_snapshot!("solve_json_one", format!("{:#}", untimed(&one.out)));
    assert_eq!(solve(folder.path(), "walk.drn", &queries, &["--format", "sarif"]).code, Some(2));
}

#[test]
fn several_initial_states_have_their_own_values() {
    let folder = folder(&[("walk.drn", &WALK.replace("state 2 [0, 0]", "state 2 [0, 0] init"))]);
    let run = solve(folder.path(), "walk.drn", &["Pmax=? [F \"goal\"]", "P>=0 [F \"goal\"]"], &[]);
    insta::assert_snapshot!(run.out);
    assert_eq!(run.code, Some(0));
}

#[test]
fn compressed_files_are_the_same_models() {
    let folder = folder(&[("walk.drn", WALK)]);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(WALK.as_bytes()).expect("memory");
    let bytes = encoder.finish().expect("memory");
    std::fs::write(folder.path().join("whole.drn.gz"), &bytes).expect("a file");
    std::fs::write(folder.path().join("cut.drn.gz"), &bytes[..bytes.len() / 2]).expect("a file");
    let query = ["Pmax=? [F \"goal\"]"];
    let plain = solve(folder.path(), "walk.drn", &query, &[]);
    let packed = solve(folder.path(), "whole.drn.gz", &query, &[]);
    assert_eq!(plain.out.replace("walk.drn", "whole.drn.gz"), packed.out);
    let cut = solve(folder.path(), "cut.drn.gz", &query, &[]);
    assert_eq!(cut.code, Some(2));
    assert!(cut.err.contains("the file breaks off"), "{}", cut.err);
}

#[test]
fn alignment_problems_can_be_solved_too() {
    let folder = folder(&[("lava.json", &shipped("ce1-lava.json"))]);
    let queries = ["V{\"specified\"}max=?", "V{\"intended\"}min=?", "Pmax=? [F \"lava\"]"];
    let run = solve(folder.path(), "lava.json", &queries, &[]);
    insta::assert_snapshot!(run.out);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let run = solve(folder.path(), "lava.json", &["V{\"specified\"}max=?"], &["--discount", "3/2"]);
    assert_eq!(run.code, Some(2));
}

const WRONG: &str = "@type: MDP\n@nr_stats\n4\n@reward_models\nr\n@nr_states\n4\n@nr_choices\n9\n@model\n\
    state 0 [0]\n\taction a [1, 2]\n\t\t1 : 0.1\n\t\t2 : 0.8\n\
    state 2 [x] \"open\n\taction b [0]\n\t\t1 : -1/2\n\t\t9 : 3/2\n\
    state 3 [0]\n\taction c\n\t\t1 : 1/2\n\t\t1 : 1/2\n\taction d\n\t\t0 : p\n\t\t0 1\n\
    state 4 [0] goal goal\nnonsense\n\taction e [0] f\n\t\t3 : 1/0\n\t\t2 : 7/3\n\
    state 4 [0]\n";

#[test]
fn every_defect_of_a_file_at_once() {
    let folder = folder(&[("wrong.drn", WRONG)]);
    let run = solve(folder.path(), "wrong.drn", &["Pmax=? [F \"goal\"]"], &[]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    insta::assert_snapshot!(run.err);
}

#[test]
fn other_kinds_of_models_are_refused_with_the_reason() {
    let texts = [
        "",
        "@nr_states\n1\n@model\nstate 0 init\n\taction a\n\t\t0 : 1\n",
        "@type: CTMC\n@parameters\np q\n@value_type: parametric\n@nr_states\nfour\n@model\nstate 0 !3 init\n\taction 0\n\t\t0 : 1\n",
        "@type: DTMC\n@nr_states\n1\n@nr_states\n1\nstray\n@model\nstate 0 {7} init\n\taction a\n\t\t0 : $x\n\taction b\n\t\t0 : 1\n",
        "@type: MDP\n@nr_states\n1\n@model\n\taction a\n\t\t0 : 1\nstate 0\n\t\t0 : 1\n\taction \"a\n\t\t0 : 1",
        "@type: MDP\n@nr_states\n99999999999999\n@model\nstate 0 init\n\taction a\n\t\t0 : 1\n",
    ];
    let said = texts.map(|text| {
        let folder = folder(&[("m.drn", text)]);
        let run = solve(folder.path(), "m.drn", &["Pmax=? [F \"goal\"]"], &[]);
        assert_eq!(run.code, Some(2), "{text}");
        run.err
    });
    insta::assert_snapshot!(said.join("--------\n"));
}

#[test]
fn queries_that_cannot_be_answered() {
    let folder = folder(&[("walk.drn", WALK)]);
    let malformed = solve(folder.path(), "walk.drn", &["Pmax=? [F goal]", "P?"], &[]);
    let unknown = solve(
        folder.path(),
        "walk.drn",
        &["Pmax=? [F \"gaol\"]", "R{\"costs\"}min=? [F \"goal\"]", "P=? [F \"goal\"]", "V{\"cost\"}max=?"],
        &[],
    );
    assert_eq!((malformed.code, unknown.code), (Some(2), Some(2)));
    assert_eq!(malformed.out + &unknown.out, "");
    insta::assert_snapshot!(format!("{}--------\n{}", malformed.err, unknown.err));
    let engine = solve(folder.path(), "walk.drn", &["Pmax=? [F \"goal\"]"], &["--engine", "linear-program"]);
    assert_eq!(engine.code, Some(2));
}

#[test]
fn no_time_is_an_unknown_answer() {
    let folder = folder(&[("walk.drn", WALK)]);
    let mut command = program(folder.path());
    command.args(["solve", "walk.drn", "--query", "Pmin=? [F \"goal\"]", "--timeout", "0", "--format", "json"]);
    let output = command.output().expect("the program starts");
    assert_eq!(output.status.code(), Some(3));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&document["value"], &document["status"]), (&serde_json::Value::Null, &"unknown".into()));
}

/// What `--proofs` writes is accepted by the checker that shares no code with the one that the program asks.
#[test]
fn certificates_are_written_and_others_accept_them() {
    let folder = folder(&[("walk.drn", WALK), ("lava.json", &shipped("ce1-lava.json"))]);
    let walk = [
        "Pmax=? [F \"goal\"]",
        "Pmin=? [F \"goal\"]",
        "Pmin=? [F \"goal\"]",
        "P<=1/2 [G !\"goal\"]",
        "R{\"wear and tear\"}max=? [F \"all well\"]",
        "R{\"wear and tear\"}min=? [F \"all well\"]",
        "Tmin=? [F (\"goal\" | !\"init\")]",
    ];
    let run = solve(folder.path(), "walk.drn", &walk, &["--proofs", "proofs", "--format", "json", "-v"]);
    assert_eq!(run.code, Some(1), "one comparison fails\n{}", run.err);
    assert!(run.err.contains("7 certificates in proofs"), "{}", run.err);
    let lava = ["V{\"specified\"}max=?", "V{\"intended\"}min=?", "Pmax=? [F \"lava\"]"];
    let more = ["--proofs", "proofs", "--values"];
    assert_eq!(solve(folder.path(), "lava.json", &lava, &more).code, Some(0));
    let bounded = ["--proofs", "proofs", "--epsilon", "1e-6", "--discount", "99/100"];
    assert_eq!(solve(folder.path(), "walk.drn", &["V{\"wear and tear\"}min=?"], &bounded).code, Some(0));
    let document: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let mut names: Vec<String> = std::fs::read_dir(folder.path().join("proofs"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path().display().to_string())
        .filter(|path| path.ends_with(".cert"))
        .collect();
    names.sort();
    assert_eq!(names.len(), 11);
    for result in document["results"].as_array().expect("several") {
        let own = folder.path().join(result["certificate"].as_str().expect("a path"));
        assert!(names.contains(&own.display().to_string()), "{}", own.display());
    }
    let checker = concat!(env!("CARGO_MANIFEST_DIR"), "/proofs/checker.py");
    for name in names {
        let model = name.replace("--value.cert", ".model");
        let output = std::process::Command::new("python3").args([checker, &model, &name]).output().expect("Python 3");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.ends_with("accepted\n"), "{name}: {said}");
    }
}

#[test]
fn what_no_policy_attains_is_uncertified() {
    let gains = WALK.replace("action go [1, 0]", "action go [-1, 0]");
    let folder = folder(&[(
        "gains.drn",
        &gains
            .replace("\t\t1 : $half\n\t\t0 : 1/2\n", "\t\t0 : 1\n\taction out [0, 0]\n\t\t1 : 1\n")
            .replace("choices\n4", "choices\n5"),
    )]);
    let query = ["R{\"cost\"}min=? [F \"goal\"]"];
    let run = solve(folder.path(), "gains.drn", &query, &[]);
    insta::assert_snapshot!(format!("{}{}", run.out, run.err));
    assert_eq!(run.code, Some(3));
}

/// A line of `states` states from the initial one to the goal.
fn line(states: usize) -> String {
    let mut text =
        format!("@type: MDP\n@parameters\n\n@reward_models\n\n@nr_states\n{states}\n@nr_choices\n{states}\n@model\n");
    for state in 0..states {
        let label = if state == 0 { " init" } else { "" };
        let (label, next) = if state + 1 == states { (" goal", state) } else { (label, state + 1) };
        text.push_str(&format!("state {state}{label}\n\taction go\n\t\t{next} : 1\n"));
    }
    text
}

#[test]
fn values_that_the_certificate_does_not_cover_are_uncertified() {
    let folder = folder(&[("short.drn", &line(50)), ("long.drn", &line(5001))]);
    let query = ["Pmax=? [F \"goal\"]"];
    let json = ["--values", "--format", "json"];
    let short = solve(folder.path(), "short.drn", &query, &json);
    assert_eq!((short.code, &untimed(&short.out)["certified"]), (Some(0), &serde_json::json!(true)), "{}", short.err);
    let long = solve(folder.path(), "long.drn", &query, &json);
    let document = untimed(&long.out);
    assert_eq!((long.code, &document["certified"]), (Some(3), &serde_json::json!(false)), "{}", long.err);
    let reason = document["reason"].as_str().expect("a reason");
    assert!(reason.contains("states that are not initial") && reason.contains("5001"), "{reason}");
    let initial = solve(folder.path(), "long.drn", &query, &["--format", "json"]);
    assert_eq!((initial.code, &untimed(&initial.out)["certified"]), (Some(0), &serde_json::json!(true)));
}

//! Every exit code, and which one wins.

use crate::{folder, run, run_in, shipped, unexpecting};

#[test]
fn a_failure_in_a_model_that_expects_nothing() {
    let folder = folder(&[("tie.toml", &unexpecting("ce3-tie.toml"))]);
    let run = run_in(folder.path(), &["check", "tie.toml"]);
    assert_eq!((run.code, run.err.as_str()), (Some(1), ""));
    insta::assert_snapshot!(run.out);
    let run = run_in(folder.path(), &["check", "tie.toml", "--only", "wentworth-literal.outer"]);
    assert_eq!(run.code, Some(0));
}

#[test]
fn a_wrong_expectation_is_named_with_its_line() {
    let text = shipped("ce3-tie.toml").replacen("\"quibble.outer\" = \"fails\"", "\"quibble.outer\" = \"holds\"", 1);
    let line = text.lines().position(|line| line.starts_with("\"quibble.outer\"")).expect("the line") + 1;
    let folder = folder(&[("tie.toml", &text)]);
    for level in ["--quiet", "--verbose"] {
        let run = run_in(folder.path(), &["check", "tie.toml", level]);
        assert_eq!((run.code, run.err.as_str()), (Some(1), ""));
        let message = format!("quibble.outer: expected holds, found fails (tie.toml:{line})");
        assert!(run.out.contains(&message), "{}", run.out);
    }
    // What is not selected is not compared.
    assert_eq!(run_in(folder.path(), &["check", "tie.toml", "--only", "wentworth"]).code, Some(0));
}

#[test]
fn the_order_of_exit_codes() {
    // Mesa-objectives are decided where they are asked about alone.
    let open = "[decompositions.open]\nsource = \"a test\"\ndescription = \"Not decided.\"\n\
                inner = \"each p in trained: (mesa(p)) and (good(p, train))\"\n";
    let unknown = unexpecting("ce8-pseudo-aligned.toml") + "\n" + open;
    let folder = folder(&[
        ("unknown.toml", &unknown),
        ("fails.toml", &unexpecting("ce3-tie.toml")),
        ("bad.toml", "format ="),
        ("good.toml", &shipped("ce3-tie.toml")),
    ]);
    let code = |arguments: &[&str]| run_in(folder.path(), &[&["check"], arguments].concat()).code;
    assert_eq!(code(&["unknown.toml", "--only", "open.inner"]), Some(3));
    assert_eq!(code(&["good.toml"]), Some(0));
    assert_eq!(code(&["good.toml", "unknown.toml", "--only", "open.inner"]), Some(3));
    assert_eq!(code(&["unknown.toml", "fails.toml", "--only", "open", "--only", "quibble"]), Some(1));
    assert_eq!(code(&["unknown.toml", "fails.toml", "bad.toml"]), Some(2));
    assert_eq!(code(&["unknown.toml", "bad.toml", "--only", "open.inner"]), Some(2));
    assert_eq!(code(&["bad.toml", "--only", "nothing"]), Some(2));
    assert_eq!(code(&["good.toml", "--only", "nothing"]), Some(4));
}

#[test]
fn selection() {
    let shown = |only: &str| {
        let run = run(&["check", "models/ce3-tie.toml", "--format", "json", "--only", only]);
        let parts: Vec<String> = crate::verdicts(&run.out)[0]
            .as_array()
            .expect("verdicts")
            .iter()
            .map(|verdict| format!("{}.{}[{}]", verdict["decomposition"], verdict["part"], verdict["reading"]))
            .collect();
        (run.code, parts.join(" ").replace('"', ""))
    };
    let all = "quibble.outer[forall] quibble.outer[exists] quibble.inner[forall] quibble.inner[exists] \
               quibble.goal[forall] quibble.goal[exists]";
    assert_eq!(shown("quibble"), (Some(0), all.to_owned()));
    assert_eq!(shown("wentworth.outer"), (Some(0), "wentworth.outer[forall] wentworth.outer[exists]".to_owned()));
    assert_eq!(shown("nothing"), (Some(4), String::new()));
}

#[test]
fn usage() {
    for wrong in [
        &["check", "models/lava.toml", "--bogus"] as &[&str],
        &["check"],
        &["nonsense"],
        &[],
        &["check", "models/lava.toml", "--engine", "magic"],
        &["check", "models/lava.toml", "--timeout", "-1"],
        &["check", "models/lava.toml", "-q", "-v"],
    ] {
        let run = run(wrong);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{wrong:?}");
        assert!(!run.err.is_empty());
    }
    for (right, says) in [
        (&["--help"] as &[&str], "Exit codes:"),
        (&["check", "--help"], "--only"),
        (&["--version"], concat!("lavaproof ", env!("CARGO_PKG_VERSION"))),
    ] {
        let run = run(right);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{right:?}");
        assert!(run.out.contains(says), "{}", run.out);
    }
}

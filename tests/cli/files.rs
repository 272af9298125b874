//! Files that are written, whole or not at all.

use crate::{folder, names_in, run_in, shipped};

#[test]
fn output_goes_to_the_file_alone() {
    let folder = folder(&[("tie.toml", &shipped("ce3-tie.toml")), ("out.txt", "what was here before")]);
    let path = folder.path();
    let printed = run_in(path, &["check", "tie.toml"]);
    let written = run_in(path, &["check", "tie.toml", "--output", "out.txt"]);
    assert_eq!((written.code, written.out.as_str(), written.err.as_str()), (Some(0), "", ""));
    assert_eq!(std::fs::read_to_string(path.join("out.txt")).expect("the report"), printed.out);
    assert_eq!(names_in(path), ["out.txt", "tie.toml"], "nothing temporary is left");
}

#[test]
fn a_place_that_cannot_be_written() {
    let folder = folder(&[("tie.toml", &shipped("ce3-tie.toml"))]);
    let path = folder.path();
    // A missing folder, and a file where a folder should be: refused to every user.
    for place in ["missing/out.json", "tie.toml/out.json"] {
        for command in [&["check", "tie.toml"] as &[&str], &["convert", "tie.toml"], &["new"], &["definitions"]] {
            let run = run_in(path, &[command, &["--output", place]].concat());
            assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{command:?}");
            assert!(run.err.contains(&format!("cannot write {place}: ")), "{}", run.err);
            assert!(!run.err.contains(".tmp"), "{}", run.err);
        }
    }
    assert_eq!(names_in(path), ["tie.toml"]);
}

#[test]
fn pictures() {
    let folder = folder(&[("lava.toml", &shipped("lava.toml"))]);
    let path = folder.path();
    std::fs::create_dir(path.join("other")).expect("a folder");
    std::fs::copy(path.join("lava.toml"), path.join("other/lava.toml")).expect("a copy");
    let once = run_in(path, &["check", "lava.toml", "--only", "quibble", "--svg", "new/pictures"]);
    assert_eq!(once.code, Some(0), "{}", once.err);
    let pictures = names_in(&path.join("new/pictures"));
    assert_eq!(pictures, ["lava-quibble-goal-forall.svg", "lava-quibble-inner-forall.svg"]);
    for name in &pictures {
        let text = std::fs::read_to_string(path.join("new/pictures").join(name)).expect("a picture");
        let document = roxmltree::Document::parse(&text).expect("XML");
        assert_eq!(document.root_element().tag_name().name(), "svg");
    }
    let twice = run_in(path, &["check", "lava.toml", "other/lava.toml", "--only", "quibble", "--svg", "both"]);
    assert_eq!((twice.code, twice.err.as_str()), (Some(0), "4 pictures in both\n"));
    assert_eq!(names_in(&path.join("both")).len(), 4, "none replaces another");
    std::fs::write(path.join("tie.toml"), shipped("ce3-tie.toml")).expect("a model without maps");
    let states = run_in(path, &["check", "tie.toml", "--only", "quibble", "--svg", "states"]);
    assert_eq!((states.code, states.err.as_str()), (Some(0), "1 picture in states\n"));
    assert_eq!(names_in(&path.join("states")), ["tie-states.svg"]);
    let refused = run_in(path, &["check", "lava.toml", "--only", "quibble", "--svg", "lava.toml"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("cannot write lava.toml"), "{}", refused.err);
}

/// What a shell makes of `models/**`: files, folders, and the page beside them.
#[test]
fn all_that_a_pattern_names() {
    let folder = folder(&[("tie.toml", &shipped("ce3-tie.toml")), ("README.md", "# Models\n")]);
    let path = folder.path();
    std::fs::create_dir(path.join("more")).expect("a folder");
    std::fs::write(path.join("more/again.toml"), shipped("ce3-tie.toml")).expect("a model");
    let pattern = ["README.md", "more", "more/again.toml", "tie.toml"];
    let run = run_in(path, &[&["check", "--only", "quibble", "--quiet"], pattern.as_slice()].concat());
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert!(run.out.contains("2 models: "), "{}", run.out);
    // Alone it is meant, and no model; another file that is none is told of in any company.
    for named in [vec!["README.md"], vec!["tie.toml", "nosuch.tml"]] {
        assert_eq!(run_in(path, &[vec!["check"], named].concat()).code, Some(2));
    }
}

//! Every message: a table of bad files and what is said about them.

use std::fmt::Write;

use super::grids::MEADOW;
use super::reading::{LAVA, lava_with};
use crate::format::read;

/// Reads each file and collects what is said, one block for each.
fn said(files: &[(&str, &str, String)]) -> String {
    let mut out = String::new();
    for (name, file_name, text) in files {
        let report = read(file_name, text).err().unwrap_or_else(|| panic!("{name} was accepted"));
        assert!(!report.diagnostics().is_empty(), "{name}");
        let _ = writeln!(out, "# {name}\n{}\n", report.plain());
    }
    out
}

/// Changes of the quibble, one file for each.
fn changed<'a>(cases: &[(&'a str, &str, &str)]) -> Vec<(&'a str, &'static str, String)> {
    cases.iter().map(|(name, old, new)| (*name, "m.json", lava_with(&[(old, new)]))).collect()
}

fn drawn<'a>(cases: &[(&'a str, &str, &str)]) -> Vec<(&'a str, &'static str, String)> {
    let change = |(name, old, new): &(&'a str, &str, &str)| {
        assert!(MEADOW.contains(old), "the file has no {old}");
        (*name, "m.toml", MEADOW.replacen(old, new, 1))
    };
    cases.iter().map(change).collect()
}

#[test]
fn files() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let files = [
        ("unknown extension", "m.yaml", String::new()),
        ("no extension", "models.d/m", String::new()),
        ("empty", "m.json", String::new()),
        ("not a table", "m.json", "[1]".into()),
        ("empty table", "m.json", "{}".into()),
        ("comment", "m.json", "{ // no\n}".into()),
        ("trailing comma", "m.json", "{ \"format\": 1, }".into()),
        ("missing comma", "m.json", "{ \"format\": 1 \"name\": 2 }".into()),
        ("bare word", "m.json", "{ \"format\": lavaproof }".into()),
        ("unquoted fraction", "m.json", "{ \"format\": 3/7 }".into()),
        ("unterminated", "m.json", "{ \"format\": \"x\"".into()),
        ("second value", "m.json", "{} {}".into()),
        ("raw line break", "m.json", lava_with(&[("quibble", "qui\nbble")])),
        (
            "duplicate keys",
            "m.json",
            lava_with(&[("\"good\"", "\"name\": 1, \"good\""), ("{ \"g\": \"1\" }", "{ \"g\": \"1\", \"g\": \"1\" }")]),
        ),
        ("too deep JSON", "m.json", format!("{{\"format\": {deep}}}")),
        ("much too deep JSON", "m.json", "[".repeat(100_000)),
        ("too deep TOML", "m.toml", format!("format = {deep}")),
        ("dotted bomb", "m.toml", format!("a{} = 1", ".a".repeat(100_000))),
        ("broken TOML", "m.toml", "format = \nname = 'x\ntrain = { a = 1 }\n".into()),
        ("duplicate TOML key", "m.toml", "format = \"x\"\nformat = \"y\"\n".into()),
        ("TOML dates", "m.toml", "format = 1979-05-27\nname = 0xff\n".into()),
        ("no number", "m.toml", "format = \"lavaproof-model/1\"\ngood = { regret = nan }\n[grid]\n".into()),
    ];
    insta::assert_snapshot!(said(&files));
}

#[test]
fn structure() {
    let mut files = changed(&[
        ("other format", "lavaproof-model/1", "lavaproof-model/2"),
        ("misspelt key", "\"situations\"", "\"situation\""),
        ("unknown key", "\"name\"", "\"zebra\": 1, \"name\""),
        ("misspelt sugar", "\"states\"", "\"grids\": {}, \"states\""),
        ("name is a number", "\"lava quibble\"", "12"),
        ("empty name", "\"lava quibble\"", "\"\""),
        ("two criteria", "\"discounted\": \"9/10\"", "\"discounted\": \"9/10\", \"total\": true"),
        ("no criterion", "\"discounted\": \"9/10\"", ""),
        ("unknown criterion", "\"discounted\"", "\"discount\""),
        ("total is false", "\"discounted\": \"9/10\"", "\"total\": false"),
        ("total is a text", "\"discounted\": \"9/10\"", "\"total\": \"true\""),
        ("discount is 1", "\"9/10\"", "\"1.0\""),
        ("discount is no number", "\"9/10\"", "\"nine tenths\""),
        ("division by zero", "\"9/10\"", "\"9/0\""),
        ("huge exponent", "\"9/10\"", "1e-999999999"),
        ("number is a list", "\"9/10\"", "[9, 10]"),
        ("fractional horizon", "\"discounted\": \"9/10\"", "\"horizon\": 2.5"),
        ("negative horizon", "\"discounted\": \"9/10\"", "\"horizon\": -1"),
        ("endless horizon", "\"discounted\": \"9/10\"", "\"horizon\": 1e9"),
        ("negative regret", "\"regret\": \"0\"", "\"regret\": -1"),
        ("two goods", "\"regret\": \"0\"", "\"regret\": 0, \"value\": 1"),
        ("policies", "\"good\"", "\"policies\": \"stationery\", \"good\""),
        ("unknown status", "\"holds\"", "\"hold\""),
        ("status is true", "\"holds\"", "true"),
        ("empty definition", "\"good\"", "\"decompositions\": { \"mine\": { \"outter\": \"x\" } }, \"good\""),
        ("definition is a text", "\"good\"", "\"decompositions\": { \"mine\": \"x\" }, \"good\""),
        ("source is a list", "\"good\"", "\"source\": [], \"good\""),
    ]);
    files.push((
        "many at once",
        "m.json",
        lava_with(&[("\"9/10\"", "2"), ("\"g\": \"1\"", "\"gg\": \"1\""), ("\"fails\"", "\"fail\""), ("\"go\"", "7")]),
    ));
    insta::assert_snapshot!(said(&files));
}

#[test]
fn models() {
    let files = changed(&[
        ("states is a table", "[\"g\", \"l\", \"end\", \"burnt\"]", "{}"),
        ("no states", "[\"g\", \"l\", \"end\", \"burnt\"]", "[]"),
        ("duplicate state", "\"burnt\"]", "\"burnt\", \"g\"]"),
        ("unreadable state", "\"burnt\"]", "\"burnt\", 3, \"\"]"),
        ("absorbing twice", "[\"end\", \"burnt\"]", "[\"end\", \"burnt\", \"end\"]"),
        ("absorbing unknown", "[\"end\", \"burnt\"]", "[\"end\", \"burned\"]"),
        ("no choice", "\"burnt\"]", "\"burnt\", \"limbo\"]"),
        ("choice of an absorbing state", "[\"end\", \"burnt\"]", "[\"end\", \"burnt\", \"g\"]"),
        ("unknown state of a choice", "\"state\": \"g\"", "\"state\": \"gg\""),
        ("no action", "\"action\": \"go\", ", ""),
        ("misspelt key of a choice", "\"action\": \"go\"", "\"actoin\": \"go\""),
        ("choice is a text", "{ \"state\": \"g\"", "\"go\", { \"state\": \"g\""),
        ("duplicate action", "\"around\"", "\"lava\""),
        ("short row", "{ \"end\": \"1\" }", "{ \"end\": \"9/10\", \"burnt\": 0.05 }"),
        ("long row", "{ \"end\": \"1\" }", "{ \"end\": \"1\", \"burnt\": 0.05 }"),
        ("negative probability", "{ \"end\": \"1\" }", "{ \"end\": 1.5, \"burnt\": { \"p\": -0.5 } }"),
        ("unknown successor", "{ \"end\": \"1\" }", "{ \"edn\": \"1\" }"),
        ("successor without p", "{ \"end\": \"1\" }", "{ \"end\": { \"q\": 1 } }"),
        ("row is a text", "{ \"end\": \"1\" }", "\"end\""),
        ("misspelt reward", "\"specified\": \"10\"", "\"specifeid\": \"10\""),
        ("unknown reward", "\"specified\": \"10\"", "\"cost\": \"10\""),
        ("reward is a number", "{ \"specified\": \"10\",  \"intended\": \"10\" }", "10"),
        ("bad feature", "\"rewards\"", "\"features\": { \"risk\": \"high\" }, \"rewards\""),
        ("duplicate label member", "[\"burnt\"] }", "[\"burnt\", \"burnt\"] }"),
        ("unknown label member", "[\"burnt\"] }", "[\"brunt\"] }"),
        ("unreachable label", "\"lava\": [\"burnt\"]", "\"lava\": [\"burnt\"], \"none\": []"),
        (
            "look alike, other actions",
            "\"situations\"",
            "\"observations\": { \"g\": \"x\", \"l\": \"x\" }, \"situations\"",
        ),
        (
            "look alike, absorbing",
            "\"situations\"",
            "\"observations\": { \"g\": \"x\", \"end\": \"x\" }, \"situations\"",
        ),
        ("observation of an unknown state", "\"situations\"", "\"observations\": { \"h\": 1 }, \"situations\""),
    ]);
    insta::assert_snapshot!(said(&files));
}

#[test]
fn boards() {
    let board = r##""board": { "terrain": { "floor": { "glyph": "." }, "wall": { "glyph": "#", "wall": true } },
        "level": [{ "name": "room", "map": [".#."], "states": [[["g", "l"], [], ["end"]]] }] }, "good""##;
    let with = |old: &str, new: &str| {
        assert!(board.contains(old), "the board has no {old}");
        lava_with(&[("\"good\"", &board.replacen(old, new, 1))])
    };
    assert!(read("m.json", &with("", "")).is_ok());
    let files = [
        ("board is a text", lava_with(&[("\"good\"", "\"board\": \".#.\", \"good\"")])),
        ("no levels", lava_with(&[("\"good\"", "\"board\": { \"terrain\": {}, \"level\": [] }, \"good\"")])),
        ("unknown key of a terrain", with("\"wall\": true", "\"walls\": true")),
        ("the same glyph", with("\"#\"", "\".\"")),
        ("unknown glyph", with("[\".#.\"]", "[\".x.\"]")),
        ("uneven map", with("[\".#.\"]", "[\".#.\", \".\"]")),
        ("no states", with(", \"states\"", ", \"state\"")),
        ("too few rows", with("[\".#.\"]", "[\".#.\", \"...\"]")),
        ("too few cells", with("[], [\"end\"]", "[]")),
        ("unknown state", with("\"l\"]", "\"ll\"]")),
        ("a state in a wall", with("[], [\"end\"]", "[\"end\"], []")),
        ("a state twice", with("[\"end\"]", "[\"g\"]")),
    ];
    let files: Vec<_> = files.into_iter().map(|(name, text)| (name, "m.json", text)).collect();
    insta::assert_snapshot!(said(&files));
}

#[test]
fn problems() {
    let point = "{ \"point\": { \"g\": \"1/2\", \"l\": \"1/2\" } }";
    let learner = "{ \"epsilon\": \"0\" }";
    let polytope = |constraint: &str| {
        let constraint = constraint.replace('"', "\\\"");
        format!("{{ \"polytope\": {{ \"constraints\": [\"{constraint}\"] }} }}")
    };
    let mut files = changed(&[
        ("no situations", "\"situations\": [\"g\", \"l\"]", "\"situations\": []"),
        ("duplicate situation", "[\"g\", \"l\"]", "[\"g\", \"l\", \"g\"]"),
        ("unknown situation", "\"situations\": [\"g\", \"l\"]", "\"situations\": [\"g\", \"l\", \"x\"]"),
        ("train names an unknown state", "{ \"g\": \"1\" }", "{ \"gg\": \"1\" }"),
        ("train outside the situations", "{ \"g\": \"1\" }", "{ \"g\": 0.5, \"end\": 0.5 }"),
        ("train does not sum to 1", "{ \"g\": \"1\" }", "{ \"g\": \"1/3\", \"l\": \"1/3\" }"),
        ("negative mass", "{ \"g\": \"1\" }", "{ \"g\": \"4/3\", \"l\": \"-1/3\" }"),
        ("train is a state", "{ \"g\": \"1\" }", "\"g\""),
        ("unknown deployment", "\"point\"", "\"points\""),
        ("empty deployment", point, "{}"),
        ("two deployments", point, "{ \"point\": { \"g\": 1 }, \"over\": [\"g\"] }"),
        ("over nothing", point, "{ \"over\": [] }"),
        ("over a state that is no situation", point, "{ \"over\": [\"g\", \"end\"] }"),
        ("tv without radius", point, "{ \"tv\": { \"center\": \"train\" } }"),
        ("tv with a negative radius", point, "{ \"tv\": { \"center\": \"train\", \"radius\": -0.1 } }"),
        ("tv around nothing", point, "{ \"tv\": { \"center\": \"trian\", \"radius\": 1 } }"),
        ("tv out of reach", point, "{ \"tv\": { \"center\": \"train\", \"radius\": \"1/2\", \"over\": [\"l\"] } }"),
        ("ratio below 1", point, "{ \"ratio\": { \"center\": \"train\", \"bound\": \"9/10\" } }"),
        ("ratio without mass", point, "{ \"ratio\": { \"center\": \"train\", \"bound\": 2, \"over\": [\"l\"] } }"),
        ("unknown catastrophe", "\"label\": \"lava\"", "\"label\": \"lave\""),
        ("tolerance above 1", "\"tolerance\": \"0\"", "\"tolerance\": \"3/2\""),
        ("catastrophe without label", "\"label\": \"lava\", ", ""),
        ("negative epsilon", learner, "{ \"epsilon\": -1 }"),
        ("given leaves out a state", learner, "{ \"given\": { \"g\": \"go\" } }"),
        ("given unknown action", learner, "{ \"given\": { \"g\": \"go\", \"l\": \"arround\" } }"),
        ("given row", learner, "{ \"given\": { \"g\": \"go\", \"l\": { \"around\": 0.5, \"lava\": 0.4 } } }"),
        ("given for an absorbing state", learner, "{ \"given\": { \"g\": \"go\", \"l\": \"lava\", \"end\": \"go\" } }"),
        ("given unknown state", learner, "{ \"given\": { \"gg\": \"go\", \"l\": \"lava\" } }"),
        ("given is a list", learner, "{ \"given\": { \"g\": [], \"l\": \"lava\" } }"),
    ]);
    for (name, constraint) in [
        ("no comparison", "g + l"),
        ("two comparisons", "0 <= l <= 1"),
        ("strict", "l < 1/2"),
        ("double equals", "l == 1/2"),
        ("unknown name", "g + 2*ll >= 1/2"),
        ("no situation", "end <= 1/2"),
        ("nothing left", "l - l <= 1/2"),
        ("dangling operator", "g + <= 1"),
        ("dangling factor", "2 * <= 1"),
        ("product of names", "g * l <= 1"),
        ("power of ten", "1e-3 <= l"),
        ("number with two points", "1.2.3 l <= 1"),
        ("stray character", "l% <= 1"),
        ("open quote", "\"l <= 1"),
    ] {
        files.push((name, "m.json", lava_with(&[(point, &polytope(constraint))])));
    }
    let alike = lava_with(&[
        ("\"action\": \"go\"", "\"action\": \"lava\""),
        (
            "{ \"state\": \"l\"",
            "{ \"state\": \"g\", \"action\": \"around\", \"to\": { \"end\": 1 } }, { \"state\": \"l\"",
        ),
        ("\"situations\"", "\"observations\": { \"g\": \"x\", \"l\": \"x\" }, \"situations\""),
        (learner, "{ \"given\": { \"g\": \"lava\", \"l\": \"around\" } }"),
    ]);
    files.push(("given acts differently on look-alikes", "m.json", alike));
    let digits = LAVA.replace("\"l\"", "\"2l\"").replace(point, "{ \"point\": { \"g\": 1 } }");
    let digits = digits.replace("{ \"point\": { \"g\": \"1/2\", \"2l\": \"1/2\" } }", &polytope("2l <= 1/2"));
    files.push(("number or name", "m.json", digits));
    insta::assert_snapshot!(said(&files));
}

#[test]
fn grids() {
    let files = drawn(&[
        ("states beside grid", "[grid]", "states = []\n[grid]"),
        ("misspelt key", "slip =", "slipp ="),
        ("bad slip", "slip = \"1/5\"", "slip = 2"),
        ("unknown action", "[grid]", "[grid]\nactions = [\"up\", \"downn\", \"up\"]"),
        ("no actions", "[grid]", "[grid]\nactions = []"),
        ("unknown sight", "[grid]", "[grid]\nsees = \"postion\""),
        ("unknown view", "[grid]", "[grid]\nsees = { radius = 1 }"),
        ("far view", "[grid]", "[grid]\nsees = { view = 1000 }"),
        ("observations beside sees", "[grid]", "observations = {}\n[grid]\nsees = \"position\""),
        ("unknown deployment", "[grid]", "[grid]\ndeployment = \"all\""),
        ("features is a text", "[grid]", "[grid]\nfeatures = \"yes\""),
        ("no terrain", "[grid.terrain.dirt]\nglyph = \".\"", ""),
        ("long glyph", "glyph = \"G\"", "glyph = \"GG\""),
        ("invisible glyph", "glyph = \"G\"", "glyph = \" \""),
        ("duplicate glyph", "glyph = \"G\"", "glyph = \"A\""),
        ("wall with label", "wall = true", "wall = true\nlabel = \"brick\""),
        ("terrain called step", "[grid.terrain.dirt]", "[grid.terrain.step]"),
        ("unknown weight", "goal = 10", "gaol = 10"),
        ("weight of a wall", "goal = 10", "wall = 10"),
        ("unknown reward", "[grid.weights.specified]", "[grid.weights.specifed]"),
        ("unknown glyph", "#A.#", "#a?#"),
        ("ragged map", "#A.#", "#A..#"),
        ("map without start", "#A.#", "#..#"),
        ("empty map", "map = \"\"\"\n####\n#A.#\n#LG#\n####\n\"\"\"", "map = \"\""),
        ("map is a number", "map = \"\"\"\n####\n#A.#\n#LG#\n####\n\"\"\"", "map = 3"),
        ("unknown role", "role = \"train\"", "role = \"training\""),
        ("unknown starts", "role = \"train\"", "starts = \"every\""),
        ("no deployment level", "role = \"deploy\"", "role = \"train\""),
        ("duplicate level", "name = \"hill\"", "name = \"meadow\""),
        ("nameless level", "name = \"hill\"\n", ""),
        ("label twice", "[grid]", "labels = { lava = [\"meadow_r2c1\"] }\n[grid]"),
        ("label that no state has", "#LG#", "#.G#"),
        ("train names no state", "[grid]", "train = { meadow_r1c9 = 1 }\n[grid]"),
        ("given unknown level", "[grid]", "[grid]\ngiven = { meadw = \"\" }"),
        ("given wrong size", "[grid]", "[grid]\ngiven = { meadow = [\"###\"], hill = [\"#o>#\"] }"),
        (
            "given without an action",
            "[grid]",
            "[grid]\ngiven = { hill = [\"#>G\"], meadow = [\"####\", \"#>x#\", \"#LG#\", \"####\"] }",
        ),
        (
            "given twice",
            "[grid]",
            "learner = { given = {} }\n[grid]\ngiven = { hill = [\"#>G\"], meadow = [\"####\", \"#>v#\", \"#LG#\", \"####\"] }",
        ),
        ("no levels", "[grid]", "[grid]\nlevel = []\n[gird]"),
        ("bad criterion and bad map", "discounted = \"9/10\"", "discounted = \"9/10\", horizon = 2"),
    ]);
    insta::assert_snapshot!(said(&files));
}

#[test]
fn long_lines_are_cut_around_the_caret() {
    let text = lava_with(&[("\"g\": \"1\"", "\"gg\": \"1\"")]).replace('\n', " ");
    insta::assert_snapshot!(said(&[("one line", "m.json", text)]));
}

#[test]
fn miette_draws_the_same_findings() {
    let text = lava_with(&[("\"g\": \"1\"", "\"gg\": \"1\""), ("\"9/10\"", "2")]);
    let report = read("models/m.json", &text).expect_err("two problems");
    let mut out = String::new();
    miette::NarratableReportHandler::new().render_report(&mut out, &report).expect("a text");
    insta::assert_snapshot!(out);
}

#[test]
fn many_findings_on_one_long_line_are_rendered_in_linear_time() {
    let states: Vec<String> = (0..20_000).map(|number| format!("\"s\", {number}")).collect();
    let text = format!("{{ \"states\": [{}] }}", states.join(", "));
    let plain = read("m.json", &text).expect_err("no names").plain();
    let last = plain.lines().rev().find(|line| line.contains("19999")).map(ToOwned::to_owned);
    assert!(last.is_some_and(|line| line.len() < 200));
}

//! Rules about the repository itself. Each is a function of a text, and is shown a bad text as well.

mod source;

use lavaproof::decomposition::built_in_definitions;
use lavaproof::format;

use source::{code_of, files_in, has_word, lines_where, sources};

/// Where floating point may be: what it says is a proposal, or is only shown.
const FLOATS: [&str; 8] = [
    "src/solve/enclosure/evaluation.rs",
    "src/solve/enclosure/proposal.rs",
    "src/solve/float.rs",
    "src/solve/lp_proposal.rs",
    "src/solve/shortest_path/float_block.rs",
    "src/solve/shortest_path/float_solution.rs",
    "src/solve/shortest_path/propose.rs",
    "src/solve/shortest_path/value_iteration.rs",
];

/// Source files of more than [`LONGEST`] lines, each with the reason.
const LONG: [(&str, &str); 0] = [];

/// Lines that a source file should not exceed.
const LONGEST: usize = 400;

/// Names that say nothing about what is in a file.
const NAMELESS: [&str; 6] = ["util", "utils", "helper", "helpers", "common", "misc"];

fn check(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn is_nameless(path: &str) -> bool {
    path.split('/').any(|part| NAMELESS.contains(&part.split('.').next().unwrap_or(part)))
}

#[test]
fn file_names_say_what_is_inside() {
    check(&files_in("").into_iter().map(|file| file.path).filter(|path| is_nameless(path)).collect::<Vec<_>>());
    assert!(is_nameless("src/solve/utils.rs") && is_nameless("tests/common/mod.rs"));
    assert!(!is_nameless("src/solve/dixon.rs"));
}

fn text_errors(path: &str, text: &str) -> Vec<String> {
    let wrong = |line: &str| {
        line.match_indices("Result<").any(|(at, _)| {
            let arguments = arguments_of(&line[at + "Result<".len()..]);
            arguments.len() == 2 && arguments[1] == "String"
        })
    };
    lines_where(path, &code_of(text), wrong)
}

/// The type arguments up to the closing `>`.
fn arguments_of(text: &str) -> Vec<String> {
    let mut depth = 0;
    let mut arguments = vec![String::new()];
    for character in text.chars() {
        match character {
            '<' | '(' | '[' => depth += 1,
            '>' if depth == 0 => break,
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = arguments.last_mut() {
            last.push(character);
        }
    }
    arguments.into_iter().map(|argument| argument.trim().to_owned()).collect()
}

#[test]
fn errors_are_types() {
    check(&sources().iter().flat_map(|file| text_errors(&file.path, &file.text)).collect::<Vec<_>>());
    assert_eq!(text_errors("x.rs", "fn f() -> Result<Vec<(u8, u8)>, String> {").len(), 1);
    assert_eq!(text_errors("x.rs", "fn f() -> Result<String, Error> { /* Result<(), String> */").len(), 0);
}

fn unfinished(path: &str, text: &str) -> Vec<String> {
    let marks = [concat!("FIX", "ME"), concat!("XX", "X")];
    let mut wrong = lines_where(path, text, |line| marks.iter().any(|mark| has_word(line, mark)));
    let code = code_of(text);
    wrong.extend(lines_where(path, &code, |line| {
        ["todo!", "unimplemented!", "#[ignore"].iter().any(|mark| line.contains(mark))
    }));
    wrong
}

#[test]
fn nothing_is_left_unfinished() {
    let files = sources().into_iter().chain(files_in("tests"));
    let rust = files.filter(|file| file.path.ends_with(".rs"));
    check(&rust.flat_map(|file| unfinished(&file.path, &file.text)).collect::<Vec<_>>());
    let bad = concat!("// FIX", "ME later\nfn f() { todo!() }\n#[ignore]\nfn g() { \"todo!()\"; }");
    assert_eq!(unfinished("x.rs", bad).len(), 3);
}

fn floats(path: &str, text: &str) -> Vec<String> {
    if FLOATS.contains(&path) {
        return Vec::new();
    }
    lines_where(path, &code_of(text), |line| has_word(line, "f64") || has_word(line, "f32"))
}

#[test]
fn floating_point_stays_where_it_proposes() {
    check(&sources().iter().flat_map(|file| floats(&file.path, &file.text)).collect::<Vec<_>>());
    assert_eq!(floats("src/decide/mod.rs", "fn f(x: f64) {}\n// f64\nlet nf64 = 1;").len(), 1);
    assert_eq!(floats(FLOATS[0], "fn f(x: f64) {}").len(), 0);
}

/// Reading and writing outside of the command line.
fn worldly(path: &str, text: &str) -> Vec<String> {
    if path.starts_with("src/cli/") {
        return Vec::new();
    }
    let doors = ["std::fs", "std::env", "std::io", "println!", "eprintln!"];
    lines_where(path, &code_of(text), |line| doors.iter().any(|door| line.contains(door)))
}

#[test]
fn only_the_command_line_meets_the_world() {
    check(&sources().iter().flat_map(|file| worldly(&file.path, &file.text)).collect::<Vec<_>>());
    assert_eq!(worldly("src/solve/mod.rs", "//! println!\nfn f() { println!(); }").len(), 1);
    assert_eq!(worldly("src/cli/new.rs", "use std::fs;").len(), 0);
}

/// Exceptions to lints that do not say why.
fn unexplained(path: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, _) in text.match_indices("allow(") {
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let before = text[start..at].trim_start();
        if !before.starts_with("#[") && !before.starts_with("#![") {
            continue;
        }
        let attribute = &text[at..text[at..].find(")]").map_or(text.len(), |end| at + end)];
        if !attribute.contains("reason =") {
            wrong.push(format!("{path}:{}: an exception without a reason", text[..at].matches('\n').count() + 1));
        }
    }
    wrong
}

#[test]
fn exceptions_to_lints_have_a_reason() {
    let files = sources().into_iter().chain(files_in("tests"));
    let rust = files.filter(|file| file.path.ends_with(".rs") && file.path != "tests/repository.rs");
    check(&rust.flat_map(|file| unexplained(&file.path, &file.text)).collect::<Vec<_>>());
    assert_eq!(
        unexplained("x.rs", "fn f() {}\n#[allow(dead_code)]\nfn g() {}"),
        ["x.rs:2: an exception without a reason"]
    );
    assert_eq!(unexplained("x.rs", "#![allow(\n    dead_code,\n    reason = \"shown\"\n)]").len(), 0);
}

fn too_long(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    let excused = LONG.iter().any(|(listed, _)| *listed == path);
    (lines > LONGEST && !excused).then(|| format!("{path}: {lines} lines"))
}

#[test]
fn source_files_are_short() {
    check(&sources().iter().filter_map(|file| too_long(&file.path, &file.text)).collect::<Vec<_>>());
    assert!(too_long("x.rs", &"\n".repeat(LONGEST + 1)).is_some() && too_long("x.rs", "").is_none());
}

/// What a model file is missing.
fn incomplete(path: &str, text: &str) -> Option<String> {
    match format::read(path, text) {
        Err(report) => Some(format!("{path}: cannot be read: {report:?}")),
        Ok(file) if file.source.is_none() => Some(format!("{path}: no `source`")),
        Ok(file) if file.expect.is_empty() => Some(format!("{path}: no `expect`")),
        Ok(_) => None,
    }
}

#[test]
fn every_model_says_where_it_comes_from_and_what_to_expect() {
    let models: Vec<_> = files_in("models").into_iter().filter(|file| !file.path.ends_with(".md")).collect();
    assert!(models.len() > 10);
    check(&models.iter().filter_map(|file| incomplete(&file.path, &file.text)).collect::<Vec<_>>());
    let text = &models.iter().find(|file| file.path.ends_with("ce3-tie.toml")).expect("a small model").text;
    assert!(incomplete("x.toml", &text.replace("source =", "description =")).is_some());
    let unexpected = text.split("[expect]").next().expect("what comes before");
    let source_less: String =
        unexpected.lines().filter(|line| !line.starts_with("source")).map(|l| format!("{l}\n")).collect();
    assert_eq!(incomplete("x.toml", unexpected).as_deref(), Some("x.toml: no `expect`"));
    assert_eq!(incomplete("x.toml", &source_less).as_deref(), Some("x.toml: no `source`"));
}

/// Parts of built-in definitions whose formula is not in the section of the decomposition, to the letter.
fn undocumented(page: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for definition in built_in_definitions().expect("the built-in formulas") {
        let Some((_, after)) = page.split_once(&format!("### `{}`\n", definition.id)) else {
            wrong.push(format!("`{}` has no section", definition.id));
            continue;
        };
        let section = after.split("\n### ").next().unwrap_or(after).split("\n## ").next().unwrap_or(after);
        for (half, formula) in &definition.parts {
            let line = format!("{:<6} {formula}\n", format!("{half}:"));
            if !section.contains(&line) {
                wrong.push(format!("`{}`: not as shipped:\n{line}", definition.id));
            }
        }
    }
    wrong
}

#[test]
fn the_documented_decompositions_are_the_shipped_ones() {
    let page = include_str!("../docs/decompositions.md");
    check(&undocumented(page));
    assert_eq!(undocumented("").len(), 10);
    assert!(!undocumented(&page.replace("for all m in all:", "for all m in deploy:")).is_empty());
}

/// Top-level directories of people's machines.
const MACHINES: [&str; 5] = ["home", "Users", "root", "work", "mnt"];

/// Words in the hosts of package registries and of proxies for them.
const REGISTRIES: [&str; 6] = ["crates", "pypi", "pythonhosted", "npm", "registry", "artifact"];

fn local(path: &str, text: &str) -> Vec<String> {
    let names_a_machine = |line: &str| {
        MACHINES.iter().map(|directory| format!("/{directory}/")).any(|prefix| {
            line.match_indices(&prefix)
                .any(|(at, _)| line[..at].chars().next_back().is_none_or(|c| " \t\"'`(=:".contains(c)))
        })
    };
    let names_a_registry = |line: &str| {
        line.match_indices("://").any(|(at, scheme)| {
            let host: String = line[at + scheme.len()..].chars().take_while(|c| !"/ \"')>".contains(*c)).collect();
            REGISTRIES.iter().any(|word| host.contains(word))
        })
    };
    lines_where(path, text, |line| names_a_machine(line) || names_a_registry(line))
}

#[test]
fn no_file_knows_a_machine_or_a_registry() {
    // Cargo writes its lock file, and with it where packages come from.
    let files = files_in("").into_iter().filter(|file| file.path != "Cargo.lock");
    check(&files.flat_map(|file| local(&file.path, &file.text)).collect::<Vec<_>>());
    let paths = MACHINES.map(|directory| format!("see `/{directory}/someone/x`"));
    assert!(paths.iter().all(|line| local("x", line).len() == 1));
    assert_eq!(local("x", &format!("https://{}.example/y", REGISTRIES[0])).len(), 1);
    assert_eq!(local("x", "a/home/b and https://www.w3.org/2000/svg").len(), 0);
}

#[test]
fn the_scanner_sees_code_and_nothing_else() {
    let text = "a /* x /* y */ z */ b // c\n\"d \\\" e\" f r#\"g \" h\"# '\"' i 'j' &'k l \"\"";
    let kept: Vec<_> = code_of(text).split_whitespace().map(str::to_owned).collect();
    assert_eq!(kept, ["a", "b", "f", "i", "&'k", "l"]);
    assert_eq!(code_of(text).lines().count(), text.lines().count());
}

/// The crates that the checker may depend on: big integers, and no more.
const INTEGERS: [&str; 3] = ["num-bigint", "num-integer", "num-traits"];

/// Lints that the checker denies to itself.
const DENIED: [&str; 10] = [
    "arithmetic_side_effects",
    "as_conversions",
    "expect_used",
    "float_arithmetic",
    "indexing_slicing",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    "unwrap_used",
];

/// What is wrong with the manifest of the checker.
fn untrustworthy(manifest: &str) -> Vec<String> {
    let section = |name: &str| -> Vec<&str> {
        let lines = manifest.lines().skip_while(|line| *line != format!("[{name}]")).skip(1);
        lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.is_empty()).collect()
    };
    let dependencies = section("dependencies");
    let mut wrong: Vec<String> = dependencies
        .iter()
        .filter(|line| !INTEGERS.iter().any(|name| line.split(' ').next() == Some(name)))
        .map(|line| format!("the checker must not depend on `{line}`"))
        .collect();
    if dependencies.is_empty() || manifest.contains("dependencies.") || manifest.contains("-dependencies]") {
        wrong.push("the checker has one list of dependencies".to_owned());
    }
    let lints = section("lints.clippy");
    wrong.extend(
        DENIED
            .iter()
            .filter(|lint| !lints.contains(&&*format!("{lint} = \"deny\"")))
            .map(|lint| format!("the checker does not deny `{lint}`")),
    );
    if !section("lints.rust").contains(&"unsafe_code = \"forbid\"") {
        wrong.push("the checker does not forbid unsafe code".to_owned());
    }
    wrong
}

/// Code of the checker that its lints cannot see, or that an exception could let through.
fn unchecked(path: &str, text: &str) -> Vec<String> {
    let code = code_of(text);
    let rule = code.split("#[cfg(test)]").next().unwrap_or(&code);
    let mut wrong = lines_where(path, rule, |line| {
        let words = ["as", "f32", "f64", "unsafe", "assert", "assert_eq", "debug_assert"];
        words.iter().any(|word| has_word(line, word)) || line.contains("lavaproof::")
    });
    // Big integers do not overflow; there is no other exception.
    let attributes = rule.matches("allow(").count() + rule.matches("expect(clippy").count();
    if attributes > usize::from(path.ends_with("/rational.rs")) {
        wrong.push(format!("{path}: an exception to a lint"));
    }
    wrong
}

#[test]
fn the_checker_is_held_to_its_own_rules() {
    let files = files_in("proofs/checker");
    let manifest = &files.iter().find(|file| file.path.ends_with("Cargo.toml")).expect("the manifest").text;
    check(&untrustworthy(manifest));
    let rust: Vec<_> = files.iter().filter(|file| file.path.contains("/src/") && file.path.ends_with(".rs")).collect();
    // `tests.rs` and the models for tests are compiled for tests alone.
    let rules = || rust.iter().filter(|file| !file.path.ends_with("/tests.rs") && !file.path.ends_with("/example.rs"));
    assert!(rules().count() > 15);
    check(&rules().flat_map(|file| unchecked(&file.path, &file.text)).collect::<Vec<_>>());
    check(&rust.iter().filter_map(|file| too_long(&file.path, &file.text)).collect::<Vec<_>>());
    check(&rust.iter().flat_map(|file| text_errors(&file.path, &file.text)).collect::<Vec<_>>());
    check(&rust.iter().flat_map(|file| unfinished(&file.path, &file.text)).collect::<Vec<_>>());

    assert_eq!(untrustworthy(&manifest.replace("[dependencies]", "[dependencies]\nserde = \"1\"")).len(), 1);
    assert_eq!(untrustworthy(&format!("{manifest}[dev-dependencies]\nserde = \"1\"\n")).len(), 1);
    assert_eq!(untrustworthy(&manifest.replace("as_conversions", "as_underscore")).len(), 1);
    assert_eq!(untrustworthy(&manifest.replace("forbid", "warn")).len(), 1);
    assert_eq!(unchecked("x.rs", "fn f(n: u8) -> u64 { n as u64 }\n// as\nfn g(x: f64) {}").len(), 2);
    assert_eq!(unchecked("x.rs", "#[allow(clippy::panic)]\nfn f() {}").len(), 1);
    assert_eq!(unchecked("x.rs", "fn f() {}\n#[cfg(test)]\nmod tests { fn g(n: u8) -> u64 { n as u64 } }").len(), 0);
}

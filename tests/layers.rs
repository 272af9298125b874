//! The layers: which module may import which. Unit tests are held to the same order as the code beside them.

mod source;

use source::{code_of, sources};

/// Each module with the modules it may import, in the order of the layers; a module may always import itself.
///
/// What is *not* here matters most: `decomposition` knows no solver, `lp` and `smt` know no decomposition, `format`
/// decides nothing, and nothing but `cli` knows everything. `budget` is in no layer.
const ALLOWED: [(&str, &[&str]); 16] = [
    ("budget", &[]),
    ("mdp", &[]),
    ("problem", &["mdp"]),
    ("format", &["mdp", "problem"]),
    ("lp", &["mdp", "problem"]),
    ("smt", &["budget", "mdp"]),
    ("solve", &["budget", "mdp", "problem", "lp", "smt"]),
    ("query", &["budget", "mdp", "solve"]),
    ("rewards", &["budget", "mdp", "lp", "solve"]),
    ("decomposition", &["mdp", "problem"]),
    ("search", &["budget", "mdp", "problem", "lp", "smt", "solve", "decomposition"]),
    ("certify", &["budget", "mdp", "problem", "lp", "solve", "decomposition", "search"]),
    ("decide", &["budget", "mdp", "problem", "solve", "decomposition", "search", "certify"]),
    ("seek", &["budget", "mdp", "problem", "lp", "smt", "solve", "decomposition", "search", "certify", "decide"]),
    ("report", &["budget", "mdp", "problem", "format", "query", "decomposition", "decide", "seek"]),
    (
        "cli",
        &[
            "budget",
            "mdp",
            "problem",
            "format",
            "lp",
            "smt",
            "solve",
            "query",
            "rewards",
            "decomposition",
            "search",
            "certify",
            "decide",
            "seek",
            "report",
        ],
    ),
];

/// Files that put the crate together.
const OUTSIDE: [&str; 2] = ["src/lib.rs", "src/main.rs"];

/// The module of the crate that a file belongs to.
fn module_of(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    let end = inside.find(['/', '.']).unwrap_or(inside.len());
    &inside[..end]
}

/// The names right after `crate::`, also in groups `crate::{a::b, c}`, with their lines.
fn mentions(text: &str) -> Vec<(usize, String)> {
    let code = code_of(text);
    let word = |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let mut found = Vec::new();
    for (at, prefix) in code.match_indices("crate::") {
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + prefix.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push((line, word(rest)));
            continue;
        };
        let mut depth = 0;
        let mut fresh = true;
        for (offset, character) in group.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                _ if fresh && depth == 0 && character.is_alphanumeric() => {
                    found.push((line + group[..offset].matches('\n').count(), word(&group[offset..])));
                    fresh = false;
                }
                _ => {}
            }
        }
    }
    found
}

/// Every import of a file that the table does not allow.
fn forbidden(path: &str, text: &str) -> Vec<String> {
    let own = module_of(path);
    let Some((_, allowed)) = ALLOWED.iter().find(|(module, _)| *module == own) else {
        return vec![format!("{path}: the module `{own}` is in no layer: add it to the table")];
    };
    mentions(text)
        .into_iter()
        .filter(|(_, other)| other != own && !allowed.contains(&other.as_str()))
        .map(|(line, other)| format!("{path}:{line}: `{own}` must not import `{other}`"))
        .collect()
}

#[test]
fn imports_follow_the_layers() {
    let files = sources();
    let wrong: Vec<String> = files
        .iter()
        .filter(|file| !OUTSIDE.contains(&file.path.as_str()))
        .flat_map(|file| forbidden(&file.path, &file.text))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_circle() {
    for (position, (module, allowed)) in ALLOWED.iter().enumerate() {
        for other in *allowed {
            let earlier = ALLOWED[..position].iter().any(|(candidate, _)| candidate == other);
            assert!(earlier, "`{module}` may import `{other}`, which does not come before it");
        }
    }
}

#[test]
fn a_forbidden_import_is_found_with_its_line() {
    let bad = "//! crate::smt in a comment is fine.\nuse crate::mdp::Value;\nuse crate::{\n    lp::Row,\n    problem::{Problem, Good},\n};\nfn f() { let _ = \"crate::smt\"; crate::search::Arena::new(); }\n";
    assert_eq!(
        forbidden("src/decomposition/question.rs", bad),
        [
            "src/decomposition/question.rs:4: `decomposition` must not import `lp`",
            "src/decomposition/question.rs:7: `decomposition` must not import `search`",
        ]
    );
    assert_eq!(forbidden("src/decide/mod.rs", "use crate::search::Arena;"), [""; 0]);
    assert_eq!(forbidden("src/extra.rs", "").len(), 1);
}

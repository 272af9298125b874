//! The program's own files, read by tests that hold rules about them.

#![allow(dead_code, reason = "each test target compiles this module and uses its own part of it")]

use std::fs;
use std::path::{Path, PathBuf};

/// Directories that are no part of the repository.
const FOREIGN: [&str; 4] = ["target", ".git", ".z3", "mutants.out"];

/// A text file of the repository.
pub struct File {
    /// Its path from the root, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// Every text file below a directory of the repository, in the order of paths.
pub fn files_in(directory: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![root.join(directory)];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(&path).expect("a readable directory") {
            let path = entry.expect("a readable entry").path();
            let name = path.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
            if FOREIGN.iter().any(|foreign| name == *foreign || name.starts_with(&format!("{foreign}-"))) {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let inside = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push(File { path: inside, text });
            }
        }
    }
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

/// Every Rust file of `src/`.
pub fn sources() -> Vec<File> {
    let found: Vec<File> = files_in("src").into_iter().filter(|file| file.path.ends_with(".rs")).collect();
    assert!(found.len() > 50, "only {} source files were found", found.len());
    found
}

/// The code alone: comments and the insides of string literals become spaces, lines stay where they are.
pub fn code_of(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    let blank = |code: &mut String, from: usize, to: usize| {
        code.extend(characters[from..to].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
    };
    while at < characters.len() {
        let rest = &characters[at..];
        let end = match rest {
            ['/', '/', ..] => at + rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => end_of_block_comment(&characters, at),
            ['"', ..] => end_of_string(&characters, at),
            ['r', '"' | '#', ..] if !follows_a_word(&characters, at) => end_of_raw_string(&characters, at),
            ['\'', '\\', _, '\'', ..] => at + 4,
            ['\'', c, '\'', ..] if *c != '\'' => at + 3,
            _ => at,
        };
        if end == at {
            code.push(characters[at]);
            at += 1;
        } else {
            blank(&mut code, at, end);
            at = end;
        }
    }
    code
}

fn follows_a_word(characters: &[char], at: usize) -> bool {
    at > 0 && (characters[at - 1].is_alphanumeric() || characters[at - 1] == '_')
}

fn end_of_block_comment(characters: &[char], start: usize) -> usize {
    let mut depth = 0usize;
    let mut at = start;
    while at < characters.len() {
        match &characters[at..] {
            ['/', '*', ..] => {
                depth += 1;
                at += 2;
            }
            ['*', '/', ..] => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    at
}

fn end_of_string(characters: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < characters.len() && characters[at] != '"' {
        at += if characters[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(characters.len())
}

/// The end of `r"…"` or `r#"…"#`; the start itself where it is neither.
fn end_of_raw_string(characters: &[char], start: usize) -> usize {
    let hashes = characters[start + 1..].iter().take_while(|&&c| c == '#').count();
    if characters.get(start + 1 + hashes) != Some(&'"') {
        return start;
    }
    let mut at = start + 2 + hashes;
    while at < characters.len() {
        if characters[at] == '"' && characters[at + 1..].iter().take_while(|&&c| c == '#').count() >= hashes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    at
}

/// `file:line` of every line of code for which `wrong` says so, with the line.
pub fn lines_where(path: &str, text: &str, wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let numbered = text.lines().enumerate().filter(|(_, line)| wrong(line));
    numbered.map(|(index, line)| format!("{path}:{}: {}", index + 1, line.trim())).collect()
}

/// Whether a line has this word, not as a part of a longer one.
pub fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(part) && !line[at + word.len()..].starts_with(part))
}

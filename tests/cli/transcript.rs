//! The transcript of a first model: its commands are run, its edits are made, and what it shows is what comes out.

use std::path::Path;
use std::process::Command;

use crate::folder;

/// The fenced blocks of a page, each with its language.
fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, Vec<&str>)> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(language), None) => open = Some((language, Vec::new())),
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some((language, mut lines))) => {
                lines.push(line);
                open = Some((language, lines));
            }
            (None, None) => {}
        }
    }
    blocks
}

/// Runs what follows each `$` and compares with what stands below it.
fn run_console(folder: &Path, lines: &[&str]) -> usize {
    let program = Path::new(env!("CARGO_BIN_EXE_lavaproof")).parent().expect("a folder");
    let search = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let commands: Vec<usize> = (0..lines.len()).filter(|&at| lines[at].starts_with("$ ")).collect();
    for (number, &at) in commands.iter().enumerate() {
        let shown = &lines[at + 1..commands.get(number + 1).copied().unwrap_or(lines.len())];
        let mut shell = Command::new("sh");
        shell.args(["-c", &lines[at][2..]]).current_dir(folder);
        let shell = shell.env("PATH", &search).env("COLUMNS", "100").env("NO_COLOR", "1");
        let output = shell.output().expect("a shell");
        let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        let found: Vec<&str> = printed.lines().collect();
        assert_eq!(found, shown, "{}", lines[at]);
    }
    commands.len()
}

/// Replaces the lines marked `-` by those marked `+` in `mine.toml`.
fn edit(folder: &Path, lines: &[&str]) {
    let side = |mark: char| -> String {
        let kept = lines.iter().filter(|line| line.starts_with(mark) || line.starts_with(' '));
        kept.map(|line| format!("{}\n", &line[1..])).collect()
    };
    let path = folder.join("mine.toml");
    let text = std::fs::read_to_string(&path).expect("the model of the transcript");
    assert_eq!(text.matches(&side('-')).count(), 1, "what is replaced stands there once");
    std::fs::write(&path, text.replace(&side('-'), &side('+'))).expect("the edited model");
}

#[test]
fn a_first_model_goes_as_the_page_says() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/first-model.md")).expect("the page");
    let folder = folder(&[]);
    let (mut commands, mut edits) = (0, 0);
    for (language, lines) in blocks(&page) {
        match language {
            "console" => commands += run_console(folder.path(), &lines),
            "diff" => {
                edit(folder.path(), &lines);
                edits += 1;
            }
            _ => panic!("the transcript has commands and edits only, not {language}"),
        }
    }
    assert!(commands >= 4 && edits >= 2);
}

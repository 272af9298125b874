//! Finds libz3 before the linker does, so that a missing or an old one is told in a sentence.
//!
//! The bindings link `libz3` by name from the directory in `Z3_LIBRARY_PATH_OVERRIDE`, which
//! `.cargo/config.toml` sets to `.z3/lib` and the environment may set to another. Nothing of z3
//! is linked before this package is, so this is the first place where its absence can show.

use std::path::{Path, PathBuf};
use std::{env, fs};

const DIRECTORY: &str = "Z3_LIBRARY_PATH_OVERRIDE";
const NAMES: [&str; 4] = ["libz3.so", "libz3.dylib", "libz3.a", "libz3.lib"];
/// The oldest libz3 that the bindings link against.
const OLDEST: [u32; 3] = [4, 13, 3];
const REMEDY: &str = "run `make setup`, or build without it: \
                      `cargo build --no-default-features --features microlp`";

/// Why there is no z3 to link, and what to do about it.
struct Sentence(String);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={DIRECTORY}");
    if env::var_os("CARGO_FEATURE_Z3").is_none() {
        return;
    }
    match find_library() {
        Ok(directory) => link_at_run_time(&directory),
        Err(Sentence(text)) => println!("cargo::error={text}"),
    }
}

/// The directory of a libz3 that is new enough, or the sentence that says why there is none.
fn find_library() -> Result<PathBuf, Sentence> {
    let Some(directory) = env::var_os(DIRECTORY).map(PathBuf::from) else {
        return Err(Sentence(format!(
            "{DIRECTORY} does not name the directory of a libz3 {} or newer; set it, or build \
             without z3: `--no-default-features --features microlp`",
            dotted(&OLDEST)
        )));
    };
    let Some(library) = NAMES.iter().map(|name| directory.join(name)).find(|path| path.is_file()) else {
        // The path does not exist, so cargo asks again at the next build.
        println!("cargo::rerun-if-changed={}", directory.join(NAMES[0]).display());
        return Err(Sentence(format!("there is no libz3 in {}; {REMEDY}", directory.display())));
    };
    println!("cargo::rerun-if-changed={}", library.display());
    let bytes = fs::read(&library)
        .map_err(|error| Sentence(format!("cannot read {}: {error}; {REMEDY}", library.display())))?;
    match version_in(&bytes) {
        Some(version) if version < OLDEST => Err(Sentence(format!(
            "{} is z3 {}, and lavaproof needs {} or newer; {REMEDY}",
            library.display(),
            dotted(&version),
            dotted(&OLDEST)
        ))),
        // A library that hides its version is asked for it when the program starts z3.
        _ => directory
            .canonicalize()
            .map_err(|error| Sentence(format!("cannot resolve {}: {error}", directory.display()))),
    }
}

/// Lets the built programs find the library: where it was at build time, or beside an installed
/// program in `../lib`.
fn link_at_run_time(directory: &Path) {
    let origin = match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("windows") => return,
        Ok("macos") => "@executable_path",
        _ => "$ORIGIN",
    };
    println!("cargo::rustc-link-arg=-Wl,-rpath,{}", directory.display());
    println!("cargo::rustc-link-arg=-Wl,-rpath,{origin}/../lib");
}

/// z3 holds its version as a text, `5.4.1.0` or `Z3 4.13.0.0`; the first such text is it.
fn version_in(library: &[u8]) -> Option<[u32; 3]> {
    library
        .split(|byte| *byte == 0)
        .filter(|text| (7..=99).contains(&text.len()))
        .map(|text| text.strip_prefix(b"Z3 ").unwrap_or(text))
        .filter(|text| text[0].is_ascii_digit())
        .find_map(|text| {
            let numbers = std::str::from_utf8(text)
                .ok()?
                .split_whitespace()
                .next()?
                .split('.')
                .map(str::parse)
                .collect::<Result<Vec<u32>, _>>()
                .ok()?;
            match numbers[..] {
                [major, minor, patch, _] => Some([major, minor, patch]),
                _ => None,
            }
        })
}

fn dotted(version: &[u32; 3]) -> String {
    version.map(|number| number.to_string()).join(".")
}

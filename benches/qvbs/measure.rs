//! Runs in processes of their own, each with its time and peak memory.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::alone::ALONE;

/// What came out of the runs on one query.
#[derive(Debug, Clone)]
pub struct Measured {
    pub load: Duration,
    pub solve: Duration,
    /// KiB.
    pub memory: u64,
    pub value: String,
    pub states: u64,
}

/// The output of a process; `None` if it fails or takes too long.
fn watched(command: &mut Command, limit: Duration) -> Option<String> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut out = child.stdout.take()?;
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text)
    });
    let begin = Instant::now();
    let code = loop {
        if let Some(code) = child.try_wait().ok()? {
            break code;
        }
        if begin.elapsed() > limit {
            child.kill().ok()?;
            child.wait().ok()?;
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text = reader.join().ok()?.ok()?;
    code.success().then_some(text)
}

/// What a child process says of its runs.
fn read(text: &str) -> Option<Measured> {
    let document: serde_json::Value = serde_json::from_str(text.lines().last()?).ok()?;
    let time = |key: &str| document[key].as_f64().map(Duration::from_secs_f64);
    Some(Measured {
        load: time("load")?,
        solve: time("solve")?,
        memory: document["memory"].as_u64()?,
        value: document["value"].as_str()?.to_owned(),
        states: document["states"].as_u64().unwrap_or(0),
    })
}

/// This solver, in a process of its own.
pub fn ours(path: &Path, query: &str, runs: usize, seconds: u64) -> Option<Measured> {
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.arg(ALONE).arg(path).arg(query).arg(runs.to_string());
    let limit = Duration::from_secs(seconds).saturating_mul(u32::try_from(runs).ok()?);
    read(&watched(&mut command, limit)?)
}

/// A Python that has stormpy.
#[derive(Debug)]
pub struct Peer {
    python: String,
    pub version: String,
    folder: tempfile::TempDir,
}

impl Peer {
    pub fn find(python: &str) -> Option<Self> {
        let output = Command::new(python).args(["-c", "import stormpy; print(stormpy.__version__)"]).output().ok()?;
        if !output.status.success() {
            return None;
        }
        let folder = tempfile::tempdir().ok()?;
        std::fs::write(folder.path().join("peer.py"), include_str!("peer.py")).ok()?;
        let version = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        Some(Self { python: python.to_owned(), version, folder })
    }

    /// `mode` is `exact` or `float`. The runs share one process and one load.
    pub fn measure(&self, mode: &str, path: &Path, query: &str, runs: usize, seconds: u64) -> Option<Measured> {
        let plain = self.unpacked(path)?;
        let mut command = Command::new(&self.python);
        command.arg(self.folder.path().join("peer.py")).arg(mode).arg(plain).arg(query).arg(runs.to_string());
        let limit = Duration::from_secs(seconds).saturating_mul(u32::try_from(runs).ok()?);
        read(&watched(&mut command, limit)?)
    }

    /// The file without compression, kept for the next query.
    fn unpacked(&self, path: &Path) -> Option<std::path::PathBuf> {
        let name = path.file_name()?.to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".gz") else { return Some(path.to_owned()) };
        let plain = self.folder.path().join(stem);
        if !plain.exists() {
            let mut source = flate2::read::MultiGzDecoder::new(std::fs::File::open(path).ok()?);
            std::io::copy(&mut source, &mut std::fs::File::create(&plain).ok()?).ok()?;
        }
        Some(plain)
    }
}

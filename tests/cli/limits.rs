//! Running out of time, and being stopped: what is open is unknown, and nothing is wrong.

use serde_json::Value;

use crate::{folder, run_in, unexpecting};

/// Every verdict of `short` is that of `full`, or unknown.
fn assert_weaker(short: &Value, full: &Value) {
    let (short, full) = (short.as_array().expect("verdicts"), full.as_array().expect("verdicts"));
    assert_eq!(short.len(), full.len());
    for (short, full) in short.iter().zip(full) {
        assert!(short["status"] == "unknown" || short["status"] == full["status"], "{short} is not {full}");
        assert!(short["status"] != "unknown" || short["reason"].is_string());
    }
}

#[test]
fn without_time_what_needs_a_solve_is_unknown() {
    let folder = folder(&[("lava.toml", &unexpecting("lava.toml")), ("lie.toml", &unexpecting("ce6-aliasing.toml"))]);
    for model in ["lava.toml", "lie.toml"] {
        let short = run_in(folder.path(), &["check", model, "--format", "json", "--timeout", "0"]);
        assert_eq!((short.code, short.err.as_str()), (Some(3), ""), "{model}");
        let full = run_in(folder.path(), &["check", model, "--format", "json"]);
        assert_eq!(full.code, Some(1), "{model}");
        assert_weaker(&crate::verdicts(&short.out)[0], &crate::verdicts(&full.out)[0]);
        assert!(short.out.contains("the time limit was reached"), "{}", short.out);
    }
}

/// A run of `check` on a slippery grid of that many rows, interrupted after a while.
///
/// A part that needs no solve is expected, so that what fails elsewhere does not hide that something is unknown.
#[cfg(unix)]
fn interrupted(folder: &std::path::Path, rows: usize) -> std::process::Output {
    use std::process::{Command, Stdio};

    let model = crate::grids::slippery(rows, "1/10") + "[expect]\n\"shah-behavioural.outer\" = \"holds\"\n";
    std::fs::write(folder.join("big.toml"), model).expect("a model");
    let child = crate::program(folder)
        .args(["check", "big.toml", "--format", "json", "--output", "report.json"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(std::time::Duration::from_secs(1));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    // Nobody to send it to, where the run has ended: what has not been waited for still has its number.
    assert!(sent.success());
    child.wait_with_output().expect("the end")
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_run_with_a_report() {
    let folder = folder(&[]);
    // The first size at which this machine does not get done before the interrupt.
    let output = [40, 80, 160, 320]
        .into_iter()
        .map(|rows| interrupted(folder.path(), rows))
        .find(|output| output.status.code() == Some(3))
        .expect("unknown, on a grid that takes more than a second");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("stopping: what is open becomes unknown"), "{err}");
    let report = std::fs::read_to_string(folder.path().join("report.json")).expect("a report");
    let document: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(document["summary"]["unmet"], 0);
    assert!(document["summary"]["unknown"].as_u64() > Some(0));
    assert!(report.contains("interrupted"));
}

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

#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_run_with_a_report() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    // A part that needs no solve; with it expected, what fails elsewhere does not hide that something is unknown.
    let model = crate::grids::slippery(60, "1/10") + "[expect]\n\"shah-behavioural.outer\" = \"holds\"\n";
    let folder = folder(&[("big.toml", &model)]);
    let mut child = crate::program(folder.path())
        .args(["check", "big.toml", "--format", "json", "--output", "report.json"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(Duration::from_secs(1));
    assert!(child.try_wait().expect("a child").is_none(), "the model is not big enough to interrupt");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    let interrupted = Instant::now();
    let output = child.wait_with_output().expect("the end");
    // A solve that has begun is finished: this is as prompt as it gets, on a busy machine.
    assert!(interrupted.elapsed() < Duration::from_secs(60), "not prompt: {:?}", interrupted.elapsed());
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{err}");
    assert!(err.contains("stopping: what is open becomes unknown"), "{err}");
    let report = std::fs::read_to_string(folder.path().join("report.json")).expect("a report");
    let document: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(document["summary"]["unmet"], 0);
    assert!(document["summary"]["unknown"].as_u64() > Some(0));
    assert!(report.contains("interrupted"));
}

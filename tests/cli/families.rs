//! Families of models: every member is a model, with the verdicts that it expects.

use crate::{folder, run_in, shipped, verdicts};

/// A member of a family, written and checked.
fn checked(family: &str, setting: Option<&str>) -> crate::Run {
    let folder = folder(&[]);
    let path = folder.path();
    let mut arguments = vec!["new", "--family", family, "--output", "member.toml"];
    arguments.extend(setting.iter().flat_map(|setting| ["--set", setting]));
    let written = run_in(path, &arguments);
    assert_eq!((written.code, written.err.as_str()), (Some(0), ""), "{family} {setting:?}");
    run_in(path, &["check", "member.toml", "--format", "json"])
}

#[test]
fn every_member_is_a_model_as_it_expects() {
    for (family, settings) in [
        ("aliasing", ["p=1/3", "p=7/8"]),
        ("aliasing", ["p=1/2", "p=3/4"]),
        ("corridor", ["length=3", "length=9"]),
        ("discount", ["discount=1/2", "discount=4/5"]),
        ("interruptibility", ["p=1/100", "p=2/71"]),
        ("lava", ["size=3", "size=8"]),
        ("off-switch", ["p=1/100", "p=0.999"]),
        ("progress", ["bonus=189/71", "bonus=190/71"]),
        ("supervisor", ["p=1/10", "p=1/5"]),
    ] {
        for setting in [None, Some(settings[0]), Some(settings[1])] {
            let run = checked(family, setting);
            assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{family} {setting:?}\n{}", run.out);
        }
    }
}

/// The shipped models of a family have the verdicts of its members.
#[test]
fn members_are_the_shipped_models() {
    for (family, setting, file) in [
        ("aliasing", "p=1/2", "ce6-aliasing-tie.toml"),
        ("off-switch", "p=1/2", "off-switch/off-switch-half.toml"),
        ("off-switch", "p=9/10", "off-switch/off-switch-likely.toml"),
        ("progress", "bonus=2", "shaping/progress.toml"),
        ("progress", "bonus=4", "shaping/progress-large.toml"),
        ("discount", "discount=4/5", "ce10-discount-tie.toml"),
        ("interruptibility", "p=2/71", "ai-safety-gridworlds/safe-interruptibility-threshold.toml"),
        ("supervisor", "p=1/10", "absent-supervisor-unobservable-rare.toml"),
        ("corridor", "length=4", "goal-misgeneralisation/coinrun-corridor.toml"),
    ] {
        let folder = folder(&[("shipped.toml", &shipped(file))]);
        let status = |report: &str| -> Vec<(String, String)> {
            let verdicts = verdicts(report).remove(0);
            let all = verdicts.as_array().expect("verdicts").iter();
            all.map(|one| {
                (format!("{} {} {}", one["decomposition"], one["half"], one["reading"]), one["status"].to_string())
            })
            .collect()
        };
        let original = run_in(folder.path(), &["check", "shipped.toml", "--format", "json"]);
        assert_eq!(status(&checked(family, Some(setting)).out), status(&original.out), "{file}");
    }
}

#[test]
fn what_no_member_has_is_refused() {
    let folder = folder(&[]);
    for (arguments, message) in [
        (vec!["--family", "maze"], "there is no family `maze`; there are:\n  aliasing: "),
        (vec!["--family", "lava", "--set", "size=2"], "`size` must be a whole number from 3 to 60, not 2"),
        (vec!["--family", "lava", "--set", "size=7/2"], "`size` must be a whole number from 3 to 60, not 7/2"),
        (vec!["--family", "off-switch", "--set", "p=1"], "`p` must be between 0 and 1, not 1"),
        (vec!["--family", "off-switch", "--set", "p=half"], "`p`: `half` is not an exact number"),
        (vec!["--family", "off-switch", "--set", "q=1/2"], "`off-switch` has no parameter `q`; it has `p`"),
        (vec!["--family", "off-switch", "--set", "p"], "`p` sets nothing; write NAME=VALUE"),
        (vec!["--set", "p=1/2"], "--family"),
        (vec!["grid", "--family", "lava"], "cannot be used with"),
    ] {
        let run = run_in(folder.path(), &[&["new"], arguments.as_slice()].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.err.contains(message), "{arguments:?}: {}", run.err);
    }
}

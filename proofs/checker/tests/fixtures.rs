//! The certificates on disk: `accepted` ones, and `rejected` ones of which each breaks the condition in its name.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what is wrong by a panic"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lavaproof_checker::{Claim, Condition, Model, Reading, Rejection, Status, Theorem, check};

/// What follows the model in the name of a certificate that cannot be read.
const UNREADABLE: &str = "unreadable";

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../certificates").join(name)
}

/// What is in a folder, in order.
fn paths_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// The certificates of a folder: the name without its model, and what comes of it.
fn judged(name: &str) -> Vec<(String, String, Result<Theorem, Rejection>)> {
    judged_in(&folder(name))
}

fn judged_in(folder: &Path) -> Vec<(String, String, Result<Theorem, Rejection>)> {
    let paths = paths_in(folder);
    let certificates = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "cert"));
    let judge = |path: &PathBuf| {
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let (model, about) = stem.split_once("--").expect("MODEL--WHAT.cert");
        let text = fs::read(path.with_file_name(format!("{model}.model"))).expect("the model beside it");
        let model = Model::read(&text).expect("a model");
        let certificate = fs::read(path).expect("a certificate");
        (model.digest().to_owned(), about.to_owned(), check(&model, &certificate))
    };
    certificates.map(judge).collect()
}

fn hyphenated(condition: Condition) -> String {
    let words: Vec<String> = condition
        .words()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.join("-")
}

#[test]
fn accepted_ones_are_accepted() {
    let all = judged("accepted");
    assert!(all.len() > 15);
    for (digest, about, outcome) in all {
        let theorem = outcome.unwrap_or_else(|rejection| panic!("{about}: {rejection:?}"));
        assert_eq!(theorem.digest(), digest);
        assert!(theorem.statement().contains(theorem.claim()), "{about}");
    }
}

/// The certificates of the shipped models, as `scripts/certify` writes them: a folder for each folder of models.
#[test]
fn those_of_the_shipped_models_are_accepted_and_claim_what_their_names_say() {
    let mut folders = vec![folder("accepted").join("models")];
    let (mut next, mut count) = (0, 0);
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        folders.extend(paths_in(&folder).into_iter().filter(|path| path.is_dir()));
        for (digest, about, outcome) in judged_in(&folder) {
            let theorem = outcome.unwrap_or_else(|rejection| panic!("{}, {about}: {rejection:?}", folder.display()));
            let reading = format!("{:?}", theorem.reading()).to_lowercase();
            assert_eq!((theorem.digest(), about), (digest.as_str(), format!("{}-{reading}", theorem.claim())));
            count += 1;
        }
    }
    assert!(count > 2000, "{count}");
}

#[test]
fn rejected_ones_break_the_condition_in_their_name() {
    for (_, about, outcome) in judged("rejected") {
        let expected = about.split("--").next().expect("a condition");
        match outcome {
            Ok(theorem) => panic!("{about}: accepted:\n{}", theorem.statement()),
            Err(Rejection::Unreadable(_)) => assert_eq!(expected, UNREADABLE),
            Err(Rejection::Rejected(rejected)) => assert_eq!(expected, hyphenated(rejected.condition()), "{rejected}"),
        }
    }
}

#[test]
fn every_condition_is_broken_by_some_certificate() {
    let names: BTreeSet<String> = judged("rejected").into_iter().map(|(_, about, _)| about).collect();
    let broken = |name: &String| names.iter().any(|about| about.split("--").next() == Some(name));
    let missing: Vec<String> = Condition::ALL.into_iter().map(hyphenated).filter(|name| !broken(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn lava(certificate: &str) -> (Model, Vec<u8>) {
    let text = fs::read(folder("accepted").join("lava.model")).expect("the model");
    let certificate = fs::read(folder("accepted").join(certificate)).expect("a certificate");
    (Model::read(&text).expect("a model"), certificate)
}

#[test]
fn a_theorem_says_what_was_proved() {
    let (model, certificate) = lava("lava--wentworth.outer-forall.cert");
    let theorem = check(&model, &certificate).expect("a proof");
    assert_eq!(
        (theorem.claim(), theorem.reading(), theorem.status()),
        ("wentworth.outer", Reading::Forall, Status::Fails)
    );
    let expected = [
        "claim: wentworth.outer[forall] fails",
        "every policy that is optimal in the specified reward there is good there",
        "criterion: discounted by 9/10",
        "stationary policies of the full state",
        "training distribution: g 1",
        "deployment set: g 1/2, l 1/2",
        "reaching burnt; tolerated with probability 0",
        "at most 0 below the best of the class in the intended reward",
        "slack of the learner: 0",
        "given policy: no",
    ];
    for words in expected {
        assert!(theorem.statement().contains(words), "{words} is not in\n{}", theorem.statement());
    }
    assert_eq!(Claim::read(&certificate).expect("a claim").statement(&model), theorem.statement());
}

#[test]
fn a_rejection_says_where() {
    let (model, certificate) = lava("lava--wentworth.outer-forall.cert");
    let text = String::from_utf8(certificate).expect("text");
    let wrong = text.replace("dyadic 0 4 10 10 0 0", "dyadic 0 4 10 11 0 0");
    match check(&model, wrong.as_bytes()) {
        Err(Rejection::Rejected(rejected)) => {
            assert_eq!(rejected.condition(), Condition::NotLower);
            assert_eq!((rejected.line(), rejected.state()), (17, Some(1)));
            assert_eq!(rejected.to_string(), "the lower bound is not inductive (line 17, state 1 `l`)");
        }
        other => panic!("{other:?}"),
    }
    match check(&model, text.replace("policies 2", "policies two").as_bytes()) {
        Err(Rejection::Unreadable(unreadable)) => {
            assert_eq!(unreadable.to_string(), "line 13: expected a natural number, found `two`");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_rejection_names_the_choice_if_it_is_about_one() {
    let folder = folder("rejected");
    let read = |name: &str| fs::read(folder.join(name)).expect("a file");
    let model = Model::read(&read("walk.model")).expect("a model");
    let rejected = |certificate: &str| match check(&model, &read(certificate)) {
        Err(Rejection::Rejected(rejected)) => (rejected.state(), rejected.choice()),
        other => panic!("{other:?}"),
    };
    assert_eq!(rejected("walk--the-choice-is-not-certain--one-step-on-it-is-not.cert"), (Some(1), Some(2)));
    let no_place = "walk--the-bounds-do-not-break-the-atom--as-much-reward-as-is-said.cert";
    assert_eq!(rejected(no_place), (None, None));
}

/// How questions are combined is said wherever there is more to it than *question 0*.
#[test]
fn a_combination_is_said_if_there_is_one() {
    let (model, _) = lava("lava--wentworth.outer-forall.cert");
    let question = "policy every policies 1 train safe";
    let said = |questions: usize, formula: &str| {
        let list = format!("{question} holds ").repeat(questions);
        let head = format!(
            "lavaproof-certificate 1 model {} claim hand.x forall holds questions {questions} {list} combine {formula}",
            model.digest()
        );
        let claim = Claim::read(head.as_bytes()).expect("a claim");
        let statement = claim.statement(&model);
        let line = statement.lines().find(|line| line.starts_with("combined"));
        line.map(|line| line.rsplit(": ").next().expect("words").to_owned())
    };
    assert_eq!(said(1, "1 0"), None);
    assert_eq!(said(2, "1 0").as_deref(), Some("0"));
    assert_eq!(said(2, "1 1").as_deref(), Some("1"));
    assert_eq!(said(2, "4 0 1 and not").as_deref(), Some("0 1 and not"));
}

/// Every token of every certificate and model replaced by others: never a panic, and what is accepted is what was claimed before.
#[test]
fn corrupted_files_do_no_harm() {
    let others = [
        "",
        "-",
        "0",
        "1",
        "-1",
        "2",
        "1/2",
        "1/0",
        "4294967296",
        "999999999999999999999",
        "x",
        "#",
        "close",
        "split subject 0",
    ];
    let (model, certificate) = lava("lava--hubinger-train.inner-forall.cert");
    let text = String::from_utf8(certificate).expect("text");
    let tokens: Vec<&str> =
        text.lines().flat_map(|line| line.split('#').next().unwrap_or(line).split_whitespace()).collect();
    let mut accepted = 0;
    for at in 0..tokens.len() {
        for other in others {
            let mut changed = tokens.clone();
            changed[at] = other;
            if let Ok(theorem) = check(&model, changed.join(" ").as_bytes()) {
                assert_eq!(theorem.status(), Status::Holds);
                accepted += usize::from(other != tokens[at]);
            }
        }
        let cut = tokens[..at].join(" ");
        assert!(matches!(check(&model, cut.as_bytes()), Err(Rejection::Unreadable(_) | Rejection::Rejected(_))));
    }
    // Numbers that prove nothing here (other vectors, unused entries) may change.
    assert!(accepted < tokens.len() * others.len() / 8, "{accepted} of {}", tokens.len() * others.len());
}

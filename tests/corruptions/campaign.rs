//! Corrupts certificates and models of random problems, and judges what becomes of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use lavaproof::decomposition::Answer;
use lavaproof::problem::Problem;
use lavaproof_checker::{Model, Rejection, check};

use crate::explicit::{self, tokens};
use crate::operators::{Operator, corrupted};
use crate::oracle::generate::{Random, acceptable, random_problem};
use crate::oracle::subject;
use crate::oracle::transform::flat;
use crate::truth::{Truth, claimed};

/// Corruptions of one problem, besides those of every line and number of one of its certificates.
const EACH: usize = 300;

/// One in so many corruptions is one of the model.
const MODELS: usize = 8;

/// Certificates that are tried on one corrupted model.
const TRIED: usize = 6;

/// One in so many subjects is made by hand: those of random problems seldom need some of the rules.
const BY_HAND: u64 = 8;

/// The models of these subjects, among the fixtures.
const MODELS_BY_HAND: [&str; 3] = ["ways", "formula", "tangle"];

/// What becomes of a corrupted file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The checker cannot read it.
    Unreadable,
    /// The checker rejects it.
    Rejected,
    /// The checker accepts it, and what it claims is true.
    True,
    /// The checker accepts it, and enumeration does not know.
    Open,
    /// The checker accepts it, and what it claims is false.
    False,
}

/// A corrupted certificate or model, and what became of it.
pub struct Corruption {
    /// What was done, and whether to the model.
    pub operator: (Operator, bool),
    /// The model.
    pub model: Arc<str>,
    /// The certificate.
    pub certificate: String,
    /// What the checker said.
    pub outcome: Outcome,
    /// What is false.
    pub falsehood: Option<String>,
}

/// How many corruptions there were of each kind and outcome.
pub type Tally = BTreeMap<((Operator, bool), Outcome), usize>;

/// Makes so many corruptions, and shows each.
pub fn run(count: usize, seed: u64, mut show: impl FnMut(&Corruption)) -> Tally {
    let mut tally = Tally::new();
    let mut left = count;
    for seed in seed.. {
        let subject = match seed % BY_HAND {
            0 => Subject::by_hand(Random::new(seed).pick(&MODELS_BY_HAND)),
            _ => Subject::new(seed),
        };
        subject.corrupt(&mut Random::new(!seed), &mut |corruption| {
            if left > 0 {
                left -= 1;
                *tally.entry((corruption.operator, corruption.outcome)).or_default() += 1;
                show(&corruption);
            }
            left > 0
        });
        if left == 0 {
            break;
        }
    }
    tally
}

/// A problem with its certificates.
struct Subject {
    problem: Problem,
    explicit: Arc<str>,
    certificates: Vec<String>,
    answers: Vec<Answer>,
}

impl Subject {
    fn new(seed: u64) -> Self {
        let problem = random_problem(seed);
        let examined = subject::examine(&problem);
        let certificates = examined.answers.iter().filter_map(|answer| answer.proof());
        Self {
            problem: flat(&problem),
            explicit: examined.explicit.clone(),
            certificates: certificates.map(|proof| proof.certificate.to_string()).collect(),
            answers: examined.answers,
        }
    }

    /// A fixture with its certificates.
    fn by_hand(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs/certificates/accepted");
        let read = |name: &str| fs::read_to_string(folder.join(name)).expect("a fixture");
        let explicit = read(&format!("{name}.model"));
        let problem = explicit::problem(&explicit).expect("a model");
        let mut names: Vec<String> = fs::read_dir(&folder)
            .expect("the fixtures")
            .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
            .filter(|file| file.starts_with(&format!("{name}--")))
            .collect();
        names.sort();
        let answers = subject::examine(&problem).answers;
        let certificates = names.iter().map(|name| read(name)).collect();
        Self { problem, explicit: explicit.into(), certificates, answers }
    }

    /// Corrupts the problem's files until `show` has seen enough.
    fn corrupt(&self, random: &mut Random, show: &mut dyn FnMut(Corruption) -> bool) {
        if self.certificates.is_empty() {
            return;
        }
        let model = Model::read(self.explicit.as_bytes()).expect("our own model");
        let truth = Truth::new(&self.problem);
        for certificate in &self.certificates {
            assert!(check(&model, certificate.as_bytes()).is_ok(), "our own certificate");
            assert_eq!(truth.of(certificate).map(|_| ()), Ok(()), "{certificate}");
        }
        let mut one = |operator, original: &str, text: String| {
            if tokens(original) == tokens(&text) {
                return true;
            }
            let (outcome, falsehood) = self.judged(&model, &truth, &text);
            let (model, certificate) = (self.explicit.clone(), text);
            show(Corruption { operator: (operator, false), model, certificate, outcome, falsehood })
        };
        let whole = random.pick(&self.certificates);
        for (operator, text) in everywhere(&whole, random) {
            if !one(operator, &whole, text) {
                return;
            }
        }
        for _ in 0..EACH - EACH / MODELS {
            let (text, other) = (random.pick(&self.certificates), random.pick(&self.certificates));
            let operator = random.pick(&Operator::OF_CERTIFICATES);
            let corrupted = corrupted(&text, &other, operator, random);
            if !one(operator, &text, corrupted) {
                return;
            }
        }
        for _ in 0..EACH / MODELS {
            if !self.with_another_model(random, show) {
                return;
            }
        }
    }

    /// A corrupted certificate on the sound model.
    fn judged(&self, model: &Model, truth: &Truth<'_>, text: &str) -> (Outcome, Option<String>) {
        let outcome = said(model, text);
        if outcome != Outcome::True {
            return (outcome, None);
        }
        let (outcome, falsehood) = compared(truth, text);
        // Where enumeration does not know, no two accepted claims contradict each other.
        let Some((key, holds)) =
            claimed(text, &self.problem).and_then(|claimed| Some((claimed.key()?, claimed.holds())))
        else {
            return (outcome, falsehood);
        };
        let answer = |answer: &&Answer| (answer.decomposition.clone(), answer.half, answer.reading) == key;
        let proved = self.answers.iter().find(answer).and_then(Answer::proof);
        let contradicted = proved
            .is_some_and(|proof| claimed(&proof.certificate, &self.problem).is_some_and(|own| own.holds() != holds));
        match contradicted {
            true => (Outcome::False, Some(format!("{key:?}: two accepted claims contradict each other"))),
            false => (outcome, falsehood),
        }
    }

    /// A corrupted model, with certificates that carry its digest.
    fn with_another_model(&self, random: &mut Random, show: &mut dyn FnMut(Corruption) -> bool) -> bool {
        let operator = random.pick(&Operator::OF_TEXTS);
        let text: Arc<str> = corrupted(&self.explicit, &self.explicit, operator, random).into();
        if tokens(&text) == tokens(&self.explicit) {
            return true;
        }
        let mut one = |certificate, outcome, falsehood| {
            show(Corruption { operator: (operator, true), model: text.clone(), certificate, outcome, falsehood })
        };
        let Ok(model) = Model::read(text.as_bytes()) else {
            return one(self.certificates[0].clone(), Outcome::Unreadable, None);
        };
        // The certificate of another model stays one of another model.
        let stale = random.pick(&self.certificates);
        let outcome = said(&model, &stale);
        let falsehood = (outcome == Outcome::True).then(|| "another model has this digest".to_owned());
        if !one(stale, if falsehood.is_some() { Outcome::False } else { outcome }, falsehood) {
            return false;
        }
        let problem = explicit::problem(&text).filter(acceptable);
        let truth = problem.as_ref().map(Truth::new);
        for _ in 0..TRIED {
            let certificate = redirected(&random.pick(&self.certificates), model.digest());
            let said = said(&model, &certificate);
            let (outcome, falsehood) = match (&truth, said) {
                (Some(truth), Outcome::True) => compared(truth, &certificate),
                (None, Outcome::True) => (Outcome::Open, None),
                _ => (said, None),
            };
            if !one(certificate, outcome, falsehood) {
                return false;
            }
        }
        true
    }
}

/// What the checker says; what it accepts counts as true for the time being.
fn said(model: &Model, certificate: &str) -> Outcome {
    match check(model, certificate.as_bytes()) {
        Ok(_) => Outcome::True,
        Err(Rejection::Rejected(_)) => Outcome::Rejected,
        Err(Rejection::Unreadable(_)) => Outcome::Unreadable,
    }
}

fn compared(truth: &Truth<'_>, certificate: &str) -> (Outcome, Option<String>) {
    match truth.of(certificate) {
        Ok(Some(())) => (Outcome::True, None),
        Ok(None) => (Outcome::Open, None),
        Err(falsehood) => (Outcome::False, Some(falsehood)),
    }
}

/// The certificate with the digest of another model.
fn redirected(certificate: &str, digest: &str) -> String {
    let line = |line: &str| match line.starts_with("model ") {
        true => format!("model {digest}\n"),
        false => format!("{line}\n"),
    };
    certificate.lines().map(line).collect()
}

/// Every line left out, doubled, exchanged with the next one, and every number changed.
fn everywhere(text: &str, random: &mut Random) -> Vec<(Operator, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: Vec<&str>| lines.join("\n") + "\n";
    let mut all = Vec::new();
    for at in 0..lines.len() {
        let with = |change: &dyn Fn(&mut Vec<&str>)| {
            let mut changed = lines.clone();
            change(&mut changed);
            joined(changed)
        };
        all.push((
            Operator::Drop,
            with(&|lines| {
                lines.remove(at);
            }),
        ));
        all.push((Operator::Double, with(&|lines| lines.insert(at, lines[at]))));
        if at + 1 < lines.len() {
            all.push((Operator::Swap, with(&|lines| lines.swap(at, at + 1))));
        }
        let words: Vec<&str> = lines[at].split(' ').collect();
        for (place, word) in words.iter().enumerate() {
            let Some(number) = explicit::number(word) else { continue };
            let step = explicit::number(random.pick(&["1", "-1", "1/3", "-1/3", "1/1000000", "-1/1000000"]));
            let other = (number + step.expect("a number")).to_string();
            let mut words: Vec<&str> = words.clone();
            words[place] = &other;
            let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            changed[at] = words.join(" ");
            all.push((Operator::Number, changed.join("\n") + "\n"));
        }
    }
    all
}

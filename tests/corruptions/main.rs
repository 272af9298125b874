//! Corrupted certificates and models: each is rejected, or what it claims is true all the same. `cargo bench --bench corruptions` does
//! the same at length.

#[path = "../oracle/mod.rs"]
mod oracle;

mod campaign;
mod explicit;
mod operators;
mod truth;

use campaign::Outcome;
use lavaproof::decomposition::{Half, Status};
use lavaproof::problem::Problem;
use oracle::Key;
use oracle::generate::random_problem;
use oracle::subject;
use oracle::transform::flat;
use truth::Truth;

/// How many corruptions, where the environment does not say (`LAVAPROOF_CORRUPTIONS`).
const USUAL: usize = 4_000;

#[test]
fn no_corruption_proves_anything_false() {
    let count = std::env::var("LAVAPROOF_CORRUPTIONS").map_or(USUAL, |text| text.parse().expect("a number"));
    let tally = campaign::run(count, 1, |corruption| {
        let falsehood = &corruption.falsehood;
        assert!(
            corruption.outcome != Outcome::False,
            "accepted, and false: {falsehood:?}\n{}\n{}",
            corruption.model,
            corruption.certificate
        );
    });
    let of = |outcome| tally.iter().filter(|((_, found), _)| *found == outcome).map(|(_, count)| count).sum::<usize>();
    assert_eq!(tally.values().sum::<usize>(), count);
    // Most corruptions matter, and those that do not are judged.
    assert!(of(Outcome::Rejected) * 20 > count && of(Outcome::Unreadable) * 10 < 9 * count, "{tally:?}");
    assert!(of(Outcome::True) > 0 && of(Outcome::Open) * 4 < count, "{tally:?}");
}

/// The judge can tell: a false claim is called false, and what is written is what is read.
#[test]
fn the_judge_sees_false_claims() {
    let (mut seen, mut read) = (0, 0);
    for seed in 1..40 {
        let problem = flat(&random_problem(seed));
        let examined = subject::examine(&problem);
        let truth = Truth::new(&problem);
        for proof in examined.answers.iter().filter_map(|answer| answer.proof()) {
            let opposite: Vec<String> = proof
                .certificate
                .lines()
                .take_while(|line| !line.starts_with("vectors"))
                .map(|line| match line.rsplit_once(' ') {
                    Some((rest, "holds")) => format!("{rest} fails"),
                    Some((rest, "fails")) => format!("{rest} holds"),
                    _ => line.to_owned(),
                })
                .collect();
            match truth.of(&proof.certificate) {
                Ok(Some(())) => {
                    assert!(truth.of(&opposite.join("\n")).is_err(), "seed {seed}: {}", proof.certificate);
                    seen += 1;
                }
                Ok(None) => {}
                Err(falsehood) => panic!("seed {seed}: {falsehood}"),
            }
        }
        let again = explicit::problem(&examined.explicit).expect("our own model");
        // Features of rewards are no part of the explicit model.
        let statuses = |problem: &Problem| -> Vec<(Key, Status)> {
            let of_mesa = |key: &Key| key.0 == "mesa" && key.1 == Half::Inner;
            subject::statuses(problem).into_iter().filter(|(key, _)| !of_mesa(key)).collect()
        };
        assert_eq!(statuses(&again), statuses(&problem), "seed {seed}");
        read += 1;
    }
    assert!(seen > 500 && read == 39, "{seen} {read}");
}

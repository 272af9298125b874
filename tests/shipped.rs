//! The shipped models against the brute-force oracle: where policies are few, every verdict that a file expects is the oracle's.

mod oracle;
mod source;

use lavaproof::decomposition::{Reading, Status};
use lavaproof::format;
use lavaproof::problem::Problem;

use oracle::{Expected, expected};
use source::files_in;

/// More policies than this are not listed.
const FEW: usize = 5000;

/// How many deterministic policies there are, as long as they are few.
fn policies(problem: &Problem) -> Option<usize> {
    let mdp = &problem.mdp;
    let mut count = 1_usize;
    for state in (0..mdp.states()).filter(|&state| !mdp.is_absorbing(state)) {
        // Of states that look alike the first one decides.
        let first = problem.observations.as_ref().is_none_or(|look| look.members(look.of(state))[0] == state);
        if first {
            count = count.checked_mul(mdp.choices_of(state).len()).filter(|&count| count <= FEW)?;
        }
    }
    Some(count)
}

#[test]
fn what_the_files_expect_is_what_enumeration_finds() {
    let (mut models, mut compared) = (0, 0);
    for file in
        files_in("models").into_iter().filter(|file| [".toml", ".json"].iter().any(|end| file.path.ends_with(end)))
    {
        let model = format::read(&file.path, &file.text).expect("a valid model");
        if policies(&model.problem).is_none() {
            continue;
        }
        models += 1;
        let answers = expected(&model.problem);
        for expectation in &model.expect {
            // Without a reading a key means all policies, or the given one where only that is asked about.
            let names = |(id, half, reading): &oracle::Key| {
                let every = !answers.contains_key(&(id.clone(), *half, Reading::Forall));
                let unnamed = *reading == Reading::Forall || (*reading == Reading::Given && every);
                expectation.key == format!("{id}.{half}[{reading}]")
                    || (unnamed && expectation.key == format!("{id}.{half}"))
            };
            let found: Vec<_> = answers.iter().filter(|(key, _)| names(key)).collect();
            let [(key, answer)] = found[..] else { panic!("{}: {} answers {found:?}", file.path, expectation.key) };
            // What is found about mesa-objectives has no certificate.
            let uncertified = key.0 == "mesa" && expectation.status == Status::Unknown.to_string();
            if let Expected::Exactly(status) = answer
                && !uncertified
            {
                assert_eq!(expectation.status, status.to_string(), "{}: {}", file.path, expectation.key);
                compared += 1;
            }
        }
    }
    println!("{compared} verdicts of {models} models compared");
    assert!(models > 25 && compared > 1000, "{compared} verdicts of {models} models");
}

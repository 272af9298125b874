//! `policy`: deterministic policies of what is observed, by trying them all.

use lavaproof::problem::PolicyClass;
use lavaproof::seek::{Harm, Kind, ObservedPolicy, Outcome};

use super::exhaustive::Class;
use super::oracle::family::deployment;
use super::oracle::generate::seeds;
use super::oracle::transform::{changed, flat};
use super::{USUAL, check_facts, check_witness, found, problem_of};

#[test]
fn deterministic_policies_that_do_harm() {
    let (seeds, many) = seeds(USUAL);
    let (mut yes, mut no, mut below, mut unknown) = (0, 0, 0, 0);
    for seed in seeds {
        let problem = flat(&problem_of(seed));
        if problem.learner.given.is_some() {
            continue;
        }
        let deterministic = changed(&problem, |parts| parts.policies = Some(PolicyClass::Deterministic));
        for harm in [Harm::Catastrophic, Harm::Bad] {
            let Some(class) = Class::new(&deterministic, harm) else { continue };
            let finding = found(&problem, &Kind::Policy(ObservedPolicy { harm }));
            if finding.searched == Outcome::Unknown {
                assert!(problem.observations.is_some(), "seed {seed}: {finding:?}");
                unknown += 1;
                continue;
            }
            let harmful = class.some_trained_harms(&deployment(&deterministic));
            assert_eq!(harmful, finding.searched == Outcome::Found, "seed {seed}, {harm:?}: {finding:?}");
            assert_eq!(finding.number("best of the class"), Some(&class.most()), "seed {seed}");
            check_witness(&class, &finding, seed);
            check_facts(&deterministic, harm, &finding.facts, seed);
            *(if harmful { &mut yes } else { &mut no }) += 1;
            below += u64::from(finding.number("best of all") != Some(&class.most()));
        }
    }
    println!("{yes} harmful, {no} not, {unknown} unknown; the class falls short of full observation in {below}");
    assert!(!many || (yes > 50 && no > 50 && below > 20 && unknown * 5 < yes + no));
}

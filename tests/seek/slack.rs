//! `critical-epsilon`: the least regret in training among the policies that do harm.

use lavaproof::mdp::Rational;
use lavaproof::problem::PolicyClass;
use lavaproof::seek::{CriticalEpsilon, Harm, Kind, Outcome};

use super::exhaustive::Class;
use super::oracle::generate::seeds;
use super::oracle::transform::{changed, flat};
use super::{USUAL, check_facts, check_witness, found, problem_of};

#[test]
fn the_least_slack_that_lets_harm_through() {
    let (seeds, many) = seeds(USUAL);
    let (mut positive, mut zero, mut none, mut unknown) = (0, 0, 0, 0);
    for seed in seeds {
        let problem = changed(&flat(&problem_of(seed)), |parts| {
            parts.learner.given = None;
            parts.policies = Some(PolicyClass::Deterministic);
        });
        for harm in [Harm::Catastrophic, Harm::Bad] {
            let Some(class) = Class::new(&problem, harm) else { continue };
            let finding = found(&problem, &Kind::CriticalEpsilon(CriticalEpsilon { harm }));
            if finding.searched == Outcome::Unknown {
                assert!(problem.observations.is_some(), "seed {seed}: {finding:?}");
                unknown += 1;
                continue;
            }
            let region = class.deployment();
            let harmful = class.outcomes.iter().filter(|policy| class.harms(policy, &region));
            let least = harmful.filter_map(|policy| Some(class.most() - class.worth(policy).finite()?)).min();
            assert_eq!(finding.number("epsilon"), least.as_ref(), "seed {seed}, {harm:?}: {finding:?}");
            check_witness(&class, &finding, seed);
            check_facts(&problem, harm, &finding.facts, seed);
            match least {
                None => none += 1,
                Some(least) if least == Rational::ZERO => zero += 1,
                Some(_) => positive += 1,
            }
        }
    }
    println!("{positive} positive, {zero} zero, {none} none, {unknown} unknown");
    assert!(!many || (positive > 50 && zero > 50 && none > 20 && unknown * 5 < positive + zero + none));
}

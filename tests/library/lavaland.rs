//! Inverse reward design: what the proxy leaves open, and the plan for the worst of it.

use lavaproof::lp::{LinearProgram, Outcome, Relation, Row};
use lavaproof::mdp::{Mask, Rational, Value};
use lavaproof::problem::Problem;
use lavaproof::solve::{Sense, reachable_under};

use crate::Which::Specified;
use crate::{avoiding, extreme, model, number, optimum_of, rational, state};

const FILE: &str = "inverse-reward-design/lavaland.toml";

fn feature<'p>(problem: &'p Problem, name: &str) -> &'p [Rational] {
    &problem.features.iter().find(|feature| feature.name == name).expect("a feature of the model").values
}

/// Every policy expects exactly no lava on the training map, so the reward of every policy there, and with it which true rewards
/// are consistent with the proxy's optimum, is the same whatever the lava weight. On the test map it is not.
#[test]
fn the_lava_weight_is_free() {
    let problem = model(FILE);
    let lava = feature(&problem, "lava");
    let all = Mask::all(&problem.mdp);
    let from = |name: &str| reachable_under(&problem.mdp, &all, [state(&problem, name)]);
    let met = |name: &str| {
        let reached = from(name);
        (0..problem.mdp.choices())
            .any(|choice| reached.contains(problem.mdp.state_of(choice)) && lava[choice] != Rational::ZERO)
    };
    assert!(!met("tuned_r1c1") && met("unseen_r1c1"));
    // The other weights are not free: no two of their features are zero there.
    for other in ["grass", "target"] {
        let values = feature(&problem, other);
        let reached = from("tuned_r1c1");
        assert!(
            (0..problem.mdp.choices())
                .any(|c| reached.contains(problem.mdp.state_of(c)) && values[c] != Rational::ZERO)
        );
    }
}

#[test]
fn the_proxy_goes_straight_and_around_costs_2() {
    let problem = model(FILE);
    let start = state(&problem, "unseen_r1c1");
    let straight = extreme(&problem, Specified, Sense::Max, &Mask::all(&problem.mdp));
    let around = extreme(&problem, Specified, Sense::Max, &avoiding(&problem, "lava"));
    assert_eq!((&straight.values[start], &around.values[start]), (&number("6"), &number("4")));
}

/// The largest worst case over lava weights in `[-bound, bound]`, and the expected lava of a plan that attains it: a linear program over
/// occupancy measures. The worst case is linear in the weight, so the ends of the interval are enough.
fn cautious(problem: &Problem, bound: &Rational) -> (Rational, Rational) {
    let (mdp, start) = (&problem.mdp, state(problem, "unseen_r1c1"));
    let reached = reachable_under(mdp, &Mask::all(mdp), [start]);
    let lava = feature(problem, "lava");
    // One variable a choice, and the worst case as the difference of the last two.
    let (above, below) = (mdp.choices(), mdp.choices() + 1);
    let mut rows = Vec::new();
    for place in (0..mdp.states()).filter(|&place| reached.contains(place) && !mdp.is_absorbing(place)) {
        let mut flow = vec![Rational::ZERO; mdp.choices()];
        for choice in (0..mdp.choices()).filter(|&choice| reached.contains(mdp.state_of(choice))) {
            if mdp.state_of(choice) == place {
                flow[choice] += Rational::ONE;
            }
            for (target, mass) in mdp.row(choice).filter(|(target, _)| *target == place) {
                assert_eq!(target, place);
                flow[choice] -= mass;
            }
        }
        let coefficients = flow.into_iter().enumerate().filter(|(_, flow)| *flow != Rational::ZERO).collect();
        let bound = if place == start { Rational::ONE } else { Rational::ZERO };
        rows.push(Row { coefficients, relation: Relation::Equal, bound });
    }
    for choice in (0..mdp.choices()).filter(|&choice| !reached.contains(mdp.state_of(choice))) {
        rows.push(Row {
            coefficients: vec![(choice, Rational::ONE)],
            relation: Relation::Equal,
            bound: Rational::ZERO,
        });
    }
    for weight in [bound.clone(), -bound.clone()] {
        let mut coefficients: Vec<_> =
            (0..mdp.choices()).map(|c| (c, -(&problem.specified[c] + &weight * &lava[c]))).collect();
        coefficients.extend([(above, Rational::ONE), (below, -Rational::ONE)]);
        coefficients.retain(|(_, coefficient)| *coefficient != Rational::ZERO);
        rows.push(Row { coefficients, relation: Relation::AtMost, bound: Rational::ZERO });
    }
    let objective = vec![(above, Rational::ONE), (below, -Rational::ONE)];
    let program = LinearProgram { variables: mdp.choices() + 2, rows, objective };
    let Outcome::Optimal { value, point } = program.solve() else { panic!("a bounded program with a plan") };
    let met = (0..mdp.choices()).fold(Rational::ZERO, |sum, choice| sum + &point[choice] * &lava[choice]);
    (value, met)
}

/// Around costs 2 steps more; the worst loss on the way through one cell is `L`.
#[test]
fn the_cautious_plan_avoids_lava_iff_the_detour_costs_less_than_the_worst_loss() {
    let problem = model(FILE);
    let detour = rational("2");
    for bound in ["0", "1", "19/10", "21/10", "3", "10", "1000"].map(rational) {
        let (value, lava) = cautious(&problem, &bound);
        assert_eq!(lava == Rational::ZERO, detour < bound, "L = {bound}");
        assert_eq!(value, rational("6") - detour.clone().min(bound));
    }
    assert_eq!(cautious(&problem, &detour).0, rational("4"));
}

/// The worst of the two rewards is attained by a policy of each: the linear program is not below what policies reach.
#[test]
fn the_cautious_plan_is_no_better_than_the_best_plan_for_either_weight() {
    let problem = model(FILE);
    let lava = feature(&problem, "lava");
    for bound in ["1", "10"].map(rational) {
        let (value, _) = cautious(&problem, &bound);
        for weight in [bound.clone(), -bound.clone()] {
            let reward: Vec<_> = problem.specified.iter().zip(lava).map(|(r, l)| r + &weight * l).collect();
            // With a positive weight walking over lava for ever pays; the criterion is then not defined.
            if weight > Rational::ONE {
                continue;
            }
            let solution = optimum_of(&problem, &reward, Sense::Max, &Mask::all(&problem.mdp));
            let Value::Finite(best) = &solution.values[state(&problem, "unseen_r1c1")] else { panic!("finite") };
            assert!(&value <= best);
        }
    }
}

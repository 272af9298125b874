//! Enclosures: their inequalities re-verified in rationals, and the exact values inside.

use lavaproof::budget::Budget;
use lavaproof::mdp::{ChoiceId, Mask, Mdp, Rational, RowBuilder, StateSet, Value};
use lavaproof::solve::{Behaviour, Enclosure, Engine, Objective, Sense, enclose, evaluate, optimise};
use proptest::prelude::*;

use crate::sketch::sketch;

/// `r + γ Σ P v`, −∞ as soon as a successor is.
fn one_step(mdp: &Mdp, objective: Objective<'_>, choice: ChoiceId, value: impl Fn(usize) -> Value) -> Value {
    let (reward, discount) = match objective {
        Objective::Reward { reward, discount } => (reward[choice].clone(), discount.clone()),
        Objective::Reach { .. } => (Rational::ZERO, Rational::ONE),
    };
    let mut sum = Rational::ZERO;
    for (target, probability) in mdp.row(choice) {
        match value(target) {
            Value::MinusInfinity => return Value::MinusInfinity,
            Value::Finite(value) => sum += probability * value,
        }
    }
    Value::Finite(reward + discount * sum)
}

/// The inequalities that the documentation of [`Enclosure`] promises.
fn inequalities_hold(mdp: &Mdp, objective: Objective<'_>, sense: Sense, mask: &Mask, enclosure: &Enclosure) {
    let lower = |state: usize| enclosure.lower_value(state);
    let upper = |state: usize| enclosure.upper_value(state);
    for state in 0..mdp.states() {
        assert!(lower(state) <= upper(state));
        assert_eq!(enclosure.lower[state].is_none(), enclosure.upper[state].is_none());
        if let Objective::Reach { target } = objective {
            assert!(lower(state) >= Value::ZERO && upper(state) <= Value::Finite(Rational::ONE));
            if target.contains(state) {
                assert_eq!(lower(state), Value::Finite(Rational::ONE));
                continue;
            }
        }
        if mdp.is_absorbing(state) {
            assert_eq!((lower(state), upper(state)), (Value::ZERO, Value::ZERO));
            continue;
        }
        if enclosure.lower[state].is_none() {
            continue;
        }
        let own = enclosure.policy.choice(state).expect("not absorbing");
        assert!(mask.allows(own));
        for choice in mask.choices_of(mdp, state) {
            match sense {
                Sense::Max => assert!(upper(state) >= one_step(mdp, objective, choice, upper)),
                Sense::Min => assert!(lower(state) <= one_step(mdp, objective, choice, lower)),
            }
        }
        match sense {
            Sense::Max => assert!(lower(state) <= one_step(mdp, objective, own, lower)),
            Sense::Min => assert!(upper(state) >= one_step(mdp, objective, own, upper)),
        }
    }
}

fn encloses(mdp: &Mdp, objective: Objective<'_>, mask: &Mask) {
    let budget = Budget::unlimited();
    for sense in [Sense::Max, Sense::Min] {
        let exact = optimise(mdp, objective, sense, mask, Engine::LinearProgram, &budget).expect("unlimited");
        let mut earlier: Option<Enclosure> = None;
        for bits in [30, 60, 200] {
            let found = enclose(mdp, objective, sense, mask, bits, earlier.as_ref(), &budget).expect("unlimited");
            let enclosure = found.unwrap_or_else(|| panic!("no enclosure with {bits} bits, {sense:?} {objective:?}"));
            assert!(enclosure.agreeing_bits() >= bits);
            inequalities_hold(mdp, objective, sense, mask, &enclosure);
            let attained =
                evaluate(mdp, Behaviour::Deterministic(&enclosure.policy), objective, &budget).expect("unlimited");
            for (state, (exact, attained)) in exact.values.iter().zip(&attained).enumerate() {
                let (lower, upper) = (enclosure.lower_value(state), enclosure.upper_value(state));
                assert!(&lower <= exact && exact <= &upper, "{sense:?} {objective:?}");
                assert!(&lower <= attained && attained <= &upper, "the policy, {sense:?} {objective:?}");
            }
            earlier = Some(enclosure);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn discounted(sketch in sketch()) {
        let (mdp, reward, _, mask) = sketch.build();
        for discount in [Rational::from(1) / Rational::from(2), Rational::from(99) / Rational::from(100)] {
            encloses(&mdp, Objective::Reward { reward: &reward, discount: &discount }, &mask);
        }
    }

    #[test]
    fn reach(sketch in sketch()) {
        let (mdp, _, target, mask) = sketch.build();
        encloses(&mdp, Objective::Reach { target: &target }, &mask);
    }

    #[test]
    fn total(sketch in sketch()) {
        let (mdp, reward, _, mask) = sketch.build_admissible();
        encloses(&mdp, Objective::Reward { reward: &reward, discount: &Rational::ONE }, &mask);
    }
}

/// A value that has no end in binary is never met by both bounds, one that has is.
#[test]
fn bounds_meet_at_dyadic_values_only() {
    let mut builder = lavaproof::mdp::MdpBuilder::default();
    let [third, quarter, end] = ["third", "quarter", "end"].map(|name| builder.state(name));
    builder.absorbing(end);
    builder.choice(third, "stop", [(end, Rational::ONE)]);
    builder.choice(quarter, "stop", [(end, Rational::ONE)]);
    let mdp = builder.build().expect("valid").mdp;
    let reward = [Rational::ONE / Rational::from(3), Rational::ONE / Rational::from(4)];
    let objective = Objective::Reward { reward: &reward, discount: &Rational::ONE };
    let (mask, budget) = (Mask::all(&mdp), Budget::unlimited());
    let found = enclose(&mdp, objective, Sense::Max, &mask, 60, None, &budget).expect("unlimited").expect("two states");
    assert!(found.lower[third] < found.upper[third]);
    assert_eq!(found.lower_value(quarter), Value::Finite(reward[quarter].clone()));
    assert_eq!(found.upper_value(quarter), found.lower_value(quarter));
}

/// One component of states that lead anywhere, so that factors fill up and sweeps propose instead; with probability 1/8 it ends, in
/// the target from every third state.
#[test]
fn a_component_that_fills_up_is_enclosed() {
    const STATES: usize = 500;
    let mut rows = RowBuilder::default();
    let link = rows.probability(Rational::from(7) / Rational::from(40));
    let rest = rows.probability(Rational::ONE / Rational::from(8));
    for state in 0..STATES {
        rows.state();
        for action in 0..2 {
            rows.choice(["a", "b"][action]);
            for step in 1..=5 {
                rows.transition((state * (31 + action) + step * step * (17 + 2 * action) + 5) % STATES, link);
            }
            rows.transition(STATES + usize::from((state + action) % 3 == 0), rest);
            rows.end_choice().expect("a distribution");
        }
    }
    rows.state();
    rows.state();
    let mdp = rows.finish().expect("a model");
    let reward: Vec<Rational> = (0..mdp.choices()).map(|choice| Rational::from(choice % 7)).collect();
    let mut target = StateSet::with_capacity(mdp.states());
    target.insert(STATES + 1);
    let half = Rational::ONE / Rational::from(2);
    let (mask, budget) = (Mask::all(&mdp), Budget::unlimited());
    for objective in [
        Objective::Reward { reward: &reward, discount: &half },
        Objective::Reward { reward: &reward, discount: &Rational::ONE },
        Objective::Reach { target: &target },
    ] {
        for sense in [Sense::Max, Sense::Min] {
            let mut earlier = None;
            for bits in [30, 150] {
                let found = enclose(&mdp, objective, sense, &mask, bits, earlier.as_ref(), &budget).expect("unlimited");
                let enclosure = found.expect("sweeps converge");
                assert!(enclosure.agreeing_bits() >= bits);
                inequalities_hold(&mdp, objective, sense, &mask, &enclosure);
                earlier = Some(enclosure);
            }
        }
    }
}

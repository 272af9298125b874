//! Optimal choices decided from bounds are those of exact values.

use std::rc::Rc;

use lavaproof::budget::Budget;
use lavaproof::mdp::{Mask, Mdp, MdpBuilder, Rational};
use lavaproof::solve::{Engine, Objective, Sense, enclose, enclosed_optimal_choices, optimal_choices, optimise};
use proptest::prelude::*;

use crate::sketch::sketch;

/// By bounds of these precisions; with few bits much is left to be settled exactly.
fn by_bounds(mdp: &Mdp, reward: &[Rational], discount: &Rational, precisions: &[usize]) -> (Mask, usize) {
    let (budget, everything) = (Budget::unlimited(), Mask::all(mdp));
    let mut asked = 0;
    let mut closer = |bits| {
        asked += 1;
        let objective = Objective::Reward { reward, discount };
        Ok(enclose(mdp, objective, Sense::Max, &everything, bits, None, &budget)?.map(Rc::new))
    };
    let found = enclosed_optimal_choices(mdp, reward, discount, precisions, &mut closer, &budget);
    (found.expect("unlimited").expect("small models can be enclosed"), asked)
}

fn exactly(mdp: &Mdp, reward: &[Rational], discount: &Rational) -> Mask {
    let objective = Objective::Reward { reward, discount };
    let everything = Mask::all(mdp);
    let best = optimise(mdp, objective, Sense::Max, &everything, Engine::LinearProgram, &Budget::unlimited());
    optimal_choices(mdp, reward, discount, &best.expect("unlimited"))
}

fn agree(mdp: &Mdp, reward: &[Rational], discount: &Rational) {
    let exact = exactly(mdp, reward, discount);
    for precisions in [[2, 3], [60, 128]] {
        assert_eq!(by_bounds(mdp, reward, discount, &precisions).0, exact, "{precisions:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn discounted(sketch in sketch()) {
        let (mdp, reward, _, _) = sketch.build();
        agree(&mdp, &reward, &(Rational::from(9) / Rational::from(10)));
    }

    #[test]
    fn total(sketch in sketch()) {
        let (mdp, reward, _, _) = sketch.build_admissible();
        agree(&mdp, &reward, &Rational::ONE);
    }
}

/// A slippery ring is entered at either side of its mirror axis: a tie that no bounds decide and symmetry does.
#[test]
fn mirrored_ways_tie() {
    let mut builder = MdpBuilder::default();
    let start = builder.state("start");
    let ways: Vec<[usize; 2]> =
        (0..4).map(|step| [builder.state(&format!("left{step}")), builder.state(&format!("right{step}"))]).collect();
    let end = builder.state("end");
    builder.absorbing(end);
    let tenths = |count: i32| Rational::from(count) / Rational::from(10);
    let mut reward = Vec::new();
    for (side, action) in ["left", "right"].into_iter().enumerate() {
        builder.choice(start, action, [(ways[0][side], tenths(9)), (ways[0][1 - side], tenths(1))]);
        reward.push(-Rational::ONE);
    }
    for step in 0..4 {
        for side in 0..2 {
            let next = if step == 3 { end } else { ways[step + 1][side] };
            builder.choice(ways[step][side], "on", [(next, tenths(7)), (ways[step][1 - side], tenths(3))]);
            builder.choice(ways[step][side], "back", [(start, tenths(8)), (ways[step][side], tenths(2))]);
            reward.extend([-Rational::ONE, -Rational::ONE / Rational::from(3)]);
        }
    }
    let mdp = builder.build().expect("valid").mdp;
    let discount = tenths(9);
    let (found, asked) = by_bounds(&mdp, &reward, &discount, &[60, 128, 320]);
    assert_eq!(found, exactly(&mdp, &reward, &discount));
    assert_eq!(found.choices_of(&mdp, start).count(), 2);
    assert_eq!(asked, 1, "symmetry settles the tie at the first precision");
}

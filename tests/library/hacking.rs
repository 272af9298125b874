//! Reward hacking and expressivity: which orders and which sets of policies the rewards of a small process express.

use lavaproof::budget::Budget;
use lavaproof::mdp::{Distribution, Mdp, MdpBuilder, Policy, Rational, Value};
use lavaproof::rewards::{Acceptance, Episodes, Separation, WeakOrder, deterministic_policies, express, realise};

use crate::{Which, model, rational, state, value};

/// Two states, and an action for going to each; policies 00, 01, 10, 11 by the actions in either state (Skalse et al., section 5.2).
fn two_states() -> Mdp {
    let mut builder = MdpBuilder::default();
    let states = ["0", "1"].map(|name| builder.state(name));
    for from in states {
        for (action, to) in ["0", "1"].into_iter().zip(states) {
            builder.choice(from, action, [(to, Rational::ONE)]);
        }
    }
    builder.build().expect("rows that sum to one").mdp
}

fn anywhere() -> Distribution {
    Distribution::new(vec![(0, rational("1/2")), (1, rational("1/2"))]).expect("a distribution")
}

fn two_state_measures() -> Vec<Vec<Rational>> {
    let (mdp, start, discount) = (two_states(), anywhere(), rational("1/2"));
    let episodes = Episodes::new(&mdp, &discount, &start).expect("a discount");
    episodes.occupancies(&Budget::unlimited()).expect("no limit")
}

/// One policy an arm.
fn bandit_measures(arms: usize) -> Vec<Vec<Rational>> {
    let unit = |own: usize| (0..arms).map(|arm| Rational::from(u8::from(arm == own))).collect();
    (0..arms).map(unit).collect()
}

fn table(entries: [&str; 4]) -> Vec<Rational> {
    entries.map(rational).to_vec()
}

/// The reward tables of the tests that the authors publish with the paper.
#[test]
fn the_values_of_the_authors_tables() {
    let (mdp, start, discount) = (two_states(), anywhere(), rational("1/2"));
    let episodes = Episodes::new(&mdp, &discount, &start).expect("a discount");
    for (reward, published) in [
        (table(["0", "1", "2", "5/2"]), ["1", "5/2", "3", "17/4"]),
        (table(["0", "1", "2", "1/2"]), ["1", "1/2", "3", "5/4"]),
        (table(["0", "0", "1", "1"]), ["1/2", "1", "1", "3/2"]),
    ] {
        let evaluated = deterministic_policies(&mdp)
            .map(|policy| episodes.value(&policy, &reward, &Budget::unlimited()).expect("no limit"));
        assert_eq!(evaluated.collect::<Vec<_>>(), published.map(rational));
        // The same as products with the occupancy measures.
        let product = |measure: Vec<Rational>| {
            measure.iter().zip(&reward).fold(Rational::ZERO, |sum, (times, gain)| sum + times * gain)
        };
        let products: Vec<_> = two_state_measures().into_iter().map(product).collect();
        assert_eq!(products, published.map(rational));
    }
}

#[test]
fn occupancy_measures_satisfy_the_rows_of_their_polytope() {
    let (mdp, start, discount) = (two_states(), anywhere(), rational("1/2"));
    let episodes = Episodes::new(&mdp, &discount, &start).expect("a discount");
    let rows = episodes.occupancy_polytope();
    assert_eq!(rows.len(), 2);
    for measure in two_state_measures() {
        for row in &rows {
            let sum = row.coefficients.iter().fold(Rational::ZERO, |sum, (at, factor)| sum + &measure[*at] * factor);
            assert_eq!(sum, row.bound);
        }
    }
}

/// The orders that some reward has. Every answer comes with its proof: a reward with that order, or a combination that rules it out.
fn realised(measures: &[Vec<Rational>]) -> Vec<WeakOrder> {
    let orders = WeakOrder::all(measures.len()).into_iter();
    let realised = orders.filter(|order| match realise(measures, order) {
        Separation::Reward(reward) => {
            assert_eq!(WeakOrder::of(measures, &reward), *order);
            true
        }
        Separation::Never { .. } => false,
    });
    realised.collect()
}

struct Counted {
    strict: usize,
    weak: usize,
    unhackable: usize,
    pairs: usize,
    simplifications: usize,
}

fn count(measures: &[Vec<Rational>]) -> Counted {
    let orders = realised(measures);
    let proper: Vec<_> = orders.iter().filter(|order| !order.is_trivial()).collect();
    let pairs = || proper.iter().enumerate().flat_map(|(at, a)| proper[at + 1..].iter().map(move |b| (*a, *b)));
    let simplified = |a: &WeakOrder, b: &WeakOrder| usize::from(a.simplifies(b)) + usize::from(b.simplifies(a));
    Counted {
        strict: orders.iter().filter(|order| order.is_strict()).count(),
        weak: orders.len(),
        unhackable: pairs().filter(|(a, b)| a.is_unhackable_with(b)).count(),
        pairs: pairs().count(),
        simplifications: pairs().map(|(a, b)| simplified(a, b)).sum(),
    }
}

#[test]
fn twelve_of_24_strict_orders_and_25_weak_ones() {
    let counted = count(&two_state_measures());
    assert_eq!((counted.strict, counted.weak), (12, 25));
    assert_eq!(WeakOrder::all(4).iter().filter(|order| order.is_strict()).count(), 24);
}

#[test]
fn thirty_six_of_276_pairs_are_unhackable_and_24_are_simplifications() {
    let counted = count(&two_state_measures());
    assert_eq!((counted.unhackable, counted.pairs, counted.simplifications), (36, 276, 24));
}

#[test]
fn the_three_armed_bandit() {
    let counted = count(&bandit_measures(3));
    assert_eq!((counted.weak, counted.unhackable, counted.pairs, counted.simplifications), (13, 18, 66, 12));
}

/// The cleaning robot: a policy is a set of rooms, and a reward adds up what its rooms are worth.
fn cleaning(rooms: &[[i64; 3]]) -> Vec<Vec<Rational>> {
    rooms.iter().map(|own| own.iter().map(|&cleaned| Rational::from(cleaned)).collect()).collect()
}

/// A reward for one room is hackable relative to the reward for all three: it prefers that room to the two others. Without
/// the policies that clean two rooms it is a simplification.
#[test]
fn overlooking_rooms_is_hackable_unless_policies_are_few() {
    let all: Vec<[i64; 3]> = (0..8).map(|bits| [bits >> 2 & 1, bits >> 1 & 1, bits & 1]).collect();
    let (meant, narrow) = (vec![Rational::ONE; 3], [1, 0, 0].map(Rational::from).to_vec());
    let orders = |rooms: &[[i64; 3]]| {
        let measures = cleaning(rooms);
        (WeakOrder::of(&measures, &meant), WeakOrder::of(&measures, &narrow))
    };
    let (meant_order, narrow_order) = orders(&all);
    assert!(!narrow_order.is_unhackable_with(&meant_order));
    let few: Vec<[i64; 3]> = all.iter().copied().filter(|rooms| rooms.iter().sum::<i64>() != 2).collect();
    let (meant_order, narrow_order) = orders(&few);
    assert!(narrow_order.is_unhackable_with(&meant_order) && !meant_order.simplifies(&narrow_order));
}

/// The three policies that the authors' code looks at: {kitchen}, {attic, bedroom} and all rooms. Their vectors
/// have one linear relation, which only rewards of either sign escape; with rewards of no sign all 13 weak orders exist but for those that it forbids.
#[test]
fn the_cleaning_robots_orders() {
    let measures = cleaning(&[[0, 0, 1], [1, 1, 0], [1, 1, 1]]);
    // The third is the sum of the others: all three tie only for the reward 0 of every one of them.
    let realised = realised(&measures);
    for values in [
        [1, 2],
        [2, 1],
        [1, 1],
        [-1, 2],
        [-1, -2],
        [0, 1],
        [0, 0],
        [1, -1],
        [-1, -1],
        [1, 0],
        [-2, -1],
        [0, -1],
        [-1, 0],
    ] {
        let reward = vec![Rational::from(values[1]), Rational::ZERO, Rational::from(values[0])];
        assert!(realised.contains(&WeakOrder::of(&measures, &reward)));
    }
    assert_eq!(realised.len(), 13);
}

/// The shipped model has the cleaning robot's rooms: the values of its eight policies are the sums over the rooms, for the proxy and for what is meant, and
/// the two order some policies in opposite ways, but no policies that clean none, one or all rooms.
#[test]
fn the_shipped_cleaning_robot_is_hackable() {
    let problem = model("reward-hacking/cleaning-robot.toml");
    let start = state(&problem, "attic");
    let values = |which: Which, policy: &Policy| value(&problem, which, policy)[start].clone();
    let mut opposite = 0;
    let policies: Vec<Policy> = deterministic_policies(&problem.mdp).collect();
    let rooms = |policy: &Policy| -> Vec<i64> {
        (0..3)
            .map(|room| i64::from(problem.mdp.action_name(policy.choice(room).expect("a choice")) == "clean"))
            .collect()
    };
    for policy in &policies {
        let cleaned = rooms(policy);
        let total = Value::Finite(Rational::from(cleaned.iter().sum::<i64>()));
        assert_eq!(values(Which::Specified, policy), Value::Finite(Rational::from(cleaned[0])));
        assert_eq!(values(Which::Intended, policy), total);
        for other in &policies {
            let ahead = |which| values(which, policy) > values(which, other);
            let behind = |which| values(which, policy) < values(which, other);
            if ahead(Which::Specified) && behind(Which::Intended) {
                opposite += 1;
                let count = |policy| rooms(policy).iter().sum::<i64>();
                assert!(count(policy) == 1 && count(other) == 2);
            }
        }
    }
    assert_eq!((policies.len(), opposite), (8, 1), "{{attic}} against {{bedroom, kitchen}}");
}

fn expressed(acceptance: Acceptance) -> Vec<Vec<bool>> {
    let measures = two_state_measures();
    let sets = (1..16_usize).map(|bits| (0..4).map(|policy| bits >> policy & 1 == 1).collect::<Vec<bool>>());
    sets.filter(|acceptable| express(&measures, acceptable, acceptance).exists()).collect()
}

#[test]
fn nine_of_15_sets_are_expressed_with_equality() {
    assert_eq!(expressed(Acceptance::Equal).len(), 9);
}

/// All but the sets "the same action in both states" and "different actions": policies 00 and 11, and policies 01 and 10.
#[test]
fn thirteen_of_15_sets_are_expressed_with_a_range_and_the_others_are_exclusive_or() {
    let expressed = expressed(Acceptance::Range);
    assert_eq!(expressed.len(), 13);
    for missed in [[true, false, false, true], [false, true, true, false]] {
        assert!(!expressed.contains(&missed.to_vec()));
    }
}

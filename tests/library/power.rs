//! POWER and optimality probability on figure 1 of Turner et al., *Optimal Policies Tend to Seek Power* (2021).

use lavaproof::budget::Budget;
use lavaproof::mdp::{Mdp, MdpBuilder, Rational, StateId};
use lavaproof::rewards::{Options, Power, far_sighted_options, options};

use crate::{model, rational};

fn figure() -> Mdp {
    model("power-seeking/figure-1.toml").mdp.clone()
}

fn named(mdp: &Mdp, name: &str) -> StateId {
    mdp.state_named(name).expect("a state of the figure")
}

fn prepared(options: &Options) -> Power {
    Power::new(options, &Budget::unlimited()).expect("no limit")
}

fn power(state: &str, discount: &Rational) -> Rational {
    let mdp = figure();
    let options = options(&mdp, named(&mdp, state), discount, &Budget::unlimited()).expect("a discount");
    prepared(&options).expected_maximum()
}

fn far_sighted(mdp: &Mdp, state: &str) -> Options {
    far_sighted_options(mdp, named(mdp, state))
}

const DISCOUNTS: [&str; 5] = ["1/10", "1/3", "1/2", "9/10", "99/100"];

#[test]
fn nothing_can_be_chosen_where_all_ends() {
    for discount in DISCOUNTS.map(rational) {
        assert_eq!(power("empty", &discount), rational("1/2"));
    }
}

#[test]
fn two_states_to_stay_in_are_worth_two_thirds() {
    for discount in DISCOUNTS.map(rational) {
        assert_eq!(power("r_down", &discount), rational("2/3"));
    }
}

/// `(2/3 + γ/2)/(1 + γ)` in the paper's figure 3, which is `(3 + 1/(1 + γ))/6`.
#[test]
fn a_state_to_visit_every_other_step_is_worth_less() {
    for discount in DISCOUNTS.map(rational) {
        let next = Rational::ONE + &discount;
        let published = (rational("2/3") + &discount / rational("2")) / &next;
        assert_eq!(power("l_down", &discount), published);
        assert_eq!(published, (rational("3") + Rational::ONE / next) / rational("6"));
    }
}

#[test]
fn the_start_is_worth_517_in_640_to_the_far_sighted() {
    let mdp = figure();
    assert_eq!(prepared(&far_sighted(&mdp, "start")).expected_maximum(), rational("517/640"));
    assert_eq!(prepared(&far_sighted(&mdp, "l_down")).expected_maximum(), rational("7/12"));
    assert_eq!(prepared(&far_sighted(&mdp, "r_down")).expected_maximum(), rational("2/3"));
}

#[test]
fn right_is_the_likeliest_and_left_beats_the_end() {
    let mdp = figure();
    let options = far_sighted(&mdp, "start");
    let power = prepared(&options);
    let probability = |states: &[&str]| {
        let mut chosen: Vec<usize> = states.iter().flat_map(|name| options.visiting(named(&mdp, name))).collect();
        chosen.sort_unstable();
        chosen.dedup();
        power.optimality_probability(&chosen).expect("groups of their own")
    };
    let shares = [probability(&["empty"]), probability(&["l_down", "l_up"]), probability(&["r_down", "r_up"])];
    assert_eq!(shares, [rational("113/480"), rational("47/160"), rational("113/240")]);
    assert_eq!(shares.into_iter().fold(Rational::ZERO, |sum, share| sum + share), Rational::ONE);
    // One of the two cycles on the left alone shares a state with the other.
    assert_eq!(power.optimality_probability(&options.visiting(named(&mdp, "l_up"))), None);
}

/// The share of a grid of reward functions for which an option is worth at most `x`, against the exact expectation: nothing of the polytopes.
#[test]
fn a_grid_of_rewards_comes_close() {
    let mdp = figure();
    let options = far_sighted(&mdp, "l_down");
    let exact = prepared(&options).expected_maximum();
    let steps: i64 = 60;
    let (down, up) = (named(&mdp, "l_down"), named(&mdp, "l_up"));
    let mut sum = Rational::ZERO;
    for a in 0..steps {
        for b in 0..steps {
            let [a, b] = [a, b].map(|part| Rational::from(2 * part + 1) / Rational::from(2 * steps));
            let worth = options.vectors().iter().map(|option| &option[down] * &a + &option[up] * &b);
            sum += worth.max().expect("options");
        }
    }
    let estimate = sum / Rational::from(steps * steps);
    let error = if estimate > exact { estimate - exact } else { exact - estimate };
    assert!(error < rational("1/1000"));
}

/// A start with `x` for sure and a coin between `x` and `y`, where the process then stays: `E max(X, (X + Y)/2) = 1/2 + E(Y - X)⁺/2 = 7/12`,
/// whatever the discount is. Of the coin alone it is 1/2.
#[test]
fn a_coin_between_two_ends_is_worth_7_in_12() {
    let half = rational("1/2");
    for (choices, published) in [(2, "7/12"), (1, "1/2")] {
        let mut builder = MdpBuilder::default();
        let [start, x, y] = ["start", "x", "y"].map(|name| builder.state(name));
        builder.choice(start, "coin", [(x, half.clone()), (y, half.clone())]);
        if choices == 2 {
            builder.choice(start, "sure", [(x, Rational::ONE)]);
        }
        builder.absorbing(x);
        builder.absorbing(y);
        let mdp = builder.build().expect("rows that sum to one").mdp;
        for discount in DISCOUNTS.map(rational) {
            let options = options(&mdp, start, &discount, &Budget::unlimited()).expect("a discount");
            assert_eq!(prepared(&options).expected_maximum(), rational(published));
        }
        assert_eq!(prepared(&far_sighted_options(&mdp, start)).expected_maximum(), rational(published));
    }
}

/// Far sight is the limit of long sight, on a process with a coin, a cycle that is left at random, and a set that is walked through at random.
#[test]
fn far_sighted_options_are_limits() {
    let mut builder = MdpBuilder::default();
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| builder.state(name));
    let (half, third) = (rational("1/2"), rational("1/3"));
    builder.choice(a, "wait", [(a, half.clone()), (b, third.clone()), (c, rational("1/6"))]);
    builder.choice(a, "go", [(b, Rational::ONE)]);
    builder.choice(b, "round", [(c, Rational::ONE)]);
    builder.choice(b, "out", [(d, Rational::ONE)]);
    builder.choice(c, "round", [(b, third), (c, rational("2/3"))]);
    builder.absorbing(d);
    let mdp = builder.build().expect("rows that sum to one").mdp;
    let limit = far_sighted_options(&mdp, a);
    let close = options(&mdp, a, &rational("999999/1000000"), &Budget::unlimited()).expect("a discount");
    // Staying between b and c takes 1/4 of the time in b; leaving takes all time in d.
    let expected = [["0", "1/4", "3/4", "0"], ["0", "0", "0", "1"]].map(|vector| vector.map(rational).to_vec());
    assert_eq!(limit.vectors(), expected);
    for near in close.vectors() {
        let error = |far: &Vec<Rational>| {
            let apart = |(x, y): (&Rational, &Rational)| if x > y { x - y } else { y - x };
            near.iter().zip(far).map(apart).max().expect("states")
        };
        assert!(limit.vectors().iter().map(error).min().expect("options") < rational("1/10000"));
    }
}

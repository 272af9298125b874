use super::{Cases, Fact, Literal, Who};
use crate::example::{ALIASED, bound_pair, model, optimal};

/// Two optimal ways from state 0, to 1 or 2; there choice 2 (of 1) and 4 (of 2) are optimal, 3 and 5 are not.
const WAYS: &str = "lavaproof-model 1 criterion discounted 9/10 states 4
    state s 2 choice 0 0 0 1 1 1 choice 1 0 0 1 2 1
    state a 2 choice 0 1 0 1 3 1 choice 1 0 0 1 3 1
    state b 2 choice 0 1 0 1 3 1 choice 1 0 0 1 3 1
    state end 0 observations full class stationary situations 3 0 1 2 train 1 0 1
    deploy over 3 0 1 2 catastrophe none good regret 0 epsilon 0 given none end";

/// What a test makes of the cases of a subject that is pinned where it goes from `starts`.
fn on_ways(starts: &[usize], test: impl FnOnce(&mut Cases<'_>)) {
    let ways = model(WAYS);
    let list = bound_pair(&ways, "rational 4 9/10 1 1 0");
    let optimal = optimal(&ways, &list);
    let mut cases = Cases::new(&ways);
    cases.pin_visited(vec![&optimal], starts);
    test(&mut cases);
}

#[test]
fn what_is_surely_visited_is_pinned() {
    on_ways(&[0], |cases| {
        // Which way is open, so that neither is visited surely.
        assert_eq!(cases.mask(Who::Subject), [true; 6]);
        let mark = cases.mark();
        cases.take(Who::Subject, 0, false);
        assert_eq!(cases.mask(Who::Subject), [true, false, true, false, true, true]);
        assert!(!cases.is_dead());
        // To do in `a` what training excludes leaves nothing.
        let inner = cases.mark();
        cases.undo(mark);
        cases.take(Who::Subject, 3, false);
        assert!(!cases.is_dead() && inner > mark);
        cases.take(Who::Subject, 0, false);
        assert!(cases.is_dead());
        cases.undo(mark);
        assert!(!cases.is_dead());
        assert_eq!(cases.mask(Who::Subject), [true; 6]);
        cases.take(Who::Subject, 1, false);
        assert_eq!(cases.mask(Who::Subject), [false, true, true, true, true, false]);
        assert_eq!(cases.mask(Who::Rival), [true; 6]);
    });
}

#[test]
fn a_choice_of_a_visited_state_is_taken_or_never() {
    on_ways(&[0], |cases| {
        let mark = cases.mark();
        assert!(cases.is_visited(0) && !cases.is_visited(1) && !cases.is_visited(2));
        // Taken: what is done at `b` is open, and `a` is visited too.
        cases.follow(0);
        assert!(cases.is_visited(1) && !cases.is_visited(2));
        assert_eq!(cases.mask(Who::Subject), [true, true, true, false, true, true]);
        // Never: the other way is the only one.
        cases.undo(mark);
        cases.never(0);
        assert!(!cases.is_visited(1) && cases.is_visited(2));
        assert_eq!(cases.mask(Who::Subject), [false, true, true, true, true, false]);
        // Neither: nothing is left.
        assert!(!cases.is_dead());
        cases.never(1);
        assert!(cases.is_dead());
    });
}

#[test]
fn a_state_without_choices_stays_so_when_others_get_theirs_back() {
    on_ways(&[0, 1], |cases| {
        cases.take(Who::Subject, 3, false);
        assert!(cases.is_dead());
        let mark = cases.mark();
        // A visited state with a choice left, and another one that has none.
        cases.take(Who::Subject, 0, false);
        cases.never(4);
        cases.never(5);
        cases.undo(mark);
        assert!(cases.is_dead());
        // One that is visited from now on, and after it the end, which never has a choice.
        cases.follow(1);
        assert!(cases.is_visited(2) && cases.is_visited(3));
        cases.undo(mark);
        assert!(cases.is_dead());
    });
}

#[test]
fn what_a_state_has_left_counts_when_it_is_visited_later() {
    on_ways(&[0], |cases| {
        let mark = cases.mark();
        cases.take(Who::Subject, 2, false);
        assert!(!cases.is_visited(1) && !cases.is_visited(3));
        cases.follow(0);
        assert!(cases.is_visited(1) && cases.is_visited(3));
        cases.undo(mark);
        // Nobody is without a choice, visited or not.
        cases.never(2);
        cases.never(3);
        assert!(cases.is_dead());
        let inner = cases.mark();
        cases.follow(0);
        assert!(cases.is_dead());
        cases.undo(inner);
        assert!(cases.is_dead());
        cases.undo(mark);
        assert!(!cases.is_dead());
    });
}

#[test]
fn states_without_a_way_to_stop_are_left_out() {
    let text = "lavaproof-model 1 criterion total states 4
        state far 2 choice 0 0 0 1 1 1 choice 1 0 0 1 0 1
        state near 2 choice 0 0 0 2 0 1/2 3 1/2 choice 1 0 0 1 2 1
        state round 1 choice 0 0 0 1 2 1
        state end 0 observations full class stationary situations 3 0 1 2 train 1 0 1
        deploy over 3 0 1 2 catastrophe none good regret 0 epsilon 0 given none end";
    let stopping = model(text);
    let cases = Cases::new(&stopping);
    // From `far` and `near` the end can be reached, by whatever they do; from `round` it cannot.
    assert_eq!(cases.without_endless(&[true; 5]), [true, true, true, true, false]);
    // Nobody goes to the end any more, or nobody goes to where one does.
    assert_eq!(cases.without_endless(&[true, true, false, true, true]), [false; 5]);
    assert_eq!(cases.without_endless(&[false, true, true, true, true]), [false, false, true, true, false]);
}

#[test]
fn an_action_is_never_taken_where_it_looks_the_same() {
    let aliased = model(ALIASED);
    let mut cases = Cases::new(&aliased);
    cases.never(0);
    assert_eq!(cases.mask(Who::Subject), [false, true, true, false]);
}

#[test]
fn an_action_is_taken_where_it_looks_the_same() {
    let aliased = model(ALIASED);
    let mut cases = Cases::new(&aliased);
    let mark = cases.mark();
    cases.take(Who::Subject, 0, false);
    assert_eq!(cases.mask(Who::Subject), [true, false, false, true]);
    cases.undo(mark);
    cases.take(Who::Subject, 0, true);
    assert_eq!(cases.mask(Who::Subject), [true, false, true, true]);
    cases.undo(mark);
    cases.take(Who::Rival, 2, false);
    assert_eq!((cases.mask(Who::Subject), cases.mask(Who::Rival)), (&[true; 4][..], &[false, true, true, false][..]));
    assert_eq!((cases.next_choice(Who::Rival, 1, 0), cases.next_choice(Who::Rival, 1, 3)), (Some(2), None));
}

#[test]
fn pins_hold_where_it_looks_the_same() {
    let aliased = model(ALIASED);
    // `x` wants action 5, `y` action 7: at both, nothing is left.
    let list = bound_pair(&aliased, "rational 4 1 1 0 0");
    let optimal = optimal(&aliased, &list);
    let mut cases = Cases::new(&aliased);
    cases.pin_visited(vec![&optimal], &[0]);
    assert_eq!(cases.mask(Who::Subject), [true, false, false, true]);
    let mut cases = Cases::new(&aliased);
    cases.pin_visited(vec![&optimal], &[0, 1]);
    assert!(cases.is_dead());
    let mut cases = Cases::new(&aliased);
    cases.pin_everywhere(&optimal);
    assert_eq!(cases.mask(Who::Subject), [true, false, true, false]);
    assert!(!cases.is_dead());
}

fn takes(choice: usize, holds: bool) -> Literal {
    Literal { fact: Fact::Takes(choice), holds }
}

fn visits(state: usize, holds: bool) -> Literal {
    Literal { fact: Fact::Visits(state), holds }
}

#[test]
fn what_is_not_visited_is_not_led_to() {
    on_ways(&[0], |cases| {
        let mark = cases.mark();
        // Not `a`: the other way, whose end is then visited.
        cases.assume(&[visits(1, false)], false);
        assert_eq!(cases.mask(Who::Subject), [false, true, true, true, true, false]);
        assert!(cases.is_visited(2) && !cases.is_dead());
        // What is known already is not known twice, so that it is forgotten once.
        let known = cases.mark();
        cases.assume(&[visits(1, false), visits(2, true)], false);
        assert_eq!(cases.mark(), known);
        cases.assume(&[visits(2, false)], false);
        assert!(cases.is_dead());
        cases.undo(mark);
        // To visit `a` is to do there what is optimal, and says nothing about the way.
        cases.assume(&[visits(1, true)], false);
        assert_eq!(cases.mask(Who::Subject), [true, true, true, false, true, true]);
        assert!(!cases.is_visited(2) && !cases.is_dead());
        let inner = cases.mark();
        cases.assume(&[visits(1, false)], false);
        assert!(cases.is_dead());
        cases.undo(inner);
        assert!(!cases.is_dead());
        cases.undo(mark);
        // What is done in `a` shows that training does not get there, and so which way it takes.
        cases.assume(&[takes(2, false)], false);
        assert_eq!(cases.mask(Who::Subject), [false, true, false, true, true, false]);
        assert!(cases.is_visited(2) && !cases.is_dead());
        cases.undo(mark);
        assert_eq!(cases.mask(Who::Subject), [true; 6]);
    });
}

#[test]
fn a_lemma_excludes_what_is_left_open() {
    on_ways(&[0], |cases| {
        cases.learn(vec![takes(0, true), visits(1, true)]);
        let mark = cases.mark();
        assert_eq!(cases.lemmas(), 1);
        // Both parts are open.
        assert!(!cases.apply(0, false) && cases.mark() == mark);
        // Visited: so this is not how it is got to.
        cases.assume(&[visits(1, true)], false);
        assert!(cases.apply(0, false));
        assert!(cases.is_visited(2) && !cases.is_dead());
        // Once more changes nothing.
        let inner = cases.mark();
        assert!(cases.apply(0, false) && cases.mark() == inner);
        cases.undo(mark);
        // Both hold: nothing is left.
        cases.assume(&[takes(0, true)], false);
        assert!(cases.is_visited(1) && !cases.is_dead());
        assert!(cases.apply(0, false) && cases.is_dead());
        cases.undo(mark);
        assert!(!cases.is_dead());
        // Another lemma, which is forgotten with the case.
        cases.learn(vec![takes(0, false)]);
        assert!(cases.apply(1, false));
        assert_eq!(cases.mask(Who::Subject), [true, false, true, false, true, true]);
        cases.undo(mark);
        assert_eq!(cases.lemmas(), 1);
        assert!(!cases.apply(1, false));
        // Nothing is known of what is not done and not visited either.
        for open in [vec![takes(0, false), visits(1, true)], vec![takes(0, true), visits(1, false)]] {
            cases.learn(open);
            assert!(!cases.apply(1, false));
            cases.undo(mark);
        }
        // Of nothing at all nothing is left open.
        cases.learn(Vec::new());
        assert!(!cases.apply(1, false));
    });
}

#[test]
fn a_lemma_is_about_all_states_that_look_alike() {
    let aliased = model(ALIASED);
    let mut cases = Cases::new(&aliased);
    let mark = cases.mark();
    cases.learn(vec![takes(0, true)]);
    assert!(cases.apply(0, false));
    assert_eq!(cases.mask(Who::Subject), [false, true, true, false]);
    cases.undo(mark);
    cases.assume(&[takes(0, false)], true);
    assert_eq!(cases.mask(Who::Subject), [false, true, true, true]);
}

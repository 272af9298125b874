//! What the checker says that was proved: all that a reader goes by.

#![allow(clippy::expect_used, reason = "a test says what is wrong by a panic")]

use lavaproof_checker::{Claim, Model};

const MODEL: &str = "lavaproof-model 1 criterion discounted 9/10 states 3
    state here 1 choice 0 1 1 2 1 1/2 2 1/2
    state there 1 choice 0 0 0 1 2 1
    state end 0
    observations full class deterministic situations 2 0 1 train 1 0 1 deploy point 2 0 1/3 1 2/3
    catastrophe 1/4 1 2 good regret 0 epsilon 0 given none end";

fn model(changes: &[(&str, &str)]) -> Model {
    let mut text = MODEL.to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    Model::read(text.as_bytes()).expect("a model")
}

/// The statement of a claim with these questions, each of which holds.
fn said(model: &Model, questions: &[&str], formula: &str) -> String {
    let list: String = questions.iter().map(|question| format!("{question} holds ")).collect();
    let head = format!(
        "lavaproof-certificate 1 model {} claim hand.x forall holds questions {} {list} combine {formula}",
        model.digest(),
        questions.len()
    );
    Claim::read(head.as_bytes()).expect("a claim").statement(model)
}

/// What stands behind the key of a line.
fn line<'s>(statement: &'s str, key: &str) -> Option<&'s str> {
    statement.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
}

/// What a question is in words.
fn question(model: &Model, question: &str) -> String {
    let statement = said(model, &[question], "1 0");
    line(&statement, "question 0, which holds").expect("a question").to_owned()
}

#[test]
fn the_model_in_words() {
    let statement = said(&model(&[]), &["policy every policies 1 train safe"], "1 0");
    for (key, words) in [
        ("claim", "hand.x[forall] holds"),
        ("states", "3, choices: 2, transitions: 3, situations: here, there"),
        ("criterion", "discounted by 9/10"),
        ("policies", "deterministic policies of the full state"),
        ("training distribution", "here 1"),
        ("deployment set", "here 1/3, there 2/3"),
        ("catastrophe", "reaching end; tolerated with probability 1/4"),
        ("good", "at most 0 below the best of the class in the intended reward"),
        ("slack of the learner", "0"),
        ("given policy", "no"),
    ] {
        assert_eq!(line(&statement, key), Some(words), "{key}");
    }
    assert_eq!(line(&statement, "combined (operators after what they join)"), None);
}

#[test]
fn other_models_in_words() {
    let point = "point 2 0 1/3 1 2/3";
    let terminating = "total reward until absorption (−∞ for a policy that may never stop)";
    for (change, key, words) in [
        (("discounted 9/10", "total"), "criterion", terminating),
        (
            ("class deterministic", "class stationary"),
            "policies",
            "stationary policies of the full state, randomised ones included",
        ),
        (("observations full", "observations partial 0 0 1"), "policies", "deterministic policies of 2 observations"),
        ((point, "over 2 1 0"), "deployment set", "every distribution over there, here"),
        (
            (point, "tv 1/8 1 0 1 2 0 1"),
            "deployment set",
            "every distribution over here, there at a total variation of at most 1/8 from here 1",
        ),
        ((point, "ratio 3 1 0 1 1 0"), "deployment set", "every distribution over here of at most 3 times here 1"),
        ((point, "polytope 2 0 1 0"), "deployment set", "every distribution over here, there with no rows"),
        (
            (point, "polytope 2 0 1 4 <= 1/2 2 0 1 1 -2 >= 0 1 1 3 = 1/2 1 0 1 <= 1 0"),
            "deployment set",
            "every distribution over here, there with 1*here + -2*there <= 1/2; 3*there >= 0; 1*here = 1/2; 0 <= 1",
        ),
        (("1/4 1 2", "none"), "catastrophe", "none"),
        (("1/4 1 2", "0 0"), "catastrophe", "reaching nothing; tolerated with probability 0"),
        (("regret 0", "value -3/2"), "good", "an intended reward of at least -3/2"),
        (("given none", "given 1 0 1 1 1 1"), "given policy", "yes"),
    ] {
        let changed = model(&[change]);
        let statement = said(&changed, &["policy every policies 1 train good"], "1 0");
        assert_eq!(line(&statement, key), Some(words), "{change:?}");
    }
    let both =
        model(&[("class deterministic", "class stationary"), ("observations full", "observations partial 0 0 1")]);
    let statement = said(&both, &["policy every policies 1 train good"], "1 0");
    assert_eq!(line(&statement, "policies"), Some("stationary, possibly randomised, policies of 2 observations"));
}

#[test]
fn questions_in_words() {
    let exact = model(&[]);
    let safe = "is safe (reaches the catastrophe with at most the tolerated probability)";
    let mixture = "at every even mixture of the training distribution with one of the deployment set";
    for (text, words) in [
        (
            "each train every optimal specified 1 good",
            "at the training distribution, every policy that is optimal in the specified reward there is good there".to_owned(),
        ),
        (
            "each deploy some good 1 safe",
            format!("at every distribution of the deployment set, some policy that is good there {safe} there"),
        ),
        (
            "each encountered every policies 2 value intended 1/2 most specified -3",
            format!("{mixture}, every policy of the class has at least 1/2 of the intended reward and has at most -3 of the specified reward there"),
        ),
        ("each all some policies 0", "at every distribution over the situations, some policy of the class exists there".to_owned()),
        (
            "each situations every policies 1 reach 1/3",
            "at every single situation, every policy of the class reaches the catastrophe with probability at most 1/3 there".to_owned(),
        ),
        (
            "each situation 1 every policies 1 arrive 1/3",
            "at the situation there, every policy of the class reaches the catastrophe with probability at least 1/3 there".to_owned(),
        ),
        (
            "policy some optimal intended 2 train good deploy optimal specified",
            "some policy that is optimal in the intended reward at the training distribution is good at the training distribution, \
             and is optimal in the specified reward at every distribution of the deployment set"
                .to_owned(),
        ),
        ("policy every good 0", "every policy that is good at the training distribution exists".to_owned()),
    ] {
        assert_eq!(question(&exact, text), words, "{text}");
    }
    let slack = model(&[("epsilon 0", "epsilon 1/5")]);
    assert_eq!(
        question(&slack, "each train every optimal specified 1 optimal intended"),
        "at the training distribution, every policy that is within 1/5 of the best in the specified reward there is within 1/5 of the best in the intended reward there"
    );
    let given = model(&[("given none", "given 1 0 1 1 1 1")]);
    assert_eq!(
        question(&given, "policy every given 1 train good"),
        "the given policy is good at the training distribution"
    );
}

/// How questions are combined is said wherever there is more to it than *question 0*.
#[test]
fn a_combination_is_said_if_there_is_one() {
    let model = model(&[]);
    let question = "policy every policies 1 train safe";
    let combined = |questions: usize, formula: &str| {
        let statement = said(&model, &vec![question; questions], formula);
        line(&statement, "combined (operators after what they join)").map(str::to_owned)
    };
    assert_eq!(combined(1, "1 0"), None);
    assert_eq!(combined(2, "1 0").as_deref(), Some("0"));
    assert_eq!(combined(2, "1 1").as_deref(), Some("1"));
    assert_eq!(combined(2, "4 0 1 and not").as_deref(), Some("0 1 and not"));
    assert_eq!(combined(2, "3 0 1 or").as_deref(), Some("0 1 or"));
}

/// Of long lists the beginning is shown, and that there is more.
#[test]
fn long_lists_are_cut() {
    let states: String = (0..100).map(|state| format!("state s{state} 1 choice 0 0 0 1 100 1\n")).collect();
    let numbers = |count: usize| (0..count).map(|state| state.to_string()).collect::<Vec<_>>().join(" ");
    let with = |situations: usize| {
        let text = format!(
            "lavaproof-model 1 criterion total states 101 {states} state end 0 observations full class stationary
             situations {situations} {} train 1 0 1 deploy over 1 0 catastrophe none good regret 0 epsilon 0 given none end",
            numbers(situations)
        );
        Model::read(text.as_bytes()).expect("a model")
    };
    let listed = |situations: usize| {
        let statement = said(&with(situations), &["policy every policies 1 train good"], "1 0");
        line(&statement, "states").expect("the sizes").rsplit(": ").next().expect("situations").to_owned()
    };
    let shown = listed(100).matches(", s").count() + 1;
    assert!((2..100).contains(&shown));
    assert!(listed(100).ends_with(&format!(", s{}, … (100 in all)", shown - 1)));
    assert!(listed(shown).ends_with(&format!(", s{}", shown - 1)));
    let formula = |nots: usize| {
        let formula = format!("{} 0 {}", nots + 1, "not ".repeat(nots));
        let statement = said(&with(1), &["policy every policies 1 train good"], &formula);
        line(&statement, "combined (operators after what they join)").expect("a formula").to_owned()
    };
    assert!(formula(400).ends_with("not …") && formula(4).ends_with("0 not not not not"));
}

//! Every answer has a certificate that the checker accepts, on random models; and none for other numbers.

use lavaproof::budget::Budget;
use lavaproof::mdp::{Extended, LabelledMdp, Rational, parse_rational};
use lavaproof::query::{Certified, Method, Unproved, answer, evidence, parse_query};

use crate::random::{self, Model, Shape, Source};

const MODELS: u64 = 150;

/// What became of the values of many states.
#[derive(Debug, Default)]
struct Count {
    proved: usize,
    infinite: usize,
    unattained: usize,
    endless: usize,
}

fn labelled(model: &Model) -> LabelledMdp {
    LabelledMdp {
        mdp: model.mdp.clone(),
        labels: vec![("goal".into(), model.goal.clone()), ("stay".into(), model.stay.clone())],
        rewards: vec![model.structure.clone()],
        initial: vec![0],
    }
}

/// The value of each state as the answer has it, with its certificate.
fn proved(
    model: &LabelledMdp,
    query: &str,
    epsilon: Option<&Rational>,
    method: Method,
    states: &[usize],
) -> (Vec<Option<Extended>>, Result<Certified, Unproved>) {
    let (discount, budget) = (Rational::from(9) / Rational::from(10), Budget::unlimited());
    let query = parse_query(query).expect("a query");
    let found = answer(model, &query, Some(&discount), epsilon, method, states, &budget).expect("an answer");
    let values = states.iter().map(|&state| found.value(state)).collect();
    let evidence = evidence(model, &query, Some(&discount), &found, states, &budget);
    (values, evidence.and_then(lavaproof::query::Evidence::check))
}

/// Proves the values of all states of random models one by one, and those that have certificates all at once.
fn count(queries: &[&str], shape: Shape, epsilon: Option<&str>) -> Count {
    let epsilon = epsilon.map(|text| parse_rational(text).expect("a number"));
    let mut count = Count::default();
    for seed in 0..MODELS {
        let model = labelled(&random::model(&mut Source::new(seed), shape));
        for (query, method) in queries.iter().flat_map(|query| Method::ALL.map(|method| (query, method))) {
            let mut certified = Vec::new();
            for state in 0..model.mdp.states() {
                let (values, outcome) = proved(&model, query, epsilon.as_ref(), method, &[state]);
                match outcome {
                    Ok(Certified { theorem, .. }) => {
                        assert!(theorem.statement().contains(&format!("at the situation {state}")), "{seed} {query}");
                        count.proved += 1;
                        count.infinite += usize::from(values[0] == Some(Extended::PlusInfinity));
                        certified.push(state);
                    }
                    Err(Unproved::Unattained) => {
                        assert_eq!(values[0], Some(Extended::MinusInfinity));
                        count.unattained += 1;
                    }
                    Err(Unproved::Endless) => count.endless += 1,
                    Err(other) => {
                        panic!("seed {seed}, state {state}, {query} by {}: {other}\n{model:#?}", method.name())
                    }
                }
            }
            if !certified.is_empty() {
                let (_, outcome) = proved(&model, query, epsilon.as_ref(), method, &certified);
                outcome.unwrap_or_else(|other| panic!("seed {seed}, {query} of all: {other}\n{model:#?}"));
            }
        }
    }
    count
}

#[test]
fn probabilities() {
    let queries =
        ["Pmax=? [\"stay\" U \"goal\"]", "Pmin=? [\"stay\" U \"goal\"]", "Pmax=? [G !\"goal\"]", "Pmin=? [F false]"];
    let count = count(&queries, Shape { states: 5, choices: 3, least_reward: 0 }, None);
    assert!(count.proved > 1000 && count.unattained + count.endless == 0, "{count:?}");
}

#[test]
fn rewards_and_steps() {
    let queries =
        ["R{\"r\"}max=? [F \"goal\"]", "R{\"r\"}min=? [F \"goal\"]", "Tmax=? [F \"goal\"]", "Tmin=? [F \"goal\"]"];
    let count = count(&queries, Shape { states: 5, choices: 3, least_reward: 0 }, None);
    assert!(count.proved > 1000 && count.infinite > 200 && count.unattained + count.endless == 0, "{count:?}");
}

#[test]
fn rewards_of_both_signs() {
    let queries = ["R{\"r\"}max=? [F \"goal\"]", "R{\"r\"}min=? [F \"goal\"]"];
    let count = count(&queries, Shape { states: 5, choices: 3, least_reward: -2 }, None);
    assert!(count.proved > 500 && count.unattained > 20 && count.endless * 10 < count.proved, "{count:?}");
}

#[test]
fn discounted_rewards_exact_and_bounded() {
    for epsilon in [None, Some("1e-6")] {
        let queries = ["V{\"r\"}max=?", "V{\"r\"}min=?"];
        let count = count(&queries, Shape { states: 5, choices: 3, least_reward: -2 }, epsilon);
        assert!(count.proved > 500 && count.unattained + count.endless == 0, "{count:?}");
    }
}

/// A claim about any other number has no proof with the same evidence.
#[test]
fn other_values_are_rejected() {
    let mut tried = 0;
    for seed in 0..MODELS {
        let model = labelled(&random::model(&mut Source::new(seed), Shape { states: 5, choices: 3, least_reward: 0 }));
        for query in
            ["Pmax=? [\"stay\" U \"goal\"]", "Pmin=? [\"stay\" U \"goal\"]", "Tmin=? [F \"goal\"]", "V{\"r\"}max=?"]
        {
            let Ok(Certified { model, certificate, .. }) = proved(&model, query, None, Method::ALL[0], &[0]).1 else {
                continue;
            };
            let model = lavaproof_checker::Model::read(model.as_bytes()).expect("a model");
            let is_limit = |word: &str| ["reach", "arrive", "specified"].contains(&word);
            let words: Vec<&str> = certificate.split(' ').collect();
            for at in (1..words.len()).filter(|&at| is_limit(words[at - 1])) {
                let value = parse_rational(words[at]).expect("a number");
                // At most, for every policy or for some, one less; at least one more.
                let most = words[at - 1] == "reach" || words[at - 2] == "most";
                let near = Rational::ONE / Rational::from(1_000_000);
                let other = if most { value - near } else { value + near };
                let mut changed = words.clone();
                let other = other.to_string();
                changed[at] = &other;
                tried += 1;
                let outcome = lavaproof_checker::check(&model, changed.join(" ").as_bytes());
                assert!(
                    outcome.is_err(),
                    "seed {seed}: {}",
                    outcome.map(|theorem| theorem.statement().to_owned()).unwrap_or_default()
                );
            }
        }
    }
    assert!(tried > 800, "{tried}");
}

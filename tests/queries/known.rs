//! Values that were derived by hand, and traps of other tools.

use lavaproof::budget::Budget;
use lavaproof::format::DrnReader;
use lavaproof::mdp::{LabelledMdp, Rational};
use lavaproof::query::{Evidence, Method, Unproved, Verdict, answer, evidence, parse_query};

fn read(text: &str) -> LabelledMdp {
    let mut reader = DrnReader::default();
    reader.feed(text.as_bytes());
    reader.finish().expect("a valid model")
}

fn asked(model: &LabelledMdp, query: &str) -> String {
    let query = parse_query(query).expect("a query");
    let discount = Rational::from(1) / Rational::from(2);
    let budget = Budget::unlimited();
    let [answer, lifted] = Method::ALL.map(|method| {
        answer(model, &query, Some(&discount), None, method, &model.initial, &budget).expect("an answer")
    });
    let proved = [&answer, &lifted].map(|answer| {
        let evidence = evidence(model, &query, Some(&discount), answer, &model.initial, &budget);
        match evidence.and_then(Evidence::check) {
            Ok(_) => "",
            Err(Unproved::Unattained) => " unattained",
            Err(other) => panic!("{query}: {other}"),
        }
    });
    assert_eq!(proved[0], proved[1]);
    assert_eq!(answer.verdict, lifted.verdict);
    assert_eq!(answer.value(model.initial[0]), lifted.value(model.initial[0]));
    let verdict = match answer.verdict {
        None => String::new(),
        Some(Verdict::Holds) => "holds ".to_owned(),
        Some(Verdict::Fails) => "fails ".to_owned(),
    };
    let value = answer.value(model.initial[0]).map_or_else(|| "bounded".to_owned(), |value| value.to_string());
    format!("{verdict}{value}{}", proved[0])
}

/// A path of `length` states on which each step costs −1, behind a coin that falls back with probability 1/2.
#[test]
fn negative_rewards_are_summed_to_the_end() {
    let mut text = "@type: MDP\n@reward_models\nr\n@nr_states\n52\n@nr_choices\n52\n@model\n".to_owned();
    for state in 0..50 {
        let init = if state == 0 { " init" } else { "" };
        text += &format!("state {state} [-1]{init}\n\taction a [0]\n\t\t{state} : 1/2\n\t\t{} : 1/2\n", state + 1);
    }
    text += "state 50 [0]\n\taction a [0]\n\t\t51 : 1\nstate 51 [0] done\n\taction a [0]\n\t\t51 : 1\n";
    let model = read(&text);
    assert_eq!(asked(&model, "R{\"r\"}max=? [F \"done\"]"), "-100");
    assert_eq!(asked(&model, "R{\"r\"}min=? [F \"done\"]"), "-100");
    assert_eq!(asked(&model, "Tmin=? [F \"done\"]"), "101");
}

const CHOICE: &str = "@type: MDP\n@reward_models\ncost\n@nr_states\n4\n@nr_choices\n6\n@model\n\
    state 0 [0] init\n\taction wait [0]\n\t\t0 : 1\n\taction try [2]\n\t\t1 : 0.3\n\t\t2 : 7/10\n\
    \taction back [-1]\n\t\t0 : 1\n\
    state 1 [1] \"the goal\"\n\taction a [0]\n\t\t1 : 1\n\
    state 2 [1/2]\n\taction a [0]\n\t\t0 : 1/3\n\t\t1 : 1/3\n\t\t3 : 1/3\n\
    state 3 [0] lost\n\taction a [0]\n\t\t3 : 1\n";

#[test]
fn every_kind_of_query() {
    let model = read(CHOICE);
    // From 0 by `try`: p = 3/10 + 7/10 (p/3 + 1/3), so p (23/30) = 16/30.
    for (query, value) in [
        ("Pmax=? [F \"the goal\"]", "16/23"),
        ("Pmin=? [F \"the goal\"]", "0"),
        ("Pmax=? [!\"lost\" U \"the goal\"]", "16/23"),
        ("Pmax=? [G !\"lost\"]", "1"),
        ("Pmin=? [G !\"lost\"]", "16/23"),
        ("Pmax=? [true U (\"lost\" | \"the goal\")]", "1"),
        ("R{\"cost\"}max=? [F \"the goal\"]", "inf"),
        ("R{\"cost\"}min=? [F \"the goal\"]", "inf"),
        ("R{\"cost\"}min=? [F (\"lost\" | \"the goal\")]", "-inf unattained"),
        ("Tmin=? [F (\"lost\" | \"the goal\")]", "51/23"),
        ("Tmax=? [F (\"lost\" | \"the goal\")]", "inf"),
        ("V{\"cost\"}min=?", "-2"),
        ("V{\"cost\"}<=5", "holds bounded"),
        ("V{\"cost\"}min>-1", "fails bounded"),
        ("V{\"cost\"}min>=-2", "holds -2"),
        ("P<=16/23 [F \"the goal\"]", "holds 16/23"),
        ("P<16/23 [F \"the goal\"]", "fails 16/23"),
        ("P>=1/1000000000000 [F \"the goal\"]", "fails 0"),
        ("Pmax>=0.69 [F \"the goal\"]", "holds 16/23"),
        ("T<=1e100 [F \"lost\"]", "fails inf"),
    ] {
        assert_eq!(asked(&model, query), value, "{query}");
    }
}

#[test]
fn a_long_chain_of_rare_events_is_exact() {
    let mut text = "@type: DTMC\n@nr_states\n402\n@model\n".to_owned();
    for state in 0..400 {
        let init = if state == 0 { " init" } else { "" };
        text += &format!("state {state}{init}\n\taction a\n\t\t{} : 1/1000\n\t\t401 : 999/1000\n", state + 1);
    }
    text += "state 400 end\n\taction a\n\t\t400 : 1\nstate 401\n\taction a\n\t\t401 : 1\n";
    let expected = format!("1/1{}", "000".repeat(400));
    assert_eq!(asked(&read(&text), "P=? [F \"end\"]"), expected);
}

/// A ring in which every state may step on or jump, large enough to be lifted p-adically.
#[test]
fn a_large_component_solves_its_equations() {
    let count = 300;
    let mut text = format!("@type: MDP\n@reward_models\nr\n@nr_states\n{}\n@model\n", count + 1);
    for state in 0..count {
        let init = if state == 0 { " init" } else { "" };
        let (next, far) = ((state + 1) % count, (state * 7 + 3) % count);
        text +=
            &format!("state {state} [{}]{init}\n\taction on [0]\n\t\t{next} : 9/10\n\t\t{count} : 1/10\n", state % 5);
        text += &format!("\taction jump [1/3]\n\t\t{far} : 19/20\n\t\t{count} : 1/20\n");
    }
    text += &format!("state {count} [0] end\n\taction a [0]\n\t\t{count} : 1\n");
    let model = read(&text);
    for sense in ["max", "min"] {
        let query = parse_query(&format!("R{{\"r\"}}{sense}=? [F \"end\"]")).expect("a query");
        let found = answer(&model, &query, None, None, Method::PolicyIteration, &model.initial, &Budget::unlimited())
            .expect("an answer");
        let reward = model.reward("r").expect("declared");
        let values: Vec<_> = (0..=count).filter_map(|state| found.value(state)).collect();
        let number = |state: usize| values[state].finite().expect("everything ends");
        for state in 0..count {
            let worth = |choice: usize| {
                let gain = &reward.distinct()[reward.indices()[choice] as usize];
                model.mdp.row(choice).fold(gain.clone(), |sum, (next, p)| sum + p * number(next))
            };
            let worths = model.mdp.choices_of(state).map(worth);
            let best = if sense == "max" { worths.max() } else { worths.min() };
            assert_eq!(best.as_ref(), Some(number(state)), "{sense} {state}");
        }
    }
}

/// A fair game for one of `2n` coins, begun with `n`: won with probability 1/2, over after `n²` rounds.
#[test]
fn thresholds_are_decided_by_bounds_unless_they_are_met_exactly() {
    let count = 1200;
    let mut text = format!("@type: MDP\n@reward_models\nr\n@nr_states\n{0}\n@nr_choices\n{0}\n@model\n", count + 1);
    for state in 0..=count {
        let label = match state {
            0 => " over",
            600 => " init",
            1200 => " over won",
            _ => "",
        };
        text += &format!("state {state} [1]{label}\n\taction a [0]\n");
        text += &if label.contains("over") {
            format!("\t\t{state} : 1\n")
        } else {
            format!("\t\t{} : 1/2\n\t\t{} : 1/2\n", state - 1, state + 1)
        };
    }
    let model = read(&text);
    for (query, expected) in [
        ("P>=0.4999999 [F \"won\"]", "holds bounded"),
        ("P>0.5000001 [F \"won\"]", "fails bounded"),
        ("P>=1/2 [F \"won\"]", "holds 1/2"),
        ("P>1/2 [F \"won\"]", "fails 1/2"),
        ("P<=0.5000001 [G !\"won\"]", "holds bounded"),
        ("P<0.4999999 [G !\"won\"]", "fails bounded"),
        ("R{\"r\"}<=360000.001 [F \"over\"]", "holds bounded"),
        ("R{\"r\"}<359999.999 [F \"over\"]", "fails bounded"),
        ("R{\"r\"}>=360000 [F \"over\"]", "holds 360000"),
        ("R{\"r\"}<=1000000 [F \"won\"]", "fails inf"),
    ] {
        assert_eq!(asked(&model, query), expected, "{query}");
    }
}

/// A walk along 1500 states with a shortcut in each that loses the way with probability 1/2, and a rest that costs.
#[test]
fn bounds_of_costs_are_proved_where_the_goal_can_be_missed() {
    let count = 1500;
    let mut text =
        format!("@type: MDP\n@reward_models\nr\n@nr_states\n{}\n@nr_choices\n{}\n@model\n", count + 4, 3 * count + 5);
    for state in 0..count {
        let init = if state == 0 { " init" } else { "" };
        text += &format!("state {state} [0]{init}\n\taction on [1]\n\t\t{} : 2/3\n\t\t{state} : 1/3\n", state + 1);
        text += &format!("\taction jump [1/7]\n\t\t{count} : 1/2\n\t\t{} : 1/2\n", count + 1);
        text += &format!("\taction rest [1/10]\n\t\t{state} : 1\n");
    }
    let (goal, doubtful, lost, round) = (count, count + 1, count + 2, count + 3);
    text += &format!("state {goal} [0] end\n\taction a [0]\n\t\t{goal} : 1\n");
    // From here the goal is reached with probability 1/3 at most, and one may go round for nothing as well.
    text += &format!(
        "state {doubtful} [0]\n\taction a [1]\n\t\t{goal} : 1/3\n\t\t{lost} : 2/3\n\taction b [0]\n\t\t{round} : 1\n"
    );
    text += &format!(
        "state {lost} [0]\n\taction a [1]\n\t\t{lost} : 1\nstate {round} [0]\n\taction a [0]\n\t\t{doubtful} : 1\n"
    );
    let model = read(&text);
    for (query, expected) in [
        ("R{\"r\"}min<=2251 [F \"end\"]", "holds bounded"),
        ("R{\"r\"}min>=2249 [F \"end\"]", "holds bounded"),
        ("R{\"r\"}min=? [F \"end\"]", "2250"),
        ("R{\"r\"}max=? [F \"end\"]", "inf"),
        ("Pmin=? [F \"end\"]", "0"),
        ("Pmax<1 [F \"end\"]", "fails bounded"),
    ] {
        assert_eq!(asked(&model, query), expected, "{query}");
    }
}

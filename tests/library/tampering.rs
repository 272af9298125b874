//! Rewards that can be reached: sensors, channels, switches and side effects. What the visible optimum is worth to what is meant.

use lavaproof::mdp::{Mask, Rational};
use lavaproof::solve::Sense;

use crate::Which::{Intended, Specified};
use crate::{best, extreme, model, number, optimal, rational, reaching, reward, state, visible_and_hidden};

/// One step to the corner and the bucket for ever: 19/500 + 9/10 * 10 * 1/25. Meanwhile the two tomatoes of the first step dry: 19/500 in it,
/// and 9/10 * 19/20 of that in each next one, 19/500 / (1 - 171/200).
#[test]
fn the_bucket_shows_199_in_500_and_waters_38_in_145() {
    let problem = model("ai-safety-gridworlds/tomato-watering.toml");
    let start = state(&problem, "middle_Tt");
    assert_eq!(visible_and_hidden(&problem, start), ["199/500", "38/145", "38/145"].map(number));
}

/// A step off the bucket shows at most 19/500, and so for ever at most 19/50, which the best tending comes close to.
#[test]
fn no_tending_shows_as_much_as_the_bucket() {
    let problem = model("ai-safety-gridworlds/tomato-watering.toml");
    let mdp = &problem.mdp;
    let mut tending = Mask::all(mdp);
    for choice in 0..mdp.choices() {
        if mdp.successors(choice).any(|target| mdp.state_name(target).starts_with("bucket")) {
            tending.forbid(choice);
        } else {
            assert!(problem.specified[choice] <= rational("19/500"));
            assert_eq!(problem.specified[choice], problem.intended[choice], "what is seen is so");
        }
    }
    let start = state(&problem, "middle_Tt");
    let tended = extreme(&problem, Specified, Sense::Max, &tending).values[start].clone();
    assert!(number("186/500") < tended && tended < number("19/50") && number("19/50") < number("199/500"));
    assert_eq!(tended, best(&problem, Intended).values[start], "the best tending never comes to the bucket");
}

/// The diamond lies on the goal after one step, worth 9/10 * 10 = 9. The rock joins it five steps later: 10 * (9/10)^6 = 5.31441 more to see,
/// and as much less of what is meant.
#[test]
fn the_switch_adds_a_rock_that_is_worth_what_it_costs() {
    let problem = model("ai-safety-gridworlds/rocks-and-diamonds.toml");
    let start = state(&problem, "r3c1_Qr2c1_pr2c2");
    let rock = rational("531441/100000");
    let [seen, meant] = [rational("9") + &rock, rational("9") - rock].map(lavaproof::mdp::Value::Finite);
    assert_eq!(visible_and_hidden(&problem, start), [seen, meant.clone(), meant]);
    assert_eq!(best(&problem, Intended).values[start], number("9"));
    let catastrophe = &problem.catastrophe.as_ref().expect("declared").label;
    assert_eq!(reaching(&problem, catastrophe, start, &optimal(&problem, Specified)), ["1", "1"].map(number));
    assert_eq!(reaching(&problem, catastrophe, start, &optimal(&problem, Intended))[0], number("0"));
}

/// Four steps to the goal, 50 - 4, and 50 more of what is meant when the sushi is eaten. Without the penalty either is optimal, with it one.
#[test]
fn the_belt_is_left_alone_by_some_and_the_penalty_has_all_interfere() {
    let start = "agent_r1c1_sushi_r2c1";
    let problem = model("ai-safety-gridworlds/conveyor-belt.toml");
    assert_eq!(visible_and_hidden(&problem, state(&problem, start)), ["46", "46", "96"].map(number));
    let penalised = model("ai-safety-gridworlds/conveyor-belt-penalty.toml");
    let at = state(&penalised, start);
    assert_eq!(visible_and_hidden(&penalised, at), ["46", "46", "46"].map(number));
    assert_eq!(best(&penalised, Intended).values[at], number("96"));
    // The optimum of what is meant, as the penalty sees it: 46 - 50.
    let meant = extreme(&penalised, Specified, Sense::Max, &optimal(&penalised, Intended));
    assert_eq!(meant.values[at], number("-4"));
}

/// Two cells of floor on the way, 1/10 + 9/100, and then (9/10)^2 * 10 of the largest reward that can be seen, which is nothing. An honest cell is two steps
/// away: 1/10 + 9/10 * 9/10 * 10.
#[test]
fn the_corrupt_cell_shows_829_in_100_and_is_worth_19_in_100() {
    let problem = model("corrupt-reward/corrupt-reward.toml");
    let start = state(&problem, "plain_r2c0");
    assert_eq!(visible_and_hidden(&problem, start), ["829/100", "19/100", "19/100"].map(number));
    assert_eq!(best(&problem, Intended).values[start], number("41/5"));
    assert_eq!(reaching(&problem, "corrupt", start, &optimal(&problem, Specified)), ["1", "1"].map(number));
}

/// Work earns 10. Tampering shows 9/10 * 2 * 10 = 18, and afterwards the work that may still be done is worth 9/10 * 10 at most.
#[test]
fn tampering_is_worth_18_and_work_10() {
    let problem = model("corrupt-reward/wireheading.toml");
    let start = state(&problem, "honest");
    assert_eq!(visible_and_hidden(&problem, start), ["18", "0", "9"].map(number));
    assert_eq!(best(&problem, Intended).values[start], number("10"));
    assert_eq!(reaching(&problem, "tampered", start, &optimal(&problem, Specified)), ["1", "1"].map(number));
    let largest = reward(&problem, Intended).iter().max().expect("a choice");
    assert_eq!(*largest, Rational::ONE);
}

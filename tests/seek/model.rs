//! `model`: the smallest model that separates two claims, by trying every model of a small frame.

use std::ops::Range;

use lavaproof::decomposition::{Definition, Half, Reading, Status, built_in_definitions};
use lavaproof::mdp::{Distribution, Rational};
use lavaproof::problem::{Criterion, DeploymentSet, Good, Problem};
use lavaproof::seek::{Claimed, Content, Kind, Outcome, SeparatingModel};

use super::found;
use super::oracle::Expected;
use super::oracle::decide::Oracle;
use super::oracle::definitions::claim;
use super::oracle::exact::ratio;
use super::oracle::generate::{Random, seeds};
use super::oracle::sketch::{Sketch, catastrophe, distribution};

/// How many frames, where the environment does not say.
const USUAL: u64 = 80;

/// A part of a decomposition in one reading.
type Part = (&'static str, Half, Reading);

/// What stays the same in all models.
struct Frame {
    /// The states of the choices, ordered.
    choices: Vec<usize>,
    busy: usize,
    train: Distribution,
    deploy: DeploymentSet,
    good: Good,
    tolerance: Option<Rational>,
}

/// A row of shares of the states, a specified and an intended reward.
type Way = (Vec<u32>, i32, i32);

impl Frame {
    fn random(random: &mut Random) -> Self {
        let choices =
            random.pick(&[vec![0, 0], vec![0, 0], vec![0, 1], vec![0, 1], vec![0, 0], vec![0, 1], vec![0, 0, 1]]);
        let busy = choices[choices.len() - 1] + 1;
        let place = |random: &mut Random| match busy {
            1 => Distribution::point(0),
            _ => random.pick(&[
                Distribution::point(0),
                Distribution::point(1),
                distribution(&[(0, ratio(1, 3)), (1, ratio(2, 3))]),
            ]),
        };
        let train = place(random);
        let over = DeploymentSet::Over((0..busy).collect());
        let deploy = if random.once_in(2) { over } else { DeploymentSet::Point(place(random)) };
        let good = random.pick(&[
            Good::Regret(Rational::ZERO),
            Good::Regret(Rational::ZERO),
            Good::Regret(ratio(1, 2)),
            Good::Value(ratio(1, 1)),
        ]);
        let tolerance = random.pick(&[None, Some(Rational::ZERO), Some(ratio(1, 2))]);
        Self { choices, busy, train, deploy, good, tolerance }
    }

    /// `None` for what no model file may say: a catastrophe that is out of reach.
    fn filled(&self, ways: &[&Way], denominator: u32) -> Option<Problem> {
        let mut sketch = Sketch::new(&["s0", "s1"][..self.busy], &["end"]);
        for (index, (state, (row, specified, intended))) in self.choices.iter().zip(ways).enumerate() {
            let shares = row.iter().enumerate().filter(|(_, share)| **share > 0);
            let row = shares.map(|(target, &share)| (target, ratio(share.into(), denominator.into()))).collect();
            sketch.choice(*state, ["a", "b", "c"][index], row, (*specified).into(), (*intended).into());
        }
        let discounted = Criterion::Discounted(ratio(1, 2));
        let situations = (0..self.busy).collect();
        let mut parts = sketch.parts(discounted, situations, self.train.clone(), self.deploy.clone());
        parts.good = self.good.clone();
        parts.catastrophe = self.tolerance.clone().map(|tolerance| catastrophe(&[self.busy], tolerance));
        parts.labels = parts.catastrophe.iter().map(|bad| (bad.label.clone(), bad.states.clone())).collect();
        Problem::new(parts).ok()
    }
}

/// Every list of numbers of a range of so many that add up to the sum.
fn shares(states: usize, sum: u32) -> Vec<Vec<u32>> {
    let all: Range<u32> = 0..(sum + 1).pow(u32::try_from(states).expect("few"));
    let digits = |number: u32| {
        (0..states).scan(number, |rest, _| {
            let digit = *rest % (sum + 1);
            *rest /= sum + 1;
            Some(digit)
        })
    };
    all.map(|number| digits(number).collect::<Vec<u32>>()).filter(|row| row.iter().sum::<u32>() == sum).collect()
}

fn size_of((row, specified, intended): &Way) -> usize {
    let successors = row.iter().filter(|share| **share > 0).count();
    successors - 1 + (specified.unsigned_abs() + intended.unsigned_abs()) as usize
}

/// `None` where deterministic policies do not settle it.
fn says(oracle: &Oracle<'_>, (id, half, reading): Part) -> Option<Status> {
    let answers = oracle.answers(claim(id, half));
    match answers.into_iter().find(|(known, _)| *known == reading).expect("the reading").1 {
        Expected::Exactly(status) => Some(status),
        Expected::Unsettled => None,
    }
}

/// Every model of the frame, with its size.
fn models<'f>(
    frame: &'f Frame,
    ways: &'f [Way],
    denominator: u32,
) -> impl Iterator<Item = (usize, impl FnOnce() -> Option<Problem> + 'f)> {
    let count = ways.len();
    (0..count.pow(u32::try_from(frame.choices.len()).expect("few"))).map(move |mut rest| {
        let mut chosen: Vec<&Way> = Vec::new();
        for _ in &frame.choices {
            chosen.push(&ways[rest % count]);
            rest /= count;
        }
        let size = chosen.iter().map(|way| size_of(way)).sum();
        (size, move || frame.filled(&chosen, denominator))
    })
}

/// The least size of a model of the frame in which the first part holds and the second fails; and of one in which that is not settled
/// by deterministic policies, if it is smaller.
fn least(frame: &Frame, ways: &[Way], denominator: u32, holds: Part, fails: Part) -> (Option<usize>, Option<usize>) {
    let mut least: Option<usize> = None;
    let mut unsettled: Option<usize> = None;
    for (size, filled) in models(frame, ways, denominator) {
        if least.is_none_or(|least| size < least)
            && let Some(problem) = filled()
        {
            let oracle = Oracle::new(&problem);
            match (says(&oracle, holds), says(&oracle, fails)) {
                (Some(Status::Holds), Some(Status::Fails)) => least = Some(size),
                (Some(Status::Holds) | None, None) | (None, Some(Status::Fails)) => {
                    unsettled = Some(unsettled.map_or(size, |known| known.min(size)));
                }
                _ => {}
            }
        }
    }
    (least, unsettled.filter(|unsettled| least.is_none_or(|least| *unsettled < least)))
}

fn claimed((id, half, reading): Part) -> Claimed {
    let definition =
        built_in_definitions().expect("well-formed").into_iter().find(|known| known.id == id).expect("built in");
    let parts = definition.parts.iter().filter(|(known, _)| *known == half).cloned().collect();
    Claimed { definition: Definition { parts, ..definition }, reading }
}

#[test]
fn no_smaller_model_separates() {
    let (seeds, many) = seeds(USUAL);
    let ids = [
        "wentworth",
        "wentworth-literal",
        "shah-behavioural",
        "shah-catastrophe",
        "hubinger-train",
        "hubinger-encountered",
        "hubinger-all",
        "quibble",
        "quibble-safe",
    ];
    let (mut separated, mut not, mut unknown, mut beyond) = (0, 0, 0, 0);
    for seed in seeds {
        let mut random = Random::new(seed);
        let frame = Frame::random(&mut random);
        let denominator = if frame.choices.len() == 2 && random.once_in(4) { 2 } else { 1 };
        let part = |random: &mut Random| -> Part {
            (
                random.pick(&ids),
                random.pick(&Half::ALL),
                random.pick(&[Reading::Forall, Reading::Forall, Reading::Exists]),
            )
        };
        let (holds, fails) = (part(&mut random), part(&mut random));
        let rewards = random.pick(&[vec![0, 1], vec![0, 1], vec![-1, 1], vec![0, 2]]);
        let mut ways: Vec<Way> = Vec::new();
        for row in shares(frame.busy + 1, denominator) {
            for &specified in &rewards {
                ways.extend(rewards.iter().map(|&intended| (row.clone(), specified, intended)));
            }
        }
        let (wanted, unsettled) = least(&frame, &ways, denominator, holds, fails);
        if unsettled.is_some() {
            beyond += 1;
            continue;
        }
        let empty = models(&frame, &ways, denominator).find_map(|(_, filled)| filled()).expect("a model");
        let kind = SeparatingModel { holds: claimed(holds), fails: claimed(fails), denominator, rewards };
        let finding = found(&empty, &Kind::Model(kind));
        let context = || format!("seed {seed}: {holds:?} holds, {fails:?} fails: {finding:?}");
        let open = finding.entry("unknown in").is_some();
        match finding.searched {
            Outcome::Found => {
                let (Some(Content::Model(model)), Some(Content::Count(size))) =
                    (finding.entry("model"), finding.entry("size"))
                else {
                    panic!("{}", context())
                };
                let oracle = Oracle::new(model);
                let said = (says(&oracle, holds), says(&oracle, fails));
                if *size == wanted.unwrap_or(*size) && (said.0.is_none() || said.1.is_none()) {
                    beyond += 1;
                    continue;
                }
                assert_eq!(said, (Some(Status::Holds), Some(Status::Fails)), "{}", context());
                let wanted = wanted.unwrap_or_else(|| panic!("{}", context()));
                assert!(*size == wanted || open && *size > wanted, "{wanted}, {}", context());
                assert_eq!(finding.optimal.is_some(), !open, "{}", context());
                separated += 1;
            }
            Outcome::None => {
                assert_eq!(wanted, None, "{}", context());
                not += 1;
            }
            Outcome::Unknown => {
                assert!(open, "{}", context());
                unknown += 1;
            }
        }
    }
    println!("{separated} separated, {not} not, {unknown} unknown, {beyond} beyond the oracle");
    assert!(!many || (separated > 5 && not > 10 && (unknown + beyond) * 5 < separated + not));
}

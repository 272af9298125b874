//! `model`: the smallest model of a frame in which one part of a decomposition holds and another fails.
//!
//! A problem is the frame: its states, actions, situations, distributions, criterion and what is good stay. Each choice gets a
//! row of multiples of `1/denominator` and whole rewards. Models are tried by size, which counts each successor of a choice
//! beyond its first and the absolute rewards, so the first one that separates the parts is a smallest.

use std::sync::Arc;

use crate::decide::{Undecided, examine, is_otherwise};
use crate::decomposition::{Answer, Definition, Reading, Status};
use crate::mdp::{MdpBuilder, Rational, StateId};
use crate::problem::Problem;
use crate::search::Arena;
use crate::seek::so_far::SoFar;
use crate::seek::{Content, Finding, Outcome};
use crate::solve::{Engine, admissibility_defects};

/// Ways to fill in one choice beyond which a frame is too large.
const MOST_WAYS: usize = 20_000;

/// A part of a decomposition in one reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// A definition with this part alone.
    pub definition: Definition,
    /// The reading.
    pub reading: Reading,
}

/// The search for a model that separates two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeparatingModel {
    /// What holds in it.
    pub holds: Claimed,
    /// What fails in it.
    pub fails: Claimed,
    /// Probabilities are multiples of one by this; above 0.
    pub denominator: u32,
    /// The rewards to choose from.
    pub rewards: Vec<i32>,
}

/// One way to fill in a choice.
#[derive(Debug, Clone)]
struct Way {
    row: Vec<(StateId, Rational)>,
    specified: i32,
    intended: i32,
    size: usize,
}

/// How far a search got.
#[derive(Default)]
struct Progress {
    tried: usize,
    /// Models in which one of the parts is unknown.
    open: usize,
}

impl SeparatingModel {
    pub(super) fn search(&self, arena: &Arena<'_>, so_far: &SoFar<'_>) -> Result<Finding, Undecided> {
        let frame = arena.problem;
        let Some(ways) = self.ways(frame.mdp.states()) else {
            return Err(Undecided::Beyond(
                format!("there are more than {MOST_WAYS} ways to fill in one choice").into(),
            ));
        };
        let largest = ways.iter().map(|way| way.size).max().unwrap_or(0) * frame.mdp.choices();
        let mut progress = Progress::default();
        for size in 0..=largest {
            so_far.learn("size at least", Content::Count(size));
            match self.of_size(arena, &ways, size, &mut Vec::new(), &mut progress) {
                Ok(Some((model, answer))) => return Ok(self.found(model, answer, size, &progress)),
                Ok(None) => {}
                Err(stop) => {
                    so_far.learn("models tried", Content::Count(progress.tried));
                    return Err(stop);
                }
            }
            so_far.learn("models tried", Content::Count(progress.tried));
        }
        let finding = Finding::new(Outcome::None, "no model of this frame separates the two")
            .with("models tried", Content::Count(progress.tried));
        if progress.open > 0 {
            return Ok(Finding { searched: Outcome::Unknown, ..finding }
                .with("unknown in", Content::Count(progress.open))
                .uncertified("in some models one of the two is unknown"));
        }
        Ok(finding.uncertified("that all models were tried has no certificate"))
    }

    fn found(&self, model: Problem, answer: Answer, size: usize, progress: &Progress) -> Finding {
        let name = |claimed: &Claimed| {
            let halves = claimed.definition.parts.iter().map(|(half, _)| format!("{}.{half}", claimed.definition.id));
            format!("{} [{}]", halves.collect::<Vec<_>>().join(", "), claimed.reading)
        };
        let finding = Finding::new(Outcome::Found, "in this model of the frame one holds and the other fails")
            .with("holds", Content::Text(name(&self.holds)))
            .with("fails", Content::Text(name(&self.fails)))
            .with("model", Content::Model(Arc::new(model)))
            .with("size", Content::Count(size))
            .with("models tried", Content::Count(progress.tried));
        // A smaller model in which one of the two is unknown may separate them.
        let finding = if progress.open == 0 {
            finding.exhausted("no model of the frame of a smaller size separates the two")
        } else {
            finding.with("unknown in", Content::Count(progress.open))
        };
        match answer.witness {
            Some(witness) => finding.shown_by(witness),
            None => finding,
        }
    }

    /// Every way to fill in a choice, by size; `None` if there are too many.
    fn ways(&self, states: usize) -> Option<Vec<Way>> {
        let mut rows: Vec<(Vec<(StateId, u32)>, u32)> = vec![(Vec::new(), self.denominator)];
        for state in 0..states {
            let mut extended = Vec::new();
            for (row, left) in rows {
                for share in 0..=left {
                    let mut row = row.clone();
                    if share > 0 {
                        row.push((state, share));
                    }
                    extended.push((row, left - share));
                }
                if extended.len() > MOST_WAYS {
                    return None;
                }
            }
            rows = extended;
        }
        rows.retain(|(_, left)| *left == 0);
        if rows.len() * self.rewards.len().pow(2) > MOST_WAYS {
            return None;
        }
        let denominator = Rational::from(i64::from(self.denominator));
        let mut ways = Vec::new();
        for (row, _) in rows {
            for &specified in &self.rewards {
                for &intended in &self.rewards {
                    let size = row.len() - 1 + (specified.unsigned_abs() + intended.unsigned_abs()) as usize;
                    let row =
                        row.iter().map(|&(state, share)| (state, Rational::from(i64::from(share)) / &denominator));
                    ways.push(Way { row: row.collect(), specified, intended, size });
                }
            }
        }
        ways.sort_by_key(|way| way.size);
        Some(ways)
    }

    /// A model that separates the parts whose choices beyond those chosen have exactly this size.
    fn of_size(
        &self,
        arena: &Arena<'_>,
        ways: &[Way],
        left: usize,
        chosen: &mut Vec<usize>,
        progress: &mut Progress,
    ) -> Result<Option<(Problem, Answer)>, Undecided> {
        let frame = arena.problem;
        let next = chosen.len();
        if next == frame.mdp.choices() {
            return if left == 0 { self.separates(arena, ways, chosen, progress) } else { Ok(None) };
        }
        // Actions of a state that nothing tells apart can be exchanged.
        let alike = frame.observations.is_none() && frame.learner.given.is_none();
        let first = match chosen.last() {
            Some(&last) if alike && frame.mdp.state_of(next) == frame.mdp.state_of(next - 1) => last,
            _ => 0,
        };
        for (way, found) in ways.iter().enumerate().skip(first) {
            if found.size > left {
                break;
            }
            chosen.push(way);
            let separating = self.of_size(arena, ways, left - found.size, chosen, progress)?;
            chosen.pop();
            if separating.is_some() {
                return Ok(separating);
            }
        }
        Ok(None)
    }

    fn separates(
        &self,
        arena: &Arena<'_>,
        ways: &[Way],
        chosen: &[usize],
        progress: &mut Progress,
    ) -> Result<Option<(Problem, Answer)>, Undecided> {
        arena.budget.check()?;
        let Some(model) = filled_in(arena.problem, ways, chosen) else { return Ok(None) };
        progress.tried += 1;
        let parts = [(&self.holds, Status::Holds), (&self.fails, Status::Fails)];
        // Most models are none that separates, and it takes no proof to see that.
        for (claimed, wanted) in &parts {
            for (_, formula) in &claimed.definition.parts {
                let budget = &arena.budget;
                match is_otherwise(&model, formula, claimed.reading, *wanted, budget, Engine::default()) {
                    // There is no question where values are not defined.
                    Ok(true) | Err(Undecided::NotDefined(_)) => return Ok(None),
                    Ok(false) => {}
                    Err(stop) => return Err(stop),
                }
            }
        }
        for (claimed, wanted) in parts {
            let examined =
                match examine(&model, std::slice::from_ref(&claimed.definition), &arena.budget, Engine::default()) {
                    Ok(examined) => examined,
                    Err(Undecided::NotDefined(_)) => return Ok(None),
                    Err(stop) => return Err(stop),
                };
            if let Some(reason) = examined.rejections().find_map(|answer| answer.reason()) {
                return Err(Undecided::Rejected(reason.to_owned()));
            }
            arena.budget.check()?;
            let answer = examined.answers.into_iter().find(|answer| answer.reading == claimed.reading);
            match answer {
                Some(answer) if answer.status() == wanted => {
                    if wanted == Status::Fails {
                        return Ok(Some((model, answer)));
                    }
                }
                Some(answer) if answer.status() == Status::Unknown => {
                    progress.open += 1;
                    return Ok(None);
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// The frame with these ways to fill in its choices; `None` if total rewards are not defined in it.
fn filled_in(frame: &Problem, ways: &[Way], chosen: &[usize]) -> Option<Problem> {
    let mdp = &frame.mdp;
    let mut builder = MdpBuilder::default();
    for state in 0..mdp.states() {
        builder.state(mdp.state_name(state));
        if mdp.is_absorbing(state) {
            builder.absorbing(state);
        }
    }
    let mut parts = frame.clone().into_parts();
    for (choice, &way) in chosen.iter().enumerate() {
        let way = &ways[way];
        builder.choice(mdp.state_of(choice), mdp.action_name(choice), way.row.iter().cloned());
        parts.specified[choice] = Rational::from(way.specified);
        parts.intended[choice] = Rational::from(way.intended);
    }
    parts.mdp = builder.build().ok()?.mdp;
    parts.features = Vec::new();
    let model = Problem::new(parts).ok()?;
    admissibility_defects(&model).is_empty().then_some(model)
}

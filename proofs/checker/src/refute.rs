//! Refutations: trees of cases (FORMAT.md, section 1.6). Soundness: `proofs/theory/refutations.md`.

use crate::bound::read_rank;
use crate::cases::{Cases, Fact, Literal, Who};
use crate::close::close;
use crate::condition::{Broken, Condition};
use crate::constraint::{Actor, Constraint, Places};
use crate::lists::{Lists, Rejection, Rejects};
use crate::model::{Class, Reward};
use crate::optimal::{Optimal, read_attained, read_reward};
use crate::question::Test;
use crate::read::Reader;
use crate::region::{Family, Region, belongs};

/// What a refutation is about.
pub(crate) struct Setting<'a> {
    /// The distributions that the variable `ν` stands for, if there is one.
    pub(crate) region: Option<&'a Region<'a>>,
    /// Whether the question is `each`: membership is then meant at `ν`, otherwise in training.
    pub(crate) each: bool,
    /// The number of the policy, if the subject is a fixed one.
    pub(crate) fixed: Option<usize>,
    /// What makes the subject a member of its set.
    pub(crate) member: Option<Test>,
    /// What it is to break at `ν`.
    pub(crate) target: Option<Test>,
    /// What it is to meet.
    pub(crate) demands: Vec<(Family, Test)>,
}

/// What is known once the constraints have been read.
pub(crate) struct Refutation<'a> {
    pub(crate) lists: &'a Lists<'a>,
    pub(crate) setting: &'a Setting<'a>,
    pub(crate) places: Places,
    pub(crate) constraints: Vec<Constraint>,
    /// Whether the subject is optimal at home, and therefore finite there.
    pub(crate) pinned: bool,
    /// Whether the subject is treated as a policy of the full state.
    alone: bool,
}

/// A split whose children are being closed.
enum Split {
    /// One child for each choice that is left of a state; `next` is the least that is still to come.
    Choices { who: Who, state: usize, next: usize },
    /// Two: a surely visited state takes the choice with some probability, or never.
    Visits { choice: usize, children: u8 },
    /// Two: all of these hold, or that they do not is a lemma.
    Lemma { literals: Vec<Literal>, children: u8 },
}

/// `REFUTATION`.
pub(crate) fn refute(r: &mut Reader<'_>, lists: &Lists<'_>, setting: &Setting<'_>) -> Result<(), Rejection> {
    r.expect("refutation")?;
    let mut cases = Cases::new(lists.model);
    let (pinned, alone) = pins(r, lists, setting, &mut cases)?;
    r.expect("constraints")?;
    let mut places = Places::new(setting, &lists.model.train);
    let mut constraints = Vec::new();
    for _ in 0..r.count()? {
        constraints.push(places.read(r, lists, setting)?);
    }
    let refutation = Refutation { lists, setting, places, constraints, pinned, alone };
    let mut splits: Vec<(Split, usize)> = Vec::new();
    loop {
        let rules = [("split", 0), ("x", 1), ("certain", 2), ("close", 3), ("visits", 4), ("learn", 5), ("use", 6)];
        match r.one_of(&rules)? {
            0 => {
                let who = r.one_of(&[("subject", Who::Subject), ("rival", Who::Rival)])?;
                let state = r.index(lists.model.states(), "state")?;
                if !refutation.may_split(who, state) {
                    return Err(r.reject(lists.model, Broken::at(Condition::SplitNotAllowed, state)));
                }
                splits.push((Split::Choices { who, state, next: 0 }, cases.mark()));
            }
            4 => {
                let choice = r.index(lists.model.choices(), "choice")?;
                let state = lists.model.state_of(choice);
                if !cases.is_visited(state) {
                    return Err(r.reject(lists.model, Broken::at(Condition::SplitNotAllowed, state)));
                }
                splits.push((Split::Visits { choice, children: 0 }, cases.mark()));
            }
            5 => {
                let mut literals = Vec::new();
                for _ in 0..r.count()? {
                    literals.push(refutation.literal(r, lists)?);
                }
                splits.push((Split::Lemma { literals, children: 0 }, cases.mark()));
            }
            6 => {
                for _ in 0..r.count()? {
                    let lemma = r.index(cases.lemmas(), "lemma")?;
                    if !cases.apply(lemma, refutation.alone) {
                        return Err(r.reject(lists.model, Condition::LemmaOpen));
                    }
                }
                continue;
            }
            1 if cases.is_dead() => {}
            1 => return Err(r.reject(lists.model, Condition::NotDead)),
            2 => {
                let rank = read_rank(r, &lists.vectors)?;
                refutation.certain(rank, &cases).map_err(|broken| r.reject(lists.model, broken))?;
            }
            _ => close(r, &refutation, &cases)?,
        }
        if !advance(&mut splits, &mut cases, refutation.alone) {
            return Ok(());
        }
    }
}

/// Goes to the next case; whether there is one.
fn advance(splits: &mut Vec<(Split, usize)>, cases: &mut Cases<'_>, alone: bool) -> bool {
    while let Some((split, mark)) = splits.last_mut() {
        cases.undo(*mark);
        if split.next_child(cases, alone) {
            return true;
        }
        splits.pop();
    }
    false
}

impl Split {
    /// Makes the next child the present case; whether there is one.
    fn next_child(&mut self, cases: &mut Cases<'_>, alone: bool) -> bool {
        match self {
            Self::Choices { who, state, next } => {
                let Some(choice) = cases.next_choice(*who, *state, *next) else { return false };
                *next = choice.saturating_add(1);
                cases.take(*who, choice, alone && *who == Who::Subject);
            }
            Self::Visits { choice, children } => {
                *children = children.saturating_add(1);
                match *children {
                    1 => cases.follow(*choice),
                    2 => cases.never(*choice),
                    _ => return false,
                }
            }
            Self::Lemma { literals, children } => {
                *children = children.saturating_add(1);
                match *children {
                    1 => cases.assume(literals, alone),
                    2 => cases.learn(std::mem::take(literals)),
                    _ => return false,
                }
            }
        }
        true
    }
}

/// `PINS`; whether the subject is pinned, and whether as a policy of the full state.
fn pins<'a>(
    r: &mut Reader<'_>,
    lists: &'a Lists<'_>,
    setting: &Setting<'_>,
    cases: &mut Cases<'a>,
) -> Result<(bool, bool), Rejection> {
    let kind = r.one_of(&[("free", 0), ("everywhere", 1), ("visited", 2)])?;
    if kind == 0 {
        return Ok((false, false));
    }
    let (everywhere, model) = (kind == 1, lists.model);
    let starts = match setting.region {
        Some(region) if everywhere => region.starts(),
        _ => model.train.iter().map(|(state, _)| *state).collect(),
    };
    let reward = read_reward(r)?;
    let attained = read_attained(r, &lists.vectors, lists.policies.len())?;
    let member = setting.member.as_ref().filter(|_| setting.fixed.is_none() && everywhere == setting.each);
    let mut pinned = vec![pin(lists, member, reward, attained, &starts).map_err(|broken| r.reject(model, broken))?];
    while !everywhere && r.accept("and") {
        let demand = setting.demands.get(r.index(setting.demands.len(), "demand")?);
        let reward = read_reward(r)?;
        let attained = read_attained(r, &lists.vectors, lists.policies.len())?;
        let own = || -> Result<&'a Optimal, Broken> {
            let (family, test) = demand.ok_or(Condition::PinsNotAllowed)?;
            belongs(model, *family, &model.train)?;
            pin(lists, Some(test), reward, attained, &starts)
        };
        pinned.push(own().map_err(|broken| r.reject(model, broken))?);
    }
    match pinned.as_slice() {
        [optimal] if everywhere => cases.pin_everywhere(optimal),
        _ => cases.pin_visited(pinned, &starts),
    }
    Ok((true, everywhere))
}

/// The choices that a subject with a property keeps to from `starts`: legal for the atom `regret X 0`, if with `total` the best
/// value there is finite, and without full observation some policy of the class loses nothing.
fn pin<'a>(
    lists: &'a Lists<'_>,
    test: Option<&Test>,
    reward: Reward,
    attained: Option<(usize, Option<usize>)>,
    starts: &[usize],
) -> Result<&'a Optimal, Broken> {
    let model = lists.model;
    if !matches!(test, Some(Test::Regret(own, slack)) if *own == reward && slack.is_zero()) {
        return Err(Condition::PinsNotAllowed.into());
    }
    let optimal = lists.optimal(reward)?;
    match attained {
        Some((number, rank)) => {
            lists.is_of_class(number)?;
            optimal.policy_loses_nothing(model, lists.rank(rank), starts, lists.policy(number)?)?;
        }
        None if model.observations.is_none() => optimal.is_finite(model, &lists.vectors, starts)?,
        None => return Err(Condition::PinsNotAllowed.into()),
    }
    Ok(optimal)
}

impl Refutation<'_> {
    /// The states that may have mass at a place.
    pub(crate) fn starts(&self, place: usize) -> Option<Vec<usize>> {
        match (self.places.list.get(place)?, self.setting.region) {
            (Some(point), _) => Some(point.iter().map(|(state, _)| *state).collect()),
            (None, region) => region.map(Region::starts),
        }
    }

    /// Whether all mass of a place, of all distributions of the region for the variable, is on the support of the training
    /// distribution.
    pub(crate) fn is_trained_on(&self, place: usize) -> bool {
        let trained = |state: usize| self.lists.model.train.iter().any(|(known, _)| *known == state);
        self.starts(place).is_some_and(|starts| starts.into_iter().all(trained))
    }

    /// `LITERAL`: about a choice of a state that may be split; or about a state, if the subject is pinned where it goes from training.
    fn literal(&self, r: &mut Reader<'_>, lists: &Lists<'_>) -> Result<Literal, Rejection> {
        let words =
            [("take", (true, true)), ("never", (true, false)), ("visit", (false, true)), ("avoid", (false, false))];
        let (is_choice, holds) = r.one_of(&words)?;
        let (fact, state, legal) = if is_choice {
            let choice = r.index(lists.model.choices(), "choice")?;
            (Fact::Takes(choice), lists.model.state_of(choice), true)
        } else {
            let state = r.index(lists.model.states(), "state")?;
            (Fact::Visits(state), state, self.pinned && !self.alone)
        };
        if !legal || !self.has_cases(Who::Subject) {
            return Err(r.reject(lists.model, Broken::at(Condition::SplitNotAllowed, state)));
        }
        Ok(Literal { fact, holds })
    }

    /// A split is legal at a state with choices, for an actor that has cases.
    fn may_split(&self, who: Who, state: usize) -> bool {
        !self.lists.model.is_absorbing(state) && self.has_cases(who)
    }

    /// Whether it is enough to refute deterministic policies: an actor that is not fixed has cases if the class is
    /// deterministic, or if observation is full (or the subject is pinned everywhere) and all that is asked of the actor is one
    /// quantity with one sign.
    fn has_cases(&self, who: Who) -> bool {
        let model = self.lists.model;
        if who == Who::Subject && self.setting.fixed.is_some() {
            return false;
        }
        if model.class == Class::Deterministic {
            return true;
        }
        let actor = if who == Who::Subject { Actor::Subject } else { Actor::Rival };
        let counting = self.constraints.iter().filter(|constraint| !constraint.is_never());
        let mut terms = counting.flat_map(|constraint| &constraint.terms).filter(|term| term.actor == actor);
        let one = terms
            .next()
            .is_none_or(|first| terms.all(|term| (term.quantity, term.positive) == (first.quantity, first.positive)));
        one && (model.observations.is_none() || (who == Who::Subject && self.alone))
    }

    /// `certain`: legal if the atom to be broken is a regret, and the subject loses nothing of its reward.
    fn certain(&self, rank: Option<usize>, cases: &Cases<'_>) -> Result<(), Broken> {
        let reward: Reward = match (&self.setting.target, self.setting.fixed) {
            (Some(Test::Regret(reward, _)), None) if self.constraints.iter().any(|one| one.is_break) => *reward,
            _ => return Err(Condition::ConstraintNotAllowed.into()),
        };
        let starts = self.setting.region.map_or_else(Vec::new, Region::starts);
        let (lists, mask) = (self.lists, cases.mask(Who::Subject));
        lists.optimal(reward)?.mask_loses_nothing(lists.model, lists.rank(rank), &starts, mask)
    }
}

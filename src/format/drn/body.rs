//! The states, their choices and the successors of these.

use std::collections::HashMap;
use std::ops::Range;

use rustc_hash::FxBuildHasher;

use crate::format::Diagnostic;
use crate::format::drn::cursor::{Cursor, Token};
use crate::format::drn::findings::Findings;
use crate::format::drn::header::{Count, Header, Kind};
use crate::format::drn::numbers::{Texts, number};
use crate::mdp::{LabelledMdp, Rational, RationalPool, RewardStructure, RowBuilder, RowDefect, StateId, StateSet};

/// The label of the states that an execution may begin in.
const INIT: &str = "init";

#[derive(Debug)]
pub(super) struct Body {
    rows: RowBuilder,
    probabilities: Texts,
    rewards: Texts,
    reward_pool: RationalPool,
    /// Sums of a state's and a choice's reward.
    sums: HashMap<(u32, u32), u32, FxBuildHasher>,
    zero: u32,
    /// The reward of each choice, one list a structure.
    of_choice: Vec<Vec<u32>>,
    state_rewards: Vec<u32>,
    choice_rewards: Vec<u32>,
    labels: Vec<(String, Vec<u32>)>,
    /// The labels that a line ends in, by their text.
    label_lists: HashMap<Box<[u8]>, Vec<usize>, FxBuildHasher>,
    /// The open choice: where its line stands, and whether its row can be judged.
    choice: Option<(Range<usize>, bool)>,
    /// The open state: where its line stands, and how many choices it has.
    state: Option<(Range<usize>, usize)>,
    lost: bool,
}

impl Body {
    pub(super) fn new(header: &Header) -> Self {
        let mut reward_pool = RationalPool::default();
        let zero = reward_pool.intern(Rational::ZERO);
        let structures = header.rewards.len();
        let mut rows = RowBuilder::default();
        // A wrong count is an error later; it must not fill the memory before.
        let sensible = |count: &Option<Count>| count.as_ref().map_or(0, |count| count.number.min(1 << 24));
        rows.reserve(sensible(&header.states), sensible(&header.choices));
        Self {
            rows,
            probabilities: Texts::default(),
            rewards: Texts::default(),
            reward_pool,
            sums: HashMap::default(),
            zero,
            of_choice: vec![Vec::new(); structures],
            state_rewards: vec![zero; structures],
            choice_rewards: vec![zero; structures],
            labels: Vec::new(),
            label_lists: HashMap::default(),
            choice: None,
            state: None,
            lost: false,
        }
    }

    pub(super) fn line(&mut self, cursor: &mut Cursor<'_>, header: &Header, found: &mut Findings) {
        match cursor.peek() {
            Some(b'0'..=b'9') => self.transition(cursor, header, found),
            Some(b'a') => self.action(cursor, header, found),
            Some(b's') => self.state(cursor, header, found),
            None => {}
            Some(b'/') if cursor.is_comment() => {}
            Some(_) => strange(cursor, found),
        }
    }

    fn state(&mut self, cursor: &mut Cursor<'_>, header: &Header, found: &mut Findings) {
        let whole = cursor.whole();
        if cursor.word().text != b"state" {
            return strange_line(whole, found);
        }
        self.end_state(found);
        let token = cursor.word();
        let expected = self.rows.state();
        self.state = Some((whole.clone(), 0));
        match token.count() {
            Some(id) if id == expected => self.lost = false,
            // After one wrong number the rest is off by the same.
            Some(_) if self.lost => {}
            Some(id) => {
                self.lost = true;
                let message = format!("state {id} comes where state {expected} is expected");
                let hint = "states are numbered 0, 1, … in the order of the file, none left out";
                found.push(Diagnostic::error(token.span(), message).with_hint(hint));
            }
            None => {
                let message = format!("`{}` is not the number of a state", token.shown());
                found.push(Diagnostic::error(token.span(), message).with_hint("write `state NUMBER [rewards] labels`"));
            }
        }
        if let Some(sign @ (b'!' | b'{' | b'<')) = cursor.peek() {
            let token = cursor.rest();
            let what = match sign {
                b'!' => "an exit rate",
                b'{' => "an observation",
                _ => "a player",
            };
            let message = format!("state {expected} has {what}, which an MDP and a DTMC do not have");
            found.push(Diagnostic::error(token.span(), message).with_hint("only MDPs and DTMCs can be solved"));
            return;
        }
        let mut rewards = std::mem::take(&mut self.state_rewards);
        self.reward_list(cursor, header, &mut rewards, found);
        self.state_rewards = rewards;
        self.label_list(cursor, expected, found);
    }

    /// `[r1, r2]`, or zeros where there is none.
    fn reward_list(&mut self, cursor: &mut Cursor<'_>, header: &Header, into: &mut [u32], found: &mut Findings) {
        into.fill(self.zero);
        let whole = cursor.whole();
        if !cursor.accept(b'[') {
            return;
        }
        let mut count = 0;
        loop {
            let token = cursor.until(|byte| matches!(byte, b',' | b']' | b' ' | b'\t'));
            if token.text.is_empty() && count == 0 && cursor.accept(b']') {
                break;
            }
            let index = self.rewards.get(&token).or_else(|| {
                let value = number(&token, header, found)?;
                let index = self.reward_pool.intern(value);
                self.rewards.remember(&token, index);
                Some(index)
            });
            if let (Some(slot), Some(index)) = (into.get_mut(count), index) {
                *slot = index;
            }
            count += 1;
            if cursor.accept(b']') {
                break;
            }
            if !cursor.accept(b',') {
                let message = "a list of rewards is not closed";
                found.push(Diagnostic::error(whole, message).with_hint("write `[1, 1/2]`"));
                return;
            }
        }
        if count != into.len() {
            let given = if count == 1 { "reward is" } else { "rewards are" };
            let message = format!("{count} {given} given where the header lists {}", into.len());
            let hint = "give one number for each name under `@reward_models`";
            found.push(Diagnostic::error(whole, message).with_hint(hint));
        }
    }

    fn label_list(&mut self, cursor: &mut Cursor<'_>, state: StateId, found: &mut Findings) {
        if cursor.is_at_end() {
            return;
        }
        let whole = cursor.whole();
        let token = cursor.rest();
        if !self.label_lists.contains_key(token.text) {
            let list = self.read_labels(&token, &whole, found);
            self.label_lists.insert(token.text.into(), list);
        }
        let state = u32::try_from(state).unwrap_or(u32::MAX);
        if let Some(list) = self.label_lists.get(token.text) {
            for &label in list {
                self.labels[label].1.push(state);
            }
        }
    }

    fn read_labels(&mut self, token: &Token<'_>, whole: &Range<usize>, found: &mut Findings) -> Vec<usize> {
        let mut list = Vec::new();
        let mut cursor = Cursor::new(token.text, token.start);
        while !cursor.is_at_end() {
            let Some(name) = cursor.name() else {
                let message = "a label in quotes is not closed";
                found.push(Diagnostic::error(whole.clone(), message).with_hint("close it with `\"`"));
                break;
            };
            let Ok(text) = std::str::from_utf8(name.text) else {
                let message = format!("the label `{}` is not UTF-8 text", name.shown());
                found.push(Diagnostic::error(name.span(), message).with_hint("export the model again"));
                continue;
            };
            let position = self.labels.iter().position(|(known, _)| known == text).unwrap_or_else(|| {
                self.labels.push((text.to_owned(), Vec::new()));
                self.labels.len() - 1
            });
            if list.contains(&position) {
                let message = format!("the label `{text}` is given twice");
                found.push(Diagnostic::error(name.span(), message).with_hint("list it once"));
            } else {
                list.push(position);
            }
        }
        list
    }

    fn action(&mut self, cursor: &mut Cursor<'_>, header: &Header, found: &mut Findings) {
        let whole = cursor.whole();
        if cursor.word().text != b"action" {
            return strange_line(whole, found);
        }
        self.end_choice(found);
        let Some((_, choices)) = &mut self.state else {
            let message = "a choice comes before the first state";
            found.push(Diagnostic::error(whole, message).with_hint("choices follow a line `state NUMBER`"));
            return;
        };
        *choices += 1;
        if header.kind == Some(Kind::Dtmc) && *choices == 2 {
            let message = "a state of a DTMC has a second choice";
            let hint = "in a Markov chain every state has one; write `@type: MDP` if the choice is meant";
            found.push(Diagnostic::error(whole.clone(), message).with_hint(hint));
        }
        let name = cursor.name();
        let text = name.as_ref().and_then(|token| std::str::from_utf8(token.text).ok());
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            let message = "the choice has no readable name";
            let hint = "write `action NAME [rewards]`, with `__NOLABEL__` for a choice without a name";
            found.push(Diagnostic::error(whole.clone(), message).with_hint(hint));
            self.rows.choice("__NOLABEL__");
            self.choice = Some((whole, false));
            return;
        };
        self.rows.choice(text);
        self.choice = Some((whole.clone(), true));
        let mut rewards = std::mem::take(&mut self.choice_rewards);
        self.reward_list(cursor, header, &mut rewards, found);
        for (structure, (&own, &of_state)) in rewards.iter().zip(&self.state_rewards).enumerate() {
            let sum = if own == self.zero {
                of_state
            } else if of_state == self.zero {
                own
            } else {
                let pool = &mut self.reward_pool;
                *self.sums.entry((own, of_state)).or_insert_with(|| pool.intern(pool.get(own) + pool.get(of_state)))
            };
            self.of_choice[structure].push(sum);
        }
        self.choice_rewards = rewards;
        if !cursor.is_at_end() {
            let rest = cursor.rest();
            let message = format!("`{}` is left over after the choice", rest.shown());
            found.push(Diagnostic::error(rest.span(), message).with_hint("write `action NAME [rewards]`"));
        }
    }

    fn transition(&mut self, cursor: &mut Cursor<'_>, header: &Header, found: &mut Findings) {
        let target = cursor.until(|byte| matches!(byte, b':' | b' ' | b'\t'));
        let colon = cursor.accept(b':');
        let value = cursor.rest();
        let Some((_, sound)) = &mut self.choice else {
            let message = "a successor comes before the first choice";
            found.push(Diagnostic::error(cursor.whole(), message).with_hint("successors follow a line `action NAME`"));
            return;
        };
        let (Some(state), true) = (target.count(), colon) else {
            *sound = false;
            let message = "this is not a successor with its probability";
            found.push(Diagnostic::error(cursor.whole(), message).with_hint("write `NUMBER : PROBABILITY`"));
            return;
        };
        if let Some(count) = &header.states
            && state >= count.number
        {
            let message = format!("the successor {state} does not exist: there are {} states", count.number);
            found.push(Diagnostic::error(target.span(), message).with_hint("states are numbered from 0"));
        }
        let index = self.probabilities.get(&value).or_else(|| {
            let number = number(&value, header, found)?;
            if number < Rational::ZERO {
                let message = format!("the probability {number} is negative");
                found.push(Diagnostic::error(value.span(), message).with_hint("probabilities are between 0 and 1"));
                return None;
            }
            let index = self.rows.probability(number);
            self.probabilities.remember(&value, index);
            Some(index)
        });
        match index {
            Some(index) => self.rows.transition(state, index),
            None => *sound = false,
        }
    }

    fn end_choice(&mut self, found: &mut Findings) {
        let Some((span, sound)) = self.choice.take() else { return };
        match self.rows.end_choice() {
            Err(RowDefect::RowSum { .. }) if !sound => {}
            Err(defect) => {
                let state = self.rows.states() - 1;
                let hint = match &defect {
                    RowDefect::DuplicateSuccessor { .. } => {
                        "list it once, with the sum of its probabilities".to_owned()
                    }
                    RowDefect::RowSum { sum } => {
                        let gap = Rational::ONE - sum;
                        if gap > Rational::ZERO {
                            format!("{gap} is missing; write fractions where decimals were rounded")
                        } else {
                            format!("that is {} too much; write fractions where decimals were rounded", -gap)
                        }
                    }
                };
                let message = format!("in this choice of state {state} {defect}");
                found.push(Diagnostic::error(span, message).with_hint(hint));
            }
            Ok(()) => {}
        }
    }

    fn end_state(&mut self, found: &mut Findings) {
        self.end_choice(found);
        if let Some((span, 0)) = self.state.take() {
            let message = format!("state {} has no choice", self.rows.states() - 1);
            let hint = "give it a choice that loops with probability 1 if it is meant to be absorbing";
            found.push(Diagnostic::error(span, message).with_hint(hint));
        }
    }

    /// The model, unless something that has been reported keeps it from being one.
    pub(super) fn finish(mut self, header: &Header, end: usize, found: &mut Findings) -> Option<LabelledMdp> {
        self.end_state(found);
        let counts =
            [(&header.states, self.rows.states(), "states"), (&header.choices, self.rows.choices(), "choices")];
        for (declared, actual, what) in counts {
            if let Some(count) = declared.as_ref().filter(|count| count.number != actual) {
                let message = format!("{} {what} are announced, and {actual} follow", count.number);
                let hint = if actual < count.number { "is the end of the file missing?" } else { "correct the number" };
                found.push(Diagnostic::error(count.span.clone(), message).with_hint(hint));
            }
        }
        let initial = self.labels.iter().find(|(label, _)| label == INIT).map(|(_, states)| states.clone());
        if initial.is_none() && self.rows.states() > 0 {
            let at = end.saturating_sub(1)..end;
            let hint = "give the label `init` to the state that an execution begins in";
            found.push(Diagnostic::error(at, "no state is initial").with_hint(hint));
        }
        if !found.is_empty() {
            return None;
        }
        let values = self.reward_pool.into_values();
        let mdp = self.rows.finish()?;
        let labels = self.labels.into_iter().map(|(label, states)| {
            let mut set = StateSet::with_capacity(mdp.states());
            set.extend(states.into_iter().map(|state| state as usize));
            (label, set)
        });
        let rewards = header.rewards.iter().zip(self.of_choice);
        Some(LabelledMdp {
            labels: labels.collect(),
            rewards: rewards.map(|(name, of_choice)| RewardStructure::new(name, values.clone(), of_choice)).collect(),
            initial: initial.unwrap_or_default().into_iter().map(|state| state as usize).collect(),
            mdp,
        })
    }
}

fn strange(cursor: &mut Cursor<'_>, found: &mut Findings) {
    strange_line(cursor.whole(), found);
}

fn strange_line(span: Range<usize>, found: &mut Findings) {
    let hint = "after `@model` lines are `state …`, `action …`, `NUMBER : PROBABILITY`, or comments after `//`";
    found.push(Diagnostic::error(span, "this line is none of a state, a choice and a successor").with_hint(hint));
}

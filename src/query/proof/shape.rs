//! A query as an explicit model (`proofs/FORMAT.md`, section 2.1): what is to be reached is the catastrophe, the reward is the specified one.

use std::fmt::Write as _;

use crate::mdp::{ChoiceId, LabelledMdp, Mdp, Rational, StateId, token};
use crate::query::meaning::{Meaning, What};
use crate::solve::Sense;

/// The model of a query: the states are those of the file, and an execution is over in the goal and where it may not pass.
///
/// Where the file's process is over before the goal of a reward, it goes round for ever here: so that the goal is missed. Costs to be minimised
/// are rewards to be maximised, with the sign changed.
pub(super) struct Shape<'a> {
    pub(super) model: &'a LabelledMdp,
    pub(super) meaning: &'a Meaning<'a>,
    /// The number of each state's first choice in the explicit model.
    first: Vec<u32>,
}

impl<'a> Shape<'a> {
    pub(super) fn new(model: &'a LabelledMdp, meaning: &'a Meaning<'a>) -> Self {
        let mut shape = Self { model, meaning, first: Vec::with_capacity(model.mdp.states()) };
        let mut next = 0_u32;
        for state in 0..model.mdp.states() {
            shape.first.push(next);
            let choices = if shape.goes_round(state) { 1 } else { shape.choices(state).len() };
            next += u32::try_from(choices).unwrap_or(0);
        }
        shape
    }

    pub(super) fn mdp(&self) -> &'a Mdp {
        &self.model.mdp
    }

    pub(super) fn is_goal(&self, state: StateId) -> bool {
        self.meaning.goal.contains(state)
    }

    /// Whether an execution is over in a state.
    pub(super) fn is_over(&self, state: StateId) -> bool {
        match self.meaning.what {
            What::Probability => {
                self.is_goal(state) || !self.meaning.stay.contains(state) || self.mdp().is_absorbing(state)
            }
            What::Reward(_) => self.is_goal(state),
            What::Discounted(..) => self.mdp().is_absorbing(state),
        }
    }

    fn goes_round(&self, state: StateId) -> bool {
        !self.is_over(state) && self.mdp().is_absorbing(state)
    }

    /// The choices of the file that a state has in the explicit model.
    pub(super) fn choices(&self, state: StateId) -> std::ops::Range<ChoiceId> {
        if self.is_over(state) { 0..0 } else { self.mdp().choices_of(state) }
    }

    /// What a choice of a state is in the explicit model; the one that goes round for none.
    pub(super) fn number(&self, state: StateId, choice: Option<ChoiceId>) -> usize {
        let own = self.mdp().choices_of(state).start;
        self.first[state] as usize + choice.map_or(0, |choice| choice - own)
    }

    /// Whether rewards have their signs changed.
    pub(super) fn is_negated(&self) -> bool {
        matches!((self.meaning.what, self.meaning.sense), (What::Reward(_), Sense::Min))
    }

    /// The reward of each choice in the explicit model.
    pub(super) fn rewards(&self) -> Rewards<'a> {
        let (values, indices) = match self.meaning.what {
            What::Probability => (vec![Rational::ZERO], None),
            What::Reward(None) => (vec![Rational::ONE], None),
            What::Reward(Some(reward)) | What::Discounted(reward, _) => {
                (reward.distinct().to_vec(), Some(reward.indices()))
            }
        };
        let values = if self.is_negated() { values.into_iter().map(|value| -value).collect() } else { values };
        Rewards { values, indices }
    }

    /// The text of the explicit model.
    pub(super) fn text(&self, situations: &[StateId]) -> String {
        let mdp = self.mdp();
        let rewards = self.rewards();
        let reward_texts: Vec<String> = rewards.values.iter().map(ToString::to_string).collect();
        let probabilities: Vec<String> = mdp.distinct_probabilities().iter().map(ToString::to_string).collect();
        let mut text = String::from("lavaproof-model 1\n");
        // Writing to a string cannot fail.
        let _ = match self.meaning.what {
            What::Discounted(_, discount) => writeln!(text, "criterion discounted {discount}"),
            What::Probability | What::Reward(_) => writeln!(text, "criterion total"),
        };
        let _ = writeln!(text, "states {}", mdp.states());
        for state in 0..mdp.states() {
            let name = token(mdp.state_name(state));
            if self.goes_round(state) {
                let _ = writeln!(text, "state {name} 1\nchoice 0 0 0 1 {state} 1");
                continue;
            }
            let choices = self.choices(state);
            let _ = writeln!(text, "state {name} {}", choices.len());
            for (action, choice) in choices.enumerate() {
                let row = mdp.indexed_row(choice);
                let _ = write!(text, "choice {action} {} 0 {}", reward_texts[rewards.index(choice)], row.len());
                for (target, probability) in row {
                    let _ = write!(text, " {target} {}", probabilities[probability]);
                }
                text.push('\n');
            }
        }
        text.push_str("observations full\nclass stationary\n");
        let _ = write!(text, "situations {}", situations.len());
        for state in situations {
            let _ = write!(text, " {state}");
        }
        let start = situations.first().copied().unwrap_or(0);
        let _ = writeln!(text, "\ntrain 1 {start} 1\ndeploy point 1 {start} 1");
        match self.meaning.what {
            What::Discounted(..) => text.push_str("catastrophe none\n"),
            What::Probability | What::Reward(_) => {
                let _ = write!(text, "catastrophe 0 {}", self.meaning.goal.count_ones(..));
                for state in self.meaning.goal.ones() {
                    let _ = write!(text, " {state}");
                }
                text.push('\n');
            }
        }
        text.push_str("good regret 0\nepsilon 0\ngiven none\nend\n");
        text.shrink_to_fit();
        text
    }
}

/// A reward for each choice, distinct numbers once.
pub(super) struct Rewards<'a> {
    values: Vec<Rational>,
    indices: Option<&'a [u32]>,
}

impl Rewards<'_> {
    fn index(&self, choice: ChoiceId) -> usize {
        self.indices.map_or(0, |indices| indices[choice] as usize)
    }

    pub(super) fn of(&self, choice: ChoiceId) -> &Rational {
        &self.values[self.index(choice)]
    }

    pub(super) fn distinct(&self) -> &[Rational] {
        &self.values
    }
}

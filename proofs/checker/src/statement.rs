//! What a certificate claims, in words (FORMAT.md, section 4).

use std::fmt::Write;

use crate::claim::{Claim, Status, Token};
use crate::model::{Class, Constraint, Deployment, Distribution, Good, Model, Relation, Reward};
use crate::number::Number;
use crate::question::{Atom, Question, Reading, Scope, Set};
use crate::region::Family;

/// Longer lists are cut.
const SHOWN: usize = 12;

impl Claim {
    /// The claim and the model in words, one line for each thing.
    #[must_use]
    pub fn statement(&self, model: &Model) -> String {
        let reading = match self.reading {
            Reading::Forall => "forall",
            Reading::Exists => "exists",
            Reading::Given => "given",
        };
        let mut lines = vec![
            format!("claim: {}[{reading}] {}", self.name, verb(Some(self.status))),
            format!("model: sha256 {}", self.digest),
        ];
        for (number, (question, answer)) in self.questions.iter().enumerate() {
            lines.push(format!("question {number}, which {}: {}", verb(*answer), question.words(model)));
        }
        if !matches!(self.formula.as_slice(), [Token::Question(0)]) || self.questions.len() != 1 {
            let word = |token: &Token| match token {
                Token::Question(number) => number.to_string(),
                Token::Not => "not".to_owned(),
                Token::And => "and".to_owned(),
                Token::Or => "or".to_owned(),
            };
            let words: Vec<String> = self.formula.iter().take(SHOWN.saturating_mul(4)).map(word).collect();
            let cut = if words.len() < self.formula.len() { " …" } else { "" };
            lines.push(format!("combined (operators after what they join): {}{cut}", words.join(" ")));
        }
        lines.extend(model.words());
        lines.join("\n")
    }
}

fn verb(answer: Option<Status>) -> &'static str {
    match answer {
        Some(Status::Holds) => "holds",
        Some(Status::Fails) => "fails",
        None => "is open",
    }
}

impl Model {
    fn words(&self) -> Vec<String> {
        let criterion = match &self.discount {
            Some(discount) => format!("discounted by {discount}"),
            None => "total reward until absorption (−∞ for a policy that may never stop)".to_owned(),
        };
        let class = match (self.class, &self.observations) {
            (Class::Deterministic, None) => "deterministic policies of the full state".to_owned(),
            (Class::Stationary, None) => "stationary policies of the full state, randomised ones included".to_owned(),
            (class, Some(observations)) => {
                let kind =
                    if class == Class::Deterministic { "deterministic" } else { "stationary, possibly randomised," };
                format!("{kind} policies of {} observations", observations.members.len())
            }
        };
        let catastrophe = match &self.tolerance {
            None => "none".to_owned(),
            Some(tolerance) => {
                let states = (0..self.states()).filter(|state| self.is_catastrophic(*state));
                format!("reaching {}; tolerated with probability {tolerance}", self.list(states))
            }
        };
        let good = match &self.good {
            Good::Regret(slack) => format!("at most {slack} below the best of the class in the intended reward"),
            Good::Value(least) => format!("an intended reward of at least {least}"),
        };
        vec![
            format!(
                "states: {}, choices: {}, transitions: {}, situations: {}",
                self.states(),
                self.choices(),
                self.transitions.successors.len(),
                self.list(self.situations.iter().copied())
            ),
            format!("criterion: {criterion}"),
            format!("policies: {class}"),
            format!("training distribution: {}", self.masses(&self.train)),
            format!("deployment set: {}", self.deployment()),
            format!("catastrophe: {catastrophe}"),
            format!("good: {good}"),
            format!("slack of the learner: {}", self.epsilon),
            format!("given policy: {}", if self.given.is_some() { "yes" } else { "no" }),
        ]
    }

    fn deployment(&self) -> String {
        let over = |list: &[usize]| self.list(list.iter().copied());
        match &self.deploy {
            Deployment::Point(point) => self.masses(point),
            Deployment::Over(list) => format!("every distribution over {}", over(list)),
            Deployment::TotalVariation { radius, center, over: list } => format!(
                "every distribution over {} at a total variation of at most {radius} from {}",
                over(list),
                self.masses(center)
            ),
            Deployment::Ratio { bound, center, over: list } => {
                format!("every distribution over {} of at most {bound} times {}", over(list), self.masses(center))
            }
            Deployment::Polytope { over: list, rows } => {
                let words = cut(rows.iter().map(|row| self.row(list, row)), "; ");
                format!(
                    "every distribution over {} with {}",
                    over(list),
                    if words.is_empty() { "no rows" } else { &words }
                )
            }
        }
    }

    fn row(&self, list: &[usize], row: &Constraint) -> String {
        let relation = match row.relation {
            Relation::AtMost => "<=",
            Relation::AtLeast => ">=",
            Relation::Equal => "=",
        };
        let name = |index: usize| list.get(index).map_or_else(String::new, |state| self.name(*state));
        let terms = row.terms.iter().map(|(index, factor)| format!("{}*{}", factor.exact(), name(*index)));
        let sum = cut(terms, " + ");
        format!("{} {relation} {}", if sum.is_empty() { "0" } else { &sum }, row.bound)
    }

    fn masses(&self, distribution: &Distribution) -> String {
        let one = |(state, mass): &(usize, Number)| format!("{} {}", self.name(*state), mass.exact());
        cut(distribution.iter().map(one), ", ")
    }

    fn list(&self, states: impl Iterator<Item = usize>) -> String {
        let words = cut(states.map(|state| self.name(state)), ", ");
        if words.is_empty() { "nothing".to_owned() } else { words }
    }
}

/// The first items, and how many there are in all.
fn cut(items: impl Iterator<Item = String>, separator: &str) -> String {
    let mut items = items.fuse();
    let shown: Vec<String> = items.by_ref().take(SHOWN).collect();
    let mut text = shown.join(separator);
    let more = items.count();
    if more > 0 {
        // Writing to a string does not fail.
        let _ = write!(text, "{separator}… ({} in all)", shown.len().saturating_add(more));
    }
    text
}

fn reward(reward: Reward) -> &'static str {
    match reward {
        Reward::Specified => "the specified reward",
        Reward::Intended => "the intended reward",
    }
}

impl Family {
    fn words(self, model: &Model) -> String {
        let words = match self {
            Self::Situation(state) => return format!("at the situation {}", model.name(state)),
            Self::Train => "at the training distribution",
            Self::Deploy => "at every distribution of the deployment set",
            Self::Encountered => "at every even mixture of the training distribution with one of the deployment set",
            Self::All => "at every distribution over the situations",
            Self::Situations => "at every single situation",
        };
        words.to_owned()
    }
}

impl Atom {
    fn words(&self, model: &Model) -> String {
        let slack = &model.epsilon;
        match self {
            Self::Good => "is good".to_owned(),
            Self::Safe => "is safe (reaches the catastrophe with at most the tolerated probability)".to_owned(),
            Self::Optimal(which) if slack.is_zero() => format!("is optimal in {}", reward(*which)),
            Self::Optimal(which) => format!("is within {slack} of the best in {}", reward(*which)),
            Self::Value(which, least) => format!("has at least {} of {}", least.exact(), reward(*which)),
            Self::Most(which, most) => format!("has at most {} of {}", most.exact(), reward(*which)),
            Self::Reach(most) => format!("reaches the catastrophe with probability at most {}", most.exact()),
            Self::Arrive(least) => format!("reaches the catastrophe with probability at least {}", least.exact()),
        }
    }
}

impl Question {
    fn words(&self, model: &Model) -> String {
        match self {
            Self::Each { family, scope, set, atoms } => {
                let has = cut(atoms.iter().map(|atom| atom.words(model)), " and ");
                let whom = whom(*scope, *set, model, "there");
                let has = if has.is_empty() { "exists" } else { &has };
                format!("{}, {whom} {has} there", family.words(model))
            }
            Self::Policy { scope, set, demands } => {
                let words = |(family, atom): &(Family, Atom)| format!("{} {}", atom.words(model), family.words(model));
                let has = cut(demands.iter().map(words), ", and ");
                let has = if has.is_empty() { "exists" } else { &has };
                format!("{} {has}", whom(*scope, *set, model, "at the training distribution"))
            }
        }
    }
}

fn whom(scope: Scope, set: Set, model: &Model, place: &str) -> String {
    let scope = if scope == Scope::Every { "every" } else { "some" };
    match set {
        Set::Given => "the given policy".to_owned(),
        Set::Policies => format!("{scope} policy of the class"),
        Set::Good => format!("{scope} policy that {} {place}", Atom::Good.words(model)),
        Set::Optimal(which) => format!("{scope} policy that {} {place}", Atom::Optimal(which).words(model)),
    }
}

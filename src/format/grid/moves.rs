//! The actions of a gridworld and where they lead.

use crate::format::decode::fields::{self, Problems};
use crate::format::suggest;
use crate::format::tree::Node;
use crate::mdp::Rational;

/// An action of the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    Up,
    Down,
    Left,
    Right,
    Stay,
}

/// The actions where the file does not say.
pub(crate) const DEFAULT: [Move; 4] = [Move::Up, Move::Down, Move::Left, Move::Right];

const ALL: [Move; 5] = [Move::Up, Move::Down, Move::Left, Move::Right, Move::Stay];

impl Move {
    /// The action's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Left => "left",
            Self::Right => "right",
            Self::Stay => "stay",
        }
    }

    /// The move that an arrow of a drawn policy stands for.
    pub(crate) fn of_arrow(arrow: char) -> Option<Self> {
        match arrow {
            '^' => Some(Self::Up),
            'v' => Some(Self::Down),
            '<' => Some(Self::Left),
            '>' => Some(Self::Right),
            'o' => Some(Self::Stay),
            _ => None,
        }
    }

    /// The arrow of a drawn policy.
    pub(crate) fn arrow(self) -> char {
        match self {
            Self::Up => '^',
            Self::Down => 'v',
            Self::Left => '<',
            Self::Right => '>',
            Self::Stay => 'o',
        }
    }

    /// The cell that the move aims at; `None` beyond the top or the left of the map.
    pub(crate) fn from(self, (row, column): (usize, usize)) -> Option<(usize, usize)> {
        match self {
            Self::Up => Some((row.checked_sub(1)?, column)),
            Self::Down => Some((row + 1, column)),
            Self::Left => Some((row, column.checked_sub(1)?)),
            Self::Right => Some((row, column + 1)),
            Self::Stay => Some((row, column)),
        }
    }

    /// What happens when this is tried: with probability `slip` a step to one of the two sides.
    pub(crate) fn outcomes(self, slip: &Rational) -> Vec<(Self, Rational)> {
        let sides = match self {
            Self::Up | Self::Down => [Self::Left, Self::Right],
            Self::Left | Self::Right => [Self::Up, Self::Down],
            Self::Stay => return vec![(self, Rational::ONE)],
        };
        let half = slip / Rational::from(2);
        let mut outcomes = vec![(self, Rational::ONE - slip)];
        outcomes.extend(sides.map(|side| (side, half.clone())));
        outcomes.retain(|(_, probability)| !probability.is_zero());
        outcomes
    }
}

/// Reads `actions`.
pub(crate) fn decode(node: &Node, problems: &mut Problems) -> Option<Vec<Move>> {
    let items = fields::items(node, "`actions`", "list some of up, down, left, right, stay", problems)?;
    let mut moves = Vec::with_capacity(items.len());
    for item in items {
        let name = fields::text(item, "an action", problems)?;
        match ALL.into_iter().find(|step| step.name() == name) {
            None => {
                let hint = suggest::hint(name, ALL.map(Move::name), "actions of a grid");
                problems.error(&item.span, format!("unknown action `{name}`"), hint);
            }
            Some(step) if moves.contains(&step) => {
                problems.error(&item.span, format!("the action `{name}` is listed twice"), "remove one of the two");
            }
            Some(step) => moves.push(step),
        }
    }
    if items.is_empty() {
        problems.error(&node.span, "`actions` is empty", "list at least one action");
    }
    (!moves.is_empty() && moves.len() == items.len()).then_some(moves)
}

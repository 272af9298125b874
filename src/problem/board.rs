//! Where states lie on maps, so that models and answers can be drawn.

use crate::mdp::StateId;

/// One cell of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The character of the map.
    pub glyph: char,
    /// The terrain's name in the legend.
    pub terrain: String,
    /// Whether agents cannot enter.
    pub wall: bool,
    /// The states in which the agent stands here.
    pub states: Vec<StateId>,
}

/// One map: rows of cells, all of the same width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its name in the file.
    pub name: String,
    /// The cells, row by row from the top.
    pub rows: Vec<Vec<Cell>>,
}

/// The maps of a problem.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Board {
    /// The levels in the order of the file.
    pub levels: Vec<Level>,
}

impl Board {
    /// Level, row and column of a state, if it lies on a map.
    #[must_use]
    pub fn position(&self, state: StateId) -> Option<(usize, usize, usize)> {
        self.levels.iter().enumerate().find_map(|(level, map)| {
            map.rows.iter().enumerate().find_map(|(row, cells)| {
                cells.iter().position(|cell| cell.states.contains(&state)).map(|column| (level, row, column))
            })
        })
    }
}

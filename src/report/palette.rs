//! Colours of terrains, the same in every picture and on every run.

use crate::problem::Cell;

/// The colours of a terrain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colours {
    /// The fill in pictures.
    pub fill: &'static str,
    /// A line on the fill that can be seen.
    pub line: &'static str,
    /// The background in terminals, of 256.
    pub terminal: u8,
}

impl Colours {
    /// What can be read on the fill: black on a light one, white on a dark one.
    pub(super) fn ink(&self) -> &'static str {
        let channel = |at: usize| u32::from_str_radix(&self.fill[at..at + 2], 16).unwrap_or(0);
        if channel(1) + channel(3) + channel(5) < 300 { "#ffffff" } else { INK }
    }
}

const fn colours(fill: &'static str, line: &'static str, terminal: u8) -> Colours {
    Colours { fill, line, terminal }
}

/// The colour of text.
pub(super) const INK: &str = "#22262e";

const WALL: Colours = colours("#3b4252", "#2b303c", 242);

/// Terrains by a word in their names.
const KNOWN: [(&[&str], Colours); 15] = [
    (&["lava", "fire", "danger", "trap"], colours("#f4511e", "#bf360c", 208)),
    (&["goal", "target", "home", "finish"], colours("#43a866", "#2a7a46", 114)),
    (&["wall"], WALL),
    (&["dirt", "sand", "mud", "desert"], colours("#e2c48d", "#bb9a5e", 180)),
    (&["grass", "field", "forest"], colours("#a5cf7e", "#7aa653", 150)),
    (&["water", "sea", "river", "lake"], colours("#6fb3e0", "#3f86b5", 111)),
    (&["ice", "snow"], colours("#dbf1fa", "#a3cbdc", 195)),
    (&["coin", "gold", "key", "diamond"], colours("#f6d04d", "#c39d1c", 221)),
    (&["cliff", "pit", "hole", "abyss"], colours("#5d4037", "#3e2723", 138)),
    (&["red"], colours("#e57373", "#b23b3b", 210)),
    (&["green"], colours("#81c784", "#4a8f4e", 120)),
    (&["yellow"], colours("#fff176", "#c4b23a", 228)),
    (&["blue"], colours("#7fa8e8", "#3f69b5", 111)),
    (&["side"], colours("#dde1e8", "#c3c8d2", 253)),
    (&["floor", "empty", "open", "start", "road", "path"], colours("#f5f2ea", "#d8d2c2", 255)),
];

/// For every other terrain, by its name.
const OTHERS: [Colours; 7] = [
    colours("#d9b8e6", "#a77fb9", 183),
    colours("#f2b5c4", "#c87d90", 218),
    colours("#a8dcd1", "#6fae9f", 152),
    colours("#c6cbe8", "#8f97c4", 189),
    colours("#e9d8a6", "#b9a566", 187),
    colours("#f7c59f", "#c98f62", 216),
    colours("#c9d6b2", "#95a679", 151),
];

/// The colours of a cell.
pub(super) fn colours_of(cell: &Cell) -> Colours {
    if cell.wall {
        return WALL;
    }
    let name = cell.terrain.to_lowercase();
    let mut words = name.split(|character: char| !character.is_alphanumeric());
    if let Some((_, known)) = KNOWN.iter().find(|(keys, _)| words.clone().any(|word| keys.contains(&word))) {
        return *known;
    }
    if words.all(str::is_empty) {
        return KNOWN[KNOWN.len() - 1].1;
    }
    // FNV-1a: the standard hasher may change with the compiler, and pictures should not.
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let count = OTHERS.len() as u64;
    OTHERS[usize::try_from(hash % count).unwrap_or(0)]
}

/// Whether a map character only says that there is nothing special here.
pub(super) fn is_plain(cell: &Cell) -> bool {
    matches!(cell.glyph, '.' | ' ' | '·')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(terrain: &str) -> Cell {
        Cell { glyph: 'x', terrain: terrain.to_owned(), wall: false, states: Vec::new() }
    }

    #[test]
    fn terrains_are_known_by_whole_words() {
        assert_eq!(colours_of(&cell("Hot lava")), colours_of(&cell("lava")));
        assert_ne!(colours_of(&cell("price")), colours_of(&cell("ice")));
        assert_eq!(colours_of(&Cell { wall: true, ..cell("lava") }), WALL);
    }

    #[test]
    fn glyphs_can_be_read_on_every_fill() {
        assert_eq!(colours_of(&cell("cliff")).ink(), "#ffffff");
        assert_eq!(colours_of(&cell("floor")).ink(), INK);
        assert!(OTHERS.iter().all(|colours| colours.ink() == INK));
    }

    #[test]
    fn unknown_terrains_keep_their_colours() {
        assert_eq!(colours_of(&cell("moss")), colours_of(&cell("moss")));
        assert!(OTHERS.contains(&colours_of(&cell("moss"))));
    }
}

//! The maps of a gridworld in characters.

use std::collections::BTreeMap;

use textwrap::core::display_width;

use crate::problem::Cell;
use crate::report::Style;
use crate::report::palette::{colours_of, is_plain};
use crate::report::scene::{Arrow, Map, Place, Scene};
use crate::report::style::{Ink, padded, shortened};

/// Columns between two maps side by side.
const GAP: usize = 4;
/// Columns that a map's name gets even where the map is narrower.
const SHORTEST_NAME: usize = 12;
const INDENT: &str = "      ";

/// The maps, side by side as far as they fit, and what the signs mean.
pub(in crate::report) fn write(scene: &Scene<'_>, style: &Style) -> String {
    let room = style.width.saturating_sub(INDENT.len());
    let Some(scale) = Scale::fitting(scene, room) else {
        return style.labelled(INDENT, "(the map is wider than the terminal)");
    };
    let drawn: Vec<Vec<String>> = scene.maps.iter().map(|map| lines(map, scale, scene.catastrophic, style)).collect();
    let mut text = String::new();
    let mut shelf: Vec<&Vec<String>> = Vec::new();
    for map in &drawn {
        let taken: usize = shelf.iter().map(|map| columns(map) + GAP).sum();
        if !shelf.is_empty() && taken + columns(map) > room {
            text.push_str(&side_by_side(&shelf));
            shelf.clear();
        }
        shelf.push(map);
    }
    text.push_str(&side_by_side(&shelf));
    text + &legend(scene, scale, style)
}

fn columns(lines: &[String]) -> usize {
    lines.iter().map(|line| display_width(line)).max().unwrap_or(0)
}

fn side_by_side(maps: &[&Vec<String>]) -> String {
    let height = maps.iter().map(|map| map.len()).max().unwrap_or(0);
    let mut text = String::new();
    for row in 0..height {
        let mut line = INDENT.to_owned();
        for map in maps {
            line.push_str(&padded(map.get(row).map_or("", String::as_str), columns(map) + GAP));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push('\n');
    text
}

/// How many columns a cell takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    /// Terrain and arrow, in brackets on the path.
    Four,
    /// Terrain or arrow, with a tick on the path.
    Two,
    /// Terrain or arrow; the path is seen by its colour alone.
    One,
}

impl Scale {
    const ALL: [Self; 3] = [Self::Four, Self::Two, Self::One];

    fn columns(self) -> usize {
        match self {
            Self::Four => 4,
            Self::Two => 2,
            Self::One => 1,
        }
    }

    /// The largest scale at which every map fits.
    fn fitting(scene: &Scene<'_>, room: usize) -> Option<Self> {
        let widest = scene.maps.iter().map(cells_across).max().unwrap_or(0);
        Self::ALL.into_iter().find(|scale| widest * scale.columns() <= room)
    }
}

fn cells_across(map: &Map<'_>) -> usize {
    map.level.rows.iter().map(Vec::len).max().unwrap_or(0)
}

fn lines(map: &Map<'_>, scale: Scale, catastrophic: bool, style: &Style) -> Vec<String> {
    let width = (cells_across(map) * scale.columns()).max(SHORTEST_NAME);
    let mut lines = vec![style.paint(Ink::Heading, &shortened(&map.level.name, width))];
    for (row, cells) in map.level.rows.iter().enumerate() {
        let drawn = cells.iter().enumerate().map(|(column, cell)| {
            let text = cell_text(map, (row, column), cell, scale, catastrophic);
            let colour = colours_of(cell).terminal;
            let ink = if map.on_path((row, column)) { Ink::PathCell(colour) } else { Ink::Cell(colour) };
            style.paint(ink, &text)
        });
        lines.push(drawn.collect());
    }
    lines
}

fn cell_text(map: &Map<'_>, place: Place, cell: &Cell, scale: Scale, catastrophic: bool) -> String {
    let glyph = glyph(cell);
    if cell.wall {
        return glyph.to_string().repeat(scale.columns());
    }
    let sign = match map.arrows.get(&place).map(Vec::as_slice) {
        _ if map.end == Some(place) && catastrophic => Some('✗'),
        None | Some([]) => None,
        Some([arrow]) => Some(arrow.glyph()),
        Some(_) => Some(Arrow::Elsewhere.glyph()),
    };
    match (scale, map.on_path(place)) {
        (Scale::Four, on_path) => {
            let inner = match sign {
                Some(sign) if is_plain(cell) => format!(" {sign}"),
                Some(sign) => format!("{glyph}{sign}"),
                None => format!("{glyph} "),
            };
            if on_path { format!("[{inner}]") } else { format!(" {inner} ") }
        }
        (Scale::Two, on_path) => format!("{}{}", sign.unwrap_or(glyph), if on_path { '\'' } else { ' ' }),
        (Scale::One, _) => sign.unwrap_or(glyph).to_string(),
    }
}

/// The map's character, or the terrain's initial where that character would take two columns.
fn glyph(cell: &Cell) -> char {
    if display_width(cell.glyph.encode_utf8(&mut [0; 4])) == 1 {
        cell.glyph
    } else {
        cell.terrain.chars().next().unwrap_or('?')
    }
}

fn legend(scene: &Scene<'_>, scale: Scale, style: &Style) -> String {
    let mut terrains: BTreeMap<char, (&str, u8)> = BTreeMap::new();
    let cells = scene.maps.iter().flat_map(|map| map.level.rows.iter().flatten());
    for cell in cells.filter(|cell| !is_plain(cell)) {
        terrains.insert(glyph(cell), (&cell.terrain, colours_of(cell).terminal));
    }
    let mut entries: Vec<String> = Vec::new();
    if scene.maps.iter().any(|map| !map.tracks.is_empty()) {
        match scale {
            Scale::Four => entries.push("[ ] path".to_owned()),
            Scale::Two => entries.push("' path".to_owned()),
            Scale::One => {}
        }
    }
    if scene.catastrophic {
        entries.push("✗ catastrophe".to_owned());
    }
    if scene.maps.iter().any(|map| !map.arrows.is_empty()) {
        entries.push("↑↓←→ policy, • stays".to_owned());
    }
    if !scene.shows_policy {
        entries.push("* several actions, or away from here".to_owned());
    }
    for (glyph, (terrain, colour)) in terrains {
        entries.push(format!("{} {terrain}", style.paint(Ink::Cell(colour), &glyph.to_string())));
    }
    style.labelled(INDENT, &entries.join(" · "))
}

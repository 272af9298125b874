//! The maps of a gridworld in characters.

use std::collections::BTreeMap;

use textwrap::core::display_width;

use crate::problem::Cell;
use crate::report::Style;
use crate::report::palette::{colours_of, is_plain};
use crate::report::scene::{Arrow, Map, Scene};
use crate::report::style::{Ink, padded, shortened};

/// Columns between two maps side by side.
const GAP: usize = 4;
const INDENT: &str = "      ";

/// The maps, side by side as far as they fit, and what the signs mean.
pub(super) fn write(scene: &Scene<'_>, style: &Style) -> String {
    let drawn: Vec<Vec<String>> = scene.maps.iter().map(|map| lines(map, scene.catastrophic, style)).collect();
    let room = style.width.saturating_sub(INDENT.len());
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
    text + &legend(scene, style)
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

fn lines(map: &Map<'_>, catastrophic: bool, style: &Style) -> Vec<String> {
    let width = map.level.rows.first().map_or(0, Vec::len) * 4;
    let mut lines = vec![style.paint(Ink::Heading, &shortened(&map.level.name, width.max(12)))];
    for (row, cells) in map.level.rows.iter().enumerate() {
        let drawn = cells.iter().enumerate().map(|(column, cell)| {
            let text = cell_text(map, (row, column), cell, catastrophic);
            let colour = colours_of(cell).terminal;
            let ink = if map.on_path((row, column)) { Ink::PathCell(colour) } else { Ink::Cell(colour) };
            style.paint(ink, &text)
        });
        lines.push(drawn.collect());
    }
    lines
}

/// Four columns: terrain and arrow, in brackets on the path.
fn cell_text(map: &Map<'_>, place: (usize, usize), cell: &Cell, catastrophic: bool) -> String {
    if cell.wall {
        return cell.glyph.to_string().repeat(4);
    }
    let arrow = match map.arrows.get(&place).map(Vec::as_slice) {
        _ if map.end == Some(place) && catastrophic => Some('✗'),
        None | Some([]) => None,
        Some([arrow]) => Some(arrow.glyph()),
        Some(_) => Some(Arrow::Elsewhere.glyph()),
    };
    let plain = is_plain(cell);
    let inner = match (plain, arrow) {
        (true, Some(arrow)) => format!(" {arrow}"),
        (false, Some(arrow)) => format!("{}{arrow}", cell.glyph),
        (_, None) => format!("{} ", cell.glyph),
    };
    if map.on_path(place) { format!("[{inner}]") } else { format!(" {inner} ") }
}

fn legend(scene: &Scene<'_>, style: &Style) -> String {
    let mut terrains: BTreeMap<char, (&str, u8)> = BTreeMap::new();
    let cells = scene.maps.iter().flat_map(|map| map.level.rows.iter().flatten());
    for cell in cells.filter(|cell| !is_plain(cell)) {
        terrains.insert(cell.glyph, (&cell.terrain, colours_of(cell).terminal));
    }
    let mut entries: Vec<String> = Vec::new();
    if scene.maps.iter().any(|map| !map.tracks.is_empty()) {
        entries.push("[ ] path".to_owned());
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

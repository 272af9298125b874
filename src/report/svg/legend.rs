//! What the colours and signs of a picture mean.

use textwrap::core::display_width;

use crate::report::palette::{Colours, colours_of, is_plain};
use crate::report::scene::{Arrow, Scene};
use crate::report::svg::draw::{centre, circle, draw_arrow, draw_end, draw_glyph, rectangle, text};
use crate::report::svg::{INK, MARGIN, PATH};
use crate::report::xml::Element;

/// From one line of entries to the next.
const LINE: usize = 26;
/// Above the first line.
const TOP: usize = 18;
/// The side of a swatch.
const SWATCH: usize = 20;
/// From an entry's corner to its name.
const NAME: usize = SWATCH + 8;

/// The terrains of the maps and the signs, in lines of entries.
pub(super) struct Legend {
    lines: Vec<Vec<(usize, Entry)>>,
}

enum Entry {
    /// With the map's character, where that means something.
    Terrain(String, Colours, Option<char>),
    Sign(String, Element),
}

impl Entry {
    fn name(&self) -> &str {
        match self {
            Self::Terrain(name, ..) | Self::Sign(name, _) => name,
        }
    }
}

impl Legend {
    /// Arranges the entries in lines of this many pixels, margins included.
    pub(super) fn of(scene: &Scene<'_>, width: usize) -> Self {
        let mut lines: Vec<Vec<(usize, Entry)>> = vec![Vec::new()];
        let mut x = 0;
        for entry in entries(scene) {
            // Letters of this size are about eight pixels wide.
            let taken = NAME + display_width(entry.name()) * 8 + 14;
            if x > 0 && x + taken > width - 2 * MARGIN {
                lines.push(Vec::new());
                x = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push((x, entry));
            }
            x += taken;
        }
        Self { lines }
    }

    /// How much room it takes.
    pub(super) fn height(&self) -> usize {
        TOP + self.lines.len() * LINE
    }

    /// Draws it from the origin.
    pub(super) fn draw(self) -> Element {
        let mut group = Element::new("g");
        for (line, entries) in self.lines.into_iter().enumerate() {
            let y = TOP + line * LINE;
            for (x, entry) in entries {
                group.push(text(x + NAME, y + 15, 13, INK, entry.name()));
                group.push(match entry {
                    Entry::Terrain(_, colours @ Colours { fill, line, .. }, glyph) => {
                        let swatch = rectangle(x, y, SWATCH, SWATCH, fill).with("stroke", line).with("rx", 3);
                        let swatch = Element::new("g").containing(swatch);
                        match glyph {
                            Some(glyph) => swatch.containing(draw_glyph(glyph, colours.ink(), x + SWATCH / 2, y + 14)),
                            None => swatch,
                        }
                    }
                    Entry::Sign(_, sign) => {
                        // Signs are drawn for the cell at the origin and halved.
                        Element::new("g")
                            .with("transform", format!("translate({} {}) scale(0.5)", x - x.min(2), y - 2))
                            .containing(sign)
                    }
                });
            }
        }
        group
    }
}

fn entries(scene: &Scene<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for cell in scene.maps.iter().flat_map(|map| map.level.rows.iter().flatten()) {
        if !entries.iter().any(|entry| entry.name() == cell.terrain) {
            let glyph = (!cell.wall && !is_plain(cell)).then_some(cell.glyph);
            entries.push(Entry::Terrain(cell.terrain.clone(), colours_of(cell), glyph));
        }
    }
    let origin = (0, 0);
    let (x, y) = centre(origin);
    if scene.maps.iter().any(|map| !map.arrows.is_empty()) {
        entries.push(Entry::Sign("policy".to_owned(), draw_arrow(Arrow::Right, origin)));
    }
    if scene.maps.iter().any(|map| map.arrows.values().any(|arrows| arrows.contains(&Arrow::Elsewhere))) {
        entries.push(Entry::Sign("away from here".to_owned(), draw_arrow(Arrow::Elsewhere, origin)));
    }
    if scene.maps.iter().any(|map| map.start.is_some()) {
        entries.push(Entry::Sign("start of the path".to_owned(), circle(x, y, 12, PATH)));
        let end = if scene.catastrophic { "catastrophe" } else { "end of the path" };
        entries.push(Entry::Sign(end.to_owned(), draw_end(origin, scene.catastrophic)));
    }
    entries
}

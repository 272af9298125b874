//! How text looks on a terminal: colour, width, amount of detail.

use textwrap::core::display_width;

use crate::decomposition::Status;

/// How much the human-readable report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Detail {
    /// What is not as expected, and the summary.
    Quiet,
    /// The verdicts, and a witness of every failure.
    #[default]
    Normal,
    /// Also sources, whole policies, and the witnesses of what holds.
    Verbose,
}

/// How the human-readable report looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to use terminal colours.
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// How much to say.
    pub detail: Detail,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 80, detail: Detail::Normal }
    }
}

/// What a text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// A heading.
    Heading,
    /// Something good.
    Good,
    /// Something bad.
    Bad,
    /// Something open.
    Open,
    /// Something beside the point.
    Dim,
    /// A cell of this terminal colour (of 256).
    Cell(u8),
    /// Such a cell, on the path.
    PathCell(u8),
}

impl From<Status> for Ink {
    fn from(status: Status) -> Self {
        match status {
            Status::Holds => Self::Good,
            Status::Fails => Self::Bad,
            Status::Unknown => Self::Open,
            Status::NotApplicable => Self::Dim,
        }
    }
}

impl Style {
    /// The text in its colour, or as it is when colour is off.
    pub(super) fn paint(&self, ink: Ink, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Heading => "1".to_owned(),
            Ink::Good => "32".to_owned(),
            Ink::Bad => "31".to_owned(),
            Ink::Open => "33".to_owned(),
            Ink::Dim => "2".to_owned(),
            Ink::Cell(colour) => format!("30;48;5;{colour}"),
            Ink::PathCell(colour) => format!("1;38;5;18;48;5;{colour}"),
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Breaks a text into lines, the first behind `label`, the others indented as far.
    pub(super) fn labelled(&self, label: &str, text: &str) -> String {
        let indent = " ".repeat(display_width(label));
        let options = textwrap::Options::new(self.width)
            .initial_indent(label)
            .subsequent_indent(&indent)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        textwrap::fill(text, options) + "\n"
    }
}

/// Cuts a name to a number of columns, with `…` where it was cut.
pub(super) fn shortened(name: &str, columns: usize) -> String {
    if display_width(name) <= columns {
        return name.to_owned();
    }
    let mut kept = String::new();
    for character in name.chars() {
        let mut longer = kept.clone();
        longer.push(character);
        if display_width(&longer) >= columns {
            break;
        }
        kept = longer;
    }
    kept + "…"
}

/// The text and as many spaces as fill the columns; escape codes take no columns.
pub(super) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(display_width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_by_columns_not_bytes() {
        assert_eq!(shortened("wentworth", 9), "wentworth");
        assert_eq!(shortened("wentworth", 6), "wentw…");
        assert_eq!(shortened("日本語", 5), "日本…");
    }

    #[test]
    fn escape_codes_take_no_columns() {
        let style = Style { colour: true, ..Style::default() };
        let painted = padded(&style.paint(Ink::Bad, "✗"), 3);
        assert_eq!(painted, "\u{1b}[31m✗\u{1b}[0m  ");
    }
}

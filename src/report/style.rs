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
        let room = self.width.saturating_sub(indent.len()).max(NARROWEST_TEXT);
        let mut labelled = String::new();
        for (number, line) in wrapped(text, room).iter().enumerate() {
            let start = if number == 0 { label } else { &indent };
            labelled.push_str(format!("{start}{line}").trim_end());
            labelled.push('\n');
        }
        labelled
    }
}

/// Columns that text gets even where the terminal is too narrow.
const NARROWEST_TEXT: usize = 16;

/// Marks that stay on the line of the word beside them.
const GLUED: [&str; 5] = [" ∀", " ∃", " given", "≈ ", " ·"];

/// Breaks a text into lines of this many columns, at spaces where that is possible.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let glued = GLUED.iter().fold(text.to_owned(), |text, mark| text.replace(mark, &mark.replace(' ', "\u{a0}")));
    // Names have hyphens and slashes in them; breaking there would make two names of one.
    let options = textwrap::Options::new(columns)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(&glued, options).iter().map(|line| line.replace('\u{a0}', " ")).collect()
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
    fn marks_stay_with_their_names() {
        assert_eq!(wrapped("found (models/my-tie.json:13)", 28), ["found", "(models/my-tie.json:13)"]);
        assert_eq!(wrapped("quibble.outer ∀, quibble.inner ∀", 30), ["quibble.outer ∀,", "quibble.inner ∀"]);
    }

    #[test]
    fn escape_codes_take_no_columns() {
        let style = Style { colour: true, ..Style::default() };
        let painted = padded(&style.paint(Ink::Bad, "✗"), 3);
        assert_eq!(painted, "\u{1b}[31m✗\u{1b}[0m  ");
    }
}

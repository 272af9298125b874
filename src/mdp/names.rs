//! Names of states in one text: a million states are not a million allocations.

use std::fmt::Write as _;

/// A name as one token of visible ASCII characters: every other byte, `%` and `#` in hexadecimal; `%` for an empty name.
#[must_use]
pub fn token(name: &str) -> String {
    let mut token = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_graphic() && byte != b'%' && byte != b'#' {
            token.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(token, "%{byte:02X}");
        }
    }
    if token.is_empty() { "%".into() } else { token }
}

/// A list of names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Names {
    text: String,
    ends: Vec<usize>,
}

impl Names {
    /// The names `0`, `1`, … of states that have none.
    pub(super) fn numbered(count: usize) -> Self {
        let mut names = Self { text: String::new(), ends: Vec::with_capacity(count) };
        for number in 0..count {
            names.push(&number.to_string());
        }
        names
    }

    pub(super) fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(self.text.len());
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, position: usize) -> &str {
        let start = if position == 0 { 0 } else { self.ends[position - 1] };
        &self.text[start..self.ends[position]]
    }
}

impl<'a> FromIterator<&'a str> for Names {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut list = Self::default();
        for name in names {
            list.push(name);
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_they_went_in() {
        let names: Names = ["a", "", "länger"].into_iter().collect();
        assert_eq!((names.len(), names.get(0), names.get(1), names.get(2)), (3, "a", "", "länger"));
        assert_eq!(Names::numbered(12).get(11), "11");
        assert_eq!(["a b", "50%#", "ä", ""].map(token), ["a%20b", "50%25%23", "%C3%A4", "%"]);
    }
}

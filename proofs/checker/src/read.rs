//! Tokens, and the two ways in which a file can fail (FORMAT.md, sections 2 and 4).

use std::fmt;

use crate::number::{Number, integer_small};

/// Numbers of more characters are not read (FORMAT.md, section 2).
const LONGEST: usize = 100_000;

/// A file that is not what FORMAT.md, section 2, describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    line: usize,
    problem: String,
}

impl Unreadable {
    /// The line, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for Unreadable {}

/// A text, token by token.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    text: &'a [u8],
    rest: &'a [u8],
    /// What was left where the last token began.
    last: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Result<Self, Unreadable> {
        let allowed = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
        // All bytes of a block are looked at before any is asked for, which lets the compiler take many at once.
        let all_allowed = |block: &[u8]| block.iter().fold(true, |so_far, byte| so_far & allowed(byte));
        if text.chunks(4096).all(all_allowed) {
            return Ok(Self { text, rest: text, last: text });
        }
        let at = text.iter().position(|byte| !allowed(byte)).unwrap_or(0);
        let last = text.get(at..).unwrap_or(&[]);
        Err(Self { text, rest: last, last }.unreadable("a byte that is neither a character of ASCII nor a blank"))
    }

    /// The line of the last token, counted from 1.
    pub(crate) fn line(&self) -> usize {
        let read = self.text.len().saturating_sub(self.last.len());
        let newlines = self.text.iter().take(read).filter(|byte| **byte == b'\n').count();
        newlines.saturating_add(1)
    }

    #[cold]
    pub(crate) fn unreadable(&self, problem: impl Into<String>) -> Unreadable {
        Unreadable { line: self.line(), problem: problem.into() }
    }

    #[cold]
    fn expected(&self, what: &str, token: &[u8]) -> Unreadable {
        let mut found: String = token.iter().take(40).map(|byte| char::from(*byte)).collect();
        if token.len() > 40 {
            found.push('…');
        }
        self.unreadable(format!("expected {what}, found `{found}`"))
    }

    /// The next token, if there is one.
    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let mut rest = self.rest;
        loop {
            match rest {
                [b'#', ..] => {
                    let end = rest.iter().position(|byte| *byte == b'\n')?;
                    rest = rest.get(end..)?;
                }
                [byte, tail @ ..] if *byte <= b' ' => rest = tail,
                _ => break,
            }
        }
        self.last = rest;
        let length = rest.iter().position(|byte| *byte <= b' ' || *byte == b'#').unwrap_or(rest.len());
        let (token, after) = rest.split_at_checked(length)?;
        self.rest = after;
        (length > 0).then_some(token)
    }

    #[inline]
    pub(crate) fn token(&mut self) -> Result<&'a [u8], Unreadable> {
        match self.next() {
            Some(token) => Ok(token),
            None => {
                self.last = &[];
                Err(self.unreadable("the file ends too early"))
            }
        }
    }

    /// The word `word` and nothing else.
    pub(crate) fn expect(&mut self, word: &str) -> Result<(), Unreadable> {
        let token = self.token()?;
        if token == word.as_bytes() {
            return Ok(());
        }
        Err(self.expected(&format!("`{word}`"), token))
    }

    /// Takes the word `word` if it is next; whether it was.
    pub(crate) fn accept(&mut self, word: &str) -> bool {
        let (rest, last) = (self.rest, self.last);
        if self.next() == Some(word.as_bytes()) {
            return true;
        }
        (self.rest, self.last) = (rest, last);
        false
    }

    /// One word of a list, as the value beside it.
    pub(crate) fn one_of<T: Copy>(&mut self, words: &[(&str, T)]) -> Result<T, Unreadable> {
        let token = self.token()?;
        if let Some((_, value)) = words.iter().find(|(word, _)| word.as_bytes() == token) {
            return Ok(*value);
        }
        let names: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        Err(self.expected(&names.join(" or "), token))
    }

    pub(crate) fn number_from(&self, token: &[u8]) -> Result<Number, Unreadable> {
        let number = if token.len() > LONGEST { None } else { Number::parse(token) };
        number.ok_or_else(|| self.expected("a number", token))
    }

    pub(crate) fn number(&mut self) -> Result<Number, Unreadable> {
        let token = self.token()?;
        self.number_from(token)
    }

    /// A natural number that fits.
    pub(crate) fn count(&mut self) -> Result<usize, Unreadable> {
        let token = self.token()?;
        self.count_from(token)
    }

    pub(crate) fn count_from(&self, token: &[u8]) -> Result<usize, Unreadable> {
        let value = integer_small(token).and_then(|value| usize::try_from(value).ok());
        value.filter(|_| token.first() != Some(&b'-')).ok_or_else(|| self.expected("a natural number", token))
    }

    /// The number of one of `limit` things.
    pub(crate) fn index(&mut self, limit: usize, what: &str) -> Result<usize, Unreadable> {
        let token = self.token()?;
        self.index_from(token, limit, what)
    }

    pub(crate) fn index_from(&self, token: &[u8], limit: usize, what: &str) -> Result<usize, Unreadable> {
        let index = self.count_from(token)?;
        if index < limit {
            return Ok(index);
        }
        Err(self.unreadable(format!("there is no {what} {index}, there are {limit}")))
    }

    /// That nothing is left.
    pub(crate) fn end(&mut self) -> Result<(), Unreadable> {
        self.expect("end")?;
        match self.next() {
            None => Ok(()),
            Some(token) => Err(self.expected("nothing after `end`", token)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reader;

    #[test]
    fn tokens_and_comments() {
        let mut reader = Reader::new(b" a# b c\n\r\td#\n##\ne").expect("characters");
        let tokens: Vec<&[u8]> = std::iter::from_fn(|| reader.token().ok()).collect();
        assert_eq!(tokens, [b"a", b"d", b"e"]);
    }

    #[test]
    fn problems_have_their_line() {
        let mut reader = Reader::new(b"one\n two # x\n# y\n three").expect("characters");
        reader.expect("one").expect("a word");
        assert_eq!(
            reader.expect("three").expect_err("another word").to_string(),
            "line 2: expected `three`, found `two`"
        );
        assert_eq!(reader.number().expect_err("no number").line(), 4);
        assert_eq!(reader.token().expect_err("nothing").to_string(), "line 4: the file ends too early");
        assert_eq!(Reader::new("a\n\u{e9}".as_bytes()).expect_err("no character").line(), 2);
        assert_eq!(Reader::new(b"a\0").expect_err("no character").line(), 1);
    }

    #[test]
    fn long_tokens_are_cut() {
        let said = |length: usize| {
            let token = "x".repeat(length);
            Reader::new(token.as_bytes()).expect("characters").expect("y").expect_err("another word").to_string()
        };
        assert!(said(40).ends_with(&format!("`{}`", "x".repeat(40))));
        assert!(said(41).ends_with(&format!("`{}…`", "x".repeat(40))));
    }

    #[test]
    fn counts_and_indices() {
        let read = |text: &str| Reader::new(text.as_bytes()).expect("characters").index(3, "state");
        assert_eq!(read("2"), Ok(2));
        for text in ["3", "-1", "-0", "1/1", "x", "99999999999999999999", ""] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_have_an_end() {
        let read = |digits: usize| Reader::new("1".repeat(digits).as_bytes()).expect("characters").number().is_ok();
        assert!(read(super::LONGEST) && !read(super::LONGEST + 1));
    }

    #[test]
    fn a_word_is_taken_or_left() {
        let mut reader = Reader::new(b"a b end").expect("characters");
        assert!(!reader.accept("b") && reader.accept("a") && reader.accept("b"));
        assert!(reader.end().is_ok());
        assert!(Reader::new(b"end end").expect("characters").end().is_err());
    }
}

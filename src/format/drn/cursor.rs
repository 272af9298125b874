//! One line of the file, read from left to right.

use std::ops::Range;

/// A position in a line.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    line: &'a [u8],
    at: usize,
    /// Where the line begins in the file.
    offset: usize,
}

/// A piece of a line and where it stands in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) text: &'a [u8],
    pub(super) start: usize,
}

impl Token<'_> {
    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// For messages.
    pub(super) fn shown(&self) -> String {
        String::from_utf8_lossy(self.text).into_owned()
    }

    /// The number, if it is written in digits alone.
    pub(super) fn count(&self) -> Option<usize> {
        if self.text.is_empty() || self.text.len() > 18 {
            return None;
        }
        let mut number = 0usize;
        for &byte in self.text {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            number = number * 10 + usize::from(digit);
        }
        Some(number)
    }
}

impl<'a> Cursor<'a> {
    pub(super) fn new(line: &'a [u8], offset: usize) -> Self {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut cursor = Self { line, at: 0, offset };
        cursor.skip_blanks();
        cursor
    }

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.line.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.line.len()
    }

    /// Whether nothing but a comment is left.
    pub(super) fn is_comment(&self) -> bool {
        self.line[self.at..].starts_with(b"//")
    }

    /// Skips `byte` and the blanks after it, if it comes next.
    pub(super) fn accept(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        if there {
            self.at += 1;
            self.skip_blanks();
        }
        there
    }

    /// What is left of the line, without blanks at its end.
    pub(super) fn rest(&mut self) -> Token<'a> {
        let text = self.line[self.at..].trim_ascii_end();
        let token = Token { text, start: self.offset + self.at };
        self.at = self.line.len();
        token
    }

    /// The bytes up to one for which `stop` holds; the blanks after them are skipped.
    pub(super) fn until(&mut self, stop: impl Fn(u8) -> bool) -> Token<'a> {
        let begin = self.at;
        while self.at < self.line.len() && !stop(self.line[self.at]) {
            self.at += 1;
        }
        let token = Token { text: &self.line[begin..self.at], start: self.offset + begin };
        self.skip_blanks();
        token
    }

    /// The bytes up to the next blank.
    pub(super) fn word(&mut self) -> Token<'a> {
        self.until(|byte| byte == b' ' || byte == b'\t')
    }

    /// A word, or what stands between double quotes; `None` when a quote is not closed.
    pub(super) fn name(&mut self) -> Option<Token<'a>> {
        if self.peek() != Some(b'"') {
            return Some(self.word());
        }
        self.at += 1;
        let token = self.until(|byte| byte == b'"');
        // `until` has skipped blanks only if the quote came at once after the text, which it does not skip.
        self.accept(b'"').then_some(token)
    }

    /// The whole line.
    pub(super) fn whole(&self) -> Range<usize> {
        let text = self.line.trim_ascii();
        let start = self.line.len() - self.line.trim_ascii_start().len();
        self.offset + start..self.offset + start + text.len()
    }
}

//! DRN, the explicit text format of the model checker Storm: Markov chains and decision processes with labels
//! and reward structures, numbers as fractions or decimals.
//!
//! A reader is fed the bytes of a file in pieces of any size and holds no more of them than one line, so that
//! a file, compressed or not, is never in memory beside its model. Numbers are read as exactly what they say.
//! What other readers take in silence is an error here: rows that do not sum to 1, states out of order, counts
//! that are wrong.

mod body;
mod cursor;
mod findings;
mod header;
mod numbers;

use crate::format::Diagnostic;
use crate::format::drn::body::Body;
use crate::format::drn::cursor::Cursor;
use crate::format::drn::findings::Findings;
use crate::format::drn::header::Header;
use crate::mdp::LabelledMdp;

/// Reads a DRN file piece by piece.
///
/// ```
/// use lavaproof::format::DrnReader;
/// let text = "@type: DTMC\n@nr_states\n2\n@model\n\
///     state 0 init\n\taction 0\n\t\t0 : 0.9\n\t\t1 : 1/10\n\
///     state 1 \"the goal\"\n\taction 0\n\t\t1 : 1\n";
/// let mut reader = DrnReader::default();
/// reader.feed(text.as_bytes());
/// let model = reader.finish().expect("a model");
/// assert_eq!((model.mdp.states(), model.mdp.transitions()), (2, 3));
/// assert!(model.label("the goal").is_some_and(|states| states.contains(1)));
/// ```
#[derive(Debug, Default)]
pub struct DrnReader {
    /// The beginning of a line whose end has not come yet.
    pending: Vec<u8>,
    /// Where the next line begins, in bytes of the file.
    offset: usize,
    header: Header,
    body: Option<Body>,
    found: Findings,
}

impl DrnReader {
    /// Takes the next bytes of the file.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        if !self.pending.is_empty() {
            let Some(newline) = memchr::memchr(b'\n', bytes) else {
                self.pending.extend_from_slice(bytes);
                return;
            };
            let mut line = std::mem::take(&mut self.pending);
            line.extend_from_slice(&bytes[..newline]);
            self.line(&line);
            line.clear();
            self.pending = line;
            bytes = &bytes[newline + 1..];
        }
        while let Some(newline) = memchr::memchr(b'\n', bytes) {
            self.line(&bytes[..newline]);
            bytes = &bytes[newline + 1..];
        }
        self.pending.extend_from_slice(bytes);
    }

    /// Notes that the file broke off, for example in the middle of its compressed data.
    pub fn interrupted(&mut self, reason: &str) {
        let message = format!("the file breaks off: {reason}");
        self.found.push(Diagnostic::about_file(message).with_hint("fetch or export the file again"));
    }

    /// The model, when all bytes have been fed.
    ///
    /// # Errors
    /// Everything that is wrong with the file, in its order; spans are in bytes of the uncompressed text.
    pub fn finish(mut self) -> Result<LabelledMdp, Vec<Diagnostic>> {
        let last = std::mem::take(&mut self.pending);
        if !last.is_empty() {
            self.line(&last);
        }
        let Self { offset, header, body, mut found, .. } = self;
        let Some(body) = body else {
            header.finish(offset, &mut found);
            if found.is_empty() {
                let message = "there is no `@model` section";
                found.push(Diagnostic::about_file(message).with_hint("states follow a line `@model`"));
            }
            return Err(found.into_list());
        };
        match body.finish(&header, offset, &mut found) {
            Some(model) if found.is_empty() => Ok(model),
            _ => {
                if found.is_empty() {
                    found.push(Diagnostic::about_file("the model has no states, or more than 2^32 - 2 of something"));
                }
                Err(found.into_list())
            }
        }
    }

    fn line(&mut self, line: &[u8]) {
        let mut cursor = Cursor::new(line, self.offset);
        self.offset += line.len() + 1;
        match &mut self.body {
            Some(body) => body.line(&mut cursor, &self.header, &mut self.found),
            None => {
                if self.header.line(&mut cursor, &mut self.found) {
                    self.header.finish(self.offset - 1, &mut self.found);
                    self.body = Some(Body::new(&self.header));
                }
            }
        }
    }
}

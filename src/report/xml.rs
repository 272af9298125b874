//! A tree of XML elements, written with everything escaped that must be.

use std::fmt::Display;

/// An element with its attributes and content.
#[derive(Debug, Clone)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    content: Vec<Content>,
}

#[derive(Debug, Clone)]
enum Content {
    Element(Element),
    Text(String),
}

impl Element {
    /// An empty element.
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), content: Vec::new() }
    }

    /// With one attribute more.
    pub(super) fn with(mut self, attribute: &'static str, value: impl Display) -> Self {
        self.attributes.push((attribute, value.to_string()));
        self
    }

    /// With one child more.
    pub(super) fn containing(mut self, child: Element) -> Self {
        self.push(child);
        self
    }

    /// With text at its end.
    pub(super) fn saying(mut self, text: impl Into<String>) -> Self {
        self.content.push(Content::Text(text.into()));
        self
    }

    /// Adds a child.
    pub(super) fn push(&mut self, child: Element) {
        self.content.push(Content::Element(child));
    }

    /// A whole document with this root.
    pub(super) fn document(&self) -> String {
        let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        self.write(&mut text, 0);
        text
    }

    fn write(&self, out: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        out.push_str(&format!("{indent}<{}", self.name));
        for (name, value) in &self.attributes {
            out.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        }
        // White space around text would become part of it.
        let has_text = self.content.iter().any(|content| matches!(content, Content::Text(_)));
        if self.content.is_empty() {
            out.push_str("/>\n");
            return;
        }
        out.push_str(if has_text { ">" } else { ">\n" });
        for content in &self.content {
            match content {
                Content::Element(element) => element.write(out, depth + 1),
                Content::Text(text) => out.push_str(&escaped(text)),
            }
        }
        out.push_str(&format!("{}</{}>\n", if has_text { "" } else { &indent }, self.name));
    }
}

/// Escapes what has a meaning in XML; characters that XML cannot hold at all become U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // A reader turns a bare one of these into a space in attributes, and drops `\r` everywhere.
            '\t' | '\r' | '\n' => escaped.push_str(&format!("&#{};", u32::from(character))),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let nasty = "a<b> & \"c\" 'd' ]]>\né\u{1}\t∀";
        let text = Element::new("root").with("name", nasty).containing(Element::new("child").saying(nasty)).document();
        let read = roxmltree::Document::parse(&text).expect("well formed");
        let expected = nasty.replace('\u{1}', "\u{fffd}");
        assert_eq!(read.root_element().attribute("name"), Some(expected.as_str()));
        let child = read.root_element().first_element_child().expect("a child");
        assert_eq!(child.text(), Some(expected.as_str()));
    }
}

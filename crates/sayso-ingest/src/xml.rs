//! Shared by the XML readers: a pull parser that does not expand a document's own entities, with a depth limit.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use crate::IngestError;

/// Maximum nesting depth of elements. News formats stay below 30.
const DEPTH: usize = 256;

/// The next node of a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// An element begins.
    Start(Element),
    /// An element ends; its local name in lower case.
    End(String),
    /// Text, references resolved.
    Text(String),
}

/// The start of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// Prefix in lower case; empty if there is none.
    pub(crate) prefix: String,
    /// Local name in lower case.
    pub(crate) name: String,
    /// Local names in lower case with values, in order; namespace declarations keep their prefix (`xmlns:dc`).
    pub(crate) attributes: Vec<(String, String)>,
}

impl Element {
    /// Value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// A pull parser over decoded text.
pub(crate) struct Nodes<'t> {
    reader: Reader<&'t [u8]>,
    form: &'static str,
    depth: usize,
    /// An empty element is returned as a start and an end.
    pending_end: Option<String>,
}

impl<'t> Nodes<'t> {
    pub(crate) fn new(text: &'t str, form: &'static str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_dangling_amp = true;
        Self { reader, form, depth: 0, pending_end: None }
    }

    /// The next node; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Node>, IngestError> {
        if let Some(name) = self.pending_end.take() {
            self.depth = self.depth.saturating_sub(1);
            return Ok(Some(Node::End(name)));
        }
        let malformed = |reason: String| IngestError::Malformed { form: self.form, reason };
        loop {
            let event = self.reader.read_event().map_err(|e| IngestError::Malformed {
                form: self.form,
                reason: format!("{e} at byte {}", self.reader.error_position()),
            })?;
            return Ok(Some(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEPTH {
                        return Err(malformed(format!("its elements are nested more than {DEPTH} deep")));
                    }
                    Node::Start(element(&start))
                }
                Event::Empty(start) => {
                    let element = element(&start);
                    self.depth += 1;
                    self.pending_end = Some(element.name.clone());
                    Node::Start(element)
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::End(local(end.local_name().as_ref()))
                }
                Event::Text(text) => Node::Text(text.to_string()),
                Event::CData(text) => Node::Text(text.to_string()),
                // An entity that the document declares itself is not expanded, since that is how XML bombs work, and stays as
                // it is written.
                Event::GeneralRef(reference) => {
                    Node::Text(resolve(&reference).unwrap_or_else(|| format!("&{};", &*reference)))
                }
                Event::Eof => return Ok(None),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            }));
        }
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start
        .attributes()
        .with_checks(false)
        .flatten()
        .take(64)
        .map(|a| {
            let name = local(a.key.as_ref());
            let name = if name.starts_with("xmlns:") { name } else { local(a.key.local_name().as_ref()) };
            (name, unescape(&a.value))
        })
        .collect();
    let prefix = start.name().prefix().map(|p| local(p.as_ref())).unwrap_or_default();
    Element { prefix, name: local(start.local_name().as_ref()), attributes }
}

fn local(name: &str) -> String {
    name.to_lowercase()
}

/// Resolves an XML or HTML reference: `amp`, `#8212`, `#x2014`, `nbsp`.
fn resolve(reference: &str) -> Option<String> {
    let number = reference.strip_prefix('#').map(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    });
    if let Some(number) = number {
        return number.ok().and_then(referenced).map(String::from);
    }
    quick_xml::escape::resolve_html5_entity(reference).map(str::to_owned)
}

/// The character of a numeric reference. Those to 128 to 159, which are control characters, are meant as Windows-1252, as HTML
/// has it: programs write `&#147;` for a quotation mark.
fn referenced(number: u32) -> Option<char> {
    match u8::try_from(number) {
        Ok(byte @ 0x80..=0x9F) => {
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next()
        }
        _ => char::from_u32(number),
    }
}

fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or(""));
        rest = rest.get(at..).unwrap_or("");
        // The longest name of an entity has 32 characters.
        let end = rest.bytes().take(40).position(|b| b == b';');
        match end.and_then(|end| Some((resolve(rest.get(1..end)?)?, rest.get(end + 1..)?))) {
            Some((text, after)) => {
                out.push_str(&text);
                rest = after;
            }
            None => {
                out.push('&');
                rest = rest.get(1..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{resolve, unescape};

    #[test]
    fn numeric_references_to_control_characters_are_windows_1252() {
        assert_eq!(unescape("&#147;It couldn&#146;t&#x94; &#151; &#8212; &#233;"), "“It couldn’t” — — é");
        assert_eq!((resolve("#x110000"), resolve("#x"), resolve("unknown")), (None, None, None));
    }
}

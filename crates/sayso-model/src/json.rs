//! JSON as sayso prints it: every span with its exact text, in Unicode code points.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Reading, Span};

/// A span as printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Exact {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The words.
    pub exact: String,
}

impl Exact {
    /// A span of `text`, printed. For many spans of one text [`with_exact`] is faster.
    #[must_use]
    pub fn of(span: Span, text: &str) -> Self {
        let before = |byte: usize| text.as_bytes().get(..byte).map_or(0, starts);
        Self { start: before(span.start), end: before(span.end), exact: span.cut(text).to_owned() }
    }
}

/// The JSON value of anything that contains spans into `text`.
///
/// Internally, a span is serialised in bytes; here each object with exactly the keys `start` and `end` gets code-point
/// offsets and the exact text next to them, as in W3C Web Annotation's text selectors.
///
/// # Errors
/// Fails only if `entry` itself cannot be serialised.
pub fn with_exact<T: Serialize>(entry: &T, text: &str) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(entry)?;
    let offsets = CodePoints::new(text);
    widen(&mut value, text, &offsets);
    Ok(value)
}

/// The JSON value of a story: each mark's span in code points, with its exact text. `texts` are those of its reports,
/// in order.
///
/// # Errors
/// Fails only if the story cannot be serialised.
pub fn story_with_exact(story: &crate::story::Story, texts: &[&str]) -> serde_json::Result<Value> {
    marks_with_exact(story, texts)
}

/// The same for a part of a story.
///
/// # Errors
/// Fails only if it cannot be serialised.
pub fn marks_with_exact<T: Serialize>(part: &T, texts: &[&str]) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(part)?;
    let offsets: Vec<CodePoints<'_>> = texts.iter().map(|text| CodePoints::new(text)).collect();
    widen_marks(&mut value, texts, &offsets);
    Ok(value)
}

fn widen_marks(value: &mut Value, texts: &[&str], offsets: &[CodePoints<'_>]) {
    match value {
        Value::Object(map) => {
            let report = map.get("report").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
            if let (Some(report), Some(span)) = (report, map.get_mut("span")) {
                if let (Some(text), Some(offsets)) = (texts.get(report), offsets.get(report)) {
                    widen(span, text, offsets);
                }
            } else {
                map.values_mut().for_each(|v| widen_marks(v, texts, offsets));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|v| widen_marks(v, texts, offsets)),
        _ => {}
    }
}

/// The JSON Schema (2020-12) of a printed reading.
#[must_use]
pub fn reading_schema() -> Value {
    with_printed_spans(schemars::schema_for!(Reading).to_value())
}

/// The JSON Schema (2020-12) of a printed story.
#[must_use]
pub fn story_schema() -> Value {
    with_printed_spans(schemars::schema_for!(crate::story::Story).to_value())
}

/// A schema of something that contains spans, as printed: spans are held in bytes, and printed in code points with
/// their text.
#[must_use]
pub fn with_printed_spans(mut schema: Value) -> Value {
    let span = serde_json::json!({
        "type": "object",
        "description": "A stretch of the report's text in Unicode code points, end exclusive, with the text itself.",
        "properties": {
            "start": {"type": "integer", "minimum": 0, "description": "First code point."},
            "end": {"type": "integer", "minimum": 0, "description": "One past the last code point."},
            "exact": {"type": "string", "description": "The text between them."}
        },
        "required": ["start", "end", "exact"]
    });
    if let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
        definitions.insert("Span".to_owned(), span);
    }
    schema
}

/// Converts byte offsets to code points in logarithmic time: the count at every 256th byte is stored.
struct CodePoints<'a> {
    text: &'a [u8],
    every: Vec<usize>,
}

impl<'a> CodePoints<'a> {
    const STEP: usize = 256;

    fn new(text: &'a str) -> Self {
        let mut count = 0;
        let every = text
            .as_bytes()
            .chunks(Self::STEP)
            .map(|chunk| {
                let before = count;
                count += starts(chunk);
                before
            })
            .collect();
        Self { text: text.as_bytes(), every }
    }

    fn at(&self, byte: usize) -> usize {
        let byte = byte.min(self.text.len());
        let block = byte / Self::STEP;
        match self.every.get(block) {
            Some(before) => before + starts(&self.text[block * Self::STEP..byte]),
            None => self
                .every
                .last()
                .map_or(0, |before| before + starts(&self.text[(self.every.len() - 1) * Self::STEP..])),
        }
    }
}

/// How many characters start in these bytes.
fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count()
}

fn widen(value: &mut Value, text: &str, offsets: &CodePoints<'_>) {
    match value {
        Value::Object(map) => match bytes_of(map) {
            Some((start, end)) => {
                map.insert("start".to_owned(), offsets.at(start).into());
                map.insert("end".to_owned(), offsets.at(end).into());
                map.insert("exact".to_owned(), text.get(start..end).unwrap_or("").into());
            }
            None => map.values_mut().for_each(|v| widen(v, text, offsets)),
        },
        Value::Array(items) => items.iter_mut().for_each(|v| widen(v, text, offsets)),
        _ => {}
    }
}

fn bytes_of(map: &Map<String, Value>) -> Option<(usize, usize)> {
    if map.len() != 2 {
        return None;
    }
    let number = |key| map.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    Some((number("start")?, number("end")?))
}

#[cfg(test)]
mod tests {
    use super::{CodePoints, Exact, with_exact};
    use crate::Span;

    #[test]
    fn spans_become_code_points() {
        let text = "“Öl” ist da";
        let span = Span::new("“".len(), "“Öl".len());
        let value = with_exact(&vec![span], text).unwrap();
        assert_eq!(value[0]["start"], 1);
        assert_eq!(value[0]["end"], 3);
        assert_eq!(value[0]["exact"], "Öl");
        assert_eq!(serde_json::to_value(Exact::of(span, text)).unwrap(), value[0]);
    }

    #[test]
    fn every_boundary_counts_right() {
        let text = "é”x".repeat(400);
        let offsets = CodePoints::new(&text);
        for (count, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(offsets.at(byte), count);
        }
        assert_eq!(offsets.at(text.len()), text.chars().count());
    }
}

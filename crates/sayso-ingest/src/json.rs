//! JSON as outlets and dumps write it.

use sayso_model::Diagnostic;
use serde_json::Value;

use crate::{IngestError, report::diagnostic};

/// Parses JSON. An unpaired surrogate, which some programs write for text cut in the middle of a character, is replaced by U+FFFD
/// and reported.
///
/// # Errors
/// [`IngestError::Malformed`].
pub(crate) fn parse(text: &str) -> Result<(Value, Vec<Diagnostic>), IngestError> {
    let malformed = |e: serde_json::Error| IngestError::Malformed { form: "JSON", reason: e.to_string() };
    match serde_json::from_str(text) {
        Ok(value) => Ok((value, Vec::new())),
        Err(first) => {
            let (repaired, replaced) = repair(text);
            if replaced == 0 {
                return Err(malformed(first));
            }
            let value = serde_json::from_str(&repaired).map_err(malformed)?;
            let message = format!("{replaced} unpaired surrogates were replaced by U+FFFD.");
            Ok((value, vec![diagnostic("invalid_text", &message)]))
        }
    }
}

/// The text with every escape of a lone surrogate replaced by `\ufffd`, and their number.
fn repair(text: &str) -> (String, usize) {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut replaced) = (text, 0);
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        // An escape is a backslash with a character, or with `u` and four digits; a pair of the latter is one character.
        let (length, is_lone) = match unit(escape) {
            Some(0xD800..=0xDBFF) => match escape.get(6..).and_then(unit) {
                Some(0xDC00..=0xDFFF) => (12, false),
                _ => (6, true),
            },
            Some(0xDC00..=0xDFFF) => (6, true),
            Some(_) => (6, false),
            None => (1 + escape.chars().nth(1).map_or(0, char::len_utf8), false),
        };
        let (escape, after) = escape.split_at(length);
        out.push_str(if is_lone { "\\ufffd" } else { escape });
        replaced += usize::from(is_lone);
        rest = after;
    }
    out.push_str(rest);
    (out, replaced)
}

/// The code unit of the escape at the start of a text.
fn unit(escape: &str) -> Option<u16> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::{parse, repair};

    #[test]
    fn a_lone_surrogate_costs_its_character_only() {
        let (value, told) = parse(r#"{"a": "x\ud83dy\udc00", "b": "\ud83d\ude00 \\ud800"}"#).unwrap();
        assert_eq!(value["a"], "x\u{FFFD}y\u{FFFD}");
        assert_eq!(value["b"], "\u{1F600} \\ud800");
        assert_eq!(told.len(), 1);
        assert!(parse(r#"{"a": "\ud800""#).is_err());
        assert!(parse(r#"{"a": 1}"#).unwrap().1.is_empty());
    }

    #[test]
    fn what_is_not_an_escape_is_unchanged() {
        for text in ["", "\\", "\\u12", "\\é\\\\ud800", "\\ud83d\\ude00", "plain"] {
            assert_eq!(repair(text), (text.to_owned(), 0), "{text}");
        }
    }
}

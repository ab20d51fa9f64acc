//! JSON Lines: one report per line, as a news item of [`crate::ninjs`] or as a record.
//!
//! Fields of a record; one of the first three is required, the others are optional, and unknown ones are ignored:
//!
//! | field | value |
//! |---|---|
//! | `text`, or `body` | the report's text; a list of strings is a list of paragraphs |
//! | `html` | a page; read like any page if there is no `text` |
//! | `title`, or `headline` | headline |
//! | `outlet`, or `publisher`, `source` | outlet |
//! | `author`, or `authors`, `byline` | a string ("By Jane Doe and John Roe") or a list of names |
//! | `published`, or `date`, `published_at`, `datetime` | day or instant of publication, in any unambiguous form; a number is seconds since 1970 |
//! | `url`, or `link` | address |
//! | `language`, or `lang` | BCP 47 tag |

use std::io::BufRead;

use sayso_model::{Head, HeadSource, Report, Stated};
use serde_json::{Map, Value};

use crate::{
    HeadOverrides, IngestError, Item, Limits, Piece, Sink, charset, head,
    head::{fill, names, publish, stated},
    html, json,
    normalise::normalise,
    report::assemble,
    source::form_of_line,
};

/// Splits JSON Lines into items; blank lines are skipped, a line over the limit fails and the next is read.
///
/// # Errors
/// [`IngestError::Io`].
pub fn read(
    origin: &str,
    reader: &mut impl BufRead,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), IngestError> {
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let whole = read_line(reader, &mut line, limits.report_bytes)?;
        if line.is_empty() && whole == Line::End {
            break;
        }
        let at = format!("{origin}:{number}");
        let bytes = line.trim_ascii();
        let item = if whole == Line::TooLong {
            let error = IngestError::TooLarge {
                what: "the line",
                limit: format!("{} bytes", limits.report_bytes),
                remedy: "raise --max-bytes if it really is one report",
            };
            Item::Failed { origin: at, error }
        } else if bytes.is_empty() {
            continue;
        } else {
            Item::Piece(Box::new(Piece::new(at, form_of_line(bytes), bytes.to_vec())))
        };
        if sink(item).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Line {
    Whole,
    TooLong,
    End,
}

/// Reads up to the next line end; what exceeds the limit is read and dropped.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>, limit: u64) -> Result<Line, IngestError> {
    let mut too_long = false;
    loop {
        let buffer = match reader.fill_buf() {
            Ok(buffer) => buffer,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e.into()),
        };
        if buffer.is_empty() {
            return Ok(if too_long { Line::TooLong } else { Line::End });
        }
        let end = buffer.iter().position(|&b| b == b'\n');
        let taken = end.map_or(buffer.len(), |at| at + 1);
        if !too_long {
            line.extend_from_slice(buffer.get(..taken).unwrap_or(buffer));
            too_long = line.len() as u64 > limit;
            if too_long {
                line.clear();
            }
        }
        reader.consume(taken);
        if end.is_some() {
            return Ok(if too_long { Line::TooLong } else { Line::Whole });
        }
    }
}

/// The report of one record.
///
/// # Errors
/// [`IngestError::Malformed`] for what is not a JSON object, [`IngestError::NoText`] for one without text.
pub fn report(
    bytes: &[u8],
    known: &Head,
    options: &HeadOverrides,
    limits: &Limits,
) -> Result<Report, IngestError> {
    let malformed = |reason: String| IngestError::Malformed { form: "JSON", reason };
    let decoded = charset::decode(bytes, None)?;
    let (value, diagnostics) = json::parse(&decoded.text)?;
    let Value::Object(record) = value else { return Err(malformed("it is not an object".to_owned())) };
    let mut all = options.head();
    // An address given for a live blog is that of its page: the block keeps what tells it from the others.
    if let (Some(given), Some(block)) =
        (&mut all.url, known.url.as_ref().filter(|u| u.from == HeadSource::Block))
    {
        let page = given.value.split('#').next().unwrap_or(&given.value);
        let fragment = block.value.split_once('#').map_or("", |(_, fragment)| fragment);
        *given = Stated { value: format!("{page}#{fragment}"), ..block.clone() };
    }
    fill(&mut all, record_head(&record));
    fill(&mut all, known.clone());
    let text = first(&record, &["text", "body"]).map(paragraphs).unwrap_or_default();
    let body = normalise(&text);
    if !body.trim().is_empty() {
        return Ok(assemble(bytes, &body, all, diagnostics));
    }
    match first(&record, &["html"]).and_then(Value::as_str) {
        Some(page) => html::page(bytes, page, all, diagnostics, limits),
        None => Err(IngestError::NoText { form: "record (fields `text`, `body` or `html`)" }),
    }
}

fn record_head(record: &Map<String, Value>) -> Head {
    let from = HeadSource::Record;
    let string = |names: &[&str]| first(record, names).and_then(Value::as_str);
    let mut out = Head {
        headline: string(&["title", "headline"]).and_then(|v| stated(v, &from)),
        outlet: string(&["outlet", "publisher", "source"]).and_then(|v| stated(v, &from)),
        byline: byline(first(record, &["author", "authors", "byline"])),
        url: string(&["url", "link"]).filter(|u| head::host(u).is_some()).and_then(|v| stated(v, &from)),
        language: string(&["language", "lang"]).and_then(|v| stated(v, &from)),
        ..Head::default()
    };
    match first(record, &["published", "date", "published_at", "datetime"]) {
        Some(Value::String(written)) => publish(&mut out, written, &from),
        Some(Value::Number(seconds)) => {
            if let Some(instant) = seconds.as_i64().and_then(|s| jiff::Timestamp::from_second(s).ok()) {
                publish(&mut out, &instant.to_string(), &from);
            }
        }
        _ => {}
    }
    out
}

fn byline(value: Option<&Value>) -> Vec<Stated<String>> {
    let from = HeadSource::Record;
    match value {
        Some(Value::String(written)) => names(written).iter().filter_map(|n| stated(n, &from)).collect(),
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(|v| v.as_str().or_else(|| v.get("name").and_then(Value::as_str)))
            .filter_map(|n| stated(n, &from))
            .collect(),
        _ => Vec::new(),
    }
}

fn first<'r>(record: &'r Map<String, Value>, names: &[&str]) -> Option<&'r Value> {
    names.iter().find_map(|name| record.get(*name)).filter(|v| !v.is_null())
}

fn paragraphs(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n\n"),
        _ => String::new(),
    }
}

/// Collects the items of a reader as bytes, for tests of other modules.
#[cfg(test)]
pub(crate) fn collect(read: impl FnOnce(&mut Sink<'_>)) -> Vec<Item> {
    let mut items = Vec::new();
    read(&mut |item| {
        items.push(item);
        std::ops::ControlFlow::Continue(())
    });
    items
}

#[cfg(test)]
mod tests {
    use super::{collect, read, report};
    use crate::{HeadOverrides, IngestError, Item, Limits};
    use sayso_model::Head;

    #[test]
    fn documented_fields_are_read() {
        let line = r#"{"title": "Nine hurt", "body": ["LUND — Nine people were hurt.", "The ferry is old."], "authors": ["Ida Holm"],
            "outlet": "Coast Courier", "published": 1709623800, "url": "https://coast-courier.test/a", "other": {"a": [1]}}"#;
        let report =
            report(line.as_bytes(), &Head::default(), &HeadOverrides::default(), &Limits::default()).unwrap();
        assert_eq!(report.text, "Nine hurt\n\nLUND — Nine people were hurt.\n\nThe ferry is old.");
        assert_eq!(report.head.published.unwrap().value.to_string(), "2024-03-05");
        assert_eq!(report.head.byline[0].value, "Ida Holm");
    }

    #[test]
    fn bad_lines_do_not_stop_the_good() {
        let limits = Limits { report_bytes: 64, ..Limits::default() };
        let lines = format!("{{\"text\": \"a\"}}\n\n{}\n{{\"text\": \"b\"}}", "x".repeat(200));
        let items = collect(|sink| read("d.jsonl", &mut lines.as_bytes(), &limits, sink).unwrap());
        assert_eq!(items.len(), 3);
        assert!(
            matches!(&items[1], Item::Failed { origin, error: IngestError::TooLarge { .. } } if origin == "d.jsonl:3")
        );
        assert!(matches!(&items[2], Item::Piece(p) if p.origin == "d.jsonl:4"));
        for bad in ["", "[1]", "{\"text\": \"\"}", "{\"text\": 3}", "{\"title\": \"x\"}", "{\"text\": \"a\""]
        {
            assert!(
                report(bad.as_bytes(), &Head::default(), &HeadOverrides::default(), &limits).is_err(),
                "{bad}"
            );
        }
    }
}

//! JSON Feed 1 and 1.1.

use serde_json::Value;

use super::{
    entry::{Entry, Feed},
    escaped,
};

/// Parses a JSON feed.
pub(super) fn read(text: &str, limit: usize) -> Result<Feed, String> {
    let value: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let items = value.get("items").and_then(Value::as_array).ok_or("it has no list of items")?;
    Ok(Feed {
        title: string(&value, "title").map(escaped),
        language: string(&value, "language").map(str::to_owned),
        authors: authors(&value),
        entries: items.iter().take(limit).map(entry).collect(),
        beyond: items.len().saturating_sub(limit),
        damage: None,
    })
}

fn string<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str).filter(|v| !v.trim().is_empty())
}

fn authors(value: &Value) -> Vec<String> {
    let many = value.get("authors").and_then(Value::as_array).into_iter().flatten();
    many.chain(value.get("author")).filter_map(|a| string(a, "name")).map(str::to_owned).collect()
}

fn entry(item: &Value) -> Entry {
    let all = |names: &[&str]| names.iter().filter_map(|n| string(item, n)).map(str::to_owned).collect();
    Entry {
        title: string(item, "title").map(escaped),
        source: None,
        urls: all(&["url", "external_url", "id"]),
        authors: authors(item),
        dates: all(&["date_published"]),
        changed: all(&["date_modified"]),
        language: string(item, "language").map(str::to_owned),
        texts: [
            string(item, "content_html").map(str::to_owned),
            string(item, "content_text").map(escaped_lines),
            string(item, "summary").map(escaped),
        ]
        .into_iter()
        .flatten()
        .collect(),
        unread: None,
    }
}

/// Plain text with its lines kept apart.
fn escaped_lines(text: &str) -> String {
    if text.contains(['<', '&']) { escaped(text).replace('\n', "<br>") } else { text.to_owned() }
}

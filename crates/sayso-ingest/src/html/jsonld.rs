//! Schema.org JSON-LD: what the publisher says about the article.

use std::sync::LazyLock;

use scraper::{Html, Selector};
use serde_json::Value;

use super::claims::Claims;

/// What a page's JSON-LD says about its article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Data {
    pub(super) headline: Option<String>,
    pub(super) outlet: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) published: Option<String>,
    pub(super) changed: Option<String>,
    pub(super) url: Option<String>,
    pub(super) language: Option<String>,
    pub(super) body: Option<String>,
    /// Whether all of it is free to read (`isAccessibleForFree`).
    pub(super) free: Option<bool>,
}

#[allow(clippy::unwrap_used, reason = "a constant selector, compiled in the tests")]
static SCRIPTS: LazyLock<Selector> =
    LazyLock::new(|| Selector::parse(r#"script[type*="ld+json" i]"#).unwrap());

/// Reads every JSON-LD script; of several articles, the one that the page confirms is used, otherwise the first of the most
/// complete.
pub(super) fn read(document: &Html, claims: &Claims) -> Data {
    let mut articles: Vec<Value> = Vec::new();
    let mut others: Vec<Value> = Vec::new();
    for value in values(document) {
        collect(value, 0, &mut articles, &mut others);
    }
    let mut best: Option<((bool, bool, usize), Data)> = None;
    for article in &articles {
        let data = data(article, &others);
        let says = [
            data.headline.is_some(),
            data.published.is_some(),
            !data.authors.is_empty(),
            data.body.is_some(),
        ];
        let own = data.url.as_deref().and_then(|url| claims.is_own(url));
        let said = data.headline.as_deref().is_some_and(|h| claims.support(h) > 0);
        let rank = (own == Some(true) || said, own != Some(false), says.iter().filter(|b| **b).count());
        if best.as_ref().is_none_or(|(best, _)| rank > *best) {
            best = Some((rank, data));
        }
    }
    let mut best = best.map(|(_, data)| data).unwrap_or_default();
    if best.outlet.is_none() {
        best.outlet = others
            .iter()
            .find(|o| is_type(o, &["NewsMediaOrganization", "WebSite"]))
            .and_then(|o| o.get("name").and_then(string));
    }
    best
}

/// The values in the page's JSON-LD scripts.
pub(super) fn values(document: &Html) -> Vec<Value> {
    let scripts = document.select(&SCRIPTS).take(32);
    scripts.filter_map(|script| parse(&script.text().collect::<String>())).collect()
}

/// Parses leniently: allows comments and CDATA around it, raw line breaks in strings, a semicolon at the end, a comma before a
/// closing bracket.
fn parse(written: &str) -> Option<Value> {
    let trimmed = written
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[")
        .trim_start_matches("<![CDATA[")
        .trim_end_matches("-->")
        .trim_end_matches("//]]>")
        .trim_end_matches("]]>")
        .trim()
        .trim_end_matches(';');
    serde_json::from_str(trimmed)
        .or_else(|_| {
            let cleaned: String = trimmed.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            serde_json::from_str(&cleaned).or_else(|_| serde_json::from_str(&without_last_commas(&cleaned)))
        })
        .ok()
}

/// JSON without commas before a closing bracket.
fn without_last_commas(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    // Where a comma is that nothing but white space follows so far.
    let mut comma: Option<usize> = None;
    for c in json.chars() {
        match c {
            _ if in_string => {
                in_string = escaped || c != '"';
                escaped = c == '\\' && !escaped;
            }
            '}' | ']' => {
                if let Some(at) = comma.take() {
                    out.truncate(at);
                }
            }
            ',' => comma = Some(out.len()),
            c if c.is_whitespace() => {}
            _ => {
                comma = None;
                in_string = c == '"';
            }
        }
        out.push(c);
    }
    out
}

/// Sorts the objects of a value, with graphs and lists expanded.
fn collect(value: Value, depth: usize, articles: &mut Vec<Value>, others: &mut Vec<Value>) {
    if depth > 8 || articles.len() + others.len() > 500 {
        return;
    }
    match value {
        Value::Array(list) => list.into_iter().for_each(|v| collect(v, depth + 1, articles, others)),
        Value::Object(mut map) => {
            for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                if let Some(inner @ (Value::Array(_) | Value::Object(_))) = map.get(key).cloned() {
                    if key == "@graph" {
                        map.remove(key);
                    }
                    collect(inner, depth + 1, articles, others);
                }
            }
            let value = Value::Object(map);
            if is_article(&value) { articles.push(value) } else { others.push(value) }
        }
        _ => {}
    }
}

fn types(value: &Value) -> Vec<&str> {
    match value.get("@type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_type(value: &Value, wanted: &[&str]) -> bool {
    types(value).iter().any(|t| wanted.contains(&t.rsplit('/').next().unwrap_or(t)))
}

fn is_article(value: &Value) -> bool {
    types(value).iter().any(|t| {
        t.ends_with("Article")
            || t.ends_with("Posting")
            || matches!(*t, "Report" | "Review" | "LiveBlogPosting")
    })
}

fn data(article: &Value, others: &[Value]) -> Data {
    let text = |key: &str| article.get(key).and_then(string);
    // If an object is only a reference, the rest is elsewhere on the page.
    let resolve = |value: &Value| -> Value {
        let id = value.get("@id").and_then(Value::as_str);
        match (value.get("name"), id) {
            (None, Some(id)) => others
                .iter()
                .find(|o| o.get("@id").and_then(Value::as_str) == Some(id))
                .cloned()
                .unwrap_or_else(|| value.clone()),
            _ => value.clone(),
        }
    };
    let mut authors = Vec::new();
    for key in ["author", "creator"] {
        if authors.is_empty() {
            names(article.get(key).unwrap_or(&Value::Null), &resolve, &mut authors);
        }
    }
    let publisher = article.get("publisher").map(|p| match p {
        Value::Array(list) => list.first().map(&resolve).unwrap_or(Value::Null),
        one => resolve(one),
    });
    let url = text("url").or_else(|| match article.get("mainEntityOfPage") {
        Some(Value::String(url)) => Some(url.clone()),
        Some(page) => page.get("@id").and_then(string),
        None => None,
    });
    Data {
        headline: text("headline").or_else(|| text("name")),
        outlet: publisher.as_ref().and_then(|p| string(p).or_else(|| p.get("name").and_then(string))),
        authors,
        published: text("datePublished").or_else(|| text("dateCreated")),
        changed: text("dateModified"),
        url,
        language: text("inLanguage"),
        body: text("articleBody").filter(|b| b.len() > 200),
        free: article.get("isAccessibleForFree").and_then(truth),
    }
}

/// A Boolean, also as a string.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(word) => match word.rsplit('/').next().unwrap_or("").to_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn names(value: &Value, resolve: &dyn Fn(&Value) -> Value, out: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().take(32).for_each(|v| match v {
            Value::Array(_) => {}
            one => names(one, resolve, out),
        }),
        Value::String(name) => out.push(name.clone()),
        Value::Object(_) => {
            let resolved = resolve(value);
            match resolved.get("name") {
                Some(Value::Array(list)) => out.extend(list.iter().filter_map(string)),
                Some(name) => out.extend(string(name)),
                None => {
                    let part = |key: &str| resolved.get(key).and_then(string);
                    if let (Some(given), Some(family)) = (part("givenName"), part("familyName")) {
                        out.push(format!("{given} {family}"));
                    }
                }
            }
        }
        _ => {}
    }
}

/// A string without markup and character references that some publishers leave in it.
fn string(value: &Value) -> Option<String> {
    let written = match value {
        Value::String(written) => written.as_str(),
        Value::Object(map) => map.get("@value").and_then(Value::as_str)?,
        Value::Array(list) => list.first().and_then(Value::as_str)?,
        _ => return None,
    };
    if written.trim().is_empty() {
        return None;
    }
    Some(if written.contains(['<', '&']) { super::text_of(written) } else { written.to_owned() })
}

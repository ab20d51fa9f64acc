//! IPTC ninjs 3: a report as a news item, with those whose word it gives as its information sources.

use std::collections::BTreeSet;

use sayso_model::{ChainRole, SpeakerKind};
use serde_json::{Map, Value, json};

use crate::reports::{Document, TERMS};

/// The item of a report. What is not known is left out: the standard has no null.
pub(crate) fn item(document: &Document) -> Value {
    let reading = document.reading();
    let head = &reading.report.head;
    let headline = head.headline.as_ref();
    let body = headline.and_then(|h| h.span).filter(|span| span.start == 0);
    let body = body.and_then(|span| document.text().get(span.end..)).unwrap_or(document.text()).trim_start();
    let byline: Vec<&str> = head.byline.iter().map(|by| by.value.as_str()).collect();
    let mut item = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            item.insert(name.to_owned(), value);
        }
    };
    put("uri", Some(uri(&document.iri()).into()));
    put(
        "standard",
        Some(json!({
            "name": "ninjs", "version": "3.0", "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_3.0.json"
        })),
    );
    put("type", Some("text".into()));
    put("version", Some(document.line.revision.to_string().into()));
    // The standard accepts only an instant as a date-time; a bare day would need a time that nobody stated.
    put("firstCreated", head.published_at.as_ref().map(|at| at.value.clone().into()));
    put("language", head.language.as_ref().map(|l| l.value.clone().into()));
    put(
        "headlines",
        headline.map(|h| json!([{"role": "main", "contentType": "text/plain", "value": h.value}])),
    );
    put("by", (!byline.is_empty()).then(|| byline.join(", ").into()));
    put("located", head.dateline.as_ref().map(|d| d.value.clone().into()));
    put(
        "bodies",
        Some(json!([{
            "role": "main", "contentType": "text/plain", "charCount": body.chars().count(), "value": body
        }])),
    );
    put("people", list(speakers(document, |kind| kind == SpeakerKind::Person)));
    put("organisations", list(speakers(document, is_body)));
    put("places", list(places(document)));
    put("infoSources", list(sources(document)));
    put("altIds", Some(json!([{"role": "sha256", "value": document.line.text_hash}])));
    Value::Object(item)
}

fn list(values: Vec<Value>) -> Option<Value> {
    (!values.is_empty()).then(|| values.into())
}

/// True for a body, which a description identifies as well as a name does ("the fire brigade").
pub(crate) fn is_body(kind: SpeakerKind) -> bool {
    matches!(kind, SpeakerKind::Organization | SpeakerKind::Government | SpeakerKind::Outlet)
}

/// Speakers of some kinds; of people, only those who are named.
fn speakers(document: &Document, kind: impl Fn(SpeakerKind) -> bool) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let speakers = document.reading().speakers.iter();
    speakers
        .filter(|s| kind(s.kind) && (!s.anonymous || is_body(s.kind)) && seen.insert(s.name.as_str()))
        .map(|s| json!({"name": s.name, "rel": "quoted"}))
        .collect()
}

fn places(document: &Document) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let places = document.reading().places.iter().filter(|place| seen.insert(place.name.as_str()));
    places
        .map(|place| match place.resolved.as_ref().and_then(|entry| entry.geonames) {
            Some(id) => json!({"name": place.name, "uri": format!("https://sws.geonames.org/{id}/")}),
            None => json!({"name": place.name}),
        })
        .collect()
}

/// The outlet, then those whose word the report gives and those who relay it, without repetition, in the order of first
/// use.
fn sources(document: &Document) -> Vec<Value> {
    let mut sources = Vec::new();
    if let Some(outlet) = &document.outlet {
        sources.push(source(outlet, "publisher"));
    }
    let mut seen = BTreeSet::new();
    for link in document.reading().statements.iter().flat_map(|s| &s.chain) {
        let role = match link.role {
            ChainRole::Outlet => continue,
            ChainRole::Relay => "relay",
            ChainRole::Origin => "origin",
        };
        if let Some(name) = &link.name
            && seen.insert((name.as_str(), role))
        {
            sources.push(source(name, role));
        }
    }
    sources
}

/// A source in its role; the standard requires a URI as the name of a role.
fn source(name: &str, role: &str) -> Value {
    json!({"name": name, "role": format!("{TERMS}{role}")})
}

/// A URL as the URI that the standard requires: characters not allowed in one are escaped (RFC 3987, 3.1).
fn uri(iri: &str) -> String {
    let mut uri = String::with_capacity(iri.len());
    for (at, byte) in iri.bytes().enumerate() {
        let escape = |digits: &str| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let stands = match byte {
            b'%' => iri.get(at + 1..at + 3).is_some_and(escape),
            _ => byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(&byte),
        };
        match stands {
            true => uri.push(char::from(byte)),
            false => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn an_address_with_letters_of_any_script_becomes_a_uri() {
        assert_eq!(
            uri("https://fluß.example/a%20b?q=[é]&p=5%"),
            "https://flu%C3%9F.example/a%20b?q=%5B%C3%A9%5D&p=5%25"
        );
        assert_eq!(uri("urn:sha256:00ff"), "urn:sha256:00ff");
    }
}

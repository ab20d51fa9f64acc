//! The entries of a reading as tables.

use sayso_model::{ChainLink, ChainRole, Figure, Reading, Span, Statement};

use super::TableKind;
use crate::{failure::Failure, output};

/// Prints one kind of entries.
pub(crate) fn print(kind: TableKind, reading: &Reading) -> Result<(), Failure> {
    let text = reading.report.text.as_str();
    match kind {
        TableKind::Statements => output::table(
            &["id", "kind", "chain", "modality", "said on", "content"],
            reading.statements.iter().map(|s| statement(s, text)).collect(),
        ),
        TableKind::Figures => output::table(
            &[
                "id", "category", "low", "best", "high", "group", "origin", "via", "modality", "said on",
                "text",
            ],
            reading.figures.iter().map(|f| figure(f, text)).collect(),
        ),
        TableKind::Speakers => output::table(
            &["id", "name", "kind", "roles", "also as"],
            reading
                .speakers
                .iter()
                .map(|p| {
                    let roles = p.roles.iter().map(|r| match &r.body {
                        Some(body) if !r.title.contains(body.as_str()) => format!("{} ({body})", r.title),
                        _ => r.title.clone(),
                    });
                    let mut forms: Vec<&str> =
                        p.mentions.iter().map(|m| m.span.cut(text)).filter(|f| *f != p.name).collect();
                    forms.sort_unstable();
                    forms.dedup();
                    let same = p.same_as.map(|id| format!("the same as {id}"));
                    let name = if p.anonymous { format!("({})", p.name) } else { p.name.clone() };
                    let also: Vec<String> =
                        same.into_iter().chain(forms.into_iter().map(str::to_owned)).collect();
                    vec![
                        p.id.to_string(),
                        name,
                        word(&p.kind),
                        roles.collect::<Vec<_>>().join("; "),
                        also.join("; "),
                    ]
                })
                .collect(),
        ),
        TableKind::Times => output::table(
            &["id", "text", "start", "end", "granularity", "rule"],
            reading
                .times
                .iter()
                .map(|t| {
                    vec![
                        t.id.to_string(),
                        t.span.cut(text).to_owned(),
                        optional(t.start),
                        optional(t.end),
                        word(&t.granularity),
                        t.rule.clone(),
                    ]
                })
                .collect(),
        ),
        TableKind::Places => output::table(
            &["id", "text", "read as", "country", "candidates", "rule"],
            reading
                .places
                .iter()
                .map(|l| {
                    let entry = l.resolved.as_ref();
                    vec![
                        l.id.to_string(),
                        l.name.clone(),
                        entry.map_or_else(|| "-".to_owned(), |e| format!("{} ({})", e.name, word(&e.level))),
                        optional(entry.and_then(|e| e.country.clone())),
                        l.candidates.len().to_string(),
                        l.rule.clone(),
                    ]
                })
                .collect(),
        ),
        TableKind::Next => output::table(
            &["modality", "by", "statement", "text"],
            reading
                .expected
                .iter()
                .map(|e| {
                    vec![
                        word(&e.modality),
                        optional(e.by),
                        optional(e.statement),
                        e.span.cut(text).to_owned(),
                    ]
                })
                .collect(),
        ),
        TableKind::CommentRequests => output::table(
            &["asked", "outcome", "asked by", "text"],
            reading
                .comment_requests
                .iter()
                .map(|r| {
                    let asked: Vec<&str> = r.asked.iter().map(|a| a.name.as_str()).collect();
                    vec![
                        asked.join("; "),
                        word(&r.outcome),
                        cut(r.asked_by, text),
                        r.span.cut(text).to_owned(),
                    ]
                })
                .collect(),
        ),
    }
}

fn statement(statement: &Statement, text: &str) -> Vec<String> {
    let content: Vec<&str> = statement.content.iter().map(|c| c.cut(text)).collect();
    vec![
        statement.id.to_string(),
        word(&statement.kind),
        chain(&statement.chain),
        word(&statement.modality),
        optional(statement.said_on),
        content.join(" … "),
    ]
}

/// A chain from the outlet to the origin.
fn chain(links: &[ChainLink]) -> String {
    let names: Vec<&str> = links
        .iter()
        .map(|l| match (&l.name, l.role) {
            (Some(name), _) => name.as_str(),
            (None, ChainRole::Outlet) => "(outlet)",
            (None, _) => "(nobody named)",
        })
        .collect();
    names.join(" < ")
}

fn figure(figure: &Figure, text: &str) -> Vec<String> {
    let bound = |value: Option<sayso_model::Number>, exclusive: bool, sign: &str| {
        value.map_or_else(|| "-".to_owned(), |v| if exclusive { format!("{sign}{v}") } else { v.to_string() })
    };
    vec![
        figure.id.to_string(),
        figure.category.as_str().to_owned(),
        bound(figure.low, figure.low_exclusive, ">"),
        bound(figure.best, false, ""),
        bound(figure.high, figure.high_exclusive, "<"),
        optional(figure.group.clone()),
        figure.origin.clone().unwrap_or_else(|| "(outlet)".to_owned()),
        figure.via.join(" < "),
        word(&figure.modality),
        optional(figure.said_on),
        figure.span.cut(text).to_owned(),
    ]
}

fn optional<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |v| v.to_string())
}

fn cut(span: Option<Span>, text: &str) -> String {
    span.map_or_else(|| "-".to_owned(), |s| s.cut(text).to_owned())
}

/// An enum's value as JSON writes it.
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

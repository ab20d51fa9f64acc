//! The entries of a report: what each says, why, what has happened to it since, and how to decide about it.

use maud::{Markup, html};
use sayso_desk::{ReportView, fate, words::choice};
use sayso_ledger::{Decided, EntryKind, EntryName, Fields, ReportId, Reviewed, review::fields};
use sayso_model::{Figure, Speaker, story::Bounds};
use serde::Deserialize;

use super::forms;
use crate::{
    layout::{line, moment, term, warned},
    number,
    visitor::Visitor,
};

/// Which entries are shown, and how.
pub(super) struct Asked<'a> {
    /// Including rejected ones.
    pub(super) rejected: bool,
    /// The one to correct.
    pub(super) correct: &'a str,
    /// The newest decision that the page shows.
    pub(super) seen: i64,
    /// The story of the report.
    pub(super) story: Option<i64>,
}

/// Kinds of entries, in the order in which they are reviewed.
const ORDER: [EntryKind; 6] = [
    EntryKind::Figure,
    EntryKind::Statement,
    EntryKind::CommentRequest,
    EntryKind::Expectation,
    EntryKind::Correction,
    EntryKind::Speaker,
];

pub(super) fn all(visitor: &Visitor, view: &ReportView, reviewed: &Reviewed, asked: &Asked<'_>) -> Markup {
    let reading = &reviewed.reading;
    let hidden = reviewed.decided.keys().filter(|entry| reviewed.is_rejected(**entry)).count();
    let id = view.stored.line.id;
    html! {
        @if hidden > 0 {
            p.note {
                @if asked.rejected { a href=(format!("/report/{id}")) { "Hide what was rejected" } }
                @else { a href=(format!("/report/{id}?rejected=true")) { "Show " (hidden) " rejected" } }
            }
        }
        @for kind in ORDER {
            @let places: Vec<usize> = (0..kind.count(reading))
                .filter(|index| asked.rejected || !reviewed.is_rejected(EntryName { kind, index: *index }))
                .collect();
            @if !places.is_empty() {
                @let chosen = EntryName::parse(asked.correct).is_some_and(|e| e.kind == kind);
                details.kind open[chosen || matches!(kind, EntryKind::Figure | EntryKind::Statement)] {
                    summary { h2 { (heading(kind)) " (" (places.len()) ")" } }
                    @for index in places { (one(visitor, view, reviewed, EntryName { kind, index }, asked)) }
                }
            }
        }
        @for lost in &reviewed.lost {
            p.warn {
                "Decision " (lost.id) " (" (lost.kind.word()) " by " (line(&lost.by)) ") has no effect: its words are no longer an entry."
            }
        }
    }
}

fn heading(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Figure => "Figures",
        EntryKind::Statement => "Statements",
        EntryKind::Speaker => "Speakers",
        EntryKind::CommentRequest => "Requests for comment",
        EntryKind::Expectation => "Expected",
        EntryKind::Correction => "Corrections",
    }
}

fn one(
    visitor: &Visitor,
    view: &ReportView,
    reviewed: &Reviewed,
    entry: EntryName,
    asked: &Asked<'_>,
) -> Markup {
    let reading = &reviewed.reading;
    let text = reading.report.text.as_str();
    let id = view.stored.line.id;
    let span = entry.kind.span(reading, entry.index);
    let words = match entry.kind {
        EntryKind::Speaker => reading.speakers.get(entry.index).map_or_else(String::new, |p| line(&p.name)),
        _ => span.map_or_else(String::new, |s| line(s.cut(text))),
    };
    let stands = fields::fields(reading, entry);
    let decided = reviewed.of(entry);
    let back = format!("/report/{id}#{entry}");
    let name = format!("{id}:{entry}");
    let place = entry.to_string();
    html! {
        section.entry role="group" id=(place) .rejected[reviewed.is_rejected(entry)] tabindex="-1" data-e=(place) aria-label=(format!("{place}: {words}")) {
            h3 {
                @if let Some(span) = span {
                    @let (start, end) = super::story::code_points(text, span);
                    a href=(format!("/report/{id}?mark={start}-{end}#mark")) title="Show its words" { (place) }
                } @else { (place) }
                " " span.words { (words) }
            }
            p.facts { @if entry.kind == EntryKind::Figure { (counted(&stands)) } (facts(&stands, entry.kind)) }
            @if let Some(figure) = reading.figures.get(entry.index).filter(|_| entry.kind == EntryKind::Figure) { (chain(view, figure)) }
            @if let Some(speaker) = reading.speakers.get(entry.index).filter(|_| entry.kind == EntryKind::Speaker) {
                (said(speaker, asked.story))
            }
            (warned(&view.fates.get(&entry).into_iter().flatten().map(fate).collect::<Vec<_>>()))
            @if let Some(decided) = decided { (verdict(visitor, decided, &back)) }
            (forms::buttons(visitor, &name, &back, asked.seen, &format!("/report/{id}?correct={entry}#{entry}")))
            @if asked.correct == place { (forms::correct(visitor, id, reviewed, entry, asked.seen)) }
            @if let Some(figure) = reading.figures.get(entry.index).filter(|_| entry.kind == EntryKind::Figure) {
                (why(visitor, id, figure, entry, asked.seen))
            }
        }
    }
}

/// What was decided, by whom, when and why, and what was read.
fn verdict(visitor: &Visitor, decided: &Decided, back: &str) -> Markup {
    html! {
        @if let Some(v) = &decided.decision {
            div.decided {
                (v.what.as_str()) " by " (line(&v.by)) " on " (moment(&v.at))
                @if let Some(note) = &v.note { ": " (line(note)) }
                @for (field, value) in &decided.read {
                    div { (field.replace('_', " ")) ": read as " (value_of(value)) ", now "
                        b { (decided.now.get(field).map_or_else(|| value_of(&serde_json::Value::Null), value_of)) } }
                }
                (forms::undo(visitor, v.id, back))
            }
        }
        @for note in &decided.notes { p.decided { "Note by " (line(&note.by)) ": " (line(&note.text)) } }
    }
}

/// A field's value as displayed.
fn value_of(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "not stated".to_owned(),
        serde_json::Value::String(text) => line(text),
        serde_json::Value::Array(items) => items.iter().map(value_of).collect::<Vec<_>>().join(", "),
        serde_json::Value::Number(number) => number::grouped(&number.to_string()),
        other => line(&other.to_string()),
    }
}

/// What a figure counts, and how many.
fn counted(stands: &Fields) -> Markup {
    let text = |name: &str| stands.get(name).and_then(serde_json::Value::as_str).map(line);
    let value = Bounds::deserialize(serde_json::Value::Object(stands.clone())).ok();
    html! {
        span.fact {
            (text("category").unwrap_or_default().replace('_', " ")) " "
            b { @if let Some(value) = value { (number::amount(&value)) " " } (text("unit").unwrap_or_default()) }
            @if let Some(group) = text("group") { " " (group) }
        } " "
    }
}

/// What an entry says, leaving out what is not known.
fn facts(stands: &Fields, kind: EntryKind) -> Markup {
    let shown = stands.iter().filter(|(name, value)| {
        let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty) || **value == false;
        let usual = matches!(value.as_str(), Some("asserted" | "positive"));
        let shown_elsewhere = match name.as_str() {
            "source" | "cue" | "content" => true,
            "category" | "low" | "best" | "high" | "low_exclusive" | "high_exclusive" | "approximate"
            | "unit" | "group" | "origin" | "via" => kind == EntryKind::Figure,
            _ => false,
        };
        !(empty || usual || shown_elsewhere)
    });
    html! {
        @for (name, value) in shown {
            span.fact { (name.replace('_', " ")) " " b { (value_of(value)) } } " "
        }
    }
}

/// On whose word a figure is, and through whom it came.
fn chain(view: &ReportView, figure: &Figure) -> Markup {
    let outlet = view.stored.line.outlet.as_deref().map_or_else(|| "the outlet".to_owned(), line);
    html! {
        p.facts {
            (term("chain", "on the word of")) " "
            @match &figure.origin {
                Some(origin) => { b { (line(origin)) } }
                None if figure.statement.is_some() => { b { "nobody named" } }
                None => { (term("outlet", "the outlet itself")) }
            }
            @for relay in &figure.via { " ← " (line(relay)) }
            " ← " (outlet)
        }
    }
}

/// What a speaker has said elsewhere, and the page for merging or splitting the speaker.
fn said(speaker: &Speaker, story: Option<i64>) -> Markup {
    html! {
        p.facts {
            a href=(format!("/speaker?name={}", super::encoded(&speaker.name))) { "Everything said under this name" }
            @if let Some(story) = story { ", " a href=(format!("/story/{story}/speakers")) { "merge or split" } }
        }
    }
}

/// Why a figure counts what it counts, why it is on whose word, and what came second.
fn why(visitor: &Visitor, report: ReportId, figure: &Figure, entry: EntryName, seen: i64) -> Markup {
    let origin = figure.origin.as_deref().unwrap_or("the outlet's own voice");
    // What was hardly ever an alternative is not offered as one.
    const LIKELY: f64 = 0.05;
    let second = figure.why.category.runner_up.as_ref().filter(|r| r.share.value() >= LIKELY);
    let second = second.and_then(|r| r.value.as_deref());
    html! {
        details.why {
            summary { "Why" }
            p.facts { "counts " (line(&choice(figure.category.as_str(), &figure.why.category, "no people"))) }
            p.facts { "word of " (line(&choice(origin, &figure.why.origin, "the outlet's own voice"))) }
            @if let Some(share) = figure.other_event.map(|s| s.value()).filter(|share| *share > 0.5) {
                p.warn { "belongs to another event with a probability of " (format!("{share:.3}")) }
            }
            @if let Some(second) = second.filter(|second| *second != figure.category.as_str()) {
                form.decide method="post" action="/decide" {
                    (forms::hidden(visitor, &format!("/report/{report}#{entry}"), seen))
                    input type="hidden" name="entry" value=(format!("{report}:{entry}"));
                    input type="hidden" name="by" value=(visitor.name);
                    input type="hidden" name="field.category" value=(second);
                    button name="what" value="correct" { "It counts: " (line(&second.replace('_', " "))) }
                }
            }
        }
    }
}

//! What the rules have raised.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, html};
use sayso_desk::edit::Edit;
use sayso_ledger::{EventKind, KeptAlert, Ledger, WatchEvent};
use serde_json::Value;

use crate::{
    error::Failed,
    layout::{self, line, moment},
    state::Desk,
    unseen,
};

/// Alerts shown.
const MOST: usize = 200;
/// Changes of sources and articles shown.
const CHANGES: usize = 50;

/// Alerts, newest first. Viewing them marks them as seen.
pub(crate) async fn page(State(desk): State<Desk>, headers: HeaderMap) -> Result<Response, Failed> {
    let (alerts, changes) = desk.ask(|ledger| Ok((ledger.alerts(MOST)?, changes(ledger)?))).await?;
    let seen = unseen::seen(&headers);
    let newest = alerts.first().map_or(0, |alert| alert.id);
    let page = layout::page(
        "Alerts",
        "/alerts",
        html! {
            p.note { "What your rules have raised, each once; those that you have not seen yet are marked. Rules and delivery channels are in a file: " code { "sayso alerts --rules FILE" } " or " code { "sayso watch --alerts FILE" } "." }
            @if alerts.is_empty() { p.nothing { "No rule has raised an alert yet." } }
            @for story in by_story(&alerts) {
                @match story.as_slice() {
                    [alone] => { (one(alone, alone.id > seen)) }
                    several => {
                        section.story {
                            h2 { (label(several)) " (" (several.len()) " alerts)" }
                            @for alert in several { (one(alert, alert.id > seen)) }
                        }
                    }
                }
            }
            @if !changes.is_empty() {
                h2 { "What happened to watched articles and sources" }
                @for change in &changes { (changed(change)) }
                p.note { "The newest " (CHANGES) " at most; for all of them, run " code { "sayso sources --events" } "." }
            }
            @if alerts.len() == MOST { p.note { "Only the newest " (MOST) " are shown; for all of them, run " code { "sayso alerts --list" } "." } }
        },
    );
    let mut response = Html(page.into_string()).into_response();
    unseen::remember(&mut response, newest.max(seen));
    Ok(response)
}

/// The alerts of each story together, in the order of the newest; those of no story alone.
fn by_story(alerts: &[KeptAlert]) -> Vec<Vec<&KeptAlert>> {
    let mut stories: Vec<Vec<&KeptAlert>> = Vec::new();
    for alert in alerts {
        let is_same = |story: &&mut Vec<&KeptAlert>| {
            alert.story.is_some() && story.first().is_some_and(|first| first.story == alert.story)
        };
        match stories.iter_mut().find(is_same) {
            Some(story) => story.push(alert),
            None => stories.push(vec![alert]),
        }
    }
    stories
}

fn label(alerts: &[&KeptAlert]) -> String {
    let body = |alert: &&KeptAlert| serde_json::from_str::<Value>(&alert.body).ok();
    let label = alerts.first().and_then(body).and_then(|body| body.get("label")?.as_str().map(line));
    label.unwrap_or_else(|| "A story".to_owned())
}

/// An edit, a page that is gone, or a source that failed or answers again.
struct Changed {
    event: WatchEvent,
    told: String,
    lines: Vec<String>,
}

fn changes(ledger: &Ledger) -> Result<Vec<Changed>, sayso_desk::DeskError> {
    let mut out = Vec::new();
    for event in ledger.watch_changes(CHANGES)? {
        let stored = event.report.map(|report| ledger.report(report)).transpose()?.flatten();
        let headline = stored.and_then(|stored| stored.line.headline.or(stored.line.outlet));
        let edit = match (event.kind, event.report) {
            (EventKind::Revision, Some(report)) => Edit::of(ledger, report)?,
            _ => None,
        };
        let told = headline.or_else(|| event.source.clone()).unwrap_or_default();
        out.push(Changed { told, lines: edit.iter().flat_map(Edit::lines).collect(), event });
    }
    Ok(out)
}

fn changed(change: &Changed) -> Markup {
    let event = &change.event;
    html! {
        section.entry {
            p {
                @match event.kind {
                    EventKind::Gone => { "Gone: " }
                    EventKind::Source => { @if event.note.is_some() { "Does not answer: " } @else { "Answers again: " } }
                    EventKind::Revision | EventKind::New => { "Edited: " }
                }
                @match event.report {
                    Some(report) => { a href=(format!("/report/{}", report.0)) { (line(&change.told)) } }
                    None => { (line(&change.told)) }
                }
            }
            p.facts {
                (moment(&instant(event.at)))
                @if let Some(note) = &event.note { ", " (line(note)) }
            }
            @if !change.lines.is_empty() {
                ul { @for told in &change.lines { li { (line(told)) } } }
            }
        }
    }
}

fn one(alert: &KeptAlert, is_new: bool) -> Markup {
    let body: Value = serde_json::from_str(&alert.body).unwrap_or_default();
    let word = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(line);
    let number = |value: &Value, name: &str| value.get(name).and_then(Value::as_i64).unwrap_or(0);
    let lines = body.get("lines").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    html! {
        section.entry #{ "a" (alert.id) } {
            h2 {
                @if is_new { b.new { "new" } " " }
                (word(&body, "why").unwrap_or_default())
            }
            p.facts {
                (moment(&instant(alert.at))) ", rule " b { (line(&alert.rule)) }
                @if let Some(story) = alert.story {
                    ", " a href=(format!("/story/{story}")) { (word(&body, "label").unwrap_or_else(|| format!("story {story}"))) }
                }
            }
            @for told in lines {
                @let (report, start, end) = (number(told, "report"), number(told, "start"), number(told, "end"));
                p {
                    "“" (word(told, "text").unwrap_or_default()) "” "
                    a href=(format!("/report/{report}?mark={start}-{end}#mark")) { (word(told, "outlet").unwrap_or_else(|| format!("report {report}"))) }
                    @let chain = chain(told);
                    @if !chain.is_empty() { ", on the word of " b { (chain) } }
                }
            }
            @if let Some(before) = word(&body, "before") { p.facts { "Before: " (before) } }
        }
    }
}

/// From the origin to the outlet.
fn chain(told: &Value) -> String {
    let names = told.get("chain").and_then(Value::as_array).into_iter().flatten();
    let names: Vec<String> = names.filter_map(Value::as_str).map(line).collect();
    names.into_iter().rev().collect::<Vec<_>>().join(" < ")
}

/// Seconds since 1970, as text.
fn instant(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

//! What the rules have raised.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, html};
use sayso_ledger::KeptAlert;
use serde_json::Value;

use crate::{
    error::Failed,
    layout::{self, line, moment},
    state::Desk,
    unseen,
};

/// Alerts shown.
const MOST: usize = 200;

/// Alerts, newest first. Viewing them marks them as seen.
pub(crate) async fn page(State(desk): State<Desk>, headers: HeaderMap) -> Result<Response, Failed> {
    let alerts = desk.ask(|ledger| Ok(ledger.alerts(MOST)?)).await?;
    let seen = unseen::seen(&headers);
    let newest = alerts.first().map_or(0, |alert| alert.id);
    let page = layout::page(
        "Alerts",
        "/alerts",
        html! {
            p.note { "What your rules have raised, each once; those that you have not seen yet are marked. Rules and delivery channels are in a file: " code { "sayso alerts --rules FILE" } " or " code { "sayso watch --alerts FILE" } "." }
            @if alerts.is_empty() { p.nothing { "No rule has raised an alert yet." } }
            @for alert in &alerts { (one(alert, alert.id > seen)) }
            @if alerts.len() == MOST { p.note { "Only the newest " (MOST) " are shown; for all of them, run " code { "sayso alerts --list" } "." } }
        },
    );
    let mut response = Html(page.into_string()).into_response();
    unseen::remember(&mut response, newest.max(seen));
    Ok(response)
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

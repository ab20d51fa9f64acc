//! The audit trail of decisions.

use axum::{
    extract::{Query, State},
    response::Html,
};
use maud::{Markup, html};
use sayso_ledger::{Decision, Subject, View};
use serde::Deserialize;

use super::forms;
use crate::{
    error::Failed,
    layout::{self, line, moment},
    state::Desk,
    visitor::Visitor,
};

/// Decisions shown, newest first.
const MOST: usize = 100;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// From 0.
    #[serde(default)]
    page: usize,
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failed> {
    let (shown, names, all) = desk
        .ask(move |ledger| {
            let mut trail = ledger.decisions()?;
            // Whoever reviews apart must not see here what others have decided.
            if let View::Of(name) = ledger.view() {
                trail.retain(|decision| decision.by == name);
            }
            let all = trail.len();
            let shown: Vec<Decision> =
                trail.into_iter().rev().skip(asked.page.saturating_mul(MOST)).take(MOST).collect();
            let names = sayso_desk::about(ledger, &shown)?;
            Ok((shown, names, all))
        })
        .await?;
    let page = layout::page(
        "Audit",
        "/audit",
        html! {
            @if visitor.signed_in {
                form.decide method="post" action="/logout" {
                    (forms::hidden(&visitor, "/login", 0))
                    span.note { "You decide as " (line(&visitor.name)) ", " (visitor.role.word()) "." }
                    button { "Sign out" }
                }
            }
            p.note { (all) @if all == 1 { " decision" } @else { " decisions, newest first" } ". Nothing is ever removed from this list." }
            p { (super::export::link("figures", &[])) ", " a href="/agreement" { "how far reviewers agree" } }
            @if all == 0 { p.nothing { "Nobody has decided anything yet." } } @else {
                div.wide {
                    table.cards {
                        thead { tr {
                            th.number scope="col" { "No." } th scope="col" { "When" } th scope="col" { "Who" }
                            th scope="col" { "What" } th scope="col" { "About" } th scope="col" { "Value" }
                            th scope="col" { "Why" } th scope="col" { "Now" }
                        } }
                        tbody { @for decision in &shown { (row(&visitor, decision, names.get(&decision.id))) } }
                    }
                }
                p {
                    @if asked.page > 0 { a href=(format!("/audit?page={}", asked.page - 1)) { "Newer" } " " }
                    @if asked.page.saturating_add(1).saturating_mul(MOST) < all { a href=(format!("/audit?page={}", asked.page.saturating_add(1))) { "Older" } }
                }
            }
        },
    );
    Ok(Html(page.into_string()))
}

fn row(visitor: &Visitor, d: &Decision, names: Option<&Vec<Option<String>>>) -> Markup {
    html! {
        tr .rejected[d.undone_by.is_some()] {
            td.number data-label="No." { (d.id) }
            td.day data-label="When" { (moment(&d.at)) }
            td data-label="Who" { (line(&d.by)) }
            td data-label="What" { (d.word()) }
            td data-label="About" {
                @match &d.subject {
                    Subject::Entries(entries) => {
                        @for (n, e) in entries.iter().enumerate() {
                            @let name = names.and_then(|names| names.get(n)?.as_deref());
                            @let place = name.and_then(|name| name.split_once(':')).map(|(_, place)| format!("#{place}"));
                            div {
                                a href=(format!("/report/{}{}", e.report, place.unwrap_or_default())) { (name.map_or_else(|| e.report.to_string(), line)) }
                                " " (line(&e.exact))
                            }
                        }
                    }
                    Subject::Reports(reports) => {
                        @for report in reports { div { a href=(format!("/report/{report}")) { "report " (report) } } }
                    }
                    Subject::Decision(id) => { "decision " (id) }
                }
            }
            td data-label="Value" { @if let Some(value) = &d.value { code { (line(&value.to_string())) } } }
            td data-label="Why" { (d.note.as_deref().map(line).unwrap_or_default()) }
            td data-label="Now" {
                @match d.undone_by {
                    Some(id) => { "undone by " (id) }
                    None => {
                        (forms::undo(visitor, d.id, "/audit"))
                    }
                }
            }
        }
    }
}

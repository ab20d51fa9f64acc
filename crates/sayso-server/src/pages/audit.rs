//! The audit trail of decisions.

use axum::{extract::State, response::Html};
use maud::{Markup, html};
use sayso_ledger::{Decision, Subject};

use super::forms;
use crate::{
    error::Failed,
    layout::{self, line, moment},
    state::Desk,
    visitor::Visitor,
};

/// Decisions shown, newest first.
const MOST: usize = 500;

pub(crate) async fn page(State(desk): State<Desk>, visitor: Visitor) -> Result<Html<String>, Failed> {
    let trail = desk.ask(|ledger| Ok(ledger.decisions()?)).await?;
    let all = trail.len();
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
            p.note { (all) " decisions, newest first. Nothing is ever removed from this list." }
            p { (super::export::link("figures", &[], false)) }
            @if all == 0 { p.nothing { "Nobody has decided anything yet." } } @else {
                div.wide {
                    table {
                        thead { tr {
                            th.number scope="col" { "No." } th scope="col" { "When" } th scope="col" { "Who" }
                            th scope="col" { "What" } th scope="col" { "About" } th scope="col" { "Value" }
                            th scope="col" { "Why" } th scope="col" { "Now" }
                        } }
                        tbody { @for decision in trail.iter().rev().take(MOST) { (row(&visitor, decision)) } }
                    }
                }
            }
        },
    );
    Ok(Html(page.into_string()))
}

fn row(visitor: &Visitor, d: &Decision) -> Markup {
    html! {
        tr .rejected[d.undone_by.is_some()] {
            td.number { (d.id) }
            td.day { (moment(&d.at)) }
            td { (line(&d.by)) }
            td { (d.word()) }
            td {
                @match &d.subject {
                    Subject::Entries(entries) => {
                        @for e in entries { div { a href=(format!("/report/{}", e.report)) { (e.report) } " " (line(&e.exact)) } }
                    }
                    Subject::Reports(reports) => {
                        @for report in reports { div { a href=(format!("/report/{report}")) { "report " (report) } } }
                    }
                    Subject::Decision(id) => { "decision " (id) }
                }
            }
            td { @if let Some(value) = &d.value { code { (line(&value.to_string())) } } }
            td { (d.note.as_deref().map(line).unwrap_or_default()) }
            td {
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

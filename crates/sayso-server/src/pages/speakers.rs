//! Who is quoted, and everything one speaker has said.

use axum::{
    extract::{Query, State},
    http::Uri,
    response::Html,
};
use maud::html;
use sayso_desk::Who;
use serde::Deserialize;

use super::encoded;
use crate::{
    error::Failed,
    layout::{self, line, or_dash},
    state::Desk,
};

/// Newest reports in which names are counted.
const REPORTS: u32 = 500;
/// Names shown.
const NAMES: usize = 200;
/// Statements shown.
const MOST: usize = 200;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) rejected: bool,
}

pub(crate) async fn list(State(desk): State<Desk>) -> Result<Html<String>, Failed> {
    let names = desk.list("speakers", |ledger| Ok(ledger.most_quoted(REPORTS)?)).await?;
    let page = layout::page(
        "Speakers",
        "/speakers",
        html! {
            form.filter method="get" action="/speaker" {
                label for="name" { "Name, abbreviation or part of a name" }
                input #name type="search" name="name" required;
                button { "Show" }
                (super::export::link("statements", &[]))
            }
            @if names.is_empty() { p.nothing { "Nobody has been quoted yet." } } @else {
                p.note { "Those with the most statements in the " (REPORTS) " newest reports." }
                div.wide { table {
                    thead { tr { th scope="col" { "Name" } th.number scope="col" { "Statements" } th.number scope="col" { "Reports" } } }
                    tbody { @for quoted in names.iter().take(NAMES) {
                        tr {
                            td { a href=(format!("/speaker?name={}", encoded(&quoted.name))) { (line(&quoted.name)) } }
                            td.number { (quoted.statements) }
                            td.number { (quoted.reports) }
                        }
                    } }
                } }
            }
        },
    );
    Ok(Html(page.into_string()))
}

pub(crate) async fn one(
    State(desk): State<Desk>,
    address: Uri,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failed> {
    let (name, rejected) = (asked.name.clone(), asked.rejected);
    let Who { known, said } = desk.ask(move |ledger| Ok(sayso_desk::who(ledger, &name, rejected)?)).await?;
    let shown = said.get(said.len().saturating_sub(MOST)..).unwrap_or_default();
    let page = layout::page(
        &line(&asked.name),
        "/speakers",
        html! {
            form.filter method="get" action="/speaker" {
                label for="name" { "Name, abbreviation or part of a name" }
                input #name type="search" name="name" value=(line(&asked.name)) required;
                label { input type="checkbox" name="rejected" value="true" checked[asked.rejected]; " with rejected" }
                button { "Show" }
                span.count { (said.len()) " statements" }
                (super::export::list_link("statements", &address))
            }
            @if said.is_empty() {
                p.nothing { @if known { "Named, but nothing is attributed to that name." } @else { "No speaker has this name." } }
            } @else {
                @if said.len() > MOST { p.note { "Only the last " (MOST) " are shown." } }
                div.wide { table.cards {
                    thead { tr {
                        th scope="col" { "Said" } th scope="col" { "Named" } th scope="col" { "What" } th scope="col" { "Through" }
                        th scope="col" { "Published" } th scope="col" { "Status" }
                    } }
                    tbody { @for s in shown {
                        tr {
                            td.day data-label="Said" { (or_dash(s.found.said_on.as_deref())) }
                            td data-label="Named" { (line(&s.found.name)) }
                            td data-label="What" { a href=(format!("/report/{}#{}", s.found.report, s.found.statement)) { (line(&s.found.content)) } }
                            td data-label="Through" { (s.via.iter().map(|v| line(v)).collect::<Vec<_>>().join(" ← ")) }
                            td.day data-label="Published" { (or_dash(s.found.published.as_deref())) }
                            td.status data-label="Status" { (line(&s.standing())) }
                        }
                    } }
                } }
            }
        },
    );
    Ok(Html(page.into_string()))
}

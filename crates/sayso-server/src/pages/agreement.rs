//! How far people agree who have reviewed the same reports, and where they differ.

use axum::{
    extract::{Query, State},
    response::Html,
};
use maud::html;
use serde::Deserialize;

use crate::{
    error::Failed,
    layout::{self, line},
    state::Desk,
};

/// Differences shown.
const MOST: usize = 200;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// Who is compared, separated by `;`. Empty: everybody who has decided, if there are two.
    #[serde(default)]
    names: String,
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failed> {
    let names: Vec<String> =
        asked.names.split(';').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    // That there are no two to compare is an answer, too.
    let found = desk
        .ask(move |ledger| match sayso_desk::agreement(ledger, &names) {
            Err(sayso_desk::DeskError::Nothing(why)) => Ok(Err(why)),
            found => Ok(Ok(found?)),
        })
        .await?;
    let number = |n: Option<f64>| n.map_or_else(|| "–".to_owned(), |n| format!("{n:.3}"));
    let page = layout::page(
        "Agreement",
        "/audit",
        html! {
            p { a href="/audit" { "Back to the decisions" } }
            form.filter method="get" action="/agreement" {
                label for="names" { "Reviewers, with ; between" }
                input #names type="text" name="names" value=(line(&asked.names));
                button { "Compare" }
            }
            @match &found {
                Err(why) => { p.nothing { (line(why)) } }
                Ok(found) => {
                    p.note {
                        (line(&found.reviewers.join(", "))) ": " (found.entries) " entries reviewed by two or more, "
                        (found.alone) " by one. Each reviewer's values are those that his or her own decisions give."
                    }
                    div.wide { table {
                        thead { tr {
                            th scope="col" { "Kind" } th scope="col" { "Field" } th.number scope="col" { "Entries" }
                            th.number scope="col" { "Agreed" } th.number scope="col" { "Kappa" } th.number scope="col" { "Alpha" }
                        } }
                        tbody { @for f in &found.fields { tr {
                            td { (f.kind.as_str()) } td { (f.field.replace('_', " ")) } td.number { (f.entries) }
                            td.number { (format!("{:.3}", f.agreed)) } td.number { (number(f.kappa)) } td.number { (number(f.alpha)) }
                        } } }
                    } }
                    @if !found.differences.is_empty() {
                        h2 { "Where they differ" }
                        div.wide { table.cards {
                            thead { tr { th scope="col" { "Entry" } th scope="col" { "Field" } th scope="col" { "Words" } th scope="col" { "Values" } th scope="col" { "State" } } }
                            tbody { @for d in found.differences.iter().take(MOST) { tr {
                                @let place = d.entry.map(|entry| entry.to_string()).unwrap_or_default();
                                td data-label="Entry" { a href=(format!("/report/{}#{place}", d.report)) { (d.report) ":" (place) } }
                                td data-label="Field" { (d.field.replace('_', " ")) }
                                td data-label="Words" { (line(&d.words)) }
                                td data-label="Values" { @for (name, value) in &d.values { div { (line(name)) ": " (line(&value.to_string())) } } }
                                td data-label="State" {
                                    @match &d.settled_by { Some(by) => { "settled by " (line(by)) } None => { "open" } }
                                }
                            } } }
                        } }
                        @if found.differences.len() > MOST { p.note { "and " (found.differences.len() - MOST) " more" } }
                    }
                }
            }
        },
    );
    Ok(Html(page.into_string()))
}

//! Reports by words, and what a speaker has said.

use axum::{
    extract::{Query, State},
    response::Html,
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    error::Failed,
    layout::{self, line, or_dash},
    state::Desk,
};

/// Reports and statements shown.
const MOST: u32 = 50;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) q: String,
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failed> {
    let words = asked.q.clone();
    let (hits, said) = desk
        .ask(move |ledger| {
            let speakers = ledger.speakers(&words)?;
            Ok((ledger.search(&words, MOST)?, ledger.statements_of(&speakers, false)?))
        })
        .await?;
    let page = layout::page(
        "Search",
        "",
        html! {
            form.filter method="get" action="/search" {
                label for="words" { "Words, or the name of a speaker" }
                input #words type="search" name="q" value=(line(&asked.q));
                button { "Search" }
            }
            @if hits.is_empty() && said.is_empty() {
                p.nothing {
                    @if asked.q.trim().is_empty() { "Give words that a report must have; \"in quotation marks\" they are a phrase, with * at the end the beginning of a word." }
                    @else { "No report has all these words." }
                }
            }
            @if !said.is_empty() {
                section {
                    h2 { "Said by " (line(&said.first().map(|s| s.name.clone()).unwrap_or_default())) }
                    ul {
                        @for s in said.iter().take(MOST as usize) {
                            li {
                                span.day { (or_dash(s.said_on.as_deref().or(s.published.as_deref()))) } " "
                                a href=(format!("/report/{}#{}", s.report, s.statement)) { (line(&s.content)) }
                                span.note { " " (or_dash(s.outlet.as_deref())) }
                            }
                        }
                    }
                }
            }
            @if !hits.is_empty() {
                section {
                    h2 { "Reports" }
                    @for hit in &hits {
                        div.hit {
                            a href=(format!("/report/{}", hit.line.id)) { (hit.line.headline.as_deref().map_or_else(|| format!("report {}", hit.line.id), line)) }
                            div.note { (or_dash(hit.line.outlet.as_deref())) ", " (or_dash(hit.line.published.as_deref())) }
                            div { (snippet(&hit.snippet)) }
                        }
                    }
                }
            }
        },
    );
    Ok(Html(page.into_string()))
}

/// The words around the matches, these in bold.
fn snippet(text: &str) -> Markup {
    let text = line(text);
    html! {
        @for (n, part) in text.split('[').enumerate() {
            @match part.split_once(']').filter(|_| n > 0) {
                Some((found, rest)) => { b { (found) } (rest) }
                None => { @if n > 0 { "[" } (part) }
            }
        }
    }
}

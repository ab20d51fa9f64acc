//! How far people agree who have reviewed the same reports, and where they differ: somebody else's decision settles it.

use axum::{
    Form,
    extract::{Query, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use sayso_desk::{Agreement, Difference, STANDS, Settling};
use serde::Deserialize;
use serde_json::Value;

use super::{
    encoded,
    forms::{self, Deciding, Sent},
};
use crate::{
    apart,
    error::Failed,
    layout::{self, line},
    state::Desk,
    visitor::Visitor,
};

/// Differences shown.
const MOST: usize = 200;
/// Why whoever reviews apart does not see it.
const UNSEEN: &str = "How far reviewers agree shows what each of them has decided, so it is not shown while you review apart from \
                      others. When you have finished, choose \"Show everybody's\".";

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// Who is compared, separated by `;`. Empty: everybody who has decided, if there are two.
    #[serde(default)]
    names: String,
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failed> {
    if apart::name().is_some() {
        let page = layout::page("Agreement", "/audit", html! { p.nothing { (UNSEEN) } });
        return Ok(Html(page.into_string()));
    }
    let names = names(&asked.names);
    // That there are no two to compare is an answer, too.
    let found = desk
        .ask(move |ledger| match sayso_desk::agreement(ledger, &names) {
            Err(sayso_desk::DeskError::Nothing(why)) => Ok(Err(why)),
            found => Ok(Ok(found?)),
        })
        .await?;
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
                    (measures(found))
                    (differences(&visitor, found))
                }
            }
        },
    );
    Ok(Html(page.into_string()))
}

fn names(written: &str) -> Vec<String> {
    written.split(';').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

fn measures(found: &Agreement) -> Markup {
    let number = |n: Option<f64>| n.map_or_else(|| "–".to_owned(), |n| format!("{n:.3}"));
    html! {
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
    }
}

/// What they differ on. A reviewer's own decision would only change what he or she says, so others settle it.
fn differences(visitor: &Visitor, found: &Agreement) -> Markup {
    let is_third = !found.reviewers.contains(&visitor.name);
    html! {
        @if !found.differences.is_empty() {
            h2 { "Where they differ" }
            @if visitor.signed_in && !is_third {
                p.note { "You are one of them: somebody else's decision settles what you differ on." }
            }
            div.wide { table.cards {
                thead { tr { th scope="col" { "Entry" } th scope="col" { "Field" } th scope="col" { "Words" } th scope="col" { "Values" } th scope="col" { "State" } } }
                tbody { @for d in found.differences.iter().take(MOST) { tr {
                    @let place = d.entry.map(|entry| entry.to_string()).unwrap_or_default();
                    td data-label="Entry" { a href=(format!("/report/{}#{place}", d.report)) { (d.report) ":" (place) } }
                    td data-label="Field" { (d.field.replace('_', " ")) }
                    td data-label="Words" { (line(&d.words)) }
                    td data-label="Values" { @for (name, value) in &d.values { div { (line(name)) ": " (line(&value.to_string())) } } }
                    td data-label="State" {
                        @match &d.settled_by {
                            Some(by) => { "settled by " (line(by)) }
                            None => { "open" @if is_third || !visitor.signed_in { (settling(visitor, found, d)) } }
                        }
                    }
                } } }
            } }
            @if found.differences.len() > MOST { p.note { "and " (found.differences.len() - MOST) " more" } }
        }
    }
}

/// The form of a third decision: one button for each value.
fn settling(visitor: &Visitor, found: &Agreement, d: &Difference) -> Markup {
    let Some(entry) = d.entry else { return html! {} };
    let mut values: Vec<&Value> = Vec::new();
    for value in d.values.values() {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let names = encoded(&found.reviewers.join(";"));
    let name = format!("{}:{entry}", d.report);
    // A name that is remembered may be that of one of them, who does not settle it.
    let own = Some(visitor.name.as_str()).filter(|name| !found.reviewers.iter().any(|one| one == name));
    html! {
        form.settle method="post" action="/settle" {
            (forms::hidden(visitor, &format!("/agreement?names={names}"), 0))
            input type="hidden" name="reviewers" value=(found.reviewers.join(";"));
            input type="hidden" name="entry" value=(name);
            input type="hidden" name="field" value=(d.field);
            @if visitor.signed_in { input type="hidden" name="by" value=(visitor.name); } @else {
                label { span { "Your name" } input type="text" name="by" value=(own.unwrap_or_default()) required; }
            }
            @for value in values {
                @let shown = match (d.field.as_str(), value) {
                    (STANDS, Value::Bool(true)) => "It is an entry".to_owned(),
                    (STANDS, _) => "It is none".to_owned(),
                    (_, value) => line(&value.to_string()),
                };
                button name="value" value=(value.to_string()) aria-label=(format!("Settle {name}: {shown}")) { (shown) }
            }
        }
    }
}

/// Decides as one of the reviewers has it, for everybody.
pub(crate) async fn settle(
    State(desk): State<Desk>,
    visitor: Visitor,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let sent = Sent(sent);
    let deciding = Deciding::of(&visitor, &sent)?;
    if deciding.apart.is_some() {
        return Err(Failed::wrong(UNSEEN));
    }
    let field = sent.get("field").to_owned();
    let value = serde_json::from_str(sent.get("value"));
    let settling = Settling {
        by: deciding.by,
        reviewers: names(sent.get("reviewers")),
        entry: sent.get("entry").to_owned(),
        value: value.map_err(|_| Failed::wrong(format!("`{}`: the value is not JSON", line(&field))))?,
        field,
    };
    desk.write(move |ledger| Ok(sayso_desk::settle(ledger, &settling)?)).await?;
    Ok(Redirect::to(&deciding.back).into_response())
}

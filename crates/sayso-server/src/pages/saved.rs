//! Saved searches, each with what is new since its owner last looked.

use axum::{
    Form,
    extract::{Query, State},
    http::{StatusCode, Uri},
    response::Redirect,
};
use maud::{Markup, html};
use sayso_ledger::{Ledger, ReportId, SavedSearch};

use super::{
    decide::back,
    forms::{self, Sent},
    search::{Asked, Found},
};
use crate::{error::Failed, layout::line, state::Desk, visitor::Visitor};

/// Searches that one person can save.
const MOST: usize = 50;
/// Maximum bytes of a saved search.
const LONGEST: usize = 1000;

/// A saved search, with its query and the number of new reports.
pub(super) struct Saved {
    pub(super) search: SavedSearch,
    asked: Asked,
    new: usize,
}

/// A person's searches.
pub(super) fn of(ledger: &Ledger, by: &str) -> Result<Vec<Saved>, Failed> {
    let saved = ledger.saved_searches(by)?.into_iter();
    saved
        .map(|search| {
            let asked = asked(&search.query).unwrap_or_default();
            let found = Found::of(ledger, &asked.q, search.seen)?;
            let new = found.narrowed(&asked, None)?.len();
            Ok(Saved { search, asked, new })
        })
        .collect()
}

fn asked(query: &str) -> Option<Asked> {
    let uri: Uri = format!("/search?{query}").parse().ok()?;
    Query::try_from_uri(&uri).ok().map(|Query(asked)| asked)
}

/// The list of them.
pub(super) fn list(visitor: &Visitor, saved: &[Saved]) -> Markup {
    html! {
        @if !saved.is_empty() {
            section {
                h2 { "Saved searches of " (line(&visitor.name)) }
                ul.saved {
                    @for one in saved {
                        li {
                            a href=(format!("/search?{}", one.search.query)) { (one.asked.in_words()) }
                            @if one.new > 0 { " " b.new { (one.new) " new" } }
                            (form(visitor, "forget", one.search.id, "", "/search", "Forget"))
                        }
                    }
                }
            }
        }
    }
}

/// What can be done with the current search.
pub(super) fn doing(visitor: &Visitor, asked: &Asked, saved: &[Saved], newest: ReportId) -> Markup {
    let query = asked.query();
    let here = saved.iter().find(|one| one.search.query == query);
    html! {
        @match here {
            Some(one) if one.new > 0 => {
                p.note { (one.new) " new since you last looked. " }
                (form(visitor, "seen", one.search.id, &newest.to_string(), &format!("/search?{query}"), "Mark as seen"))
            }
            Some(_) => { p.note { "Saved; nothing new since you last looked." } }
            None => { (form(visitor, "save", 0, &query, &format!("/search?{query}"), "Save this search")) }
        }
    }
}

fn form(visitor: &Visitor, what: &str, id: i64, value: &str, back: &str, button: &str) -> Markup {
    html! {
        form.decide method="post" action="/saved" {
            (forms::hidden(visitor, back, 0))
            input type="hidden" name="what" value=(what);
            input type="hidden" name="id" value=(id);
            input type="hidden" name="value" value=(value);
            button { (button) }
        }
    }
}

/// Saves or forgets a search, or marks its results as seen. Nobody else sees any change.
pub(crate) async fn post(
    State(desk): State<Desk>,
    visitor: Visitor,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Redirect, Failed> {
    let sent = Sent(sent);
    visitor.check(sent.get("token"))?;
    let back = back(sent.get("back"));
    let wrong = |why: String| Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why);
    desk.write(move |ledger| {
        let by = &visitor.name;
        let number = |name: &str| {
            sent.get(name)
                .parse::<i64>()
                .map_err(|_| wrong(format!("'{}' is not a number", line(sent.get(name)))))
        };
        match sent.get("what") {
            "save" => {
                // Rebuilt, so that whatever was sent, only a URL of this server is stored.
                let query = asked(sent.get("value")).map(|asked| asked.query()).unwrap_or_default();
                if query.is_empty() || query.len() > LONGEST {
                    return Err(wrong(format!("a saved search must have 1 to {LONGEST} bytes")));
                }
                if ledger.saved_searches(by)?.len() >= MOST {
                    return Err(wrong(format!("{MOST} searches are already saved; forget one first")));
                }
                Ok(ledger.save_search(by, &query)?)
            }
            "forget" => Ok(ledger.forget_search(by, number("id")?)?),
            "seen" => Ok(ledger.saw_search(by, number("id")?, ReportId(number("value")?))?),
            _ => Err(wrong("`what` must be save, forget or seen".to_owned())),
        }
    })
    .await?;
    Ok(Redirect::to(&back))
}

//! Handles decisions made in forms.

use axum::{
    Form,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use sayso_desk::Request;
use sayso_ledger::{
    Decision, DecisionKind, EntryKind, EntryName, Fields, Ledger, LedgerError, ReportId, Subject, View,
    review::fields,
};
use serde_json::Value;

use super::forms::{self, Deciding, Sent};
use crate::{
    error::Failed,
    layout::{self, clean, line},
    state::Desk,
    visitor::{Visitor, remember},
};

pub(crate) async fn post(
    State(desk): State<Desk>,
    visitor: Visitor,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let sent = Sent(sent);
    let deciding = Deciding::of(&visitor, &sent)?;
    let (cookie, back) = (remember(&deciding.by), deciding.back.clone());
    let typed = Sent(sent.0.clone());
    let made = match desk.write(move |ledger| decide(ledger, &visitor, &sent, &deciding)).await {
        Ok(made) => made,
        Err(failed) => {
            // Whoever sends it again from here has been told what was decided in the meantime.
            let last = match failed.status {
                StatusCode::CONFLICT => Some(desk.ask(|ledger| Ok(ledger.last_decision()?)).await?),
                _ => None,
            };
            return Ok(not_done(&failed, &typed, &back, last));
        }
    };
    let mut response = Redirect::to(&told(&back, made.last().copied())).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// Why nothing was decided, with everything that was typed, so that it can be sent again.
fn not_done(failed: &Failed, typed: &Sent, back: &str, last: Option<i64>) -> Response {
    let sent = |name: &str| typed.get(name).to_owned();
    let kind = match EntryName::parse(sent("entry").rsplit(':').next().unwrap_or_default()) {
        Some(entry) => Some(entry.kind),
        None => sent("kind").chars().next().and_then(EntryKind::of_letter),
    };
    // With the inputs of its own form, where it is about one entry.
    let fields: Fields = typed
        .0
        .iter()
        .filter_map(|(name, written)| {
            Some((name.strip_prefix("field.")?.to_owned(), written.as_str().into()))
        })
        .collect();
    let form = kind.filter(|_| !fields.is_empty());
    let shown = |name: &str| {
        (form.is_none() && name.starts_with("field.")) || matches!(name, "note" | "words" | "nth" | "by")
    };
    let own = |name: &str| form.is_some() && (name.starts_with("field.") || name == "new_category");
    let again = if last.is_some() { "Decide this all the same" } else { "Send it again" };
    let value = |name: &str, value: &str| match last {
        Some(last) if name == "seen" => last.to_string(),
        _ => clean(value),
    };
    let page = layout::page(
        "Not done",
        "",
        html! {
            p.failed { (clean(&failed.message)) }
            p { a href=(back) { "Back to where you were" } }
            form.fields method="post" action="/decide" {
                h2 { "What you entered" }
                @if let Some(kind) = form { (forms::inputs("again", kind, Some(&fields))) }
                @for (name, written) in typed.0.iter().filter(|(name, _)| !own(name)) {
                    @if shown(name) {
                        @let label = name.trim_start_matches("field.").replace('_', " ");
                        label { span { (line(&label)) } input type="text" name=(line(name)) value=(value(name, written)); }
                    } @else {
                        input type="hidden" name=(line(name)) value=(value(name, written));
                    }
                }
                div.buttons { button { (again) } }
            }
        },
    );
    (failed.status, Html(page.into_string())).into_response()
}

/// Where to redirect afterwards: only to a path of this server, whatever the form says.
pub(crate) fn back(written: &str) -> String {
    let own = written.starts_with('/')
        && !written.starts_with("//")
        && !written.contains(|c: char| c == '\\' || c.is_control());
    if own { written.to_owned() } else { "/".to_owned() }
}

/// The same place, which there says what was decided: what was decided about may no longer be shown.
fn told(back: &str, made: Option<i64>) -> String {
    let says = back.starts_with("/report/") || back.split(['?', '#']).next() == Some("/queue");
    let Some(made) = made.filter(|_| says) else { return back.to_owned() };
    let (page, place) =
        back.split_once('#').map_or((back, String::new()), |(page, at)| (page, format!("#{at}")));
    let joined = if page.contains('?') { '&' } else { '?' };
    format!("{page}{joined}done={made}{place}")
}

/// What was decided just now, about which entries: for [`done`].
pub(super) type Done = (Decision, Vec<Option<String>>);

/// Looks up what was decided just now; nothing if it has been undone, or was decided by somebody whom the visitor does not see.
pub(super) fn just_done(ledger: &Ledger, made: Option<i64>) -> Result<Option<Done>, Failed> {
    let Some(id) = made else { return Ok(None) };
    let decision = match ledger.decision(id) {
        Ok(decision) => decision,
        // A bookmark from before the ledger was restored.
        Err(LedgerError::NoDecision(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if matches!(ledger.view(), View::Of(name) if name != decision.by) {
        return Ok(None);
    }
    let names = sayso_desk::about(ledger, [&decision])?.remove(&decision.id).unwrap_or_default();
    Ok(Some((decision, names)).filter(|(decision, _)| decision.undone_by.is_none()))
}

/// What was decided just now, with the button that undoes it.
pub(super) fn done(visitor: &Visitor, done: Option<&Done>, back: &str) -> Markup {
    let Some((decision, names)) = done else { return html! {} };
    let words = match &decision.subject {
        Subject::Entries(entries) => {
            let named = entries.iter().zip(names).map(|(entry, name)| {
                let name = name.clone().unwrap_or_else(|| entry.report.to_string());
                format!("{name} “{}”", line(&entry.exact))
            });
            named.collect::<Vec<_>>().join(", ")
        }
        Subject::Decision(id) => format!("decision {id}"),
        Subject::Reports(_) => String::new(),
    };
    html! {
        div.done role="status" {
            "Done: " (decision.word()) " " (words) " "
            @if decision.kind != DecisionKind::Undo { (forms::undo(visitor, decision.id, back)) }
        }
    }
}

fn decide(
    ledger: &mut Ledger,
    visitor: &Visitor,
    sent: &Sent,
    deciding: &Deciding,
) -> Result<Vec<i64>, Failed> {
    let view = deciding.view();
    let kind = DecisionKind::from_word(sent.get("what")).ok_or_else(|| Failed::wrong("no such decision"))?;
    let entry = sent.get("entry").to_owned();
    let mut request = Request::new(deciding.by.clone(), kind, vec![entry.clone()]);
    request.note = sent.note();
    request.new_category = sent.get("new_category") == "true";
    match kind {
        DecisionKind::Undo => {
            let id = sent.get("decision").parse().map_err(|_| Failed::wrong("no such decision"))?;
            visitor.may_undo(&ledger.decision(id)?.by)?;
            request.entries = vec![id.to_string()];
        }
        DecisionKind::Add => {
            let added = sent.get("kind").chars().next().and_then(EntryKind::of_letter);
            let added = added.ok_or_else(|| Failed::wrong("no such kind of entry"))?;
            let nth = Some(sent.get("nth").trim()).filter(|nth| !nth.is_empty());
            let nth = nth.map(|nth| {
                nth.parse().map_err(|_| Failed::wrong("the number of the occurrence is not a number"))
            });
            request.nth = nth.transpose()?;
            request.words = Some(sent.get("words").trim().to_owned());
            request.value = Some(Value::Object(forms::changed(added, &sent.0, None)));
            request.added = Some(added);
        }
        _ => {
            let mut about = sayso_desk::named(ledger, view, &entry)?;
            let anchored = about.pop().filter(|_| about.is_empty());
            let anchored = anchored.ok_or_else(|| Failed::wrong("this applies to a single entry"))?;
            unseen(ledger, sent, ReportId(anchored.report), &entry, deciding)?;
            if kind == DecisionKind::Correct {
                let reviewed = ledger.reviewed_in(ReportId(anchored.report), view)?;
                let place = reviewed.as_ref().and_then(|r| anchored.place(&r.reading));
                let place = place.map(|index| EntryName { kind: anchored.kind, index });
                let stands = reviewed.as_ref().zip(place).map(|(r, e)| fields::fields(&r.reading, e));
                let changed = forms::changed(anchored.kind, &sent.0, Some(&stands.unwrap_or_default()));
                if changed.is_empty() {
                    return Err(Failed::wrong(
                        "nothing was changed; to say that the entry is right, accept it",
                    ));
                }
                request.value = Some(Value::Object(changed));
            }
            if kind == DecisionKind::Note && request.note.is_none() {
                return Err(Failed::wrong("there is nothing to note; write it under \"Why, or a note\""));
            }
        }
    }
    Ok(sayso_desk::decide(ledger, &request, view)?)
}

/// Refuses to override what somebody else has decided about the same entry since the form was shown. Whoever reviews apart overrides
/// nobody.
fn unseen(
    ledger: &Ledger,
    sent: &Sent,
    report: ReportId,
    entry: &str,
    deciding: &Deciding,
) -> Result<(), Failed> {
    let Ok(seen) = sent.get("seen").parse::<i64>() else { return Ok(()) };
    let Some(reviewed) = ledger.reviewed_in(report, deciding.view())? else { return Ok(()) };
    let about = |d: &Decision| match &d.subject {
        Subject::Entries(entries) => entries.iter().any(|e| {
            let place = e.place(&reviewed.reading).map(|index| EntryName { kind: e.kind, index });
            e.report == report.0 && place.is_some_and(|name| format!("{report}:{name}") == entry)
        }),
        _ => false,
    };
    let shown = |d: &Decision| deciding.apart.as_ref().is_none_or(|name| d.by == *name);
    let newer = ledger.decisions_about(report)?.into_iter().find(|d| d.id > seen && shown(d) && about(d));
    newer.map_or(Ok(()), |d| {
        let why = format!(
            "{} has decided about {entry} since this page was loaded ({}, decision {}); reload it and check",
            line(&d.by),
            d.kind.word(),
            d.id
        );
        Err(Failed::new(StatusCode::CONFLICT, why))
    })
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_page_is_told_what_was_decided() {
        for (back, wanted) in [
            ("/report/3#f1", "/report/3?done=7#f1"),
            ("/report/3?rejected=true#f1", "/report/3?rejected=true&done=7#f1"),
            ("/queue", "/queue?done=7"),
            ("/audit", "/audit"),
        ] {
            assert_eq!(told(back, Some(7)), wanted);
        }
    }
}

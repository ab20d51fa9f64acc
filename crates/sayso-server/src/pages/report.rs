//! One report: its text with the entries marked, and next to it the entries to decide about.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Html,
};
use maud::{Markup, html};
use sayso_desk::ReportView;
use sayso_ledger::{Change, Changes, EntryKind, LedgerError, ReportId, ReportLine, review::fields};
use serde::Deserialize;

use super::{
    entries, forms,
    text::{Layer, Mark, marked, marks},
};
use crate::{
    error::Failed,
    layout::{self, line},
    state::Desk,
    visitor::Visitor,
};

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// Code points that a link leads to, `START-END`.
    #[serde(default)]
    mark: String,
    /// Including rejected entries.
    #[serde(default)]
    rejected: bool,
    /// The entry to correct.
    #[serde(default)]
    correct: String,
    /// What to add: `f` or `s`.
    #[serde(default)]
    add: String,
}

/// What a page shows of a report.
struct Shown {
    view: ReportView,
    seen: i64,
    changes: Vec<Changes>,
    revisions: Vec<ReportLine>,
    story: Option<i64>,
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failed> {
    let shown = desk
        .ask(move |ledger| {
            let id = ReportId(id);
            let view = sayso_desk::report(ledger, id)?;
            let seen = ledger.decisions_about(id)?.last().map_or(0, |d| d.id);
            let changes = ledger.changes(id).or_else(|e| match e {
                LedgerError::Unreadable(_) => Ok(Vec::new()),
                e => Err(e),
            })?;
            let (revisions, story) = (ledger.revisions(id)?, ledger.story_of(id)?.map(|s| s.0));
            Ok(Shown { view, seen, changes, revisions, story })
        })
        .await?;
    let view = &shown.view;
    let text = view.stored.report.text.as_str();
    let mut all = view.reviewed.as_ref().map(marks).unwrap_or_default();
    if let Some((start, end)) = asked.mark.split_once('-') {
        let wrong = || Failed::new(StatusCode::UNPROCESSABLE_ENTITY, "mark is not of the form START-END");
        let (start, end) = (start.parse().map_err(|_| wrong())?, end.parse().map_err(|_| wrong())?);
        let span = fields::of_code_points(text, start, end);
        all.extend(span.map(|span| Mark { span, layer: Layer::Chosen, entry: None }));
    }
    let head = &view.stored.report.head;
    let title = head.headline.as_ref().map_or_else(|| format!("Report {id}"), |h| line(&h.value));
    let page = layout::page(
        &title,
        "",
        html! {
            (facts(&shown))
            div.columns {
                article.text aria-label="Text" data-report=(id) tabindex="0" {
                    p.legend {
                        mark.content { "statement" } " " mark.source { "source" } " " mark.cue { "cue" } " "
                        mark.figure { "figure" } " " mark.place { "place" } " " mark.time { "time" }
                    }
                    div.words { (marked(text, &all)) }
                }
                div.entries {
                    p.keys hidden { "Keys: " kbd { "j" } " next, " kbd { "k" } " back, " kbd { "a" } " accept, " kbd { "r" } " reject, "
                        kbd { "c" } " correct, " kbd { "u" } " undo, " kbd { "?" } " all. Select words in the text to add an entry." }
                    @match &view.reviewed {
                        None => { p.nothing { "This report has not been read; run " code { "sayso reread" } "." } }
                        Some(reviewed) => {
                            (forms::offers(reviewed))
                            (adding(&visitor, ReportId(id), &asked.add, shown.seen))
                            (entries::all(&visitor, view, reviewed, &entries::Asked {
                                rejected: asked.rejected, correct: &asked.correct, seen: shown.seen, story: shown.story,
                            }))
                        }
                    }
                    (changes(&shown))
                }
            }
        },
    );
    Ok(Html(page.into_string()))
}

/// Where it came from.
fn facts(shown: &Shown) -> Markup {
    let stored = &shown.view.stored;
    let head = &stored.report.head;
    let stated = |v: Option<String>| v.unwrap_or_else(|| "not stated".to_owned());
    html! {
        dl.head {
            dt { "Outlet" } dd { (stated(head.outlet.as_ref().map(|o| line(&o.value)))) }
            dt { "Published" } dd { (stated(head.published.as_ref().map(|p| p.value.to_string()))) }
            @if !head.byline.is_empty() {
                dt { "By" } dd { (head.byline.iter().map(|b| line(&b.value)).collect::<Vec<_>>().join(", ")) }
            }
            // The URL is shown but not linked, because it comes from the report.
            @if let Some(url) = &head.url { dt { "Address" } dd { code { (line(&url.value)) } } }
            dt { "Report" } dd {
                (stored.line.id) " from " code { (line(&stored.line.origin)) }
                @if let Some(story) = shown.story { ", in " a href=(format!("/story/{story}")) { "story " (story) } }
                ". " (exported(shown))
            }
            @if shown.revisions.len() > 1 {
                dt { "Revisions" } dd {
                    @for r in &shown.revisions {
                        @if r.id == stored.line.id { b { (r.revision) " (this one)" } } @else { a href=(format!("/report/{}", r.id)) { (r.revision) } }
                        " "
                    }
                }
            }
        }
    }
}

/// A link to the export of the reports of this outlet on this day.
fn exported(shown: &Shown) -> Markup {
    let head = &shown.view.stored.report.head;
    let day = head.published.as_ref().map(|p| p.value.to_string()).unwrap_or_default();
    let outlet = head.outlet.as_ref().map(|o| o.value.clone()).unwrap_or_default();
    super::export::link(
        "figures",
        &[("since", day.as_str()), ("until", day.as_str()), ("outlet", outlet.as_str())],
        false,
    )
}

/// What each revision changed, before and after side by side.
fn changes(shown: &Shown) -> Markup {
    let or_dash = |v: &Option<String>| v.as_deref().map_or_else(|| "–".to_owned(), line);
    html! {
        @if shown.changes.iter().any(|c| !c.changes.is_empty()) {
            section {
                h2 { "What its revisions changed" }
                @for revision in &shown.changes {
                    div.wide { table {
                        caption { "Report " a href=(format!("/report/{}", revision.before)) { (revision.before) } " to "
                            a href=(format!("/report/{}", revision.now)) { (revision.now) } }
                        thead { tr { th scope="col" { "What" } th scope="col" { "Before" } th scope="col" { "Now" } } }
                        tbody { @for change in &revision.changes { tr {
                            @match change {
                                Change::Came { kind, now } => { td { (kind.as_str()) " came" } td { "–" } td { (line(now)) } }
                                Change::Went { kind, before } => { td { (kind.as_str()) " went" } td { (line(before)) } td { "–" } }
                                Change::Changed { kind, before, now, fields } => {
                                    td { (kind.as_str()) " changed: " (fields.join(", ").replace('_', " ")) } td { (line(before)) } td { (line(now)) }
                                }
                                Change::Head { field, before, now } => { td { (field) } td { (or_dash(before)) } td { (or_dash(now)) } }
                            }
                        } } }
                    } }
                }
            }
        }
    }
}

/// The form for adding a missed entry. Script fills in the words that are selected in the text.
fn adding(visitor: &Visitor, report: ReportId, asked: &str, seen: i64) -> Markup {
    let kinds = [
        (EntryKind::Figure, "a figure"),
        (EntryKind::Statement, "a statement"),
        (EntryKind::Speaker, "a speaker"),
        (EntryKind::CommentRequest, "a request for comment"),
        (EntryKind::Expectation, "an expectation"),
        (EntryKind::Correction, "a correction"),
    ];
    html! {
        @for (kind, word) in kinds {
            @let letter = kind.letter();
            details.kind.add open[asked.chars().eq([letter])] data-kind=(letter) {
                summary { h2 { "Add " (word) " that was missed" } }
                form.fields method="post" action="/decide" {
                    (forms::hidden(visitor, &format!("/report/{report}"), seen))
                    input type="hidden" name="entry" value=(report);
                    input type="hidden" name="kind" value=(letter);
                    p { @if kind == EntryKind::Statement { "Copy the words that were said from the text." } @else { "Copy its words from the text." } }
                    label { span { "Words" } input type="text" name="words" required; }
                    label { span { "Which occurrence, if there are several" } input type="text" inputmode="numeric" name="nth"; }
                    (forms::inputs(&format!("add.{letter}"), kind, None))
                    label { span { "Why" } input type="text" name="note"; }
                    (forms::by(visitor))
                    div.buttons { button name="what" value="add" { "Add" } }
                }
            }
        }
    }
}

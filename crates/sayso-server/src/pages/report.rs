//! One report: its text with the entries marked, and next to it the entries to decide about.

use std::collections::BTreeSet;

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
    decide::{Done, done, just_done},
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
    /// The decision that led here.
    #[serde(default)]
    done: Option<i64>,
}

/// What a page shows of a report.
struct Shown {
    view: ReportView,
    seen: i64,
    changes: Vec<Changes>,
    revisions: Vec<ReportLine>,
    story: Option<i64>,
    done: Option<Done>,
    /// The text of the revision before and this one, side by side. Comparing long texts takes a while, so it is done on the
    /// thread that asks the ledger, not on one that serves everybody.
    compared: Option<Markup>,
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
            let earlier = revisions.iter().rev().find(|r| r.revision < view.stored.line.revision);
            let before = earlier.map(|r| ledger.report(r.id)).transpose()?.flatten();
            let compared = before.map(|old| side_by_side(&old.report.text, &view.stored.report.text));
            let done = just_done(ledger, asked.done)?;
            Ok(Shown { view, seen, changes, revisions, story, done, compared })
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
                    (done(&visitor, shown.done.as_ref(), &format!("/report/{id}")))
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
                }
            }
            (changes(&shown))
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
            dt { "Outlet" } dd {
                (stated(stored.line.outlet.as_deref().map(line)))
                @if let Some(written) = head.outlet.as_ref().filter(|o| Some(&o.value) != stored.line.outlet.as_ref()) {
                    ", stated as " code { (line(&written.value)) }
                }
            }
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
            @if let Some(kept) = &stored.line.archived {
                dt { "Archived" } dd { code { (line(&kept.record)) } " in " code { (line(&kept.file)) } ", " (line(&kept.digest)) }
            }
            @if shown.revisions.len() > 1 {
                dt { "Revisions" } dd {
                    @for r in &shown.revisions {
                        @if r.id == stored.line.id { b { (r.revision) " (this one)" } } @else { a href=(format!("/report/{}", r.id)) { (r.revision) } }
                        " "
                    }
                    a href="#changed" { "what they changed" }
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
    )
}

/// What each revision changed, before and after side by side.
fn changes(shown: &Shown) -> Markup {
    let or_dash = |v: &Option<String>| v.as_deref().map_or_else(|| "–".to_owned(), line);
    html! {
        @if shown.revisions.len() > 1 {
            section id="changed" {
                h2 { "What its revisions changed" }
                @if shown.changes.iter().all(|c| c.changes.is_empty()) { p.nothing { "Nothing that is read: no figure, statement or field of its head." } }
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
                @if let Some(compared) = &shown.compared { (compared) }
            }
        }
    }
}

/// Paragraphs compared at most; of a longer text the rest is not set against each other.
const PARAGRAPHS: usize = 200;
/// Words compared at most in two paragraphs: reports may have paragraphs of any length.
const WORDS: usize = 600;

/// The texts of the revision before and of this one next to each other, what went and what came marked.
fn side_by_side(before: &str, now: &str) -> Markup {
    let paragraphs = |text: &str| -> Vec<String> {
        text.lines().map(line).filter(|l| !l.is_empty()).take(PARAGRAPHS).collect()
    };
    let goes_on =
        [before, now].iter().any(|text| text.lines().filter(|l| !l.trim().is_empty()).count() > PARAGRAPHS);
    let (before, now) = (paragraphs(before), paragraphs(now));
    html! {
        @if goes_on { p { "The texts go on: the first " (PARAGRAPHS) " paragraphs are compared." } }
        h3 { "The revision before and this one" }
        div.wide { table.revisions {
            thead { tr { th scope="col" { "Before" } th scope="col" { "Now" } } }
            tbody { @for (old, new) in set_against(&before, &now) { tr {
                @match (old, new) {
                    (Some(old), Some(new)) if old == new => { td { (old) } td { (new) } }
                    (Some(old), Some(new)) => {
                        @let (went, came) = words_apart(old, new);
                        td { (parts(&went, false)) } td { (parts(&came, true)) }
                    }
                    (old, new) => {
                        td { @if let Some(old) = old { del { (old) } } }
                        td { @if let Some(new) = new { ins { (new) } } }
                    }
                }
            } } }
        } }
    }
}

/// Words in order, with whether the other side has them.
type Apart<'w> = Vec<(&'w str, bool)>;

fn parts(words: &Apart<'_>, came: bool) -> Markup {
    html! {
        @for (word, both) in words {
            @if *both { (word) } @else if came { ins { (word) } } @else { del { (word) } }
            " "
        }
    }
}

/// The words of two paragraphs, each with whether it stands in the other at the same place.
fn words_apart<'w>(old: &'w str, new: &'w str) -> (Apart<'w>, Apart<'w>) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split(' ').collect(), new.split(' ').collect());
    let long = old.len().max(new.len()) > WORDS;
    let same = if long { Vec::new() } else { common(&old, &new, |a, b| a == b) };
    let with = |words: &[&'w str], kept: Vec<usize>| -> Apart<'w> {
        words.iter().enumerate().map(|(n, word)| (*word, kept.contains(&n))).collect()
    };
    (with(&old, same.iter().map(|(a, _)| *a).collect()), with(&new, same.iter().map(|(_, b)| *b).collect()))
}

/// Paragraphs of two texts, one of each side by side where they are the same or have most words in common.
fn set_against<'p>(before: &'p [String], now: &'p [String]) -> Vec<(Option<&'p str>, Option<&'p str>)> {
    let words = |texts: &'p [String]| -> Vec<BTreeSet<&'p str>> {
        texts.iter().map(|text| text.split(' ').take(WORDS).collect()).collect()
    };
    let alike = |a: &BTreeSet<&str>, b: &BTreeSet<&str>| a.intersection(b).count() * 2 > a.len().max(b.len());
    let mut rows = Vec::new();
    let (mut old, mut new) = (0, 0);
    let pairs = common(&words(before), &words(now), alike);
    for (a, b) in pairs.into_iter().chain([(before.len(), now.len())]) {
        rows.extend(before.get(old..a).unwrap_or_default().iter().map(|p| (Some(p.as_str()), None)));
        rows.extend(now.get(new..b).unwrap_or_default().iter().map(|p| (None, Some(p.as_str()))));
        if let (Some(x), Some(y)) = (before.get(a), now.get(b)) {
            rows.push((Some(x.as_str()), Some(y.as_str())));
        }
        (old, new) = (a + 1, b + 1);
    }
    rows
}

/// The longest common subsequence of two lists, as pairs of positions.
fn common<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<(usize, usize)> {
    let wide = b.len() + 1;
    let mut longest = vec![0_u16; (a.len() + 1) * wide];
    let at = |longest: &[u16], x: usize, y: usize| longest.get(x * wide + y).copied().unwrap_or(0);
    let matched: Vec<bool> =
        a.iter().flat_map(|x| b.iter().map(|y| same(x, y)).collect::<Vec<_>>()).collect();
    let is = |x: usize, y: usize| matched.get(x * b.len() + y).copied().unwrap_or(false);
    for x in (0..a.len()).rev() {
        for y in (0..b.len()).rev() {
            let best = if is(x, y) {
                at(&longest, x + 1, y + 1).saturating_add(1)
            } else {
                at(&longest, x + 1, y).max(at(&longest, x, y + 1))
            };
            if let Some(place) = longest.get_mut(x * wide + y) {
                *place = best;
            }
        }
    }
    let (mut x, mut y, mut pairs) = (0, 0, Vec::new());
    while x < a.len() && y < b.len() {
        if is(x, y) {
            pairs.push((x, y));
            (x, y) = (x + 1, y + 1);
        } else if at(&longest, x + 1, y) >= at(&longest, x, y + 1) {
            x += 1;
        } else {
            y += 1;
        }
    }
    pairs
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

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn texts_of_revisions_stand_next_to_each_other() {
        let before = "Ferry sinks\n\nAt least 40 people died on Monday.\n\nThe cause is not known.";
        let now = "Ferry sinks\n\nAt least 52 people died on Monday.\n\nDivers go on.";
        let shown = side_by_side(before, now).into_string();
        for wanted in [
            "<del>40</del>",
            "<ins>52</ins>",
            "<del>The cause is not known.</del>",
            "<ins>Divers go on.</ins>",
        ] {
            assert!(shown.contains(wanted), "{wanted}: {shown}");
        }
        assert!(shown.contains("<td>Ferry sinks</td><td>Ferry sinks</td>"), "{shown}");
    }
}

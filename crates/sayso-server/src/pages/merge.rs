//! The speakers of a story, with the words by which their names were merged; merging and splitting them, and whole stories.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use sayso_desk::{Loaded, Preview, Request};
use sayso_ledger::{Anchored, DecisionKind, EntryKind, Ledger, ReportId, View};
use sayso_model::story::{SpeakerMember, StorySpeaker};

use super::{
    encoded,
    forms::{self, Deciding, Sent},
};
use crate::{
    error::Failed,
    layout::{self, line},
    state::Desk,
    visitor::Visitor,
};

/// Speakers shown.
const MOST: usize = 100;
/// Members shown per speaker.
const MEMBERS: usize = 30;

/// Those named by a query or a form.
fn entries(sent: &Sent) -> impl Iterator<Item = &str> {
    sent.0.iter().filter(|(n, _)| n == "entry").map(|(_, value)| value.as_str())
}

/// Merge or split, and which speakers.
fn decision(sent: &Sent, ledger: &Ledger, view: View<'_>) -> Result<(DecisionKind, Vec<Anchored>), Failed> {
    let kind = DecisionKind::from_word(sent.get("what"))
        .filter(|kind| matches!(kind, DecisionKind::Merge | DecisionKind::Split))
        .ok_or_else(|| Failed::wrong("only merge or split can be chosen here"))?;
    let mut chosen = Vec::new();
    for entry in entries(sent) {
        chosen.extend(sayso_desk::named(ledger, view, entry)?);
    }
    if chosen.len() < 2 || chosen.iter().any(|e| e.kind != EntryKind::Speaker) {
        return Err(Failed::wrong("tick two or more speakers"));
    }
    Ok((kind, chosen))
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(id): Path<i64>,
    Query(sent): Query<Vec<(String, String)>>,
) -> Result<Html<String>, Failed> {
    let sent = Sent(sent);
    let find = sent.get("find").to_lowercase();
    let told = desk.told(id, None).await?;
    let asked: Vec<String> = entries(&sent).map(str::to_owned).collect();
    let what = sent.get("what").to_owned();
    let preview = if what.is_empty() {
        None
    } else {
        let asked = desk.ask(move |ledger| {
            let (kind, chosen) = decision(&sent, ledger, ledger.view())?;
            Ok(sayso_desk::preview(ledger, id, kind, &chosen)?)
        });
        Some(asked.await?)
    };
    let loaded = &told.loaded;
    let named =
        |s: &&StorySpeaker| find.is_empty() || s.names.iter().any(|n| n.to_lowercase().contains(&find));
    let mut speakers: Vec<&StorySpeaker> = loaded.story.speakers.iter().filter(named).collect();
    speakers.sort_by_key(|s| std::cmp::Reverse(s.members.len()));
    let all = speakers.len();
    speakers.truncate(MOST);
    let page = layout::page(
        &format!("Speakers of story {id}"),
        "/speakers",
        html! {
            p { a href=(format!("/story/{id}")) { "Back to the story" } }
            @if let Some(preview) = &preview { (previewed(&visitor, id, &what, &asked, preview)) }
            form.filter method="get" action=(format!("/story/{id}/speakers")) {
                label for="find" { "Name" }
                input #find type="search" name="find" value=(line(&find));
                button { "Show" }
                span.count { (speakers.len()) " of " (all) }
            }
            form method="get" action=(format!("/story/{id}/speakers")) {
                p.note { "Tick two or more names: within one speaker to split it, or in several speakers to merge them. You will see what would change before anything is decided." }
                div.buttons.sticky {
                    button name="what" value="merge" { "Merge …" }
                    button name="what" value="split" { "Split …" }
                }
                @for speaker in &speakers { (one(loaded, speaker, &asked)) }
            }
        },
    );
    Ok(Html(page.into_string()))
}

fn one(loaded: &Loaded, speaker: &StorySpeaker, asked: &[String]) -> Markup {
    let kind = match format!("{:?}", speaker.kind).to_lowercase() {
        kind if kind == "unknown" => String::new(),
        kind => kind,
    };
    let others: Vec<String> = speaker.names.iter().filter(|n| **n != speaker.name).map(|n| line(n)).collect();
    html! {
        section.entry {
            h2 { a href=(format!("/speaker?name={}", encoded(&speaker.name))) { (line(&speaker.name)) } " "
                span.note { (kind) @if let Some(country) = &speaker.country { ", " (line(country)) } } }
            @if !others.is_empty() { p.facts { "also: " (others.join(", ")) } }
            @for parent in &speaker.parents { p.facts { "speaks for " b { (line(&parent.name)) } } }
            ul.members { @for member in speaker.members.iter().take(MEMBERS) { (ticked(loaded, member, asked)) } }
            @if speaker.members.len() > MEMBERS { p.note { "and in " (speaker.members.len() - MEMBERS) " more reports" } }
        }
    }
}

fn ticked(loaded: &Loaded, member: &SpeakerMember, asked: &[String]) -> Markup {
    let entry = loaded.name(member.report, EntryKind::Speaker, member.speaker.index());
    let name = format!("{}:{entry}", loaded.key(member.report));
    html! {
        li {
            label { input type="checkbox" name="entry" value=(name) checked[asked.contains(&name)]; " " (line(&member.name)) }
            " " span.note {
                "in report " a href=(format!("/report/{}#{entry}", loaded.key(member.report))) { (loaded.key(member.report)) }
                ", by " (member.evidence.rule.replace(['-', '_', '.'], " "))
                @for mark in member.evidence.marks.iter().take(2) { " " (super::story::quoted(loaded, *mark)) }
            }
        }
    }
}

fn previewed(visitor: &Visitor, id: i64, what: &str, entries: &[String], preview: &Preview) -> Markup {
    let names = |all: &[Vec<String>]| {
        html! { ul { @for one in all { li { (one.iter().map(|n| line(n)).collect::<Vec<_>>().join(", ")) } } } }
    };
    html! {
        section.preview aria-label="What would change" {
            h2 { "What would change" }
            div.pair2 {
                div { h3 { "Now" } (names(&preview.speakers_before)) }
                div { h3 { "Then" } (names(&preview.speakers_after)) }
            }
            @if preview.counts.is_empty() { p.note { "No count would change." } } @else {
                div.wide { table {
                    thead { tr { th scope="col" { "Count" } th scope="col" { "Now: low / best / high" } th scope="col" { "Then" } } }
                    tbody { @for c in preview.counts.iter().take(MOST) {
                        tr { td { (line(&c.what)) } td { (c.before.as_deref().unwrap_or("–")) } td { (c.after.as_deref().unwrap_or("–")) } }
                    } }
                } }
            }
            form.fields method="post" action="/merge" {
                (forms::hidden(visitor, &format!("/story/{id}/speakers"), 0))
                @for entry in entries { input type="hidden" name="entry" value=(entry); }
                label { span { "Why" } input type="text" name="note"; }
                (forms::by(visitor))
                div.buttons {
                    button name="what" value=(what) { @if what == "merge" { "Merge" } @else { "Split" } }
                    a href=(format!("/story/{id}/speakers")) { "Cancel" }
                }
            }
        }
    }
}

pub(crate) async fn post(
    State(desk): State<Desk>,
    visitor: Visitor,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let sent = Sent(sent);
    let deciding = Deciding::of(&visitor, &sent)?;
    let back = deciding.back.clone();
    desk.write(move |ledger| {
        let (kind, _) = decision(&sent, ledger, deciding.view())?;
        let chosen = entries(&sent).map(str::to_owned).collect();
        let request = Request { note: sent.note(), ..Request::new(deciding.by.clone(), kind, chosen) };
        Ok(sayso_desk::decide(ledger, &request, deciding.view())?)
    })
    .await?;
    Ok(Redirect::to(&back).into_response())
}

/// The forms for joining a story with another one, and for splitting reports off it.
pub(super) fn regrouping(visitor: &Visitor, story: i64) -> Markup {
    let form = |what: &str, label: &str, name: &str, button: &str| {
        html! {
            form.fields method="post" action="/regroup" {
                (forms::hidden(visitor, &format!("/story/{story}"), 0))
                input type="hidden" name="story" value=(story);
                label { span { (label) } input type="text" name=(name) required; }
                label { span { "Why" } input type="text" name="note"; }
                (forms::by(visitor))
                div.buttons { button name="what" value=(what) { (button) } }
            }
        }
    };
    html! {
        details.regroup {
            summary { "Join this story with another one, or split reports off" }
            (form("merge", "Number of the story that is about the same event", "other", "Join"))
            (form("split", "Numbers of the reports that are about a different event, with spaces between", "reports", "Split off"))
        }
    }
}

/// Joins a story with another one, or splits reports off.
pub(crate) async fn regroup(
    State(desk): State<Desk>,
    visitor: Visitor,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Failed> {
    let sent = Sent(sent);
    let deciding = Deciding::of(&visitor, &sent)?;
    let back = deciding.back.clone();
    let kind = DecisionKind::from_word(sent.get("what")).ok_or_else(|| Failed::wrong("no such decision"))?;
    let entries: Vec<String> = match kind {
        DecisionKind::Merge => {
            [sent.get("story"), sent.get("other").trim()].map(|number| format!("story:{number}")).to_vec()
        }
        DecisionKind::Split => {
            sent.get("reports").split_whitespace().map(|number| format!("report:{number}")).collect()
        }
        _ => return Err(Failed::wrong("stories can only be joined, and reports split off")),
    };
    let request = Request { note: sent.note(), ..Request::new(deciding.by.clone(), kind, entries) };
    let story = sent.get("story").trim().to_owned();
    let reports: Vec<i64> = match kind {
        DecisionKind::Split => {
            sent.get("reports").split_whitespace().filter_map(|n| n.parse().ok()).collect()
        }
        _ => Vec::new(),
    };
    desk.write(move |ledger| {
        // A slip of the pen must not split another story than the one that is looked at.
        for report in reports {
            let of = ledger.story_of(ReportId(report))?.map(|id| id.0.to_string());
            if !story.is_empty() && of.is_some_and(|of| of != story) {
                return Err(Failed::wrong(format!("report {report} is not in story {story}")));
            }
        }
        Ok(sayso_desk::decide(ledger, &request, deciding.view())?)
    })
    .await?;
    Ok(Redirect::to(&back).into_response())
}

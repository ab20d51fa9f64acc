//! One story: the brief, who says how many, how the numbers moved, and what is in conflict.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::{Path, Query, State},
    response::Html,
};
use maud::{Markup, PreEscaped, html};
use sayso_brief::{Brief, Line};
use sayso_desk::{Loaded, chart, words};
use sayso_model::{
    Category, Date, Modality, Span,
    story::{
        Appearance, Claim, EventOf, Independence, Point, PointRef, Scope, Series, Status, StoryMark,
        StoryReport,
    },
};
use serde::Deserialize;

use super::{graph, map, outlook};
use crate::{
    error::Failed,
    layout::{self, clean, line, or_dash, term, warned},
    number,
    state::Desk,
    visitor::Visitor,
};

/// Claims that the matrix and the charts show: those with the most reports.
const CLAIMS: usize = 6;

/// Categories that do not count people.
const THINGS: [Category; 5] =
    [Category::MONEY, Category::AREA, Category::DISTANCE, Category::SHARE, Category::EQUIPMENT];
/// Claims without a column that are listed.
const RESTING: usize = 200;
/// Origins in the matrix.
const ORIGINS: usize = 40;
/// Entries in each of the other lists.
pub(super) const LISTED: usize = 40;
/// Lines shown under each heading of the brief; the others are folded.
const BRIEF_LINES: usize = 2;
/// Length in bytes from which a note is shown only once.
const LONG_NOTE: usize = 160;
/// Reports listed on one page, newest first.
const REPORTS: usize = 100;

#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    as_of: String,
    /// Page of the list of reports, from 0.
    #[serde(default)]
    page: usize,
}

impl Asked {
    pub(crate) fn day(&self) -> Result<Option<Date>, Failed> {
        super::export::day(&self.as_of)
    }
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failed> {
    let day = asked.day()?;
    let (told, days, behind) = desk.ask_story(id, day).await?;
    let (loaded, brief) = (&told.loaded, &told.brief);
    let reports_of = &loaded.story.reports;
    let title = if told.label.is_empty() { format!("Story {id}") } else { line(&told.label) };
    let sections = told.sections.get_or_init(|| {
        let shown = shown(loaded);
        let all = [
            ("brief", "Brief", brief_of(loaded, brief, id, day)),
            ("how-many", "Who says how many", html! { (matrix(loaded, id, &shown)) (rest(loaded, &shown)) }),
            ("moved", "How the counts moved", charts(loaded, &shown)),
            ("from-whom", "Where the numbers came from", graph::section(loaded)),
            ("conflicts", "In conflict", conflicts(loaded)),
            ("corrections", "Corrected", corrections(loaded)),
            ("asked", "Asked for comment", outlook::asked(loaded)),
            ("expected", "Expected", outlook::expected(loaded)),
            ("where", "Where", map::section(loaded)),
            ("when", "Who reported when", timeline(loaded)),
        ];
        all.map(|(place, name, content)| (place, name, content.into_string())).into()
    });
    let reports_list = reports(loaded, id, day, asked.page).into_string();
    let last = ("reports", "Reports", reports_list);
    let sections = || sections.iter().chain([&last]).filter(|(.., content)| !content.is_empty());
    let page = layout::page(
        &title,
        "",
        html! {
            p.news hidden { "Something new has come in. " a href=(format!("/story/{id}")) { "Reload the page" } }
            @if behind {
                p.note { "Something has been added or decided since; this story is being compared again. " a href=(format!("/story/{id}")) { "Reload the page" } }
            }
            form.filter method="get" action=(format!("/story/{id}")) {
                label for="as_of" { "As it was known on" }
                input #as_of type="date" name="as_of" value=[day.map(|d| d.to_string())];
                @if days.len() > 1 {
                    input.slider type="range" hidden min="0" max=(days.len() - 1) data-days=(days.join(" ")) aria-label="Day up to which reports count";
                    output.day for="as_of" {}
                }
                button { "Show" }
                @if day.is_some() {
                    a href=(format!("/story/{id}")) { "All" }
                    span.note { "Reports without a date are left out: nothing says that they were known by then." }
                }
                span.count { (reports_of.len()) " reports" }
                a href=(format!("/story/{id}/speakers")) { (loaded.story.speakers.len()) " speakers" }
                a href=(format!("/figures?story={id}")) { "figures" }
                a href=(format!("/export?what=figures&story={id}")) { "export" }
            }
            nav.toc aria-label="On this page" {
                @for (place, name, _) in sections() { a href=(format!("#{place}")) { (name) } }
            }
            @for (place, _, content) in sections() { section id=(place) { (PreEscaped(content)) } }
            (super::merge::regrouping(&visitor, id))
        },
    );
    Ok(Html(page.into_string()))
}

/// The brief, each line linked to its words. A long note, which explains how bounds are found, is shown only once.
fn brief_of(loaded: &Loaded, brief: &Brief, id: i64, day: Option<Date>) -> Markup {
    let mut told_before: BTreeSet<&str> = BTreeSet::new();
    html! {
        div.brief {
            @for section in brief.sections.iter().filter(|section| !section.lines.is_empty()) {
                h2 { (section.heading.title()) }
                // The rest is folded, so that who says how many is on the first screen.
                @let (first, rest) = section.lines.split_at(section.lines.len().min(BRIEF_LINES));
                ul { @for told in first { (brief_line(loaded, told, &mut told_before)) } }
                @if !rest.is_empty() {
                    details {
                        summary { "and " (rest.len()) " more" }
                        ul { @for told in rest { (brief_line(loaded, told, &mut told_before)) } }
                        @if section.left_out > 0 { p.note { (section.left_out) " more are not told here." } }
                    }
                }
            }
            @match brief.folded {
                0 => {}
                1 => { p.note { a href="#how-many" { "One other count" } " is left out here." } }
                many => { p.note { a href="#how-many" { (many) " other counts" } " are left out here." } }
            }
        }
        (super::brief::links(id, day))
    }
}

/// A line of the brief with its words and, once each, its notes.
fn brief_line<'b>(loaded: &Loaded, told: &'b Line, told_before: &mut BTreeSet<&'b str>) -> Markup {
    html! {
        li {
            (line(&told.text)) " "
            @for mark in &told.marks { (link(loaded, mark.source, mark.start, mark.end)) " " }
            @if let Some(note) = told.note.as_deref().filter(|note| note.len() <= LONG_NOTE || told_before.insert(note)) {
                div.note { (line(note)) }
            }
        }
    }
}

/// A chart for each claim that has more than one value with a day; the values of the others are listed.
fn charts(loaded: &Loaded, shown: &[&Claim]) -> Markup {
    let values = |c: &&&Claim| c.series.iter().map(|s| s.points.len()).sum::<usize>() > 1;
    let (drawn, listed): (Vec<&Claim>, Vec<&Claim>) =
        shown.iter().filter(values).copied().partition(|claim| chart::dated(loaded, claim) > 1);
    html! {
        @if !drawn.is_empty() || !listed.is_empty() {
            h2 { "How the counts moved" }
            @if !drawn.is_empty() {
                p.note {
                    "A hollow dot was taken back, denied or never verified; a square has the value that a person gave it. "
                    "An arrow means \"or more\". Each dot leads to its words."
                }
            }
            div.charts {
                @for claim in drawn {
                    @let what = words::what(claim);
                    figure.chart tabindex="0" role="group" aria-label=(format!("Chart: {what}")) {
                        figcaption { (what) }
                        (PreEscaped(chart::svg(loaded, &what, &[claim], Some(&|mark| linked(loaded, mark)))))
                        p.told aria-hidden="true" {}
                    }
                }
            }
            @if !listed.is_empty() {
                h3 { "Without days, so that nothing can be drawn" }
                ul { @for claim in listed { li { b { (words::what(claim)) } ": " (values_of(loaded, claim)) } } }
            }
        }
    }
}

/// The values of a claim, each with its words and on whose word it is.
fn values_of(loaded: &Loaded, claim: &Claim) -> Markup {
    let all = || claim.series.iter().flat_map(|s| s.points.iter().map(move |p| (s, p)));
    html! {
        @for (n, (series, point)) in all().take(LISTED).enumerate() {
            @if n > 0 { "; " }
            (number::amount(&point.value)) " "
            @if let Some(first) = point.reports.first() { (quoted(loaded, first.mark)) " " }
            span.note { (series.name.as_deref().map_or_else(|| "nobody named".to_owned(), line)) }
        }
        @if all().count() > LISTED { " and " (all().count() - LISTED) " more" }
    }
}

fn timeline(loaded: &Loaded) -> Markup {
    let drawn = |wide| chart::timeline(&loaded.story, wide, &|report| format!("/report/{report}"));
    let undated = loaded.story.reports.iter().filter(|r| r.published.is_none());
    let undated: Vec<&StoryReport> = undated.collect();
    html! {
        @if let (Some(wide), Some(narrow)) = (drawn(chart::Wide::Screen), drawn(chart::Wide::Telephone)) {
            h2 { "Who reported when" }
            figure.chart tabindex="0" role="group" aria-label="Chart: who reported when" {
                div.on-screen { (PreEscaped(wide)) }
                div.on-telephone { (PreEscaped(narrow)) }
                p.told aria-hidden="true" {}
            }
            @if !undated.is_empty() {
                p.note {
                    "Without a day: "
                    @for (n, report) in undated.iter().take(LISTED).enumerate() {
                        @if n > 0 { ", " }
                        a href=(format!("/report/{}", report.key)) { (or_dash(report.outlet.as_deref())) " [" (report.key) "]" }
                    }
                    @if undated.len() > LISTED { " and " (undated.len() - LISTED) " more" }
                }
            }
        }
    }
}

/// A link to the words in their report.
fn link(loaded: &Loaded, report: usize, start: usize, end: usize) -> Markup {
    let key = loaded.key(report);
    html! { a.mark href=(format!("/report/{key}?mark={start}-{end}#mark")) { "[" (key) "]" } }
}

/// Where a value in a chart leads.
fn linked(loaded: &Loaded, mark: StoryMark) -> chart::Linked {
    let text = loaded.readings.text(mark.report);
    let (start, end) = code_points(text, mark.span);
    chart::Linked {
        href: format!("/report/{}?mark={start}-{end}#mark", loaded.key(mark.report)),
        words: mark.span.cut(text).to_owned(),
        report: report_of(loaded, mark.report),
    }
}

/// Which report it is: outlet, day and headline, as far as they are known.
fn report_of(loaded: &Loaded, report: usize) -> String {
    let Some(r) = loaded.story.reports.get(report) else { return String::new() };
    let headline = r.headline.as_deref().map(|h| format!("“{}”", line(h)));
    let known = [r.outlet.as_deref().map(line), r.published.map(|d| d.to_string()), headline];
    let known: Vec<String> = known.into_iter().flatten().collect();
    format!("{} [{}]", known.join(", "), r.key)
}

/// What people decided about a value, with the words that it was read from.
fn decided(loaded: &Loaded, appearances: &[Appearance]) -> Markup {
    let found = appearances.iter().find_map(|a| Some((a.mark, loaded.decided(a)?)));
    html! {
        @if let Some((mark, decided)) = found {
            div.decided { (line(decided)) "; the report has “" (line(mark.span.cut(loaded.readings.text(mark.report)))) "”" }
        }
    }
}

/// The same by bytes, with the words.
pub(super) fn quoted(loaded: &Loaded, mark: StoryMark) -> Markup {
    let text = loaded.readings.text(mark.report);
    let (start, end) = code_points(text, mark.span);
    html! { "“" (line(mark.span.cut(text))) "” " (link(loaded, mark.report, start, end)) }
}

/// A span in code points.
pub(crate) fn code_points(text: &str, span: Span) -> (usize, usize) {
    let count = |upto: usize| text.get(..upto).map_or(0, |t| t.chars().count());
    (count(span.start), count(span.end))
}

/// Claims worth a column: asserted totals of a named category. First the one by whose toll the story is known, then those of this
/// event, then those that count people, of these those who came to harm, then those with the most reports.
fn shown(loaded: &Loaded) -> Vec<&Claim> {
    let told = |c: &Claim| c.series.iter().flat_map(|s| &s.points).map(|p| p.reports.len()).sum::<usize>();
    let all = &loaded.story.claims;
    let toll = sayso_compare::lead(all, Category::KILLED.as_str()).and_then(|at| all.get(at.claim));
    let mut claims: Vec<&Claim> = all
        .iter()
        .filter(|c| c.scope == Scope::Total && c.modality == Modality::Asserted)
        .filter(|c| c.category != Category::OTHER)
        .collect();
    claims.sort_by_key(|c| {
        (
            !toll.is_some_and(|toll| std::ptr::eq(toll, *c)),
            c.event != EventOf::This,
            c.unit.is_some() || THINGS.contains(&c.category),
            sayso_compare::consequence(&c.category) == u8::MAX,
            c.category != Category::KILLED,
            std::cmp::Reverse(told(c)),
        )
    });
    claims.truncate(CLAIMS);
    claims
}

/// Who says how many: one row per origin, one column per claim, the newest value in each cell.
fn matrix(loaded: &Loaded, id: i64, claims: &[&Claim]) -> Markup {
    let mut origins: Vec<Option<&str>> = Vec::new();
    for series in claims.iter().flat_map(|c| &c.series) {
        if !origins.contains(&series.name.as_deref()) {
            origins.push(series.name.as_deref());
        }
    }
    origins.sort_by_key(|name| name.is_none());
    let more = origins.len().saturating_sub(ORIGINS);
    origins.truncate(ORIGINS);
    if origins.is_empty() {
        return html! {};
    }
    html! {
        h2 { (term("origin", "Who says how many")) }
        div.wide {
            table.matrix {
                thead { tr {
                    th scope="col" { "Origin" }
                    @for claim in claims { th scope="col" { (words::what(claim)) } }
                } }
                tbody {
                    @for origin in &origins {
                        tr {
                            th scope="row" { (origin.map_or_else(|| "nobody named".to_owned(), line)) }
                            @for claim in claims { td { (cell(loaded, claim, *origin)) } }
                        }
                    }
                }
                tfoot { tr {
                    th scope="row" { (term("independent", "Independent origins")) }
                    @for claim in claims { td { (summary(claim)) } }
                } }
            }
        }
        @if more > 0 { p.note { "and " (more) " more origins, in " a href=(format!("/figures?story={}", id)) { "the list of figures" } } }
    }
}

/// The claims without a column, folded: the important ones, then the small ones.
fn rest(loaded: &Loaded, columns: &[&Claim]) -> Markup {
    let small = sayso_compare::small(&loaded.story.claims);
    let mut claims: Vec<(bool, &Claim)> =
        loaded.story.claims.iter().zip(small).map(|(c, small)| (small, c)).collect();
    claims.retain(|(_, claim)| !columns.iter().any(|column| std::ptr::eq(*column, *claim)));
    claims.sort_by_key(|(small, _)| *small);
    let small = claims.iter().filter(|(small, _)| *small).count();
    html! {
        @if !claims.is_empty() {
            details.rest {
                summary {
                    (claims.len()) @if claims.len() == 1 { " other count" } @else { " other counts" }
                    @if small > 0 { ", " (small) " of them small" }
                }
                ul {
                    @for (_, claim) in claims.iter().take(RESTING) {
                        li {
                            b { (words::what(claim)) } ": "
                            @for (n, series) in claim.series.iter().enumerate() {
                                @if n > 0 { "; " }
                                (cell_of(loaded, series)) " " span.note { (series.name.as_deref().map_or_else(|| "nobody named".to_owned(), line)) }
                            }
                        }
                    }
                }
                @if claims.len() > RESTING { p.note { "and " (claims.len() - RESTING) " more" } }
            }
        }
    }
}

/// An origin's newest value, with its words.
fn cell_of(loaded: &Loaded, series: &Series) -> Markup {
    let Some(point) = newest(series) else { return html! {} };
    html! {
        (number::amount(&point.value)) " "
        @if let Some(first) = point.reports.first() { (quoted(loaded, first.mark)) }
        (decided(loaded, &point.reports))
    }
}

/// An origin's newest value that is current, otherwise its newest.
fn newest(series: &Series) -> Option<&Point> {
    let current = |p: &&Point| p.statuses.contains(&Status::Current);
    series.points.iter().rev().find(current).or(series.points.last())
}

fn cell(loaded: &Loaded, claim: &Claim, origin: Option<&str>) -> Markup {
    let Some(series) = claim.series.iter().find(|s| s.name.as_deref() == origin) else { return html! {} };
    let Some(point) = newest(series) else { return html! {} };
    let day = point.as_of.or(point.on).or(point.known_by);
    let reports = point.distinct_reports();
    let changed = point.statuses.iter().filter(|s| **s != Status::Current);
    let fates = words::statuses(&loaded.story, Some(series), changed);
    html! {
        b { (number::amount(&point.value)) }
        @if let Some(day) = day { span.day { " " (day) } }
        " "
        @for appearance in point.reports.iter().take(3) {
            @let text = loaded.readings.text(appearance.mark.report);
            @let (start, end) = code_points(text, appearance.mark.span);
            (link(loaded, appearance.mark.report, start, end)) " "
        }
        @if reports > 1 { div.note { (reports) " reports" @if origin.is_some() { ", " (term("echo", "1 origin")) } } }
        @if series.points.len() > 1 {
            div.note { (series.points.len()) @if origin.is_some() { " values over time" } @else { " values, in " (outlets_of(loaded, series)) } }
        }
        (decided(loaded, &point.reports))
        @if let Some(name) = loaded.story.voice(series, point) { div.note { "said by " (line(name)) } }
        (warned(&fates))
        @match &series.independence {
            Independence::NotEstablished => { div.note { "unnamed: independence not established" } }
            Independence::SharesParent { parent, .. } => { div.note { "speaks for " (line(parent)) } }
            _ => {}
        }
    }
}

/// How many outlets give an origin's values.
fn outlets_of(loaded: &Loaded, series: &Series) -> String {
    let reports = series.points.iter().flat_map(|p| &p.reports).map(|a| a.mark.report);
    let outlets: BTreeSet<Option<&str>> =
        reports.map(|r| loaded.story.reports.get(r).and_then(|r| r.outlet.as_deref())).collect();
    if outlets.len() == 1 { "1 outlet".to_owned() } else { format!("{} outlets", outlets.len()) }
}

fn summary(claim: &Claim) -> Markup {
    let s = &claim.summary;
    let end = |n: Option<sayso_model::Number>| {
        n.map_or_else(|| "–".to_owned(), |n| number::grouped(&n.to_string()))
    };
    html! {
        @if s.inputs.is_empty() { "–" } @else {
            (end(s.low)) " / " b { (end(s.best)) } " / " (end(s.high))
            @if s.open_above { "+" }
            div.note { (term("best", "low / best / high")) ", " (s.independent) " independent" }
        }
    }
}

/// Values that cannot both hold, with both sides.
fn conflicts(loaded: &Loaded) -> Markup {
    let story = &loaded.story;
    let side = |at: PointRef| {
        let series = story.claims.get(at.claim).and_then(|c| c.series.get(at.series));
        let name = series.and_then(|s| s.name.as_deref()).map_or_else(|| "nobody named".to_owned(), line);
        let first = sayso_compare::point(&story.claims, at).and_then(|p| p.reports.first());
        html! { b { (name) } ": " @if let Some(first) = first { (quoted(loaded, first.mark)) } }
    };
    let claim = |at: PointRef| story.claims.get(at.claim).map(words::what).unwrap_or_default();
    html! {
        @if !story.conflicts.is_empty() {
            h2 { (term("conflict", "In conflict")) }
            ul {
                @for conflict in story.conflicts.iter().take(LISTED) {
                    li.pair {
                        div { (side(conflict.lower)) }
                        div { (side(conflict.higher)) }
                        div.note {
                            (claim(conflict.lower)) "; " (conflict.time)
                            @if !conflict.open { "; one of the two is no longer current" }
                        }
                    }
                }
            }
            (more(story.conflicts.len()))
        }
    }
}

/// What was taken back, and what replaced it.
fn corrections(loaded: &Loaded) -> Markup {
    let story = &loaded.story;
    html! {
        @if !story.corrections.is_empty() {
            h2 { (term("corrected", "Corrected")) }
            ul {
                @for c in story.corrections.iter().take(LISTED) {
                    li {
                        (quoted(loaded, c.mark))
                        div.note {
                            @if let Some(of) = c.of { "of report " (loaded.key(of)) } @else { "of a report that is not in the ledger" }
                            @for (category, value, _) in &c.retracted { "; taken back: " (number::amount(value)) " " (category.as_str()) }
                            @for (category, value, _) in &c.corrected_to { "; instead: " (number::amount(value)) " " (category.as_str()) }
                        }
                    }
                }
            }
            (more(story.corrections.len()))
        }
    }
}

/// How many are not listed.
pub(super) fn more(all: usize) -> Markup {
    html! { @if all > LISTED { p.note { "and " (all - LISTED) " more" } } }
}

/// What a report without a headline begins with.
fn begins(loaded: &Loaded, report: usize) -> String {
    const WORDS: usize = 10;
    let words: Vec<&str> = loaded.readings.text(report).split_whitespace().take(WORDS + 1).collect();
    let more = if words.len() > WORDS { " …" } else { "" };
    format!("{}{more}", line(&words.get(..WORDS.min(words.len())).unwrap_or_default().join(" ")))
}

/// The reports, newest first, and which copies which.
fn reports(loaded: &Loaded, id: i64, day: Option<Date>, page: usize) -> Markup {
    let story = &loaded.story;
    let copies: BTreeMap<usize, (usize, bool)> =
        story.copies.iter().map(|c| (c.copy, (c.original, c.corrected))).collect();
    // Those without a day come last.
    let mut all: Vec<(usize, &StoryReport)> = story.reports.iter().enumerate().rev().collect();
    all.sort_by_key(|(_, report)| report.published.is_none());
    let shown = all.into_iter().skip(page.saturating_mul(REPORTS)).take(REPORTS);
    let as_of = day.map(|d| format!("&as_of={d}")).unwrap_or_default();
    let turn = |to: usize| format!("/story/{id}?page={to}{as_of}#reports");
    html! {
        h2 { "Reports" }
        div.wide {
            table {
                thead { tr { th scope="col" { "Day" } th scope="col" { "Outlet" } th scope="col" { "Headline" } } }
                tbody {
                    @for (n, report) in shown {
                        tr {
                            td.day { (or_dash(report.published.map(|d| d.to_string()).as_deref())) }
                            td { (or_dash(report.outlet.as_deref())) }
                            td {
                                a href=(format!("/report/{}", report.key)) {
                                    (clean(&report.headline.as_deref().map_or_else(|| begins(loaded, n), line)))
                                }
                                @if let Some((original, changed)) = copies.get(&n) {
                                    span.note { @if *changed { " a changed copy" } @else { " a copy" } " of report " (loaded.key(*original)) }
                                }
                            }
                        }
                    }
                }
            }
        }
        p {
            @if page > 0 { a href=(turn(page - 1)) { "Newer" } " " }
            @if page.saturating_add(1).saturating_mul(REPORTS) < story.reports.len() { a href=(turn(page + 1)) { "Older" } }
        }
    }
}

//! Figures, by category, origin and day.

use axum::{
    extract::{Query, State},
    http::{StatusCode, Uri},
    response::Html,
};
use maud::{Markup, html};
use sayso_desk::FigureLine;
use sayso_ledger::{FigureFilter, FigurePlace, ReportId, StoryId};
use sayso_model::FigureId;
use serde::Deserialize;

use super::encoded;
use crate::{
    error::Failed,
    layout::{self, line, linked, or_dash},
    number,
    state::Desk,
};

/// Figures shown on one page.
const MOST: u32 = 100;

/// Which figures to list; an empty value means no restriction.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    category: String,
    origin: String,
    since: String,
    until: String,
    story: String,
    rejected: bool,
    limit: String,
    /// Where the page begins, as given by the previous one.
    after: String,
}

impl Asked {
    /// The limit as it was written.
    pub(crate) fn limit(&self) -> &str {
        &self.limit
    }

    pub(crate) fn filter(&self, usual: u32, most: u32) -> Result<FigureFilter, Failed> {
        let wrong = |why: String| Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why);
        let some = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        let number = |text: &str| {
            let parsed = some(text).map(|text| text.parse::<i64>()).transpose();
            parsed.map_err(|_| wrong(format!("'{}' is not a number", line(text))))
        };
        let limit = number(&self.limit)?.and_then(|n| u32::try_from(n).ok()).unwrap_or(usual);
        Ok(FigureFilter {
            category: some(&self.category),
            origin: some(&self.origin),
            since: super::export::day(&self.since)?,
            until: super::export::day(&self.until)?,
            story: number(&self.story)?.map(StoryId),
            with_rejected: self.rejected,
            after: self.after()?,
            limit: Some(limit.clamp(1, most)),
        })
    }
}

/// Where a page of the list begins, encoded for a URL.
pub(crate) fn cursor(place: &FigurePlace) -> String {
    format!("{}_{}_{}", place.day.as_deref().unwrap_or(""), place.report, place.figure)
}

impl Asked {
    fn after(&self) -> Result<Option<FigurePlace>, Failed> {
        if self.after.is_empty() {
            return Ok(None);
        }
        let parse = || {
            let mut parts = self.after.split('_');
            let day = Some(parts.next()?).filter(|day| !day.is_empty()).map(str::to_owned);
            let report = ReportId(parts.next()?.parse().ok()?);
            let figure = FigureId(parts.next()?.strip_prefix('f')?.parse().ok()?);
            Some(FigurePlace { day, report, figure })
        };
        let why = "`after` is not the end of a page; take it from `next`";
        parse().map(Some).ok_or_else(|| Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why))
    }

    /// The query of the page that begins after a figure.
    fn behind(&self, place: &FigurePlace) -> String {
        let rejected = if self.rejected { "true" } else { "false" };
        let fields = [
            ("category", self.category.as_str()),
            ("origin", &self.origin),
            ("since", &self.since),
            ("until", &self.until),
            ("story", &self.story),
            ("rejected", rejected),
            ("after", &cursor(place)),
        ];
        let fields = fields.iter().filter(|(_, value)| !value.is_empty());
        fields.map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
    }
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    address: Uri,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Failed> {
    let filter = asked.filter(MOST, MOST)?;
    let (found, story) = desk
        .ask(move |ledger| {
            let story = filter.story.map(|id| Ok::<_, Failed>((id, ledger.story(id)?))).transpose()?;
            Ok((sayso_desk::figures(ledger, &filter)?, story))
        })
        .await?;
    let categories = desk.list("categories", |ledger| Ok(ledger.categories()?)).await?;
    let page = layout::page(
        "Figures",
        "/figures",
        html! {
            form.filter method="get" action="/figures" {
                label { "Category "
                    select name="category" {
                        option value="" { "all" }
                        @for category in categories.iter() {
                            option value=(line(category)) selected[*category == asked.category] { (line(&category.replace('_', " "))) }
                        }
                    }
                }
                label { "On whose word " input type="search" name="origin" value=(line(&asked.origin)); }
                label { "From " input type="date" name="since" value=(line(&asked.since)); }
                label { "To " input type="date" name="until" value=(line(&asked.until)); }
                label { "Story " input.short type="text" inputmode="numeric" name="story" value=(line(&asked.story)); }
                label { input type="checkbox" name="rejected" value="true" checked[asked.rejected]; " with rejected" }
                button { "Show" }
                span.count { (found.len()) @if found.len() >= MOST as usize { " or more" } }
                (super::export::list_link("figures", &address))
            }
            @if let Some((id, story)) = &story {
                p.note {
                    "Only those of story " (id.0)
                    @match story {
                        Some(story) => { ", " a href=(format!("/story/{}", id.0)) { (line(&story.label)) } }
                        None => { ", which is not in the ledger" }
                    }
                }
            }
            (table(&found))
            @if let Some(last) = found.last().filter(|_| found.len() >= MOST as usize) {
                p { a href=(format!("/figures?{}", asked.behind(&last.found.place()))) { "Next page" } }
            }
        },
    );
    Ok(Html(page.into_string()))
}

/// Figures in a table, each leading to its words.
pub(crate) fn table(found: &[FigureLine]) -> Markup {
    if found.is_empty() {
        return html! { p.nothing { "No matching figure." } };
    }
    html! {
        div.wide {
            table.cards {
                thead { tr {
                    th scope="col" { "Day" } th scope="col" { "Category" } th.number scope="col" { "Value" }
                    th scope="col" { "Of" } th scope="col" { "On the word of" } th scope="col" { "Words" }
                    th scope="col" { "Outlet" } th scope="col" { "Status" }
                } }
                tbody { @for figure in found { (row(figure)) } }
            }
        }
    }
}

/// On whose word a figure is.
pub(crate) fn whose(figure: &FigureLine) -> String {
    match &figure.found.origin {
        Some(origin) => line(origin),
        None if figure.entry.get("statement").is_some_and(|s| !s.is_null()) => "nobody named".to_owned(),
        None => "the outlet itself".to_owned(),
    }
}

fn row(figure: &FigureLine) -> Markup {
    let f = &figure.found;
    let span = |key| figure.entry.get("span").and_then(|s| s.get(key)).and_then(serde_json::Value::as_u64);
    let link = match (span("start"), span("end")) {
        (Some(start), Some(end)) => format!("/report/{}?mark={start}-{end}#mark", f.report),
        _ => format!("/report/{}", f.report),
    };
    html! {
        tr .rejected[f.decision.as_deref() == Some("rejected")] {
            td.day data-label="Day" { (or_dash(f.as_of.as_deref().or(f.said_on.as_deref()).or(f.published.as_deref()))) }
            td data-label="Category" { (line(&f.category.replace('_', " "))) }
            td.number data-label="Value" { (number::of_figure(figure)) }
            td data-label="Of" { (f.group.as_deref().map(line).unwrap_or_default()) }
            td data-label="On the word of" { (whose(figure)) }
            td data-label="Words" { a href=(link) { (line(&f.words)) } }
            td data-label="Outlet" { (or_dash(f.outlet.as_deref())) }
            td.status data-label="Status" { (linked(&figure.standing(), Some(f.report.0))) }
        }
    }
}

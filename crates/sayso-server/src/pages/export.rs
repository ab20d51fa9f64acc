//! Lists as files, with the same filters as on the pages.

use axum::{
    extract::{Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::html;
use sayso_ledger::{
    ReportFilter, StoryId,
    export::{Format, What},
};
use sayso_model::Date;
use serde::Deserialize;

use crate::{
    error::Failed,
    layout::{self, line},
    state::Desk,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    what: String,
    format: String,
    since: String,
    until: String,
    story: String,
    rejected: bool,
}

impl Asked {
    fn filter(&self) -> Result<ReportFilter, Failed> {
        let story = Some(self.story.trim()).filter(|s| !s.is_empty()).map(|s| {
            let wrong =
                || Failed::new(StatusCode::UNPROCESSABLE_ENTITY, format!("'{}' is not a number", line(s)));
            s.parse().map(StoryId).map_err(|_| wrong())
        });
        Ok(ReportFilter {
            since: day(&self.since)?,
            until: day(&self.until)?,
            story: story.transpose()?,
            ..ReportFilter::default()
        })
    }
}

/// A day in a query; an empty value means no restriction.
pub(super) fn day(written: &str) -> Result<Option<Date>, Failed> {
    let written = written.trim();
    if written.is_empty() {
        return Ok(None);
    }
    let why = || format!("'{}' is not a date of the form YYYY-MM-DD", line(written));
    Date::parse(written).map(Some).ok_or_else(|| Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why()))
}

const WHAT: [(&str, What, &str); 3] = [
    ("figures", What::Figures, "Figures, with UCDP's columns"),
    ("statements", What::Statements, "Statements"),
    ("reports", What::Reports, "Reports without their text"),
];

const FORMATS: [(&str, Format, &str, &str); 3] = [
    ("csv", Format::Csv, "CSV", "text/csv; charset=utf-8"),
    ("jsonl", Format::JsonLines, "JSON lines", "application/x-ndjson"),
    ("parquet", Format::Parquet, "Parquet", "application/vnd.apache.parquet"),
];

pub(crate) async fn page(Query(asked): Query<Asked>) -> Html<String> {
    let page = layout::page(
        "Export",
        "/export",
        html! {
            p { "Every row says what has happened to it and what was decided, by whom and why." }
            form.fields method="get" action="/export/file" {
                label { span { "What" } select name="what" {
                    @for (name, _, shown) in WHAT { option value=(name) selected[name == asked.what] { (shown) } }
                } }
                label { span { "Format" } select name="format" {
                    @for (name, _, shown, _) in FORMATS { option value=(name) selected[name == asked.format] { (shown) } }
                } }
                label { span { "Published from" } input type="date" name="since" value=(line(&asked.since)); }
                label { span { "Published to" } input type="date" name="until" value=(line(&asked.until)); }
                label { span { "Story number" } input type="text" inputmode="numeric" name="story" value=(line(&asked.story)); }
                label { span { "Include rejected entries" } input type="checkbox" name="rejected" value="true" checked[asked.rejected]; }
                div.buttons { button { "Save the file" } }
            }
        },
    );
    Html(page.into_string())
}

pub(crate) async fn file(State(desk): State<Desk>, Query(asked): Query<Asked>) -> Result<Response, Failed> {
    let wrong = |why: &str| Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why);
    let (name, what, _) =
        WHAT.into_iter().find(|(name, ..)| *name == asked.what).ok_or_else(|| wrong("no such table"))?;
    let (ending, format, _, kind) = FORMATS
        .into_iter()
        .find(|(name, ..)| *name == asked.format)
        .ok_or_else(|| wrong("no such format"))?;
    let filter = asked.filter()?;
    let bytes = desk
        .ask(move |ledger| {
            let mut bytes = Vec::new();
            sayso_desk::export(ledger, what, format, filter, asked.rejected, &mut bytes)?;
            Ok(bytes)
        })
        .await?;
    let disposition = format!("attachment; filename=\"sayso-{name}.{ending}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response())
}

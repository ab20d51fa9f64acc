//! Lists as files, in every format of `sayso export`.

use std::fmt::Write as _;

use axum::{
    extract::{Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, html};
use sayso_export::{
    Documents, Profile, Sides,
    whole::{self, Kind, Wanted},
};
use sayso_ledger::{
    ReportFilter, StoryId,
    export::{Format, What},
};
use sayso_model::Date;
use serde::Deserialize;

use super::encoded;
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
    outlet: String,
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
            outlet: Some(self.outlet.trim().to_owned()).filter(|outlet| !outlet.is_empty()),
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

/// A format that can be saved: its name, which is that of `sayso export --format`, what it is, and its file.
struct Saved {
    name: &'static str,
    shown: &'static str,
    kind: Kind,
    /// The ending of the file's name.
    ending: &'static str,
    media: &'static str,
}

const fn saved(
    name: &'static str,
    shown: &'static str,
    kind: Kind,
    ending: &'static str,
    media: &'static str,
) -> Saved {
    Saved { name, shown, kind, ending, media }
}

const JSON_LINES: &str = "application/x-ndjson";
const JSON_LD: &str = "application/ld+json";
const ARCHIVE: &str = "application/zip";

/// Every format of `sayso export`. Of tables, which one it is says [`WHAT`]; folders are archives.
const FORMATS: [Saved; 18] = [
    saved("csv", "CSV", Kind::Rows(What::Figures, Format::Csv), "csv", "text/csv; charset=utf-8"),
    saved("jsonl", "JSON lines", Kind::Rows(What::Figures, Format::JsonLines), "jsonl", JSON_LINES),
    saved(
        "parquet",
        "Parquet",
        Kind::Rows(What::Figures, Format::Parquet),
        "parquet",
        "application/vnd.apache.parquet",
    ),
    saved(
        "xlsx",
        "Workbook: incidents, source values, figures, statements, reports",
        Kind::Workbook,
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    saved("readings", "Whole readings, as JSON lines", Kind::Readings, "jsonl", JSON_LINES),
    saved("datapackage", "Frictionless data package", Kind::Package, "zip", ARCHIVE),
    saved("ucdp", "UCDP: event candidates in GED's columns", Kind::Incidents(Profile::Ucdp), "zip", ARCHIVE),
    saved("acled", "ACLED: event candidates in its columns", Kind::Incidents(Profile::Acled), "zip", ARCHIVE),
    saved("ibc", "Iraq Body Count: incidents", Kind::Incidents(Profile::EveryCasualty), "zip", ARCHIVE),
    saved("ninjs", "ninjs 3", Kind::Documents(Documents::Ninjs), "jsonl", JSON_LINES),
    saved("schema-org", "schema.org", Kind::Documents(Documents::SchemaOrg), "jsonld", JSON_LD),
    saved("prov", "PROV-JSON", Kind::Documents(Documents::Prov), "json", "application/json"),
    saved("prov-o", "PROV-O", Kind::Documents(Documents::ProvO), "jsonld", JSON_LD),
    saved("web-annotation", "Web Annotation", Kind::Documents(Documents::WebAnnotation), "jsonld", JSON_LD),
    saved("ftm", "FollowTheMoney", Kind::Documents(Documents::Ftm), "ftm.json", JSON_LINES),
    saved("conll", "CoNLL-U", Kind::Documents(Documents::Conll), "conllu", "text/plain; charset=utf-8"),
    saved("citron", "Citron", Kind::Documents(Documents::Citron), "jsonl", JSON_LINES),
    saved("gold", "Decisions as gold data", Kind::Gold, "zip", ARCHIVE),
];

impl Saved {
    /// False for a format that this build cannot write.
    fn can_be_written(&self) -> bool {
        !matches!(self.kind, Kind::Rows(_, format) if format.check().is_err())
    }
}

/// A link to the export of a list, with those of its filters that a file can have. `more`: true if the list has others.
pub(super) fn link(what: &str, filters: &[(&str, &str)], more: bool) -> Markup {
    let mut address = format!("/export?what={what}");
    for (name, value) in filters.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let _ = write!(address, "&{name}={}", encoded(value.trim()));
    }
    html! {
        a href=(address) { "Export" }
        @if more { span.note { " (a file takes only days, outlet and story from these filters)" } }
    }
}

pub(crate) async fn page(Query(asked): Query<Asked>) -> Html<String> {
    let page = layout::page(
        "Export",
        "/export",
        html! {
            p { "Every row says what has happened to it and what was decided, by whom and why." }
            form.fields method="get" action="/export/file" {
                label { span { "What (for CSV, JSON lines and Parquet)" } select name="what" {
                    @for (name, _, shown) in WHAT { option value=(name) selected[name == asked.what] { (shown) } }
                } }
                label { span { "Format" } select name="format" {
                    @for Saved { name, shown, .. } in FORMATS.iter().filter(|f| f.can_be_written()) { option value=(name) selected[*name == asked.format] { (shown) } }
                } }
                label { span { "Published from" } input type="date" name="since" value=(line(&asked.since)); }
                label { span { "Published to" } input type="date" name="until" value=(line(&asked.until)); }
                label { span { "Outlet" } input type="text" name="outlet" value=(line(&asked.outlet)); }
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
    let known = |f: &&Saved| f.name == asked.format && f.can_be_written();
    let format = FORMATS.iter().find(known).ok_or_else(|| wrong("no such format"))?;
    let (kind, name) = match format.kind {
        Kind::Rows(_, form) => {
            let (name, what, _) = WHAT
                .into_iter()
                .find(|(name, ..)| *name == asked.what)
                .ok_or_else(|| wrong("no such table"))?;
            (Kind::Rows(what, form), name)
        }
        kind => (kind, format.name),
    };
    let wanted = Wanted { filter: asked.filter()?, with_rejected: asked.rejected, sides: Sides::default() };
    let bytes = desk
        .ask(move |ledger| {
            let mut bytes = Vec::new();
            match kind {
                Kind::Package | Kind::Incidents(_) | Kind::Gold => {
                    whole::write_archive(ledger, kind, &wanted, &mut bytes)?;
                }
                Kind::Rows(..) | Kind::Readings | Kind::Workbook | Kind::Documents(_) => {
                    whole::write(ledger, kind, &wanted, &mut bytes)?;
                }
            }
            Ok(bytes)
        })
        .await?;
    let disposition = format!("attachment; filename=\"sayso-{name}.{}\"", format.ending);
    let media = format.media.to_owned();
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

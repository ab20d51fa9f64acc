//! Lists as files, in every format of `sayso export`.

use std::{collections::BTreeSet, fmt::Write as _};

use axum::{
    extract::{Query, State},
    http::{StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, html};
use sayso_export::{
    Documents, Profile, Sides,
    whole::{self, Kind, Wanted},
};
use sayso_ledger::{
    EntryKind, FigureFilter, ReportFilter, ReportId, StoryId,
    export::{Entries, Format, What},
};
use sayso_model::Date;
use serde::{Deserialize, de::DeserializeOwned};

use super::{encoded, figures, search, speakers, stories};
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
    /// The address of a list, of which a file has what the list has.
    list: String,
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

/// A link to the export of what passes some filters.
pub(super) fn link(what: &str, filters: &[(&str, &str)]) -> Markup {
    let mut address = format!("/export?what={what}");
    for (name, value) in filters.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let _ = write!(address, "&{name}={}", encoded(value.trim()));
    }
    html! { a href=(address) { "Export" } }
}

/// A link to the export of a list as it is filtered: its address goes along, and is read there as the list itself reads it.
pub(super) fn list_link(what: &str, address: &Uri) -> Markup {
    let list = address.path_and_query().filter(|_| address.query().is_some_and(|query| !query.is_empty()));
    link(what, &[("list", list.map_or("", |list| list.as_str()))])
}

/// What a list has.
#[derive(Default)]
struct Listed {
    reports: Option<BTreeSet<ReportId>>,
    entries: Option<Entries>,
    with_rejected: bool,
}

impl Listed {
    fn of_reports(reports: impl IntoIterator<Item = ReportId>) -> Self {
        Self { reports: Some(reports.into_iter().collect()), ..Self::default() }
    }

    fn of_entries(kind: EntryKind, places: BTreeSet<(ReportId, usize)>, with_rejected: bool) -> Self {
        let reports = places.iter().map(|(report, _)| *report).collect();
        Self { reports: Some(reports), entries: Some(Entries { kind, places }), with_rejected }
    }

    /// The list at an address, with all its pages. Empty: no list, everything.
    async fn at(desk: &Desk, address: &str) -> Result<Self, Failed> {
        if address.is_empty() {
            return Ok(Self::default());
        }
        let wrong = || Failed::new(StatusCode::UNPROCESSABLE_ENTITY, "`list` is not the address of a list");
        let address: Uri = address.parse().map_err(|_| wrong())?;
        match address.path() {
            "/figures" => {
                let asked = asked::<figures::Asked>(&address)?;
                let filter = FigureFilter { after: None, limit: None, ..asked.filter(u32::MAX, u32::MAX)? };
                let keys =
                    desk.ask(move |ledger| Ok((ledger.figure_keys(&filter)?, filter.with_rejected))).await?;
                let places = keys.0.into_iter().map(|(report, figure)| (report, figure.index())).collect();
                Ok(Self::of_entries(EntryKind::Figure, places, keys.1))
            }
            "/speaker" => {
                let asked = asked::<speakers::Asked>(&address)?;
                let rejected = asked.rejected;
                let said = desk
                    .ask(move |ledger| Ok(ledger.statements_of(&ledger.speakers(&asked.name)?, rejected)?))
                    .await?;
                let places = said.into_iter().map(|s| (s.report, s.statement.index())).collect();
                Ok(Self::of_entries(EntryKind::Statement, places, rejected))
            }
            "/search" => {
                let asked = asked::<search::Asked>(&address)?;
                let found = desk.ask(move |ledger| asked.reports(ledger)).await?;
                Ok(Self::of_reports(found))
            }
            "/" => {
                let asked = asked::<stories::Asked>(&address)?;
                let stories = desk.list("stories", |ledger| Ok(sayso_desk::stories(ledger, 1)?)).await?;
                let ids: Vec<StoryId> = asked.pass(&stories)?.iter().map(|s| StoryId(s.story)).collect();
                let reports = desk.ask(move |ledger| {
                    let of = |id| Ok(ledger.story_reports(id)?);
                    ids.into_iter().map(of).collect::<Result<Vec<Vec<ReportId>>, Failed>>()
                });
                Ok(Self::of_reports(reports.await?.into_iter().flatten()))
            }
            _ => Err(wrong()),
        }
    }
}

/// What a list was asked for.
fn asked<T: DeserializeOwned>(address: &Uri) -> Result<T, Failed> {
    let asked = Query::<T>::try_from_uri(address);
    asked.map(|Query(asked)| asked).map_err(|e| Failed::new(StatusCode::UNPROCESSABLE_ENTITY, e.body_text()))
}

/// The filters of a list in words: `category killed, origin Honea`.
fn in_words(address: &str) -> String {
    let fields = address.parse::<Uri>().ok().and_then(|uri| asked::<Vec<(String, String)>>(&uri).ok());
    let fields = fields.unwrap_or_default().into_iter().filter(|(name, value)| {
        !value.is_empty() && !matches!(name.as_str(), "after" | "page" | "limit" | "spark")
    });
    fields
        .map(|(name, value)| line(&format!("{name} {}", value.replace('_', " "))))
        .collect::<Vec<_>>()
        .join(", ")
}

pub(crate) async fn page(Query(asked): Query<Asked>) -> Html<String> {
    let page = layout::page(
        "Export",
        "/export",
        html! {
            p { "Every row says what has happened to it and what was decided, by whom and why." }
            @if !asked.list.is_empty() {
                p.note {
                    "Only what the list has: " a href=(super::decide::back(&asked.list)) { (in_words(&asked.list)) }
                    ". Tables of its kind have its rows; the other formats, the reports that these come from. "
                    a href=(format!("/export?what={}", encoded(&asked.what))) { "Everything instead" }
                }
            }
            form.fields method="get" action="/export/file" {
                @if !asked.list.is_empty() { input type="hidden" name="list" value=(line(&asked.list)); }
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
    let listed = Listed::at(&desk, &asked.list).await?;
    let wanted = Wanted {
        filter: ReportFilter { among: listed.reports, ..asked.filter()? },
        with_rejected: asked.rejected || listed.with_rejected,
        entries: listed.entries,
        sides: Sides::default(),
    };
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

//! One export, whichever its format: what `sayso export` and the pages write.

use std::{
    fs,
    io::{Cursor, Write},
    path::Path,
};

use sayso_ledger::{
    EntryKind, EntryName, FigureFilter, Ledger, LedgerError, ReportFilter,
    export::{self, Entries, Selection, What},
};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::{
    Documents, ExportError, Profile, Sides, csv_file,
    datapackage::{Package, Reference},
    documents, incidents, rows,
    table::Table,
    tables, xlsx,
};

/// What an export contains, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A table, one row at a time.
    Rows(What, export::Format),
    /// Whole readings with their texts and the decisions about them, as JSON Lines.
    Readings,
    /// A workbook: incidents, source values, figures, statements, reports.
    Workbook,
    /// A folder of CSV files with a Frictionless `datapackage.json`.
    Package,
    /// Event candidates: the table alone, or a folder that also has every source's values.
    Incidents(Profile),
    /// Reports and stories in a document format.
    Documents(Documents),
    /// A folder of people's decisions, as `sayso eval` reads it.
    Gold,
}

impl Kind {
    /// What `sayso export --format FORMAT --what WHAT` writes; `None` for names that there are not, and for whole readings in a
    /// format of rows. Without `what`, that is the format's usual one.
    #[must_use]
    pub fn named(format: &str, what: Option<&str>) -> Option<Self> {
        use export::Format::{Csv, JsonLines, Parquet};
        let rows = |form, usual| match (what.unwrap_or(usual), form) {
            ("readings", JsonLines) => Some(Self::Readings),
            ("figures", _) => Some(Self::Rows(What::Figures, form)),
            ("statements", _) => Some(Self::Rows(What::Statements, form)),
            ("reports", _) => Some(Self::Rows(What::Reports, form)),
            _ => None,
        };
        let whole = match format {
            "jsonl" => return rows(JsonLines, "readings"),
            "csv" => return rows(Csv, "figures"),
            "parquet" => return rows(Parquet, "figures"),
            "xlsx" => Self::Workbook,
            "datapackage" => Self::Package,
            "ucdp" => Self::Incidents(Profile::Ucdp),
            "acled" => Self::Incidents(Profile::Acled),
            "ibc" | "every-casualty" => Self::Incidents(Profile::EveryCasualty),
            "ninjs" => Self::Documents(Documents::Ninjs),
            "schema-org" => Self::Documents(Documents::SchemaOrg),
            "prov" => Self::Documents(Documents::Prov),
            "prov-o" => Self::Documents(Documents::ProvO),
            "web-annotation" => Self::Documents(Documents::WebAnnotation),
            "ftm" => Self::Documents(Documents::Ftm),
            "conll" => Self::Documents(Documents::Conll),
            "citron" => Self::Documents(Documents::Citron),
            "gold" => Self::Gold,
            _ => return None,
        };
        what.is_none().then_some(whole)
    }

    /// True if it is written as a folder where a file or folder is named.
    #[must_use]
    pub fn is_folder(self) -> bool {
        matches!(self, Self::Package | Self::Incidents(_) | Self::Gold)
    }

    /// True if what is written includes a table of figures, which [`Wanted::entries`] can narrow.
    #[must_use]
    pub fn has_figures(self) -> bool {
        matches!(self, Self::Rows(What::Figures, _) | Self::Workbook | Self::Package)
    }
}

/// The figures of a category, for [`Wanted::entries`].
///
/// # Errors
/// Those of the ledger.
pub fn of_category(ledger: &Ledger, category: &str) -> Result<Entries, ExportError> {
    let all =
        FigureFilter { category: Some(category.to_owned()), with_rejected: true, ..FigureFilter::default() };
    let keys = ledger.figure_keys(&all)?;
    let places = keys.into_iter().map(|(report, figure)| (report, figure.index())).collect();
    Ok(Entries { kind: EntryKind::Figure, places })
}

/// Which part of the ledger an export contains.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Which reports, and the stories that have one of them.
    pub filter: ReportFilter,
    /// Whether rows and readings include what people rejected.
    pub with_rejected: bool,
    /// Of rows, only those of these entries.
    pub entries: Option<Entries>,
    /// The sides of the conflict, for UCDP.
    pub sides: Sides,
}

/// Writes an export as one file. Package and gold are folders only, and leave it empty.
///
/// # Errors
/// Those of the ledger and of the writer.
pub fn write(
    ledger: &mut Ledger,
    kind: Kind,
    wanted: &Wanted,
    out: &mut (dyn Write + Send),
) -> Result<(), ExportError> {
    let filter = &wanted.filter;
    match kind {
        Kind::Readings => readings(ledger, wanted, out),
        Kind::Rows(what, form) => with_selection(ledger, wanted, |ledger, selection| {
            match export::export(ledger, what, form, selection, out) {
                Err(LedgerError::Output(e)) => Err(ExportError::Output(e)),
                other => Ok(other.map(|_| ())?),
            }
        }),
        Kind::Workbook => {
            let mut sheets: Vec<Table> =
                tables(ledger, Profile::EveryCasualty, filter, &wanted.sides)?.into();
            with_selection(ledger, wanted, |ledger, selection| {
                for what in [What::Figures, What::Statements, What::Reports] {
                    let batches = rows::rows(ledger, what, selection)?;
                    let held = batches.collect::<Result<Vec<_>, _>>()?.concat();
                    sheets.push(Table {
                        name: rows::name(what),
                        about: "",
                        columns: rows::columns(what),
                        rows: held,
                    });
                }
                Ok(())
            })?;
            xlsx::write(&sheets, out)
        }
        Kind::Incidents(profile) => {
            let batches = incidents(ledger, profile, filter, &wanted.sides)?;
            csv_file::write(profile.columns(), batches, out)?;
            Ok(())
        }
        Kind::Documents(format) => {
            documents(ledger, format, filter, out)?;
            Ok(())
        }
        Kind::Package | Kind::Gold => Ok(()),
    }
}

/// Writes an export as a folder: a data package, incidents with every source's values, gold. The others are files only.
///
/// Tables in the folder that were changed since they were written are replaced only by `force`.
///
/// # Errors
/// [`ExportError::Edited`], [`ExportError::File`], and those of the ledger.
pub fn write_folder(
    ledger: &mut Ledger,
    kind: Kind,
    wanted: &Wanted,
    folder: &Path,
    force: bool,
) -> Result<(), ExportError> {
    match kind {
        Kind::Package => package(ledger, wanted, folder, force),
        Kind::Incidents(profile) => incident_package(ledger, profile, wanted, folder, force),
        Kind::Gold => {
            sayso_desk::gold::write(ledger, &wanted.filter, ledger.view(), folder)?;
            Ok(())
        }
        Kind::Rows(..) | Kind::Readings | Kind::Workbook | Kind::Documents(_) => Ok(()),
    }
}

/// Writes the folder of an export as a ZIP archive.
///
/// # Errors
/// [`ExportError::Archive`], and those of [`write_folder`].
pub fn write_archive(
    ledger: &mut Ledger,
    kind: Kind,
    wanted: &Wanted,
    out: &mut (dyn Write + Send),
) -> Result<(), ExportError> {
    let folder = tempfile::tempdir()?;
    write_folder(ledger, kind, wanted, folder.path(), false)?;
    let file = |path: &Path| {
        let path = path.to_owned();
        move |source| ExportError::File { path, source }
    };
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(folder.path())? {
        names.extend(entry?.file_name().into_string());
    }
    names.sort();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // The same input gives the same bytes: no clock.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for name in names {
        let path = folder.path().join(&name);
        archive.start_file(name, options).map_err(|e| ExportError::Archive(e.to_string()))?;
        archive.write_all(&fs::read(&path).map_err(file(&path))?)?;
    }
    let written = archive.finish().map_err(|e| ExportError::Archive(e.to_string()))?;
    out.write_all(written.get_ref())?;
    Ok(())
}

/// Runs with the selection, with what has happened to the figures in their stories, and with the names of outlets there.
fn with_selection<T>(
    ledger: &mut Ledger,
    wanted: &Wanted,
    then: impl FnOnce(&Ledger, &Selection<'_>) -> Result<T, ExportError>,
) -> Result<T, ExportError> {
    let reports = ledger.reports(&wanted.filter)?;
    let shown = sayso_desk::in_stories(ledger, reports.iter().map(|line| line.id))?;
    let of = |report| Ok(shown.fates.get(&report).cloned().unwrap_or_default());
    let outlet = |written: &str| shown.outlets.of(written).to_owned();
    let ledger = &*ledger;
    let selection = Selection {
        filter: wanted.filter.clone(),
        view: ledger.view(),
        with_rejected: wanted.with_rejected,
        entries: wanted.entries.as_ref(),
        fates: Some(&of),
        outlets: Some(&outlet),
    };
    then(ledger, &selection)
}

/// The tables of the ledger as a data package.
fn package(ledger: &mut Ledger, wanted: &Wanted, folder: &Path, force: bool) -> Result<(), ExportError> {
    with_selection(ledger, wanted, |ledger, selection| {
        let mut package = Package::create(folder, "sayso", "Who claims what, on whose word", force)?;
        let of_report = [Reference { column: "report", table: "reports", key: "report" }];
        for (what, about) in [
            (What::Reports, "Reports without their text"),
            (What::Statements, "Who says what"),
            (What::Figures, "Numbers with what they count and whose word they are"),
        ] {
            let batches = rows::rows(ledger, what, selection)?;
            let (key, references) = match what {
                What::Reports => (Some("report"), &[][..]),
                _ => (None, &of_report[..]),
            };
            package.table(rows::name(what), about, &rows::columns(what), batches, (key, references))?;
        }
        package.finish()
    })
}

/// Incidents with every source's values, as a data package.
fn incident_package(
    ledger: &mut Ledger,
    profile: Profile,
    wanted: &Wanted,
    folder: &Path,
    force: bool,
) -> Result<(), ExportError> {
    let [incidents, values] = tables(ledger, profile, &wanted.filter, &wanted.sides)?;
    let about = "Event candidates with the values of the sources";
    let mut package = Package::create(folder, "sayso-incidents", about, force)?;
    let key = profile.key();
    package.held(&incidents, Some(key), &[])?;
    package.held(&values, None, &[Reference { column: "event", table: profile.name(), key }])?;
    package.finish()
}

/// Whole readings, each with the decisions about its entries. Rejected entries are removed or, on request, left in and
/// marked.
fn readings(ledger: &Ledger, wanted: &Wanted, out: &mut (dyn Write + Send)) -> Result<(), ExportError> {
    let mut lines = ledger.reports(&wanted.filter)?;
    lines.sort_by_key(|line| line.id);
    for line in lines {
        let Some(reviewed) = ledger.reviewed(line.id)? else { continue };
        let text = &reviewed.reading.report.text;
        let mut value = sayso_model::json::with_exact(&reviewed.reading, text)?;
        for (list, kind) in [
            ("statements", EntryKind::Statement),
            ("figures", EntryKind::Figure),
            ("speakers", EntryKind::Speaker),
            ("comment_requests", EntryKind::CommentRequest),
            ("expected", EntryKind::Expectation),
            ("corrections", EntryKind::Correction),
        ] {
            let mut index = 0;
            if let Some(entries) = value.get_mut(list).and_then(serde_json::Value::as_array_mut) {
                entries.retain(|_| {
                    index += 1;
                    wanted.with_rejected || !reviewed.is_rejected(EntryName { kind, index: index - 1 })
                });
            }
        }
        let decided: Vec<_> = reviewed
            .decided
            .values()
            .filter(|d| wanted.with_rejected || !reviewed.is_rejected(d.entry))
            .collect();
        if let Some(object) = value.as_object_mut() {
            object.insert("decided".to_owned(), serde_json::to_value(decided)?);
        }
        writeln!(out, "{}", serde_json::to_string(&value)?)?;
    }
    Ok(())
}

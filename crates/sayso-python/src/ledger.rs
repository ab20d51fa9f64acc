//! The ledger, as the command line asks it.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatchReader;
use sayso_desk::{DeskError, Request};
use sayso_export::import::{Form, Request as Brings};
use sayso_ingest::{HeadOverrides, Limits, source};
use sayso_ledger::{
    Added, DecisionKind, EntryKind, FigureFilter, LedgerError, Prepared, Provenance, ReportFilter, StoryId,
    View,
    export::{self, Selection, What},
};
use sayso_model::Report;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    day,
    error::{self, Unread, desk},
    exchange::{self, Export},
    read::{self, Heads, Text, bytes_of, each},
    table,
};

/// Reports written together.
const BATCH: usize = 64;
/// Rows of one batch of a table.
const ROWS: usize = 10_000;

/// The outcome of adding a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Put {
    /// "added", "known", "revised" or "failed".
    status: &'static str,
    /// Its number in the ledger; null if it failed.
    report: Option<i64>,
    /// The previous revision.
    previous: Option<i64>,
    /// Where it came from.
    origin: String,
    /// Why it failed, or why it was stored but not read.
    reason: Option<String>,
}

/// A ledger; `sayso.Ledger` shows it.
#[pyclass(frozen, module = "sayso._sayso")]
#[derive(Debug)]
pub(crate) struct Ledger {
    open: Mutex<Option<sayso_ledger::Ledger>>,
    path: PathBuf,
}

impl Ledger {
    /// Does something with the ledger while other threads of Python run.
    fn with<R: Send>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&mut sayso_ledger::Ledger) -> Result<R, DeskError> + Send,
    ) -> PyResult<R> {
        py.detach(|| {
            let mut open: MutexGuard<'_, _> = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            match open.as_mut() {
                Some(ledger) => job(ledger).map_err(desk),
                None => Err(error::LedgerError::new_err("the ledger is closed")),
            }
        })
    }

    /// The same, with what comes of it as JSON.
    fn json<R: Serialize>(
        &self,
        py: Python<'_>,
        job: impl FnOnce(&mut sayso_ledger::Ledger) -> Result<R, DeskError> + Send,
    ) -> PyResult<String> {
        self.with(py, |ledger| Ok(serde_json::to_string(&job(ledger)?)?))
    }
}

#[pymethods]
impl Ledger {
    #[new]
    fn new(py: Python<'_>, path: Option<PathBuf>, create: bool, seen_as: Option<String>) -> PyResult<Self> {
        let path = path.or_else(sayso_ledger::default_path).ok_or_else(|| {
            error::LedgerError::new_err("there is no home folder to keep a ledger in; name a file")
        })?;
        let opened = py.detach(|| -> Result<_, DeskError> {
            let mut ledger = if create {
                sayso_ledger::Ledger::open(&path)?
            } else {
                sayso_ledger::Ledger::open_existing(&path)?
            };
            if let Some(name) = &seen_as {
                sayso_desk::catch_up(&mut ledger)?;
                ledger.see_as(name)?;
            }
            Ok(ledger)
        });
        Ok(Self { open: Mutex::new(Some(opened.map_err(desk)?)), path })
    }

    #[getter]
    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn close(&self, py: Python<'_>) {
        py.detach(|| drop(self.open.lock().unwrap_or_else(PoisonError::into_inner).take()));
    }

    fn count(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |ledger| Ok(ledger.count()?))
    }

    /// Rows that were left out of answers because they are damaged.
    fn damaged(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.with(py, |ledger| Ok(ledger.left_out().rows().iter().map(ToString::to_string).collect()))
    }

    fn add_many(
        &self,
        py: Python<'_>,
        texts: Vec<Text>,
        heads: Heads,
        origins: Vec<Option<String>>,
        threads: Option<usize>,
    ) -> PyResult<String> {
        let sources = heads.sources(texts)?;
        self.json(py, |ledger| {
            let mut put = Vec::with_capacity(sources.len());
            let mut origins = origins.into_iter();
            for chunk in sources.chunks(BATCH) {
                let made = each(chunk, threads, |source| {
                    let report = source.report()?;
                    Ok((read_or_empty(&report)?, report))
                });
                let named = made.into_iter().map(|one| (origins.next().flatten(), one));
                write(ledger, named, &mut put)?;
            }
            sayso_desk::catch_up(ledger)?;
            Ok(put)
        })
    }

    fn add_files(
        &self,
        py: Python<'_>,
        paths: Vec<PathBuf>,
        published: Option<String>,
        outlet: Option<String>,
        threads: Option<usize>,
    ) -> PyResult<String> {
        let options =
            HeadOverrides { outlet, published: day(published.as_deref())?, ..HeadOverrides::default() };
        self.json(py, |ledger| {
            let mut put = Vec::new();
            for path in &paths {
                let origin = path.to_string_lossy().into_owned();
                let opened = bytes_of(path).map_err(|e| e.to_string()).and_then(|bytes| {
                    source::reports(&bytes, &origin, &options, &Limits::default()).map_err(|e| e.to_string())
                });
                let reports = match opened {
                    Ok(reports) => reports,
                    Err(why) => {
                        put.push(failed(origin, why));
                        continue;
                    }
                };
                let reports: Vec<Mutex<Option<_>>> =
                    reports.into_iter().map(|r| Mutex::new(Some(r))).collect();
                for chunk in reports.chunks(BATCH) {
                    let made = each(chunk, threads, |report| {
                        let taken = report.lock().unwrap_or_else(PoisonError::into_inner).take();
                        let report = taken.ok_or(Unread::Defect)?.map_err(Unread::Input)?;
                        Ok((read_or_empty(&report)?, report))
                    });
                    write(ledger, made.into_iter().map(|one| (Some(origin.clone()), one)), &mut put)?;
                }
            }
            sayso_desk::catch_up(ledger)?;
            Ok(put)
        })
    }

    #[expect(clippy::too_many_arguments, reason = "the options of `sayso reports`")]
    fn reports(
        &self,
        py: Python<'_>,
        since: Option<String>,
        until: Option<String>,
        outlet: Option<String>,
        story: Option<i64>,
        all_revisions: bool,
        limit: Option<u32>,
    ) -> PyResult<String> {
        let filter = ReportFilter {
            since: day(since.as_deref())?,
            until: day(until.as_deref())?,
            outlet,
            story: story.map(StoryId),
            all_revisions,
            limit,
            among: None,
        };
        self.json(py, |ledger| {
            sayso_desk::catch_up(ledger)?;
            sayso_desk::reports(ledger, &filter)
        })
    }

    fn stories(&self, py: Python<'_>, least: usize) -> PyResult<String> {
        self.json(py, |ledger| sayso_desk::stories(ledger, least))
    }

    fn story(&self, py: Python<'_>, story: i64, as_of: Option<String>) -> PyResult<String> {
        let as_of = day(as_of.as_deref())?;
        self.json(py, |ledger| {
            let loaded = sayso_desk::load(ledger, story, as_of)?;
            Ok(sayso_model::json::story_with_exact(&loaded.printed(), &loaded.texts())?)
        })
    }

    #[expect(clippy::too_many_arguments, reason = "the options of `sayso figures`")]
    fn figures(
        &self,
        py: Python<'_>,
        category: Option<String>,
        since: Option<String>,
        until: Option<String>,
        story: Option<i64>,
        origin: Option<String>,
        with_rejected: bool,
        limit: Option<u32>,
    ) -> PyResult<String> {
        let filter = FigureFilter {
            category,
            since: day(since.as_deref())?,
            until: day(until.as_deref())?,
            story: story.map(StoryId),
            origin,
            with_rejected,
            after: None,
            limit,
        };
        self.json(py, |ledger| sayso_desk::figures(ledger, &filter))
    }

    fn who(&self, py: Python<'_>, name: &str, with_rejected: bool) -> PyResult<String> {
        self.json(py, |ledger| sayso_desk::who(ledger, name, with_rejected))
    }

    fn search(&self, py: Python<'_>, words: &str, limit: u32) -> PyResult<String> {
        self.json(py, |ledger| sayso_desk::search(ledger, words, limit))
    }

    fn chain(&self, py: Python<'_>, entry: &str) -> PyResult<String> {
        self.json(py, |ledger| sayso_desk::chain(ledger, entry))
    }

    fn brief(
        &self,
        py: Python<'_>,
        story: i64,
        format: &str,
        as_of: Option<String>,
        since: Option<String>,
    ) -> PyResult<String> {
        let (as_of, since) = (day(as_of.as_deref())?, day(since.as_deref())?);
        let brief = self.with(py, |ledger| {
            let loaded = sayso_desk::load(ledger, story, as_of)?;
            Ok(sayso_brief::story::compose(&loaded.story, &loaded.readings(), &loaded.corrected, since))
        })?;
        read::render(&brief, format)
    }

    /// One report with all that is kept about it, as `sayso show --json` prints it.
    fn show(&self, py: Python<'_>, report: &str) -> PyResult<String> {
        self.json(py, |ledger| {
            let id = ledger.find(report)?;
            sayso_desk::report(ledger, id)?.json()
        })
    }

    #[expect(clippy::too_many_arguments, reason = "the options of `sayso decide`")]
    fn decide(
        &self,
        py: Python<'_>,
        decision: &str,
        entries: Vec<String>,
        by: String,
        value: Option<&str>,
        note: Option<String>,
        kind: Option<&str>,
        words: Option<String>,
        nth: Option<usize>,
        new_category: bool,
    ) -> PyResult<Vec<i64>> {
        let what = DecisionKind::from_word(decision).ok_or_else(|| {
            let kinds = "accept, correct, reject, add, note, merge, split or undo";
            error::input(format!("'{decision}' is not a decision: {kinds}"))
        })?;
        let value = value.map(serde_json::from_str).transpose();
        let value = value.map_err(|e| error::input(format!("the value is not JSON: {e}")))?;
        let added = kind.map(|kind| match kind {
            "figure" => Ok(EntryKind::Figure),
            "statement" => Ok(EntryKind::Statement),
            "speaker" => Ok(EntryKind::Speaker),
            "comment_request" => Ok(EntryKind::CommentRequest),
            "expectation" => Ok(EntryKind::Expectation),
            "correction" => Ok(EntryKind::Correction),
            other => Err(error::input(format!(
                "'{other}' is no kind of entry: figure, statement, speaker, comment_request, expectation or correction"
            ))),
        });
        let added = added.transpose()?;
        let request = Request { by, kind: what, entries, value, note, added, words, nth, new_category };
        self.with(py, |ledger| {
            if ledger.view() != View::Common {
                // What is seen as one person sees it is made in a transaction that is never written.
                let why = "this ledger is open to be seen as one person sees it; open it anew to decide";
                return Err(DeskError::Nothing(why.to_owned()));
            }
            sayso_desk::decide(ledger, &request, View::Common)
        })
    }

    /// How far reviewers agree, and where they differ.
    fn agreement(&self, py: Python<'_>, names: Vec<String>) -> PyResult<String> {
        self.json(py, |ledger| sayso_desk::agreement(ledger, &names))
    }

    /// Briefs of what is new in stories since a day, one by one.
    fn digest(
        &self,
        py: Python<'_>,
        since: &str,
        format: &str,
        as_of: Option<String>,
        limit: usize,
    ) -> PyResult<Vec<String>> {
        let (since, as_of) = (day(Some(since))?, day(as_of.as_deref())?);
        let briefs = self.with(py, |ledger| {
            let stories = since.map(|since| sayso_desk::new_since(ledger, since, as_of)).transpose()?;
            let mut briefs = Vec::new();
            for (story, _) in stories.into_iter().flatten().take(limit) {
                let loaded = sayso_desk::load_placed(ledger, story.0, as_of)?;
                let (readings, corrected) = (loaded.readings(), &loaded.corrected);
                briefs.push(sayso_brief::story::compose(&loaded.story, &readings, corrected, since));
            }
            Ok(briefs)
        })?;
        briefs.iter().map(|brief| read::render(brief, format)).collect()
    }

    /// Writes an export as a file or folder; `asked` is an [`crate::exchange::Asked`] as JSON.
    fn export(&self, py: Python<'_>, asked: &str, path: PathBuf) -> PyResult<()> {
        let export = Export::of(asked)?;
        let written = self.with(py, |ledger| {
            sayso_desk::catch_up(ledger)?;
            Ok(export.write(ledger, &path))
        });
        written?.map_err(error::export)
    }

    /// Imports hand-coded data as somebody's decisions.
    fn import_(
        &self,
        py: Python<'_>,
        path: PathBuf,
        format: &str,
        by: &str,
        complete: bool,
        dry_run: bool,
    ) -> PyResult<String> {
        let form = Form::named(format).ok_or_else(|| {
            error::input(format!("'{format}' is no format of hand-coded data: gold, citron, acled or ucdp"))
        })?;
        if complete && matches!(form, Form::Coded(_)) {
            return Err(error::input("complete can only be used with gold and citron"));
        }
        let request = Brings { by, complete, dry_run };
        let brought = self.with(py, |ledger| Ok(exchange::bring(ledger, &path, form, request)))?;
        serde_json::to_string(&brought.map_err(error::export)?).map_err(error::json)
    }

    fn decisions(&self, py: Python<'_>, by: Option<&str>) -> PyResult<String> {
        self.json(py, |ledger| sayso_desk::trail(ledger, by))
    }

    /// Rows as `sayso export` writes them.
    fn table(&self, py: Python<'_>, what: &str, with_rejected: bool) -> PyResult<PyRecordBatchReader> {
        let what = match what {
            "reports" => What::Reports,
            "statements" => What::Statements,
            "figures" => What::Figures,
            other => {
                return Err(error::input(format!(
                    "'{other}' is no table: 'reports', 'statements' or 'figures'"
                )));
            }
        };
        let columns = export::columns(what);
        let batches = self.with(py, |ledger| {
            sayso_desk::catch_up(ledger)?;
            let reports = ledger.reports(&ReportFilter::default())?;
            let shown = sayso_desk::in_stories(ledger, reports.iter().map(|line| line.id))?;
            let ledger: &sayso_ledger::Ledger = ledger;
            let fates = |id| Ok(shown.fates.get(&id).cloned().unwrap_or_default());
            let outlets = |written: &str| shown.outlets.of(written).to_owned();
            let selection = Selection {
                with_rejected,
                view: ledger.view(),
                fates: Some(&fates),
                outlets: Some(&outlets),
                ..Selection::default()
            };
            let mut rows = Vec::new();
            for of_report in export::rows(ledger, what, &selection)? {
                rows.append(&mut of_report?);
            }
            Ok(rows.chunks(ROWS).map(|rows| table::batch(&columns, rows)).collect::<Vec<_>>())
        })?;
        let schema = std::sync::Arc::new(arrow_schema::Schema::new(table::fields(&columns)));
        Ok(PyRecordBatchReader::new(Box::new(arrow_array::RecordBatchIterator::new(batches, schema))))
    }
}

/// The reading of a report; of one in a language that is not read, an empty one.
fn read_or_empty(report: &Report) -> Result<sayso_model::Reading, Unread> {
    match read::read(report) {
        Err(Unread::Language(_)) => Ok(sayso_read::read(report)),
        other => other,
    }
}

fn failed(origin: String, why: String) -> Put {
    Put { status: "failed", report: None, previous: None, origin, reason: Some(why) }
}

/// A report with its reading, or why there is none.
type Made = Result<(sayso_model::Reading, Report), Unread>;

/// Writes reports with their readings together; what could not be read is told in its place.
fn write(
    ledger: &mut sayso_ledger::Ledger,
    made: impl Iterator<Item = (Option<String>, Made)>,
    put: &mut Vec<Put>,
) -> Result<(), LedgerError> {
    let batch = ledger.batch()?;
    for (origin, made) in made {
        let (reading, report) = match made {
            Ok(made) => made,
            Err(unread) => {
                put.push(failed(origin.unwrap_or_else(|| "text".to_owned()), unread.to_string()));
                continue;
            }
        };
        // Texts of which nothing else is known are told apart by themselves: one is no revision of another.
        let origin = origin.unwrap_or_else(|| format!("text {}", report.raw_hash));
        let reason =
            report.diagnostics.iter().find(|d| d.code == "language_not_read").map(|d| d.message.clone());
        let provenance = Provenance { origin: origin.clone(), ..Provenance::default() };
        let added = batch.add(&Prepared::read(reading, provenance)?)?;
        let (status, previous) = match added {
            Added::Added(_) => ("added", None),
            Added::Known(_) => ("known", None),
            Added::Revised { previous, .. } => ("revised", Some(previous.0)),
        };
        put.push(Put { status, report: Some(added.id().0), previous, origin, reason });
    }
    batch.commit()
}

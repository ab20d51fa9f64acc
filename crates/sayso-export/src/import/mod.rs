//! Hand-coded data imported as a named person's decisions, so that it can be compared with what was read: in every
//! list, by `sayso agreement`, and value by value.

mod attributions;
mod coded;
mod figures;

use std::{
    fs,
    path::{Path, PathBuf},
};

use sayso_ledger::{Anchored, DecisionKind, Ledger, NewDecision, ReportId, Subject, View};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use self::coded::Compared;
use crate::{ExportError, Profile};

/// The format of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The folder that `sayso export --format gold` writes: figures, attributions, texts.
    Gold,
    /// Citron's annotation format: a file, a JSON Lines file or a folder.
    Citron,
    /// A table with ACLED's or UCDP's columns.
    Coded(Profile),
}

impl Form {
    /// The form of a name of `sayso import --format`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "gold" => Self::Gold,
            "citron" => Self::Citron,
            "acled" => Self::Coded(Profile::Acled),
            "ucdp" => Self::Coded(Profile::Ucdp),
            _ => return None,
        })
    }
}

/// How to import it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// Whose decisions they are.
    pub by: &'r str,
    /// The data is complete: what was read but is not listed is rejected.
    pub complete: bool,
    /// Stores nothing; only reports what would be stored.
    pub dry_run: bool,
}

/// The outcome of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Brought {
    /// Entries that are right as they were read.
    pub accepted: usize,
    /// Entries that the data has with other values.
    pub corrected: usize,
    /// Entries that were not read.
    pub added: usize,
    /// Entries that the data does not have.
    pub rejected: usize,
    /// Notes with a coded value.
    pub noted: usize,
    /// What this person had already decided.
    pub known: usize,
    /// What could not be imported, and why.
    pub missed: Vec<String>,
    /// Rows of a coded table, next to what the sources say.
    pub compared: Vec<Compared>,
}

/// Imports a file or folder.
///
/// # Errors
/// [`ExportError::File`] and [`ExportError::Form`] for what cannot be read at all; those of the ledger. Failures of a
/// single record are listed in [`Brought::missed`].
pub fn import(
    ledger: &mut Ledger,
    form: Form,
    path: &Path,
    request: Request<'_>,
) -> Result<Brought, ExportError> {
    sayso_desk::catch_up(ledger)?;
    let mut desk = Desk { ledger, request, brought: Brought::default(), source: path.display().to_string() };
    match form {
        Form::Gold => {
            let (figures, attributions) = (path.join("figures.jsonl"), path.join("attributions.jsonl"));
            if !figures.is_file() && !attributions.is_file() {
                let why = "is not a folder containing figures.jsonl or attributions.jsonl".to_owned();
                return Err(ExportError::Form { path: path.to_owned(), why });
            }
            if figures.is_file() {
                figures::bring(&mut desk, path, &lines(&figures)?)?;
            }
            if attributions.is_file() {
                attributions::bring_gold(&mut desk, &lines(&attributions)?)?;
            }
        }
        Form::Citron => attributions::bring_citron(&mut desk, &citron_documents(path)?)?,
        Form::Coded(profile) => coded::bring(&mut desk, profile, path)?,
    }
    Ok(desk.brought)
}

/// A ledger, and the person whose decisions are imported.
struct Desk<'l> {
    ledger: &'l mut Ledger,
    request: Request<'l>,
    brought: Brought,
    /// What is named as the source of each decision.
    source: String,
}

impl Desk<'_> {
    /// Stores a decision about an entry; a failure is counted as missed.
    fn decide(
        &mut self,
        kind: DecisionKind,
        entry: Anchored,
        value: Option<Value>,
    ) -> Result<(), ExportError> {
        let (report, words) = (entry.report, short(&entry.exact));
        if !self.request.dry_run {
            let new = NewDecision {
                by: self.request.by.to_owned(),
                kind,
                subject: Subject::Entries(vec![entry]),
                value,
                note: Some(format!("imported from {}", self.source)),
            };
            match self.ledger.decide_in(&new, View::Of(self.request.by)) {
                Ok(_) => {}
                Err(
                    error @ (sayso_ledger::LedgerError::Value(_) | sayso_ledger::LedgerError::There { .. }),
                ) => {
                    self.brought.missed.push(format!("report {report}, '{words}': {error}"));
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            }
        }
        match kind {
            DecisionKind::Accept => self.brought.accepted += 1,
            DecisionKind::Correct => self.brought.corrected += 1,
            DecisionKind::Add => self.brought.added += 1,
            DecisionKind::Reject => self.brought.rejected += 1,
            _ => {}
        }
        Ok(())
    }

    /// The reports with a given text, which several outlets may have printed: what the data says of the text holds for each.
    /// If there are none, this is reported.
    fn reports_with(&mut self, text: &str, name: &str) -> Result<Vec<ReportId>, ExportError> {
        let hash: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        let reports = self.ledger.with_text(&hash)?;
        if reports.is_empty() {
            self.brought.missed.push(format!("{name}: no report in the ledger has its text"));
        }
        Ok(reports)
    }
}

/// The JSON objects of a JSON Lines file.
fn lines(path: &Path) -> Result<Vec<Value>, ExportError> {
    let written = read(path)?;
    let parse = |(number, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|e| ExportError::Form {
            path: path.to_owned(),
            why: format!("line {} is not valid JSON: {e}", number + 1),
        })
    };
    written.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(parse).collect()
}

fn read(path: &Path) -> Result<String, ExportError> {
    fs::read_to_string(path).map_err(|source| ExportError::File { path: path.to_owned(), source })
}

/// The documents of a file, of a JSON Lines file, or of the files of a folder in name order.
fn citron_documents(path: &Path) -> Result<Vec<Value>, ExportError> {
    if !path.is_dir() {
        let written = read(path)?;
        return match serde_json::from_str(&written) {
            Ok(one) => Ok(vec![one]),
            Err(_) => lines(path),
        };
    }
    let failed = |source| ExportError::File { path: path.to_owned(), source };
    let entries = fs::read_dir(path).map_err(failed)?.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "json" || e == "jsonl"));
    files.sort();
    if files.is_empty() {
        let why = "contains no .json or .jsonl file".to_owned();
        return Err(ExportError::Form { path: path.to_owned(), why });
    }
    let mut documents = Vec::new();
    for file in files {
        documents.extend(citron_documents(&file)?);
    }
    Ok(documents)
}

/// Words for a message: on one line, shortened if long.
fn short(words: &str) -> String {
    const LONGEST: usize = 60;
    let line = sayso_desk::words::plain(words);
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}

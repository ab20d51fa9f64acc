//! Checks what reading a story's reports together must show: `sayso eval story DIR`.
//!
//! The folder contains the reports as `*.txt` and `story.json`. What that file expects is looked for in the comparison; each
//! expectation is printed with whether it is met and, briefly, what was found or came closest. Unknown keys and fields are listed
//! once and ignored:
//!
//! | key | expectation |
//! |---|---|
//! | `reports`, `one_story` | the number of reports; whether they are one story |
//! | `aliases` | each list: names of one speaker; "(report 03)", "(reports 04, 12)" restricts a name to reports |
//! | `accepted_names` | each list: other names under which a name in this file may be found; not an expectation |
//! | `origins_of_<N>_<category>` | `independent`, `origin`, `reports`, `first`, `chain_of_<report>` of a number |
//! | `origins` | each: `of` as `[category, number]`; `independent`, `origin` ("A; B" for two), `reports` and `echoes`, each checked separately |
//! | `<category>_series` | each: `origin`, `group`, `on`, `as_of`, `low`/`best`/`high`, `status` of a value |
//! | `series` | each: `origin`, `category`, `values` as `[[day, number], ...]`; each value, and that they are in one series |
//! | `in_conflict` | each: `category`, `group`, `a` and `b` as `[origin, number]` |
//! | `not_in_conflict` | each: `why`, `a` and `b` as `[category, number, origin or other words]` |
//! | `retractions` | each: `report`, `of` or `old`, `corrected_to` or `new` as `[category, number]` |
//! | `denials` | each: `report`, `who`, `what` in words |
//! | `no_response` | each: `report`, `asked` |
//! | `expected_next` | each: `report`, `what`, `by` as a day, month, quarter, half, year or words |

mod conflicts;
mod entries;
mod find;
mod names;
mod origins;
mod series;
mod set;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use sayso_compare::{Constraints, Entry, story};
use sayso_model::Reading;
use serde::Serialize;
use serde_json::Value;

pub use self::set::{Conflicts, Kind, StorySet, check_all, run_all};

use self::{find::Checker, names::Accepted};
use crate::EvalError;

/// One expectation and whether it is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its key in `story.json`.
    pub key: String,
    /// What is expected.
    pub expected: String,
    /// Whether it is met.
    pub held: bool,
    /// What was found.
    pub found: String,
}

/// All expectations of a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoryReportCard {
    /// Each expectation.
    pub checks: Vec<Check>,
    /// How many are met.
    pub held: usize,
    /// Conflicts shown, and how many of them are in the gold.
    pub conflicts: Conflicts,
    /// Unknown keys and fields of `story.json`, which were not checked.
    pub ignored: Vec<String>,
}

impl fmt::Display for StoryReportCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            let word = if check.held { "held    " } else { "NOT held" };
            writeln!(f, "{word}  {}: {}", check.key, check.expected)?;
            writeln!(f, "          {}", check.found)?;
        }
        for key in &self.ignored {
            writeln!(f, "ignored   {key}: this form of expectation is not known")?;
        }
        writeln!(f, "{}", self.conflicts)?;
        writeln!(f, "{} of {} held", self.held, self.checks.len())
    }
}

/// The reports of a story folder, by file name, read.
///
/// # Errors
/// [`EvalError::Open`], and [`EvalError::Form`] for a folder without reports or a file that is not one.
pub fn readings(folder: &Path) -> Result<Vec<(String, Reading)>, EvalError> {
    let open = |path: &Path, source| EvalError::Open { path: path.to_owned(), source };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|e| open(folder, e))?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(EvalError::Form {
            path: folder.to_owned(),
            message: "no reports; expected *.txt beside story.json".into(),
        });
    }
    files
        .into_iter()
        .map(|path| {
            let bytes = std::fs::read(&path).map_err(|e| open(&path, e))?;
            let report = sayso_ingest::text(&bytes, &sayso_ingest::HeadOverrides::default())
                .map_err(|e| EvalError::Form { path: path.clone(), message: e.to_string() })?;
            let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            Ok((name, sayso_read::read(&report)))
        })
        .collect()
}

/// Reads the reports of a folder, compares them and checks the result.
///
/// # Errors
/// The errors of [`readings`]; [`EvalError::Form`] for a `story.json` that is not a JSON object.
pub fn run(folder: &Path) -> Result<StoryReportCard, EvalError> {
    check(folder, &readings(folder)?)
}

/// Checks readings against the `story.json` of a folder.
///
/// # Errors
/// [`EvalError::Open`]; [`EvalError::Form`] for a `story.json` that is not a JSON object.
pub fn check(folder: &Path, readings: &[(String, Reading)]) -> Result<StoryReportCard, EvalError> {
    let path = folder.join("story.json");
    let file =
        std::fs::read_to_string(&path).map_err(|source| EvalError::Open { path: path.clone(), source })?;
    let form = |message: String| EvalError::Form { path: path.clone(), message };
    let gold: Value =
        serde_json::from_str(&file).map_err(|e| form(format!("{e}; expected a JSON object")))?;
    let gold = gold.as_object().ok_or_else(|| form("not a JSON object".into()))?;
    let entries: Vec<Entry<'_>> =
        (0..).zip(readings).map(|(key, (_, reading))| Entry { key, reading }).collect();
    let checker = Checker {
        story: story(&entries, &Constraints::default(), None),
        readings,
        accepted: Accepted::of(gold.get("accepted_names")),
    };
    let mut card = StoryReportCard {
        checks: Vec::new(),
        held: 0,
        conflicts: checker.conflicts(gold.get("in_conflict")),
        ignored: Vec::new(),
    };
    for (key, value) in gold {
        checker.check(key, value, &mut card);
    }
    card.held = card.checks.iter().filter(|c| c.held).count();
    Ok(card)
}

/// Whether an expectation is met, and briefly what was found.
type Found = (bool, String);

impl Checker<'_> {
    /// Checks the expectations under one key.
    fn check(&self, key: &str, value: &Value, card: &mut StoryReportCard) {
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut put = |expected: String, (held, found): Found| {
            card.checks.push(Check { key: key.to_owned(), expected, held, found });
        };
        let mut each = |found: &dyn Fn(&Value) -> Found| {
            for item in items {
                put(item.to_string(), found(item));
            }
        };
        match key {
            "story" | "accepted_names" => {}
            "reports" => {
                let count = self.story.reports.len();
                put(value.to_string(), (value.as_u64() == Some(count as u64), format!("{count} reports")));
            }
            "one_story" => put(value.to_string(), self.one_story(value.as_bool().unwrap_or(true))),
            "aliases" => each(&|item| self.aliases(item)),
            "in_conflict" => each(&|item| self.in_conflict(item)),
            "not_in_conflict" => each(&|item| self.not_in_conflict(item)),
            "retractions" => each(&|item| self.retraction(item)),
            "no_response" => each(&|item| self.no_response(item)),
            "expected_next" => each(&|item| self.expected_next(item)),
            "denials" => each(&|item| self.denial(item)),
            "origins" => items.iter().flat_map(|item| self.origins_of(item)).for_each(|(e, f)| put(e, f)),
            "series" => items.iter().flat_map(|item| self.line_of(item)).for_each(|(e, f)| put(e, f)),
            _ => {
                if let Some(category) = key.strip_suffix("_series") {
                    each(&|item| self.series(category, item));
                } else if let (Some(of), Some(gold)) = (key.strip_prefix("origins_of_"), value.as_object()) {
                    for (field, expected) in gold {
                        match self.origins(of, field, expected) {
                            Some(found) => put(format!("{field} = {expected}"), found),
                            None => card.ignored.push(format!("{key}.{field}")),
                        }
                    }
                } else {
                    card.ignored.push(key.to_owned());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;

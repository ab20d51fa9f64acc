//! Gold figures: the folders that contain them and their lines.

use std::path::{Path, PathBuf};

use sayso_model::{Modality, Number};
use serde::Deserialize;

use crate::EvalError;

/// One gold figure.
#[derive(Debug, Deserialize)]
pub(super) struct Gold {
    pub(super) report: String,
    pub(super) text: String,
    pub(super) category: String,
    #[serde(default)]
    pub(super) low: Option<Number>,
    #[serde(default)]
    pub(super) best: Option<Number>,
    #[serde(default)]
    pub(super) high: Option<Number>,
    #[serde(default)]
    pub(super) low_exclusive: bool,
    #[serde(default)]
    pub(super) high_exclusive: bool,
    #[serde(default)]
    pub(super) origin: Option<String>,
    /// Other accepted names of the origin.
    #[serde(default)]
    pub(super) origin_names: Vec<String>,
    #[serde(default)]
    pub(super) via: Vec<String>,
    #[serde(default)]
    pub(super) modality: Option<Modality>,
    #[serde(default)]
    pub(super) negated: Option<bool>,
    /// True if it is in a headline, even if the body repeats it.
    #[serde(default)]
    pub(super) headline: bool,
    /// Which occurrence of the text in the body it is, from 1.
    #[serde(default)]
    pub(super) nth: Option<usize>,
    /// True for a headline figure that another gold figure of the report repeats: it does not count.
    #[serde(skip)]
    pub(super) repeated: bool,
}

impl Gold {
    /// True if another figure of the same report has the same category and value.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        self.report == other.report
            && self.category == other.category
            && (self.low, self.best, self.high) == (other.low, other.best, other.high)
    }
}

/// A line of gold: a figure, or the statement that a report has none.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    None { none: bool },
    Figure(Box<Gold>),
}

/// Reads a list of gold figures.
pub(super) fn read(path: &Path) -> Result<Vec<Gold>, EvalError> {
    let file =
        std::fs::read_to_string(path).map_err(|source| EvalError::Open { path: path.to_owned(), source })?;
    let mut gold: Vec<Gold> = Vec::new();
    for (number, line) in file.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let line = serde_json::from_str(line).or_else(|_| {
            // Parsed again as a figure, since that error names the wrong field.
            serde_json::from_str(line).map(|figure| Line::Figure(Box::new(figure))).map_err(|e| {
                EvalError::Form {
                    path: path.to_owned(),
                    message: format!("line {}: {e}; expected a figure as an object", number + 1),
                }
            })
        })?;
        match line {
            Line::None { none: true } => {}
            Line::None { none: false } => {
                return Err(EvalError::Form {
                    path: path.to_owned(),
                    message: format!(
                        "line {}: \"none\" is false; expected a figure as an object",
                        number + 1
                    ),
                });
            }
            Line::Figure(figure) => gold.push(*figure),
        }
    }
    let repeated: Vec<bool> =
        gold.iter().map(|g| g.headline && gold.iter().any(|o| !o.headline && g.repeats(o))).collect();
    for (figure, repeated) in gold.iter_mut().zip(repeated) {
        figure.repeated = repeated;
    }
    Ok(gold)
}

/// The folders with a list of gold figures: each given one, or all below it, by name.
pub(super) fn folders(given: &[PathBuf], list: &str) -> Result<Vec<PathBuf>, EvalError> {
    let mut found = Vec::new();
    for folder in given {
        if folder.join(list).is_file() {
            found.push(folder.clone());
            continue;
        }
        let before = found.len();
        below(folder, list, &mut found)?;
        if found.len() == before {
            return Err(EvalError::Form {
                path: folder.clone(),
                message: format!("no {list} in it or below it; expected folders with reports and {list}"),
            });
        }
    }
    Ok(found)
}

fn below(folder: &Path, list: &str, found: &mut Vec<PathBuf>) -> Result<(), EvalError> {
    let open = |source| EvalError::Open { path: folder.to_owned(), source };
    let mut inner: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(open)? {
        let entry = entry.map_err(open)?;
        // Links are not followed, since they may form loops.
        if entry.file_type().map_err(open)?.is_dir() {
            inner.push(entry.path());
        }
    }
    inner.sort();
    for folder in inner {
        if folder.join(list).is_file() {
            found.push(folder);
        } else {
            below(&folder, list, found)?;
        }
    }
    Ok(())
}

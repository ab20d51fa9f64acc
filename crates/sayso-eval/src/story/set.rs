//! Several stories at once: a folder of story folders, with a total for each kind of expectation.

use std::{
    collections::BTreeMap,
    fmt,
    ops::AddAssign,
    path::{Path, PathBuf},
};

use sayso_model::Reading;
use serde::Serialize;

use super::{StoryReportCard, check, readings};
use crate::EvalError;

/// Expectations of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Kind {
    /// How many are met.
    pub held: usize,
    /// How many there are.
    pub of: usize,
}

/// Conflicts that a story shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Conflicts {
    /// How many are shown.
    pub shown: usize,
    /// How many of them are in the gold.
    pub in_gold: usize,
}

impl AddAssign for Conflicts {
    fn add_assign(&mut self, other: Self) {
        self.shown += other.shown;
        self.in_gold += other.in_gold;
    }
}

impl fmt::Display for Conflicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} conflicts shown, {} of them in the gold", self.shown, self.in_gold)
    }
}

/// The expectations of several stories.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct StorySet {
    /// Each story, by the name of its folder.
    pub stories: BTreeMap<String, StoryReportCard>,
    /// Totals by key of `story.json`.
    pub kinds: BTreeMap<String, Kind>,
    /// All together.
    pub total: Kind,
    /// Conflicts of all stories.
    pub conflicts: Conflicts,
    /// Number of unmet expectations printed per story.
    #[serde(skip)]
    pub errors: usize,
}

impl StorySet {
    fn add(&mut self, name: String, card: StoryReportCard) {
        for check in &card.checks {
            // The number in "origins_of_40_killed" and the like does not make a kind of its own.
            let kind = match check.key.as_str() {
                key if key.starts_with("origins_of_") => "origins",
                key if key.ends_with("_series") => "series",
                key => key,
            };
            for total in [self.kinds.entry(kind.to_owned()).or_default(), &mut self.total] {
                total.of += 1;
                total.held += usize::from(check.held);
            }
        }
        self.conflicts += card.conflicts;
        self.stories.insert(name, card);
    }

    /// Prints this many unmet expectations per story.
    #[must_use]
    pub fn with_errors(self, errors: usize) -> Self {
        Self { errors, ..self }
    }
}

impl fmt::Display for StorySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, card) in &self.stories {
            writeln!(f, "{name}: {} of {} held; {}", card.held, card.checks.len(), card.conflicts)?;
            for check in card.checks.iter().filter(|c| !c.held).take(self.errors) {
                writeln!(f, "    {}: {}\n        {}", check.key, check.expected, check.found)?;
            }
        }
        for (kind, n) in &self.kinds {
            writeln!(f, "{kind:<16} {:>4} of {:>4}  {}", n.held, n.of, share(*n))?;
        }
        writeln!(f, "{:<16} {:>4} of {:>4}  {}", "all", self.total.held, self.total.of, share(self.total))?;
        writeln!(f, "{}", self.conflicts)
    }
}

/// A share with three decimals, rounded down.
fn share(n: Kind) -> String {
    match (n.held * 1000).checked_div(n.of) {
        Some(1000) => "1.000".into(),
        Some(thousandths) => format!(".{thousandths:03}"),
        None => "-".into(),
    }
}

/// Reads and checks all story folders in a folder.
///
/// # Errors
/// The errors of [`check_all`] and [`readings`].
pub fn run_all(folder: &Path) -> Result<StorySet, EvalError> {
    check_all(folder, readings)
}

/// Checks all story folders in a folder, with the readings that `read` returns for each.
///
/// # Errors
/// [`EvalError::Open`]; [`EvalError::Form`] for a folder that contains no story; the errors of `read` and [`check`].
pub fn check_all(
    folder: &Path,
    read: impl Fn(&Path) -> Result<Vec<(String, Reading)>, EvalError>,
) -> Result<StorySet, EvalError> {
    let mut set = StorySet::default();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|source| EvalError::Open { path: folder.to_owned(), source })?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.join("story.json").is_file())
        .collect();
    folders.sort();
    if folders.is_empty() {
        return Err(EvalError::Form {
            path: folder.to_owned(),
            message: "no story; expected story.json here or in the folders in it".into(),
        });
    }
    for story in folders {
        let name = story.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        set.add(name, check(&story, &read(&story)?)?);
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::Check;

    #[test]
    fn totals_are_by_kind() {
        let check =
            |key: &str, held| Check { key: key.into(), expected: String::new(), held, found: String::new() };
        let mut set = StorySet::default();
        set.add(
            "flood".into(),
            StoryReportCard {
                checks: vec![
                    check("origins_of_40_killed", true),
                    check("origins", false),
                    check("killed_series", true),
                ],
                held: 2,
                conflicts: Conflicts { shown: 3, in_gold: 1 },
                ignored: Vec::new(),
            },
        );
        assert_eq!(set.kinds.get("origins"), Some(&Kind { held: 1, of: 2 }));
        assert_eq!(set.kinds.get("series"), Some(&Kind { held: 1, of: 1 }));
        assert_eq!(set.total, Kind { held: 2, of: 3 });
        assert_eq!(share(set.total), ".666");
        assert_eq!(set.conflicts, Conflicts { shown: 3, in_gold: 1 });
    }
}

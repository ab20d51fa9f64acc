//! A preview of what would change if speakers were merged or split.

use std::collections::{BTreeMap, BTreeSet};

use sayso_ledger::{Anchored, DecisionKind, EntryKind, Ledger};
use sayso_model::story::{Claim, Summary};
use serde::Serialize;

use crate::{DeskError, Loaded, catch_up, stories::load_as_if, words::what};

/// A story's speakers and counts before and after a merge or split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// The speakers concerned, each with the names that the reports use.
    pub speakers_before: Vec<Vec<String>>,
    /// What they would become.
    pub speakers_after: Vec<Vec<String>>,
    /// Counts that would change.
    pub counts: Vec<Changed>,
}

/// A count that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// What is counted.
    pub what: String,
    /// Its current value; null if it does not exist yet.
    pub before: Option<String>,
    /// Its value afterwards; null if it would disappear.
    pub after: Option<String>,
}

/// Compares a story as it is with what it would be after a decision. Nothing is written.
///
/// # Errors
/// [`DeskError::NoStory`], and those of the ledger.
pub fn preview(
    ledger: &mut Ledger,
    story: i64,
    kind: DecisionKind,
    speakers: &[Anchored],
) -> Result<Preview, DeskError> {
    catch_up(ledger)?;
    let before = load_as_if(ledger, story, None, None)?;
    let after = load_as_if(ledger, story, None, Some((kind, speakers)))?;
    let (old, new) = (counts(&before), counts(&after));
    let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changed = all.into_iter().filter(|what| old.get(*what) != new.get(*what)).map(|what| Changed {
        what: what.clone(),
        before: old.get(what).cloned(),
        after: new.get(what).cloned(),
    });
    Ok(Preview {
        counts: changed.collect(),
        speakers_before: groups(&before, speakers),
        speakers_after: groups(&after, speakers),
    })
}

/// The names of each speaker of the story who is among those chosen.
fn groups(loaded: &Loaded, chosen: &[Anchored]) -> Vec<Vec<String>> {
    let is_chosen = |report: usize, index: usize| {
        chosen.iter().any(|anchored| {
            let reading = loaded.readings.get(report);
            anchored.report == loaded.key(report)
                && anchored.kind == EntryKind::Speaker
                && reading.and_then(|r| anchored.place(r)) == Some(index)
        })
    };
    let concerned = loaded
        .story
        .speakers
        .iter()
        .filter(|s| s.members.iter().any(|m| is_chosen(m.report, m.speaker.index())));
    concerned
        .map(|s| {
            let mut names: BTreeMap<&str, usize> = BTreeMap::new();
            for member in &s.members {
                *names.entry(member.name.as_str()).or_default() += 1;
            }
            names.into_iter().map(|(name, reports)| format!("{name} ({reports})")).collect()
        })
        .collect()
}

/// The value of each count, in words; counts with the same name are listed together.
fn counts(loaded: &Loaded) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for claim in &loaded.story.claims {
        all.entry(what(claim)).or_default().push(stands(claim));
    }
    all.into_iter()
        .map(|(what, mut all)| {
            all.sort();
            (what, all.join("; "))
        })
        .collect()
}

fn stands(claim: &Claim) -> String {
    format!(
        "{}, {} origins named",
        summary(&claim.summary),
        claim.series.iter().filter(|s| s.name.is_some()).count()
    )
}

/// Low, best and high over all independent origins, in words.
#[must_use]
pub fn summary(s: &Summary) -> String {
    let number = |n: Option<sayso_model::Number>| n.map_or_else(|| "–".to_owned(), |n| n.to_string());
    let open = if s.open_above { "+" } else { "" };
    format!(
        "{} / {} / {}{open}, {} independent",
        number(s.low),
        number(s.best),
        number(s.high),
        s.independent
    )
}

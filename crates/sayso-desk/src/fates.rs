//! What has become of figures across the reports of their stories, kept beside the stories until something changes.

use std::collections::{BTreeMap, BTreeSet};

use sayso_ledger::{EntryKind, EntryName, Fate, Fates, Ledger, ReportId, StoryId, View};
use sayso_model::{
    Date, Modality,
    story::{Claim, EventOf, Point, PointRef, Scope, Status},
};
use serde::{Deserialize, Serialize};

use crate::{DeskError, Loaded, catch_up, load_placed};

/// Kind under which they are kept.
const KEPT: &str = "fates";

/// As they are kept: with the state of the story that they were made from.
#[derive(Serialize, Deserialize)]
struct Kept {
    state: String,
    fates: Vec<(i64, EntryName, Vec<Fate>)>,
    sparks: BTreeMap<String, Vec<Spark>>,
}

/// A day and the value that was stated for it.
pub type Spark = (Date, f64);

/// What has become of the figures of some reports in their stories.
///
/// # Errors
/// Those of the ledger.
pub fn fates_of_reports(
    ledger: &mut Ledger,
    reports: impl IntoIterator<Item = ReportId>,
) -> Result<BTreeMap<ReportId, Fates>, DeskError> {
    catch_up(ledger)?;
    let wanted: BTreeSet<ReportId> = reports.into_iter().collect();
    let mut stories: BTreeSet<StoryId> = BTreeSet::new();
    for report in &wanted {
        stories.extend(ledger.story_of(*report)?);
    }
    let mut found: BTreeMap<ReportId, Fates> = BTreeMap::new();
    for story in stories {
        for (report, fates) in of_story(ledger, story)? {
            if wanted.contains(&report) {
                found.insert(report, fates);
            }
        }
    }
    Ok(found)
}

/// The values of a category's most told total in some stories, by day: what a list draws beside each.
///
/// # Errors
/// Those of the ledger.
pub fn sparks(
    ledger: &mut Ledger,
    category: &str,
    stories: &[StoryId],
) -> Result<BTreeMap<StoryId, Vec<Spark>>, DeskError> {
    catch_up(ledger)?;
    let mut found = BTreeMap::new();
    for story in stories {
        if let Some(points) = kept(ledger, *story)?.sparks.remove(category) {
            found.insert(*story, points);
        }
    }
    Ok(found)
}

fn of_story(ledger: &mut Ledger, story: StoryId) -> Result<BTreeMap<ReportId, Fates>, DeskError> {
    let mut fates: BTreeMap<ReportId, Fates> = BTreeMap::new();
    for (report, entry, all) in kept(ledger, story)?.fates {
        fates.entry(ReportId(report)).or_default().insert(entry, all);
    }
    Ok(fates)
}

/// What is kept of one story, made anew where something has changed.
fn kept(ledger: &mut Ledger, story: StoryId) -> Result<Kept, DeskError> {
    let common = ledger.view() == View::Common;
    let (key, state) = (story.0.to_string(), ledger.story_state(story)?);
    if common
        && let Some(bytes) = ledger.value(KEPT, &key)?
        && let Ok(kept) = serde_json::from_slice::<Kept>(&bytes)
        && kept.state == state
    {
        return Ok(kept);
    }
    let loaded = load_placed(ledger, story.0, None)?;
    let fates = fates_of_story(&loaded);
    let all = fates.iter().flat_map(|(r, f)| f.iter().map(|(e, all)| (r.0, *e, all.clone())));
    let kept = Kept { state, fates: all.collect(), sparks: sparks_of_story(&loaded) };
    if common && !ledger.is_read_only() {
        let write = ledger.derived()?;
        write.set_value(KEPT, &key, &serde_json::to_vec(&kept)?)?;
        write.commit()?;
    }
    Ok(kept)
}

fn sparks_of_story(loaded: &Loaded) -> BTreeMap<String, Vec<Spark>> {
    let told = |c: &Claim| c.series.iter().flat_map(|s| &s.points).map(|p| p.reports.len()).sum::<usize>();
    let total = |c: &&Claim| {
        let plain = c.scope == Scope::Total && c.event == EventOf::This && c.definition.is_none();
        plain && c.modality == Modality::Asserted
    };
    let mut most: BTreeMap<&str, &Claim> = BTreeMap::new();
    for claim in loaded.story.claims.iter().filter(total) {
        let best = most.entry(claim.category.as_str()).or_insert(claim);
        if told(claim) > told(best) {
            *best = claim;
        }
    }
    let doubtful = |p: &Point| {
        let taken_back = |s: &Status| {
            matches!(s, Status::Corrected { .. } | Status::Denied { .. } | Status::Disowned { .. })
        };
        p.statuses.iter().any(taken_back)
    };
    let points = |claim: &Claim| {
        let stand = claim.series.iter().flat_map(|s| &s.points).filter(|p| !doubtful(p));
        let mut points: Vec<Spark> = stand
            .filter_map(|p| {
                let value = p.value.best.or(p.value.low).or(p.value.high)?.to_f64();
                Some((p.as_of.or(p.on).or(p.known_by)?, value))
            })
            .collect();
        points.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        points
    };
    most.into_iter()
        .map(|(category, claim)| (category.to_owned(), points(claim)))
        .filter(|(_, points)| !points.is_empty())
        .collect()
}

/// What has become of the figures of a story that has been compared.
#[must_use]
pub fn fates_of_story(loaded: &Loaded) -> BTreeMap<ReportId, Fates> {
    let mut found: BTreeMap<ReportId, Fates> = BTreeMap::new();
    let series = loaded.story.claims.iter().flat_map(|c| &c.series);
    for point in series.flat_map(|s| &s.points) {
        let fates: Vec<Fate> = point.statuses.iter().filter_map(|status| fate(loaded, status)).collect();
        if fates.is_empty() {
            continue;
        }
        for appearance in &point.reports {
            let report = appearance.mark.report;
            let entry = loaded.name(report, EntryKind::Figure, appearance.figure.index());
            let all = found.entry(ReportId(loaded.key(report))).or_default().entry(entry).or_default();
            all.extend(fates.iter().filter(|fate| !all.contains(fate)).cloned().collect::<Vec<_>>());
        }
    }
    found
}

fn fate(loaded: &Loaded, status: &Status) -> Option<Fate> {
    let (what, by) = match status {
        Status::Current => return None,
        Status::Superseded { by, .. } => ("superseded", entry(loaded, *by)),
        Status::InConflict { with, origin } => {
            let of = origin.as_deref().map(|name| format!("{name}, ")).unwrap_or_default();
            ("in_conflict", entry(loaded, *with).map(|entry| format!("{of}{entry}")))
        }
        Status::Unverified { reasons, .. } => ("unverified", Some(reasons.join(", "))),
        Status::Corrected { report, .. } => ("corrected", Some(format!("report {}", loaded.key(*report)))),
        Status::Denied { by, .. } => ("denied", by.clone()),
        Status::Disowned { by, .. } => ("disowned", by.clone()),
        Status::SelfContradicted { .. } => ("self_contradicted", None),
    };
    Some(Fate { what: what.to_owned(), by })
}

/// The first report of a value, as `5:f3 (at least 40 people)`.
fn entry(loaded: &Loaded, at: PointRef) -> Option<String> {
    let first = sayso_compare::point(&loaded.story.claims, at)?.reports.first()?;
    let report = first.mark.report;
    let name = loaded.name(report, EntryKind::Figure, first.figure.index());
    let words = loaded.readings.get(report).map_or("", |r| first.mark.span.cut(&r.report.text));
    let words: Vec<&str> = words.split_whitespace().collect();
    Some(format!("{}:{name} ({})", loaded.key(report), words.join(" ")))
}

//! What has happened to figures across the reports of their stories, cached with the stories until something changes.

use std::collections::{BTreeMap, BTreeSet};

use sayso_ledger::{EntryKind, EntryName, Fate, Fates, Ledger, ReportId, StoryId, View};
use sayso_model::{
    Date, Number,
    json::Exact,
    story::{Independence, Point, PointRef, Status},
};
use serde::{Deserialize, Serialize};

use crate::{
    DeskError, Loaded, OutletNames, catch_up,
    kept::{state, writing},
    outlets::outlet_names,
    stories::load_kept,
};

/// Kind of derived row for the cache: under the story's number, whether the cache is current; under that and a report's number,
/// the fates of each report that has some.
const KEPT: &str = "fates";
/// Stories whose fates are written in one batch.
const AT_ONCE: usize = 200;

/// What is cached for a story in addition to the fates themselves.
#[derive(Serialize, Deserialize)]
struct Index {
    state: String,
    /// Reports that have fates.
    reports: BTreeSet<i64>,
    totals: BTreeMap<String, Total>,
    origins: usize,
}

/// A story's fates, newly computed.
struct Made {
    story: StoryId,
    index: Index,
    fates: BTreeMap<ReportId, Fates>,
}

/// A day and the value stated for it.
pub type Spark = (Date, f64);

/// The total of a category by which a story is known ([`sayso_compare::lead`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Total {
    /// What its origin says, by day. Values of several origins would make no line. Empty without days.
    pub sparks: Vec<Spark>,
    /// On whose word it is; null if nobody is named.
    pub origin: Option<String>,
    /// How many independent origins give the count a value.
    pub origins: usize,
    /// The report that gives it first.
    pub report: i64,
    /// Where its words begin and end there, in code points.
    pub span: (usize, usize),
    /// The value, and low and high over the counted origins as far as they do not exclude it.
    pub low: Option<Number>,
    /// See `low`.
    pub best: Option<Number>,
    /// See `low`.
    pub high: Option<Number>,
    /// True if more is possible.
    pub open_above: bool,
}

impl Total {
    /// The value with its range, if it has one: `51 (49 to 1100 or more)`.
    #[must_use]
    pub fn words(&self) -> String {
        let Some(best) = self.best.or(self.low).or(self.high) else { return String::new() };
        let open = if self.open_above { " or more" } else { "" };
        let (low, high) = (self.low.unwrap_or(best), self.high.unwrap_or(best));
        if low == best && high == best {
            format!("{best}{open}")
        } else {
            format!("{best} ({low} to {high}{open})")
        }
    }
}

/// What has happened to the figures of some reports in their stories.
///
/// # Errors
/// Those of the ledger.
pub fn fates_of_reports(
    ledger: &mut Ledger,
    reports: impl IntoIterator<Item = ReportId>,
) -> Result<BTreeMap<ReportId, Fates>, DeskError> {
    Ok(in_stories(ledger, reports)?.fates)
}

/// What the stories of some reports show about them.
///
/// # Errors
/// Those of the ledger.
pub fn in_stories(
    ledger: &mut Ledger,
    reports: impl IntoIterator<Item = ReportId>,
) -> Result<InStories, DeskError> {
    catch_up(ledger)?;
    let mut list = FatesOfList::default();
    let fates = list.of(ledger, reports)?;
    Ok(InStories { fates, outlets: outlet_names(ledger)? })
}

/// What the stories of reports show about them.
#[derive(Debug, Clone, Default)]
pub struct InStories {
    /// What has happened to their figures.
    pub fates: BTreeMap<ReportId, Fates>,
    /// What their outlets are called.
    pub outlets: OutletNames,
}

/// The same for a list whose reports are requested in batches: each story is examined once, whatever the order of its
/// reports, and no more fates are held than for one batch.
#[derive(Default)]
pub(crate) struct FatesOfList {
    /// Stories known to be up to date, with the reports of each that have fates.
    current: BTreeMap<StoryId, BTreeSet<i64>>,
    /// Fates that cannot be cached: those of one person's view, or of a read-only ledger.
    held: BTreeMap<ReportId, Fates>,
}

impl FatesOfList {
    /// What has happened to the figures of some reports, which have already been placed.
    pub(crate) fn of(
        &mut self,
        ledger: &mut Ledger,
        reports: impl IntoIterator<Item = ReportId>,
    ) -> Result<BTreeMap<ReportId, Fates>, DeskError> {
        let mut story_of: BTreeMap<ReportId, StoryId> = BTreeMap::new();
        for report in reports {
            if let Some(story) = ledger.story_of(report)? {
                story_of.insert(report, story);
            }
        }
        self.bring_up_to_date(ledger, &story_of.values().copied().collect())?;
        let mut found: BTreeMap<ReportId, Fates> = BTreeMap::new();
        for (report, story) in story_of {
            if !self.current.get(&story).is_some_and(|reports| reports.contains(&report.0)) {
                continue;
            }
            let fates = match self.held.get(&report) {
                Some(fates) => Some(fates.clone()),
                None => read(ledger, story, report)?,
            };
            // If a row is damaged, the fates are computed again.
            let fates = match fates {
                Some(fates) => Some(fates),
                None => {
                    let made = make(ledger, story)?;
                    let again = made.fates.get(&report).cloned();
                    self.keep(ledger, vec![made])?;
                    again
                }
            };
            found.extend(fates.map(|fates| (report, fates)));
        }
        Ok(found)
    }

    fn bring_up_to_date(
        &mut self,
        ledger: &mut Ledger,
        stories: &BTreeSet<StoryId>,
    ) -> Result<(), DeskError> {
        let new: Vec<StoryId> = stories.iter().copied().filter(|s| !self.current.contains_key(s)).collect();
        let mut made = Vec::new();
        for story in new {
            match kept(ledger, story)? {
                Some(index) => {
                    self.current.insert(story, index.reports);
                }
                None => made.push(make(ledger, story)?),
            }
            if made.len() >= AT_ONCE {
                self.keep(ledger, std::mem::take(&mut made))?;
            }
        }
        self.keep(ledger, made)
    }

    fn keep(&mut self, ledger: &mut Ledger, made: Vec<Made>) -> Result<(), DeskError> {
        let written = write(ledger, &made)?;
        for Made { story, index, fates } in made {
            self.current.insert(story, index.reports);
            if !written {
                self.held.extend(fates);
            }
        }
        Ok(())
    }
}

/// What a list shows about a story that only a comparison can tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Glance {
    /// The most reported total of a category; null if there is none.
    pub total: Option<Total>,
    /// Independent origins of its counts.
    pub origins: usize,
}

/// What a list shows about some stories, with the values of one category.
///
/// # Errors
/// Those of the ledger.
pub fn glances(
    ledger: &mut Ledger,
    category: &str,
    stories: &[StoryId],
) -> Result<BTreeMap<StoryId, Glance>, DeskError> {
    catch_up(ledger)?;
    let (mut found, mut made) = (BTreeMap::new(), Vec::new());
    let glance =
        |index: &Index| Glance { total: index.totals.get(category).cloned(), origins: index.origins };
    for story in stories {
        let seen = match kept(ledger, *story)? {
            Some(index) => glance(&index),
            None => {
                let new = make(ledger, *story)?;
                let seen = glance(&new.index);
                made.push(new);
                seen
            }
        };
        found.insert(*story, seen);
    }
    write(ledger, &made)?;
    Ok(found)
}

/// Named origins that count as independent, in any claim.
fn origins_of_story(loaded: &Loaded) -> usize {
    let series = loaded.story.claims.iter().flat_map(|c| &c.series);
    let independent = series.filter(|s| s.independence == Independence::Independent);
    independent.map(|s| (s.origin, s.name.as_deref())).collect::<BTreeSet<_>>().len()
}

/// What is cached for a story, if it is still current.
fn kept(ledger: &Ledger, story: StoryId) -> Result<Option<Index>, DeskError> {
    if ledger.view() != View::Common {
        return Ok(None);
    }
    let bytes = ledger.value(KEPT, &story.0.to_string())?;
    let index: Option<Index> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let Some(index) = index else { return Ok(None) };
    Ok((index.state == state(ledger, story)?).then_some(index))
}

fn read(ledger: &Ledger, story: StoryId, report: ReportId) -> Result<Option<Fates>, DeskError> {
    let bytes = ledger.value(KEPT, &format!("{}/{report}", story.0))?;
    let fates: Option<Vec<(EntryName, Vec<Fate>)>> = bytes.and_then(|b| serde_json::from_slice(&b).ok());
    Ok(fates.map(|fates| fates.into_iter().collect()))
}

fn make(ledger: &mut Ledger, story: StoryId) -> Result<Made, DeskError> {
    let state = state(ledger, story)?;
    let loaded = load_kept(ledger, story)?;
    Ok(made(story, state, &loaded))
}

fn made(story: StoryId, state: String, loaded: &Loaded) -> Made {
    let fates = fates_of_story(loaded);
    let reports = fates.keys().map(|report| report.0).collect();
    let (totals, origins) = (totals_of_story(loaded), origins_of_story(loaded));
    Made { story, index: Index { state, reports, totals, origins }, fates }
}

/// Caches the fates of a story that was loaded in a given state.
pub(crate) fn keep(
    ledger: &mut Ledger,
    story: StoryId,
    state: String,
    loaded: &Loaded,
) -> Result<(), DeskError> {
    let made = made(story, state, loaded);
    write(ledger, &[made]).map(drop)
}

/// Caches everything at once; false if nothing can be cached.
fn write(ledger: &mut Ledger, made: &[Made]) -> Result<bool, DeskError> {
    if ledger.view() != View::Common {
        return Ok(false);
    }
    if made.is_empty() {
        return Ok(true);
    }
    let mut before: Vec<BTreeSet<i64>> = Vec::with_capacity(made.len());
    for Made { story, .. } in made {
        let bytes = ledger.value(KEPT, &story.0.to_string())?;
        let index: Option<Index> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        before.push(index.map(|index| index.reports).unwrap_or_default());
    }
    let Some(write) = writing(ledger)? else { return Ok(false) };
    for (Made { story, index, fates }, before) in made.iter().zip(before) {
        let story = story.0;
        for gone in before.difference(&index.reports) {
            write.remove_value(KEPT, &format!("{story}/{gone}"))?;
        }
        for (report, fates) in fates {
            let fates: Vec<(&EntryName, &Vec<Fate>)> = fates.iter().collect();
            write.set_value(KEPT, &format!("{story}/{report}"), &serde_json::to_vec(&fates)?)?;
        }
        write.set_value(KEPT, &story.to_string(), &serde_json::to_vec(index)?)?;
    }
    write.commit()?;
    Ok(true)
}

/// For each category, the value by which the story is known, with the line of its origin.
fn totals_of_story(loaded: &Loaded) -> BTreeMap<String, Total> {
    let claims = &loaded.story.claims;
    let categories: BTreeSet<&str> = claims.iter().map(|c| c.category.as_str()).collect();
    let total =
        |category: &str| Some((category.to_owned(), total(loaded, sayso_compare::lead(claims, category)?)?));
    categories.into_iter().filter_map(total).collect()
}

fn total(loaded: &Loaded, at: PointRef) -> Option<Total> {
    let value = |p: &Point| p.value.best.or(p.value.low).or(p.value.high);
    let day = |p: &Point| p.as_of.or(p.on).or(p.known_by);
    let claim = loaded.story.claims.get(at.claim)?;
    let series = claim.series.get(at.series)?;
    let point = series.points.get(at.point)?;
    let (number, first) = (value(point)?, point.reports.first()?);
    let stand = series.points.iter().filter(|p| !is_doubtful(p));
    let mut sparks: Vec<Spark> = stand.filter_map(|p| Some((day(p)?, value(p)?.to_f64()))).collect();
    sparks.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let summary = &claim.summary;
    let within = |n: Option<Number>, fits: fn(f64, f64) -> bool| {
        n.filter(|n| !summary.inputs.is_empty() && fits(n.to_f64(), number.to_f64()))
    };
    let words = Exact::of(first.mark.span, loaded.readings.text(first.mark.report));
    Some(Total {
        sparks,
        origin: series.name.clone(),
        origins: summary.independent,
        report: loaded.key(first.mark.report),
        span: (words.start, words.end),
        low: within(summary.low, |low, best| low <= best),
        best: Some(number),
        high: within(summary.high, |high, best| high >= best),
        open_above: summary.open_above && !summary.inputs.is_empty(),
    })
}

fn is_doubtful(point: &Point) -> bool {
    let taken_back =
        |s: &Status| matches!(s, Status::Corrected { .. } | Status::Denied { .. } | Status::Disowned { .. });
    point.statuses.iter().any(taken_back)
}

/// What has happened to the figures of a story that has been compared.
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
        _ => ("changed", None),
    };
    Some(Fate { what: what.to_owned(), by })
}

/// The first report of a value, as `5:f3 (at least 40 people)`.
fn entry(loaded: &Loaded, at: PointRef) -> Option<String> {
    let first = sayso_compare::point(&loaded.story.claims, at)?.reports.first()?;
    let report = first.mark.report;
    let name = loaded.name(report, EntryKind::Figure, first.figure.index());
    let words = first.mark.span.cut(loaded.readings.text(report));
    let words: Vec<&str> = words.split_whitespace().collect();
    Some(format!("{}:{name} ({})", loaded.key(report), words.join(" ")))
}

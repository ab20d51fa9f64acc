//! Stories as people have joined and split them.
//!
//! Where reports were placed is stored separately from what people decided. [`place_all`](crate::place_all) goes by
//! placement alone, so that a decision moves no report that it is not about, and a rebuilt ledger arrives at the same
//! stories. Queries see the result of the decisions. A report that people have put elsewhere keeps a record of its
//! placement ([`PLACE`]).

use std::collections::{BTreeMap, BTreeSet};

use sayso_compare::{Member, ReportKey, StoryKey, is_nearer};
use sayso_ledger::{DecisionKind, Ledger, LedgerError, ReportId, StoryId, Subject};
use serde_json::{Value, json};

use crate::{DeskError, stories, words::plain};

/// Kind of derived row for the story in which a report was placed, if people put it into another.
const PLACE: &str = "story place";
/// Kind of derived row for the decision up to which stories are as people want them.
const SETTLED: &str = "story settled";
/// Kind of derived row, for a decision and a later report, for whether the report goes with what was split off.
const GOES: &str = "story goes";
/// Reports on each side of a split with which later ones are compared.
const SAMPLE: usize = 20;

/// Where reports were placed, for those that people put into other stories.
#[derive(Debug, Default)]
pub(crate) struct Places(BTreeMap<ReportKey, StoryKey>);

impl Places {
    pub(crate) fn of(ledger: &Ledger) -> Result<Self, LedgerError> {
        let number = |(report, story): (String, Vec<u8>)| {
            Some((report.parse().ok()?, std::str::from_utf8(&story).ok()?.parse().ok()?))
        };
        Ok(Self(ledger.values(PLACE)?.into_iter().filter_map(number).collect()))
    }

    /// The story in which a report was placed.
    pub(crate) fn story_of(
        &self,
        ledger: &Ledger,
        report: ReportKey,
    ) -> Result<Option<StoryKey>, LedgerError> {
        match self.0.get(&report) {
            Some(story) => Ok(Some(*story)),
            None => Ok(ledger.story_of(ReportId(report))?.map(|s| s.0)),
        }
    }

    /// The reports that were placed in a story.
    pub(crate) fn reports_of(
        &self,
        ledger: &Ledger,
        story: StoryKey,
    ) -> Result<BTreeSet<ReportKey>, LedgerError> {
        let there = ledger.story_reports(StoryId(story))?.into_iter().map(|r| r.0);
        let placed = self.0.iter().filter(|(_, of)| **of == story).map(|(report, _)| *report);
        Ok(there.filter(|r| !self.0.contains_key(r)).chain(placed).collect())
    }

    /// True for a report that people put elsewhere.
    pub(crate) fn is_elsewhere(&self, report: ReportKey) -> bool {
        self.0.contains_key(&report)
    }
}

/// Records where a report was placed whose story people decide.
pub(crate) fn keep_place(
    write: &sayso_ledger::Derived<'_>,
    report: ReportKey,
    story: StoryKey,
) -> Result<(), LedgerError> {
    write.set_value(PLACE, &report.to_string(), story.to_string().as_bytes())
}

/// Records that reports were placed since stories were last as people want them.
pub(crate) fn unsettle(write: &sayso_ledger::Derived<'_>) -> Result<(), LedgerError> {
    write.remove_value(SETTLED, "")
}

/// A decision about stories.
struct Decided {
    id: i64,
    kind: DecisionKind,
    reports: Vec<ReportKey>,
    /// For a split: reports of the story that stayed in it, and the newest report at the time.
    stayed: Vec<ReportKey>,
    until: ReportKey,
}

fn decided(ledger: &Ledger) -> Result<Vec<Decided>, LedgerError> {
    let about = |d: sayso_ledger::Decision| {
        let Subject::Reports(reports) = d.subject else { return None };
        let of = |key: &str| d.value.as_ref().and_then(|v| v.get(key));
        let stayed = of("stayed").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        d.undone_by.is_none().then(|| Decided {
            id: d.id,
            kind: d.kind,
            reports,
            stayed: stayed.iter().filter_map(Value::as_i64).collect(),
            until: of("until").and_then(Value::as_i64).unwrap_or(ReportKey::MAX),
        })
    };
    Ok(ledger.decisions()?.into_iter().filter_map(about).collect())
}

/// Makes stories as people want them. If nothing was placed or decided since, it costs two lookups.
pub(crate) fn settle(ledger: &mut Ledger) -> Result<(), DeskError> {
    let newest = ledger.last_decision()?.to_string();
    let settled = ledger.value(SETTLED, "")?;
    if ledger.is_read_only() || settled.as_deref() == Some(newest.as_bytes()) {
        return Ok(());
    }
    let (places, all) = (Places::of(ledger)?, decided(ledger)?);
    let mut wanted = Wanted::default();
    let named = all.iter().flat_map(|d| &d.reports).copied();
    let mut stories: BTreeSet<StoryKey> = places.0.values().copied().collect();
    for report in named {
        stories.extend(places.story_of(ledger, report)?);
    }
    for story in stories {
        for report in places.reports_of(ledger, story)? {
            wanted.placed.insert(report, story);
        }
    }
    wanted.story.clone_from(&wanted.placed);
    for decision in &all {
        match decision.kind {
            DecisionKind::Merge => wanted.join(decision),
            DecisionKind::Split => wanted.split(ledger, &places, decision)?,
            _ => {}
        }
    }
    wanted.write(ledger, &places, &newest)
}

/// The story that each report touched by a decision belongs in.
#[derive(Default)]
struct Wanted {
    placed: BTreeMap<ReportKey, StoryKey>,
    story: BTreeMap<ReportKey, StoryKey>,
    /// For a decision and a later report, whether it goes with what was split off.
    goes: BTreeMap<String, bool>,
}

impl Wanted {
    fn stories_of(&self, reports: &[ReportKey]) -> BTreeSet<StoryKey> {
        reports.iter().filter_map(|r| self.story.get(r)).copied().collect()
    }

    fn join(&mut self, decision: &Decided) {
        let joined = self.stories_of(&decision.reports);
        let Some(first) = joined.first().copied() else { return };
        for story in self.story.values_mut().filter(|s| joined.contains(s)) {
            *story = first;
        }
    }

    /// What is split off gets the number of its first report that is not the number of a story, and takes along the
    /// later reports that are closer to it than to what stays.
    fn split(&mut self, ledger: &Ledger, places: &Places, decision: &Decided) -> Result<(), DeskError> {
        let from = self.stories_of(&decision.reports);
        let mut off: BTreeSet<ReportKey> =
            decision.reports.iter().copied().filter(|r| self.story.contains_key(r)).collect();
        let later: Vec<ReportKey> = self
            .story
            .iter()
            .filter(|(report, story)| {
                **report > decision.until && from.contains(story) && !off.contains(report)
            })
            .map(|(report, _)| *report)
            .collect();
        let mut samples: Option<[Vec<Member>; 2]> = None;
        for report in later {
            let key = format!("{}/{report}", decision.id);
            let goes = match ledger.value(GOES, &key)? {
                Some(kept) => kept == b"1",
                None => {
                    let [named, stayed] = match &mut samples {
                        Some(samples) => samples,
                        none => none.insert([
                            members(ledger, &decision.reports)?,
                            members(ledger, &decision.stayed)?,
                        ]),
                    };
                    let new = stories::member(ledger, report)?;
                    let goes = new.is_some_and(|new| is_nearer(&new, named, stayed));
                    self.goes.insert(key, goes);
                    goes
                }
            };
            if goes {
                off.insert(report);
            }
        }
        let all =
            |story: &StoryKey| self.story.iter().filter(|(_, s)| *s == story).all(|(r, _)| off.contains(r));
        if off.is_empty() || from.len() == 1 && from.iter().all(all) {
            return Ok(());
        }
        let stays: BTreeSet<ReportKey> = self
            .story
            .iter()
            .filter(|(report, story)| from.contains(story) && !off.contains(report))
            .map(|(report, _)| *report)
            .collect();
        // A story's number stays with the report with which it began.
        let begun = from.iter().any(|story| off.contains(story));
        for side in if begun { [&stays, &off] } else { [&off, &stays] } {
            for number in side {
                // The number of a story that people have joined to another is free: later reports that are placed there are
                // moved by the same decisions, in their order.
                let is_known = self.placed.values().any(|s| s == number);
                let taken = self.story.values().any(|s| s == number);
                if !taken && (is_known || places.reports_of(ledger, *number)?.is_empty()) {
                    self.story.extend(side.iter().map(|report| (*report, *number)));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn write(self, ledger: &mut Ledger, places: &Places, newest: &str) -> Result<(), DeskError> {
        let stories: BTreeSet<StoryKey> = self.story.values().copied().collect();
        let mut labels: BTreeMap<StoryKey, String> = BTreeMap::new();
        for story in &stories {
            if ledger.story(StoryId(*story))?.is_none() {
                labels.insert(*story, stories::label(ledger, ReportId(*story))?);
            }
        }
        let mut moved: Vec<(ReportKey, StoryKey)> = Vec::new();
        for (report, story) in &self.story {
            if ledger.story_of(ReportId(*report))? != Some(StoryId(*story)) {
                moved.push((*report, *story));
            }
        }
        let gone: BTreeSet<StoryKey> = self
            .placed
            .values()
            .copied()
            .chain(places.0.keys().copied())
            .filter(|s| !stories.contains(s))
            .collect();
        let mut ended: Vec<StoryKey> = Vec::new();
        for story in gone {
            let left = ledger.story_reports(StoryId(story))?;
            if ledger.story(StoryId(story))?.is_some() && left.iter().all(|r| self.story.contains_key(&r.0)) {
                ended.push(story);
            }
        }
        let write = ledger.derived()?;
        for (story, label) in &labels {
            write.put_story(StoryId(*story), label, None)?;
        }
        for (report, story) in moved {
            write.put_report(ReportId(report), StoryId(story))?;
        }
        for story in ended {
            write.remove_story(StoryId(story))?;
        }
        for (report, placed) in &self.placed {
            if self.story.get(report) != Some(placed) {
                keep_place(&write, *report, *placed)?;
            } else if places.is_elsewhere(*report) {
                write.remove_value(PLACE, &report.to_string())?;
            }
        }
        for (key, goes) in &self.goes {
            write.set_value(GOES, key, if *goes { b"1" } else { b"0" })?;
        }
        write.set_value(SETTLED, "", newest.as_bytes())?;
        Ok(write.commit()?)
    }
}

fn members(ledger: &Ledger, reports: &[ReportKey]) -> Result<Vec<Member>, LedgerError> {
    let mut found = Vec::new();
    for report in reports.iter().take(SAMPLE) {
        found.extend(stories::member(ledger, *report)?);
    }
    Ok(found)
}

/// What a decision about stories is about, with a record of their previous state: for a join, one report of each story;
/// for a split, the reports that leave.
///
/// # Errors
/// [`DeskError::NoStory`]; [`DeskError::Nothing`] for reports of several stories or all of one; those of the ledger.
pub(crate) fn subject(
    ledger: &mut Ledger,
    kind: DecisionKind,
    names: &[String],
) -> Result<(Subject, Option<Value>), DeskError> {
    stories::catch_up(ledger)?;
    if kind == DecisionKind::Merge {
        let mut first: BTreeSet<ReportKey> = BTreeSet::new();
        for name in names {
            let wrong = || DeskError::Nothing(format!("'{}' is not the number of a story", plain(name)));
            let story: StoryKey = name.parse().map_err(|_| wrong())?;
            let reports = ledger.story_reports(StoryId(story))?;
            first.insert(reports.first().ok_or(DeskError::NoStory(story))?.0);
        }
        if first.len() < 2 {
            return Err(DeskError::Nothing("this decision takes two or more stories, not one".to_owned()));
        }
        return Ok((Subject::Reports(first.into_iter().collect()), None));
    }
    let mut reports: BTreeSet<ReportKey> = BTreeSet::new();
    let mut stories: BTreeSet<StoryKey> = BTreeSet::new();
    for name in names {
        let report = ledger.find(name)?;
        let story = ledger.story_of(report)?;
        let none = || DeskError::Nothing(format!("report {report} is in no story"));
        stories.insert(story.ok_or_else(none)?.0);
        reports.insert(report.0);
    }
    let (Some(story), 1) = (stories.first(), stories.len()) else {
        return Err(DeskError::Nothing(
            "these reports are in several stories; split one at a time".to_owned(),
        ));
    };
    let all = ledger.story_reports(StoryId(*story))?;
    let stayed: Vec<ReportKey> = all.iter().map(|r| r.0).filter(|r| !reports.contains(r)).collect();
    if stayed.is_empty() {
        return Err(DeskError::Nothing(format!(
            "these are all the reports of story {story}; name only those about a different event"
        )));
    }
    let until = stories::last_placed(ledger)?.0;
    let sample = stayed.iter().rev().take(SAMPLE).rev().copied().collect::<Vec<_>>();
    Ok((
        Subject::Reports(reports.into_iter().collect()),
        Some(json!({"story": story, "stayed": sample, "until": until})),
    ))
}

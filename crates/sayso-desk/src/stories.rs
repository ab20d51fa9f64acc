//! The ledger's reports compared: places new reports into stories, and loads a story with its readings.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::ControlFlow,
    sync::{Arc, PoisonError},
};

use sayso_compare::{
    Constraints, Entry, Member, ReportKey, StoryKey, StoryStore, TermVector, Who, neighbourhood, place,
};
use sayso_ledger::{
    Anchored, Decided, DecisionKind, EntryKind, EntryName, Ledger, LedgerError, Names, ReportFilter,
    ReportId, ReportLine, Reviewed, StoredReading, StoryId, Subject, View,
};
use sayso_model::{
    Date, FigureId, Reading, Report, SpeakerId,
    story::{Appearance, Claim, Story},
};

use crate::{
    DeskError, Memory, Readings, kept,
    memory::{Known, Remembered},
    outlets::{Naming, outlet_names},
    regroup::{self, Places},
};

/// Kinds of derived rows in which compare stores what it needs to place the next report.
const ANCHOR: &str = "story anchor";
const VECTOR: &str = "story vector";
const PLACED: &str = "story placed";
/// Reports placed between two writes.
const BATCH: usize = 256;
/// Number of reports from which on a compared story is cached: smaller ones are compared as fast as the cache is read.
const KEPT_FROM: usize = 20;

/// A ledger as stories see it, including what has been placed but not yet written.
struct Store<'l> {
    ledger: &'l Ledger,
    /// Where reports were placed that people put elsewhere.
    places: &'l Places,
    members: BTreeMap<ReportKey, Member>,
    story_of: BTreeMap<ReportKey, StoryKey>,
    reports_of: BTreeMap<StoryKey, BTreeSet<ReportKey>>,
    /// Only for lookups.
    postings: HashMap<u64, Vec<(ReportKey, f32)>>,
    ended: BTreeSet<StoryKey>,
}

impl<'l> Store<'l> {
    fn new(ledger: &'l Ledger, places: &'l Places) -> Self {
        Self {
            ledger,
            places,
            members: BTreeMap::new(),
            story_of: BTreeMap::new(),
            reports_of: BTreeMap::new(),
            postings: HashMap::new(),
            ended: BTreeSet::new(),
        }
    }

    fn add(&mut self, new: Member) -> Result<(), LedgerError> {
        let placement = place(&new, neighbourhood(self, &new.vector)?);
        for (keep, end) in placement.merged {
            for report in self.reports_of(end, usize::MAX)? {
                self.put(report, keep);
            }
            self.ended.insert(end);
        }
        let story = placement.story.unwrap_or(new.report);
        for (report, from) in placement.moved {
            self.put(report, story);
            if self.reports_of(from, 1)?.is_empty() {
                self.ended.insert(from);
            }
        }
        for (term, weight) in new.vector.anchors() {
            self.postings.entry(term).or_default().push((new.report, weight));
        }
        self.put(new.report, story);
        self.members.insert(new.report, new);
        Ok(())
    }

    fn put(&mut self, report: ReportKey, story: StoryKey) {
        if let Some(old) = self.story_of.insert(report, story)
            && let Some(reports) = self.reports_of.get_mut(&old)
        {
            reports.remove(&report);
        }
        self.reports_of.entry(story).or_default().insert(report);
    }
}

impl StoryStore for Store<'_> {
    type Error = LedgerError;

    fn postings(&self, term: u64, limit: usize) -> Result<Vec<(ReportKey, f32)>, LedgerError> {
        let new = self.postings.get(&term).map(Vec::as_slice).unwrap_or_default();
        let mut found: Vec<(ReportKey, f32)> = new.iter().rev().take(limit).copied().collect();
        if found.len() < limit {
            let old = self.ledger.postings(ANCHOR, &term_key(term), limit - found.len())?;
            found.extend(old.into_iter().filter_map(|(report, weight)| {
                Some((report.0, f32::from_le_bytes(weight?.as_slice().try_into().ok()?)))
            }));
        }
        Ok(found)
    }

    fn member(&self, report: ReportKey) -> Result<Option<Member>, LedgerError> {
        if let Some(member) = self.members.get(&report) {
            return Ok(Some(member.clone()));
        }
        member(self.ledger, report)
    }

    fn story_of(&self, report: ReportKey) -> Result<Option<StoryKey>, LedgerError> {
        match self.story_of.get(&report) {
            Some(story) => Ok(Some(*story)),
            None => self.places.story_of(self.ledger, report),
        }
    }

    fn reports_of(&self, story: StoryKey, limit: usize) -> Result<Vec<ReportKey>, LedgerError> {
        let mut reports = self.places.reports_of(self.ledger, story)?;
        reports.retain(|r| self.story_of.get(r).is_none_or(|s| *s == story));
        reports.extend(self.reports_of.get(&story).into_iter().flatten());
        Ok(reports.into_iter().rev().take(limit).collect())
    }
}

/// A report as placed.
pub(crate) fn member(ledger: &Ledger, report: ReportKey) -> Result<Option<Member>, LedgerError> {
    let kept = ledger.value(VECTOR, &report.to_string())?;
    Ok(kept.and_then(|bytes| {
        let (day, vector) = bytes.split_at_checked(10)?;
        let day = std::str::from_utf8(day).ok().and_then(Date::parse);
        Some(Member { report, day, vector: TermVector::from_bytes(vector)? })
    }))
}

/// The newest report that has been placed.
pub(crate) fn last_placed(ledger: &Ledger) -> Result<ReportId, LedgerError> {
    Ok(placed_up_to(ledger.value(PLACED, "")?))
}

fn placed_up_to(kept: Option<Vec<u8>>) -> ReportId {
    kept.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok()).map_or(ReportId(0), ReportId)
}

/// What a story that begins with this report is called.
pub(crate) fn label(ledger: &Ledger, report: ReportId) -> Result<String, LedgerError> {
    Ok(ledger.report(report)?.map(|stored| label_of(&stored.report)).unwrap_or_default())
}

fn label_of(report: &Report) -> String {
    report.head.headline.as_ref().map_or_else(|| first_words(&report.text), |h| h.value.clone())
}

fn term_key(term: u64) -> String {
    format!("{term:016x}")
}

/// Places every report that has not been placed. The cost per report does not grow with the ledger.
///
/// # Errors
/// Those of the ledger.
pub fn catch_up(ledger: &mut Ledger) -> Result<(), DeskError> {
    match place_all(ledger, &mut || ControlFlow::Continue(())) {
        // Somebody else is writing: what they add is placed by the next query, and this one is answered now.
        Err(DeskError::Ledger(LedgerError::Busy)) => Ok(()),
        done => done,
    }
}

/// The same, with a callback after each report; on a break it stores what has been placed and leaves the rest for next
/// time.
///
/// # Errors
/// Those of the ledger.
pub fn place_all(ledger: &mut Ledger, placed: &mut dyn FnMut() -> ControlFlow<()>) -> Result<(), DeskError> {
    // One person's view cannot be written; placing has been done before.
    if ledger.view() != View::Common {
        return Ok(());
    }
    loop {
        let after = last_placed(ledger)?;
        let new = ledger.ids_after(after, BATCH)?;
        if new.is_empty() {
            settle_names(ledger)?;
            regroup::settle(ledger)?;
            ledger.keep_story_lines()?;
            return Ok(());
        }
        if ledger.is_read_only() {
            // The callback hears of the others as they were placed.
            return Ok(());
        }
        let (mut last, mut flow) = (after, ControlFlow::Continue(()));
        let snapshot = ledger.snapshot()?;
        let places = Places::of(ledger)?;
        let mut store = Store::new(ledger, &places);
        let mut labels: BTreeMap<StoryKey, String> = BTreeMap::new();
        let mut naming = Naming::of(ledger)?;
        for id in new {
            last = id;
            let Some(stored) = ledger.report(id)? else { continue };
            let head = &stored.report.head;
            naming.add(ledger, id, head)?;
            // Nothing comparable was read in it, and it shares its words with no other report.
            if head.language.as_ref().is_some_and(|l| !sayso_ingest::language::is_english(&l.value)) {
                continue;
            }
            labels.insert(id.0, label_of(&stored.report));
            store.add(Member {
                report: id.0,
                day: head.published.as_ref().map(|d| d.value),
                vector: TermVector::of(&stored.report.text),
            })?;
            flow = placed();
            if flow.is_break() {
                break;
            }
        }
        let Store { members, story_of, ended, .. } = store;
        drop(snapshot);
        // A story whose reports people all joined to another has no row of its own.
        for story in story_of.values().copied().collect::<BTreeSet<StoryKey>>() {
            if !labels.contains_key(&story) && ledger.story(StoryId(story))?.is_none() {
                labels.insert(story, label(ledger, ReportId(story))?);
            }
        }
        let write = ledger.derived()?;
        // Somebody else has placed reports in the meantime, which changes where these belong.
        if placed_up_to(write.value(PLACED, "")?) != after {
            continue;
        }
        let changed = write.changed_stories()?;
        for (story, label) in &labels {
            if story_of.values().any(|s| s == story) {
                write.put_story(StoryId(*story), label, None)?;
            }
        }
        for (report, story) in &story_of {
            if places.is_elsewhere(*report) {
                regroup::keep_place(&write, *report, *story)?;
            } else {
                write.put_report(ReportId(*report), StoryId(*story))?;
            }
        }
        regroup::unsettle(&write)?;
        for story in &ended {
            write.remove_story(StoryId(*story))?;
        }
        for (report, member) in &members {
            for (term, weight) in member.vector.anchors() {
                write.post(ANCHOR, &term_key(term), ReportId(*report), Some(&weight.to_le_bytes()))?;
            }
            let day = member.day.map_or_else(|| " ".repeat(10), |d| d.to_string());
            let kept: Vec<u8> = day.bytes().chain(member.vector.to_bytes()).collect();
            write.set_value(VECTOR, &report.to_string(), &kept)?;
        }
        write.set_value(PLACED, "", last.0.to_string().as_bytes())?;
        naming.write(&write)?;
        // A story that nothing has happened to but that these came in is not counted again.
        if ended.is_empty() && story_of.keys().all(|report| members.contains_key(report)) {
            let mut came_in: BTreeMap<StoryKey, Vec<ReportId>> = BTreeMap::new();
            for (report, story) in story_of.iter().filter(|(report, _)| !places.is_elsewhere(**report)) {
                came_in.entry(*story).or_default().push(ReportId(*report));
            }
            for (story, reports) in came_in.iter().filter(|(story, _)| !changed.contains(&StoryId(**story))) {
                write.add_to_story_line(StoryId(*story), reports)?;
            }
        }
        write.commit()?;
        if flow.is_break() {
            return Ok(());
        }
    }
}

/// Names the outlets of reports that an earlier version placed.
fn settle_names(ledger: &mut Ledger) -> Result<(), DeskError> {
    if ledger.is_read_only() || Naming::is_settled(ledger)? {
        return Ok(());
    }
    let naming = Naming::of(ledger)?;
    let write = ledger.derived()?;
    naming.write(&write)?;
    write.commit()?;
    Ok(())
}

fn first_words(text: &str) -> String {
    text.split_whitespace().take(12).collect::<Vec<_>>().join(" ")
}

/// A compared story, with the readings of its reports as decided, in the story's order.
///
/// Neither contains entries that people rejected, so entries are numbered without them; [`Loaded::name`] and
/// [`Loaded::printed`] lead back to the names under which people know them.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What the reports say together.
    pub story: Arc<Story>,
    /// Their readings.
    pub readings: Readings,
    /// Figures to which people gave other values than their words give, by report and position, with who did, when and why.
    pub corrected: BTreeMap<(usize, FigureId), String>,
    /// Under which names people know their entries; none for a report about which nobody has decided anything: its entries
    /// have the names of their places.
    names: Vec<Option<Names>>,
}

impl Loaded {
    fn new(story: Arc<Story>, readings: Readings, names: Vec<Option<Names>>, given: Vec<Given>) -> Self {
        let place: BTreeMap<i64, usize> = story.reports.iter().zip(0..).map(|(r, at)| (r.key, at)).collect();
        let mut loaded = Self { story, readings, corrected: BTreeMap::new(), names };
        for (key, entry, by) in given.into_iter().filter(|(_, entry, _)| entry.kind == EntryKind::Figure) {
            let report = place.get(&key).copied();
            if let Some((report, index)) = report.and_then(|r| Some((r, loaded.index(r, entry)?))) {
                loaded.corrected.insert((report, FigureId::from(index)), by);
            }
        }
        loaded
    }

    /// What people decided about a value, where they gave it another one than its words do.
    #[must_use]
    pub fn decided(&self, at: &Appearance) -> Option<&str> {
        self.corrected.get(&(at.mark.report, at.figure)).map(String::as_str)
    }

    /// The texts of its reports.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        self.readings.texts().collect()
    }

    /// Its readings, borrowed.
    #[must_use]
    pub fn readings(&self) -> Vec<&Reading> {
        self.readings.iter().collect()
    }

    /// Number in the ledger of a report of the story.
    #[must_use]
    pub fn key(&self, report: usize) -> i64 {
        self.story.reports.get(report).map_or(0, |r| r.key)
    }

    /// The name of an entry of a report, by its position.
    #[must_use]
    pub fn name(&self, report: usize, kind: EntryKind, index: usize) -> EntryName {
        let names = self.names.get(report).and_then(Option::as_ref);
        names.map_or(EntryName { kind, index }, |names| names.name(kind, index))
    }

    /// The position of an entry of a report; `None` for one that was rejected.
    #[must_use]
    pub fn index(&self, report: usize, name: EntryName) -> Option<usize> {
        match self.names.get(report)? {
            Some(names) => names.index(name),
            None => Some(name.index).filter(|index| {
                self.readings.get(report).is_some_and(|reading| *index < name.kind.count(reading))
            }),
        }
    }

    /// Some of the story's claims, from a place in the list on, with every figure under its name.
    #[must_use]
    pub fn printed_claims(&self, from: usize, most: usize) -> Vec<Claim> {
        let mut claims: Vec<Claim> = self.story.claims.iter().skip(from).take(most).cloned().collect();
        self.name_figures(&mut claims);
        claims
    }

    fn name_figures(&self, claims: &mut [Claim]) {
        let series = claims.iter_mut().flat_map(|c| &mut c.series);
        for appearance in series.flat_map(|s| &mut s.points).flat_map(|p| &mut p.reports) {
            let name = self.name(appearance.mark.report, EntryKind::Figure, appearance.figure.index());
            appearance.figure = name.index.into();
        }
    }

    /// The story with every entry under its name.
    #[must_use]
    pub fn printed(&self) -> Story {
        let mut story = Story::clone(&self.story);
        self.name_figures(&mut story.claims);
        for member in story.speakers.iter_mut().flat_map(|s| &mut s.members) {
            member.speaker =
                self.name(member.report, EntryKind::Speaker, member.speaker.index()).index.into();
        }
        for said in story.statements.iter_mut().flat_map(|s| &mut s.appearances) {
            let name = self.name(said.mark.report, EntryKind::Statement, said.statement.index());
            said.statement = name.index.into();
        }
        story
    }
}

/// Compares the newest revisions of a story's reports, with decisions applied; a large story comes from the cache if
/// nothing has changed.
///
/// # Errors
/// [`DeskError::NoStory`], and those of the ledger.
pub fn load(ledger: &mut Ledger, id: i64, as_of: Option<Date>) -> Result<Loaded, DeskError> {
    catch_up(ledger)?;
    match as_of {
        None => load_kept(ledger, StoryId(id)),
        day => load_placed(ledger, id, day),
    }
}

/// The same as of now, when all reports have been placed. One person's view is always compared again.
pub(crate) fn load_kept(ledger: &mut Ledger, id: StoryId) -> Result<Loaded, DeskError> {
    if ledger.view() != View::Common {
        return load_placed(ledger, id.0, None);
    }
    match ledger.carried::<Memory>() {
        Some(memory) => load_remembered(ledger, id, &memory),
        None => {
            let moment = ledger.snapshot()?;
            let state = kept::state(ledger, id)?;
            if let Some(loaded) = as_kept(ledger, id, &state)? {
                return Ok(loaded);
            }
            let stands = Stands::of_story(ledger, id, None)?;
            let story = Arc::new(stands.compared(ledger, None, None)?);
            drop(moment);
            keep(ledger, id, &state, &story)?;
            stands.with(ledger, story)
        }
    }
}

/// The same in a process that remembers stories: of one that has changed, what the change cannot have affected is not worked out
/// again.
fn load_remembered(ledger: &mut Ledger, id: StoryId, memory: &Memory) -> Result<Loaded, DeskError> {
    let remembered = memory.of(id);
    let mut remembered = remembered.lock().unwrap_or_else(PoisonError::into_inner);
    let moment = ledger.snapshot()?;
    let state = kept::state(ledger, id)?;
    // Another process may have compared it.
    if remembered.is_empty()
        && let Some(loaded) = as_kept(ledger, id, &state)?
    {
        return Ok(loaded);
    }
    let mut stands = Stands::of_story(ledger, id, Some(&remembered))?;
    let constraints = constraints(ledger, &stands.readings, None)?;
    drop(moment);
    if let Some(story) = remembered.story(&stands.readings, &constraints) {
        // One that is looked at again as it was is worth writing for others; one that has changed by then would be written in vain.
        if !remembered.is_cached {
            keep(ledger, id, &state, &story)?;
            remembered.is_cached = true;
        }
        return stands.with(ledger, story);
    }
    let compared = sayso_compare::story_again(remembered.compared(), &stands.readings, &constraints);
    let story = Arc::clone(compared.story());
    memory.keep(id, &mut remembered, stands.known(), compared);
    if remembered.is_empty() {
        keep(ledger, id, &state, &story)?;
    }
    stands.with(ledger, story)
}

/// Caches a story in the ledger, if it is not compared as fast as it is read.
fn keep(ledger: &mut Ledger, id: StoryId, state: &str, story: &Story) -> Result<(), DeskError> {
    if story.reports.len() < KEPT_FROM {
        return Ok(());
    }
    kept::keep_story(ledger, id, state, story)
}

/// A story that is cached in this state, with the readings of its reports, which are decoded when they are asked for; `None` where
/// none is, or where these are not the reports that it was compared of: one that has been damaged since is not among them.
fn as_kept(ledger: &Ledger, id: StoryId, state: &str) -> Result<Option<Loaded>, DeskError> {
    let Some(story) = kept::story(ledger, id, state)? else { return Ok(None) };
    let Some(stored) = ledger.stored_readings(id)? else { return Ok(None) };
    let mut stored: BTreeMap<i64, StoredReading> = stored.into_iter().map(|(id, s)| (id.0, s)).collect();
    if stored.len() != story.reports.len() {
        return Ok(None);
    }
    let decided: BTreeSet<ReportId> = ledger.decided_reports()?.into_iter().collect();
    let (mut readings, mut names, mut given) = (Readings::default(), Vec::new(), Vec::new());
    for report in &story.reports {
        let Some(stored) = stored.remove(&report.key) else { return Ok(None) };
        let report = ReportId(report.key);
        if !decided.contains(&report) {
            readings.push_stored(stored);
            names.push(None);
            continue;
        }
        let Some(reviewed) = ledger.reviewed(report)? else { return Ok(None) };
        given.extend(values_given(report, &reviewed));
        let (reading, own) = reviewed.into_standing().split();
        readings.push(Arc::new(reading));
        names.push(Some(own));
    }
    let story = outlet_names(ledger)?.in_story(ledger, Arc::new(story))?;
    Ok(Some(Loaded::new(story, readings, names, given)))
}

/// The same, when all reports have been placed.
///
/// # Errors
/// As for [`load`].
pub fn load_placed(ledger: &Ledger, id: i64, as_of: Option<Date>) -> Result<Loaded, DeskError> {
    load_as_if(ledger, id, as_of, None)
}

/// The same, as if one more decision had been made about which speakers are one.
pub(crate) fn load_as_if(
    ledger: &Ledger,
    id: i64,
    as_of: Option<Date>,
    more: Option<(DecisionKind, &[Anchored])>,
) -> Result<Loaded, DeskError> {
    let stands = Stands::of_story(ledger, StoryId(id), None)?;
    let story = stands.compared(ledger, as_of, more)?;
    stands.with(ledger, Arc::new(story))
}

/// Compares the requested reports of a story, including revisions that are not the newest: at most one revision per
/// report, the newest of those requested. `None` if there is no such story.
///
/// # Errors
/// Those of the ledger.
pub fn load_where(
    ledger: &Ledger,
    id: i64,
    as_of: Option<Date>,
    wanted: &dyn Fn(&ReportLine) -> bool,
) -> Result<Option<Loaded>, DeskError> {
    if ledger.story(StoryId(id))?.is_none() {
        return Ok(None);
    }
    let filter = ReportFilter { story: Some(StoryId(id)), all_revisions: true, ..ReportFilter::default() };
    let mut newest: BTreeMap<ReportId, ReportLine> = BTreeMap::new();
    for line in ledger.reports(&filter)?.into_iter().filter(wanted) {
        match newest.get(&line.first) {
            Some(other) if other.revision >= line.revision => {}
            _ => drop(newest.insert(line.first, line)),
        }
    }
    let stands = Stands::of(ledger, newest.into_values().collect())?;
    let story = stands.compared(ledger, as_of, None)?;
    stands.with(ledger, Arc::new(story)).map(Some)
}

/// An entry that has the value that somebody gave it, with who did, by report.
type Given = (i64, EntryName, String);

fn values_given(report: ReportId, reviewed: &Reviewed) -> Vec<Given> {
    let by_person = |d: &Decided| {
        let valued = ["low", "best", "high", "category"].iter().any(|field| d.now.contains_key(*field));
        let decided = d.decision.as_ref().map(|verdict| verdict.words());
        // A headline takes over what was decided about the figure that it announces.
        let why = decided.or_else(|| Some(d.notes.last()?.text.clone()));
        Some((report.0, d.entry, why.filter(|_| valued || d.not_read)?))
    };
    reviewed.decided.values().filter_map(by_person).collect()
}

/// Readings as they stand, before they are compared.
#[derive(Default)]
struct Stands {
    readings: BTreeMap<i64, Arc<Reading>>,
    /// Names of the entries of reports about which people have decided something, or which were not fetched at once.
    names: BTreeMap<i64, Names>,
    /// Stored forms of the others, if they are to be remembered.
    bodies: BTreeMap<i64, Arc<[u8]>>,
    given: Vec<Given>,
}

impl Stands {
    /// The newest revisions of a story's reports; what is remembered of them is not decoded again.
    fn of_story(ledger: &Ledger, id: StoryId, before: Option<&Remembered>) -> Result<Self, DeskError> {
        ledger.story(id)?.ok_or(DeskError::NoStory(id.0))?;
        let Some(stored) = ledger.stored_readings(id)? else {
            let newest = ReportFilter { story: Some(id), ..ReportFilter::default() };
            return Self::of(ledger, ledger.reports(&newest)?);
        };
        let decided: BTreeSet<ReportId> = ledger.decided_reports()?.into_iter().collect();
        let mut stands = Self::default();
        for (report, stored) in stored {
            if decided.contains(&report) {
                stands.put(ledger, report, before)?;
                continue;
            }
            let known = before.and_then(|before| before.decoded(report.0, &stored));
            let (reading, body) = match known {
                Some((reading, body)) => (reading, Some(body)),
                None => {
                    let body = before.map(|_| Arc::from(stored.body()));
                    (Arc::new(stored.into_standing()?.reading), body)
                }
            };
            stands.bodies.extend(body.map(|body| (report.0, body)));
            stands.readings.insert(report.0, reading);
        }
        Ok(stands)
    }

    fn of(ledger: &Ledger, lines: Vec<ReportLine>) -> Result<Self, DeskError> {
        let mut stands = Self::default();
        for line in lines {
            stands.put(ledger, line.id, None)?;
        }
        Ok(stands)
    }

    fn put(
        &mut self,
        ledger: &Ledger,
        report: ReportId,
        before: Option<&Remembered>,
    ) -> Result<(), DeskError> {
        if let Some(reviewed) = ledger.reviewed(report)? {
            self.given.extend(values_given(report, &reviewed));
            let (reading, names) = reviewed.into_standing().split();
            let known = before.and_then(|before| before.same(report.0, &reading));
            self.readings.insert(report.0, known.unwrap_or_else(|| Arc::new(reading)));
            self.names.insert(report.0, names);
        }
        Ok(())
    }

    /// What they say together.
    fn compared(
        &self,
        ledger: &Ledger,
        as_of: Option<Date>,
        more: Option<(DecisionKind, &[Anchored])>,
    ) -> Result<Story, DeskError> {
        let constraints = constraints(ledger, &self.readings, more)?;
        let entries: Vec<Entry<'_>> =
            self.readings.iter().map(|(key, reading)| Entry { key: *key, reading }).collect();
        Ok(sayso_compare::story(&entries, &constraints, as_of))
    }

    /// They, to be remembered.
    fn known(&mut self) -> impl Iterator<Item = (i64, Known)> {
        let mut bodies = std::mem::take(&mut self.bodies);
        self.readings.iter().map(move |(key, reading)| {
            (*key, Known { reading: Arc::clone(reading), body: bodies.remove(key) })
        })
    }

    /// They, with what they say together, in which outlets have their names in the ledger.
    fn with(mut self, ledger: &Ledger, story: Arc<Story>) -> Result<Loaded, DeskError> {
        let story = outlet_names(ledger)?.in_story(ledger, story)?;
        let (mut readings, mut names) = (Readings::default(), Vec::new());
        for (key, reading) in story.reports.iter().filter_map(|r| self.readings.remove_entry(&r.key)) {
            readings.push(reading);
            names.push(self.names.remove(&key));
        }
        Ok(Loaded::new(story, readings, names, self.given))
    }
}

/// People's decisions about which speakers are one; of two decisions about a pair, the newer wins.
fn constraints(
    ledger: &Ledger,
    readings: &BTreeMap<i64, Arc<Reading>>,
    more: Option<(DecisionKind, &[Anchored])>,
) -> Result<Constraints, DeskError> {
    let mut decided: BTreeMap<(Who, Who), DecisionKind> = BTreeMap::new();
    let mut decide = |kind: DecisionKind, entries: &[Anchored]| {
        let who: Vec<Who> = entries
            .iter()
            .filter_map(|e| Some((e.report, SpeakerId::from(e.place(readings.get(&e.report)?)?))))
            .collect();
        for (n, a) in who.iter().enumerate() {
            for b in who.iter().skip(n + 1) {
                decided.insert((*a.min(b), *a.max(b)), kind);
            }
        }
    };
    for decision in ledger.decisions()? {
        let Subject::Entries(entries) = &decision.subject else { continue };
        let of_speakers = entries.iter().all(|e| e.kind == EntryKind::Speaker);
        if !of_speakers
            || decision.undone_by.is_some()
            || matches!(ledger.view(), View::Of(name) if name != decision.by)
            || !matches!(decision.kind, DecisionKind::Merge | DecisionKind::Split)
        {
            continue;
        }
        decide(decision.kind, entries);
    }
    if let Some((kind, entries)) = more {
        decide(kind, entries);
    }
    let pairs = |kind| decided.iter().filter(move |(_, k)| **k == kind).map(|(pair, _)| *pair).collect();
    Ok(Constraints { together: pairs(DecisionKind::Merge), apart: pairs(DecisionKind::Split) })
}

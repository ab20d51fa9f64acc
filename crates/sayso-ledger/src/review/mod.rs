//! The one place where people's decisions are applied to what was read.
//!
//! [`Reviewed`] is a reading as decided. Lists, exports, stories, briefs and pages are made from it and nothing else,
//! so that a decision changes all of them at once. The reader's own values stay next to the decided ones. Because a
//! decision refers to words and keeps what its author saw, it means the same after the report has been reread.

pub mod fields;
mod make;
mod standing;

use std::collections::BTreeMap;

use sayso_model::{ChainRole, Figure, Reading};
use schemars::JsonSchema;
use serde::Serialize;

pub use self::{
    fields::{Fields, ValueError},
    standing::{Names, Standing},
};
use crate::{Anchored, Decision, DecisionKind, EntryKind, EntryName, ReportId, Subject};

/// A reading, with what people decided about its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// All entries as decided: corrected values in place, added entries after those that were read. Rejected entries
    /// are included, so that every entry keeps its name.
    pub reading: Reading,
    /// What was decided about individual entries, by kind and position.
    pub decided: BTreeMap<EntryName, Decided>,
    /// Decisions about an entry that the reading no longer has.
    pub lost: Vec<Decision>,
}

/// What was decided about an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decided {
    /// The entry.
    pub entry: EntryName,
    /// The effective decision: the newest one; null if there are only notes or merges.
    pub decision: Option<Verdict>,
    /// Everyone who has accepted, corrected, rejected or added it, in the order of their first decisions.
    pub reviewed_by: Vec<String>,
    /// Fields whose values differ from what was read, with the values read; empty for an added entry.
    pub read: Fields,
    /// The same fields as decided.
    pub now: Fields,
    /// True if the report's current reading has no such entry, so that it rests on a person's word alone.
    pub not_read: bool,
    /// Notes.
    pub notes: Vec<Remark>,
}

impl Decided {
    fn new(entry: EntryName) -> Self {
        Self {
            entry,
            decision: None,
            reviewed_by: Vec::new(),
            read: Fields::new(),
            now: Fields::new(),
            not_read: false,
            notes: Vec::new(),
        }
    }
}

/// The effective decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Verdict {
    /// Its number.
    pub id: i64,
    /// The kind.
    pub what: Outcome,
    /// Who.
    pub by: String,
    /// When (RFC 3339).
    pub at: String,
    /// The reason.
    pub note: Option<String>,
}

impl Verdict {
    /// What was decided, by whom, when and why: `corrected by ida on 2025-06-12: asked again`.
    #[must_use]
    pub fn words(&self) -> String {
        let day = self.at.split('T').next().unwrap_or_default();
        let why = self.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        format!("{} by {} on {day}{why}", self.what.as_str(), self.by)
    }
}

/// The state of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is right as it is.
    Accepted,
    /// It has other values than were read.
    Corrected,
    /// It is not an entry.
    Rejected,
    /// The reader missed it.
    Added,
}

impl Outcome {
    /// The name of the state.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Corrected => "corrected",
            Self::Rejected => "rejected",
            Self::Added => "added",
        }
    }
}

/// A note on an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Remark {
    /// The decision that made it.
    pub id: i64,
    /// Who.
    pub by: String,
    /// When (RFC 3339).
    pub at: String,
    /// The words.
    pub text: String,
}

impl Reviewed {
    /// A reading about which nothing has been decided.
    #[must_use]
    pub fn plain(reading: Reading) -> Self {
        Self { reading, decided: BTreeMap::new(), lost: Vec::new() }
    }

    /// Applies the decisions in force, oldest first, to what was read. Of two decisions about one field, the newer
    /// wins.
    #[must_use]
    pub fn new(report: ReportId, read: Reading, decisions: &[Decision]) -> Self {
        let mut this = Self::plain(read);
        let about: Vec<(&Decision, &Anchored)> = decisions
            .iter()
            .filter(|d| d.undone_by.is_none())
            .flat_map(|d| match &d.subject {
                Subject::Entries(entries) => entries.iter().map(|e| (d, e)).collect::<Vec<_>>(),
                _ => Vec::new(),
            })
            .filter(|(_, entry)| entry.report == report.0)
            .collect();
        if about.is_empty() {
            return this;
        }
        let read = this.reading.clone();
        for (decision, anchored) in about {
            if !this.apply(decision, anchored) {
                this.lost.push(decision.clone());
            }
        }
        this.carry(&read);
        this.cascade();
        for (entry, decided) in &mut this.decided {
            let before = fields::fields(&read, *entry);
            let now = fields::fields(&this.reading, *entry);
            decided.not_read = before.is_empty();
            for (field, value) in before {
                if let Some(new) = now.get(&field).filter(|new| **new != value) {
                    decided.now.insert(field.clone(), new.clone());
                    decided.read.insert(field, value);
                }
            }
        }
        this
    }

    /// What was decided about an entry.
    #[must_use]
    pub fn of(&self, entry: EntryName) -> Option<&Decided> {
        self.decided.get(&entry)
    }

    /// The state of an entry; `None` if nobody has decided.
    #[must_use]
    pub fn outcome(&self, entry: EntryName) -> Option<Outcome> {
        self.of(entry)?.decision.as_ref().map(|verdict| verdict.what)
    }

    /// True for a rejected entry.
    #[must_use]
    pub fn is_rejected(&self, entry: EntryName) -> bool {
        self.outcome(entry) == Some(Outcome::Rejected)
    }

    /// The reading without what was rejected.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.clone().into_standing()
    }

    /// The same without a copy.
    #[must_use]
    pub fn into_standing(self) -> Standing {
        standing::of(self)
    }

    /// Applies one decision to one entry; false if it has no effect because the entry is missing.
    fn apply(&mut self, decision: &Decision, anchored: &Anchored) -> bool {
        let place = match decision.kind {
            DecisionKind::Add => self.same(anchored, decision.value.as_ref()),
            _ => anchored.place(&self.reading).map(|index| EntryName { kind: anchored.kind, index }),
        };
        let given = |value: Option<&serde_json::Value>| {
            value.and_then(|v| fields::of_value(anchored.kind, v).ok()).unwrap_or_default()
        };
        let (seen, value) = (given(decision.seen.as_ref()), given(decision.value.as_ref()));
        let (what, set) = match decision.kind {
            DecisionKind::Accept => (Some(Outcome::Accepted), seen),
            DecisionKind::Correct if place.is_none() => {
                (Some(Outcome::Corrected), seen.into_iter().chain(value).collect())
            }
            DecisionKind::Correct => (Some(Outcome::Corrected), value),
            DecisionKind::Add => (Some(Outcome::Added), value),
            DecisionKind::Reject => (Some(Outcome::Rejected), Fields::new()),
            DecisionKind::Note | DecisionKind::Merge | DecisionKind::Split => (None, Fields::new()),
            DecisionKind::Undo => return true,
        };
        // What a person has accepted or corrected stays even if a newer reader no longer finds it.
        let stays = matches!(decision.kind, DecisionKind::Add | DecisionKind::Accept | DecisionKind::Correct);
        let as_it_is = |entry: EntryName| {
            let now = fields::fields(&self.reading, entry);
            set.iter().all(|(field, value)| now.get(field) == Some(value))
        };
        let entry = match place {
            Some(entry) if as_it_is(entry) => entry,
            // An added entry may have no fields but its words; of others nothing would be left.
            None if !stays || (set.is_empty() && decision.kind != DecisionKind::Add) => return false,
            place => {
                let mut changed = self.reading.clone();
                let Ok(entry) = put(&mut changed, anchored, place, &set) else { return false };
                self.reading = changed;
                entry
            }
        };
        let decided = self.decided.entry(entry).or_insert_with(|| Decided::new(entry));
        let (id, by, at, note) = (decision.id, &decision.by, &decision.at, &decision.note);
        match (what, note) {
            (Some(what), _) => {
                if !decided.reviewed_by.contains(by) {
                    decided.reviewed_by.push(by.clone());
                }
                decided.decision =
                    Some(Verdict { id, what, by: by.clone(), at: at.clone(), note: note.clone() });
            }
            (None, Some(text)) => {
                decided.notes.push(Remark { id, by: by.clone(), at: at.clone(), text: text.clone() });
            }
            (None, None) => {}
        }
        true
    }

    /// Checks whether a decision can be made about an entry as it is here; returns what was seen: the fields before it.
    ///
    /// # Errors
    /// A value that the entry cannot take.
    pub(crate) fn check(
        &self,
        anchored: &Anchored,
        kind: DecisionKind,
        value: Option<&serde_json::Value>,
    ) -> Result<Option<Fields>, ValueError> {
        let place = anchored.place(&self.reading).map(|index| EntryName { kind: anchored.kind, index });
        let seen = place.map(|entry| fields::fields(&self.reading, entry));
        let set = |value| fields::of_value(anchored.kind, value);
        match (kind, value) {
            (DecisionKind::Correct, Some(value)) => {
                put(&mut self.reading.clone(), anchored, place, &set(value)?)?;
            }
            // Without a value it still has to have the fields that its kind needs.
            (DecisionKind::Add, value) => {
                let set = value.map(set).transpose()?.unwrap_or_default();
                put(&mut self.reading.clone(), anchored, None, &set)?;
            }
            _ => {}
        }
        Ok(seen)
    }

    /// The entry that an added one matches: the same words and, for figures, the same category, so that what a newer
    /// reader finds is not counted twice.
    pub(crate) fn same(&self, anchored: &Anchored, value: Option<&serde_json::Value>) -> Option<EntryName> {
        let index = anchored.place(&self.reading)?;
        let entry = EntryName { kind: anchored.kind, index };
        let wanted = value.and_then(|v| v.get("category")).and_then(serde_json::Value::as_str);
        let category = self.reading.figures.get(index).map(|f| f.category.as_str());
        (anchored.kind != EntryKind::Figure || wanted == category).then_some(entry)
    }

    /// Takes corrections of numbers over to the headlines that announce them: a headline counts for what its body says, and a
    /// corrected body would otherwise have its own headline against it.
    fn carry(&mut self, read: &Reading) {
        let central = |f: &Figure| f.best.or(f.low).or(f.high);
        let Some(headline) = read.report.head.headline.as_ref().and_then(|h| h.span) else { return };
        let announces = |f: &&Figure| f.span.overlaps(headline);
        let corrected: Vec<(usize, Verdict)> = self
            .decided
            .iter()
            .filter(|(e, _)| e.kind == EntryKind::Figure)
            .filter_map(|(e, d)| Some((e.index, d.decision.clone()?)))
            .filter(|(_, verdict)| verdict.what == Outcome::Corrected)
            .collect();
        for (index, verdict) in corrected {
            let (Some(before), Some(now)) =
                (read.figures.get(index), self.reading.figures.get(index).cloned())
            else {
                continue;
            };
            if announces(&before) || central(before) == central(&now) {
                continue;
            }
            let same = |f: &&Figure| f.category == before.category && central(f) == central(before);
            for announced in read.figures.iter().filter(announces).filter(same) {
                let entry = EntryName { kind: EntryKind::Figure, index: announced.id.index() };
                if self.outcome(entry).is_some() {
                    continue;
                }
                let Some(figure) = self.reading.figures.get_mut(entry.index) else { continue };
                (figure.low, figure.best, figure.high) = (now.low, now.best, now.high);
                (figure.low_exclusive, figure.high_exclusive) = (now.low_exclusive, now.high_exclusive);
                figure.approximate = now.approximate;
                figure.category = now.category.clone();
                self.decided.entry(entry).or_insert_with(|| Decided::new(entry)).notes.push(Remark {
                    id: verdict.id,
                    by: verdict.by.clone(),
                    at: verdict.at.clone(),
                    text: format!("announces f{index}, which was corrected by {}", verdict.by),
                });
            }
        }
    }

    /// Cleans up after rejected statements and speakers: a figure of a rejected statement falls to the outlet's own
    /// voice, and a rejected speaker becomes nobody named.
    fn cascade(&mut self) {
        let rejected = |kind: EntryKind| -> BTreeMap<usize, Verdict> {
            let of_kind = self.decided.iter().filter(|(e, _)| e.kind == kind && self.is_rejected(**e));
            of_kind.filter_map(|(e, decided)| Some((e.index, decided.decision.clone()?))).collect()
        };
        let (statements, speakers) = (rejected(EntryKind::Statement), rejected(EntryKind::Speaker));
        let own: Vec<usize> = self
            .decided
            .iter()
            .filter(|(e, d)| e.kind == EntryKind::Figure && d.decision.is_some())
            .map(|(e, _)| e.index)
            .collect();
        for (index, figure) in self.reading.figures.iter_mut().enumerate() {
            let by_statement =
                figure.statement.and_then(|id| Some((id.index(), statements.get(&id.index())?)));
            let by_speaker =
                figure.origin_speaker.and_then(|id| Some((id.index(), speakers.get(&id.index())?)));
            let (of_statement, of_speaker) = (by_statement.is_some(), by_speaker.is_some());
            // The figure says why it is on another word than was read.
            let why = by_statement.map(|(n, v)| (EntryKind::Statement, n, v));
            if let Some((kind, n, verdict)) = why.or(by_speaker.map(|(n, v)| (EntryKind::Speaker, n, v)))
                && !own.contains(&index)
                && figure.origin.is_some()
            {
                let entry = EntryName { kind: EntryKind::Figure, index };
                let cause = EntryName { kind, index: n };
                let note = verdict.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
                self.decided.entry(entry).or_insert_with(|| Decided::new(entry)).notes.push(Remark {
                    id: verdict.id,
                    by: verdict.by.clone(),
                    at: verdict.at.clone(),
                    text: format!("{} {cause} was rejected by {}{note}", kind.as_str(), verdict.by),
                });
            }
            if of_statement {
                figure.statement = None;
            }
            if (of_statement || of_speaker) && !own.contains(&index) {
                figure.origin = None;
                figure.origin_speaker = None;
                figure.origin_anonymous = false;
                if of_statement {
                    figure.via.clear();
                }
            }
        }
        if speakers.is_empty() {
            return;
        }
        for statement in &mut self.reading.statements {
            if statement.speaker.is_some_and(|id| speakers.contains_key(&id.index())) {
                statement.speaker = None;
            }
            let gone = |link: &sayso_model::ChainLink| {
                link.role != ChainRole::Outlet
                    && link.speaker.is_some_and(|id| speakers.contains_key(&id.index()))
            };
            for link in statement.chain.iter_mut().filter(|link| gone(link)) {
                link.speaker = None;
                link.name = None;
            }
        }
    }
}

/// Sets fields of an entry, or adds one that has them.
fn put(
    reading: &mut Reading,
    anchored: &Anchored,
    place: Option<EntryName>,
    set: &Fields,
) -> Result<EntryName, ValueError> {
    match place {
        Some(entry) => fields::set(reading, entry, set).map(|()| entry),
        None => make::add(reading, anchored.kind, anchored.span(), set),
    }
}

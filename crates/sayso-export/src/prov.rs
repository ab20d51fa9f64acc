//! W3C PROV: where each entry comes from. [`Provenance`] is the content; it is written here as PROV-JSON, and in
//! [`crate::prov_o`] as PROV-O.
//!
//! Reports, statements and figures are entities; speakers, outlets, people and the program are agents. A statement is
//! quoted from its report (`prov:Quotation`) and attributed to its speaker. What an outlet has from another's report
//! has that as its primary source (`prov:PrimarySource`). A newer text of a report is a revision (`prov:Revision`).
//! Reading a report, and a person's decision about an entry, are activities.

use std::{collections::BTreeMap, io::Write};

use sayso_ledger::{EntryKind, EntryName, Ledger, ReportId};
use sayso_model::{ChainRole, Number, SpeakerKind, story::StorySpeaker};
use serde_json::{Map, Value, json};

use crate::{
    ExportError,
    reports::{REPORT, TERMS, Told, line_key},
};

/// The kind of derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Derivation {
    Quotation,
    PrimarySource,
    Revision,
}

impl Derivation {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Quotation => "Quotation",
            Self::PrimarySource => "PrimarySource",
            Self::Revision => "Revision",
        }
    }
}

/// An entity, agent or activity: its kind and what is known about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Thing {
    /// A PROV term (`prov:Person`) or one of our own (`sayso:Report`).
    pub(crate) kind: String,
    pub(crate) label: Option<String>,
    /// Other attributes by name, using our own terms.
    pub(crate) more: Vec<(&'static str, Value)>,
    /// When an activity ended.
    pub(crate) ended: Option<String>,
}

/// Names are `report:KEY`, `entry:KEY.s0`, `agent:...`, `activity:...`.
#[derive(Debug, Default)]
pub(crate) struct Provenance {
    pub(crate) entities: BTreeMap<String, Thing>,
    pub(crate) agents: BTreeMap<String, Thing>,
    pub(crate) activities: BTreeMap<String, Thing>,
    /// Newer, older, how.
    pub(crate) derived: Vec<(String, String, Derivation)>,
    /// Entity, agent.
    pub(crate) attributed: Vec<(String, String)>,
    /// Entity, activity.
    pub(crate) generated: Vec<(String, String)>,
    /// Activity, entity.
    pub(crate) used: Vec<(String, String)>,
    /// Activity, agent.
    pub(crate) associated: Vec<(String, String)>,
    /// How many reports.
    pub(crate) reports: usize,
}

/// Namespaces of the names.
pub(crate) const SPACES: &[(&str, &str)] = &[
    ("sayso", TERMS),
    ("report", REPORT),
    ("entry", "urn:sayso:entry:"),
    ("agent", "urn:sayso:agent:"),
    ("activity", "urn:sayso:activity:"),
];

fn thing(kind: &str, label: Option<String>) -> Thing {
    Thing { kind: kind.to_owned(), label, more: Vec::new(), ended: None }
}

impl Provenance {
    pub(crate) fn of(ledger: &Ledger, stories: &[Told]) -> Result<Self, ExportError> {
        let mut this = Self::default();
        for told in stories {
            this.reports += told.loaded.story.reports.len();
            this.speakers(told);
            for place in 0..told.loaded.story.reports.len() {
                this.report(ledger, told, place)?;
            }
            this.handed_on(told);
        }
        Ok(this)
    }

    fn speakers(&mut self, told: &Told) {
        for (place, speaker) in told.loaded.story.speakers.iter().enumerate() {
            let mut agent = thing(agent_kind(speaker), Some(speaker.name.clone()));
            if speaker.anonymous {
                agent.more.push(("anonymous", true.into()));
            }
            self.agents.insert(speaker_name(told, place), agent);
        }
    }

    fn report(&mut self, ledger: &Ledger, told: &Told, place: usize) -> Result<(), ExportError> {
        let (Some(report), Some(reading)) =
            (told.loaded.story.reports.get(place), told.loaded.readings.get(place))
        else {
            return Ok(());
        };
        let key = told.key(place);
        let name = format!("report:{key}");
        let mut entity = thing("sayso:Report", report.headline.clone());
        entity.more.push(("textHash", report.text_hash.clone().into()));
        entity.more.extend(report.url.clone().map(|url| ("url", url.into())));
        entity.more.extend(report.published.map(|day| ("published", day.to_string().into())));
        let archived = ledger.archived(ReportId(report.key))?;
        entity.more.extend(archived.map(|kept| ("archived", kept.record.into())));
        self.entities.insert(name.clone(), entity);
        if let Some(outlet) = &report.outlet {
            let agent = format!("agent:outlet-{}", slug(outlet));
            self.agents
                .entry(agent.clone())
                .or_insert_with(|| thing("prov:Organization", Some(outlet.clone())));
            self.attributed.push((name.clone(), agent));
        }
        self.revisions(ledger, report.key, &name)?;
        let (reading_name, software) =
            (format!("activity:read-{key}"), format!("agent:{}", slug(&reading.reader)));
        self.activities.insert(reading_name.clone(), thing("sayso:Reading", None));
        self.agents
            .entry(software.clone())
            .or_insert_with(|| thing("prov:SoftwareAgent", Some(reading.reader.clone())));
        self.associated.push((reading_name.clone(), software));
        self.used.push((reading_name.clone(), name.clone()));
        let text = reading.report.text.as_str();
        for (index, statement) in reading.statements.iter().enumerate() {
            let entry = entry_name(told, place, EntryKind::Statement, index);
            let words: Vec<&str> = statement.content.iter().map(|span| span.cut(text)).collect();
            let mut entity = thing("sayso:Statement", Some(words.join(" … ")));
            entity.more.push(("modality", serde_json::to_value(statement.modality)?));
            entity.more.push(("polarity", serde_json::to_value(statement.polarity)?));
            self.entities.insert(entry.clone(), entity);
            let speaker = statement.speaker.and_then(|id| told.speaker_of(place, id));
            self.entry(told, &entry, &name, &reading_name, speaker);
        }
        for (index, figure) in reading.figures.iter().enumerate() {
            let entry = entry_name(told, place, EntryKind::Figure, index);
            let mut entity = thing("sayso:Figure", Some(figure.span.cut(text).to_owned()));
            entity.more.push(("category", figure.category.as_str().into()));
            for (bound, value) in [("low", figure.low), ("best", figure.best), ("high", figure.high)] {
                entity.more.extend(value.map(|value| (bound, number(value))));
            }
            let marks = [
                ("lowExclusive", figure.low_exclusive),
                ("highExclusive", figure.high_exclusive),
                ("approximate", figure.approximate),
                ("negated", figure.negated),
            ];
            entity.more.extend(marks.into_iter().filter(|(_, is)| *is).map(|(mark, _)| (mark, true.into())));
            entity.more.push(("modality", serde_json::to_value(figure.modality)?));
            for (name, value) in [("unit", &figure.unit), ("group", &figure.group)] {
                entity.more.extend(value.clone().map(|value| (name, value.into())));
            }
            self.entities.insert(entry.clone(), entity);
            let speaker = figure.origin_speaker.and_then(|id| told.speaker_of(place, id));
            self.entry(told, &entry, &name, &reading_name, speaker);
        }
        self.decisions(ledger, told, place, ReportId(report.key))
    }

    fn entry(&mut self, told: &Told, entry: &str, report: &str, reading: &str, speaker: Option<usize>) {
        self.derived.push((entry.to_owned(), report.to_owned(), Derivation::Quotation));
        self.generated.push((entry.to_owned(), reading.to_owned()));
        if let Some(speaker) = speaker {
            self.attributed.push((entry.to_owned(), speaker_name(told, speaker)));
        }
    }

    /// Each revision of a report is a revision of the text before it.
    fn revisions(&mut self, ledger: &Ledger, key: i64, name: &str) -> Result<(), ExportError> {
        let mut newer = name.to_owned();
        let revisions = ledger.revisions(ReportId(key))?;
        for line in revisions.iter().rev().filter(|line| line.id.0 < key) {
            let older = format!("report:{}", line_key(line));
            if older == newer {
                continue;
            }
            let mut entity = thing("sayso:Report", line.headline.clone());
            entity.more.push(("textHash", line.text_hash.clone().into()));
            entity.more.extend(line.published.clone().map(|day| ("published", day.into())));
            self.entities.entry(older.clone()).or_insert(entity);
            self.derived.push((newer, older.clone(), Derivation::Revision));
            newer = older;
        }
        Ok(())
    }

    /// What people decided about current entries.
    fn decisions(
        &mut self,
        ledger: &Ledger,
        told: &Told,
        place: usize,
        report: ReportId,
    ) -> Result<(), ExportError> {
        let Some(reviewed) = ledger.reviewed(report)? else { return Ok(()) };
        for decided in reviewed.decided.values() {
            let (Some(verdict), Some(index)) = (&decided.decision, told.loaded.index(place, decided.entry))
            else {
                continue;
            };
            let known = matches!(decided.entry.kind, EntryKind::Statement | EntryKind::Figure);
            if !known {
                continue;
            }
            let activity = format!("activity:decision-{}", verdict.id);
            let mut what = thing("sayso:Decision", Some(verdict.what.as_str().to_owned()));
            what.ended = Some(verdict.at.clone());
            what.more.extend(verdict.note.clone().map(|note| ("note", note.into())));
            // What a correction replaced, which the entry no longer says.
            if !decided.read.is_empty() {
                what.more.push(("asRead", Value::Object(decided.read.clone()).to_string().into()));
            }
            self.activities.insert(activity.clone(), what);
            let person = format!("agent:person-{}", slug(&verdict.by));
            self.agents
                .entry(person.clone())
                .or_insert_with(|| thing("prov:Person", Some(verdict.by.clone())));
            self.associated.push((activity.clone(), person));
            self.used.push((activity, entry_name(told, place, decided.entry.kind, index)));
        }
        Ok(())
    }

    /// A value that a report has from another in the ledger has that one as its primary source.
    fn handed_on(&mut self, told: &Told) {
        let claims = told.loaded.story.claims.iter();
        let points = claims.flat_map(|c| &c.series).flat_map(|s| &s.points);
        for appearance in points.flat_map(|p| &p.reports) {
            let report = appearance.mark.report;
            let source = appearance
                .chain
                .iter()
                .filter(|step| step.role != ChainRole::Outlet || step.report != Some(report))
                .find_map(|step| step.report.filter(|r| *r != report));
            if let Some(source) = source {
                let entry = entry_name(told, report, EntryKind::Figure, appearance.figure.index());
                let source = format!("report:{}", told.key(source));
                self.derived.push((entry, source, Derivation::PrimarySource));
            }
        }
    }
}

/// A value as a number of JSON, which is typed in both forms: whole if it is.
fn number(value: Number) -> Value {
    value.to_whole().map_or_else(|| value.to_f64().into(), Value::from)
}

fn agent_kind(speaker: &StorySpeaker) -> &'static str {
    match speaker.kind {
        SpeakerKind::Person => "prov:Person",
        SpeakerKind::Organization | SpeakerKind::Government | SpeakerKind::Outlet => "prov:Organization",
        SpeakerKind::Group | SpeakerKind::Document | SpeakerKind::Unknown => "prov:Agent",
    }
}

fn speaker_name(told: &Told, place: usize) -> String {
    format!("agent:story-{}-{place}", told.id)
}

fn entry_name(told: &Told, report: usize, kind: EntryKind, index: usize) -> String {
    let name: EntryName = told.loaded.name(report, kind, index);
    format!("entry:{}.{name}", told.key(report))
}

/// A name as the local part of a qualified name: letters and digits unchanged, everything else as its code point.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if c == ' ' {
            slug.push('-');
        } else {
            slug.push_str(&format!("_{:x}", u32::from(c)));
        }
    }
    slug
}

/// Writes PROV-JSON; returns the number of reports.
pub(crate) fn write(of: &Provenance, out: &mut (dyn Write + Send)) -> Result<usize, ExportError> {
    let qualified = |name: &str| json!({"$": name, "type": "prov:QUALIFIED_NAME"});
    let attributes = |thing: &Thing| {
        let mut all = Map::new();
        all.insert("prov:type".to_owned(), qualified(&thing.kind));
        all.extend(thing.label.clone().map(|label| ("prov:label".to_owned(), label.into())));
        all.extend(thing.ended.clone().map(|at| ("prov:endTime".to_owned(), at.into())));
        all.extend(thing.more.iter().map(|(name, value)| (format!("sayso:{name}"), value.clone())));
        Value::Object(all)
    };
    let things = |all: &BTreeMap<String, Thing>| {
        all.iter().map(|(name, thing)| (name.clone(), attributes(thing))).collect::<Map<_, _>>()
    };
    let pairs = |pairs: &[(String, String)], (first, second): (&str, &str), letter: &str| {
        let relation = |(n, (a, b)): (usize, &(String, String))| {
            (format!("_:{letter}{n}"), json!({first: a, second: b}))
        };
        pairs.iter().enumerate().map(relation).collect::<Map<_, _>>()
    };
    let derived: Map<String, Value> = of
        .derived
        .iter()
        .enumerate()
        .map(|(n, (newer, older, how))| {
            let kind = qualified(&format!("prov:{}", how.as_str()));
            let relation =
                json!({"prov:generatedEntity": newer, "prov:usedEntity": older, "prov:type": kind});
            (format!("_:d{n}"), relation)
        })
        .collect();
    let document = json!({
        "prefix": SPACES.iter().map(|(name, space)| ((*name).to_owned(), (*space).into())).collect::<Map<_, Value>>(),
        "entity": things(&of.entities),
        "agent": things(&of.agents),
        "activity": things(&of.activities),
        "wasDerivedFrom": derived,
        "wasAttributedTo": pairs(&of.attributed, ("prov:entity", "prov:agent"), "t"),
        "wasGeneratedBy": pairs(&of.generated, ("prov:entity", "prov:activity"), "g"),
        "used": pairs(&of.used, ("prov:activity", "prov:entity"), "u"),
        "wasAssociatedWith": pairs(&of.associated, ("prov:activity", "prov:agent"), "a"),
    });
    writeln!(out, "{}", serde_json::to_string_pretty(&document)?)?;
    Ok(of.reports)
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn different_names_stay_apart() {
        assert_eq!(slug("Valley News"), "valley-news");
        assert_ne!(slug("a.b"), slug("a:b"));
        assert!(slug("Größe/ü").chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'));
    }
}

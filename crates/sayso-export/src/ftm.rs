//! `FollowTheMoney`, for Aleph and `OpenAleph`: reports as `Article`, names in them as `Mention`.
//!
//! A name is only a Mention until a person has decided who it is (accepted, corrected or added the speaker, or merged
//! it with another). Then there is an entity for it, and its mentions resolve to that entity.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

use sayso_ledger::{DecisionKind, EntryKind, Ledger, Outcome, ReportId, Subject};
use sayso_model::SpeakerKind;
use serde_json::{Map, Value, json};

use crate::{ExportError, ninjs::is_body, reports::Told};

/// Writes one entity per line; returns the number of reports.
pub(crate) fn write(
    ledger: &Ledger,
    stories: &[Told],
    out: &mut (dyn Write + Send),
) -> Result<usize, ExportError> {
    let mut reports = 0;
    for told in stories {
        reports += told.loaded.story.reports.len();
        for place in 0..told.loaded.story.reports.len() {
            if let Some(entity) = article(told, place) {
                writeln!(out, "{entity}")?;
            }
        }
        let decided = decided(ledger, told)?;
        for (place, speaker) in told.loaded.story.speakers.iter().enumerate() {
            let Some(schema) = schema(speaker.kind) else { continue };
            let known: Vec<_> =
                speaker.members.iter().filter(|m| decided.contains(&(m.report, m.speaker.index()))).collect();
            // A person who is described but not named cannot be looked up, unless somebody has decided who it is; a body can
            // ("the fire brigade").
            if speaker.anonymous && !is_body(speaker.kind) && known.is_empty() {
                continue;
            }
            let resolved = known.first().map(|_| format!("sayso-story-{}-speaker-{place}", told.id));
            if let Some(id) = &resolved {
                let names: BTreeSet<&str> = known.iter().map(|m| m.name.as_str()).collect();
                let articles: Vec<String> = known.iter().map(|m| article_id(told, m.report)).collect();
                writeln!(
                    out,
                    "{}",
                    json!({"id": id, "schema": schema, "properties": {
                        "name": names, "proof": articles,
                    }})
                )?;
            }
            for member in &speaker.members {
                let is_decided = decided.contains(&(member.report, member.speaker.index()));
                let name = told.loaded.name(member.report, EntryKind::Speaker, member.speaker.index());
                let article = article_id(told, member.report);
                let mut properties: BTreeMap<&str, Value> = BTreeMap::from([
                    ("document", json!([article])),
                    ("name", json!([member.name])),
                    ("detectedSchema", json!([schema])),
                ]);
                if let (true, Some(id)) = (is_decided, &resolved) {
                    properties.insert("resolved", json!([id]));
                }
                let mention = json!({
                    "id": format!("{article}-{name}"), "schema": "Mention", "properties": properties
                });
                writeln!(out, "{mention}")?;
            }
        }
    }
    Ok(reports)
}

/// The schema of a kind of speaker; a group or a document is not a legal entity.
fn schema(kind: SpeakerKind) -> Option<&'static str> {
    match kind {
        SpeakerKind::Person => Some("Person"),
        SpeakerKind::Organization | SpeakerKind::Outlet => Some("Organization"),
        SpeakerKind::Government => Some("PublicBody"),
        SpeakerKind::Unknown => Some("LegalEntity"),
        SpeakerKind::Group | SpeakerKind::Document => None,
    }
}

fn article_id(told: &Told, place: usize) -> String {
    format!("sayso-{}", told.key(place))
}

fn article(told: &Told, place: usize) -> Option<Value> {
    let report = told.loaded.story.reports.get(place)?;
    let reading = told.loaded.readings.get(place)?;
    let head = &reading.report.head;
    let mut properties = Map::new();
    let mut put = |name: &str, values: Vec<String>| {
        if !values.is_empty() {
            properties.insert(name.to_owned(), json!(values));
        }
    };
    let one = |value: Option<String>| value.into_iter().collect::<Vec<_>>();
    put("title", one(report.headline.clone()));
    put("publisher", one(report.outlet.clone()));
    put("author", head.byline.iter().map(|by| by.value.clone()).collect());
    put("publishedAt", one(report.published.map(|d| d.to_string())));
    put("sourceUrl", one(report.url.clone()));
    let english = head.language.as_ref().is_some_and(|l| l.value.starts_with("en"));
    put("language", one(english.then(|| "eng".to_owned())));
    put("bodyText", vec![reading.report.text.clone()]);
    Some(json!({"id": article_id(told, place), "schema": "Article", "properties": properties}))
}

/// The speakers of reports whose identity a person has decided, by their positions.
fn decided(ledger: &Ledger, told: &Told) -> Result<BTreeSet<(usize, usize)>, ExportError> {
    let mut found = BTreeSet::new();
    let mut places: BTreeMap<i64, usize> = BTreeMap::new();
    for (place, report) in told.loaded.story.reports.iter().enumerate() {
        places.insert(report.key, place);
        let Some(reviewed) = ledger.reviewed(ReportId(report.key))? else { continue };
        for (entry, decided) in &reviewed.decided {
            let what = decided.decision.as_ref().map(|verdict| verdict.what);
            let said = matches!(what, Some(Outcome::Accepted | Outcome::Corrected | Outcome::Added));
            if entry.kind == EntryKind::Speaker && said {
                found.extend(told.loaded.index(place, *entry).map(|index| (place, index)));
            }
        }
    }
    let merges =
        ledger.decisions()?.into_iter().filter(|d| d.kind == DecisionKind::Merge && d.undone_by.is_none());
    for merge in merges {
        let Subject::Entries(entries) = &merge.subject else { continue };
        for entry in entries {
            let Some(place) = places.get(&entry.report) else { continue };
            let reading = told.loaded.readings.get(*place);
            found.extend(reading.and_then(|reading| entry.place(reading)).map(|index| (*place, index)));
        }
    }
    Ok(found)
}

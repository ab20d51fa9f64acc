//! What changed from one revision of a report to the next.

use std::collections::BTreeSet;

use sayso_model::Reading;
use serde::Serialize;
use serde_json::Value;

use crate::{EntryKind, Ledger, LedgerError, ReportId, ReportLine, fold};

/// One difference between two readings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was added.
    Came {
        /// The kind of entry.
        kind: EntryKind,
        /// Its words.
        now: String,
    },
    /// It was removed.
    Went {
        /// The kind of entry.
        kind: EntryKind,
        /// Its words.
        before: String,
    },
    /// It is still there but has changed.
    Changed {
        /// The kind of entry.
        kind: EntryKind,
        /// Its words before.
        before: String,
        /// Its words now.
        now: String,
        /// Names of the fields that differ.
        fields: Vec<String>,
    },
    /// A field of the head that differs.
    Head {
        /// Which field.
        field: &'static str,
        /// Its old value.
        before: Option<String>,
        /// Its new value.
        now: Option<String>,
    },
}

/// What one revision changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The previous revision.
    pub before: ReportId,
    /// The revision.
    pub now: ReportId,
    /// When it was added (RFC 3339).
    pub added_at: String,
    /// The differences: the head first, then by kind, in text order.
    pub changes: Vec<Change>,
}

impl Ledger {
    /// What each revision of a report changed, oldest first. Empty for a report with one revision.
    ///
    /// # Errors
    /// [`LedgerError::Unreadable`] for readings of a version that this one cannot read.
    pub fn changes(&self, report: ReportId) -> Result<Vec<Changes>, LedgerError> {
        let revisions = self.revisions(report)?;
        revisions
            .windows(2)
            .filter_map(|pair| if let [before, now] = pair { Some((before, now)) } else { None })
            .map(|(before, now)| self.between(before, now))
            .collect()
    }

    /// What a revision changed relative to the previous one; `None` for a first revision.
    ///
    /// # Errors
    /// As for [`Ledger::changes`].
    pub fn change(&self, revision: ReportId) -> Result<Option<Changes>, LedgerError> {
        let revisions = self.revisions(revision)?;
        let pair = revisions.windows(2).find(|pair| pair.last().is_some_and(|now| now.id == revision));
        let Some([before, now]) = pair else { return Ok(None) };
        self.between(before, now).map(Some)
    }

    fn between(&self, before: &ReportLine, now: &ReportLine) -> Result<Changes, LedgerError> {
        let mut changes = Vec::new();
        for (field, old, new) in [
            ("headline", &before.headline, &now.headline),
            ("outlet", &before.outlet, &now.outlet),
            ("published", &before.published, &now.published),
            ("url", &before.url, &now.url),
        ] {
            if old != new {
                changes.push(Change::Head { field, before: old.clone(), now: new.clone() });
            }
        }
        if let (Some(old), Some(new)) = (self.reading(before.id)?, self.reading(now.id)?) {
            for kind in EntryKind::ALL {
                changes.extend(compare(kind, &old, &new)?);
            }
        }
        Ok(Changes { before: before.id, now: now.id, added_at: now.added_at.clone(), changes })
    }
}

/// An entry in the form in which it is compared.
struct Entry {
    words: String,
    /// What it is about, whatever its value: entries that share this are one changed entry.
    about: String,
    fields: Vec<(String, Value)>,
}

fn compare(kind: EntryKind, old: &Reading, new: &Reading) -> Result<Vec<Change>, LedgerError> {
    let mut before: Vec<Option<Entry>> = entries(kind, old)?.into_iter().map(Some).collect();
    let mut now: Vec<Option<Entry>> = entries(kind, new)?.into_iter().map(Some).collect();
    // The same words with the same fields are the same entry, wherever they are.
    pair(&mut before, &mut now, |a, b| a.words == b.words && a.fields == b.fields);
    let mut changes: Vec<Change> = Vec::new();
    for same in [
        (|a, b| a.words == b.words) as fn(&Entry, &Entry) -> bool,
        |a, b| !a.about.is_empty() && a.about == b.about && near(&a.words, &b.words),
        |a, b| !a.about.is_empty() && a.about == b.about,
        |a, b| near(&a.words, &b.words),
    ] {
        for (a, b) in pair(&mut before, &mut now, same) {
            let fields = a
                .fields
                .iter()
                .zip(&b.fields)
                .filter(|(x, y)| x != y)
                .map(|(x, _)| x.0.clone())
                .chain((a.words != b.words).then(|| "words".to_owned()))
                .collect();
            changes.push(Change::Changed { kind, before: a.words, now: b.words, fields });
        }
    }
    changes.extend(before.into_iter().flatten().map(|e| Change::Went { kind, before: e.words }));
    changes.extend(now.into_iter().flatten().map(|e| Change::Came { kind, now: e.words }));
    Ok(changes)
}

/// Removes the pairs that are the same, each entry at most once, in order.
fn pair(
    before: &mut [Option<Entry>],
    now: &mut [Option<Entry>],
    same: impl Fn(&Entry, &Entry) -> bool,
) -> Vec<(Entry, Entry)> {
    let mut pairs = Vec::new();
    for a in before.iter_mut() {
        let Some(old) = a.as_ref() else { continue };
        let found = now.iter_mut().find(|b| b.as_ref().is_some_and(|new| same(old, new)));
        if let Some(new) = found.and_then(Option::take)
            && let Some(old) = a.take()
        {
            pairs.push((old, new));
        }
    }
    pairs
}

/// True if the two share at least half of their combined words.
fn near(a: &str, b: &str) -> bool {
    let (a, b) = (fold(a), fold(b));
    let (a, b): (BTreeSet<&str>, BTreeSet<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    let shared = a.intersection(&b).count();
    shared * 2 >= a.union(&b).count()
}

/// Entries of a kind, with the fields that matter to a reader. Ids and positions vary between readings and are left
/// out.
fn entries(kind: EntryKind, reading: &Reading) -> Result<Vec<Entry>, LedgerError> {
    let text = reading.report.text.as_str();
    let speaker = |id: Option<sayso_model::SpeakerId>| {
        id.and_then(|id| reading.speakers.get(id.index())).map(|s| s.name.clone())
    };
    let words = |index| kind.span(reading, index).map_or_else(String::new, |s| s.cut(text).to_owned());
    let field = |name: &str, value: Value| (name.to_owned(), value);
    let mut out = Vec::new();
    for index in 0..kind.count(reading) {
        let (about, fields) = match kind {
            EntryKind::Statement => {
                let Some(s) = reading.statements.get(index) else { continue };
                let name = speaker(s.speaker);
                let fields = vec![
                    field("speaker", name.clone().into()),
                    field("modality", serde_json::to_value(s.modality)?),
                    field("polarity", serde_json::to_value(s.polarity)?),
                    field("said_on", serde_json::to_value(s.said_on)?),
                ];
                // One speaker says many things, so the speaker alone does not identify a statement.
                (String::new(), fields)
            }
            EntryKind::Figure => {
                let Some(f) = reading.figures.get(index) else { continue };
                let counted = f.counted.map_or("", |s| s.cut(text));
                let fields = vec![
                    field("low", serde_json::to_value(f.low)?),
                    field("best", serde_json::to_value(f.best)?),
                    field("high", serde_json::to_value(f.high)?),
                    field("category", serde_json::to_value(&f.category)?),
                    field("origin", f.origin.clone().into()),
                    field("said_on", serde_json::to_value(f.said_on)?),
                    field("as_of", serde_json::to_value(f.as_of)?),
                ];
                let group = f.group.as_deref().unwrap_or(counted);
                (format!("{} of {}", f.category.as_str(), fold(group)), fields)
            }
            EntryKind::Speaker => {
                let Some(s) = reading.speakers.get(index) else { continue };
                let roles: Vec<&str> = s.roles.iter().map(|r| r.title.as_str()).collect();
                let fields = vec![
                    field("kind", serde_json::to_value(s.kind)?),
                    field("roles", serde_json::to_value(roles)?),
                ];
                out.push(Entry { words: s.name.clone(), about: fold(&s.name), fields });
                continue;
            }
            EntryKind::CommentRequest => {
                let Some(c) = reading.comment_requests.get(index) else { continue };
                let asked: Vec<&str> = c.asked.iter().map(|a| a.name.as_str()).collect();
                let fields = vec![
                    field("outcome", serde_json::to_value(c.outcome)?),
                    field("asked", serde_json::to_value(&asked)?),
                ];
                (fold(&asked.join(" ")), fields)
            }
            EntryKind::Expectation => {
                let Some(e) = reading.expected.get(index) else { continue };
                (
                    String::new(),
                    vec![
                        field("modality", serde_json::to_value(e.modality)?),
                        field("by", serde_json::to_value(e.by)?),
                    ],
                )
            }
            EntryKind::Correction => {
                let Some(c) = reading.corrections.get(index) else { continue };
                (String::new(), vec![field("of", c.of.clone().into())])
            }
        };
        out.push(Entry { words: words(index), about, fields });
    }
    Ok(out)
}

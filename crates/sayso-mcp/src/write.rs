//! `add` and `decide`: offered only if the server was started with write access.

use sayso_desk::Request;
use sayso_ledger::{Added, DecisionKind, EntryKind, Ledger, Prepared, Provenance, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    answer::{Answer, Refusal},
    read::Text,
    resource,
};

/// Whose decisions they are: an assistant's decisions are distinguished from people's.
pub(crate) const BY: &str = sayso_desk::ASSISTANT;

/// The outcome of adding a report.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Put {
    /// "added", "known" or "revised".
    status: &'static str,
    report: i64,
    /// Resource with the report.
    resource: String,
}

pub(crate) fn add(ledger: &mut Ledger, asked: &Text) -> Answer<Put> {
    let reading = asked.read()?;
    // Texts about which nothing else is known are distinguished by themselves: one is not a revision of another.
    let origin = format!("{BY} {}", reading.report.raw_hash);
    let added = ledger.add(&Prepared::read(reading, Provenance { origin, ..Provenance::default() })?)?;
    sayso_desk::catch_up(ledger)?;
    let status = match added {
        Added::Added(_) => "added",
        Added::Known(_) => "known",
        Added::Revised { .. } => "revised",
    };
    Ok(Put { status, report: added.id().0, resource: resource::report(added.id().0) })
}

/// A decision.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decide {
    decision: DecisionKind,
    /// The entries that it is about ("12:f3"); for merge and split, speakers ("12:p1"); for add, a report; for undo,
    /// the number of a decision.
    entries: Vec<String>,
    /// For correct and add: fields with their values ({"best": 300}).
    #[serde(default)]
    value: Option<Map<String, Value>>,
    /// The reason; for note, the note itself.
    #[serde(default)]
    note: Option<String>,
    /// For add: the kind of entry.
    #[serde(default)]
    kind: Option<EntryKind>,
    /// For add: the entry's words in the report.
    #[serde(default)]
    words: Option<String>,
    /// For add: which occurrence of these words, counted from 1.
    #[serde(default)]
    nth: Option<usize>,
}

/// The decisions that were made.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Decided {
    /// Their numbers, by which they can be undone.
    decisions: Vec<i64>,
    by: &'static str,
}

pub(crate) fn decide(ledger: &mut Ledger, asked: &Decide) -> Answer<Decided> {
    if asked.decision == DecisionKind::Undo {
        own_only(ledger, &asked.entries)?;
    }
    if asked.decision == DecisionKind::Note && asked.value.is_some() {
        return Err(Refusal(
            "only people may rate whether a claim is true; note why you doubt it".to_owned(),
        ));
    }
    let request = Request {
        by: BY.to_owned(),
        kind: asked.decision,
        entries: asked.entries.clone(),
        value: asked.value.clone().map(Value::Object),
        note: asked.note.clone(),
        added: asked.kind,
        words: asked.words.clone(),
        nth: asked.nth,
        new_category: false,
    };
    Ok(Decided { decisions: sayso_desk::decide(ledger, &request, View::Common)?, by: BY })
}

/// People's decisions are theirs to undo.
fn own_only(ledger: &Ledger, numbers: &[String]) -> Answer<()> {
    for number in numbers.iter().filter_map(|n| n.parse().ok()) {
        let by = ledger.decision(number)?.by;
        if by != BY {
            return Err(Refusal(format!(
                "decision {number} was made by {by}; an assistant can undo only its own"
            )));
        }
    }
    Ok(())
}

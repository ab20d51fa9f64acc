//! What one speaker has said, and through whom.

use std::collections::BTreeSet;

use sayso_ledger::{
    Decided, EntryKind, EntryName, Fates, FoundStatement, Ledger, LedgerError, ReportId, Reviewed,
    StatementFate, fates_of, fates_of_statement,
};
use sayso_model::ChainRole;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    DeskError, in_stories,
    lists::{fate, own_first},
};

/// What is found under a name.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Who {
    /// False if the ledger has no speaker of that name, which is different from a speaker to whom nothing is
    /// attributed.
    pub known: bool,
    /// What was said, in chronological order.
    pub said: Vec<Said>,
}

/// A statement in a list, with how it reached the outlet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Said {
    /// What was found.
    #[serde(flatten)]
    pub found: FoundStatement,
    /// Who relayed it, nearest to the speaker first, the outlet last.
    pub via: Vec<String>,
    /// What has happened to its figures since.
    pub status: Vec<StatementFate>,
    /// The statement itself, with spans in code points.
    #[schemars(with = "Option<sayso_model::Statement>")]
    pub entry: Value,
    /// What was decided about it.
    pub decided: Option<Decided>,
}

/// Everything that the speakers of a name have said; what people rejected only on request.
///
/// # Errors
/// Those of the ledger.
pub fn who(ledger: &mut Ledger, name: &str, with_rejected: bool) -> Result<Who, DeskError> {
    LedgerError::if_nothing("speaker", name)?;
    let speakers = ledger.speakers(name)?;
    let mut said = Vec::new();
    let statements = ledger.statements_of(&speakers, with_rejected)?;
    let reports: BTreeSet<ReportId> = statements.iter().map(|found| found.report).collect();
    let shown = in_stories(ledger, reports)?;
    let mut fates = shown.fates;
    // Statements of one report usually come together; those of another day may be parted from them.
    let mut last: Option<(ReportId, Option<Reviewed>)> = None;
    let mut merged = BTreeSet::new();
    for mut found in statements {
        shown.outlets.put(&mut found.outlet);
        let fates = fates.entry(found.report).or_default();
        if last.as_ref().is_none_or(|(id, _)| *id != found.report) {
            let reviewed = ledger.reviewed(found.report)?;
            if let Some(reviewed) = reviewed.as_ref().filter(|_| merged.insert(found.report)) {
                own_first(fates, fates_of(found.report, reviewed));
                fates.retain(|figure, _| !reviewed.is_rejected(*figure));
            }
            last = Some((found.report, reviewed));
        }
        let reviewed = last.as_ref().and_then(|(_, reviewed)| reviewed.as_ref());
        said.push(one(found, reviewed, fates)?);
    }
    Ok(Who { known: !speakers.is_empty(), said })
}

fn one(found: FoundStatement, reviewed: Option<&Reviewed>, fates: &Fates) -> Result<Said, DeskError> {
    let index = found.statement.index();
    let reading = reviewed.map(|r| &r.reading);
    let statement = reading.and_then(|r| r.statements.get(index));
    let entry = match (statement, reading) {
        (Some(statement), Some(reading)) => sayso_model::json::with_exact(statement, &reading.report.text)?,
        _ => Value::Null,
    };
    let relays = statement
        .map_or(&[][..], |s| s.chain.as_slice())
        .iter()
        .rev()
        .filter(|link| link.role == ChainRole::Relay && link.speaker != Some(found.speaker))
        .map(|link| link.name.clone().unwrap_or_else(|| "(unnamed)".to_owned()));
    let via = relays.chain(found.outlet.clone()).collect();
    let name = EntryName { kind: EntryKind::Statement, index };
    let status = statement.map(|s| fates_of_statement(s, fates)).unwrap_or_default();
    Ok(Said { via, status, entry, decided: reviewed.and_then(|r| r.of(name)).cloned(), found })
}

impl Said {
    /// `12:s0`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.found.report, self.found.statement)
    }

    /// Its status in words: how certain it is, what has happened to its figures, and what people decided.
    #[must_use]
    pub fn standing(&self) -> String {
        let s = &self.found;
        let modality = Some(s.modality.as_str()).filter(|m| *m != "asserted").map(str::to_owned);
        let negated = (s.polarity.as_deref() == Some("negative")).then(|| "negated".to_owned());
        let part = s.part_of.map(|id| format!("part of {id}"));
        let decision = s.decision.as_ref().map(|what| {
            let by = s.reviewed_by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
            format!("{what}{by}")
        });
        let before = [modality, negated, part].into_iter().flatten();
        let since = self.status.iter().map(|s| format!("{} {}", s.figure, fate(&s.fate)));
        before.chain(since).chain(decision).collect::<Vec<_>>().join("; ")
    }
}

//! `sayso who`: all that one speaker has said, and through whom.

use std::process::ExitCode;

use sayso_ledger::{EntryKind, EntryName, FoundStatement, Ledger, ReportId, Reviewed};
use sayso_model::ChainRole;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs},
    output,
};

/// Show all that one speaker has said, and through whom.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name, abbreviation or part of the name of a speaker
    name: String,
    #[command(flatten)]
    seen: ViewArgs,
    /// What people rejected too
    #[arg(long)]
    with_rejected: bool,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Prints statements in the order of saying.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let ledger = args.seen.open(&args.ledger)?;
    let speakers = ledger.speakers(&args.name)?;
    let found = ledger.statements_of(&speakers, args.with_rejected)?;
    let mut readings = Readings::new(&ledger);
    if args.json {
        for statement in &found {
            let mut value = serde_json::to_value(statement)?;
            let via = readings.via(statement)?;
            let whole = readings.json(statement)?;
            let decided = readings.decided(statement)?;
            if let Some(object) = value.as_object_mut() {
                object.insert("via".to_owned(), via.into());
                object.insert("entry".to_owned(), whole);
                object.insert("decided".to_owned(), decided);
            }
            output::json_line(&value)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        let said = if speakers.is_empty() {
            "is no speaker in this ledger"
        } else {
            "is named, but nothing is attributed to that name"
        };
        output::complain(&format!("'{}' {said}", args.name));
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = Vec::new();
    for s in &found {
        rows.push(vec![
            s.said_on.clone().unwrap_or_else(|| "-".to_owned()),
            s.name.clone(),
            s.content.clone(),
            standing(s),
            readings.via(s)?.join(" < "),
            format!("{}:{}", s.report, s.statement),
            s.published.clone().unwrap_or_else(|| "-".to_owned()),
        ]);
    }
    output::table(&["said", "speaker", "content", "status", "through", "entry", "published"], rows)?;
    Ok(ExitCode::SUCCESS)
}

/// What is to be known of how a statement stands: how certain it is made to be, and what people decided.
fn standing(s: &FoundStatement) -> String {
    let modality = Some(s.modality.as_str()).filter(|m| *m != "asserted").map(str::to_owned);
    let negated = (s.polarity.as_deref() == Some("negative")).then(|| "negated".to_owned());
    let part = s.part_of.map(|id| format!("part of {id}"));
    let decision = s.decision.as_ref().map(|what| {
        let by = s.reviewed_by.as_deref().map(|by| format!(" by {by}")).unwrap_or_default();
        format!("{what}{by}")
    });
    [modality, negated, part, decision].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// The reading of the report that was asked for last: statements of one report come together more often than not.
struct Readings<'l> {
    ledger: &'l Ledger,
    last: Option<(ReportId, Reviewed)>,
}

impl<'l> Readings<'l> {
    fn new(ledger: &'l Ledger) -> Self {
        Self { ledger, last: None }
    }

    fn get(&mut self, id: ReportId) -> Result<Option<&Reviewed>, Failure> {
        if self.last.as_ref().is_none_or(|(last, _)| *last != id) {
            self.last = self.ledger.reviewed(id)?.map(|reviewed| (id, reviewed));
        }
        Ok(self.last.as_ref().filter(|(last, _)| *last == id).map(|(_, reviewed)| reviewed))
    }

    /// Who handed it on, nearest to the speaker first, the outlet last.
    fn via(&mut self, s: &FoundStatement) -> Result<Vec<String>, Failure> {
        let outlet = s.outlet.clone();
        let Some(reviewed) = self.get(s.report)? else { return Ok(outlet.into_iter().collect()) };
        let statement = reviewed.reading.statements.get(s.statement.index());
        let chain = statement.map_or(&[][..], |x| x.chain.as_slice());
        let relays = chain
            .iter()
            .rev()
            .filter(|link| link.role == ChainRole::Relay && link.speaker != Some(s.speaker))
            .map(|link| link.name.clone().unwrap_or_else(|| "(unnamed)".to_owned()));
        Ok(relays.chain(outlet).collect())
    }

    fn json(&mut self, s: &FoundStatement) -> Result<serde_json::Value, Failure> {
        Ok(match self.get(s.report)? {
            Some(Reviewed { reading, .. }) => match reading.statements.get(s.statement.index()) {
                Some(entry) => sayso_model::json::with_exact(entry, &reading.report.text)?,
                None => serde_json::Value::Null,
            },
            None => serde_json::Value::Null,
        })
    }

    fn decided(&mut self, s: &FoundStatement) -> Result<serde_json::Value, Failure> {
        let entry = EntryName { kind: EntryKind::Statement, index: s.statement.index() };
        Ok(serde_json::to_value(self.get(s.report)?.and_then(|reviewed| reviewed.of(entry)))?)
    }
}

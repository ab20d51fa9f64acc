//! `sayso decide`: what a person says about an entry; kept with an audit trail.

use std::process::ExitCode;

use clap::ValueEnum;
use sayso_ledger::{Anchored, DecisionKind, EntryKind, NewDecision, Subject};

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// Accept, correct or reject an entry, merge or split speakers, undo a decision, or list the decisions.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What is decided; without it the decisions are listed
    #[arg(value_enum, requires = "entries")]
    decision: Option<What>,
    /// REPORT:ENTRY, as `sayso figures` and `sayso who` print it (`12:f3`, `12:s0`); for merge and split two or more
    /// speakers, as `sayso story ID --speakers` prints them (`12:p1 13:p0`); for undo a decision's number
    #[arg(value_name = "ENTRY")]
    entries: Vec<String>,
    /// For correct: what it should be, as JSON (`{"best": 300}`)
    #[arg(long, value_name = "JSON")]
    value: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Who decides
    #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
    by: String,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// The entry is right
    Accept,
    /// The entry should be what --value says
    Correct,
    /// The entry is wrong
    Reject,
    /// The speakers are one
    Merge,
    /// The speakers are not one
    Split,
    /// An earlier decision no longer holds
    Undo,
}

/// Keeps the decision or lists all.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.ledger.open()?;
    let (Some(what), Some(entry)) = (args.decision, args.entries.first()) else {
        let all = ledger.decisions()?;
        if args.json {
            for decision in &all {
                output::json_line(&serde_json::to_value(decision)?)?;
            }
        } else {
            let rows = all
                .into_iter()
                .map(|d| {
                    let about = match &d.subject {
                        Subject::Entries(entries) => entries
                            .iter()
                            .map(|e| format!("{}: {}", e.report, e.exact))
                            .collect::<Vec<_>>()
                            .join("; "),
                        Subject::Reports(ids) => format!("reports {ids:?}"),
                        Subject::Decision(id) => format!("decision {id}"),
                    };
                    let undone = d.undone_by.map_or_else(String::new, |id| format!("undone by {id}"));
                    vec![
                        d.id.to_string(),
                        d.at,
                        d.by,
                        format!("{:?}", d.kind).to_lowercase(),
                        about,
                        d.note.unwrap_or_default(),
                        undone,
                    ]
                })
                .collect();
            output::table(&["decision", "at", "by", "what", "about", "note", ""], rows)?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let kind = match what {
        What::Accept => DecisionKind::Accept,
        What::Correct => DecisionKind::Correct,
        What::Reject => DecisionKind::Reject,
        What::Merge => DecisionKind::Merge,
        What::Split => DecisionKind::Split,
        What::Undo => DecisionKind::Undo,
    };
    let several = matches!(what, What::Merge | What::Split);
    if several != (args.entries.len() > 1) {
        let wanted = if several { "two speakers or more" } else { "one entry" };
        return Err(Failure::Other(format!("this decision is about {wanted}, not {}", args.entries.len())));
    }
    let subject = if what == What::Undo {
        let id =
            entry.parse().map_err(|_| Failure::Other(format!("'{entry}' is no number of a decision")))?;
        Subject::Decision(id)
    } else {
        let about: Vec<Anchored> =
            args.entries.iter().map(|entry| anchored(&ledger, entry)).collect::<Result<_, _>>()?;
        if several && about.iter().any(|e| e.kind != EntryKind::Speaker) {
            return Err(Failure::Other("only speakers (REPORT:p0) can be merged or split".to_owned()));
        }
        Subject::Entries(about)
    };
    let value = args
        .value
        .as_deref()
        .map(serde_json::from_str)
        .transpose()
        .map_err(|e| Failure::Other(format!("--value is not JSON: {e}")))?;
    if what == What::Correct && value.is_none() {
        return Err(Failure::Other("say what it should be with --value JSON".to_owned()));
    }
    let id =
        ledger.decide(&NewDecision { by: args.by.clone(), kind, subject, value, note: args.note.clone() })?;
    output::text(&format!("decision {id}\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn anchored(ledger: &sayso_ledger::Ledger, entry: &str) -> Result<Anchored, Failure> {
    let wrong =
        || Failure::Other(format!("'{entry}' is not an entry of the form REPORT:f0, REPORT:s0 or REPORT:p0"));
    let (report, id) = entry.rsplit_once(':').ok_or_else(wrong)?;
    let kind = match id.as_bytes().first() {
        Some(b'f') => EntryKind::Figure,
        Some(b's') => EntryKind::Statement,
        Some(b'p') => EntryKind::Speaker,
        _ => return Err(wrong()),
    };
    let index: usize = id.get(1..).and_then(|n| n.parse().ok()).ok_or_else(wrong)?;
    let report = ledger.find(report)?;
    let reading = ledger
        .reading(report)?
        .ok_or_else(|| Failure::Other(format!("report {report} has not been read")))?;
    Anchored::new(report, &reading, kind, index)
        .ok_or_else(|| Failure::Other(format!("report {report} has no entry {id}")))
}

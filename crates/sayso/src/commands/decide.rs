//! `sayso decide`: what a person says about an entry; kept with an audit trail.

use std::process::ExitCode;

use clap::ValueEnum;
use sayso_ledger::{Anchored, Decision, DecisionKind, EntryKind, Ledger, NewDecision, ReportId, Subject};
use serde_json::Value;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs},
    output,
};

/// Accept, correct, reject or add an entry, note on one, merge or split speakers, undo a decision, or list the decisions.
///
/// A decision counts in every list, export, brief and chart at once, and after `sayso reread`; what was read stays beside it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sayso decide accept 12:f3 12:f4
  sayso decide accept '12:f*'                       every figure of report 12
  sayso decide correct 12:f3 --value '{\"low\": 40, \"best\": null}' --note 'at least'
  sayso decide reject 12:f5 --note 'a year, no count'
  sayso decide add 12 --kind figure --words 'some 300 people' --value '{\"category\": \"displaced\", \"best\": 300, \"approximate\": true}'
  sayso decide note 12:s0 --note 'asked the ministry'
  sayso decide merge 12:p1 14:p0
  sayso decide undo 7
  sayso decide --json                               the whole trail")]
pub(crate) struct Args {
    /// What is decided; without it the decisions are listed
    #[arg(value_enum, requires = "entries")]
    decision: Option<What>,
    /// REPORT:ENTRY, as `sayso figures`, `who` and `show` print it (`12:f3`, `12:s0`), `12:f*` for all figures; for merge
    /// and split two or more speakers (`12:p1 13:p0`); for add a report; for undo a decision's number
    #[arg(value_name = "ENTRY")]
    entries: Vec<String>,
    /// For correct and add: fields with their values, as JSON (`{"best": 300}`)
    #[arg(long, value_name = "JSON")]
    value: Option<String>,
    /// Why; for note the remark itself
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// For add: what sort of entry
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// For add: the words of the report that it is
    #[arg(long, value_name = "TEXT")]
    words: Option<String>,
    /// For add: which of several places with these words, counted from 1
    #[arg(long, value_name = "COUNT")]
    nth: Option<usize>,
    /// Who decides
    #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
    by: String,
    #[command(flatten)]
    seen: ViewArgs,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// The entries are right as they are shown
    Accept,
    /// The entry should have the values of --value
    Correct,
    /// The entries are wrong
    Reject,
    /// The words are an entry that was missed
    Add,
    /// A remark that changes nothing
    Note,
    /// The speakers are one
    Merge,
    /// The speakers are not one
    Split,
    /// An earlier decision no longer holds
    Undo,
}

/// Sorts of entries that can be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A number with what it counts
    Figure,
    /// Who says what
    Statement,
    /// Somebody whose word is given
    Speaker,
    /// Somebody was asked for comment
    CommentRequest,
    /// Something expected next
    Expectation,
    /// Something taken back
    Correction,
}

/// Keeps the decisions or lists all.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.ledger.open()?;
    let Some(what) = args.decision else {
        list(args, &ledger)?;
        return Ok(ExitCode::SUCCESS);
    };
    let value: Option<Value> = args
        .value
        .as_deref()
        .map(serde_json::from_str)
        .transpose()
        .map_err(|e| Failure::Other(format!("--value is not JSON: {e}")))?;
    check(args, what, value.as_ref())?;
    let kind = match what {
        What::Accept => DecisionKind::Accept,
        What::Correct => DecisionKind::Correct,
        What::Reject => DecisionKind::Reject,
        What::Add => DecisionKind::Add,
        What::Note => DecisionKind::Note,
        What::Merge => DecisionKind::Merge,
        What::Split => DecisionKind::Split,
        What::Undo => DecisionKind::Undo,
    };
    let by = args.seen.name.as_ref().unwrap_or(&args.by).clone();
    for subject in subjects(args, &ledger, what)? {
        let new =
            NewDecision { by: by.clone(), kind, subject, value: value.clone(), note: args.note.clone() };
        let id = ledger.decide_in(&new, args.seen.view())?;
        output::text(&format!("decision {id}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What has to be given with a decision, and what cannot be.
fn check(args: &Args, what: What, value: Option<&Value>) -> Result<(), Failure> {
    let wrong = |message: &str| Err(Failure::Other(message.to_owned()));
    let valued = matches!(what, What::Correct | What::Add);
    match what {
        What::Correct if value.is_none() => {
            return wrong("say what it should be with --value, as in --value '{\"best\": 300}'");
        }
        What::Add if args.kind.is_none() || args.words.is_none() => {
            return wrong("say what is added with --kind, and the report's words with --words");
        }
        What::Note if args.note.as_ref().is_none_or(|note| note.trim().is_empty()) => {
            return wrong("say what there is to note with --note");
        }
        _ if !valued && value.is_some() => {
            return wrong("--value goes with correct and add only");
        }
        _ => {}
    }
    let count = args.entries.len();
    match what {
        What::Merge | What::Split if count < 2 => {
            wrong("this decision is about two speakers or more, not one")
        }
        What::Correct | What::Note | What::Add | What::Undo if count != 1 => {
            Err(Failure::Other(format!("this decision is about one entry, not {count}")))
        }
        _ => Ok(()),
    }
}

/// What each decision is about.
fn subjects(args: &Args, ledger: &Ledger, what: What) -> Result<Vec<Subject>, Failure> {
    if what == What::Undo {
        return args
            .entries
            .iter()
            .map(|entry| {
                let id = entry.parse();
                id.map(Subject::Decision)
                    .map_err(|_| Failure::Other(format!("'{entry}' is no number of a decision")))
            })
            .collect();
    }
    if what == What::Add {
        let entry = args.entries.first().map_or("", String::as_str);
        return Ok(vec![Subject::Entries(vec![selected(args, ledger, entry)?])]);
    }
    let mut about: Vec<Anchored> = Vec::new();
    for entry in &args.entries {
        about.extend(sayso_desk::named(ledger, args.seen.view(), entry)?);
    }
    if matches!(what, What::Merge | What::Split) {
        if about.iter().any(|e| e.kind != EntryKind::Speaker) {
            return Err(Failure::Other("only speakers (REPORT:p0) can be merged or split".to_owned()));
        }
        return Ok(vec![Subject::Entries(about)]);
    }
    Ok(about.into_iter().map(|entry| Subject::Entries(vec![entry])).collect())
}

/// The words of a report that --words names.
fn selected(args: &Args, ledger: &Ledger, report: &str) -> Result<Anchored, Failure> {
    let kind = match args.kind {
        Some(Kind::Figure) | None => EntryKind::Figure,
        Some(Kind::Statement) => EntryKind::Statement,
        Some(Kind::Speaker) => EntryKind::Speaker,
        Some(Kind::CommentRequest) => EntryKind::CommentRequest,
        Some(Kind::Expectation) => EntryKind::Expectation,
        Some(Kind::Correction) => EntryKind::Correction,
    };
    let words = args.words.as_deref().unwrap_or("");
    Ok(sayso_desk::selected(ledger, args.seen.view(), report, kind, words, args.nth)?)
}

/// The trail, with what has come of each decision.
fn list(args: &Args, ledger: &Ledger) -> Result<(), Failure> {
    let all: Vec<Decision> = ledger.decisions()?;
    let all = all.into_iter().filter(|d| args.seen.name.as_ref().is_none_or(|name| d.by == *name));
    let mut rows = Vec::new();
    for d in all {
        let lost = is_lost(ledger, &d)?;
        if args.json {
            let mut value = serde_json::to_value(&d)?;
            if let Some(object) = value.as_object_mut() {
                object.insert("lost".to_owned(), lost.into());
            }
            output::json_line(&value)?;
            continue;
        }
        let about = match &d.subject {
            Subject::Entries(entries) => {
                entries.iter().map(|e| format!("{}: {}", e.report, e.exact)).collect::<Vec<_>>().join("; ")
            }
            Subject::Reports(ids) => format!("reports {ids:?}"),
            Subject::Decision(id) => format!("decision {id}"),
        };
        let state = match d.undone_by {
            Some(id) => format!("undone by {id}"),
            None if lost => "its entry is read no more".to_owned(),
            None => String::new(),
        };
        rows.push(vec![
            d.id.to_string(),
            d.at,
            d.by,
            d.kind.word().to_owned(),
            about,
            d.value.map(|v| v.to_string()).unwrap_or_default(),
            d.note.unwrap_or_default(),
            state,
        ]);
    }
    if !args.json {
        output::table(&["decision", "at", "by", "what", "about", "value", "note", ""], rows)?;
    }
    Ok(())
}

/// True for a decision that holds and changes nothing, since its report's reading has no such entry any more.
fn is_lost(ledger: &Ledger, decision: &Decision) -> Result<bool, Failure> {
    let Subject::Entries(entries) = &decision.subject else { return Ok(false) };
    let (Some(first), None) = (entries.first(), decision.undone_by) else { return Ok(false) };
    let reviewed = ledger.reviewed(ReportId(first.report))?;
    Ok(reviewed.is_some_and(|r| r.lost.iter().any(|lost| lost.id == decision.id)))
}

//! `sayso decide`: a person's decision about an entry, kept with an audit trail.

use std::process::ExitCode;

use clap::ValueEnum;
use sayso_desk::Request;
use sayso_ledger::{DecisionKind, EntryKind, Ledger, Subject};
use serde_json::Value;

use crate::{
    config,
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs},
    output,
};

/// Accept, correct, reject, add or note on an entry, merge or split speakers, join or split stories, undo a decision,
/// or list the decisions.
///
/// A decision takes effect in every list, export, brief and chart at once, and survives `sayso reread`; what was read
/// stays next to it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sayso decide accept 12:f3 12:f4
  sayso decide accept '12:f*'                       every figure of report 12
  sayso decide correct 12:f3 --value '{\"low\": 40, \"best\": null}' --note 'at least'
  sayso decide reject 12:f5 --note 'a year, no count'
  sayso decide add 12 --kind figure --words 'some 300 people' --value '{\"category\": \"displaced\", \"best\": 300, \"approximate\": true}'
  sayso decide add 12 --kind speaker --words 'the harbour master'
  sayso decide note 12:s0 --note 'asked the ministry'
  sayso decide note 12:s0 --note 'the registry says otherwise' --value '{\"rating\": \"False\"}'
  sayso decide merge 12:p1 14:p0
  sayso decide join-story 3 40                      stories 3 and 40 are one
  sayso decide split-story 12 13                    reports 12 and 13 are about a different event than the rest of their story
  sayso decide undo 7
  sayso decide --json                               the whole audit trail")]
pub(crate) struct Args {
    /// The decision; if left out, the decisions are listed
    #[arg(value_enum, requires = "entries")]
    decision: Option<What>,
    /// REPORT:ENTRY, as `sayso figures`, `who` and `show` print it (`12:f3`, `12:s0`), or `12:f*` for all figures; for
    /// merge and split, two or more speakers (`12:p1 13:p0`); for join-story, story numbers; for split-story and add,
    /// reports; for undo, the number of a decision
    #[arg(value_name = "ENTRY")]
    entries: Vec<String>,
    /// For correct and add: fields with their values, as JSON (`{"best": 300}`); for note: your rating of its truth
    /// (`{"rating": "Mostly false", "value": 2, "worst": 1, "best": 5, "url": "https://..."}`)
    #[arg(long, value_name = "JSON")]
    value: Option<String>,
    /// The reason; for note, the note itself
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// For add: the kind of entry
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// For add: the entry's words in the report
    #[arg(long, value_name = "TEXT")]
    words: Option<String>,
    /// For add: which occurrence of these words, counted from 1
    #[arg(long, value_name = "COUNT")]
    nth: Option<usize>,
    /// For correct and add: the category may be one that sayso does not assign; without this it counts as a slip
    #[arg(long)]
    new_category: bool,
    /// Who decides (default: your user name)
    #[arg(long, value_name = "NAME", env = "SAYSO_BY")]
    by: Option<String>,
    #[command(flatten)]
    seen: ViewArgs,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// Mark the entries as correct
    Accept,
    /// The entry should have the values of --value
    Correct,
    /// The entries are wrong
    Reject,
    /// The words are an entry that the reader missed
    Add,
    /// A note, which changes nothing
    Note,
    /// The speakers are one
    Merge,
    /// The speakers are not one
    Split,
    /// The stories are one
    JoinStory,
    /// The reports are about a different event than the rest of their story, and become a story of their own
    SplitStory,
    /// An earlier decision no longer holds
    Undo,
}

/// Kinds of entries that can be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A number, and what it counts
    Figure,
    /// Who says what
    Statement,
    /// Somebody who is quoted or cited
    Speaker,
    /// A request for comment
    CommentRequest,
    /// Something expected next
    Expectation,
    /// Something taken back
    Correction,
}

/// Records the decisions, or lists them all.
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
        .map_err(|e| Failure::Usage(format!("--value is not JSON: {e}")))?;
    let request = Request {
        by: args.seen.name.clone().or_else(|| args.by.clone()).unwrap_or_else(config::user),
        kind: what.into(),
        entries: what.entries(&args.entries),
        value,
        note: args.note.clone(),
        added: args.kind.map(EntryKind::from),
        words: args.words.clone(),
        nth: args.nth,
        new_category: args.new_category,
    };
    for id in sayso_desk::decide(&mut ledger, &request, args.seen.view())? {
        output::text(&format!("decision {id}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl What {
    /// What it is about, as [`Request`] names it.
    fn entries(self, named: &[String]) -> Vec<String> {
        let lead = match self {
            Self::JoinStory => "story:",
            Self::SplitStory => "report:",
            _ => "",
        };
        named.iter().map(|name| format!("{lead}{name}")).collect()
    }
}

impl From<What> for DecisionKind {
    fn from(what: What) -> Self {
        match what {
            What::Accept => Self::Accept,
            What::Correct => Self::Correct,
            What::Reject => Self::Reject,
            What::Add => Self::Add,
            What::Note => Self::Note,
            What::Merge | What::JoinStory => Self::Merge,
            What::Split | What::SplitStory => Self::Split,
            What::Undo => Self::Undo,
        }
    }
}

impl From<Kind> for EntryKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Figure => Self::Figure,
            Kind::Statement => Self::Statement,
            Kind::Speaker => Self::Speaker,
            Kind::CommentRequest => Self::CommentRequest,
            Kind::Expectation => Self::Expectation,
            Kind::Correction => Self::Correction,
        }
    }
}

/// The audit trail, with the state of each decision.
fn list(args: &Args, ledger: &Ledger) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for kept in sayso_desk::trail(ledger, args.seen.name.as_deref())? {
        if args.json {
            output::json_line(&serde_json::to_value(&kept)?)?;
            continue;
        }
        let word = kept.decision.word();
        let d = kept.decision;
        let about = match &d.subject {
            Subject::Entries(entries) => {
                entries.iter().map(|e| format!("{}: {}", e.report, e.exact)).collect::<Vec<_>>().join("; ")
            }
            Subject::Reports(ids) => {
                format!("reports {}", ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", "))
            }
            Subject::Decision(id) => format!("decision {id}"),
        };
        let state = match d.undone_by {
            Some(id) => format!("undone by {id}"),
            None if kept.lost => "its entry is no longer found".to_owned(),
            None => String::new(),
        };
        rows.push(vec![
            d.id.to_string(),
            d.at,
            d.by,
            word.to_owned(),
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

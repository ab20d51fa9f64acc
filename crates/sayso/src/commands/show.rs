//! `sayso show`: one report with all that is kept about it.

use std::{fmt::Write, process::ExitCode};

use sayso_ledger::{Change, Changes, Decision, EntryKind, Ledger, LedgerError, ReportId, Stored};
use sayso_model::{Reading, Stated};
use serde_json::json;

use crate::{failure::Failure, ledger::LedgerArgs, output};

/// Show one report: head, text, entries, decisions, revisions.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Number, beginning of the text's hash, or address
    report: String,
    /// Show what each revision changed instead
    #[arg(long)]
    changes: bool,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the report or its changes.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let ledger = args.ledger.open()?;
    let id = ledger.find(&args.report)?;
    if args.changes {
        let changes = ledger.changes(id)?;
        if args.json {
            for change in &changes {
                output::json_line(&serde_json::to_value(change)?)?;
            }
        } else {
            output::text(&changes_text(id, &changes))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let stored = ledger.report(id)?.ok_or_else(|| LedgerError::NoReport(args.report.clone()))?;
    let reading = ledger.reading(id)?;
    let decisions = match &reading {
        Some(reading) => ledger.decisions_in(id, reading)?,
        None => Vec::new(),
    };
    if args.json {
        let entry = match &reading {
            Some(reading) => sayso_model::json::with_exact(reading, &stored.report.text)?,
            None => json!({ "report": sayso_model::json::with_exact(&stored.report, &stored.report.text)? }),
        };
        let decisions: Vec<_> = decisions
            .iter()
            .map(|(decision, index)| Ok(json!({"decision": serde_json::to_value(decision)?, "index": index})))
            .collect::<Result<_, serde_json::Error>>()?;
        output::json_line(&json!({
            "ledger": serde_json::to_value(&stored.line)?, "reading": entry, "decisions": decisions
        }))?;
    } else {
        output::text(&report_text(&ledger, &stored, reading.as_ref(), &decisions)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn report_text(
    ledger: &Ledger,
    stored: &Stored,
    reading: Option<&Reading>,
    decisions: &[(Decision, Option<usize>)],
) -> Result<String, Failure> {
    let mut out = String::new();
    let head = &stored.report.head;
    let value = |v: &Option<Stated<String>>| v.as_ref().map(|s| (s.value.clone(), format!("{:?}", s.from)));
    let mut field = |name: &str, v: Option<(String, String)>| {
        if let Some((value, from)) = v {
            let _ = writeln!(out, "{name:<10} {} [{}]", output::printable(&value), from.to_lowercase());
        }
    };
    field("headline", value(&head.headline));
    field("outlet", value(&head.outlet));
    for name in &head.byline {
        field("byline", Some((name.value.clone(), format!("{:?}", name.from))));
    }
    field("dateline", value(&head.dateline));
    field("published", head.published.as_ref().map(|d| (d.value.to_string(), format!("{:?}", d.from))));
    field("url", value(&head.url));
    field("language", value(&head.language));
    let line = &stored.line;
    let _ = writeln!(out, "{:<10} {} {}", "report", line.id, line.text_hash.get(..12).unwrap_or(""));
    let _ = writeln!(out, "{:<10} {}", "from", output::printable(&line.origin));
    let revisions = ledger.revisions(line.id)?;
    if revisions.len() > 1 {
        let all: Vec<String> = revisions.iter().map(|r| r.id.to_string()).collect();
        let _ = writeln!(
            out,
            "{:<10} {} of {} (reports {}; --changes shows what changed)",
            "revision",
            line.revision,
            revisions.len(),
            all.join(", ")
        );
    }
    for diagnostic in stored.report.diagnostics.iter().chain(reading.into_iter().flat_map(|r| &r.diagnostics))
    {
        let _ = writeln!(out, "{:<10} {}", "note", output::printable(&diagnostic.message));
    }
    let text = output::printable_lines(&stored.report.text);
    let _ = write!(out, "\n{text}\n");
    if let Some(reading) = reading {
        for kind in EntryKind::ALL {
            for index in 0..kind.count(reading) {
                let words = match kind {
                    EntryKind::Speaker => reading.speakers.get(index).map_or("", |s| s.name.as_str()),
                    _ => kind.span(reading, index).map_or("", |s| s.cut(&reading.report.text)),
                };
                let held: Vec<String> = decisions
                    .iter()
                    .filter(|(decision, at)| *at == Some(index) && is_about(decision, kind))
                    .map(|(d, _)| {
                        format!("{:?} by {} on {}", d.kind, output::printable(&d.by), d.at).to_lowercase()
                    })
                    .collect();
                let mark = if held.is_empty() { String::new() } else { format!(" [{}]", held.join("; ")) };
                let heading = if index == 0 { format!("\n{}\n", kind.as_str()) } else { String::new() };
                let whose = whose_word(reading, kind, index);
                let id = entry_id(kind, index);
                let _ = writeln!(out, "{heading}  {id:>4}  {}{whose}{mark}", output::printable(words));
            }
        }
    }
    let lost = decisions.iter().filter(|(_, at)| at.is_none()).count();
    if lost > 0 {
        let _ = writeln!(
            out,
            "\n{lost} decisions are about entries that this reading no longer has; they are kept."
        );
    }
    Ok(out)
}

/// An entry's name, as `sayso decide` takes it; entries that nothing is decided about have a number only.
fn entry_id(kind: EntryKind, index: usize) -> String {
    match kind {
        EntryKind::Statement => format!("s{index}"),
        EntryKind::Figure => format!("f{index}"),
        EntryKind::Speaker => format!("p{index}"),
        _ => index.to_string(),
    }
}

/// Whose word a statement or figure is, and a figure's category.
fn whose_word(reading: &Reading, kind: EntryKind, index: usize) -> String {
    let name = |name: Option<&str>| name.map_or_else(|| "nobody named".to_owned(), output::printable);
    match kind {
        EntryKind::Figure => reading.figures.get(index).map_or_else(String::new, |f| {
            let whose = match &f.statement {
                Some(_) => name(f.origin.as_deref()),
                None => f.origin.as_deref().map_or_else(|| "the outlet".to_owned(), output::printable),
            };
            format!(" ({}, on the word of {whose})", f.category.as_str())
        }),
        EntryKind::Statement => reading.statements.get(index).map_or_else(String::new, |s| {
            let speaker = s.speaker.and_then(|id| reading.speakers.get(id.index())).map(|p| p.name.as_str());
            format!(" (said by {})", name(speaker))
        }),
        _ => String::new(),
    }
}

fn is_about(decision: &Decision, kind: EntryKind) -> bool {
    matches!(&decision.subject, sayso_ledger::Subject::Entries(entries) if entries.iter().any(|e| e.kind == kind))
}

fn changes_text(id: ReportId, all: &[Changes]) -> String {
    if all.is_empty() {
        return format!("report {id} has one revision\n");
    }
    let mut out = String::new();
    for changes in all {
        let _ = writeln!(out, "report {} to {}, added {}", changes.before, changes.now, changes.added_at);
        if changes.changes.is_empty() {
            let _ = writeln!(out, "  no entry came, went or changed");
        }
        for change in &changes.changes {
            let _ = match change {
                Change::Came { kind, now } => {
                    writeln!(out, "  + {}: {}", kind.as_str(), output::printable(now))
                }
                Change::Went { kind, before } => {
                    writeln!(out, "  - {}: {}", kind.as_str(), output::printable(before))
                }
                Change::Changed { kind, before, now, fields } => writeln!(
                    out,
                    "  ~ {}: {} -> {} ({})",
                    kind.as_str(),
                    output::printable(before),
                    output::printable(now),
                    fields.join(", ")
                ),
                Change::Head { field, before, now } => writeln!(
                    out,
                    "  ~ {field}: {} -> {}",
                    output::printable(before.as_deref().unwrap_or("-")),
                    output::printable(now.as_deref().unwrap_or("-"))
                ),
            };
        }
    }
    out
}

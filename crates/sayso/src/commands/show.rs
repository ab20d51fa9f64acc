//! `sayso show`: one report with everything that is kept about it.

use std::{fmt::Write, process::ExitCode};

use sayso_desk::ReportView;
use sayso_ledger::{Change, Changes, Decided, EntryKind, EntryName, Ledger, Outcome, ReportId, Subject};
use sayso_model::{Reading, Stated};

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs},
    output,
};

/// Show one report: head, text, entries, decisions, revisions.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Number, prefix of the text's hash, or URL
    report: String,
    /// Show instead what each revision changed
    #[arg(long)]
    changes: bool,
    #[command(flatten)]
    seen: ViewArgs,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the report or its changes.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.seen.open(&args.ledger)?;
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
    let view = sayso_desk::report(&mut ledger, id)?;
    if args.json {
        output::json_line(&view.json()?)?;
    } else {
        output::text(&report_text(&ledger, &view)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn report_text(ledger: &Ledger, view: &ReportView) -> Result<String, Failure> {
    let ReportView { stored, fates, .. } = view;
    let reviewed = view.reviewed.as_ref();
    let reading = reviewed.map(|r| &r.reading);
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
    if let Some(kept) = &line.archived {
        let record = format!("{} in {}, {}", kept.record, kept.file, kept.digest);
        let _ = writeln!(out, "{:<10} {}", "archived", output::printable(&record));
    }
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
    if let Some(reviewed) = reviewed {
        let reading = &reviewed.reading;
        for kind in EntryKind::ALL {
            for index in 0..kind.count(reading) {
                let words = match kind {
                    EntryKind::Speaker => reading.speakers.get(index).map_or("", |s| s.name.as_str()),
                    _ => kind.span(reading, index).map_or("", |s| s.cut(&reading.report.text)),
                };
                let entry = EntryName { kind, index };
                let happened = fates
                    .get(&entry)
                    .into_iter()
                    .flatten()
                    .map(|fate| output::printable(&sayso_desk::fate(fate)));
                let held: Vec<String> =
                    happened.chain(reviewed.of(entry).into_iter().flat_map(decided)).collect();
                let mark = if held.is_empty() { String::new() } else { format!(" [{}]", held.join("; ")) };
                let heading = if index == 0 { format!("\n{}\n", kind.as_str()) } else { String::new() };
                let whose = whose_word(reading, kind, index);
                let id = entry.to_string();
                let _ = writeln!(out, "{heading}  {id:>4}  {}{whose}{mark}", output::printable(words));
            }
        }
    }
    for lost in reviewed.into_iter().flat_map(|r| &r.lost) {
        let words = match &lost.subject {
            Subject::Entries(entries) => entries.first().map_or("", |e| e.exact.as_str()),
            _ => "",
        };
        let _ = writeln!(
            out,
            "\ndecision {} ({} by {}) is kept but has no effect: the entry '{}' is no longer found",
            lost.id,
            lost.kind.word(),
            output::printable(&lost.by),
            output::printable(words)
        );
    }
    Ok(out)
}

/// What people decided about an entry: what, who, when, why, and what was read before.
fn decided(decided: &Decided) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(v) = &decided.decision {
        let why = v.note.as_ref().map(|note| format!(": {}", output::printable(note))).unwrap_or_default();
        all.push(format!("{} by {} on {}{why}", v.what.as_str(), output::printable(&v.by), v.at));
        for (field, value) in &decided.read {
            let now = decided.now.get(field).cloned().unwrap_or_default();
            all.push(output::printable(&format!("{field} read as {value}, now {now}")));
        }
        if decided.not_read && v.what != Outcome::Added {
            all.push("no longer found".to_owned());
        }
    }
    all.extend(decided.notes.iter().map(|n| {
        format!("note by {} on {}: {}", output::printable(&n.by), n.at, output::printable(&n.text))
    }));
    all
}

/// On whose word a statement or figure is, and a figure's category.
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

fn changes_text(id: ReportId, all: &[Changes]) -> String {
    if all.is_empty() {
        return format!("report {id} has one revision\n");
    }
    let mut out = String::new();
    for changes in all {
        let _ = writeln!(out, "report {} to {}, added {}", changes.before, changes.now, changes.added_at);
        if changes.changes.is_empty() {
            let _ = writeln!(out, "  no entry was added, removed or changed");
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

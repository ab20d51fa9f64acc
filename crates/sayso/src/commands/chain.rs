//! `sayso chain`: the way from the outlet to the origin.

use std::process::ExitCode;

use sayso_desk::Loaded;
use sayso_ledger::{EntryKind, EntryName, ReportId};
use sayso_model::{
    ChainRole, Figure, Reading,
    story::{Appearance, Step, StoryMark},
};
use serde_json::json;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs},
    output::{self, printable},
};

/// Show the way from the outlet to the origin of a figure or statement, through the ledger's own reports.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// REPORT:ENTRY, as `sayso figures` and `sayso who` print it (`12:f3`, `12:s0`)
    entry: String,
    #[command(flatten)]
    seen: ViewArgs,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints one step a line.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let malformed = || {
        Failure::Other(format!(
            "'{}' names no entry; expected REPORT:fN or REPORT:sN, as in 12:f3",
            args.entry
        ))
    };
    let (report, entry) = args.entry.split_once(':').ok_or_else(malformed)?;
    let report: i64 = report.parse().map_err(|_| malformed())?;
    let name = EntryName::parse(entry).ok_or_else(malformed)?;
    let mut ledger = args.seen.open(&args.ledger)?;
    sayso_desk::catch_up(&mut ledger)?;
    let story = ledger.story_of(ReportId(report))?.ok_or_else(|| {
        Failure::Other(format!("there is no report {report} in the ledger; `sayso reports` lists them"))
    })?;
    let loaded = sayso_desk::load(&mut ledger, story.0, None)?;
    let index = loaded.story.reports.iter().position(|r| r.key == report).ok_or_else(|| {
        Failure::Other(format!("report {report} has a newer revision; ask for an entry of that one"))
    })?;
    let reading = loaded.readings.get(index).ok_or_else(malformed)?;
    let rejected = ledger.reviewed(ReportId(report))?.is_some_and(|r| r.is_rejected(name));
    if rejected {
        return Err(Failure::Other(format!(
            "{report}:{name} has been rejected; `sayso show {report}` says by whom"
        )));
    }
    let number = loaded.index(index, name).unwrap_or(usize::MAX);
    let steps = match name.kind {
        EntryKind::Figure => reading
            .figures
            .get(number)
            .ok_or_else(|| {
                Failure::Other(format!(
                    "report {report} has no figure {name}; `sayso show {report}` lists them"
                ))
            })
            .map(|f| steps_of(&loaded, index, reading, f))?,
        EntryKind::Statement => {
            let statement = reading.statements.get(number).ok_or_else(|| {
                Failure::Other(format!(
                    "report {report} has no statement {name}; `sayso show {report}` lists them"
                ))
            })?;
            // A statement that holds a figure goes the figure's way, which has been followed through the ledger.
            statement
                .figures
                .iter()
                .find_map(|f| figure_chain(&loaded, index, *f))
                .map_or_else(|| own_steps(&loaded, index, statement), |a| a.chain.clone())
        }
        _ => return Err(malformed()),
    };
    let texts = loaded.texts();
    for step in &steps {
        let key = |r: usize| loaded.story.reports.get(r).map(|r| r.key);
        if args.json {
            let evidence: Vec<_> = step
                .evidence
                .iter()
                .map(|m| {
                    let text = texts.get(m.report).copied().unwrap_or("");
                    Ok(json!({"report": key(m.report), "span": sayso_model::json::with_exact(&m.span, text)?}))
                })
                .collect::<Result<_, serde_json::Error>>()?;
            output::json_line(&json!({
                "role": step.role, "name": step.name, "report": step.report.and_then(key), "evidence": evidence
            }))?;
        } else {
            let role = match step.role {
                ChainRole::Outlet => "outlet",
                ChainRole::Relay => "relay",
                ChainRole::Origin => "origin",
            };
            let own = step.report.and_then(key).map(|k| format!("  report {k}")).unwrap_or_default();
            let shown: Vec<String> = step
                .evidence
                .iter()
                .map(|m| {
                    let words = texts.get(m.report).map_or("", |t| m.span.cut(t));
                    format!(
                        "\"{}\" ({}:{}-{})",
                        printable(words),
                        key(m.report).unwrap_or(0),
                        m.span.start,
                        m.span.end
                    )
                })
                .collect();
            let name = printable(step.name.as_deref().unwrap_or("nobody named"));
            output::text(&format!("{role:<7} {name}{own}  {}\n", shown.join(", ")))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The way of a figure: as its claim follows it; of one in a headline, that of the figure of the body that it announces; of
/// one that stands in no claim (expected, denied, taken back), as its own statement tells it, else the outlet alone.
fn steps_of(loaded: &Loaded, report: usize, reading: &Reading, figure: &Figure) -> Vec<Step> {
    let central = |f: &Figure| f.best.or(f.low).or(f.high);
    let headline = reading.report.head.headline.as_ref().and_then(|h| h.span);
    let announced = || {
        headline.filter(|h| h.overlaps(figure.span))?;
        let same = |f: &&Figure| f.category == figure.category && central(f) == central(figure);
        let told = reading.figures.iter().filter(same).find(|f| f.id != figure.id)?;
        figure_chain(loaded, report, told.id)
    };
    let found = figure_chain(loaded, report, figure.id).or_else(announced);
    let statement = || figure.statement.and_then(|id| reading.statements.get(id.index()));
    found.map(|a| a.chain.clone()).or_else(|| Some(own_steps(loaded, report, statement()?))).unwrap_or_else(
        || {
            let name = loaded.story.reports.get(report).and_then(|r| r.outlet.clone());
            vec![Step {
                role: ChainRole::Outlet,
                name,
                speaker: None,
                report: Some(report),
                evidence: vec![StoryMark { report, span: figure.span }],
            }]
        },
    )
}

fn figure_chain(loaded: &Loaded, report: usize, figure: sayso_model::FigureId) -> Option<&Appearance> {
    let points = loaded.story.claims.iter().flat_map(|c| &c.series).flat_map(|s| &s.points);
    points.flat_map(|p| &p.reports).find(|a| a.mark.report == report && a.figure == figure)
}

fn own_steps(loaded: &Loaded, report: usize, statement: &sayso_model::Statement) -> Vec<Step> {
    let outlet = loaded.story.reports.get(report).and_then(|r| r.outlet.clone());
    statement
        .chain
        .iter()
        .map(|link| Step {
            role: link.role,
            name: if link.role == ChainRole::Outlet { outlet.clone() } else { link.name.clone() },
            speaker: None,
            report: (link.role == ChainRole::Outlet).then_some(report),
            evidence: link.evidence.iter().map(|span| StoryMark { report, span: *span }).collect(),
        })
        .collect()
}

//! `sayso who`: everything one speaker has said, and through whom.

use std::process::ExitCode;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs},
    output,
};

/// Show everything one speaker has said, and through whom.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name, abbreviation or part of the name of a speaker
    name: String,
    #[command(flatten)]
    seen: ViewArgs,
    /// Include what people rejected
    #[arg(long)]
    with_rejected: bool,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// Prints statements in the order in which they were made.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let who = sayso_desk::who(&mut args.seen.open(&args.ledger)?, &args.name, args.with_rejected)?;
    if args.json {
        for said in &who.said {
            output::json_line(&serde_json::to_value(said)?)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if who.said.is_empty() {
        let said = if who.known {
            "is named, but nothing is attributed to that name"
        } else {
            "is not a speaker in this ledger"
        };
        output::complain(&format!("'{}' {said}", args.name));
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(width) = output::narrow() {
        let rows = who.said.into_iter().map(folded).collect();
        output::text(&output::folded(&["said", "entry", "statement"], rows, width))?;
        return Ok(ExitCode::SUCCESS);
    }
    let or_dash = |v: Option<String>| v.unwrap_or_else(|| "-".to_owned());
    let row = |said: sayso_desk::Said| {
        let (entry, standing, through) = (said.name(), said.standing(), said.via.join(" < "));
        let s = said.found;
        vec![or_dash(s.said_on), s.name, s.content, standing, through, entry, or_dash(s.published)]
    };
    let rows = who.said.into_iter().map(row).collect();
    output::table(&["said", "speaker", "content", "status", "through", "entry", "published"], rows)?;
    Ok(ExitCode::SUCCESS)
}

/// The same in three columns, the last one multi-line: what was said, who said it through whom, its status.
fn folded(said: sayso_desk::Said) -> Vec<String> {
    let one = output::printable;
    let (entry, standing, through) = (said.name(), said.standing(), said.via.join(" < "));
    let s = said.found;
    let day = s.said_on.or(s.published).unwrap_or_else(|| "-".to_owned());
    let lines = [one(&s.content), format!("{} < {}", one(&s.name), one(&through)), one(&standing)];
    vec![day, entry, lines.join("\n")]
}

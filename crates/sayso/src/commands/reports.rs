//! `sayso reports`: lists the reports in the ledger.

use std::process::ExitCode;

use sayso_ledger::{ReportFilter, ReportLine, StoryId};
use sayso_model::Date;

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, day, known_story, story},
    output,
};

/// List the reports in the ledger, newest first.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Published on this day or later
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Option<Date>,
    /// Published on this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Option<Date>,
    /// Words from the outlet's name
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// Only the reports of this story
    #[arg(long, value_name = "STORY", value_parser = story)]
    story: Option<i64>,
    /// Include older revisions
    #[arg(long)]
    all_revisions: bool,
    /// List at most this many
    #[arg(long, value_name = "COUNT")]
    limit: Option<u32>,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// Prints the list.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let filter = ReportFilter {
        since: args.since,
        until: args.until,
        outlet: args.outlet.clone(),
        story: args.story.map(StoryId),
        all_revisions: args.all_revisions,
        limit: args.limit,
        among: None,
    };
    let mut ledger = args.ledger.open()?;
    known_story(&mut ledger, args.story)?;
    let lines = sayso_desk::reports(&ledger, &filter)?;
    if args.json {
        for line in &lines {
            output::json_line(&serde_json::to_value(line)?)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let count = |n: Option<i64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let narrow = output::narrow();
    let rows: Vec<Vec<String>> = lines
        .into_iter()
        .map(|line| {
            let unread = line.language.as_deref().filter(|l| !sayso_ingest::language::is_english(l));
            let statements = unread.map_or_else(|| count(line.statements), |l| format!("not read ({l})"));
            if narrow.is_some() {
                return folded(line, &statements);
            }
            vec![
                line.id.to_string(),
                line.published.unwrap_or_else(|| "-".to_owned()),
                line.outlet.unwrap_or_else(|| "-".to_owned()),
                line.headline.unwrap_or(line.origin),
                if line.revision > 1 { line.revision.to_string() } else { String::new() },
                statements,
                count(line.figures),
                count(line.unreviewed),
            ]
        })
        .collect();
    match narrow.filter(|_| !rows.is_empty()) {
        Some(width) => output::text(&output::folded(&["report", "published", "headline"], rows, width))?,
        None => {
            let header =
                ["report", "published", "outlet", "headline", "rev", "statements", "figures", "unreviewed"];
            output::found(&header, rows, "no such report in this ledger")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The same in three columns, the last one multi-line: the headline, the outlet, what was read and reviewed.
fn folded(line: ReportLine, statements: &str) -> Vec<String> {
    let one = output::printable;
    let revision = if line.revision > 1 { format!(", revision {}", line.revision) } else { String::new() };
    let read = match (line.figures, line.unreviewed) {
        (Some(figures), Some(unreviewed)) => {
            format!("{statements} statements, {figures} figures, {unreviewed} unreviewed")
        }
        _ if statements == "-" => "not read".to_owned(),
        _ => statements.to_owned(),
    };
    let lines = [
        one(&line.headline.unwrap_or(line.origin)),
        format!("{}{revision}; {read}", one(line.outlet.as_deref().unwrap_or("-"))),
    ];
    vec![line.id.to_string(), line.published.unwrap_or_else(|| "-".to_owned()), lines.join("\n")]
}

#[cfg(test)]
mod tests {
    use sayso_ledger::{ReportId, ReportLine};

    use super::folded;
    use crate::output;

    #[test]
    fn no_word_is_broken_at_80_columns_and_what_is_not_reviewed_is_said() {
        let line = ReportLine {
            id: ReportId(12),
            text_hash: String::new(),
            first: ReportId(12),
            revision: 2,
            latest: true,
            headline: Some(
                "At least 40 dead after two ferries collide off the northern islands in fog, rescuers say"
                    .to_owned(),
            ),
            outlet: Some("harbour-times-of-the-northern-islands.test".to_owned()),
            published: Some("2025-03-04".to_owned()),
            url: None,
            language: None,
            origin: "a.txt".to_owned(),
            fetched_at: None,
            added_at: String::new(),
            statements: Some(4),
            figures: Some(9),
            unreviewed: Some(7),
            archived: None,
        };
        let table = output::folded(&["report", "published", "headline"], vec![folded(line, "4")], 80);
        assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
        let words: Vec<&str> = table.split_whitespace().collect();
        for word in ["harbour-times-of-the-northern-islands.test,", "ferries", "rescuers", "2025-03-04"] {
            assert!(words.contains(&word), "{word}: {table}");
        }
        assert!(words.join(" ").contains("revision 2; 4 statements, 9 figures, 7 unreviewed"), "{table}");
    }
}

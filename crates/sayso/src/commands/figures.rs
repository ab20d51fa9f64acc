//! `sayso figures`: the numbers in the ledger.

use std::{io::Write, path::PathBuf, process::ExitCode};

use sayso_ledger::{FigureFilter, Ledger, Numbers, ReportId, StoryId, files_of};
use sayso_model::{Date, Reading, story::Claim};

use crate::{
    chart,
    failure::Failure,
    ledger::{LedgerArgs, day},
    output::{self, OutputFile},
    stories,
};

/// List figures with whose word they are, by the day for which they hold.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Category (killed, injured, deployed, money, ...)
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    /// Of this day or later: the day for which a figure holds, else on which it was said, else of publication
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Option<Date>,
    /// Of this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Option<Date>,
    /// Of the reports of one story
    #[arg(long, value_name = "STORY")]
    story: Option<i64>,
    /// Words of the name of whose word it is
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    /// At most so many
    #[arg(long, value_name = "COUNT")]
    limit: Option<u32>,
    /// Draw the series of each origin of a story in the terminal
    #[arg(long, requires = "story")]
    chart: bool,
    /// Draw the series of each origin of a story into a file
    #[arg(long, value_name = "FILE", requires = "story")]
    svg: Option<PathBuf>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Prints the figures.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.ledger.open()?;
    if let Some(story) = args.story {
        if args.chart || args.svg.is_some() {
            return draw(args, &mut ledger, story);
        }
        stories::catch_up(&mut ledger)?;
    }
    let found = ledger.figures(&FigureFilter {
        category: args.category.clone(),
        since: args.since,
        until: args.until,
        story: args.story.map(StoryId),
        origin: args.origin.clone(),
        limit: args.limit,
    })?;
    if args.json {
        let mut last: Option<(ReportId, Reading)> = None;
        for figure in &found {
            if last.as_ref().is_none_or(|(id, _)| *id != figure.report) {
                last = ledger.reading(figure.report)?.map(|reading| (figure.report, reading));
            }
            let entry = last.as_ref().and_then(|(_, r)| r.figures.get(figure.figure.index()).map(|f| (r, f)));
            let mut value = serde_json::to_value(figure)?;
            if let (Some(object), Some((reading, entry))) = (value.as_object_mut(), entry) {
                object
                    .insert("entry".to_owned(), sayso_model::json::with_exact(entry, &reading.report.text)?);
            }
            output::json_line(&value)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let nothing = match &args.category {
        Some(wanted) if found.is_empty() => {
            let there = ledger.categories()?.join(", ");
            format!("no such figure of category '{wanted}'; this ledger has figures of {there}")
        }
        _ => "no such figure in this ledger".to_owned(),
    };
    let or_dash = |v: Option<String>| v.unwrap_or_else(|| "-".to_owned());
    let rows = found
        .into_iter()
        .map(|f| {
            vec![
                or_dash(f.as_of.or(f.said_on)),
                f.category,
                bounds(&f.numbers),
                or_dash(f.modality),
                f.group.unwrap_or_default(),
                or_dash(f.origin),
                f.words,
                or_dash(f.outlet),
                or_dash(f.published),
                format!("{}:{}", f.report, f.figure),
            ]
        })
        .collect();
    let header =
        ["day", "category", "value", "certainty", "of", "origin", "words", "outlet", "published", "entry"];
    output::found(&header, rows, &nothing)?;
    Ok(ExitCode::SUCCESS)
}

/// Draws the series of a story's origins.
fn draw(args: &Args, ledger: &mut Ledger, story: i64) -> Result<ExitCode, Failure> {
    let inputs = files_of(ledger.path());
    let svg = args.svg.as_deref().map(|path| OutputFile::create(path, &inputs)).transpose()?;
    let loaded = stories::load(ledger, story, args.until)?;
    let wanted = |c: &&Claim| args.category.as_deref().is_none_or(|category| c.category.as_str() == category);
    let claims: Vec<&Claim> = loaded.story.claims.iter().filter(wanted).collect();
    if let Some(mut file) = svg {
        let title = args.category.clone().unwrap_or_else(|| format!("story {story}"));
        file.write_all(chart::svg(&loaded.story, &title, &claims).as_bytes())?;
        file.finish()?;
    }
    if args.chart {
        output::text(&chart::text(&loaded.story, &claims))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A value with its bounds: `300`, `100..`, `..1000`, `300 (200..400)`.
fn bounds(n: &Numbers) -> String {
    let number = |v: Option<f64>| v.map_or_else(String::new, |v| v.to_string());
    match (n.low, n.best, n.high) {
        (None, best, None) => number(best),
        (low, None, high) => format!("{}..{}", number(low), number(high)),
        (low, best, high) => format!("{} ({}..{})", number(best), number(low), number(high)),
    }
}

#[cfg(test)]
mod tests {
    use sayso_ledger::Numbers;

    use super::bounds;

    #[test]
    fn bounds_are_written_once() {
        let written = |low, best, high| bounds(&Numbers { low, best, high });
        assert_eq!(written(None, Some(300.0), None), "300");
        assert_eq!(written(Some(100.0), None, None), "100..");
        assert_eq!(written(None, None, Some(1000.0)), "..1000");
        assert_eq!(written(Some(2.5), Some(3.0), Some(4.0)), "3 (2.5..4)");
    }
}

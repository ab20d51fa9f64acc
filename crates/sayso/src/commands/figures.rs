//! `sayso figures`: the numbers in the ledger.

use std::{io::Write, path::PathBuf, process::ExitCode};

use sayso_desk::{DeskError, FigureLine, Loaded, Parts, chart, words::grouped};
use sayso_ledger::{FigureFilter, Ledger, StoryId, files_of};
use sayso_model::{Date, story::Claim};

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs, day, known_story, story},
    output::{self, OutputFile},
};

/// List figures and whose word they are on, by the day for which they hold.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Category (killed, injured, deployed, money, ...)
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    /// From this day on: the day for which a figure holds, otherwise the day on which it was said, otherwise the day of
    /// publication
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Option<Date>,
    /// Up to this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Option<Date>,
    /// Only the reports of this story
    #[arg(long, value_name = "STORY", value_parser = story)]
    story: Option<i64>,
    /// Words from the name of the origin
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    /// Include what people rejected
    #[arg(long)]
    with_rejected: bool,
    #[command(flatten)]
    seen: ViewArgs,
    /// List at most this many
    #[arg(long, value_name = "COUNT")]
    limit: Option<u32>,
    /// Draw the series of each of a story's origins in the terminal
    #[arg(long, requires = "story")]
    chart: bool,
    /// Draw the series of each of a story's origins into a file
    #[arg(long, value_name = "FILE", requires = "story")]
    svg: Option<PathBuf>,
    /// Print one JSON object per line
    #[arg(long)]
    json: bool,
}

/// Prints the figures.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.seen.open(&args.ledger)?;
    known_story(&mut ledger, args.story)?;
    if let Some(story) = args.story
        && (args.chart || args.svg.is_some())
    {
        return draw(args, &mut ledger, story);
    }
    let filter = FigureFilter {
        category: args.category.clone(),
        since: args.since,
        until: args.until,
        story: args.story.map(StoryId),
        origin: args.origin.clone(),
        with_rejected: args.with_rejected,
        after: None,
        limit: args.limit,
    };
    let (mut any, narrow) = (false, output::narrow());
    sayso_desk::each_figures(&mut ledger, &filter, &mut |some| -> Result<(), Failure> {
        let first = !std::mem::replace(&mut any, true);
        if args.json {
            return some.iter().try_for_each(|figure| output::json_line(&serde_json::to_value(figure)?));
        }
        if let Some(width) = narrow {
            let header: &[&str] = if first { &["day", "entry", "figure"] } else { &[] };
            return output::text(&output::folded(header, some.into_iter().map(folded).collect(), width));
        }
        // Columns are aligned within each batch.
        let header: &[&str] = if first { HEADER } else { &[] };
        output::table(header, some.into_iter().map(row).collect())
    })?;
    if !any && !args.json {
        output::found(HEADER, Vec::new(), &nothing(args, &ledger)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

const HEADER: &[&str] =
    &["day", "category", "value", "status", "of", "origin", "words", "outlet", "published", "entry"];

fn row(figure: FigureLine) -> Vec<String> {
    let or_dash = |v: Option<String>| v.unwrap_or_else(|| "-".to_owned());
    let (entry, standing) = (figure.name(), figure.standing());
    let f = figure.found;
    vec![
        or_dash(f.as_of.or(f.said_on)),
        f.category,
        grouped(&sayso_desk::bounds(&f.numbers)),
        standing,
        f.group.unwrap_or_default(),
        or_dash(f.origin),
        f.words,
        or_dash(f.outlet),
        or_dash(f.published),
        entry,
    ]
}

/// The same in three columns, the last one multi-line: what is counted, whose word it is on, where it was published and
/// its status.
fn folded(figure: FigureLine) -> Vec<String> {
    let (entry, standing) = (figure.name(), figure.standing());
    let f = figure.found;
    let day = f.as_of.or(f.said_on).or(f.published);
    let one = sayso_desk::words::plain;
    let of = f.group.map(|group| format!(" of {}", one(&group))).unwrap_or_default();
    let value = grouped(&sayso_desk::bounds(&f.numbers));
    let lines = [
        format!("{}: {value}{of}", f.category.replace('_', " ")),
        format!("\u{201c}{}\u{201d}, {}", one(&f.words), one(f.origin.as_deref().unwrap_or("nobody named"))),
        format!("{}; {}", one(f.outlet.as_deref().unwrap_or("-")), one(&standing)),
    ];
    vec![day.unwrap_or_else(|| "-".to_owned()), entry, lines.join("\n")]
}

/// Why nothing was found.
fn nothing(args: &Args, ledger: &Ledger) -> Result<String, Failure> {
    Ok(match &args.category {
        Some(wanted) => {
            let there = ledger.categories()?.join(", ");
            format!("no figures in category '{wanted}'; this ledger has figures in {there}")
        }
        None => "no matching figures".to_owned(),
    })
}

/// Draws the series of each of a story's origins.
fn draw(args: &Args, ledger: &mut Ledger, story: i64) -> Result<ExitCode, Failure> {
    let wanted = |category: &str| args.category.as_deref().is_none_or(|wanted| wanted == category);
    if let Some(path) = &args.svg {
        let mut file = OutputFile::create(path, &files_of(ledger.path()))?;
        let loaded = sayso_desk::load(ledger, story, args.until)?;
        let claims: Vec<&Claim> =
            loaded.story.claims.iter().filter(|c| wanted(c.category.as_str())).collect();
        let title = args.category.clone().unwrap_or_else(|| format!("story {story}"));
        file.write_all(chart::svg(&loaded, &title, &claims, None).as_bytes())?;
        file.finish()?;
    }
    if args.chart {
        let name = "claims".to_owned();
        let drawn = if args.until.is_some() {
            charts(&sayso_desk::load(ledger, story, args.until)?)?
        } else {
            sayso_desk::kept(ledger, story, KEPT, std::slice::from_ref(&name), charts)?
        };
        let charts: Vec<(String, String)> =
            serde_json::from_str(drawn.get(&name).map_or("[]", String::as_str))?;
        let shown = charts.into_iter().filter(|(category, _)| wanted(category));
        output::text(&shown.map(|(_, chart)| chart).collect::<String>())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The name under which a story's charts are cached.
pub(super) const KEPT: &str = "chart";

/// The chart of each claim, with its category.
pub(super) fn charts(loaded: &Loaded) -> Result<Parts, DeskError> {
    let story = &loaded.story;
    let charts: Vec<(&str, String)> =
        story.claims.iter().map(|c| (c.category.as_str(), chart::text(loaded, &[c]))).collect();
    Ok(Parts::from([("claims".to_owned(), serde_json::to_string(&charts)?)]))
}

#[cfg(test)]
mod tests {
    use sayso_desk::FigureLine;
    use sayso_ledger::{FoundFigure, Numbers, ReportId};
    use sayso_model::FigureId;

    use super::folded;

    #[test]
    fn a_folded_figure_parts_its_words_and_its_thousands() {
        let found = FoundFigure {
            report: ReportId(5),
            figure: FigureId::from(0),
            outlet: None,
            published: None,
            category: "killed".to_owned(),
            numbers: Numbers { low: None, best: Some(1500.0), high: None },
            group: Some("North Korean soldiers".to_owned()),
            origin: None,
            said_on: None,
            as_of: None,
            words: "1,500 soldiers".to_owned(),
            modality: None,
            negated: false,
            retracted: false,
            part_of: None,
            additional: false,
            decision: None,
            reviewed_by: None,
        };
        let line = FigureLine { found, status: Vec::new(), decided: None, entry: serde_json::Value::Null };
        let what = folded(line).pop().unwrap_or_default();
        assert!(what.starts_with("killed: 1,500 of North Korean soldiers\n"), "{what}");
    }
}

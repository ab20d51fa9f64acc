//! `sayso digest`: a brief of what is new in every story since a given day.

use std::process::ExitCode;

use sayso_brief::render;
use sayso_model::Date;

use super::brief::Format;
use crate::{
    failure::Failure,
    ledger::{LedgerArgs, day},
    output,
};

/// Write a brief of what is new in every story since a given day, starting with the story that has the most new
/// reports.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "For an email every morning: sayso digest --since $(date -d yesterday +%F) --format text"
)]
pub(crate) struct Args {
    /// Include only what is new, and was said, since this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Date,
    /// The stories as they were known on this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<Date>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// At most this many stories
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Prints the briefs.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.ledger.open()?;
    let stories = sayso_desk::new_since(&mut ledger, args.since, args.as_of)?;
    if stories.is_empty() {
        output::complain(&format!("no report was published since {}", args.since));
    }
    if stories.len() > args.limit {
        output::complain(&format!(
            "{} more stories have new reports; raise --limit",
            stories.len() - args.limit
        ));
    }
    let mut pages = Vec::new();
    for (story, _) in stories.into_iter().take(args.limit) {
        let loaded = sayso_desk::load_placed(&ledger, story.0, args.as_of)?;
        let brief = sayso_brief::story::compose(
            &loaded.story,
            &loaded.readings(),
            &loaded.corrected,
            Some(args.since),
        );
        match args.format {
            Format::Text => output::text(&format!("{}\n", output::printable_lines(&render::text(&brief))))?,
            Format::Md => output::text(&format!("{}\n", render::markdown(&brief)))?,
            Format::Html => pages.push(brief),
            Format::Json => output::json_line(&render::json(&brief)?)?,
        }
    }
    if !pages.is_empty() {
        output::text(&render::html_of_several(&format!("New since {}", args.since), &pages))?;
    }
    Ok(ExitCode::SUCCESS)
}

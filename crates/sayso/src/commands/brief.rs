//! `sayso brief`: the brief of a story.

use std::process::ExitCode;

use clap::ValueEnum;
use sayso_brief::{Brief, Refused, Worded, Wording, render};
use sayso_desk::{DeskError, Loaded, Parts};
use sayso_ingest::fetch::Fetcher;
use sayso_model::Date;
use sayso_propose::{AskError, Endpoint, Plain};

use crate::{
    commands::propose::Access,
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs, day, story},
    output,
};

/// Print the brief of a story under five headings, each line with the words that it rests on.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Number of the story, as `sayso stories` lists it
    #[arg(value_parser = story)]
    story: i64,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The story as it was known on this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<Date>,
    /// Include only what is new, and was said, since this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    since: Option<Date>,
    /// Have your own language model reword the lines; a sentence that does not say the same as its line is refused
    #[arg(long, value_name = "URL#NAME", value_parser = Endpoint::parse)]
    model: Option<Endpoint>,
    #[command(flatten)]
    access: Access,
    #[command(flatten)]
    seen: ViewArgs,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Formats of a brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Plain text
    Text,
    /// Markdown (CommonMark)
    Md,
    /// One HTML page
    Html,
    /// JSON
    Json,
}

/// Prints the brief.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.seen.open(&args.ledger)?;
    let mut brief: Brief = if args.as_of.is_some() || args.since.is_some() {
        compose(&sayso_desk::load(&mut ledger, args.story, args.as_of)?, args.since)
    } else {
        let kept = sayso_desk::kept(&mut ledger, args.story, KEPT, &[BRIEF.to_owned()], parts)?;
        serde_json::from_str(kept.get(BRIEF).map_or("", String::as_str))?
    };
    let mut code = ExitCode::SUCCESS;
    if let Some(endpoint) = &args.model {
        let (endpoint, fetcher) = args.access.to(endpoint)?;
        if let Err(error) = word(&mut brief, &fetcher, &endpoint) {
            output::complain(&format!("the brief was left unchanged: {error}"));
            code = ExitCode::from(3);
        }
    }
    match args.format {
        Format::Text => {
            output::prose(&output::printable_lines(&render::text(&brief)))?;
            if brief.folded > 0 {
                output::complain(&format!("`sayso story {} --all` lists all counts", args.story));
            }
        }
        Format::Md => output::text(&render::markdown(&brief))?,
        Format::Html => output::text(&render::html(&brief))?,
        Format::Json => output::json_pretty(&render::json(&brief)?)?,
    }
    Ok(code)
}

/// The name under which a story's brief is cached.
pub(super) const KEPT: &str = "brief by numbers";
const BRIEF: &str = "brief";

/// The brief from the cache.
pub(super) fn parts(loaded: &Loaded) -> Result<Parts, DeskError> {
    Ok(Parts::from([(BRIEF.to_owned(), serde_json::to_string(&compose(loaded, None))?)]))
}

fn compose(loaded: &Loaded, since: Option<Date>) -> Brief {
    sayso_brief::story::compose(&loaded.story, &loaded.readings(), &loaded.corrected, since)
}

/// Replaces lines by a model's sentences that say the same.
fn word(brief: &mut Brief, fetcher: &Fetcher, endpoint: &Endpoint) -> Result<(), AskError> {
    let places: Vec<(usize, usize)> = brief
        .sections
        .iter()
        .enumerate()
        .flat_map(|(section, s)| (0..s.lines.len()).map(move |line| (section, line)))
        .collect();
    let lines: Vec<Plain<'_>> = brief
        .sections
        .iter()
        .flat_map(|s| &s.lines)
        .map(|line| Plain { text: &line.text, by: line.whose() })
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let worded = sayso_propose::word(fetcher, endpoint, &lines)?;
    if worded.malformed > 0 {
        output::complain(&format!(
            "{} sentences of the model were refused unread: they lack a field, or are beyond the limit of one answer",
            worded.malformed
        ));
    }
    let refused = worded.refused.into_iter();
    let refused = refused.map(|(said, why)| Refused { sentence: said.sentence, why: why.to_string() });
    let mut wording = Wording {
        model: endpoint.model.clone(),
        prompt: worded.prompt,
        kept: Vec::new(),
        refused: refused.collect(),
    };
    for (number, sentence) in worded.kept {
        let Some(&(section, line)) = places.get(number) else { continue };
        let Some(section) = brief.sections.get_mut(section) else { continue };
        let Some(told) = section.lines.get_mut(line) else { continue };
        if told.text != sentence {
            let plain = std::mem::replace(&mut told.text, sentence);
            wording.kept.push(Worded { heading: section.heading, line, plain });
        }
    }
    brief.wording = Some(wording);
    Ok(())
}

//! `sayso eval`: scores against gold data of each kind.

mod model;

use std::{
    fmt::Display,
    fs::File,
    io::{BufReader, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::ValueEnum;
use sayso_eval::EvalError;
use sayso_propose::Endpoint;
use serde::Serialize;

use super::propose::Access;
use crate::{
    failure::Failure,
    output::{self, OutputFile},
};

/// Score readings against gold data.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What is scored
    #[arg(value_enum)]
    kind: Kind,
    /// Gold: a file or, for figures and story, a folder; for figures also several folders, or their parent
    #[arg(required = true)]
    gold: Vec<PathBuf>,
    /// Write the predictions in the format that the gold's own scorer reads
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
    /// Print the scores as JSON
    #[arg(long)]
    json: bool,
    /// Print this many false negatives and false positives
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    errors: usize,
    /// Score numbers of people in every category (all.jsonl instead of figures.jsonl)
    #[arg(long)]
    all: bool,
    /// For figures: also score with what your own language model proposes and the reports support (see `sayso propose`)
    #[arg(long, value_name = "URL#NAME", value_parser = Endpoint::parse, conflicts_with = "predictions")]
    model: Option<Endpoint>,
    #[command(flatten)]
    access: Access,
}

/// Kinds of gold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Main text and head of pages (JSONL; predictions for the head's scorer go to FILE.meta.json)
    Articles,
    /// Who says what (JSONL)
    Attribution,
    /// Which documents belong to one story (JSONL)
    Clusters,
    /// Which texts are copies (JSONL)
    Copies,
    /// Numbers, and what they count (story folders, or their parent)
    Figures,
    /// What reading a story's reports together must show (a folder with story.json, or a folder of such)
    Story,
    /// Tokens, tags, trees, names; speed and size (CoNLL-U)
    Text,
}

/// Scores and prints.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let create = |path: &Path| OutputFile::create(path, &args.gold);
    let mut predictions = args.predictions.as_deref().map(create).transpose()?;
    let out = predictions.as_mut().map(|w| w as &mut dyn Write);
    let gold = match args.gold.as_slice() {
        [gold] => gold,
        [gold, ..] if args.kind == Kind::Figures => gold,
        several => {
            return Err(Failure::Usage(format!(
                "{} gold paths given; this kind takes one (only figures takes several)",
                several.len()
            )));
        }
    };
    if args.model.is_some() && args.kind != Kind::Figures {
        return Err(Failure::Usage("--model can only be used with figures".to_owned()));
    }
    match args.kind {
        Kind::Articles => {
            let report = sayso_eval::articles::evaluate(gold, out)?;
            if let (Some(path), Some(file)) = (&args.predictions, predictions.take()) {
                file.finish()?;
                let written = std::fs::read_to_string(path)?;
                let mut heads = create(Path::new(&format!("{}.meta.json", path.display())))?;
                sayso_eval::articles::heads(&written, &mut heads)?;
                heads.finish()?;
            }
            show(args, &report)?;
        }
        Kind::Attribution => {
            let report = sayso_eval::attribution::evaluate(open(gold)?, out)
                .map_err(|source| EvalError::Attribution { path: gold.clone(), source })?;
            show(args, &report.with_errors(args.errors))?;
        }
        Kind::Figures => {
            let options = sayso_eval::figures::Options { all: args.all };
            if let Some(endpoint) = &args.model {
                let compared = model::compare(&args.gold, options, endpoint, &args.access)?;
                return show(args, &compared.with_errors(args.errors)).map(|()| ExitCode::SUCCESS);
            }
            show(args, &sayso_eval::figures::run(&args.gold, options, out)?.with_errors(args.errors))?;
        }
        Kind::Text => show(args, &sayso_eval::text::evaluate(gold, out)?)?,
        Kind::Clusters => {
            let report = sayso_eval::clusters::run(gold)?;
            if let Some(out) = out {
                report.write_predictions(out)?;
            }
            show(args, &report)?;
        }
        Kind::Copies => {
            let report = sayso_eval::copies::run(gold)?;
            if let Some(out) = out {
                report.write_predictions(out)?;
            }
            show(args, &report)?;
        }
        Kind::Story if gold.join("story.json").exists() => {
            show(args, &sayso_eval::story::run(gold)?)?;
        }
        Kind::Story => show(args, &sayso_eval::story::run_all(gold)?.with_errors(args.errors))?,
    }
    if let Some(file) = predictions {
        file.finish()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show<T: Serialize + Display>(args: &Args, report: &T) -> Result<(), Failure> {
    if args.json {
        output::json_pretty(&serde_json::to_value(report)?)
    } else {
        output::text(&report.to_string())
    }
}

fn open(path: &Path) -> Result<BufReader<File>, EvalError> {
    File::open(path).map(BufReader::new).map_err(|source| EvalError::Open { path: path.to_owned(), source })
}

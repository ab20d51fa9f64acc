//! `sayso eval figures --model`: what the user's own language model adds, and what it costs.

use std::{fmt, path::PathBuf};

use sayso_eval::figures::{self, FiguresReport, Options};
use sayso_propose::{Endpoint, ask, borne_out, with};
use serde::Serialize;

use crate::{commands::propose::Access, failure::Failure, output};

/// Scores without a model, and with everything that it proposes and the reports support.
#[derive(Debug, Serialize)]
pub(super) struct Compared {
    without: FiguresReport,
    with: FiguresReport,
    model: Asked,
}

/// The result of asking.
#[derive(Debug, Default, Serialize)]
struct Asked {
    name: String,
    reports: u64,
    failed: u64,
    proposed: usize,
    refused: usize,
    tokens_in: u64,
    tokens_out: u64,
    seconds: f64,
}

/// Asks the model about every report of the gold and scores both.
pub(super) fn compare(
    gold: &[PathBuf],
    options: Options,
    endpoint: &Endpoint,
    access: &Access,
) -> Result<Compared, Failure> {
    let (endpoint, fetcher) = access.to(endpoint)?;
    let without = figures::run(gold, options, None)?;
    let mut asked = Asked { name: endpoint.model.clone(), ..Asked::default() };
    let with = figures::run_with(gold, options, None, &mut |report, reading| {
        asked.reports += 1;
        let answer = match ask(&fetcher, &endpoint, &reading) {
            Ok(answer) => answer,
            Err(error) => {
                asked.failed += 1;
                output::complain(&format!("{report}: {error}"));
                return reading;
            }
        };
        let borne = borne_out(&reading, &answer);
        asked.proposed += answer.figures.len() + answer.owners.len() + answer.malformed;
        asked.refused += borne.refused.len() + answer.malformed;
        asked.tokens_in += answer.tokens_in;
        asked.tokens_out += answer.tokens_out;
        asked.seconds += answer.seconds;
        with(&reading, &borne)
    })?;
    Ok(Compared { without, with, model: asked })
}

impl Compared {
    /// Keeps only the first few errors of each.
    pub(super) fn with_errors(mut self, count: usize) -> Self {
        self.without = self.without.with_errors(count);
        self.with = self.with.with_errors(count);
        self
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let model = &self.model;
        writeln!(
            f,
            "figures      {} gold; F1     without  with model {}",
            self.without.total.gold, model.name
        )?;
        let (a, b) = (&self.without.total, &self.with.total);
        for (name, without, with) in [
            ("found", a.found, b.found),
            ("bounds right", a.bounds, b.bounds),
            ("origin right", a.origin, b.origin),
            ("chain right", a.chain, b.chain),
            ("all right", a.matched, b.matched),
        ] {
            writeln!(f, "{name:12} {:22.3}  {:.3}", without.f1, with.f1)?;
        }
        writeln!(f, "predicted    {:22}  {}", a.predicted, b.predicted)?;
        writeln!(
            f,
            "asked about {} reports ({} failed): {} proposals, {} refused, {} supported; {} and {} tokens, {:.1} s",
            model.reports,
            model.failed,
            model.proposed,
            model.refused,
            model.proposed - model.refused,
            model.tokens_in,
            model.tokens_out,
            model.seconds
        )?;
        for error in &self.with.errors {
            writeln!(f, "{error}")?;
        }
        Ok(())
    }
}

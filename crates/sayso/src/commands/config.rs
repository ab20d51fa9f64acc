//! `sayso config`: the settings in effect, and where each comes from.

use std::process::ExitCode;

use clap::{ArgMatches, parser::ValueSource};

use crate::{
    config::{FILE, Settings},
    failure::Failure,
    output,
};

/// Show the settings and where each comes from: the configuration file, then the environment, then options.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The file is sayso/config.toml in the XDG configuration folder, or the one that SAYSO_CONFIG names:

  ledger = \"/srv/desk/ledger.db\"
  by = \"ida\"
  delay = 5

An environment variable overrides the file; a command-line option overrides both."
)]
pub(crate) struct Args {
    #[command(flatten)]
    options: Options,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The options of the settings, to see what a command would do with them.
#[derive(Debug, clap::Args)]
struct Options {
    /// The ledger
    #[arg(long, value_name = "FILE", env = "SAYSO_LEDGER")]
    ledger: Option<String>,
    /// Who decides
    #[arg(long, value_name = "NAME", env = "SAYSO_BY")]
    by: Option<String>,
    /// Minimum time between two requests to the same host
    #[arg(long, value_name = "SECONDS", env = "SAYSO_DELAY")]
    delay: Option<String>,
    /// Maximum size of a report
    #[arg(long, value_name = "BYTES", env = "SAYSO_MAX_BYTES")]
    max_bytes: Option<String>,
    /// Number of reading threads
    #[arg(long, value_name = "COUNT", env = "SAYSO_THREADS")]
    threads: Option<String>,
}

/// Prints the settings. `given`: the command line, which says where the value of each option comes from.
pub(crate) fn run(args: &Args, settings: &Settings, given: &ArgMatches) -> Result<ExitCode, Failure> {
    let effective = settings.effective(|key| {
        let is_option = given.value_source(key) == Some(ValueSource::CommandLine);
        given.get_one::<String>(key).filter(|_| is_option).cloned()
    })?;
    if args.json {
        let value = serde_json::json!({
            "file": settings.path, "found": settings.found, "settings": serde_json::to_value(&effective)?
        });
        output::json_pretty(&value)?;
        return Ok(ExitCode::SUCCESS);
    }
    let file = match (&settings.path, settings.found) {
        (Some(path), true) => path.display().to_string(),
        (Some(path), false) => format!("{} (does not exist)", path.display()),
        (None, _) => format!("none: there is no home folder; name a file with {FILE}"),
    };
    output::text(&format!("file: {}\n\n", output::printable(&file)))?;
    let rows = effective.into_iter().map(|e| {
        vec![
            e.key.to_owned(),
            e.value.unwrap_or_else(|| e.default.to_owned()),
            e.from,
            e.variable.to_owned(),
            e.flag,
        ]
    });
    output::table(&["key", "value", "from", "variable", "option"], rows.collect())?;
    Ok(ExitCode::SUCCESS)
}

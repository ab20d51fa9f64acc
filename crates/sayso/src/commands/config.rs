//! `sayso config`: the settings in effect, and where each comes from.

use std::process::ExitCode;

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
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the settings.
pub(crate) fn run(args: &Args, settings: &Settings) -> Result<ExitCode, Failure> {
    let effective = settings.effective()?;
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

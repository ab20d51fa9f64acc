//! The command line of sayso.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod commands;
mod failure;
mod output;

/// On whose say-so? Reads news reports and keeps a ledger of who claims what, on whose word.
#[derive(Debug, Parser)]
#[command(name = "sayso", version, about, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Exit codes:
  0  done
  1  something else went wrong
  2  the command line cannot be understood
  3  some inputs failed, the others are done
  4  an input cannot be found or opened
  5  an input is a directory
  6  an input is not text
  7  an input is empty
  8  an input is in a language that is not read
  9  an input is too large
 10  a score is below its floor")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read one report or several: who says what, on whose word
    Read(commands::read::Args),
    /// Score readings against gold data
    Eval(commands::eval::Args),
    /// Print the JSON schema of a reading
    Schema(commands::schema::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.command {
        Command::Read(args) => commands::read::run(args),
        Command::Eval(args) => commands::eval::run(args),
        Command::Schema(args) => commands::schema::run(args),
    };
    match done {
        Ok(code) => code,
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("sayso: {failure}");
            failure.exit_code()
        }
    }
}

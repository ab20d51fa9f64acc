//! The command line of sayso.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

mod commands;
mod config;
mod examples;
mod failure;
mod interrupt;
mod ledger;
mod output;

/// On whose say-so? Reads news reports and keeps a ledger of who claims what, and on whose word.
#[derive(Debug, Parser)]
#[command(name = "sayso", version, about, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "--ledger FILE may come before or after every command; those that use no ledger ignore it.

Exit codes:
  0  success; also when nothing was found (stderr says so)
  1  something else went wrong
  2  the command line is invalid
  3  some inputs failed or some rows of the ledger are damaged; the rest was processed
  4  an input cannot be found or opened
  5  an input is a directory
  6  an input is not text
  7  an input is empty or contains no report text
  8  an input is in a language that sayso does not read
  9  an input is too large
 10  a score is below its floor
130  interrupted (Ctrl-C)
143  asked to end (SIGTERM)"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read one or more reports: who says what, and on whose word
    Read(commands::read::Args),
    /// Add reports to the ledger
    Add(commands::add::Args),
    /// Poll feeds, pages, folders and mailboxes, and add what is new or changed to the ledger
    Watch(commands::watch::Args),
    /// List the watched sources and their state, also as OPML, or what happened to their articles
    Sources(commands::sources::Args),
    /// Check reports and their entries against the pages that a watch has archived
    Verify(commands::verify::Args),
    /// Raise alerts by rules, on new reports or on past days
    Alerts(commands::alerts::Args),
    /// Ask your own language model for missed entries; whatever the report does not support is refused
    Propose(commands::propose::Args),
    /// List the reports in the ledger
    Reports(commands::reports::Args),
    /// Show everything one speaker has said, and through whom
    Who(commands::who::Args),
    /// List figures and whose word they are on
    Figures(commands::figures::Args),
    /// Find reports by words
    Search(commands::search::Args),
    /// Show one report: head, text, entries, decisions, revisions
    Show(commands::show::Args),
    /// List the stories in the ledger: what is developing
    Stories(commands::stories::Args),
    /// Show one story: claims, origins, echoes, series, conflicts
    Story(commands::story::Args),
    /// Trace a figure or statement from the outlet to its origin
    Chain(commands::chain::Args),
    /// Write the brief of a story, under five headings
    Brief(commands::brief::Args),
    /// Write a brief of what is new in every story since a given day
    Digest(commands::digest::Args),
    /// Record a decision about an entry: it takes effect everywhere at once, with an audit trail
    Decide(commands::decide::Args),
    /// Measure how far people agree who reviewed the same reports independently
    Agreement(commands::agreement::Args),
    /// Serve the ledger to an AI assistant (Model Context Protocol, over stdin and stdout)
    Mcp(commands::mcp::Args),
    /// Reread the reports that another version has read
    Reread(commands::reread::Args),
    /// Export the ledger: tables, UCDP, ACLED, ninjs, PROV, ...
    Export(commands::export::Args),
    /// Import hand-coded data as a named person's decisions, and compare it with what the sources say
    Import(commands::import::Args),
    /// Check the ledger: damage, disk space, permissions
    Doctor(commands::doctor::Args),
    /// Copy the ledger into a new file while it is in use
    Backup(commands::backup::Args),
    /// Copy a ledger from a file to PostgreSQL, or back
    Copy(commands::copy::Args),
    /// Publish reports to a queue for workers to take
    #[cfg(feature = "queue")]
    Feed(commands::feed::Args),
    /// Take reports from a queue, read them and add them to the ledger
    #[cfg(feature = "queue")]
    Worker(commands::worker::Args),
    /// Replace the ledger with a backup
    Restore(commands::restore::Args),
    /// Repair a damaged ledger, and say what is lost
    Repair(commands::repair::Args),
    /// Release space that the ledger file no longer needs
    Vacuum(commands::vacuum::Args),
    /// Serve the ledger to the browser, with an API
    Serve(commands::serve::Args),
    /// Manage the users of `sayso serve`
    User(commands::user::Args),
    /// Score readings against gold data
    Eval(commands::eval::Args),
    /// Print the JSON Schema of a reading, a story or a brief
    Schema(commands::schema::Args),
    /// Show the settings and where each comes from
    Config(commands::config::Args),
    /// Print shell completions
    Completions(commands::completions::CompletionsArgs),
    /// Write manual pages
    Man(commands::completions::ManArgs),
    /// Print a reference page of the documentation
    #[command(hide = true)]
    Reference(commands::reference::Args),
}

fn main() -> ExitCode {
    let settings = match config::Settings::read() {
        Ok(settings) => settings,
        Err(failure) => {
            output::complain(&failure.to_string());
            return failure.exit_code();
        }
    };
    let command = settings.apply(ledger::accepted_everywhere(examples::add(Cli::command())));
    let matches = command.get_matches_from(ledger::behind_the_command(std::env::args_os().collect()));
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let done = match &cli.command {
        Command::Read(args) => commands::read::run(args),
        Command::Add(args) => commands::add::run(args),
        Command::Watch(args) => commands::watch::run(args),
        Command::Sources(args) => commands::sources::run(args),
        Command::Verify(args) => commands::verify::run(args),
        Command::Alerts(args) => commands::alerts::run(args),
        Command::Propose(args) => commands::propose::run(args),
        Command::Reports(args) => commands::reports::run(args),
        Command::Who(args) => commands::who::run(args),
        Command::Figures(args) => commands::figures::run(args),
        Command::Search(args) => commands::search::run(args),
        Command::Show(args) => commands::show::run(args),
        Command::Stories(args) => commands::stories::run(args),
        Command::Story(args) => commands::story::run(args),
        Command::Chain(args) => commands::chain::run(args),
        Command::Brief(args) => commands::brief::run(args),
        Command::Digest(args) => commands::digest::run(args),
        Command::Decide(args) => commands::decide::run(args),
        Command::Agreement(args) => commands::agreement::run(args),
        Command::Mcp(args) => commands::mcp::run(args),
        Command::Reread(args) => commands::reread::run(args),
        Command::Export(args) => commands::export::run(args),
        Command::Import(args) => commands::import::run(args),
        Command::Doctor(args) => commands::doctor::run(args),
        Command::Backup(args) => commands::backup::run(args),
        Command::Copy(args) => commands::copy::run(args),
        #[cfg(feature = "queue")]
        Command::Feed(args) => commands::feed::run(args),
        #[cfg(feature = "queue")]
        Command::Worker(args) => commands::worker::run(args),
        Command::Restore(args) => commands::restore::run(args),
        Command::Repair(args) => commands::repair::run(args),
        Command::Vacuum(args) => commands::vacuum::run(args),
        Command::Serve(args) => commands::serve::run(args),
        Command::User(args) => commands::user::run(args),
        Command::Eval(args) => commands::eval::run(args),
        Command::Schema(args) => commands::schema::run(args),
        Command::Config(args) => {
            let given = matches.subcommand_matches("config").unwrap_or(&matches);
            commands::config::run(args, &settings, given)
        }
        Command::Completions(args) => commands::completions::completions(args, Cli::command()),
        Command::Man(args) => commands::completions::man(args, examples::add(Cli::command())),
        Command::Reference(args) => commands::reference::run(args, &examples::add(Cli::command())),
    };
    let damaged = say_what_was_left_out();
    match done {
        Ok(code) if damaged && code == ExitCode::SUCCESS => ExitCode::from(3),
        Ok(code) => code,
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure.to_string());
            failure.exit_code()
        }
    }
}

/// Names the damaged rows of the ledger; true if there are any.
fn say_what_was_left_out() -> bool {
    const SHOWN: usize = 20;
    let rows = ledger::left_out();
    for row in rows.iter().take(SHOWN) {
        output::complain(&format!("{row} is damaged and was left out"));
    }
    if rows.len() > SHOWN {
        eprintln!("sayso: ... and {} more", rows.len() - SHOWN);
    }
    if !rows.is_empty() {
        eprintln!("sayso: `sayso doctor` says more; `sayso repair` rebuilds what can be rebuilt");
    }
    !rows.is_empty()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{Cli, config::KEYS};

    #[test]
    fn every_option_of_a_setting_takes_its_variable() {
        let command = Cli::command();
        for key in KEYS {
            let mut options = 0;
            for sub in command.get_subcommands() {
                for option in sub.get_arguments().filter(|arg| arg.get_long() == Some(key.flag)) {
                    options += 1;
                    let variable = option.get_env().and_then(|name| name.to_str());
                    assert_eq!(variable, Some(key.variable), "--{} of {}", key.flag, sub.get_name());
                }
            }
            assert!(options > 0, "no command has --{}", key.flag);
        }
    }
}

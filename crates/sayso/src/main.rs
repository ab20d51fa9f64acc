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

/// On whose say-so? Reads news reports and keeps a ledger of who claims what, on whose word.
#[derive(Debug, Parser)]
#[command(name = "sayso", version, about, propagate_version = true, max_term_width = 100)]
#[command(after_help = "--ledger FILE may stand before the command or behind it.

Exit codes:
  0  done; also where nothing was found, which stderr says
  1  something else went wrong
  2  the command line is wrong
  3  some inputs failed or rows of the ledger are damaged, the others are done
  4  an input cannot be found or opened
  5  an input is a directory
  6  an input is not text
  7  an input is empty or holds no text of a report
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
    /// Put reports into the ledger
    Add(commands::add::Args),
    /// Poll feeds, pages, folders and mailboxes, and put what is new or changed into the ledger
    Watch(commands::watch::Args),
    /// The sources that are watched, with how they are; also as OPML
    Sources(commands::sources::Args),
    /// Compare reports and their entries with what a watch has kept of the pages
    Verify(commands::verify::Args),
    /// Tell what matters by rules, as it comes in or on days of the past
    Alerts(commands::alerts::Args),
    /// Ask a model of your own for entries that were missed; what the report does not bear out is refused
    Propose(commands::propose::Args),
    /// List the reports in the ledger
    Reports(commands::reports::Args),
    /// All that one speaker has said, and through whom
    Who(commands::who::Args),
    /// Figures with whose word they are
    Figures(commands::figures::Args),
    /// Find reports by words
    Search(commands::search::Args),
    /// One report: head, text, entries, decisions, revisions
    Show(commands::show::Args),
    /// What is developing: the stories in the ledger
    Stories(commands::stories::Args),
    /// One story: claims, origins, echoes, series, conflicts
    Story(commands::story::Args),
    /// The way from the outlet to the origin of a figure or statement
    Chain(commands::chain::Args),
    /// The brief of a story under five heads
    Brief(commands::brief::Args),
    /// What is new in all stories since a day, a brief for each
    Digest(commands::digest::Args),
    /// What a person says about an entry: it counts everywhere at once, with an audit trail
    Decide(commands::decide::Args),
    /// How far people agree who have reviewed the same reports apart
    Agreement(commands::agreement::Args),
    /// Serve the ledger to an assistant (Model Context Protocol, over stdin and stdout)
    Mcp(commands::mcp::Args),
    /// Read again what another version has read
    Reread(commands::reread::Args),
    /// Write what is in the ledger in the formats of those who use it: tables, UCDP, ACLED, ninjs, PROV, ...
    Export(commands::export::Args),
    /// Bring hand-made data in as decisions of a named person, and compare it with what the sources say
    Import(commands::import::Args),
    /// Say how the ledger is: damage, room, permissions
    Doctor(commands::doctor::Args),
    /// Copy the ledger into a new file while it is used
    Backup(commands::backup::Args),
    /// Copy a ledger from a file to PostgreSQL, and back
    Copy(commands::copy::Args),
    /// Publish reports to a queue, from which workers take them
    #[cfg(feature = "queue")]
    Feed(commands::feed::Args),
    /// Take reports from a queue, read them and put them into the ledger
    #[cfg(feature = "queue")]
    Worker(commands::worker::Args),
    /// Put a backup in the place of the ledger
    Restore(commands::restore::Args),
    /// Make a damaged ledger whole, and say what is lost
    Repair(commands::repair::Args),
    /// Give room back that the ledger's file no longer needs
    Vacuum(commands::vacuum::Args),
    /// Show the ledger in the browser, with an API
    Serve(commands::serve::Args),
    /// Name who may use `sayso serve`
    User(commands::user::Args),
    /// Score readings against gold data
    Eval(commands::eval::Args),
    /// Print the JSON schema of a reading, a story or a brief
    Schema(commands::schema::Args),
    /// Show the settings and where each comes from
    Config(commands::config::Args),
    /// Print completions for a shell
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
    let command = settings.apply(examples::add(Cli::command()));
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
        Command::Config(args) => commands::config::run(args, &settings),
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

/// Names the rows of the ledger that are damaged; true where there are any.
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
        eprintln!("sayso: `sayso doctor` says more; `sayso repair` makes anew what can be made anew");
    }
    !rows.is_empty()
}

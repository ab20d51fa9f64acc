//! `sayso user`: manages the users of `sayso serve`.

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
    process::ExitCode,
};

use clap::ValueEnum;
use sayso_server::NewSecret;

use crate::{failure::Failure, output};

/// Add somebody to the users file of `sayso serve`, or change an existing user's role or password.
///
/// The password is the first line of stdin. Only its Argon2 hash is kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sayso user ida --role reviewer --users users.tsv < password.txt
  sayso user robot --role reader --token --users users.tsv     prints a token for programs, once")]
pub(crate) struct Args {
    /// Name under which the user signs in and decides
    name: String,
    /// What the user may do
    #[arg(long, value_enum)]
    role: Role,
    /// The users file, created if it does not exist
    #[arg(long, value_name = "FILE")]
    users: PathBuf,
    /// Create a token for programs instead of a password
    #[arg(long)]
    token: bool,
}

/// What a user may do; each role includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// See everything
    Reader,
    /// Decide, and undo one's own decisions
    Reviewer,
    /// Also undo others' decisions
    Admin,
}

/// Writes the file.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let role = match args.role {
        Role::Reader => sayso_server::Role::Reader,
        Role::Reviewer => sayso_server::Role::Reviewer,
        Role::Admin => sayso_server::Role::Admin,
    };
    let secret = if args.token { NewSecret::Token } else { NewSecret::Password(password(&args.name)?) };
    if let Some(token) = sayso_server::add_user(&args.users, &args.name, role, &secret)? {
        output::text(&format!("{token}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn password(name: &str) -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        eprint!("password of {name} (it is shown as you type): ");
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

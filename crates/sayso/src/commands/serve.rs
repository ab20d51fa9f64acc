//! `sayso serve`: the ledger in the browser.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
};

use crate::{config, failure::Failure, ledger::LedgerArgs, output};

/// Show the ledger in the browser: stories, reports with their entries, decisions, search; and a JSON API.
///
/// Only this machine can reach it, unless users are named. Nothing is asked of any other host.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sayso serve                       then open http://127.0.0.1:7373/
  sayso serve --port 0 --by ida     a free port, decisions in Ida's name
  sayso serve --users users.tsv --origin https://desk.example.org
                                    behind a proxy that speaks TLS (docs/serve.md)
  curl http://127.0.0.1:7373/api/v1/figures?category=killed")]
pub(crate) struct Args {
    /// Port; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 7373)]
    port: u16,
    /// Address; beyond loopback only with --users
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// Who decides, where a page says no other; without it the user's name
    #[arg(long, value_name = "NAME", env = "SAYSO_BY")]
    by: Option<String>,
    /// File with the users, as `sayso user` writes it; everybody has to sign in then
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// Address under which browsers reach it, besides its own; may be given several times
    #[arg(long, value_name = "ADDRESS", requires = "users")]
    origin: Vec<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Serves until it is asked to end.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    // A ledger that cannot be opened is said at once, not on the first page.
    let ledger = args.ledger.make()?;
    let options = sayso_server::Options {
        ledger: ledger.path().to_owned(),
        address: SocketAddr::new(args.address, args.port),
        name: args.by.clone().unwrap_or_else(config::user),
        users: args.users.clone(),
        program: std::env::current_exe().ok(),
        origins: args.origin.clone(),
    };
    drop(ledger);
    sayso_server::serve(options, |address| {
        let _ = output::text(&format!("http://{address}/\n"));
    })?;
    Ok(ExitCode::SUCCESS)
}

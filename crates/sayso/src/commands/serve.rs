//! `sayso serve`: the ledger in the browser.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
};

use crate::{config, failure::Failure, ledger::LedgerArgs, output};

/// Serve the ledger to the browser: stories, reports with their entries, decisions, search; and a JSON API.
///
/// Only this machine can reach it, unless users are named. No other host is contacted.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  sayso serve                       then open http://127.0.0.1:7373/
  sayso serve --port 0 --by ida     any free port, decisions in Ida's name
  sayso serve --users users.tsv --origin https://desk.example.org
                                    behind a TLS proxy (docs/serve.md)
  curl http://127.0.0.1:7373/api/v1/figures?category=killed")]
pub(crate) struct Args {
    /// Port; 0 picks a free one
    #[arg(long, value_name = "PORT", default_value_t = 7373)]
    port: u16,
    /// Address to listen on; other than loopback only with --users
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// Who decides, unless a page names somebody else (default: your user name)
    #[arg(long, value_name = "NAME", env = "SAYSO_BY")]
    by: Option<String>,
    /// File with the users, as `sayso user` writes it; everybody must then sign in
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
    /// Another origin under which browsers reach it; may be given several times
    #[arg(long, value_name = "ADDRESS", requires = "users")]
    origin: Vec<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Serves until asked to stop.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    // A ledger that cannot be opened is reported now, not on the first page.
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

//! `sayso mcp`: the ledger for AI assistants.

use std::process::ExitCode;

use sayso_mcp::{Access, ServeError, serve_stdio};

use crate::{failure::Failure, ledger::LedgerArgs};

/// Serve the ledger to an AI assistant over stdin and stdout, using the Model Context Protocol.
#[derive(Debug, clap::Args)]
#[command(after_help = "For a client's configuration:
  {\"mcpServers\": {\"sayso\": {\"command\": \"sayso\", \"args\": [\"mcp\"]}}}

Every answer marks words from reports as untrusted data.")]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Let the assistant add reports and decide; its decisions are kept as those of "assistant"
    #[arg(long)]
    allow_write: bool,
}

/// Serves until the client is done.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let access = if args.allow_write { Access::Write } else { Access::Read };
    let of = &args.ledger;
    let ledger = if args.allow_write { of.make()? } else { of.open()? };
    serve_stdio(ledger, access).map_err(|error| match error {
        ServeError::Ledger(error) => Failure::Ledger(error),
        other => Failure::Other(other.to_string()),
    })?;
    Ok(ExitCode::SUCCESS)
}

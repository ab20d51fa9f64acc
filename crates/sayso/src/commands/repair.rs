//! `sayso repair`: repairs a damaged ledger.

use std::process::ExitCode;

use sayso_ledger::{Ledger, LedgerError};

use crate::{
    failure::Failure,
    ledger::LedgerArgs,
    output::{self, printable},
};

/// Rebuild everything that is derived, keep the intact reports and decisions, and say what is lost. The damaged ledger
/// is kept next to the new one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code 3 means that something was lost.")]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Repairs and prints what was kept and lost.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let path = args.ledger.only_file()?.path()?;
    let sound = match Ledger::open_read_only(&path) {
        Err(LedgerError::Contents { .. } | LedgerError::Corrupt) => false,
        opened => opened?.examine()?.is_sound(),
    };
    if sound {
        output::text("nothing is damaged; nothing was changed\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let done = sayso_ledger::repair(&path)?;
    let mut ledger = Ledger::open_existing(&path)?;
    for id in &done.unread {
        if let Some(stored) = ledger.report(*id)? {
            ledger.reread(*id, sayso_read::read(&stored.report))?;
        }
    }
    sayso_desk::catch_up(&mut ledger)?;
    let mut out = format!(
        "kept {} reports ({} reread) and {} decisions; stories are rebuilt\n",
        done.reports,
        done.unread.len(),
        done.decisions
    );
    for lost in &done.lost {
        out.push_str(&format!("lost {lost}\n"));
    }
    if let Some(old) = &done.old {
        out.push_str(&format!("the damaged ledger is now {}\n", printable(&old.to_string_lossy())));
    }
    output::text(&out)?;
    Ok(if done.lost.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

//! `sayso doctor`: the state of the ledger.

use std::{fmt::Write, fs::OpenOptions, path::Path, process::ExitCode};

use sayso_ledger::{Health, Ledger, LedgerError, is_postgres};

use crate::{
    failure::Failure,
    ledger::LedgerArgs,
    output::{self, bytes, printable},
};

/// Read the whole ledger and check it: pages, indexes, rows, schema, disk space, permissions.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit code 3 means that something is damaged.")]
pub(crate) struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints what is found; changes nothing.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let path = args.ledger.path()?;
    let ledger = match Ledger::open_read_only(&path) {
        // Nothing else can be examined.
        Err(e @ LedgerError::Contents { .. }) => {
            if args.json {
                output::json_line(&serde_json::json!({"file_damage": [e.to_string()]}))?;
            } else {
                output::text(&format!("damage       {}\n", printable(&e.to_string())))?;
            }
            return Ok(ExitCode::from(3));
        }
        opened => opened?,
    };
    let health = ledger.examine()?;
    if args.json {
        output::json_line(&serde_json::to_value(&health)?)?;
    } else {
        output::text(&text(&ledger, &health))?;
    }
    Ok(if health.is_sound() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

fn text(ledger: &Ledger, health: &Health) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "ledger       {}", printable(&ledger.name()));
    let _ = writeln!(out, "schema       {} (sayso {})", health.schema, env!("CARGO_PKG_VERSION"));
    let _ = writeln!(
        out,
        "holds        {} reports ({} not read), {} decisions",
        health.reports, health.unread, health.decisions
    );
    let _ = writeln!(out, "size         {}, {} unused", bytes(health.bytes), bytes(health.free_bytes));
    let path = ledger.path();
    // A server's disk and permissions are its administrators' business.
    if !is_postgres(path) {
        if let Some(free) = free_on_disk(path) {
            let _ = writeln!(out, "free         {} on its disk", bytes(free));
        }
        let writes = OpenOptions::new().write(true).open(path).is_ok();
        let _ = writeln!(
            out,
            "permissions  {}{}",
            mode(path),
            if writes { "can be written" } else { "can only be read" }
        );
    }
    let all = health.file_damage.iter().map(|d| format!("file: {d}"));
    let all: Vec<String> = all.chain(health.row_damage.iter().map(|d| format!("row: {d}"))).collect();
    if all.is_empty() {
        let _ = writeln!(out, "damage       none");
        // Up to a tenth is ignored: the next reports will use it.
        if health.free_bytes > health.bytes / 10 {
            let _ = writeln!(out, "`sayso vacuum` releases the unused space");
        }
        return out;
    }
    let _ = writeln!(out, "damage       {} found", all.len());
    for damage in all {
        let _ = writeln!(out, "  {}", printable(&damage));
    }
    let _ = writeln!(
        out,
        "`sayso repair` rebuilds what can be rebuilt; `sayso restore BACKUP` replaces the ledger with a backup"
    );
    out
}

#[cfg(unix)]
fn free_on_disk(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_on_disk(_: &Path) -> Option<u64> {
    None
}

#[cfg(unix)]
fn mode(path: &Path) -> String {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path)
        .map_or_else(|_| String::new(), |meta| format!("{:o}, ", meta.permissions().mode() & 0o777))
}

#[cfg(not(unix))]
fn mode(_: &Path) -> String {
    String::new()
}

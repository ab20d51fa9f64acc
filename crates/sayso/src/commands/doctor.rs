//! `sayso doctor`: the state of the ledger.

use std::{fmt::Write, fs::OpenOptions, path::Path, process::ExitCode};

use sayso_ledger::{Health, Ledger, LedgerError, cut_off, is_postgres};

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
        Err(e @ (LedgerError::Contents { .. } | LedgerError::Corrupt)) => {
            let damage = match (cut_off(&path), e) {
                (Some(end), LedgerError::Corrupt) => {
                    format!("the file ends early: it has {} bytes of {}; {ADVICE}", end.bytes, end.stated)
                }
                (None, LedgerError::Corrupt) => format!("the file's first pages cannot be read; {ADVICE}"),
                (_, e) => e.to_string(),
            };
            if args.json {
                let found = serde_json::json!({"version": VERSION, "file_damage": [damage]});
                output::json_line(&found)?;
            } else {
                output::text(&format!("damage       {}\n", printable(&damage)))?;
            }
            return Ok(ExitCode::from(3));
        }
        opened => opened?,
    };
    let health = ledger.examine()?;
    let file = File::of(ledger.path());
    if args.json {
        let mut value = serde_json::to_value(&health)?;
        if let (Some(all), serde_json::Value::Object(file)) =
            (value.as_object_mut(), serde_json::to_value(&file)?)
        {
            all.insert("ledger".to_owned(), ledger.name().into());
            all.insert("version".to_owned(), VERSION.into());
            all.extend(file);
        }
        output::json_line(&value)?;
    } else {
        output::text(&text(&ledger, &health, &file))?;
    }
    Ok(if health.is_sound() { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What to do about damage.
const ADVICE: &str =
    "`sayso repair` saves what can be saved; `sayso restore BACKUP` replaces the ledger with a backup";

/// The ledger's file on its disk; nothing for a ledger on a server, whose disk and permissions are its administrators'
/// business.
#[derive(Debug, Default, serde::Serialize)]
struct File {
    /// Bytes that are free on its disk.
    disk_free_bytes: Option<u64>,
    /// Permissions in octal digits, where the system has such.
    permissions: Option<String>,
    /// Whether this user may write it.
    writable: Option<bool>,
}

impl File {
    fn of(path: &Path) -> Self {
        if is_postgres(path) {
            return Self::default();
        }
        Self {
            disk_free_bytes: free_on_disk(path),
            permissions: mode(path),
            writable: Some(OpenOptions::new().write(true).open(path).is_ok()),
        }
    }
}

fn text(ledger: &Ledger, health: &Health, file: &File) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "ledger       {}", printable(&ledger.name()));
    let _ = writeln!(out, "schema       {} (sayso {VERSION})", health.schema);
    let _ = writeln!(
        out,
        "holds        {} reports ({} not read), {} decisions",
        health.reports, health.unread, health.decisions
    );
    let _ = writeln!(out, "size         {}, {} unused", bytes(health.bytes), bytes(health.unused_bytes));
    if let Some(free) = file.disk_free_bytes {
        let _ = writeln!(out, "free         {} on its disk", bytes(free));
    }
    if let Some(writable) = file.writable {
        let mode = file.permissions.as_ref().map(|mode| format!("{mode}, ")).unwrap_or_default();
        let can = if writable { "can be written" } else { "can only be read" };
        let _ = writeln!(out, "permissions  {mode}{can}");
    }
    let all = health.file_damage.iter().map(|d| format!("file: {d}"));
    let all: Vec<String> = all.chain(health.row_damage.iter().map(|d| format!("row: {d}"))).collect();
    if all.is_empty() {
        let _ = writeln!(out, "damage       none");
        // Up to a tenth is ignored: the next reports will use it.
        if health.unused_bytes > health.bytes / 10 {
            let _ = writeln!(out, "`sayso vacuum` releases the unused space");
        }
        return out;
    }
    let _ = writeln!(out, "damage       {} found", all.len());
    for damage in all {
        let _ = writeln!(out, "  {}", printable(&damage));
    }
    let _ = writeln!(out, "{ADVICE}");
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
fn mode(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let meta = std::fs::metadata(path).ok()?;
    Some(format!("{:o}", meta.permissions().mode() & 0o777))
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<String> {
    None
}

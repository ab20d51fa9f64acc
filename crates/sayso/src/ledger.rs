//! What the commands that use the ledger share.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use clap::{Arg, Command};
use sayso_desk::DeskError;
use sayso_ledger::{Damaged, Ledger, LedgerError, LeftOut, StoryId, View, files_of, is_postgres};
use sayso_model::Date;

use crate::{failure::Failure, output};

/// Which ledger.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct LedgerArgs {
    /// The ledger: a file or postgres://USER@HOST/DATABASE (default: sayso/ledger.db in the XDG data folder)
    #[arg(long, value_name = "FILE", env = "SAYSO_LEDGER")]
    pub(crate) ledger: Option<PathBuf>,
}

impl LedgerArgs {
    /// The file.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        self.ledger.clone().or_else(sayso_ledger::default_path).ok_or_else(|| {
            Failure::Other(
                "there is no home folder to keep a ledger in; name a file with --ledger".to_owned(),
            )
        })
    }

    /// The ledger, which must exist.
    pub(crate) fn open(&self) -> Result<Ledger, Failure> {
        let path = self.path()?;
        guard_stdout(&path)?;
        let ledger = Ledger::open_existing(&path)?;
        note(&ledger);
        Ok(ledger)
    }

    /// Refuses a ledger on PostgreSQL, for operations that need a file.
    pub(crate) fn only_file(&self) -> Result<&Self, Failure> {
        if self.ledger.as_deref().is_some_and(is_postgres) {
            return Err(LedgerError::OnPostgres.into());
        }
        Ok(self)
    }

    /// The ledger, created if it does not exist, which is reported. Folders are created only for the default location.
    pub(crate) fn make(&self) -> Result<Ledger, Failure> {
        let path = self.path()?;
        guard_stdout(&path)?;
        if let (None, Some(folder)) = (&self.ledger, path.parent()) {
            fs::create_dir_all(folder)
                .map_err(|source| Failure::Write { path: folder.to_owned(), source })?;
        }
        let was_there = is_postgres(&path) || fs::metadata(&path).is_ok_and(|meta| meta.len() > 0);
        let ledger = Ledger::open(&path)?;
        note(&ledger);
        if !was_there {
            output::complain(&format!("created a new ledger at {}", path.display()));
        }
        Ok(ledger)
    }
}

/// What the ledgers of this run have left out, reported when the program ends.
static LEFT_OUT: Mutex<Vec<LeftOut>> = Mutex::new(Vec::new());

fn note(ledger: &Ledger) {
    LEFT_OUT.lock().unwrap_or_else(PoisonError::into_inner).push(ledger.left_out());
}

/// Rows that were left out of the output because they are damaged.
pub(crate) fn left_out() -> Vec<Damaged> {
    LEFT_OUT.lock().unwrap_or_else(PoisonError::into_inner).iter().flat_map(LeftOut::rows).collect()
}

/// Refuses to print into the ledger, as `sayso export >> ledger.db` would.
fn guard_stdout(ledger: &Path) -> Result<(), Failure> {
    if output::stdout_is(&files_of(ledger)) {
        return Err(Failure::Overwrite { path: ledger.to_owned(), what: "is the output file" });
    }
    Ok(())
}

/// Whose decisions count in what is shown.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ViewArgs {
    /// Use only NAME's decisions and ignore everyone else's: for independent review
    #[arg(id = "seen_as", long = "as", value_name = "NAME")]
    pub(crate) name: Option<String>,
}

impl ViewArgs {
    /// Whose decisions count.
    pub(crate) fn view(&self) -> View<'_> {
        self.name.as_deref().map_or(View::Common, View::Of)
    }

    /// The ledger under that view.
    pub(crate) fn open(&self, args: &LedgerArgs) -> Result<Ledger, Failure> {
        let mut ledger = args.open()?;
        if let Some(name) = &self.name {
            sayso_desk::catch_up(&mut ledger)?;
            ledger.see_as(name)?;
        }
        Ok(ledger)
    }
}

/// A day on the command line.
pub(crate) fn day(written: &str) -> Result<Date, String> {
    Date::parse(written).ok_or_else(|| format!("'{written}' is not a date of the form YYYY-MM-DD"))
}

/// The number of a story.
pub(crate) fn story(written: &str) -> Result<i64, String> {
    written.parse().map_err(|_| "a story is given by its number, as `sayso stories` lists it".to_owned())
}

/// Refuses a story that does not exist: a list of nothing would say that it has nothing.
pub(crate) fn known_story(ledger: &mut Ledger, story: Option<i64>) -> Result<(), Failure> {
    let Some(story) = story else { return Ok(()) };
    sayso_desk::catch_up(ledger)?;
    match ledger.story(StoryId(story))? {
        Some(_) => Ok(()),
        None => Err(DeskError::NoStory(story).into()),
    }
}

/// The command line with `--ledger` for every command: scripts may name the ledger with all of them, and those that use none
/// ignore it.
pub(crate) fn accepted_everywhere(command: Command) -> Command {
    command.mut_subcommands(|sub| {
        if sub.get_arguments().any(|arg| arg.get_long() == Some("ledger")) {
            return sub;
        }
        sub.arg(Arg::new("ledger_unused").long("ledger").value_name("FILE").hide(true))
    })
}

/// The arguments, with a `--ledger` before the command moved after it, where the command expects it.
pub(crate) fn behind_the_command(mut all: Vec<OsString>) -> Vec<OsString> {
    let count = match all.get(1).and_then(|first| first.to_str()) {
        Some("--ledger") => 2,
        Some(first) if first.starts_with("--ledger=") => 1,
        _ => return all,
    };
    if all.len() > 1 + count {
        let ledger: Vec<OsString> = all.drain(1..=count).collect();
        all.splice(2..2, ledger);
    }
    all
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::behind_the_command;

    #[test]
    fn the_ledger_option_may_precede_the_command() {
        let put = |line: &str| {
            let all = behind_the_command(line.split(' ').map(OsString::from).collect());
            all.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(put("sayso --ledger l.db figures --limit 5"), "sayso figures --ledger l.db --limit 5");
        assert_eq!(put("sayso --ledger=l.db stories"), "sayso stories --ledger=l.db");
        for line in
            ["sayso figures --ledger l.db", "sayso --ledger l.db", "sayso --ledger", "sayso", "sayso --help"]
        {
            assert_eq!(put(line), line);
        }
    }
}

//! Addresses of PostgreSQL are never taken for files, and never printed with a password.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should say where")]

use std::path::Path;

use sayso_ledger::{Ledger, LedgerError, copy, is_postgres, restore};

const ADDRESS: &str = "postgres://ida:hunter2@db.example/news";

#[test]
fn what_works_with_a_file_only_says_so() {
    let address = Path::new(ADDRESS);
    assert!(is_postgres(address) && is_postgres(Path::new("postgresql:///news")));
    assert!(!is_postgres(Path::new("postgres.db")));
    for refused in [Ledger::open(address), Ledger::open_existing(address), Ledger::open_read_only(address)] {
        assert!(matches!(refused, Err(LedgerError::OnPostgres)), "{refused:?}");
    }
    assert!(matches!(restore(Path::new("backup.db"), address), Err(LedgerError::OnPostgres)));
    assert!(matches!(Ledger::in_memory().unwrap().back_up(address), Err(LedgerError::OnPostgres)));
}

#[test]
fn two_files_are_copied_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one.db"), folder.path().join("two.db"));
    Ledger::open(&one).unwrap();
    assert_eq!(copy(&one, &two).unwrap(), 0);
    assert!(matches!(copy(&one, &two), Err(LedgerError::Exists(_))));
}

#[cfg(not(feature = "postgres"))]
#[test]
fn a_program_without_postgres_says_how_to_get_it() {
    let refused = copy(Path::new("a.db"), Path::new(ADDRESS)).unwrap_err().to_string();
    assert!(refused.contains("--features postgres") && !refused.contains("hunter2"), "{refused}");
}

#[cfg(feature = "postgres")]
#[test]
fn nothing_goes_over_a_network_unencrypted_unless_that_is_said() {
    for address in [ADDRESS.to_owned(), "postgres://ida:hunter2@localhost/news?sslmode=require".to_owned()] {
        let refused = sayso_ledger::catalogue(Path::new(&address)).map(|_| ()).unwrap_err();
        assert!(matches!(refused, LedgerError::Unencrypted(_)), "{refused:?}");
        assert!(!refused.to_string().contains("hunter2"), "{refused}");
    }
    let refused =
        sayso_ledger::catalogue(Path::new("postgres://ida:hunter2@host:port/x")).map(|_| ()).unwrap_err();
    assert!(
        matches!(refused, LedgerError::Address(_)) && !refused.to_string().contains("hunter2"),
        "{refused}"
    );
}

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
    let address = Path::new(ADDRESS);
    for refused in [
        copy(Path::new("a.db"), address).unwrap_err(),
        Ledger::open(address).unwrap_err(),
        Ledger::open_existing(address).unwrap_err(),
        Ledger::open_read_only(address).unwrap_err(),
    ] {
        let refused = refused.to_string();
        assert!(refused.contains("--features postgres") && !refused.contains("hunter2"), "{refused}");
    }
}

#[cfg(feature = "postgres")]
#[test]
fn nothing_goes_unencrypted_to_a_server_without_tls_unless_that_is_said() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut asked = [0; 8];
        client.read_exact(&mut asked).unwrap();
        // "No TLS here."
        client.write_all(b"N").unwrap();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).unwrap();
        rest
    });
    let address = format!("postgres://ida:hunter2@127.0.0.1:{port}/news?sslmode=require");
    let refused = Ledger::open(Path::new(&address)).unwrap_err();
    assert!(refused.to_string().contains("TLS") && !refused.to_string().contains("hunter2"), "{refused}");
    assert_eq!(heard.join().unwrap(), b"", "whoever answers hears nothing but whether there is TLS");

    let refused = Ledger::open_existing(Path::new("postgres://ida:hunter2@host:port/x")).unwrap_err();
    assert!(
        matches!(refused, LedgerError::Address(_)) && !refused.to_string().contains("hunter2"),
        "{refused}"
    );
}

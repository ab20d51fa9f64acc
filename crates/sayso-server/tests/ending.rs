//! A server that is asked to end as soon as it says that it is ready. A program of its own: the signal is for the whole process.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::process::Command;

use sayso_ledger::Ledger;

#[test]
fn a_server_that_says_it_is_ready_ends_cleanly_when_it_is_asked_to_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("ledger.db");
    drop(Ledger::open(&ledger).unwrap());
    let options = sayso_server::Options {
        ledger,
        address: ([127, 0, 0, 1], 0).into(),
        name: "desk".to_owned(),
        users: None,
        program: None,
        origins: Vec::new(),
    };
    let ended = sayso_server::serve(options, |_| {
        // The signal has come before this returns; whoever did not listen for it would be gone.
        Command::new("kill").arg(std::process::id().to_string()).status().unwrap();
    });
    assert!(ended.is_ok(), "{ended:?}");
}

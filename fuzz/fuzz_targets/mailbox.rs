#![no_main]
//! Mailboxes in one file.

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{Item, Limits, mailbox};

fuzz_target!(|bytes: &[u8]| {
    let mut sink = |_: Item| ControlFlow::Continue(());
    let _ = mailbox::read("desk.mbox", &mut &*bytes, &Limits::default(), &mut sink);
});

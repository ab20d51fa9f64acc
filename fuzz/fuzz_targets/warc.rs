#![no_main]
//! Web archives.

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{Item, Limits, warc};

fuzz_target!(|bytes: &[u8]| {
    let mut sink = |_: Item| ControlFlow::Continue(());
    let _ = warc::read("fuzz", &mut &*bytes, &Limits::default(), &mut sink);
});

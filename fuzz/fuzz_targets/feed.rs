#![no_main]
//! RSS, Atom and JSON Feed.

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{Item, Limits, feed};
use sayso_model::Head;
fuzz_target!(|bytes: &[u8]| {
    let mut sink = |_: Item| ControlFlow::Continue(());
    let _ = feed::read("fuzz", bytes, None, &Head::default(), &Limits::default(), &mut sink);
});

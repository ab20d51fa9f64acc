#![no_main]
//! An input of any form, from its first bytes to the reports in it, compressed or not.

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{HeadOverrides, Item, Limits, source};
use sayso_model::Head;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { report_bytes: 1 << 20, feed_bytes: 1 << 20, ..Limits::default() };
    let _ = source::open("fuzz", "", bytes, &Head::default(), None, &limits, &mut |item| {
        if let Item::Piece(piece) = item {
            let _ = source::report(&piece, &HeadOverrides::default(), &limits);
        }
        ControlFlow::Continue(())
    });
});

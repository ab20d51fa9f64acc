#![no_main]
//! JSON lines and their records.

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{HeadOverrides, Item, Limits, jsonl};
use sayso_model::Head;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { report_bytes: 4096, ..Limits::default() };
    let _ = jsonl::read("fuzz", &mut &*bytes, &limits, &mut |item| {
        if let Item::Piece(piece) = item {
            let _ = jsonl::report(&piece.bytes, &Head::default(), &HeadOverrides::default(), &limits);
        }
        ControlFlow::Continue(())
    });
});

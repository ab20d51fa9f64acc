#![no_main]
//! One item.

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{HeadOverrides, ninjs};
use sayso_model::Head;

fuzz_target!(|bytes: &[u8]| {
    let _ = ninjs::report(bytes, &Head::default(), &HeadOverrides::default());
});

#![no_main]
//! One item.

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{HeadOverrides, newsml};
use sayso_model::Head;

fuzz_target!(|bytes: &[u8]| {
    let _ = newsml::report(bytes, &Head::default(), &HeadOverrides::default());
});

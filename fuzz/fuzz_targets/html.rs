#![no_main]
//! Pages, whole and as fragments.

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{HeadOverrides, Limits, html};
use sayso_model::Head;

fuzz_target!(|bytes: &[u8]| {
    let _ = html::read(bytes, None, &Head::default(), &HeadOverrides::default(), &Limits::default());
    let _ = html::fragment(bytes, &Head::default(), &HeadOverrides::default());
});

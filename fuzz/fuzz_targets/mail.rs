#![no_main]
//! Mails.

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{HeadOverrides, mail};
use sayso_model::Head;

fuzz_target!(|bytes: &[u8]| {
    let _ = mail::report(bytes, &Head::default(), &HeadOverrides::default());
});

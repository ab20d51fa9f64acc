#![no_main]
//! Lists of feeds, and what is written of them read again.

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{Limits, opml};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(feeds) = opml::read(bytes, &Limits::default()) {
        assert!(opml::read(opml::write("list", &feeds).as_bytes(), &Limits::default()).is_ok());
    }
});

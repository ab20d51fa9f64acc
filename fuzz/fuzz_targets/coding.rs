#![no_main]
//! Content codings.

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{Limits, coding};

fuzz_target!(|bytes: &[u8]| {
    for name in ["gzip", "deflate", "br", "gzip, br"] {
        let _ = coding::decoded(name, bytes.to_vec(), 1 << 20, &Limits::default());
    }
});

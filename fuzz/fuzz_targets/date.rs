#![no_main]
//! Written dates: what is read is a day that exists.

use libfuzzer_sys::fuzz_target;
use sayso_ingest::parse_date;

fuzz_target!(|written: &str| {
    if let Some(found) = parse_date(written) {
        assert!((1700..=2200).contains(&found.date.year()));
    }
});

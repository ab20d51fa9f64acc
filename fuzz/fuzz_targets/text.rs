#![no_main]
//! Plain text with and without a head: every span must cut its value.

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{HeadOverrides, normalise, text};

fuzz_target!(|bytes: &[u8]| {
    let Ok(report) = text(bytes, &HeadOverrides::default()) else { return };
    assert_eq!(normalise::normalise(&report.text), report.text);
    let head = &report.head;
    for value in head.headline.iter().chain(&head.byline).chain(&head.dateline) {
        if let Some(span) = value.span {
            assert_eq!(normalise::line(span.cut(&report.text)).to_lowercase().len() > 0, true);
        }
    }
});

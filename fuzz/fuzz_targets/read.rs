//! Any bytes as a plain text report: no panic, and every span cuts what it says.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(report) = sayso_ingest::text(bytes, &sayso_ingest::HeadOverrides::default()) {
        let reading = sayso_read::read(&report);
        for figure in &reading.figures {
            assert!(!figure.span.cut(&reading.report.text).is_empty());
        }
        for statement in &reading.statements {
            assert!(statement.content.iter().all(|c| !c.cut(&reading.report.text).is_empty()));
        }
    }
});

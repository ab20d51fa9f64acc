#![no_main]
//! Sitemaps.

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{Item, Limits, sitemap};

fuzz_target!(|bytes: &[u8]| {
    let mut sink = |_: Item| ControlFlow::Continue(());
    let _ = sitemap::read("sitemap.xml", bytes, Some("https://a.test/map.xml"), &Limits::default(), &mut sink);
});

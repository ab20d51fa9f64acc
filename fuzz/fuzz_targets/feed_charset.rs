#![no_main]
//! RSS, Atom and JSON Feed in charsets that parsers of XML have no business with, and declared as others.

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use sayso_ingest::{Item, Limits, feed};
use sayso_model::Head;
fuzz_target!(|input: (u8, u8, &str)| {
    let (form, name, body) = input;
    let names = ["UTF-16", "ISO-10646-UCS-2", "UCS-4", "utf-8", "IBM037", "shift_jis", "nonsense", ""];
    let name = names.get(usize::from(name) % names.len()).copied().unwrap_or("");
    let text = format!("<?xml version=\"1.0\" encoding=\"{name}\"?>{body}");
    let bytes: Vec<u8> = match form % 5 {
        0 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        1 => "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        2 => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        3 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
        _ => text.into_bytes(),
    };
    let mut sink = |_: Item| ControlFlow::Continue(());
    let _ = feed::read("fuzz", &bytes, None, &Head::default(), &Limits::default(), &mut sink);
});

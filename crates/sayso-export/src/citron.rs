//! Citron's annotation format (BBC): quotes with the spans of source, cue and content, and which source words corefer.

use sayso_ledger::EntryKind;
use sayso_model::Span;
use serde_json::{Value, json};

use crate::reports::Document;

/// A report as a Citron document. Statements without a cue are not quotes there.
pub(crate) fn document(document: &Document) -> Value {
    let text = document.text();
    let span = |span: &Span| {
        let (start, end) = document.offsets.of(text, *span);
        json!({"start": start, "end": end, "text": span.cut(text)})
    };
    let spans = |all: &[Span]| all.iter().map(span).collect::<Vec<_>>();
    let reading = document.reading();
    let quotes: Vec<Value> = reading
        .statements
        .iter()
        .enumerate()
        .filter_map(|(index, s)| {
            let cue = Span::hull(&s.cue)?;
            Some(json!({
                "id": document.name(EntryKind::Statement, index),
                "cue": span(&cue),
                "sources": spans(&s.source),
                "contents": spans(&s.content),
            }))
        })
        .collect();
    let groups = reading.speakers.iter().filter(|speaker| speaker.mentions.len() > 1);
    let groups: Vec<Vec<Value>> =
        groups.map(|s| s.mentions.iter().map(|mention| span(&mention.span)).collect()).collect();
    json!({
        "id": document.key(),
        "text_hash": document.line.text_hash,
        "text": text,
        "quotes": quotes,
        "coreference_groups": groups,
    })
}

//! Writes the reader's analysis of each text, for `training/decide`.
//!
//! ```text
//! cargo run --release -p sayso-read --example decide_features < TEXTS.jsonl > FEATURES.jsonl
//! ```
//! Input: one object per line with `id` and `text`. Output: `id`, `sentences` (start, end), `candidates` (start, end, why
//! barred), `figures` (number start, end, category, origin, its source's spans, the rule, modality, negated, the rule of the
//! origin, whether the number is in its statement's content), all in code points. With the feature `foreign-weights` and
//! `SAYSO_DECIDE=/dev/null`, the rules decide alone.

use std::io::{BufRead, Write};

use sayso_model::{Head, Report};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let record: Value = serde_json::from_str(&line?)?;
        let text = record.get("text").and_then(Value::as_str).ok_or("a line without \"text\"")?;
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let point = |byte: usize| starts.partition_point(|&s| s < byte);
        let document = sayso_read::analyze(text);
        let times = sayso_read::time::find(&document, text, None);
        let candidates: Vec<Value> = sayso_read::figure::candidates(&document, text, &times)
            .iter()
            .map(|c| json!([point(c.number.start), point(c.number.end), c.barred]))
            .collect();
        let sentences: Vec<Value> =
            document.sentences.iter().map(|s| json!([point(s.span.start), point(s.span.end)])).collect();
        let reading = sayso_read::read(&Report {
            raw_hash: String::new(),
            text_hash: String::new(),
            text: text.to_owned(),
            head: Head::default(),
            diagnostics: Vec::new(),
        });
        let figures: Vec<Value> = reading
            .figures
            .iter()
            .map(|f| {
                let source: Vec<Value> = f
                    .statement
                    .and_then(|s| reading.statements.get(s.index()))
                    .map(|s| s.source.iter().map(|s| json!([point(s.start), point(s.end)])).collect())
                    .unwrap_or_default();
                let rule = f.why.category.by.first().map_or("", |by| by.as_ref());
                json!([
                    point(f.number.start),
                    point(f.number.end),
                    f.category.as_str(),
                    f.origin,
                    source,
                    rule,
                    f.modality,
                    f.negated,
                    f.why.origin.by.first().map_or("", |by| by.as_ref()),
                    f.statement
                        .and_then(|s| reading.statements.get(s.index()))
                        .is_some_and(|s| { s.content.iter().any(|c| c.contains(f.number)) })
                ])
            })
            .collect();
        writeln!(
            out,
            "{}",
            json!({"id": record["id"], "sentences": sentences, "candidates": candidates, "figures": figures})
        )?;
    }
    Ok(())
}

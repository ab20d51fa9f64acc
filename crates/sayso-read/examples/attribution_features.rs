//! Writes the language core's analysis of each text in a gold file, for `training/attribution`.
//!
//! ```text
//! cargo run --release -p sayso-read --example attribution_features < GOLD.jsonl > FEATURES.jsonl
//! ```
//! One JSON object per line: `doc_id`, `tokens` (start and end in code points, lemma, UPOS, XPOS, head or -1, relation, entity)
//! and `sentences` (first token, one past the last).

use std::io::{BufRead, Write};

use sayso_model::EntityKind;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let record: Value = serde_json::from_str(&line?)?;
        let text = record.get("text").and_then(Value::as_str).ok_or("a line without \"text\"")?;
        let document = sayso_text::analyze(text);
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let point = |byte: usize| starts.partition_point(|&s| s < byte);
        let mut entity = vec![""; document.tokens.len()];
        for mention in &document.entities {
            let name = match mention.kind {
                EntityKind::Person => "PERSON",
                EntityKind::Organization => "ORG",
                EntityKind::Location => "LOC",
            };
            for slot in
                entity.iter_mut().take(mention.tokens.end as usize).skip(mention.tokens.start as usize)
            {
                *slot = name;
            }
        }
        let tokens: Vec<Value> = document
            .tokens
            .iter()
            .zip(entity)
            .map(|(t, e)| {
                let head = t.head.map_or(-1, i64::from);
                json!([
                    point(t.span.start),
                    point(t.span.end),
                    t.lemma,
                    t.upos.as_str(),
                    t.xpos,
                    head,
                    t.relation,
                    e
                ])
            })
            .collect();
        let sentences: Vec<Value> =
            document.sentences.iter().map(|s| json!([s.tokens.start, s.tokens.end])).collect();
        writeln!(out, "{}", json!({"doc_id": record["doc_id"], "tokens": tokens, "sentences": sentences}))?;
    }
    Ok(())
}

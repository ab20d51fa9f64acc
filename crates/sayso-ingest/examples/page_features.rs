//! Prints the features of every block of every page of a gold file, one page per line, for `training/main_text/train.py`.
//!
//! usage: cargo run --release -p sayso-ingest --example page_features GOLD.jsonl > FEATURES.jsonl

use std::{fs, path::Path};

use sayso_ingest::{Limits, gzip, html};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let gold = std::env::args().nth(1).ok_or("usage: page_features GOLD.jsonl")?;
    let folder = Path::new(&gold).parent().unwrap_or(Path::new("."));
    for line in fs::read_to_string(&gold)?.lines() {
        let row: Value = serde_json::from_str(line)?;
        let bytes = fs::read(folder.join(row["html"].as_str().unwrap_or_default()))?;
        let page = gzip::gunzip(&bytes, 64 << 20, &Limits::default())?;
        let blocks = html::features(&page, row["url"].as_str(), &Limits::default());
        println!("{}", json!({"id": row["id"], "blocks": blocks}));
    }
    Ok(())
}

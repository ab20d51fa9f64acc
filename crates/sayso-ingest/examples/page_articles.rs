//! Prints body and head of every page of a gold file, one page per line, in the form of `sayso eval articles --predictions`.
//!
//! usage: cargo run -p sayso-ingest --example page_articles GOLD.jsonl > PREDICTIONS.jsonl

use std::{fs, path::Path};

use sayso_ingest::{HeadOverrides, Limits, gzip, head, html};
use sayso_model::{Head, HeadSource};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let gold = std::env::args().nth(1).ok_or("usage: page_articles GOLD.jsonl")?;
    let folder = Path::new(&gold).parent().unwrap_or(Path::new("."));
    let limits = Limits::default();
    for line in fs::read_to_string(&gold)?.lines() {
        let row: Value = serde_json::from_str(line)?;
        let bytes = fs::read(folder.join(row["html"].as_str().unwrap_or_default()))?;
        let page = gzip::gunzip(&bytes, 64 << 20, &limits)?;
        let known = Head {
            url: row["url"].as_str().and_then(|u| head::stated(u, &HeadSource::Record)),
            ..Head::default()
        };
        let found = html::article(&page, None, &known, &HeadOverrides::default(), &limits).ok();
        let head = found.as_ref().map(|a| &a.head);
        println!(
            "{}",
            json!({
                "id": row["id"],
                "body": found.as_ref().map(|a| &a.body),
                "title": head.and_then(|h| h.headline.as_ref()).map(|h| &h.value),
                "author": head.map(|h| h.byline.iter().map(|n| &n.value).collect::<Vec<_>>()),
                "date": head.and_then(|h| h.published.as_ref()).map(|d| d.value.to_string()),
                "from": head.map(|h| [
                    h.headline.as_ref().map(|x| format!("{:?}", x.from)),
                    h.byline.first().map(|x| format!("{:?}", x.from)),
                    h.published.as_ref().map(|x| format!("{:?}", x.from)),
                ]),
            })
        );
    }
    Ok(())
}

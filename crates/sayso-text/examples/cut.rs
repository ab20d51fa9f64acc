//! Splits texts (separated by NUL on standard input) into lines of one sentence each, tokens separated by tabs.
//! `training/text/label.py` reads them.

use std::io::{Read, Write};

fn main() -> std::io::Result<()> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for text in input.split('\0') {
        let cut = sayso_text::segment(text);
        for s in &cut.sentences {
            let tokens = cut.tokens.get(s.start as usize..s.end as usize).unwrap_or_default();
            let forms: Vec<&str> = tokens.iter().map(|t| t.span.cut(text)).collect();
            writeln!(out, "{}", forms.join("\t"))?;
        }
    }
    Ok(())
}

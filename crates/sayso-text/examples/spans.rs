//! Token spans (code points) of texts separated by NUL on standard input: one per line, a blank line after each text.
//! `training/text/boundary.py` reads them, with the gap that follows each token.

use std::io::{Read, Write};

fn main() -> std::io::Result<()> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for text in input.split('\0') {
        let (mut byte, mut point) = (0, 0);
        let mut at = |to: usize| {
            point += text.get(byte..to).map_or(0, |t| t.chars().count());
            byte = to;
            point
        };
        for t in sayso_text::tokens(text) {
            let (start, end) = (at(t.span.start), at(t.span.end));
            writeln!(out, "{start} {end} {}", t.gap as u8)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

//! Prints the full analysis of texts (separated by NUL on standard input), with every bit of the network's states; then the
//! states of an encoder for made-up pieces, given its weights file. `.ci/arm` compares the output between machines.

use std::io::{Read, Write};

use sayso_text::network::{Encoder, Level, Scratch, Weights};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let bits = |states: &[f32]| states.iter().map(|s| s.to_bits()).collect::<Vec<u32>>();
    for text in input.split('\0') {
        let analysis = sayso_text::analyze_with_states(text);
        writeln!(out, "{:?}\n{:x?}", analysis.document, bits(&analysis.states))?;
    }
    if let Some(path) = std::env::args().nth(1) {
        let weights = Weights::parse(Box::leak(std::fs::read(path)?.into_boxed_slice()))?;
        let encoder = Encoder::load(&weights)?;
        for length in [1, 7, 128] {
            let pieces: Vec<(u32, u8)> = (0..length).map(|i| (i * 131 % 17_000, (i % 6) as u8)).collect();
            let states = encoder.encode(Level::detect(), &pieces, &mut Scratch::default());
            writeln!(out, "{:x?}", bits(&states))?;
        }
    }
    Ok(())
}

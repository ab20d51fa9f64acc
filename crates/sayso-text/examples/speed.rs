//! Times the networks at each instruction level that the machine has, on one thread: `cargo run --release -p sayso-text --example
//! speed -- crates/sayso-read/model/decide.weights data/word_pieces.weights <TEXTS`, texts separated by NUL.
//!
//! The encoder of the weights files is timed at every level; the language core at the level that `SAYSO_SIMD` asks for.

use std::io::Read;
use std::time::Instant;

use sayso_text::network::{Encoder, Level, Matrix, Packed, Quantized, Scratch, Weights};

/// Rows, inputs and outputs of matrix products that are common in the networks.
const SHAPES: [(usize, usize, usize); 6] =
    [(128, 384, 1152), (128, 768, 384), (300, 160, 640), (25, 160, 640), (1, 160, 640), (500, 320, 73)];

/// Word pieces in a window of the decider.
const WINDOW: u32 = 128;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("products, thousand millions of byte products a second");
    for (rows, inputs, outputs) in SHAPES {
        let bytes: Vec<u8> = (0..inputs * outputs).map(|i| (i * 7919 % 251) as u8).collect();
        let matrix = Matrix { rows: outputs, columns: inputs, scales: vec![0.01; outputs], values: &bytes };
        let packed = Packed::new(&matrix, &[]);
        let floats: Vec<f32> = (0..rows * inputs).map(|i| (i * 31 % 255) as f32 / 127.0 - 1.0).collect();
        let mut x = Quantized::default();
        x.fill(&floats, inputs, 1.0);
        let mut out = vec![0.0; rows * outputs];
        print!("{rows} x {inputs} x {outputs}:");
        for level in Level::available() {
            let times = (40_000_000 / (rows * inputs * outputs)).clamp(1, 200);
            let seconds = best(9, || (0..times).for_each(|_| packed.apply(level, &x, rows, &mut out)));
            print!(" {} {:.1}", level.name(), (times * rows * inputs * outputs) as f64 / seconds / 1e9);
        }
        println!();
    }
    let parse = |path| -> Result<Weights<'static>, Box<dyn std::error::Error>> {
        Ok(Weights::parse(Box::leak(std::fs::read(path)?.into_boxed_slice()))?)
    };
    let files = std::env::args().skip(1).map(parse).collect::<Result<Vec<_>, _>>()?;
    if let Some(weights) = files.into_iter().reduce(Weights::and) {
        let encoder = Encoder::load(&weights)?;
        let pieces: Vec<(u32, u8)> = (0..WINDOW).map(|i| (i * 131 % 17_000, (i % 6) as u8)).collect();
        print!("encoder, ms a window of {WINDOW} pieces:");
        for level in Level::available() {
            let mut scratch = Scratch::default();
            let seconds = best(9, || {
                let _ = encoder.encode(level, &pieces, &mut scratch);
            });
            print!(" {} {:.2}", level.name(), seconds * 1e3);
        }
        println!();
    }
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let texts: Vec<&str> = input.split('\0').collect();
    let (mut sentences, mut words) = (0, 0);
    sayso_text::load();
    let seconds = best(3, || {
        (sentences, words) = (0, 0);
        for text in &texts {
            let document = sayso_text::analyze_with_states(text).document;
            sentences += document.sentences.len();
            words += document.tokens.len();
        }
    });
    println!(
        "language core, {}: {:.3} ms a sentence, {:.0} words a second",
        Level::detect().name(),
        seconds * 1e3 / sentences.max(1) as f64,
        words as f64 / seconds
    );
    Ok(())
}

/// Seconds of the fastest of some runs, which excludes what other programs take from the processor.
fn best(runs: usize, mut of: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..runs {
        let begun = Instant::now();
        of();
        best = best.min(begun.elapsed().as_secs_f64());
    }
    best
}

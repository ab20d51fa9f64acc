//! A whole text, window by window: the encoder's output for each word.

use std::ops::Range;

use sayso_model::Document;
use sayso_text::network::{Level, Linear, Scratch};

use super::{Encoding, Pieces};

/// Maximum pieces of one window: whole sentences, unless one is longer. `training/attribution/encoded.py` makes windows of 156;
/// half of that is a tenth cheaper and read PolNeAR dev no worse.
const SIZE: usize = 80;
/// Minimum pieces of a window that must end within a sentence.
const LEAST: usize = SIZE / 3;
/// The word of a piece that represents none.
const NONE: usize = usize::MAX;

/// The encoder's output for each token (the mean over its pieces), projected by a layer to one row of its outputs each. `None` if
/// the weights cannot be read. Takes time linear in the text.
pub(crate) fn words(document: &Document, text: &str, layer: &Linear) -> Option<Vec<f32>> {
    let Encoding { vocabulary, begin, part, encoder } = Encoding::shipped()?;
    let width = encoder.width();
    if layer.inputs() != width {
        return None;
    }
    let pieces = Pieces::of(vocabulary, text);
    let owners = owners(document, &pieces);
    let sentences = sentences(document);
    let level = Level::detect();
    let mut scratch = Scratch::default();
    let outputs = layer.outputs();
    let mut out = vec![0.0; document.tokens.len() * outputs];
    for window in windows(&owners, &sentences) {
        let mut ids = vec![(*begin, 0)];
        ids.extend(window.clone().map(|at| pieces.id(at, *part)));
        ids.push((*part, 0));
        let states = encoder.encode(level, &ids, &mut scratch);
        let owners = owners.get(window).unwrap_or_default();
        let inside = || owners.iter().copied().filter(|o| *o != NONE);
        let (Some(first), Some(last)) = (inside().next(), inside().next_back()) else { continue };
        let mut means = vec![0.0; (last + 1 - first) * width];
        let mut counts = vec![0.0_f32; last + 1 - first];
        for (owner, state) in owners.iter().zip(states.chunks_exact(width).skip(1)) {
            let at = owner.wrapping_sub(first);
            if let (Some(mean), Some(count)) =
                (means.get_mut(at * width..(at + 1) * width), counts.get_mut(at))
                && *owner != NONE
            {
                mean.iter_mut().zip(state).for_each(|(m, s)| *m += s);
                *count += 1.0;
            }
        }
        for (mean, count) in means.chunks_exact_mut(width).zip(&counts) {
            mean.iter_mut().for_each(|m| *m /= count.max(1.0));
        }
        if let Some(to) = out.get_mut(first * outputs..(last + 1) * outputs) {
            to.copy_from_slice(&layer.forward(level, &means));
        }
    }
    Some(out)
}

/// The token that each piece belongs to.
fn owners(document: &Document, pieces: &Pieces) -> Vec<usize> {
    let mut tokens = document.tokens.iter().enumerate().peekable();
    let owner = |piece: &sayso_text::network::Piece| {
        while tokens.next_if(|(_, t)| t.span.end <= piece.span.start).is_some() {}
        tokens.peek().filter(|(_, t)| t.span.start < piece.span.end).map_or(NONE, |(at, _)| *at)
    };
    pieces.all.iter().map(owner).collect()
}

/// The sentence of each token.
fn sentences(document: &Document) -> Vec<usize> {
    let mut of = vec![0; document.tokens.len()];
    for (at, sentence) in document.sentences.iter().enumerate() {
        let range = sentence.tokens.start as usize..sentence.tokens.end as usize;
        of.get_mut(range).unwrap_or_default().fill(at);
    }
    of
}

/// Consecutive windows over all pieces; each ends where a sentence ends, unless that would make it too short.
fn windows(owners: &[usize], sentences: &[usize]) -> Vec<Range<usize>> {
    let sentence = |at: usize| owners.get(at).and_then(|o| sentences.get(*o)).copied();
    let mut found = Vec::new();
    let mut first = 0;
    while first < owners.len() {
        let full = (first + SIZE).min(owners.len());
        let begins = |at: &usize| sentence(*at).is_some() && sentence(*at) != sentence(at - 1);
        let last = if full < owners.len() {
            (first + LEAST + 1..=full).rev().find(begins).unwrap_or(full)
        } else {
            full
        };
        found.push(first..last);
        first = last;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_the_text_and_end_with_sentences() {
        let owners: Vec<usize> = (0..700).collect();
        let sentences: Vec<usize> = (0..700).map(|t| t / 40).collect();
        let found = windows(&owners, &sentences);
        assert_eq!(found[0], 0..80);
        assert_eq!(found.last().unwrap().end, 700);
        assert!(found.windows(2).all(|w| w[0].end == w[1].start && w[1].start % 40 == 0));
    }

    #[test]
    fn a_sentence_without_end_is_cut() {
        let owners = vec![NONE; 400];
        let found = windows(&owners, &[]);
        assert_eq!(found, [0..80, 80..160, 160..240, 240..320, 320..400]);
        assert!(windows(&[], &[]).is_empty());
    }
}

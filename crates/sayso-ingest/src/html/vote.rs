//! The vote: which blocks of a page are its main text.

use std::collections::{BTreeSet, HashSet};

use super::{block::Block, guard::Voices, weights};

/// How many features a block has.
pub(super) const FEATURES: usize = 27;

/// The shingles of what each voter takes for main text.
pub(super) struct Ballots {
    trafilatura: HashSet<u64>,
    smoothie: HashSet<u64>,
    publisher: HashSet<u64>,
    /// True where the publisher's own text is in the page's data.
    has_publisher: bool,
}

impl Ballots {
    pub(super) fn new(voices: &Voices, publisher: Option<&str>) -> Self {
        let of = |text: Option<&str>| text.map(|t| shingles(t).into_iter().collect()).unwrap_or_default();
        Self {
            trafilatura: of(voices.trafilatura.as_deref()),
            smoothie: of(voices.smoothie.as_deref()),
            publisher: of(publisher),
            has_publisher: publisher.is_some(),
        }
    }
}

/// Hashes of the three-word shingles of a text; of its only shingle where it has fewer words.
fn shingles(text: &str) -> Vec<u64> {
    let words: Vec<u64> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| hash(w.chars().flat_map(char::to_lowercase)))
        .collect();
    let mix = |window: &[u64]| {
        window.iter().fold(0_u64, |h, w| h.rotate_left(21).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ w)
    };
    if words.len() < 3 {
        return if words.is_empty() { Vec::new() } else { vec![mix(&words)] };
    }
    words.windows(3).map(mix).collect()
}

/// FNV-1a over characters.
fn hash(chars: impl Iterator<Item = char>) -> u64 {
    chars.fold(0xCBF2_9CE4_8422_2325, |h, c| (h ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01B3))
}

/// Share of a block's shingles that a voter has.
fn share(of: &[u64], ballot: &HashSet<u64>) -> f32 {
    if of.is_empty() {
        return 0.0;
    }
    of.iter().filter(|s| ballot.contains(s)).count() as f32 / of.len() as f32
}

/// The features of each block; their order is that of the weights.
pub(super) fn features(blocks: &[Block], ballots: &Ballots, headline: &str) -> Vec<[f32; FEATURES]> {
    let own: Vec<Vec<u64>> = blocks.iter().map(|b| shingles(&b.text)).collect();
    let votes: Vec<[f32; 3]> = blocks
        .iter()
        .zip(&own)
        .map(|(block, s)| {
            // Texts of one or two words have no shingle that could be told from others': they go with their neighbours.
            let short = s.len() <= 1 && block.text.split_whitespace().count() < 3;
            let vote = |ballot| if short { 0.0 } else { share(s, ballot) };
            [vote(&ballots.trafilatura), vote(&ballots.smoothie), vote(&ballots.publisher)]
        })
        .collect();
    let headline: BTreeSet<u64> = shingles(headline).into_iter().collect();
    let mut seen: HashSet<Vec<u64>> = HashSet::new();
    let flag = |b: bool| f32::from(u8::from(b));
    blocks
        .iter()
        .enumerate()
        .map(|(at, block)| {
            let mine = own.get(at).map_or(&[][..], Vec::as_slice);
            let [traf, smooth, publisher] = votes.get(at).copied().unwrap_or_default();
            // Votes of the two blocks on either side, weighted by their length.
            let (mut around, mut weight) = ([0.0_f32; 2], 0.0_f32);
            for near in at.saturating_sub(2)..(at + 3).min(blocks.len()) {
                if near != at
                    && let (Some(block), Some(vote)) = (blocks.get(near), votes.get(near))
                {
                    let size = (block.text.len() as f32).min(400.0);
                    around[0] += size * vote[0];
                    around[1] += size * vote[1];
                    weight += size;
                }
            }
            let weight = weight.max(1.0);
            let length = block.text.chars().count() as f32;
            let words = block.text.split_whitespace().count();
            let repeated = words >= 4 && !seen.insert(mine.to_vec());
            let same_as_headline = !headline.is_empty() && !mine.is_empty() && {
                let shared = mine.iter().filter(|s| headline.contains(s)).count();
                shared * 10 >= mine.len() * 8 && shared * 10 >= headline.len() * 6
            };
            let ends = block.text.ends_with(['.', '!', '?', '”', '"', '»', '。', '…', '’', '“']);
            let heading = matches!(block.tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
            let both = traf * smooth;
            [
                1.0,
                traf,
                smooth,
                both,
                publisher,
                flag(ballots.has_publisher),
                flag(ballots.has_publisher) * traf,
                around[0] / weight,
                around[1] / weight,
                (around[0] / weight) * traf,
                block.linked as f32 / (block.text.len().max(1)) as f32,
                flag(block.outside),
                flag(block.figure),
                flag(block.inside),
                flag(block.beside),
                flag(block.list),
                flag(block.tag == "p"),
                flag(block.tag == "div"),
                flag(heading),
                flag(matches!(block.tag, "td" | "th")),
                flag(ends),
                (length + 1.0).ln() / 5.0,
                flag(length < 40.0),
                flag(repeated),
                flag(same_as_headline),
                flag(ends) * traf,
                flag(block.tag == "p") * (around[0] / weight),
            ]
        })
        .collect()
}

/// The main text: the blocks that are voted in, in the order of the page.
pub(super) fn body(blocks: &[Block], ballots: &Ballots, headline: &str) -> String {
    let features = features(blocks, ballots, headline);
    let score = |f: &[f32; FEATURES]| f.iter().zip(weights::WEIGHTS).map(|(x, w)| x * w).sum::<f32>();
    let mut kept: Vec<&str> = Vec::new();
    for (block, f) in blocks.iter().zip(&features) {
        if score(f) > weights::THRESHOLD {
            kept.push(&block.text);
        }
    }
    kept.join("\n\n")
}

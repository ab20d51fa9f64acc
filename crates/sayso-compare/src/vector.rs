//! What a report is about, as weighted terms: the measure by which reports find their story.

use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

use crate::{hash, word};

/// Weight of a word that begins with a capital inside a sentence (mostly a name), against 1 for others.
const NAME: f64 = 1.5;
/// Weight of a number.
const NUMBER: f64 = 1.5;
/// How much more the first word of a report weighs than its last; the surplus falls by a factor e every 60 words.
const LEDE: f64 = 1.0;
const LEDE_WORDS: f64 = 60.0;
/// A report keeps its heaviest terms only, so that a long one costs no more than a short one.
const TERMS: usize = 256;
/// Terms by which a report is looked up.
const ANCHORS: usize = 32;

/// The heaviest terms of a report, of length 1 as a vector.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TermVector {
    /// Hash of a term and its weight, by hash.
    terms: Vec<(u64, f32)>,
}

impl TermVector {
    /// The terms of a text, headline included. The weight of a term is `(1 + ln tf) * ln(N / df)`: `tf` counts its
    /// occurrences (more for names, numbers and words near the top), `df` is the number of documents of general
    /// English with it. It depends on this text alone, so that no later report can change it.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut counts: BTreeMap<String, f64> = BTreeMap::new();
        for (place, word) in word::words(text).enumerate() {
            let near_top = 1.0 + LEDE * (-(place as f64) / LEDE_WORDS).exp();
            let kind = if word.text.starts_with(char::is_numeric) {
                NUMBER
            } else if !word.first && word.text.starts_with(char::is_uppercase) {
                NAME
            } else {
                1.0
            };
            *counts.entry(word::fold(word.text).into_owned()).or_default() += near_top * kind;
        }
        let mut weighted: Vec<(String, f64)> = counts
            .into_iter()
            .map(|(term, count)| {
                let weight = if count > 1.0 { 1.0 + count.ln() } else { count } * rarity(&term);
                (term, weight)
            })
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        weighted.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        weighted.truncate(TERMS);
        let length = weighted.iter().map(|(_, w)| w * w).sum::<f64>().sqrt();
        let mut terms: Vec<(u64, f32)> =
            weighted.iter().map(|(term, weight)| (hash::term(term), (weight / length) as f32)).collect();
        terms.sort_by_key(|(term, _)| *term);
        Self { terms }
    }

    /// Cosine with another vector, 0 (nothing in common) to 1.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f64 {
        let (mut a, mut b) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        let mut sum = 0.0;
        while let (Some((x, v)), Some((y, w))) = (a.peek(), b.peek()) {
            match x.cmp(y) {
                std::cmp::Ordering::Less => {
                    a.next();
                }
                std::cmp::Ordering::Greater => {
                    b.next();
                }
                std::cmp::Ordering::Equal => {
                    sum += f64::from(*v) * f64::from(*w);
                    a.next();
                    b.next();
                }
            }
        }
        sum
    }

    /// The heaviest terms with their weights, by which reports of the same story are found; heaviest first.
    #[must_use]
    pub fn anchors(&self) -> Vec<(u64, f32)> {
        let mut terms = self.terms.clone();
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(ANCHORS);
        terms
    }

    /// The vector as bytes, for keeping.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.terms
            .iter()
            .flat_map(|(term, weight)| term.to_le_bytes().into_iter().chain(weight.to_le_bytes()))
            .collect()
    }

    /// A vector from its bytes; `None` where they are not those of a vector.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (entries, rest) = bytes.as_chunks::<12>();
        if !rest.is_empty() {
            return None;
        }
        let terms = entries
            .iter()
            .map(|entry| {
                let (term, weight) = entry.split_at_checked(8)?;
                Some((u64::from_le_bytes(term.try_into().ok()?), f32::from_le_bytes(weight.try_into().ok()?)))
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self { terms })
    }
}

/// How rare a folded term is in general English: `ln(N / df)`.
fn rarity(term: &str) -> f64 {
    struct Table {
        documents: f64,
        counts: HashMap<&'static str, f64>,
    }
    static TABLE: OnceLock<Table> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut counts: HashMap<&str, f64> = include_str!("../../../data/term-frequency.tsv")
            .lines()
            .filter(|line| !line.starts_with("# "))
            .filter_map(|line| line.split_once('\t'))
            .filter_map(|(term, count)| Some((term, count.parse().ok()?)))
            .collect();
        Table { documents: counts.remove("*").unwrap_or(1.0), counts }
    });
    // A term that the table leaves out was seen in at most two documents.
    let documents = table.counts.get(term).copied().unwrap_or(1.5);
    ((table.documents + 1.0) / (documents + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::TermVector;

    #[test]
    fn a_text_is_like_itself_and_unlike_another() {
        let flood =
            TermVector::of("A flood in Hollow Vale drove 300 people from their homes, the mayor said.");
        let again = TermVector::of("The mayor of Hollow Vale said the flood had driven 300 people out.");
        let vote = TermVector::of("Parliament in Kesh votes on the budget on Tuesday.");
        assert!((flood.cosine(&flood) - 1.0).abs() < 1e-6);
        assert!(flood.cosine(&again) > 0.4);
        assert!(flood.cosine(&vote) < 0.05);
        assert!((flood.cosine(&again) - again.cosine(&flood)).abs() < 1e-12);
    }

    #[test]
    fn bytes_keep_it() {
        let vector = TermVector::of("Two ferries collided off Port Anselm.");
        assert_eq!(TermVector::from_bytes(&vector.to_bytes()), Some(vector));
        assert_eq!(TermVector::from_bytes(&[1, 2, 3]), None);
        assert_eq!(TermVector::of("").cosine(&TermVector::of("x")), 0.0);
    }
}

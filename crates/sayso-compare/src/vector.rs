//! What a report is about, as weighted terms, by which reports find their story.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::OnceLock,
};

use crate::{hash, word};

/// Weight of a word with an initial capital inside a sentence (mostly a name); other words weigh 1.
const NAME: f64 = 1.5;
/// Weight of a number.
const NUMBER: f64 = 1.5;
/// How much more the first word of a report weighs than its last; the surplus falls by a factor e every 60 words.
const LEDE: f64 = 1.0;
const LEDE_WORDS: f64 = 60.0;
/// Only a report's heaviest terms are kept, so that a long one costs no more than a short one.
const TERMS: usize = 256;
/// Number of terms by which a report is looked up.
const ANCHORS: usize = 20;

/// The heaviest terms of a report, as a vector of length 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TermVector {
    /// Sorted by hash.
    terms: Vec<Term>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Term {
    hash: u64,
    weight: f32,
    /// True for a name that is rare in general English.
    rare_name: bool,
}

impl TermVector {
    /// The terms of a text, headline included. The weight of a term is `(1 + ln tf) * ln(N / df)`: `tf` counts its occurrences
    /// (more for names, numbers and words near the top), `df` is the number of documents of general English that contain it. It
    /// depends on this text alone, so no later report can change it.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut counts: BTreeMap<String, f64> = BTreeMap::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        for (place, word) in word::words(text).enumerate() {
            let near_top = 1.0 + LEDE * (-(place as f64) / LEDE_WORDS).exp();
            let term = word::fold(word.text).into_owned();
            let kind = if word.text.starts_with(char::is_numeric) {
                NUMBER
            } else if !word.first && word.text.starts_with(char::is_uppercase) {
                names.insert(term.clone());
                NAME
            } else {
                1.0
            };
            *counts.entry(term).or_default() += near_top * kind;
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
        let mut terms: Vec<Term> = weighted
            .iter()
            .map(|(term, weight)| Term {
                hash: hash::term(term),
                weight: (weight / length) as f32,
                rare_name: names.contains(term) && documents(term).is_none(),
            })
            .collect();
        terms.sort_by_key(|term| term.hash);
        Self { terms }
    }

    /// Cosine similarity to another vector, 0 (nothing in common) to 1.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f64 {
        self.common(other).map(|(a, b)| f64::from(a.weight) * f64::from(b.weight)).sum()
    }

    /// [`TermVector::cosine`], and the hashes of the shared names that are rare in general English.
    #[must_use]
    pub fn shared(&self, other: &Self) -> (f64, Vec<u64>) {
        let (mut cosine, mut names) = (0.0, Vec::new());
        for (a, b) in self.common(other) {
            cosine += f64::from(a.weight) * f64::from(b.weight);
            if a.rare_name && b.rare_name {
                names.push(a.hash);
            }
        }
        (cosine, names)
    }

    /// True for the hash of a name in this report that is rare in general English.
    #[must_use]
    pub fn is_rare_name(&self, term: u64) -> bool {
        self.terms
            .binary_search_by_key(&term, |t| t.hash)
            .is_ok_and(|at| self.terms.get(at).is_some_and(|t| t.rare_name))
    }

    /// Hash and weight of each term, sorted by hash, and whether it is a name that is rare in general English.
    pub(crate) fn terms(&self) -> impl Iterator<Item = (u64, f64, bool)> {
        self.terms.iter().map(|t| (t.hash, f64::from(t.weight), t.rare_name))
    }

    /// Terms of both, by hash.
    fn common<'v>(&'v self, other: &'v Self) -> impl Iterator<Item = (&'v Term, &'v Term)> {
        let (mut a, mut b) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        std::iter::from_fn(move || {
            loop {
                match a.peek()?.hash.cmp(&b.peek()?.hash) {
                    std::cmp::Ordering::Less => {
                        a.next();
                    }
                    std::cmp::Ordering::Greater => {
                        b.next();
                    }
                    std::cmp::Ordering::Equal => return a.next().zip(b.next()),
                }
            }
        })
    }

    /// The heaviest terms with their weights, by which reports of the same story are found; heaviest first.
    #[must_use]
    pub fn anchors(&self) -> Vec<(u64, f32)> {
        let mut terms: Vec<(u64, f32)> = self.terms.iter().map(|term| (term.hash, term.weight)).collect();
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(ANCHORS);
        terms
    }

    /// Serialises the vector, for storage.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.terms
            .iter()
            .flat_map(|term| {
                let hash = term.hash.to_le_bytes().into_iter();
                hash.chain(term.weight.to_le_bytes()).chain([u8::from(term.rare_name)])
            })
            .collect()
    }

    /// Reads a vector from its bytes; `None` if they are not those of a vector.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (entries, rest) = bytes.as_chunks::<13>();
        if !rest.is_empty() {
            return None;
        }
        let terms = entries
            .iter()
            .map(|entry| {
                let (hash, rest) = entry.split_first_chunk::<8>()?;
                let (weight, rare_name) = rest.split_first_chunk::<4>()?;
                Some(Term {
                    hash: u64::from_le_bytes(*hash),
                    weight: f32::from_le_bytes(*weight),
                    rare_name: rare_name == [1],
                })
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Self { terms })
    }
}

struct Table {
    documents: f64,
    counts: HashMap<&'static str, f64>,
}

/// The document frequency of each term in general English.
fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut counts: HashMap<&str, f64> = sayso_data::TERM_FREQUENCY
            .lines()
            .filter(|line| !line.starts_with("# "))
            .filter_map(|line| line.split_once('\t'))
            .filter_map(|(term, count)| Some((term, count.parse().ok()?)))
            .collect();
        Table { documents: counts.remove("*").unwrap_or(1.0), counts }
    })
}

/// The number of documents of general English that contain a folded term; `None` for at most two.
fn documents(term: &str) -> Option<f64> {
    table().counts.get(term).copied()
}

/// The inverse document frequency of a folded term in general English: `ln(N / df)`.
fn rarity(term: &str) -> f64 {
    ((table().documents + 1.0) / (documents(term).unwrap_or(1.5) + 0.5)).ln()
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
    fn rare_names_are_counted_once_and_common_words_never() {
        let one = TermVector::of("In Velgrad, mayor Ilka Dorn said the Monday flood hit Velgrad.");
        let two = TermVector::of("Police in Velgrad told Ilka on Monday about another flood.");
        assert_eq!(one.shared(&two).1.len(), 2);
        let three = TermVector::of("On Monday the mayor spoke of the flood.");
        assert!(one.shared(&three).1.is_empty());
    }

    #[test]
    fn bytes_keep_it() {
        let vector = TermVector::of("Two ferries collided off Port Anselm.");
        assert_eq!(TermVector::from_bytes(&vector.to_bytes()), Some(vector));
        assert_eq!(TermVector::from_bytes(&[1, 2, 3]), None);
        assert_eq!(TermVector::of("").cosine(&TermVector::of("x")), 0.0);
    }
}

//! Copies: reports that carry another's text.
//!
//! Two texts are compared by the exact share of its five-word runs (shingles) that the smaller one has in common with the
//! other, quotations left out: outlets that quote the same words have not copied each other. A sketch of the shingles
//! ([`Sketch`]) finds candidates and decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use sayso_model::story::CopyLink;

use crate::{Entry, hash::Fnv, word};

/// Words in a run.
const RUN: usize = 5;
/// Share of the smaller text that makes a copy.
const COPY: f64 = 0.5;
/// Runs of a text below which it is too short to be called a copy.
const SHORTEST: usize = 8;
/// Values kept in a sketch.
const SKETCH: usize = 64;
/// Texts compared for each term of a sketch, the newest.
const CANDIDATES: usize = 32;
/// Longest quotation, in words, that is left out; a mark without a partner does not swallow the rest.
const LONGEST_QUOTATION: usize = 120;

/// The unquoted five-word runs of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shingles {
    hashes: BTreeSet<u64>,
}

impl Shingles {
    /// Cuts a text into runs of five words, letter case and punctuation aside; a run does not cross a quotation.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let quoted = quotations(text);
        let mut shingles = Self::default();
        let mut run: Vec<u64> = Vec::new();
        let mut next = quoted.iter().peekable();
        let mut in_quotation = None;
        for w in word::words(text) {
            while next.peek().is_some_and(|q| q.1 <= w.start) {
                next.next();
            }
            let quotation = next.peek().filter(|q| q.0 <= w.start).map(|q| q.0);
            if quotation != in_quotation {
                run.clear();
                in_quotation = quotation;
            }
            if quotation.is_some() {
                continue;
            }
            let lower = w.text.to_lowercase();
            let hash = Fnv::new().write(lower.as_bytes()).finish();
            run.push(hash);
            if run.len() >= RUN {
                let mut all = Fnv::new();
                for word in run.iter().rev().take(RUN) {
                    all = all.write(&word.to_le_bytes());
                }
                shingles.hashes.insert(all.finish());
            }
        }
        shingles
    }

    /// How many different runs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// True for a text of fewer than five words outside quotations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Share of the runs of the smaller text that the other one has too, 0 to 1; exact.
    #[must_use]
    pub fn containment(&self, other: &Self) -> f64 {
        let (small, large) = if self.len() <= other.len() { (self, other) } else { (other, self) };
        if small.is_empty() {
            return 0.0;
        }
        let shared = small.hashes.iter().filter(|h| large.hashes.contains(h)).count();
        shared as f64 / small.len() as f64
    }

    /// True where one text repeats the other.
    #[must_use]
    pub fn is_copy(&self, other: &Self) -> bool {
        self.len().min(other.len()) >= SHORTEST && self.containment(other) >= COPY
    }

    /// A sketch by which copies are looked up.
    #[must_use]
    pub fn sketch(&self) -> Sketch {
        Sketch(self.hashes.iter().copied().filter(|h| h % 4 == 0).take(SKETCH).collect())
    }
}

/// At most 64 of a text's runs, chosen by their hash alone: texts that share half of their runs nearly always share some
/// of these (bottom-k sampling, Broder 1997).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch(Vec<u64>);

impl Sketch {
    /// The chosen runs, to be posted and looked up.
    #[must_use]
    pub fn terms(&self) -> &[u64] {
        &self.0
    }
}

/// Stretches between quotation marks, in bytes.
fn quotations(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (at, c) in text.char_indices() {
        match (open, c) {
            (Some((start, _)), '\n') if text.get(at..).is_some_and(|rest| rest.starts_with("\n\n")) => {
                // A quotation may go on in the next paragraph, which then opens with a mark of its own.
                found.push((start, at));
                open = None;
            }
            (Some((start, mark)), c) if c == mark => {
                found.push((start, at + c.len_utf8()));
                open = None;
            }
            (None, '"') => open = Some((at, '"')),
            (None, '“') => open = Some((at, '”')),
            (None, '«') => open = Some((at, '»')),
            (None, '„') => open = Some((at, '“')),
            _ => {}
        }
    }
    found.retain(|(start, end)| {
        text.get(*start..*end).is_some_and(|words| {
            words.split_whitespace().take(LONGEST_QUOTATION + 1).count() <= LONGEST_QUOTATION
        })
    });
    found
}

/// True where a copy differs from its original in a number or bears a notice of correction.
fn is_corrected(original: &str, copy: &str) -> bool {
    let lower = copy.to_lowercase();
    let notice = [
        "correction:",
        "corrected",
        "this story has been updated",
        "an earlier version",
        "editor's note",
        "clarification:",
    ];
    let says = notice.iter().any(|n| lower.contains(n))
        && !notice.iter().any(|n| original.to_lowercase().contains(n));
    let numbers = |text: &str| -> Vec<String> {
        word::words(text)
            .filter(|w| w.text.starts_with(char::is_numeric))
            .map(|w| w.text.replace(',', ""))
            .collect()
    };
    let (a, b) = (numbers(original), numbers(copy));
    says || (a.len() == b.len() && a != b)
}

/// A text that repeats an earlier one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Copied {
    /// Place of the earlier text.
    pub original: usize,
    /// Place of the later one.
    pub copy: usize,
    /// Share of the smaller text's runs that both have, 0 to 1.
    pub share: f64,
    /// True where a number or a notice of correction sets the two apart.
    pub corrected: bool,
}

/// Copies among texts in their order; each later text is linked to the earlier one that it shares most with.
#[must_use]
pub fn copies(texts: &[&str]) -> Vec<Copied> {
    let shingles: Vec<Shingles> = texts.iter().map(|text| Shingles::of(text)).collect();
    let mut posted: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut found = Vec::new();
    for (copy, own) in shingles.iter().enumerate() {
        let sketch = own.sketch();
        let candidates: BTreeSet<usize> = sketch
            .terms()
            .iter()
            .filter_map(|t| posted.get(t))
            .flat_map(|posted| posted.iter().rev().take(CANDIDATES))
            .copied()
            .collect();
        let best = candidates
            .iter()
            .filter_map(|c| Some((*c, shingles.get(*c)?)))
            .filter(|(_, other)| own.is_copy(other))
            .map(|(c, other)| (c, own.containment(other)))
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        if let Some((original, share)) = best
            && let (Some(a), Some(b)) = (texts.get(original), texts.get(copy))
        {
            found.push(Copied { original, copy, share, corrected: is_corrected(a, b) });
        }
        for term in sketch.terms() {
            posted.entry(*term).or_default().push(copy);
        }
    }
    found
}

/// Copies among the reports of a story.
pub(crate) fn links(entries: &[Entry<'_>]) -> Vec<CopyLink> {
    let texts: Vec<&str> = entries.iter().map(|e| e.reading.report.text.as_str()).collect();
    copies(&texts)
        .into_iter()
        .map(|c| CopyLink {
            original: c.original,
            copy: c.copy,
            shared_per_mille: (c.share * 1000.0).round() as u16,
            corrected: c.corrected,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "Two ferries collided off Port Anselm on Monday in thick fog, and at least nine people were hurt, the harbour master said. Divers searched the water until dark.";

    #[test]
    fn a_lightly_edited_copy_is_a_copy() {
        let edited = REPORT.replace("Monday in thick fog", "Monday morning in fog") + " The port was shut.";
        assert!(Shingles::of(REPORT).is_copy(&Shingles::of(&edited)));
        assert!(Shingles::of(REPORT).containment(&Shingles::of(REPORT)) == 1.0);
    }

    #[test]
    fn a_shared_quotation_is_no_copy() {
        let quote = "“We have never seen such fog on this coast, not in forty years, and we hope never to see it again”";
        let a = Shingles::of(&format!(
            "{quote}, said the harbour master after two ferries had collided off the port."
        ));
        let b =
            Shingles::of(&format!("The island's paper asked him about the accident; he answered: {quote}."));
        assert_eq!(a.containment(&b), 0.0);
    }

    #[test]
    fn a_corrected_copy_is_known() {
        assert!(is_corrected(REPORT, &format!("Correction: the day was wrong. {REPORT}")));
        assert!(is_corrected("It hurt 9 people.", "It hurt 12 people."));
        assert!(!is_corrected(REPORT, REPORT));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut(text in "\\PC{0,200}") {
            let shingles = Shingles::of(&text);
            proptest::prop_assert!(shingles.containment(&shingles) <= 1.0);
        }
    }
}

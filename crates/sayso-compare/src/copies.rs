//! Copies: reports that carry another report's text.
//!
//! Two texts are compared by the exact share of the smaller one's five-word runs (shingles) that the other has too, quotations
//! excluded: outlets that quote the same words, or print the same statement, have not copied each other. One half makes a copy.
//! An edited text loses five runs for each word that was changed, so a text that shares less is a copy too if nearly all of its
//! words occur in the other in the same order. A text in which most numbers differ is not a copy but a form filled in again, for
//! another quake or another day. Neither is one that shares only its last paragraph: that is an outlet's boilerplate.
//!
//! Candidates come from an index of the runs themselves, which is exact; a story has few enough texts that no sketch (MinHash) is
//! needed first. For an archive of many stories there is one ([`Shingles::sketch`]).

mod alignment;
mod notice;
mod quotation;
mod search;

use std::{cell::OnceCell, cmp::Ordering};

use sayso_model::story::CopyLink;

pub(crate) use self::search::Searched;
use self::{
    alignment::{Words, align},
    notice::has_notice,
    quotation::quotations,
};
use crate::{Entry, hash::Fnv, moves::Moves, word};

/// Words in a run.
const RUN: usize = 5;
/// Share of the smaller text's runs that makes a copy.
const COPY: f64 = 0.5;
/// Share below which a text is not a copy, whatever the order of its words.
const LEAST: f64 = 0.25;
/// Share of its words that must occur in the same order if it shares fewer than half of its runs.
const EDITED: f64 = 0.75;
/// Share of all words of the longer text, including quotations, that makes even a text consisting of little but quotation a copy.
const WHOLE: f64 = 0.9;
/// Number of runs below which a text is otherwise too short to be called a copy.
const SHORTEST: usize = 8;
/// Number of differing numbers that make a refilled form, if they also outnumber the equal ones.
const FORM: usize = 3;
/// Number of runs by which a text is looked up in an archive, where all of them are too many.
const SKETCH: usize = 16;

/// The unquoted five-word runs of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shingles {
    /// Deduplicated, sorted.
    hashes: Vec<u64>,
}

impl Shingles {
    /// Splits a text into runs of five words, ignoring letter case and punctuation; no run crosses a quotation.
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
            run.push(lower(w.text));
            if run.len() >= RUN {
                let mut all = Fnv::new();
                for word in run.iter().rev().take(RUN) {
                    all = all.write(&word.to_le_bytes());
                }
                shingles.hashes.push(all.finish());
            }
        }
        shingles.hashes.sort_unstable();
        shingles.hashes.dedup();
        shingles
    }

    /// The runs with the smallest hashes, in order. Two texts that share a third of all runs have at least one of these in common
    /// except for one pair in 650 (`(2/3)^16`); two that share a seventh, except for one pair in 12.
    #[must_use]
    pub fn sketch(&self) -> Vec<u64> {
        self.hashes.iter().take(SKETCH).copied().collect()
    }

    /// Number of distinct runs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// True for a text of fewer than five words outside quotations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// True if both have a run in common.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.shared(other).next().is_some()
    }

    /// The exact share of the smaller text's runs that the other one has too, 0 to 1.
    #[must_use]
    pub fn containment(&self, other: &Self) -> f64 {
        match self.len().min(other.len()) {
            0 => 0.0,
            smaller => self.shared(other).count() as f64 / smaller as f64,
        }
    }

    /// The runs that both have.
    fn shared<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = u64> {
        let (mut a, mut b) = (self.hashes.as_slice(), other.hashes.as_slice());
        std::iter::from_fn(move || {
            while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b) {
                let order = x.cmp(y);
                if order != Ordering::Greater {
                    a = rest_a;
                }
                if order != Ordering::Less {
                    b = rest_b;
                }
                if order == Ordering::Equal {
                    return Some(*x);
                }
            }
            None
        })
    }
}

/// The hash of a word in lower case.
fn lower(word: &str) -> u64 {
    if word.is_ascii() {
        let letters = word.bytes().map(|letter| letter.to_ascii_lowercase());
        letters.fold(Fnv::new(), |hash, letter| hash.write(&[letter])).finish()
    } else {
        Fnv::new().write(word.to_lowercase().as_bytes()).finish()
    }
}

/// A text to be compared.
#[derive(Debug, Clone, Copy)]
pub struct CopyText<'t> {
    /// Its headline, which may say that it is a correction.
    pub headline: Option<&'t str>,
    /// The text.
    pub text: &'t str,
}

impl<'t> From<&'t str> for CopyText<'t> {
    fn from(text: &'t str) -> Self {
        Self { headline: None, text }
    }
}

/// What a text and its copy have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// Share of the smaller text's runs that both have, 0 to 1.
    pub share: f64,
    /// True if the two differ in a number or a correction notice.
    pub corrected: bool,
}

/// A text, split for comparison.
#[derive(Debug, Default)]
struct Cut {
    shingles: Shingles,
    /// The runs before the last paragraph; computed on demand, like all fields below, because most texts resemble no other.
    before_last: OnceCell<Shingles>,
    words: OnceCell<Words>,
    notice: OnceCell<bool>,
}

impl Cut {
    fn of(text: CopyText<'_>) -> Self {
        Self { shingles: Shingles::of(text.text), ..Self::default() }
    }

    /// Leaves what was computed on demand and takes much room to be computed again.
    fn forget_words(&mut self) {
        (self.before_last, self.words) = (OnceCell::new(), OnceCell::new());
    }
}

/// A text with how it is split.
#[derive(Clone, Copy)]
struct Piece<'c> {
    of: CopyText<'c>,
    cut: &'c Cut,
}

impl Piece<'_> {
    fn before_last(&self) -> &Shingles {
        let before = || self.of.text.trim_end().rsplit_once("\n\n").map_or("", |(before, _)| before);
        self.cut.before_last.get_or_init(|| Shingles::of(before()))
    }

    fn words(&self) -> &Words {
        self.cut.words.get_or_init(|| Words::of(self.of.text))
    }

    fn has_notice(&self) -> bool {
        *self.cut.notice.get_or_init(|| has_notice(self.of.headline, self.of.text))
    }

    fn likeness(&self, later: &Self) -> Option<Likeness> {
        self.likeness_of(later, self.cut.shingles.containment(&later.cut.shingles))
    }

    /// The same where it is known already which share of their runs both have.
    fn likeness_of(&self, later: &Self, share: f64) -> Option<Likeness> {
        let shortest = self.cut.shingles.len().min(later.cut.shingles.len());
        if shortest == 0 || share < LEAST || self.has_only_last_paragraph_of(later) {
            return None;
        }
        let aligned = align(self.words(), later.words());
        let form = aligned.changed >= FORM && aligned.changed > aligned.equal;
        let repeats =
            aligned.whole >= WHOLE || shortest >= SHORTEST && (share >= COPY || aligned.share >= EDITED);
        if form || !repeats {
            return None;
        }
        Some(Likeness { share, corrected: aligned.changed > 0 || (later.has_notice() && !self.has_notice()) })
    }

    fn has_only_last_paragraph_of(&self, other: &Self) -> bool {
        let (own, theirs) = (self.before_last(), other.before_last());
        let both_go_before = !own.is_empty() && !theirs.is_empty();
        both_go_before && !own.meets(&other.cut.shingles) && !self.cut.shingles.meets(theirs)
    }
}

/// What a text and a later one have in common if one repeats the other; `None` if they are independent.
#[must_use]
pub fn likeness(earlier: CopyText<'_>, later: CopyText<'_>) -> Option<Likeness> {
    let (first, second) = (Cut::of(earlier), Cut::of(later));
    Piece { of: earlier, cut: &first }.likeness(&Piece { of: later, cut: &second })
}

/// A text that repeats an earlier one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Copied {
    /// Index of the earlier text.
    pub original: usize,
    /// Index of the later one.
    pub copy: usize,
    /// Share of the smaller text's runs that both have, 0 to 1.
    pub share: f64,
    /// True if the two differ in a number or a correction notice.
    pub corrected: bool,
}

/// The copies among texts in the given order; each later text is linked to the earlier one that it shares most with.
#[must_use]
pub fn copies(texts: &[CopyText<'_>]) -> Vec<Copied> {
    Searched::again(Searched::default(), texts, &Moves::nowhere(texts.len())).copies().collect()
}

/// The copies among the reports of a story. `before`: what was found before; the result does not depend on it. `moves`: where the
/// reports with the same text and headline were then.
pub(crate) fn among(before: Searched, entries: &[Entry<'_>], moves: &Moves) -> Searched {
    let reports = entries.iter().map(|e| &e.reading.report);
    let texts: Vec<CopyText<'_>> = reports
        .map(|report| CopyText {
            headline: report.head.headline.as_ref().map(|h| h.value.as_str()),
            text: &report.text,
        })
        .collect();
    Searched::again(before, &texts, moves)
}

/// The same as links of a story.
pub(crate) fn links(searched: &Searched) -> Vec<CopyLink> {
    let links = searched.copies().map(|c| CopyLink {
        original: c.original,
        copy: c.copy,
        shared_per_mille: (c.share * 1000.0).round() as u16,
        corrected: c.corrected,
    });
    links.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "Two ferries collided off Port Anselm on Monday in thick fog, and at least nine people were hurt, the harbour master said. Divers searched the water until dark.";

    fn of(earlier: &str, later: &str) -> Option<Likeness> {
        likeness(earlier.into(), later.into())
    }

    #[test]
    fn a_lightly_edited_copy_is_a_copy() {
        let edited = REPORT.replace("Monday in thick fog", "Monday morning in fog") + " The port was shut.";
        assert!(of(REPORT, &edited).is_some_and(|l| !l.corrected && l.share < 1.0));
        assert_eq!(of(REPORT, REPORT), Some(Likeness { share: 1.0, corrected: false }));
    }

    #[test]
    fn a_text_of_which_every_sixth_word_is_changed_is_a_copy() {
        let edited = "Two ferries collided off Port Anselm on Monday in heavy fog, and at least nine persons were hurt, the port master said. Divers searched the sea until dark.";
        let like = of(REPORT, edited);
        assert!(like.is_some_and(|l| l.share < COPY && !l.corrected), "{like:?}");
    }

    #[test]
    fn a_shared_quotation_does_not_make_a_copy() {
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
        let corrected = |later: &str| of(REPORT, later).map(|l| l.corrected);
        assert_eq!(corrected(&format!("Correction: the day was wrong.\n\n{REPORT}")), Some(true));
        assert_eq!(corrected(&REPORT.replace("nine", "12")), Some(true));
        assert_eq!(corrected(&REPORT.replace("nine", "9")), Some(false));
        let headline = CopyText { headline: Some("CORRECTED-Two ferries collide"), text: REPORT };
        assert_eq!(likeness(REPORT.into(), headline).map(|l| l.corrected), Some(true));
    }

    #[test]
    fn a_form_filled_in_again_is_not_a_copy() {
        let form = |numbers: [&str; 4]| {
            let [new, dead, all, beds] = numbers;
            format!(
                "The health office counted {new} new cases and {dead} deaths in the county on the day before, which brings all cases to {all}. In the hospitals {beds} beds are free."
            )
        };
        assert_eq!(of(&form(["31", "2", "4,012", "17"]), &form(["26", "1", "4,038", "19"])), None);
        assert!(
            of(&form(["31", "2", "4,012", "17"]), &form(["31", "2", "4,012", "71"]))
                .is_some_and(|l| l.corrected)
        );
    }

    #[test]
    fn many_copies_are_linked_to_the_first() {
        let texts = vec![CopyText::from(REPORT); 100];
        let found = copies(&texts);
        assert_eq!(found.len(), 99);
        assert!(found.iter().all(|c| c.original == 0));
    }

    #[test]
    fn a_text_is_linked_to_that_which_it_shares_most_with_not_to_a_copy_of_it() {
        let longer = format!("{REPORT} The port was shut, and buses took the crews to Lakeside.");
        let cut = longer.replace(" Divers searched the water until dark.", "");
        let texts: Vec<CopyText<'_>> =
            [REPORT, REPORT, &longer, "Nobody came.", &cut].map(CopyText::from).into();
        let links: Vec<(usize, usize)> = copies(&texts).iter().map(|c| (c.original, c.copy)).collect();
        assert_eq!(links, [(0, 1), (0, 2), (2, 4)]);
    }

    #[test]
    fn a_standard_last_paragraph_does_not_make_a_copy() {
        let standing = "You are reading the harbour letter, which comes out on every working day at six; write to the desk if there is something that we should look into.";
        let a = format!("The lighthouse on the point will be sold in November, says the port.\n\n{standing}");
        let b =
            format!("Drivers of the yellow buses go back to work on Thursday after nine days.\n\n{standing}");
        assert_eq!(of(&a, &b), None);
        assert!(of(&a, &format!("{standing}\n\nNobody answered.")).is_some());
    }

    #[test]
    fn a_text_of_quotations_is_copied_whole_only() {
        let said = "“We were told in the spring that the boats were ready, that the crews were ready, that the sea was calm, and they were not ready.”";
        let text = format!("The minister went out without a word more.\n\n{said}");
        let other = format!("The house heard him out and then it voted.\n\n{said}");
        assert!(of(&text, &format!("Told\n\n{text}")).is_some());
        assert_eq!(of(&text, &other), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut(text in "\\PC{0,200}") {
            let shingles = Shingles::of(&text);
            proptest::prop_assert!(shingles.containment(&shingles) <= 1.0);
        }
    }
}

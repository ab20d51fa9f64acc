//! The decider: a small transformer that determines what each numeral counts and who the number is attributed to. Trained on
//! annotated news (`training/decide`).
//!
//! It proposes nothing itself: the rules of [`figure`](crate::figure) find numerals with their bounds and propose what they
//! count, those of `statement` find who speaks. How reliable each rule is was measured on annotated reports (`trust.rs`); both
//! are weighed in `figure/verdict.rs` and `statement/owner.rs`.

pub(crate) mod about;
mod network;
pub(crate) mod trust;
mod window;

use sayso_model::Span;
use sayso_text::network::{Level, Scratch, softmax};

use self::{
    network::Network,
    window::{rows, windows},
};
use crate::encode::Pieces;

pub(crate) use network::CATEGORIES;

/// A rule's proposal weighs this share of the log odds that the rule is right (`trust.rs`), plus a constant: the decider has seen
/// what a rule sees, so neither counts in full. All fitted on stories that the network had not seen
/// (`training/decide/README.md`).
const TRUST: f32 = 0.25;
const RULE: f32 = 1.0;
/// What a rule's proposal of something that happened to people is worth in addition against anything else that may have happened to
/// them: rules tell "captured" from "killed" better than a count of people from another number.
const AMONG: f32 = 2.0;
/// What "killed or wounded" is worth against each of both: the words leave no choice.
const EITHER: f32 = 3.0;
/// Replaces [`RULE`] if a rule sees a noun but nothing that happened to the people it names: the decider often sees more.
const NOUN_ALONE: f32 = 1.5;
/// What each point of log odds above one is worth in addition: the decider is least certain in short reports.
const CERTAIN: f32 = 1.0;
/// What is added for "no count of people" if no rule accepts a number.
const NOTHING: f32 = 2.0;

/// Number of pieces below which a text is short: the decider was trained on whole reports,
const SHORT_TEXT: usize = 64;
/// so [`RULE`] is larger there,
const RULE_IN_SHORT: f32 = 3.0;
/// and rules that see what happened to the people counted are trusted this much more.
const SHORT: f32 = 4.0;
/// The last of [`CATEGORIES`].
const OTHER: usize = CATEGORIES.len() - 1;

/// Probability from which a category needs no word that a rule knows.
pub(crate) const CLEAR: f32 = 0.85;

/// Share of a pointer below which a piece is not reported.
const LEAST: f32 = 0.01;

/// The decider's answer for one numeral.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Probability of each of [`CATEGORIES`], ignoring rule proposals; the first is "no count of people".
    pub categories: Vec<f32>,
    /// Probability that it belongs to another event than the one reported.
    pub other_event: f32,
    /// True if the text is too short to tell much.
    pub short: bool,
    /// Probability that it has no source but the outlet.
    pub nobody: f32,
    /// Where the source is named: pieces of the text with their probabilities, in text order.
    pub points: Vec<(Span, f32)>,
}

impl Decision {
    /// Probability that it is attributed to what some spans name.
    #[must_use]
    pub fn on(&self, spans: &[Span]) -> f32 {
        self.points.iter().filter(|(p, _)| spans.iter().any(|s| s.overlaps(*p))).map(|(_, v)| v).sum()
    }

    /// The likeliest of [`CATEGORIES`].
    #[must_use]
    pub fn likeliest(&self) -> Option<&'static str> {
        let (at, _) = self.categories.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
        CATEGORIES.get(at).copied()
    }

    /// What happened to the people counted or what they are, with its probability, if the decider leaves little doubt; never in a
    /// short text, of which it has seen few.
    #[must_use]
    pub fn clear(&self) -> Option<(usize, f32)> {
        let sure = |(_, share): &(usize, f32)| *share >= CLEAR;
        self.categories
            .iter()
            .copied()
            .enumerate()
            .find(sure)
            .filter(|(at, _)| !self.short && !matches!(*at, 0 | OTHER))
    }

    /// Probability of each of [`CATEGORIES`], given what a rule proposes, or that none proposes anything; `either` if the words
    /// themselves leave open which of two things happened.
    #[must_use]
    pub fn with_rule(&self, proposed: Option<(&str, usize)>, either: bool) -> Vec<f32> {
        let (rule, proposed) = proposed.unwrap_or(("-", 0));
        let trust = CATEGORIES.get(proposed).map_or(0.0, |category| trust::log_odds(rule, category));
        let added = match (rule, proposed) {
            ("-", _) => NOTHING,
            (_, OTHER) if !self.short => NOUN_ALONE,
            _ => {
                let rule = if self.short { RULE_IN_SHORT } else { RULE };
                rule + CERTAIN * (trust - 1.0).max(0.0)
            }
        };
        let trust = TRUST * trust + added;
        let sees = !matches!(proposed, 0 | OTHER);
        let trust = trust + if self.short && sees { SHORT } else { 0.0 };
        let rival = |at: usize| about::OUTCOMES.contains(&at) && about::OUTCOMES.contains(&proposed);
        let (killed, injured) = (1, 2);
        let add = |category: usize| match category {
            _ if category == proposed => trust,
            _ if either && (category == killed || category == injured) => -EITHER,
            _ if !self.short && rival(category) => -AMONG,
            _ => 0.0,
        };
        let mut scores: Vec<f32> =
            self.categories.iter().enumerate().map(|(at, share)| log(*share) + add(at)).collect();
        softmax(&mut scores);
        scores
    }
}

/// The natural logarithm by a series, the same on every machine; relative error below 1e-5.
pub(crate) fn log(x: f32) -> f32 {
    let bits = x.max(1e-9).to_bits();
    let exponent = (bits >> 23) as i32 - 127;
    let m = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    let z = (m - 1.0) / (m + 1.0);
    let s = z * z;
    let series = 2.0 * z * (1.0 + s * (1.0 / 3.0 + s * (0.2 + s * (1.0 / 7.0 + s * (1.0 / 9.0 + s / 11.0)))));
    series + exponent as f32 * std::f32::consts::LN_2
}

/// Decides each of some numerals, given in text order; `None` if the text has no piece for one, or if the weights cannot be read.
/// Takes time linear in their number.
#[must_use]
pub fn decide(text: &str, numerals: &[Span]) -> Vec<Option<Decision>> {
    let mut decisions = vec![None; numerals.len()];
    let Some(network) = Network::shipped().filter(|_| !numerals.is_empty()) else { return decisions };
    let pieces = Pieces::of(&network.encoding.vocabulary, text);
    let asked: Vec<(usize, std::ops::Range<usize>)> = numerals
        .iter()
        .map(|n| pieces.under(*n))
        .enumerate()
        .filter(|(_, under)| under.start < pieces.all.len())
        .collect();
    let firsts: Vec<usize> = asked.iter().map(|(_, under)| under.start).collect();
    let level = Level::detect();
    let mut scratch = Scratch::default();
    for window in windows(pieces.all.len(), &firsts) {
        let rows = rows(&pieces, &window.pieces, network.encoding.begin, network.encoding.part);
        let Some(before) = rows.iter().position(|(at, _)| *at == Some(window.pieces.start)) else { continue };
        let asked = asked.get(window.numerals.clone()).unwrap_or_default();
        let places: Vec<(usize, usize)> = asked
            .iter()
            .map(|(_, under)| {
                let last = under.end.min(window.pieces.end).saturating_sub(1).max(under.start);
                (before + under.start - window.pieces.start, before + last - window.pieces.start)
            })
            .collect();
        let ids: Vec<(u32, u8)> = rows.iter().map(|(_, id)| *id).collect();
        for ((index, _), said) in asked.iter().zip(network.say(level, &ids, &places, &mut scratch)) {
            let points = rows.iter().zip(&said.points).filter(|(_, share)| **share >= LEAST);
            let mut points: Vec<(Span, f32)> =
                points.filter_map(|((at, _), share)| Some((pieces.all.get((*at)?)?.span, *share))).collect();
            points.sort_by_key(|(span, _)| *span);
            if let Some(slot) = decisions.get_mut(*index) {
                *slot = Some(Decision {
                    short: pieces.all.len() < SHORT_TEXT,
                    nobody: said.points.first().copied().unwrap_or(0.0),
                    points,
                    other_event: said.flags.get(1).copied().unwrap_or(0.0),
                    categories: said.categories,
                });
            }
        }
    }
    decisions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_close() {
        for x in [1e-8_f32, 0.001, 0.3, 0.5, 0.999, 1.0] {
            assert!((log(x) - x.ln()).abs() < 2e-5 * x.ln().abs().max(1.0), "{x}");
        }
    }

    #[test]
    fn a_number_is_decided_and_its_source_pointed_to() {
        let text = "At least 40 people were killed when the bridge fell, the fire chief said.";
        let decided = decide(text, &[Span::new(9, 11)]);
        let decision = decided[0].as_ref().unwrap();
        assert_eq!(decision.categories.len(), CATEGORIES.len());
        let all: f32 = decision.points.iter().map(|p| p.1).sum::<f32>() + decision.nobody;
        assert!(all > 0.5 && all < 1.01, "{all}");
        assert!(decide("", &[]).is_empty());
        assert_eq!(decide("", &[Span::new(0, 0)]), [None]);
    }
}

//! Counts of right answers, and the resulting shares.

use std::{collections::BTreeMap, fmt};

use sayso_model::{Choice, Figure};
use serde::Serialize;

use super::reliability::Choices;

/// Precision, recall and F1 of one aspect.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// Gold figures whose aspect is right.
    pub right: usize,
    /// Right, as a share of predictions; 1 if there are none.
    pub precision: f64,
    /// Right, as a share of gold; 1 if there is none.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

impl Score {
    pub(super) fn of(right: usize, predicted: usize, gold: usize) -> Self {
        let (precision, recall) = (share(right, predicted), share(right, gold));
        let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        Self { right, precision, recall, f1 }
    }
}

/// A number of right answers out of a total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Share {
    /// Those that are right.
    pub right: usize,
    /// The total that gold allows to be judged.
    pub of: usize,
    /// The share; 1 if the total is 0.
    pub share: f64,
}

impl Share {
    fn of((right, of): (usize, usize)) -> Self {
        Self { right, of, share: share(right, of) }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} ({} of {})", self.share, self.right, self.of)
    }
}

fn share(right: usize, of: usize) -> f64 {
    if of == 0 { 1.0 } else { right as f64 / of as f64 }
}

/// Scores of some gold figures and of the predictions for them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scores {
    /// Gold figures.
    pub gold: usize,
    /// Figures that match one, and false alarms.
    pub predicted: usize,
    /// Category and span.
    pub found: Score,
    /// And bounds.
    pub bounds: Score,
    /// Category, span and origin.
    pub origin: Score,
    /// Category, span, origin and via.
    pub chain: Score,
    /// Category, span, bounds and origin: all of it right.
    pub matched: Score,
}

/// What is right about one gold figure that was found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Right {
    pub(super) bounds: bool,
    pub(super) origin: bool,
    pub(super) chain: bool,
}

/// Counts behind [`Scores`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    gold: usize,
    alarms: usize,
    found: usize,
    bounds: usize,
    origin: usize,
    chain: usize,
    matched: usize,
}

impl Counts {
    fn gold(&mut self, found: Option<Right>) {
        self.gold += 1;
        if let Some(right) = found {
            self.found += 1;
            self.bounds += usize::from(right.bounds);
            self.origin += usize::from(right.origin);
            self.chain += usize::from(right.chain);
            self.matched += usize::from(right.bounds && right.origin);
        }
    }

    fn add(&mut self, other: &Self) {
        self.gold += other.gold;
        self.alarms += other.alarms;
        self.found += other.found;
        self.bounds += other.bounds;
        self.origin += other.origin;
        self.chain += other.chain;
        self.matched += other.matched;
    }

    pub(super) fn scores(&self) -> Scores {
        let predicted = self.found + self.alarms;
        let of = |right| Score::of(right, predicted, self.gold);
        Scores {
            gold: self.gold,
            predicted,
            found: of(self.found),
            bounds: of(self.bounds),
            origin: of(self.origin),
            chain: of(self.chain),
            matched: of(self.matched),
        }
    }
}

/// All counts of one folder or several.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) all: Counts,
    categories: BTreeMap<String, Counts>,
    /// By kind of origin: found, origin right, all.
    origins: BTreeMap<&'static str, (usize, usize, usize)>,
    /// By gold value: right, out of those found.
    modality: BTreeMap<String, (usize, usize)>,
    polarity: BTreeMap<&'static str, (usize, usize)>,
    pub(super) category_choices: Choices,
    pub(super) origin_choices: Choices,
    pub(super) errors: Vec<String>,
}

impl Tally {
    pub(super) fn gold(&mut self, category: &str, origin: &'static str, found: Option<Right>) {
        self.all.gold(found);
        self.categories.entry(category.to_owned()).or_default().gold(found);
        let kind = self.origins.entry(origin).or_default();
        kind.0 += usize::from(found.is_some());
        kind.1 += usize::from(found.is_some_and(|r| r.origin));
        kind.2 += 1;
    }

    pub(super) fn alarm(&mut self, category: &str) {
        self.all.alarms += 1;
        self.categories.entry(category.to_owned()).or_default().alarms += 1;
    }

    pub(super) fn modality(&mut self, wanted: &str, right: bool) {
        count(self.modality.entry(wanted.to_owned()).or_default(), right);
    }

    pub(super) fn polarity(&mut self, wanted: &'static str, right: bool) {
        count(self.polarity.entry(wanted).or_default(), right);
    }

    /// Notes whether the category of a figure is right, and its origin if that can be judged.
    pub(super) fn choices(&mut self, figure: &Figure, category: bool, origin: Option<bool>) {
        let note = |choices: &mut Choices, made: &Choice, right: Option<bool>| {
            if let (Some(share), Some(right)) = (made.share, right) {
                choices.add(share.value(), right);
            }
        };
        note(&mut self.category_choices, &figure.why.category, Some(category));
        note(&mut self.origin_choices, &figure.why.origin, origin);
    }

    pub(super) fn add(&mut self, other: Self) {
        self.all.add(&other.all);
        self.category_choices.join(&other.category_choices);
        self.origin_choices.join(&other.origin_choices);
        for (category, counts) in other.categories {
            self.categories.entry(category).or_default().add(&counts);
        }
        for (kind, (found, right, all)) in other.origins {
            let sum = self.origins.entry(kind).or_default();
            *sum = (sum.0 + found, sum.1 + right, sum.2 + all);
        }
        for (value, (right, of)) in other.modality {
            let sum = self.modality.entry(value).or_default();
            *sum = (sum.0 + right, sum.1 + of);
        }
        for (value, (right, of)) in other.polarity {
            let sum = self.polarity.entry(value).or_default();
            *sum = (sum.0 + right, sum.1 + of);
        }
        self.errors.extend(other.errors);
    }

    pub(super) fn categories(&self) -> BTreeMap<String, Scores> {
        self.categories.iter().map(|(category, counts)| (category.clone(), counts.scores())).collect()
    }

    pub(super) fn origins(&self) -> BTreeMap<&'static str, OfOrigin> {
        let of = |&(found, right, gold): &(usize, usize, usize)| OfOrigin {
            gold,
            found,
            right,
            share: share(right, gold),
        };
        self.origins.iter().map(|(&kind, counts)| (kind, of(counts))).collect()
    }

    pub(super) fn certainty(&self) -> (OfValues, OfValues) {
        let polarity = self.polarity.iter().map(|(&value, &counts)| (value.to_owned(), counts)).collect();
        (OfValues::of(&self.modality), OfValues::of(&polarity))
    }
}

fn count((right, of): &mut (usize, usize), is_right: bool) {
    *right += usize::from(is_right);
    *of += 1;
}

/// Gold figures of one kind of origin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OfOrigin {
    /// All of them.
    pub gold: usize,
    /// Found with category and span.
    pub found: usize,
    /// Found with the right origin.
    pub right: usize,
    /// Share of all that were found with the right origin.
    pub share: f64,
}

/// How often a value is right, overall and by gold value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfValues {
    /// Overall.
    pub all: Share,
    /// By gold value.
    pub by: BTreeMap<String, Share>,
}

impl OfValues {
    fn of(counts: &BTreeMap<String, (usize, usize)>) -> Self {
        let all = counts.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        Self {
            all: Share::of(all),
            by: counts.iter().map(|(value, &c)| (value.clone(), Share::of(c))).collect(),
        }
    }
}

impl fmt::Display for OfValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.all)?;
        for (value, share) in &self.by {
            write!(f, ", {value} {}/{}", share.right, share.of)?;
        }
        Ok(())
    }
}

//! What is expected next and its outcome: met or missed, if a later report says so.
//!
//! A later report states the outcome in a sentence that has most of the words of what was expected and a past-tense verb. It was
//! missed if that sentence says that it did not happen or was put off.

use std::{
    borrow::Cow,
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use sayso_model::{
    Date, Span,
    story::{Outlook, OutlookOutcome, ReportIndex, StoryMark},
};

use crate::{
    Entry, clause,
    hash::{self, ByPlace},
    speakers::Cast,
    word,
    words::{self, Set},
};

/// Minimum number of words that a sentence must share with what is expected, and their minimum share in tenths.
const SHARED: usize = 3;
const SHARED_TENTHS: usize = 6;
/// Positions kept per word.
const PLACES: usize = 256;
/// Minimum letters of a content word.
const LETTERS: usize = 4;

/// What the reports expect, in order. `as_of`: the date up to which the story is told; without one it is told up to the
/// day of its newest report.
pub(crate) fn expected(
    entries: &[Entry<'_>],
    lookups: &[Lookup],
    cast: &Cast,
    as_of: Option<Date>,
) -> Vec<Outlook> {
    let newest =
        || entries.iter().filter_map(|e| e.reading.report.head.published.as_ref()).map(|d| d.value).max();
    let told_to = as_of.or_else(newest);
    let mut found = Vec::new();
    for (report, entry) in entries.iter().enumerate() {
        found.extend(entry.reading.expected.iter().map(|e| {
            let statement = e.statement.and_then(|id| entry.reading.statements.get(id.index()));
            let time = e.time.and_then(|id| entry.reading.times.get(id.index()));
            let by = e.by.or_else(|| time.and_then(|t| t.end));
            Outlook {
                mark: StoryMark { report, span: e.span },
                speaker: statement.and_then(|s| s.speaker).and_then(|s| cast.of(report, s)),
                modality: e.modality,
                by,
                time: time.map(|t| StoryMark { report, span: t.span }),
                passed: by.zip(told_to).map(|(by, now)| by < now),
                outcome: None,
            }
        }));
    }
    tell_outcomes(&mut found, entries, lookups);
    found
}

/// The words of a report by which what is expected and what came of it find each other.
#[derive(Debug, Default)]
pub(crate) struct Lookup {
    /// Those of each thing that it expects.
    expected: Vec<Telling>,
    /// Its content words, hashed, with where they are; made when some report expects something.
    places: OnceCell<Vec<(u64, Span)>>,
}

impl Lookup {
    pub(crate) fn of(entry: &Entry<'_>) -> Self {
        let text = entry.reading.report.text.as_str();
        let expected = entry.reading.expected.iter().map(|e| Telling::of(e.span.cut(text)));
        Self { expected: expected.collect(), places: OnceCell::new() }
    }

    fn places(&self, text: &str) -> &[(u64, Span)] {
        self.places.get_or_init(|| {
            let words = content_words(text);
            words.map(|w| (hash::term(&word::fold(w.text)), Span::new(w.start, w.end()))).collect()
        })
    }
}

/// Finds what a later report says about each.
fn tell_outcomes(expected: &mut [Outlook], entries: &[Entry<'_>], lookups: &[Lookup]) {
    let words: Vec<&Telling> = lookups.iter().flat_map(|lookup| &lookup.expected).collect();
    // The newest positions of each word in the reports. Only looked up, so the map's order does not matter.
    let mut places: HashMap<u64, Vec<StoryMark>, ByPlace> = HashMap::default();
    places
        .extend(words.iter().filter(|w| w.len() >= SHARED).flat_map(|w| &w.words).map(|w| (*w, Vec::new())));
    if places.is_empty() {
        return;
    }
    for (report, (entry, lookup)) in entries.iter().zip(lookups).enumerate().rev() {
        for (word, span) in lookup.places(&entry.reading.report.text) {
            if let Some(all) = places.get_mut(word)
                && all.len() < PLACES
            {
                all.push(StoryMark { report, span: *span });
            }
        }
    }
    // Similar expectations are looked for in the same sentences.
    let mut sentences: BTreeMap<StoryMark, Option<Sentence>> = BTreeMap::new();
    for (outlook, own) in expected.iter_mut().zip(&words).filter(|(_, own)| own.len() >= SHARED) {
        let found = own.words.iter().filter_map(|w| places.get(w)).filter(|all| !all.is_empty());
        let Some(rarest) = found.min_by_key(|all| all.len()) else { continue };
        let best = rarest
            .iter()
            .filter(|at| is_later(entries, outlook, at.report))
            .filter_map(|at| {
                let sentence = sentences.entry(*at).or_insert_with(|| Sentence::around(entries, *at));
                let Sentence { mark, words, has_been } = sentence.as_ref()?;
                let shared = words.shared(own);
                let enough = shared >= SHARED && shared * 10 >= own.len() * SHARED_TENTHS;
                (enough && *has_been).then_some((shared, *mark))
            })
            .min_by_key(|(shared, mark)| (std::cmp::Reverse(*shared), *mark));
        outlook.outcome = best.map(|(_, mark)| {
            let sentence =
                entries.get(mark.report).map_or("", |e| mark.span.cut(&e.reading.report.text)).to_lowercase();
            if words::of(Set::NotSo).iter().any(|phrase| sentence.contains(phrase)) {
                OutlookOutcome::Missed { mark }
            } else {
                OutlookOutcome::Met { mark }
            }
        });
    }
}

/// A sentence that may state the outcome.
struct Sentence {
    mark: StoryMark,
    words: Telling,
    /// True if it is about what has happened.
    has_been: bool,
}

impl Sentence {
    fn around(entries: &[Entry<'_>], at: StoryMark) -> Option<Self> {
        let entry = entries.get(at.report)?;
        let text = entry.reading.report.text.as_str();
        let span = clause::sentence(text, at.span);
        let mark = StoryMark { report: at.report, span };
        Some(Self { mark, words: Telling::of(span.cut(text)), has_been: tells_of_what_has_been(entry, span) })
    }
}

/// True if a report is dated later than the one that expects something.
fn is_later(entries: &[Entry<'_>], outlook: &Outlook, report: ReportIndex) -> bool {
    let day = |r: ReportIndex| Some(entries.get(r)?.reading.report.head.published.as_ref()?.value);
    day(outlook.mark.report).zip(day(report)).is_some_and(|(then, now)| now > then)
}

/// True for a sentence about what has happened: with a past-tense verb, none of the future, and nothing that the report itself
/// expects.
fn tells_of_what_has_been(entry: &Entry<'_>, sentence: Span) -> bool {
    let text = sentence.cut(&entry.reading.report.text).to_lowercase();
    let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let past = words.iter().any(|w| words::is(Set::Past, w) || w.len() > LETTERS && w.ends_with("ed"));
    past && !words.iter().any(|w| words::is(Set::Ahead, w))
        && !entry.reading.expected.iter().any(|e| e.span.overlaps(sentence))
}

fn content_words(text: &str) -> impl Iterator<Item = word::Word<'_>> {
    word::words(text).filter(|w| w.text.chars().count() >= LETTERS && !words::is(Set::Ahead, w.text))
}

/// The content words of a stretch of text, normalised and hashed, because thousands of stretches are compared.
#[derive(Debug, Default)]
struct Telling {
    /// In text order.
    words: Vec<u64>,
    /// Sorted.
    sorted: Vec<u64>,
}

impl Telling {
    fn of(text: &str) -> Self {
        let words: BTreeSet<Cow<'_, str>> = content_words(text).map(|w| word::fold(w.text)).collect();
        let words: Vec<u64> = words.iter().map(|w| hash::term(w)).collect();
        let mut sorted = words.clone();
        sorted.sort_unstable();
        Self { words, sorted }
    }

    fn len(&self) -> usize {
        self.words.len()
    }

    /// How many words both have.
    fn shared(&self, other: &Self) -> usize {
        other.sorted.iter().filter(|w| self.sorted.binary_search(w).is_ok()).count()
    }
}

//! What is expected next, and what came of it: met or missed, where a later report says so.
//!
//! A later report tells of what was expected in a sentence that has most of its words and a verb of what has been. It is
//! missed where that sentence says that it has not been, or was put off.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use sayso_model::{
    Date, Span,
    story::{Outlook, OutlookOutcome, ReportIndex, StoryMark},
};

use crate::{
    Entry, clause, hash,
    speakers::Cast,
    word,
    words::{self, Set},
};

/// Words of what is expected that a sentence must share, and their share of all in tenths.
const SHARED: usize = 3;
const SHARED_TENTHS: usize = 6;
/// Places kept of each word.
const PLACES: usize = 256;
/// Letters of a word that says something.
const LETTERS: usize = 4;
/// What the reports expect, in their order. `as_of`: the day up to which the story is told.
pub(crate) fn expected(entries: &[Entry<'_>], cast: &Cast, as_of: Option<Date>) -> Vec<Outlook> {
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
                passed: by.zip(as_of).map(|(by, now)| by < now),
                outcome: None,
            }
        }));
    }
    tell_outcomes(&mut found, entries);
    found
}

/// Finds for each what a later report tells of it.
fn tell_outcomes(expected: &mut [Outlook], entries: &[Entry<'_>]) {
    let words: Vec<Telling> = expected
        .iter()
        .map(|o| {
            entries
                .get(o.mark.report)
                .map_or_else(Telling::default, |e| Telling::of(o.mark.span.cut(&e.reading.report.text)))
        })
        .collect();
    // Where the reports have these words, the newest places of each. Looked up only.
    let mut places: HashMap<u64, Vec<StoryMark>> = HashMap::new();
    places
        .extend(words.iter().filter(|w| w.len() >= SHARED).flat_map(|w| &w.words).map(|w| (*w, Vec::new())));
    if places.is_empty() {
        return;
    }
    for (report, entry) in entries.iter().enumerate().rev() {
        for word in word::words(&entry.reading.report.text) {
            if let Some(all) = places.get_mut(&hash::term(&word::fold(word.text)))
                && all.len() < PLACES
            {
                all.push(StoryMark { report, span: Span::new(word.start, word.end()) });
            }
        }
    }
    // What reports expect in like words is looked for in the same sentences.
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

/// A sentence in which what was expected may be told.
struct Sentence {
    mark: StoryMark,
    words: Telling,
    /// True where it tells of what has been.
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

/// True for a report of a later day than the one that expects something.
fn is_later(entries: &[Entry<'_>], outlook: &Outlook, report: ReportIndex) -> bool {
    let day = |r: ReportIndex| Some(entries.get(r)?.reading.report.head.published.as_ref()?.value);
    day(outlook.mark.report).zip(day(report)).is_some_and(|(then, now)| now > then)
}

/// True for a sentence of what has been: with a verb of the past, none of what is to come, and nothing that the report
/// itself expects.
fn tells_of_what_has_been(entry: &Entry<'_>, sentence: Span) -> bool {
    let text = sentence.cut(&entry.reading.report.text).to_lowercase();
    let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let past = words.iter().any(|w| words::is(Set::Past, w) || w.len() > LETTERS && w.ends_with("ed"));
    past && !words.iter().any(|w| words::is(Set::Ahead, w))
        && !entry.reading.expected.iter().any(|e| e.span.overlaps(sentence))
}

/// Words of a stretch of text that say something, in one form, as hashes: thousands of stretches are laid beside each other.
#[derive(Default)]
struct Telling {
    /// In the order of the words.
    words: Vec<u64>,
    /// In their own order.
    sorted: Vec<u64>,
}

impl Telling {
    fn of(text: &str) -> Self {
        let words: BTreeSet<Cow<'_, str>> = word::words(text)
            .filter(|w| w.text.chars().count() >= LETTERS && !words::is(Set::Ahead, w.text))
            .map(|w| word::fold(w.text))
            .collect();
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

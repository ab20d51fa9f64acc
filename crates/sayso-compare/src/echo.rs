//! Likely echoes: tellings that repeat an earlier report although no chain shows it.
//!
//! By wording: an outlet gives in its own voice what an earlier report has from a named origin, in much the same words. By
//! number: a number so exact that nobody arrives at it twice ("2,975"), given by nobody or somebody unnamed, or first given by
//! nobody; and what an outlet repeats in its own voice after having had it from somebody. A likely echo is shown but proves
//! nothing: it never counts as an origin, and takes none away.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use sayso_model::{
    Category, Date,
    story::{
        Claim, EventOf, Independence, LikelyEcho, PointRef, ReportIndex, Scope, SpeakerIndex, StoryMark,
    },
};

use crate::{Entry, bounds, category::counts_people, clause, day, event, outlet, word};

/// Days within which an echo by wording follows.
const WITHIN: i64 = 3;
/// Days within which the same exact number in another claim is an echo.
const NUMBER_WITHIN: i64 = 14;
/// Shared content words of the shorter sentence, in thousandths.
const SHARED: usize = 400;
/// Number of content words below which a sentence is too short to compare.
const FEWEST: usize = 5;
/// Number of earlier attributed tellings of a claim that each is compared with by wording, among the latest ones of the value.
const EARLIER: usize = 16;
const LATEST: usize = 256;
/// Number of first tellings of a value that each later one is compared with.
const FIRST: usize = 64;
/// Minimum letters of a content word.
const LETTERS: usize = 4;
/// Smallest number that an outlet is assumed to repeat.
const REPEATED: i64 = 10;

/// Who gives a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Named,
    Unnamed,
    Nobody,
}

/// A value as given in a report.
struct Telling<'c> {
    mark: StoryMark,
    at: PointRef,
    appearance: usize,
    claim: &'c Claim,
    word: Word,
    name: Option<&'c str>,
    origin: Option<SpeakerIndex>,
    exact: bool,
    shown: bool,
}

type Sort<'c> = (&'c Category, bounds::Value);

/// Marks likely echoes in all claims.
pub(crate) fn mark(claims: &mut [Claim], entries: &[Entry<'_>]) {
    let sentences = Sentences { entries, words: RefCell::default() };
    let found: Vec<(PointRef, usize, LikelyEcho)> = {
        let mut alike = tellings(claims);
        let lists = alike.values_mut();
        lists
            .flat_map(|list| {
                list.sort_by_key(|t| t.mark);
                list.iter()
                    .enumerate()
                    .filter(|(_, t)| !t.shown)
                    .filter_map(|(n, t)| {
                        let earlier = list.get(..n).unwrap_or_default();
                        let echo = in_same_words(t, earlier, &sentences)
                            .or_else(|| by_number(t, earlier, &sentences))?;
                        Some((t.at, t.appearance, echo))
                    })
                    .collect::<Vec<_>>()
            })
            .collect()
    };
    for (at, appearance, echo) in found {
        let point = claims
            .get_mut(at.claim)
            .and_then(|c| c.series.get_mut(at.series))
            .and_then(|s| s.points.get_mut(at.point));
        if let Some(told) = point.and_then(|p| p.reports.get_mut(appearance)) {
            told.likely_echo = Some(echo);
        }
    }
}

/// All tellings of values that count people, by category and value.
fn tellings(claims: &[Claim]) -> BTreeMap<Sort<'_>, Vec<Telling<'_>>> {
    let mut alike: BTreeMap<Sort<'_>, Vec<Telling<'_>>> = BTreeMap::new();
    for (number, claim) in claims.iter().enumerate() {
        for (series, s) in claim.series.iter().enumerate() {
            // The unnamed ("officials") are not origins of their own either.
            let word = match (&s.name, &s.independence) {
                (None, _) | (_, Independence::NoOrigin) => Word::Nobody,
                (_, Independence::NotEstablished) => Word::Unnamed,
                _ => Word::Named,
            };
            for (point, p) in s.points.iter().enumerate() {
                for (appearance, a) in p.reports.iter().enumerate() {
                    let Some(value) = bounds::value(&a.value) else { continue };
                    alike.entry((&claim.category, value)).or_default().push(Telling {
                        mark: a.mark,
                        at: PointRef { claim: number, series, point },
                        appearance,
                        claim,
                        word,
                        name: s.name.as_deref(),
                        origin: s.origin,
                        exact: counts_people(&claim.category) && bounds::is_exact(&a.value),
                        // What the chain shows needs no guess. About what nobody is named for, it shows nothing.
                        shown: a.echo && word == Word::Named,
                    });
                }
            }
        }
    }
    alike
}

fn published(entries: &[Entry<'_>], report: ReportIndex) -> Option<Date> {
    entries.get(report)?.reading.report.head.published.as_ref().map(|d| d.value)
}

/// Days from one telling to another; `None` if a report is undated.
fn days(entries: &[Entry<'_>], from: &Telling<'_>, to: &Telling<'_>) -> Option<i64> {
    published(entries, from.mark.report)
        .zip(published(entries, to.mark.report))
        .map(|(x, y)| day::between(x, y))
}

/// An unnamed telling in much the same words as an earlier one of the same claim by somebody.
fn in_same_words(t: &Telling<'_>, earlier: &[Telling<'_>], sentences: &Sentences<'_>) -> Option<LikelyEcho> {
    if t.word == Word::Named {
        return None;
    }
    let before =
        |e: &&Telling<'_>| e.mark.report < t.mark.report && e.at.claim == t.at.claim && e.name.is_some();
    earlier
        .iter()
        .rev()
        .take(LATEST)
        .filter(before)
        .take(EARLIER)
        .filter_map(|e| {
            let days = days(sentences.entries, e, t);
            if days.is_some_and(|d| !(0..=WITHIN).contains(&d)) {
                return None;
            }
            let (own, theirs) = (sentences.words(t.mark), sentences.words(e.mark));
            let (shorter, shared) = shared(&own, &theirs);
            (shorter >= FEWEST && shared >= SHARED).then(|| LikelyEcho {
                of: e.mark,
                origin: e.name.unwrap_or_default().to_owned(),
                shared_per_mille: u16::try_from(shared).unwrap_or(1000),
                days,
                verbatim: own == theirs,
            })
        })
        .max_by_key(|echo| (echo.shared_per_mille, echo.of))
}

/// A telling of a number that an earlier report has already: one so exact that nobody counts it twice, unless both name who
/// counts; one of the same origin, of another claim; or one that the outlet itself had from somebody.
fn by_number(t: &Telling<'_>, earlier: &[Telling<'_>], sentences: &Sentences<'_>) -> Option<LikelyEcho> {
    let entries = sentences.entries;
    let outlet = |report: ReportIndex| {
        entries.get(report)?.reading.report.head.outlet.as_ref().map(|o| o.value.as_str())
    };
    let earlier = earlier.get(..earlier.len().min(FIRST)).unwrap_or_default();
    let before =
        || earlier.iter().filter(|e| e.mark.report < t.mark.report && is_one_thing(e.claim, t.claim));
    // Two named origins count independently.
    let named_before = before().any(|e| e.word == Word::Named && e.origin != t.origin);
    let repeats = |e: &&Telling<'_>| {
        let days = days(entries, e, t);
        let same_claim = e.at.claim == t.at.claim;
        let near = |within: i64| days.is_none_or(|d| (0..=within).contains(&d));
        let by_number = t.exact
            && e.exact
            && t.claim.modality == e.claim.modality
            && (same_claim || near(NUMBER_WITHIN))
            && (t.word != Word::Named || !named_before)
            && (t.name.is_some() || e.name.is_some());
        let same_outlet =
            || outlet(e.mark.report).zip(outlet(t.mark.report)).is_some_and(|(a, b)| outlet::same(a, b));
        let large = || t.claim.category != Category::OTHER && is_at_least(t, REPEATED);
        let by_outlet =
            || t.word == Word::Nobody && e.name.is_some() && near(WITHIN) && large() && same_outlet();
        let by_origin = || t.origin.is_some() && t.origin == e.origin && near(NUMBER_WITHIN);
        by_number || by_origin() || by_outlet()
    };
    // A named telling says more than an unnamed one.
    let of = before().filter(repeats).min_by_key(|e| (e.word != Word::Named, e.name.is_none(), e.mark))?;
    let (_, shared) = shared(&sentences.words(t.mark), &sentences.words(of.mark));
    Some(LikelyEcho {
        of: of.mark,
        origin: of.name.or(t.name).unwrap_or_default().to_owned(),
        shared_per_mille: u16::try_from(shared).unwrap_or(1000),
        days: days(entries, of, t),
        verbatim: false,
    })
}

fn is_at_least(t: &Telling<'_>, least: i64) -> bool {
    let value = t.claim.series.get(t.at.series).and_then(|s| s.points.get(t.at.point)).map(|p| p.value);
    value.and_then(|v| bounds::central(&v)?.to_whole()).is_some_and(|n| n >= least)
}

/// True for claims that may be the same one in other words: one event and one group or all, not two places.
fn is_one_thing(a: &Claim, b: &Claim) -> bool {
    let of_this = |c: &Claim| c.event == EventOf::This;
    let group = a.group == b.group || a.group.is_none() || b.group.is_none();
    let scope = match (&a.scope, &b.scope) {
        (Scope::At { places: x }, Scope::At { places: y }) => x.iter().any(|p| y.contains(p)),
        _ => true,
    };
    a.unit == b.unit && group && scope && (of_this(a) && of_this(b) || event::same(&a.event, &b.event))
}

/// How many words the shorter of two sentences has, and the share of them that both have, in thousandths.
fn shared(own: &BTreeSet<String>, theirs: &BTreeSet<String>) -> (usize, usize) {
    let shorter = own.len().min(theirs.len());
    (shorter, own.intersection(theirs).count() * 1000 / shorter.max(1))
}

/// The sentences of figures, each taken apart once: a telling is compared with many.
struct Sentences<'e> {
    entries: &'e [Entry<'e>],
    words: RefCell<BTreeMap<StoryMark, Rc<BTreeSet<String>>>>,
}

impl Sentences<'_> {
    /// The words of a figure's sentence that say something.
    fn words(&self, mark: StoryMark) -> Rc<BTreeSet<String>> {
        let mut known = self.words.borrow_mut();
        Rc::clone(known.entry(mark).or_insert_with(|| {
            let text = self.entries.get(mark.report).map_or("", |e| e.reading.report.text.as_str());
            let sentence = clause::sentence(text, mark.span).cut(text);
            let words = word::words(sentence)
                .map(|w| word::fold(w.text).into_owned())
                .filter(|w| w.chars().count() >= LETTERS || w.starts_with(char::is_numeric));
            Rc::new(words.collect())
        }))
    }
}

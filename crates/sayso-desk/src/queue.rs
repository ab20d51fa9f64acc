//! What to look at next: figures about which nobody has decided, each with its sentence and story, the two sides of a
//! conflict together.

use std::collections::{BTreeMap, BTreeSet};

use sayso_ledger::{FigureFilter, Ledger, ReportId, Reviewed, StoryId};
use sayso_model::{Category, Date};
use serde_json::Value;

use crate::{DeskError, FigureLine, StoryLine, bounds, figures, reliability, stories};

/// Figures that are looked through: those of the stories with the newest reports.
const LOOKED_THROUGH: usize = 2000;
/// Values shown against one that is in conflict.
const AGAINST: usize = 3;
/// Chance that a choice is right below which a reading is uncertain.
const UNCERTAIN: f64 = 0.75;

/// Why somebody should look at a figure; in each lane the most consequential first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    Conflict,
    Uncertain,
    Unbacked,
    Rest,
}

/// From which lanes the queue is filled, in turn. Conflicts alone would hide what was misread.
const TURNS: [Lane; 6] =
    [Lane::Conflict, Lane::Conflict, Lane::Uncertain, Lane::Conflict, Lane::Unbacked, Lane::Rest];

/// Something to look at.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// Why.
    pub why: &'static str,
    /// The story's number.
    pub story: i64,
    /// What the story is called.
    pub label: String,
    /// The figure; behind it the values that it is in conflict with.
    pub sides: Vec<Side>,
    /// How many more there are that it is in conflict with.
    pub more: usize,
}

/// A figure with its sentence.
#[derive(Debug, Clone)]
pub struct Side {
    /// The figure.
    pub line: FigureLine,
    /// The sentence around it.
    pub sentence: String,
    /// Where its words are in the sentence, in bytes.
    pub words: (usize, usize),
}

/// A figure that has been ranked.
struct Ranked<'s> {
    lane: Lane,
    rank: u8,
    why: &'static str,
    line: FigureLine,
    story: &'s StoryLine,
}

/// What to look at next. Stories are looked through starting with the one that has the newest report, until enough open
/// figures are found.
///
/// # Errors
/// Those of the ledger.
pub fn queue(ledger: &mut Ledger, most: usize) -> Result<Vec<Doubt>, DeskError> {
    let stories = stories(ledger, 1)?;
    let mut all: BTreeMap<String, FigureLine> = BTreeMap::new();
    let mut lanes: BTreeMap<Lane, Vec<Ranked<'_>>> = BTreeMap::new();
    let mut found = 0;
    for story in stories.iter().filter(|story| story.unreviewed > 0) {
        if found >= LOOKED_THROUGH {
            break;
        }
        let filter = FigureFilter { story: Some(StoryId(story.story)), ..FigureFilter::default() };
        for line in figures(ledger, &filter)? {
            all.insert(line.name(), line.clone());
            if line.found.decision.is_none() {
                found += 1;
                let (lane, rank, why) = urgency(&line);
                lanes.entry(lane).or_default().push(Ranked { lane, rank, why, line, story });
            }
        }
    }
    for lane in lanes.values_mut() {
        lane.sort_by(|a, b| a.rank.cmp(&b.rank).then(b.line.found.published.cmp(&a.line.found.published)));
        // Of figures that matter as much, those of one story take turns with those of others.
        let mut of_story: BTreeMap<(u8, i64), usize> = BTreeMap::new();
        let mut turns: Vec<(u8, usize, Ranked<'_>)> = Vec::with_capacity(lane.len());
        for ranked in lane.drain(..) {
            let before = of_story.entry((ranked.rank, ranked.story.story)).or_default();
            turns.push((ranked.rank, *before, ranked));
            *before += 1;
        }
        turns.sort_by_key(|(rank, before, _)| (*rank, *before));
        // Last first, to be taken from the end.
        lane.extend(turns.into_iter().rev().map(|(.., ranked)| ranked));
    }
    let mut texts = Texts::default();
    let (mut doubts, mut told): (Vec<Doubt>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
    // Values in conflict, by story and category: the same ones again, in other reports, are no other conflict.
    let mut conflicts: BTreeSet<(i64, String, BTreeSet<String>)> = BTreeSet::new();
    let mut turns = TURNS.into_iter().cycle();
    while doubts.len() < most && lanes.values().any(|lane| !lane.is_empty()) {
        let Some(next) = turns.next().and_then(|lane| lanes.get_mut(&lane)?.pop()) else { continue };
        if !told.insert(next.line.name()) {
            continue;
        }
        let mut sides: Vec<Side> = texts.side(ledger, next.line.clone())?.into_iter().collect();
        let mut more = 0;
        if next.lane == Lane::Conflict {
            for name in against(&next.line) {
                let Some(other) = all.get(&name) else { continue };
                told.insert(name);
                if sides.len() > AGAINST {
                    more += 1;
                } else {
                    sides.extend(texts.side(ledger, other.clone())?);
                }
            }
            // Reports that repeat the value are in the same conflict.
            told.extend(all.values().filter(|other| is_repeated(&next.line, other)).map(FigureLine::name));
            let values = sides.iter().map(|side| bounds(&side.line.found.numbers)).collect();
            let category = next.line.found.category.clone();
            if sides.len() > 1 && !conflicts.insert((next.story.story, category, values)) {
                continue;
            }
        }
        let (story, label) = (next.story.story, next.story.label.clone());
        doubts.push(Doubt { why: next.why, story, label, sides, more });
    }
    doubts.retain(|doubt| !doubt.sides.is_empty());
    Ok(doubts)
}

/// True for another appearance of a value in conflict with the same ones.
fn is_repeated(of: &FigureLine, other: &FigureLine) -> bool {
    of.found.category == other.found.category
        && of.found.numbers == other.found.numbers
        && against(of) == against(other)
}

/// The names of the figures that one is in conflict with: a fate gives them as `Agency, 5:f3 (at least 40)`.
fn against(line: &FigureLine) -> BTreeSet<String> {
    let named = |by: &str| {
        by.match_indices(":f").find_map(|(at, _)| {
            let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
            let before: String = by.get(..at)?.chars().rev().collect();
            let report = by.get(at - digits(&before)..at).filter(|n| !n.is_empty())?;
            let behind = by.get(at + 2..)?;
            let figure = behind.get(..digits(behind)).filter(|n| !n.is_empty())?;
            behind.get(figure.len()..)?.starts_with(" (").then(|| format!("{report}:f{figure}"))
        })
    };
    let conflicts = line.status.iter().filter(|fate| fate.what == "in_conflict");
    conflicts.filter_map(|fate| named(fate.by.as_deref()?)).collect()
}

/// The lane of a figure, its rank there (lowest first), and why it should be looked at.
fn urgency(line: &FigureLine) -> (Lane, u8, &'static str) {
    let has = |what: &str| line.status.iter().any(|fate| fate.what == what);
    let category = Category(line.found.category.clone().into());
    let rank = sayso_compare::consequence(&category);
    let toll = rank < u8::MAX && !is_of_another_event(line);
    let rank = if toll { rank } else { u8::MAX };
    match () {
        () if has("in_conflict") => (Lane::Conflict, rank, "in conflict with another value"),
        () if has("self_contradicted") => (Lane::Conflict, rank, "contradicted in its own report"),
        () if is_uncertain(&line.entry) => (Lane::Uncertain, rank, "read with little certainty"),
        () if has("unverified") || has("denied") => {
            (Lane::Unbacked, rank, "denied, or nobody is shown to stand behind it")
        }
        () if toll && line.status.is_empty() => (Lane::Rest, 0, "a current toll"),
        () if toll => (Lane::Rest, 1, "a toll"),
        () => (Lane::Rest, 2, "not reviewed yet"),
    }
}

/// True for a figure that more likely belongs to another event, or that held more than a year before it was published.
fn is_of_another_event(line: &FigureLine) -> bool {
    let share = line.entry.get("other_event").and_then(Value::as_f64);
    let day = |written: &Option<String>| written.as_deref().and_then(Date::parse);
    let long_before =
        day(&line.found.as_of).zip(day(&line.found.published)).is_some_and(|(held, published)| {
            (held.year() + 1, held.month(), held.day())
                < (published.year(), published.month(), published.day())
        });
    long_before || share.is_some_and(|share| share > 0.5)
}

/// True if one in four like it has the wrong category or the wrong origin.
fn is_uncertain(entry: &Value) -> bool {
    ["category", "origin"].iter().any(|what| {
        let share = entry.get("why").and_then(|w| w.get(what)).and_then(|c| c.get("share"));
        share.and_then(Value::as_f64).is_some_and(|share| reliability::chance(what, share) < UNCERTAIN)
    })
}

/// Readings of reports from which sentences are cut.
#[derive(Default)]
struct Texts(BTreeMap<ReportId, Option<Reviewed>>);

impl Texts {
    fn side(&mut self, ledger: &Ledger, line: FigureLine) -> Result<Option<Side>, DeskError> {
        let report = line.found.report;
        if let std::collections::btree_map::Entry::Vacant(vacant) = self.0.entry(report) {
            vacant.insert(ledger.reviewed(report)?);
        }
        let reading = self.0.get(&report).and_then(Option::as_ref).map(|reviewed| &reviewed.reading);
        Ok(reading.and_then(|reading| {
            let (text, span) = (&reading.report.text, reading.figures.get(line.found.figure.index())?.span);
            let sentence = sayso_compare::sentence(text, span);
            let words = (span.start - sentence.start, span.end - sentence.start);
            Some(Side { line, sentence: sentence.cut(text).to_owned(), words })
        }))
    }
}

//! Scores figures against folders of reports: `sayso eval figures FOLDER...`.
//!
//! A folder contains the reports as `*.txt`, `figures.jsonl` with one gold figure per line (`report`, `text`, `category`, `low`,
//! `best`, `high`, `low_exclusive`, `high_exclusive`, `origin`, `origin_names`, `via`, and optionally `modality`, `negated`,
//! `headline`, `nth`) and optionally `story.json` with `aliases` and `accepted_names`. A folder without such a list stands for
//! all folders below it that have one; their counts are added up.
//!
//! A gold figure is *found* if a figure of the same report has the same category and a span that overlaps the gold text; each
//! figure matches at most one gold figure. Of those found, *bounds* are right if low, best, high and both exclusivities are
//! equal; the *origin* if the name is one that gold gives (`origin`, `origin_names`; never a pronoun), or another name of the
//! same speaker according to the report or the story's lists ("the ministry (report 04)" in that report only), ignoring case and
//! article; the *chain* if origin and all of `via` are right, in order from either end. A figure is *all right* (`matched`) if
//! category, span, bounds and origin are.
//!
//! For precision, false alarms are figures that match no gold figure and count people killed, hurt, missing, displaced, arrested,
//! infected, deployed or mobilised. Figures of other categories (money, shares, equipment, other) are not covered by such gold,
//! nor are figures in the headline, which the gold's body figures repeat. A gold figure of a `headline` that another gold figure
//! of the report repeats (category and value) does not count, and a figure with its words is not a false alarm. Gold lists the
//! numbers written in the text: the sum of a list of victims with one member that matches a gold figure is not a false alarm
//! either, nor is a count of nobody ("no casualties").
//!
//! With [`Options::all`], the list is `all.jsonl`, which has people of every category; those of [`FURTHER`] can then be false
//! alarms too. `other` never is, because it includes things as well as people.
//!
//! Kinds of origin: *none* if gold has none; *carried* if no name that gold accepts is in the figure's sentence; otherwise
//! *named*, or *described* if the source's noun is a common noun ("officials", "a hospital worker"). *Modality* and *polarity*
//! are right if they are equal, among found figures for which gold gives them; expected and planned count as one.

mod gold;
mod names;
mod reliability;
mod tally;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::Write,
    path::{Path, PathBuf},
};

use sayso_model::{Figure, Modality, Number, Reading, Span};
use serde::Serialize;
use serde_json::json;

use self::{
    gold::Gold,
    names::{Aliases, accepted, is_described, lower_case_words},
    tally::{Right, Tally},
};
pub use self::{
    reliability::{Bin, Reliability},
    tally::{OfOrigin, OfValues, Score, Scores, Share},
};
use crate::{EvalError, story};

/// Categories whose unmatched figures are false alarms.
const SCORED: [&str; 13] = [
    "killed",
    "injured",
    "killed_or_injured",
    "casualties",
    "missing",
    "captured",
    "displaced",
    "evacuated",
    "rescued",
    "arrested",
    "infected",
    "deployed",
    "mobilised",
];

/// Categories whose unmatched figures are also false alarms if the gold has all people.
const FURTHER: [&str; 7] =
    ["trapped", "aboard", "stranded", "released", "attending", "residents", "affected"];

/// What is scored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Counts of people of every category (`all.jsonl`), not only of the core ones.
    pub all: bool,
}

/// Scores of the figures of one folder or several.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FiguresReport {
    /// All folders together.
    #[serde(flatten)]
    pub total: Scores,
    /// By category of the gold figure; false alarms by their own.
    pub categories: BTreeMap<String, Scores>,
    /// By kind of origin.
    pub origins: BTreeMap<&'static str, OfOrigin>,
    /// Modality of the figures found.
    pub modality: OfValues,
    /// Polarity of the figures found.
    pub polarity: OfValues,
    /// How often the category is right by the decider's share, of figures found and false alarms.
    pub category_reliability: Reliability,
    /// The same for the origin, of figures found.
    pub origin_reliability: Reliability,
    /// By folder.
    pub folders: Vec<OfFolder>,
    /// What was missed, wrong or a false alarm, by report.
    pub errors: Vec<String>,
}

/// Scores of one folder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfFolder {
    /// The folder.
    pub folder: PathBuf,
    /// Its scores.
    pub scores: Scores,
}

impl FiguresReport {
    /// Keeps only the first `count` errors.
    #[must_use]
    pub fn with_errors(mut self, count: usize) -> Self {
        self.errors.truncate(count);
        self
    }
}

impl fmt::Display for FiguresReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = &self.total;
        writeln!(f, "figures      {} gold, {} predicted", total.gold, total.predicted)?;
        writeln!(f, "             precision  recall  F1")?;
        for (name, score) in [
            ("found", total.found),
            ("bounds right", total.bounds),
            ("origin right", total.origin),
            ("chain right", total.chain),
            ("all right", total.matched),
        ] {
            writeln!(f, "{name:12} {:9.3}  {:6.3}  {:.3}", score.precision, score.recall, score.f1)?;
        }
        let f1 = |f: &mut fmt::Formatter<'_>, name: &str, of: &Scores| {
            writeln!(
                f,
                "{name:18} {:5} {:9}  {:.3}  {:.3}  {:.3}  {:.3}",
                of.gold, of.predicted, of.found.f1, of.bounds.f1, of.origin.f1, of.matched.f1
            )
        };
        writeln!(f, "\ncategory F1         gold predicted  found  bounds origin all right")?;
        for (category, scores) in &self.categories {
            f1(f, category, scores)?;
        }
        writeln!(f, "\nkind of origin      gold found right share")?;
        for (kind, of) in &self.origins {
            writeln!(f, "{kind:18} {:5} {:5} {:5} {:.3}", of.gold, of.found, of.right, of.share)?;
        }
        writeln!(f, "\nmodality of found  {}", self.modality)?;
        writeln!(f, "polarity of found  {}", self.polarity)?;
        writeln!(f, "\nshare of the category   n  mean  right\n{}", self.category_reliability)?;
        write!(f, "share of the origin     n  mean  right\n{}", self.origin_reliability)?;
        if self.folders.len() > 1 {
            writeln!(f, "\nfolder F1           gold predicted  found  bounds origin all right")?;
            for of in &self.folders {
                let name = of.folder.file_name().unwrap_or(of.folder.as_os_str()).to_string_lossy();
                f1(f, &name, &of.scores)?;
            }
        }
        for error in &self.errors {
            writeln!(f, "{error}")?;
        }
        Ok(())
    }
}

/// Reads the reports of folders and scores their figures. Predictions are written as one JSON object per line, in the form of the
/// gold, including the folder if there are several.
///
/// # Errors
/// The errors of [`story::readings`]; [`EvalError::Form`] for a folder without gold or gold of another form.
pub fn run(
    given: &[PathBuf],
    options: Options,
    predictions: Option<&mut dyn Write>,
) -> Result<FiguresReport, EvalError> {
    run_with(given, options, predictions, &mut |_, reading| reading)
}

/// Like [`run`], but readings, with their folder and report, are first passed to a function that may change them, to score what
/// somebody else makes of them.
///
/// # Errors
/// The errors of [`run`].
pub fn run_with(
    given: &[PathBuf],
    options: Options,
    mut predictions: Option<&mut dyn Write>,
    amend: &mut dyn FnMut(&str, Reading) -> Reading,
) -> Result<FiguresReport, EvalError> {
    let list = if options.all { "all.jsonl" } else { "figures.jsonl" };
    let folders = gold::folders(given, list)?;
    let mut sum = Tally::default();
    let mut by_folder = Vec::new();
    for folder in &folders {
        let path = folder.join(list);
        let gold = gold::read(&path)?;
        let readings: Vec<(String, Reading)> = story::readings(folder)?
            .into_iter()
            .map(|(report, reading)| {
                let reading = amend(&format!("{}/{report}", folder.display()), reading);
                (report, reading)
            })
            .collect();
        if let Some(missing) = gold.iter().find(|g| !readings.iter().any(|(name, _)| *name == g.report)) {
            let message = format!("report '{}' is not in the folder", missing.report);
            return Err(EvalError::Form { path, message });
        }
        let of_several = (folders.len() > 1).then_some(folder.as_path());
        if let Some(out) = predictions.as_deref_mut() {
            write(of_several, &readings, out)
                .map_err(|source| EvalError::Open { path: path.clone(), source })?;
        }
        let mut tally = score(&readings, &gold, &Aliases::read(folder), options);
        if of_several.is_some() {
            let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy();
            tally.errors.iter_mut().for_each(|e| e.insert_str(0, &format!("{name}/")));
        }
        by_folder.push(OfFolder { folder: folder.clone(), scores: tally.all.scores() });
        sum.add(tally);
    }
    let (modality, polarity) = sum.certainty();
    Ok(FiguresReport {
        total: sum.all.scores(),
        categories: sum.categories(),
        origins: sum.origins(),
        modality,
        polarity,
        category_reliability: sum.category_choices.table(),
        origin_reliability: sum.origin_choices.table(),
        folders: by_folder,
        errors: sum.errors,
    })
}

fn write(folder: Option<&Path>, readings: &[(String, Reading)], out: &mut dyn Write) -> std::io::Result<()> {
    for (name, reading) in readings {
        let headline = headline(reading);
        for figure in &reading.figures {
            let mut line = json!({
                "report": name,
                "text": figure.span.cut(&reading.report.text),
                "category": figure.category,
                "group": figure.group,
                "low": figure.low,
                "best": figure.best,
                "high": figure.high,
                "low_exclusive": figure.low_exclusive,
                "high_exclusive": figure.high_exclusive,
                "approximate": figure.approximate,
                "modality": figure.modality,
                "negated": figure.negated,
                "origin": figure.origin,
                "anonymous": figure.origin_anonymous,
                "via": figure.via,
                "said_on": figure.said_on,
                "as_of": figure.as_of,
                "period": figure.period,
                "retracted": figure.retracted,
                "in_headline": headline.is_some_and(|h| h.contains(figure.number)),
            });
            if let (Some(folder), Some(fields)) = (folder, line.as_object_mut()) {
                fields.insert("folder".into(), folder.to_string_lossy().into());
            }
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn score(readings: &[(String, Reading)], gold: &[Gold], aliases: &Aliases, options: Options) -> Tally {
    let mut tally = Tally::default();
    let common = lower_case_words(readings.iter().map(|(_, r)| r.report.text.as_str()));
    for (name, reading) in readings {
        let gold: Vec<&Gold> = gold.iter().filter(|g| g.report == *name).collect();
        score_report(name, reading, &gold, aliases, &common, options, &mut tally);
    }
    tally
}

/// Scores one report against its gold figures.
fn score_report(
    name: &str,
    reading: &Reading,
    gold: &[&Gold],
    aliases: &Aliases,
    common: &BTreeSet<String>,
    options: Options,
    tally: &mut Tally,
) {
    let text = &reading.report.text;
    let sentences = sayso_text::segment(text);
    let sentences: Vec<Span> = sentences.sentences.iter().map(|s| sentences.span(s)).collect();
    let mut used = vec![false; reading.figures.len()];
    let mut taken: Vec<Span> = Vec::new();
    for gold in gold.iter().filter(|g| !g.repeated) {
        let places = locate(reading, gold, &taken);
        let Some(&span) = places.first() else {
            tally.errors.push(format!("{name}  not in the text: {}", gold.text));
            tally.gold(&gold.category, origin_kind(gold, "", common), None);
            continue;
        };
        taken.push(span);
        let kind = origin_kind(gold, &around(text, &sentences, span), common);
        let overlapping = reading
            .figures
            .iter()
            .enumerate()
            .filter(|(i, f)| !used[*i] && places.iter().any(|p| f.span.overlaps(*p)));
        let best =
            overlapping.clone().filter(|(_, f)| f.category.as_str() == gold.category).max_by_key(|(i, f)| {
                let shared = f.span.end.min(span.end).saturating_sub(f.span.start.max(span.start));
                (has_bounds(f, gold), aliases.is_origin(reading, f, gold), shared, std::cmp::Reverse(*i))
            });
        let Some((index, figure)) = best else {
            let instead: Vec<String> = overlapping.map(|(_, f)| show(f, text)).collect();
            tally.errors.push(format!(
                "{name}  missed: {} [{}]; there: {}",
                gold.text,
                gold.category,
                instead.join(" | ")
            ));
            tally.gold(&gold.category, kind, None);
            continue;
        };
        used[index] = true;
        let right = Right {
            bounds: has_bounds(figure, gold),
            origin: aliases.is_origin(reading, figure, gold),
            chain: aliases.is_origin(reading, figure, gold) && has_via(aliases, reading, figure, gold),
        };
        tally.gold(&gold.category, kind, Some(right));
        tally.choices(figure, true, Some(right.origin));
        certainty(name, figure, gold, tally);
        if !right.bounds {
            tally.errors.push(format!("{name}  bounds: {}; there: {}", gold.text, show(figure, text)));
        }
        if !right.origin {
            tally.errors.push(format!(
                "{name}  origin: {}: wanted {:?}, got {:?}",
                gold.text, gold.origin, figure.origin
            ));
        } else if !right.chain {
            tally
                .errors
                .push(format!("{name}  via: {}: wanted {:?}, got {:?}", gold.text, gold.via, figure.via));
        }
    }
    let no_alarm: Vec<Span> = headline(reading).into_iter().chain(repeated_headlines(text, gold)).collect();
    for (figure, _) in reading.figures.iter().zip(&used).filter(|(_, used)| !**used) {
        let category = figure.category.as_str();
        let counts = SCORED.contains(&category) || options.all && FURTHER.contains(&category);
        let is_part = |other: &Figure| other.part_of == Some(figure.id) && !figure.derived_from.is_empty();
        let is_sum = reading.figures.iter().zip(&used).any(|(other, used)| *used && is_part(other));
        let nobody = figure.best == Some(Number::whole(0));
        if counts && !is_sum && !nobody && !no_alarm.iter().any(|h| h.contains(figure.number)) {
            tally.alarm(category);
            tally.choices(figure, false, None);
            tally.errors.push(format!("{name}  false alarm: {}", show(figure, text)));
        }
    }
}

/// Counts whether the modality and polarity of a found figure are right.
fn certainty(name: &str, figure: &Figure, gold: &Gold, tally: &mut Tally) {
    if let Some(wanted) = gold.modality {
        let right = coming(wanted) == coming(figure.modality);
        tally.modality(word(wanted), right);
        if !right {
            tally.errors.push(format!(
                "{name}  modality: {}: wanted {}, got {}",
                gold.text,
                word(wanted),
                word(figure.modality)
            ));
        }
    }
    if let Some(wanted) = gold.negated {
        tally.polarity(if wanted { "negated" } else { "affirmed" }, wanted == figure.negated);
        if wanted != figure.negated {
            tally.errors.push(format!("{name}  polarity: {}: wanted negated {wanted}", gold.text));
        }
    }
}

/// Treats planned as expected.
fn coming(modality: Modality) -> Modality {
    if modality == Modality::Planned { Modality::Expected } else { modality }
}

fn word(modality: Modality) -> &'static str {
    match modality {
        Modality::Asserted => "asserted",
        Modality::Denied => "denied",
        Modality::Possible => "possible",
        Modality::Expected => "expected",
        Modality::Planned => "planned",
        Modality::Demanded => "demanded",
        _ => "other",
    }
}

/// The sentences that a span overlaps.
fn around(text: &str, sentences: &[Span], span: Span) -> String {
    let touched: Vec<&str> = sentences.iter().filter(|s| s.overlaps(span)).map(|s| s.cut(text)).collect();
    touched.join(" ").to_lowercase().replace('’', "'")
}

/// The kind of a gold figure's origin, by the words of its sentence and the common nouns of the reports.
fn origin_kind(gold: &Gold, sentence: &str, common: &BTreeSet<String>) -> &'static str {
    let Some(origin) = &gold.origin else { return "none" };
    if !accepted(gold).any(|name| sentence.contains(&names::plain(name))) {
        return "carried";
    }
    if is_described(origin, common) { "described" } else { "named" }
}

fn headline(reading: &Reading) -> Option<Span> {
    reading.report.head.headline.as_ref().and_then(|h| h.span)
}

/// Positions of headline words whose figures the body repeats.
fn repeated_headlines(text: &str, gold: &[&Gold]) -> Vec<Span> {
    gold.iter().filter(|g| g.repeated).flat_map(|g| occurrences(text, &g.text)).collect()
}

fn occurrences(text: &str, wanted: &str) -> Vec<Span> {
    text.match_indices(wanted).map(|(at, found)| Span::new(at, at + found.len())).collect()
}

/// The positions of a gold figure: its given occurrence after the headline, otherwise the first occurrence that no other gold
/// figure has. A headline's figure may be in the head and again in the body.
fn locate(reading: &Reading, gold: &Gold, taken: &[Span]) -> Vec<Span> {
    let all = occurrences(&reading.report.text, &gold.text);
    if gold.headline {
        return all;
    }
    let body = headline(reading).map_or(0, |s| s.end);
    let behind: Vec<Span> = all.iter().copied().filter(|s| s.start >= body).collect();
    let free = |s: &&Span| !taken.contains(s);
    let nth = gold.nth.and_then(|n| behind.get(n.saturating_sub(1))).filter(free);
    nth.or_else(|| behind.iter().find(free)).or_else(|| all.iter().find(free)).copied().into_iter().collect()
}

fn has_bounds(figure: &Figure, gold: &Gold) -> bool {
    figure.low == gold.low
        && figure.best == gold.best
        && figure.high == gold.high
        && figure.low_exclusive == gold.low_exclusive
        && figure.high_exclusive == gold.high_exclusive
}

fn has_via(aliases: &Aliases, reading: &Reading, figure: &Figure, gold: &Gold) -> bool {
    let report = gold.report.as_str();
    let same =
        |(a, b): (&String, &String)| aliases.same(report, a, b) || aliases.known_as(report, reading, a, b);
    figure.via.len() == gold.via.len()
        && (figure.via.iter().zip(&gold.via).all(same) || figure.via.iter().rev().zip(&gold.via).all(same))
}

fn show(figure: &Figure, text: &str) -> String {
    let number = |n: Option<Number>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    format!(
        "{} [{} {}{}/{}/{}{}]",
        figure.span.cut(text).replace('\n', " "),
        figure.category.as_str(),
        if figure.low_exclusive { ">" } else { "" },
        number(figure.low),
        number(figure.best),
        if figure.high_exclusive { "<" } else { "" },
        number(figure.high),
    )
}

//! Tools that list: `search`, `stories`, `figures`, `who`, `chain`.

use sayso_desk::{ChainStep, DeskError, FigureLine, Said, StoryLine};
use sayso_ledger::{FigureFilter, Hit, Ledger, StoryId};
use sayso_model::Category;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    answer::{Answer, Refusal, day, notice},
    page::{Page, Paging},
    resource,
};

/// What to search for.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Search {
    /// Words that a report must contain, in any inflection; a phrase in double quotes; the beginning of a word with *.
    words: String,
    #[serde(flatten)]
    paging: Paging,
}

/// A report found.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Found {
    report: i64,
    outlet: Option<String>,
    published: Option<String>,
    headline: Option<String>,
    /// A snippet of the first matches, with the matches between [ and ].
    snippet: String,
    /// Resource with its text and entries.
    resource: String,
}

/// Maximum number of reports that one search ranks.
const RANKED: u32 = 1000;

pub(crate) fn search(ledger: &mut Ledger, asked: &Search) -> Answer<Page<Found>> {
    sayso_desk::catch_up(ledger)?;
    let hits = sayso_desk::search(ledger, &asked.words, RANKED)?;
    let item = |Hit { line, snippet }: Hit| {
        Ok(Found {
            report: line.id.0,
            outlet: line.outlet,
            published: line.published,
            headline: line.headline,
            snippet,
            resource: resource::report(line.id.0),
        })
    };
    asked.paging.page(ledger, &("search", &asked.words), 10, hits, item)
}

/// Which stories.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Stories {
    /// Only stories with at least this many reports.
    #[serde(default)]
    least: usize,
    #[serde(flatten)]
    paging: Paging,
}

pub(crate) fn stories(ledger: &mut Ledger, asked: &Stories) -> Answer<Page<StoryLine>> {
    let all = sayso_desk::stories(ledger, asked.least)?;
    asked.paging.page(ledger, &("stories", asked.least), 20, all, Ok)
}

/// Which figures.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Figures {
    /// What is counted: killed, injured, missing, displaced, arrested, deployed, money, ...
    #[serde(default)]
    category: Option<String>,
    /// Number of a story.
    #[serde(default)]
    story: Option<i64>,
    /// Words from the name of the origin.
    #[serde(default)]
    origin: Option<String>,
    /// From this day on (YYYY-MM-DD): the day for which a figure holds, otherwise the day on which it was said,
    /// otherwise the day of publication.
    #[serde(default)]
    since: Option<String>,
    /// Up to this day.
    #[serde(default)]
    until: Option<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// A figure, and whose word it is on.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FigureItem {
    /// Its name, for `chain` and `decide`.
    entry: String,
    category: String,
    /// In words; `100..` is 100 or more, `..1000` up to 1000.
    value: String,
    low: Option<f64>,
    best: Option<f64>,
    high: Option<f64>,
    /// How certain it is, what has happened to it, what people decided.
    status: String,
    group: Option<String>,
    /// On whose word it is; null in the outlet's own voice.
    origin: Option<String>,
    said_on: Option<String>,
    as_of: Option<String>,
    outlet: Option<String>,
    published: Option<String>,
    /// The report's words.
    words: String,
    /// Resource with the words in their report.
    resource: String,
}

pub(crate) fn figures(ledger: &mut Ledger, asked: &Figures) -> Answer<Page<FigureItem>> {
    known(ledger, asked)?;
    let filter = FigureFilter {
        category: asked.category.clone(),
        story: asked.story.map(StoryId),
        origin: asked.origin.clone(),
        since: day(asked.since.as_ref())?,
        until: day(asked.until.as_ref())?,
        ..FigureFilter::default()
    };
    let all = sayso_desk::figures(ledger, &filter)?;
    let list = ("figures", &asked.category, asked.story, &asked.origin, &asked.since, &asked.until);
    asked.paging.page(ledger, &list, 20, all, |line| Ok(figure(line)))
}

/// A category that there is not, or a story, is a mistake of the caller rather than a list of nothing.
fn known(ledger: &mut Ledger, asked: &Figures) -> Answer<()> {
    if let Some(wanted) = &asked.category
        && Category::KNOWN.iter().all(|(known, _)| known != wanted)
    {
        // Reviewers may have assigned one of their own.
        let own = ledger.categories()?;
        if !own.contains(wanted) {
            let mut all: Vec<&str> = Category::KNOWN.iter().map(|(known, _)| *known).collect();
            all.extend(own.iter().map(String::as_str).filter(|own| !all.contains(own)).collect::<Vec<_>>());
            return Err(Refusal(format!("there is no category '{wanted}'; there are {}", all.join(", "))));
        }
    }
    if let Some(story) = asked.story {
        sayso_desk::catch_up(ledger)?;
        ledger.story(StoryId(story))?.ok_or(DeskError::NoStory(story))?;
    }
    Ok(())
}

fn figure(line: FigureLine) -> FigureItem {
    let (entry, status) = (line.name(), line.standing());
    let span = line.entry.get("span");
    let at = |key: &str| span.and_then(|s| s.get(key)).and_then(serde_json::Value::as_u64);
    let f = line.found;
    FigureItem {
        resource: resource::words(f.report.0, at("start").zip(at("end"))),
        entry,
        category: f.category,
        value: sayso_desk::bounds(&f.numbers),
        low: f.numbers.low,
        best: f.numbers.best,
        high: f.numbers.high,
        status,
        group: f.group,
        origin: f.origin,
        said_on: f.said_on,
        as_of: f.as_of,
        outlet: f.outlet,
        published: f.published,
        words: f.words,
    }
}

/// Whose words.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WhoSaid {
    /// Name, abbreviation or part of the name of a speaker.
    name: String,
    #[serde(flatten)]
    paging: Paging,
}

/// A statement, with how it reached the outlet.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StatementItem {
    /// Its name, for `chain` and `decide`.
    entry: String,
    speaker: String,
    said_on: Option<String>,
    /// Direct, indirect or mixed.
    kind: String,
    /// The report's words.
    content: String,
    /// How certain it is, what has happened to its figures since, what people decided.
    status: String,
    /// Who relayed it, nearest to the speaker first, the outlet last.
    via: Vec<String>,
    published: Option<String>,
    /// Resource with the report.
    resource: String,
}

pub(crate) fn who(ledger: &mut Ledger, asked: &WhoSaid) -> Answer<Page<StatementItem>> {
    let found = sayso_desk::who(ledger, &asked.name, false)?;
    let item = |said: Said| {
        let (entry, status) = (said.name(), said.standing());
        Ok(StatementItem {
            entry,
            status,
            resource: resource::report(said.found.report.0),
            speaker: said.found.name,
            said_on: said.found.said_on,
            kind: said.found.kind,
            content: said.found.content,
            via: said.via,
            published: said.found.published,
        })
    };
    asked.paging.page(ledger, &("who", &asked.name), 20, found.said, item)
}

/// Which entry.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChainOf {
    /// A figure or statement, as `figures` and `who` name it ("12:f3", "12:s0").
    entry: String,
}

/// The path from the outlet to the origin.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Chain {
    /// How to treat the words from reports in it.
    notice: String,
    /// The outlet first, the origin last.
    steps: Vec<ChainStep>,
}

pub(crate) fn chain(ledger: &mut Ledger, asked: &ChainOf) -> Answer<Chain> {
    Ok(Chain { notice: notice(), steps: sayso_desk::chain(ledger, &asked.entry)? })
}

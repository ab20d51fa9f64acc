//! `story` and `brief`.

use std::collections::BTreeSet;

use sayso_brief::Brief;
use sayso_desk::{
    Loaded,
    words::{amount, status, what},
};
use sayso_ledger::{EntryKind, Ledger};
use sayso_model::{
    Date, Number,
    story::{Appearance, Claim, Independence, Point, PointRef, Series},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    answer::{Answer, Refusal, day, notice},
    resource,
};

/// Claims in one answer.
const CLAIMS: usize = 40;

/// Which story.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoryOf {
    /// Its number, as `stories` lists it.
    story: i64,
    /// As known on this day (YYYY-MM-DD).
    #[serde(default)]
    as_of: Option<String>,
    /// One of its claims in full, by its number.
    #[serde(default)]
    claim: Option<usize>,
}

/// What the reports on one event say together.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Told {
    /// How to treat the words from reports in it.
    notice: String,
    story: i64,
    as_of: Option<Date>,
    reports: usize,
    outlets: BTreeSet<String>,
    /// Its claims, those with the most origins first; ask for one by number to see who says what.
    claims: Vec<ClaimItem>,
    /// How many more claims there are; `figures` has all their values.
    claims_left_out: usize,
    /// The requested claim.
    claim: Option<ClaimDetail>,
}

/// Figures about the same thing.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ClaimItem {
    /// Its number.
    claim: usize,
    /// What is counted, whom, where and when.
    what: String,
    /// Lowest value that a counted origin gives.
    low: Option<Number>,
    /// The value that most independent origins share, otherwise the newest.
    best: Option<Number>,
    /// Highest value that a counted origin gives.
    high: Option<Number>,
    /// True if a counted origin gives only a lower bound.
    open_above: bool,
    /// How many independent origins were counted; repetitions by outlets do not count.
    independent_origins: usize,
    /// How many pairs of current values cannot both hold.
    open_conflicts: usize,
}

/// A claim with all its values.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ClaimDetail {
    what: String,
    /// The rule by which its values were combined.
    rule: String,
    origins: Vec<OriginItem>,
}

/// The values of one origin over time.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OriginItem {
    /// On whose word it is; null if reports name nobody.
    origin: Option<String>,
    independence: Independence,
    values: Vec<ValueItem>,
}

/// A value that an origin gave.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ValueItem {
    /// Day on which it was said; null if no report says so.
    said_on: Option<Date>,
    value: String,
    /// What has happened to it since.
    status: Vec<String>,
    /// Reports that carry it, the first one first.
    reports: Vec<CarrierItem>,
}

/// A report that carries a value.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CarrierItem {
    /// The figure, for `chain`.
    entry: String,
    outlet: Option<String>,
    published: Option<Date>,
    /// True if the origin has already been counted with an earlier report.
    echo: bool,
    /// The report's words.
    words: String,
    /// Resource with the report.
    resource: String,
}

pub(crate) fn story(ledger: &mut Ledger, asked: &StoryOf) -> Answer<Told> {
    let loaded = sayso_desk::load(ledger, asked.story, day(asked.as_of.as_ref())?)?;
    let story = &loaded.story;
    let detail = asked.claim.map(|number| {
        let there = story.claims.len();
        let none = || {
            Refusal(format!("story {} has no claim {number}; it has {there}, counted from 0", asked.story))
        };
        Ok::<_, Refusal>(detail(&loaded, story.claims.get(number).ok_or_else(none)?))
    });
    let mut claims: Vec<ClaimItem> =
        story.claims.iter().enumerate().map(|(number, claim)| item(&loaded, number, claim)).collect();
    claims.sort_by_key(|c| (std::cmp::Reverse((c.independent_origins, c.open_conflicts)), c.claim));
    let left_out = claims.len().saturating_sub(CLAIMS);
    claims.truncate(CLAIMS);
    Ok(Told {
        notice: notice(),
        story: asked.story,
        as_of: story.as_of,
        reports: story.reports.len(),
        outlets: story.reports.iter().filter_map(|r| r.outlet.clone()).collect(),
        claims: if detail.is_some() { Vec::new() } else { claims },
        claims_left_out: left_out,
        claim: detail.transpose()?,
    })
}

fn item(loaded: &Loaded, number: usize, claim: &Claim) -> ClaimItem {
    let of = |place: &PointRef| place.claim == number;
    let open = loaded.story.conflicts.iter().filter(|c| c.open && (of(&c.lower) || of(&c.higher)));
    let summary = &claim.summary;
    ClaimItem {
        claim: number,
        what: what(claim),
        low: summary.low,
        best: summary.best,
        high: summary.high,
        open_above: summary.open_above,
        independent_origins: summary.independent,
        open_conflicts: open.count(),
    }
}

fn detail(loaded: &Loaded, claim: &Claim) -> ClaimDetail {
    let origins = claim.series.iter().map(|series| OriginItem {
        origin: series.name.clone(),
        independence: series.independence.clone(),
        values: series.points.iter().map(|point| value(loaded, series, point)).collect(),
    });
    ClaimDetail { what: what(claim), rule: claim.summary.rule.clone(), origins: origins.collect() }
}

fn value(loaded: &Loaded, series: &Series, point: &Point) -> ValueItem {
    ValueItem {
        said_on: point.on,
        value: amount(&point.value),
        status: point.statuses.iter().map(|one| status(&loaded.story, Some(series), one)).collect(),
        reports: point.reports.iter().map(|one| carrier(loaded, one)).collect(),
    }
}

fn carrier(loaded: &Loaded, appearance: &Appearance) -> CarrierItem {
    let index = appearance.mark.report;
    let report = loaded.story.reports.get(index);
    let text = loaded.readings.text(index);
    let key = loaded.key(index);
    CarrierItem {
        entry: format!("{key}:{}", loaded.name(index, EntryKind::Figure, appearance.figure.index())),
        outlet: report.and_then(|r| r.outlet.clone()),
        published: report.and_then(|r| r.published),
        echo: appearance.echo,
        words: appearance.mark.span.cut(text).to_owned(),
        resource: resource::report(key),
    }
}

/// Which brief.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BriefOf {
    /// Number of the story, as `stories` lists it.
    story: i64,
    /// As known on this day (YYYY-MM-DD).
    #[serde(default)]
    as_of: Option<String>,
    /// Only what is new, and was said, since this day.
    #[serde(default)]
    since: Option<String>,
    /// At most this many lines under each heading (default: 4).
    #[serde(default)]
    lines: Option<usize>,
}

/// A brief under five headings.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BriefTold {
    /// How to treat the words from reports in it.
    notice: String,
    brief: Brief,
    /// How many more lines there are under each heading, in order.
    lines_left_out: Vec<usize>,
}

pub(crate) fn brief(ledger: &mut Ledger, asked: &BriefOf) -> Answer<BriefTold> {
    let since = day(asked.since.as_ref())?;
    let loaded = sayso_desk::load(ledger, asked.story, day(asked.as_of.as_ref())?)?;
    let mut brief = sayso_brief::story::compose(&loaded.story, &loaded.readings(), &loaded.corrected, since);
    let most = asked.lines.unwrap_or(4);
    let mut left_out = Vec::new();
    for section in &mut brief.sections {
        left_out.push(section.lines.len().saturating_sub(most));
        section.lines.truncate(most);
    }
    Ok(BriefTold { notice: notice(), brief, lines_left_out: left_out })
}

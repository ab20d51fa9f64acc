//! `read`: a text that is not in a ledger.

use sayso_ingest::{HeadOverrides, Limits, source};
use sayso_ledger::Ledger;
use sayso_model::{Figure, Modality, Number, Reading, Report, Statement, json::Exact};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Refusal, day, notice};

/// Maximum number of entries of one kind in an answer.
const ENTRIES: usize = 50;

/// A report to read.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    /// The report: plain text or HTML.
    pub(crate) text: String,
    /// Day of publication (YYYY-MM-DD), if the text does not state it.
    #[serde(default)]
    pub(crate) published: Option<String>,
    /// Outlet, if the text does not state it.
    #[serde(default)]
    pub(crate) outlet: Option<String>,
    /// URL of the report.
    #[serde(default)]
    pub(crate) url: Option<String>,
}

impl Text {
    /// The report, which must be in English.
    pub(crate) fn report(&self) -> Answer<Report> {
        let options = HeadOverrides {
            outlet: self.outlet.clone(),
            published: day(self.published.as_ref())?,
            url: self.url.clone(),
            ..HeadOverrides::default()
        };
        let made = source::one(self.text.as_bytes(), "text", &options, &Limits::default());
        let report = made.map_err(|e| Refusal(e.to_string()))?;
        let language = report.head.language.as_ref().map(|l| l.value.as_str());
        if let Some(language) = language.filter(|l| !sayso_ingest::language::is_english(l)) {
            return Err(Refusal(format!("the text is in '{language}', and sayso reads English only")));
        }
        Ok(report)
    }

    /// Its reading.
    pub(crate) fn read(&self) -> Answer<Reading> {
        Ok(sayso_read::read(&self.report()?))
    }
}

/// Who says what in a report, and on whose word.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReadText {
    /// How to treat the words from reports in it.
    notice: String,
    headline: Option<String>,
    outlet: Option<String>,
    published: Option<String>,
    figures: Vec<FigureRead>,
    statements: Vec<StatementRead>,
    /// How many more entries it has.
    left_out: usize,
    /// What could not be read, and why.
    diagnostics: Vec<String>,
}

/// A number, and what it counts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FigureRead {
    category: String,
    low: Option<Number>,
    best: Option<Number>,
    high: Option<Number>,
    /// On whose word it is; null in the outlet's own voice.
    origin: Option<String>,
    /// Who relayed it, nearest to the origin first.
    via: Vec<String>,
    modality: Modality,
    negated: bool,
    span: Exact,
}

/// Who says what.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StatementRead {
    /// Null if nobody is named.
    speaker: Option<String>,
    modality: Modality,
    content: Vec<Exact>,
}

pub(crate) fn read(_: &mut Ledger, asked: &Text) -> Answer<ReadText> {
    let reading = asked.read()?;
    let (report, head) = (&reading.report, &reading.report.head);
    let all = reading.figures.len() + reading.statements.len();
    let figures: Vec<_> = reading.figures.iter().take(ENTRIES).map(|f| figure(f, &report.text)).collect();
    let statements: Vec<_> =
        reading.statements.iter().take(ENTRIES).map(|s| statement(s, &reading)).collect();
    Ok(ReadText {
        notice: notice(),
        headline: head.headline.as_ref().map(|v| v.value.clone()),
        outlet: head.outlet.as_ref().map(|v| v.value.clone()),
        published: head.published.as_ref().map(|v| v.value.to_string()),
        left_out: all - figures.len() - statements.len(),
        figures,
        statements,
        diagnostics: report
            .diagnostics
            .iter()
            .chain(&reading.diagnostics)
            .map(|d| d.message.clone())
            .collect(),
    })
}

fn figure(f: &Figure, text: &str) -> FigureRead {
    FigureRead {
        category: f.category.as_str().to_owned(),
        low: f.low,
        best: f.best,
        high: f.high,
        origin: f.origin.clone(),
        via: f.via.clone(),
        modality: f.modality,
        negated: f.negated,
        span: Exact::of(f.span, text),
    }
}

fn statement(s: &Statement, reading: &Reading) -> StatementRead {
    let text = &reading.report.text;
    StatementRead {
        speaker: s.speaker.and_then(|id| reading.speakers.get(id.index())).map(|p| p.name.clone()),
        modality: s.modality,
        content: s.content.iter().map(|span| Exact::of(*span, text)).collect(),
    }
}

//! The brief of one report.
//!
//! Lines are whole sentences of the report, so no hedge and no "former" can get lost. Where the report prints the
//! five heads itself, its own order is followed; else:
//! - what's new: the headline's sentence or the first of the text, and sentences whose figures or statements bear
//!   the latest day;
//! - why it matters: sentences in the outlet's own voice that weigh or look back;
//! - what to know: indirect statements and figures not told yet;
//! - what people are saying: sentences with direct words;
//! - what's next: what is expected, planned or possible, and requests for comment that are open.

use std::collections::BTreeSet;

use sayso_model::{
    ChainRole, CommentOutcome, Date, Modality, Polarity, Reading, Span, Statement, StatementKind,
};

use crate::{Brief, Heading, Line, Mark, Section, Source};

/// Most lines under one head.
const MOST_LINES: usize = 6;

/// Words by which an outlet weighs what it reports.
const WEIGHT: [&str; 22] = [
    "major", "significant", "first time", "unprecedented", "escalat", "turning point", "key ", "comes as", "amid",
    "since ", "concern", "threat", "critical", "historic", "worst", "largest", "biggest", "deadliest", "highest",
    "development", "raises", "underscore",
];

/// Composes the brief of one report. `sentences` are the report's sentences in text order.
#[must_use]
pub fn compose(reading: &Reading, sentences: &[Span]) -> Brief {
    let text = reading.report.text.as_str();
    let headline = reading.report.head.headline.as_ref().and_then(|h| h.span);
    let composer = Composer { reading, text, told: BTreeSet::new() };
    let title = headline.map(|span| Line {
        text: one_line(span.cut(text)),
        note: None,
        marks: vec![Mark::new(0, span, text)],
    });
    let body: Vec<Span> = sentences.iter().copied().filter(|s| headline != Some(*s) && !headline.is_some_and(|h| h.contains(*s))).collect();
    let routed = composer.routed(&body);
    let sections = Heading::ALL
        .into_iter()
        .map(|heading| Section {
            heading,
            lines: routed
                .iter()
                .filter(|(h, _)| *h == heading)
                .take(MOST_LINES)
                .map(|(_, span)| composer.line(*span))
                .collect(),
        })
        .collect();
    Brief { title, as_of: None, sections, sources: vec![Source::of(&reading.report)] }
}

struct Composer<'a> {
    reading: &'a Reading,
    text: &'a str,
    told: BTreeSet<Span>,
}

impl Composer<'_> {
    /// The head of each sentence that is told, in text order within a head.
    fn routed(mut self, sentences: &[Span]) -> Vec<(Heading, Span)>
    where
        Self: Sized,
    {
        let mut printed: Option<Heading> = None;
        let prints_heads = sentences.iter().filter(|s| Heading::of(s.cut(self.text)).is_some()).count() >= 2;
        let latest = self.latest_day();
        let mut routed = Vec::new();
        for (index, &span) in sentences.iter().enumerate() {
            if let Some(heading) = Heading::of(span.cut(self.text)) {
                printed = Some(heading);
                continue;
            }
            let heading = if prints_heads { printed.and_then(|h| self.own_head(h, span)) } else { self.head_of(span, index, latest) };
            if let Some(heading) = heading
                && self.told.insert(span)
            {
                routed.push((heading, span));
            }
        }
        routed
    }

    /// A sentence under a head that the report prints; requests for comment and what is to come go to the last.
    fn own_head(&self, printed: Heading, span: Span) -> Option<Heading> {
        if self.is_open_request(span) {
            return Some(Heading::Next);
        }
        self.rests_on_entry(span).then_some(printed).or_else(|| (printed == Heading::Matters || printed == Heading::New).then_some(printed))
    }

    fn head_of(&self, span: Span, index: usize, latest: Option<Date>) -> Option<Heading> {
        if self.is_open_request(span) || (index > 0 && self.is_to_come(span)) {
            return Some(Heading::Next);
        }
        let statements: Vec<&Statement> = self.statements_in(span).collect();
        if index == 0 {
            return Some(Heading::New);
        }
        if statements.iter().any(|s| s.kind == StatementKind::Direct) {
            return Some(Heading::Saying);
        }
        let figures = self.reading.figures.iter().any(|f| span.contains(f.number));
        let new = latest.is_some() && statements.iter().any(|s| s.said_on == latest);
        if new && index < 3 {
            return Some(Heading::New);
        }
        if statements.is_empty() && self.weighs(span) {
            return Some(Heading::Matters);
        }
        if figures || !statements.is_empty() {
            return Some(Heading::Know);
        }
        (self.reading.comment_requests.iter().any(|r| span.contains(r.span))).then_some(Heading::Know)
    }

    fn latest_day(&self) -> Option<Date> {
        self.reading.statements.iter().filter_map(|s| s.said_on).max()
    }

    fn statements_in(&self, span: Span) -> impl Iterator<Item = &Statement> {
        self.reading.statements.iter().filter(move |s| s.content.iter().chain(&s.cue).any(|c| span.overlaps(*c)))
    }

    fn rests_on_entry(&self, span: Span) -> bool {
        self.statements_in(span).next().is_some()
            || self.reading.figures.iter().any(|f| span.contains(f.number))
            || self.reading.expected.iter().any(|e| span.overlaps(e.cue))
            || self.reading.comment_requests.iter().any(|r| span.overlaps(r.span))
    }

    fn is_open_request(&self, span: Span) -> bool {
        self.reading.comment_requests.iter().any(|r| r.outcome == CommentOutcome::Open && span.overlaps(r.span))
    }

    fn is_to_come(&self, span: Span) -> bool {
        self.reading.expected.iter().any(|e| span.contains(e.cue) && e.modality != Modality::Demanded)
    }

    fn weighs(&self, span: Span) -> bool {
        let lower = span.cut(self.text).to_lowercase();
        WEIGHT.iter().any(|w| lower.contains(w))
    }

    /// The sentence as a line, with on whose word it stands.
    fn line(&self, span: Span) -> Line {
        let note = self
            .statements_in(span)
            .filter(|s| s.content.iter().any(|c| span.overlaps(*c)))
            .max_by_key(|s| (s.chain.len(), std::cmp::Reverse(s.id)))
            .map(|s| on_whose_word(s));
        Line { text: one_line(span.cut(self.text)), note, marks: vec![Mark::new(0, span, self.text)] }
    }
}

/// The chain from the origin to the outlet, and how certain the statement is made to be.
fn on_whose_word(statement: &Statement) -> String {
    let mut names: Vec<String> = Vec::new();
    for link in statement.chain.iter().rev() {
        names.push(match (&link.name, link.role) {
            (Some(name), _) => name.clone(),
            (None, ChainRole::Outlet) => "the outlet".to_owned(),
            (None, _) => "nobody named".to_owned(),
        });
    }
    let modality = match statement.modality {
        Modality::Asserted => "asserted",
        Modality::Denied => "denied",
        Modality::Possible => "possible",
        Modality::Expected => "expected",
        Modality::Planned => "planned",
        Modality::Demanded => "demanded",
    };
    let polarity = if statement.polarity == Polarity::Negative { ", negated" } else { "" };
    let day = statement.said_on.map(|d| format!(", said on {d}")).unwrap_or_default();
    format!("on the word of {} ({modality}{polarity}{day})", names.join(" < "))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! The brief of one report.
//!
//! Lines are whole sentences of the report, so no hedge and no "former" can get lost. If the report prints the five headings
//! itself, its own order is followed; otherwise:
//! - what's new: the headline's sentence or the first of the text, and sentences whose figures or statements have the latest
//!   date;
//! - why it matters: sentences in the outlet's own voice that assess or look back;
//! - what to know: indirect statements and figures not mentioned yet;
//! - what people are saying: sentences with direct quotations;
//! - what's next: what is expected, planned or feared, what may happen on a given day, and open requests for comment.

use std::collections::BTreeSet;

use sayso_model::{
    ChainRole, CommentOutcome, Date, Modality, Polarity, Reading, Span, Statement, StatementKind,
};

use crate::{
    Brief, Heading, Line, Mark, Section, Source,
    line::{WHOSE, one_line},
};

/// Maximum number of lines under one heading.
const MOST_LINES: usize = 6;

/// Words by which an outlet assesses what it reports.
const WEIGHT: [&str; 22] = [
    "major",
    "significant",
    "first time",
    "unprecedented",
    "escalat",
    "turning point",
    "key ",
    "comes as",
    "amid",
    "since ",
    "concern",
    "threat",
    "critical",
    "historic",
    "worst",
    "largest",
    "biggest",
    "deadliest",
    "highest",
    "development",
    "raises",
    "underscore",
];

/// Composes the brief of one report. `sentences` are the report's sentences in text order.
#[must_use]
pub fn compose(reading: &Reading, sentences: &[Span]) -> Brief {
    let text = reading.report.text.as_str();
    let headline = reading.report.head.headline.as_ref().and_then(|h| h.span);
    let title = headline.map(|span| Line {
        text: one_line(span.cut(text)),
        note: None,
        marks: vec![Mark::new(0, span, text)],
    });
    let body: Vec<Span> = sentences
        .iter()
        .copied()
        .filter(|s| headline != Some(*s) && !headline.is_some_and(|h| h.contains(*s)))
        // "Correction:" only labels what follows.
        .filter(|s| !s.cut(text).trim_end().ends_with(':') || s.cut(text).contains(' '))
        .filter(|s| !is_dateline(s.cut(text)))
        .collect();
    let composer = Composer::new(reading, text, &body);
    let routed = composer.routed(&body);
    let sections = Heading::ALL
        .into_iter()
        .map(|heading| {
            let own: Vec<usize> =
                routed.iter().filter(|(h, _)| *h == heading).map(|(_, index)| *index).collect();
            Section {
                heading,
                lines: own.iter().take(MOST_LINES).map(|index| composer.line(*index, body[*index])).collect(),
                left_out: own.len().saturating_sub(MOST_LINES),
            }
        })
        .collect();
    Brief {
        schema_version: crate::BRIEF_SCHEMA_VERSION,
        title,
        as_of: None,
        sections,
        folded: 0,
        sources: vec![Source::of(&reading.report)],
        wording: None,
    }
}

struct Composer<'a> {
    reading: &'a Reading,
    text: &'a str,
    /// The entries in each sentence.
    held: Vec<Held<'a>>,
}

/// The entries in one sentence.
#[derive(Default, Clone)]
struct Held<'a> {
    statements: Vec<&'a Statement>,
    figure: bool,
    to_come: bool,
    /// True if something in the future has a date.
    dated: bool,
    request: bool,
    open_request: bool,
    correction: bool,
}

impl<'a> Composer<'a> {
    fn new(reading: &'a Reading, text: &'a str, sentences: &[Span]) -> Self {
        let mut held = vec![Held::default(); sentences.len()];
        let touched = |span: Span| {
            let first = sentences.partition_point(|s| s.end <= span.start);
            let last = sentences.partition_point(|s| s.start < span.end);
            first..last.max(first)
        };
        for statement in &reading.statements {
            for span in statement.content.iter().chain(&statement.cue) {
                for at in touched(*span) {
                    if held[at].statements.last().is_none_or(|s| s.id != statement.id) {
                        held[at].statements.push(statement);
                    }
                }
            }
        }
        for figure in &reading.figures {
            touched(figure.number).for_each(|at| held[at].figure = true);
        }
        for expectation in reading.expected.iter().filter(|e| e.modality != Modality::Demanded) {
            // That something "may" or "could" happen is not news about what comes next, unless a day is given.
            let bare = matches!(expectation.cue.cut(text).to_lowercase().as_str(), "may" | "might" | "could");
            let dated = expectation.time.is_some();
            for at in touched(expectation.cue) {
                held[at].to_come |= dated || !bare;
                held[at].dated |= dated;
            }
        }
        for request in &reading.comment_requests {
            for at in touched(request.span) {
                held[at].request = true;
                held[at].open_request |= request.outcome == CommentOutcome::Open;
            }
        }
        for correction in &reading.corrections {
            touched(correction.span).for_each(|at| held[at].correction = true);
        }
        Self { reading, text, held }
    }

    /// The heading of each sentence that is used, in text order, with the sentence's index.
    fn routed(&self, sentences: &[Span]) -> Vec<(Heading, usize)> {
        let mut printed: Option<Heading> = None;
        let prints_heads =
            sentences.iter().filter(|s| Heading::of(s.cut(self.text)).is_some()).take(2).count() == 2;
        let latest = self.reading.statements.iter().filter_map(|s| s.said_on).max();
        let mut routed = Vec::new();
        for (index, span) in sentences.iter().enumerate() {
            if let Some(heading) = Heading::of(span.cut(self.text)) {
                printed = Some(heading);
                continue;
            }
            let heading = if prints_heads {
                printed.and_then(|h| self.own_head(h, index))
            } else {
                self.head_of(*span, index, latest)
            };
            routed.extend(heading.map(|h| (h, index)));
        }
        // A caption or teaser that repeats a sentence is used once.
        let mut told = BTreeSet::new();
        routed.retain(|&(_, index)| told.insert(spoken(sentences[index].cut(self.text))));
        routed
    }

    /// The heading of a sentence under a heading that the report prints: that one, except that open requests for comment go to
    /// what's next, and a sentence without entries is used only if the outlet itself makes an assessment in it.
    fn own_head(&self, printed: Heading, index: usize) -> Option<Heading> {
        let held = &self.held[index];
        if held.open_request {
            return Some(Heading::Next);
        }
        let rests = held.figure || held.to_come || held.request || !held.statements.is_empty();
        (rests || matches!(printed, Heading::New | Heading::Matters)).then_some(printed)
    }

    fn head_of(&self, span: Span, index: usize, latest: Option<Date>) -> Option<Heading> {
        let held = &self.held[index];
        if index == 0 || held.correction {
            return Some(Heading::New);
        }
        let direct = held.statements.iter().any(|s| s.kind == StatementKind::Direct);
        if held.open_request || held.to_come && (held.dated || !direct) {
            return Some(Heading::Next);
        }
        if direct {
            return Some(Heading::Saying);
        }
        if index < 3 && latest.is_some() && held.statements.iter().any(|s| s.said_on == latest) {
            return Some(Heading::New);
        }
        if held.statements.is_empty() && self.weighs(span) {
            return Some(Heading::Matters);
        }
        (held.figure || held.request || !held.statements.is_empty()).then_some(Heading::Know)
    }

    fn weighs(&self, span: Span) -> bool {
        let lower = span.cut(self.text).to_lowercase();
        WEIGHT.iter().any(|w| lower.contains(w))
    }

    /// The sentence as a line, with its source.
    fn line(&self, index: usize, span: Span) -> Line {
        let note = self.held[index]
            .statements
            .iter()
            .filter(|s| s.content.iter().any(|c| span.overlaps(*c)))
            .max_by_key(|s| (s.chain.len(), std::cmp::Reverse(s.id)))
            .map(|s| on_whose_word(s));
        let note = match note {
            None if self.held[index].correction => Some("a correction".to_owned()),
            note => note,
        };
        Line { text: one_line(span.cut(self.text)), note, marks: vec![Mark::new(0, span, self.text)] }
    }
}

/// "SEOUL —": the place that a text begins with, cut off as a sentence.
fn is_dateline(sentence: &str) -> bool {
    sentence.trim_end().ends_with(['—', '–', '-']) && !sentence.contains(char::is_lowercase)
}

/// The letters and digits of a text in lower case: equal for two sentences with the same words.
fn spoken(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The chain from the origin to the outlet, and the statement's modality.
fn on_whose_word(statement: &Statement) -> String {
    let mut names: Vec<String> = Vec::new();
    let own_voice = statement.chain.len() < 2;
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
        _ => "said",
    };
    let polarity = if statement.polarity == Polarity::Negative { ", negated" } else { "" };
    let day = statement.said_on.map(|d| format!(", said on {d}")).unwrap_or_default();
    let whose = if own_voice { "in the outlet's own voice, " } else { WHOSE };
    format!("{whose}{} ({modality}{polarity}{day})", names.join(" < "))
}

//! Entries that a person adds: words of the report, with the fields they state.

use sayso_model::{
    Asked, Category, ChainLink, ChainRole, CommentOutcome, CommentRequest, Construction, Correction,
    Expectation, Figure, FigureId, Mention, MentionForm, Modality, Polarity, Reading, Span, Speaker,
    SpeakerId, SpeakerKind, Statement, StatementId, StatementKind,
};

use super::fields::{self, Fields, ValueError};
use crate::{EntryKind, EntryName};

/// Fields without which an added entry would say nothing.
fn needed(kind: EntryKind) -> &'static [&'static str] {
    match kind {
        EntryKind::Figure => &["category"],
        EntryKind::Statement => &["speaker"],
        EntryKind::CommentRequest => &["asked"],
        EntryKind::Speaker | EntryKind::Expectation | EntryKind::Correction => &[],
    }
}

/// Adds an entry after the existing ones and returns its name. If this fails, the reading is left partly changed.
///
/// # Errors
/// A required field that is missing, or a value that it cannot take.
pub(crate) fn add(
    reading: &mut Reading,
    kind: EntryKind,
    span: Span,
    fields: &Fields,
) -> Result<EntryName, ValueError> {
    if let Some(field) = needed(kind).iter().find(|field| !fields.contains_key(**field)) {
        let why = format!("has to be given to add a {}", kind.as_str());
        return Err(ValueError::Together { field, why });
    }
    let entry = EntryName { kind, index: kind.count(reading) };
    match kind {
        EntryKind::Figure => {
            let figure = figure(reading, entry.index.into(), span);
            if let Some(statement) = figure.statement.and_then(|id| reading.statements.get_mut(id.index())) {
                statement.figures.push(figure.id);
            }
            reading.figures.push(figure);
        }
        EntryKind::Statement => reading.statements.push(statement(reading, entry.index.into(), span)),
        EntryKind::Speaker => {
            let name = span.cut(&reading.report.text).to_owned();
            let mention = Mention { span, form: MentionForm::Name, evidence: Vec::new() };
            reading.speakers.push(Speaker {
                id: SpeakerId::from(entry.index),
                name,
                kind: SpeakerKind::Unknown,
                anonymous: false,
                roles: Vec::new(),
                mentions: vec![mention],
                same_as: None,
                same_as_evidence: Vec::new(),
            });
        }
        EntryKind::CommentRequest => reading.comment_requests.push(CommentRequest {
            span,
            asked: Vec::<Asked>::new(),
            asked_by: None,
            outcome: CommentOutcome::Open,
            outcome_evidence: None,
        }),
        EntryKind::Expectation => reading.expected.push(Expectation {
            span,
            cue: span,
            modality: Modality::Expected,
            statement: around(reading, span),
            time: None,
            by: None,
        }),
        EntryKind::Correction => reading.corrections.push(Correction {
            span,
            retracted: Vec::new(),
            corrected_to: Vec::new(),
            of: None,
            published: None,
        }),
    }
    fields::set(reading, entry, fields)?;
    Ok(entry)
}

/// The innermost statement whose content contains a span.
fn around(reading: &Reading, span: Span) -> Option<StatementId> {
    let holding = reading.statements.iter().filter(|s| s.content.iter().any(|c| c.contains(span)));
    holding.min_by_key(|s| s.content.iter().map(|c| c.len()).sum::<usize>()).map(|s| s.id)
}

/// A figure of which only the words are known; it is on the word of the enclosing statement unless fields say
/// otherwise.
fn figure(reading: &Reading, id: FigureId, span: Span) -> Figure {
    let statement = around(reading, span);
    let said = statement.and_then(|id| reading.statements.get(id.index()));
    let origin = said.and_then(|s| s.chain.iter().find(|link| link.role == ChainRole::Origin));
    let relays = said.into_iter().flat_map(|s| s.chain.iter().rev().filter(|l| l.role == ChainRole::Relay));
    Figure {
        said_on: said.and_then(|s| s.said_on),
        modality: said.map_or(Modality::Asserted, |s| s.modality),
        statement,
        origin: origin.and_then(|link| link.name.clone()),
        origin_speaker: origin.and_then(|link| link.speaker),
        origin_anonymous: origin.is_some_and(|link| link.anonymous),
        via: relays.filter_map(|link| link.name.clone()).collect(),
        ..Figure::of(id, span, span, Category::OTHER)
    }
}

fn statement(reading: &Reading, id: StatementId, span: Span) -> Statement {
    let words = span.cut(&reading.report.text);
    let marks = |c: char| matches!(c, '"' | '“' | '”');
    let kind = if words.starts_with(marks) && words.trim_end_matches(['.', ',']).ends_with(marks) {
        StatementKind::Direct
    } else if words.contains(marks) {
        StatementKind::Mixed
    } else {
        StatementKind::Indirect
    };
    Statement {
        id,
        kind,
        construction: Construction::Verb,
        source: Vec::new(),
        cue: Vec::new(),
        content: vec![span],
        speaker: None,
        chain: vec![ChainLink {
            role: ChainRole::Outlet,
            name: reading.report.head.outlet.as_ref().map(|o| o.value.clone()),
            speaker: None,
            anonymous: false,
            evidence: Vec::new(),
        }],
        channel: None,
        addressee: None,
        modality: Modality::Asserted,
        polarity: Polarity::Positive,
        modality_evidence: Vec::new(),
        said_on: None,
        said_at: None,
        places: Vec::new(),
        figures: Vec::new(),
        parent: None,
        same_words_as: None,
    }
}

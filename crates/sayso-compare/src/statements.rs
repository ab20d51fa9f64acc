//! Statements of one speaker that several reports carry in much the same words.

use std::collections::BTreeMap;

use sayso_model::{
    Span, SpeakerId, Statement, StatementId, StatementKind,
    story::{SharedStatement, SpeakerIndex, StatementAppearance, StoryMark},
};

use crate::{Entry, TermVector, speakers::Cast};

/// Minimum similarity of two statements of one speaker that count as the same, and what a quotation needs more.
const ONE_STATEMENT: f64 = 0.5;
const DIRECT: f64 = 0.2;
/// Number of words below which a statement is too short to be recognised.
const STATEMENT_WORDS: usize = 5;
/// Number of statements of one speaker that each later one is compared with.
const STATEMENTS: usize = 64;

/// A statement of a report that is long enough to be recognised in another.
#[derive(Debug)]
pub(crate) struct Telling {
    statement: StatementId,
    speaker: SpeakerId,
    span: Span,
    /// How similar an earlier one must be.
    need: f64,
    words: TermVector,
}

impl Telling {
    /// Those of a report.
    pub(crate) fn all(entry: &Entry<'_>) -> Vec<Self> {
        let text = entry.reading.report.text.as_str();
        let telling = |statement: &Statement| {
            let (speaker, span) = (statement.speaker?, Span::hull(&statement.content)?);
            let content = statement.content.iter().map(|s| s.cut(text)).collect::<Vec<_>>().join(" ");
            content.split_whitespace().nth(STATEMENT_WORDS - 1)?;
            let more = if statement.kind == StatementKind::Direct { DIRECT } else { 0.0 };
            let need = ONE_STATEMENT + more;
            Some(Self { statement: statement.id, speaker, span, need, words: TermVector::of(&content) })
        };
        entry.reading.statements.iter().filter_map(telling).collect()
    }
}

/// The statements that several reports carry. Each is compared only with statements of the same speaker. `tellings`: those of each
/// report.
pub(crate) fn shared(tellings: &[Vec<Telling>], cast: &Cast) -> Vec<SharedStatement> {
    let mut by_speaker: BTreeMap<SpeakerIndex, Vec<(&TermVector, Vec<StatementAppearance>)>> =
        BTreeMap::new();
    for (report, tellings) in tellings.iter().enumerate() {
        for telling in tellings {
            let Some(speaker) = cast.of(report, telling.speaker) else { continue };
            let mark = StoryMark { report, span: telling.span };
            let appearance = StatementAppearance { mark, statement: telling.statement };
            let said = by_speaker.entry(speaker).or_default();
            // The newest ones, since an echo follows soon.
            let mut newest = said.iter_mut().rev().take(STATEMENTS);
            match newest.find(|(words, _)| words.cosine(&telling.words) >= telling.need) {
                Some((_, appearances)) => appearances.push(appearance),
                None => said.push((&telling.words, vec![appearance])),
            }
        }
    }
    let all = by_speaker.into_iter().flat_map(|(speaker, said)| {
        said.into_iter().map(move |(_, appearances)| SharedStatement { speaker: Some(speaker), appearances })
    });
    let by_several = |s: &SharedStatement| {
        let mut reports = s.appearances.iter().map(|a| a.mark.report);
        reports.next().is_some_and(|first| reports.any(|other| other != first))
    };
    let mut shared: Vec<SharedStatement> = all.filter(by_several).collect();
    shared.sort_by_key(|s| s.appearances.first().map(|a| a.mark));
    shared
}

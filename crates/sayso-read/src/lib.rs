//! Reads one report: who says what, on whose authority, with which figures, when and where.
//!
//! [`read`] is a pure function: it does no IO, does not fail and takes time linear in the report's length. What it cannot read is
//! listed in the reading's diagnostics.

#![forbid(unsafe_code)]

pub mod attribution;
pub mod figure;
pub mod place;
pub mod time;

mod by_sentence;
#[cfg(test)]
mod clock;
mod comment_request;
mod correction;
mod dateline;
pub mod decide;
mod encode;
mod forecast;
mod foreign;
mod lexicon;
mod speaker;
mod statement;
mod tree;
mod word;
mod words;

pub use dateline::analyze;
pub use tree::Tree;

use sayso_model::{CommentOutcome, Diagnostic, Head, HeadSource, Reading, Report, SCHEMA_VERSION, Stated};

/// The version recorded in each reading. It contains a hash of the rules, the data files and the weights (`build.rs`), so it
/// changes whenever the same report may be read differently.
pub const READER_VERSION: &str =
    concat!("sayso ", env!("CARGO_PKG_VERSION"), " (", env!("SAYSO_READER_HASH"), ")");

/// Reads a report.
#[must_use]
pub fn read(report: &Report) -> Reading {
    let mut diagnostics = Vec::new();
    if !is_read(&report.head) {
        return empty(report, diagnostics);
    }
    let document = analyze(&report.text);
    if document.sentences.is_empty() {
        diagnostics.push(diagnostic("no_sentence", "the report holds no sentence; nothing was read from it"));
        return empty(report, diagnostics);
    }
    let tree = Tree::new(&document, &report.text);
    let published = report.head.published.as_ref().map(|p| p.value);
    let times = time::find(&document, &report.text, published);
    let places = place::find(&document, &report.text);
    let figure::Figures { mut figures, decisions, diagnostics: unread } =
        figure::find(&document, &report.text, &times, &places);
    diagnostics.extend(unread);

    let (mut attributions, crowded) = attribution::find_in(&tree, attribution::Method::Both);
    diagnostics.extend(crowded.into_iter().map(|sentence| Diagnostic {
        span: Some(sentence),
        ..diagnostic(
            "statements_left_out",
            "one sentence names more sources than are read of it; read it in the text",
        )
    }));
    // That somebody was asked for comment or gave none is a separate entry, not a statement.
    let told = comment_request::told(&tree);
    attributions.retain(|a| !a.cue.iter().any(|c| comment_request::is_told_by(&told, *c)));
    attributions.retain(|a| !statement::says_nothing(&tree, a));
    statement::mend(&tree, &mut attributions, &times);
    statement::add_measures(&tree, &mut attributions, &figures);
    attributions.extend(statement::carried(&tree, &attributions, &figures, &times));
    attributions.extend(statement::pointed(&tree, &attributions, &figures, &decisions));
    attributions
        .sort_by_key(|a| sayso_model::Span::hull(&a.content).map(|s| (s.start, std::cmp::Reverse(s.end))));

    let mut cast = speaker::Cast::gather(&tree, &times);
    let mut report = report.clone();
    let sources = statement::Sources { tree: &tree, times: &times, places: &places };
    let drafts = statement::draft(&sources, &mut cast, &attributions, &figures);
    let requests = comment_request::find(&tree, &mut cast, &told);
    if report.head.outlet.is_none() {
        report.head.outlet = outlet_that_asks(&tree, &cast, &requests);
    }
    let ids_of = cast.ids();
    let mut statements = statement::finish(drafts, &cast, &report.head, &ids_of);
    let comment_requests = requests
        .into_iter()
        .map(|mut draft| {
            for (asked, member) in draft.request.asked.iter_mut().zip(&draft.members) {
                asked.speaker = member.and_then(|m| ids_of.get(&m).copied());
            }
            draft.request
        })
        .collect();
    statement::link_figures(&mut statements, &mut figures, &decisions, &tree);
    let corrections = correction::find(&tree, &report, &mut figures, &times);
    let expected = forecast::find(&tree, &statements, &times, published);
    let speakers = cast.finish();
    Reading {
        schema_version: SCHEMA_VERSION,
        reader: READER_VERSION.to_owned(),
        report,
        statements,
        figures,
        speakers,
        times,
        places,
        comment_requests,
        expected,
        corrections,
        diagnostics,
    }
}

/// True unless the head says that the report is in another language than English.
fn is_read(head: &Head) -> bool {
    head.language.as_ref().is_none_or(|l| l.value.to_lowercase().split('-').next() == Some("en"))
}

fn empty(report: &Report, diagnostics: Vec<Diagnostic>) -> Reading {
    Reading { diagnostics, ..Reading::without_entries(READER_VERSION.to_owned(), report.clone()) }
}

fn diagnostic(code: &str, message: &str) -> Diagnostic {
    Diagnostic { code: code.to_owned(), message: message.to_owned(), span: None }
}

/// The outlet of a report that names itself only when it asks others for comment ("The Post has contacted ...").
fn outlet_that_asks(
    tree: &Tree<'_>,
    cast: &speaker::Cast<'_, '_>,
    requests: &[comment_request::Draft],
) -> Option<Stated<String>> {
    let asks = requests.iter().filter(|r| r.request.outcome == CommentOutcome::Open);
    let span = asks.filter_map(|r| r.request.asked_by).find(|&s| cast.bearer_in(s).is_some())?;
    Some(Stated { value: span.cut(tree.text).to_owned(), from: HeadSource::Text, span: Some(span) })
}

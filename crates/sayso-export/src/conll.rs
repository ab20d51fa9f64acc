//! CoNLL-U: sentences, tokens and trees, with attributions and figures in the last column.
//!
//! `TokenRange` gives a token's code points, `Attr` its roles in statements (`s0:source`), `Figure` the figures that it
//! is part of. From these every span can be recovered.

use std::io::Write;

use sayso_ledger::EntryKind;
use sayso_model::Span;

use crate::{ExportError, reports::Document};

/// Writes a report as a CoNLL-U document.
pub(crate) fn write(document: &Document, out: &mut (dyn Write + Send)) -> Result<(), ExportError> {
    let text = document.text();
    let analysed = sayso_text::analyze(text);
    let mut roles: Vec<Vec<String>> = vec![Vec::new(); analysed.tokens.len()];
    let mut mark = |spans: &[Span], role: &str| {
        for token in spans.iter().flat_map(|span| analysed.tokens_in(*span)) {
            if let Some(of_token) = roles.get_mut(token as usize) {
                of_token.push(role.to_owned());
            }
        }
    };
    for (index, s) in document.reading().statements.iter().enumerate() {
        let name = document.name(EntryKind::Statement, index);
        for (role, spans) in [("source", &s.source), ("cue", &s.cue), ("content", &s.content)] {
            mark(spans, &format!("Attr={name}:{role}"));
        }
    }
    for (index, figure) in document.reading().figures.iter().enumerate() {
        mark(&[figure.span], &format!("Figure={}", document.name(EntryKind::Figure, index)));
    }
    writeln!(out, "# newdoc id = {}", document.key())?;
    writeln!(out, "# text_hash = {}", document.line.text_hash)?;
    let mut paragraph = None;
    for (number, sentence) in analysed.sentences.iter().enumerate() {
        if paragraph != Some(sentence.paragraph) {
            paragraph = Some(sentence.paragraph);
            writeln!(out, "# newpar")?;
        }
        writeln!(out, "# sent_id = {}-{number}", document.line.id)?;
        let words: Vec<&str> = sentence.span.cut(text).split_whitespace().collect();
        writeln!(out, "# text = {}", words.join(" "))?;
        let first = sentence.tokens.start;
        for (id, token) in (1_u32..).zip(sentence.tokens.clone()) {
            let Some(t) = analysed.tokens.get(token as usize) else { continue };
            let (start, end) = document.offsets.of(text, t.span);
            let head = t.head.map_or(0, |head| head.saturating_sub(first).saturating_add(1));
            let mut misc = Vec::new();
            let next = analysed.tokens.get(token as usize + 1);
            if next.is_some_and(|next| next.span.start == t.span.end) {
                misc.push("SpaceAfter=No".to_owned());
            }
            misc.push(format!("TokenRange={start}:{end}"));
            misc.extend(listed(roles.get(token as usize).map_or(&[], Vec::as_slice), "Attr="));
            misc.extend(listed(roles.get(token as usize).map_or(&[], Vec::as_slice), "Figure="));
            writeln!(
                out,
                "{id}\t{}\t{}\t{}\t{}\t_\t{head}\t{}\t_\t{}",
                cell(t.span.cut(text)),
                cell(&t.lemma),
                t.upos.as_str(),
                cell(t.xpos),
                cell(t.relation),
                misc.join("|")
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// All values of a key joined into one, because MISC has each key only once.
fn listed(roles: &[String], key: &str) -> Option<String> {
    let values: Vec<&str> = roles.iter().filter_map(|role| role.strip_prefix(key)).collect();
    (!values.is_empty()).then(|| format!("{key}{}", values.join(",")))
}

/// A cell: not empty, without tabs or line breaks.
fn cell(text: &str) -> String {
    let plain: Vec<&str> = text.split_whitespace().collect();
    if plain.is_empty() { "_".to_owned() } else { plain.join(" ") }
}

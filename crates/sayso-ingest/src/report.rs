//! Assembles a report from its text and its head, in the same way for every form of input.

use sayso_model::{Diagnostic, Head, HeadSource, Report, Span, Stated};
use sha2::{Digest, Sha256};

use crate::{head, language, text::opening};

/// Lower-case hexadecimal SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A report from a normalised body, what is known about its head and the diagnostics so far.
pub(crate) fn assemble(raw: &[u8], body: &str, mut head: Head, mut diagnostics: Vec<Diagnostic>) -> Report {
    let mut text = body.to_owned();
    if let Some(headline) = &mut head.headline {
        // A headline that the body repeats is already there.
        let start = text.len() - text.trim_start().len();
        let first = text.trim_start().lines().next().unwrap_or("");
        if folded(first) != folded(&headline.value) {
            text = format!("{}\n\n{text}", headline.value);
            headline.span = Some(Span::new(0, headline.value.len()));
        } else {
            headline.span = Some(Span::new(start, start + first.trim().len()));
        }
    }
    let changed = opening::read(&text, &mut head);
    if head.outlet.is_none()
        && let Some(host) = head.url.as_ref().and_then(|url| head::host(&url.value))
    {
        head.outlet = Some(Stated { value: host, from: HeadSource::Url, span: None });
    }
    if head.language.as_ref().is_none_or(|l| l.from != HeadSource::Option) {
        // The language declared by the page is often the template's; the text itself decides if it can.
        if let Some(tag) = language::language(body) {
            head.language = Some(Stated { value: tag.to_owned(), from: HeadSource::Detected, span: None });
        }
    }
    if head.published.is_none() {
        diagnostics.push(diagnostic(
            "no_publication_date",
            "no publication date is stated; relative dates are left open. Give it with --published YYYY-MM-DD.",
        ));
    }
    if let Some(day) = changed.filter(|_| diagnostics.iter().all(|d| d.code != ONLY_CHANGED)) {
        diagnostics.push(only_changed(&day.to_string()));
    }
    match &head.language {
        Some(tag) if !language::is_english(&tag.value) => diagnostics.push(diagnostic(
            "language_not_read",
            &format!("the text is in '{}'; only English is read. The report is stored as it is.", tag.value),
        )),
        Some(_) => {}
        None => diagnostics.push(diagnostic(
            "language_unknown",
            "the text is too short or too mixed to determine its language; it is read as English.",
        )),
    }
    Report { raw_hash: sha256(raw), text_hash: sha256(text.as_bytes()), text, head, diagnostics }
}

/// Notes the day of a change that the report's feed states, unless a day of publication or a change is known already.
pub(crate) fn note_change(report: &mut Report, day: sayso_model::Date) {
    if report.head.published.is_none() && report.diagnostics.iter().all(|d| d.code != ONLY_CHANGED) {
        report.diagnostics.push(diagnostic(
            ONLY_CHANGED,
            &format!("its feed only says that it was changed on {day}, which is not taken for the date of publication."),
        ));
    }
}

/// Code of the diagnostic that a report, or its feed, states the date of a change but not of its publication.
pub const ONLY_CHANGED: &str = "only_change_dated";

/// The diagnostic that a report states the date of a change but not of its publication.
pub(crate) fn only_changed(day: &str) -> Diagnostic {
    diagnostic(
        ONLY_CHANGED,
        &format!(
            "it only says that it was changed on {day}, which is not taken for the date of publication."
        ),
    )
}

pub(crate) fn diagnostic(code: &str, message: &str) -> Diagnostic {
    Diagnostic { code: code.to_owned(), message: message.to_owned(), span: None }
}

/// Letters and digits in lower case, for comparing headlines.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

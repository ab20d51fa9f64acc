//! What a decision is about, as people name it: `12:f3`, or words of a report.

use sayso_ledger::{Anchored, EntryKind, EntryName, Ledger, ReportId, Reviewed, View};
use sayso_model::Span;

use crate::{DeskError, words::plain};

/// The entries that `12:f3` names, or all of a kind that `12:f*` names, by their words.
///
/// # Errors
/// [`DeskError::Nothing`] for what names no entry, and those of the ledger.
pub fn named(ledger: &Ledger, view: View<'_>, entry: &str) -> Result<Vec<Anchored>, DeskError> {
    let wrong = || {
        DeskError::Nothing(format!(
            "'{}' is not an entry of the form REPORT:f0, REPORT:s0, REPORT:p0, REPORT:c0, REPORT:e0, REPORT:x0 or REPORT:f*",
            plain(entry)
        ))
    };
    let (report, id) = entry.rsplit_once(':').ok_or_else(wrong)?;
    let (report, reviewed) = reviewed(ledger, view, report)?;
    let reading = &reviewed.reading;
    let letter = id.strip_suffix('*').and_then(|letter| letter.parse().ok());
    if let Some(kind) = letter.and_then(EntryKind::of_letter) {
        let places = 0..kind.count(reading);
        let standing = places.filter(|index| !reviewed.is_rejected(EntryName { kind, index: *index }));
        return Ok(standing.filter_map(|index| Anchored::new(report, reading, kind, index)).collect());
    }
    let name = EntryName::parse(id).ok_or_else(wrong)?;
    if name.index >= name.kind.count(reading) {
        let why = format!("report {report} has no entry {name}; `sayso show {report}` lists them");
        return Err(DeskError::Nothing(why));
    }
    let anchored = Anchored::new(report, reading, name.kind, name.index);
    let bare = || DeskError::Nothing(format!("entry {report}:{name} stands on no words of its own"));
    Ok(vec![anchored.ok_or_else(bare)?])
}

/// The words of a report that are to be an entry; `nth`, counted from 1, where they stand in several places.
///
/// # Errors
/// [`DeskError::Nothing`] where they stand nowhere or, without `nth`, in several places.
pub fn selected(
    ledger: &Ledger,
    view: View<'_>,
    report: &str,
    kind: EntryKind,
    words: &str,
    nth: Option<usize>,
) -> Result<Anchored, DeskError> {
    let (report, reviewed) = reviewed(ledger, view, report)?;
    let text = reviewed.reading.report.text.as_str();
    let places: Vec<usize> =
        if words.is_empty() { Vec::new() } else { text.match_indices(words).map(|(at, _)| at).collect() };
    let nothing = |why: String| DeskError::Nothing(why);
    let at = match (places.as_slice(), nth) {
        ([], _) => Err(nothing(format!(
            "report {report} does not have the words '{}'; give them as they stand there",
            plain(words)
        ))),
        ([one], None) => Ok(*one),
        (all, Some(nth)) => all.get(nth.wrapping_sub(1)).copied().ok_or_else(|| {
            nothing(format!("these words stand there {} times; there is no place {nth}", all.len()))
        }),
        (all, None) => Err(nothing(format!(
            "these words stand there {} times; say which with --nth, counted from 1, or give more of them",
            all.len()
        ))),
    }?;
    Ok(Anchored::at(report, &reviewed.reading, kind, Span::new(at, at + words.len())))
}

fn reviewed(ledger: &Ledger, view: View<'_>, report: &str) -> Result<(ReportId, Reviewed), DeskError> {
    let report = ledger.find(report)?;
    let unread = || DeskError::Nothing(format!("report {report} has not been read; run `sayso reread`"));
    let reviewed = ledger.reviewed_in(report, view)?.ok_or_else(unread)?;
    Ok((report, reviewed))
}

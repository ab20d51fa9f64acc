//! What an edit of an article changed in its headline, figures, quotations and attributions, and whether the article says so.

mod note;

use sayso_ledger::{Change, EntryKind, Ledger, LedgerError, ReportId};
use sayso_model::{Reading, Span, StatementKind};
use serde::Serialize;

/// What an edit changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The revision before.
    pub before: i64,
    /// The revision.
    pub now: i64,
    /// The differences: headline, figures, quotations, attributions.
    pub differences: Vec<Difference>,
    /// True if the article says that it was corrected, amended or clarified, in a note that it did not have before.
    pub noted: bool,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The kind of change.
    pub of: Part,
    /// What a figure counts.
    pub counts: Option<String>,
    /// True if it is in the lede.
    pub in_lede: bool,
    /// The words before; null if it is new.
    pub before: Option<String>,
    /// The words now; null if it was removed.
    pub now: Option<String>,
    /// For attributions: what changed (the speaker, how certain it is, ...).
    pub fields: Vec<String>,
}

/// The kind of thing that an edit changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The headline.
    Headline,
    /// A figure.
    Figure,
    /// Somebody's words in quotation marks.
    Quotation,
    /// Who something is attributed to, or how certain it is.
    Attribution,
}

impl Edit {
    /// What a revision changed; `None` for a first one, and for one that changed none of this.
    ///
    /// # Errors
    /// Errors of the ledger.
    pub fn of(ledger: &Ledger, revision: ReportId) -> Result<Option<Self>, LedgerError> {
        let Some(changes) = ledger.change(revision)? else { return Ok(None) };
        let (Some(old), Some(new)) = (ledger.reading(changes.before)?, ledger.reading(changes.now)?) else {
            return Ok(None);
        };
        let noted = note::came(&old.report.text, &new.report.text);
        let mut edit = Self { before: changes.before.0, now: changes.now.0, noted, ..Self::default() };
        for change in changes.changes {
            edit.add(change, &old, &new);
        }
        edit.differences.sort_by_key(|d| (d.of, !d.in_lede));
        Ok((!edit.differences.is_empty()).then_some(edit))
    }

    fn add(&mut self, change: Change, old: &Reading, new: &Reading) {
        let (kind, before, now, fields) = match change {
            Change::Head { field: "headline", before, now } => {
                self.differences.push(Difference {
                    of: Part::Headline,
                    counts: None,
                    in_lede: false,
                    before,
                    now,
                    fields: Vec::new(),
                });
                return;
            }
            Change::Head { .. } => return,
            Change::Came { kind, now } => (kind, None, Some(now), Vec::new()),
            Change::Went { kind, before } => (kind, Some(before), None, Vec::new()),
            Change::Changed { kind, before, now, fields } => (kind, Some(before), Some(now), fields),
        };
        let has = |names: &[&str]| fields.iter().any(|f| names.contains(&f.as_str()));
        let whole = before.is_none() || now.is_none();
        match kind {
            EntryKind::Correction => self.noted |= now.is_some(),
            EntryKind::Figure => {
                let (words, reading) = match (&now, &before) {
                    (Some(now), _) => (now, new),
                    (None, Some(before)) => (before, old),
                    (None, None) => return,
                };
                let figure = reading.figures.iter().find(|f| f.span.cut(&reading.report.text) == words);
                let counts = figure.map(|f| f.category.as_str().to_owned());
                let in_lede = figure.is_some_and(|f| is_in_lede(reading, f.span));
                let difference = |of, fields| Difference {
                    of,
                    counts: counts.clone(),
                    in_lede,
                    before: before.clone(),
                    now: now.clone(),
                    fields,
                };
                if whole || has(&["low", "best", "high", "category"]) {
                    self.differences.push(difference(Part::Figure, Vec::new()));
                }
                if has(&["origin"]) {
                    self.differences.push(difference(Part::Attribution, vec!["origin".to_owned()]));
                }
            }
            EntryKind::Statement => {
                let quoted = |reading: &Reading, words: &Option<String>| {
                    let Some(words) = words else { return false };
                    reading.statements.iter().enumerate().any(|(index, s)| {
                        s.kind != StatementKind::Indirect
                            && kind
                                .span(reading, index)
                                .is_some_and(|span| span.cut(&reading.report.text) == words)
                    })
                };
                if (whole || has(&["words"])) && (quoted(old, &before) || quoted(new, &now)) {
                    self.differences.push(Difference {
                        of: Part::Quotation,
                        counts: None,
                        in_lede: false,
                        before: before.clone(),
                        now: now.clone(),
                        fields: Vec::new(),
                    });
                }
                let of_source: Vec<String> =
                    fields.into_iter().filter(|f| f != "words" && f != "said_on").collect();
                if !of_source.is_empty() {
                    let of = Part::Attribution;
                    self.differences.push(Difference {
                        of,
                        counts: None,
                        in_lede: false,
                        before,
                        now,
                        fields: of_source,
                    });
                }
            }
            _ => {}
        }
    }

    /// One line for each difference.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let note = if self.noted { ", with a note" } else { ", without a note" };
        self.differences.iter().map(|d| format!("{}{note}", d.line())).collect()
    }
}

impl Difference {
    fn line(&self) -> String {
        let what = match self.of {
            Part::Headline => "the headline".to_owned(),
            Part::Figure => format!("a figure ({})", self.counts.as_deref().unwrap_or("other")),
            Part::Quotation => "a quotation".to_owned(),
            Part::Attribution => format!("an attribution ({})", self.fields.join(", ")),
        };
        let place = if self.in_lede { " in the lede" } else { "" };
        match (&self.before, &self.now) {
            (Some(before), Some(now)) if before == now => format!("{what}{place} changed at '{now}'"),
            (Some(before), Some(now)) => format!("{what}{place} went from '{before}' to '{now}'"),
            (None, Some(now)) => format!("{what}{place} came in: '{now}'"),
            (Some(before), None) => format!("{what} was taken out: '{before}'"),
            (None, None) => what,
        }
    }
}

/// True in the lede: the first paragraph after the headline.
fn is_in_lede(reading: &Reading, span: Span) -> bool {
    let text = reading.report.text.as_str();
    let headline = reading.report.head.headline.as_ref().and_then(|h| h.span).map_or(0, |s| s.end);
    let rest = text.get(headline..).unwrap_or(text);
    let begin = headline + rest.len() - rest.trim_start().len();
    let end = text.get(begin..).and_then(|t| t.find("\n\n")).map_or(text.len(), |at| begin + at);
    (begin..end).contains(&span.start)
}

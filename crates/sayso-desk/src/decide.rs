//! Decisions as people make them: what they are about is named `12:f3`, or by words of a report.

use std::collections::BTreeMap;

use sayso_ledger::{
    Anchored, Decision, DecisionKind, EntryKind, EntryName, Ledger, NewDecision, ReportId, Reviewed, Subject,
    View,
};
use sayso_model::{Category, Span};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{DeskError, Rating, regroup, stories, words::plain};

/// A requested decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who decides.
    pub by: String,
    /// What to decide.
    pub kind: DecisionKind,
    /// `12:f3`, or `12:f*` for all figures; for merge, two or more speakers or stories (`story:3`); for split,
    /// speakers, or reports about a different event than the rest of their story (`report:12`); for add, a report; for
    /// undo, the number of a decision.
    pub entries: Vec<String>,
    /// For correct and add: fields with their values; for note: a [`Rating`].
    pub value: Option<Value>,
    /// The reason; for note, the note itself.
    pub note: Option<String>,
    /// For add: the kind of entry.
    pub added: Option<EntryKind>,
    /// For add: the entry's words in the report.
    pub words: Option<String>,
    /// For add: which occurrence of these words, counted from 1.
    pub nth: Option<usize>,
    /// True if the value may have a category that is not among [`Category::KNOWN`], which otherwise is a slip.
    pub new_category: bool,
}

/// Stores the decisions and returns their numbers, one per entry.
///
/// # Errors
/// [`DeskError::Nothing`] for what is missing, too much, or names no entry; those of [`Ledger::decide_in`].
pub fn decide(ledger: &mut Ledger, request: &Request, view: View<'_>) -> Result<Vec<i64>, DeskError> {
    let decisions = decisions(ledger, request, view)?;
    let mut made = Vec::with_capacity(decisions.len());
    for decision in &decisions {
        made.push(ledger.decide_in(decision, view)?);
    }
    // An undone decision may have been about stories.
    if request.kind == DecisionKind::Undo
        || decisions.iter().any(|d| matches!(d.subject, Subject::Reports(_)))
    {
        stories::catch_up(ledger)?;
    }
    Ok(made)
}

/// The decisions that [`decide`] would store, for showing them to whoever confirms them.
///
/// # Errors
/// [`DeskError::Nothing`] for what is missing, too much, or names no entry; those of the ledger.
pub fn decisions(
    ledger: &mut Ledger,
    request: &Request,
    view: View<'_>,
) -> Result<Vec<NewDecision>, DeskError> {
    request.check()?;
    let of = |subject, value| NewDecision {
        by: request.by.clone(),
        kind: request.kind,
        subject,
        value,
        note: request.note.clone(),
    };
    if let Some(names) = request.about_stories()? {
        let (subject, value) = regroup::subject(ledger, request.kind, &names)?;
        return Ok(vec![of(subject, value)]);
    }
    let subjects = request.subjects(ledger, view)?;
    Ok(subjects.into_iter().map(|subject| of(subject, request.value.clone())).collect())
}

impl Request {
    /// A decision that needs nothing but what it is about.
    #[must_use]
    pub fn new(by: String, kind: DecisionKind, entries: Vec<String>) -> Self {
        Self {
            by,
            kind,
            entries,
            value: None,
            note: None,
            added: None,
            words: None,
            nth: None,
            new_category: false,
        }
    }

    /// Which arguments a decision requires, and which it excludes.
    fn check(&self) -> Result<(), DeskError> {
        use DecisionKind::{Add, Correct, Merge, Note, Split, Undo};
        let wrong = |message: &str| Err(DeskError::Nothing(message.to_owned()));
        if self.by.trim().is_empty() {
            return wrong("say who decides: the name is empty (give it with --by, or in SAYSO_BY)");
        }
        self.check_category()?;
        match self.kind {
            Correct if self.value.is_none() => {
                return wrong("say what it should be with --value, as in --value '{\"best\": 300}'");
            }
            Correct
                if self.value.as_ref().and_then(Value::as_object).is_some_and(serde_json::Map::is_empty) =>
            {
                return wrong(
                    "the value names no field, so nothing would be corrected; to say that the entry is right, accept it",
                );
            }
            Add if self.added.is_none() || self.words.is_none() => {
                return wrong("say what to add with --kind, and give the report's words with --words");
            }
            Note if self.note.as_ref().is_none_or(|note| note.trim().is_empty()) => {
                return wrong("give the note with --note");
            }
            kind if !matches!(kind, Correct | Add | Note) && self.value.is_some() => {
                return wrong("--value can only be used with correct, add and note");
            }
            Note => {
                self.value.as_ref().map(Rating::of).transpose()?;
            }
            _ => {}
        }
        match (self.kind, self.entries.len()) {
            (_, 0) => wrong("say what the decision is about, as in 12:f3"),
            (Split, 1) if self.names("report:").is_some() => Ok(()),
            (Merge | Split, 1) if self.names("story:").is_none() => {
                wrong("this decision takes two or more speakers, not one")
            }
            (Correct | Note | Add | Undo, count) if count != 1 => {
                Err(DeskError::Nothing(format!("this decision takes one entry, not {count}")))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a category that nobody uses, so that a slip does not take a figure out of its category.
    fn check_category(&self) -> Result<(), DeskError> {
        let category = self.value.as_ref().and_then(|v| v.get("category")).and_then(Value::as_str);
        let sets = matches!(self.kind, DecisionKind::Correct | DecisionKind::Add);
        let Some(category) = category.filter(|_| sets && !self.new_category) else { return Ok(()) };
        if Category::KNOWN.iter().any(|(known, _)| *known == category) {
            return Ok(());
        }
        let known: Vec<&str> = Category::KNOWN.iter().map(|(known, _)| *known).collect();
        Err(DeskError::Nothing(format!(
            "`category`: '{}' is none of {}; if you mean to begin a new one, say so with --new-category \
             (\"new_category\": true)",
            plain(category),
            known.join(", ")
        )))
    }

    /// The numbers after a word with which all entries begin.
    fn names(&self, lead: &str) -> Option<Vec<String>> {
        self.entries.iter().map(|e| e.strip_prefix(lead).map(str::to_owned)).collect()
    }

    /// The stories to join, or the reports to split off their story; `None` for a decision that is not about stories.
    fn about_stories(&self) -> Result<Option<Vec<String>>, DeskError> {
        let named = match self.kind {
            DecisionKind::Merge => self.names("story:"),
            DecisionKind::Split => self.names("report:"),
            _ => None,
        };
        let some = self.entries.iter().any(|e| e.starts_with("story:") || e.starts_with("report:"));
        if some && named.is_none() {
            let why = "stories (story:3) can only be joined with stories, and reports (report:12) only split off with reports";
            return Err(DeskError::Nothing(why.to_owned()));
        }
        Ok(named)
    }

    /// What each decision is about.
    fn subjects(&self, ledger: &Ledger, view: View<'_>) -> Result<Vec<Subject>, DeskError> {
        if self.kind == DecisionKind::Undo {
            let number = |entry: &String| {
                let wrong =
                    || DeskError::Nothing(format!("'{}' is not the number of a decision", plain(entry)));
                entry.parse().map(Subject::Decision).map_err(|_| wrong())
            };
            return self.entries.iter().map(number).collect();
        }
        if let (DecisionKind::Add, Some(kind)) = (self.kind, self.added) {
            let report = self.entries.first().map_or("", String::as_str);
            let words = self.words.as_deref().unwrap_or("");
            return Ok(vec![Subject::Entries(vec![selected(ledger, view, report, kind, words, self.nth)?])]);
        }
        let mut about: Vec<Anchored> = Vec::new();
        for entry in &self.entries {
            about.extend(named(ledger, view, entry)?);
        }
        if matches!(self.kind, DecisionKind::Merge | DecisionKind::Split) {
            if about.iter().any(|e| e.kind != EntryKind::Speaker) {
                let why = "only speakers (REPORT:p0) can be merged or split";
                return Err(DeskError::Nothing(why.to_owned()));
            }
            let twice = about.iter().enumerate().find(|(at, e)| about.iter().take(*at).any(|o| o == *e));
            if let Some((_, twice)) = twice {
                let (report, words) = (twice.report, plain(&twice.exact));
                let why = format!(
                    "the same speaker is named twice ('{words}' in report {report}); name different ones"
                );
                return Err(DeskError::Nothing(why));
            }
            return Ok(vec![Subject::Entries(about)]);
        }
        let rates = self.kind == DecisionKind::Note && self.value.is_some();
        if rates && about.iter().any(|e| !Rating::goes_with(e.kind)) {
            return Err(DeskError::Nothing("only figures and statements can be rated".to_owned()));
        }
        Ok(about.into_iter().map(|entry| Subject::Entries(vec![entry])).collect())
    }
}

/// A decision in the audit trail, and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Kept {
    /// The decision.
    #[serde(flatten)]
    pub decision: Decision,
    /// True if it is in force but has no effect, because its report's reading no longer has such an entry.
    pub lost: bool,
}

/// The audit trail, oldest first: everybody's decisions, or one person's.
///
/// # Errors
/// Those of the ledger.
pub fn trail(ledger: &Ledger, by: Option<&str>) -> Result<Vec<Kept>, DeskError> {
    let all = ledger.decisions()?.into_iter().filter(|d| by.is_none_or(|name| d.by == name));
    all.map(|decision| Ok(Kept { lost: is_lost(ledger, &decision)?, decision })).collect()
}

/// The entries that decisions are about, by the names that they have now (`12:f3`), in the order of each decision's words; `None`
/// for an entry that its report's reading no longer has.
///
/// # Errors
/// Those of the ledger.
pub fn about<'d>(
    ledger: &Ledger,
    decisions: impl IntoIterator<Item = &'d Decision>,
) -> Result<BTreeMap<i64, Vec<Option<String>>>, DeskError> {
    let mut readings: BTreeMap<i64, Option<Reviewed>> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for decision in decisions {
        let Subject::Entries(entries) = &decision.subject else { continue };
        let mut names = Vec::with_capacity(entries.len());
        for entry in entries {
            if let std::collections::btree_map::Entry::Vacant(vacant) = readings.entry(entry.report) {
                vacant.insert(ledger.reviewed(ReportId(entry.report))?);
            }
            let reviewed = readings.get(&entry.report).and_then(Option::as_ref);
            let index = reviewed.and_then(|r| entry.place(&r.reading));
            let name = index.map(|index| EntryName { kind: entry.kind, index });
            names.push(name.map(|name| format!("{}:{name}", entry.report)));
        }
        all.insert(decision.id, names);
    }
    Ok(all)
}

fn is_lost(ledger: &Ledger, decision: &Decision) -> Result<bool, DeskError> {
    let Subject::Entries(entries) = &decision.subject else { return Ok(false) };
    let (Some(first), None) = (entries.first(), decision.undone_by) else { return Ok(false) };
    let reviewed = ledger.reviewed(ReportId(first.report))?;
    Ok(reviewed.is_some_and(|r| r.lost.iter().any(|lost| lost.id == decision.id)))
}

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
    let bare = || DeskError::Nothing(format!("entry {report}:{name} has no words of its own"));
    Ok(vec![anchored.ok_or_else(bare)?])
}

/// The words of a report that are to become an entry; `nth`, counted from 1, chooses among several occurrences.
///
/// # Errors
/// [`DeskError::Nothing`] if they do not occur or, without `nth`, occur several times.
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
            "report {report} does not have the words '{}'; give them exactly as they appear there",
            plain(words)
        ))),
        ([one], None) => Ok(*one),
        (all, Some(nth)) => all.get(nth.wrapping_sub(1)).copied().ok_or_else(|| {
            nothing(format!("these words occur {} times; there is no occurrence {nth}", all.len()))
        }),
        (all, None) => Err(nothing(format!(
            "these words occur {} times; say which with --nth, counted from 1, or give more words",
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

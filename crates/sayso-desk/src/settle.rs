//! Settles what reviewers differ on.

use sayso_ledger::{DecisionKind, Ledger, View, review::fields};
use serde_json::{Map, Value};

use crate::{DeskError, Difference, Request, STANDS, agreement, decide, words::plain};

/// What somebody settles: one field of one entry, as one of the reviewers has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Settling {
    /// Who settles it: none of the reviewers.
    pub by: String,
    /// Those who differ.
    pub reviewers: Vec<String>,
    /// The entry, as in `12:f3`.
    pub entry: String,
    /// The field; [`STANDS`] for whether it is an entry at all.
    pub field: String,
    /// The value of one of them.
    pub value: Value,
}

/// Decides, for everybody, about one field as one of the reviewers has it, and leaves the entry's other fields as they are.
/// Returns the decision's number.
///
/// # Errors
/// [`DeskError::Nothing`] if one of the reviewers would settle it, if they do not differ on this field or somebody has settled it,
/// and for a value that none of them gave; those of [`agreement()`] and [`decide()`].
pub fn settle(ledger: &mut Ledger, wanted: &Settling) -> Result<Vec<i64>, DeskError> {
    let Settling { by, reviewers, entry, field, value } = wanted;
    let wrong = |why: String| Err(DeskError::Nothing(why));
    if reviewers.contains(by) {
        return wrong("a reviewer's own decision settles nothing; somebody else has to decide".to_owned());
    }
    let found = agreement(ledger, reviewers)?;
    let on = |field: &str| {
        let is_it = |d: &&Difference| {
            d.field == field && d.entry.is_some_and(|e| format!("{}:{e}", d.report) == *entry)
        };
        found.differences.iter().find(is_it)
    };
    let (names, shown, entry) = (plain(&found.reviewers.join(" and ")), plain(field), plain(entry));
    let Some(difference) = on(field) else {
        return wrong(format!("`{shown}`: {names} do not differ on it for '{entry}'"));
    };
    if let Some(by) = &difference.settled_by {
        let why = "to change that, correct the entry";
        return wrong(format!("`{shown}`: {} has settled it for {entry} already; {why}", plain(by)));
    }
    if !difference.values.values().any(|given| given == value) {
        let given: Vec<String> = difference.values.iter().map(|(name, v)| format!("{name}: {v}")).collect();
        return wrong(format!(
            "`{shown}`: none of {names} gave {} for {entry} ({}); for another value, correct the entry",
            plain(&value.to_string()),
            plain(&given.join("; "))
        ));
    }
    let kind = match (field.as_str(), value) {
        (STANDS, Value::Bool(true)) => DecisionKind::Accept,
        (STANDS, _) => DecisionKind::Reject,
        _ => DecisionKind::Correct,
    };
    let mut request = Request::new(by.clone(), kind, vec![entry]);
    request.note = Some("settled what reviewers differ on".to_owned());
    request.new_category = true;
    if kind == DecisionKind::Correct {
        let mut fields = Map::from_iter([(field.clone(), value.clone())]);
        // A new number is taken to be exact unless the same decision says otherwise; nobody has asked that here.
        let rough = "approximate";
        if field == "best" && on(rough).is_none() {
            let stands = ledger.reviewed_in(difference.report, View::Common)?.zip(difference.entry);
            let stands =
                stands.and_then(|(reviewed, at)| fields::fields(&reviewed.reading, at).remove(rough));
            fields.extend(stands.map(|stands| (rough.to_owned(), stands)));
        }
        request.value = Some(Value::Object(fields));
    }
    decide(ledger, &request, View::Common)
}

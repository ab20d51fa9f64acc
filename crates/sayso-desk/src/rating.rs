//! A person's opinion on the truth of a claim: the value of a note on a figure or statement.
//!
//! Accepting an entry says that the report says so, not that it is true. Whoever has checked that records it in a note
//! with a rating on his or her own scale. It changes no list and no brief, and is exported as schema.org's
//! `ClaimReview`.

use sayso_ledger::{
    Anchored, Decision, DecisionKind, EntryKind, Ledger, LedgerError, ReportId, Subject, View,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::DeskError;

/// Whose decisions an AI assistant's are. Only people rate whether a claim is true.
pub const ASSISTANT: &str = "assistant";

/// A rating on its author's own scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Rating {
    /// In words: "Mostly false".
    pub rating: String,
    /// As a number, between the two that follow.
    #[serde(default)]
    pub value: Option<i64>,
    /// The number of the worst rating of the scale.
    #[serde(default)]
    pub worst: Option<i64>,
    /// The number of the best.
    #[serde(default)]
    pub best: Option<i64>,
    /// Where the review is published.
    #[serde(default)]
    pub url: Option<String>,
}

impl Rating {
    /// Parses the value of a note as a rating.
    ///
    /// # Errors
    /// [`DeskError::Nothing`] says what is wrong with it.
    pub fn of(value: &Value) -> Result<Self, DeskError> {
        let wrong = |why: String| Err(DeskError::Nothing(why));
        let rating: Self = match serde_json::from_value(value.clone()) {
            Ok(rating) => rating,
            Err(e) => {
                return wrong(format!(
                    "the value of a note is a rating, as in {{\"rating\": \"Mostly false\", \"value\": 2, \"worst\": 1, \"best\": 5}}: {e}"
                ));
            }
        };
        if rating.rating.trim().is_empty() {
            return wrong("give the rating in words, as in {\"rating\": \"Mostly false\"}".to_owned());
        }
        match (rating.value, rating.worst, rating.best) {
            (None, None, None) => {}
            (Some(value), Some(worst), Some(best)) if worst < best && (worst..=best).contains(&value) => {}
            _ => {
                return wrong(
                    "a rating's `value` needs `worst` and `best`, and must lie between them".to_owned(),
                );
            }
        }
        let is_web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
        if let Some(url) = rating.url.as_ref().filter(|url| !is_web(url)) {
            return wrong(format!("'{}' is not the URL of a page", crate::words::plain(url)));
        }
        Ok(rating)
    }

    /// Whether an entry can be rated: only a claim is true or false.
    pub(crate) fn goes_with(kind: EntryKind) -> bool {
        matches!(kind, EntryKind::Figure | EntryKind::Statement)
    }
}

/// A rating, with the entry that it is about and the note that it came with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rated {
    /// The entry, by its words.
    pub entry: Anchored,
    /// The rating.
    pub rating: Rating,
    /// The decision: who, when, the note.
    pub decision: Decision,
}

/// The ratings of a report by people that are in force, in the order in which they were given; for one person's ratings of one
/// entry, the last.
///
/// # Errors
/// Those of the ledger.
pub fn ratings(ledger: &Ledger, report: ReportId) -> Result<Vec<Rated>, LedgerError> {
    let counts = |d: &Decision| match ledger.view() {
        View::Common => true,
        View::Of(name) => d.by == name,
        View::AsRead => false,
    };
    let mut found: Vec<Rated> = Vec::new();
    for decision in ledger.decisions_about(report)? {
        let holds = decision.kind == DecisionKind::Note
            && decision.undone_by.is_none()
            && decision.by != ASSISTANT
            && counts(&decision);
        let (Subject::Entries(entries), Some(value), true) = (&decision.subject, &decision.value, holds)
        else {
            continue;
        };
        let ([entry], Ok(rating)) = (entries.as_slice(), Rating::of(value)) else { continue };
        let entry = entry.clone();
        found.retain(|r| r.entry != entry || r.decision.by != decision.by);
        found.push(Rated { entry, rating, decision });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Rating;

    #[test]
    fn a_rating_is_whole_or_refused() {
        for good in [
            json!({"rating": "False"}),
            json!({"rating": "Mostly false", "value": 2, "worst": 1, "best": 5, "url": "https://desk.example/1"}),
        ] {
            assert!(Rating::of(&good).is_ok(), "{good}");
        }
        for (bad, says) in [
            (json!({"best": 41}), "is a rating"),
            (json!("False"), "is a rating"),
            (json!({"rating": " "}), "in words"),
            (json!({"rating": "False", "value": 1}), "`worst`"),
            (json!({"rating": "False", "value": 6, "worst": 1, "best": 5}), "between"),
            (json!({"rating": "False", "stars": 3}), "stars"),
            (json!({"rating": "False", "url": "javascript:alert(1)"}), "not the URL"),
        ] {
            assert!(Rating::of(&bad).unwrap_err().to_string().contains(says), "{bad}");
        }
    }
}

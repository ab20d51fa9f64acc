//! What a tool returns, and what can go wrong.

use sayso_desk::DeskError;
use sayso_ledger::LedgerError;
use sayso_model::Date;

/// Why a tool has no answer, in words for the caller.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) String);

impl From<DeskError> for Refusal {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Ledger(error) => error.into(),
            // The command line's own words would name its commands, which an assistant cannot run.
            DeskError::NoStory(story) => {
                Self(format!("there is no story {story}; the tool `stories` lists them"))
            }
            error => Self(error.to_string()),
        }
    }
}

impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::NoReport(report) => {
                Self(format!("there is no report '{report}' in the ledger; the tool `search` finds them"))
            }
            error => Self(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// What a tool returns.
pub(crate) type Answer<T> = Result<T, Refusal>;

/// A day in a query.
pub(crate) fn day(written: Option<&String>) -> Answer<Option<Date>> {
    let parse = |written: &String| {
        Date::parse(written)
            .ok_or_else(|| Refusal(format!("'{written}' is not a date of the form YYYY-MM-DD")))
    };
    written.map(parse).transpose()
}

/// The notice in every answer that contains words from reports.
pub(crate) fn notice() -> String {
    crate::NOTICE.to_owned()
}

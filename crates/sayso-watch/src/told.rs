//! The events that a watch reports.

use sayso_ledger::{Added, ReportId};
use serde::Serialize;

/// An event, reported when it is on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Told {
    /// A new report.
    New {
        /// Its number.
        report: ReportId,
        /// Outlet.
        outlet: Option<String>,
        /// Headline, otherwise the beginning of its text.
        headline: String,
        /// The source that listed it.
        source: String,
        /// A reservation about the report.
        note: Option<String>,
    },
    /// A report has changed.
    Revised {
        /// The new revision.
        report: ReportId,
        /// The one before.
        previous: ReportId,
        /// Outlet.
        outlet: Option<String>,
        /// Headline, otherwise the beginning of its text.
        headline: String,
        /// The source that listed it.
        source: String,
        /// What changed in headline, figures, quotations and attributions; null if nothing did.
        edit: Option<crate::Edit>,
    },
    /// A page no longer exists.
    Gone {
        /// The last report of it.
        report: ReportId,
        /// The page.
        address: String,
    },
    /// A source has been polled.
    Polled {
        /// The source.
        source: String,
        /// How many entries it had.
        entries: u64,
        /// How many of these are new.
        new: u64,
        /// Why the others were skipped.
        left: std::collections::BTreeMap<String, u64>,
    },
    /// A source was found in another.
    Found {
        /// The source.
        source: String,
        /// The other.
        via: String,
    },
    /// Something could not be fetched or read.
    Failed {
        /// What.
        origin: String,
        /// Why.
        reason: String,
        /// True if it will not be retried.
        given_up: bool,
    },
}

impl Told {
    pub(crate) fn of(
        added: Added,
        report: &sayso_model::Report,
        source: &str,
        note: Option<&str>,
    ) -> Option<Self> {
        let head = &report.head;
        let outlet = head.outlet.as_ref().map(|o| o.value.clone());
        let first = || report.text.split_whitespace().take(12).collect::<Vec<_>>().join(" ");
        let headline = head.headline.as_ref().map_or_else(first, |h| h.value.clone());
        let source = source.to_owned();
        Some(match added {
            Added::Added(report) => {
                Self::New { report, outlet, headline, source, note: note.map(str::to_owned) }
            }
            Added::Revised { id, previous } => {
                Self::Revised { report: id, previous, outlet, headline, source, edit: None }
            }
            Added::Known(_) => return None,
        })
    }
}

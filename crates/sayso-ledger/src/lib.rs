//! Stores reports, readings and people's decisions about them in one SQLite file.
//!
//! # What is stored
//! The *ground truth* is reports, where they came from, people's decisions and feed states. Readings and everything for
//! looking things up in them (speakers, statements, figures, words), and the tables of `sayso-compare`, are *derived*:
//! they can be dropped and rebuilt from the ground truth.
//!
//! # Identity
//! A report is *known* if its text, outlet and day of publication are those of one in the ledger. It is a *revision* if
//! it has the identity of one in the ledger (the same URL; without a URL, the same outlet, headline and day; without
//! these, the same file) but a different text, headline or day. Everything else is *added*. Revisions are numbered in
//! the order in which they were added; ids grow in that order too and are never reused.
//!
//! # Durability
//! The file is in WAL mode with `synchronous = FULL`: when [`Ledger::add`] or [`Batch::commit`] returns, the reports
//! are on disk. Several processes can add and read at once; each waits up to a minute for another's batch.
//!
//! # Decisions
//! What was read is stored unchanged. [`Ledger::reviewed`] and [`Ledger::reading`] return it with decisions applied,
//! and the rows for finding figures, statements and speakers are written from that, in the transaction of the decision.
//!
//! # For sayso-compare
//! [`Ledger::ids_after`] returns reports in insertion order, [`Ledger::reading`] a whole [`sayso_model::Reading`],
//! [`Ledger::derived`] the transaction in which stories, speaker groups, postings and other derived data are written.

#![forbid(unsafe_code)]

mod add;
mod alert;
mod changes;
mod copy;
mod cut;
mod db;
mod decision;
pub mod deflated;
mod derived;
mod doctor;
mod entry;
mod error;
pub mod export;
mod facet;
mod fate;
mod feed;
mod figure_list;
mod open;
mod outlets;
#[cfg(feature = "postgres")]
mod postgres;
mod proposal;
mod query;
mod reading;
mod repair;
mod report;
pub mod review;
mod rows;
mod saved;
mod search;
mod seen_as;
mod snippet;
mod sound;
mod story_list;
mod vacuum;
mod watch;

pub use add::{Added, Batch, Prepared, Provenance, report_address, report_identity};
pub use alert::{Delivery, KeptAlert, Sent};
pub use changes::{Change, Changes};
pub use copy::{copy, restore};
pub use cut::{CutOff, cut_off};
pub use decision::{Decision, DecisionKind, NewDecision, Subject, View};
pub use derived::{Derived, GroupMember, Posting, Snapshot, Story, StoryId};
pub use doctor::Health;
pub use entry::{Anchored, EntryKind, EntryName};
pub use error::LedgerError;
pub use facet::Traits;
pub use fate::{Fate, Fates, StatementFate, fates_of, fates_of_statement};
pub use feed::FeedState;
pub use figure_list::{FigureFilter, FigurePlace, FoundFigure, Numbers};
pub use open::{Ledger, SCHEMA, default_path, files_of, is_postgres};
pub use proposal::{Proposal, ProposalState};
pub use query::{FoundStatement, Quoted};
pub use reading::{StoredReading, fold};
pub use repair::{Repaired, repair};
pub use report::{ArchiveRecord, ReportFilter, ReportId, ReportLine, Stored};
pub use review::{Decided, Fields, Names, Outcome, Reviewed, Standing, ValueError, Verdict};
pub use saved::SavedSearch;
pub use search::Hit;
pub use sound::{Damaged, LeftOut};
pub use story_list::{StoryCursor, StoryLine};
pub use vacuum::Vacuumed;
pub use watch::{Archived, EventKind, Instant, WatchCounts, WatchEvent, WatchItem, WatchSource};

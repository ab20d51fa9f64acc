//! Watches sources: polls them politely, adds what is new to the ledger, revisits articles and detects changes in them.
//!
//! # Nothing lost, nothing twice
//! What is known about sources and pages is in the ledger, written in the same transaction as the reports concerned
//! (`sayso_ledger::WatchItem`). A source counts as polled only when every address that it gave is recorded, an address as looked
//! at only when its report is stored. A watch that is killed at any instant repeats its last work, and recognises what it has
//! already done by address and by bytes.
//!
//! # Threads
//! Only [`run`] decides and writes. As many threads fetch as hosts may be contacted at once, no two from the same host; a few
//! threads, no more than there are processors, parse and read what arrives, since reading takes tens of megabytes per thread.

#![forbid(unsafe_code)]

pub mod alerts;

mod archive;
mod ask;
mod clock;
mod folder;
mod inputs;
mod job;
mod pace;
mod run;
mod take;
mod told;
mod verify;

pub use archive::ArchiveError;
pub use clock::Clock;
pub use inputs::InputError;
pub use pace::{Pace, seconds};
pub use run::{Options, Summary, WatchError, run};
pub use sayso_desk::edit::{Difference, Edit, Part};
pub use told::Told;
pub use verify::{Verdict, Verified, verify};

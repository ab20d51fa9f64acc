//! Watches sources: polls them politely, puts what is new into the ledger, looks at articles again and notices what was
//! changed in them.
//!
//! # Nothing lost, nothing twice
//! What is known of sources and pages stands in the ledger and is written in the transaction of the reports that it is about
//! (`sayso_ledger::WatchItem`). A source counts as polled only when every address that it gave is noted, an address as looked
//! at only when its report is there. A watch that is killed at any instant does again what it was about, and finds what it
//! has done by address and by bytes.
//!
//! # Threads
//! [`run`] alone decides and writes. As many threads ask servers as hosts may be asked at once, no two of them one host; few, not
//! more than there are processors, take apart what came and read it, since what a thread needs for reading is tens of megabytes.

#![forbid(unsafe_code)]

pub mod alerts;

mod archive;
mod ask;
mod clock;
mod edit;
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
pub use edit::{Difference, Edit, Part};
pub use inputs::InputError;
pub use pace::{Pace, seconds};
pub use run::{Options, Summary, WatchError, run};
pub use told::Told;
pub use verify::{Verdict, Verified, verify};

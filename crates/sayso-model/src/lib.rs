//! The types that all crates of sayso share.
//!
//! There is no IO here, and no types of other crates in the API, except for the derived traits of serde and schemars
//! that give the JSON form and its schema.

#![forbid(unsafe_code)]

pub mod attribution;
pub mod document;
pub mod json;

mod date;
mod id;
mod number;
mod reading;
mod report;
mod span;
pub mod story;
mod why;

pub use attribution::{Attribution, Construction, StatementKind};
pub use date::{Date, Period};
pub use document::{Document, EntityKind, EntityMention, Sentence, Token, Upos};
pub use id::{FigureId, PlaceId, SpeakerId, StatementId, TimeId};
pub use number::Number;
pub use reading::*;
pub use report::{Head, HeadSource, Report, Stated};
pub use span::Span;
pub use why::{Choice, RunnerUp, Share, Why};

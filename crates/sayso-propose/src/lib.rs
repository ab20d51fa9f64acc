//! Entries that a model of the user's own proposes. Off unless somebody names a model.
//!
//! A model may only propose figures that were missed, and whose word a figure is where that was left open. What it proposes
//! must stand in the report: its quotation at one place, the number and its bounds as the reader reads those very words, the
//! source by a name that the report has, and nothing of certainty, denial or hedge added or dropped. What fails is refused and
//! kept with the reason. What is kept is a proposal "by model NAME", apart from what was read, and waits for a person.
//!
//! A model may also word the lines of a brief: a sentence is kept only if it says what its line says, word for word but for what
//! joins the words.
//!
//! The report goes to the model as data, and what comes back is data: whatever the report tells the model to do, nothing
//! comes of it but proposals, which are checked like any other.

#![forbid(unsafe_code)]

mod apply;
mod ask;
mod check;
mod owner;
mod wording;

pub use apply::{Borne, borne_out, with};
pub use ask::{Answer, AskError, Endpoint, ask};
pub use check::{Checked, Figure, Refusal, check};
pub use owner::{Owner, check_owner, open};
pub use wording::{Plain, Sentence, Wording, WordingRefusal, check_wording, word};

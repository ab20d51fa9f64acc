//! Entries proposed by the user's own language model. Off unless somebody names a model.
//!
//! A model may propose only missed figures, and owners of figures for which that was left open. The report must support
//! the proposal: its quotation in exactly one place, the number and its bounds as the reader reads those very words,
//! the source by a name in the report, and no certainty, denial or hedge added or dropped. What fails is refused and
//! kept with the reason. What passes is a proposal "by model NAME", separate from what was read, and waits for a
//! person.
//!
//! A model may also reword the lines of a brief: a sentence is kept only if it says what its line says, word for word
//! except for connecting words.
//!
//! The report goes to the model as data, and what comes back is data: whatever the report tells the model to do, the
//! only result is proposals, which are checked like any others.

#![forbid(unsafe_code)]

mod apply;
mod ask;
mod check;
mod form;
mod owner;
mod wording;

pub use apply::{Borne, borne_out, with};
pub use ask::{Answer, AskError, Endpoint, ask};
pub use check::{Checked, Figure, Refusal, check};
pub use owner::{Owner, check_owner, open};
pub use wording::{Plain, Sentence, Wording, WordingRefusal, check_wording, word};

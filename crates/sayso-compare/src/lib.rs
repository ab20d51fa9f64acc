//! Reads reports together: copies, stories, speakers, claims, origins, series, conflicts, corrections.
//!
//! Nothing here reads or writes files, and nothing fails: what is looked up comes through [`StoryStore`], what comes out
//! are plain values.

mod day;
mod hash;
mod index;
mod place;
mod vector;
mod word;

pub use index::StoryIndex;
pub use place::{Member, Neighbourhood, Placement, ReportKey, StoryKey, StoryStore, neighbourhood, place};
pub use vector::TermVector;

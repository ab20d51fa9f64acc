//! Reads reports together: copies, stories, speakers, claims, origins, series, conflicts, corrections.
//!
//! Nothing here reads or writes files, and nothing fails: what is looked up comes through [`StoryStore`], what comes out
//! are plain values ([`sayso_model::story`]).

mod bounds;
mod category;
mod chain;
mod claims;
mod copies;
mod data;
mod day;
mod group;
mod hash;
mod index;
mod land;
mod mean;
mod name;
mod outlet;
mod place;
mod scope;
mod speakers;
mod status;
mod story;
mod vector;
mod word;

pub use copies::{Copied, CopyText, Likeness, Shingles, copies, likeness};
pub use index::StoryIndex;
pub use place::{Member, Neighbourhood, Placement, ReportKey, StoryKey, StoryStore, neighbourhood, place};
pub use speakers::{Constraints, Who, bears, goes_by};
pub use status::{SUMMARY_RULE, difference, point};
pub use story::{Entry, story};
pub use vector::TermVector;

/// True where two outlets, each a masthead or a host, are one ("harbour-times.example" and "The Harbour Times").
#[must_use]
pub fn same_outlet(a: &str, b: &str) -> bool {
    outlet::same(a, b)
}

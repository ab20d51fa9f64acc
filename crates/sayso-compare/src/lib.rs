//! Compares reports: copies, stories, speakers, claims, origins, series, conflicts, corrections.
//!
//! Nothing here does IO or fails: what must be looked up comes through [`StoryStore`], and the results are plain values
//! ([`sayso_model::story`]).

#![forbid(unsafe_code)]

mod about;
mod again;
mod balance;
mod bounds;
mod category;
mod chain;
mod claims;
mod clause;
mod comparable;
mod conflict;
mod copies;
mod correction;
mod country;
mod data;
mod day;
mod definition;
mod doubt;
mod echo;
mod event;
mod group;
mod hash;
mod index;
mod lead;
mod mean;
mod moves;
mod name;
mod outlet;
mod outlook;
mod own;
mod phrases;
mod place;
mod points;
mod revision;
mod scope;
mod speakers;
mod statements;
mod story;
mod summary;
mod sums;
mod supersede;
mod vector;
mod word;
mod words;

pub use again::{Compared, story_again};
pub use category::{consequence, counts_people, small};
pub use clause::sentence;
pub use comparable::{Comparison, aspect, compare, differences};
pub use copies::{Copied, CopyText, Likeness, Shingles, copies, likeness};
pub use data::fold;
pub use doubt::why_unverified;
pub use group::{GroupKind, group_kind};
pub use index::StoryIndex;
pub use lead::lead;
pub use place::{
    Anchor, Candidates, Member, Neighbourhood, Placement, ReportKey, StoryKey, StoryStore, around, is_nearer,
    neighbourhood, place,
};
pub use points::point;
pub use speakers::{Constraints, Who, bears, goes_by};
pub use story::{Entry, story};
pub use summary::SUMMARY_RULE;
pub use supersede::superseded_by;
pub use vector::TermVector;

/// Identifies the comparison rules: the version and a hash of the rules and the word lists.
pub const RULES: &str = env!("SAYSO_COMPARE_RULES");

pub use outlet::{host_labels, is_host, masthead, plain as plain_outlet};

/// True if two outlets, each given as a masthead or a host, are the same ("harbour-times.example" and "The Harbour Times").
#[must_use]
pub fn same_outlet(a: &str, b: &str) -> bool {
    outlet::same(a, b)
}

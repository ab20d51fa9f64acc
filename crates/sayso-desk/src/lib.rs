//! Queries on a ledger: its stories compared, what has happened to its figures, how far reviewers agree, and their
//! decisions as gold.
//!
//! The command line and the web pages call the same functions here, so both show the same.

#![forbid(unsafe_code)]

mod agreement;
mod chain;
pub mod chart;
mod decide;
mod digest;
pub mod edit;
mod error;
mod fates;
pub mod glossary;
pub mod gold;
mod intake;
mod kept;
mod lists;
mod memory;
mod merging;
mod outlets;
pub mod places;
mod queue;
mod rating;
mod readings;
mod regroup;
mod reliability;
mod settle;
mod stories;
mod who;
pub mod words;

pub use agreement::{Agreement, Difference, FieldAgreement, STANDS, agreement};
pub use chain::{ChainEvidence, ChainStep, chain};
pub use decide::{Kept, Request, about, decide, decisions, named, selected, trail};
pub use digest::new_since;
pub use error::DeskError;
pub use fates::{Glance, InStories, Spark, Total, fates_of_reports, fates_of_story, glances, in_stories};
pub use intake::{Intake, IntakeError, intake};
pub use kept::{Making, Parts, keep_ahead, kept};
pub use lists::{
    FigureLine, ReportView, StoryLine, bounds, decided, each_figures, fate, figures, report, reports, search,
    stories, story_page,
};
pub use memory::{Memory, remember};
pub use merging::{Changed, Preview, preview, summary};
pub use outlets::{OutletNames, outlet_names};
pub use queue::{Doubt, Side, queue};
pub use rating::{ASSISTANT, Rated, Rating, ratings};
pub use readings::Readings;
pub use settle::{Settling, settle};
pub use stories::{Loaded, catch_up, load, load_placed, load_where, place_all};
pub use who::{Said, Who, who};

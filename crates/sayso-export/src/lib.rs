//! Exports of a ledger in other formats, and imports into it: one file per format.
//!
//! All exports keep the same promises: what people rejected is left out, what no report states is null or left out, and
//! every row leads back to the words that it rests on.
#![forbid(unsafe_code)]

mod acled;
mod citron;
mod conll;
mod country;
pub mod csv_file;
pub mod datapackage;
mod error;
mod event;
mod every_casualty;
mod ftm;
pub mod import;
mod incident;
mod ninjs;
mod prov;
mod prov_o;
mod reports;
pub mod rows;
mod schema_org;
mod shared_place;
mod sources;
pub mod table;
mod ucdp;
mod web_annotation;
pub mod whole;
pub mod xlsx;

pub use error::ExportError;
pub use incident::{Profile, Sides, chosen_stories, groups, incidents, tables};
pub use reports::{Documents, documents};

/// The columns of the sources table, which accompanies every table of incidents.
#[must_use]
pub fn source_columns() -> &'static [table::Column] {
    sources::COLUMNS
}

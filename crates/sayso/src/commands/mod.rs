//! One file for each verb of the command line.

pub(crate) mod eval;
pub(crate) mod read;
pub(crate) mod schema;

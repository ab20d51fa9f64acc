//! One file for each verb of the command line.

pub(crate) mod add;
pub(crate) mod agreement;
pub(crate) mod backup;
pub(crate) mod brief;
pub(crate) mod chain;
pub(crate) mod decide;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod export;
pub(crate) mod figures;
pub(crate) mod mcp;
pub(crate) mod read;
pub(crate) mod repair;
pub(crate) mod reports;
pub(crate) mod reread;
pub(crate) mod restore;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod show;
pub(crate) mod stories;
pub(crate) mod story;
pub(crate) mod user;
pub(crate) mod who;

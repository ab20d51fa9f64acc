//! What containers (feeds, archives, JSON Lines) are split into: pieces of bytes that make one report each.

use std::ops::ControlFlow;

use sayso_model::Head;
use serde::{Deserialize, Serialize};

use crate::IngestError;

/// Bytes that make one report, with what their container says about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Path, address or position in an archive, for messages and for the ledger.
    pub origin: String,
    /// How the bytes are to be read.
    pub form: Form,
    /// The bytes; in a queue they are sent separately.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// What the container says about the head. It takes precedence over the bytes if it comes from a feed's or record's own
    /// fields, but not if it is the address that was fetched.
    pub known: Head,
    /// Day on which its feed says that it was changed, if the feed states no day of publication.
    #[serde(default)]
    pub changed: Option<sayso_model::Date>,
    /// When it was fetched, if an archive says so or it has just been (RFC 3339).
    pub fetched_at: Option<String>,
    /// Charset declared outside the bytes (HTTP `Content-Type`).
    pub charset: Option<String>,
    /// What its container has of it, or should have, and could not be read: "content of type image/png, which is not text".
    #[serde(default)]
    pub unread: Option<String>,
}

impl Piece {
    /// A piece about which nothing else is known.
    #[must_use]
    pub fn new(origin: impl Into<String>, form: Form, bytes: Vec<u8>) -> Self {
        Self {
            origin: origin.into(),
            form,
            bytes,
            known: Head::default(),
            changed: None,
            fetched_at: None,
            charset: None,
            unread: None,
        }
    }
}

/// How the bytes of a piece are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Plain text, with or without `key: value` lines.
    Text,
    /// An HTML page.
    Html,
    /// An entry's content: HTML without a page around it, all of it main text.
    Fragment,
    /// A line of JSON Lines (see [`crate::jsonl`]).
    Record,
    /// An item of ninjs 1 to 3 (see [`crate::ninjs`]).
    Ninjs,
    /// An item of NewsML-G2 (see [`crate::newsml`]).
    NewsMl,
    /// A mail (see [`crate::mail`]).
    Mail,
}

/// One item of a container.
#[derive(Debug)]
pub enum Item {
    /// Bytes of one report.
    Piece(Box<Piece>),
    /// The address of a report or of a further sitemap, with what was said about it.
    Link(Box<Link>),
    /// Something that is not a report by its type (an image in an archive); not a failure.
    Skipped {
        /// Where it is.
        origin: String,
        /// What it is ("image/png", "status 404").
        reason: String,
    },
    /// Something that should be a report but cannot be read.
    Failed {
        /// Where it is.
        origin: String,
        /// Why.
        error: IngestError,
    },
}

/// An address that a feed or sitemap gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address.
    pub url: String,
    /// What the feed says about it.
    pub known: Head,
    /// True for a further sitemap.
    pub is_sitemap: bool,
    /// Date on which it was changed or published, according to a sitemap.
    pub modified: Option<sayso_model::Date>,
    /// Day on which it was changed, according to a feed that states no day of publication.
    pub changed: Option<sayso_model::Date>,
    /// The feed's own version of the report (a summary, a headline), for use without fetching.
    pub entry: Option<Box<Piece>>,
}

/// Receives the items of a container one by one; [`ControlFlow::Break`] stops reading.
pub type Sink<'s> = dyn FnMut(Item) -> ControlFlow<()> + 's;

/// Limits of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest report, in bytes after decompression.
    pub report_bytes: u64,
    /// Largest feed or sitemap, in bytes after decompression.
    pub feed_bytes: u64,
    /// Maximum ratio of a compressed report's size to its compressed size.
    pub ratio: u64,
    /// Maximum number of entries taken from one feed or sitemap.
    pub entries: usize,
    /// Maximum time for reading one page, in seconds.
    pub page_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            report_bytes: 32 << 20,
            feed_bytes: 64 << 20,
            // Deflate cannot exceed 1032; repetitive pages reach 100.
            ratio: 400,
            entries: 50_000,
            page_seconds: 10,
        }
    }
}

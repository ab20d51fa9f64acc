//! What containers (feeds, archives, JSON lines) are taken apart into: pieces of bytes that make one report each.

use std::ops::ControlFlow;

use sayso_model::Head;
use serde::{Deserialize, Serialize};

use crate::IngestError;

/// Bytes that make one report, with what their container says of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Path, address or place in an archive, for messages and for the ledger.
    pub origin: String,
    /// How the bytes are to be read.
    pub form: Form,
    /// The bytes; in a queue they go beside the rest.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// What the container says of the head; goes before what the bytes say for feeds' and records' own fields, after it for
    /// the address that was fetched.
    pub known: Head,
    /// When it was fetched, where an archive says so or it just was (RFC 3339).
    pub fetched_at: Option<String>,
    /// Charset declared outside of the bytes (HTTP `Content-Type`).
    pub charset: Option<String>,
}

impl Piece {
    /// A piece of which nothing else is known.
    #[must_use]
    pub fn new(origin: impl Into<String>, form: Form, bytes: Vec<u8>) -> Self {
        Self { origin: origin.into(), form, bytes, known: Head::default(), fetched_at: None, charset: None }
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
    /// A line of JSONL (see [`crate::jsonl`]).
    Record,
    /// An item of ninjs 1 to 3 (see [`crate::ninjs`]).
    Ninjs,
    /// An item of NewsML-G2 (see [`crate::newsml`]).
    NewsMl,
    /// A mail (see [`crate::mail`]).
    Mail,
}

/// What a container holds, in its order.
#[derive(Debug)]
pub enum Item {
    /// Bytes of one report.
    Piece(Box<Piece>),
    /// The address of a report or of a further sitemap, with what was said of it.
    Link(Box<Link>),
    /// Something that is no report by its kind (an image in an archive); not a failure.
    Skipped {
        /// Where it stands.
        origin: String,
        /// What it is ("image/png", "status 404").
        reason: String,
    },
    /// Something that should be a report and cannot be read.
    Failed {
        /// Where it stands.
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
    /// What the feed says of it.
    pub known: Head,
    /// True for a further sitemap.
    pub is_sitemap: bool,
    /// Day on which it was changed or published, as a sitemap says.
    pub modified: Option<sayso_model::Date>,
    /// What the feed has of the report itself (a summary, a headline), for where nothing is fetched.
    pub entry: Option<Box<Piece>>,
}

/// Takes what a container holds, one by one; [`ControlFlow::Break`] ends the reading.
pub type Sink<'s> = dyn FnMut(Item) -> ControlFlow<()> + 's;

/// What a run allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest report, in bytes after decompression.
    pub report_bytes: u64,
    /// Largest feed or sitemap, in bytes after decompression.
    pub feed_bytes: u64,
    /// How many times its compressed size a compressed report may be.
    pub ratio: u64,
    /// How many entries of one feed or sitemap are taken.
    pub entries: usize,
    /// How long the reading of one page may take, in seconds.
    pub page_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            report_bytes: 32 << 20,
            feed_bytes: 64 << 20,
            // Deflate cannot do more than 1032; repetitive pages reach 100.
            ratio: 400,
            entries: 50_000,
            page_seconds: 10,
        }
    }
}

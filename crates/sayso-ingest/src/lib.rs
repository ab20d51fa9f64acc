//! Bytes to reports: charset, main text, head, feeds, archives, fetching.
//!
//! [`source::open`] splits an input of any form into [`Item`]s, [`source::report`] makes the report of one. All input is
//! untrusted. No function of this crate panics on any input; what is wrong with an input is an [`IngestError`], what is doubtful
//! about a report is one of its diagnostics.
//!
//! # Normalisation
//! The text of a report is the input's text, changed as little as spans and terminals allow:
//! - decoded to UTF-8, byte order marks removed, undecodable bytes replaced by U+FFFD (diagnostic `invalid_text`);
//! - every line ending (CR LF, CR, VT, FF, U+0085, U+2028, U+2029) becomes LF;
//! - removed: zero-width space, word joiner, soft hyphen, bidirectional controls, C0 and C1 controls other than tab and LF, and
//!   zero-width joiners and non-joiners next to Latin letters, where they have no meaning;
//! - spaces at the ends of lines, blank lines at both ends and all but one of several consecutive blank lines removed.
//!
//! Letters, quotation marks, dashes and no-break spaces are kept; nothing is composed or decomposed. In HTML, a no-break space
//! that does not group the digits of a number becomes a space, since most are inserted by software for layout.

#![forbid(unsafe_code)]

pub mod address;
pub mod charset;
pub mod coding;
pub mod discover;
pub mod feed;
#[cfg(feature = "fetch")]
pub mod fetch;
pub mod folder;
pub mod gzip;
pub mod head;
pub mod html;
pub mod jsonl;
pub mod language;
pub mod list;
pub mod mail;
pub mod mailbox;
pub mod newsml;
pub mod ninjs;
pub mod normalise;
pub mod opml;
pub mod sitemap;
pub mod source;
pub mod warc;

mod date;
mod error;
mod guard;
mod http;
mod json;
mod piece;
mod report;
mod text;
mod xml;

pub use date::{StatedDate, parse_date};
pub use error::IngestError;
pub use head::HeadOverrides;
pub use html::Article;
pub use piece::{Form, Item, Limits, Link, Piece, Sink};
pub use report::ONLY_CHANGED;
pub use text::{text, verbatim};

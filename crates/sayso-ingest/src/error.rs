use thiserror::Error;

/// Why no report could be made from an input.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IngestError {
    /// No bytes, or only white space.
    #[error("the input is empty: nothing to read")]
    Empty,
    /// Another medium.
    #[error("the input is {kind}, not text: convert it to text or HTML first")]
    NotText {
        /// What it looks like ("a PDF file").
        kind: &'static str,
    },
    /// A page or record in which no text was found.
    #[error("no article text was found in the {form}: give its text with `-` or as a .txt file")]
    NoText {
        /// "page", "record", "feed entry".
        form: &'static str,
    },
    /// A list of feeds, which has no reports of its own.
    #[error("this is a list of feeds (OPML), not a report: follow the feeds in it with `sayso watch`")]
    ListOfFeeds,
    /// The input does not have the form that it claims to have.
    #[error("this cannot be read as {form}: {reason}")]
    Malformed {
        /// The form expected ("JSONL", "WARC").
        form: &'static str,
        /// What is wrong, and where.
        reason: String,
    },
    /// A content coding that is not known.
    #[error("it is compressed as '{0}', which is not known here")]
    Coding(String),
    /// A limit was exceeded.
    #[error("{what} is over the limit of {limit}: {remedy}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit, with its unit.
        limit: String,
        /// What the user can do.
        remedy: &'static str,
    },
    /// Reading the page took longer than allowed.
    #[error("reading the {form} took more than {seconds} s and was given up")]
    TooSlow {
        /// What was read.
        form: &'static str,
        /// The limit in seconds.
        seconds: u64,
    },
    /// The input triggered a defect in sayso or a library.
    #[error("this input triggered a bug in sayso ({reason}); please send it to the developers")]
    Defect {
        /// The panic message.
        reason: String,
    },
    /// The file or stream could not be read.
    #[error("cannot read it: {0}")]
    Io(#[from] std::io::Error),
}

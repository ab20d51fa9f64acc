//! The content of a feed of any form, before it is turned into reports.

/// A parsed feed.
#[derive(Debug, Default)]
pub(super) struct Feed {
    /// Its title: most often the outlet's name.
    pub(super) title: Option<String>,
    /// Language tag.
    pub(super) language: Option<String>,
    /// Authors of all entries.
    pub(super) authors: Vec<String>,
    /// The entries, up to the limit.
    pub(super) entries: Vec<Entry>,
    /// How many more there were.
    pub(super) beyond: usize,
    /// Why it ended prematurely.
    pub(super) damage: Option<String>,
}

/// An entry. Texts are HTML; those given as plain text have been escaped.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) title: Option<String>,
    /// The outlet that the entry was syndicated from.
    pub(super) source: Option<String>,
    /// Addresses, the best first; some may not be addresses at all.
    pub(super) urls: Vec<String>,
    pub(super) authors: Vec<String>,
    /// Dates of publication as written, the best first.
    pub(super) dates: Vec<String>,
    /// Dates of changes as written. They are not taken for dates of publication.
    pub(super) changed: Vec<String>,
    pub(super) language: Option<String>,
    /// Texts, the fullest kind first.
    pub(super) texts: Vec<String>,
    /// Why one of its texts could not be read.
    pub(super) unread: Option<String>,
}

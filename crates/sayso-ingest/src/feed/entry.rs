//! What a feed of any form says, before it is made into reports.

/// A feed taken apart.
#[derive(Debug, Default)]
pub(super) struct Feed {
    /// Its title: most often the outlet's name.
    pub(super) title: Option<String>,
    /// Language tag.
    pub(super) language: Option<String>,
    /// Whom it names as author of all entries.
    pub(super) authors: Vec<String>,
    /// The entries, at most as many as are allowed.
    pub(super) entries: Vec<Entry>,
    /// How many more there were.
    pub(super) beyond: usize,
    /// What made an end of it before its end.
    pub(super) damage: Option<String>,
}

/// An entry. Texts are HTML; those that were stated as plain text have been escaped.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) title: Option<String>,
    /// The outlet that the entry was taken over from.
    pub(super) source: Option<String>,
    /// Addresses, the most telling first; some may be no addresses at all.
    pub(super) urls: Vec<String>,
    pub(super) authors: Vec<String>,
    /// Dates of publication as written, the most telling first, those of changes last.
    pub(super) dates: Vec<String>,
    pub(super) language: Option<String>,
    /// Texts, the fullest kind first.
    pub(super) texts: Vec<String>,
    /// Why a text of it could not be taken.
    pub(super) unread: Option<String>,
}

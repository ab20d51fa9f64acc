//! Heads: headline, outlet, byline and date, and their sources.

use sayso_model::{Date, Head, HeadSource, Stated};

use crate::{
    date::{DayOrder, parse_date_as},
    normalise,
};

/// What the user states about a report; it takes precedence over everything in the input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeadOverrides {
    /// Headline.
    pub headline: Option<String>,
    /// Outlet.
    pub outlet: Option<String>,
    /// People or desks in the byline.
    pub byline: Vec<String>,
    /// Day of publication.
    pub published: Option<Date>,
    /// Address.
    pub url: Option<String>,
    /// Language as a BCP 47 tag.
    pub language: Option<String>,
}

impl HeadOverrides {
    /// Converts it to a head.
    #[must_use]
    pub fn head(&self) -> Head {
        let from = HeadSource::Option;
        Head {
            headline: self.headline.as_deref().and_then(|v| stated(v, &from)),
            outlet: self.outlet.as_deref().and_then(|v| stated(v, &from)),
            byline: self.byline.iter().filter_map(|v| stated(v, &from)).collect(),
            published: self.published.map(|value| Stated { value, from: from.clone(), span: None }),
            url: self.url.as_deref().and_then(|v| stated(v, &from)),
            language: self.language.as_deref().and_then(|v| stated(v, &from)),
            ..Head::default()
        }
    }
}

/// A value on one line; `None` for one without letters or digits.
#[must_use]
pub fn stated(value: &str, from: &HeadSource) -> Option<Stated<String>> {
    let value = normalise::line(value);
    value.chars().any(char::is_alphanumeric).then(|| Stated { value, from: from.clone(), span: None })
}

/// An instant in RFC 3339, from seconds since 1970; the earliest one if out of range.
#[must_use]
pub fn instant(seconds: u64) -> String {
    i64::try_from(seconds)
        .ok()
        .and_then(|s| jiff::Timestamp::from_second(s).ok())
        .unwrap_or_default()
        .to_string()
}

/// Sets day and instant of publication from a written date, if it can be parsed and none is set.
pub fn publish(head: &mut Head, written: &str, from: &HeadSource) {
    publish_as(head, written, from, DayOrder::Unknown);
}

/// Like [`publish`], given the order of day and month in digits.
pub(crate) fn publish_as(head: &mut Head, written: &str, from: &HeadSource, order: DayOrder) {
    if head.published.is_some() {
        return;
    }
    let Some(date) = parse_date_as(written, order) else { return };
    // Software writes the first day of Unix time when it has no date.
    let unset = Date::new(1970, 1, 1) == Some(date.date);
    if unset && matches!(from, HeadSource::JsonLd | HeadSource::OpenGraph | HeadSource::Meta) {
        return;
    }
    head.published = Some(Stated { value: date.date, from: from.clone(), span: None });
    head.published_at = date.instant.map(|value| Stated { value, from: from.clone(), span: None });
}

/// Fills the gaps in `head` from `other`.
pub fn fill(head: &mut Head, other: Head) {
    head.headline = head.headline.take().or(other.headline);
    head.outlet = head.outlet.take().or(other.outlet);
    if head.byline.is_empty() {
        head.byline = other.byline;
    }
    head.dateline = head.dateline.take().or(other.dateline);
    // Day and instant belong together: an instant from another source could be on another day.
    if head.published.is_none() {
        head.published = other.published;
        head.published_at = other.published_at;
    }
    head.url = head.url.take().or(other.url);
    head.language = head.language.take().or(other.language);
}

/// The host of an address without "www."; `None` if there is none.
#[must_use]
pub fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map(|(_, rest)| rest)?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (host.contains('.') && !host.contains(' ')).then(|| host.to_owned())
}

/// Names of a byline: "By Jane Doe and John Roe" gives two.
#[must_use]
pub fn names(written: &str) -> Vec<String> {
    pieces(written)
        .into_iter()
        .map(|(start, end)| normalise::line(written.get(start..end).unwrap_or("")))
        .collect()
}

/// Byte ranges of the names in a byline, in order.
///
/// A comma separates names if the list ends in "and" or the line contains two full names; otherwise what follows the comma is a
/// post or a place ("Jane Doe, chief correspondent").
pub(crate) fn pieces(written: &str) -> Vec<(usize, usize)> {
    let start = written.len() - strip_by(written).len();
    let mut cuts = vec![(start, start)];
    let body = written.get(start..).unwrap_or("");
    for separator in [" and ", " und ", " et ", " og ", " och ", " & ", " | ", ";", ","] {
        let found = body.match_indices(separator).map(|(at, _)| (start + at, start + at + separator.len()));
        // "Staff and news service reports" is one name; people's names are capitalised.
        cuts.extend(found.filter(|(_, end)| {
            let next = written.get(*end..).and_then(|s| s.trim_start().chars().next());
            !separator.ends_with(' ') || !next.is_some_and(char::is_lowercase)
        }));
    }
    cuts.push((written.len(), written.len()));
    cuts.sort_unstable();
    let mut out: Vec<(usize, usize)> = Vec::new();
    for pair in cuts.windows(2) {
        let [(_, from), (to, _)] = pair else { continue };
        let Some(piece) = written.get(*from..(*to).max(*from)) else { continue };
        let trimmed = piece.trim();
        let from = from + (piece.len() - piece.trim_start().len());
        let after_comma = written.get(..from).is_some_and(|s| s.trim_end().ends_with(','));
        if trimmed.is_empty() || after_comma && !is_full_name(trimmed) {
            continue;
        }
        out.push((from, from + trimmed.len()));
    }
    out
}

fn strip_by(written: &str) -> &str {
    let trimmed = written.trim_start();
    for by in ["by ", "von ", "par ", "por "] {
        if let Some(start) = trimmed.get(..by.len())
            && start.to_lowercase() == by
        {
            return trimmed.get(by.len()..).unwrap_or("").trim_start();
        }
    }
    trimmed
}

/// True for two to five capitalised words that do not name a body or post.
pub(crate) fn is_full_name(words: &str) -> bool {
    const NOT_NAMES: &[&str] = &[
        "press",
        "news",
        "times",
        "reporter",
        "correspondent",
        "editor",
        "staff",
        "agency",
        "bureau",
        "desk",
        "writer",
        "chief",
        "senior",
        "special",
        "service",
        "network",
        "post",
        "journal",
        "tribune",
        "herald",
        "daily",
        "today",
    ];
    let count = words.split_whitespace().count();
    (2..=5).contains(&count)
        && words.split_whitespace().all(|word| {
            word.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_ascii())
                || matches!(word, "de" | "van" | "von" | "der" | "al" | "bin" | "da" | "di" | "la")
        })
        && !words.split_whitespace().any(|word| NOT_NAMES.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::{host, names};

    #[test]
    fn bylines_are_split_into_names() {
        assert_eq!(names("By Jane Doe"), ["Jane Doe"]);
        assert_eq!(names("BY JANE DOE AND".trim_end_matches(" AND")), ["JANE DOE"]);
        assert_eq!(names("Jane Doe, Max Muster and Li Na"), ["Jane Doe", "Max Muster", "Li Na"]);
        assert_eq!(names("Jane Doe, chief correspondent"), ["Jane Doe"]);
        assert_eq!(names("By Jane Doe, Associated Press"), ["Jane Doe"]);
        assert_eq!(names("Staff and news service reports"), ["Staff and news service reports"]);
        assert_eq!(names(""), Vec::<String>::new());
    }

    #[test]
    fn hosts() {
        assert_eq!(host("https://www.Example.org:8080/a?b").as_deref(), Some("example.org"));
        assert_eq!(host("example.org"), None);
        assert_eq!(host("file:///etc/passwd"), None);
    }
}

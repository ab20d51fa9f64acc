//! The opening of a text: headline, byline, dateline and date, if it has them.

use std::sync::LazyLock;

use regex::Regex;
use sayso_model::{Date, Head, HeadSource, Span, Stated};

use crate::{date::parse_date, head::pieces, normalise};

/// Number of lines from the top that are examined.
const LINES: usize = 8;

/// A first line that is short, has no final full stop and is followed by running text.
///
/// At least four words, since a line of two or three ("What's New") is more often the heading of a section.
pub(crate) fn headline(body: &str) -> Option<Stated<String>> {
    let mut lines = body.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?.trim();
    let short = first.chars().count() <= 160 && first.split_whitespace().count() >= 4;
    let open = !first.ends_with(['.', ':', ';', ',', '…', '"', '”'])
        || first.ends_with(['"', '”']) && !first.contains(['.', '!']);
    let followed = lines.any(|line| line.trim().len() > 60 || line.trim_end().ends_with('.'));
    if !short || !open || !followed || is_byline(first) || dateline(first).is_some() {
        return None;
    }
    crate::head::stated(first, &HeadSource::Text)
}

/// Reads byline, dateline and date from the first lines to fill gaps in `head`, and locates in the text what it already has.
/// Returns the date on which the text says that it was changed, if it gives no other.
pub(crate) fn read(text: &str, head: &mut Head) -> Option<Date> {
    let (mut byline_done, mut dateline_done) = (false, head.dateline.is_some());
    let mut changed = None;
    let headline = head.headline.as_ref().and_then(|h| h.span);
    for (start, line) in lines(text).take(LINES) {
        let span = Span::new(start, start + line.len());
        if headline.is_some_and(|h| h.overlaps(span)) {
            continue;
        }
        if is_byline(line) {
            if !byline_done {
                byline(line, start, head);
                byline_done = true;
            }
            continue;
        }
        let days = days(line);
        changed = changed.or(days.changed.map(|change| change.date));
        if let Some(date) = days.published
            && head.published.is_none()
        {
            let value = |v| Stated { value: v, from: HeadSource::Text, span: Some(span) };
            head.published = Some(Stated { value: date.date, from: HeadSource::Text, span: Some(span) });
            head.published_at = date.instant.map(value);
            continue;
        }
        if !dateline_done && let Some((from, to)) = dateline(line) {
            let place = line.get(from..to).unwrap_or("");
            head.dateline = Some(Stated {
                value: normalise::line(place),
                from: HeadSource::Text,
                span: Some(Span::new(start + from, start + to)),
            });
            dateline_done = true;
        }
        // Running text begins here: what follows is no longer the opening.
        if line.chars().count() > 160 {
            break;
        }
    }
    changed.filter(|_| head.published.is_none())
}

/// A body without those of its first lines that say nothing but by whom and when it was published or how long it takes to read, if
/// the head has that already: they are no news, but they would be the first lines of the report.
pub(crate) fn without_known_lines(body: &str, head: &Head) -> String {
    let mut opens = true;
    let mut seen = 0;
    let paragraphs = body.split("\n\n").filter(|paragraph| {
        seen += 1;
        // Running text ends the opening.
        opens &= seen <= LINES && paragraph.chars().count() <= 160;
        !(opens && is_known(paragraph.trim(), head))
    });
    let rest = paragraphs.collect::<Vec<_>>().join("\n\n");
    if rest.is_empty() { body.to_owned() } else { rest }
}

fn is_known(line: &str, head: &Head) -> bool {
    #[allow(clippy::unwrap_used, reason = "a constant pattern, compiled in the tests")]
    static UNDATED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?ix)^(?:
                (?:an?|one|\d{1,3})\s+(?:min|minute|hour|hr|day|week|month)s?\.?\s+ago
                | \d{1,3}[\s-]*(?:min|minute)s?\.?\s+(?:to\s+)?read
                | (?:estimated\s+)?read(?:ing)?\s+time\s*:?\s*\d{1,3}\s*(?:min|minute)s?\.?
                | (?:
                    (?:(?:published|posted|updated|modified)\b(?:\s+(?:on|at))?[\s:]*)?
                    \d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b[\s,]*
                    (?:\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]m)?)?[\s,|•·]*
                )+
            )$",
        )
        .unwrap()
    });
    if is_byline(line) {
        return !head.byline.is_empty();
    }
    let days = days(line);
    if days.published.is_some() || days.changed.is_some() {
        return head.published.is_some();
    }
    UNDATED.is_match(line)
        || head.published.is_some() && line.len() <= 20 && parse_date(&format!("{line} 2000")).is_some()
}

/// Non-blank lines, trimmed, with the offsets of their first bytes.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let line = line.trim();
        (!line.is_empty()).then_some((start, line))
    })
}

fn is_byline(line: &str) -> bool {
    let Some(by) = line.get(..3) else { return false };
    by.eq_ignore_ascii_case("by ")
        && line.len() <= 160
        && !line.ends_with(['.', '?', '!', ':'])
        && line.get(3..).is_some_and(|rest| {
            rest.trim_start().chars().next().is_some_and(char::is_uppercase)
                && rest
                    .split_whitespace()
                    .filter(|w| w.chars().next().is_some_and(char::is_lowercase))
                    .count()
                    * 2
                    <= rest.split_whitespace().count()
        })
}

/// Names of a byline in the text; known names of the head get their spans.
fn byline(line: &str, start: usize, head: &mut Head) {
    let found = pieces(line).into_iter().map(|(from, to)| Stated {
        value: normalise::line(line.get(from..to).unwrap_or("")),
        from: HeadSource::Text,
        span: Some(Span::new(start + from, start + to)),
    });
    if head.byline.is_empty() {
        head.byline = found.collect();
        return;
    }
    for name in found {
        if let Some(known) = head.byline.iter_mut().find(|k| k.value == name.value) {
            known.span = name.span;
        }
    }
}

/// The dates that a line gives if it gives nothing else.
#[derive(Debug, Default, PartialEq, Eq)]
struct Days {
    published: Option<crate::StatedDate>,
    /// The date of a change, which is not taken for that of publication.
    changed: Option<crate::StatedDate>,
}

/// The dates of a line with nothing else: "5 March 2024", "Published 5 March 2024, 07:30 CET | Updated 6 March 2024".
fn days(line: &str) -> Days {
    #[allow(clippy::unwrap_used, reason = "a constant pattern, compiled in the tests")]
    static LABEL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)\b(?P<published>(?:first\s+)?(?:published|posted|date))\b(?:\s+on|\s+at)?\s*:?|\b(?:last\s+)?(?:updated|modified|changed|revised|edited)\b(?:\s+on|\s+at)?\s*:?",
        )
        .unwrap()
    });
    let mut out = Days::default();
    if line.len() > 120 {
        return out;
    }
    // Each label with the text up to the next; text before the first has none.
    let labels: Vec<(usize, usize, bool)> = LABEL
        .captures_iter(line)
        .filter_map(|c| Some((c.get(0)?, c.name("published").is_some())))
        .map(|(m, p)| (m.start(), m.end(), p))
        .collect();
    let first = labels.first().map_or(line.len(), |(start, ..)| *start);
    let mut parts = vec![(line.get(..first).unwrap_or(""), true)];
    for (at, (_, from, published)) in labels.iter().enumerate() {
        let to = labels.get(at + 1).map_or(line.len(), |(start, ..)| *start);
        parts.push((line.get(*from..to).unwrap_or(""), *published));
    }
    for (part, published) in parts {
        let part = part.trim_matches(|c: char| c.is_whitespace() || ",;:|()[]·•–—-".contains(c));
        if part.is_empty() {
            continue;
        }
        // Apart from the date there may be a time and a zone, but not a sentence.
        let words =
            part.split_whitespace().filter(|w| w.len() > 4 && w.chars().all(char::is_lowercase)).count();
        match parse_date(part).filter(|_| words == 0 && part.split_whitespace().count() <= 9) {
            Some(date) if published => out.published = out.published.take().or(Some(date)),
            Some(date) => out.changed = out.changed.take().or(Some(date)),
            None => return Days::default(),
        }
    }
    out
}

/// Byte range of the place in a dateline: "SEOUL" in "SEOUL — ", "KYIV, Ukraine" in "KYIV, Ukraine (AP) - ".
fn dateline(line: &str) -> Option<(usize, usize)> {
    #[allow(clippy::unwrap_used, reason = "a constant pattern, compiled in the tests")]
    static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^(?P<place>\p{Lu}[\p{L}.'’\-]*(?: (?:\p{Lu}|de|of|la)[\p{L}.'’\-]*){0,3}",
            r"(?:,? ?/ ?\p{Lu}[\p{L} .'’\-]{1,30})?(?:, \p{Lu}[\p{L}.'’\-]*(?: \p{Lu}[\p{L}.'’\-]*){0,2})??)",
            r"(?:, (?P<date>\p{Lu}\p{L}{2,8}\.? \d{1,2}(?:, \d{4})?|\d{1,2} \p{Lu}\p{L}{2,8}\.?(?: \d{4})?))?",
            r"(?: (?P<agency>\([^()]{2,40}\)))?(?: (?:—|–|-{1,2}) ?|(?:—|–|--) ?|: )",
        ))
        .unwrap()
    });
    let found = DATELINE.captures(line)?;
    let place = found.name("place")?;
    let whole = found.get(0)?;
    let first = place.as_str().split([' ', ',', '/']).next()?;
    let capitals =
        first.chars().filter(|c| c.is_alphabetic()).count() >= 2 && first.chars().all(|c| !c.is_lowercase());
    // "Seoul (Reuters) - " needs no capitals, since the agency identifies it; "UPDATE: " is not a place.
    let shown = capitals && !whole.as_str().ends_with(": ") || found.name("agency").is_some();
    // A dateline precedes a sentence.
    let followed = line.get(whole.end()..).is_some_and(|rest| rest.trim().len() >= 20);
    (shown && followed).then(|| (place.start(), place.end()))
}

#[cfg(test)]
mod tests {
    use super::{dateline, days, headline};

    fn place(line: &str) -> Option<&str> {
        let whole: &'static str =
            Box::leak(format!("{line}the harbour office said on Monday.").into_boxed_str());
        dateline(whole).and_then(|(from, to)| whole.get(from..to))
    }

    #[test]
    fn datelines_give_their_place() {
        assert_eq!(place("SEOUL — "), Some("SEOUL"));
        assert_eq!(place("KYIV, Ukraine (AP) - "), Some("KYIV, Ukraine"));
        assert_eq!(place("WASHINGTON, Dec. 19 (Reuters) — "), Some("WASHINGTON"));
        assert_eq!(place("NEW YORK (AP) — "), Some("NEW YORK"));
        assert_eq!(place("Geneva (AFP) - "), Some("Geneva"));
        assert_eq!(place("LONDON, 3 March 2024 -- "), Some("LONDON"));
        assert_eq!(place("PORT-AU-PRINCE, Haiti — "), Some("PORT-AU-PRINCE, Haiti"));
        assert_eq!(place("U.N. chief: "), None);
        assert_eq!(place("Officials — and others — "), None);
        assert_eq!(place("UPDATE: "), None);
    }

    #[test]
    fn headlines_are_short_first_lines() {
        let body = "\n\nThe harbour office said on Tuesday that nine people had been hurt on the ferry.";
        let found = |first: &str| headline(&format!("{first}{body}")).map(|h| h.value);
        assert_eq!(
            found("Nine hurt as ferry strikes pier").as_deref(),
            Some("Nine hurt as ferry strikes pier")
        );
        assert_eq!(found("What's New"), None);
        assert_eq!(found("Nine people were hurt when a ferry struck the pier."), None);
        assert_eq!(found("By Ida Holm and Per Lind"), None);
    }

    #[test]
    fn the_day_of_a_change_is_not_that_of_publication() {
        let read = |line: &str| {
            let days = days(line);
            let day = |date: Option<crate::StatedDate>| date.map(|d| d.date.to_string());
            (day(days.published), day(days.changed))
        };
        let (march_9, march_11) = (Some("2026-03-09".to_owned()), Some("2026-03-11".to_owned()));
        for line in
            ["9 March 2026", "Published: March 9, 2026 at 6:20 PM EST", "First published on 9 March 2026"]
        {
            assert_eq!(read(line), (march_9.clone(), None), "{line}");
        }
        for line in [
            "Updated 11 March 2026",
            "Last updated: March 11, 2026, 09:00",
            "(Last modified on 11 March 2026)",
        ] {
            assert_eq!(read(line), (None, march_11.clone()), "{line}");
        }
        for line in [
            "Updated 11 March 2026, first published 9 March 2026",
            "Published 9 March 2026 18:20 CET; last updated 11 March 2026",
            "9 March 2026 (updated 11 March 2026 09:00)",
        ] {
            assert_eq!(read(line), (march_9.clone(), march_11.clone()), "{line}");
        }
        for line in [
            "The list was published on 9 March 2026",
            "9 March 2026 brought rain to the valley",
            "Updated hourly",
        ] {
            assert_eq!(read(line), (None, None), "{line}");
        }
    }
}

//! The date of publication if JSON-LD and OpenGraph do not state it: marked elements, what is next to the heading, labelled
//! dates, scripts; the address last.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;
use sayso_model::{Head, HeadSource};
use scraper::{ElementRef, Html, Selector};

use super::{
    super::block::Block,
    around::{Around, LOOKED_AT},
    byline, folded, selector, text,
};
use crate::{
    date::{DayOrder, parse_date_as},
    head::publish_as,
};

/// Maximum distance in blocks of an otherwise unmarked date from the heading.
const NEAR: usize = 8;

/// Dates in elements marked as the article's.
pub(super) fn marked(head: &mut Head, document: &Html, around: &Around, order: DayOrder) {
    in_elements(head, document, around, order, &MARKED);
}

/// Dates in elements marked only as a date.
pub(super) fn in_any_element(head: &mut Head, document: &Html, around: &Around, order: DayOrder) {
    in_elements(head, document, around, order, &ANY);
}

fn in_elements(head: &mut Head, document: &Html, around: &Around, order: DayOrder, selectors: &[Selector]) {
    for selector in selectors {
        let candidates = document.select(selector).take(LOOKED_AT);
        let candidates = candidates.filter(|e| around.belongs(e) && !is_of_a_change(*e));
        for element in candidates.take(6) {
            publish_as(head, &written_in(element, order), &HeadSource::Page, order);
        }
    }
}

/// True for an element whose date is marked as that of a change.
fn is_of_a_change(element: ElementRef<'_>) -> bool {
    let around = std::iter::once(element).chain(element.ancestors().take(1).filter_map(ElementRef::wrap));
    let named = |e: ElementRef<'_>| {
        let value = e.value();
        let names = [value.attr("itemprop"), value.attr("class"), value.attr("id")];
        let names = names.into_iter().flatten().collect::<Vec<_>>().join(" ").to_lowercase();
        // "entry-date published updated" is what common software writes for both.
        ["modified", "updated"].iter().any(|n| names.contains(n)) && !names.contains("publish")
    };
    around.into_iter().any(named)
        || CHANGED.is_match(text(element).trim())
        || CHANGED.is_match(&label(element))
}

/// The words before a date in its line, back to the date before it: "Last updated: ".
fn label(element: ElementRef<'_>) -> String {
    let mut words = String::new();
    let mut characters = 0;
    for before in element.prev_siblings() {
        match before.value() {
            scraper::Node::Text(text) => {
                characters += text.len();
                words.insert_str(0, text);
            }
            scraper::Node::Element(e) if matches!(e.name(), "time" | "br" | "p" | "div" | "li") => break,
            scraper::Node::Element(_) => {
                let of_element = ElementRef::wrap(before).map(text).unwrap_or_default();
                characters += of_element.len();
                words.insert_str(0, &format!(" {of_element} "));
            }
            _ => {}
        }
        // A date in a sentence has no label.
        if characters > 80 {
            return String::new();
        }
    }
    words.trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// What an element's attributes say, otherwise its text.
fn written_in(element: ElementRef<'_>, order: DayOrder) -> String {
    let value = element.value();
    ["datetime", "content", "data-datetime", "data-date", "title"]
        .iter()
        .find_map(|name| value.attr(name).filter(|v| parse_date_as(v, order).is_some()).map(str::to_owned))
        .unwrap_or_else(|| dated(&text(element), order))
}

/// Prefers the date that OpenGraph and the page's own elements agree on to a different one in the page's data: two witnesses
/// against one.
pub(super) fn by_agreement(head: &mut Head, graph: &Head, document: &Html, around: &Around, order: DayOrder) {
    let day = |head: &Head| head.published.as_ref().map(|p| p.value);
    let is_of_data = head.published.as_ref().is_some_and(|p| p.from == HeadSource::JsonLd);
    if !is_of_data || day(graph).is_none() || day(graph) == day(head) {
        return;
    }
    let mut shown = Head::default();
    marked(&mut shown, document, around, order);
    if day(&shown) == day(graph) {
        head.published.clone_from(&graph.published);
        head.published_at.clone_from(&graph.published_at);
    }
}

/// A date on its own close to the heading.
pub(super) fn near_heading(head: &mut Head, blocks: &[Block], order: DayOrder) {
    if head.published.is_some() {
        return;
    }
    let heading = heading(blocks, head.headline.as_ref().map(|h| h.value.as_str()));
    let is_near = |at: usize, block: &Block| at.abs_diff(heading) <= NEAR && !block.comment;
    let mut near: Vec<_> = blocks.iter().enumerate().filter(|(at, block)| is_near(*at, block)).collect();
    // After the heading first, then before it.
    near.sort_by_key(|(at, _)| (*at < heading, at.abs_diff(heading)));
    for (_, block) in near {
        // "5 March 2024 – At least nine people", or a line of its own.
        let opening = DASH.find(&block.text).filter(|m| m.start() <= 30).map(|m| m.start());
        if let Some(opening) = opening.and_then(|end| block.text.get(..end)) {
            publish_as(head, opening, &HeadSource::Page, order);
        }
        if block.text.len() > 120 {
            continue;
        }
        if CHANGED.is_match(&block.text) {
            continue;
        }
        let written = dated(&block.text, order);
        if stands_alone(&block.text, &written) && written.chars().filter(|c| c.is_alphabetic()).count() <= 24
        {
            publish_as(head, &written, &HeadSource::Page, order);
        }
    }
}

/// True for a date at the end of a line with little else: among other words it is as likely to be an event's.
fn stands_alone(line: &str, date: &str) -> bool {
    let before = line.get(..line.len().saturating_sub(date.len())).unwrap_or("").trim();
    let length = before.chars().count();
    // "The bridge was opened on 4 June 1987."
    let words = before.split_whitespace();
    let tells = words.filter(|w| w.len() >= 3 && w.chars().all(char::is_lowercase)).count() >= 2;
    let is_alone = length <= 24 && !tells
        || length <= 48 && LABEL.is_match(before)
        || length <= 80 && byline::begins(before);
    !date.is_empty() && is_alone
}

/// The block of the heading: the first with the headline, otherwise the first `h1`, otherwise the start of the page.
pub(super) fn heading(blocks: &[Block], headline: Option<&str>) -> usize {
    let headline = folded(headline.unwrap_or(""));
    let says = |b: &Block| {
        let written = folded(&b.text);
        !headline.is_empty() && (written == headline || written.len() >= 12 && headline.contains(&written))
    };
    let is_heading = |b: &Block| b.tag.len() == 2 && b.tag.starts_with('h');
    blocks
        .iter()
        .position(|b| is_heading(b) && says(b))
        .or_else(|| blocks.iter().position(|b| b.tag == "h1"))
        .or_else(|| blocks.iter().position(says))
        .unwrap_or(0)
}

/// A date anywhere on the page after a word for publication, or after a label with the author's name in between.
pub(super) fn labelled(head: &mut Head, blocks: &[Block], order: DayOrder) {
    behind(&LABEL, head, blocks.iter(), order);
}

/// A date behind "first published" close to the heading: any other date there is that of a change.
pub(super) fn first(head: &mut Head, blocks: &[Block], order: DayOrder) {
    let heading = heading(blocks, head.headline.as_ref().map(|h| h.value.as_str()));
    let near = blocks.iter().enumerate().filter(|(at, _)| at.abs_diff(heading) <= NEAR);
    behind(&FIRST, head, near.map(|(_, block)| block), order);
}

fn behind<'b>(label: &Regex, head: &mut Head, blocks: impl Iterator<Item = &'b Block>, order: DayOrder) {
    for block in blocks.filter(|b| !b.outside && !b.comment && b.text.len() <= 200) {
        if let Some(label) = label.find(&block.text) {
            let rest: String = block
                .text
                .chars()
                .skip(block.text.get(..label.end()).unwrap_or("").chars().count())
                .take(80)
                .collect();
            let written = dated(&rest, order);
            // "posted by somebody on", but nothing longer.
            if !written.is_empty() && rest.len() - written.len() <= 40 {
                publish_as(head, &written, &HeadSource::Page, order);
            }
        }
    }
}

/// A date in the page's scripts or their data under a telling name, if all scripts that use the name agree: the data of other
/// articles is in scripts too.
pub(super) fn in_scripts(head: &mut Head, document: &Html) {
    if head.published.is_some() {
        return;
    }
    let mut found: Vec<(String, String)> = Vec::new();
    let scripts = document.select(&SCRIPT).take(LOOKED_AT).flat_map(|script| script.text());
    // Scripts also keep data in attributes.
    let holders = document.select(&WHOLE).take(LOOKED_AT).flat_map(|e| e.value().attrs());
    let data = holders.map(|(_, value)| value).filter(|value| value.trim_start().starts_with('{'));
    for written in scripts.chain(data) {
        found.extend(
            IN_SCRIPT
                .captures_iter(written)
                .take(LOOKED_AT)
                .filter_map(|c| Some((folded(c.get(1)?.as_str()), c.get(2)?.as_str().to_owned()))),
        );
    }
    let names: BTreeSet<&String> = found.iter().map(|(name, _)| name).collect();
    let agreed = names.into_iter().find_map(|name| {
        let mut days = found.iter().filter(|(n, _)| n == name).map(|(_, written)| written);
        let first = days.next()?;
        let day = parse_date_as(first, DayOrder::Unknown)?.date;
        days.all(|d| parse_date_as(d, DayOrder::Unknown).is_some_and(|d| d.date == day)).then_some(first)
    });
    if let Some(written) = agreed {
        publish_as(head, written, &HeadSource::Page, DayOrder::Unknown);
    }
}

/// Converts an instant that software states in UTC into the outlet's own time zone if the page gives the same instant there: the
/// date of publication is the outlet's.
pub(super) fn in_own_zone(head: &mut Head, page: &str) {
    let parse = |written: &str| written.parse::<jiff::Timestamp>().ok();
    let Some(stated) =
        head.published_at.as_ref().filter(|s| s.value.ends_with('Z') || s.value.ends_with("+00:00"))
    else {
        return;
    };
    let Some(instant) = parse(&stated.value) else { return };
    let own = LOCAL.find_iter(page).take(2000).map(|m| m.as_str()).find(|written| {
        let zone = written.get(written.len().saturating_sub(6)..).unwrap_or("");
        zone.bytes().any(|b| matches!(b, b'1'..=b'9')) && parse(written) == Some(instant)
    });
    if let Some(own) = own {
        let from = stated.from.clone();
        (head.published, head.published_at) = (None, None);
        publish_as(head, own, &from, DayOrder::Unknown);
    }
}

/// The same if readers are shown the outlet's date and time near the heading: they mean the stated instant if the minutes are
/// equal and the hours differ by a possible zone offset.
pub(super) fn by_clock(head: &mut Head, blocks: &[Block], order: DayOrder) {
    let Some(stated) =
        head.published_at.as_ref().filter(|s| s.value.ends_with('Z') || s.value.ends_with("+00:00"))
    else {
        return;
    };
    let Ok(instant) = stated.value.parse::<jiff::Timestamp>() else { return };
    let heading = heading(blocks, head.headline.as_ref().map(|h| h.value.as_str()));
    let near = blocks.iter().skip(heading.saturating_sub(NEAR)).take(2 * NEAR + 1);
    let shown = near.filter(|b| b.text.len() <= 120 && !CHANGED.is_match(&b.text)).find_map(|block| {
        let mut clocks = CLOCK.captures_iter(&block.text);
        let (clock, None) = (clocks.next()?, clocks.next()) else { return None };
        let number = |at: usize| clock.get(at).and_then(|m| m.as_str().parse::<i8>().ok());
        let (hour, minute) = (number(1)?, number(2)?);
        let hour = match clock.get(3).and_then(|m| m.as_str().chars().next()) {
            Some('p' | 'P') if hour < 12 => hour + 12,
            Some('a' | 'A') if hour == 12 => 0,
            _ => hour,
        };
        let written = dated(&block.text, order);
        let day = parse_date_as(&written, order).filter(|_| stands_alone(&block.text, &written))?.date;
        let shown =
            jiff::civil::DateTime::new(day.year(), day.month(), day.day(), hour, minute, 0, 0).ok()?;
        let shown_second = jiff::tz::Offset::UTC.to_timestamp(shown).ok()?.as_second();
        let apart = shown_second.div_euclid(60) - instant.as_second().div_euclid(60);
        let is_zone = apart != 0 && apart % 60 == 0 && (-12 * 60..=14 * 60).contains(&apart);
        is_zone.then(|| {
            let hours = apart / 60;
            let sign = if hours < 0 { '-' } else { '+' };
            let second = instant.as_second().rem_euclid(60);
            format!("{}T{hour:02}:{minute:02}:{second:02}{sign}{:02}:00", shown.date(), hours.abs())
        })
    });
    if let Some(shown) = shown {
        let from = stated.from.clone();
        (head.published, head.published_at) = (None, None);
        publish_as(head, &shown, &from, DayOrder::Unknown);
    }
}

/// The date in an address, for pages that state none: `/2024/03/05/`, `/2024-03-05-`, `20240305`; or the minute that a page's
/// number begins with, `A2024030514320005196`.
pub(super) fn in_address(head: &mut Head, url: &str) {
    let path = url.split(['?', '#']).next().unwrap_or("").trim_end_matches('/');
    // Only in the last part: archives put the minute of their copy before it.
    let numbered = || path.rsplit('/').next().and_then(|last| IN_NUMBER.captures(last));
    if let Some(found) = IN_ADDRESS.captures(url).or_else(numbered)
        && let (Some(year), Some(month), Some(day)) = (found.get(1), found.get(2), found.get(3))
    {
        let written = format!("{}-{}-{}", year.as_str(), month.as_str(), day.as_str());
        publish_as(head, &written, &HeadSource::Url, DayOrder::Unknown);
    }
}

/// A date without the label before it ("Published on 5 March 2024").
fn dated(text: &str, order: DayOrder) -> String {
    let text = text.chars().take(120).collect::<String>();
    // The first digit or month name begins the date.
    let starts = text.char_indices().filter(|&(at, c)| {
        let begins = text.get(..at).and_then(|s| s.chars().next_back()).is_none_or(|p| !p.is_alphanumeric());
        begins && c.is_alphanumeric()
    });
    for (at, _) in starts.take(12) {
        if let Some(rest) = text.get(at..)
            && parse_date_as(rest, order).is_some()
        {
            return rest.to_owned();
        }
    }
    String::new()
}

/// How a page's language writes numeric days and months. English pages use both orders, and software declares pages American
/// unless configured otherwise.
pub(super) fn day_order(language: Option<&str>) -> DayOrder {
    let tag = language.unwrap_or("").to_lowercase();
    let (language, region) = tag.split_once('-').unwrap_or((&tag, ""));
    match language {
        "en" if matches!(region, "gb" | "ie" | "au" | "nz" | "in" | "za" | "ng" | "ke") => DayOrder::DayFirst,
        "de" | "fr" | "es" | "it" | "pt" | "nl" | "pl" | "cs" | "sk" | "da" | "nb" | "nn" | "no" | "fi"
        | "ru" | "uk" | "ro" | "bg" | "el" | "tr" | "hr" | "sr" | "sl" | "id" | "vi" | "ca" | "he" | "ar"
            if region != "us" =>
        {
            DayOrder::DayFirst
        }
        _ => DayOrder::Unknown,
    }
}

#[allow(clippy::unwrap_used, reason = "constant patterns, compiled in the tests")]
fn pattern(written: &str) -> Regex {
    Regex::new(written).unwrap()
}

/// Words that introduce the date of publication.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:(?:published|posted|publication date|date of publication|ver(?:ö|oe)ffentlicht|erschienen|erstellt am|eingestellt am|publié|mis en ligne|publicado|publicada|fecha de publicación|pubblicato|pubblicata|gepubliceerd|geplaatst op|opublikowano|publicerad|publisert|udgivet|опубликовано|опубліковано|yayınlanma)\b|(?:datum|date|fecha|data|author|autor|autorin|auteur|auteure|autore)\s*:)",
    )
});

/// Words that introduce the date of publication where the page has that of a change too.
static FIRST: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:first|originally) published\b"));

/// Words that introduce the date of a change.
static CHANGED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:last\s+)?(?:updated|modified|changed|edited|revised|aktualisiert|zuletzt|geändert|stand:|actualizado|actualizada|actualisé|mis à jour|modifié|aggiornato|modificato|bijgewerkt|oppdatert|uppdaterad|opdateret|zaktualizowano|atualizado|обновлено|оновлено|güncelleme)\b",
    )
});

static DASH: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s[-–—]\s"));

static IN_SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"["']?\b((?i:date_?published|published_?(?:at|on|date|time)|publish_?date|publication_?date|first_?publi(?:shed|cation)_?(?:at|date)?|pub_?date|create_?date))["']?\s*[:=]\s*["']?(\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?|\d{8}\b)"#,
    )
});

static LOCAL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?[+-]\d{2}:?\d{2}\b"));

static IN_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"[/_.-]((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?:[/_.-]|$)")
});

static IN_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:^|[_.-])[A-Za-z]{0,3}((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d{1,9}(?:[_.-]|$)",
    )
});

/// Elements with the whole page or its article.
static WHOLE: LazyLock<Selector> = LazyLock::new(|| selector("html, body, main, article"));

/// A time of day.
static CLOCK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b([01]?\d|2[0-3])[:h]([0-5]\d)(?:\s*([ap])\.?m\b)?"));

static SCRIPT: LazyLock<Selector> = LazyLock::new(|| selector("script"));

// The first `time` of the article is that of publication; those of other articles come after it or are outside.
static MARKED: LazyLock<Vec<Selector>> = LazyLock::new(|| {
    [
        r#"[itemprop="datePublished"]"#,
        r#"time[pubdate]"#,
        r#"article header time[datetime], main header time[datetime]"#,
        r#"article time[datetime], main time[datetime]"#,
        r#"header time[datetime]"#,
        r#"time[datetime]"#,
        r#"abbr.published, .published, .entry-date, .post-date, .article-date, .publish-date, .pubdate, .date-published"#,
        r#"article time, time"#,
    ]
    .iter()
    .map(|s| selector(s))
    .collect()
});

static ANY: LazyLock<Vec<Selector>> = LazyLock::new(|| {
    [
        r#"[class*="publish" i], [class*="pubdate" i], [class*="article-date" i], [class*="article__date" i], [class*="post-date" i], [class*="timestamp" i], [class*="entry-date" i]"#,
        r#".date, .datum, .fecha, [class*="dateline" i], [id*="date" i], [class*="date" i]"#,
    ]
    .iter()
    .map(|s| selector(s))
    .collect()
});

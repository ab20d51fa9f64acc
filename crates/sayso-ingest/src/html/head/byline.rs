//! The article's authors: the page's data, marked elements, a line that begins like a byline, links to author pages. The outlet's
//! own name and the default names of software rank below people.

use std::sync::LazyLock;

use regex::Regex;
use sayso_model::{HeadSource, Stated};
use scraper::{ElementRef, Html, Selector};

use super::{
    super::block::Block,
    around::{Around, LOOKED_AT},
    folded,
    published::heading,
    selector, text,
};
use crate::head::{names, stated};

/// Maximum distance in blocks of an otherwise unmarked byline after the heading, and before it.
const AFTER: usize = 8;
const LABELLED: usize = 20;
const BEFORE: usize = 3;

/// The byline of the first source that names people; otherwise the first that names users or desks; otherwise the outlet itself.
pub(super) fn choose(
    bylines: Vec<Vec<Stated<String>>>,
    outlet: Option<&str>,
    url: Option<&str>,
) -> Vec<Stated<String>> {
    let host = folded(url.and_then(crate::head::host).unwrap_or_default().split('.').next().unwrap_or(""));
    let outlet = folded(outlet.unwrap_or(""));
    let is_outlet = |name: &Stated<String>| {
        let name = folded(&name.value);
        [&outlet, &host]
            .into_iter()
            .any(|own| own.len() >= 3 && (name == *own || name.starts_with(own.as_str())))
    };
    let cleaned: Vec<Vec<Stated<String>>> =
        bylines.into_iter().map(|byline| clean(byline, &outlet, &host)).collect();
    let best = |wanted: &dyn Fn(&Stated<String>) -> bool| {
        let names = cleaned.iter().find(|names| names.iter().any(wanted))?;
        Some(names.iter().filter(|n| !is_outlet(n) && !is_nobody(&n.value)).cloned().collect::<Vec<_>>())
    };
    best(&|n| !is_outlet(n) && !is_nobody(&n.value) && !is_handle(&n.value))
        .or_else(|| best(&|n| !is_outlet(n) && !is_nobody(&n.value)))
        .or_else(|| cleaned.iter().find(|names| !names.is_empty()).cloned())
        .unwrap_or_default()
}

/// True for default user names of software, and desks that stand for the outlet.
fn is_nobody(name: &str) -> bool {
    matches!(folded(name).as_str(), "redaktion" | "admin" | "administrator" | "editor" | "webmaster" | "root")
}

/// True for a user name rather than a person's: `jane_doe`, `jdoe`.
fn is_handle(name: &str) -> bool {
    name.contains('_')
        || !name.contains(' ') && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// Names without duplicates, addresses, social handles, reading times, picture credits and leftover markup.
fn clean(byline: Vec<Stated<String>>, outlet: &str, host: &str) -> Vec<Stated<String>> {
    let mut out: Vec<Stated<String>> = Vec::new();
    for mut name in byline {
        if name.value.contains(['@', '{', '<', '[', ':'])
            || name.value.contains("//")
            || name.value.starts_with(['(', '/'])
        {
            continue;
        }
        if let Some((before, _)) = name.value.split_once(" (") {
            name.value = before.to_owned();
        }
        // "Coast Courier - Jane Doe"
        if let Some((before, after)) = name.value.split_once(" - ")
            && [outlet, host].contains(&folded(before).as_str())
        {
            name.value = after.trim().to_owned();
        }
        let known = out.iter().any(|o| folded(&o.value) == folded(&name.value));
        let length = name.value.chars().count();
        let digits = name.value.contains(' ') && name.value.chars().any(|c| c.is_ascii_digit());
        if !known && (2..=80).contains(&length) && !digits && name.value.chars().any(char::is_alphabetic) {
            out.push(name);
        }
    }
    out
}

/// Names in elements marked as the author's.
pub(super) fn marked(document: &Html, around: &Around) -> Vec<Stated<String>> {
    let from = HeadSource::Page;
    MARKED
        .iter()
        .find_map(|(selector, shape)| {
            // Teasers of other articles have bylines too: those next to the first are this article's.
            let place = |e: &ElementRef<'_>| e.parent().and_then(|p| p.parent()).map(|p| p.id());
            let candidates: Vec<ElementRef<'_>> =
                document.select(selector).take(LOOKED_AT).filter(|e| around.belongs(e)).collect();
            let first = candidates.first().and_then(place);
            let fits = |name: &str| match shape {
                Shape::User => is_user(name),
                Shape::Name => looks_like_name(name),
                Shape::FullName => is_name(name),
            };
            let found: Vec<Stated<String>> = candidates
                .iter()
                .take_while(|e| place(e) == first)
                .take(6)
                .map(|e| e.value().attr("content").map_or_else(|| text(*e), str::to_owned))
                .filter(|t| (3..=120).contains(&t.chars().count()))
                .flat_map(|t| names(unlabelled(&t)))
                .filter_map(|n| stated(&n, &from))
                .filter(|n| fits(&n.value))
                .collect();
            (!found.is_empty()).then_some(found)
        })
        .unwrap_or_default()
}

/// A line close to the heading, or at the end of the text, that begins like a byline and continues with a name. A line with a
/// label ("Text: Jane Doe") may be further away than one that prose could begin with.
pub(super) fn line(blocks: &[Block], headline: Option<&str>) -> Vec<Stated<String>> {
    let heading = heading(blocks, headline);
    let end = blocks.iter().rposition(|b| b.inside && !b.outside && !b.list).unwrap_or(0);
    let from = heading.saturating_sub(BEFORE);
    blocks
        .iter()
        .enumerate()
        .skip(from)
        .filter(|(at, block)| {
            let near = *at <= heading + LABELLED || *at <= end && *at + 2 > end;
            near && *at != heading && !block.outside && block.text.chars().count() <= 120
        })
        .find_map(|(at, block)| {
            // A label may be a block of its own.
            let next =
                blocks.get(at + 1).filter(|_| LABEL_ALONE.is_match(&block.text)).map(|b| b.text.as_str());
            let written = next.map_or_else(|| block.text.clone(), |next| format!("{} {next}", block.text));
            let found = LINE.captures(
                LEADING_DATE.find(&written).map_or(&*written, |m| written.get(m.end()..).unwrap_or("")),
            )?;
            let labelled = found.name("label").is_some();
            if !labelled && at > heading + AFTER && at + 2 <= end {
                return None;
            }
            let rest = before_end(found.name("names")?.as_str());
            let found: Vec<Stated<String>> =
                names(rest).iter().filter_map(|n| stated(n, &HeadSource::Page)).collect();
            // Prose begins with "By" and "Von" too.
            let fits = |n: &Stated<String>| {
                if labelled { looks_like_name(&n.value) } else { is_name(&n.value) }
            };
            (!found.is_empty() && found.iter().all(fits)).then_some(found)
        })
        .unwrap_or_default()
}

/// The text of a link to an author's page, close after the heading.
pub(super) fn link(document: &Html, around: &Around) -> Vec<Stated<String>> {
    let links = document.select(&LINKS).filter(|a| around.belongs(a)).take(LOOKED_AT);
    links
        .filter(|a| a.value().attr("href").is_some_and(|href| AUTHORS_PAGE.is_match(href)))
        .map(|a| text(a))
        .map(|t| unlabelled(&t).to_owned())
        .find(|t| is_name(t))
        .and_then(|t| stated(&t, &HeadSource::Page))
        .into_iter()
        .collect()
}

/// Without the label that introduces a name ("Text: Jane Doe").
fn unlabelled(written: &str) -> &str {
    LINE.captures(written).and_then(|c| c.name("names")).map_or(written, |names| before_end(names.as_str()))
}

/// True for a text that begins like a byline and names people.
pub(super) fn begins(written: &str) -> bool {
    let names_in =
        |c: regex::Captures<'_>| c.name("names").map(|n| names(before_end(n.as_str()))).unwrap_or_default();
    LINE.captures(written)
        .map(names_in)
        .is_some_and(|found| !found.is_empty() && found.iter().all(|n| looks_like_name(n)))
}

fn before_end(written: &str) -> &str {
    written.get(..END.find(written).map_or(written.len(), |m| m.start())).unwrap_or(written)
}

/// True for possible content of an author element: a name, or a one-word user name.
fn is_user(name: &str) -> bool {
    looks_like_name(name)
        || !name.contains(' ')
            && (3..=30).contains(&name.chars().count())
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'))
            && name.chars().any(char::is_alphabetic)
}

fn looks_like_name(name: &str) -> bool {
    let words = name.split_whitespace().count();
    (1..=5).contains(&words)
        && !name.chars().any(|c| c.is_ascii_digit() || matches!(c, ':' | '?' | '!'))
        && name.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_ascii())
}

/// True for two to four words that all begin like names.
fn is_name(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    (2..=4).contains(&words.len()) && looks_like_name(name) && crate::head::is_full_name(name)
}

#[allow(clippy::unwrap_used, reason = "constant patterns, compiled in the tests")]
fn pattern(written: &str) -> Regex {
    Regex::new(written).unwrap()
}

static LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:(?P<label>(?:(?:posted|written|published|reported|words|text|story|report)\s+(?:by|von|par|por)|(?:author|autor|autorin|auteur|autore|auteure|text|texte|texto|testo|interview|by|von|par|por|redaktion|reporter))\s*[:·|]|(?:posted|written|reported)\s+by\b)|(?:by|von|par|por|door|af|av|di)\b)[\s\u{A0}]*(?P<names>\S.*)$",
    )
});

/// What ends the names of a byline: a date, a time, a bar, "am" or "on" before a date.
static END: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\s*(?:[|•·@(–—]|\s-\s|,?\s(?:am|on|le|el|il|den|at)\s|[,\s]\s*(?:datum|date|fecha)\b|[\s,]\d).*$",
    )
});

static LABEL_ALONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:(?:posted|written|published|text|story)\s+by|by|von|par|por|author|autor|autorin|auteur|autore)\s*:?$",
    )
});

/// A date before the byline, with its separator.
static LEADING_DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}\.?\s\p{L}{3,12}\.?\s\d{4})\s*[-–—|•·,]\s*",
    )
});

static LINKS: LazyLock<Selector> = LazyLock::new(|| selector("a[href]"));

static AUTHORS_PAGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)/(?:authors?|autor(?:en|es|i|in)?|auteurs?|autore|users?|profiles?|members?|people|staff|team|newsteam|reporters?|journalists?|journalistes?|contributors?|columnists?|writers?|verfasser)/[^/?#]+",
    )
});

/// What a name in an element must look like, depending on how certainly the element contains an author's.
#[derive(Clone, Copy)]
enum Shape {
    /// Any user name.
    User,
    /// A name of one to five words.
    Name,
    /// A name of two to four words.
    FullName,
}

static MARKED: LazyLock<Vec<(Selector, Shape)>> = LazyLock::new(|| {
    [
        (r#"[itemprop="author"] [itemprop="name"]"#, Shape::User),
        (r#"[itemprop="author"]"#, Shape::User),
        (r#"a[rel~="author"]"#, Shape::User),
        (r#".author.vcard .fn, .byline .vcard .fn, .author .username"#, Shape::User),
        (r#"article [class*="author-name" i], article [class*="author__name" i], article [class*="authorname" i]"#, Shape::Name),
        (r#"[class*="author-name" i], [class*="author__name" i], [class*="authorname" i]"#, Shape::Name),
        (r#"article [class~="author" i], article [class*="byline" i] a"#, Shape::Name),
        (r#"article [class*="byline" i]"#, Shape::Name),
        (r#"[class~="author" i] a, [class~="byline" i] a"#, Shape::Name),
        (r#"[class~="author" i], [class~="byline" i], [id="author"], byline"#, Shape::Name),
        (
            r#"[class*="byline" i], [class*="article-author" i], [class*="post-author" i], [class*="entry-author" i]"#,
            Shape::Name,
        ),
        (r#"[itemtype$="schema.org/Person"] [itemprop="name"]"#, Shape::FullName),
        (r#"[class*="author" i], [class*="contributor" i]"#, Shape::FullName),
        (r#"[class~="username" i], [class*="accountname" i], [class*="account-name" i]"#, Shape::User),
    ]
    .iter()
    .map(|(s, shape)| (selector(s), *shape))
    .collect()
});

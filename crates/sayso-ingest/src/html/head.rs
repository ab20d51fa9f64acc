//! The head of a page: JSON-LD, OpenGraph, other meta elements, visible elements, the address, in that order; every value says
//! where it was found.

use std::sync::LazyLock;

use regex::Regex;
use sayso_model::{Head, HeadSource, Stated};
use scraper::{ElementRef, Html, Selector};

use super::{block::Block, jsonld::Data, language_tag};
use crate::{
    date::parse_date,
    head::{fill, names, publish, stated},
    normalise,
};

/// What a page says of itself.
pub(super) fn of_page(document: &Html, data: &Data, url: Option<&str>) -> Head {
    let mut head = Head::default();
    let mut bylines = Vec::new();
    for mut source in [from_data(data), from_open_graph(document), from_meta(document), from_page(document)] {
        bylines.push(std::mem::take(&mut source.byline));
        fill(&mut head, source);
    }
    let outlet = head.outlet.as_ref().map(|o| o.value.clone());
    if let Some(headline) = &mut head.headline {
        headline.value = without_outlet(&headline.value, outlet.as_deref(), url);
    }
    head.byline = choose_byline(bylines, outlet.as_deref(), url);
    head
}

/// The byline of the first source that names anybody but the outlet itself; where none does, the first that names anybody.
fn choose_byline(
    bylines: Vec<Vec<Stated<String>>>,
    outlet: Option<&str>,
    url: Option<&str>,
) -> Vec<Stated<String>> {
    let host = folded(url.and_then(crate::head::host).unwrap_or_default().split('.').next().unwrap_or(""));
    let outlet = folded(outlet.unwrap_or(""));
    let is_outlet = |name: &Stated<String>| {
        let name = folded(&name.value);
        let own = [&outlet, &host]
            .into_iter()
            .any(|own| own.len() >= 3 && (name == *own || name.starts_with(own.as_str())));
        own || name == "redaktion" || name == "admin" || name == "editor"
    };
    let cleaned: Vec<_> = bylines.into_iter().map(clean_byline).collect();
    let people = cleaned.iter().find(|names| names.iter().any(|n| !is_outlet(n)));
    match people {
        Some(names) => names.iter().filter(|n| !is_outlet(n)).cloned().collect(),
        None => cleaned.into_iter().find(|names| !names.is_empty()).unwrap_or_default(),
    }
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn from_data(data: &Data) -> Head {
    let from = HeadSource::JsonLd;
    let value = |v: &Option<String>| v.as_deref().and_then(|v| stated(v, &from));
    let mut head = Head {
        headline: value(&data.headline),
        outlet: value(&data.outlet),
        byline: data.authors.iter().flat_map(|a| names(a)).filter_map(|n| stated(&n, &from)).collect(),
        url: value(&data.url).filter(|u| crate::head::host(&u.value).is_some()),
        language: data.language.as_deref().and_then(|l| language_tag(l, &from)),
        ..Head::default()
    };
    if let Some(published) = &data.published {
        publish(&mut head, published, &from);
    }
    head
}

/// Content of the meta elements whose name or property is one of `keys`, in the order of the keys.
fn metas(document: &Html, keys: &[&str]) -> Vec<String> {
    let mut found: Vec<(usize, String)> = document
        .select(&META)
        .take(500)
        .filter_map(|meta| {
            let value = meta.value();
            let key = value
                .attr("property")
                .or_else(|| value.attr("name"))
                .or_else(|| value.attr("itemprop"))?
                .to_lowercase();
            let at = keys.iter().position(|k| *k == key)?;
            let content = value.attr("content").or_else(|| value.attr("datetime"))?.trim();
            (!content.is_empty()).then(|| (at, content.to_owned()))
        })
        .collect();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, content)| content).collect()
}

fn from_open_graph(document: &Html) -> Head {
    let from = HeadSource::OpenGraph;
    let one = |keys: &[&str]| metas(document, keys).into_iter().next();
    let mut head = Head {
        headline: one(&["og:title"]).and_then(|v| stated(&v, &from)),
        outlet: one(&["og:site_name"]).and_then(|v| stated(&v, &from)),
        byline: bylines(metas(document, &["article:author", "og:article:author"]), &from),
        url: one(&["og:url"]).filter(|u| crate::head::host(u).is_some()).and_then(|v| stated(&v, &from)),
        language: one(&["og:locale"]).and_then(|v| language_tag(&v, &from)),
        ..Head::default()
    };
    for written in metas(
        document,
        &["article:published_time", "og:article:published_time", "og:published_time", "article:published"],
    ) {
        publish(&mut head, &written, &from);
    }
    head
}

fn from_meta(document: &Html) -> Head {
    let from = HeadSource::Meta;
    let one = |keys: &[&str]| metas(document, keys).into_iter().next();
    let canonical = document.select(&CANONICAL).find_map(|l| l.value().attr("href"));
    let mut head = Head {
        headline: one(&[
            "dc.title",
            "dcterms.title",
            "citation_title",
            "parsely-title",
            "sailthru.title",
            "cxenseparse:title",
            "twitter:title",
            "title",
        ])
        .and_then(|v| stated(&v, &from)),
        outlet: one(&[
            "application-name",
            "dc.publisher",
            "citation_journal_title",
            "publisher",
            "copyright",
        ])
        .filter(|v| v.chars().count() <= 60)
        .and_then(|v| stated(&v, &from)),
        byline: bylines(
            metas(
                document,
                &[
                    "author",
                    "dc.creator",
                    "dcterms.creator",
                    "citation_author",
                    "parsely-author",
                    "sailthru.author",
                    "byl",
                    "cxenseparse:author",
                    "dcsext.author",
                    "article.author",
                    "twitter:data1",
                ],
            )
            .into_iter()
            .take(12)
            .collect(),
            &from,
        ),
        url: canonical.filter(|u| crate::head::host(u).is_some()).and_then(|v| stated(v, &from)),
        language: document
            .root_element()
            .value()
            .attr("lang")
            .map(str::to_owned)
            .or_else(|| one(&["dc.language", "language", "content-language"]))
            .and_then(|v| language_tag(&v, &from)),
        ..Head::default()
    };
    let dates = [
        "datepublished",
        "date",
        "dc.date",
        "dc.date.issued",
        "dcterms.date",
        "dcterms.created",
        "dcterms.issued",
        "citation_publication_date",
        "citation_date",
        "pubdate",
        "publishdate",
        "publish_date",
        "publish-date",
        "published-date",
        "publication_date",
        "article.published",
        "article:post_date",
        "parsely-pub-date",
        "sailthru.date",
        "cxenseparse:recs:publishtime",
        "cxenseparse:publishtime",
        "originalpublicationdate",
        "created",
        "datecreated",
        "date.created",
        "displaydate",
        "ptime",
        "rnews:datepublished",
        "article_date_original",
        "bt:pubdate",
        "last-modified-original",
        "shareaholic:article_published_time",
        "lastmod",
        "article:modified_time",
        "og:updated_time",
        "datemodified",
        "last-modified",
        "dcterms.modified",
    ];
    for written in metas(document, &dates) {
        publish(&mut head, &written, &from);
    }
    head
}

fn from_page(document: &Html) -> Head {
    let from = HeadSource::Page;
    let heading = document
        .select(&H1)
        .map(text)
        .filter(|t| t.split_whitespace().count() >= 2)
        .max_by_key(|t| t.chars().count().min(200));
    let title = document.select(&TITLE).next().map(text);
    let mut head = Head { headline: heading.or(title).and_then(|v| stated(&v, &from)), ..Head::default() };
    head.byline = BYLINES
        .iter()
        .find_map(|selector| {
            // Teasers of other articles have bylines too: those that stand beside the first are this article's.
            let place = |e: &ElementRef<'_>| e.parent().and_then(|p| p.parent()).map(|p| p.id());
            let first = document.select(selector).next().and_then(|e| place(&e));
            let found: Vec<Stated<String>> = document
                .select(selector)
                .take_while(|e| place(e) == first)
                .take(6)
                .map(text)
                .filter(|t| (3..=120).contains(&t.chars().count()))
                .flat_map(|t| names(&t))
                .filter_map(|n| stated(&n, &from))
                .filter(|n| looks_like_name(&n.value))
                .collect();
            (!found.is_empty()).then_some(found)
        })
        .unwrap_or_default();
    // The first `time` of the article is that of publication; those of other articles come after or stand outside.
    for selector in DATES.iter() {
        for element in document.select(selector).take(6) {
            let value = element.value();
            let written = ["datetime", "content", "data-datetime", "data-date", "title"]
                .iter()
                .find_map(|name| value.attr(name).filter(|v| parse_date(v).is_some()).map(str::to_owned))
                .unwrap_or_else(|| dated(&text(element)));
            publish(&mut head, &written, &from);
        }
    }
    head
}

/// A date that stands by itself close to the heading, for pages that mark none.
pub(super) fn near_heading(head: &mut Head, blocks: &[Block]) {
    if head.published.is_some() {
        return;
    }
    let heading = blocks.iter().position(|b| b.tag == "h1").unwrap_or(0);
    let near = blocks.iter().enumerate().filter(|(at, b)| at.abs_diff(heading) <= 8 && b.text.len() <= 80);
    // After the heading first, then before it.
    let mut near: Vec<_> = near.collect();
    near.sort_by_key(|(at, _)| (*at < heading, at.abs_diff(heading)));
    for (_, block) in near {
        let written = dated(&block.text);
        // A date among other words is as likely that of an event.
        let rest = block.text.len().saturating_sub(written.len());
        if !written.is_empty() && rest <= 24 && written.chars().filter(|c| c.is_alphabetic()).count() <= 24 {
            publish(head, &written, &HeadSource::Page);
        }
    }
}

/// A date with the label before it taken off ("Published on 5 March 2024").
fn dated(text: &str) -> String {
    let text = text.chars().take(120).collect::<String>();
    // The first digit or month name begins the date.
    let starts = text.char_indices().filter(|&(at, c)| {
        let begins = text.get(..at).and_then(|s| s.chars().next_back()).is_none_or(|p| !p.is_alphanumeric());
        begins && c.is_alphanumeric()
    });
    for (at, _) in starts.take(12) {
        if let Some(rest) = text.get(at..)
            && parse_date(rest).is_some()
        {
            return rest.to_owned();
        }
    }
    String::new()
}

/// The date in an address, for pages that state none: `/2024/03/05/`, `/2024-03-05-`, `20240305`.
pub(super) fn from_url(head: &mut Head, url: &str) {
    #[allow(clippy::unwrap_used, reason = "a constant pattern, compiled in the tests")]
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[/_.-]((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?:[/_.-]|$)")
            .unwrap()
    });
    if head.published.is_none()
        && let Some(found) = DATE.captures(url)
        && let (Some(year), Some(month), Some(day)) = (found.get(1), found.get(2), found.get(3))
    {
        publish(head, &format!("{}-{}-{}", year.as_str(), month.as_str(), day.as_str()), &HeadSource::Url);
    }
    head.url = head.url.take().or_else(|| stated(url, &HeadSource::Url));
}

fn bylines(values: Vec<String>, from: &HeadSource) -> Vec<Stated<String>> {
    values
        .iter()
        .filter(|v| !v.contains("://") && !v.contains('@'))
        .flat_map(|v| names(v))
        .filter_map(|n| stated(&n, from))
        .collect()
}

/// Names once each, without addresses, social handles, reading times, picture credits and leftovers of markup.
fn clean_byline(byline: Vec<Stated<String>>) -> Vec<Stated<String>> {
    let mut out: Vec<Stated<String>> = Vec::new();
    for mut name in byline {
        if name.value.contains(['@', '{', '<', '[', '/', ':']) || name.value.starts_with('(') {
            continue;
        }
        if let Some((before, _)) = name.value.split_once(" (") {
            name.value = before.to_owned();
        }
        let known = out.iter().any(|o| folded(&o.value) == folded(&name.value));
        let length = name.value.chars().count();
        if !known && (2..=80).contains(&length) && !name.value.chars().any(|c| c.is_ascii_digit()) {
            out.push(name);
        }
    }
    out
}

fn looks_like_name(name: &str) -> bool {
    let words = name.split_whitespace().count();
    (1..=5).contains(&words)
        && !name.chars().any(|c| c.is_ascii_digit() || matches!(c, ':' | '?' | '!'))
        && name.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_ascii())
}

/// A headline without the outlet's name after a bar or dash.
fn without_outlet(headline: &str, outlet: Option<&str>, url: Option<&str>) -> String {
    let host = url.and_then(crate::head::host).unwrap_or_default();
    let fold =
        |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let host = fold(host.split('.').next().unwrap_or(""));
    let outlet = outlet.map(folded).unwrap_or_default();
    let mut rest = headline;
    for separator in [" | ", " - ", " – ", " — ", " · ", " » ", " • ", ": "] {
        if separator != ": "
            && let Some((before, after)) = rest.rsplit_once(separator)
        {
            let tail = fold(after);
            let is_outlet = !tail.is_empty()
                && (tail == outlet
                    || outlet.contains(&tail)
                    || !outlet.is_empty() && tail.contains(&outlet)
                    || tail == host
                    || !host.is_empty() && tail.contains(&host));
            let short = separator == " | "
                && after.split_whitespace().count() <= 4
                && before.split_whitespace().count() >= 4;
            if is_outlet || short {
                rest = before;
            }
        }
    }
    rest.trim().to_owned()
}

fn text(element: ElementRef<'_>) -> String {
    normalise::line(&element.text().take(200).collect::<Vec<_>>().join(" "))
}

#[allow(clippy::unwrap_used, reason = "constant selectors, compiled in the tests")]
fn selector(written: &str) -> Selector {
    Selector::parse(written).unwrap()
}

static META: LazyLock<Selector> = LazyLock::new(|| selector("meta"));
static CANONICAL: LazyLock<Selector> = LazyLock::new(|| selector(r#"link[rel="canonical"]"#));
static H1: LazyLock<Selector> = LazyLock::new(|| selector("h1"));
static TITLE: LazyLock<Selector> = LazyLock::new(|| selector("title"));

static BYLINES: LazyLock<Vec<Selector>> = LazyLock::new(|| {
    [
        r#"[itemprop="author"] [itemprop="name"]"#,
        r#"[itemprop="author"]"#,
        r#"a[rel="author"]"#,
        r#"article [class*="author-name" i], article [class*="author__name" i], article [class*="authorname" i]"#,
        r#"[class*="author-name" i], [class*="author__name" i], [class*="authorname" i]"#,
        r#"article [class~="author" i], article [class*="byline" i] a"#,
        r#"article [class*="byline" i]"#,
        r#"[class~="author" i] a, [class~="byline" i] a"#,
        r#"[class~="author" i], [class~="byline" i], [id="author"]"#,
        r#"[class*="byline" i], [class*="article-author" i], [class*="post-author" i], [class*="entry-author" i]"#,
    ]
    .iter()
    .map(|s| selector(s))
    .collect()
});

static DATES: LazyLock<Vec<Selector>> = LazyLock::new(|| {
    [
        r#"[itemprop="datePublished"]"#,
        r#"time[pubdate]"#,
        r#"article header time[datetime], header time[datetime]"#,
        r#"article time[datetime], main time[datetime]"#,
        r#"time[datetime]"#,
        r#"abbr.published, .published, .entry-date, .post-date, .article-date, .publish-date, .pubdate, .date-published"#,
        r#"article time, time"#,
        r#"[class*="publish" i], [class*="pubdate" i], [class*="article-date" i], [class*="article__date" i], [class*="post-date" i], [class*="timestamp" i], [class*="entry-date" i]"#,
        r#".date, .datum, .fecha, [class*="dateline" i], [id*="date" i], [class*="date" i]"#,
    ]
    .iter()
    .map(|s| selector(s))
    .collect()
});

//! The head of a page: JSON-LD, OpenGraph, other meta elements, visible elements, the address, in that order; every value records
//! where it was found.

mod around;
mod byline;
mod published;

use std::sync::LazyLock;

use sayso_model::{Head, HeadSource, Stated};
use scraper::{ElementRef, Html, Selector};

use self::around::Around;
use super::{block::Block, claims::Claims, jsonld::Data, language_tag};
use crate::{
    head::{fill, names, publish, stated},
    normalise,
};

/// What a page says about itself. `page` is its source, `language` that of the report if it is known from elsewhere.
pub(super) fn of_page(
    document: &Html,
    page: &str,
    data: &Data,
    claims: &Claims,
    blocks: &[Block],
    url: Option<&str>,
) -> Head {
    let mut head = Head::default();
    let mut bylines = Vec::new();
    let mut said = from_data(data);
    // A placeholder that software puts in the headline's field ("article") occurs nowhere else.
    said.headline = said.headline.filter(|h| !claims.contradict(&h.value));
    // If the data repeat the title for search engines, while readers and social networks are given another, the latter is used.
    if let Some(shown) = said.headline.as_ref().and_then(|h| claims.shown_instead(&h.value)) {
        said.headline = stated(shown, &HeadSource::Page);
    }
    // The visible heading takes precedence over the title for social networks.
    let read = claims.heading().and_then(|h| stated(h, &HeadSource::Page));
    let read = Head { headline: read, ..Head::default() };
    let in_page = Head { headline: headline_of_page(document), ..Head::default() };
    for mut source in [said, read, from_open_graph(document), from_meta(document), in_page] {
        bylines.push(std::mem::take(&mut source.byline));
        fill(&mut head, source);
    }
    head.outlet = head.outlet.take().or_else(|| outlet_in_title(claims));
    let outlet = head.outlet.as_ref().map(|o| o.value.clone());
    if let Some(headline) = &mut head.headline {
        headline.value = without_outlet(&headline.value, outlet.as_deref(), url);
    }
    let headline = head.headline.as_ref().map(|h| h.value.clone());
    let around = Around::of(document, headline.as_deref(), &HEADINGS, &H1);
    bylines.push(byline::marked(document, &around));
    bylines.push(byline::line(blocks, headline.as_deref()));
    bylines.push(byline::link(document, &around));
    head.byline = byline::choose(bylines, outlet.as_deref(), url);

    let order = published::day_order(head.language.as_ref().map(|l| l.value.as_str()));
    published::by_agreement(&mut head, &from_open_graph(document), document, &around, order);
    published::first(&mut head, blocks, order);
    published::marked(&mut head, document, &around, order);
    published::near_heading(&mut head, blocks, order);
    published::labelled(&mut head, blocks, order);
    published::in_any_element(&mut head, document, &around, order);
    publish_first(&mut head, &metas(document, VAGUE_DATES), &HeadSource::Meta);
    published::in_scripts(&mut head, document);
    published::in_own_zone(&mut head, page);
    published::by_clock(&mut head, blocks, order);
    head
}

/// The outlet, if the page's title is its heading, a bar and one to four words.
fn outlet_in_title(claims: &Claims) -> Option<Stated<String>> {
    let tail = claims.titles().find_map(|title| {
        let (before, after) = title.rsplit_once(" | ")?;
        let same = claims.headings.iter().any(|h| folded(h) == folded(before));
        (same && after.split_whitespace().count() <= 4).then(|| after.trim().to_owned())
    })?;
    stated(&tail, &HeadSource::Page)
}

/// Main headings of two words or more; if the page has none of its own, those second-level headings that its title contains.
pub(super) fn headings(document: &Html) -> Vec<String> {
    let own = |of: &Selector| -> Vec<String> {
        let elements = document.select(of).take(20).filter(|h| !leads_home(*h));
        elements.map(text).filter(|t| t.split_whitespace().count() >= 2).collect()
    };
    let main = own(&H1);
    if !main.is_empty() {
        return main;
    }
    let titles: Vec<String> = document.select(&TITLE).take(1).map(|t| folded(&text(t))).collect();
    let in_title = |heading: &String| {
        let heading = folded(heading);
        heading.len() >= 12 && titles.iter().any(|t| t.contains(&heading))
    };
    own(&H2).into_iter().filter(in_title).collect()
}

/// True for a heading that links to the site's home page: it is the site's name, as on most blogs.
fn leads_home(heading: ElementRef<'_>) -> bool {
    let links = heading.descendants().take(20).chain(heading.ancestors().take(3));
    links
        .filter_map(|n| n.value().as_element())
        .filter(|e| e.name() == "a")
        .filter_map(|e| e.attr("href"))
        .any(|href| {
            // In an archive's address, the archived one comes last.
            let rest = href.rsplit_once("://").map_or(href, |(_, rest)| rest);
            let path = if rest.len() < href.len() || href.starts_with("//") {
                rest.trim_start_matches('/').split_once('/').map_or("", |(_, path)| path)
            } else {
                href
            };
            let is_first = |path: &str| matches!(path, "" | "/" | "./" | "index.html" | "index.php");
            is_first(path.trim_start_matches('/')) && !href.starts_with('#')
        })
}

/// `og:title` and `title`.
pub(super) fn titles(document: &Html) -> [Option<String>; 2] {
    let graph = metas(document, &["og:title"]).into_iter().next();
    [graph, document.select(&TITLE).next().map(text)].map(|t| t.filter(|t| !t.is_empty()))
}

/// Addresses that the page says are its own.
pub(super) fn addresses(document: &Html) -> Vec<String> {
    let canonical =
        document.select(&CANONICAL).filter_map(|l| l.value().attr("href")).take(1).map(str::to_owned);
    canonical.chain(metas(document, &["og:url"]).into_iter().take(1)).collect()
}

/// The date of a change, if the page states one.
pub(super) fn changed(document: &Html, data: &Data) -> Option<String> {
    let stated = metas(document, CHANGES).into_iter().chain(data.changed.clone());
    stated.into_iter().find_map(|w| crate::parse_date(&w)).map(|d| d.date.to_string())
}

/// True if the page's own marks say that its text is not free to read: `article:content_tier`, or `isAccessibleForFree` as an
/// item property.
pub(super) fn is_closed(document: &Html) -> bool {
    let tiers = metas(document, &["article:content_tier", "og:article:content_tier"]);
    let marked = document.select(&FREE).take(20).any(|element| {
        let value = element.value();
        let written =
            value.attr("content").or_else(|| value.attr("href")).map_or_else(|| text(element), str::to_owned);
        written.trim().rsplit('/').next().is_some_and(|word| word.eq_ignore_ascii_case("false"))
    });
    marked || tiers.iter().any(|tier| ["locked", "metered"].iter().any(|t| tier.eq_ignore_ascii_case(t)))
}

/// The date in an address, for pages that state none; the address itself too.
pub(super) fn from_url(head: &mut Head, url: &str) {
    published::in_address(head, url);
    head.url = head.url.take().or_else(|| stated(url, &HeadSource::Url));
}

/// The block of the page's heading.
pub(super) fn heading(blocks: &[Block], headline: &str) -> usize {
    published::heading(blocks, Some(headline))
}

/// What the page's data say it is about.
pub(super) fn description(document: &Html) -> Option<String> {
    let all = metas(document, &["og:description", "description", "twitter:description"]);
    all.into_iter().max_by_key(|d| d.chars().count())
}

fn publish_first(head: &mut Head, written: &[String], from: &HeadSource) {
    for written in written {
        publish(head, written, from);
    }
}

pub(super) fn folded(text: &str) -> String {
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
    publish_first(&mut head, &metas(document, DATES), &from);
    head
}

fn headline_of_page(document: &Html) -> Option<Stated<String>> {
    let heading = document
        .select(&H1)
        .filter(|h| !leads_home(*h))
        .map(text)
        .filter(|t| t.split_whitespace().count() >= 2)
        .max_by_key(|t| t.chars().count().min(200));
    let title = document.select(&TITLE).next().map(text);
    heading.or(title).and_then(|v| stated(&v, &HeadSource::Page))
}

fn bylines(values: Vec<String>, from: &HeadSource) -> Vec<Stated<String>> {
    values
        .iter()
        .filter(|v| !v.contains("://") && !v.contains('@'))
        .flat_map(|v| names(v))
        .filter_map(|n| stated(&n, from))
        .collect()
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

static FREE: LazyLock<Selector> = LazyLock::new(|| selector(r#"[itemprop="isAccessibleForFree" i]"#));
static META: LazyLock<Selector> = LazyLock::new(|| selector("meta"));
static CANONICAL: LazyLock<Selector> = LazyLock::new(|| selector(r#"link[rel="canonical"]"#));
static H1: LazyLock<Selector> = LazyLock::new(|| selector("h1"));
static H2: LazyLock<Selector> = LazyLock::new(|| selector("h2"));
static HEADINGS: LazyLock<Selector> = LazyLock::new(|| selector(r#"h1, h2, h3, h4, [itemprop="headline"]"#));
static TITLE: LazyLock<Selector> = LazyLock::new(|| selector("title"));

/// Names of meta elements with the date of publication.
const DATES: &[&str] = &[
    "datepublished",
    "dc.date.issued",
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
    "displaydate",
    "ptime",
    "rnews:datepublished",
    "article_date_original",
    "bt:pubdate",
    "shareaholic:article_published_time",
];

/// Names of meta elements with some date, most often that of publication; visible dates take precedence.
const VAGUE_DATES: &[&str] =
    &["date", "dc.date", "dcterms.date", "dcterms.created", "created", "datecreated", "date.created"];

/// Names of meta elements with the date of the latest change, which is not the date of publication.
const CHANGES: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
    "lastmod",
    "last-modified-original",
];

#[cfg(test)]
mod tests;

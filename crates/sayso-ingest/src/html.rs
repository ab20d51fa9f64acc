//! HTML pages: main text by a vote over the page's blocks, head from the page's own metadata.
//!
//! Two extractors that work differently (`trafilatura`, `dom_smoothie`) and the publisher's own `articleBody` are the voters;
//! each block is kept or dropped by their votes, its own appearance and its neighbours. The extractors run in a separate thread
//! with a time limit: a voter that is late or fails has no vote.

mod block;
mod claims;
mod furniture;
mod guard;
mod head;
mod jsonld;
mod leads;
pub(crate) mod live;
pub(crate) mod mail;
mod paywall;
mod scripted;
mod vote;
mod weights;

use sayso_model::{Diagnostic, Head, HeadSource, Report};
use scraper::Html;

use crate::{
    HeadOverrides, IngestError, Limits, charset,
    head::{fill, stated},
    normalise::normalise,
    report::{assemble, diagnostic, only_changed},
    text::opening,
};

/// The result for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The main text, normalised, paragraphs separated by a blank line, without the headline.
    pub body: String,
    /// What is known about the head.
    pub head: Head,
    /// What went wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Makes the report of a page's bytes.
///
/// # Errors
/// [`IngestError::NoText`], [`IngestError::TooLarge`] for excessive nesting, [`IngestError::TooSlow`].
pub fn read(
    bytes: &[u8],
    declared: Option<&str>,
    known: &Head,
    options: &HeadOverrides,
    limits: &Limits,
) -> Result<Report, IngestError> {
    let article = article(bytes, declared, known, options, limits)?;
    Ok(assemble(bytes, &article.body, article.head, article.diagnostics))
}

/// The main text and head of a page's bytes, before assembly.
///
/// # Errors
/// As for [`read`].
pub fn article(
    bytes: &[u8],
    declared: Option<&str>,
    known: &Head,
    options: &HeadOverrides,
    limits: &Limits,
) -> Result<Article, IngestError> {
    let in_page = declared.is_none().then(|| charset::declared_in(bytes)).flatten();
    let decoded = charset::decode(bytes, declared.or(in_page.as_deref()))?;
    if decoded.text.trim().is_empty() {
        return Err(IngestError::Empty);
    }
    let mut diagnostics = Vec::new();
    if decoded.replaced > 0 {
        diagnostics.push(diagnostic(
            "invalid_text",
            &format!(
                "{} byte sequences are not valid {} and were replaced by U+FFFD.",
                decoded.replaced, decoded.charset
            ),
        ));
    }
    from_text(&decoded.text, known, options.head(), diagnostics, limits)
}

/// The report of a page in a record, including the record's metadata.
pub(crate) fn page(
    raw: &[u8],
    page: &str,
    known: Head,
    diagnostics: Vec<Diagnostic>,
    limits: &Limits,
) -> Result<Report, IngestError> {
    let article = from_text(page, &Head::default(), known, diagnostics, limits)?;
    Ok(assemble(raw, &article.body, article.head, article.diagnostics))
}

/// `first` takes precedence over the page, `known` does not.
fn from_text(
    page: &str,
    known: &Head,
    first: Head,
    mut diagnostics: Vec<Diagnostic>,
    limits: &Limits,
) -> Result<Article, IngestError> {
    guard::check_nesting(page)?;
    let url = first.url.as_ref().or(known.url.as_ref()).map(|u| u.value.clone());
    let (page, thinned) = guard::without_excess(page);
    if thinned > 0 {
        diagnostics.push(diagnostic(
            "attributes_cut_off",
            &format!(
                "{thinned} elements of the page have too many attributes; the excess ones were ignored."
            ),
        ));
    }
    let address = url.clone();
    let (parsed, voices) = guard::extract(&page, limits, move |page| Parsed::of(page, address.as_deref()))?;
    let Parsed { blocks, data, head: of_page, description, changed, scripted, is_closed } = parsed;
    let mut head = first;
    fill(&mut head, of_page);
    fill(&mut head, known.clone());
    if let Some(url) = url {
        head::from_url(&mut head, &url);
    }
    let headline = head.headline.as_ref().map_or("", |h| h.value.as_str());
    let ballots = vote::Ballots::new(&voices, data.body.as_deref(), description.as_deref());
    let is_none = |body: &str| body.chars().filter(|c| c.is_alphanumeric()).count() < 20;
    let mut body = normalise(&vote::body(&blocks, &ballots, headline));
    if is_none(&body) {
        body = normalise(&data.body.or(scripted).ok_or(IngestError::NoText { form: "page" })?);
        if is_none(&body) {
            return Err(IngestError::NoText { form: "page" });
        }
        diagnostics.push(diagnostic(
            "text_only_in_data",
            "the page has no visible text; it was taken from the data of its scripts.",
        ));
    }
    body = opening::without_known_lines(&body, &head);
    if let Some(day) = changed.filter(|_| head.published.is_none()) {
        diagnostics.push(only_changed(&day));
    }
    if data.free == Some(false) || data.free.is_none() && is_closed {
        diagnostics.push(diagnostic(
            "not_free_to_read",
            "the publisher says that the text is not free to read (isAccessibleForFree, article:content_tier); it may be incomplete.",
        ));
    }
    if data.free.is_none() && !is_closed && paywall::says_closed(&blocks) {
        diagnostics.push(diagnostic(
            "not_free_to_read",
            "the page says that its text is for subscribers only; it may be incomplete.",
        ));
    }
    if voices.late > 0 {
        diagnostics.push(diagnostic(
            "main_text_uncertain",
            "an extractor of main text was too slow or failed on this page; check that the text is complete.",
        ));
    }
    Ok(Article { body, head, diagnostics })
}

/// What our own parser finds in a page.
struct Parsed {
    blocks: Vec<block::Block>,
    data: jsonld::Data,
    head: Head,
    description: Option<String>,
    /// The date of the latest change, if the page states it in its data.
    changed: Option<String>,
    /// The text that only scripts would show.
    scripted: Option<String>,
    /// The page's own marks say that it is not free to read.
    is_closed: bool,
}

impl Parsed {
    /// Also returns the page as extractors should see it, if that differs.
    fn of(page: &str, url: Option<&str>) -> (Self, Option<String>) {
        let mut document = Html::parse_document(page);
        let cleared = furniture::clear(&mut document);
        let claims = claims::Claims::of(&document, url);
        let data = jsonld::read(&document, &claims);
        let blocks = block::blocks(&document);
        let head = head::of_page(&document, page, &data, &claims, &blocks, url);
        let (description, changed) = (head::description(&document), head::changed(&document, &data));
        let scripted = scripted::body(&document, &blocks);
        let is_closed = head::is_closed(&document);
        let parsed = Self { blocks, data, head, description, changed, scripted, is_closed };
        (parsed, cleared.then(|| document.html()))
    }
}

/// The features of a page's blocks and their texts, for training the weights of the vote (see `training/` of this crate).
#[doc(hidden)]
#[must_use]
pub fn features(bytes: &[u8], url: Option<&str>, limits: &Limits) -> Vec<(String, Vec<f32>)> {
    let Ok(decoded) = charset::decode(bytes, charset::declared_in(bytes).as_deref()) else {
        return Vec::new();
    };
    let address = url.map(str::to_owned);
    let own = move |page: &str| Parsed::of(page, address.as_deref());
    let Ok((Parsed { blocks, data, head, description, .. }, voices)) =
        guard::extract(&decoded.text, limits, own)
    else {
        return Vec::new();
    };
    let headline = head.headline.as_ref().map_or("", |h| h.value.as_str());
    let ballots = vote::Ballots::new(&voices, data.body.as_deref(), description.as_deref());
    let features = vote::features(&blocks, &ballots, headline);
    blocks.iter().zip(features).map(|(b, f)| (b.text.clone(), f.to_vec())).collect()
}

/// The report of an entry's content, all of which is main text.
///
/// # Errors
/// [`IngestError::NoText`].
pub fn fragment(bytes: &[u8], known: &Head, options: &HeadOverrides) -> Result<Report, IngestError> {
    let decoded = charset::decode(bytes, None)?;
    let mut head = options.head();
    fill(&mut head, known.clone());
    let mut text = text_of(&decoded.text);
    // Some software escapes twice.
    if is_markup(&text) {
        text = text_of(&text);
    }
    let body = normalise(&text);
    if body.trim().is_empty() {
        return Err(IngestError::NoText { form: "feed entry" });
    }
    Ok(assemble(bytes, &body, head, Vec::new()))
}

/// True for a text that starts with an element's start tag and contains its end tag.
fn is_markup(text: &str) -> bool {
    let text = text.trim_start();
    let begins = [
        "<p>", "<p ", "<div>", "<div ", "<br", "<b>", "<strong>", "<i>", "<em>", "<ul>", "<h", "<a ", "<img ",
    ];
    begins.iter().any(|tag| text.starts_with(tag)) && (text.contains("</") || text.contains("/>"))
}

/// The text of an HTML fragment, blocks separated by a blank line. Text without markup is returned unchanged.
#[must_use]
pub fn text_of(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return html.to_owned();
    }
    if guard::check_nesting(html).is_err() {
        return String::new();
    }
    let document = Html::parse_fragment(&guard::without_excess(html).0);
    let blocks: Vec<String> = block::blocks(&document).into_iter().map(|b| b.text).collect();
    blocks.join("\n\n")
}

/// A language tag as written in markup: `en-GB`, `en_GB`.
fn language_tag(written: &str, from: &HeadSource) -> Option<sayso_model::Stated<String>> {
    let tag = written.trim().replace('_', "-");
    (tag.len() <= 35 && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .then(|| stated(&tag, from))
        .flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sayso_model::Head;

    use super::{read, text_of};
    use crate::{HeadOverrides, IngestError, Limits};

    fn page(body: &str) -> String {
        format!(
            r#"<!doctype html><html lang="en"><head><title>Nine hurt as ferry strikes pier | Coast Courier</title>
            <meta property="og:site_name" content="Coast Courier"><meta property="article:published_time" content="2024-03-05T07:30:00+01:00">
            <script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [{{"@type": "NewsArticle",
            "headline": "Nine hurt as ferry strikes pier", "author": [{{"@type": "Person", "name": "Ida Holm"}}]}}]}}</script></head>
            <body><nav><ul><li><a href="/">Home</a></li><li><a href="/s">Sport</a></li></ul></nav>
            <article><h1>Nine hurt as ferry strikes pier</h1>{body}</article>
            <footer><p>All rights reserved. <a href="/imprint">Imprint</a></p></footer></body></html>"#
        )
    }

    const PARAGRAPHS: &str = "<p>At least nine people were hurt on Tuesday when a ferry struck the pier, the harbour office said.</p>\
        <p>The ship had come from the island with two hundred passengers on board, most of them on their way to work.</p>\
        <p>A spokesman said that the cause was not known, and that divers would look at the rudder in the afternoon.</p>";

    #[test]
    fn a_page_becomes_a_report() {
        let report = read(
            page(PARAGRAPHS).as_bytes(),
            None,
            &Head::default(),
            &HeadOverrides::default(),
            &Limits::default(),
        )
        .unwrap();
        let head = &report.head;
        assert!(
            report.text.starts_with("Nine hurt as ferry strikes pier\n\nAt least nine people"),
            "{}",
            report.text
        );
        assert!(report.text.ends_with("in the afternoon."), "{}", report.text);
        assert_eq!(head.outlet.as_ref().unwrap().value, "Coast Courier");
        assert_eq!(head.byline[0].value, "Ida Holm");
        assert_eq!(head.published.as_ref().unwrap().value.to_string(), "2024-03-05");
        assert_eq!(head.language.as_ref().unwrap().value, "en");
    }

    #[test]
    fn lines_that_only_say_what_the_head_has_are_left_out() {
        let body = |line: &str| {
            let page = page(&format!("<p>{line}</p>{PARAGRAPHS}"));
            let read = super::article(
                page.as_bytes(),
                None,
                &Head::default(),
                &HeadOverrides::default(),
                &Limits::default(),
            );
            read.unwrap().body
        };
        for line in [
            "March 5, 2024",
            "5 March",
            "2 hours ago",
            "an hour ago",
            "05/03/2024 01:57 |",
            "05/03/2024 01:57 | Updated 09/03/2024 19:20",
            "Published: March 5, 2024 9:12 pm",
            "Last updated: 5 March 2024",
            "By Ida Holm | March 5, 2024",
            "5 min read",
            "Reading time: 4 minutes",
        ] {
            let body = body(line);
            assert!(body.contains("At least nine people") && !body.contains(line), "{line}: {body}");
        }
        let sentence = "By Tuesday 12 were hurt, the mayor said in the morning of that day.";
        assert!(body(sentence).contains(sentence), "{}", body(sentence));
    }

    #[test]
    fn a_page_that_says_that_it_is_for_subscribers_may_be_incomplete() {
        let codes = |body: &str| {
            let page = page(body);
            let read = super::article(
                page.as_bytes(),
                None,
                &Head::default(),
                &HeadOverrides::default(),
                &Limits::default(),
            );
            read.unwrap().diagnostics.into_iter().map(|d| d.code).collect::<Vec<_>>()
        };
        let closed = format!(
            "{PARAGRAPHS}<div><p>This article is for subscribers only. Subscribe now for $1.</p></div>"
        );
        assert_eq!(codes(&closed), ["not_free_to_read"]);
        assert!(codes(PARAGRAPHS).is_empty());
    }

    #[test]
    fn a_date_in_the_url_does_not_beat_one_in_the_page() {
        let mut known = Head {
            url: crate::head::stated("https://a.test/2023/01/02/x", &sayso_model::HeadSource::Option),
            ..Head::default()
        };
        let stated =
            read(page(PARAGRAPHS).as_bytes(), None, &known, &HeadOverrides::default(), &Limits::default())
                .unwrap();
        assert_eq!(stated.head.published.unwrap().value.to_string(), "2024-03-05");
        let bare = format!("<html><body><article>{PARAGRAPHS}</article></body></html>");
        let by_url = read(bare.as_bytes(), None, &known, &HeadOverrides::default(), &Limits::default())
            .unwrap()
            .head
            .published
            .unwrap();
        assert_eq!(
            (by_url.value.to_string().as_str(), by_url.from),
            ("2023-01-02", sayso_model::HeadSource::Url)
        );
        known.url = None;
        assert_eq!(
            read(bare.as_bytes(), None, &known, &HeadOverrides::default(), &Limits::default())
                .unwrap()
                .head
                .published,
            None
        );
    }

    #[test]
    fn a_paragraph_that_is_a_link_is_kept_and_an_offer_is_not() {
        let linked = "<p>The ship had come from the island with two hundred passengers on board, most of them on their way to work.</p>";
        let link = linked.replace("<p>", "<div><p><a href=/live><b>").replace("</p>", "</b></a></p></div>");
        let read = |page: &str| {
            let (head, options) = (Head::default(), HeadOverrides::default());
            super::read(page.as_bytes(), None, &head, &options, &Limits::default()).unwrap().text
        };
        let text = read(&page(&PARAGRAPHS.replace(linked, &link)));
        assert!(text.contains("two hundred passengers"), "{text}");
        let offer = "<p>Already one of our 40,000 readers? Sign in. Try it for 4 weeks for $1. Cancel at any time.</p>";
        let closed =
            page(&format!("{PARAGRAPHS}<p>The safety commission will look at the rudder, too.</p>{offer}"))
                .replace("\"headline\":", "\"isAccessibleForFree\": false, \"headline\":");
        let text = read(&closed);
        assert!(!text.contains("40,000") && text.contains("safety commission"), "{text}");
    }

    #[test]
    fn a_post_is_one_paragraph_with_its_author() {
        let post = "<blockquote class='twitter-tweet'><p lang=en>The pier is gone.<br><br>Nine of us are in hospital. \
            <a href=https://t.co/x>pic.example/x</a></p>&mdash; Ida Holm (@idaholm) <a href=https://t.co/y>March 5, 2024</a></blockquote>";
        let (head, options) = (Head::default(), HeadOverrides::default());
        let whole = page(&PARAGRAPHS.replacen("</p>", &format!("</p>{post}"), 1));
        let text = super::read(whole.as_bytes(), None, &head, &options, &Limits::default()).unwrap().text;
        let joined = "\n\nThe pier is gone. Nine of us are in hospital. pic.example/x — Ida Holm (@idaholm) March 5, 2024\n\n";
        assert!(text.contains(joined), "{text}");
    }

    #[test]
    fn a_table_is_kept_as_a_whole() {
        let read = |html: &str| {
            read(html.as_bytes(), None, &Head::default(), &HeadOverrides::default(), &Limits::default())
                .unwrap()
                .text
        };
        let table = "<table><tr><th>District</th><th>Killed</th></tr><tr><td>Lower Brenn</td><td>5</td></tr>\
            <tr><td>Tarven</td><td>4</td></tr></table>";
        let text = read(&page(&PARAGRAPHS.replacen("</p>", &format!("</p>{table}"), 1)));
        assert!(text.contains("District | Killed\n\nLower Brenn | 5\n\nTarven | 4"), "{text}");
    }

    #[test]
    fn what_readers_are_not_shown_is_not_text() {
        let read = |html: &str| {
            read(html.as_bytes(), None, &Head::default(), &HeadOverrides::default(), &Limits::default())
                .unwrap()
                .text
        };
        for hidden in [
            "<p hidden>Nine hundred people were killed on the ferry, the office of Lund said on Monday.</p>",
            "<div hidden><p>Nine hundred people were killed on the ferry, the office of Lund said on Monday.</p></div>",
            "<p style='visibility: hidden'>Nine hundred people were killed on the ferry, the office of Lund said.</p>",
        ] {
            let text = read(&page(&PARAGRAPHS.replacen("</p>", &format!("</p>{hidden}"), 1)));
            assert!(!text.contains("Nine hundred"), "{text}");
        }
        let whole = page(&format!("<div style='display:none'><h1>Nine hurt</h1>{PARAGRAPHS}</div>"));
        assert!(!read(&whole).is_empty(), "an article that a script shows is read");
    }

    #[test]
    fn a_page_that_is_not_free_says_so_in_several_ways() {
        let closed = |marks: &str| {
            let page = page(PARAGRAPHS).replacen("<head>", &format!("<head>{marks}"), 1);
            let made =
                read(page.as_bytes(), None, &Head::default(), &HeadOverrides::default(), &Limits::default());
            made.unwrap().diagnostics.iter().any(|d| d.code == "not_free_to_read")
        };
        assert!(closed("<meta itemprop='isAccessibleForFree' content='false'>"));
        assert!(closed("<meta property='article:content_tier' content='metered'>"));
        assert!(!closed("<meta property='article:content_tier' content='free'>"));
        assert!(!closed("<meta itemprop='isAccessibleForFree' content='true'>") && !closed(""));
    }

    #[test]
    fn a_headline_of_another_article_is_left_out() {
        let more = "<p><a href=/mill><b>Four dead in mill fire at Kesh</b></a></p>";
        let (head, options) = (Head::default(), HeadOverrides::default());
        let whole = page(&PARAGRAPHS.replacen("</p>", &format!("</p>{more}"), 1));
        let text = super::read(whole.as_bytes(), None, &head, &options, &Limits::default()).unwrap().text;
        assert!(!text.contains("mill fire") && text.contains("two hundred passengers"), "{text}");
    }

    #[test]
    fn no_break_spaces_become_spaces_except_in_numbers() {
        let text = text_of("<p>On\u{A0}Monday &nbsp;12&nbsp;500 people\u{202F}: 3&nbsp;rows</p>");
        assert_eq!(text, "On Monday 12\u{A0}500 people : 3 rows");
    }

    #[test]
    fn hostile_pages_end() {
        // What counts is that they terminate, not how busy the machine is.
        let limits = Limits { page_seconds: 120, ..Limits::default() };
        let read =
            |html: &str| read(html.as_bytes(), None, &Head::default(), &HeadOverrides::default(), &limits);
        let tower = format!("<html><body>{}x", "<div>".repeat(100_000));
        assert!(matches!(read(&tower), Err(IngestError::TooLarge { .. })));
        assert!(matches!(read("<html><body><nav>Home</nav></body></html>"), Err(IngestError::NoText { .. })));
        let wide = format!(
            "<html><body>{}</body></html>",
            "<p>Nine people were hurt on the ferry.<br>".repeat(20_000)
        );
        assert!(read(&wide).is_ok());
        let unclosed = format!("<html><body>{}", "<b><i>a word or two ".repeat(200));
        let _ = read(&unclosed);
    }

    #[test]
    fn fragments_become_paragraphs() {
        assert_eq!(text_of("<p>Nine &amp; ten</p><ul><li>a<li>b</ul>tail"), "Nine & ten\n\na\n\nb\n\ntail");
        assert_eq!(text_of("plain\ntext"), "plain\ntext");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn damaged_pages_never_panic(pieces in proptest::collection::vec(
            prop_oneof![proptest::sample::select(vec!["<p>", "</p>", "<div class=\"related\">", "</div>", "<table><tr>", "<a href=x>", "<script>", "</script>", "<!--", "-->",
                "<time datetime=\"", "\">", "<script type=\"application/ld+json\">", "{\"@type\": \"NewsArticle\"", "<h1>", "&#x1F600;", "&#xFFFFFFFF;",
                "Nine people were hurt. "]).prop_map(String::from), "[ -~é]{0,9}"], 0..40)) {
            let html = pieces.concat();
            let _ = read(html.as_bytes(), None, &Head::default(), &HeadOverrides::default(), &Limits::default());
        }
    }
}

//! Live blogs: each block is a report of its own time, with its own "today".

use std::collections::BTreeMap;

use ego_tree::NodeId;
use sayso_model::Head;
use scraper::{ElementRef, Html};
use serde_json::{Value, json};

use super::{block, charset, claims::Claims, guard, head, jsonld};
use crate::{Form, Piece, date::parse_date};

/// Minimum number of blocks in a live blog, and minimum characters of a block.
const BLOCKS: usize = 2;
const SHORTEST: usize = 40;

/// A block of a live blog.
#[derive(Debug, Default, PartialEq, Eq)]
struct Update {
    id: Option<String>,
    heading: Option<String>,
    published: String,
    text: String,
}

/// The reports on a page, if it declares itself a live blog and its blocks can be identified; otherwise nothing.
pub(crate) fn pieces(bytes: &[u8], declared: Option<&str>, known: &Head, origin: &str) -> Vec<Piece> {
    // Most pages are not live blogs and need not be parsed twice.
    if !bytes.windows(LIVE.len()).any(|w| w == LIVE.as_bytes()) {
        return Vec::new();
    }
    let in_page = declared.is_none().then(|| charset::declared_in(bytes)).flatten();
    let Ok(decoded) = charset::decode(bytes, declared.or(in_page.as_deref())) else { return Vec::new() };
    if guard::check_nesting(&decoded.text).is_err() {
        return Vec::new();
    }
    let (page, _) = guard::without_excess(&decoded.text);
    let document = Html::parse_document(&page);
    let url = known.url.as_ref().map(|u| u.value.as_str());
    let claims = Claims::of(&document, url);
    let data = jsonld::read(&document, &claims);
    let mut updates = in_elements(&document);
    if updates.len() < BLOCKS {
        updates = in_data(&document);
    }
    if updates.len() < BLOCKS {
        return Vec::new();
    }
    let blocks = block::blocks(&document);
    let mut of_page = head::of_page(&document, &page, &data, &claims, &blocks, url);
    crate::head::fill(&mut of_page, known.clone());
    let value = |v: Option<&sayso_model::Stated<String>>| v.map(|v| v.value.clone());
    let address = value(of_page.url.as_ref());
    let authors: Vec<&String> = of_page.byline.iter().map(|n| &n.value).collect();
    let piece = |(number, update): (usize, &Update)| {
        let id = update.id.clone().unwrap_or_else(|| format!("block-{}", number + 1));
        let record = json!({
            "title": update.heading.clone().or_else(|| value(of_page.headline.as_ref())),
            "outlet": value(of_page.outlet.as_ref()),
            "author": authors,
            "published": update.published,
            "url": address.as_ref().map(|url| format!("{url}#{id}")),
            "text": update.text,
        });
        Piece::new(format!("{origin}#{id}"), Form::Record, record.to_string().into_bytes())
    };
    updates.iter().enumerate().map(piece).collect()
}

/// The schema.org type for live blogs.
const LIVE: &str = "LiveBlogPosting";

/// Sibling elements, each with an instant and a text: of several such rows, the one with the most text.
fn in_elements(document: &Html) -> Vec<Update> {
    let mut rows: BTreeMap<NodeId, Vec<Update>> = BTreeMap::new();
    let candidates = document.tree.root().descendants().filter_map(ElementRef::wrap);
    let candidates = candidates.filter(|e| matches!(e.value().name(), "div" | "article" | "section" | "li"));
    for element in candidates.take(20_000) {
        if let (Some(parent), Some(update)) = (element.parent(), update(element)) {
            rows.entry(parent.id()).or_default().push(update);
        }
    }
    let length = |row: &Vec<Update>| row.iter().map(|u| u.text.len()).sum::<usize>();
    rows.into_values().filter(|row| row.len() >= BLOCKS).max_by_key(length).unwrap_or_default()
}

/// The block in an element: with one instant, near its start.
fn update(element: ElementRef<'_>) -> Option<Update> {
    let instants: Vec<&str> = element
        .descendants()
        .filter_map(ElementRef::wrap)
        .take(400)
        .filter(|e| e.value().name() == "time")
        .filter_map(|e| e.value().attr("datetime"))
        .collect();
    let published = (*instants.first()?).to_owned();
    // An element around the whole row has the instants of all its blocks. A time of day is enough: many pages omit the time zone,
    // which is the outlet's own.
    if instants.iter().any(|i| *i != published)
        || parse_date(&published).is_none()
        || !published.contains(':')
    {
        return None;
    }
    let mut heading = None;
    let mut paragraphs = Vec::new();
    for block in block::of_element(element) {
        if heading.is_none() && paragraphs.is_empty() && block.tag.len() == 2 && block.tag.starts_with('h') {
            heading = Some(block.text);
        } else if block.tag != "time" && block.text.chars().filter(|c| c.is_alphabetic()).count() >= 10 {
            paragraphs.push(block.text);
        }
    }
    let text = paragraphs.join("\n\n");
    (text.chars().count() >= SHORTEST).then(|| Update {
        id: element.value().attr("id").map(str::to_owned),
        heading,
        published,
        text,
    })
}

/// Blocks that are only in the page's data.
fn in_data(document: &Html) -> Vec<Update> {
    let string = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(super::text_of);
    jsonld::values(document)
        .iter()
        .filter_map(|value| value.get("liveBlogUpdate").and_then(Value::as_array))
        .flatten()
        .filter_map(|update| {
            Some(Update {
                id: None,
                heading: string(update, "headline"),
                published: string(update, "datePublished")?,
                text: string(update, "articleBody").filter(|t| t.chars().count() >= SHORTEST)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use sayso_model::Head;

    use super::pieces;
    use crate::{HeadOverrides, Limits, source};

    #[test]
    fn each_block_is_a_report_of_its_own_time() {
        let block = |n: usize, time: &str| {
            format!(
                "<div class='post' id='p{n}'><p><time datetime='{time}'>08:00</time></p><h2>{n} hurt on the ferry</h2>\
                 <p>At least {n} people were hurt today, the harbour office of Lund said.</p><p>Divers are on their way.</p></div>"
            )
        };
        let page = |kind: &str| {
            format!(
                "<html><head><title>Ferry live | Coast Courier</title><link rel='canonical' href='https://coast-courier.test/live'>\
                 <script type='application/ld+json'>{{\"@type\": \"{kind}\", \"headline\": \"Ferry live\", \"datePublished\": \"2024-03-05T06:00:00Z\"}}</script>\
                 </head><body><main><h1>Ferry live</h1><div>{}{}</div></main></body></html>",
                block(9, "2024-03-06T08:00:00+01:00"),
                block(7, "2024-03-05T23:30:00+01:00"),
            )
        };
        let found = pieces(page("LiveBlogPosting").as_bytes(), None, &Head::default(), "live.html");
        assert_eq!(found.len(), 2);
        assert!(pieces(page("NewsArticle").as_bytes(), None, &Head::default(), "x").is_empty());
        let report =
            |n: usize| source::report(&found[n], &HeadOverrides::default(), &Limits::default()).unwrap();
        let (newest, first) = (report(0), report(1));
        assert_eq!(newest.head.published.unwrap().value.to_string(), "2024-03-06");
        assert_eq!(newest.head.url.unwrap().value, "https://coast-courier.test/live#p9");
        assert_eq!(newest.head.outlet.unwrap().value, "Coast Courier");
        assert_eq!(
            newest.text,
            "9 hurt on the ferry\n\nAt least 9 people were hurt today, the harbour office of Lund said.\n\nDivers are on their way."
        );
        assert_eq!(first.head.published_at.unwrap().value, "2024-03-05T23:30:00+01:00");
        let without_zone = page("LiveBlogPosting").replace("00+01:00", "00");
        let found = pieces(without_zone.as_bytes(), None, &Head::default(), "live.html");
        let days: Vec<String> = found
            .iter()
            .map(|piece| source::report(piece, &HeadOverrides::default(), &Limits::default()).unwrap())
            .map(|report| report.head.published.unwrap().value.to_string())
            .collect();
        assert_eq!(days, ["2024-03-06", "2024-03-05"]);
    }
}

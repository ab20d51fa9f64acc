//! Live blogs: each block is a report of its own time, with its own "today".

mod clock;

use std::collections::{BTreeMap, BTreeSet};

use ego_tree::NodeId;
use sayso_model::{Head, HeadSource, Stated};
use scraper::{ElementRef, Html};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use self::clock::Clock;
use super::{block, charset, claims::Claims, guard, head, jsonld};
use crate::{Form, Piece, address, date::parse_date};

/// Minimum number of blocks in a live blog, and minimum characters of a block.
const BLOCKS: usize = 2;
const SHORTEST: usize = 40;

/// Minimum number of blocks, each of another instant, on a page that does not declare itself a live blog.
const UNDECLARED: usize = 3;

/// Words in the classes and ids of rows that are not the page's own report.
const OTHERS: &[&str] =
    &["comment", "reply", "replies", "related", "teaser", "recommend", "sidebar", "promo"];

/// A block of a live blog.
#[derive(Debug, Default, PartialEq, Eq)]
struct Update {
    id: Option<String>,
    /// Its own address, if it states one.
    url: Option<String>,
    heading: Option<String>,
    /// When it was published, as written; for a time of day without a date, what a clock of 24 hours shows.
    time: String,
    /// The time of day, if that is all that it states.
    clock: Option<Clock>,
    text: String,
}

/// The reports on a page, if it declares itself a live blog or plainly is one, and its blocks can be identified; otherwise
/// nothing.
pub(crate) fn pieces(bytes: &[u8], declared: Option<&str>, known: &Head, origin: &str) -> Vec<Piece> {
    // Most pages are not live blogs and need not be parsed twice.
    let declares = memmem(bytes, LIVE.as_bytes()).next().is_some();
    if !declares && !has_instants(bytes) {
        return Vec::new();
    }
    let in_page = declared.is_none().then(|| charset::declared_in(bytes)).flatten();
    let Ok(decoded) = charset::decode(bytes, declared.or(in_page.as_deref())) else { return Vec::new() };
    if guard::check_nesting(&decoded.text).is_err() {
        return Vec::new();
    }
    let (page, _) = guard::without_excess(&decoded.text);
    let document = Html::parse_document(&page);
    let blocks = block::blocks(&document);
    let updates = if declares {
        let ways: [fn(&Html) -> Vec<Update>; 3] =
            [|page| in_elements(page, update), in_data, |page| in_elements(page, shown)];
        ways.iter().map(|way| way(&document)).find(|updates| updates.len() >= BLOCKS).unwrap_or_default()
    } else {
        undeclared(&document, &blocks)
    };
    if updates.len() < BLOCKS {
        return Vec::new();
    }
    let url = known.url.as_ref().map(|u| u.value.as_str());
    let claims = Claims::of(&document, url);
    let data = jsonld::read(&document, &claims);
    let mut of_page = head::of_page(&document, &page, &data, &claims, &blocks, url);
    crate::head::fill(&mut of_page, known.clone());
    let instants = instants(&updates, &of_page, head::changed(&document, &data).as_deref());
    let value = |v: Option<&Stated<String>>| v.map(|v| v.value.clone());
    let address = value(of_page.url.as_ref()).map(|url| url.split('#').next().unwrap_or("").to_owned());
    let authors: Vec<&String> = of_page.byline.iter().map(|n| &n.value).collect();
    let piece = |((id, update), published): ((String, &Update), Option<String>)| {
        // Without an address it is the headline that tells reports apart, so a block has only its own.
        let of_all = value(of_page.headline.as_ref()).filter(|_| address.is_some());
        let record = json!({
            "title": update.heading.clone().or(of_all),
            "outlet": value(of_page.outlet.as_ref()),
            "author": authors,
            "published": published,
            "text": update.text,
        });
        let url = address.as_ref().map(|url| Stated {
            value: format!("{url}#{id}"),
            from: HeadSource::Block,
            span: None,
        });
        Piece {
            known: Head { url, ..Head::default() },
            ..Piece::new(format!("{origin}#{id}"), Form::Record, record.to_string().into_bytes())
        }
    };
    names(&updates).into_iter().zip(&updates).zip(instants).map(piece).collect()
}

/// When each block was published; of times of day without a date, nothing if there is any doubt about their day.
fn instants(updates: &[Update], of_page: &Head, changed: Option<&str>) -> Vec<Option<String>> {
    let clocks: Vec<Clock> = updates.iter().filter_map(|update| update.clock.clone()).collect();
    if clocks.is_empty() {
        return updates.iter().map(|update| Some(update.time.clone())).collect();
    }
    let published = of_page.published_at.as_ref().map(|at| at.value.as_str());
    match published.and_then(|at| clock::instants(&clocks, at, changed)) {
        Some(instants) => instants.into_iter().map(Some).collect(),
        None => vec![None; updates.len()],
    }
}

/// A name for each block that stays the same when others are added before or after it, and when its text is edited: the id of
/// its element, otherwise what its own address ends in, otherwise a hash of its time and heading.
fn names(updates: &[Update]) -> Vec<String> {
    let mut used = BTreeMap::<String, u32>::new();
    let mut name = |update: &Update| {
        let of_url = || {
            let url = update.url.as_deref()?;
            let fragment = url.split_once('#').map(|(_, fragment)| fragment).filter(|f| !f.is_empty());
            fragment.map_or_else(|| Some(format!("b-{}", hash(&[url]))), |f| Some(f.to_owned()))
        };
        let made = || format!("b-{}", hash(&[&update.time, update.heading.as_deref().unwrap_or("")]));
        let mut name = update.id.clone().or_else(of_url).unwrap_or_else(made);
        name.retain(|c| !c.is_whitespace() && !c.is_control());
        let count = used.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 { format!("{name}-{count}") } else { name }
    };
    // New blocks are added at one end; counting from the other keeps equal names apart in the same way.
    let newest_first = updates.first().map(|u| &u.time) > updates.last().map(|u| &u.time);
    let mut names: Vec<String> = if newest_first {
        updates.iter().rev().map(&mut name).collect()
    } else {
        updates.iter().map(name).collect()
    };
    if newest_first {
        names.reverse();
    }
    names
}

fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Where a sequence of bytes begins in others.
fn memmem<'b>(bytes: &'b [u8], wanted: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    bytes.windows(wanted.len()).enumerate().filter(move |(_, w)| *w == wanted).map(|(at, _)| at)
}

/// True if a page has enough different times with a time of day to be a live blog.
fn has_instants(bytes: &[u8]) -> bool {
    let mut found = BTreeSet::new();
    memmem(bytes, b"datetime=").any(|at| {
        // A time is short; what has no end would be looked through again at each place.
        let from = at + b"datetime=".len();
        let value = bytes.get(from..bytes.len().min(from + 64)).unwrap_or_default();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        let value = value.split(|b| matches!(b, b'"' | b'\'' | b'>')).next().unwrap_or_default();
        if value.contains(&b':') {
            found.insert(value);
        }
        found.len() >= UNDECLARED
    })
}

/// The schema.org type for live blogs.
const LIVE: &str = "LiveBlogPosting";

/// The blocks of a page that does not declare itself a live blog: at least three side by side, each of another instant and none
/// of them a teaser of another page, which together are most of the page's text.
fn undeclared(document: &Html, blocks: &[block::Block]) -> Vec<Update> {
    let rows = in_elements(document, |element| update(element).filter(|_| !is_of_others(element)));
    let instants: BTreeSet<&str> = rows.iter().map(|row| row.time.as_str()).collect();
    let all: usize = blocks.iter().filter(|b| !b.outside && b.tag != "time").map(|b| b.text.len()).sum();
    let of_rows: usize = rows.iter().map(|row| row.text.len()).sum();
    if rows.len() >= UNDECLARED && instants.len() == rows.len() && of_rows * 2 > all {
        rows
    } else {
        Vec::new()
    }
}

/// True for a row of comments, or one that leads to another page.
fn is_of_others(element: ElementRef<'_>) -> bool {
    let around = element.ancestors().filter_map(ElementRef::wrap).take(4);
    let named = std::iter::once(element).chain(around).any(|e| {
        let names = [e.value().attr("class"), e.value().attr("id")];
        names.into_iter().flatten().any(|name| {
            let name = name.to_ascii_lowercase();
            OTHERS.iter().any(|other| name.contains(other))
        })
    });
    let in_heading = |e: &ElementRef<'_>| {
        let is_heading = |name: &str| matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        let around = e.ancestors().filter_map(ElementRef::wrap).take(8);
        let within = e.descendants().filter_map(ElementRef::wrap).take(16);
        around.chain(within).any(|e| is_heading(e.value().name()))
    };
    let leads_away = |e: ElementRef<'_>| {
        e.value().name() == "a"
            && e.value().attr("href").is_some_and(|href| !href.contains('#'))
            && in_heading(&e)
    };
    named
        || element.value().name() == "a"
        || element.descendants().filter_map(ElementRef::wrap).take(400).any(leads_away)
}

/// Sibling elements, each with an instant and a text: of several such rows, the one with the most text.
fn in_elements(document: &Html, update: impl Fn(ElementRef<'_>) -> Option<Update>) -> Vec<Update> {
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
    of_text(element, published, None)
}

/// The block in an element that begins with a time of day and has no other.
fn shown(element: ElementRef<'_>) -> Option<Update> {
    let mut texts = element.text().take(400).map(str::trim).filter(|text| !text.is_empty());
    let clock = Clock::of(texts.next()?)?;
    if texts.any(|text| Clock::of(text).is_some()) {
        return None;
    }
    of_text(element, clock.written(), Some(clock))
}

/// The block with an element's text, unless that is too short.
fn of_text(element: ElementRef<'_>, time: String, clock: Option<Clock>) -> Option<Update> {
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
        id: element.value().attr("id").map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned),
        url: None,
        heading,
        time,
        clock,
        text,
    })
}

/// Blocks that are only in the page's data.
fn in_data(document: &Html) -> Vec<Update> {
    let string = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(super::text_of);
    let address = |value: &Value, name: &str| {
        let written = value.get(name).and_then(Value::as_str).map(str::trim);
        written.filter(|url| address::is_web(url) || url.starts_with('#') && url.len() > 1).map(str::to_owned)
    };
    jsonld::values(document)
        .iter()
        .filter_map(|value| value.get("liveBlogUpdate").and_then(Value::as_array))
        .flatten()
        .filter_map(|update| {
            Some(Update {
                id: None,
                url: address(update, "@id").or_else(|| address(update, "url")),
                heading: string(update, "headline"),
                time: string(update, "datePublished")?,
                clock: None,
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
        assert!(pieces(page("NewsArticle").as_bytes(), None, &Head::default(), "x").is_empty(), "two blocks");
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

    #[test]
    fn blocks_that_show_only_a_time_of_day_are_of_the_blogs_day_if_there_is_no_doubt() {
        let block = |n: usize, time: &str| {
            format!(
                "<div class='post' id='p{n}'><p><span class='stamp'>{time}</span></p><h2>{n} hurt on the ferry</h2>\
                 <p>At least {n} people were hurt today, the harbour office of Lund said.</p></div>"
            )
        };
        let days = |kind: &str, times: &[&str]| -> Vec<Option<String>> {
            let blocks: String = times.iter().enumerate().map(|(n, time)| block(20 - n, time)).collect();
            let page = format!(
                "<html><head><title>Ferry live | Coast Courier</title><link rel='canonical' href='https://coast-courier.test/live'>\
                 <script type='application/ld+json'>{{\"@type\": \"{kind}\", \"headline\": \"Ferry live\", \"datePublished\": \"2024-03-05T08:50:00+01:00\"}}</script>\
                 </head><body><main><h1>Ferry live</h1><div>{blocks}</div></main></body></html>"
            );
            let found = pieces(page.as_bytes(), None, &Head::default(), "live.html");
            let report =
                |piece| source::report(piece, &HeadOverrides::default(), &Limits::default()).unwrap();
            found.iter().map(|piece| report(piece).head.published_at.map(|at| at.value)).collect()
        };
        let at = |time: &str| Some(format!("2024-03-05T{time}:00+01:00"));
        assert_eq!(
            days("LiveBlogPosting", &["14:32", "10:15", "09:00"]),
            [at("14:32"), at("10:15"), at("09:00")]
        );
        assert_eq!(days("LiveBlogPosting", &["2:32 pm CET", "9 am CET"]), [at("14:32"), at("09:00")]);
        assert_eq!(
            days("LiveBlogPosting", &["00:32", "23:15", "09:00"]),
            [None, None, None],
            "around midnight"
        );
        assert_eq!(days("LiveBlogPosting", &["14:32", "13:15"]), [None, None], "perhaps of a later day");
        assert!(days("NewsArticle", &["14:32", "10:15", "09:00"]).is_empty(), "not declared");
    }

    /// A page with data only; each block a time, a heading, a text and perhaps its address.
    fn data_page(blocks: &[(&str, &str, &str, Option<&str>)]) -> String {
        let updates: Vec<String> = blocks
            .iter()
            .map(|(time, heading, text, url)| {
                let url = url.map_or_else(String::new, |url| format!(", \"url\": \"{url}\""));
                format!("{{\"datePublished\": \"{time}\", \"headline\": \"{heading}\", \"articleBody\": \"{text}\"{url}}}")
            })
            .collect();
        format!(
            "<html><head><title>Ferry live</title><link rel='canonical' href='https://coast-courier.test/live'>\
             <script type='application/ld+json'>{{\"@type\": \"LiveBlogPosting\", \"headline\": \"Ferry live\",\
             \"liveBlogUpdate\": [{}]}}</script></head><body><h1>Ferry live</h1></body></html>",
            updates.join(",")
        )
    }

    #[test]
    fn a_block_keeps_its_name_when_others_are_added_and_when_it_is_edited() {
        let names = |blocks: &[(&str, &str, &str, Option<&str>)]| -> Vec<String> {
            let found = pieces(data_page(blocks).as_bytes(), None, &Head::default(), "live.html");
            found.iter().map(|p| p.known.url.as_ref().unwrap().value.clone()).collect()
        };
        let one = (
            "2024-03-05T08:00:00Z",
            "Ferry strikes pier",
            "Two people were hurt, the coast guard of Lund said.",
            None,
        );
        let two = (
            "2024-03-05T09:00:00Z",
            "Five dead",
            "Five people were killed, the harbour office of Lund said.",
            None,
        );
        let same = (
            "2024-03-05T09:00:00Z",
            "Five dead",
            "Divers are on their way, the coast guard of Lund said.",
            None,
        );
        let own = |n| {
            (
                "2024-03-05T10:00:00Z",
                "Six dead",
                "Six people were killed, the harbour office of Lund said.",
                n,
            )
        };
        let before = names(&[two, one]);
        let edited = (
            "2024-03-05T09:00:00Z",
            "Five dead",
            "Four people were killed, the harbour office of Lund said.",
            None,
        );
        let after = names(&[own(Some("https://coast-courier.test/live#u3")), same, edited, one]);
        assert_eq!((&after[2], &after[3]), (&before[0], &before[1]));
        assert_eq!(after[0], "https://coast-courier.test/live#u3");
        assert!(
            after[1] != after[2] && after[1].starts_with("https://coast-courier.test/live#b-"),
            "{after:?}"
        );
        let by_page = names(&[own(Some("https://coast-courier.test/live/six")), one]);
        assert_eq!(by_page[1], before[1]);
        assert_ne!(by_page[0], names(&[own(Some("https://coast-courier.test/live/seven")), one])[0]);
    }

    #[test]
    fn a_page_of_dated_blocks_is_a_live_blog_and_comments_and_teasers_are_not() {
        let page = |class: &str, heading: fn(usize) -> String, article: &str| {
            let block = |n: usize| {
                format!(
                    "<div class='{class}'><time datetime='2024-03-05T0{n}:00:00Z'>0{n}:00</time>{}\
                     <p>At least {n} people were hurt today, the harbour office of Lund said.</p></div>",
                    heading(n)
                )
            };
            let page = format!(
                "<html><head><title>Ferry</title></head><body><main><h1>Ferry</h1>{article}<section>{}{}{}</section></main></body></html>",
                block(9),
                block(8),
                block(7)
            );
            pieces(page.as_bytes(), None, &Head::default(), "x").len()
        };
        let plain = |n: usize| format!("<h2>{n} hurt</h2>");
        assert_eq!(page("post", plain, ""), 3);
        assert_eq!(page("comment-body", plain, ""), 0);
        assert_eq!(page("post", |n| format!("<h2><a href='/a{n}'>{n} hurt</a></h2>"), ""), 0);
        assert_eq!(page("post", |n| format!("<h2><a href='#b{n}'>{n} hurt</a></h2>"), ""), 3);
        let article =
            "<p>Nine people were hurt when a ferry struck the pier, the harbour office said.</p>".repeat(9);
        assert_eq!(page("post", plain, &article), 0);
    }

    #[test]
    fn a_live_blog_in_an_archive_is_split_too() {
        let block = |n: usize| {
            let time = format!("2024-03-05T0{n}:00:00Z");
            (time, format!("At least {n} people were hurt today, the harbour office of Lund said."))
        };
        let (first, second) = (block(8), block(9));
        let page =
            data_page(&[(&second.0, "Nine hurt", &second.1, None), (&first.0, "Eight hurt", &first.1, None)]);
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}");
        let archive = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://coast-courier.test/live\r\n\
             WARC-Date: 2024-03-05T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n\
             Content-Length: {}\r\n\r\n{answer}\r\n\r\n",
            answer.len()
        );
        let reports =
            source::reports(archive.as_bytes(), "a.warc", &HeadOverrides::default(), &Limits::default());
        let texts: Vec<String> = reports.unwrap().into_iter().map(|r| r.unwrap().text).collect();
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts[0].contains("At least 9") && texts[1].contains("At least 8"));
    }
}

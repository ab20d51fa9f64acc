//! RSS 0.9 to 2.0, RSS 1.0 (RDF) and Atom 0.3 and 1.0, interpreted by the names of their elements, not by their declarations:
//! feeds without a version or in the wrong namespace are feeds.

use super::{
    entry::{Entry, Feed},
    escaped,
};
use crate::{
    IngestError,
    xml::{Element, Node, Nodes},
};

/// Vocabulary of an element, as far as feeds use several with the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vocabulary {
    /// RSS or Atom.
    Core,
    /// Dublin Core.
    Dublin,
    /// The RSS content module.
    Content,
    Xhtml,
    /// Anything else: media, podcasts, places.
    Other,
}

/// Parses an XML feed. What precedes damage is returned.
pub(super) fn read(text: &str, base: Option<&str>, limit: usize) -> Feed {
    let mut reader = Reader { limit, bases: vec![(0, base.map(str::to_owned))], ..Reader::default() };
    let mut nodes = Nodes::new(text, "a feed");
    let mut whole = false;
    loop {
        match nodes.next() {
            Ok(Some(Node::Start(element))) => reader.start(&element),
            Ok(Some(Node::Text(text))) => reader.text(&text),
            Ok(Some(Node::End(name))) => {
                // In RSS 1.0 the entries follow the channel.
                whole |= match name.as_str() {
                    "rss" | "feed" | "rdf" => true,
                    "channel" => !reader.open.iter().any(|open| open == "rdf"),
                    _ => reader.open.len() == 1,
                };
                reader.end(&name);
            }
            Ok(None) => {
                // What lacks a part would be a different report the next time.
                if !whole {
                    reader.field = None;
                    reader.feed.damage = Some(match reader.entry.take() {
                        Some(_) => "it is cut off in the middle of an entry, which was left out".to_owned(),
                        None => "it is cut off: it ends before its last tag".to_owned(),
                    });
                }
                break;
            }
            Err(error) => {
                (reader.field, reader.entry) = (None, None);
                reader.feed.damage = Some(match error {
                    IngestError::Malformed { reason, .. } => reason,
                    other => other.to_string(),
                });
                break;
            }
        }
    }
    // An unclosed entry of a whole feed is returned with what it has.
    reader.field_ends();
    reader.entry_ends();
    reader.feed
}

#[derive(Default)]
struct Reader {
    feed: Feed,
    limit: usize,
    /// Names of the open elements.
    open: Vec<String>,
    /// Prefixes declared, with the depth of the element that declares them.
    scopes: Vec<(usize, String, Vocabulary)>,
    /// `xml:base` values with the depths of their elements.
    bases: Vec<(usize, Option<String>)>,
    /// The open entry, with the depth of its element and whether it is an Atom entry.
    entry: Option<(usize, bool, Draft)>,
    field: Option<Field>,
}

/// An entry being read: values with their rank, lower is better.
#[derive(Default)]
struct Draft {
    entry: Entry,
    urls: Vec<(u8, String)>,
    dates: Vec<(u8, String)>,
    texts: Vec<(u8, String)>,
}

/// A child of an entry or of the feed, while its content is read.
struct Field {
    depth: usize,
    vocabulary: Vocabulary,
    element: Element,
    writing: Writing,
    text: String,
    /// Start of the text of the child `name` or `title`.
    inner: Option<usize>,
    named: Vec<String>,
}

/// How the content of a field is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    /// HTML, escaped once.
    Html,
    /// Text or elements as written.
    Literal,
    /// Text, unless it turns out to be HTML.
    Undeclared,
    Base64,
}

/// Maximum number of prefixes in scope; feeds have a dozen.
const SCOPES: usize = 256;

/// Elements without content or end tag in HTML.
const VOID: &[&str] = &["br", "img", "hr", "input", "wbr", "embed", "source", "col", "area"];

impl Reader {
    fn start(&mut self, element: &Element) {
        let depth = self.open.len() + 1;
        self.declare(depth, element);
        self.open.push(element.name.clone());
        if let Some(field) = &mut self.field {
            field.opens(element);
            return;
        }
        let vocabulary = self.vocabulary(&element.prefix);
        let is_entry = matches!(element.name.as_str(), "item" | "entry") && vocabulary == Vocabulary::Core;
        if is_entry {
            // Entries are never nested, so the previous one was not closed.
            self.entry_ends();
        }
        let Some((at, is_atom, _)) = self.entry else {
            if is_entry {
                let mut draft = Draft::default();
                // RSS 1.0 identifies the entry by its address.
                draft.urls.extend(element.get("about").map(|url| (2, url.to_owned())));
                draft.entry.language = element.get("lang").map(str::to_owned);
                self.entry = Some((depth, element.name == "entry", draft));
            } else {
                let parent = depth.checked_sub(2).and_then(|at| self.open.get(at)).map(String::as_str);
                if matches!(element.name.as_str(), "feed" | "rss" | "rdf" | "channel") {
                    let lang = element.get("lang").map(str::to_owned);
                    self.feed.language = self.feed.language.take().or(lang);
                } else if matches!(parent, Some("feed" | "channel"))
                    && matches!(element.name.as_str(), "title" | "language" | "author" | "creator")
                    && matches!(vocabulary, Vocabulary::Core | Vocabulary::Dublin)
                {
                    let is_atom = parent == Some("feed");
                    self.field = Some(Field::new(depth, vocabulary, element.clone(), is_atom));
                }
            }
            return;
        };
        if depth == at + 1 {
            self.field = Some(Field::new(depth, vocabulary, element.clone(), is_atom));
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(field) = &mut self.field {
            field.text.push_str(&if field.escapes() { escaped(text) } else { text.to_owned() });
        }
    }

    fn end(&mut self, name: &str) {
        let depth = self.open.len();
        match &mut self.field {
            Some(field) if field.depth < depth => field.closes(name),
            Some(_) => self.field_ends(),
            None => {}
        }
        if self.entry.as_ref().is_some_and(|(at, ..)| *at >= depth) {
            self.entry_ends();
        }
        self.open.pop();
        self.scopes.retain(|(at, ..)| *at < depth);
        self.bases.retain(|(at, _)| *at < depth);
    }

    fn declare(&mut self, depth: usize, element: &Element) {
        for (name, value) in &element.attributes {
            let prefix = match name.as_str() {
                "xmlns" => "",
                other => match other.strip_prefix("xmlns:") {
                    Some(prefix) => prefix,
                    None => continue,
                },
            };
            if self.scopes.len() < SCOPES {
                self.scopes.push((depth, prefix.to_owned(), of_namespace(prefix, value)));
            }
        }
        if let Some(base) = element.get("base") {
            let base = self.resolved(base);
            self.bases.push((depth, Some(base)));
        }
    }

    fn vocabulary(&self, prefix: &str) -> Vocabulary {
        let declared = self.scopes.iter().rev().find(|(_, p, _)| p == prefix);
        declared.map_or_else(|| of_namespace(prefix, ""), |(.., vocabulary)| *vocabulary)
    }

    /// An address resolved against the current base.
    fn resolved(&self, written: &str) -> String {
        let written = written.trim();
        let base = self.bases.last().and_then(|(_, base)| url::Url::parse(base.as_deref()?).ok());
        base.and_then(|base| base.join(written).ok()).map_or_else(|| written.to_owned(), String::from)
    }

    fn field_ends(&mut self) {
        let Some(field) = self.field.take() else { return };
        let url = |written: &str| self.resolved(written);
        let Some((_, is_atom, _)) = self.entry else {
            let text = field.text.trim();
            match field.element.name.as_str() {
                "title" if self.feed.title.is_none() => {
                    self.feed.title = field.content().ok().map(|title| title.trim().to_owned());
                }
                "language" => {
                    self.feed.language = self.feed.language.take().or_else(|| Some(text.to_owned()))
                }
                "author" | "creator" => self.feed.authors.extend(field.names()),
                _ => {}
            }
            return;
        };
        let links = link(&field, is_atom).map(|(rank, written)| (rank, url(&written)));
        if let Some((_, _, draft)) = &mut self.entry {
            draft.urls.extend(links);
            draft.take(field);
        }
    }

    fn entry_ends(&mut self) {
        let Some((_, _, mut draft)) = self.entry.take() else { return };
        if self.feed.entries.len() >= self.limit {
            self.feed.beyond += 1;
            return;
        }
        let sorted = |mut ranked: Vec<(u8, String)>| {
            ranked.sort_by_key(|(rank, _)| *rank);
            ranked.into_iter().map(|(_, value)| value).collect()
        };
        draft.entry.urls = sorted(draft.urls);
        draft.entry.dates = sorted(draft.dates);
        draft.entry.texts = sorted(draft.texts);
        self.feed.entries.push(draft.entry);
    }
}

fn of_namespace(prefix: &str, uri: &str) -> Vocabulary {
    let uri = uri.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|p| uri.contains(p));
    if has(&["purl.org/dc/"]) || uri.is_empty() && prefix == "dc" {
        Vocabulary::Dublin
    } else if has(&["rss/1.0/modules/content"]) || uri.is_empty() && prefix == "content" {
        Vocabulary::Content
    } else if has(&["/xhtml"]) || uri.is_empty() && prefix == "xhtml" {
        Vocabulary::Xhtml
    } else if has(&["/modules/", "mrss", "itunes", "22-rdf-syntax"]) {
        Vocabulary::Other
    } else if prefix.is_empty()
        || has(&["/rss", "/atom", "userland", "netscape"])
        || uri.is_empty() && matches!(prefix, "rss" | "atom")
    {
        Vocabulary::Core
    } else {
        Vocabulary::Other
    }
}

/// The address that a field contains, with its rank.
fn link(field: &Field, is_atom: bool) -> Option<(u8, String)> {
    let text = || field.text.trim().to_owned();
    let element = &field.element;
    match (field.vocabulary, element.name.as_str()) {
        // The address of the page itself, if `link` goes through a click counter.
        (_, "origlink") => Some((0, text())),
        (Vocabulary::Core, "link") => match element.get("href") {
            Some(href) if element.get("rel").is_none_or(|rel| rel == "alternate") => {
                let is_page = element.get("type").is_none_or(|t| t.contains("html"));
                Some((if is_page { 1 } else { 3 }, href.to_owned()))
            }
            Some(_) => None,
            None => Some((1, text())),
        },
        (Vocabulary::Core, "guid") if element.get("ispermalink") != Some("false") => Some((2, text())),
        (Vocabulary::Core, "content") if is_atom => element.get("src").map(|src| (3, src.to_owned())),
        (Vocabulary::Core, "id") => Some((4, text())),
        _ => None,
    }
    .filter(|(_, url)| !url.is_empty())
}

impl Draft {
    /// Stores the value of an entry's field.
    fn take(&mut self, field: Field) {
        use Vocabulary::{Content, Core, Dublin, Other, Xhtml};
        let name = field.element.name.clone();
        match (field.vocabulary, name.as_str()) {
            (Core | Dublin, "title") if self.entry.title.is_none() => self.entry.title = field.content().ok(),
            (Core | Dublin, "author" | "creator") => self.entry.authors.extend(field.names()),
            (Core, "source") => self.entry.source = field.names().into_iter().next(),
            (Core | Dublin, "language") => self.entry.language = Some(field.text),
            (Core | Dublin, "pubdate" | "published" | "issued" | "date" | "created") => {
                let rank = if name == "created" { 1 } else { 0 };
                self.dates.push((rank, field.text.trim().to_owned()));
            }
            (Core | Dublin, "updated" | "modified" | "lastbuilddate") => {
                self.entry.changed.push(field.text.trim().to_owned());
            }
            (Content, "encoded") | (Core | Xhtml, "fullitem" | "body" | "content" | "encoded") => {
                self.text(0, field);
            }
            (Core, "description" | "summary" | "abstract" | "tagline") | (Xhtml, "div") => {
                self.text(1, field)
            }
            (Dublin, "description" | "abstract") => self.text(2, field),
            (Other, "description" | "summary" | "text") => self.text(3, field),
            _ => {}
        }
    }

    fn text(&mut self, rank: u8, field: Field) {
        match field.content() {
            Ok(text) if !text.trim().is_empty() => self.texts.push((rank, text)),
            Ok(_) => {}
            Err(reason) => self.entry.unread = Some(reason),
        }
    }
}

impl Field {
    fn new(depth: usize, vocabulary: Vocabulary, element: Element, is_atom: bool) -> Self {
        let writing = writing(vocabulary, &element, is_atom);
        Self { depth, vocabulary, element, writing, text: String::new(), inner: None, named: Vec::new() }
    }

    fn escapes(&self) -> bool {
        self.writing == Writing::Literal
    }

    fn is_about_people(&self) -> bool {
        matches!(self.element.name.as_str(), "author" | "creator" | "source")
    }

    fn opens(&mut self, element: &Element) {
        if self.is_about_people() {
            if matches!(element.name.as_str(), "name" | "title") {
                self.inner = Some(self.text.len());
            }
        } else if self.writing != Writing::Base64 {
            self.text.push('<');
            self.text.push_str(&element.name);
            self.text.push('>');
        }
    }

    fn closes(&mut self, name: &str) {
        if self.is_about_people() {
            if let Some(from) = self.inner.take()
                && let Some(named) = self.text.get(from..)
            {
                self.named.push(named.trim().to_owned());
            }
        } else if self.writing != Writing::Base64 && !VOID.contains(&name) {
            self.text.push_str("</");
            self.text.push_str(name);
            self.text.push('>');
        }
    }

    /// Names in elements of their own; otherwise the whole text.
    fn names(&self) -> Vec<String> {
        if self.named.is_empty() { vec![self.text.trim().to_owned()] } else { self.named.clone() }
    }

    /// The content as HTML; an error with its type if it is not text.
    fn content(self) -> Result<String, String> {
        match self.writing {
            Writing::Html | Writing::Literal => Ok(self.text),
            Writing::Undeclared => {
                let shows = ["</", "<p", "<br", "<div", "&lt;"].iter().any(|tag| self.text.contains(tag));
                Ok(if shows { self.text } else { escaped(&self.text) })
            }
            Writing::Base64 => {
                let media = self.element.get("type").unwrap_or("an unnamed type").to_lowercase();
                let bytes = base64(&self.text)
                    .ok_or_else(|| format!("content of type {media} that is not base64"))?;
                let text = crate::charset::decode(&bytes, None)
                    .map_err(|_| format!("content of type {media}, which is not text"))?
                    .text;
                let is_html = media.contains("html") || text.trim_start().starts_with('<');
                Ok(if is_html { text } else { escaped(&text) })
            }
        }
    }
}

/// How a field's content is written, according to RSS, Atom 1.0 and Atom 0.3 (`mode`).
fn writing(vocabulary: Vocabulary, element: &Element, is_atom: bool) -> Writing {
    if vocabulary == Vocabulary::Xhtml {
        return Writing::Literal;
    }
    let media = element.get("type").unwrap_or("").trim().to_lowercase();
    match element.get("mode").map(str::to_lowercase).as_deref() {
        Some("base64") => return Writing::Base64,
        Some("xml") => return Writing::Literal,
        _ => {}
    }
    let escaped = element.get("mode").is_some_and(|m| m.eq_ignore_ascii_case("escaped"));
    match media.as_str() {
        // RSS has no types; its texts are HTML.
        _ if !is_atom && !matches!(element.name.as_str(), "content" | "body") => Writing::Html,
        "" if matches!(element.name.as_str(), "content" | "summary") || !is_atom => Writing::Undeclared,
        "" => Writing::Undeclared,
        "html" | "text/html" => Writing::Html,
        m if escaped && m.contains("html") => Writing::Html,
        "text" | "xhtml" => Writing::Literal,
        m if m.starts_with("text/") || m.contains("xml") || m.starts_with("multipart/") => Writing::Literal,
        _ if is_atom && element.name == "content" => Writing::Base64,
        _ => Writing::Undeclared,
    }
}

/// Decodes base64, ignoring white space.
fn base64(text: &str) -> Option<Vec<u8>> {
    use base64::{Engine as _, engine::GeneralPurpose, engine::general_purpose as purpose};
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        purpose::GeneralPurposeConfig::new()
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let packed: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    LENIENT.decode(packed).ok()
}

//! The blocks of a page: stretches of text not divided by a block-level element, in page order.

use ego_tree::NodeRef;
use scraper::{ElementRef, Html, Node, node::Element};

use super::{furniture, mail::Whose, vote};

/// A block and what its position in the page says about it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// Its text, white space collapsed.
    pub(super) text: String,
    /// Number of its characters in links.
    pub(super) linked: usize,
    /// The element that it is the text of ("p", "h2", "li", "div").
    pub(super) tag: &'static str,
    /// Inside nav, header, footer, aside or form.
    pub(super) outside: bool,
    /// Inside figure, figcaption or picture.
    pub(super) figure: bool,
    /// Inside `article`, `main` or an element whose class marks the body.
    pub(super) inside: bool,
    /// Inside an element whose class or id marks secondary content ("share", "related").
    pub(super) secondary: bool,
    /// Inside a list.
    pub(super) list: bool,
    /// Inside an element whose class or id marks a picture's caption or credit.
    pub(super) caption: bool,
    /// Inside an element whose class or id marks other texts, or appeals to readers.
    pub(super) related: bool,
    /// Inside an element whose class or id marks its readers' comments.
    pub(super) comment: bool,
    /// Inside an element whose class or id marks the author.
    pub(super) author: bool,
    /// Numbers of the block-level elements around it, the nearest first; 0 if there is none.
    pub(super) within: [u32; 2],
    /// A hash of the publisher's names for the two block-level elements around it: blocks of one kind are mostly all text or all
    /// something else.
    pub(super) kind: u64,
    /// Number of the social-network post that it is in; 0 if none.
    pub(super) post: u32,
    /// Number of the data table that it is a row of; 0 if none.
    pub(super) table: u32,
    /// Whose words it has, in a mail.
    pub(super) whose: Whose,
}

/// Parts of the class names of elements with embedded social-network posts.
const POSTS: &[&str] = &["twitter-tweet", "twitter-video", "bluesky-embed", "mastodon-embed"];

/// Possible tags of a block; anything else is "div".
const TAGS: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "td",
    "th",
    "blockquote",
    "figcaption",
    "dd",
    "dt",
    "pre",
    "time",
    "address",
];

const BREAKING: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Elements whose content is never text of a report.
const SILENT: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "button", "select", "option", "textarea", "iframe",
    "object", "canvas", "audio", "video", "head", "title", "math",
];

/// Parts of class and id names of secondary elements.
const SECONDARY: &[&str] = &[
    "share",
    "social",
    "related",
    "recommend",
    "promo",
    "newsletter",
    "subscri",
    "comment",
    "cookie",
    "consent",
    "teaser",
    "advert",
    "sponsor",
    "breadcrumb",
    "footer",
    "sidebar",
    "popup",
    "modal",
    "paywall",
    "tags",
    "taglist",
    "keywords",
    "author-bio",
    "byline",
    "caption",
    "credit",
    "copyright",
    "read-more",
    "readmore",
    "more-on",
    "most-read",
    "trending",
    "widget",
    "menu",
    "toolbar",
    "login",
    "signup",
    "banner",
    "disclaimer",
    "timestamp",
    "dateline",
    "meta",
    "gallery",
    "slideshow",
    "video",
    "player",
    "embed",
    "infobox",
    "factbox",
    "skip",
    "hidden",
    "correction",
];

/// Parts of class and id names of captions and credits.
const CAPTION: &[&str] = &[
    "caption",
    "credit",
    "copyright",
    "image",
    "img",
    "photo",
    "foto",
    "picture",
    "bild",
    "figure",
    "gallery",
];

/// Parts of class and id names of elements that link to other texts or make appeals.
const RELATED: &[&str] = &[
    "related",
    "recommend",
    "teaser",
    "read-more",
    "readmore",
    "more-on",
    "most-read",
    "trending",
    "promo",
    "newsletter",
    "subscri",
    "comment",
    "share",
    "social",
    "cookie",
    "consent",
    "advert",
    "paywall",
    "signup",
    "login",
    "footer",
    "sidebar",
    "latest",
    "popular",
    "-offer",
    "piano-",
];

/// Class and id names of what readers say about the article.
const COMMENT: &[&str] = &["comment", "comments", "respond", "reply", "replies", "disqus_thread"];

/// True for one of those, or a name that such a word begins ("comment-body"), except for whether there may be comments.
fn is_comment(name: &str) -> bool {
    let first = name.split(['-', '_']).next().unwrap_or(name);
    let rest = name.get(first.len() + 1..).unwrap_or_default();
    (COMMENT.contains(&name) || COMMENT.contains(&first))
        && !matches!(rest, "open" | "closed" | "count" | "link")
}

/// Parts of class and id names of author information.
const AUTHOR: &[&str] = &["author", "byline", "-bio", "bio-", "contributor"];

/// Parts of class and id names of the body's element.
const INSIDE: &[&str] = &[
    "article-body",
    "articlebody",
    "article__body",
    "article-content",
    "article__content",
    "articlecontent",
    "story-body",
    "storybody",
    "story__body",
    "story-content",
    "post-content",
    "post-body",
    "entry-content",
    "body-text",
    "bodytext",
    "article-text",
    "articletext",
    "content-body",
    "content__body",
    "rich-text",
    "richtext",
    "main-content",
    "paragraph",
    "body-copy",
    "article_body",
    "article-main",
];

/// True for an element with a class or id that marks the body.
pub(super) fn is_body(element: &Element) -> bool {
    let names = [element.attr("class"), element.attr("id")].into_iter().flatten();
    names.flat_map(str::split_whitespace).any(|name| INSIDE.contains(&name.to_lowercase().as_str()))
}

/// Properties inherited by everything inside an element.
#[derive(Clone, Copy, Default)]
struct Place {
    outside: bool,
    figure: bool,
    inside: bool,
    article: bool,
    secondary: bool,
    list: bool,
    link: bool,
    silent: bool,
    caption: bool,
    related: bool,
    comment: bool,
    author: bool,
    /// A row of a data table, which is one block.
    row: bool,
    within: [u32; 2],
    /// Hashes of the names of the block-level elements, the nearest first.
    kinds: [u64; 2],
    post: u32,
    table: u32,
    whose: Whose,
    tag: Option<&'static str>,
}

/// The blocks of a page. The traversal keeps its own stack, so that no page can overflow the thread's.
pub(super) fn blocks(document: &Html) -> Vec<Block> {
    blocks_under(document.tree.root())
}

/// Blocks of an element.
pub(super) fn of_element(element: ElementRef<'_>) -> Vec<Block> {
    blocks_under(*element)
}

fn blocks_under(root: NodeRef<'_, Node>) -> Vec<Block> {
    let mut out = Vec::new();
    let mut open = Open::default();
    let mut places = vec![Place::default()];
    let (mut number, mut posts, mut tables) = (0_u32, 0_u32, 0_u32);
    for edge in root.traverse() {
        let (node, opens) = match edge {
            ego_tree::iter::Edge::Open(node) => (node, true),
            ego_tree::iter::Edge::Close(node) => (node, false),
        };
        let place = places.last().copied().unwrap_or_default();
        match node.value() {
            Node::Text(text) if opens && !place.silent => open.push(text, place),
            Node::Element(element) => {
                let cell = place.row && matches!(element.name(), "td" | "th");
                let breaks = BREAKING.contains(&element.name()) && !cell;
                if breaks {
                    open.end(&mut out);
                } else if cell && opens {
                    open.next_cell();
                }
                if opens {
                    let mut inner = ElementRef::wrap(node).map_or(place, |e| enter(place, e));
                    if is_post(element) && inner.post == 0 {
                        posts = posts.saturating_add(1);
                        inner.post = posts;
                    }
                    if element.name() == "table" {
                        tables = tables.saturating_add(1);
                        inner.table = tables;
                    }
                    if breaks {
                        inner.kinds = [named(element), place.kinds[0]];
                    }
                    // A container of blocks: its paragraphs are side by side.
                    if breaks && !TAGS.contains(&element.name()) {
                        number = number.saturating_add(1);
                        inner.within = [number, place.within[0]];
                    }
                    places.push(inner);
                } else {
                    places.pop();
                }
            }
            _ => {}
        }
    }
    open.end(&mut out);
    out
}

/// True for an element that contains a social-network post.
fn is_post(element: &Element) -> bool {
    let class = element.attr("class").unwrap_or("");
    element.name() == "blockquote" && POSTS.iter().any(|post| class.contains(post))
}

/// A hash of an element's name and class. Digits are ignored, since software numbers elements afresh.
fn named(element: &Element) -> u64 {
    let class = element.attr("class").unwrap_or("");
    let class = class.get(..200).unwrap_or(class).chars().filter(|c| !c.is_ascii_digit());
    vote::hash(element.name().chars().chain(std::iter::once('.')).chain(class))
}

fn enter(mut place: Place, element: ElementRef<'_>) -> Place {
    let name = element.value().name();
    place.silent |= SILENT.contains(&name) || furniture::is_hidden(element);
    if place.silent {
        return place;
    }
    place.whose = place.whose.within(element);
    match name {
        // The header of an article is not the page's.
        "header" => place.outside |= !place.article,
        "nav" | "footer" | "aside" | "form" | "dialog" => place.outside = true,
        "figure" | "figcaption" | "picture" => place.figure = true,
        "article" | "main" => {
            place.inside = true;
            place.article |= name == "article";
            place.outside = false;
        }
        "ul" | "ol" | "dl" => place.list = true,
        // A link within the page does not lead to another text.
        "a" => place.link |= element.value().attr("href").is_none_or(|href| !href.starts_with('#')),
        "tr" => place.row = is_row_of_data(element),
        _ => {}
    }
    if let Some(tag) = TAGS.iter().find(|t| **t == name) {
        place.tag = Some(tag);
    } else if BREAKING.contains(&name) {
        place.tag = None;
    }
    if name != "body" && name != "html" {
        let value = element.value();
        let named = [
            value.attr("class"),
            value.attr("id"),
            value.attr("data-testid"),
            value.attr("data-component"),
            value.attr("itemprop"),
        ];
        for words in named.into_iter().flatten() {
            let words = words.get(..200).unwrap_or(words).to_lowercase();
            place.secondary |= SECONDARY.iter().any(|b| words.contains(b));
            place.inside |= INSIDE.iter().any(|i| words.contains(i));
            place.caption |= CAPTION.iter().any(|c| words.contains(c));
            place.related |= RELATED.iter().any(|r| words.contains(r));
            place.comment |= words.split_whitespace().any(is_comment);
            place.author |= AUTHOR.iter().any(|a| words.contains(a));
        }
        if value.attr("hidden").is_some() || value.attr("aria-hidden") == Some("true") {
            place.secondary = true;
        }
    }
    place
}

/// True for a row of several short cells without blocks inside: old pages also use tables for layout.
fn is_row_of_data(row: ElementRef<'_>) -> bool {
    let (mut cells, mut length) = (0, 0);
    for node in row.descendants().skip(1).take(200) {
        match node.value() {
            Node::Element(e) if matches!(e.name(), "td" | "th") => cells += 1,
            Node::Element(e) if BREAKING.contains(&e.name()) && e.name() != "br" => return false,
            Node::Text(text) => length += text.trim().len(),
            _ => {}
        }
    }
    cells >= 2 && length <= 400
}

/// The block being read.
#[derive(Default)]
struct Open {
    text: String,
    linked: usize,
    place: Place,
}

impl Open {
    fn push(&mut self, text: &str, place: Place) {
        if self.text.is_empty() {
            self.place = place;
        }
        let before = self.text.len();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            // A no-break space is typographic, unless it groups the digits of a number.
            let groups = self.text.ends_with(|c: char| c.is_ascii_digit())
                && chars.peek().is_some_and(char::is_ascii_digit);
            if c.is_ascii_whitespace() || matches!(c, '\u{A0}' | '\u{202F}') && !groups {
                if !self.text.is_empty() && !self.text.ends_with(' ') {
                    self.text.push(' ');
                }
            } else {
                self.text.push(c);
            }
        }
        if place.link {
            self.linked += self.text.len() - before;
        }
    }

    /// Separates a table cell from the previous one.
    fn next_cell(&mut self) {
        let text = self.text.trim_end();
        if !text.is_empty() {
            self.text.truncate(text.len());
            self.text.push_str(" | ");
        }
    }

    fn end(&mut self, out: &mut Vec<Block>) {
        let Self { mut text, linked, place } = std::mem::take(self);
        text.truncate(text.trim_end_matches([' ', '|']).len());
        if text.chars().any(char::is_alphanumeric) {
            out.push(Block {
                linked: linked.min(text.len()),
                text,
                tag: place.tag.unwrap_or("div"),
                outside: place.outside,
                figure: place.figure,
                inside: place.inside,
                secondary: place.secondary,
                list: place.list,
                caption: place.caption,
                related: place.related,
                comment: place.comment,
                author: place.author,
                within: place.within,
                kind: place.kinds[0].rotate_left(21) ^ place.kinds[1],
                post: place.post,
                table: if place.row { place.table } else { 0 },
                whose: place.whose,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::blocks;

    #[test]
    fn the_kind_of_a_block_comes_from_the_names_of_its_elements() {
        let page = "<div class='text'><p class='par-1'>Nine hurt.</p><p class='par-22'>Divers came.</p></div>\
            <div class='talk'><p class='par-3'>Oh no!</p></div><div class='text'><h2>Rudder</h2></div>";
        let kinds: Vec<u64> = blocks(&Html::parse_document(page)).iter().map(|b| b.kind).collect();
        assert_eq!(kinds.len(), 4);
        assert_eq!(kinds[0], kinds[1], "numbers do not matter");
        assert_ne!(kinds[0], kinds[2], "the element around does");
        assert_ne!(kinds[0], kinds[3]);
    }
}

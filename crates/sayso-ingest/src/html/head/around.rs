//! Which elements of a page belong to its article, and which to its surroundings: comments, teasers, menus.

use std::collections::BTreeSet;

use ego_tree::NodeId;
use scraper::{ElementRef, Html, Node, Selector};

use super::{folded, text};

/// Parts of class and id names of elements with texts other than the article.
const ELSEWHERE: &[&str] = &[
    "comment",
    "respond",
    "reply",
    "replies",
    "related",
    "recommend",
    "teaser",
    "sidebar",
    "most-read",
    "mostread",
    "trending",
    "popular",
    "promo",
    "newsletter",
    "read-more",
    "readmore",
    "more-on",
    "menu",
    "login",
    "carousel",
    "slider",
];

/// Maximum number of elements examined per question, so that a hostile page costs no more than another.
pub(super) const LOOKED_AT: usize = 200;

/// The path from the page's root to its heading, and the headings in page order.
pub(super) struct Around {
    path: BTreeSet<NodeId>,
    /// Each with true if it leads to another text, that is, links but is not the article's own heading; and the `article` that it
    /// is in.
    headings: Vec<(NodeId, bool, Option<NodeId>)>,
}

impl Around {
    /// Finds the heading: the first heading element with the headline, otherwise the first `h1`.
    pub(super) fn of(document: &Html, headline: Option<&str>, headings: &Selector, h1: &Selector) -> Self {
        let headline = folded(headline.unwrap_or(""));
        let says = |e: &ElementRef<'_>| {
            let written = folded(&text(*e));
            !written.is_empty() && (written == headline || written.len() >= 12 && headline.contains(&written))
        };
        let heading =
            document.select(headings).take(LOOKED_AT).find(says).or_else(|| document.select(h1).next());
        let own = heading.map(|h| h.id());
        let leads_on = |e: &ElementRef<'_>| {
            let is_link =
                |node: &Node| node.as_element().is_some_and(|e| e.name() == "a" && e.attr("href").is_some());
            own.is_some()
                && own != Some(e.id())
                && !says(e)
                && (e.descendants().take(8).any(|n| is_link(n.value()))
                    || e.ancestors().take(4).any(|n| is_link(n.value())))
        };
        let article = |e: &ElementRef<'_>| {
            let is_article = |node: &Node| node.as_element().is_some_and(|e| e.name() == "article");
            e.ancestors().find(|n| is_article(n.value())).map(|n| n.id())
        };
        let all = document.select(headings).take(2 * LOOKED_AT);
        let mut headings: Vec<_> = all.map(|e| (e.id(), leads_on(&e), article(&e))).collect();
        headings.sort_unstable();
        Self { path: heading.iter().flat_map(|h| h.ancestors()).map(|node| node.id()).collect(), headings }
    }

    /// False for what is in an element for other texts, unless the heading is in it too, and for what is under the heading of
    /// another text.
    pub(super) fn belongs(&self, element: &ElementRef<'_>) -> bool {
        let before = self.headings.partition_point(|(id, ..)| *id <= element.id());
        // A teaser that is an article of its own ends with it.
        let within =
            |article: Option<NodeId>| article.is_none_or(|a| element.ancestors().any(|n| n.id() == a));
        let heading = before.checked_sub(1).and_then(|at| self.headings.get(at));
        if heading.is_some_and(|(_, leads_on, article)| *leads_on && within(*article)) {
            return false;
        }
        let chain = std::iter::once(**element).chain(element.ancestors());
        !chain.filter(|node| !self.path.contains(&node.id())).filter_map(ElementRef::wrap).any(|e| {
            let value = e.value();
            // The footer of an article names its author and date; that of the page does not.
            let footer = value.name() == "footer"
                && !e.ancestors().any(|a| a.value().as_element().is_some_and(|a| a.name() == "article"));
            footer
                || matches!(value.name(), "nav" | "aside")
                || [value.attr("class"), value.attr("id")].into_iter().flatten().any(|names| {
                    let names = names.get(..200).unwrap_or(names).to_lowercase();
                    ELSEWHERE.iter().any(|part| names.contains(part))
                })
        })
    }
}

//! What is cleaned up in a page before the vote: removes cookie dialogs, which can be longer than the report, and corrects
//! reports with their heading or body in an `aside`.

use ego_tree::NodeId;
use scraper::{ElementRef, Html, Node, node::Element};

use super::block;

/// Maximum length of such a dialog in characters; a report with "cookies" in its name is longer.
const LONGEST: usize = 6000;

/// Cleans up a page; true if there was anything to do.
pub(super) fn clear(document: &mut Html) -> bool {
    let elements = || document.tree.root().descendants().filter_map(ElementRef::wrap);
    let dialogs: Vec<NodeId> = elements()
        .filter(|e| is_about_cookies(e.value()) && !has_heading(*e))
        .filter(|e| e.text().map(str::len).sum::<usize>() <= LONGEST)
        .map(|e| e.id())
        .collect();
    let asides: Vec<NodeId> = elements()
        .filter(|e| e.value().name() == "aside" && (has_heading(*e) || block::is_body(e.value())))
        .map(|e| e.id())
        .collect();
    for id in &dialogs {
        if let Some(mut node) = document.tree.get_mut(*id) {
            node.detach();
        }
    }
    for id in &asides {
        if let Some(mut node) = document.tree.get_mut(*id)
            && let Node::Element(element) = node.value()
        {
            element.name.local = "div".into();
        }
    }
    !dialogs.is_empty() || !asides.is_empty()
}

/// True for an element that readers are not shown: its text is none of the report's, but what it says about the page (dates,
/// authors) counts. Whole pages and articles are hidden until a script has run.
pub(super) fn is_hidden(element: ElementRef<'_>) -> bool {
    says_hidden(element.value())
        && !has_heading(element)
        && element.text().map(str::len).sum::<usize>() <= LONGEST
}

fn says_hidden(element: &Element) -> bool {
    if matches!(element.name(), "html" | "head" | "body" | "main" | "article") {
        return false;
    }
    let until_found = |value: &str| value.eq_ignore_ascii_case("until-found");
    let style = element.attr("style").unwrap_or("").to_ascii_lowercase();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    element.attr("hidden").is_some_and(|value| !until_found(value))
        || style.contains("visibility:hidden")
        || style.split(';').any(|rule| rule == "display:none" || rule == "display:none!important")
}

/// True for an element whose class or id marks a cookie dialog.
fn is_about_cookies(element: &Element) -> bool {
    const SUBJECT: &[&str] = &["cookie", "consent", "gdpr", "onetrust", "didomi"];
    const SHAPE: &[&str] = &[
        "banner",
        "notice",
        "consent",
        "modal",
        "popup",
        "overlay",
        "bar",
        "dialog",
        "message",
        "policy",
        "onetrust",
        "didomi",
        "notification",
        "law",
    ];
    if matches!(element.name(), "html" | "body" | "main" | "article") {
        return false;
    }
    let names = [element.attr("class"), element.attr("id")].into_iter().flatten();
    let names = names.map(|n| n.get(..200).unwrap_or(n)).collect::<Vec<_>>().join(" ").to_lowercase();
    let is_dialog = matches!(element.attr("role"), Some("dialog" | "alertdialog"));
    SUBJECT.iter().any(|s| names.contains(s)) && (is_dialog || SHAPE.iter().any(|s| names.contains(s)))
}

fn has_heading(element: ElementRef<'_>) -> bool {
    let is_heading = |node: &Node| node.as_element().is_some_and(|e| e.name() == "h1");
    element.descendants().skip(1).any(|n| is_heading(n.value()))
}

//! The common layout of all pages.

use maud::{DOCTYPE, Markup, html};
use sayso_ledger::EntryName;

use crate::{apart, unseen};

/// The entries of the navigation.
const PLACES: [(&str, &str); 8] = [
    ("/", "Stories"),
    (ALERTS, "Alerts"),
    ("/figures", "Figures"),
    ("/queue", "Queue"),
    ("/speakers", "Speakers"),
    ("/add", "Add"),
    ("/audit", "Audit"),
    ("/export", "Export"),
];

/// The page of alerts, which has a badge.
const ALERTS: &str = "/alerts";

/// A page with its title below the navigation. `here` is the path of the navigation entry that it belongs to.
pub(crate) fn page(title: &str, here: &str, content: Markup) -> Markup {
    page_with(title, here, html! {}, content)
}

/// The same, with additional elements in its head.
pub(crate) fn page_with(title: &str, here: &str, head: Markup, content: Markup) -> Markup {
    let title = clean(title);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – sayso" }
                link rel="stylesheet" href="/style.css";
                script src="/app.js" defer {}
                (head)
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header {
                    a.brand href="/" { "sayso" }
                    nav aria-label="Pages" {
                        @for (path, name) in PLACES {
                            a href=(path) aria-current=[(path == here).then_some("page")] {
                                (name)
                                @if path == ALERTS && unseen::alerts() > 0 {
                                    " " b.new { (unseen::alerts()) span.hidden { " new" } }
                                }
                            }
                        }
                    }
                    form.search method="get" action="/search" role="search" {
                        label.hidden for="q" { "Search reports" }
                        input #q type="search" name="q" placeholder="Search reports";
                        button { "Search" }
                    }
                }
                main #content tabindex="-1" {
                    (apart::banner())
                    h1 { (title) }
                    (content)
                }
                footer {
                    a href="/words" { "What the words mean" }
                    " " a href="/api/v1" { "API" }
                    (apart::switch())
                }
            }
        }
    }
}

/// A word that the glossary explains.
pub(crate) fn term(id: &str, shown: &str) -> Markup {
    let meaning = sayso_desk::glossary::meaning(id).unwrap_or_default();
    html! { a.term href=(format!("/words#{id}")) title=(meaning) { (shown) } }
}

/// The first thing that happened to a value; the rest is folded if there is much of it.
pub(crate) fn warned(all: &[String]) -> Markup {
    const FIRST: usize = 2;
    let (first, rest) = all.split_at(if all.len() > FIRST + 1 { FIRST } else { all.len() });
    html! {
        @for one in first { div.warn { (linked(one, None)) } }
        @if !rest.is_empty() {
            details.warn { summary { "and " (rest.len()) " more" } @for one in rest { div { (linked(one, None)) } } }
        }
    }
}

/// A status in words, with the entries that it names linked: `superseded by 9:f1 (52 people)`, and of the same report
/// `part of f5`.
pub(crate) fn linked(status: &str, report: Option<i64>) -> Markup {
    let text = line(status);
    let mut before = "";
    let words: Vec<(&str, Option<String>)> = text
        .split(' ')
        .map(|word| {
            let core = word.trim_end_matches([';', ',']);
            let of_report =
                core.split_once(':').and_then(|(report, entry)| Some((report.parse().ok()?, entry)));
            let (of, name) =
                of_report.map_or((report.filter(|_| before == "of"), core), |(r, e)| (Some(r), e));
            before = word;
            let leads = of.filter(|_| EntryName::parse(name).is_some());
            (word, leads.map(|report: i64| format!("/report/{report}#{name}")))
        })
        .collect();
    html! {
        @for (n, (word, href)) in words.iter().enumerate() {
            @if n > 0 { " " }
            @if let Some(href) = href {
                @let core = word.trim_end_matches([';', ',']);
                a href=(href) { (core) } (word.get(core.len()..).unwrap_or_default())
            } @else { (word) }
        }
    }
}

/// Text of a report for a page, on one line or unchanged. The template does the escaping.
pub(crate) use sayso_desk::words::{plain as line, plain_lines as clean};

/// A time as `2025-06-12 14:03`, from a time with seconds.
pub(crate) fn moment(at: &str) -> String {
    line(at.get(..16).unwrap_or(at)).replace('T', " ")
}

/// The name of something, which may not be known.
pub(crate) fn or_dash(text: Option<&str>) -> String {
    text.map_or_else(|| "–".to_owned(), line)
}

#[cfg(test)]
mod tests {
    use super::{line, linked, page};
    use maud::html;

    #[test]
    fn a_status_leads_to_the_entries_that_it_names() {
        let shown = linked("asserted; part of f5; superseded by 9:f1 (at <b> 12:30)", Some(3)).into_string();
        let wanted = "asserted; part of <a href=\"/report/3#f5\">f5</a>; superseded by <a href=\"/report/9#f1\">9:f1</a> (at &lt;b&gt; 12:30)";
        assert_eq!(shown, wanted);
        assert_eq!(linked("part of f5", None).into_string(), "part of f5");
    }

    #[test]
    fn a_title_cannot_break_out() {
        let title = "</title><script>alert(1)</script>\u{202e}\u{1b}[31m";
        let page = page(title, "/", html! { p { (line(title)) } }).into_string();
        assert!(
            page.matches("<script").count() == 1 && !page.contains('\u{202e}') && !page.contains('\u{1b}'),
            "{page}"
        );
    }
}

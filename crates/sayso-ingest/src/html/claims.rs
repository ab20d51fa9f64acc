//! What a page says about itself in several places: agreement determines which of several headlines and articles is its own.

use scraper::Html;

use super::head;

/// The headlines and addresses that a page gives itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Claims {
    /// Main headings, as written.
    pub(super) headings: Vec<String>,
    /// `og:title`, meant for social networks, as written.
    pub(super) graph: Option<String>,
    /// `title`, meant for search engines, as written.
    pub(super) title: Option<String>,
    /// Canonical and other addresses, folded.
    urls: Vec<String>,
}

impl Claims {
    pub(super) fn of(document: &Html, url: Option<&str>) -> Self {
        let urls = head::addresses(document).into_iter().chain(url.map(str::to_owned));
        let [graph, title] = head::titles(document);
        Self { headings: head::headings(document), graph, title, urls: urls.map(|u| address(&u)).collect() }
    }

    /// `og:title` and `title`.
    pub(super) fn titles(&self) -> impl Iterator<Item = &String> {
        self.graph.iter().chain(&self.title)
    }

    /// How many headings and titles agree with a headline.
    pub(super) fn support(&self, headline: &str) -> usize {
        self.headings.iter().chain(self.titles()).filter(|other| agree(headline, other)).count()
    }

    /// The visible heading that the page's titles confirm; of several, the one that shares most words with a title.
    pub(super) fn heading(&self) -> Option<&String> {
        let shared = |heading: &String| self.titles().map(|t| shared_words(heading, t)).fold(0.0, f32::max);
        let borne_out = self.headings.iter().filter(|h| h.split_whitespace().count() >= 3);
        let borne_out = borne_out.map(|h| (shared(h), h)).filter(|(share, _)| *share >= 0.5);
        borne_out.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, heading)| heading)
    }

    /// True for one or two words that occur nowhere else on a page that has a heading: software puts its own name in the
    /// headline's field. A longer headline may be a variant for search engines.
    pub(super) fn contradict(&self, headline: &str) -> bool {
        headline.split_whitespace().count() < 3
            && self.support(headline) == 0
            && self.heading().is_some_and(|h| shared_words(headline, h) < 0.3)
    }

    /// The heading also given to social networks, if a headline is in no heading but only in the page's `title`.
    pub(super) fn shown_instead(&self, headline: &str) -> Option<&String> {
        let (graph, title) = (self.graph.as_deref()?, self.title.as_deref()?);
        let shown = self.headings.iter().any(|h| agree(headline, h));
        if shown || !agree(headline, title) || agree(headline, graph) {
            return None;
        }
        self.headings.iter().find(|h| h.split_whitespace().count() >= 3 && agree(h, graph))
    }

    /// Whether an address is the page's own; `None` if the page gives none.
    pub(super) fn is_own(&self, url: &str) -> Option<bool> {
        (!self.urls.is_empty()).then(|| self.urls.contains(&address(url)))
    }
}

/// True for headlines that are equal apart from additions before or after.
fn agree(a: &str, b: &str) -> bool {
    let (a, b) = (head::folded(a), head::folded(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short == long && !short.is_empty() || short.len() >= 12 && long.contains(&short)
}

/// Share of the shorter headline's words that the other has too.
fn shared_words(a: &str, b: &str) -> f32 {
    let words = |text: &str| -> Vec<String> {
        let folded = text.to_lowercase();
        let mut words: Vec<String> = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect();
        words.sort_unstable();
        words.dedup();
        words
    };
    let (a, b) = (words(a), words(b));
    let shared = a.iter().filter(|w| b.contains(w)).count();
    shared as f32 / a.len().min(b.len()).max(1) as f32
}

/// An address without the parts that do not identify the page.
fn address(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    rest.split(['?', '#']).next().unwrap_or("").trim_end_matches('/').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::Claims;

    #[test]
    fn headlines_and_addresses_agree_or_differ() {
        let claims = Claims {
            headings: vec!["Nine hurt as ferry strikes pier".to_owned()],
            graph: None,
            title: Some("Nine hurt as ferry strikes pier | Coast Courier".to_owned()),
            urls: vec!["coast-courier.test/ferry".to_owned()],
        };
        assert_eq!(claims.support("Nine hurt as ferry strikes pier"), 2);
        assert!(claims.contradict("escenic"));
        assert!(!claims.contradict("Accident in Lund harbour costs passengers dear"));
        assert_eq!(claims.heading().map(String::as_str), Some("Nine hurt as ferry strikes pier"));
        assert_eq!(claims.is_own("http://www.coast-courier.test/ferry/?x=1"), Some(true));
        assert_eq!(claims.is_own("https://coast-courier.test/mill"), Some(false));
    }

    #[test]
    fn the_visible_title_takes_precedence_over_the_one_for_search_engines() {
        let title = "Ferry accident Lund: nine hurt, all we know";
        let claims = Claims {
            headings: vec!["Nine hurt as ferry strikes pier".to_owned()],
            graph: Some("Nine hurt as ferry strikes pier".to_owned()),
            title: Some(format!("{title} | Coast Courier")),
            urls: Vec::new(),
        };
        assert_eq!(claims.shown_instead(title), claims.headings.first());
        assert_eq!(claims.shown_instead("Harbour shaken by accident"), None);
        assert_eq!(Claims { graph: Some(title.to_owned()), ..claims }.shown_instead(title), None);
    }
}

//! Addresses as they are written: which of them can be fetched, and what they mean on the page that gives them.

use url::Url;

/// True for an address that can be fetched: http or https, in any case.
#[must_use]
pub fn is_web(written: &str) -> bool {
    scheme(written)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
}

/// The scheme of an address ("ftp" of "ftp://example.org/"); `None` for what is not an address.
#[must_use]
pub fn scheme(written: &str) -> Option<&str> {
    let (scheme, rest) = written.split_once("://")?;
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(letters);
    (is_scheme && !rest.is_empty()).then_some(scheme)
}

/// What an address means on the page, feed or list at `base`, if it is one that can be fetched. Without a base it must be
/// complete.
#[must_use]
pub fn resolve(written: &str, base: Option<&str>) -> Option<String> {
    let base = base.and_then(|base| Url::parse(base).ok());
    let url = match &base {
        Some(base) => base.join(written.trim()).ok()?,
        None => Url::parse(written.trim()).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::{is_web, resolve, scheme};

    #[test]
    fn only_the_web_is_fetched() {
        assert!(is_web("HTTP://a.test/") && is_web("https://a.test") && !is_web("ftp://a.test/"));
        assert!(!is_web("/etc/passwd") && !is_web("http://") && !is_web("a/http://b"));
        assert_eq!((scheme("ftp://a.test/x"), scheme("C:\\x"), scheme("x y://z")), (Some("ftp"), None, None));
        let base = Some("https://a.test/lists/all.opml");
        assert_eq!(resolve("feed.xml", base).as_deref(), Some("https://a.test/lists/feed.xml"));
        // A path is one of the server's own.
        assert_eq!(resolve("/etc/passwd", base).as_deref(), Some("https://a.test/etc/passwd"));
        for no in ["file:///etc/passwd", "javascript:x", "ftp://a.test/", "data:text/plain,x"] {
            assert_eq!(resolve(no, base), None, "{no}");
        }
        assert_eq!((resolve("/etc/passwd", None), resolve("", None)), (None, None));
    }
}

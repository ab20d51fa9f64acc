//! The command line's inputs: addresses, lists of feeds and of pages, files, folders, mailboxes.

use std::{fs, path::Path};

use sayso_ingest::{
    IngestError, Limits,
    opml::{self, Outline},
};

/// Why an input cannot be watched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// It cannot be read.
    #[error("{name}: {source}; check the path and its permissions")]
    Open {
        /// As named.
        name: String,
        /// The system's error.
        source: std::io::Error,
    },
    /// An invalid list.
    #[error("{name}: {source}")]
    List {
        /// As named.
        name: String,
        /// What is wrong with it.
        source: IngestError,
    },
}

/// What is to be watched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Inputs {
    /// Feeds, sitemaps and pages, each with the list that it comes from.
    pub(crate) sources: Vec<(Outline, Option<String>)>,
    /// Articles, each with the list that it comes from.
    pub(crate) pages: Vec<(String, String)>,
}

/// True for an address to be fetched.
pub(crate) fn is_address(name: &str) -> bool {
    name.starts_with("http://") || name.starts_with("https://")
}

/// Expands the inputs. A file that is a list (OPML, or one address per line) stands for its entries; any other file and any
/// folder is a source of its own.
pub(crate) fn expand(names: &[String], limits: &Limits) -> Result<Inputs, InputError> {
    let mut out = Inputs::default();
    for name in names {
        if is_address(name) {
            out.sources.push((Outline { address: name.clone(), title: None }, None));
            continue;
        }
        let open = |source| InputError::Open { name: name.clone(), source };
        let path = Path::new(name);
        if fs::metadata(path).map_err(open)?.is_dir() {
            out.sources.push((Outline { address: local(path).map_err(open)?, title: None }, None));
            continue;
        }
        let bytes = fs::read(path).map_err(open)?;
        if opml::is_opml(&bytes) {
            let feeds = opml::read(&bytes, limits)
                .map_err(|source| InputError::List { name: name.clone(), source })?;
            out.sources.extend(feeds.into_iter().map(|feed| (feed, Some(name.clone()))));
        } else if let Some(pages) = pages(&bytes) {
            out.pages.extend(pages.into_iter().map(|page| (page, name.clone())));
        } else {
            out.sources.push((Outline { address: local(path).map_err(open)?, title: None }, None));
        }
    }
    Ok(out)
}

/// An absolute path, so that it is the same wherever the next run is started.
fn local(path: &Path) -> std::io::Result<String> {
    Ok(path.canonicalize()?.display().to_string())
}

/// The addresses in a list of pages, one per line; blank lines and lines that begin with `#` are skipped. `None` if a line is not
/// an address.
fn pages(bytes: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let pages: Vec<String> = lines
        .map(|l| (is_address(l) && !l.contains(char::is_whitespace)).then(|| l.to_owned()))
        .collect::<Option<_>>()?;
    (!pages.is_empty()).then_some(pages)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sayso_ingest::Limits;

    use super::expand;

    #[test]
    fn lists_are_replaced_by_their_entries() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        fs::write(
            at("feeds.opml"),
            "<opml><body><outline xmlUrl='https://a.test/feed' text='A'/></body></opml>",
        )
        .unwrap();
        fs::write(at("pages.txt"), "# what matters\nhttps://a.test/1\n\nhttps://a.test/2\n").unwrap();
        fs::write(at("report.txt"), "Nine people were hurt, see https://a.test/1\n").unwrap();
        let names =
            ["https://b.test/".to_owned(), at("feeds.opml"), at("pages.txt"), at("report.txt"), at(".")];
        let found = expand(&names, &Limits::default()).unwrap();
        let sources: Vec<&str> = found.sources.iter().map(|(s, _)| s.address.as_str()).collect();
        assert_eq!(sources[..2], ["https://b.test/", "https://a.test/feed"]);
        assert!(sources[2].ends_with("report.txt") && sources.len() == 4, "{sources:?}");
        assert_eq!(found.pages.len(), 2);
        assert!(expand(&[at("none")], &Limits::default()).is_err());
    }
}

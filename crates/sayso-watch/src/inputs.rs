//! The command line's inputs: addresses, lists of feeds and of pages, files, folders, mailboxes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sayso_ingest::{
    IngestError, Limits, address, charset, list,
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
    /// An address that is not fetched.
    #[error(
        "{name}: addresses that begin with '{scheme}://' are not fetched; give an http or https address, or a path"
    )]
    Scheme {
        /// As named.
        name: String,
        /// Its scheme.
        scheme: String,
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
    /// Names under which earlier versions recorded the lists: as they were typed.
    pub(crate) lists: Vec<String>,
    /// Entries of lists that are not watched, and why.
    pub(crate) refused: Vec<(String, String)>,
}

/// Expands the inputs. A file that is a list (OPML, or mostly addresses, one per line) stands for its entries; any other file and any
/// folder is a source of its own. A list may have come from anywhere, so it names addresses and files below its own folder, and
/// nothing else on this machine.
pub(crate) fn expand(names: &[String], limits: &Limits) -> Result<Inputs, InputError> {
    let mut out = Inputs::default();
    for name in names {
        if address::is_web(name) {
            out.sources.push((Outline { address: name.clone(), title: None }, None));
            continue;
        }
        let open = |source| InputError::Open { name: name.clone(), source };
        let path = Path::new(name);
        if let Some(scheme) = address::scheme(name).filter(|_| !path.exists()) {
            return Err(InputError::Scheme { name: name.clone(), scheme: scheme.to_owned() });
        }
        if fs::metadata(path).map_err(open)?.is_dir() {
            out.sources.push((Outline { address: local(path).map_err(open)?, title: None }, None));
            continue;
        }
        let bytes = fs::read(path).map_err(open)?;
        if opml::is_opml(&bytes) {
            let feeds = opml::read(&bytes, limits)
                .map_err(|source| InputError::List { name: name.clone(), source })?;
            let list = local(path).map_err(open)?;
            for feed in feeds {
                match named_in(&list, &feed.address) {
                    Ok(address) => out.sources.push((Outline { address, ..feed }, Some(list.clone()))),
                    Err(reason) => out.refused.push((format!("{name}: {}", feed.address), reason)),
                }
            }
        } else if let Some(text) = text_of(&bytes).filter(|text| list::is_list(text)) {
            let of = local(path).map_err(open)?;
            out.lists.push(name.clone());
            for line in list::addresses(&text) {
                match line {
                    Ok(page) => out.pages.push((page.to_owned(), of.clone())),
                    Err(line) => out.refused.push((format!("{name}: {line}"), list::NO_ADDRESS.to_owned())),
                }
            }
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

/// What a list of feeds on this machine names: an address, or a file below the list's own folder.
fn named_in(list: &str, written: &str) -> Result<String, String> {
    if address::is_web(written) {
        return Ok(written.to_owned());
    }
    if let Some(scheme) = address::scheme(written) {
        return Err(format!("addresses that begin with '{scheme}://' are not fetched; it is not watched"));
    }
    let folder = Path::new(list).parent().unwrap_or(Path::new("/"));
    let path: PathBuf = folder.join(written).canonicalize().map_err(|e| format!("{e}; it is not watched"))?;
    if !path.starts_with(folder) || path == folder {
        return Err(
            "a list may name addresses, and files below its own folder; to watch this, name it on the command line"
                .to_owned(),
        );
    }
    Ok(path.display().to_string())
}

/// What a file says, if it is text.
fn text_of(bytes: &[u8]) -> Option<String> {
    charset::decode(bytes, None).ok().map(|decoded| decoded.text)
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
        fs::write(
            at("pages.txt"),
            "# what matters\nhttps://a.test/1\n\nhttps://a.test/2 # the ferry\na.test/3\n",
        )
        .unwrap();
        fs::write(at("report.txt"), "Nine people were hurt, see https://a.test/1\n").unwrap();
        let names =
            ["https://b.test/".to_owned(), at("feeds.opml"), at("pages.txt"), at("report.txt"), at(".")];
        let found = expand(&names, &Limits::default()).unwrap();
        let sources: Vec<&str> = found.sources.iter().map(|(s, _)| s.address.as_str()).collect();
        assert_eq!(sources[..2], ["https://b.test/", "https://a.test/feed"]);
        assert!(sources[2].ends_with("report.txt") && sources.len() == 4, "{sources:?}");
        assert_eq!(found.pages.len(), 2);
        assert_eq!(found.pages[1].0, "https://a.test/2");
        assert!(
            found.refused.len() == 1 && found.refused[0].0.ends_with("pages.txt: a.test/3"),
            "{:?}",
            found.refused
        );
        // A list is the same one wherever the watch is started.
        let list = fs::canonicalize(at("pages.txt")).unwrap().display().to_string();
        assert!(found.pages.iter().all(|(_, of)| *of == list), "{:?}", found.pages);
        assert!(expand(&[at("none")], &Limits::default()).is_err());
        let upper = expand(&["HTTPS://b.test/".to_owned()], &Limits::default()).unwrap();
        assert_eq!(upper.sources[0].0.address, "HTTPS://b.test/");
        let error = expand(&["ftp://b.test/feed".to_owned()], &Limits::default()).unwrap_err().to_string();
        assert!(error.contains("'ftp://'"), "{error}");
    }

    #[test]
    fn a_list_names_nothing_outside_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("lists/in")).unwrap();
        fs::write(root.join("secret.txt"), "secret").unwrap();
        fs::write(root.join("lists/in/a.xml"), "<rss/>").unwrap();
        let names =
            ["in/a.xml", "../secret.txt", "/etc/hostname", ".", "file:///etc/hostname", "https://a.test/f"];
        let outlines: String = names.iter().map(|n| format!("<outline xmlUrl='{n}'/>")).collect();
        let list = root.join("lists/feeds.opml");
        fs::write(&list, format!("<opml><body>{outlines}</body></opml>")).unwrap();
        let found = expand(&[list.display().to_string()], &Limits::default()).unwrap();
        let sources: Vec<&str> = found.sources.iter().map(|(s, _)| s.address.as_str()).collect();
        assert_eq!(sources, [root.join("lists/in/a.xml").to_str().unwrap(), "https://a.test/f"]);
        assert_eq!(found.refused.len(), 4, "{:?}", found.refused);
    }
}

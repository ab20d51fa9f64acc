//! Lists of addresses: one on each line, as in sitemaps that are plain text. `#` begins a comment.

use sayso_model::Head;

use crate::{IngestError, Item, Limits, Link, Sink, address, charset};

/// True for a text of which the first line and most others are addresses.
#[must_use]
pub fn is_list(text: &str) -> bool {
    let (mut addresses, mut others) = (0, 0);
    for line in lines(text) {
        match address_of(line) {
            Some(_) => addresses += 1,
            None if addresses == 0 => return false,
            None => others += 1,
        }
    }
    addresses > others
}

/// The addresses of a list in order; in place of one, the line that is none.
pub fn addresses(text: &str) -> impl Iterator<Item = Result<&str, &str>> {
    lines(text).map(|line| address_of(line).ok_or(line))
}

/// Passes on a link for each address of a list; other lines, and those over the limit, are passed on as skipped.
///
/// # Errors
/// Those of [`charset::decode`].
pub fn read(
    origin: &str,
    bytes: &[u8],
    declared: Option<&str>,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), IngestError> {
    let text = charset::decode(bytes, declared)?.text;
    for (number, line) in addresses(&text).enumerate() {
        let origin = |of: &str| format!("{origin}#{} {of}", number + 1);
        let item = match line {
            Ok(url) if number >= limits.entries => Item::Skipped {
                origin: origin(url),
                reason: format!("over the limit of {} entries of one list", limits.entries),
            },
            Ok(url) => Item::Link(Box::new(Link {
                url: url.to_owned(),
                known: Head::default(),
                is_sitemap: false,
                modified: None,
                changed: None,
                entry: None,
            })),
            Err(other) => Item::Skipped { origin: origin(other), reason: NO_ADDRESS.to_owned() },
        };
        if sink(item).is_break() {
            break;
        }
    }
    Ok(())
}

/// Why a line is skipped.
pub const NO_ADDRESS: &str = "a line that is not an http or https address";

/// Lines other than comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.trim_start_matches('\u{FEFF}');
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The address that a line consists of, without the comment after it.
fn address_of(line: &str) -> Option<&str> {
    let (address, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim_start();
    (address::is_web(address) && (rest.is_empty() || rest.starts_with('#'))).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::{addresses, is_list, read};
    use crate::{Item, Limits, jsonl::collect};

    #[test]
    fn a_list_has_mostly_addresses() {
        let list = "# ours\nhttps://a.test/1\nhttps://a.test/2 # the ferry\n\na.test/3\n";
        assert!(is_list(list) && is_list("https://a.test/1"));
        assert_eq!(
            addresses(list).collect::<Vec<_>>(),
            [Ok("https://a.test/1"), Ok("https://a.test/2"), Err("a.test/3")]
        );
        for text in [
            "Nine people were hurt, see\nhttps://a.test/1\nhttps://a.test/2\n",
            "https://a.test/1\nNine people were hurt.\n",
            "https://a.test/1 says that nine people were hurt.\n",
            "",
            "# only a comment",
        ] {
            assert!(!is_list(text), "{text}");
        }
        let limits = Limits { entries: 2, ..Limits::default() };
        let items = collect(|sink| read("l", list.as_bytes(), None, &limits, sink).unwrap());
        assert!(matches!(&items[1], Item::Link(link) if link.url == "https://a.test/2"), "{items:?}");
        assert!(matches!(&items[2], Item::Skipped { origin, .. } if origin == "l#3 a.test/3"), "{items:?}");
    }
}

//! Plain text, with or without `key: value` lines before it.

pub(crate) mod opening;

use sayso_model::{Head, HeadSource, Report};

use crate::{
    HeadOverrides, IngestError, charset,
    head::{self, fill, names, publish, stated},
    normalise::normalise,
    report::{assemble, diagnostic},
};

/// A report from the bytes of a plain text.
///
/// Lines `key: value` before the first blank line are its head, if the first of them has one of the keys `title` (`headline`),
/// `publisher` (`outlet`), `author` (`byline`), `published` (`date`), `url`, `language`. Otherwise the first short line without a
/// final full stop is the headline. A byline, a dateline and a date of publication are looked for in the text's opening; none of
/// them is ever assumed.
///
/// # Errors
/// [`IngestError::Empty`], [`IngestError::NotText`], and [`IngestError::NoText`] if nothing follows the head.
pub fn text(bytes: &[u8], options: &HeadOverrides) -> Result<Report, IngestError> {
    read(bytes, None, &Head::default(), options)
}

/// Like [`text()`], with a declared charset and with what a container knows about the report.
pub(crate) fn read(
    bytes: &[u8],
    declared: Option<&str>,
    container: &Head,
    options: &HeadOverrides,
) -> Result<Report, IngestError> {
    let decoded = charset::decode(bytes, declared)?;
    let normalised = normalise(&decoded.text);
    if normalised.trim().is_empty() {
        return Err(IngestError::Empty);
    }
    let mut diagnostics = Vec::new();
    if decoded.replaced > 0 {
        diagnostics.push(diagnostic(
            "invalid_text",
            &format!(
                "{} byte sequences are not valid {} and were replaced by U+FFFD; check the file's charset.",
                decoded.replaced, decoded.charset
            ),
        ));
    }
    let (keys, body) = split_head(&normalised);
    let body = body.trim_matches('\n');
    if body.trim().is_empty() {
        return Err(IngestError::NoText { form: "file" });
    }
    let mut known = options.head();
    if let Some(keys) = keys {
        fill(&mut known, key_head(keys));
    }
    fill(&mut known, container.clone());
    if known.headline.is_none() {
        known.headline = opening::headline(body);
    }
    Ok(assemble(bytes, body, known, diagnostics))
}

/// A report whose text is exactly `text`, so that its spans are offsets into it: nothing is normalised, no lines are removed as a
/// head, no headline is prepended. A headline, byline, dateline and date in its opening are found as by [`text()`].
///
/// # Errors
/// [`IngestError::Empty`].
pub fn verbatim(text: &str, options: &HeadOverrides) -> Result<Report, IngestError> {
    if text.trim().is_empty() {
        return Err(IngestError::Empty);
    }
    let mut known = HeadOverrides { headline: None, ..options.clone() }.head();
    known.headline = opening::headline(text);
    Ok(assemble(text.as_bytes(), text, known, Vec::new()))
}

const KEYS: &[&str] = &[
    "title",
    "headline",
    "publisher",
    "outlet",
    "site",
    "source",
    "author",
    "authors",
    "byline",
    "published",
    "date",
    "url",
    "link",
    "language",
    "lang",
];

/// The `key: value` lines before the first blank line, if there are any, and the rest.
fn split_head(text: &str) -> (Option<&str>, &str) {
    let first = text.lines().next().unwrap_or("");
    if !key_of(first).is_some_and(|(key, _)| KEYS.contains(&key.as_str())) {
        return (None, text);
    }
    let (head, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    if head.lines().all(|line| key_of(line).is_some()) { (Some(head), rest) } else { (None, text) }
}

fn key_of(line: &str) -> Option<(String, &str)> {
    let (key, value) = line.split_once(':')?;
    let plain = !key.is_empty()
        && key.len() <= 24
        && key.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'-');
    plain.then(|| (key.to_lowercase(), value.trim()))
}

fn key_head(lines: &str) -> Head {
    let from = HeadSource::Key;
    let mut head = Head::default();
    for (key, value) in lines.lines().filter_map(key_of) {
        match key.as_str() {
            "title" | "headline" => head.headline = head.headline.take().or_else(|| stated(value, &from)),
            "publisher" | "outlet" | "site" | "source" => {
                head.outlet = head.outlet.take().or_else(|| stated(value, &from));
            }
            "author" | "authors" | "byline" => {
                head.byline.extend(names(value).iter().filter_map(|name| stated(name, &from)));
            }
            "published" | "date" => publish(&mut head, value, &from),
            "url" | "link" if head::host(value).is_some() => {
                head.url = head.url.take().or_else(|| stated(value, &from));
            }
            "language" | "lang" => head.language = head.language.take().or_else(|| stated(value, &from)),
            _ => {}
        }
    }
    head
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sayso_model::HeadSource;

    use super::text;
    use crate::{HeadOverrides, IngestError};

    const KEYED: &str = "title: Ferry strikes pier in Lund harbour\npublisher: coast-courier.test\nauthor: Ida Holm\n\
        published: 2024-03-05T07:30:00Z\nurl: https://coast-courier.test/ferry\n\n\
        LUND — At least nine people were hurt on Tuesday, the harbour office said.\n\nThe ferry's owner has not answered.\n";

    #[test]
    fn keys_become_the_head() {
        let report = text(KEYED.as_bytes(), &HeadOverrides::default()).unwrap();
        let head = &report.head;
        assert!(report.text.starts_with("Ferry strikes pier in Lund harbour\n\nLUND — "));
        let headline = head.headline.as_ref().unwrap();
        assert_eq!(headline.span.unwrap().cut(&report.text), headline.value);
        assert_eq!(head.outlet.as_ref().unwrap().value, "coast-courier.test");
        assert_eq!(head.byline[0].value, "Ida Holm");
        assert_eq!(head.published.as_ref().unwrap().value.to_string(), "2024-03-05");
        assert_eq!(head.published_at.as_ref().unwrap().value, "2024-03-05T07:30:00Z");
        let dateline = head.dateline.as_ref().unwrap();
        assert_eq!((dateline.value.as_str(), dateline.span.unwrap().cut(&report.text)), ("LUND", "LUND"));
        assert_eq!(head.language.as_ref().unwrap().value, "en");
        assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
    }

    #[test]
    fn the_opening_of_a_bare_text_is_read_and_nothing_assumed() {
        let bare = "Nine hurt as ferry strikes pier\nBy Ida Holm and Per Lind\n\nLUND, Sweden (AP) - Nine people were hurt when a ferry struck the pier, \
            the harbour office said in a statement.\n";
        let report = text(bare.as_bytes(), &HeadOverrides::default()).unwrap();
        let head = &report.head;
        assert_eq!(report.text, bare.trim_end());
        assert_eq!(head.headline.as_ref().unwrap().value, "Nine hurt as ferry strikes pier");
        assert_eq!(head.headline.as_ref().unwrap().from, HeadSource::Text);
        let names: Vec<_> = head.byline.iter().map(|n| n.span.unwrap().cut(&report.text)).collect();
        assert_eq!(names, ["Ida Holm", "Per Lind"]);
        assert_eq!(head.dateline.as_ref().unwrap().value, "LUND, Sweden");
        assert_eq!(head.published, None);
        assert_eq!(report.diagnostics[0].code, "no_publication_date");
    }

    #[test]
    fn options_go_first() {
        let options = HeadOverrides {
            headline: Some("A ferry and a pier".into()),
            published: sayso_model::Date::new(2024, 3, 6),
            ..HeadOverrides::default()
        };
        let head = text(KEYED.as_bytes(), &options).unwrap().head;
        assert_eq!(head.headline.unwrap().value, "A ferry and a pier");
        assert_eq!(head.published.unwrap().value.day(), 6);
        assert_eq!(head.published_at, None, "an instant of another day is not kept");
    }

    #[test]
    fn a_first_section_heading_is_not_a_headline() {
        let report = text(
            "What's New\nThe harbour office said on Tuesday that nine people had been hurt on the ferry.\nWhy It Matters\nIt is the third such accident this year.".as_bytes(),
            &HeadOverrides::default(),
        )
        .unwrap();
        assert_eq!(report.head.headline, None);
    }

    #[test]
    fn other_languages_are_kept_and_reported() {
        let report = text(
            "Die Fähre fuhr am Morgen gegen die Mole. Nach Angaben der Behörde wurden dabei neun Menschen verletzt, einer davon schwer. \
             Der Betreiber äußerte sich zunächst nicht zu der Ursache, kündigte aber eine Untersuchung an, die noch in dieser Woche beginnen soll."
                .as_bytes(),
            &HeadOverrides::default(),
        )
        .unwrap();
        assert_eq!(report.head.language.unwrap().value, "de");
        assert!(report.diagnostics.iter().any(|d| d.code == "language_not_read"));
    }

    #[test]
    fn a_verbatim_text_is_unchanged() {
        for text in [
            "\n Nine hurt on ferry \r\n\r\n\r\nBy Jane Doe\n\nThe ferry\u{AD} hit a pier.",
            "title: x\n\ny z",
        ] {
            let report = super::verbatim(text, &HeadOverrides::default()).unwrap();
            assert_eq!(report.text, text);
        }
    }

    #[test]
    fn empty_inputs_are_errors() {
        for bytes in [&b""[..], b" \n\t\n", "\u{FEFF}\u{200B}".as_bytes()] {
            assert!(matches!(text(bytes, &HeadOverrides::default()), Err(IngestError::Empty)));
        }
        assert!(matches!(
            text(b"title: Only a head\n", &HeadOverrides::default()),
            Err(IngestError::NoText { .. })
        ));
    }

    proptest! {
        #[test]
        fn every_span_cuts_its_value(body in "(title: |By |[A-Z]{3,6}|, | — | \\(AP\\) - |\n|Jane Doe|and |[a-zé“”. ]{0,12}|2024-01-0[0-9]){0,20}") {
            if let Ok(report) = text(body.as_bytes(), &HeadOverrides::default()) {
                let head = &report.head;
                for value in head.headline.iter().chain(&head.byline).chain(&head.dateline) {
                    if let Some(span) = value.span {
                        let cut = crate::normalise::line(span.cut(&report.text));
                        prop_assert_eq!(&cut, &value.value);
                    }
                }
            }
        }

        #[test]
        fn bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = text(&bytes, &HeadOverrides::default());
        }
    }
}

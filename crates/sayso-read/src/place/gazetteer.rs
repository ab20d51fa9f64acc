//! The gazetteer `data/gazetteer.tsv`, searched in place: its lines are sorted by their first column.

use std::borrow::Cow;

use sayso_model::{PlaceEntry, PlaceLevel};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

static LINES: &str = sayso_data::GAZETTEER;

/// Entries with a name, in the file's order; empty if there are none.
pub(crate) fn look_up(name: &str) -> Vec<PlaceEntry> {
    let key = fold(name);
    if key.is_empty() {
        return Vec::new();
    }
    lines_from(&key).map_while(|line| entry(line, &key)).collect()
}

/// The key that a name is looked up by: lower case, no accents, plain apostrophes, spaces for hyphens.
pub(crate) fn fold(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    let plain: Cow<'_, str> =
        if name.is_ascii() { Cow::Borrowed(name) } else { Cow::Owned(name.nfkd().collect()) };
    for c in plain.chars().filter(|&c| !is_combining_mark(c)) {
        let c = match c {
            '’' | '‘' | 'ʼ' | 'ʻ' | '`' => '\'',
            '-' | '–' | '—' | '‑' => ' ',
            c if c.is_whitespace() => ' ',
            'ø' | 'Ø' => 'o',
            'ł' | 'Ł' => 'l',
            'đ' | 'Đ' => 'd',
            'ı' => 'i',
            'ə' | 'Ə' => 'a',
            c => c,
        };
        match c {
            ' ' if key.is_empty() || key.ends_with(' ') => {}
            'ß' => key.push_str("ss"),
            'æ' | 'Æ' => key.push_str("ae"),
            c => key.extend(c.to_lowercase()),
        }
    }
    key.truncate(key.trim_end().len());
    key
}

/// The lines from the first whose key is not below `key`.
fn lines_from(key: &str) -> impl Iterator<Item = &'static str> {
    let bytes = LINES.as_bytes();
    // `low` is always the start of a line; every line before it has a smaller key.
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[..middle].iter().rposition(|&b| b == b'\n').map_or(0, |n| n + 1).max(low);
        let end = bytes[start..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |n| start + n + 1);
        let line = LINES.get(start..end).unwrap_or("");
        if line.starts_with('#') || key_of(line).as_bytes() < key.as_bytes() {
            low = end;
        } else {
            high = start;
        }
    }
    LINES.get(low..).unwrap_or("").lines()
}

fn key_of(line: &str) -> &str {
    line.split('\t').next().unwrap_or("").trim_end()
}

fn entry(line: &'static str, key: &str) -> Option<PlaceEntry> {
    let mut columns = line.split('\t');
    if columns.next()? != key {
        return None;
    }
    let name = columns.next()?.to_owned();
    let level = match columns.next()? {
        "region" => PlaceLevel::Region,
        "country" => PlaceLevel::Country,
        "admin" => PlaceLevel::Admin,
        "district" => PlaceLevel::District,
        _ => PlaceLevel::City,
    };
    let geonames = columns.next()?.parse().ok();
    let mut text = || columns.next().filter(|c| !c.is_empty()).map(str::to_owned);
    let (country, admin) = (text(), text());
    let population = text().and_then(|p| p.parse().ok());
    Some(PlaceEntry { geonames, name, level, country, admin, population })
}

#[cfg(test)]
mod tests {
    use sayso_model::PlaceLevel;

    use super::{LINES, fold, key_of, look_up};

    #[test]
    fn lines_are_sorted() {
        let keys: Vec<_> = LINES.lines().filter(|l| !l.starts_with('#')).map(key_of).collect();
        assert!(keys.is_sorted());
        assert!(keys.len() > 50_000);
    }

    #[test]
    fn names_are_found_in_any_spelling() {
        assert_eq!(fold("  Saint-Étienne "), "saint etienne");
        assert_eq!(look_up("SÃO PAULO")[0].country.as_deref(), Some("BR"));
        assert_eq!(look_up("Peru")[0].level, PlaceLevel::Country);
        assert!(look_up("Xyzzyville").is_empty() && look_up("").is_empty() && look_up("\t").is_empty());
        assert!(look_up("georgia").len() > 1);
    }

    #[test]
    fn first_and_last_lines_are_found() {
        for line in [LINES.lines().find(|l| !l.starts_with('#')), LINES.lines().last()] {
            assert!(!look_up(key_of(line.unwrap())).is_empty());
        }
    }
}

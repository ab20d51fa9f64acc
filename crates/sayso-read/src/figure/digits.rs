//! Numbers written in digits: with commas, dots or both, grouped by thousands or in the Indian way.

use crate::word::{Word, WordKind};

/// A number read from digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digits {
    /// Without group separators, with a dot before a fraction.
    pub(super) plain: String,
    /// Its digits if its only dot separates thousands ("12.500").
    pub(super) grouped: Option<String>,
}

/// Reads digits with inner commas and dots; `None` if these are placed as in no number. `decimal_comma` says that the report
/// writes "12.500" for twelve thousand five hundred.
pub(super) fn read(written: &str, decimal_comma: bool) -> Option<Digits> {
    if written.contains(':') {
        return None;
    }
    let dots = written.matches('.').count();
    let turned = decimal_comma || dots > 1 || (dots == 1 && written.find('.') < written.find(','));
    if !turned {
        return read_plain(written);
    }
    let swapped: String = written
        .chars()
        .map(|c| match c {
            '.' => ',',
            ',' => '.',
            c => c,
        })
        .collect();
    read_plain(&swapped).map(|digits| Digits { grouped: None, ..digits })
}

/// Like [`read`], with commas between groups and a dot before the fraction.
fn read_plain(written: &str) -> Option<Digits> {
    let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
    if fraction.contains(['.', ',']) {
        return None;
    }
    let groups: Vec<&str> = whole.split(',').collect();
    if groups.len() > 1 && !by_thousands(&groups) && !by_lakhs(&groups) {
        return None;
    }
    let grouped = (groups.len() == 1
        && fraction.len() == 3
        && (1..=3).contains(&whole.len())
        && !whole.starts_with('0'))
    .then(|| format!("{whole}{fraction}"));
    let mut plain: String = groups.concat();
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(Digits { plain, grouped })
}

/// "1,250,000".
fn by_thousands(groups: &[&str]) -> bool {
    matches!(groups, [first, rest @ ..] if (1..=3).contains(&first.len()) && rest.iter().all(|g| g.len() == 3))
}

/// "12,50,000": the last three digits, then pairs.
fn by_lakhs(groups: &[&str]) -> bool {
    matches!(groups, [first, pairs @ .., last]
        if (1..=2).contains(&first.len())
            && !pairs.is_empty()
            && last.len() == 3
            && pairs.iter().all(|g| g.len() == 2))
}

/// Reads "4,5" before a scale as a decimal ("4,5 million"): a comma before one or two digits does not separate groups.
pub(super) fn with_decimal_comma(written: &str) -> Option<String> {
    let (whole, fraction) = written.split_once(',')?;
    let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    (plain(whole) && plain(fraction) && fraction.len() <= 2 && whole.len() <= 3)
        .then(|| format!("{whole}.{fraction}"))
}

/// True if a report separates thousands with dots: some of its numbers can be read in no other way, or two of them with three
/// digits behind a dot count people, and none can only be read the English way.
pub(super) fn comma_is_decimal(words: &[Word<'_>]) -> bool {
    let (mut dots, mut commas, mut whole) = (false, false, 0);
    for (at, word) in words.iter().enumerate().filter(|(_, w)| w.kind == WordKind::Digits) {
        let written = word.lower.as_str();
        let next = words.get(at + 1).map_or("", |w| w.lower.as_str());
        let scaled = super::table::scale(next).is_some()
            || super::table::short(next).is_some()
            || matches!(next, "%" | "per" | "percent");
        let (head, tail) = written.split_once(['.', ',']).unwrap_or((written, ""));
        let decimal = scaled && (1..=2).contains(&tail.len()) && !head.is_empty();
        dots |= written.matches('.').count() > 1 && read(written, false).is_some()
            || decimal && written.contains(',');
        let of_people = super::names_people(next) || super::table::is(next, super::table::Part::State);
        let counts = of_people || super::table::category(next, super::table::Part::Object).is_some();
        // "2.125 children" is an average.
        whole += usize::from(counts && written.contains('.') && tail.len() == 3 && head.len() > 1);
        commas |= decimal && written.contains('.')
            || written.contains(',')
                && !written.contains('.')
                && by_thousands(&written.split(',').collect::<Vec<_>>());
    }
    (dots || whole > 1) && !commas
}

#[cfg(test)]
mod tests {
    use super::{Digits, comma_is_decimal, read, with_decimal_comma};
    use crate::word::Words;

    #[test]
    fn groups_and_fractions_are_told_apart() {
        for (written, plain) in [
            ("11,000", "11000"),
            ("1,234,567.50", "1234567.5"),
            ("1,25,000", "125000"),
            ("40,00,000", "4000000"),
            ("1.250.000", "1250000"),
            ("1.250.000,5", "1250000.5"),
            ("0.50", "0.5"),
            ("2025", "2025"),
        ] {
            assert_eq!(read(written, false).map(|d| d.plain).as_deref(), Some(plain), "{written}");
        }
        for written in ["1,00", "1.2.3", "12,5,000", "10:30", "1,2345"] {
            assert_eq!(read(written, false), None, "{written}");
        }
    }

    #[test]
    fn a_lone_dot_before_three_digits_may_separate_thousands() {
        let both = Digits { plain: "12.5".to_owned(), grouped: Some("12500".to_owned()) };
        assert_eq!(read("12.500", false), Some(both));
        assert_eq!(read("12.500", true).map(|d| d.plain).as_deref(), Some("12500"));
        assert_eq!(read("4,5", true).map(|d| d.plain).as_deref(), Some("4.5"));
        assert_eq!(with_decimal_comma("4,5").as_deref(), Some("4.5"));
        assert_eq!(with_decimal_comma("4,500"), None);
    }

    #[test]
    fn a_report_shows_its_style() {
        let style = |text: &str| comma_is_decimal(&Words::of_sentence(text).all);
        assert!(style("Some 12.500 of 1.250.000 people fled") && style("up 4,5 per cent to 12.500"));
        assert!(style("53.537 people were killed and 107.213 injured"));
        assert!(!style("Some 12.500 people fled") && !style("1.250.000 people, or 1,250 a day"));
        assert!(!style("4,5 million and 1.5 million"));
    }
}

//! Numbers as people write them.

use sayso_desk::{FigureLine, bounds, words};
use sayso_model::story::Bounds;
use serde::Deserialize;

/// A value with its bounds in words: `1,200 or more`.
pub(crate) fn amount(value: &Bounds) -> String {
    grouped(&words::amount(value))
}

/// The same of a figure in a list.
pub(crate) fn of_figure(figure: &FigureLine) -> String {
    match Bounds::deserialize(&figure.entry) {
        Ok(value) => amount(&value),
        Err(_) => grouped(&bounds(&figure.found.numbers)),
    }
}

/// Thousands parted by commas in every number of a text that holds nothing but numbers and words about them.
pub(crate) fn grouped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut rest = text;
    let mut fraction = false;
    while let Some(first) = rest.chars().next() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if digits == 0 {
            out.push(first);
            fraction = first == '.';
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (number, behind) = rest.split_at(digits);
        for (n, digit) in number.chars().enumerate() {
            if n > 0 && !fraction && (number.len() - n).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        fraction = false;
        rest = behind;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_parted() {
        for (plain, written) in [
            ("12000000", "12,000,000"),
            ("999", "999"),
            ("about 2500", "about 2,500"),
            ("1000 to 20000", "1,000 to 20,000"),
            ("1234.56789", "1,234.56789"),
            ("-1200.5", "-1,200.5"),
            ("–", "–"),
        ] {
            assert_eq!(grouped(plain), written);
        }
    }
}

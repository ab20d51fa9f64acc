//! Features of a word type. `training/text/features.py` computes the same; `tests/features.tsv` proves it.

/// Rows of the affix table that are selected by hash.
pub(crate) const BUCKETS: u64 = 16384;

/// Only this many characters of a form are examined.
const LONGEST: usize = 64;

/// A form with curly quotes, dashes and ellipses written in ASCII, cut to [`LONGEST`] characters.
pub(crate) fn level(form: &str) -> String {
    let mut out = String::with_capacity(form.len().min(LONGEST * 4));
    for c in form.chars().take(LONGEST) {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{b4}' | '\u{2bc}' | '`' => out.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' => out.push('"'),
            '\u{2010}'..='\u{2013}' | '\u{2212}' => out.push('-'),
            '\u{2014}' | '\u{2015}' => out.push_str("--"),
            '\u{2026}' => out.push_str("..."),
            '\u{a0}' => out.push(' '),
            c => out.push(c),
        }
    }
    if out == "''" || out == "''''" {
        return "\"".into();
    }
    if let Some((end, _)) = out.char_indices().nth(LONGEST) {
        out.truncate(end);
    }
    out
}

/// Case class: 0 lower, 1 Title, 2 UPPER, 3 a single capital, 4 mixed, 5 with digits, 6 without letters.
fn shape(form: &str) -> u8 {
    if form.chars().any(is_digit) {
        return 5;
    }
    let letters = form.chars().filter(|c| c.is_alphabetic()).count();
    let upper = form.chars().filter(|c| c.is_alphabetic() && c.is_uppercase()).count();
    match (letters, upper) {
        (0, _) => 6,
        (_, 0) => 0,
        (1, 1) => 3,
        (l, u) if l == u => 2,
        (_, 1) if form.starts_with(char::is_uppercase) => 1,
        _ => 4,
    }
}

/// ASCII digits only: what other scripts call a digit differs between Unicode versions, and so between programs.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Shape with runs longer than two cut: `Xx`, `XX`, `dd-dd`.
pub(crate) fn pattern(form: &str) -> String {
    let mut out = String::new();
    let (mut last, mut before) = (None, None);
    for c in form.chars() {
        let k = if is_digit(c) {
            'd'
        } else if c.is_uppercase() {
            'X'
        } else if c.is_alphabetic() {
            'x'
        } else {
            c
        };
        if last != Some(k) || before != Some(k) {
            out.push(k);
            before = last;
            last = Some(k);
        }
    }
    out
}

/// FNV-1a over UTF-8 bytes with a salt as the first byte, the high half folded into the low.
pub(crate) fn hash(text: &str, salt: u8) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let start = (0xcbf2_9ce4_8422_2325 ^ u64::from(salt)).wrapping_mul(PRIME);
    let h = text.bytes().fold(start, |h, b| (h ^ u64::from(b)).wrapping_mul(PRIME));
    h ^ (h >> 32)
}

/// Lower case, with every digit replaced by zero.
pub(crate) fn lowered(form: &str) -> String {
    form.chars().flat_map(char::to_lowercase).map(|c| if is_digit(c) { '0' } else { c }).collect()
}

/// Key of the word table and rows of the affix table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Features {
    pub(crate) word: u64,
    pub(crate) affixes: Vec<u32>,
}

pub(crate) fn features(form: &str) -> Features {
    let form = level(form);
    let lower = lowered(&form);
    let bounds: Vec<usize> = lower.char_indices().map(|(i, _)| i).chain([lower.len()]).collect();
    let n = bounds.len() - 1;
    let mut affixes = Vec::with_capacity(11);
    let mut put = |text: &str, salt: u8| affixes.push((hash(text, salt) % BUCKETS) as u32);
    put(&form, 1);
    put(&pattern(&form), 2);
    put(&shape(&form).to_string(), 3);
    for k in 1..=4 {
        if n > k {
            put(lower.get(..bounds.get(k).copied().unwrap_or(0)).unwrap_or_default(), 10 + k as u8);
        }
    }
    for k in 1..=4 {
        if n > k {
            put(lower.get(bounds.get(n - k).copied().unwrap_or(0)..).unwrap_or_default(), 20 + k as u8);
        }
    }
    Features { word: hash(&lower, 0), affixes }
}

/// Row of the affix table for a class of names.
pub(crate) fn name_feature(class: u8) -> usize {
    (hash("", 30 + class) % BUCKETS) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_in_training() {
        for line in include_str!("../tests/features.tsv").lines() {
            let mut fields = line.split('\t');
            let (form, word, affixes) = (fields.next(), fields.next(), fields.next());
            let want = Features {
                word: word.and_then(|w| w.parse().ok()).unwrap_or_default(),
                affixes: affixes.unwrap_or_default().split(' ').filter_map(|a| a.parse().ok()).collect(),
            };
            assert_eq!(features(form.unwrap_or_default()), want, "{form:?}");
        }
    }
}

//! Numerals: from words and digits to values ("1.5 million", "two and a half thousand", "several hundred").

use std::ops::Range;

use sayso_model::Number;

use super::table;
use crate::word::{WordKind, Words, below_hundred};

/// A numeral read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numeral {
    pub(super) low: Option<Number>,
    pub(super) best: Option<Number>,
    pub(super) high: Option<Number>,
    /// The vague words that the bounds come from.
    pub(super) vague: Option<String>,
    /// What the leading number was multiplied by ("2 million": 1,000,000).
    pub(super) scale: Option<Number>,
    /// Written with digits.
    pub(super) digits: bool,
    /// The word after it.
    pub(super) end: usize,
}

/// Why a word that looks like a number has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

/// Reads the numeral that begins at a word; `Ok(None)` where none does.
pub(super) fn read(words: &Words<'_>, at: usize, within: &Range<usize>) -> Result<Option<Numeral>, TooLong> {
    let reader = Reader { words, within };
    if let Some(vague) = reader.vague(at) {
        return Ok(Some(vague));
    }
    let Some((value, scale, digits, end)) = reader.exact(at)? else { return Ok(None) };
    Ok(Some(Numeral { low: None, best: Some(value), high: None, vague: None, scale, digits, end }))
}

/// A value, its scale, whether it stands in digits, and the word after it.
type Exact = (Number, Option<Number>, bool, usize);

struct Reader<'a, 't> {
    words: &'a Words<'t>,
    within: &'a Range<usize>,
}

impl Reader<'_, '_> {
    fn lower(&self, at: usize) -> &str {
        self.words.lower(at, self.within)
    }

    fn joined(&self, at: usize) -> bool {
        self.within.contains(&at) && self.words.get(at).is_some_and(|w| w.joined)
    }

    /// "several hundred", "a few dozen", "hundreds", "tens of thousands".
    fn vague(&self, at: usize) -> Option<Numeral> {
        let made = |low, high, end: usize| Numeral {
            low: Some(low),
            best: None,
            high,
            vague: Some(self.joined_text(at, end)),
            scale: None,
            digits: false,
            end,
        };
        let first = self.lower(at);
        let (word, mut end) = match first {
            "several" => ("several", at + 1),
            "few" | "couple" | "handful" | "dozen" if self.lower(at.wrapping_sub(1)) == "a" => return None,
            // A couple that is not "of" anything is a pair of people.
            "a" if self.lower(at + 1) == "couple"
                && self.lower(at + 2) != "of"
                && self.lower(at + 2) != "more"
                && scale(self.lower(at + 2)).is_none() =>
            {
                return None;
            }
            "a" => match self.lower(at + 1) {
                word @ ("few" | "couple" | "handful") => (word, at + 2),
                _ => return None,
            },
            "tens" | "hundreds"
                if self.lower(at + 1) == "of" && matches!(self.lower(at + 2), "thousands" | "millions") =>
            {
                let range = table::vague(&format!("{first} of {}", self.lower(at + 2)))?;
                return Some(made(range.low, range.high, at + 3));
            }
            "dozens" | "scores" | "tens" | "hundreds" | "thousands" | "millions" | "billions" => {
                (first, at + 1)
            }
            _ => return None,
        };
        let range = table::vague(word)?;
        if first == "tens" || first == "scores" && self.lower(at + 1) != "of" && !self.starts_count(at + 1) {
            // "tens" alone and "scores 3 goals" are no quantities.
            return (first == "tens" && self.lower(at + 1) == "of")
                .then(|| made(range.low, range.high, at + 1));
        }
        if self.lower(end) == "of" && scale(self.lower(end + 1)).is_some() {
            end += 1;
        }
        let Some(step) = scale(self.lower(end))
            .or_else(|| scale(self.lower(end).strip_suffix('s').unwrap_or("")))
            .filter(|_| end > at && !first.ends_with('s'))
        else {
            return Some(made(range.low, range.high, end));
        };
        // "several hundred": up to the next step, less one.
        let high = range.high.and_then(|h| h.plus(Number::whole(1))?.times(step)?.plus(Number::whole(-1)));
        Some(made(range.low.times(step)?, high, end + 1))
    }

    /// True where the words go on as what is counted.
    fn starts_count(&self, at: usize) -> bool {
        ["more", "are", "were", "have", "killed", "injured", "dead", "wounded", "missing", "hurt"]
            .contains(&self.lower(at))
    }

    fn joined_text(&self, at: usize, end: usize) -> String {
        (at..end).map(|i| self.lower(i)).collect::<Vec<_>>().join(" ")
    }

    /// An exact value, its scale, whether it stands in digits, and the word after it.
    fn exact(&self, at: usize) -> Result<Option<Exact>, TooLong> {
        let Some(word) = self.words.get(at).filter(|_| self.within.contains(&at)) else { return Ok(None) };
        if word.kind == WordKind::Digits {
            return self.digits(at);
        }
        Ok(self.half(at).or_else(|| self.spelt(at)).map(|(value, scale, end)| (value, scale, false, end)))
    }

    /// "11,000", "1.5 million", "12k", "3bn", "10 000".
    fn digits(&self, at: usize) -> Result<Option<Exact>, TooLong> {
        let Some(word) = self.words.get(at) else { return Ok(None) };
        let Some(plain) = ungrouped(word.text) else { return Ok(None) };
        let mut end = at + 1;
        let mut written = plain;
        // Thousands parted by blanks.
        while word.text.len() <= 3 && self.is_group(end) && written.len() < 16 {
            written.push_str(self.lower(end));
            end += 1;
        }
        let Some(mut value) = Number::parse(&written) else {
            return if written.len() > 18 { Err(TooLong) } else { Ok(None) };
        };
        let mut scaled = None;
        if self.lower(end) == "and"
            && self.lower(end + 1) == "a"
            && self.lower(end + 2) == "half"
            && scale(self.lower(end + 3)).is_some()
        {
            value = add_half(value).unwrap_or(value);
            end += 3;
        }
        let suffix = self.joined(end).then(|| suffix(self.lower(end))).flatten();
        if let Some(step) = suffix.or_else(|| scale(self.lower(end)).filter(|_| self.is_scale(end))) {
            let Some(product) = value.times(step) else { return Err(TooLong) };
            (value, scaled) = (product, Some(step));
            end += 1;
            if let Some(step) = scale(self.lower(end)).filter(|_| self.is_scale(end)) {
                let Some(product) = value.times(step) else { return Err(TooLong) };
                value = product;
                end += 1;
            }
        }
        Ok(Some((value, scaled, true, end)))
    }

    /// True for three digits after a single blank.
    fn is_group(&self, at: usize) -> bool {
        self.within.contains(&at)
            && self.words.get(at).is_some_and(|w| {
                w.kind == WordKind::Digits
                    && w.text.len() == 3
                    && !w.joined
                    && self.words.get(at - 1).is_some_and(|b| w.span.start - b.span.end <= 3)
            })
            && !self.joined(at + 1)
    }

    /// "hundred" is a scale, "Million" in a name is not.
    fn is_scale(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|w| w.text == w.lower)
    }

    /// "half a million", "a quarter of a million", "half a dozen".
    fn half(&self, at: usize) -> Option<(Number, Option<Number>, usize)> {
        let (part, next) = match (self.lower(at), self.lower(at + 1), self.lower(at + 2)) {
            ("half", "a" | "an", _) => (Number::new(5, 1)?, at + 2),
            ("a", "quarter", "of") => (Number::new(25, 2)?, at + 3),
            ("quarter", "of", _) => (Number::new(25, 2)?, at + 2),
            ("three", "quarters", "of") => (Number::new(75, 2)?, at + 3),
            _ => return None,
        };
        let next = next + usize::from(matches!(self.lower(next), "a" | "an"));
        let step = scale(self.lower(next))?;
        Some((part.times(step)?, Some(step), next + 1))
    }

    /// "two hundred and fifty thousand", "twenty-five", "a dozen", "two and a half million".
    fn spelt(&self, at: usize) -> Option<(Number, Option<Number>, usize)> {
        let mut end = at;
        let mut total = Number::whole(0);
        // The part below the next power of a thousand.
        let mut part: Option<Number> = None;
        let mut last_scale = None;
        if matches!(self.lower(at), "a" | "an") {
            scale(self.lower(at + 1))?;
            part = Some(Number::whole(1));
            end += 1;
        }
        // What may still be added: below 100 after a hundred, below 10 after a multiple of ten, nothing after a unit.
        let mut room = i64::MAX;
        loop {
            let word = self.lower(end);
            if let Some(value) = below_hundred(word) {
                if value >= room || value == 0 {
                    break;
                }
                part = Some(part.unwrap_or(Number::whole(0)).plus(Number::whole(value))?);
                room = if value >= 20 { 10 } else { 0 };
                end += 1;
                if value >= 20 && self.lower(end) == "-" && self.joined(end) {
                    match below_hundred(self.lower(end + 1)) {
                        Some(unit) if (1..10).contains(&unit) && self.joined(end + 1) => end += 1,
                        _ => break,
                    }
                }
                continue;
            }
            if let Some(step) = scale(word).filter(|_| part.is_some() && self.is_scale(end)) {
                let value = part?.times(step)?;
                last_scale = Some(step);
                end += 1;
                if step < Number::whole(1000) {
                    part = Some(value);
                    room = if step == Number::whole(100) { 100 } else { 0 };
                } else {
                    total = total.plus(value)?;
                    part = None;
                    room = i64::MAX;
                    // A lower scale may follow only after a number of its own.
                    if below_hundred(self.lower(end)).is_none() && self.lower(end) != "and" {
                        break;
                    }
                }
                continue;
            }
            if word == "and" && end > at {
                if self.lower(end + 1) == "a" && self.lower(end + 2) == "half" {
                    match (part, last_scale) {
                        // "two and a half million", "three and a half"
                        (Some(value), None) => {
                            part = Some(add_half(value)?);
                            room = 0;
                        }
                        // "a million and a half"
                        (None, Some(step)) => {
                            total = total.plus(Number::new(5, 1)?.times(step)?)?;
                            end += 3;
                            break;
                        }
                        _ => break,
                    }
                    end += 3;
                    continue;
                }
                let follows = below_hundred(self.lower(end + 1));
                // "two hundred and fifty", but not "a thousand and two were" unless below a hundred.
                if last_scale.is_some()
                    && room > 10
                    && follows.is_some_and(|v| v > 0 && v < room)
                    && self.previous_is_scale(end)
                {
                    end += 1;
                    continue;
                }
            }
            break;
        }
        let value = match part {
            Some(part) => total.plus(part)?,
            None if end > at && total > Number::whole(0) => total,
            None => return None,
        };
        (end > at + usize::from(matches!(self.lower(at), "a" | "an"))).then_some((value, last_scale, end))
    }

    fn previous_is_scale(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|i| scale(self.lower(i)).is_some())
    }
}

fn add_half(value: Number) -> Option<Number> {
    value.plus(Number::new(5, 1)?)
}

/// Digits without their grouping commas; `None` where commas or dots stand where a number has none.
fn ungrouped(written: &str) -> Option<String> {
    let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
    if fraction.contains(['.', ',', ':']) || whole.contains(':') {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.contains(',');
    if grouped && (first.len() > 3 || !groups.clone().all(|g| g.len() == 3)) {
        return None;
    }
    let mut plain: String = first.to_owned();
    plain.extend(groups);
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        plain.push('.');
        plain.push_str(fraction);
    }
    Some(plain)
}

/// What a word multiplies the number before it by.
fn scale(word: &str) -> Option<Number> {
    Some(Number::whole(match word {
        "dozen" => 12,
        "score" => 20,
        "hundred" => 100,
        "thousand" => 1_000,
        "million" => 1_000_000,
        "billion" => 1_000_000_000,
        "trillion" => 1_000_000_000_000,
        _ => return None,
    }))
}

/// What letters joined to digits multiply by. "m" may also be metres: the reader of units decides before.
fn suffix(word: &str) -> Option<Number> {
    Some(Number::whole(match word {
        "k" => 1_000,
        "mn" | "mln" => 1_000_000,
        "bn" => 1_000_000_000,
        "tn" | "trn" => 1_000_000_000_000,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sayso_model::Number;

    use super::{Numeral, TooLong, read};
    use crate::word::Words;

    fn numeral(text: &str) -> Result<Option<Numeral>, TooLong> {
        let words = Words::of_sentence(text);
        let all = 0..words.all.len();
        read(&words, 0, &all)
    }

    fn value(text: &str) -> String {
        let numeral = numeral(text).unwrap().unwrap();
        let show = |n: Option<Number>| n.map_or_else(String::new, |n| n.to_string());
        match numeral.vague {
            Some(_) => format!("{}..{}", show(numeral.low), show(numeral.high)),
            None => show(numeral.best),
        }
    }

    #[test]
    fn numerals_are_read() {
        for (text, wanted) in [
            ("11,000 men", "11000"),
            ("1.5 million people", "1500000"),
            ("two and a half thousand men", "2500"),
            ("two and a half million", "2500000"),
            ("a million and a half people", "1500000"),
            ("half a million people", "500000"),
            ("a quarter of a million people", "250000"),
            ("a dozen men", "12"),
            ("two dozen men", "24"),
            ("twenty-five men", "25"),
            ("two hundred and fifty thousand men", "250000"),
            ("one hundred and twenty-three", "123"),
            ("three hundred were killed and fifty hurt", "300"),
            ("a hundred people", "100"),
            ("12k people", "12000"),
            ("3bn euros", "3000000000"),
            ("10 000 people", "10000"),
            ("0.50 points", "0.5"),
            ("1,234,567 votes", "1234567"),
            ("two million three hundred thousand", "2300000"),
            ("several hundred people", "200..999"),
            ("a few thousand people", "2000..9999"),
            ("a couple of hundred people", "200..399"),
            ("dozens of people", "24..99"),
            ("hundreds of people", "200..999"),
            ("tens of thousands of people", "20000..99999"),
            ("several people", "2..9"),
            ("scores of people", "40..99"),
        ] {
            assert_eq!(value(text), wanted, "{text}");
        }
    }

    #[test]
    fn other_words_are_no_numerals() {
        for text in [
            "a man",
            "and",
            "10:30",
            "1.2.3",
            "1,00",
            "hundred",
            "an hour",
            "half an hour",
            "quarter of them",
        ] {
            assert_eq!(numeral(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn long_numbers_have_no_value() {
        assert_eq!(numeral(&"9".repeat(400)), Err(TooLong));
        assert_eq!(numeral("999999999999999999 trillion"), Err(TooLong));
    }

    fn spelt(n: u64) -> String {
        const UNITS: [&str; 20] = [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ];
        const TENS: [&str; 10] =
            ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
        match n {
            0..20 => UNITS[n as usize].to_owned(),
            20..100 if n.is_multiple_of(10) => TENS[n as usize / 10].to_owned(),
            20..100 => format!("{}-{}", TENS[n as usize / 10], UNITS[n as usize % 10]),
            100..1000 if n.is_multiple_of(100) => format!("{} hundred", spelt(n / 100)),
            100..1000 => format!("{} hundred and {}", spelt(n / 100), spelt(n % 100)),
            1000..1_000_000 if n.is_multiple_of(1000) => format!("{} thousand", spelt(n / 1000)),
            1000..1_000_000 => format!("{} thousand {}", spelt(n / 1000), spelt(n % 1000)),
            _ if n.is_multiple_of(1_000_000) => format!("{} million", spelt(n / 1_000_000)),
            _ => format!("{} million {}", spelt(n / 1_000_000), spelt(n % 1_000_000)),
        }
    }

    proptest! {
        #[test]
        fn spelt_numbers_come_back(n in 1_u64..999_999_999) {
            prop_assert_eq!(value(&spelt(n)), n.to_string(), "{}", spelt(n));
        }

        #[test]
        fn grouped_digits_come_back(n in 0_i64..1_000_000_000_000) {
            let digits = n.to_string();
            let mut grouped = String::new();
            for (i, c) in digits.chars().enumerate() {
                if i > 0 && (digits.len() - i).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(c);
            }
            prop_assert_eq!(value(&grouped), digits);
        }

        #[test]
        fn anything_is_read_without_panic(text in "([0-9]{1,30}|,|\\.|-| |and|a|half|of|hundred|million|twenty|several|dozens|one){0,20}") {
            let words = Words::of_sentence(&text);
            for at in 0..words.all.len() {
                if let Ok(Some(numeral)) = read(&words, at, &(0..words.all.len())) {
                    prop_assert!(numeral.end > at && numeral.end <= words.all.len());
                }
            }
        }
    }
}

//! Numerals: from words and digits to values ("1.5 million", "two and a half thousand", "several hundred").

use std::ops::Range;

use sayso_model::Number;

use super::{
    digits,
    table::{self, Part, scale},
};
use crate::word::{WordKind, Words, below_hundred};

/// A parsed numeral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numeral {
    pub(super) low: Option<Number>,
    pub(super) best: Option<Number>,
    pub(super) high: Option<Number>,
    /// The vague words that its bounds come from.
    pub(super) vague: Option<String>,
    /// What the leading number was multiplied by ("2 million": 1,000,000).
    pub(super) scale: Option<Number>,
    /// Written with digits.
    pub(super) digits: bool,
    /// Its value if its only dot separates thousands ("12.500").
    pub(super) grouped: Option<Number>,
    /// The word after it.
    pub(super) end: usize,
}

/// Why a word that looks like a number has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// More digits than a value holds.
    TooLong,
    /// Grouped digits or a scale word of unknown meaning; with the index of the word after them.
    Form(usize),
}

/// Reads the numeral that begins at a word; `Ok(None)` if there is none.
pub(super) fn read(words: &Words<'_>, at: usize, within: &Range<usize>) -> Result<Option<Numeral>, Unread> {
    let reader = Reader { words, within };
    if let Some(vague) = reader.vague(at) {
        return Ok(Some(vague));
    }
    reader.exact(at)
}

/// A value written in digits.
struct Written {
    value: Number,
    /// Its value if its only dot separates thousands.
    grouped: Option<Number>,
    /// The word after them.
    end: usize,
}

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
            grouped: None,
            end,
        };
        let first = self.lower(at);
        let (word, mut end) = match first {
            "several" => ("several", at + 1),
            "few" | "couple" | "handful" | "dozen" if self.lower(at.wrapping_sub(1)) == "a" => return None,
            // "A couple" without "of" is a pair of people.
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
            plural if plural.ends_with('s') && table::vague(plural).is_some() => (first, at + 1),
            _ => return None,
        };
        let range = table::vague(word)?;
        if first == "tens" || first == "scores" && self.lower(at + 1) != "of" && !self.starts_count(at + 1) {
            // "tens" alone and "scores 3 goals" are not quantities.
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
        let range = table::vague(&format!("{word} *")).unwrap_or(range);
        // "several hundred": up to the next step, minus one.
        let high = range.high.and_then(|h| h.plus(Number::whole(1))?.times(step)?.plus(Number::whole(-1)));
        Some(made(range.low.times(step)?, high, end + 1))
    }

    /// True if what is counted follows.
    fn starts_count(&self, at: usize) -> bool {
        let word = self.lower(at);
        matches!(word, "more" | "are" | "were" | "have") || table::is(word, Part::State)
    }

    fn joined_text(&self, at: usize, end: usize) -> String {
        (at..end).map(|i| self.lower(i)).collect::<Vec<_>>().join(" ")
    }

    /// An exact value.
    fn exact(&self, at: usize) -> Result<Option<Numeral>, Unread> {
        let Some(word) = self.words.get(at).filter(|_| self.within.contains(&at)) else { return Ok(None) };
        if word.kind == WordKind::Digits || table::sign(&word.lower).is_some() {
            return self.digits(at);
        }
        let Some((value, scale, end)) = self.half(at).or_else(|| self.spelt(at)) else { return Ok(None) };
        if table::is_unread(self.lower(end)) {
            return Err(Unread::Form(end + 1));
        }
        // "five hundreds of thousands": nobody knows how many.
        if scale.is_some() && self.lower(end) == "of" && self.scale_of(end + 1).is_some() {
            return Err(Unread::Form(end + 2));
        }
        Ok(Some(Numeral {
            low: None,
            best: Some(value),
            high: None,
            vague: None,
            scale,
            digits: false,
            grouped: None,
            end,
        }))
    }

    /// "11,000", "1.5 million", "12k", "3bn", "10 000", "1½ million", "1 crore 20 lakh".
    fn digits(&self, at: usize) -> Result<Option<Numeral>, Unread> {
        let Some(Written { mut value, grouped, mut end }) = self.written(at)? else { return Ok(None) };
        let mut scaled = None;
        if self.lower(end) == "and"
            && self.lower(end + 1) == "a"
            && self.lower(end + 2) == "half"
            && scale(self.lower(end + 3)).is_some()
        {
            value = add_half(value).unwrap_or(value);
            end += 3;
        }
        // "40-thousand"
        let hyphened = self.lower(end) == "-" && self.joined(end) && self.joined(end + 1);
        end += usize::from(hyphened && self.scale_of(end + 1).is_some());
        if let Some(step) = self.step(end) {
            value = value.times(step).ok_or(Unread::TooLong)?;
            scaled = Some(step);
            end += 1;
            if let Some(step) = scale(self.lower(end)).filter(|_| self.is_scale(end)) {
                value = value.times(step).ok_or(Unread::TooLong)?;
                end += 1;
            }
            // "1 crore 20 lakh": a lower scale adds to it.
            while let Some((added, next)) = self.lower_part(end, step) {
                value = value.plus(added).ok_or(Unread::TooLong)?;
                end = next;
            }
        }
        if table::is_unread(self.lower(end)) {
            return Err(Unread::Form(end + 1));
        }
        Ok(Some(Numeral {
            low: None,
            best: Some(value),
            high: None,
            vague: None,
            scale: scaled,
            digits: true,
            grouped: grouped.filter(|_| scaled.is_none()),
            end,
        }))
    }

    /// Digits with their groups and fractions.
    fn written(&self, at: usize) -> Result<Option<Written>, Unread> {
        let Some(word) = self.words.get(at) else { return Ok(None) };
        let mut end = at + 1;
        if let Some(part) = table::sign(&word.lower) {
            return Ok(self.step(end).is_some().then_some(Written { value: part, grouped: None, end }));
        }
        if word.lower.contains(':') {
            return Ok(None);
        }
        let read = digits::read(&word.lower, self.words.decimal_comma);
        let (mut plain, grouped) = match read {
            Some(digits) => (digits.plain, digits.grouped.as_deref().and_then(Number::parse)),
            None => match digits::with_decimal_comma(&word.lower).filter(|_| self.step(end).is_some()) {
                Some(plain) => (plain, None),
                None => return Err(Unread::Form(end)),
            },
        };
        let short = word.lower.len() <= 3 && !plain.contains('.');
        // Thousands separated by spaces or apostrophes.
        while short && self.is_group(end) && plain.len() < 16 {
            plain.push_str(self.lower(end));
            end += 1;
        }
        while short
            && self.lower(end) == "'"
            && self.joined(end)
            && self.is_digits(end + 1, 3)
            && plain.len() < 16
        {
            plain.push_str(self.lower(end + 1));
            end += 2;
        }
        let Some(mut value) = Number::parse(&plain) else {
            return if plain.len() > 18 { Err(Unread::TooLong) } else { Ok(None) };
        };
        if let Some(part) = table::sign(self.lower(end)).filter(|_| self.joined(end)) {
            value = value.plus(part).ok_or(Unread::TooLong)?;
            end += 1;
        } else if let Some(part) = self.slashed(end) {
            value = value.plus(part).ok_or(Unread::TooLong)?;
            end += 3;
        }
        Ok(Some(Written { value, grouped, end }))
    }

    /// "1/2" after a whole number and before a scale ("1 1/2 million").
    fn slashed(&self, at: usize) -> Option<Number> {
        let scaled =
            !self.joined(at) && self.joined(at + 1) && self.joined(at + 2) && self.step(at + 3).is_some();
        match (self.lower(at), self.lower(at + 1), self.lower(at + 2)) {
            ("1", "/", "2") if scaled => Number::new(5, 1),
            ("1", "/", "4") if scaled => Number::new(25, 2),
            ("3", "/", "4") if scaled => Number::new(75, 2),
            _ => None,
        }
    }

    /// The multiplier given by the word after digits.
    fn step(&self, at: usize) -> Option<Number> {
        let word = self.lower(at);
        let letter = table::letter(word).filter(|_| self.joined(at));
        letter.or_else(|| table::short(word)).or_else(|| self.scale_of(at))
    }

    /// What a word of scale or its plural multiplies by: "2.3 millions", "three hundreds of them". "Million" in a name is none.
    fn scale_of(&self, at: usize) -> Option<Number> {
        let word = self.lower(at);
        scale(word).or_else(|| word.strip_suffix('s').and_then(scale)).filter(|_| self.is_scale(at))
    }

    /// "20 lakh" after "1 crore": its value and the word after it.
    fn lower_part(&self, at: usize, above: Number) -> Option<(Number, usize)> {
        let count = self.words.get(at).filter(|w| w.kind == WordKind::Digits && self.within.contains(&at))?;
        let step = scale(self.lower(at + 1)).filter(|&step| self.is_scale(at + 1) && step < above)?;
        let value = Number::parse(&digits::read(&count.lower, self.words.decimal_comma)?.plain)?;
        Some((value.times(step).filter(|&v| v < above)?, at + 2))
    }

    /// True for this many digits joined to the word before.
    fn is_digits(&self, at: usize, count: usize) -> bool {
        self.joined(at)
            && self.words.get(at).is_some_and(|w| w.kind == WordKind::Digits && w.lower.len() == count)
    }

    /// True for three digits after a single blank.
    fn is_group(&self, at: usize) -> bool {
        self.within.contains(&at)
            && self.words.get(at).is_some_and(|w| {
                w.kind == WordKind::Digits
                    && w.lower.len() == 3
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
            // "nearly two-dozen dead"
            let hyphen = part.is_some()
                && word == "-"
                && self.joined(end)
                && self.joined(end + 1)
                && scale(self.lower(end + 1)).is_some();
            if hyphen {
                end += 1;
                continue;
            }
            if let Some(step) = self.scale_of(end).filter(|_| part.is_some()) {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sayso_model::Number;

    use super::{Numeral, Unread, read};
    use crate::word::Words;

    fn numeral(text: &str) -> Result<Option<Numeral>, Unread> {
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
            ("two dozens of men", "24"),
            ("three hundreds of them", "300"),
            ("two millions fled", "2000000"),
            ("two-dozen men", "24"),
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
            ("tens of thousands of people", "20000.."),
            ("several people", "3.."),
            ("scores of people", "40.."),
            ("3.5 lakh people", "350000"),
            ("1 crore 20 lakh people", "12000000"),
            ("two lakh people", "200000"),
            ("lakhs of people", "200000.."),
            ("1,25,000 people", "125000"),
            ("40,00,000 people", "4000000"),
            ("1.250.000 people", "1250000"),
            ("1'250'000 people", "1250000"),
            ("4,5 million people", "4500000"),
            ("1½ million people", "1500000"),
            ("1 1/2 million people", "1500000"),
            ("¾ million people", "750000"),
            ("1.2 mln people", "1200000"),
            ("1.2mn people", "1200000"),
            ("2.3 millions of people", "2300000"),
            ("100K people", "100000"),
            ("٤٥ people", "45"),
            ("१,२५,००० people", "125000"),
            ("１２ people", "12"),
        ] {
            assert_eq!(value(text), wanted, "{text}");
        }
    }

    #[test]
    fn other_words_are_not_numerals() {
        for text in
            ["a man", "and", "10:30", "hundred", "½ men", "an hour", "half an hour", "quarter of them"]
        {
            assert_eq!(numeral(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn unknown_groups_and_scales_are_not_read() {
        for (text, end) in
            [("1.2.3 people", 1), ("1,00 people", 1), ("4,5 people", 1), ("12 zillion people", 2)]
        {
            assert_eq!(numeral(text), Err(Unread::Form(end)), "{text}");
        }
        assert_eq!(numeral("two zillion people"), Err(Unread::Form(2)));
    }

    #[test]
    fn numbers_that_are_too_long_have_no_value() {
        assert_eq!(numeral(&"9".repeat(400)), Err(Unread::TooLong));
        assert_eq!(numeral("999999999999999999 trillion"), Err(Unread::TooLong));
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

//! Quantities: numerals with their hedges, ranges and units.

use std::ops::Range;

use sayso_model::{Document, Number, Span, TimeExpression, Upos};

use super::{
    article::{article, tells_of_casualties},
    counted::is_person,
    exclude::excluded,
    fraction::{fraction, remainder},
    hedge::{self, Bounds, Hedges},
    numeral::{self, Numeral, Unread},
    outcome,
    table::{self, Part, Unit},
};
use crate::{
    word::{WordKind, Words},
    words::{self, Set},
};

/// A quantity found in a sentence.
#[derive(Debug, Clone)]
pub(super) struct Quantity {
    /// Words from the first hedge to the last word of the number, including a currency sign.
    pub(super) number: Range<usize>,
    /// Words of the numeral alone; of a range, the first numeral.
    pub(super) numeral: Range<usize>,
    pub(super) bounds: Bounds,
    pub(super) approximate: bool,
    pub(super) vague: Option<String>,
    pub(super) unit: Option<Unit>,
    /// Words that a derived value was computed from.
    pub(super) derived_from: Vec<Range<usize>>,
    /// The total that a derived value is a part of.
    pub(super) whole: Option<Number>,
    /// A fraction of something counted elsewhere ("a third of those who fled"): numerator and denominator.
    pub(super) ratio: Option<(i64, i64)>,
    /// "the 9,000": refers back.
    pub(super) definite: bool,
    /// "another".
    pub(super) another: bool,
    /// A plain "one".
    pub(super) is_one: bool,
    /// Its only dot may separate thousands ("12.500"), and the report does not show whether it does.
    pub(super) unclear: bool,
    /// "A", "another" or "multiple", which count only if the decider says so.
    pub(super) is_article: bool,
    /// The word after the number and its unit.
    pub(super) end: usize,
}

/// A sentence and everything known about its words.
pub(super) struct Sentence<'a, 't> {
    pub(super) document: &'a Document,
    pub(super) text: &'t str,
    pub(super) words: &'a Words<'t>,
    pub(super) times: &'a [TimeExpression],
    pub(super) within: Range<usize>,
}

impl<'t> Sentence<'_, 't> {
    pub(super) fn lower(&self, at: usize) -> &str {
        self.words.lower(at, &self.within)
    }

    /// Lower-case form of the word `count` positions before `at`.
    pub(super) fn back(&self, at: usize, count: usize) -> &str {
        at.checked_sub(count).map_or("", |i| self.lower(i))
    }

    pub(super) fn written(&self, at: usize) -> &'t str {
        self.words.get(at).filter(|_| self.within.contains(&at)).map_or("", |w| w.text)
    }

    pub(super) fn joined(&self, at: usize) -> bool {
        self.within.contains(&at) && self.words.get(at).is_some_and(|w| w.joined)
    }

    pub(super) fn token(&self, at: usize) -> Option<&sayso_model::Token> {
        let word = self.words.get(at).filter(|_| self.within.contains(&at))?;
        self.document.tokens.get(word.token as usize)
    }

    pub(super) fn tag(&self, at: usize) -> Option<Upos> {
        self.token(at).map(|t| t.upos)
    }

    pub(super) fn is_letters(&self, at: usize) -> bool {
        self.within.contains(&at) && self.words.get(at).is_some_and(|w| w.kind == WordKind::Letters)
    }

    pub(super) fn is_capitalised(&self, at: usize) -> bool {
        self.within.contains(&at) && self.words.get(at).is_some_and(|w| w.is_capitalised())
    }

    /// True for a verb or an auxiliary.
    pub(super) fn is_verbal(&self, at: usize) -> bool {
        matches!(self.tag(at), Some(Upos::Verb | Upos::Aux))
    }

    pub(super) fn span(&self, range: &Range<usize>) -> Option<Span> {
        let (first, last) = (self.words.get(range.start)?, self.words.get(range.end.checked_sub(1)?)?);
        Some(first.span.cover(last.span))
    }

    /// True if a phrase of a set begins at a word.
    pub(super) fn starts_with(&self, set: Set, at: usize) -> bool {
        let fits = |phrase: &str| phrase.split(' ').enumerate().all(|(n, part)| self.lower(at + n) == part);
        words::of(set).iter().any(|phrase| fits(phrase))
    }

    /// True if a phrase of a set ends right before a word.
    pub(super) fn ends_with(&self, set: Set, at: usize) -> bool {
        let fits =
            |phrase: &str| phrase.rsplit(' ').enumerate().all(|(n, part)| self.back(at, n + 1) == part);
        words::of(set).iter().any(|phrase| fits(phrase))
    }

    /// The time expression that covers a word.
    pub(super) fn time(&self, at: usize) -> Option<&TimeExpression> {
        let word = self.words.get(at)?;
        let index = self.times.partition_point(|t| t.span.end <= word.span.start);
        self.times.get(index).filter(|t| t.span.start < word.span.end)
    }
}

/// A quantity, or a number without a readable value.
pub(super) enum Found {
    Quantity(Box<Quantity>),
    Unread(Span, Unread),
}

/// Finds the quantities of a sentence, in text order.
pub(super) fn find(sentence: &Sentence<'_, '_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = sentence.within.start;
    let casualties = tells_of_casualties(sentence);
    while at < sentence.within.end {
        // "three-quarters" and "three quarters of" are not times, though "quarters" may be.
        let hyphen = sentence.lower(at + 1) == "-";
        let quarters = matches!(sentence.lower(at + 1 + usize::from(hyphen)), "quarters" | "quarter")
            && (hyphen || sentence.lower(at + 2) == "of");
        if let Some(end) = skipped(sentence, at).filter(|_| !quarters) {
            at = end.max(at + 1);
            continue;
        }
        if let Some(quantity) = fraction(sentence, at).or_else(|| remainder(sentence, at)) {
            at = quantity.end.max(at + 1);
            found.push(Found::Quantity(Box::new(quantity)));
            continue;
        }
        match numeral::read(sentence.words, at, &sentence.within) {
            Err(unread) => {
                let end = if let Unread::Form(end) = unread { end } else { at + 1 };
                // A version or an address has no value either; only a lost count is worth reporting.
                if unread == Unread::TooLong || speaks_of_people(sentence, end) {
                    found.extend(sentence.span(&(at..end)).map(|span| Found::Unread(span, unread)));
                }
                at = end.max(at + 1);
            }
            Ok(None) => {
                let article = article(sentence, at).filter(|_| casualties);
                found.extend(article.map(|q| Found::Quantity(Box::new(q))));
                at += 1;
            }
            Ok(Some(numeral)) => {
                let start = at;
                let (quantity, next) = quantity(sentence, start, numeral);
                at = next.max(start + 1);
                found.extend(quantity.map(|q| Found::Quantity(Box::new(q))));
            }
        }
    }
    found
}

/// The end of a stretch without figures: web addresses, times, ages, list numbers.
fn skipped(s: &Sentence<'_, '_>, at: usize) -> Option<usize> {
    if let Some(time) = s.time(at) {
        return Some(s.words.inside(time.span).end.max(at + 1));
    }
    // A web address or handle: everything without spaces around one of its signs.
    let starts = !s.joined(at) || at == s.within.start;
    if starts {
        let mut end = at + 1;
        while end < s.within.end && s.joined(end) {
            end += 1;
        }
        let chunk = at..end;
        let web = chunk.len() > 2
            && chunk
                .clone()
                .any(|i| matches!(s.lower(i), "@" | "://" | "#" | "_" | "\\" | "=") || s.lower(i) == "www")
            || chunk.clone().any(|i| s.lower(i) == "/" && s.lower(i + 1) == "/" && s.joined(i + 1));
        if web || s.lower(at) == "#" {
            return Some(end);
        }
    }
    None
}

/// Reads the quantity whose numeral begins at a word; also returns the word to continue with.
fn quantity(s: &Sentence<'_, '_>, at: usize, mut numeral: Numeral) -> (Option<Quantity>, usize) {
    let mut hedges = Hedges::default();
    let mut start = at;
    let numeral_end = numeral.end;
    let mut end = numeral.end;
    let is_one = s.lower(at) == "one" && end == at + 1;
    let go_on = |end: usize| (None, end);

    // A currency before the number: "$5", "US$5", "EUR 5".
    let mut unit = currency_before(s, at, &mut start);
    if unit.is_some() && matches!(s.lower(end), "m" | "b" | "t") && s.joined(end) {
        let step = match s.lower(end) {
            "m" => 1_000_000,
            "b" => 1_000_000_000,
            _ => 1_000_000_000_000,
        };
        numeral.best = numeral.best.and_then(|v| v.times(Number::whole(step)));
        numeral.scale = Some(Number::whole(step));
        end += 1;
    }
    if unit.is_none()
        && let Some(step) = millions(s, at, &numeral, end)
    {
        let Some(value) = numeral.best.and_then(|v| v.times(step)) else { return go_on(end + 1) };
        (numeral.best, numeral.scale, numeral.grouped) = (Some(value), Some(step), None);
        end += 1;
    }
    let range = range(s, start, &numeral, end, unit);
    let is_range = range.is_some();
    if let Some((low, high, first, last, scale)) = range {
        if words::is(Set::Aged, s.back(first, 1)) {
            return go_on(last);
        }
        numeral = Numeral {
            low: Some(low),
            best: None,
            high: Some(high),
            vague: None,
            scale,
            digits: numeral.digits,
            grouped: None,
            end: last,
        };
        (start, end) = (first, last);
    } else if let Some(end) = excluded(s, start, at, &numeral, end, unit.is_some()) {
        return go_on(end);
    }
    if unit.is_none() && is_magnitude(s, start, end) {
        unit = Some(Unit { code: "magnitude", category: "magnitude" });
    }
    if unit.is_none() {
        if let Some((found, after)) = unit_after(s, end, &numeral) {
            (unit, end) = (Some(found), after);
        } else if s.lower(end) == "-"
            && s.joined(end)
            && s.joined(end + 1)
            && s.is_letters(end + 1)
            && !is_range
        {
            // "a 10-kilometre front", but not "a 12-member panel".
            match unit_after(s, end + 1, &numeral) {
                Some((found, after)) => (unit, end) = (Some(found), after),
                None if words::is(Set::Odd, s.lower(end + 1)) => {}
                // "its 23-member crew was rescued"
                None if words::is(Set::Members, s.lower(end + 1))
                    && words::is(Set::Crews, s.lower(end + 2)) =>
                {
                    end += 2;
                }
                None => return go_on(end + 2),
            }
        }
    }
    let tag = |i: usize| s.tag(i);
    start = hedge::before(s.words, tag, start, &s.within, &mut hedges);
    end = hedge::after(s.words, end, &s.within, &mut hedges);
    let definite = ["the", "these", "those", "both", "its", "his", "her", "their", "our", "all"]
        .contains(&s.back(start, 1))
        || matches!(s.back(start, 2), "the" | "these" | "those")
            && matches!(s.back(start, 1), "first" | "last" | "other" | "same");
    let quantity = Quantity {
        number: start..end,
        numeral: at..numeral_end,
        bounds: hedge::bounds(&numeral, hedges),
        approximate: hedges.approximate,
        vague: numeral.vague.clone(),
        unit,
        derived_from: Vec::new(),
        whole: None,
        ratio: None,
        definite,
        another: hedges.another,
        is_one,
        unclear: numeral.grouped.is_some(),
        is_article: false,
        end,
    };
    (Some(quantity), end)
}

/// The multiplier given by the letter after the digits if people are counted: "6.6m refugees", "displaced 1.2m,".
fn millions(s: &Sentence<'_, '_>, at: usize, numeral: &Numeral, end: usize) -> Option<Number> {
    let step = Number::whole(match s.lower(end) {
        "m" => 1_000_000,
        "b" => 1_000_000_000,
        "k" => 1_000,
        _ => return None,
    });
    if !numeral.digits || numeral.scale.is_some() {
        return None;
    }
    let mut next = end + 1;
    // "between 1.2m and 1.5m people"
    if matches!(s.lower(next), "to" | "-" | "or" | "and")
        && s.lower(next + 2) == s.lower(end)
        && s.joined(next + 2)
    {
        next += 3;
    }
    // "100 k people": separated from the digits, the letter must be followed by people.
    let object = || {
        s.joined(end)
            && !s.is_letters(next)
            && (1..=4).any(|n| at >= n && table::is(s.back(at, n), Part::Object))
    };
    (speaks_of_people(s, next) || object()).then_some(step)
}

/// True if the words after a number name people or say what happened to them: "refugees", "of the displaced", "have fled".
fn speaks_of_people(s: &Sentence<'_, '_>, at: usize) -> bool {
    for i in at..at + 5 {
        let word = s.lower(i);
        let told = is_person(s, i) || table::is(word, Part::State) || table::is(word, Part::Noun);
        if told && !table::is(word, Part::Thing) {
            return true;
        }
        let happened = i == at
            && (table::is(word, Part::Subject)
                || table::is(word, Part::Object)
                || outcome::is_have(word)
                || matches!(word, "were" | "are" | "was"));
        if happened {
            return true;
        }
        let noun_goes_on = s.tag(i) == Some(Upos::Noun) && s.tag(i + 1) == Some(Upos::Noun);
        let passed = matches!(s.tag(i), Some(Upos::Adj | Upos::Det | Upos::Propn | Upos::Adv))
            || matches!(word, "of" | "more" | "other")
            || noun_goes_on;
        if !passed || !s.is_letters(i) {
            return false;
        }
    }
    false
}

/// "magnitude 6.4", "a 6.4-magnitude quake", "6.4 on the Richter scale", "the 7.8 quake".
fn is_magnitude(s: &Sentence<'_, '_>, start: usize, end: usize) -> bool {
    words::is(Set::Quakes, s.lower(end))
        && (s.written(start).contains('.') || matches!(s.back(start, 1), "a" | "the"))
        || s.back(start, 1) == "magnitude"
        || s.back(start, 1) == "of" && s.back(start, 2) == "magnitude"
        || s.lower(end) == "-" && s.lower(end + 1) == "magnitude"
        || s.lower(end) == "on" && s.lower(end + 2) == "richter"
}

/// A currency sign or code before a number; moves `start` before it.
fn currency_before(s: &Sentence<'_, '_>, at: usize, start: &mut usize) -> Option<Unit> {
    let before = at.checked_sub(1).filter(|i| s.within.contains(i))?;
    let sign = s.lower(before);
    if is_currency_sign(sign) {
        *start = before;
        if s.joined(before)
            && s.is_letters(before.checked_sub(1)?)
            && let Some(unit) = table::unit(&format!("{}{sign}", s.back(before, 1)))
        {
            *start = before - 1;
            return Some(unit);
        }
        return table::unit(sign);
    }
    // "Rs. 400"
    let before = if sign == "." && s.joined(before) { before.checked_sub(1)? } else { before };
    let code = s.written(before);
    let is_code = code.len() == 3 && code.chars().all(|c| c.is_ascii_uppercase())
        || words::is(Set::CurrencyMarks, s.lower(before)) && s.is_capitalised(before);
    let unit = table::unit(s.lower(before)).filter(|u| is_code && u.category == "money")?;
    *start = before;
    Some(unit)
}

/// True for "$", "€" and other signs, but not for a code ("usd").
fn is_currency_sign(word: &str) -> bool {
    !word.contains(char::is_alphanumeric) && table::unit(word).is_some_and(|u| u.category == "money")
}

/// The unit after a number, up to four words, longest first.
fn unit_after(s: &Sentence<'_, '_>, at: usize, numeral: &Numeral) -> Option<(Unit, usize)> {
    let digits_m = s.lower(at) == "m" && s.joined(at) && numeral.digits;
    if digits_m {
        return Some((Unit { code: "m", category: "distance" }, at + 1));
    }
    (1..=4).rev().find_map(|count| {
        let end = at + count;
        if end > s.within.end {
            return None;
        }
        let form = (at..end)
            .map(|i| if i > at && !s.joined(i) { format!(" {}", s.lower(i)) } else { s.lower(i).to_owned() })
            .collect::<String>();
        let unit = table::unit(form.trim())?;
        // "3 won medals", "12 rand"; a verb is not a unit. "2 in 5" does not mean inches.
        let doubtful = words::is(Set::DoubtfulUnits, &form) && s.tag(at) == Some(Upos::Verb);
        let short = form.len() <= 2 && form.chars().all(char::is_alphabetic) && !numeral.digits;
        (!doubtful && !short).then_some((unit, end))
    })
}

/// A range: low, high, first word, the word after it, scale.
fn range(
    s: &Sentence<'_, '_>,
    start: usize,
    first: &Numeral,
    end: usize,
    unit: Option<Unit>,
) -> Option<(Number, Number, usize, usize, Option<Number>)> {
    let mut low = first.best?;
    let between = s.back(start, 1) == "between";
    let from = s.back(start, 1) == "from";
    let mut connector = end;
    // "5% to 10%", "5 km to 10 km"
    if let Some((_, after)) =
        unit_after(s, end, first).filter(|(_, after)| matches!(s.lower(*after), "to" | "-" | "and"))
    {
        connector = after;
    }
    let dash = s.lower(connector) == "-";
    let joins = match s.lower(connector) {
        // "risen by nine to 32", "from 12 to 30"
        "to" => !(from && changes(s, start)) && s.back(start, 1) != "by",
        "-" => {
            connector == end
                && s.joined(connector + 1) == s.joined(connector)
                && (first.digits || s.joined(connector))
        }
        "and" => between,
        "or" => first.scale.is_none() && connector == end,
        _ => false,
    };
    if !joins {
        return None;
    }
    let mut next = connector + 1;
    while matches!(s.lower(next), "about" | "around" | "as" | "many" | "even")
        || words::is(Set::Roughly, s.lower(next))
        || is_currency_sign(s.lower(next))
        || (unit.is_some() && matches!(s.lower(next), "us" | "usd" | "eur"))
    {
        next += 1;
    }
    let mut second = numeral::read(s.words, next, &s.within).ok()??;
    let mut high = second.best?;
    // "1.2m to 1.5m people"
    if let Some(step) =
        first.scale.filter(|_| matches!(s.lower(second.end), "m" | "b") && s.joined(second.end))
    {
        high = high.times(step)?;
        second.end += 1;
    }
    if dash && !second.digits && s.lower(connector + 1) != s.lower(next) {
        return None;
    }
    // Dates and numbered things are not ranges; nor is "12-member".
    if s.time(next).is_some()
        || (s.lower(second.end) == "-"
            && s.joined(second.end)
            && s.joined(second.end + 1)
            && s.lower(second.end + 1).bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    if let (None, Some(step)) = (first.scale, second.scale) {
        // "5 to 10 million": the scale applies to both.
        let coefficient = high.divided_by(step)?;
        if low < coefficient && low < Number::whole(1000) {
            low = low.times(step)?;
        }
    }
    if low >= high
        || (s.lower(connector) == "or" && (high > low.plus(Number::whole(2))? && low < Number::whole(20)))
    {
        return None;
    }
    let begin = if between || from { start - 1 } else { start };
    Some((low, high, begin, second.end, second.scale.or(first.scale)))
}

/// True if the words before "from" express a change, so that "from A to B" is not a range.
fn changes(s: &Sentence<'_, '_>, start: usize) -> bool {
    (2..9).any(|n| words::is(Set::ChangedTo, s.back(start, n)))
}

/// True if all bounds are whole numbers, as in a count of people.
pub(super) fn is_whole(quantity: &Quantity) -> bool {
    let bounds = quantity.bounds;
    [bounds.low, bounds.best, bounds.high].into_iter().flatten().all(|n| n.to_whole().is_some())
}

/// True for the total that a number was counted out of: "two patients out of four", "two soldiers out of a patrol of 12", "four
/// soldiers from a patrol of 12".
pub(super) fn is_out_of(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    let start = quantity.number.start;
    let group = s.back(start, 1) == "of"
        && matches!(s.back(start, 3), "a" | "the" | "its" | "their")
        && start.checked_sub(2).is_some_and(|i| s.tag(i) == Some(Upos::Noun));
    let from = if group { start - 2 } else { start };
    let the = usize::from(matches!(s.back(from, 1), "the" | "a" | "its" | "their"));
    let out_of = s.back(from, 1 + the) == "of" && s.back(from, 2 + the) == "out";
    let team = group && s.back(from, 1 + the) == "from" && words::is(Set::Teams, s.lower(from));
    (out_of || team) && (2..8).any(|n| from.checked_sub(n + the).is_some_and(|i| s.tag(i) == Some(Upos::Num)))
}

/// True for a mean, which counts nobody: "an average of 600", "the average number of deaths is 600".
pub(super) fn is_mean(s: &Sentence<'_, '_>, quantity: &Quantity, measured: Option<usize>) -> bool {
    let start = quantity.number.start;
    // "On average 45 people", "on average, 45 people"
    let comma = usize::from(s.back(start, 1) == ",");
    words::is(Set::Means, s.back(start, 1 + comma)) && (comma == 0 || s.back(start, 3) == "on")
        || s.back(start, 1) == "of" && words::is(Set::Means, s.back(start, 2))
        // "The yearly average is 75 deaths"
        || outcome::is_be(s.back(start, 1)) && words::is(Set::Means, s.back(start, 2))
        || measured.is_some_and(|noun| (1..5).any(|n| words::is(Set::Means, s.back(noun, n))))
}

/// True for "one" that makes somebody a member of a group: "The child was one of 59 people killed".
pub(super) fn is_single_member(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    let number = &quantity.number;
    quantity.is_one && outcome::is_be(s.back(number.start, 1)) && s.lower(number.end) == "of"
}

/// True for a rate, which counts nobody: "183 refugees for every 1,000 inhabitants"; `end` is the word after what is counted.
pub(super) fn is_rate(s: &Sentence<'_, '_>, end: usize) -> bool {
    let many = |at: usize| s.tag(at) == Some(Upos::Num);
    s.lower(end) == "per" && many(end + 1)
        || s.lower(end) == "for" && matches!(s.lower(end + 1), "every" | "each") && many(end + 2)
}

/// The period of what happens again and again: "45 people die here each year", "every day, two people", "30 deaths a month", "200
/// people annually". `end` is the word after what is counted.
pub(super) fn period<'a>(s: &'a Sentence<'_, '_>, start: usize, end: usize) -> Option<&'a str> {
    const BEFORE: usize = 4;
    const AFTER: usize = 10;
    let recurs = |i: usize| {
        let adverb = match s.lower(i) {
            "annually" | "yearly" => Some("year"),
            "monthly" => Some("month"),
            "weekly" => Some("week"),
            "daily" => Some("day"),
            "hourly" => Some("hour"),
            _ => None,
        };
        // "the Daily Mirror", "in daily Israeli raids"
        let adverb = adverb.filter(|_| {
            s.tag(i) == Some(Upos::Adv)
                && !s.is_capitalised(i)
                && !matches!(s.tag(i + 1), Some(Upos::Noun | Upos::Adj | Upos::Propn))
        });
        let each = match s.lower(i) {
            // "30 deaths a month"; but "12 people died in half a week", "fighting lasting a week"
            "a" | "an" => {
                let counted = i.checked_sub(1).and_then(|before| s.tag(before));
                matches!(counted, Some(Upos::Noun | Upos::Num)) && s.back(i, 1) != "half"
            }
            "per" | "each" | "every" => true,
            _ => false,
        };
        let each = each && words::is(Set::Periods, s.lower(i + 1));
        let one = matches!(
            s.lower(i + 2),
            "later"
                | "after"
                | "ago"
                | "before"
                | "earlier"
                | "of"
                | "from"
                | "on"
                | "-"
                | "'"
                | "into"
                | "to"
                | "and"
                | "ahead"
        );
        adverb.or_else(|| (each && !one).then(|| s.lower(i + 1)))
    };
    let after = (end..(end + AFTER).min(s.within.end))
        .take_while(|&i| !matches!(s.lower(i), "," | ";" | "and" | "but"));
    let before = start.saturating_sub(BEFORE).max(s.within.start)..start;
    let every = before.filter(|&i| matches!(s.lower(i), "each" | "every"));
    after.chain(every).find_map(recurs)
}

/// True for a difference from elsewhere or before, which does not count how many there are: "120 fewer deaths than last year",
/// "five more people than on Monday".
pub(super) fn is_difference(s: &Sentence<'_, '_>, quantity: &Quantity) -> bool {
    const REACH: usize = 9;
    let end = quantity.end;
    matches!(s.lower(end), "more" | "fewer" | "less")
        && (end + 1..end + REACH).take_while(|&i| s.is_letters(i)).any(|i| s.lower(i) == "than")
}

/// True for a hedge that lets a plain number be a count without a noun ("more than 200").
pub(super) fn is_bounded(quantity: &Quantity) -> bool {
    let bounds = quantity.bounds;
    quantity.approximate || bounds.low.is_some() || bounds.high.is_some()
}

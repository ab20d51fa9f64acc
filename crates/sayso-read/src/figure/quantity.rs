//! Quantities: numerals with their hedges, ranges, fractions and units, and the numbers that are none.

use std::ops::Range;

use sayso_model::{Document, EntityKind, Number, Span, TimeExpression, Upos};

use super::{
    hedge::{self, Bounds, Hedges},
    numeral::{self, Numeral},
    table::{self, Unit},
};
use crate::word::{WordKind, Words};

/// A quantity found in a sentence.
#[derive(Debug, Clone)]
pub(super) struct Quantity {
    /// Words from the first hedge to the last word of the number, a currency's sign among them.
    pub(super) number: Range<usize>,
    pub(super) bounds: Bounds,
    pub(super) approximate: bool,
    pub(super) vague: Option<String>,
    pub(super) unit: Option<Unit>,
    /// Words that a derived value was worked out from.
    pub(super) derived_from: Vec<Range<usize>>,
    /// "the 9,000": points back.
    pub(super) definite: bool,
    /// "another".
    pub(super) another: bool,
    /// A plain "one".
    pub(super) is_one: bool,
    /// The word after the number and its unit.
    pub(super) end: usize,
}

/// A sentence and all that is known of its words.
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

    /// Lower-case form of the word so many before `at`.
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

    pub(super) fn span(&self, range: &Range<usize>) -> Option<Span> {
        let (first, last) = (self.words.get(range.start)?, self.words.get(range.end.checked_sub(1)?)?);
        Some(first.span.cover(last.span))
    }

    /// The time expression that covers a word.
    pub(super) fn time(&self, at: usize) -> Option<&TimeExpression> {
        let word = self.words.get(at)?;
        let index = self.times.partition_point(|t| t.span.end <= word.span.start);
        self.times.get(index).filter(|t| t.span.start < word.span.end)
    }
}

/// A number too long for a value, or a quantity.
pub(super) enum Found {
    Quantity(Box<Quantity>),
    TooLong(Span),
}

/// Finds the quantities of a sentence, in text order.
pub(super) fn find(sentence: &Sentence<'_, '_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = sentence.within.start;
    while at < sentence.within.end {
        if let Some(end) = skipped(sentence, at) {
            at = end.max(at + 1);
            continue;
        }
        if let Some(quantity) = fraction(sentence, at) {
            at = quantity.end.max(at + 1);
            found.push(Found::Quantity(Box::new(quantity)));
            continue;
        }
        match numeral::read(sentence.words, at, &sentence.within) {
            Err(numeral::TooLong) => {
                found.extend(sentence.words.get(at).map(|w| Found::TooLong(w.span)));
                at += 1;
            }
            Ok(None) => at += 1,
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

/// The end of a stretch that holds no figures: addresses of the web, times, ages, list numbers.
fn skipped(s: &Sentence<'_, '_>, at: usize) -> Option<usize> {
    if let Some(time) = s.time(at) {
        return Some(s.words.inside(time.span).end.max(at + 1));
    }
    // A web address or handle: whatever stands without blanks around a sign of one.
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

/// Reads the quantity whose numeral begins at a word; gives also the word to go on with.
fn quantity(s: &Sentence<'_, '_>, at: usize, mut numeral: Numeral) -> (Option<Quantity>, usize) {
    let mut hedges = Hedges::default();
    let mut start = at;
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
    let range = range(s, start, &numeral, end, unit);
    let is_range = range.is_some();
    if let Some((low, high, first, last, scale)) = range {
        if matches!(s.back(first, 1), "aged" | "age" | "ages") {
            return go_on(last);
        }
        numeral = Numeral {
            low: Some(low),
            best: None,
            high: Some(high),
            vague: None,
            scale,
            digits: numeral.digits,
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
                None if matches!(s.lower(end + 1), "plus" | "odd" | "strong" | "some") => {}
                None => return go_on(end + 2),
            }
        }
    }
    let tag = |i: usize| s.tag(i);
    start = hedge::before(s.words, tag, start, &s.within, &mut hedges);
    end = hedge::after(s.words, end, &s.within, &mut hedges);
    let definite = matches!(
        s.back(start, 1),
        "the" | "these" | "those" | "both" | "its" | "his" | "her" | "their" | "our" | "all"
    ) || matches!(s.back(start, 2), "the" | "these" | "those")
        && matches!(s.back(start, 1), "first" | "last" | "other" | "same");
    let quantity = Quantity {
        number: start..end,
        bounds: hedge::bounds(&numeral, hedges),
        approximate: hedges.approximate,
        vague: numeral.vague.clone(),
        unit,
        derived_from: Vec::new(),
        definite,
        another: hedges.another,
        is_one,
        end,
    };
    (Some(quantity), end)
}

/// "magnitude 6.4", "a 6.4-magnitude quake", "6.4 on the Richter scale".
fn is_magnitude(s: &Sentence<'_, '_>, start: usize, end: usize) -> bool {
    s.back(start, 1) == "magnitude"
        || s.back(start, 1) == "of" && s.back(start, 2) == "magnitude"
        || s.lower(end) == "-" && s.lower(end + 1) == "magnitude"
        || s.lower(end) == "on" && s.lower(end + 2) == "richter"
}

/// A currency's sign or code before a number; moves `start` before it.
fn currency_before(s: &Sentence<'_, '_>, at: usize, start: &mut usize) -> Option<Unit> {
    let before = at.checked_sub(1).filter(|i| s.within.contains(i))?;
    let sign = s.lower(before);
    if matches!(sign, "$" | "€" | "£" | "¥" | "₹" | "₽" | "₴" | "₩" | "₪" | "₦") {
        *start = before;
        if s.joined(before) && s.is_letters(before.checked_sub(1)?) {
            if let Some(unit) = table::unit(&format!("{}{sign}", s.back(before, 1))) {
                *start = before - 1;
                return Some(unit);
            }
        }
        return table::unit(sign);
    }
    let code = s.written(before);
    let is_code = code.len() == 3 && code.chars().all(|c| c.is_ascii_uppercase());
    let unit = table::unit(sign).filter(|u| is_code && u.category == "money")?;
    *start = before;
    Some(unit)
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
        // "3 won medals", "12 rand"; a verb is no unit. "2 in 5" holds no inches.
        let doubtful = matches!(form.as_str(), "won" | "foot" | "rand") && s.tag(at) == Some(Upos::Verb);
        let short = form.len() <= 2 && form.chars().all(char::is_alphabetic) && !numeral.digits;
        (!doubtful && !short).then_some((unit, end))
    })
}

/// A range: low, high, first word, the word after it, scale. "150 to 250", "between 5 and 10 million", "five or six".
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
        "to" => !(from && changes(s, start)),
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
    while matches!(
        s.lower(next),
        "$" | "€"
            | "£"
            | "about"
            | "around"
            | "as"
            | "many"
            | "perhaps"
            | "even"
            | "maybe"
            | "nearly"
            | "almost"
    ) || (unit.is_some() && matches!(s.lower(next), "us" | "usd" | "eur"))
    {
        next += 1;
    }
    let second = numeral::read(s.words, next, &s.within).ok()??;
    let high = second.best?;
    if dash && !second.digits && s.lower(connector + 1) != s.lower(next) {
        return None;
    }
    // Dates and things numbered are no ranges; nor is "12-member".
    if s.time(next).is_some()
        || (s.lower(second.end) == "-"
            && s.joined(second.end)
            && s.joined(second.end + 1)
            && s.lower(second.end + 1).bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    if let (None, Some(step)) = (first.scale, second.scale) {
        // "5 to 10 million": the scale holds for both.
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

/// True where the words before "from" tell of a change, so that "from A to B" is no range.
fn changes(s: &Sentence<'_, '_>, start: usize) -> bool {
    (2..9).any(|n| {
        let word = s.back(start, n);
        [
            "rose", "rise", "ris", "grew", "grow", "climb", "jump", "fell", "fall", "drop", "declin",
            "revis", "rais", "cut", "reduc", "lower", "increas", "decreas", "surg", "soar", "went", "mov",
            "shrank", "shrink", "doubl", "up", "down", "chang", "correct", "expand", "slip", "plung",
        ]
        .iter()
        .any(|stem| {
            if stem.len() <= 4 {
                word == *stem
                    || word
                        .strip_prefix(stem)
                        .is_some_and(|r| matches!(r, "s" | "es" | "ed" | "ped" | "ing" | "ping" | "n" | "en"))
            } else {
                word.starts_with(stem)
            }
        })
    })
}

/// Where a number is no figure: the word to go on with.
fn excluded(
    s: &Sentence<'_, '_>,
    start: usize,
    at: usize,
    numeral: &Numeral,
    end: usize,
    money: bool,
) -> Option<usize> {
    let next = s.lower(end);
    let before = s.back(start, 1);
    let written = s.written(at);
    if money {
        return None;
    }
    // Parts of one chunk without blanks: models ("F-16"), scores ("2-1"), slashes, versions, telephone numbers.
    if numeral.digits {
        let joined_before = s.joined(at) && start == at;
        if joined_before
            && (s.is_letters(at - 1) || matches!(before, "-" | "/" | "." | ":" | "+" | "#" | "№" | "'" | "*"))
        {
            // "F-16", "24/7", "Covid-19"; a dash after a blank or a bracket is none of it.
            let dash_of_text = before == "-" && !s.joined(at - 1);
            let outer = matches!(before, "-" | "/" | ".") && !dash_of_text;
            if s.is_letters(at - 1) || outer || matches!(before, ":" | "+" | "#" | "№" | "'" | "*") {
                return Some(chunk_end(s, end));
            }
        }
        if s.joined(end) && s.is_letters(end) {
            if matches!(next, "st" | "nd" | "rd" | "th")
                || table::unit(next).is_none() && !matches!(next, "m" | "k" | "bn" | "mn")
            {
                return Some(chunk_end(s, end));
            }
        }
        if matches!(next, "-" | "/" | "." | ":")
            && s.joined(end)
            && s.joined(end + 1)
            && starts_digit(s.written(end + 1))
        {
            return Some(chunk_end(s, end));
        }
        if next == "°" && matches!(s.lower(end + 1), "n" | "s" | "e" | "w") {
            return Some(end + 2);
        }
        // A number of a list at the head of a line: "1. Boil the water", "2) Stir".
        let heads_line = at == s.within.start || at == s.within.start + 1 && s.lower(s.within.start) == "(";
        if heads_line && (next == ")" || next == "." && s.within.end > end + 1) && written.len() <= 3 {
            return Some(end);
        }
        if heads_line && next == "." && written.len() <= 2 {
            return Some(end);
        }
        // Leading noughts: codes, clock times, years of a register.
        if written.len() > 1 && written.starts_with('0') && !written.starts_with("0.") {
            return Some(end);
        }
        if is_telephone(s, at, end) {
            return Some(chunk_end(s, end));
        }
        if is_year(s, at, numeral, end) {
            return Some(end);
        }
        if is_address(s, at, end) {
            return Some(end);
        }
    }
    // Ages: "aged 34", "Maria Lopez, 34,", "34-year-old", "34 years old", "(34)".
    if matches!(before, "aged" | "age" | "ages")
        || (before == "of" && matches!(s.back(start, 2), "age" | "ages"))
    {
        return Some(end);
    }
    if matches!(before, "turned" | "turns" | "turning") && !s.is_letters(end) {
        return Some(end);
    }
    if matches!(before, "," | "(")
        && matches!(next, "," | ")" | "." | "")
        && numeral.digits
        && written.len() <= 3
        && after_name(s, start)
    {
        return Some(end);
    }
    if next == "-" && s.joined(end) && s.lower(end + 1) == "year"
        || matches!(next, "year" | "years") && s.lower(end + 1) == "old"
    {
        return Some(end + 2);
    }
    // Times that the reader of times has not taken: lengths ("three days", "24-hour").
    let length = if next == "-" { s.lower(end + 1) } else { next };
    if matches!(
        length,
        "second"
            | "seconds"
            | "minute"
            | "minutes"
            | "hour"
            | "hours"
            | "day"
            | "days"
            | "night"
            | "nights"
            | "week"
            | "weeks"
            | "weekend"
            | "weekends"
            | "month"
            | "months"
            | "quarter"
            | "year"
            | "years"
            | "decade"
            | "decades"
            | "century"
            | "centuries"
            | "am"
            | "pm"
            | "a.m."
            | "p.m."
            | "o'clock"
            | "gmt"
    ) {
        return Some(end + 1);
    }
    // "three times", "twofold", "one in five" is a share read elsewhere, "10 percent" a unit.
    if matches!(next, "times" | "fold") || next == "-" && matches!(s.lower(end + 1), "fold" | "time" | "way")
    {
        return Some(end + 1);
    }
    if is_numbered(s, start, end) || is_score(s, at, numeral, end) {
        return Some(end);
    }
    if in_name(s, at, end) {
        return Some(end);
    }
    if s.lower(at) == "one" && end == at + 1 && is_pronoun(s, at, end) {
        return Some(end);
    }
    if matches!(s.lower(at), "zero") && end == at + 1 {
        return Some(end);
    }
    // "two-thirds" was read before; "one-on-one", "two-way", "three-star".
    None
}

fn starts_digit(written: &str) -> bool {
    written.starts_with(|c: char| c.is_ascii_digit())
}

fn chunk_end(s: &Sentence<'_, '_>, mut at: usize) -> usize {
    while at < s.within.end && s.joined(at) && !matches!(s.lower(at), "," | "." | ")" | ";" | "\"") {
        at += 1;
    }
    at
}

/// "555-0123", "020 7946 0958", and numbers after "call" or "phone".
fn is_telephone(s: &Sentence<'_, '_>, at: usize, end: usize) -> bool {
    let called = (1..5).any(|n| {
        matches!(
            s.back(at, n),
            "call" | "phone" | "telephone" | "tel" | "hotline" | "dial" | "fax" | "helpline"
        )
    });
    let groups = (at..).step_by(1).take(6).take_while(|&i| starts_digit(s.written(i))).count();
    groups >= 3
        || called
            && s.written(at).len() >= 3
            && !s.written(at).contains(',')
            && (groups >= 2 || !s.is_letters(end))
}

/// A bare number that is a year: four digits without a comma that count nothing.
fn is_year(s: &Sentence<'_, '_>, at: usize, numeral: &Numeral, end: usize) -> bool {
    let written = s.written(at);
    if written.len() != 4
        || numeral.scale.is_some()
        || !matches!(written.as_bytes(), [b'1', b'8' | b'9', ..] | [b'2', b'0', ..])
    {
        return false;
    }
    let hedged = matches!(
        s.back(at, 1),
        "than" | "least" | "some" | "nearly" | "almost" | "roughly" | "approximately" | "to"
    );
    let article = matches!(s.back(at, 1), "the" | "a" | "in" | "since" | "of" | "by");
    let follows = s.lower(end);
    let counts = table::is(follows, table::Part::Force)
        || table::is(follows, table::Part::Person)
        || table::is(follows, table::Part::Thing)
        || table::is(follows, table::Part::State)
        || table::is(follows, table::Part::Noun)
        || table::unit(follows).is_some()
        || (follows.ends_with('s') && s.tag(end) == Some(Upos::Noun) && !article)
        || crate::lexicon::country(s.written(end)).is_some() && !article;
    !(counts || hedged && !article)
}

/// "10 Downing Street", "221 Baker St."
fn is_address(s: &Sentence<'_, '_>, at: usize, end: usize) -> bool {
    const STREETS: [&str; 16] = [
        "street",
        "road",
        "avenue",
        "lane",
        "drive",
        "boulevard",
        "st",
        "st.",
        "rd",
        "ave",
        "square",
        "blvd",
        "highway",
        "way",
        "terrace",
        "place",
    ];
    s.written(at).len() <= 5
        && s.is_capitalised(end)
        && (end + 1..end + 4).take_while(|&i| s.is_capitalised(i)).any(|i| STREETS.contains(&s.lower(i)))
}

/// "Maria Lopez, 34,": a name before the comma.
fn after_name(s: &Sentence<'_, '_>, start: usize) -> bool {
    let Some(name) = start.checked_sub(2).filter(|i| s.within.contains(i)) else { return false };
    let person = s.words.get(name).is_some_and(|w| {
        let entities = &s.document.entities;
        let at = entities.partition_point(|e| e.span.end <= w.span.start);
        entities.get(at).is_some_and(|e| e.kind == EntityKind::Person && e.span.start <= w.span.start)
    });
    person
        || s.is_capitalised(name) && s.tag(name) == Some(Upos::Propn)
        || matches!(
            s.lower(name),
            "man"
                | "woman"
                | "boy"
                | "girl"
                | "son"
                | "daughter"
                | "wife"
                | "husband"
                | "brother"
                | "sister"
                | "father"
                | "mother"
        )
}

/// Words that number what follows them: "Article 5", "flight 370", "day 1,000".
fn is_numbered(s: &Sentence<'_, '_>, start: usize, end: usize) -> bool {
    const NUMBERED: [&str; 76] = [
        "article",
        "articles",
        "section",
        "sections",
        "chapter",
        "paragraph",
        "rule",
        "law",
        "resolution",
        "flight",
        "no",
        "no.",
        "nos.",
        "number",
        "page",
        "pages",
        "room",
        "channel",
        "route",
        "highway",
        "gate",
        "platform",
        "line",
        "group",
        "phase",
        "stage",
        "level",
        "type",
        "class",
        "grade",
        "act",
        "bill",
        "proposition",
        "amendment",
        "unit",
        "apartment",
        "apt",
        "suite",
        "box",
        "zone",
        "ward",
        "sector",
        "block",
        "lot",
        "version",
        "step",
        "season",
        "episode",
        "volume",
        "vol",
        "issue",
        "round",
        "lap",
        "day",
        "week",
        "year",
        "table",
        "fig",
        "bus",
        "interstate",
        "exit",
        "windows",
        "model",
        "mark",
        "mk",
        "series",
        "psalm",
        "verse",
        "area",
        "tier",
        "priority",
        "covid",
        "formula",
        "category",
        "size",
        "serial",
    ];
    let before = s.back(start, 1);
    if !NUMBERED.contains(&before) {
        return false;
    }
    // "in area 12 villages": a counted noun after a lower-case word speaks against it.
    let lower = !s.is_capitalised(start - 1);
    let counted = s.is_letters(end)
        && matches!(s.tag(end), Some(Upos::Noun | Upos::Adj))
        && s.lower(end).ends_with('s');
    let always = matches!(
        before,
        "article"
            | "section"
            | "chapter"
            | "flight"
            | "no."
            | "nos."
            | "resolution"
            | "page"
            | "version"
            | "episode"
    );
    always || !(lower && counted)
}

/// Results of games and votes: "3-2" falls out as a range whose ends are the wrong way round; so does "5 to 4".
fn is_score(s: &Sentence<'_, '_>, at: usize, numeral: &Numeral, end: usize) -> bool {
    let connector = s.lower(end);
    if !matches!(connector, "to" | "-") || numeral.scale.is_some() {
        return false;
    }
    let second = numeral::read(s.words, end + 1, &s.within).ok().flatten();
    let backwards = second.and_then(|n| n.best).zip(numeral.best).is_some_and(|(b, a)| a >= b);
    let from = s.back(at, 1) == "from";
    backwards && !from
}

/// A number inside a name: "Storm Shadow 2", "Channel 4", "Boeing 737".
fn in_name(s: &Sentence<'_, '_>, at: usize, end: usize) -> bool {
    let Some(word) = s.words.get(at) else { return false };
    let entities = &s.document.entities;
    let index = entities.partition_point(|e| e.span.end <= word.span.start);
    let inside =
        entities.get(index).is_some_and(|e| e.span.start < word.span.start && e.span.end >= word.span.end);
    if inside {
        return true;
    }
    let Some(before) = at.checked_sub(1).filter(|i| s.within.contains(i)) else { return false };
    let named = s.is_letters(before)
        && s.is_capitalised(before)
        && s.tag(before) == Some(Upos::Propn)
        && s.time(before).is_none()
        && !s.joined(at);
    if !named {
        return false;
    }
    // "In Gaza 40 died", "Texas 12 people": a counted noun or what happened to them makes it a figure.
    let follows = s.lower(end);
    let counts = s.is_letters(end)
        && (matches!(s.tag(end), Some(Upos::Noun | Upos::Adj | Upos::Num))
            || crate::lexicon::country(s.written(end)).is_some()
            || ["were", "was", "have", "had", "are", "died", "more", "of"].contains(&follows)
            || table::is(follows, table::Part::State)
            || table::is(follows, table::Part::Subject));
    !counts || s.written(at).len() == 3 && s.written(at).ends_with('7') && s.lower(before) == "boeing"
}

/// "one of the", "no one", "one another", "this one": no count.
fn is_pronoun(s: &Sentence<'_, '_>, at: usize, end: usize) -> bool {
    let next = s.lower(end);
    matches!(
        s.back(at, 1),
        "no" | "this"
            | "that"
            | "the"
            | "any"
            | "every"
            | "each"
            | "another"
            | "which"
            | "last"
            | "first"
            | "next"
            | "big"
            | "only"
            | "little"
            | "good"
            | "new"
            | "old"
    ) && next != "dead"
        || matches!(
            next,
            "another"
                | "can"
                | "must"
                | "should"
                | "may"
                | "might"
                | "would"
                | "could"
                | "of"
                | "'"
                | "thing"
                | "way"
                | "side"
                | "hand"
                | "time"
                | "point"
                | "reason"
                | "step"
                | "such"
                | "who"
                | "that"
                | "or"
                | "by"
                | "on"
                | "-"
                | "example"
                | "kind"
        )
        || !s.is_letters(end) && next != ","
        || s.tag(at) == Some(Upos::Pron)
            && !table::is(next, table::Part::State)
            && !matches!(next, "was" | "died" | "has" | "is" | "had")
}

/// "a third of the 9,000", "half of the 600 passengers", "two-thirds of them", "one in five".
fn fraction(s: &Sentence<'_, '_>, at: usize) -> Option<Quantity> {
    let (part, whole, end) = ratio(s, at)?;
    let value = Number::whole(part).divided_by(Number::whole(whole))?;
    let mut hedges = Hedges::default();
    let tag = |i: usize| s.tag(i);
    let start = hedge::before(s.words, tag, at, &s.within, &mut hedges);
    let made = |value: Number, unit, range: Range<usize>, derived_from, end| {
        let numeral = Numeral {
            low: None,
            best: Some(value),
            high: None,
            vague: None,
            scale: None,
            digits: false,
            end,
        };
        Quantity {
            number: range,
            bounds: hedge::bounds(&numeral, hedges),
            approximate: hedges.approximate,
            vague: None,
            unit,
            derived_from,
            definite: false,
            another: false,
            is_one: false,
            end,
        }
    };
    let mut base_at = end + usize::from(s.lower(end) == "of");
    while matches!(
        s.lower(base_at),
        "the" | "its" | "their" | "those" | "these" | "about" | "some" | "roughly" | "around"
    ) {
        base_at += 1;
    }
    if base_at > end
        && let Ok(Some(base)) = numeral::read(s.words, base_at, &s.within)
        && let Some(count) = base.best.filter(|_| s.time(base_at).is_none() && s.lower(base_at) != "one")
    {
        // Multiplied first, so that a third of 9,000 is 3,000.
        let value = count.times(Number::whole(part))?.divided_by(Number::whole(whole))?;
        return Some(made(value, None, start..base.end, vec![at..end, base_at..base.end], base.end));
    }
    if s.lower(end) != "of" && whole != 5 && !matches!(s.lower(end + 1), "of") && s.lower(at + 1) != "in" {
        return None;
    }
    let percent = value.times(Number::whole(100))?;
    let unit = Unit { code: "percent", category: "share" };
    Some(made(percent, Some(unit), start..end, vec![at..end], end))
}

/// A ratio in words: part, whole and the word after it.
fn ratio(s: &Sentence<'_, '_>, at: usize) -> Option<(i64, i64, usize)> {
    let whole = |word: &str| {
        Some(match word {
            "half" | "halves" => 2,
            "third" | "thirds" => 3,
            "quarter" | "quarters" => 4,
            "fifth" | "fifths" => 5,
            "sixth" | "sixths" => 6,
            "eighth" | "eighths" => 8,
            "tenth" | "tenths" => 10,
            _ => return None,
        })
    };
    let count = |word: &str| {
        Some(match word {
            "a" | "one" => 1,
            "two" => 2,
            "three" => 3,
            "four" => 4,
            "nine" => 9,
            _ => return None,
        })
    };
    if s.lower(at) == "half" && s.lower(at + 1) == "of" {
        return Some((1, 2, at + 1));
    }
    if s.lower(at) == "half" && matches!(s.lower(at + 1), "the" | "its" | "their") {
        return Some((1, 2, at + 1));
    }
    let part = count(s.lower(at))?;
    let next = at + 1 + usize::from(s.lower(at + 1) == "-");
    if let Some(whole) = whole(s.lower(next)) {
        let plural = s.lower(next).ends_with('s');
        let of = s.lower(next + 1) == "of";
        let scaled = matches!(s.lower(next + 2), "a" | "an")
            && matches!(s.lower(next + 3), "million" | "billion" | "thousand");
        return ((plural || part == 1) && of && !scaled).then_some((part, whole, next + 1));
    }
    // "one in five", "three in ten"
    if s.lower(at + 1) == "in" && part >= 1 && s.lower(at) != "a" {
        let of = match s.lower(at + 2) {
            "three" => 3,
            "four" => 4,
            "five" => 5,
            "six" => 6,
            "eight" => 8,
            "ten" | "10" => 10,
            _ => return None,
        };
        return (part < of).then_some((part, of, at + 3));
    }
    None
}

/// True for a hedge that lets a plain number stand for a count without a noun ("more than 200").
pub(super) fn is_bounded(quantity: &Quantity) -> bool {
    let bounds = quantity.bounds;
    quantity.approximate || bounds.low.is_some() || bounds.high.is_some()
}

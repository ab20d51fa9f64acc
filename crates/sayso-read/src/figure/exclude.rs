//! Numbers that are not figures: model names, scores, addresses, telephone numbers, ages, durations, numbered things.

use sayso_model::{EntityKind, Upos};

use super::{
    counted::is_person,
    numeral::{self, Numeral},
    outcome::is_be,
    quantity::Sentence,
    table,
};
use crate::lexicon::{Kinship, kinship};
use crate::words::{self, Set};

/// If a number is not a figure: the word to continue with.
pub(super) fn excluded(
    s: &Sentence<'_, '_>,
    start: usize,
    at: usize,
    numeral: &Numeral,
    end: usize,
    money: bool,
) -> Option<usize> {
    let next = s.lower(end);
    let before = s.back(start, 1);
    let written = s.lower(at);
    if money {
        return None;
    }
    // Parts of one token group without spaces: models ("F-16"), scores ("2-1"), slashes, versions, telephone numbers.
    if numeral.digits {
        let joined_before = s.joined(at) && start == at;
        if joined_before
            && (s.is_letters(at - 1) || matches!(before, "-" | "/" | "." | ":" | "+" | "#" | "№" | "'" | "*"))
        {
            // "F-16", "24/7", "Covid-19"; a dash after a space or a bracket does not belong to it, nor does a quotation mark
            // ("killing '64 jihadists'").
            let dash_of_text = before == "-" && !s.joined(at - 1);
            let quoted = before == "'" && is_quoted(s, at);
            let outer = matches!(before, "-" | "/" | ".") && !dash_of_text;
            let marked = matches!(before, ":" | "+" | "#" | "№" | "'" | "*") && !quoted;
            if s.is_letters(at - 1) || outer || marked {
                return Some(chunk_end(s, end));
            }
        }
        let ordinal = matches!(next, "st" | "nd" | "rd" | "th");
        let unit = table::unit(next).is_some()
            || next == "m"
            || table::letter(next).or_else(|| table::short(next)).is_some();
        if s.joined(end) && s.is_letters(end) && (ordinal || !unit) {
            return Some(chunk_end(s, end));
        }
        if matches!(next, "-" | "/" | "." | ":")
            && s.joined(end)
            && s.joined(end + 1)
            && starts_digit(s.lower(end + 1))
        {
            return Some(chunk_end(s, end));
        }
        if next == "°" && matches!(s.lower(end + 1), "n" | "s" | "e" | "w") {
            return Some(end + 2);
        }
        // A list number at the start of a line: "1. Boil the water", "2) Stir".
        let heads_line = at == s.within.start || at == s.within.start + 1 && s.lower(s.within.start) == "(";
        if heads_line && (next == ")" || next == "." && s.within.end > end + 1) && written.len() <= 3 {
            return Some(end);
        }
        if heads_line && next == "." && written.len() <= 2 {
            return Some(end);
        }
        // Leading zeros: codes, clock times, register years.
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
    if words::is(Set::Aged, before) || before == "of" && words::is(Set::Aged, s.back(start, 2)) {
        return Some(end);
    }
    // "a mother of two", "mum-of-three", but not "the parents of two Americans killed"
    let hyphen = usize::from(before == "-" && s.joined(start));
    if s.back(start, 1 + hyphen) == "of"
        && !counts_plural(s, end)
        && (2..=2 + 2 * hyphen).any(|n| kinship(s.back(start, n)) == Some(Kinship::Parent))
    {
        return Some(end);
    }
    // "183 refugees for every 1,000 inhabitants": what a rate is reckoned by
    if matches!(before, "every" | "each") && s.back(start, 2) == "for" || before == "per" && numeral.digits {
        return Some(end);
    }
    // "1 in 3 children"
    if before == "in" && matches!(s.back(start, 2), "1" | "one") {
        return Some(end);
    }
    // "when he was 12"
    let he = matches!(s.back(start, 2), "he" | "she" | "i")
        && (matches!(before, "was" | "is") || words::is(Set::Turning, before));
    if he && s.tag(end) != Some(Upos::Noun) {
        return Some(end);
    }
    // "both 51,"; ", 17 and 22,": ages between commas
    if numeral.digits
        && written.len() <= 2
        && (before == "both" && next == "," || is_pair_of_ages(s, start, end))
    {
        return Some(end);
    }
    // "aged 24 and 31"
    let aged = |i: usize| words::is(Set::Aged, s.lower(i));
    if matches!(before, "and" | "," | "or") && (2..8).filter_map(|n| start.checked_sub(n)).any(aged) {
        let numbers = (1..8).map(|n| start.saturating_sub(n)).take_while(|&i| !aged(i));
        if numbers.clone().all(|i| matches!(s.lower(i), "and" | "," | "or") || starts_digit(s.lower(i))) {
            return Some(end);
        }
    }
    if words::is(Set::Turning, before) && !s.is_letters(end) {
        return Some(end);
    }
    if matches!(before, "," | "(")
        && (matches!(next, "," | ")" | "." | "") || next == "-" && !s.joined(end + 1))
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
    // Times that the time reader has not taken: durations ("three days", "24-hour").
    let length = if next == "-" { s.lower(end + 1) } else { next };
    if words::is(Set::LengthsOfTime, length)
        // "three night-shift workers": the word belongs to the next one.
        && (next == "-" || !(s.lower(end + 1) == "-" && s.joined(end + 1)))
    {
        return Some(end + 1);
    }
    // "three times", "twofold", "one in five" is a share read elsewhere, "10 percent" a unit.
    if matches!(next, "times" | "fold") || next == "-" && words::is(Set::Folds, s.lower(end + 1)) {
        return Some(end + 1);
    }
    if is_numbered(s, start, end) || is_score(s, at, numeral, end) || is_name_of_a_group(s, start, end) {
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

/// "'64 jihadists'": a quotation that is closed in the same sentence, and not a year ("the class of '64").
fn is_quoted(s: &Sentence<'_, '_>, at: usize) -> bool {
    let closes = |i: usize| matches!(s.lower(i), "'" | "’") && s.joined(i);
    (at + 2..s.within.end).any(closes)
}

/// True if a plural noun follows, after at most two modifiers.
fn counts_plural(s: &Sentence<'_, '_>, end: usize) -> bool {
    let xpos = |i: usize| s.token(i).map_or("", |t| t.xpos);
    let describing = (end..end + 2).take_while(|&i| matches!(xpos(i), "JJ" | "NN" | "NNP")).count();
    matches!(xpos(end + describing), "NNS" | "NNPS")
}

/// "his two brothers, 17 and 22, were", "two sons, 11 and 14.": two small numbers between a comma and a mark.
fn is_pair_of_ages(s: &Sentence<'_, '_>, start: usize, end: usize) -> bool {
    let small = |i: usize| starts_digit(s.lower(i)) && s.lower(i).len() <= 2;
    let closes = |i: usize| !s.within.contains(&i) || matches!(s.lower(i), "," | "." | ";" | ")");
    let first = s.back(start, 1) == "," && s.lower(end) == "and" && small(end + 1) && closes(end + 2);
    let second = s.back(start, 1) == "and"
        && start.checked_sub(2).is_some_and(small)
        && s.back(start, 3) == ","
        && closes(end);
    first || second
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
    let called = (1..5).any(|n| words::is(Set::Telephones, s.back(at, n)));
    let groups = (at..).step_by(1).take(6).take_while(|&i| starts_digit(s.lower(i))).count();
    groups >= 3
        || called
            && s.lower(at).len() >= 3
            && !s.lower(at).contains(',')
            && (groups >= 2 || !s.is_letters(end))
}

/// True for a bare number that is a year: four digits without a comma that count nothing.
fn is_year(s: &Sentence<'_, '_>, at: usize, numeral: &Numeral, end: usize) -> bool {
    let written = s.lower(at);
    if written.len() != 4
        || numeral.scale.is_some()
        || !matches!(written.as_bytes(), [b'1', b'8' | b'9', ..] | [b'2', b'0', ..])
    {
        return false;
    }
    let hedged =
        matches!(s.back(at, 1), "than" | "least" | "some" | "to") || words::is(Set::Roughly, s.back(at, 1));
    let article = matches!(s.back(at, 1), "the" | "a" | "in" | "since" | "of" | "by");
    let follows = s.lower(end);
    // "the earthquake of 1978 killed between 1,400 and 1,600"
    let verb = s.tag(end) == Some(Upos::Verb) && matches!(s.back(at, 1), "of" | "in" | "since");
    if verb && !words::is(Set::NumberIn, s.back(at, 2)) {
        return true;
    }
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
    s.written(at).len() <= 5
        && s.is_capitalised(end)
        && (end + 1..end + 4)
            .take_while(|&i| s.is_capitalised(i))
            .any(|i| words::is(Set::Streets, s.lower(i)))
}

/// "Maria Lopez, 34,": a name before the comma.
fn after_name(s: &Sentence<'_, '_>, start: usize) -> bool {
    let Some(name) = start.checked_sub(2).filter(|i| s.within.contains(i)) else { return false };
    let person = s.words.get(name).is_some_and(|w| {
        let entities = &s.document.entities;
        let at = entities.partition_point(|e| e.span.end <= w.span.start);
        entities.get(at).is_some_and(|e| e.kind == EntityKind::Person && e.span.start <= w.span.start)
    });
    // "the actress, 26, said"
    let described = s.token(name).is_some_and(|t| t.xpos == "NN") && s.lower(start + 1) == ",";
    person
        || described
        || s.is_capitalised(name) && s.tag(name) == Some(Upos::Propn)
        || words::is(Set::AgedPeople, s.lower(name))
}

/// True for a word that numbers something: "Article 5", "flight 370", "day 1,000".
fn is_numbered(s: &Sentence<'_, '_>, start: usize, end: usize) -> bool {
    let before = s.back(start, 1);
    // "the dead now number 74"
    let verb = before == "number"
        && (words::is(Set::Numbering, s.back(start, 2))
            || start.checked_sub(1).is_some_and(|b| s.tag(b) == Some(Upos::Verb)));
    if !words::is(Set::Numbered, before) || verb {
        return false;
    }
    // "in area 12 villages": a counted noun after a lower-case word is evidence against it.
    let lower = !s.is_capitalised(start - 1);
    let counted = s.is_letters(end)
        && (matches!(s.tag(end), Some(Upos::Noun | Upos::Adj)) && s.lower(end).ends_with('s')
            || matches!(s.lower(end), "more" | "other" | "others" | "people"));
    let always = words::is(Set::NumberedAlways, before);
    // "at the pier nine drowned": a place with an article is not a name.
    let place = lower
        && matches!(s.back(start, 2), "the" | "a" | "an" | "this" | "that")
        && s.tag(end) != Some(Upos::Noun);
    always || !(lower && (counted || place))
}

/// Results of games and votes: "3-2" is excluded as a range with its ends in the wrong order; so is "5 to 4".
fn is_score(s: &Sentence<'_, '_>, at: usize, numeral: &Numeral, end: usize) -> bool {
    let connector = s.lower(end);
    if !matches!(connector, "to" | "-") || numeral.scale.is_some() {
        return false;
    }
    // "the six - two civilians and four soldiers - killed": a dash between words.
    if connector == "-" && !s.joined(end) {
        return false;
    }
    let second = numeral::read(s.words, end + 1, &s.within).ok().flatten();
    let backwards = second.and_then(|n| n.best).zip(numeral.best).is_some_and(|(b, a)| a >= b);
    let from = s.back(at, 1) == "from";
    backwards && !from
}

/// "the Group of 77 were hurt", "the Council of 12": an unexpected capital makes it a name.
fn is_name_of_a_group(s: &Sentence<'_, '_>, start: usize, end: usize) -> bool {
    let Some(noun) = start.checked_sub(2).filter(|&n| n > s.within.start) else { return false };
    s.lower(noun + 1) == "of"
        && words::is(Set::NumberedBodies, s.lower(noun))
        && s.is_capitalised(noun)
        && !is_person(s, end)
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
    // "The Magnificent Seven died at the box office", in a sentence that is not written in capitals
    let spelt = |i: usize| s.is_letters(i) && s.is_capitalised(i);
    let plain = |i: usize| s.is_letters(i) && !s.is_capitalised(i) && s.lower(i).len() > 3;
    let titled = spelt(at) && spelt(before) && before > s.within.start && s.time(before).is_none();
    let ends = s.tag(end) != Some(Upos::Noun) && !s.is_capitalised(end);
    if titled && ends && s.within.clone().any(plain) {
        return true;
    }
    // "firefighters of Engine 51 were hurt": the people are named before, and this is part of the name.
    let behind_of = s.back(before, 1) == "of" && s.tag(end) != Some(Upos::Noun);
    let named = s.is_letters(before)
        && s.is_capitalised(before)
        && (s.tag(before) == Some(Upos::Propn) || behind_of)
        && s.time(before).is_none()
        && !s.joined(at);
    if !named {
        return false;
    }
    let follows = s.lower(end);
    // "Platoon 3 killed 12 rebels", "Maroon 5 were hurt by it": a name that begins the sentence, unless it is that of a place.
    let place = index
        .checked_sub(1)
        .and_then(|i| entities.get(i))
        .is_some_and(|e| e.kind == EntityKind::Location && e.span.end + 1 >= word.span.start)
        || crate::lexicon::country(s.written(before)).is_some();
    let acts = s.tag(end) == Some(Upos::Verb) && s.tag(end + 1) == Some(Upos::Num);
    if before == s.within.start && !place && (acts || is_be(follows)) {
        return true;
    }
    // "In Gaza 40 died", "Texas 12 people": a counted noun or what happened to them makes it a figure.
    let counts = s.is_letters(end)
        && !behind_of
        && (matches!(s.tag(end), Some(Upos::Noun | Upos::Adj | Upos::Num))
            || crate::lexicon::country(s.written(end)).is_some()
            || ["were", "was", "have", "had", "are", "died", "more", "of"].contains(&follows)
            || table::is(follows, table::Part::State)
            || table::is(follows, table::Part::Subject));
    !counts
}

/// "one of the", "no one", "one another", "this one": not a count.
fn is_pronoun(s: &Sentence<'_, '_>, at: usize, end: usize) -> bool {
    let next = s.lower(end);
    // "trapping 44 and killing one", but "killing one another"
    if table::is(s.back(at, 1), table::Part::Object) && next != "another" && !s.is_letters(end) {
        return false;
    }
    let chosen =
        matches!(s.back(at, 1), "no" | "this" | "the" | "any" | "every" | "each" | "another" | "which")
            || words::is(Set::WhichOne, s.back(at, 1));
    chosen && next != "dead"
        // "that one" is a pronoun; "said that one officer had died" counts.
        || s.back(at, 1) == "that" && !matches!(s.tag(end), Some(Upos::Noun | Upos::Adj))
        || s.back(at, 1) == "-" && s.back(at, 2) == "no"
        || s.back(at, 1) == "only" && s.back(at, 2) == "the"
        || matches!(
            next,
            "another" | "can" | "must" | "should" | "may" | "might" | "would" | "could" | "'" | "such" | "who"
                | "that" | "or" | "by" | "on" | "-"
        )
        || words::is(Set::OneThing, next)
        || !s.is_letters(end) && next != ","
        || s.tag(at) == Some(Upos::Pron)
            && !table::is(next, table::Part::State)
            && !matches!(next, "was" | "died" | "has" | "is" | "had" | "of")
}

//! What a number counts: the noun phrase after it, and the group that it names.

use std::ops::Range;

use sayso_model::Upos;

use super::{
    names_people,
    quantity::{Quantity, Sentence},
    table::{self, Part},
};
use crate::{
    lexicon::{self, CountryWordKind},
    words::{self, Set},
};

/// The noun phrase after a number.
#[derive(Debug, Clone, Default)]
pub(super) struct Phrase {
    /// Index of its noun.
    pub(super) head: Option<usize>,
    /// Index of the phrase's first word.
    pub(super) start: usize,
    /// The word after it.
    pub(super) end: usize,
    /// "three more", "20 additional".
    pub(super) more: bool,
    /// "of the", "of them", "of whom": part of something.
    pub(super) part: bool,
    /// An adjective or participle inside it that shows a category ("12 wounded soldiers").
    pub(super) state: Option<usize>,
    /// Words that name the group ("North Korean").
    pub(super) group: Option<Range<usize>>,
}

impl Phrase {
    /// True if troops are counted.
    pub(super) fn is_force(&self, s: &Sentence<'_, '_>) -> bool {
        self.head.is_some_and(|h| {
            (table::is(s.lower(h), Part::Force) && s.back(h, 1) != "police" && !is_people(s, h)
                || is_people(s, h))
                && !(s.lower(h) == "officers"
                    && (self.start..h).any(|i| words::is(Set::CivilOfficers, s.lower(i))))
        })
    }

    pub(super) fn is_person(&self, s: &Sentence<'_, '_>) -> bool {
        self.head.is_some_and(|h| is_person(s, h))
    }

    pub(super) fn is_thing(&self, s: &Sentence<'_, '_>) -> bool {
        self.head.is_some_and(|h| table::is(s.lower(h), Part::Thing))
    }
}

/// True if a word names people: one in the tables, a nationality, or a plural formed like one ("divers").
pub(super) fn is_person(s: &Sentence<'_, '_>, at: usize) -> bool {
    let word = s.lower(at);
    words::is(Set::Offenders, word)
        || names_people(word)
        || is_people(s, at)
        || s.token(at).is_some_and(|t| matches!(t.xpos, "NNS" | "NNPS"))
            // What a noun says happened to them ("evacuees") counts for more than that they are people.
            && (words::is(Set::PeopleEndings, word)
                || lexicon::are_people(word) && table::category(word, Part::Noun).is_none())
            && !table::is(word, Part::Thing)
            && !table::is(word, Part::Craft)
            && !table::is(word, Part::Lifeless)
            && table::unit(word).is_none()
}

/// True for a noun for one person: "driver", "baby", "grandson".
pub(super) fn names_one_person(s: &Sentence<'_, '_>, at: usize) -> bool {
    let word = s.lower(at);
    let plurals =
        [format!("{word}s"), word.strip_suffix('y').map(|stem| format!("{stem}ies")).unwrap_or_default()];
    let known = |part| table::is(word, part) || plurals.iter().any(|plural| table::is(plural, part));
    let named = known(Part::Person)
        || known(Part::Force)
        || word == "couple"
        || lexicon::is_one_person(word)
        || lexicon::is_role(word);
    let formed = s.token(at).is_some_and(|t| t.xpos == "NN") && words::is(Set::PersonEndings, word);
    named || formed && ![Part::Thing, Part::Craft, Part::Lifeless].into_iter().any(known)
}

/// "Koreans": a nationality in the plural.
pub(super) fn is_people(s: &Sentence<'_, '_>, at: usize) -> bool {
    s.lower(at).len() > 4
        && s.lower(at).ends_with('s')
        && (demonym(s, at).is_some() || is_unlisted_people(s, at))
}

/// A nationality in no list: "Zemrians", if another word of the report is "Zemrian" or a place is "Zemria".
fn is_unlisted_people(s: &Sentence<'_, '_>, at: usize) -> bool {
    let written = s.written(at);
    let Some(one) = written.strip_suffix('s').filter(|o| o.len() > 4 && s.is_capitalised(at)) else {
        return false;
    };
    words::is(Set::NationalityEndings, one)
        && matches!(s.tag(at), Some(Upos::Noun | Upos::Propn | Upos::Adj))
        && s.words.all.iter().any(|w| {
            let other = w.span.cut(s.text);
            other == one || other.len() > 3 && other.len() < one.len() && one.starts_with(other)
        })
}

/// The adjective or nationality of a country that ends at a word, as a range of words.
fn demonym(s: &Sentence<'_, '_>, at: usize) -> Option<Range<usize>> {
    if !s.is_capitalised(at) {
        return None;
    }
    let is = |written: &str| lexicon::country(written).is_some_and(|c| c.kind == CountryWordKind::Adjective);
    if let Some(before) = at.checked_sub(1).filter(|&b| s.is_capitalised(b) && s.within.contains(&b)) {
        let pair = format!("{} {}", s.written(before), s.written(at));
        if is(&pair) || pair.strip_suffix('s').is_some_and(is) {
            return Some(before..at + 1);
        }
    }
    let word = s.written(at);
    (is(word) || word.strip_suffix('s').is_some_and(is)).then_some(at..at + 1)
}

/// The group that some words name, in the singular ("North Koreans" becomes "North Korean").
pub(super) fn group_name(s: &Sentence<'_, '_>, words: &Range<usize>) -> String {
    let written = s.span(words).map_or("", |span| span.cut(s.text));
    let is = |w: &str| lexicon::country(w).is_some_and(|c| c.kind == CountryWordKind::Adjective);
    let people = words.len() == 1 && is_unlisted_people(s, words.start);
    written.strip_suffix('s').filter(|w| people || is(w)).unwrap_or(written).to_owned()
}

/// The first group named among some words.
pub(super) fn group_in(s: &Sentence<'_, '_>, words: Range<usize>) -> Option<Range<usize>> {
    words.clone().find_map(|i| {
        // The longer name first: "North Korean" before "Korean".
        let wide = (i + 1 < words.end).then(|| demonym(s, i + 1)).flatten().filter(|d| d.start == i);
        wide.or_else(|| demonym(s, i).filter(|d| d.start >= words.start))
            .or_else(|| is_unlisted_people(s, i).then(|| i..i + 1))
    })
}

/// Reads the noun phrase after a quantity.
pub(super) fn phrase(s: &Sentence<'_, '_>, quantity: &Quantity) -> Phrase {
    let mut phrase =
        Phrase { start: quantity.end, end: quantity.end, more: quantity.another, ..Phrase::default() };
    let mut at = quantity.end;
    // "several hundred" casualties: a quotation mark that closes around the number.
    if s.lower(at) == "\"" && s.back(quantity.number.start, 1) == "\"" {
        at += 1;
        phrase.end = at;
    }
    if s.lower(at) == "-" && words::is(Set::Odd, s.lower(at + 1)) {
        at += 2;
    }
    loop {
        match s.lower(at) {
            word if s.lower(at + 1) != "than"
                && (matches!(word, "other" | "others") || words::is(Set::Additional, word)) =>
            {
                // In "12 others were", "others" is counted; "12 more" omits the noun.
                phrase.more |= words::is(Set::Additional, word);
                at += 1;
                phrase.end = at;
            }
            "of" if matches!(s.lower(at + 1), "whom" | "them" | "these" | "those" | "us" | "which") => {
                phrase.part = true;
                phrase.end = at + 2;
                // "23 of them children"
                let kind = is_plural(s, at + 2)
                    && is_person(s, at + 2)
                    && s.tag(at + 2) == Some(Upos::Noun)
                    && !matches!(s.lower(at + 3), "and" | "or" | ",");
                phrase.group = kind.then_some(at + 2..at + 3);
                return phrase;
            }
            "of" if matches!(s.lower(at + 1), "the" | "its" | "their" | "his" | "her" | "our") => {
                phrase.part = true;
                at += 2;
            }
            "of" if at == quantity.end => {
                at += 1;
                // "47 of 60 drones"
                phrase.part |= s.tag(at) == Some(Upos::Num);
            }
            word if words::is(Set::Alleged, word) && s.is_letters(at + 1) => at += 1,
            _ => break,
        }
    }
    if phrase.part && s.tag(at) == Some(Upos::Num) && s.time(at).is_none() {
        // "54 of the 120 seats": the noun follows the total.
        while s.tag(at) == Some(Upos::Num) {
            at += 1;
        }
    } else if (phrase.part || at == quantity.end + 1 && s.lower(quantity.end) == "of")
        && (table::is(s.lower(at), Part::Noun) || table::is(s.lower(at), Part::State))
        && !matches!(s.tag(at + 1), Some(Upos::Noun | Upos::Propn))
    {
        // "nine of the dead"
        return Phrase { head: Some(at), end: at + 1, ..phrase };
    }
    let begin = at;
    let limit = (at + 10).min(s.within.end);
    let mut head = None;
    let mut closed = None;
    // Two nationalities are not one group.
    let mut mixed = false;
    while at < limit {
        if s.time(at).is_some() && s.tag(at) != Some(Upos::Adj) {
            break;
        }
        let word = s.lower(at);
        // "12 Somali and 11 Yemeni sailors": the noun follows the second number.
        let listed = s.lower(at + 1) == "and"
            && s.tag(at + 2) == Some(Upos::Num)
            && s.tag(at + 4) == Some(Upos::Noun)
            && [at, at + 3].into_iter().all(|i| demonym(s, i).is_some());
        if listed && head.is_none() {
            head = Some(at + 4);
            closed = Some(at + 1);
            break;
        }
        let plural_before = head.is_some_and(|h: usize| h + 1 == at && is_plural(s, h));
        let next_is_noun =
            at + 1 < limit && matches!(s.tag(at + 1), Some(Upos::Noun | Upos::Propn | Upos::Adj));
        let state =
            table::is(word, Part::State) || table::is(word, Part::Noun) && s.tag(at) == Some(Upos::Adj);
        match s.tag(at) {
            // 60 "fighters" were
            _ if word == "\"" && head.is_none() && s.lower(at + 2) == "\"" => {
                head = Some(at + 1);
                at += 2;
            }
            // 96 "heroes of the fatherland" had
            _ if word == "\"" && head.is_none() && is_plural(s, at + 1) => {
                let close = (at + 2..at + 8).find(|&i| s.lower(i) == "\"");
                let Some(close) = close.filter(|&c| c < limit) else { break };
                head = Some(at + 1);
                closed = Some(close + 1);
                break;
            }
            _ if word == "-" && s.joined(at) && s.joined(at + 1) && s.is_letters(at + 1) => {}
            _ if word == "'" || word == "\"" => break,
            // "100 dead", "2,700 wounded", "1,000 injured in": what happened, unless a noun follows ("12 injured men").
            _ if state && !table::is(word, Part::Noun)
                || state && head.is_none() && !matches!(s.tag(at), Some(Upos::Noun)) =>
            {
                let noun_next = matches!(s.tag(at + 1), Some(Upos::Noun)) && s.time(at + 1).is_none()
                    || matches!(s.tag(at + 1), Some(Upos::Adj)) && demonym(s, at + 1).is_some();
                if head.is_some() || !noun_next {
                    break;
                }
                phrase.state = phrase.state.or(Some(at));
            }
            Some(Upos::Noun | Upos::Propn) if s.is_letters(at) => {
                if plural_before
                    && !(s.token(at - 1).is_some_and(|t| t.relation == "compound")
                        && s.tag(at) == Some(Upos::Noun))
                {
                    break;
                }
                // A name after a common noun begins something else ("12 soldiers Kyiv said").
                if head.is_some_and(|h| s.tag(h) == Some(Upos::Noun) && h + 1 == at)
                    && s.is_capitalised(at)
                    && s.tag(at) == Some(Upos::Propn)
                {
                    break;
                }
                head = Some(at);
            }
            Some(Upos::Adj) if s.is_letters(at) => {
                if plural_before || head.is_some() && !next_is_noun {
                    break;
                }
                if demonym(s, at).is_some_and(|_| is_people(s, at)) {
                    head = Some(at);
                }
            }
            Some(Upos::Num) if s.is_letters(at) && head.is_none() => {}
            Some(Upos::Verb)
                if head.is_none()
                    && matches!(s.tag(at + 1), Some(Upos::Noun | Upos::Adj | Upos::Propn))
                    && s.token(at).is_some_and(|t| {
                        matches!(t.xpos, "VBN" | "VBG" | "NN" | "JJ") && t.relation.starts_with("amod")
                    }) =>
            {
                if table::is(word, Part::Object) {
                    phrase.state = Some(at);
                }
            }
            Some(Upos::Adv)
                if head.is_none()
                    && matches!(s.tag(at + 1), Some(Upos::Adj | Upos::Verb))
                    && !s.lower(at).is_empty()
                    && matches!(s.tag(at + 2), Some(Upos::Noun | Upos::Propn)) => {}
            // "23 Somali and Yemeni sailors"
            Some(Upos::Cconj)
                if head.is_none_or(|h| h + 1 == at && demonym(s, h).is_some())
                    && at > begin
                    && demonym(s, at - 1).is_some()
                    && demonym(s, at + 1).is_some()
                    && matches!(s.tag(at + 2), Some(Upos::Noun)) =>
            {
                mixed = true;
            }
            Some(Upos::Cconj)
                if head.is_none() && matches!(s.tag(at + 1), Some(Upos::Adj | Upos::Propn)) && at > begin => {
            }
            _ => {
                // The tagger may mistag a nationality or a counted noun.
                let known = names_people(word) || is_people(s, at);
                if !known || head.is_some() {
                    break;
                }
                head = Some(at);
            }
        }
        at += 1;
    }
    if let Some(head) = head {
        phrase.head = Some(head);
        let quoted = usize::from(s.lower(head + 1) == "\"" && s.back(head, 1) == "\"");
        phrase.end = closed.unwrap_or(head + 1 + quoted);
        phrase.group = group_in(s, begin..head + 1).filter(|_| !mixed);
    } else if let Some(state) = phrase.state {
        phrase.end = state;
        phrase.state = None;
    }
    phrase
}

fn is_plural(s: &Sentence<'_, '_>, at: usize) -> bool {
    s.token(at).is_some_and(|t| matches!(t.xpos, "NNS" | "NNPS")) || words::is(Set::Plurals, s.lower(at))
}

//! Names: which tokens form one, and when two names are the same speaker's.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use sayso_model::{EntityKind, EntityMention, SpeakerKind, Upos};

use super::gender::{self, Gender};
use crate::{
    lexicon::{self, CountryWordKind},
    time,
    tree::{Tree, base},
    words::{self, Set},
};

/// A name in the text.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    /// Tokens of the name itself, without title and article.
    pub(crate) tokens: Range<u32>,
    /// The kind of speaker it belongs to.
    pub(crate) kind: SpeakerKind,
    /// Words of the name in lower case, without article and country.
    pub(crate) words: Vec<String>,
    /// Country in or before the name.
    pub(crate) country: Option<&'static str>,
    /// Initial, in lower case, of the country that the name begins with ("Philippine Red Cross").
    pub(crate) led_by: Option<char>,
    /// According to the title before it.
    pub(crate) gender: Option<Gender>,
    /// According to a person's first name.
    pub(crate) likely_gender: Option<Gender>,
    /// True if "the" is right before the name.
    pub(crate) definite: bool,
    /// A nickname inside it, in lower case: `William “Bill” Brook`.
    pub(crate) nickname: Option<String>,
}

/// The title right before a name, as written.
pub(crate) fn title_before<'t>(tree: &Tree<'t>, name: &Name) -> Option<&'t str> {
    let title = name.tokens.start.checked_sub(1)?;
    let title = if tree.form(title) == "." { title.checked_sub(1)? } else { title };
    Some(tree.form(title))
}

/// True if a name is introduced as that of somebody's relative: "his son, NAME", "her late husband NAME".
pub(crate) fn is_relative(tree: &Tree<'_>, name: &Name) -> bool {
    let Some(mut at) = name.tokens.start.checked_sub(1) else { return false };
    if tree.form(at) == "," {
        let Some(before) = at.checked_sub(1) else { return false };
        at = before;
    }
    if lexicon::kinship(&tree.form(at).to_lowercase()) != Some(lexicon::Kinship::Relative) {
        return false;
    }
    let owner = |t: u32| words::is(Set::Possessives, &tree.form(t).to_lowercase()) || tree.is_apostrophe_s(t);
    (1..=2).any(|n| at.checked_sub(n).is_some_and(owner))
}

/// How two names match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SameName {
    Equal,
    Part,
    Abbreviation,
    Misspelling,
}

/// All names of the document in text order: what the model tagged, and runs of proper nouns that it missed.
pub(crate) fn names(tree: &Tree<'_>) -> Vec<Name> {
    let mut found: Vec<Name> = tree
        .document
        .entities
        .iter()
        .filter(|entity| !is_bare_title(tree, entity))
        .filter_map(|entity| name(tree, entity.tokens.clone(), Some(entity.kind)))
        .collect();
    let mut at = 0;
    let count = tree.document.tokens.len() as u32;
    while at < count {
        let start = at;
        while at < count && is_proper(tree, at) && same_sentence(tree, start, at) {
            at += 1;
        }
        if at - start >= 2
            && let Some(run) = name(tree, with_adjective(tree, start)..at, None)
        {
            found.push(run);
        }
        at = at.max(start + 1);
    }
    found.sort_by_key(|n| n.tokens.start);
    found
}

/// Words, in lower case, from which the report derives names of people or things as is done only for countries: "Velia" with
/// "Velian". Countries missing from the tables speak like others ("Velia says").
pub(crate) fn countries(tree: &Tree<'_>, names: &[Name]) -> BTreeSet<String> {
    let capitals: BTreeSet<String> = (0..tree.document.tokens.len() as u32)
        .map(|t| tree.form(t))
        .filter(|f| f.len() > 3 && f.starts_with(char::is_uppercase))
        .map(str::to_lowercase)
        .collect();
    let surnames: BTreeSet<&String> = names
        .iter()
        .filter(|n| n.kind == SpeakerKind::Person && n.words.len() > 1)
        .flat_map(|n| &n.words)
        .collect();
    let called_after = |word: &str| {
        let stem = word.trim_end_matches(['a', 'e', 'i', 'o', 'u', 'y']);
        ["n", "an", "ian", "ese", "i", "ish", "ic"]
            .iter()
            .flat_map(|end| [format!("{word}{end}"), format!("{stem}{end}")])
            .any(|people| people != word && capitals.contains(&people))
    };
    capitals.iter().filter(|w| !surnames.contains(w) && called_after(w)).cloned().collect()
}

/// The start of a run of proper nouns, including a capitalised adjective after an article: "the Open Graves Project".
fn with_adjective(tree: &Tree<'_>, start: u32) -> u32 {
    let adjective = start.checked_sub(1).filter(|&a| {
        tree.token(a).is_some_and(|t| t.upos == Upos::Adj && t.xpos == "NNP")
            && tree.entity(a).is_none()
            && tree.form(a).chars().next().is_some_and(char::is_uppercase)
            && lexicon::country(tree.form(a)).is_none()
            && a.checked_sub(1).is_some_and(|b| {
                same_sentence(tree, a, b) && tree.token(b).is_some_and(|t| t.upos == Upos::Det)
            })
    });
    adjective.unwrap_or(start)
}

fn is_proper(tree: &Tree<'_>, at: u32) -> bool {
    tree.token(at).is_some_and(|t| t.upos == Upos::Propn)
        && tree.entity(at).is_none()
        && tree.form(at).chars().next().is_some_and(char::is_uppercase)
        && !lexicon::is_title(tree.form(at))
}

/// True if the tagger takes a title alone for a person, next to the name: "Sergeant" in "Sergeant Aya Tohno".
fn is_bare_title(tree: &Tree<'_>, entity: &EntityMention) -> bool {
    entity.kind == EntityKind::Person && entity.tokens.clone().all(|t| lexicon::is_title(tree.form(t)))
}

/// The end of a body's name that the model cut off before "of ..." or "for ...": "Institute for the Study of War", "Ministry of
/// foreign affairs".
pub(crate) fn with_subject(tree: &Tree<'_>, tokens: Range<u32>) -> u32 {
    let body = |t: u32| lexicon::is_body(&tree.form(t).to_lowercase());
    let mut end = tokens.end;
    if !body(end - 1) {
        return end;
    }
    let limit = tree.sentence(end - 1).map_or(end, |s| s.tokens.end).min(end + 8);
    while end < limit && matches!(tree.form(end), "of" | "for") {
        let mut at = end + 1;
        if tree.form(at) == "the" {
            at += 1;
        }
        let first = at;
        let part = |t: u32| {
            tree.token(t).is_some_and(|x| {
                x.upos == Upos::Propn
                    || (x.upos == Upos::Noun && t > first)
                    || (x.upos == Upos::Adj && t == first)
            })
        };
        while at < limit && part(at) {
            at += 1;
        }
        // Not a whole list of things: what follows must be part of the name.
        if at == first || at - first > 3 {
            break;
        }
        end = at;
    }
    end
}

/// The end of a body's name that continues after "and". Either what follows ends in the noun for the body ("Risk Reduction and
/// Management Office"), or the noun comes first and what follows is its second subject ("Department of Foreign Affairs and Trade";
/// not "Department of Justice and Congress").
pub(super) fn with_second_subject(tree: &Tree<'_>, tokens: &Range<u32>) -> u32 {
    const LONGEST: u32 = 3;
    let body = |t: u32| lexicon::is_body(&tree.form(t).to_lowercase());
    // The model may have cut right after the "and".
    let cut = tokens.len() > 1 && matches!(tree.form(tokens.end - 1), "and" | "&");
    let and = tokens.end - u32::from(cut);
    let part = |t: &u32| {
        same_sentence(tree, and, *t)
            && tree.form(*t).starts_with(char::is_uppercase)
            && tree.entity(*t).is_none_or(|e| e.kind == EntityKind::Organization)
            && lexicon::country(tree.form(*t)).is_none()
    };
    let first = and + 1;
    let Some(last) = (first..first + LONGEST + 1).take_while(part).last() else { return and };
    if !matches!(tree.form(and), "and" | "&") || last == first + LONGEST {
        return and;
    }
    let body_before = tokens.clone().any(body);
    let continues = if body(last) {
        !body_before
    } else {
        let has_subject = (tokens.start + 1..and).any(|t| matches!(tree.form(t), "of" | "for"));
        body_before && has_subject && tree.entity(first).is_none() && last < first + LONGEST - 1
    };
    if cut || continues { last + 1 } else { and }
}

/// The end of the name of a body's branch in a country: "Human Rights Watch Germany", "UNICEF Syria".
fn with_branch(tree: &Tree<'_>, tokens: &Range<u32>) -> u32 {
    let end = tokens.end;
    let branch = tree.entity(end).filter(|e| e.kind == EntityKind::Location && e.tokens.start == end);
    let country = branch.filter(|e| {
        same_sentence(tree, tokens.start, e.tokens.end - 1)
            && lexicon::country(e.span.cut(tree.text)).is_some_and(|c| c.kind == CountryWordKind::Name)
    });
    country.map_or(end, |e| e.tokens.end)
}

/// The tokens of a name including its owner, if the name alone is ambiguous: "Velia's Ministry of Defence".
pub(crate) fn whole(tree: &Tree<'_>, name: &Name) -> Range<u32> {
    let tokens = name.tokens.clone();
    // "state TV": the word before says which one.
    if let [word] = &name.words[..]
        && words::is(Set::Broadcasts, word)
        && let Some(before) = tokens.start.checked_sub(1).filter(|&b| same_sentence(tree, b, tokens.start))
        && tree.token(before).is_some_and(|t| matches!(t.upos, Upos::Noun | Upos::Adj))
    {
        return before..tokens.end;
    }
    if name.kind != SpeakerKind::Organization || !is_generic(&name.words) {
        return tokens;
    }
    let Some(before) = tokens.start.checked_sub(1).filter(|&b| same_sentence(tree, b, tokens.start)) else {
        return tokens;
    };
    if words::is(Set::Their, &tree.form(before).to_lowercase()) {
        return before..tokens.end;
    }
    if !tree.ends_possessor(before) {
        return tokens;
    }
    let capital = |t: &u32| tree.form(*t).chars().next().is_some_and(char::is_uppercase);
    let owner = (tree.sentence(before).map_or(before, |s| s.tokens.start)..before)
        .rev()
        .take_while(|t| capital(t) && tree.token(*t).is_some_and(|x| x.upos == Upos::Propn))
        .last();
    owner.map_or(tokens.clone(), |owner| owner..tokens.end)
}

/// True for a name of a body that any country may have: "Ministry of Defence", "Coast Guard".
fn is_generic(words: &[String]) -> bool {
    words.iter().all(|w| words::is(Set::NameLinks, w.as_str()) || is_common_body_word(w))
}

/// True for a word, in lower case, that occurs in names of bodies everywhere.
fn is_common_body_word(word: &str) -> bool {
    words::is(Set::CommonBodyWords, word) || lexicon::is_body(word)
}

/// The start of a city or province name right before a generic name of a body.
fn place_before(tree: &Tree<'_>, tokens: &Range<u32>) -> Option<u32> {
    let place = tree.entity(tokens.start.checked_sub(1)?)?;
    let named = place.kind == EntityKind::Location
        && place.tokens.end == tokens.start
        && same_sentence(tree, place.tokens.start, tokens.start)
        && lexicon::country(place.span.cut(tree.text)).is_none();
    let common = |t: u32| is_common_body_word(&tree.form(t).to_lowercase());
    (named && tokens.clone().all(common)).then_some(place.tokens.start)
}

/// The start of a national society's name: "Philippine Red Cross", "Turkish Red Crescent".
fn with_nation(tree: &Tree<'_>, tokens: &Range<u32>) -> u32 {
    let start = tokens.start;
    let name = format!("{} {}", tree.form(start), tree.form(start + 1)).to_lowercase();
    let society = words::is(Set::NationalSocieties, name.as_str());
    let nation = start
        .checked_sub(1)
        .filter(|&n| society && same_sentence(tree, n, start) && lexicon::country(tree.form(n)).is_some());
    nation.unwrap_or(start)
}

/// The end of a body's name that the model may have cut: "Committee of" continues with "the Red Cross", "Northern" with the
/// proper noun "Morning" right after it that belongs to no other name. No name ends with "of".
fn uncut(tree: &Tree<'_>, tokens: &Range<u32>) -> u32 {
    let mut end = tokens.end;
    let open = |at: u32| matches!(tree.form(at), "of" | "for") && at > tokens.start;
    if end > tokens.start && open(end - 1) {
        let next = end + u32::from(tree.form(end) == "the");
        if !is_proper(tree, next) || !same_sentence(tree, tokens.start, next) {
            return end - 1;
        }
        end = next + 1;
        while is_proper(tree, end) && same_sentence(tree, tokens.start, end) {
            end += 1;
        }
        return end;
    }
    while is_proper(tree, end) && tree.entity(end).is_none() && same_sentence(tree, tokens.start, end) {
        end += 1;
    }
    end
}

/// The end of a person's name that lacks its last one or two words ("Amin" in "Amin Harun Wijaya").
fn with_last_names(tree: &Tree<'_>, tokens: &Range<u32>) -> u32 {
    let belongs = |last: u32| {
        // The model may also have split one name into two.
        let alone = tree.entity(last).is_some_and(|e| e.kind == EntityKind::Person && e.tokens.len() == 1);
        let proper = tree.token(last).is_some_and(|t| t.upos == Upos::Propn);
        // After a complete name, the tree must connect them.
        let hangs = tree.head(last).is_some_and(|h| tokens.contains(&h))
            || tokens.clone().any(|t| tree.head(t) == Some(last));
        (is_proper(tree, last) || alone && proper && tokens.len() == 1)
            && (tokens.len() == 1 || hangs)
            && same_sentence(tree, tokens.start, last)
            && tree.form(last).chars().next().is_some_and(char::is_uppercase)
            && can_be_a_persons(tree.form(last))
    };
    let end = (tokens.end..tokens.end + 2).take_while(|t| belongs(*t)).last().map_or(tokens.end, |t| t + 1);
    if is_proper(tree, end) && same_sentence(tree, tokens.start, end) { tokens.end } else { end }
}

/// The end of a person's name that is parted by a nickname in quotation marks: `William “Bill” Brook`.
fn with_nickname(tree: &Tree<'_>, tokens: &Range<u32>) -> u32 {
    let quotes = |t: u32| matches!(tree.form(t), "\"" | "“" | "”" | "'" | "‘" | "’");
    let capital = |t: u32| tree.form(t).starts_with(char::is_uppercase);
    let (open, nickname) = (tokens.end, tokens.end + 1);
    let close = nickname + 1;
    let parted = quotes(open) && capital(nickname) && quotes(close) && touches(tree, open);
    let last = close + 1;
    if !parted || !touches(tree, nickname) || !same_sentence(tree, tokens.start, last) || touches(tree, close)
    {
        return tokens.end;
    }
    let noun = tree.token(last).is_some_and(|t| matches!(t.upos, Upos::Propn | Upos::Noun));
    if noun && capital(last) && can_be_a_persons(tree.form(last)) { last + 1 } else { tokens.end }
}

/// True for a word with an inner capital that does not follow a surname prefix ("TransWorld").
pub(crate) fn is_camel(word: &str) -> bool {
    let inner = word.char_indices().skip(1).find(|(_, c)| c.is_uppercase());
    let head = inner.and_then(|(at, _)| word.get(..at)).unwrap_or("");
    let tail = inner.and_then(|(at, _)| word.get(at + 1..)).unwrap_or("");
    head.len() > 3
        && head.chars().skip(1).all(char::is_lowercase)
        && tail.chars().all(char::is_lowercase)
        && !tail.is_empty()
}

/// True for a word that may be part of a person's name: not an abbreviation, country, outlet, day or month.
fn can_be_a_persons(word: &str) -> bool {
    word.chars().skip(1).all(char::is_lowercase)
        && lexicon::country(word).is_none()
        && !lexicon::is_outlet(word)
        && !is_day_or_month(word)
}

/// True for the name of a weekday or month.
fn is_day_or_month(word: &str) -> bool {
    let word = word.to_lowercase();
    word.ends_with("day") && word != "today" || time::is_day_or_month(&word)
}

/// True if nothing separates a token from the next.
fn touches(tree: &Tree<'_>, token: u32) -> bool {
    tree.token(token).zip(tree.token(token + 1)).is_some_and(|(a, b)| a.span.end == b.span.start)
}

fn same_sentence(tree: &Tree<'_>, a: u32, b: u32) -> bool {
    tree.sentence(a).is_some_and(|s| s.tokens.contains(&b))
}

/// The name that a single proper noun forms, for those that the model did not tag.
pub(crate) fn single(tree: &Tree<'_>, token: u32) -> Option<Name> {
    is_proper(tree, token).then(|| name(tree, token..token + 1, None)).flatten()
}

/// The name that some tokens form; `None` if nothing is left of it.
pub(crate) fn name(tree: &Tree<'_>, mut tokens: Range<u32>, kind: Option<EntityKind>) -> Option<Name> {
    while tokens.start < tokens.end
        && (tree.form(tokens.start).eq_ignore_ascii_case("the")
            || (kind != Some(EntityKind::Organization) && lexicon::is_title(tree.form(tokens.start)))
            || !tree.form(tokens.start).chars().any(char::is_alphanumeric))
    {
        tokens.start += 1;
    }
    while tokens.start < tokens.end
        && (tree.ends_possessor(tokens.end - 1)
            || !tree.form(tokens.end - 1).chars().any(char::is_alphanumeric))
    {
        tokens.end -= 1;
    }
    // "South Korea's Joint Chiefs": the country is the owner, not part of the name.
    if kind != Some(EntityKind::Person)
        && let Some(possessor) = tokens.clone().find(|&t| tree.is_apostrophe_s(t))
        && possessor + 1 < tokens.end
        && tree
            .document
            .span_of(tokens.start..possessor)
            .is_some_and(|s| lexicon::country(s.cut(tree.text)).is_some())
    {
        tokens.start = possessor + 1;
    }
    // The model may cut a body's name short: capitalised proper nouns right before it belong to it.
    if kind == Some(EntityKind::Organization) {
        while tokens.start > 0
            && is_proper(tree, tokens.start - 1)
            && same_sentence(tree, tokens.start, tokens.start - 1)
        {
            tokens.start -= 1;
        }
        // "the New York Police Department": in the name of a body that any place may have, the place is part of the name.
        tokens.start = place_before(tree, &tokens).unwrap_or(tokens.start);
        tokens.start = with_nation(tree, &tokens);
        tokens.end = uncut(tree, &tokens);
        tokens.end = with_subject(tree, tokens.clone());
        tokens.end = with_second_subject(tree, &tokens);
        tokens.end = with_branch(tree, &tokens);
    }
    // "TransWorld" is not a person's name, "McKay" is.
    let kind =
        kind.filter(|k| *k != EntityKind::Person || tokens.len() != 1 || !is_camel(tree.form(tokens.start)));
    // Last names that the model missed.
    let mut nickname = None;
    if kind == Some(EntityKind::Person) {
        tokens.end = with_last_names(tree, &tokens);
        let end = with_nickname(tree, &tokens);
        nickname = (end > tokens.end).then(|| tree.form(tokens.end + 1).to_lowercase());
        tokens.end = end;
    }
    // A first name that the model missed.
    if kind == Some(EntityKind::Person) && tokens.len() == 1 {
        let first = tokens.start.checked_sub(1).filter(|&t| {
            is_proper(tree, t)
                && same_sentence(tree, tokens.start, t)
                && matches!(base(tree.relation(t)), "nmod" | "compound" | "flat")
                && tree.head(t) == Some(tokens.start)
                && lexicon::role_noun(&tree.form(t).to_lowercase()).is_none()
                && can_be_a_persons(tree.form(t))
        });
        tokens.start = first.unwrap_or(tokens.start);
    }
    // "Lomna Power": what the model took for a place continues as a body's name.
    let mut kind = kind;
    if kind == Some(EntityKind::Location) {
        let mut end = uncut(tree, &tokens);
        // A single capitalised noun right after it, followed by lower case, is not a common noun.
        let capital = |t: u32| tree.form(t).chars().next().is_some_and(char::is_uppercase);
        let noun = tree.token(end).is_some_and(|t| t.upos == Upos::Noun) && tree.entity(end).is_none();
        if noun && capital(end) && !capital(end + 1) && same_sentence(tree, tokens.start, end) {
            end += 1;
        }
        if end > tokens.end && !is_day_or_month(tree.form(tokens.end)) {
            tokens.end = end;
            kind = None;
        }
    }
    // A person's name does not begin with an outlet's: "told Newsweek Ana Diaz" contains two names.
    if kind == Some(EntityKind::Person) && tokens.len() > 2 && lexicon::is_outlet(tree.form(tokens.start)) {
        tokens.start += 1;
    }
    // Hyphenated names are split into tokens: "Seong-kweun", "Agence-France Presse".
    while tokens.start > 1
        && tree.form(tokens.start - 1) == "-"
        && touches(tree, tokens.start - 2)
        && touches(tree, tokens.start - 1)
        && is_proper(tree, tokens.start - 2)
    {
        tokens.start -= 2;
    }
    while tree.form(tokens.end) == "-" && touches(tree, tokens.end - 1) && touches(tree, tokens.end) {
        tokens.end += 2;
    }
    if tokens.is_empty() {
        return None;
    }
    let mut words: Vec<String> = tokens
        .clone()
        .map(|t| tree.form(t).to_lowercase())
        .filter(|w| w.chars().any(char::is_alphanumeric))
        .collect();
    let written = tree.document.span_of(tokens.clone())?.cut(tree.text);
    // "The ministry called them up in October": no body, whatever the model says; "the Sun" is one.
    if kind != Some(EntityKind::Person) && written.len() > 5 && is_day_or_month(written) {
        return None;
    }
    let whole = lexicon::country(written);
    let kind = match kind {
        Some(EntityKind::Person) if whole.is_none() && !(words.len() == 1 && lexicon::is_outlet(written)) => {
            SpeakerKind::Person
        }
        _ if whole.is_some_and(|c| c.kind != CountryWordKind::Adjective) => SpeakerKind::Government,
        _ if lexicon::is_outlet(written) => SpeakerKind::Outlet,
        Some(EntityKind::Organization) => SpeakerKind::Organization,
        // A place that does not stand for a government does not speak; it may be a person's name mistaken for one.
        Some(EntityKind::Location | EntityKind::Person) => SpeakerKind::Unknown,
        None if words.iter().any(|w| lexicon::is_body(w)) => SpeakerKind::Organization,
        None => SpeakerKind::Unknown,
    };
    let mut country = whole.map(|c| c.country);
    let mut led_by = None;
    if country.is_none()
        && matches!(kind, SpeakerKind::Organization | SpeakerKind::Outlet | SpeakerKind::Unknown)
    {
        if let Some((length, found)) = leading_country(&words) {
            country = Some(found);
            led_by = words.first().and_then(|w| w.chars().next());
            words.drain(..length);
        } else {
            country = country_before(tree, tokens.start);
        }
    }
    words.retain(|w| w != "the");
    let gender = gender::of_title(tree, tokens.start);
    let likely_gender = (kind == SpeakerKind::Person).then(|| gender::of_first_name(&words)).flatten();
    let definite = tokens.start.checked_sub(1).is_some_and(|t| tree.form(t).eq_ignore_ascii_case("the"));
    Some(Name { tokens, kind, words, country, led_by, gender, likely_gender, definite, nickname })
}

/// The country that the first one or two words name, with how many words it takes; not if it would take them all.
fn leading_country(words: &[String]) -> Option<(usize, &'static str)> {
    [2, 1].into_iter().filter(|&n| n < words.len()).find_map(|n| {
        lexicon::country(&words[..n].join(" "))
            .filter(|c| c.kind != CountryWordKind::Metonym)
            .map(|c| (n, c.country))
    })
}

/// The country named right before a token, as its possessor or adjective ("South Korea's", "Russian").
pub(crate) fn country_before(tree: &Tree<'_>, token: u32) -> Option<&'static str> {
    let mut end = token;
    if end > 0 && tree.ends_possessor(end - 1) {
        end -= 1;
    }
    [2, 1].into_iter().filter(|&n| n <= end).find_map(|n| {
        let written = tree.document.span_of(end - n..end)?.cut(tree.text);
        lexicon::country(written)
            .filter(|c| end == token || c.kind != CountryWordKind::Adjective)
            .map(|c| c.country)
    })
}

/// Turns bare surnames that the model took for a body's or a place's name into persons, if the report has a person's full name
/// with them and nothing else: "Papandreou" with "Prime Minister George Papandreou".
pub(crate) fn recognise_surnames(names: &mut [Name]) {
    let mut surnames: BTreeMap<String, bool> = BTreeMap::new();
    for name in names.iter().filter(|n| n.words.len() > 1) {
        let person = name.kind == SpeakerKind::Person;
        for (at, word) in name.words.iter().enumerate() {
            let fits = person && at + 1 == name.words.len();
            if fits || !person {
                surnames.entry(word.clone()).and_modify(|only| *only &= fits).or_insert(fits);
            }
        }
    }
    for name in names {
        let [word] = name.words.as_slice() else { continue };
        let mistaken = matches!(name.kind, SpeakerKind::Organization | SpeakerKind::Unknown);
        if mistaken && surnames.get(word) == Some(&true) {
            name.kind = SpeakerKind::Person;
        }
    }
}

/// Whether two names belong to the same speaker, and how.
pub(crate) fn same(known: &Name, other: &Name) -> Option<SameName> {
    let person = |n: &Name| n.kind == SpeakerKind::Person;
    let body = |n: &Name| matches!(n.kind, SpeakerKind::Organization | SpeakerKind::Outlet);
    // A body's abbreviation that the model took for a person's name in one place.
    if known.words == other.words && known.words.len() == 1 && body(known) {
        return Some(SameName::Equal);
    }
    if (person(known) && body(other)) || (body(known) && person(other)) {
        return None;
    }
    if (known.kind == SpeakerKind::Government) != (other.kind == SpeakerKind::Government) {
        return None;
    }
    if !person(known) && known.country.is_some() && other.country.is_some() && known.country != other.country
    {
        return None;
    }
    if known.words == other.words {
        return Some(SameName::Equal);
    }
    if known.kind == SpeakerKind::Government {
        return None;
    }
    let (long, short) = if known.words.len() >= other.words.len() { (known, other) } else { (other, known) };
    if person(known) || person(other) { same_person(long, short) } else { same_body(long, short) }
}

fn same_person(long: &Name, short: &Name) -> Option<SameName> {
    let (first, last) = (long.words.first()?, long.words.last()?);
    match short.words.as_slice() {
        [word] if word == last || (word == first && word.len() > 2) => return Some(SameName::Part),
        [word] if close(word, last) => return Some(SameName::Misspelling),
        [word] if long.words.len() == 1 && close(word, first) => return Some(SameName::Misspelling),
        [] | [_] => return None,
        _ => {}
    }
    let (short_first, short_last) = (short.words.first()?, short.words.last()?);
    let initial = |a: &str, b: &str| {
        a.trim_end_matches('.').chars().count() == 1 && a.chars().next() == b.chars().next()
    };
    let firsts = short_first == first || initial(short_first, first) || initial(first, short_first);
    let alike = |a: &str, b: &str| a == b || initial(a, b) || initial(b, a);
    // "George H. W. Brook" is not "George W. Brook".
    let middle = |words: &[String]| words.get(1..words.len() - 1).unwrap_or_default().to_vec();
    let middles = middle(&long.words).iter().zip(&middle(&short.words)).all(|(a, b)| alike(a, b));
    // "William 'Bill' Brook" is "Bill Brook", "Ada van der Brook" is "van der Brook".
    let by_nickname = short.words.len() == 2 && long.nickname.as_ref() == Some(short_first);
    let by_end = long.words.len() > short.words.len()
        && long.words.ends_with(&short.words)
        && words::is(Set::SurnameParticles, short_first);
    if short_last == last && (firsts && middles || by_nickname || by_end) {
        return Some(SameName::Part);
    }
    let near = |a: &str, b: &str| a == b || close(a, b);
    if long.words.len() == short.words.len() && long.words.iter().zip(&short.words).all(|(a, b)| near(a, b)) {
        return Some(SameName::Misspelling);
    }
    None
}

fn same_body(long: &Name, short: &Name) -> Option<SameName> {
    if short.words.len() >= 2 && (long.words.starts_with(&short.words) || long.words.ends_with(&short.words))
    {
        return Some(SameName::Part);
    }
    if let [word] = short.words.as_slice() {
        let without_country = long.led_by.and_then(|initial| word.strip_prefix(initial));
        if word.len() >= 2
            && (is_abbreviation(word, &long.words)
                || without_country.is_some_and(|rest| is_abbreviation(rest, &long.words)))
        {
            return Some(SameName::Abbreviation);
        }
        // "Yonhap" for "Yonhap News Agency", "the Courier" for "Dresna Courier": an outlet's first or last word is enough.
        let ends = [long.words.first(), long.words.last()];
        if long.kind == SpeakerKind::Outlet && ends.contains(&Some(word)) && word.len() > 3 {
            return Some(SameName::Part);
        }
        // "the Observatory" for "Syrian Observatory for Human Rights", "the Front" for "Northern Defence Front"; a country has
        // several ministries and forces.
        let role = lexicon::role_noun(word);
        let one_of_many = role.is_some_and(|r| words::is(Set::SeveralInACountry, r.kin));
        let body = lexicon::is_body(word);
        let last =
            short.definite && long.kind == SpeakerKind::Organization && long.words.last() == Some(word);
        if (body || last && word.len() > 3)
            && !one_of_many
            && long.words.len() > 1
            && long.words.contains(word)
        {
            return Some(SameName::Part);
        }
    }
    None
}

/// True if the letters of `short` are the initials of the words, with or without function words.
fn is_abbreviation(short: &str, words: &[String]) -> bool {
    let letters: String = short.chars().filter(|c| c.is_alphanumeric()).collect();
    let initials = |small: bool| -> String {
        words
            .iter()
            .filter(|w| small || !words::is(Set::NameLinks, w.as_str()))
            .filter_map(|w| w.chars().next())
            .collect()
    };
    letters.chars().count() >= 2 && (letters == initials(false) || letters == initials(true))
}

/// True if two words of at least six letters start the same and differ by at most two edits (swapped neighbours count as one).
fn close(a: &str, b: &str) -> bool {
    let length = a.chars().count().min(b.chars().count());
    (6..=40).contains(&length)
        && a.chars().take(2).eq(b.chars().take(2))
        && strsim::osa_distance(a, b) <= if length >= 8 { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use sayso_model::SpeakerKind::{Organization, Person};

    use super::{names, recognise_surnames};
    use crate::tree::Tree;

    #[test]
    fn a_bare_surname_is_the_person_named_in_full() {
        let kind_of = |text: &str| {
            let document = sayso_text::analyze(text);
            let mut names = names(&Tree::new(&document, text));
            for name in names.iter_mut().filter(|n| n.words.len() == 1) {
                name.kind = Organization;
            }
            recognise_surnames(&mut names);
            names.iter().find(|n| n.words.len() == 1).map(|n| n.kind)
        };
        assert_eq!(kind_of("Minister Ana Kostrova spoke first. Kostrova said 12 people died."), Some(Person));
        assert_eq!(
            kind_of("Minister Ana Kostrova spoke first. Velgran said 12 people died."),
            Some(Organization)
        );
    }
}

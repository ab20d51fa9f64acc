//! The rules that merge speakers across reports, from the most to the least reliable.
//!
//! Whatever decides a rule is looked up by the forms of names that were worked out with each report ([`super::forms`]), and each
//! rule goes through forms in their own order or through the speakers in that of the reports, so that nothing depends on the order
//! of a hash map.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sayso_model::{SpeakerKind, story::StoryMark};

use super::{
    groups::Groups,
    local::{Local, first_marks},
    office, research,
};
use crate::{
    name::{Spelt, is_surname, near_in_spelling, surname, transcribes},
    outlet::OutletIndex,
};

/// Maximum number of names with a given word that a shorter name is compared with.
const NAMESAKES: usize = 64;

/// Applies all rules.
pub(super) fn all(locals: &[Local<'_>], groups: &mut Groups) {
    alike_in_one_report(locals, groups);
    in_one_sentence(locals, groups);
    by_name(locals, groups);
    by_surname(locals, groups);
    by_words(locals, groups);
    by_description(locals, groups);
    by_part_of_name(locals, groups);
    by_noun(locals, groups);
    by_its_people(locals, groups);
    office::join_holders(locals, groups);
    research::join(locals, groups);
}

/// The speakers of each report, with their places among all.
fn by_report<'l, 'r>(
    locals: &'l [Local<'r>],
) -> impl Iterator<Item = impl Iterator<Item = (usize, &'l Local<'r>)> + Clone> {
    let mut begin = 0;
    locals.chunk_by(|a, b| a.report == b.report).map(move |of_report| {
        let first = begin;
        begin += of_report.len();
        (first..).zip(of_report)
    })
}

/// One description of unnamed people or documents that a report uses twice, or that it puts next to another ("the witness, an aid
/// worker who was there, said", "the aid worker said").
fn alike_in_one_report(locals: &[Local<'_>], groups: &mut Groups) {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for of_report in by_report(locals) {
        first.clear();
        for (n, local) in of_report.filter(|(_, l)| !l.named()) {
            let account = local.account;
            match first.get(account.forms.folded.as_str()) {
                Some(&other) => {
                    let marks = local.first().into_iter().collect();
                    groups.join(other, n, "described alike in one report", marks);
                }
                None => {
                    first.insert(&account.forms.folded, n);
                    for name in &account.apposed {
                        first.entry(name).or_insert(n);
                    }
                }
            }
        }
    }
}

/// Unnamed people to whom two reports attribute the same sentence word for word: the later report has copied it, including the
/// source.
fn in_one_sentence(locals: &[Local<'_>], groups: &mut Groups) {
    let mut first: HashMap<(&str, &str), usize> = HashMap::new();
    for (n, local) in locals.iter().enumerate() {
        let forms = &local.account.forms;
        for sentence in &forms.sentences {
            let other = *first.entry((&forms.folded, sentence)).or_insert(n);
            if locals.get(other).is_some_and(|o| o.report != local.report) {
                let marks = first_marks(locals, &[other, n]);
                groups.join(other, n, "the same sentence, word for word", marks);
            }
        }
    }
}

/// Joins speakers with the same name. Bodies of two countries stay separate; without a country, the name means the body of the
/// country that its report comes from, if there is one.
fn join_namesakes(locals: &[Local<'_>], groups: &mut Groups, namesakes: &[usize], rule: &'static str) {
    if namesakes.len() < 2 {
        return;
    }
    let countries: BTreeSet<String> =
        namesakes.iter().filter_map(|n| groups.country_of(*n).cloned()).collect();
    let mut first: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for &n in namesakes {
        let Some(local) = locals.get(n) else { continue };
        let mut country = None;
        if countries.len() > 1 {
            let from = || local.from.filter(|country| countries.contains(*country));
            country = groups.country_of(n).or_else(from).cloned();
            if country.is_none() {
                continue;
            }
        }
        match first.get(&country) {
            Some(&other) if locals.get(other).is_some_and(|o| o.kin(local)) => {
                groups.join(other, n, rule, local.first().into_iter().collect());
            }
            Some(_) => {}
            None => {
                first.insert(country, n);
            }
        }
    }
}

/// Those that have the same form, in the order of the forms.
fn alike<'f, F: Ord + std::hash::Hash + Copy + 'f>(
    all: impl Iterator<Item = (usize, F)>,
) -> Vec<(F, Vec<usize>)> {
    // Gathered by hash: in order each would be compared with many others, and half of the forms are not new.
    let mut alike: HashMap<F, Vec<usize>> = HashMap::new();
    all.for_each(|(n, form)| alike.entry(form).or_default().push(n));
    let mut alike: Vec<(F, Vec<usize>)> = alike.into_iter().collect();
    alike.sort_unstable_by_key(|(form, _)| *form);
    alike
}

/// A body named or described in the same words, in whatever order and spelling.
fn by_words(locals: &[Local<'_>], groups: &mut Groups) {
    let bodies = || {
        let forms = locals.iter().map(|l| &l.account.forms).enumerate();
        forms.filter(|(_, forms)| forms.says_what_for && forms.is_body)
    };
    let namesakes = alike(bodies().map(|(n, forms)| (n, forms.words.as_str())));
    let with_town = alike(bodies().filter_map(|(n, forms)| Some((n, forms.with_town.as_deref()?))));
    for (_, all) in namesakes.iter().chain(&with_town) {
        join_namesakes(locals, groups, all, "the same words of a body's name");
    }
}

/// A body described by a part of a name that only one body of the story has ("the rescue board").
fn by_part_of_name(locals: &[Local<'_>], groups: &mut Groups) {
    let bodies = locals.iter().enumerate().filter(|(_, l)| l.forms.is_body && l.named());
    let named = alike(bodies.map(|(n, l)| (n, l.account.forms.words.as_str())));
    let words_of = |all: &[usize]| Some(&locals.get(*all.first()?)?.account.name.words);
    // Names by each of their words, so that only those that hold one are looked at.
    let mut holding: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (_, all)) in named.iter().enumerate() {
        for word in words_of(all).into_iter().flatten() {
            holding.entry(word).or_default().push(at);
        }
    }
    let mut done: HashSet<(&str, Option<String>, usize)> = HashSet::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.forms.is_body && l.forms.says_what_for) {
        let words = &local.account.name.words;
        let form = local.account.forms.words.as_str();
        let own = groups.country_of(n).cloned();
        if !done.insert((form, own.clone(), groups.find(n))) {
            continue;
        }
        // The Red Cross is that of a country of which the story tells before it is part of a longer name.
        let of_a_country = || {
            let same = named.binary_search_by_key(&form, |(form, _)| *form).ok().and_then(|at| named.get(at));
            same.is_some_and(|(_, all)| {
                all.iter().any(|m| groups.country_of(*m).is_some() && groups.find(*m) != groups.find(n))
            })
        };
        if own.is_none() && of_a_country() {
            continue;
        }
        let rarest = words.iter().filter_map(|w| holding.get(w.as_str())).min_by_key(|names| names.len());
        let names = rarest.into_iter().flatten().filter_map(|at| named.get(*at));
        let longer = names.filter(|(_, all)| {
            words_of(all).is_some_and(|name| name.len() > words.len() && name.is_superset(words))
        });
        let mut holder: Option<(usize, usize)> = None;
        let mut several = false;
        for m in longer.flat_map(|(_, all)| all) {
            if own.is_some() && groups.country_of(*m).is_some_and(|country| Some(country) != own.as_ref()) {
                continue;
            }
            let root = groups.find(*m);
            several = holder.is_some_and(|(known, _)| known != root);
            if several {
                break;
            }
            holder = holder.or(Some((root, *m)));
        }
        if let (Some((root, m)), false) = (holder, several) {
            let marks = first_marks(locals, &[n, m]);
            groups.join(root, n, "the only body whose name holds these words", marks);
        }
    }
}

/// A body that a report calls by its noun alone ("the agency"), if only one body in the report has that noun in its name, or in
/// the full form of its abbreviation ("NRB").
fn by_noun(locals: &[Local<'_>], groups: &mut Groups) {
    let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
    for of_report in by_report(locals) {
        named.clear();
        let nouns = of_report.filter_map(|(n, l)| Some((n, l, l.account.forms.noun.as_deref()?)));
        for (n, _, noun) in nouns.clone().filter(|(_, l, _)| l.named()) {
            named.entry(noun).or_default().push(n);
        }
        for (n, local, noun) in nouns.filter(|(_, l, _)| !l.named()) {
            let Some(bearers) = named.get(noun) else { continue };
            let roots: BTreeSet<usize> = bearers.iter().map(|b| groups.find(*b)).collect();
            if let (Some(one), 1, true) = (bearers.first(), roots.len(), local.forms.is_definite) {
                let marks = first_marks(locals, &[*one, n]);
                groups.join(*one, n, "the only body of the report with that noun", marks);
            }
        }
    }
}

/// The people of a body who speak as one ("monitors of the Lake Watch", "the Lake Watch's staff"), if only one body of the story
/// has that name.
fn by_its_people(locals: &[Local<'_>], groups: &mut Groups) {
    let mut bodies: HashMap<&str, BTreeSet<usize>> = HashMap::new();
    let is_body = |l: &Local<'_>| l.named() && !l.is_person() && l.kind != SpeakerKind::Government;
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| is_body(l)) {
        for name in &local.account.aliases {
            bodies.entry(name).or_default().insert(n);
        }
    }
    for (n, local) in locals.iter().enumerate() {
        let Some(body) = local.account.forms.people_of.as_deref() else { continue };
        let bearers = bodies.get(body).into_iter().flatten().filter(|b| **b != n);
        let roots: BTreeMap<usize, usize> = bearers.map(|b| (groups.find(*b), *b)).collect();
        if let (Some((_, one)), 1) = (roots.first_key_value(), roots.len()) {
            let marks = first_marks(locals, &[*one, n]);
            groups.join(*one, n, "the people of the body", marks);
        }
    }
}

/// The same name, abbreviation, masthead or government, or a misspelling of the name.
fn by_name(locals: &[Local<'_>], groups: &mut Groups) {
    let named = || locals.iter().enumerate().filter(|(_, l)| l.named());
    let mut governments: HashMap<&str, usize> = HashMap::new();
    for (n, local) in named().filter(|(_, l)| l.kind == SpeakerKind::Government) {
        let Some(country) = local.account.country_name() else { continue };
        let other = *governments.entry(country).or_insert(n);
        if other != n {
            groups.join(other, n, "names of one government", local.first().into_iter().collect());
        }
    }
    let namesakes = alike(named().flat_map(|(n, l)| {
        let person = l.is_person();
        l.account.forms.namesakes.iter().map(move |name| (n, (name.as_str(), person)))
    }));
    for (_, all) in &namesakes {
        let short = |n: &usize| locals.get(*n).is_some_and(|l| l.forms.is_short);
        let rule = if all.iter().all(short) { "same abbreviation" } else { "same name" };
        join_namesakes(locals, groups, all, rule);
    }
    let short = || named().filter(|(_, l)| !l.is_person() && l.forms.is_abbreviation);
    let mut by_initials: HashMap<&str, Vec<usize>> = short().map(|(_, l)| (l.key(), Vec::new())).collect();
    for (n, local) in named() {
        for letters in &local.account.forms.letters {
            by_initials.get_mut(letters.as_str()).into_iter().for_each(|full| full.push(n));
        }
    }
    for (n, local) in short() {
        let full = by_initials.get(local.key()).map(Vec::as_slice).unwrap_or_default();
        let roots: BTreeSet<usize> =
            full.iter().map(|f| groups.find(*f)).filter(|r| *r != groups.find(n)).collect();
        if let (Some(one), 1) = (roots.first(), roots.len()) {
            groups.join(*one, n, "abbreviation of the name", local.first().into_iter().collect());
        }
    }
    join_outlets(locals, groups);
    let persons = named().filter(|(_, l)| l.is_person());
    let persons: Vec<(&str, usize)> = alike(persons.map(|(n, l)| (n, l.key())))
        .into_iter()
        .filter_map(|(key, all)| Some((key, *all.first()?)))
        .collect();
    join_misspelt(locals, groups, &persons);
    let full: Vec<(&str, usize)> = persons.into_iter().filter(|(key, _)| key.contains(' ')).collect();
    join_transcribed(locals, groups, &full);
    join_cut_short(locals, groups, &full);
}

/// Persons whose name is a shortened form of another, if only one has a longer one. `persons`: the first of each name.
fn join_cut_short(locals: &[Local<'_>], groups: &mut Groups, persons: &[(&str, usize)]) {
    let spelt: Vec<Spelt<'_>> = persons.iter().map(|(key, _)| Spelt::of(key)).collect();
    let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, name) in spelt.iter().enumerate() {
        for word in name.keys() {
            by_word.entry(word).or_default().push(at);
        }
    }
    for (at, (name, (_, n))) in spelt.iter().zip(persons).enumerate() {
        let rarest = name.keys().into_iter().filter_map(|w| by_word.get(w)).min_by_key(|names| names.len());
        let longer = rarest.into_iter().flatten().take(NAMESAKES).filter(|long| **long != at);
        let longer = longer.filter(|long| spelt.get(**long).is_some_and(|long| name.shortens(long)));
        let fitting: BTreeMap<usize, usize> =
            longer.filter_map(|long| persons.get(*long)).map(|(_, m)| (groups.find(*m), *m)).collect();
        if let (Some((_, m)), 1) = (fitting.first_key_value(), fitting.len()) {
            let marks = first_marks(locals, &[*n, *m]);
            groups.join(*n.min(m), *n.max(m), "a longer form of the name", marks);
        }
    }
}

/// Outlets with the same masthead.
fn join_outlets(locals: &[Local<'_>], groups: &mut Groups) {
    let mut index = OutletIndex::default();
    let mut named: HashSet<&str> = HashSet::new();
    let outlets = locals.iter().enumerate().filter(|(_, l)| l.named() && l.kind == SpeakerKind::Outlet);
    for (n, local) in outlets {
        let name = local.speaker.name.as_str();
        for other in index.find(name) {
            groups.join(other, n, "same masthead", local.first().into_iter().collect());
        }
        if named.insert(name) {
            index.add(name, n);
        }
    }
}

/// Persons whose names differ only by misspellings. `persons`: the first of each name.
fn join_misspelt(locals: &[Local<'_>], groups: &mut Groups, persons: &[(&str, usize)]) {
    let keys: Vec<&str> = persons.iter().map(|(key, _)| *key).collect();
    let first =
        |key: &str| persons.binary_search_by_key(&key, |(key, _)| *key).ok().and_then(|at| persons.get(at));
    let mut pairs: Vec<(usize, usize)> = near_in_spelling(&keys)
        .into_iter()
        .filter_map(|(x, y)| {
            let ((_, a), (_, b)) = (*first(x)?, *first(y)?);
            Some((a.min(b), a.max(b)))
        })
        .collect();
    pairs.sort_unstable();
    for (a, b) in pairs {
        groups.join(a, b, "slip of spelling", first_marks(locals, &[a, b]));
    }
}

/// Persons with the same surname whose other names may be transliterations of each other, if the story has only these two with
/// that surname and both hold a rank or office with a word in common. `persons`: the first of each name.
fn join_transcribed(locals: &[Local<'_>], groups: &mut Groups, persons: &[(&str, usize)]) {
    let mut persons: Vec<(&str, usize)> = persons.to_vec();
    persons.sort_by_key(|(key, _)| surname(key));
    for of_surname in persons.chunk_by(|(a, _), (b, _)| surname(a) == surname(b)) {
        let [(x, a), (y, b)] = of_surname else { continue };
        let rank = |n: usize| -> BTreeSet<String> {
            let roles = locals.get(n).into_iter().flat_map(|l| &l.speaker.roles);
            roles.flat_map(|r| office::title_words(&r.title)).collect()
        };
        if transcribes(x, y) && !rank(*a).is_disjoint(&rank(*b)) {
            let marks = first_marks(locals, &[*a, *b]);
            groups.join(*a.min(b), *a.max(b), "the same name in other letters, with one rank", marks);
        }
    }
}

/// A surname, with or without particles, that exactly one person has.
fn by_surname(locals: &[Local<'_>], groups: &mut Groups) {
    let named =
        || locals.iter().enumerate().filter_map(|(n, l)| Some((n, l, l.account.name.key.as_deref()?)));
    let alone = || {
        let someone = |kind| matches!(kind, SpeakerKind::Person | SpeakerKind::Unknown);
        named().filter(move |(_, l, key)| someone(l.kind) && is_surname(key))
    };
    let mut bearers: HashMap<&str, BTreeSet<usize>> =
        alone().map(|(_, _, key)| (surname(key), BTreeSet::new())).collect();
    if bearers.is_empty() {
        return;
    }
    // Whoever holds an office is a person.
    let person =
        |l: &Local<'_>| l.is_person() || l.kind == SpeakerKind::Unknown && !l.speaker.roles.is_empty();
    for (n, local, key) in named().filter(|(_, l, key)| person(l) && !is_surname(key)) {
        let root = groups.find(n);
        let aliases = local.account.aliases.iter().map(String::as_str).filter(|a| is_surname(a));
        for name in std::iter::once(key).chain(aliases) {
            if let Some(of_name) = bearers.get_mut(surname(name)) {
                of_name.insert(root);
            }
        }
    }
    for (n, local, key) in alone() {
        if let Some(roots) = bearers.get(surname(key))
            && let (Some(one), 1) = (roots.first(), roots.len())
        {
            let marks = local.first().into_iter().collect();
            groups.join(*one, n, "surname that only one speaker bears", marks);
        }
    }
}

/// A body described by country and kind.
fn by_description(locals: &[Local<'_>], groups: &mut Groups) {
    let named = |l: &Local<'_>| {
        l.named()
            && !l.is_person()
            && !matches!(l.kind, SpeakerKind::Outlet | SpeakerKind::Government | SpeakerKind::Document)
    };
    // What all reports together say about each group of named bodies: its countries, with the words that show the first one, and
    // its kinds.
    let mut told: HashMap<usize, (BTreeSet<&str>, Vec<StoryMark>)> = HashMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| named(l)) {
        if let Some(country) = local.account.country_name() {
            let known = told.entry(groups.find(n)).or_default();
            known.0.insert(country);
            if known.1.is_empty() {
                known.1.extend(local.country_marks());
            }
        }
    }
    let mut bodies: HashMap<(&str, &str), BTreeSet<usize>> = HashMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| named(l)) {
        let root = groups.find(n);
        for country in told.get(&root).into_iter().flat_map(|(countries, _)| countries) {
            for kind in &local.account.kinds {
                bodies.entry((country, kind)).or_default().insert(root);
            }
        }
    }
    let mut described: HashMap<(&str, &str), usize> = HashMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.forms.is_described_body) {
        let Some(country) = local.account.country_name() else { continue };
        let kinds = &local.account.kinds;
        let of_kind = kinds.iter().filter_map(|k| bodies.get(&(country.as_str(), k.as_str())));
        // Two are enough to know that it is ambiguous.
        let fitting: BTreeSet<usize> = of_kind.flat_map(|roots| roots.iter().copied().take(2)).collect();
        let mut words: Vec<StoryMark> = local.country_marks().chain(local.first()).collect();
        match (fitting.first(), fitting.len()) {
            (Some(root), 1) => {
                words.extend(told.get(root).into_iter().flat_map(|(_, shown)| shown));
                words.dedup();
                groups.join(*root, n, "the only body of that country and kind", words);
            }
            (None, _) => {
                for kind in kinds {
                    let other = *described.entry((country, kind)).or_insert(n);
                    if other != n {
                        groups.join(other, n, "described alike: country and kind", words.clone());
                    }
                }
            }
            _ => {}
        }
    }
}

//! The rules that merge speakers across reports, from the most to the least reliable.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sayso_model::{
    Mention, MentionForm, SpeakerKind,
    story::{ReportIndex, StoryMark},
};

use super::{beside::body_noun, groups::Groups, local::Local, office, research};
use crate::{
    clause,
    data::{fold, known_body},
    name::{
        all_initials, initials, is_abbreviation, is_surname, near_in_spelling, says_what_for, shortens,
        surname, transcribes, word_keys,
    },
    outlet::OutletIndex,
};

/// Maximum number of names with a given word that a shorter name is compared with.
const NAMESAKES: usize = 64;

/// Minimum words of a sentence that counts as copied if two reports have it.
const COPIED: usize = 8;

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
    office::join_holders(locals, groups);
    research::join(locals, groups);
}

/// One description of unnamed people or documents that a report uses twice, or that it puts next to another ("the witness, an aid
/// worker who was there, said", "the aid worker said").
fn alike_in_one_report(locals: &[Local<'_>], groups: &mut Groups) {
    let mut first: BTreeMap<(ReportIndex, String), usize> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| !l.named()) {
        match first.get(&(local.report, fold(&local.speaker.name))) {
            Some(&other) => {
                groups.join(other, n, "described alike in one report", local.first.into_iter().collect());
            }
            None => {
                first.insert((local.report, fold(&local.speaker.name)), n);
                for name in &local.apposed {
                    first.entry((local.report, name.clone())).or_insert(n);
                }
            }
        }
    }
}

/// Unnamed people to whom two reports attribute the same sentence word for word: the later report has copied it, including the
/// source.
fn in_one_sentence(locals: &[Local<'_>], groups: &mut Groups) {
    let mut first: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| !l.named()) {
        let name = fold(&local.speaker.name);
        let described = local.speaker.mentions.iter().filter(|m| m.form != MentionForm::Pronoun);
        for mention in described {
            let sentence = fold(clause::sentence(local.text, mention.span).cut(local.text));
            if sentence.split(' ').nth(COPIED - 1).is_none() {
                continue;
            }
            match first.get(&(name.clone(), sentence.clone())) {
                Some(&other) if locals.get(other).is_some_and(|o| o.report != local.report) => {
                    let marks = [other, n].iter().filter_map(|at| locals.get(*at)?.first).collect();
                    groups.join(other, n, "the same sentence, word for word", marks);
                }
                Some(_) => {}
                None => {
                    first.insert((name.clone(), sentence), n);
                }
            }
        }
    }
}

/// Joins speakers with the same name. Bodies of two countries stay separate; without a country, the name means the body of the
/// country that its report comes from, if there is one.
fn join_namesakes(locals: &[Local<'_>], groups: &mut Groups, namesakes: &[usize], rule: &str) {
    let countries: BTreeSet<String> =
        namesakes.iter().filter_map(|n| groups.country_of(*n).cloned()).collect();
    let mut first: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for &n in namesakes {
        let Some(local) = locals.get(n) else { continue };
        let own = groups.country_of(n).cloned();
        let from = || local.from.clone().filter(|country| countries.contains(country));
        let country = if countries.len() > 1 { own.or_else(from) } else { None };
        if countries.len() > 1 && country.is_none() {
            continue;
        }
        match first.get(&country) {
            Some(&other) if locals.get(other).is_some_and(|o| o.kin(local)) => {
                groups.join(other, n, rule, local.first.into_iter().collect());
            }
            Some(_) => {}
            None => {
                first.insert(country, n);
            }
        }
    }
}

/// Those that have the same words, in the order of the words. Gathered by hash: in order each would be compared word by word with
/// many others, and few words are new.
fn alike<'w>(
    all: impl Iterator<Item = (usize, &'w BTreeSet<String>)>,
) -> BTreeMap<&'w BTreeSet<String>, Vec<usize>> {
    let mut alike: HashMap<&BTreeSet<String>, Vec<usize>> = HashMap::new();
    all.for_each(|(n, words)| alike.entry(words).or_default().push(n));
    alike.into_iter().collect()
}

/// A body named or described in the same words, in whatever order and spelling.
fn by_words(locals: &[Local<'_>], groups: &mut Groups) {
    let bodies = || {
        let bodies = locals.iter().enumerate().filter(|(_, l)| says_what_for(&l.name.words) && l.is_body());
        bodies.map(|(n, l)| (n, &l.name))
    };
    let namesakes = alike(bodies().map(|(n, name)| (n, &name.words)));
    let with_town =
        alike(bodies().map(|(n, name)| (n, &name.with_town)).filter(|(_, words)| words.len() > 2));
    for all in namesakes.values().chain(with_town.values()) {
        join_namesakes(locals, groups, all, "the same words of a body's name");
    }
}

/// A body described by a part of a name that only one body of the story has ("the rescue board").
fn by_part_of_name(locals: &[Local<'_>], groups: &mut Groups) {
    let bodies = locals.iter().enumerate().filter(|(_, l)| l.is_body() && l.named());
    let named = alike(bodies.map(|(n, l)| (n, &l.name.words)));
    // Names by each of their words, so that only those that hold one are looked at.
    let mut holding: BTreeMap<&str, Vec<&BTreeSet<String>>> = BTreeMap::new();
    for words in named.keys() {
        for word in *words {
            holding.entry(word).or_default().push(words);
        }
    }
    let mut done: HashSet<(&BTreeSet<String>, Option<String>, usize)> = HashSet::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.is_body()) {
        let words = &local.name.words;
        let own = groups.country_of(n).cloned();
        if !says_what_for(words) || !done.insert((words, own.clone(), groups.find(n))) {
            continue;
        }
        // The Red Cross is that of a country of which the story tells before it is part of a longer name.
        let of_a_country = || {
            named.get(words).is_some_and(|all| {
                all.iter().any(|m| groups.country_of(*m).is_some() && groups.find(*m) != groups.find(n))
            })
        };
        if own.is_none() && of_a_country() {
            continue;
        }
        let rarest = words.iter().filter_map(|w| holding.get(w.as_str())).min_by_key(|names| names.len());
        let longer =
            rarest.into_iter().flatten().filter(|name| name.len() > words.len() && name.is_superset(words));
        let mut holder: Option<(usize, usize)> = None;
        let mut several = false;
        for m in longer.filter_map(|name| named.get(*name)).flatten() {
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
            let first = |at: usize| locals.get(at).and_then(|l| l.first);
            let marks = first(n).into_iter().chain(first(m)).collect();
            groups.join(root, n, "the only body whose name holds these words", marks);
        }
    }
}

/// A body that a report calls by its noun alone ("the agency"), if only one body in the report has that noun in its name, or in
/// the full form of its abbreviation ("NRB").
fn by_noun(locals: &[Local<'_>], groups: &mut Groups) {
    let mut named: BTreeMap<(ReportIndex, String), BTreeSet<usize>> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.named() && !l.is_person()) {
        let Some(proper) = local.name.proper.as_deref() else { continue };
        if let Some(noun) = body_noun(known_body(proper).unwrap_or(proper)) {
            named.entry((local.report, noun)).or_default().insert(n);
        }
    }
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| !l.named() && !l.is_person()) {
        let called = |m: &Mention| {
            m.form == MentionForm::Pronoun || m.span.cut(local.text).to_lowercase().starts_with("the ")
        };
        let noun = fold(&local.speaker.name);
        let noun = noun.strip_prefix("the ").unwrap_or(&noun).to_owned();
        let Some(bearers) = named.get(&(local.report, noun)) else { continue };
        let roots: BTreeSet<usize> = bearers.iter().map(|b| groups.find(*b)).collect();
        if let (Some(one), 1, true) =
            (bearers.first(), roots.len(), local.speaker.mentions.iter().all(called))
        {
            let marks = [*one, n].iter().filter_map(|at| locals.get(*at)?.first).collect();
            groups.join(*one, n, "the only body of the report with that noun", marks);
        }
    }
}

/// The same name, abbreviation, masthead or government, or a misspelling of the name.
fn by_name(locals: &[Local<'_>], groups: &mut Groups) {
    // Bodies without spaces: "Cal Fire" equals "CalFire".
    let mut namesakes: BTreeMap<(String, bool), Vec<usize>> = BTreeMap::new();
    let mut by_initials: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut persons: Vec<(usize, &str)> = Vec::new();
    let mut governments: BTreeMap<&str, usize> = BTreeMap::new();
    let mut outlets: Vec<usize> = Vec::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.named()) {
        for alias in &local.aliases {
            // A surname or given name alone is not enough; see by_surname.
            if !local.is_person() {
                let known = known_body(alias).map_or_else(|| alias.replace(' ', ""), fold);
                namesakes.entry((known, false)).or_default().push(n);
            } else if alias.contains(' ') {
                namesakes.entry((alias.clone(), true)).or_default().push(n);
            }
        }
        if local.is_person() {
            persons.extend(local.name.key.as_deref().map(|key| (n, key)));
        } else if let Some(proper) = local.name.proper.as_deref().filter(|p| p.contains(' ')) {
            let letters = initials(proper).map(|letters| letters.to_lowercase());
            for letters in letters.into_iter().chain([all_initials(proper)]) {
                by_initials.entry(letters).or_default().push(n);
            }
        }
        if local.kind == SpeakerKind::Government
            && let Some(country) = local.country_name()
        {
            match governments.get(country.as_str()) {
                Some(&other) => {
                    groups.join(other, n, "names of one government", local.first.into_iter().collect());
                }
                None => {
                    governments.insert(country, n);
                }
            }
        }
        if local.kind == SpeakerKind::Outlet {
            outlets.push(n);
        }
    }
    for all in namesakes.values() {
        let short = |n: &usize| locals.get(*n).is_some_and(|l| is_abbreviation(&l.speaker.name));
        let rule = if all.iter().all(short) { "same abbreviation" } else { "same name" };
        join_namesakes(locals, groups, all, rule);
    }
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.named() && !l.is_person()) {
        let key = local.name.key.as_deref().unwrap_or("");
        if is_abbreviation(local.name.proper.as_deref().unwrap_or(""))
            && let Some(full) = by_initials.get(key)
        {
            let roots: BTreeSet<usize> =
                full.iter().map(|f| groups.find(*f)).filter(|r| *r != groups.find(n)).collect();
            if let (Some(one), 1) = (roots.first(), roots.len()) {
                groups.join(*one, n, "abbreviation of the name", local.first.into_iter().collect());
            }
        }
    }
    join_outlets(locals, groups, &outlets);
    join_misspelt(locals, groups, &persons);
    join_transcribed(locals, groups, &persons);
    join_cut_short(locals, groups, &persons);
}

/// Persons whose name is a shortened form of another, if only one has a longer one.
fn join_cut_short(locals: &[Local<'_>], groups: &mut Groups, persons: &[(usize, &str)]) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (n, key) in persons.iter().filter(|(_, key)| key.contains(' ')) {
        first.entry(key).or_insert(*n);
    }
    let mut by_word: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for key in first.keys() {
        for word in word_keys(key) {
            by_word.entry(word).or_default().push(key);
        }
    }
    for (short, n) in &first {
        let keys = word_keys(short);
        let rarest = keys.iter().filter_map(|w| by_word.get(w)).min_by_key(|names| names.len());
        let longer = rarest
            .into_iter()
            .flatten()
            .take(NAMESAKES)
            .filter(|long| *long != short && shortens(short, long));
        let fitting: BTreeMap<usize, usize> =
            longer.filter_map(|long| first.get(long)).map(|m| (groups.find(*m), *m)).collect();
        if let (Some((_, m)), 1) = (fitting.first_key_value(), fitting.len()) {
            let (n, m) = (*n, *m);
            let marks = [n, m].iter().filter_map(|at| locals.get(*at)?.first).collect();
            groups.join(n.min(m), n.max(m), "a longer form of the name", marks);
        }
    }
}

/// Outlets with the same masthead.
fn join_outlets(locals: &[Local<'_>], groups: &mut Groups, outlets: &[usize]) {
    let mut index = OutletIndex::default();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for &n in outlets {
        let Some(local) = locals.get(n) else { continue };
        for other in index.find(&local.speaker.name) {
            groups.join(other, n, "same masthead", local.first.into_iter().collect());
        }
        if named.insert(local.speaker.name.as_str()) {
            index.add(&local.speaker.name, n);
        }
    }
}

/// Persons whose names differ only by misspellings.
fn join_misspelt(locals: &[Local<'_>], groups: &mut Groups, persons: &[(usize, &str)]) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (n, key) in persons {
        first.entry(key).or_insert(*n);
    }
    let keys: Vec<&str> = first.keys().copied().collect();
    let mut pairs: Vec<(usize, usize)> = near_in_spelling(&keys)
        .into_iter()
        .filter_map(|(x, y)| {
            let (a, b) = (*first.get(x)?, *first.get(y)?);
            Some((a.min(b), a.max(b)))
        })
        .collect();
    pairs.sort_unstable();
    for (a, b) in pairs {
        let marks = [locals.get(a), locals.get(b)].into_iter().flatten().filter_map(|l| l.first).collect();
        groups.join(a, b, "slip of spelling", marks);
    }
}

/// Persons with the same surname whose other names may be transliterations of each other, if the story has only these two with
/// that surname and both hold a rank or office with a word in common.
fn join_transcribed(locals: &[Local<'_>], groups: &mut Groups, persons: &[(usize, &str)]) {
    let mut by_surname: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (n, key) in persons.iter().filter(|(_, key)| key.contains(' ')) {
        by_surname.entry(surname(key)).or_default().entry(key).or_insert(*n);
    }
    for names in by_surname.into_values() {
        let all: Vec<(&str, usize)> = names.into_iter().collect();
        let [(x, a), (y, b)] = all.as_slice() else { continue };
        let rank = |n: usize| -> BTreeSet<String> {
            let roles = locals.get(n).into_iter().flat_map(|l| &l.speaker.roles);
            roles.flat_map(|r| office::title_words(&r.title)).collect()
        };
        if transcribes(x, y) && !rank(*a).is_disjoint(&rank(*b)) {
            let marks = [a, b].iter().filter_map(|at| locals.get(**at)?.first).collect();
            groups.join(*a.min(b), *a.max(b), "the same name in other letters, with one rank", marks);
        }
    }
}

/// A surname, with or without particles, that exactly one person has.
fn by_surname(locals: &[Local<'_>], groups: &mut Groups) {
    // Whoever holds an office is a person.
    let person =
        |l: &Local<'_>| l.is_person() || l.kind == SpeakerKind::Unknown && !l.speaker.roles.is_empty();
    let mut bearers: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| person(l) && l.named()) {
        let Some(key) = local.name.key.as_deref().filter(|k| !is_surname(k)) else { continue };
        let root = groups.find(n);
        bearers.entry(surname(key)).or_default().insert(root);
        for alias in local.aliases.iter().filter(|a| is_surname(a)) {
            bearers.entry(surname(alias)).or_default().insert(root);
        }
    }
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.named()) {
        let Some(key) = local.name.key.as_deref().filter(|k| is_surname(k)) else { continue };
        if !matches!(local.kind, SpeakerKind::Person | SpeakerKind::Unknown) {
            continue;
        }
        if let Some(roots) = bearers.get(surname(key))
            && let (Some(one), 1) = (roots.first(), roots.len())
        {
            groups.join(*one, n, "surname that only one speaker bears", local.first.into_iter().collect());
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
    let mut told: BTreeMap<usize, (BTreeSet<&str>, Vec<StoryMark>)> = BTreeMap::new();
    let mut kinds: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| named(l)) {
        let root = groups.find(n);
        kinds.entry(root).or_default().extend(local.kinds.iter().map(String::as_str));
        if let Some((country, marks)) = &local.country {
            let known = told.entry(root).or_default();
            known.0.insert(country);
            if known.1.is_empty() {
                known.1.extend(marks);
            }
        }
    }
    let mut bodies: BTreeMap<(&str, &str), BTreeSet<usize>> = BTreeMap::new();
    for (root, (countries, _)) in &told {
        for country in countries {
            for kind in kinds.get(root).into_iter().flatten() {
                bodies.entry((country, kind)).or_default().insert(*root);
            }
        }
    }
    let mut described: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (n, local) in locals.iter().enumerate().filter(|(_, l)| l.described_body()) {
        let Some((country, marks)) = &local.country else { continue };
        let of_kind = local.kinds.iter().filter_map(|k| bodies.get(&(country.as_str(), k.as_str())));
        // Two are enough to know that it is ambiguous.
        let fitting: BTreeSet<usize> = of_kind.flat_map(|roots| roots.iter().copied().take(2)).collect();
        let mut words: Vec<StoryMark> = marks.iter().copied().chain(local.first).collect();
        match (fitting.first(), fitting.len()) {
            (Some(root), 1) => {
                words.extend(told.get(root).into_iter().flat_map(|(_, shown)| shown));
                words.dedup();
                groups.join(*root, n, "the only body of that country and kind", words);
            }
            (None, _) => {
                for kind in &local.kinds {
                    match described.get(&(country.as_str(), kind.as_str())) {
                        Some(&other) => {
                            groups.join(other, n, "described alike: country and kind", words.clone());
                        }
                        None => {
                            described.insert((country, kind), n);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

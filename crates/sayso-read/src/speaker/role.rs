//! Roles: what a report says that a person is ("Pentagon press secretary", "who heads the centre").

use std::ops::Range;

use sayso_model::{EntityKind, Role, Span, Upos};

use super::description::normal;
use crate::{
    lexicon::{self, RoleClass},
    tree::{Tree, base},
    words::{self, Set},
};

/// A role with what descriptions are matched against.
#[derive(Debug, Clone)]
pub(crate) struct FoundRole {
    pub(crate) role: Role,
    pub(crate) kins: Vec<&'static str>,
    pub(crate) country: Option<&'static str>,
    pub(crate) words: Vec<String>,
    /// The phrase precedes the name, with an article and a comma ("The lawmaker, Ana Diaz,").
    pub(crate) presents: Option<Range<u32>>,
}

/// All roles around one name of a person.
pub(crate) fn roles(tree: &Tree<'_>, name: &Range<u32>) -> Vec<FoundRole> {
    let mut found: Vec<FoundRole> = before(tree, name);
    found.extend([apposed_before(tree, name), after(tree, name)].into_iter().flatten());
    found
}

/// "Pentagon press secretary Maj. Gen. NAME", "President NAME": the office and, separately, the rank.
fn before(tree: &Tree<'_>, name: &Range<u32>) -> Vec<FoundRole> {
    let Some(sentence) = tree.sentence(name.start) else { return Vec::new() };
    let mut start = name.start;
    while start > sentence.tokens.start && name.start - start < 14 {
        let previous = start - 1;
        let Some(token) = tree.token(previous) else { break };
        let form = tree.form(previous);
        let noun = matches!(token.upos, Upos::Noun | Upos::Propn | Upos::Adj) || lexicon::is_title(form);
        let link = matches!(form, "'s" | "’s" | "-" | "." | "’")
            || (token.upos == Upos::Adv && form.eq_ignore_ascii_case("then"));
        let inside = matches!(token.upos, Upos::Adp | Upos::Cconj | Upos::Det)
            && tree.entity(previous).is_some_and(|e| e.tokens.contains(&start));
        let touches = || tree.token(start).is_some_and(|next| token.span.end == next.span.start);
        if !(noun || link || inside) || (form == "-" && !touches()) {
            break;
        }
        if tree.entity(previous).is_some_and(|e| e.kind == EntityKind::Person) {
            break;
        }
        start = previous;
    }
    while start < name.start && !tree.form(start).chars().any(char::is_alphanumeric) {
        start += 1;
    }
    let rank = rank_from(tree, start..name.start);
    [start..rank, rank..name.start].into_iter().filter_map(|part| found(tree, part, None)).collect()
}

/// The start of the rank between an office and a name: "spokesman | Commander", "press secretary | Maj. Gen.".
fn rank_from(tree: &Tree<'_>, tokens: Range<u32>) -> u32 {
    let rank = |t: u32| {
        let form = tree.form(t);
        form == "."
            || form.starts_with(char::is_uppercase)
                && words::is(Set::Ranks, form.trim_end_matches('.').to_lowercase().as_str())
    };
    let first = tokens.clone().rev().take_while(|&t| rank(t)).last().unwrap_or(tokens.end);
    let office = first
        .checked_sub(1)
        .filter(|o| tokens.contains(o))
        .is_some_and(|o| !words::is(Set::OfficeModifiers, tree.lemma(o)) && lexicon::is_role(tree.lemma(o)));
    if office { first } else { tokens.start }
}

/// "Ukraine's top commander, NAME", "The lawmaker, NAME,".
fn apposed_before(tree: &Tree<'_>, name: &Range<u32>) -> Option<FoundRole> {
    // "its chief of staff, General NAME"
    let title = |t: u32| lexicon::is_title(tree.form(t)) || tree.form(t) == ".";
    let first = (0..name.start).rev().take(3).take_while(|&t| title(t)).last().unwrap_or(name.start);
    let comma = first.checked_sub(1).filter(|&c| tree.form(c) == ",")?;
    let sentence = tree.sentence(name.start)?;
    let from = sentence.tokens.start.max(comma.saturating_sub(14));
    let start = (from..comma)
        .rev()
        .take_while(|&t| {
            let upos = tree.token(t).map(|t| t.upos);
            tree.form(t) != ","
                && !matches!(upos, Some(Upos::Verb | Upos::Aux | Upos::Sconj | Upos::Pron | Upos::Cconj))
        })
        .last()?;
    let mut start =
        (start..comma).find(|&t| !matches!(tree.token(t).map(|t| t.upos), Some(Upos::Adp | Upos::Punct)))?;
    // Only the last noun phrase before the comma: what follows its last preposition unless that is "of" or "for".
    if let Some(cut) = (start..comma).rev().find(|&t| {
        tree.token(t).is_some_and(|x| x.upos == Upos::Adp)
            && !matches!(tree.lemma(t), "of" | "for" | "at" | "in")
    }) {
        start = cut + 1;
    }
    // "Hollow Vale's mayor, NAME": the owner of an office may look like a person; several people do not share a role.
    let owner = |t: u32| tree.is_apostrophe_s(t);
    let plural = comma.checked_sub(1).and_then(|t| tree.token(t)).is_some_and(|t| t.xpos == "NNS");
    let other = tree.entities_in(start..comma).any(|e| e.kind == EntityKind::Person && !owner(e.tokens.end));
    if other || plural {
        return None;
    }
    let article = matches!(tree.form(start), "The" | "the" | "Its" | "its" | "Their" | "their");
    found(tree, start..comma, article.then_some(start..name.end))
}

/// "NAME, Korea fellow at the Institute,", "NAME, who heads the centre".
fn after(tree: &Tree<'_>, name: &Range<u32>) -> Option<FoundRole> {
    let comma = name.end;
    if tree.form(comma) != "," {
        return None;
    }
    let sentence = tree.sentence(name.start)?;
    let limit = sentence.tokens.end.min(comma + 40);
    let first = comma + 1;
    if matches!(tree.lemma(first), "who") {
        let verb = (first + 1..limit.min(first + 4)).find(|&t| words::is(Set::Heading, tree.lemma(t)))?;
        let end = (verb + 1..limit).find(|&t| tree.form(t) == ",").unwrap_or(verb + 1);
        let mut role = build(tree, verb..end)?;
        role.kins = vec!["head"];
        return Some(role);
    }
    // The full stop, including a closing quotation mark after it.
    let punctuation = |t: &u32| tree.token(*t).is_some_and(|x| x.upos == Upos::Punct);
    let stop = sentence.tokens.clone().rev().take_while(punctuation).last().unwrap_or(sentence.tokens.end);
    let is_relative = |t: u32| words::is(Set::Relatives, tree.form(t));
    let end = (first..limit).find(|&t| {
        let token = tree.token(t);
        // A comma ends the role unless a place follows and closes it ("in London,"); so does a clause about the person.
        t == stop
            || tree.form(t) == ","
            || is_relative(t)
            || token.is_some_and(|x| {
                matches!(x.upos, Upos::Verb | Upos::Aux)
                    && matches!(base(x.relation), "root" | "ccomp" | "conj" | "parataxis")
            })
    });
    let end = end.or((stop == limit).then_some(stop))?;
    if end != stop && tree.form(end) != "," && !is_relative(end) && end + 1 < limit {
        return None;
    }
    let mut start = first;
    while start < end && matches!(tree.token(start).map(|t| t.upos), Some(Upos::Det)) {
        start += 1;
    }
    found(tree, start..end, None)
}

/// A role from tokens that contain a noun for persons.
fn found(tree: &Tree<'_>, tokens: Range<u32>, presents: Option<Range<u32>>) -> Option<FoundRole> {
    let person = |t: u32| {
        lexicon::is_role(tree.lemma(t))
            || lexicon::is_role(&tree.form(t).to_lowercase())
            || lexicon::is_title(tree.form(t))
    };
    if !tokens.clone().any(person) {
        return None;
    }
    let mut role = build(tree, tokens)?;
    role.presents = presents;
    Some(role)
}

fn build(tree: &Tree<'_>, tokens: Range<u32>) -> Option<FoundRole> {
    let span = tree.span(tokens.clone())?;
    let body = tree
        .entities_in(tokens.clone())
        .filter(|e| e.kind != EntityKind::Person)
        // A place that somebody works on or in is not an employer ("its coordinator for Ostria").
        .filter(|e| {
            let before = e.tokens.start.checked_sub(1).map_or("", |b| tree.form(b));
            e.kind == EntityKind::Organization || !matches!(before, "for" | "in" | "at" | "to")
        })
        .max_by_key(|e| (e.kind == EntityKind::Organization, e.span.len()))
        .map(|e| e.span.cut(tree.text).trim_start_matches("the ").to_owned());
    let words: Vec<String> = tokens.clone().map(|t| normal(tree.lemma(t))).collect();
    let kins = tokens
        .clone()
        .flat_map(|t| [lexicon::role_noun(tree.lemma(t)), lexicon::role_noun(&tree.form(t).to_lowercase())])
        .flatten()
        .filter(|r| r.class == RoleClass::Person)
        .map(|r| r.kin)
        .chain(tokens.clone().filter_map(|t| kin_of_title(tree.form(t))))
        .collect();
    let country = tokens.clone().find_map(|t| {
        let pair = tree.document.span_of(t..t + 2).and_then(|s| lexicon::country(s.cut(tree.text)));
        pair.or_else(|| lexicon::country(tree.form(t))).map(|c| c.country)
    });
    let former = words.iter().any(|w| words::is(Set::Former, w)) || span.cut(tree.text).starts_with("ex-");
    let title = without_body(tree, span, body.as_deref());
    Some(FoundRole { role: Role { title, body, span, former }, kins, country, words, presents: None })
}

/// What somebody is called later because of a title: "the doctor", "the officer", "the lawmaker".
fn kin_of_title(word: &str) -> Option<&'static str> {
    const KINS: [(Set, &str); 3] =
        [(Set::DoctorTitles, "doctor"), (Set::OfficerTitles, "officer"), (Set::LawmakerTitles, "lawmaker")];
    let title = word.trim_end_matches('.').to_lowercase();
    let kin = KINS.into_iter().find(|(set, _)| words::is(*set, &title));
    kin.filter(|_| word.starts_with(char::is_uppercase)).map(|(_, kin)| kin)
}

/// The words of a role without a body right before or after them.
fn without_body(tree: &Tree<'_>, span: Span, body: Option<&str>) -> String {
    let written = span.cut(tree.text);
    let written = written.strip_prefix("The ").or_else(|| written.strip_prefix("the ")).unwrap_or(written);
    match body.and_then(|b| written.strip_prefix(b)) {
        Some(rest) => {
            let rest = rest.trim_start_matches("'s").trim_start_matches("’s").trim();
            if rest.is_empty() { written.to_owned() } else { rest.to_owned() }
        }
        None => written.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        speaker::{
            Cast,
            testing::{all_differ, speakers},
        },
        tree::Tree,
    };

    #[test]
    fn a_role_may_end_its_sentence() {
        let text = "\"It went fast,\" said Mara Dolin, a nurse at the clinic. The mayor said 12 died.";
        all_differ(text, &["Mara Dolin", "The mayor"]);
        let text = "It went fast, said Mara Dolin, the mayor of Orrin. Later the mayor said 12 died.";
        let found = speakers(text, &["Mara Dolin", "the mayor said"].map(|s| s.trim_end_matches(" said")));
        assert!(found[0].ends_with("Mara Dolin"), "{found:?}");
        assert_eq!(role_of_mara(text), "mayor of Orrin");
        // A clause about somebody is not part of the role.
        let text =
            "It went fast, said Mara Dolin, a pilot at the port who has steered ferries for nine years.";
        assert_eq!(role_of_mara(text), "pilot at the port");
    }

    /// The title of the first role of Mara Dolin in a text.
    fn role_of_mara(text: &str) -> String {
        let document = sayso_text::analyze(text);
        let tree = Tree::new(&document, text);
        let mut cast = Cast::gather(&tree, &[]);
        let at = text.find("Mara").unwrap();
        cast.resolve(sayso_model::Span::new(at, at + 10)).unwrap();
        cast.finish().remove(0).roles.remove(0).title
    }
}

//! Descriptions next to a speaker's name: "Ada Brook, the harbour master", "the harbour master, Ada Brook".
//!
//! A description is a noun phrase headed by a noun for a person (for a body, by one for a body), set off by commas and ended by a
//! comma, a full stop or a reporting verb. It names an office if it says of what ("owner of the ferry").

use sayso_model::Span;

use crate::{
    data::{fold, is_title, reports_speech},
    name::{describes_body, describes_one},
    words::{self, Set},
};

/// Maximum bytes of a description.
const LONGEST: usize = 160;
/// The descriptions next to a mention of a name; `body`: the name is not a person's.
pub(super) fn descriptions(text: &str, mention: Span, body: bool) -> Vec<Span> {
    [after(text, mention, body), before(text, mention, body)].into_iter().flatten().collect()
}

/// The last bytes before a position.
fn tail(text: &str, at: usize) -> Option<&str> {
    let mut from = at.saturating_sub(2 * LONGEST);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..at)
}

/// "NAME, the harbour master of Tarven, said".
fn after(text: &str, mention: Span, body: bool) -> Option<Span> {
    let lead = tail(text, mention.start)?.trim_end();
    // In "According to Ada Brook, the master ..." the sentence continues.
    if lead.ends_with("ccording to") {
        return None;
    }
    let from = mention.end + text.get(mention.end..)?.strip_prefix(", ").map(|_| 2)?;
    let rest = text.get(from..)?;
    let (phrase, ended) = until_end(rest);
    (ended && is_description(phrase, body)).then(|| Span::new(from, from + phrase.len()))
}

/// "the harbour master of Tarven, NAME, said".
fn before(text: &str, mention: Span, body: bool) -> Option<Span> {
    let behind = text.get(mention.end..)?;
    let closed =
        behind.starts_with([',', '.']) || first_word(behind).is_some_and(|w| reports_speech(w) || w == "of");
    let lead = tail(text, mention.start)?.strip_suffix(", ")?;
    let from = lead.rfind(['.', ';', ':', '\n', ',', '“', '”', '"']).map_or(0, |n| n + 1);
    let mut phrase = lead.get(from..)?.trim_start_matches(|c: char| !c.is_alphanumeric());
    // "said the harbour master, NAME".
    let mut said = phrase
        .match_indices(' ')
        .filter(|(n, _)| phrase.get(..*n).and_then(|w| w.rsplit(' ').next()).is_some_and(reports_speech));
    if let Some((at, _)) = said.next_back() {
        phrase = phrase.get(at + 1..)?;
    }
    let bare = phrase.strip_prefix("and ").or_else(|| phrase.strip_prefix("But ")).unwrap_or(phrase);
    let first = bare.split(' ').next()?;
    let begins = words::is(Set::Determiners, &first.to_lowercase()) || is_owner(first);
    (closed && begins && is_description(bare, body)).then(|| {
        let end = mention.start - ", ".len();
        Span::new(end - bare.len(), end)
    })
}

fn first_word(text: &str) -> Option<&str> {
    text.strip_prefix(' ')?.split(|c: char| !c.is_alphanumeric()).next()
}

fn is_owner(word: &str) -> bool {
    word.ends_with("'s") || word.ends_with("’s")
}

/// The words up to the end of a phrase, and whether it ends like a description.
fn until_end(rest: &str) -> (&str, bool) {
    let end = rest
        .char_indices()
        .find(|(at, c)| {
            let next = rest.get(at + c.len_utf8()..).unwrap_or("");
            match c {
                '.' => {
                    let word = rest.get(..*at).and_then(|w| w.rsplit(' ').next()).unwrap_or("");
                    (next.is_empty() || next.starts_with(char::is_whitespace))
                        && !(is_title(word) || word.contains('.') || one_letter(word))
                }
                ',' => next.starts_with(' '),
                '\n' | ';' | ':' | '"' | '“' | '”' | '(' | '—' | '–' => true,
                // "an aid worker who declined to be named" continues.
                ' ' => {
                    let before = rest.get(..*at).and_then(|w| w.rsplit(' ').next()).unwrap_or("");
                    next.split(|c: char| !c.is_alphanumeric()).next().is_some_and(reports_speech)
                        && !matches!(before, "who" | "that" | "which")
                }
                _ => *at > LONGEST,
            }
        })
        .map_or(rest.len(), |(at, _)| at);
    let phrase = rest.get(..end).unwrap_or("").trim_end();
    let ended =
        rest.get(end..).is_none_or(|r| r.is_empty() || r.starts_with(['.', ',', ' ', '(', '—', '–', '\n']));
    (phrase, ended && phrase.len() <= LONGEST)
}

/// True for an initial.
fn one_letter(word: &str) -> bool {
    word.len() < 2 && word.chars().all(char::is_alphabetic)
}

/// True for a noun phrase that describes a person or, with `body`, a body.
fn is_description(phrase: &str, body: bool) -> bool {
    let words: Vec<&str> = phrase.split_whitespace().collect();
    let head = words.iter().position(|w| words::is(Set::DescriptionPrepositions, w)).unwrap_or(words.len());
    let Some(named) = words.get(..head).filter(|w| !w.is_empty()) else { return false };
    let last = named.last().map_or("", |w| w.trim_matches(|c: char| !c.is_alphanumeric()));
    let fits = if body { describes_body(last) } else { describes_one(last) };
    let several = named.iter().any(|w| matches!(*w, "and" | "or"));
    fits && !several
        && (1..=6).contains(&named.len())
        && !words.iter().any(|w| matches!(*w, "was" | "were" | "is" | "are" | "has" | "had" | "have"))
}

/// The core of a description: its noun and what precedes it, without an article.
pub(super) fn described_as(description: &str) -> &str {
    let bare = ["a ", "an ", "the "].iter().find_map(|a| description.strip_prefix(a)).unwrap_or(description);
    let ends = bare.match_indices(' ').find(|(at, _)| {
        let next = bare.get(at + 1..).and_then(|rest| rest.split(' ').next()).unwrap_or("");
        words::is(Set::DescriptionPrepositions, next)
    });
    ends.and_then(|(at, _)| bare.get(..at)).unwrap_or(bare)
}

/// The words of a description that say what it relates to, and the body that it names ("owner of the ferry": the ferry).
pub(super) fn body_of(description: &str) -> Option<&str> {
    let at = [" of ", " for ", " at "].iter().filter_map(|p| Some((description.find(p)?, p.len()))).min()?;
    let body = description.get(at.0 + at.1..)?;
    let bare = body.strip_prefix("the ").unwrap_or(body);
    bare.starts_with(char::is_uppercase).then_some(bare)
}

/// The words of an office, without uninformative owners.
pub(super) fn office_words(description: &str) -> Vec<String> {
    description
        .split_whitespace()
        .map(|w| (w, w.trim_end_matches("'s").trim_end_matches("’s")))
        .filter(|(w, bare)| w == bare || !words::is(Set::GeneralOwners, &bare.to_lowercase()))
        .flat_map(|(_, bare)| fold(bare).split(' ').map(str::to_owned).collect::<Vec<_>>())
        .filter(|w| {
            !w.is_empty()
                && !words::is(Set::DescriptionPrepositions, w)
                && !matches!(w.as_str(), "a" | "an" | "the" | "another" | "one" | "s" | "its" | "their")
        })
        .collect()
}

/// The full name next to a description of somebody unnamed: "the chief of police, Ada Brook, said", "Ada Brook, the chief of
/// police, said".
pub(super) fn name_beside(text: &str, mention: Span) -> Option<Span> {
    let following = || {
        let from = mention.end + text.get(mention.end..)?.strip_prefix(", ").map(|_| 2)?;
        let (name, ended) = until_end(text.get(from..)?);
        (ended && is_full_name(name)).then(|| Span::new(from, from + name.len()))
    };
    let leading = || {
        let behind = text.get(mention.end..)?;
        let closed = behind.starts_with([',', '.']) || first_word(behind).is_some_and(reports_speech);
        let lead = tail(text, mention.start)?.strip_suffix(", ")?;
        let from = lead.rfind(['.', ';', ':', '\n', ',', '“', '”', '"']).map_or(0, |n| n + 1);
        let words = lead.get(from..)?;
        let mut after_verb = words
            .match_indices(' ')
            .filter(|(n, _)| words.get(..*n).and_then(|w| w.rsplit(' ').next()).is_some_and(reports_speech));
        let name = after_verb.next_back().and_then(|(n, _)| words.get(n + 1..)).unwrap_or(words).trim_start();
        (closed && is_full_name(name)).then(|| {
            let end = mention.start - ", ".len();
            Span::new(end - name.len(), end)
        })
    };
    following().or_else(leading)
}

/// The full name at the end of a description: "Harbour clerk Mari Tamm".
pub(super) fn name_after_role(description: &str) -> Option<&str> {
    let head = description.split(',').next().unwrap_or(description).trim_end();
    let (at, role) = head
        .match_indices(' ')
        .map(|(at, _)| (at, head.get(..at).and_then(|w| w.rsplit(' ').next()).unwrap_or("")))
        .rfind(|(_, word)| describes_one(word))?;
    let name = head.get(at + 1..)?;
    (role.starts_with(char::is_lowercase) && is_full_name(name)).then_some(name)
}

/// Two to four capitalised words, none of which is a title or describes anybody.
fn is_full_name(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    (2..=4).contains(&words.len())
        && words.iter().all(|w| {
            w.starts_with(char::is_uppercase)
                && w.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '.' | '\'' | '’'))
                && w.chars().any(char::is_lowercase)
                && !describes_one(w)
                && !describes_body(w)
                && !crate::day::is_calendar_word(w)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beside<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
        let at = text.find(name).unwrap();
        descriptions(text, Span::new(at, at + name.len()), false).iter().map(|s| s.cut(text)).collect()
    }

    #[test]
    fn a_description_follows_a_name_or_precedes_it() {
        let text = "\"It rose,\" said Ada Brook, owner of the ferry Lark. Nobody drowned.";
        assert_eq!(beside(text, "Ada Brook"), ["owner of the ferry Lark"]);
        let text = "On Monday the harbour master, Ada Brook, told reporters so.";
        assert_eq!(beside(text, "Ada Brook"), Vec::<&str>::new());
        let text = "It rose. The harbour commander, Ada Brook, told reporters so.";
        assert_eq!(beside(text, "Ada Brook"), ["The harbour commander"]);
        let text = "It rose. Ada Brook, a nurse who declined to be photographed, told the Post.";
        assert_eq!(beside(text, "Ada Brook"), ["a nurse who declined to be photographed"]);
        let text = "It rose, Ada Brook, a nurse at the clinic in Tarven, told the Post.";
        assert_eq!(beside(text, "Ada Brook"), ["a nurse at the clinic in Tarven"]);
    }

    #[test]
    fn words_that_continue_the_sentence_describe_nobody() {
        assert!(beside("According to Ada Brook, the mayor said nothing.", "Ada Brook").is_empty());
        assert!(beside("For Ada Brook, the mayor was away.", "Ada Brook").is_empty());
        assert!(beside("It hit Ada Brook, a farmer and a nurse.", "Ada Brook").is_empty());
        assert!(beside("After meeting the mayor, Ada Brook said so.", "Ada Brook").is_empty());
    }

    #[test]
    fn a_full_name_is_found_next_to_a_description() {
        let text = "They fled, Ada Brook, the chief of police, said on Friday.";
        let at = text.find("the chief").unwrap();
        let found = name_beside(text, Span::new(at, at + "the chief of police".len()));
        assert_eq!(found.map(|s| s.cut(text)), Some("Ada Brook"));
        let text = "A teacher of chemistry, Ada Brook, was absent.";
        let found = name_beside(text, Span::new(0, "A teacher of chemistry".len()));
        assert_eq!(found.map(|s| s.cut(text)), Some("Ada Brook"));
        let text = "On Friday, the chief of police said so.";
        let at = text.find("the chief").unwrap();
        assert_eq!(name_beside(text, Span::new(at, at + "the chief of police".len())), None);
    }

    #[test]
    fn a_description_may_end_in_a_name() {
        assert_eq!(name_after_role("Harbour clerk Mari Tamm"), Some("Mari Tamm"));
        assert_eq!(name_after_role("Harbour clerk Mari Tamm, who saw the fire"), Some("Mari Tamm"));
        assert_eq!(name_after_role("Harbour clerk of Tarven"), None);
        assert_eq!(name_after_role("the clerk"), None);
    }

    #[test]
    fn offices_are_their_words() {
        assert_eq!(office_words("the city's police chief"), ["police", "chief"]);
        assert_eq!(body_of("owner of the Lark"), Some("Lark"));
        assert_eq!(body_of("head of the local agency"), None);
    }
}

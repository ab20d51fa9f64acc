//! What is next to a mention: short names, names in apposition, the author of a document, the owner of a body.

use sayso_model::{Span, SpeakerKind};

use crate::{
    country::Countries,
    data::{is_title, known_body},
    day::is_calendar_word,
    name::{describes_one, describes_people, initials, is_abbreviation},
    words::{self, Set},
};

/// Maximum number of words by which a name continues after a mention of it.
const WORDS_MORE: usize = 3;
/// Maximum words of a full name before its short form.
const LONG_NAME: usize = 8;
/// Maximum number of occurrences of a surname examined in a report.
const TIMES: usize = 64;

/// The full name that a report gives for a surname, if it gives only one. Unless it is known to be a person's, it must follow a
/// title or an office there ("Prime Minister Ada Brook").
pub(super) fn full_name<'t>(
    text: &'t str,
    surname: &str,
    kind: SpeakerKind,
    countries: &Countries,
) -> Option<&'t str> {
    let mut found: Option<&str> = None;
    for (at, _) in text.match_indices(surname).take(TIMES) {
        let end = at + surname.len();
        let Some(before) = text.get(..at).and_then(|b| b.strip_suffix(' ')) else { continue };
        let whole =
            text.get(end..).and_then(|t| t.chars().next()).is_none_or(|c| !c.is_alphanumeric() && c != '-');
        let given = before.rsplit(|c: char| !(c.is_alphabetic() || c == '-')).next().unwrap_or("");
        let lead = before.get(..before.len() - given.len()).unwrap_or("");
        let role = lead.strip_suffix(' ').and_then(|l| l.rsplit(' ').next()).unwrap_or("");
        let in_office = describes_one(role.trim_end_matches('.')) || is_title(role);
        let named = given.starts_with(char::is_uppercase)
            && given.chars().filter(|c| c.is_lowercase()).count() > 1
            && !describes_one(given)
            && !is_calendar_word(given)
            && countries.named(given).is_none();
        // Any word may begin a sentence with a capital.
        let inside = lead.ends_with(' ') && !lead.trim_end().ends_with(['.', '!', '?', ':', '"', '“', '”']);
        if !(whole && named && (in_office || inside && kind == SpeakerKind::Person)) {
            continue;
        }
        let full = text.get(lead.len()..end)?;
        match found {
            Some(known) if known != full => return None,
            _ => found = Some(full),
        }
    }
    found
}

/// The noun of a body's name ("Observatory" in "the Lake Observatory for Birds").
pub(super) fn body_noun(name: &str) -> Option<String> {
    let head = [" of ", " for ", " on ", " in "].iter().filter_map(|p| name.find(p)).min();
    let last = head.and_then(|at| name.get(..at)).unwrap_or(name).rsplit(' ').next()?.to_lowercase();
    words::is(Set::BodyNouns, &last).then_some(last)
}

/// Where a report calls a body by its noun alone ("the agency", "the city-based Observatory").
pub(super) fn called_by_noun<'t>(text: &'t str, noun: &str) -> Vec<&'t str> {
    let mut found: Vec<&str> = Vec::new();
    let capital: String =
        noun.chars().take(1).flat_map(char::to_uppercase).chain(noun.chars().skip(1)).collect();
    for written in [noun, capital.as_str()] {
        for (at, _) in text.match_indices(written).take(TIMES) {
            let end = at + written.len();
            let Some(before) = text.get(..at).and_then(|b| b.strip_suffix(' ')) else { continue };
            let last = before.rsplit([' ', '\n']).next().unwrap_or("");
            let lead = if last.ends_with("-based") {
                before
                    .strip_suffix(last)
                    .map(str::trim_end)
                    .and_then(|b| b.rsplit([' ', '\n']).next())
                    .unwrap_or("")
            } else {
                ""
            };
            let from = match (last, lead) {
                ("the" | "The", _) => before.len() - 3,
                (_, "the" | "The") => before.len() - last.len() - 4,
                _ => continue,
            };
            let after = text.get(end..).unwrap_or("");
            let goes_on = after.starts_with(|c: char| c.is_alphanumeric() || c == '-')
                || [" of ", " for ", " in "].iter().any(|p| after.starts_with(p))
                || after.strip_prefix(' ').is_some_and(|a| a.starts_with(char::is_uppercase));
            if !goes_on
                && let Some(words) = text.get(from..end)
                && !found.contains(&words)
            {
                found.push(words);
            }
        }
    }
    found
}

/// The name in "a fishing daily, Tidewater": what follows the last comma of a description, all words capitalised.
pub(super) fn name_in_apposition(description: &str) -> Option<&str> {
    let (before, name) = description.rsplit_once(", ")?;
    let article = before
        .split(' ')
        .next()
        .is_some_and(|w| matches!(w.to_lowercase().as_str(), "a" | "an" | "the" | "one"));
    let capitals = !name.is_empty() && name.split(' ').all(|w| w.starts_with(char::is_uppercase));
    (article && capitals).then_some(name)
}

/// The author of a document: the name in "... from the island's harbour master, Ada Brook".
pub(super) fn maker(text: &str, document_end: usize) -> Option<&str> {
    let after = text.get(document_end..)?;
    let rest = [" from ", " by ", " compiled by ", " released by "]
        .iter()
        .find_map(|lead| after.strip_prefix(lead))?;
    let clause = rest.split(['.', ';', ':', '\n', '"', '“']).next()?;
    let (role, named) = clause.split_once(", ")?;
    let name = named.split(',').next()?.trim();
    let capitals = name.split(' ').count() > 1 && name.split(' ').all(|w| w.starts_with(char::is_uppercase));
    (capitals && describes_people(role)).then_some(name)
}

/// The body before the noun for a document: "a Harbour Office statement", "NRB data". Research is known by its institution.
pub(super) fn maker_before(document: &str) -> Option<&str> {
    let bare = ["a ", "an ", "A ", "An "].iter().find_map(|a| document.strip_prefix(a)).unwrap_or(document);
    let (maker, noun) = bare.rsplit_once(' ')?;
    let capitals = maker.split(' ').all(|w| w.starts_with(char::is_uppercase));
    let named = maker.contains(' ') || is_abbreviation(maker) || known_body(maker).is_some();
    (capitals && named && noun.starts_with(char::is_lowercase) && !words::is(Set::Research, noun))
        .then_some(maker)
}

/// The description and the short name in "the agency, known as the NRB", if the noun is the last word of a name.
pub(super) fn known_by_its_noun<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let noun = name.rsplit(' ').next().filter(|n| n.len() > 3)?;
    let wanted = format!("the {noun}, known as ");
    let at = text.find(&wanted)?;
    let described = text.get(at..at + "the ".len() + noun.len())?;
    let short = also_known_as(text, Span::new(at, at + described.len()))?;
    Some((described, short))
}

/// The short name in "the agency, known as the NRB", "the National Rescue Board (NRB)" or "..., or NRB,".
pub(super) fn also_known_as(text: &str, mention: Span) -> Option<&str> {
    let inside = mention.cut(text);
    let after = text.get(mention.end..)?;
    if is_dateline(after) {
        return None;
    }
    let rest = inside.split_once(", known as ").map(|(_, rest)| rest).or_else(|| {
        [", known as ", ", also known as ", ", or ", " (", " — "]
            .iter()
            .find_map(|lead| after.strip_prefix(lead).or_else(|| rest_of_name(after)?.strip_prefix(lead)))
    });
    let Some(rest) = rest else { return initials_of_whole(inside, after) };
    let rest = rest.strip_prefix("the ").unwrap_or(rest);
    let word = rest.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-')).next()?;
    // "MSF-Holland" is a branch of MSF, which shows that MSF is the short name.
    let word =
        word.split_once('-').map_or(word, |(short, _)| if is_abbreviation(short) { short } else { word });
    // "The Lake Rescue of Tarven (LRT)": the short form covers more than the mention.
    let bare = inside.strip_prefix("the ").or_else(|| inside.strip_prefix("The ")).unwrap_or(inside);
    let tail_of = |full: &str| full.len() > bare.len() && full.ends_with(bare);
    (is_abbreviation(word) && !written_out(text, word).is_some_and(tail_of)).then_some(word)
}

/// True for what follows the town of a dateline: "(AP) —".
fn is_dateline(after: &str) -> bool {
    let behind =
        after.strip_prefix(" (").and_then(|rest| rest.split_once(')')).map(|(_, behind)| behind.trim_start());
    behind.is_some_and(|behind| behind.starts_with(['-', '–', '—']))
}

/// The short name, if the name continues after the mention and both parts together have its initials ("National Rescue" in
/// "National Rescue Board (NRB)").
fn initials_of_whole<'t>(inside: &str, after: &'t str) -> Option<&'t str> {
    let (more, short) = after.strip_prefix(' ')?.split_once(" (")?;
    let short = short.split_once(')')?.0;
    let capitals =
        more.split(' ').count() <= WORDS_MORE && more.split(' ').all(|w| w.starts_with(char::is_uppercase));
    let bare = inside.strip_prefix("the ").or_else(|| inside.strip_prefix("The ")).unwrap_or(inside);
    (capitals && is_abbreviation(short) && initials(&format!("{bare} {more}")).as_deref() == Some(short))
        .then_some(short)
}

/// The full name that a report gives with a short one: "the Harbour Rescue Force, or HRF".
pub(super) fn written_out<'t>(text: &'t str, short: &str) -> Option<&'t str> {
    if !is_abbreviation(short) {
        return None;
    }
    [" (", ", or ", ", known as "].iter().find_map(|lead| {
        let at = text.find(&format!("{lead}{short}"))?;
        let before = text.get(..at)?;
        let starts = before.match_indices(' ').rev().take(LONG_NAME).map(|(n, _)| n + 1);
        let mut names = starts.filter_map(|from| before.get(from..));
        names.find(|name| name.starts_with(char::is_uppercase) && initials(name).as_deref() == Some(short))
    })
}

/// The rest of a name that continues with " of ..." or " in the ..." and capitals ("Observer Mission in the Orla Valley (OMOV)").
pub(super) fn rest_of_name(after: &str) -> Option<&str> {
    let on = [" in the ", " of the ", " for the ", " in ", " of ", " for ", " on "]
        .iter()
        .find_map(|lead| after.strip_prefix(lead))?;
    let mut rest = on;
    while rest.starts_with(char::is_uppercase) {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-').unwrap_or(rest.len());
        rest = rest.get(end..)?;
        match rest.strip_prefix(' ') {
            Some(next) if next.starts_with(char::is_uppercase) => rest = next,
            _ => break,
        }
    }
    (rest.len() < on.len()).then_some(rest)
}

/// True if "its" comes before a position in the text.
pub(super) fn stands_after_its(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.ends_with("Its ") || before.ends_with(" its "))
}

/// A country named as owner or origin right before a position in the text ("South Korea's " or "South Korean ").
pub(super) fn country_before(text: &str, at: usize, countries: &Countries) -> Option<(String, Span)> {
    let before = text.get(..at)?.trim_end();
    let mut start = before.len();
    for _ in 0..3 {
        start = before.get(..start)?.trim_end().rfind(char::is_whitespace).map_or(0, |i| i + 1);
        let words = before.get(start..)?;
        let bare = words.strip_suffix("'s").or_else(|| words.strip_suffix("’s")).unwrap_or(words);
        if bare.starts_with(char::is_uppercase)
            && let Some(found) = countries.named(bare)
        {
            return Some((found, Span::new(start, before.len())));
        }
        if start == 0 || words.contains(['.', ',', ';']) && !words.contains("U.") {
            return None;
        }
    }
    None
}

/// The last country named before a position in the text, at most 600 bytes back.
pub(super) fn last_country(text: &str, at: usize, countries: &Countries) -> Option<(String, Span)> {
    let mut from = at.saturating_sub(600);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..at)?;
    let words: Vec<crate::word::Word<'_>> = crate::word::words(before).collect();
    for last in (0..words.len()).rev() {
        for length in (1..=3).rev() {
            let Some(window) = (last + 1).checked_sub(length).and_then(|first| words.get(first..=last))
            else {
                continue;
            };
            let (Some(first), Some(end)) = (window.first(), window.last()) else { continue };
            let phrase = before.get(first.start..end.end()).unwrap_or("");
            let bare = phrase.strip_suffix("'s").or_else(|| phrase.strip_suffix("’s")).unwrap_or(phrase);
            if bare.starts_with(char::is_uppercase)
                && let Some(found) = countries.named(bare)
            {
                return Some((found, Span::new(from + first.start, from + end.end())));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_next_to_a_mention_are_found() {
        assert_eq!(name_in_apposition("A fishing daily, Tidewater"), Some("Tidewater"));
        assert_eq!(name_in_apposition("the mayor, who spoke on Friday"), None);
        let text = "the agency (NRB) said so";
        assert_eq!(also_known_as(text, Span::new(0, 10)), Some("NRB"));
        assert_eq!(also_known_as("the agency, known as the NRB", Span::new(0, 28)), Some("NRB"));
        assert_eq!(also_known_as("the agency (see below)", Span::new(0, 10)), None);
        assert_eq!(also_known_as("Tarven, Estonia (ETA) — It rained.", Span::new(8, 15)), None);
        assert_eq!(also_known_as("National Rescue Board (NRB) came", Span::new(0, 15)), Some("NRB"));
        assert_eq!(also_known_as("National Rescue Board (USA) came", Span::new(0, 15)), None);
        assert_eq!(also_known_as("The Lake Rescue Tarven (LRT) came", Span::new(16, 22)), None);
        assert_eq!(
            written_out("The Harbour Rescue Force, or HRF, came.", "HRF"),
            Some("Harbour Rescue Force")
        );
        assert_eq!(written_out("The Harbour Board (NRB) came.", "NRB"), None);
        let text = "The Observer Mission in the Orla Valley (OMOV) said so.";
        assert_eq!(also_known_as(text, Span::new(4, 20)), Some("OMOV"));
        let text = "Estonia's rescue board came. Nobody drowned, the board, known as the ERB, said.";
        assert_eq!(known_by_its_noun(text, "Estonia's rescue board"), Some(("the board", "ERB")));
    }

    #[test]
    fn a_surname_has_the_full_name_of_its_report() {
        let countries = Countries::default();
        let full = |text, kind| full_name(text, "Brook", kind, &countries);
        let text = "It hurt Prime Minister Ada Brook. On Friday Brook said so. Then Brook left.";
        assert_eq!(full(text, SpeakerKind::Person), Some("Ada Brook"));
        assert_eq!(full(text, SpeakerKind::Organization), Some("Ada Brook"));
        assert_eq!(full("It hurt Ada Brook.", SpeakerKind::Organization), None);
        assert_eq!(full("It hurt Ada Brook and Mia Brook.", SpeakerKind::Person), None);
        assert_eq!(full("Brook said so. Yesterday Brook left.", SpeakerKind::Person), None);
    }

    #[test]
    fn a_body_is_called_by_its_noun() {
        assert_eq!(body_noun("Lake Observatory for Birds").as_deref(), Some("observatory"));
        let text = "The Lake Observatory came. The agency of birds left, the city-based Observatory said.";
        assert_eq!(called_by_noun(text, "observatory"), ["the city-based Observatory"]);
        assert!(called_by_noun(text, "agency").is_empty());
    }

    #[test]
    fn a_document_may_have_its_authors_name() {
        assert_eq!(maker_before("a Harbour Office statement"), Some("Harbour Office"));
        assert_eq!(maker_before("NRB data"), Some("NRB"));
        assert_eq!(maker_before("Lakeside University study"), None);
        assert_eq!(maker_before("Ostrian data"), None);
        assert_eq!(maker_before("a statement"), None);
    }

    #[test]
    fn a_document_speaks_for_its_author() {
        let text = "first counts from the port's top commander, Ada Brook.";
        assert_eq!(maker(text, "first counts".len()), Some("Ada Brook"));
        assert_eq!(maker("first counts from the port, Ada Brook said", 12), None);
        assert_eq!(maker("first counts of fog", 12), None);
    }

    #[test]
    fn a_country_before_a_name_is_found() {
        let text = "On Friday Estonia's Rescue Board said so.";
        let at = text.find("Rescue").unwrap();
        let countries = Countries::default();
        let before = country_before(text, at, &countries).map(|(c, s)| (c, s.cut(text)));
        assert_eq!(before, Some(("Estonia".to_owned(), "Estonia's")));
        let text = "An Estonian diver was hurt. The country's rescuers came.";
        let at = text.find("The country").unwrap();
        assert_eq!(last_country(text, at, &countries).map(|(c, _)| c).as_deref(), Some("Estonia"));
    }
}

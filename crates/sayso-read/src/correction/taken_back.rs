//! Numbers that their sources retract other than by a lower count: "withdrew a statement that nine people had been arrested",
//! "corrected its earlier figure of 60", "six people, not nine as first reported", "its first count of 12 was wrong".

use sayso_model::{Category, Correction, Figure, Span, Upos};

use crate::tree::{Tree, base};
use crate::words::{self, Set};

/// Maximum steps up from a number to the verb that retracts it.
const STEPS: usize = 8;
/// Number of words after a number that may say when it was given ("not nine as police had said earlier").
const REACH: u32 = 9;
/// Sentences after a correction that may give what is right instead.
const BEHIND: usize = 2;

/// The corrections of this kind; marks the retracted figures. The replacement is another number of the sentence.
pub(super) fn find(tree: &Tree<'_>, figures: &mut [Figure]) -> Vec<Correction> {
    let mut found = Vec::new();
    for index in 0..figures.len() {
        let Some(figure) = figures.get(index).filter(|f| !f.retracted) else { continue };
        let Some(token) = tree.head_of(figure.number) else { continue };
        // What it counts must be counted next to it.
        let beside = |other: &Figure| {
            other.id != figure.id
                && other.category == figure.category
                && tree.sentence_at(other.number.start) == tree.sentence_at(figure.number.start)
        };
        let lowered = || {
            figure.category != Category::OTHER && is_now_another(tree, token) && figures.iter().any(beside)
        };
        if !(is_taken_back(tree, token) || is_set_right(tree, token) || lowered()) {
            continue;
        }
        let Some(sentence) = tree.sentence(token).map(|s| s.span) else { continue };
        let category = figure.category.clone();
        let instead = figures
            .iter()
            .position(|other| {
                !other.retracted
                    && other.category == category
                    && sentence.contains(other.number)
                    && other.id != figure.id
            })
            .or_else(|| set_right_after(tree, figures, sentence, &category));
        let instead = instead.and_then(|i| figures.get_mut(i)).map(|right| {
            // "The true figure was 60" counts what the wrong one did.
            right.category = category;
            right.id
        });
        let Some(figure) = figures.get_mut(index) else { continue };
        figure.retracted = true;
        found.push(Correction {
            span: sentence,
            retracted: vec![figure.id],
            corrected_to: instead.into_iter().collect(),
            of: figure.origin.clone(),
            published: None,
        });
    }
    found
}

/// The number that the sentences after a correction give instead: "The hospital said the number was 37", "the true figure was 60".
fn set_right_after(
    tree: &Tree<'_>,
    figures: &[Figure],
    correction: Span,
    category: &Category,
) -> Option<usize> {
    let place = tree.sentence_at(correction.start);
    let paragraph = tree.document.sentences.get(place)?.paragraph;
    (1..=BEHIND).find_map(|n| {
        let next = tree.document.sentences.get(place + n).filter(|s| s.paragraph == paragraph)?;
        let from = figures.partition_point(|f| f.number.start < next.span.start);
        let here = figures[from..].iter().take_while(|f| f.number.end <= next.span.end);
        let mut right = here.enumerate().filter(|(_, f)| {
            (f.category == *category || f.category == Category::OTHER)
                && tree.head_of(f.number).is_some_and(|number| is_right(tree, number, n == 1))
        });
        right.next().map(|(i, _)| from + i)
    })
}

/// "The true figure was 60"; right after a correction "the number was 60" too.
fn is_right(tree: &Tree<'_>, number: u32, next: bool) -> bool {
    let Some(count) = tree.child(number, &["nsubj"]) else { return false };
    let is = tree.child(number, &["cop"]).is_some_and(|c| tree.lemma(c) == "be");
    let said = tree.children(count);
    let right = said.iter().any(|&c| words::is(Set::True, tree.lemma(c)));
    let bare = said.iter().all(|&c| matches!(base(tree.relation(c)), "det" | "punct"));
    is && words::is(Set::CountNouns, tree.lemma(count)) && (right || next && bare)
}

/// A verb of taking back above a number, with a noun for what was said as its object between them, or a noun for an earlier
/// count that is said to be wrong.
fn is_taken_back(tree: &Tree<'_>, number: u32) -> bool {
    // "corrected the number of dead to 48": the replacement.
    if number.checked_sub(1).is_some_and(|before| tree.form(before) == "to") {
        return false;
    }
    let mut at = number;
    for _ in 0..STEPS {
        let Some(head) = tree.head(at) else { return false };
        let noun = words::is(Set::CountNouns, tree.lemma(at)) || words::is(Set::Claims, tree.lemma(at));
        match base(tree.relation(at)) {
            "obj" | "obl" if noun && takes_back(tree, head) => return true,
            "nsubj" if noun && is_earlier(tree, at) && words::is(Set::Mistaken, tree.lemma(head)) => {
                return true;
            }
            // "conceded that its toll of 46 was too high"
            "nsubj" if noun && is_own(tree, at) && is_too_much(tree, head) => return true,
            // "said it had been wrong to report that 15 people had drowned"
            "xcomp" | "advcl" | "ccomp" | "csubj" if owns_to_be_wrong(tree, at, head) => return at != number,
            // "apologised for reporting that 15 people had drowned"
            "advcl" | "acl" if words::is(Set::Regretting, tree.lemma(head)) => return at != number,
            _ => {}
        }
        at = head;
    }
    false
}

/// "Its toll", "our figure".
fn is_own(tree: &Tree<'_>, count: u32) -> bool {
    tree.children(count).iter().any(|&c| {
        base(tree.relation(c)) == "nmod" && words::is(Set::Possessives, &tree.form(c).to_lowercase())
    })
}

/// "Too high", "too low".
fn is_too_much(tree: &Tree<'_>, adjective: u32) -> bool {
    matches!(tree.lemma(adjective), "high" | "low")
        && tree.children(adjective).iter().any(|&c| tree.form(c) == "too")
}

/// "It had been wrong to report that": who says so of himself, by a verb of saying, takes it back.
fn owns_to_be_wrong(tree: &Tree<'_>, told: u32, wrong: u32) -> bool {
    let Some(subject) = tree.child(wrong, &["nsubj", "expl"]) else { return false };
    let has = |lemmas: &[&str]| tree.children(wrong).iter().any(|&c| lemmas.contains(&tree.lemma(c)));
    let said_by = tree.head(wrong).filter(|_| base(tree.relation(wrong)) == "ccomp");
    let own = match tree.lemma(subject).to_lowercase().as_str() {
        "we" | "i" => true,
        "they" => said_by.is_some(),
        // "It was wrong to say so" is what anybody may find.
        "it" => said_by.is_some_and(|verb| {
            has(&["have"]) || words::is(Set::Admitting, tree.lemma(verb)) || tree.form(told).ends_with("ing")
        }),
        _ => false,
    };
    let reports = tree.lemma(told) == "say" || words::is(Set::Giving, tree.lemma(told));
    words::is(Set::Mistaken, tree.lemma(wrong)) && own && !has(&["not", "never"]) && reports
}

/// "withdrew", "is withdrawing", "took back".
fn takes_back(tree: &Tree<'_>, verb: u32) -> bool {
    let lemma = tree.lemma(verb);
    words::is(Set::TakingBack, lemma)
        || lemma == "take" && tree.children(verb).iter().any(|&c| tree.form(c) == "back")
}

fn is_earlier(tree: &Tree<'_>, noun: u32) -> bool {
    tree.children(noun).iter().any(|&c| words::is(Set::Earlier, &tree.form(c).to_lowercase()))
}

/// "The brigade now counts five dead, not seven".
fn is_now_another(tree: &Tree<'_>, number: u32) -> bool {
    let Some(sentence) = tree.sentence(number).filter(|_| is_denied_after_comma(tree, number)) else {
        return false;
    };
    let mut clause = (sentence.tokens.start.max(number.saturating_sub(REACH))..number.saturating_sub(2))
        .rev()
        .take_while(|&t| !matches!(tree.form(t), "," | ";" | "."));
    clause.any(|t| tree.form(t) == "now" && tree.is_finite(t + 1))
}

/// ", not seven", "and not at 36".
fn is_denied_after_comma(tree: &Tree<'_>, number: u32) -> bool {
    let before = |n: u32| number.checked_sub(n).map_or("", |t| tree.form(t));
    let not = 1 + u32::from(before(1) == "at");
    before(not) == "not" && matches!(before(not + 1), "," | "-" | "–" | "—" | "and")
}

/// "six people, not nine as first reported", "five died, not seven as police had said earlier", "33 and not 36 as announced on
/// Saturday", "he corrected the number: it was 19, not 26".
fn is_set_right(tree: &Tree<'_>, number: u32) -> bool {
    if !is_denied_after_comma(tree, number) {
        return false;
    }
    let Some(sentence) = tree.sentence(number) else { return false };
    let corrects = |t: u32| {
        words::is(Set::Correcting, tree.lemma(t)) && tree.token(t).is_some_and(|x| x.upos == Upos::Verb)
    };
    if (sentence.tokens.start..number).any(corrects) {
        return true;
    }
    let behind = number + 1..sentence.tokens.end.min(number + REACH);
    let until = behind.clone().find(|&t| matches!(tree.form(t), "," | ";")).unwrap_or(behind.end);
    let link = (behind.start..until).find(|&t| tree.form(t) == "as");
    link.is_some_and(|link| {
        let announced = tree
            .token(link + 1)
            .is_some_and(|t| t.xpos == "VBN" && words::is(Set::Giving, &t.lemma) && t.lemma != "claim");
        // "Not 12 as given by the army" is denied, not taken back.
        let announced = announced && tree.form(link + 2) != "by";
        announced || (link..until).any(|t| words::is(Set::Earlier, &tree.form(t).to_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    fn retracted(text: &str) -> Vec<String> {
        let report = sayso_model::Report {
            raw_hash: String::new(),
            text_hash: String::new(),
            text: text.to_owned(),
            head: sayso_model::Head::default(),
            diagnostics: Vec::new(),
        };
        let reading = crate::read(&report);
        reading.figures.iter().filter(|f| f.retracted).map(|f| f.number.cut(text).to_owned()).collect()
    }

    #[test]
    fn numbers_are_taken_back() {
        for (text, numbers) in [
            ("Police withdrew a statement that nine people had been arrested.", vec!["nine"]),
            (
                "The ministry corrected its earlier figure of 60 dead, saying 48 people were killed.",
                vec!["60"],
            ),
            ("The ministry took back a claim that 12 soldiers had been captured.", vec!["12"]),
            ("The agency retracted its report of 33 deaths.", vec!["33"]),
            ("Police said that 11 people had been arrested, correcting an earlier figure of 17.", vec!["17"]),
            ("Police said six people were killed, not nine as first reported.", vec!["nine"]),
            ("Five people died, not seven as police had said earlier, the mayor said.", vec!["seven"]),
            ("The brigade's earlier count of 12 dead was wrong, it said.", vec!["12"]),
            ("Deaths stood at 33 and not at 36 as announced on Saturday, a spokesman said.", vec!["36"]),
            ("He corrected the number of officers hurt: it was 19, not 26.", vec!["26"]),
        ] {
            assert_eq!(retracted(text), numbers, "{text}");
        }
    }

    #[test]
    fn what_is_said_of_a_number_otherwise_does_not_take_it_back() {
        for text in [
            "Police issued a statement that nine people had been arrested.",
            "The ministry corrected the number of dead to 48.",
            "The army withdrew 12 soldiers from the town.",
            "Six people were killed, not nine days before the vote.",
            "The ministry's count of 12 dead is in line with an earlier report.",
        ] {
            assert!(retracted(text).is_empty(), "{text}: {:?}", retracted(text));
        }
    }
}

//! The effect of governing clauses on a figure's modality, by the tree: "denied that its shelling had killed 14", "could not
//! confirm reports that 14 had died", "dismissed as untrue a report that 14 had died", "reports that 14 had died were a hoax".
//!
//! Words right before the figure are checked first (`certainty.rs`); these rules look past any subject in between.

use sayso_model::{Document, Modality, Token, Upos};

use super::certainty::{Kind, given, is};
use crate::tree::{base, is_negation};

/// Maximum number of heads above a figure that are examined.
const HEIGHT: usize = 12;

/// The modality that governing clauses give a figure's number; `None` if they leave it to its own clause.
pub(super) fn modality(document: &Document, text: &str, number: u32) -> Option<Modality> {
    let token = |index: u32| document.tokens.get(index as usize);
    let form = |index: u32| token(index).map(|t| t.span.cut(text).to_lowercase()).unwrap_or_default();
    let is_told = |index: u32| is(&form(index), Kind::Report) || is(&form(index), Kind::Rumour);
    // "reports on local radio that 14 had died": the clause may be attached to the nearer noun.
    let carries = |index: u32| token(index).filter(|t| base(t.relation) == "nmod").and_then(|t| t.head);
    let tells = |index: u32| is_told(index) || carries(index).is_some_and(is_told);
    let mut below = number;
    // Whether the figure's own clause has been left.
    let mut outside = false;
    // The modality from the noun for what was said, unless a clause above says more.
    let mut told = None;
    for _ in 0..HEIGHT {
        let this = token(below)?;
        let Some(above) = this.head else { break };
        let word = form(above);
        let inside = !outside && this.upos != Upos::Verb;
        outside |= this.upos == Upos::Verb;
        match base(this.relation) {
            "ccomp" | "xcomp" | "obj"
                if is(&word, Kind::Denial) && (this.relation != "obj" || tells(below)) =>
            {
                let taken_back = is_negated(document, text, above);
                return Some(if taken_back { Modality::Possible } else { Modality::Denied });
            }
            // "dismissed as fabricated a post saying that 14 had died"
            "obj" if is(&word, Kind::False) && tells(below) => return given(&word, Kind::False),
            "ccomp" | "obj" if is(&word, Kind::Proving) && is_negated(document, text, above) => {
                return given(&word, Kind::Proving);
            }
            // "a post saying that 14 had been captured"
            "ccomp"
                if is(&word, Kind::Telling) && token(above).is_some_and(|t| base(t.relation) == "acl") => {}
            // "It is not true that 14 had died", "it is false that ..."
            "ccomp" | "csubj" | "acl" if outside && expletive(document, text, above) => {
                let negated = is_negated(document, text, above);
                return match (given(&word, Kind::False), given(&word, Kind::True)) {
                    (Some(denied), _) if !negated && word != "wrong" => Some(denied),
                    (_, Some(_)) if negated => Some(Modality::Denied),
                    _ => told,
                };
            }
            "nsubj" if tells(below) => {
                let not_so = given(&word, Kind::False).filter(|_| !is_negated(document, text, above));
                return not_so.or(told);
            }
            // "claims that 14 had died", but not "the report, which 14 had signed"
            // "a hoax call claiming that 14 had been captured"
            "acl" if is(&form(below), Kind::Telling) && is_called_false(document, text, above) => {
                return Some(Modality::Denied);
            }
            "acl" | "ccomp" if this.relation != "acl:relcl" && tells(above) => {
                told = told.or(given(&word, Kind::Rumour));
            }
            "nummod" | "nmod" | "obj" | "conj" | "xcomp" => {}
            "nsubj" | "obl" | "appos" | "amod" | "compound" if inside => {}
            _ => break,
        }
        below = above;
    }
    told
}

/// "A hoax call", "fake posts": true for a noun whose own words say that it is false.
fn is_called_false(document: &Document, text: &str, noun: u32) -> bool {
    let token = |index: u32| document.tokens.get(index as usize);
    let own = document.children(noun).filter_map(token);
    own.filter(|t| matches!(base(t.relation), "amod" | "compound"))
        .any(|t| is(&t.span.cut(text).to_lowercase(), Kind::False))
}

/// True if the subject of a predicate is an "it" that only stands for the clause after it.
fn expletive(document: &Document, text: &str, predicate: u32) -> bool {
    let token = |index: u32| document.tokens.get(index as usize);
    document
        .children(predicate)
        .filter_map(token)
        .any(|t| matches!(base(t.relation), "nsubj" | "expl") && t.span.cut(text).eq_ignore_ascii_case("it"))
}

/// True if a verb is negated, or is something that somebody is unable to do.
fn is_negated(document: &Document, text: &str, verb: u32) -> bool {
    let token = |index: u32| document.tokens.get(index as usize);
    let above = token(verb).filter(|t| base(t.relation) == "xcomp").and_then(|t| token(t.head?));
    // "It is no lie that 14 had died"
    let no = |t: &Token| is_negation(t, text) || t.span.cut(text).eq_ignore_ascii_case("no");
    document.children(verb).filter_map(token).any(no)
        || above.is_some_and(|t| is(&t.span.cut(text).to_lowercase(), Kind::Unable))
}

//! Every numeral of a document, whether or not it becomes a figure: the decider's input.

use sayso_model::{Document, Span, TimeExpression};

use super::quantity::{self, Found, Sentence};
use crate::word::Words;

/// A numeral and how the rules treat it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The numeral without its hedges.
    pub number: Span,
    /// Why the rules exclude it as a count of people: `time`, `excluded`, `unit`; empty if they do not.
    pub barred: &'static str,
}

/// Finds the numerals of a document, in text order.
#[must_use]
pub fn candidates(document: &Document, text: &str, times: &[TimeExpression]) -> Vec<Candidate> {
    let words = Words::of(document, text);
    let mut found = Vec::new();
    for within in &words.sentences {
        let s = Sentence { document, text, words: &words, times, within: within.clone() };
        let quantities: Vec<_> = quantity::find(&s)
            .into_iter()
            .filter_map(|f| match f {
                Found::Quantity(q) => Some(q),
                Found::Unread(..) => None,
            })
            .collect();
        let mut at = within.start;
        while at < within.end {
            let Ok(Some(numeral)) = super::numeral::read(&words, at, within) else {
                at += 1;
                continue;
            };
            if let Some(number) = s.span(&(at..numeral.end)) {
                let quantity = quantities.iter().find(|q| q.number.contains(&at));
                let barred = match quantity {
                    Some(q) if q.unit.is_some() => "unit",
                    Some(_) => "",
                    None if s.time(at).is_some() => "time",
                    None => "excluded",
                };
                found.push(Candidate { number, barred });
            }
            at = numeral.end.max(at + 1);
        }
    }
    found
}

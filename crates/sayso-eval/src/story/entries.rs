//! Entries of single reports that a story combines: corrections, requests for comment, what is expected next.

use std::collections::BTreeSet;

use sayso_compare::bears;
use sayso_model::{Category, ChainRole, Modality, Number, Polarity, Span, story::Bounds};
use serde_json::Value;

use super::{
    Found,
    find::{Checker, amount, content_words, holds, number},
    series::within,
};

impl Checker<'_> {
    pub(super) fn retraction(&self, gold: &Value) -> Found {
        let report = gold.get("report").and_then(Value::as_str).unwrap_or("");
        let pair = |value: &Value| -> Option<(Category, Number)> {
            let pair = value.as_array()?;
            Some((Category(pair.first()?.as_str()?.to_owned().into()), pair.get(1).and_then(number)?))
        };
        let of = gold.get("of").or_else(|| gold.get("old")).and_then(pair);
        let new = gold.get("new").and_then(pair);
        let to: Vec<(Category, Number)> = gold
            .get("corrected_to")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(pair)
            .chain(new)
            .collect();
        let here: Vec<_> =
            self.story.corrections.iter().filter(|c| self.file(c.mark.report) == report).collect();
        let held = here.iter().any(|c| {
            let has = |list: &[(Category, Bounds, sayso_model::story::StoryMark)],
                       (category, n): &(Category, Number)| {
                list.iter().any(|(c, value, _)| c == category && holds(value, *n))
            };
            of.as_ref().is_none_or(|of| has(&c.retracted, of)) && to.iter().all(|t| has(&c.corrected_to, t))
        });
        let words = |list: &[(Category, Bounds, sayso_model::story::StoryMark)]| {
            list.iter()
                .map(|(c, b, _)| format!("{} {}", amount(b), c.as_str()))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let found: Vec<String> =
            here.iter().map(|c| format!("{} -> {}", words(&c.retracted), words(&c.corrected_to))).collect();
        (held, if found.is_empty() { "no correction in this report".into() } else { found.join(" | ") })
    }

    pub(super) fn no_response(&self, gold: &Value) -> Found {
        let report = gold.get("report").and_then(Value::as_str).unwrap_or("");
        let wanted: Vec<&str> = gold
            .get("asked")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let asked: Vec<&str> = self
            .story
            .unanswered
            .iter()
            .filter(|u| self.file(u.mark.report) == report)
            .flat_map(|u| u.asked.iter().map(String::as_str))
            .collect();
        let one = |wanted: &str, asked: &str| {
            let (all, named) = (content_words(asked), content_words(wanted));
            let words = !named.is_empty() && named.iter().all(|w| all.contains(w));
            // Under another of its names: a speaker of that report with both names.
            words
                || self.story.speakers.iter().any(|s| {
                    s.members.iter().any(|m| self.file(m.report) == report && same(&m.name, asked))
                        && Self::is_called(s, wanted)
                })
                || self.story.speakers.iter().any(|s| bears(s, asked) && Self::is_called(s, wanted))
        };
        let fits = |wanted: &str| asked.iter().any(|a| one(wanted, a));
        (!wanted.is_empty() && wanted.iter().all(|w| fits(w)), format!("asked: {asked:?}"))
    }

    /// A statement in the report, by the named speaker, that denies what the given words say: at least a third of the words must
    /// match.
    pub(super) fn denial(&self, gold: &Value) -> Found {
        let text = |key: &str| gold.get(key).and_then(Value::as_str).unwrap_or("");
        let what: BTreeSet<String> = content_words(text("what")).into_iter().collect();
        let mut near = Vec::new();
        for (report, statement, reading) in self.statements_of(text("report")) {
            if statement.modality != Modality::Denied && statement.polarity != Polarity::Negative {
                continue;
            }
            let spans = statement.source.iter().chain(&statement.cue).chain(&statement.content);
            let Some(hull) = Span::hull(&spans.copied().collect::<Vec<_>>()) else { continue };
            let words: BTreeSet<String> =
                content_words(sentence_around(&reading.report.text, hull)).into_iter().collect();
            let speaker = statement.speaker.and_then(|id| self.speaker_of(report, id));
            // The origin: the speaker, or the end of the chain ("the paper quoted the board as saying").
            let origin = statement.chain.iter().rev().find(|l| l.role == ChainRole::Origin);
            let origin = origin.and_then(|l| self.speaker_of(report, l.speaker?));
            let by = speaker.into_iter().chain(origin).any(|s| {
                let here = [text("report")];
                let others = self.accepted.instead_of(text("who"), &here);
                std::iter::once(text("who")).chain(others).any(|name| Self::is_called(s, name))
            });
            let found = format!(
                "{}: \"{}\"",
                speaker.map_or("nobody named", |s| &s.name),
                short(hull.cut(&reading.report.text))
            );
            if by && what.intersection(&words).count() * 3 >= what.len() {
                return (true, found);
            }
            near.push(found);
        }
        near.truncate(2);
        (false, if near.is_empty() { "no denial in this report".into() } else { near.join(" | ") })
    }

    pub(super) fn expected_next(&self, gold: &Value) -> Found {
        let report = gold.get("report").and_then(Value::as_str).unwrap_or("");
        let what = gold.get("what").and_then(Value::as_str).unwrap_or("");
        // "(done: report 06)" is the annotator's note on the outcome.
        let what = what.split_once(" (done").map_or(what, |(before, _)| before);
        let what: BTreeSet<String> = content_words(what).into_iter().collect();
        let by = gold.get("by").and_then(Value::as_str);
        let here: Vec<_> =
            self.story.expected.iter().filter(|o| self.file(o.mark.report) == report).collect();
        let mut near: Option<(usize, String)> = None;
        for o in here {
            let text = self.text(o.mark.report);
            let words: BTreeSet<String> =
                content_words(sentence_around(text, o.mark.span)).into_iter().collect();
            let shared = what.intersection(&words).count();
            let time = o.time.map_or("", |t| t.span.cut(text));
            let when =
                by.is_none_or(|by| within(o.by, by) || time.to_lowercase().contains(&by.to_lowercase()));
            let day = o.by.map_or_else(|| "no day".to_owned(), |d| d.to_string());
            let found = format!("\"{}\" by {day} ({time})", short(o.mark.span.cut(text)));
            if shared * 2 >= what.len() && shared > 0 && when {
                return (true, found);
            }
            if near.as_ref().is_none_or(|(n, _)| shared > *n) {
                near = Some((shared, found));
            }
        }
        (
            false,
            near.map_or_else(|| "nothing expected in this report".into(), |(_, f)| format!("nearest: {f}")),
        )
    }
}

/// True for the same name, ignoring case.
fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The first words of a long span.
fn short(words: &str) -> String {
    let line: Vec<&str> = words.split_whitespace().collect();
    let cut = line.iter().take(20).copied().collect::<Vec<_>>().join(" ");
    if line.len() > 20 { format!("{cut} ...") } else { cut }
}

/// The sentence or sentences around a span, by the nearest full stops.
fn sentence_around(text: &str, span: Span) -> &str {
    let before = text.get(..span.start).unwrap_or("");
    let after = text.get(span.end..).unwrap_or("");
    let start = before.rfind(". ").map_or_else(|| before.rfind('\n').map_or(0, |n| n + 1), |n| n + 2);
    let end = span.end + after.find(". ").or_else(|| after.find('\n')).unwrap_or(after.len());
    text.get(start..end).unwrap_or("")
}

//! Checks whether the report supports a proposal.

use sayso_ingest::HeadOverrides;
use sayso_model::{Category, Figure as ReadFigure, Modality, Number, Reading, Span};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    owner::{Says, says},
    wording::stem,
};

/// A figure that a model proposes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Words of the report.
    pub quote: String,
    /// The words of the number in them, with their hedges.
    pub number: String,
    /// What it counts.
    pub category: String,
    /// Lower bound.
    #[serde(default)]
    pub low: Option<f64>,
    /// Value.
    #[serde(default)]
    pub best: Option<f64>,
    /// Upper bound.
    #[serde(default)]
    pub high: Option<f64>,
    /// On whose word it is.
    #[serde(default)]
    pub source: Option<String>,
    /// How certain it is.
    #[serde(default)]
    pub modality: Option<String>,
    /// Whether it is stated not to be so.
    #[serde(default)]
    pub negated: bool,
    /// The model's own confidence.
    #[serde(default)]
    pub confidence: Option<f64>,
}

/// Why a proposal was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Its quotation is not in the report.
    #[error("its quotation is not in the report")]
    NotThere,
    /// Its quotation occurs more than once.
    #[error("its quotation occurs more than once in the report")]
    SeveralPlaces,
    /// Its number is not in its quotation, or occurs there more than once.
    #[error("its number does not occur in its quotation exactly once")]
    NoNumber,
    /// The words of its number have other bounds.
    #[error("its bounds are not those of its words")]
    Bounds,
    /// Its number is a date, an hour, an age, a number of something or an amount of a unit.
    #[error(
        "its number counts nothing: it is a date, an age, a number like that of a flight, or an amount of a unit"
    )]
    NoCount,
    /// A hedge before the number was left out.
    #[error("it drops a hedge before its number")]
    Hedge,
    /// Its category is not known.
    #[error("its category is not a known one")]
    Category,
    /// Its sentence has no word for what it is said to count.
    #[error("its sentence does not say that the number counts this (no word of that category)")]
    CategoryNotSaid,
    /// Its source is not named in the report.
    #[error("its source is not named in the report")]
    Source,
    /// Its certainty is different: denied, possible, expected.
    #[error("its certainty is not that of the report, or the report denies it")]
    Certainty,
    /// Its figure is not one whose owner is open.
    #[error("it is not about a figure whose owner is open")]
    NotOpen,
    /// Its quotation does not show that the source says anything.
    #[error("its quotation does not show that its source says anything")]
    NoWord,
    /// Its source says something, but not this.
    #[error("its source says something there, but not this figure")]
    NotTheirs,
    /// The reader has already read it.
    #[error("it has already been read")]
    Known,
}

/// A proposal that the report supports.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The position of its number, with its hedges.
    pub span: Span,
    /// Its fields, in the form of a decision: what the words say, not what the model says.
    pub fields: Map<String, Value>,
}

/// How many words before a number are searched for hedges.
const BEFORE: usize = 4;

/// Checks a proposal against the report.
///
/// # Errors
/// The first [`Refusal`].
pub fn check(reading: &Reading, proposed: &Figure) -> Result<Checked, Refusal> {
    let text = reading.report.text.as_str();
    let quote = once(text, &proposed.quote).map_err(|found| match found {
        0 => Refusal::NotThere,
        _ => Refusal::SeveralPlaces,
    })?;
    let inner = once(&proposed.quote, &proposed.number).map_err(|_| Refusal::NoNumber)?;
    let span = Span::new(quote + inner, quote + inner + proposed.number.len());
    // Half a word, or half a number ("40" of "1,400"), does not count.
    let touches = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let joins = |c: Option<char>, next: Option<char>| {
        matches!(c, Some(',' | '.')) && next.is_some_and(|c| c.is_ascii_digit())
    };
    let (head, tail) = (text.get(..span.start).unwrap_or(""), text.get(span.end..).unwrap_or(""));
    let (mut back, mut on) = (head.chars().rev(), tail.chars());
    let (before, after) = (back.next(), on.next());
    if touches(before) || touches(after) || joins(before, back.next()) || joins(after, on.next()) {
        return Err(Refusal::NoNumber);
    }
    let alone = bounds(&proposed.number).ok_or(Refusal::NoNumber)?;
    let same = |value: Option<Number>, said: Option<f64>| match (value, said) {
        (Some(value), Some(said)) => (value.to_f64() - said).abs() < 1e-9,
        (None, None) => true,
        _ => false,
    };
    // The number of a bound may be given as the bound alone.
    let is_bound = proposed.best.is_none() && (proposed.low.is_some() || proposed.high.is_some());
    let best = same(alone.best, proposed.best) || is_bound;
    if !(best && same(alone.low, proposed.low) && same(alone.high, proposed.high)) {
        return Err(Refusal::Bounds);
    }
    // With the words before it, the number must not say anything different.
    let sentence = head.rfind(['.', '!', '?', '\n']).map_or(head, |at| head.get(at + 1..).unwrap_or(""));
    let words: Vec<&str> = sentence.split_whitespace().collect();
    for count in 1..=BEFORE.min(words.len()) {
        let some = words.get(words.len() - count..).unwrap_or_default().join(" ");
        if bounds(&format!("{some} {}", proposed.number)).is_some_and(|with| {
            (with.low, with.best, with.high, with.approximate)
                != (alone.low, alone.best, alone.high, alone.approximate)
        }) {
            return Err(Refusal::Hedge);
        }
    }
    let category: Category =
        serde_json::from_value(json!(proposed.category)).map_err(|_| Refusal::Category)?;
    if !category.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '_') || category.as_str().is_empty()
    {
        return Err(Refusal::Category);
    }
    let amount = ["money", "area", "distance", "share"].contains(&category.as_str());
    match barred(reading, span) {
        "" => {}
        "unit" if amount => {}
        _ => return Err(Refusal::NoCount),
    }
    let sentence = sentence_at(text, span);
    if !says_category(sentence.cut(text), category.as_str()) {
        return Err(Refusal::CategoryNotSaid);
    }
    if let Some(source) = &proposed.source {
        if source.trim().is_empty() || !stands(text, source) {
            return Err(Refusal::Source);
        }
        let before = text.get(..sentence.start).unwrap_or("").trim_end().len();
        let last = before.saturating_sub(1);
        let last = (0..=last).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let from = sentence_at(text, Span::new(last, before)).start;
        let number = Span::new(span.start - from, span.end - from);
        match says(text.get(from..sentence.end).unwrap_or(""), number, source.trim()) {
            Says::This => {}
            Says::Another => return Err(Refusal::NotTheirs),
            Says::Nothing => return Err(Refusal::NoWord),
        }
    }
    if reading.figures.iter().any(|f| f.span.start < span.end && span.start < f.span.end) {
        return Err(Refusal::Known);
    }
    let (modality, negated) = certainty(reading, span);
    let said = proposed.modality.as_deref().unwrap_or("asserted");
    if said != word(modality) || proposed.negated != negated {
        return Err(Refusal::Certainty);
    }
    let mut fields = Map::new();
    fields.insert("category".to_owned(), json!(category.as_str()));
    for (name, value) in [("low", alone.low), ("best", alone.best), ("high", alone.high)] {
        fields.insert(name.to_owned(), serde_json::to_value(value).unwrap_or_default());
    }
    fields.insert("low_exclusive".to_owned(), json!(alone.low_exclusive));
    fields.insert("high_exclusive".to_owned(), json!(alone.high_exclusive));
    fields.insert("approximate".to_owned(), json!(alone.approximate));
    if let Some(source) = &proposed.source {
        fields.insert("origin".to_owned(), json!(source.trim()));
    }
    fields.insert("modality".to_owned(), json!(word(modality)));
    fields.insert("negated".to_owned(), json!(negated));
    Ok(Checked { span, fields })
}

/// The position of words in a text if they occur exactly once, otherwise how often they occur.
pub(crate) fn once(text: &str, words: &str) -> Result<usize, usize> {
    if words.trim().is_empty() {
        return Err(0);
    }
    let mut found = text.match_indices(words).map(|(at, _)| at);
    match (found.next(), found.next()) {
        (Some(at), None) => Ok(at),
        (None, _) => Err(0),
        _ => Err(2),
    }
}

/// True if a name occurs in a text as whole words.
pub(crate) fn stands(text: &str, name: &str) -> bool {
    let name = name.trim();
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// The sentence around a position: it ends with a line, or with a full stop and the like before what begins another. Where an
/// abbreviation is taken for an end, it is shorter and shows less.
pub(crate) fn sentence_at(text: &str, span: Span) -> Span {
    let begins = |rest: &str| {
        let rest = rest.trim_start_matches(['"', '”', '’', '\'', ')', '»']);
        let next = rest.trim_start();
        next.len() < rest.len() && next.starts_with(|c: char| !c.is_lowercase())
    };
    let ends = |at: usize, c: char| {
        c == '\n' || matches!(c, '.' | '!' | '?') && text.get(at + c.len_utf8()..).is_some_and(begins)
    };
    let before = text.get(..span.start).unwrap_or("");
    let start =
        before.char_indices().rev().find(|(at, c)| ends(*at, *c)).map_or(0, |(at, c)| at + c.len_utf8());
    let after = text.get(span.end..).unwrap_or("");
    let end = after.char_indices().find(|(at, c)| ends(span.end + at, *c));
    let end = end.map_or(text.len(), |(at, c)| span.end + at + if c == '\n' { 0 } else { c.len_utf8() });
    let lead = text.get(start..).map_or(0, |rest| rest.len() - rest.trim_start().len());
    Span::new((start + lead).min(span.start), end)
}

/// True if a sentence has a word for what is counted: one of the reader's for the category, or the category's own name.
fn says_category(sentence: &str, category: &str) -> bool {
    let lower = sentence.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '\''))
        .filter(|w| !w.is_empty())
        .collect();
    let line = format!(" {} ", words.join(" "));
    let rows = sayso_data::FIGURE_CATEGORIES.lines().filter(|row| !row.starts_with('#'));
    let mut forms = rows
        .map(|row| row.split('\t').collect::<Vec<_>>())
        .filter(|row| row.first() == Some(&category))
        .filter_map(|row| row.get(2).copied())
        .flat_map(|forms| forms.split(';'));
    let own = category.replace('_', " ");
    forms.any(|form| line.contains(&format!(" {form} ")))
        || line.contains(&format!(" {own} "))
        || words.iter().any(|word| stem(word) == stem(&own))
}

/// Why the reader excludes a number as a count: `time`, `excluded` (ages, numbers of flights, addresses, ...), `unit`; empty if it
/// does not. The number's paragraph is enough to tell.
fn barred(reading: &Reading, span: Span) -> &'static str {
    let text = reading.report.text.as_str();
    let start = text.get(..span.start).and_then(|t| t.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(span.end..).and_then(|t| t.find('\n')).map_or(text.len(), |at| span.end + at);
    let paragraph = text.get(start..end).unwrap_or("");
    let document = sayso_read::analyze(paragraph);
    let published = reading.report.head.published.as_ref().map(|p| p.value);
    let times = sayso_read::time::find(&document, paragraph, published);
    let number = Span::new(span.start - start, span.end - start);
    let found = sayso_read::figure::candidates(&document, paragraph, &times);
    let mut found = found.iter().filter(|c| c.number.overlaps(number)).map(|c| c.barred);
    found.find(|reason| !reason.is_empty()).unwrap_or("")
}

/// How the reader reads the words of a number, given in a plain sentence.
fn bounds(number: &str) -> Option<ReadFigure> {
    if number.len() > 200 || number.contains('\n') {
        return None;
    }
    let written = format!("The flood on the coast killed {} people.", number.trim());
    let report = sayso_ingest::text(written.as_bytes(), &HeadOverrides::default()).ok()?;
    let mut figures = sayso_read::read(&report).figures.into_iter();
    match (figures.next(), figures.next()) {
        (Some(figure), None) => Some(figure),
        _ => None,
    }
}

/// How certain the words at a position are: according to the innermost statement around them, and as the reader would
/// read a figure there.
fn certainty(reading: &Reading, span: Span) -> (Modality, bool) {
    let around = reading
        .statements
        .iter()
        .filter(|s| s.content.iter().any(|c| c.start <= span.start && span.end <= c.end))
        .min_by_key(|s| s.content.iter().map(|c| c.len()).sum::<usize>());
    match around {
        Some(s) => (s.modality, s.polarity == sayso_model::Polarity::Negative),
        None => (Modality::Asserted, false),
    }
}

fn word(modality: Modality) -> String {
    match serde_json::to_value(modality) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use sayso_ingest::HeadOverrides;
    use sayso_model::Reading;

    use super::{Figure, Refusal, check};

    const REPORT: &str = "title: Ferry strikes pier\npublished: 2024-03-05\n\nThe ferry struck the pier on Tuesday.\n\n\
        In the waiting hall, more than 40 of those aboard were counted as rescued, the Harbour Office said. \
        Some 1,400 had been on the quay before.\n\nThe Coast Guard denied that the crew had left.\n\nThe 30 rescued slept there.\n\nAt the gate, 12 volunteers handed out tea.\n\n12 volunteers slept there.\n";

    fn reading() -> Reading {
        let report = sayso_ingest::text(REPORT.as_bytes(), &HeadOverrides::default()).unwrap();
        // The reader's own figures are left out, so that each test is about one check.
        Reading { figures: Vec::new(), ..sayso_read::read(&report) }
    }

    fn proposed() -> Figure {
        Figure {
            quote: "more than 40 of those aboard were counted as rescued".to_owned(),
            number: "more than 40".to_owned(),
            category: "rescued".to_owned(),
            low: Some(40.0),
            best: None,
            high: None,
            source: Some("Harbour Office".to_owned()),
            modality: None,
            negated: false,
            confidence: Some(0.9),
        }
    }

    #[test]
    fn what_stands_in_the_report_is_kept_as_its_words_have_it() {
        let reading = reading();
        let checked = check(&reading, &proposed()).unwrap();
        assert_eq!(checked.span.cut(&reading.report.text), "more than 40");
        assert_eq!(
            (&checked.fields["low_exclusive"], &checked.fields["origin"]),
            (&true.into(), &"Harbour Office".into())
        );
    }

    #[test]
    fn what_does_not_is_refused() {
        let reading = reading();
        let refused = |change: fn(&mut Figure)| {
            let mut figure = proposed();
            change(&mut figure);
            check(&reading, &figure).unwrap_err()
        };
        assert_eq!(refused(|f| f.quote = "more than 50 were counted".to_owned()), Refusal::NotThere);
        assert_eq!(refused(|f| f.quote = String::new()), Refusal::NotThere);
        assert_eq!(
            refused(|f| (f.quote, f.number) = ("12 volunteers".to_owned(), "12".to_owned())),
            Refusal::SeveralPlaces
        );
        assert_eq!(refused(|f| f.number = "50".to_owned()), Refusal::NoNumber);
        assert_eq!(refused(|f| f.number = "aboard".to_owned()), Refusal::NoNumber);
        assert_eq!(refused(|f| f.best = Some(41.0)), Refusal::Bounds);
        assert_eq!(refused(|f| f.high = Some(40.0)), Refusal::Bounds);
        assert_eq!(refused(|f| f.low = Some(41.0)), Refusal::Bounds);
        assert_eq!(
            refused(|f| (f.number, f.low, f.best) = ("40".to_owned(), None, Some(40.0))),
            Refusal::Hedge,
            "the words before it say more than 40"
        );
        assert_eq!(
            refused(|f| (f.quote, f.number) = ("1,400 had been on the quay".to_owned(), "400".to_owned())),
            Refusal::NoNumber
        );
        assert_eq!(refused(|f| f.source = Some("Lifeboat Society".to_owned())), Refusal::Source);
        assert_eq!(refused(|f| f.source = Some("Coast Guard".to_owned())), Refusal::NoWord);
        assert_eq!(refused(|f| f.category = "killed".to_owned()), Refusal::CategoryNotSaid);
        // Any number is not a toll, and not on the word of anybody whom the report names.
        fn quay(f: &mut Figure) {
            (f.quote, f.number) = ("Some 1,400 had been on the quay".to_owned(), "Some 1,400".to_owned());
            (f.low, f.best, f.category) = (None, Some(1400.0), "killed".to_owned());
        }
        assert_eq!(refused(quay), Refusal::CategoryNotSaid);
        fn slept(f: &mut Figure, source: Option<&str>) {
            (f.quote, f.number) = ("The 30 rescued slept there".to_owned(), "30".to_owned());
            (f.low, f.best, f.source) = (None, Some(30.0), source.map(str::to_owned));
        }
        // It says something else in the paragraph before.
        let coast_guard = refused(|f| slept(f, Some("Coast Guard")));
        assert!(matches!(coast_guard, Refusal::NotTheirs | Refusal::NoWord), "{coast_guard}");
        assert_eq!(refused(|f| slept(f, Some("Harbour Office"))), Refusal::NoWord);
        let mut of_nobody = proposed();
        slept(&mut of_nobody, None);
        assert!(check(&reading, &of_nobody).is_ok(), "without a source it is the report's own");
        assert_eq!(refused(|f| f.source = Some("arbour".to_owned())), Refusal::Source);
        assert_eq!(refused(|f| f.category = "Killed!".to_owned()), Refusal::Category);
        assert_eq!(refused(|f| f.modality = Some("possible".to_owned())), Refusal::Certainty);
        assert_eq!(refused(|f| f.negated = true), Refusal::Certainty);
        // What the reader excludes is no count, whatever a model says that it counts.
        let dates = "title: Ferry strikes pier\npublished: 2026-03-05\n\nThe woman, 34, was taken to hospital with injuries. \
            Flight 47 crashed and people died on 12 March. Rescuers found the dead at 3 pm. The 5-year-old boy died in hospital. \
            Twice as many people died as in 2019. Victims of the wreck were buried at Hall 6. People were killed within 20 km of it. \
            Victims were paid $250 for injuries. At the gate 17 people died.\n";
        let dates = sayso_ingest::text(dates.as_bytes(), &HeadOverrides::default()).unwrap();
        let dates = Reading { figures: Vec::new(), ..sayso_read::read(&dates) };
        let of = |quote: &str, number: &str, category: &str, best: f64| Figure {
            quote: quote.to_owned(),
            number: number.to_owned(),
            category: category.to_owned(),
            low: None,
            best: Some(best),
            source: None,
            ..proposed()
        };
        for (quote, number, category, best) in [
            ("The woman, 34, was taken", "34", "injured", 34.0),
            ("Flight 47 crashed and people died", "47", "killed", 47.0),
            ("people died on 12 March", "12", "killed", 12.0),
            ("found the dead at 3 pm", "3", "killed", 3.0),
            ("The 5-year-old boy died", "5", "killed", 5.0),
            ("people died as in 2019", "2019", "killed", 2019.0),
            ("were buried at Hall 6", "6", "killed", 6.0),
            ("killed within 20 km", "20", "killed", 20.0),
            ("paid $250 for injuries", "250", "injured", 250.0),
        ] {
            assert!(check(&dates, &of(quote, number, category, best)).is_err(), "{quote}");
        }
        let date = of("people died on 12 March", "12", "killed", 12.0);
        assert_eq!(check(&dates, &date).unwrap_err(), Refusal::NoCount);
        assert!(check(&dates, &of("At the gate 17 people died", "17", "killed", 17.0)).is_ok());
        let known = sayso_read::read(&reading.report);
        if let Some(figure) = known.figures.iter().find(|f| f.span.cut(&known.report.text).contains("40")) {
            assert!(figure.low.is_some());
            assert_eq!(check(&known, &proposed()).unwrap_err(), Refusal::Known);
        }
    }
}

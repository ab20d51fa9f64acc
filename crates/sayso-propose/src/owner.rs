//! Whose word a figure is on, if the reader has left it open and a model proposes somebody.

use sayso_ingest::HeadOverrides;
use sayso_model::{Figure, Reading, Span};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use crate::{
    Refusal,
    check::{Checked, once, sentence_at, stands},
};

/// Maximum length of the quotation that shows whose word a figure is on, in characters: a few sentences.
const QUOTATION: usize = 1_000;

/// Whose word a figure is on, as proposed by a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Owner {
    /// Which of the figures in the question.
    pub figure: usize,
    /// Words of the report that contain the figure and show who says so.
    pub quote: String,
    /// On whose word it is.
    pub source: String,
    /// The model's own confidence.
    #[serde(default)]
    pub confidence: Option<f64>,
}

/// The figures whose owner is open, by their number in the reading: nobody is named for them, and they are not in a
/// headline.
pub fn open(reading: &Reading) -> impl Iterator<Item = (usize, &Figure)> {
    let headline = reading.report.head.headline.as_ref().and_then(|h| h.span);
    let is_open = move |f: &Figure| {
        f.origin.is_none() && !f.origin_anonymous && !headline.is_some_and(|h| h.contains(f.number))
    };
    reading.figures.iter().enumerate().filter(move |(_, f)| is_open(f))
}

/// Checks a proposal against the report. What the figure counts, its bounds and its certainty do not change.
///
/// # Errors
/// The first [`Refusal`].
pub fn check_owner(reading: &Reading, proposed: &Owner) -> Result<Checked, Refusal> {
    let text = reading.report.text.as_str();
    let (_, figure) = open(reading).find(|(n, _)| *n == proposed.figure).ok_or(Refusal::NotOpen)?;
    let at = once(text, &proposed.quote).map_err(|found| match found {
        0 => Refusal::NotThere,
        _ => Refusal::SeveralPlaces,
    })?;
    let quote = Span::new(at, at + proposed.quote.len());
    if !quote.contains(figure.number) || proposed.quote.chars().count() > QUOTATION {
        return Err(Refusal::NoNumber);
    }
    let source = proposed.source.trim();
    if !source.chars().any(char::is_alphabetic) || !stands(&proposed.quote, source) {
        return Err(Refusal::Source);
    }
    let number = Span::new(figure.number.start - at, figure.number.end - at);
    match says(&proposed.quote, number, source) {
        Says::This => {}
        Says::Another => return Err(Refusal::NotTheirs),
        Says::Nothing => return Err(Refusal::NoWord),
    }
    let mut fields = Map::new();
    fields.insert("origin".to_owned(), json!(source));
    Ok(Checked { span: figure.span, fields })
}

/// What a source says in some words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// The figure: it is in what the source says, or in the same sentence.
    This,
    /// Something else.
    Another,
    /// Nothing.
    Nothing,
}

/// What the reader, given these words alone, finds that the source says in them: its name is (part of) the words with which a
/// statement names its source. `number` is the figure's place in the words.
pub(crate) fn says(words: &str, number: Span, source: &str) -> Says {
    let Ok(report) = sayso_ingest::text(words.as_bytes(), &HeadOverrides::default()) else {
        return Says::Nothing;
    };
    let reading = sayso_read::read(&report);
    let text = reading.report.text.as_str();
    let figure = if text == words {
        Some(number)
    } else {
        let written = number.cut(words);
        once(text, written).ok().map(|at| Span::new(at, at + written.len()))
    };
    let named = |span: &&Span| stands(span.cut(text), source) && is_name(source);
    let mut says = Says::Nothing;
    for statement in &reading.statements {
        for span in statement.source.iter().filter(named) {
            let is_this = figure.is_some_and(|figure| {
                statement.content.iter().any(|c| c.contains(figure))
                    || sentence_at(text, *span).contains(figure)
            });
            if is_this {
                return Says::This;
            }
            says = Says::Another;
        }
    }
    says
}

/// False for pronouns and the like, which mean nothing without the report.
fn is_name(source: &str) -> bool {
    const PRONOUNS: [&str; 9] = ["he", "she", "they", "it", "we", "i", "you", "who", "one"];
    !PRONOUNS.contains(&source.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use sayso_ingest::HeadOverrides;
    use sayso_model::{Reading, Span};

    use super::{Owner, Says, check_owner, open, says};
    use crate::Refusal;

    const REPORT: &str = "title: Ferry strikes pier\npublished: 2024-03-05\n\nThe ferry struck the pier on Tuesday.\n\n\
        About nine people were hurt, and Ida Holm said divers would look at the rudder. Per Lind watched. \
        The Coast Guard denied that the crew had left. Seven people slept there.\n";

    /// The reading of it with the figure's owner left open, whatever the reader makes of it.
    fn reading() -> Reading {
        let report = sayso_ingest::text(REPORT.as_bytes(), &HeadOverrides::default()).unwrap();
        let mut reading = sayso_read::read(&report);
        for figure in &mut reading.figures {
            (figure.origin, figure.origin_anonymous, figure.statement) = (None, false, None);
        }
        reading
    }

    fn proposed(reading: &Reading) -> Owner {
        let nine = |(n, f): (usize, &sayso_model::Figure)| {
            f.span.cut(&reading.report.text).contains("nine").then_some(n)
        };
        Owner {
            figure: open(reading).find_map(nine).unwrap(),
            quote: "About nine people were hurt, and Ida Holm said divers would look at the rudder."
                .to_owned(),
            source: "Ida Holm".to_owned(),
            confidence: Some(0.8),
        }
    }

    #[test]
    fn who_speaks_in_the_words_that_are_quoted_may_be_the_owner() {
        let reading = reading();
        let checked = check_owner(&reading, &proposed(&reading)).unwrap();
        assert!(checked.span.cut(&reading.report.text).contains("nine"));
        assert_eq!(serde_json::Value::from(checked.fields), serde_json::json!({"origin": "Ida Holm"}));
    }

    #[test]
    fn nobody_else_is() {
        let reading = reading();
        let refused = |change: fn(&mut Owner)| {
            let mut owner = proposed(&reading);
            change(&mut owner);
            check_owner(&reading, &owner).unwrap_err()
        };
        assert_eq!(refused(|o| o.figure += 100), Refusal::NotOpen);
        assert_eq!(
            refused(|o| o.quote = "nine people were hurt, Ida Holm said.".to_owned()),
            Refusal::NotThere
        );
        assert_eq!(
            refused(|o| o.quote = "Ida Holm said divers would look at the rudder".to_owned()),
            Refusal::NoNumber
        );
        assert_eq!(refused(|o| o.source = "Coast Guard".to_owned()), Refusal::Source);
        assert_eq!(refused(|o| o.source = "Holm said".to_owned()), Refusal::NoWord);
        let silent = |o: &mut Owner| {
            o.quote =
                "About nine people were hurt, and Ida Holm said divers would look at the rudder. Per Lind watched."
                    .to_owned();
            o.source = "Per Lind".to_owned();
        };
        assert_eq!(refused(silent), Refusal::NoWord, "he says nothing");
        let quote = "The Coast Guard denied that the crew had left. Seven people slept there";
        let seven = Span::new(quote.find("Seven").unwrap(), quote.find("Seven").unwrap() + 5);
        assert_eq!(says(quote, seven, "Coast Guard"), Says::Another, "it says something, but not that");
        let mut owned = reading.clone();
        owned.figures.iter_mut().for_each(|f| f.origin = Some("Harbour Office".to_owned()));
        assert_eq!(check_owner(&owned, &proposed(&reading)).unwrap_err(), Refusal::NotOpen);
    }
}

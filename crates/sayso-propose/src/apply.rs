//! A reading with what a model proposes and the report supports, as if a person had accepted it: for measuring.

use sayso_ledger::{Anchored, Decision, DecisionKind, EntryKind, ReportId, Reviewed, Subject};
use sayso_model::Reading;
use serde_json::Value;

use crate::{Answer, Checked, Refusal, check, check_owner};

/// The outcome of the proposals in one answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Borne {
    /// Figures that the report supports.
    pub figures: Vec<Checked>,
    /// Owners that it supports, with the number of their figure.
    pub owners: Vec<(usize, Checked)>,
    /// Why the others were refused.
    pub refused: Vec<Refusal>,
}

/// Checks everything that an answer proposes.
#[must_use]
pub fn borne_out(reading: &Reading, answer: &Answer) -> Borne {
    let mut borne = Borne::default();
    for figure in &answer.figures {
        match check(reading, figure) {
            Ok(checked) => borne.figures.push(checked),
            Err(refusal) => borne.refused.push(refusal),
        }
    }
    for owner in &answer.owners {
        match check_owner(reading, owner) {
            Ok(checked) => borne.owners.push((owner.figure, checked)),
            Err(refusal) => borne.refused.push(refusal),
        }
    }
    borne
}

/// The reading with everything supported accepted, by the same rules as people's decisions.
#[must_use]
pub fn with(reading: &Reading, borne: &Borne) -> Reading {
    let report = ReportId(1);
    let decision = |id: usize, kind: DecisionKind, entry: Anchored, checked: &Checked| Decision {
        id: i64::try_from(id).unwrap_or(i64::MAX),
        at: String::new(),
        by: "model".to_owned(),
        kind,
        subject: Subject::Entries(vec![entry]),
        value: Some(Value::Object(checked.fields.clone())),
        seen: None,
        note: None,
        undone_by: None,
    };
    let added = borne.figures.iter().map(|checked| {
        (DecisionKind::Add, Anchored::at(report, reading, EntryKind::Figure, checked.span), checked)
    });
    let owned = borne.owners.iter().filter_map(|(figure, checked)| {
        let entry = Anchored::new(report, reading, EntryKind::Figure, *figure)?;
        Some((DecisionKind::Correct, entry, checked))
    });
    let decisions: Vec<Decision> = added
        .chain(owned)
        .enumerate()
        .map(|(n, (kind, entry, checked))| decision(n + 1, kind, entry, checked))
        .collect();
    Reviewed::new(report, reading.clone(), &decisions).standing().reading
}

#[cfg(test)]
mod tests {
    use sayso_ingest::HeadOverrides;

    use super::{borne_out, with};
    use crate::{Answer, Figure, Owner, open};

    #[test]
    fn what_is_borne_out_is_in_the_reading_and_nothing_else() {
        let report = sayso_ingest::text(
            b"title: Ferry\npublished: 2024-03-05\n\nThe ferry struck the pier.\n\nBy the evening 47 had signed the roll of the registered, the Harbour Office said.\n\n\
              About nine people were hurt, and Ida Holm said divers would look at the rudder.\n",
            &HeadOverrides::default(),
        )
        .unwrap();
        let mut reading = sayso_read::read(&report);
        let count = reading.figures.len();
        let nine = reading.figures.iter_mut().find(|f| f.span.cut(&report.text).contains("nine")).unwrap();
        (nine.origin, nine.origin_anonymous, nine.statement) = (None, false, None);
        let owner = nine.id.index();
        assert!(open(&reading).any(|(n, _)| n == owner));
        let figure = |number: &str, best: f64| Figure {
            quote: format!("By the evening {number} had signed the roll"),
            number: number.to_owned(),
            category: "registered".to_owned(),
            low: None,
            best: Some(best),
            high: None,
            source: Some("Harbour Office".to_owned()),
            modality: None,
            negated: false,
            confidence: None,
        };
        let answer = Answer {
            figures: vec![figure("47", 47.0), figure("48", 48.0)],
            owners: vec![Owner {
                figure: owner,
                quote: "About nine people were hurt, and Ida Holm said divers would look at the rudder"
                    .to_owned(),
                source: "Ida Holm".to_owned(),
                confidence: None,
            }],
            malformed: 0,
            prompt: String::new(),
            tokens_in: 0,
            tokens_out: 0,
            seconds: 0.0,
            cut: false,
        };
        let borne = borne_out(&reading, &answer);
        assert_eq!(borne.refused.len(), 1, "{borne:?}");
        let now = with(&reading, &borne);
        let found: Vec<(&str, Option<&str>)> =
            now.figures.iter().map(|f| (f.span.cut(&now.report.text), f.origin.as_deref())).collect();
        assert!(
            found.iter().any(|(words, origin)| *words == "47" && *origin == Some("Harbour Office")),
            "{found:?}"
        );
        assert!(
            found.iter().any(|(words, origin)| words.contains("nine") && *origin == Some("Ida Holm")),
            "{found:?}"
        );
        assert_eq!(found.len(), count + 1);
    }
}

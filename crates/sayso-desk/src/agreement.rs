//! How far people agree who reviewed the same reports independently.
//!
//! Each reviewer's view contains only their own decisions. An entry is compared if at least two of them have decided
//! about it: first whether it *stands*, then, if all of them let it stand, the fields of its kind. A reviewer counts as
//! not having added what another added if they have reviewed entries of that kind in that report.
//!
//! A difference is about one field, and is settled by somebody else's decision about that field.

use std::collections::{BTreeMap, BTreeSet};

use sayso_ledger::{
    Anchored, Decision, DecisionKind, EntryKind, EntryName, Ledger, LedgerError, Outcome, ReportId, Reviewed,
    Subject, View, review::fields,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::DeskError;

/// The field that says whether the words are an entry at all.
pub const STANDS: &str = "stands";

/// How far reviewers agree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Agreement {
    /// Who was compared.
    pub reviewers: Vec<String>,
    /// Entries about which at least two of them have decided.
    pub entries: usize,
    /// Entries about which only one of them has decided.
    pub alone: usize,
    /// Agreement on each field of each kind of entry.
    pub fields: Vec<FieldAgreement>,
    /// Where they differ, by report and entry.
    pub differences: Vec<Difference>,
}

/// Agreement on one field of one kind of entry.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FieldAgreement {
    /// Kind of entry.
    pub kind: EntryKind,
    /// The field; `stands` means whether it is an entry at all.
    pub field: String,
    /// Entries compared.
    pub entries: usize,
    /// Share of pairs of values that are the same.
    pub agreed: f64,
    /// Cohen's kappa; null for more than two reviewers, and if all values are the same.
    pub kappa: Option<f64>,
    /// Krippendorff's alpha for nominal values; null if all values are the same.
    pub alpha: Option<f64>,
}

/// A difference between reviewers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ReviewDifference")]
pub struct Difference {
    /// The report.
    pub report: ReportId,
    /// The entry; null for one that the common view does not have.
    pub entry: Option<EntryName>,
    /// Kind of entry.
    pub kind: EntryKind,
    /// The field.
    pub field: String,
    /// The entry's words.
    pub words: String,
    /// What each of them says.
    pub values: BTreeMap<String, Value>,
    /// By whom the newest decision about the field is, unless it is one of them; null while it is open.
    pub settled_by: Option<String>,
}

/// What one reviewer says about an entry.
struct Rating {
    stands: bool,
    fields: fields::Fields,
}

/// An entry, with what each reviewer says about it.
struct Unit {
    report: ReportId,
    kind: EntryKind,
    entry: Option<EntryName>,
    words: String,
    /// Who has settled which of its fields.
    settled: BTreeMap<String, String>,
    ratings: BTreeMap<usize, Rating>,
}

/// Compares reviewers: those who are named, otherwise everyone who has decided, if there are exactly two.
///
/// # Errors
/// [`DeskError::Nothing`] if there are not two to compare, or more than two and none are named.
pub fn agreement(ledger: &Ledger, named: &[String]) -> Result<Agreement, DeskError> {
    let reviewers = reviewers(ledger, named)?;
    let mut units = Vec::new();
    for report in ledger.decided_reports()? {
        units.extend(units_of(ledger, report, &reviewers)?);
    }
    let alone = units.iter().filter(|u| u.ratings.len() == 1).count();
    units.retain(|u| u.ratings.len() > 1);
    let (mut all, mut differences) = (Vec::new(), Vec::new());
    for kind in EntryKind::ALL {
        let of_kind: Vec<&Unit> = units.iter().filter(|u| u.kind == kind).collect();
        for field in std::iter::once(&STANDS).chain(fields::names(kind)) {
            let mut values: Vec<Vec<Option<String>>> = Vec::new();
            for unit in &of_kind {
                let Some(said) = said(unit, field) else { continue };
                let different: BTreeSet<String> = said.values().map(Value::to_string).collect();
                if different.len() > 1 {
                    differences.push(difference(unit, field, &said, &reviewers));
                }
                let written = |n: usize| said.get(&n).map(Value::to_string);
                values.push((0..reviewers.len()).map(written).collect());
            }
            if !values.is_empty() {
                all.push(FieldAgreement {
                    kind,
                    field: (*field).to_owned(),
                    entries: values.len(),
                    agreed: agreed(&values),
                    kappa: (reviewers.len() == 2).then(|| kappa(&values)).flatten(),
                    alpha: alpha(&values),
                });
            }
        }
    }
    differences.sort_by_key(|d| (d.report, d.kind, d.entry));
    Ok(Agreement { reviewers, entries: units.len(), alone, fields: all, differences })
}

fn reviewers(ledger: &Ledger, named: &[String]) -> Result<Vec<String>, DeskError> {
    use DecisionKind::{Accept, Add, Correct, Reject};
    let decided: BTreeSet<String> = ledger
        .decisions()?
        .into_iter()
        .filter(|d| d.undone_by.is_none() && matches!(d.kind, Accept | Add | Correct | Reject))
        .map(|d| d.by)
        .collect();
    let all = match decided.iter().cloned().collect::<Vec<_>>().join(", ") {
        all if all.is_empty() => "nobody has yet".to_owned(),
        all => format!("those who have: {all}"),
    };
    if let Some(unknown) = named.iter().find(|name| !decided.contains(*name)) {
        return Err(DeskError::Nothing(format!("'{unknown}' has not decided about any entry; {all}")));
    }
    let wanted: BTreeSet<String> = if named.is_empty() { decided } else { named.iter().cloned().collect() };
    match (wanted.len(), named.is_empty()) {
        (0 | 1, _) => Err(DeskError::Nothing(
            "agreement needs decisions by two people about the same entries; review with `sayso decide --as NAME`"
                .to_owned(),
        )),
        (3.., true) => Err(DeskError::Nothing(format!(
            "more than two people have decided ({all}); name the ones to compare, as in `sayso agreement ida per`"
        ))),
        _ => Ok(wanted.into_iter().collect()),
    }
}

/// The entries of a report that some reviewer has decided about.
fn units_of(ledger: &Ledger, report: ReportId, reviewers: &[String]) -> Result<Vec<Unit>, LedgerError> {
    let Some(common) = ledger.reviewed(report)? else { return Ok(Vec::new()) };
    let mut views: Vec<Reviewed> = Vec::new();
    for name in reviewers {
        views.extend(ledger.reviewed_in(report, View::Of(name))?);
    }
    let mut units: Vec<Unit> = Vec::new();
    let mut anchors: Vec<Anchored> = Vec::new();
    for view in &views {
        for (entry, _) in view.decided.iter().filter(|(_, d)| d.decision.is_some()) {
            let Some(anchored) = Anchored::new(report, &view.reading, entry.kind, entry.index) else {
                continue;
            };
            let same = |a: &Anchored| {
                a.kind == entry.kind && a.place(&view.reading) == Some(entry.index) && a.nth == anchored.nth
            };
            if !anchors.iter().any(same) {
                anchors.push(anchored);
            }
        }
    }
    let decisions = ledger.decisions_about(report)?;
    for anchored in anchors {
        let kind = anchored.kind;
        let ratings = views.iter().enumerate().filter_map(|(n, view)| Some((n, rating(view, &anchored)?)));
        let ratings: BTreeMap<usize, Rating> = ratings.collect();
        let entry = anchored.place(&common.reading).map(|index| EntryName { kind, index });
        let about = |d: &&Decision| match &d.subject {
            Subject::Entries(entries) => entries.iter().any(|e| {
                e.kind == kind && entry.is_some_and(|entry| e.place(&common.reading) == Some(entry.index))
            }),
            _ => false,
        };
        let settled = settled(kind, decisions.iter().filter(about), reviewers);
        units.push(Unit { report, kind, entry, words: anchored.exact.clone(), settled, ratings });
    }
    Ok(units)
}

/// Which fields of an entry somebody other than the reviewers has decided last. A correction is about the fields that it names;
/// every other decision is about the whole entry.
fn settled<'d>(
    kind: EntryKind,
    decisions: impl Iterator<Item = &'d Decision>,
    reviewers: &[String],
) -> BTreeMap<String, String> {
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    for decision in decisions.filter(|d| d.undone_by.is_none()) {
        let named = decision.value.as_ref().and_then(Value::as_object);
        let fields: Vec<String> = match (decision.kind, named) {
            (DecisionKind::Correct, Some(named)) => named.keys().cloned().collect(),
            (DecisionKind::Accept | DecisionKind::Reject | DecisionKind::Add, _) => {
                fields::names(kind).iter().map(|field| (*field).to_owned()).collect()
            }
            _ => continue,
        };
        let by = &decision.by;
        last.extend(fields.into_iter().chain([STANDS.to_owned()]).map(|field| (field, by.clone())));
    }
    last.retain(|_, by| !reviewers.contains(by));
    last
}

/// What a reviewer says about an entry; `None` if nothing.
fn rating(view: &Reviewed, anchored: &Anchored) -> Option<Rating> {
    let entry = anchored.place(&view.reading).map(|index| EntryName { kind: anchored.kind, index });
    match entry {
        Some(entry) => {
            let stands = view.outcome(entry)? != Outcome::Rejected;
            Some(Rating { stands, fields: fields::fields(&view.reading, entry) })
        }
        None => {
            let reviews = view.decided.iter().any(|(e, d)| e.kind == anchored.kind && d.decision.is_some());
            reviews.then(|| Rating { stands: false, fields: fields::Fields::new() })
        }
    }
}

/// What the reviewers say about a field of an entry; `None` if one of them does not let the entry stand.
fn said(unit: &Unit, field: &str) -> Option<BTreeMap<usize, Value>> {
    if field == STANDS {
        return Some(unit.ratings.iter().map(|(n, r)| (*n, r.stands.into())).collect());
    }
    let value = |(n, r): (&usize, &Rating)| Some((*n, r.fields.get(field).filter(|_| r.stands)?.clone()));
    unit.ratings.iter().map(value).collect()
}

fn difference(unit: &Unit, field: &str, said: &BTreeMap<usize, Value>, reviewers: &[String]) -> Difference {
    let name = |n: &usize| reviewers.get(*n).cloned().unwrap_or_default();
    Difference {
        report: unit.report,
        entry: unit.entry,
        kind: unit.kind,
        field: field.to_owned(),
        words: unit.words.clone(),
        values: said.iter().map(|(n, value)| (name(n), value.clone())).collect(),
        settled_by: unit.settled.get(field).cloned(),
    }
}

/// Share of pairs of values of one entry that are the same.
fn agreed(units: &[Vec<Option<String>>]) -> f64 {
    let (mut same, mut pairs) = (0_usize, 0_usize);
    for unit in units {
        let given: Vec<&String> = unit.iter().flatten().collect();
        for (n, a) in given.iter().enumerate() {
            for b in given.iter().skip(n + 1) {
                pairs += 1;
                same += usize::from(a == b);
            }
        }
    }
    if pairs == 0 { 1.0 } else { same as f64 / pairs as f64 }
}

/// Cohen's kappa of the first two reviewers; `None` if chance alone makes them agree.
fn kappa(units: &[Vec<Option<String>>]) -> Option<f64> {
    let pairs: Vec<(&String, &String)> = units
        .iter()
        .filter_map(|u| match u.as_slice() {
            [Some(a), Some(b), ..] => Some((a, b)),
            _ => None,
        })
        .collect();
    let total = pairs.len() as f64;
    let observed = pairs.iter().filter(|(a, b)| a == b).count() as f64 / total;
    let values: BTreeSet<&String> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let expected: f64 = values
        .into_iter()
        .map(|v| {
            let share = |n: usize| n as f64 / total;
            share(pairs.iter().filter(|(a, _)| *a == v).count())
                * share(pairs.iter().filter(|(_, b)| *b == v).count())
        })
        .sum();
    (expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
}

/// Krippendorff's alpha for nominal values, any number of reviewers, values missing or not.
fn alpha(units: &[Vec<Option<String>>]) -> Option<f64> {
    let mut totals: BTreeMap<&String, f64> = BTreeMap::new();
    let mut disagreed = 0.0;
    for unit in units {
        let given: Vec<&String> = unit.iter().flatten().collect();
        if given.len() < 2 {
            continue;
        }
        let weight = 1.0 / (given.len() - 1) as f64;
        for (n, a) in given.iter().enumerate() {
            *totals.entry(*a).or_default() += 1.0;
            disagreed += weight * given.iter().enumerate().filter(|(m, b)| *m != n && *b != a).count() as f64;
        }
    }
    let all: f64 = totals.values().sum();
    let by_chance: f64 = totals.values().map(|n| n * (all - n)).sum();
    (by_chance > 0.0).then(|| 1.0 - (all - 1.0) * disagreed / by_chance)
}

#[cfg(test)]
mod tests {
    use super::{agreed, alpha, kappa};

    fn units(rows: &[&[Option<&str>]]) -> Vec<Vec<Option<String>>> {
        rows.iter().map(|row| row.iter().map(|v| v.map(str::to_owned)).collect()).collect()
    }

    fn near(found: Option<f64>, wanted: f64) -> bool {
        found.is_some_and(|found| (found - wanted).abs() < 0.0005)
    }

    /// Two observers, ten units, two values: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section A,
    /// gives .095; kappa of the same table by hand is (.6 - .56) / .44.
    #[test]
    fn binary_values_of_two() {
        let (a, b) = ("0100000010", "1110010000");
        let rows: Vec<Vec<Option<String>>> =
            a.chars().zip(b.chars()).map(|(a, b)| vec![Some(a.to_string()), Some(b.to_string())]).collect();
        assert!((agreed(&rows) - 0.6).abs() < 1e-9);
        assert!(near(alpha(&rows), 0.095), "{:?}", alpha(&rows));
        assert!(near(kappa(&rows), 0.0909), "{:?}", kappa(&rows));
    }

    /// Section C there: four observers, some values missing, nominal alpha .743.
    #[test]
    fn nominal_values_of_four_with_some_missing() {
        let observers = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];
        let column = |n: usize| -> Vec<Option<String>> {
            let value = |row: &&str| row.chars().nth(n).filter(|c| *c != '.').map(String::from);
            observers.iter().map(value).collect()
        };
        let rows: Vec<_> = (0..12).map(column).collect();
        assert!(near(alpha(&rows), 0.743), "{:?}", alpha(&rows));
    }

    #[test]
    fn what_one_says_alone_counts_for_nothing() {
        let one = Some("1");
        let rows = units(&[&[one, one], &[one, None], &[Some("2"), one]]);
        assert_eq!(kappa(&units(&[&[one, one], &[one, one]])), None, "nothing to tell chance from");
        assert_eq!(alpha(&units(&[&[one, one]])), None);
        assert!((agreed(&rows) - 0.5).abs() < 1e-9, "an entry of one reviewer counts for nothing");
    }
}

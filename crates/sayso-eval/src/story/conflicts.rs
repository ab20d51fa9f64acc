//! Values that contradict each other, and those that only seem to.

use std::collections::BTreeSet;

use sayso_compare::differences;
use sayso_model::{
    Number,
    story::{Difference, Point, PointRef},
};
use serde_json::Value;

use super::{
    Conflicts, Found,
    find::{Checker, Wanted, holds, number},
};

/// Words with which an expectation says how two values differ.
const DIFFERENCES: &[(&str, Difference)] = &[
    ("categor", Difference::Category),
    ("definition", Difference::Category),
    ("definition", Difference::Definition),
    ("definition", Difference::Group),
    ("definition", Difference::Modality),
    ("modality", Difference::Modality),
    ("certain", Difference::Modality),
    ("period", Difference::Period),
    ("period", Difference::Event),
    ("event", Difference::Event),
    ("event", Difference::Period),
    ("time", Difference::Time),
    ("date", Difference::Time),
    ("place", Difference::Place),
    ("area", Difference::Place),
    ("group", Difference::Group),
    ("unit", Difference::Unit),
    ("part", Difference::Part),
    ("part", Difference::Group),
    ("sum", Difference::Part),
];

impl Checker<'_> {
    /// How many conflicts are shown, and how many of them are in the gold.
    pub(super) fn conflicts(&self, gold: Option<&Value>) -> Conflicts {
        let items = gold.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let known = |lower: PointRef, higher: PointRef| {
            items.iter().any(|item| {
                let category = item.get("category").and_then(Value::as_str).unwrap_or("");
                let is = |at: PointRef, side: &str| {
                    let claim = self.story.claims.get(at.claim);
                    let value = sayso_compare::point(&self.story.claims, at).map(|p| p.value);
                    let wanted =
                        item.get(side).and_then(Value::as_array).and_then(|pair| number(pair.get(1)?));
                    claim.is_some_and(|c| c.category.as_str() == category)
                        && wanted.zip(value).is_some_and(|(n, value)| holds(&value, n))
                };
                is(lower, "a") && is(higher, "b") || is(lower, "b") && is(higher, "a")
            })
        };
        Conflicts {
            shown: self.story.conflicts.len(),
            in_gold: self.story.conflicts.iter().filter(|c| known(c.lower, c.higher)).count(),
        }
    }

    pub(super) fn in_conflict(&self, gold: &Value) -> Found {
        let category = gold.get("category").and_then(Value::as_str).unwrap_or("");
        let group = gold.get("group").and_then(Value::as_str);
        let side = |key: &str| -> Result<Vec<(PointRef, &Point)>, String> {
            let pair = gold.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let numbers: Vec<Number> = pair.iter().skip(1).find_map(number).into_iter().collect();
            let wanted =
                Wanted { category, numbers: &numbers, origin: pair.first().and_then(Value::as_str), group };
            let found = self.points(&wanted);
            if found.is_empty() {
                Err(format!("{key} not found; {}", self.nearest(&wanted)))
            } else {
                Ok(found)
            }
        };
        let (a, b) = match (side("a"), side("b")) {
            (Ok(a), Ok(b)) => (a, b),
            (a, b) => {
                let missing: Vec<String> = [a.err(), b.err()].into_iter().flatten().collect();
                return (false, missing.join("; "));
            }
        };
        let found = a.iter().find_map(|(x, _)| b.iter().find_map(|(y, _)| self.conflict(*x, *y)));
        match (found, a.first(), b.first()) {
            (Some(time), Some((x, _)), Some((y, _))) => {
                (true, format!("{} against {}, {time}", self.brief(*x), self.brief(*y)))
            }
            (_, Some((x, _)), Some((y, _))) => {
                (false, format!("no conflict of {} and {}", self.brief(*x), self.brief(*y)))
            }
            _ => (false, String::new()),
        }
    }

    fn conflict(&self, a: PointRef, b: PointRef) -> Option<&str> {
        let one = |x: PointRef, y: PointRef| (x, y) == (a, b) || (x, y) == (b, a);
        self.story.conflicts.iter().find(|c| one(c.lower, c.higher)).map(|c| c.time.as_str())
    }

    pub(super) fn not_in_conflict(&self, gold: &Value) -> Found {
        let why = gold.get("why").and_then(Value::as_str).unwrap_or("");
        let side = |key: &str| -> Result<Vec<(PointRef, &Point)>, String> {
            let parts = gold.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let category = parts.first().and_then(Value::as_str).unwrap_or("");
            let numbers: Vec<Number> = parts.iter().skip(1).find_map(number).into_iter().collect();
            let words = || parts.iter().skip(1).filter_map(Value::as_str);
            let by = |origin: Option<&'_ str>| {
                self.points(&Wanted { category, numbers: &numbers, origin, group: None })
            };
            // The words name the origin or say what else distinguishes the value ("2011").
            let found = words().map(|w| by(Some(w))).find(|found| !found.is_empty());
            let found = found.unwrap_or_else(|| by(None));
            let wanted = Wanted { category, numbers: &numbers, origin: words().next(), group: None };
            if found.is_empty() {
                Err(format!("{key} not found; {}", self.nearest(&wanted)))
            } else {
                Ok(found)
            }
        };
        let (a, b) = match (side("a"), side("b")) {
            (Ok(a), Ok(b)) => (a, b),
            (a, b) => {
                let missing: Vec<String> = [a.err(), b.err()].into_iter().flatten().collect();
                return (false, missing.join("; "));
            }
        };
        let mut reasons = BTreeSet::new();
        for (x, _) in &a {
            for (y, _) in &b {
                if let Some(time) = self.conflict(*x, *y) {
                    return (false, format!("{} against {}, {time}", self.brief(*x), self.brief(*y)));
                }
                reasons.extend(differences(&self.story.claims, *x, *y));
            }
        }
        let wanted: Vec<Difference> =
            DIFFERENCES.iter().filter(|(word, _)| why.contains(word)).map(|(_, d)| *d).collect();
        let right = wanted.is_empty() || reasons.iter().any(|r| wanted.contains(r));
        (right, format!("no conflict; differ in {reasons:?}"))
    }
}

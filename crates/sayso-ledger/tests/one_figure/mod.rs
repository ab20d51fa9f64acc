//! A reading with one figure, its speaker and a place, for tests of what is kept.

use sayso_model::{HeadSource, Reading, Report, Stated};

/// What the report's own head states.
pub(crate) fn stated<T>(value: T) -> Option<Stated<T>> {
    Some(Stated { value, from: HeadSource::Key, span: None })
}

/// A reading with one figure, made as JSON so that new fields of the model need not be listed here.
pub(crate) fn reading(report: Report, words: &str, best: impl Into<serde_json::Value>) -> Reading {
    let start = report.text.find(words).unwrap();
    let span = serde_json::json!({"start": start, "end": start + words.len()});
    let best: serde_json::Value = best.into();
    let figure = serde_json::json!({
        "id": "f0", "span": span, "number": span, "category": "injured", "category_evidence": null, "low": null, "best": best,
        "high": null, "low_exclusive": false, "high_exclusive": false, "approximate": false, "vague": null, "unit": null,
        "counted": null, "group": "passengers", "group_evidence": null, "places": [], "said_on": "2024-03-05", "as_of": null,
        "period": null, "cumulative": null, "negated": false, "retracted": false, "modality": "asserted", "part_of": null,
        "derived_from": [], "statement": null, "origin": "harbour office", "origin_speaker": "p0", "origin_anonymous": false,
        "via": []
    });
    let speaker = serde_json::json!({
        "id": "p0", "name": "Lund Harbour Office", "kind": "organization", "anonymous": false, "roles": [], "mentions": [],
        "same_as": null, "same_as_evidence": []
    });
    let lund = serde_json::json!({
        "geonames": null, "name": "Lund", "level": "city", "country": "SE", "admin": null, "population": null
    });
    let place = |id: &str, name: &str, resolved: &serde_json::Value| serde_json::json!({"id": id, "span": span, "name": name, "resolved": resolved, "candidates": [], "rule": "test"});
    let places = [
        place("l0", "Lund harbour", &lund),
        place("l1", "the pier", &serde_json::Value::Null),
        place("l2", "Lund", &lund),
    ];
    serde_json::from_value(serde_json::json!({
        "schema_version": 1, "reader": "test 1", "report": report, "statements": [], "figures": [figure], "speakers": [speaker],
        "times": [], "places": places, "comment_requests": [], "expected": [], "corrections": [], "diagnostics": []
    }))
    .unwrap()
}

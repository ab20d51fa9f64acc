//! The form of an answer as a JSON schema: servers that take one hold the model to it, and small models do not reach it otherwise.

use serde_json::{Value, json};

/// What a model proposes for a report.
pub(crate) fn proposals() -> Value {
    let (text, number) = (json!({"type": "string"}), json!({"type": ["number", "null"]}));
    let figure = object(&[
        ("quote", text.clone()),
        ("number", text.clone()),
        ("category", text.clone()),
        ("low", number.clone()),
        ("best", number.clone()),
        ("high", number),
        ("source", json!({"type": ["string", "null"]})),
        ("modality", json!({"enum": ["asserted", "possible", "expected", "planned", "demanded"]})),
        ("negated", json!({"type": "boolean"})),
        ("confidence", json!({"type": "number"})),
    ]);
    let owner = object(&[
        ("figure", json!({"type": "integer"})),
        ("quote", text.clone()),
        ("source", text),
        ("confidence", json!({"type": "number"})),
    ]);
    object(&[("figures", list(&figure)), ("owners", list(&owner))])
}

/// Sentences for the lines of a brief.
pub(crate) fn sentences() -> Value {
    let sentence = object(&[("line", json!({"type": "integer"})), ("sentence", json!({"type": "string"}))]);
    object(&[("sentences", list(&sentence))])
}

fn object(fields: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> =
        fields.iter().map(|(name, form)| ((*name).to_owned(), form.clone())).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn list(of: &Value) -> Value {
    json!({"type": "array", "items": of})
}

//! The schemas of all that goes to Python as JSON, from which `make_model.py` writes the typed objects.

use pyo3::prelude::*;
use sayso_model::json::with_printed_spans;
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};

use crate::{error, ledger::Put};

/// One schema with a definition for every type.
#[pyfunction]
pub(crate) fn schemas() -> PyResult<String> {
    let mut all = SchemaSettings::draft2020_12().into_generator();
    add::<sayso_model::Reading>(&mut all);
    add::<sayso_model::story::Story>(&mut all);
    add::<sayso_brief::Brief>(&mut all);
    add::<sayso_ledger::ReportLine>(&mut all);
    add::<sayso_ledger::Hit>(&mut all);
    add::<sayso_desk::StoryLine>(&mut all);
    add::<sayso_desk::FigureLine>(&mut all);
    add::<sayso_desk::Who>(&mut all);
    add::<sayso_desk::ChainStep>(&mut all);
    add::<sayso_desk::Kept>(&mut all);
    add::<sayso_desk::Agreement>(&mut all);
    add::<sayso_export::import::Brought>(&mut all);
    add::<Put>(&mut all);
    let definitions = all.take_definitions(true);
    let schema = with_printed_spans(serde_json::json!({ "$defs": definitions }));
    serde_json::to_string(&schema).map_err(error::json)
}

fn add<T: JsonSchema>(all: &mut SchemaGenerator) {
    all.subschema_for::<T>();
}

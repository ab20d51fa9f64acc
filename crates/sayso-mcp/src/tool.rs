//! A tool: its input, its output, its function.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use sayso_ledger::Ledger;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::answer::{Answer, Refusal};

type Run = Box<dyn Fn(&mut Ledger, Value) -> Answer<Value> + Send + Sync>;

/// A tool that the server offers.
pub(crate) struct Offered {
    /// As clients see it.
    pub(crate) shown: Tool,
    run: Run,
}

impl Offered {
    /// A tool that only reads.
    pub(crate) fn reading<I: DeserializeOwned + JsonSchema + 'static, O: Serialize + JsonSchema + 'static>(
        name: &'static str,
        title: &str,
        description: &'static str,
        run: fn(&mut Ledger, &I) -> Answer<O>,
    ) -> Self {
        let hints = ToolAnnotations::with_title(title).read_only(true).open_world(false);
        Self::new(name, description, hints, run)
    }

    /// A tool that adds to the ledger: nothing that is there changes, and repeating it changes nothing.
    pub(crate) fn adding<I: DeserializeOwned + JsonSchema + 'static, O: Serialize + JsonSchema + 'static>(
        name: &'static str,
        title: &str,
        description: &'static str,
        run: fn(&mut Ledger, &I) -> Answer<O>,
    ) -> Self {
        let hints = ToolAnnotations::with_title(title).read_only(false).destructive(false).open_world(false);
        Self::new(name, description, hints, run)
    }

    /// A tool that changes what every list and export says: clients ask before they call it.
    pub(crate) fn changing<
        I: DeserializeOwned + JsonSchema + 'static,
        O: Serialize + JsonSchema + 'static,
    >(
        name: &'static str,
        title: &str,
        description: &'static str,
        run: fn(&mut Ledger, &I) -> Answer<O>,
    ) -> Self {
        let hints = ToolAnnotations::with_title(title).read_only(false).destructive(true).open_world(false);
        Self::new(name, description, hints, run)
    }

    fn new<I: DeserializeOwned + JsonSchema + 'static, O: Serialize + JsonSchema + 'static>(
        name: &'static str,
        description: &'static str,
        hints: ToolAnnotations,
        run: fn(&mut Ledger, &I) -> Answer<O>,
    ) -> Self {
        let input = input::<I>();
        let known: Vec<String> = arguments(&input).cloned().collect();
        let shown =
            Tool::new(name, description, input).with_raw_output_schema(schema::<O>()).with_annotations(hints);
        let run = move |ledger: &mut Ledger, given: Value| {
            // Serde cannot refuse unknown fields where a struct has flattened ones.
            for argument in given.as_object().into_iter().flat_map(JsonObject::keys) {
                if !known.contains(argument) {
                    let known = known.join(", ");
                    let known = if known.is_empty() { "none".to_owned() } else { known };
                    return Err(Refusal(format!(
                        "invalid arguments: there is no '{argument}'; the arguments are: {known}"
                    )));
                }
            }
            let given: I =
                serde_json::from_value(given).map_err(|e| Refusal(format!("invalid arguments: {e}")))?;
            Ok(serde_json::to_value(run(ledger, &given)?)?)
        };
        Self { shown, run: Box::new(run) }
    }

    /// Runs it.
    pub(crate) fn run(&self, ledger: &mut Ledger, given: JsonObject) -> Answer<Value> {
        (self.run)(ledger, Value::Object(given))
    }
}

/// The schema of input, which allows no other arguments.
fn input<I: JsonSchema>() -> Arc<JsonObject> {
    let mut schema = Arc::unwrap_or_clone(schema::<I>());
    schema.insert("additionalProperties".to_owned(), false.into());
    Arc::new(schema)
}

/// The names of a tool's arguments.
fn arguments(input: &JsonObject) -> impl Iterator<Item = &String> {
    input.get("properties").and_then(Value::as_object).into_iter().flat_map(JsonObject::keys)
}

/// The schema of input or output, with spans as printed.
fn schema<T: JsonSchema>() -> Arc<JsonObject> {
    let made = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    match sayso_model::json::with_printed_spans(made.to_value()) {
        Value::Object(schema) => Arc::new(schema),
        _ => Arc::default(),
    }
}

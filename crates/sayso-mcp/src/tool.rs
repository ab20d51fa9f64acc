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

    /// A tool that writes: what it adds can be undone, and repeating it changes nothing or is refused.
    pub(crate) fn writing<I: DeserializeOwned + JsonSchema + 'static, O: Serialize + JsonSchema + 'static>(
        name: &'static str,
        title: &str,
        description: &'static str,
        run: fn(&mut Ledger, &I) -> Answer<O>,
    ) -> Self {
        let hints = ToolAnnotations::with_title(title).read_only(false).destructive(false).open_world(false);
        Self::new(name, description, hints, run)
    }

    fn new<I: DeserializeOwned + JsonSchema + 'static, O: Serialize + JsonSchema + 'static>(
        name: &'static str,
        description: &'static str,
        hints: ToolAnnotations,
        run: fn(&mut Ledger, &I) -> Answer<O>,
    ) -> Self {
        let shown = Tool::new(name, description, schema::<I>())
            .with_raw_output_schema(schema::<O>())
            .with_annotations(hints);
        let run = move |ledger: &mut Ledger, given: Value| {
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

/// The schema of input or output, with spans as printed.
fn schema<T: JsonSchema>() -> Arc<JsonObject> {
    let made = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    match sayso_model::json::with_printed_spans(made.to_value()) {
        Value::Object(schema) => Arc::new(schema),
        _ => Arc::default(),
    }
}

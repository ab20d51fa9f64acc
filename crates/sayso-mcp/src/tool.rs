//! A tool: its input, its output, its function.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use sayso_ledger::Ledger;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::answer::{Answer, Refusal};

type Run = Box<dyn Fn(&mut Ledger, Value) -> Answer<Value> + Send + Sync>;
type Form = Box<dyn Fn(&mut Ledger, Value) -> Answer<String> + Send + Sync>;

/// A tool that the server offers.
pub(crate) struct Offered {
    /// As clients see it.
    pub(crate) shown: Tool,
    run: Run,
    /// For a tool that writes, says what a call would write.
    form: Option<Form>,
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
        form: fn(&mut Ledger, &I) -> Answer<String>,
        run: fn(&mut Ledger, &I) -> Answer<O>,
    ) -> Self {
        let hints = ToolAnnotations::with_title(title).read_only(false).destructive(false).open_world(false);
        Self::new(name, description, hints, run).asking(form)
    }

    /// A tool that changes what every list and export says: clients ask before they call it.
    pub(crate) fn changing<
        I: DeserializeOwned + JsonSchema + 'static,
        O: Serialize + JsonSchema + 'static,
    >(
        name: &'static str,
        title: &str,
        description: &'static str,
        form: fn(&mut Ledger, &I) -> Answer<String>,
        run: fn(&mut Ledger, &I) -> Answer<O>,
    ) -> Self {
        let hints = ToolAnnotations::with_title(title).read_only(false).destructive(true).open_world(false);
        Self::new(name, description, hints, run).asking(form)
    }

    fn new<I: DeserializeOwned + JsonSchema + 'static, O: Serialize + JsonSchema + 'static>(
        name: &'static str,
        description: &'static str,
        hints: ToolAnnotations,
        run: fn(&mut Ledger, &I) -> Answer<O>,
    ) -> Self {
        let shown = Tool::new(name, description, input::<I>())
            .with_raw_output_schema(schema::<O>())
            .with_annotations(hints);
        let run =
            move |ledger: &mut Ledger, given: Value| Ok(serde_json::to_value(run(ledger, &taken(given)?)?)?);
        Self { shown, run: Box::new(run), form: None }
    }

    fn asking<I: DeserializeOwned + JsonSchema + 'static>(
        self,
        form: fn(&mut Ledger, &I) -> Answer<String>,
    ) -> Self {
        let form = move |ledger: &mut Ledger, given: Value| form(ledger, &taken(given)?);
        Self { form: Some(Box::new(form)), ..self }
    }

    /// True for a tool that may change the ledger.
    pub(crate) fn writes(&self) -> bool {
        self.form.is_some()
    }

    /// Runs it.
    pub(crate) fn run(&self, ledger: &mut Ledger, given: JsonObject) -> Answer<Value> {
        self.refuse_unknown(&given)?;
        (self.run)(ledger, Value::Object(given))
    }

    /// What a call would write, for the user; empty for a tool that does not write.
    pub(crate) fn form(&self, ledger: &mut Ledger, given: JsonObject) -> Answer<String> {
        let Some(form) = &self.form else { return Ok(String::new()) };
        self.refuse_unknown(&given)?;
        form(ledger, Value::Object(given))
    }

    /// Refuses arguments that the tool does not have. Serde cannot, where a struct has flattened fields.
    fn refuse_unknown(&self, given: &JsonObject) -> Answer<()> {
        let known: Vec<&String> = arguments(&self.shown.input_schema).collect();
        let Some(argument) = given.keys().find(|argument| !known.contains(argument)) else { return Ok(()) };
        let known = known.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() { "none".to_owned() } else { known };
        Err(Refusal(format!("invalid arguments: there is no '{argument}'; the arguments are: {known}")))
    }
}

/// The arguments of a call.
fn taken<I: DeserializeOwned>(given: Value) -> Answer<I> {
    serde_json::from_value(given).map_err(|e| Refusal(format!("invalid arguments: {e}")))
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

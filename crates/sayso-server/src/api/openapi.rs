//! The OpenAPI description, generated from one list of operations and from the types of the answers, and the page for
//! trying the API.

use axum::{Json, response::Html};
use maud::{Markup, html};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::layout;

/// An operation of the API.
struct Operation {
    path: &'static str,
    method: &'static str,
    summary: &'static str,
    /// Name, example and meaning of each parameter.
    parameters: &'static [(&'static str, &'static str, &'static str)],
    /// The shape of its answer.
    answer: Shape,
}

#[derive(Clone, Copy)]
enum Shape {
    Page(Type),
    List(Type),
    One(Type),
    Items(Type),
    Events,
    Made,
}

#[derive(Clone, Copy)]
enum Type {
    Story,
    Claim,
    StoryLine,
    Brief,
    ReportLine,
    Report,
    Figure,
    Step,
    Who,
    Hit,
    Decision,
}

const AFTER: (&str, &str, &str) = ("after", "", "where the previous page ended: its `next`");
const LIMIT: (&str, &str, &str) = ("limit", "20", "entries per page, at most 500");
const AS_OF: (&str, &str, &str) = ("as_of", "", "as known on this day");
const ID: (&str, &str, &str) = ("id", "1", "its number");

const OPERATIONS: &[Operation] = &[
    Operation {
        path: "/stories",
        method: "get",
        summary: "The stories, starting with the one that has the newest report",
        parameters: &[AFTER, LIMIT],
        answer: Shape::Page(Type::StoryLine),
    },
    Operation {
        path: "/stories/{id}",
        method: "get",
        summary: "One story: claims, origins, echoes, conflicts, corrections",
        parameters: &[ID, AS_OF],
        answer: Shape::One(Type::Story),
    },
    Operation {
        path: "/stories/{id}/claims",
        method: "get",
        summary: "The claims of a story in pages; a large story as a whole has many megabytes",
        parameters: &[ID, AS_OF, AFTER, LIMIT],
        answer: Shape::Page(Type::Claim),
    },
    Operation {
        path: "/stories/{id}/brief",
        method: "get",
        summary: "The brief of a story under five headings",
        parameters: &[ID, AS_OF],
        answer: Shape::One(Type::Brief),
    },
    Operation {
        path: "/reports",
        method: "get",
        summary: "Reports in the order in which they were added",
        parameters: &[AFTER, LIMIT],
        answer: Shape::Page(Type::ReportLine),
    },
    Operation {
        path: "/reports/{id}",
        method: "get",
        summary: "One report, with decisions applied to its reading; send its ETag back as If-Match to decide",
        parameters: &[ID],
        answer: Shape::One(Type::Report),
    },
    Operation {
        path: "/figures",
        method: "get",
        summary: "Figures, by the day for which they hold",
        parameters: &[
            ("category", "killed", "what is counted"),
            ("origin", "", "words from the name of the origin"),
            ("since", "", "from this day on"),
            ("until", "", "up to this day"),
            ("story", "", "only the reports of this story"),
            ("rejected", "false", "include what people rejected"),
            AFTER,
            LIMIT,
        ],
        answer: Shape::Page(Type::Figure),
    },
    Operation {
        path: "/chains/{entry}",
        method: "get",
        summary: "The path of a figure or statement from the outlet to its origin",
        parameters: &[("entry", "1:f0", "REPORT:fN or REPORT:sN")],
        answer: Shape::List(Type::Step),
    },
    Operation {
        path: "/speakers",
        method: "get",
        summary: "Everything one speaker has said, and through whom",
        parameters: &[
            ("name", "agency", "name, abbreviation or part of a name"),
            ("rejected", "false", "include what people rejected"),
        ],
        answer: Shape::One(Type::Who),
    },
    Operation {
        path: "/search",
        method: "get",
        summary: "Reports that contain all these words, the best 100",
        parameters: &[("q", "dam", "words; a phrase in quotation marks; * to match the beginning of a word")],
        answer: Shape::Items(Type::Hit),
    },
    Operation {
        path: "/decisions",
        method: "get",
        summary: "The audit trail of decisions, oldest first",
        parameters: &[AFTER, LIMIT],
        answer: Shape::Page(Type::Decision),
    },
    Operation {
        path: "/decisions",
        method: "post",
        summary: "Make a decision; requires If-Match, except for add and undo",
        parameters: &[],
        answer: Shape::Made,
    },
    Operation {
        path: "/events",
        method: "get",
        summary: "Server-sent events: `news` with the numbers of the newest report, decision and alert",
        parameters: &[],
        answer: Shape::Events,
    },
];

/// The query parameters of the operation at a path; `None` if there is none.
pub(super) fn takes(path: &str, method: &str) -> Option<Vec<&'static str>> {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let is_at = |pattern: &str| {
        pattern.split('/').count() == path.split('/').count()
            && pattern.split('/').zip(path.split('/')).all(|(p, own)| p == own || p.starts_with('{'))
    };
    let own = OPERATIONS.iter().find(|o| is_at(o.path) && o.method.eq_ignore_ascii_case(method))?;
    let names = own.parameters.iter().map(|(name, ..)| *name);
    Some(names.filter(|name| !own.path.contains(&format!("{{{name}}}"))).collect())
}

impl Type {
    fn schema(self, all: &mut SchemaGenerator) -> Value {
        fn of<T: JsonSchema>(all: &mut SchemaGenerator) -> Value {
            all.subschema_for::<T>().to_value()
        }
        match self {
            Self::Story => of::<sayso_model::story::Story>(all),
            Self::Claim => of::<sayso_model::story::Claim>(all),
            Self::StoryLine => of::<sayso_desk::StoryLine>(all),
            Self::Brief => of::<sayso_brief::Brief>(all),
            Self::ReportLine => of::<sayso_ledger::ReportLine>(all),
            Self::Report => json!({
                "type": "object",
                "required": ["ledger", "reading", "status", "decided", "lost"],
                "properties": {
                    "ledger": of::<sayso_ledger::ReportLine>(all),
                    "reading": of::<sayso_model::Reading>(all),
                    "status": {"type": "array"},
                    "decided": {"type": "array", "items": of::<sayso_ledger::Decided>(all)},
                    "lost": {"type": "array", "items": of::<sayso_ledger::Decision>(all)}
                }
            }),
            Self::Figure => of::<sayso_desk::FigureLine>(all),
            Self::Step => of::<sayso_desk::ChainStep>(all),
            Self::Who => of::<sayso_desk::Who>(all),
            Self::Hit => of::<sayso_ledger::Hit>(all),
            Self::Decision => of::<sayso_desk::Kept>(all),
        }
    }
}

fn answer(shape: Shape, all: &mut SchemaGenerator) -> Value {
    let (kind, schema) = match shape {
        Shape::Page(of) => (
            "application/json",
            json!({
                "type": "object", "required": ["items", "next"],
                "properties": {"items": {"type": "array", "items": of.schema(all)}, "next": {"type": ["string", "null"]}}
            }),
        ),
        Shape::List(of) => ("application/json", json!({"type": "array", "items": of.schema(all)})),
        Shape::Items(of) => (
            "application/json",
            json!({"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": of.schema(all)}}}),
        ),
        Shape::One(of) => ("application/json", of.schema(all)),
        Shape::Events => ("text/event-stream", json!({"type": "string"})),
        Shape::Made => (
            "application/json",
            json!({"type": "object", "required": ["decisions"], "properties": {"decisions": {"type": "array", "items": {"type": "integer"}}}}),
        ),
    };
    json!({"description": "done", "content": {kind: {"schema": schema}}})
}

/// The description of the API, as `/api/v1/openapi.json` has it.
#[must_use]
pub fn described() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
    let mut all = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    let error = json!({
        "description": "why the request was refused",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    });
    for operation in OPERATIONS {
        let parameters: Vec<Value> = operation
            .parameters
            .iter()
            .map(|(name, _, meaning)| {
                let in_path = operation.path.contains(&format!("{{{name}}}"));
                let place = if in_path { "path" } else { "query" };
                json!({"name": name, "in": place, "required": in_path, "description": meaning, "schema": {"type": "string"}})
            })
            .collect();
        let mut described = json!({
            "summary": operation.summary,
            "parameters": parameters,
            "responses": {"200": answer(operation.answer, &mut all), "4XX": error.clone()}
        });
        if operation.method == "post" {
            let sent = all.subschema_for::<super::Sent>().to_value();
            described["requestBody"] =
                json!({"required": true, "content": {"application/json": {"schema": sent}}});
            described["parameters"] = json!([{
                "name": "If-Match", "in": "header", "required": false, "schema": {"type": "string"},
                "description": "ETag of the report; for several reports, the highest; * decides regardless of newer decisions"
            }]);
        }
        let path = paths.entry(format!("/api/v1{}", operation.path)).or_insert_with(|| json!({}));
        path[operation.method] = described;
    }
    let mut schemas = all.take_definitions(true);
    let error = json!({"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}});
    schemas.insert("Error".to_owned(), error);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "sayso", "version": env!("CARGO_PKG_VERSION"),
            "description": "What the command line prints with --json, from the same functions. Spans are in Unicode code points."
        },
        "paths": paths,
        "components": {"schemas": schemas}
    })
}

pub(crate) async fn document() -> Json<Value> {
    Json(described())
}

/// Every operation, with a form to try it.
pub(crate) async fn page() -> Html<String> {
    let page = layout::page(
        "API",
        "",
        html! {
            p { "What the command line prints with " code { "--json" } ", from the same functions. Described in "
                a href="/api/v1/openapi.json" { "OpenAPI" } "; schemas: " code { "sayso schema" } "." }
            @for operation in OPERATIONS {
                section.entry {
                    h2 { code { (operation.method.to_uppercase()) " /api/v1" (operation.path) } }
                    p { (in_words(operation.summary)) }
                    @if operation.method == "post" {
                        pre tabindex="0" { "curl -X POST -H 'Content-Type: application/json' -H 'If-Match: \"0\"' \\\n  -d '{\"by\": \"ida\", \"what\": \"correct\", \"entries\": [\"1:f0\"], \"value\": {\"best\": 41}}' \\\n  http://127.0.0.1:7373/api/v1/decisions" }
                    } @else if operation.path.contains('{') {
                        @let (name, example, meaning) = operation.parameters.first().copied().unwrap_or_default();
                        @let path = format!("/api/v1{}", operation.path.replace(&format!("{{{name}}}"), example));
                        p.note { code { (name) } ": " (in_words(meaning)) }
                        p { a href=(path) { (path) } }
                    } @else {
                        form.fields method="get" action=(format!("/api/v1{}", operation.path)) {
                            @for (name, example, meaning) in operation.parameters {
                                label { span { code { (name) } " " (in_words(meaning)) } input type="text" name=(name) value=(example); }
                            }
                            div.buttons { button { "Try it" } }
                        }
                    }
                }
            }
        },
    );
    Html(page.into_string())
}

/// A description, with the text between backticks as code.
fn in_words(text: &str) -> Markup {
    html! {
        @for (n, part) in text.split('`').enumerate() {
            @if n % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OPERATIONS, described};

    #[test]
    fn every_reference_leads_somewhere_and_every_operation_is_described() {
        let document = described();
        let written = document.to_string();
        for (at, _) in written.match_indices("\"$ref\":\"#") {
            let path = written[at + 9..].split('"').next().unwrap();
            assert!(document.pointer(&path[0..]).is_some(), "{path}");
        }
        for operation in OPERATIONS {
            let path = format!(
                "/paths/{}/{}",
                format!("/api/v1{}", operation.path).replace('/', "~1"),
                operation.method
            );
            assert!(document.pointer(&path).is_some(), "{path}");
        }
    }
}

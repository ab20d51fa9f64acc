//! W3C Web Annotations: each statement and figure, targeting the words that it rests on by quotation and by position.
//!
//! One collection with one page of all annotations, the form that annotation servers accept. Positions are code points
//! of the text that `sayso` read, identified by `sayso:textHash`. A page's markup can put the words elsewhere; the
//! quotation finds them there.

use std::io::Write;

use sayso_desk::words::amount;
use sayso_ledger::{EntryKind, EntryName};
use sayso_model::{ChainRole, Figure, Span, Statement, story::Bounds};
use serde_json::{Value, json};

use crate::{
    ExportError,
    reports::{Document, TERMS},
};

/// Characters of context that a quotation selector has before and after the words.
const AROUND: usize = 32;

/// A collection that is written annotation by annotation.
pub(crate) struct Collection<'o> {
    out: &'o mut (dyn Write + Send),
    total: usize,
}

impl<'o> Collection<'o> {
    pub(crate) fn begin(out: &'o mut (dyn Write + Send)) -> Result<Self, ExportError> {
        let context = json!(["http://www.w3.org/ns/anno.jsonld", {"sayso": TERMS}]);
        write!(
            out,
            "{{\"@context\":{context},\"id\":\"urn:sayso:annotations\",\"type\":\"AnnotationCollection\",\
             \"label\":\"Statements and figures with the words that they rest on\",\
             \"first\":{{\"id\":\"urn:sayso:annotations:page:0\",\"type\":\"AnnotationPage\",\
             \"partOf\":\"urn:sayso:annotations\",\"startIndex\":0,\"items\":["
        )?;
        Ok(Self { out, total: 0 })
    }

    pub(crate) fn add(&mut self, document: &Document) -> Result<(), ExportError> {
        let reading = document.reading();
        for (index, statement) in reading.statements.iter().enumerate() {
            let body = said(document, statement);
            self.item(document, EntryKind::Statement, index, &statement.content, body)?;
        }
        for (index, figure) in reading.figures.iter().enumerate() {
            self.item(document, EntryKind::Figure, index, &[figure.span], counted(figure))?;
        }
        Ok(())
    }

    fn item(
        &mut self,
        document: &Document,
        kind: EntryKind,
        index: usize,
        spans: &[Span],
        body: Value,
    ) -> Result<(), ExportError> {
        if spans.is_empty() {
            return Ok(());
        }
        let comma = if self.total == 0 { "" } else { "," };
        let name = document.name(kind, index);
        let targets: Vec<Value> = spans.iter().map(|span| target(document, *span)).collect();
        let mut annotation = json!({
            "id": document.entry_iri(kind, index),
            "type": "Annotation",
            "motivation": "describing",
            "generator": {"id": TERMS, "type": "Software", "name": document.reading().reader},
            "body": body,
            "target": targets,
        });
        if let (Some(people), Some(object)) = (reviewers(document, name), annotation.as_object_mut()) {
            object.insert("creator".to_owned(), people);
        }
        write!(self.out, "{comma}\n{annotation}")?;
        self.total += 1;
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<(), ExportError> {
        writeln!(self.out, "\n]}},\"total\":{}}}", self.total)?;
        Ok(())
    }
}

/// Who has decided about an entry.
fn reviewers(document: &Document, name: EntryName) -> Option<Value> {
    let decided = document.reviewed.of(name)?;
    let people: Vec<Value> =
        decided.reviewed_by.iter().map(|by| json!({"type": "Person", "name": by})).collect();
    (!people.is_empty()).then(|| people.into())
}

fn target(document: &Document, span: Span) -> Value {
    let text = document.text();
    let (start, end) = document.offsets.of(text, span);
    let before = text.get(..span.start).unwrap_or("");
    let prefix: String = {
        let tail: Vec<char> = before.chars().rev().take(AROUND).collect();
        tail.into_iter().rev().collect()
    };
    let suffix: String = text.get(span.end..).unwrap_or("").chars().take(AROUND).collect();
    json!({
        "type": "SpecificResource",
        "source": document.iri(),
        "sayso:textHash": document.line.text_hash,
        "selector": [
            {"type": "TextQuoteSelector", "exact": span.cut(text), "prefix": prefix, "suffix": suffix},
            {"type": "TextPositionSelector", "start": start, "end": end},
        ],
    })
}

fn text_body(value: &str) -> Value {
    json!({"type": "TextualBody", "purpose": "describing", "format": "text/plain", "language": "en", "value": value})
}

fn said(document: &Document, statement: &Statement) -> Value {
    let names: Vec<&str> = statement
        .chain
        .iter()
        .rev()
        .map(|link| match (&link.name, link.role) {
            (_, ChainRole::Outlet) => document.outlet.as_deref().unwrap_or("the outlet"),
            (Some(name), _) => name.as_str(),
            (None, _) => "nobody named",
        })
        .collect();
    let modality = serde_json::to_value(statement.modality).unwrap_or_default();
    let whose = if names.is_empty() {
        document.outlet.clone().unwrap_or_else(|| "the outlet".to_owned())
    } else {
        names.join(" < ")
    };
    text_body(&format!("{} on the word of {whose}", modality.as_str().unwrap_or("said")))
}

fn counted(figure: &Figure) -> Value {
    let bounds = Bounds::of(figure);
    let unit = figure.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let whose = figure.origin.as_deref().unwrap_or("the outlet");
    text_body(&format!(
        "{}: {}{unit}, on the word of {whose}",
        figure.category.as_str().replace('_', " "),
        amount(&bounds)
    ))
}

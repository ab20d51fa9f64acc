//! W3C PROV-O as JSON-LD: the same as PROV-JSON, as a graph. Its context is embedded in the document.

use std::{collections::BTreeMap, io::Write};

use serde_json::{Map, Value, json};

use crate::{
    ExportError,
    prov::{Derivation, Provenance, SPACES, Thing},
};

/// Writes PROV-O; returns the number of reports.
pub(crate) fn write(of: &Provenance, out: &mut (dyn Write + Send)) -> Result<usize, ExportError> {
    let mut nodes: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let kinds =
        [(&of.entities, "prov:Entity"), (&of.agents, "prov:Agent"), (&of.activities, "prov:Activity")];
    for (things, kind) in kinds {
        nodes.extend(things.iter().map(|(name, thing)| (name.as_str(), node(name, kind, thing))));
    }
    let mut link = |from: &str, property: &str, to: &str| {
        let Some(node) = nodes.get_mut(from) else { return };
        if let Value::Array(all) = node.entry(property).or_insert_with(|| json!([])) {
            all.push(json!({"@id": to}));
        }
    };
    for (newer, older, how) in &of.derived {
        let property = match how {
            Derivation::Quotation => "prov:wasQuotedFrom",
            Derivation::PrimarySource => "prov:hadPrimarySource",
            Derivation::Revision => "prov:wasRevisionOf",
        };
        link(newer, property, older);
    }
    for (pairs, property) in [
        (&of.attributed, "prov:wasAttributedTo"),
        (&of.generated, "prov:wasGeneratedBy"),
        (&of.used, "prov:used"),
        (&of.associated, "prov:wasAssociatedWith"),
    ] {
        pairs.iter().for_each(|(from, to)| link(from, property, to));
    }
    let mut context: Map<String, Value> = SPACES
        .iter()
        .map(|(name, space)| ((*name).to_owned(), json!({"@id": space, "@prefix": true})))
        .collect();
    for (name, space) in [
        ("prov", "http://www.w3.org/ns/prov#"),
        ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
        ("xsd", "http://www.w3.org/2001/XMLSchema#"),
    ] {
        context.insert(name.to_owned(), space.into());
    }
    let graph: Vec<Value> = nodes.into_values().map(Value::Object).collect();
    let document = json!({"@context": context, "@graph": graph});
    writeln!(out, "{}", serde_json::to_string_pretty(&document)?)?;
    Ok(of.reports)
}

fn node(name: &str, kind: &str, thing: &Thing) -> Map<String, Value> {
    let mut node = Map::new();
    node.insert("@id".to_owned(), name.into());
    let kinds = if kind == thing.kind { json!([kind]) } else { json!([kind, thing.kind]) };
    node.insert("@type".to_owned(), kinds);
    node.extend(thing.label.clone().map(|label| ("rdfs:label".to_owned(), label.into())));
    let ended = thing.ended.clone().map(|at| json!({"@type": "xsd:dateTime", "@value": at}));
    node.extend(ended.map(|at| ("prov:endedAtTime".to_owned(), at)));
    node.extend(thing.more.iter().map(|(name, value)| (format!("sayso:{name}"), value.clone())));
    node
}

//! IPTC ninjs, versions 1 to 3: a news item as a JSON object.

use sayso_model::{Head, HeadSource, Report};
use serde_json::Value;

use crate::{
    HeadOverrides, IngestError, charset, head,
    head::{fill, names, publish, stated},
    html, json,
    normalise::normalise,
    report::assemble,
};

/// The report of a ninjs item.
///
/// Text is taken from `bodies` (ninjs 2 and 3) or `body_text`, `body_xhtml`, `body_html` (ninjs 1), plain text before HTML. The
/// outlet is the first of `infoSources` that published it, otherwise `provider` or `infosource`.
///
/// # Errors
/// [`IngestError::Malformed`], [`IngestError::NoText`].
pub fn report(bytes: &[u8], known: &Head, options: &HeadOverrides) -> Result<Report, IngestError> {
    let malformed = |reason: String| IngestError::Malformed { form: "ninjs", reason };
    let decoded = charset::decode(bytes, None)?;
    let (item, diagnostics) = json::parse(&decoded.text)?;
    if !item.is_object() {
        return Err(malformed("it is not an object".to_owned()));
    }
    let mut all = options.head();
    fill(&mut all, item_head(&item));
    fill(&mut all, known.clone());
    let body = normalise(&body(&item).ok_or(IngestError::NoText { form: "ninjs item" })?);
    if body.trim().is_empty() {
        return Err(IngestError::NoText { form: "ninjs item" });
    }
    Ok(assemble(bytes, &body, all, diagnostics))
}

fn string<'v>(item: &'v Value, name: &str) -> Option<&'v str> {
    item.get(name).and_then(Value::as_str).filter(|v| !v.trim().is_empty())
}

fn list<'v>(item: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    item.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn body(item: &Value) -> Option<String> {
    let is_html = |b: &&Value| {
        let declared = string(b, "contenttype").or_else(|| string(b, "contentType")).unwrap_or("");
        declared.contains("html")
            || declared.is_empty() && string(b, "value").is_some_and(|v| v.trim_start().starts_with('<'))
    };
    let bodies = || list(item, "bodies").filter(|b| string(b, "value").is_some());
    bodies()
        .find(|b| !is_html(b))
        .and_then(|b| string(b, "value"))
        .or_else(|| string(item, "body_text"))
        .map(str::to_owned)
        .or_else(|| {
            bodies()
                .find(is_html)
                .and_then(|b| string(b, "value"))
                .or_else(|| ["body_xhtml", "body_html"].iter().find_map(|name| string(item, name)))
                .map(html::text_of)
        })
}

fn item_head(item: &Value) -> Head {
    let from = HeadSource::Record;
    let headlines = || list(item, "headlines");
    let main = headlines()
        .find(|h| string(h, "role").is_none_or(|r| r.contains("main")))
        .or_else(|| headlines().next())
        .and_then(|h| string(h, "value"));
    let sources =
        || list(item, "infoSources").chain(list(item, "infosource")).chain(list(item, "infosources"));
    let source = sources()
        .find(|s| string(s, "role").is_some_and(|r| r.contains("publish") || r.contains("provider")))
        .or_else(|| sources().next())
        .and_then(|s| string(s, "name").or_else(|| string(s, "literal")));
    let provider = item
        .get("provider")
        .and_then(|p| p.as_str().or_else(|| string(p, "name")).or_else(|| string(p, "literal")));
    let by = string(item, "by").or_else(|| string(item, "byline"));
    let mut byline: Vec<String> = by.map(names).unwrap_or_default();
    if byline.is_empty() {
        byline = list(item, "people")
            .filter(|p| {
                string(p, "rel")
                    .or_else(|| string(p, "role"))
                    .is_some_and(|r| r.contains("author") || r.contains("creator"))
            })
            .filter_map(|p| string(p, "name").map(str::to_owned))
            .collect();
    }
    let uri = string(item, "url").or_else(|| string(item, "uri")).filter(|u| head::host(u).is_some());
    let mut out = Head {
        headline: main.or_else(|| string(item, "headline")).and_then(|v| stated(v, &from)),
        outlet: provider.or(source).or_else(|| string(item, "source")).and_then(|v| stated(v, &from)),
        byline: byline.iter().filter_map(|n| stated(n, &from)).collect(),
        dateline: string(item, "located").and_then(|v| stated(v, &from)),
        url: uri.and_then(|v| stated(v, &from)),
        language: string(item, "language").and_then(|v| stated(v, &from)),
        ..Head::default()
    };
    // The first version's date is the date of publication; `versioncreated` is that of the latest change.
    for name in [
        "firstcreated",
        "firstCreated",
        "contentcreated",
        "contentCreated",
        "versioncreated",
        "versionCreated",
    ] {
        if let Some(written) = string(item, name) {
            publish(&mut out, written, &from);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use sayso_model::Head;

    use super::report;
    use crate::HeadOverrides;

    #[test]
    fn versions_1_and_3_are_read() {
        let three = r#"{"uri": "https://wire.test/1", "standard": {"name": "ninjs", "version": "3.0"}, "language": "en",
            "firstCreated": "2024-03-05T07:30:00Z", "versionCreated": "2024-03-06T07:30:00Z", "by": "By Ida Holm",
            "headlines": [{"role": "short", "value": "Ferry"}, {"role": "main", "value": "Nine hurt as ferry strikes pier"}],
            "infoSources": [{"name": "Coast Wire", "role": "publisher"}],
            "bodies": [{"contentType": "text/html", "value": "<p>Nine people were hurt.</p><p>The ferry is <b>old</b>.</p>"}]}"#;
        let read = report(three.as_bytes(), &Head::default(), &HeadOverrides::default()).unwrap();
        assert_eq!(
            read.text,
            "Nine hurt as ferry strikes pier\n\nNine people were hurt.\n\nThe ferry is old."
        );
        assert_eq!(read.head.outlet.unwrap().value, "Coast Wire");
        assert_eq!(read.head.published.unwrap().value.to_string(), "2024-03-05");
        let one = r#"{"uri": "tag:x", "headline": "Nine hurt", "body_text": "Nine people were hurt.", "byline": "Ida Holm",
            "versioncreated": "2024-03-05T07:30:00Z"}"#;
        let read = report(one.as_bytes(), &Head::default(), &HeadOverrides::default()).unwrap();
        assert_eq!(read.head.url, None, "a tag is no address");
        assert_eq!(read.head.byline[0].value, "Ida Holm");
    }

    #[test]
    fn items_without_text_fail() {
        for bad in ["[]", "{", "{\"uri\": \"a\"}", "{\"uri\": \"a\", \"bodies\": [{\"value\": 3}]}"] {
            assert!(report(bad.as_bytes(), &Head::default(), &HeadOverrides::default()).is_err(), "{bad}");
        }
    }
}

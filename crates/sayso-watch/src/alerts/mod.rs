//! Alerts: rules on changes in stories, articles and sources, and the channels that alerts are sent through.
//!
//! An alert is raised once: its key identifies what it is about, and is unique in the ledger. Raising alerts and recording how
//! far the rules have been applied is one transaction; sending is another, per alert and channel, so that what was raised is sent
//! whatever happens in between.

mod alert;
mod fired;
mod raise;
mod rules;
mod send;

pub use alert::{Alert, Line};
pub use raise::{Raised, raise, replay};
pub use rules::{On, Rule, Rules, RulesError, Tls, Way};
pub use send::{Delivered, SendError, send};

/// An alert as a text of several lines.
#[must_use]
pub fn text(body: &serde_json::Value) -> String {
    use serde_json::Value;
    let get = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut out = get(body, "why").unwrap_or_default();
    out.push('\n');
    if let Some(label) = get(body, "label") {
        let story =
            body.get("story").and_then(Value::as_i64).map(|id| format!(" (story {id})")).unwrap_or_default();
        out.push_str(&format!("  {label}{story}\n"));
    }
    for line in body.get("lines").and_then(Value::as_array).into_iter().flatten() {
        let chain: Vec<&str> = line
            .get("chain")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let number = |name: &str| line.get(name).and_then(Value::as_u64).unwrap_or(0);
        out.push_str(&format!(
            "  - {} [{}:{}-{}] {}\n",
            get(line, "text").unwrap_or_default(),
            number("report"),
            number("start"),
            number("end"),
            get(line, "outlet").unwrap_or_default()
        ));
        if !chain.is_empty() {
            out.push_str(&format!(
                "    on the word of {}\n",
                chain.iter().rev().copied().collect::<Vec<_>>().join(" < ")
            ));
        }
        if let Some(url) = get(line, "url") {
            out.push_str(&format!("    {url}\n"));
        }
    }
    if let Some(before) = get(body, "before") {
        out.push_str(&format!("  before: {before}\n"));
    }
    out.push_str(&format!("  rule: {}\n", get(body, "rule").unwrap_or_default()));
    out
}

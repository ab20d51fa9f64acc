//! Forms for decisions, and what they send.

use maud::{Markup, html};
use sayso_ledger::{EntryKind, EntryName, ReportId, Reviewed, View, review::fields};
use sayso_model::Category;
use serde_json::Value;

use super::decide::back;
use crate::{apart, error::Failed, layout::line, visitor::Visitor};

/// The fields of a query or a form.
pub(crate) struct Sent(pub(crate) Vec<(String, String)>);

impl Sent {
    /// The first value of a field; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    /// The reason for a decision; `None` if nothing was written.
    pub(crate) fn note(&self) -> Option<String> {
        Some(line(self.get("note"))).filter(|note| !note.is_empty())
    }
}

/// What a form says about its decision besides what it is about.
pub(crate) struct Deciding {
    /// Who decides.
    pub(crate) by: String,
    /// The name of whoever reviews apart from others, to whom entries are as his or her own decisions have them.
    pub(crate) apart: Option<String>,
    /// Where to go afterwards.
    pub(crate) back: String,
}

impl Deciding {
    /// Refuses a form that is not one of ours, and one that does not say who decides.
    pub(crate) fn of(visitor: &Visitor, sent: &Sent) -> Result<Self, Failed> {
        visitor.check(sent.get("token"))?;
        let by = apart::decides_as(visitor, sent.get("by"))?;
        Ok(Self { by, apart: apart::name(), back: back(sent.get("back")) })
    }

    /// Whose decisions count.
    pub(crate) fn view(&self) -> View<'_> {
        self.apart.as_deref().map_or(View::Common, View::Of)
    }
}

/// The kind of input for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Input {
    Text,
    Number,
    Day,
    /// Names separated by `;`.
    Names,
    /// Two days separated by a space.
    Period,
    Choice(&'static [&'static str]),
}

const TRUTH: Input = Input::Choice(&["true", "false"]);
/// How certain what is said is.
pub(super) const MODALITIES: &[&str] = &["asserted", "denied", "possible", "expected", "planned", "demanded"];
const MODALITY: Input = Input::Choice(MODALITIES);

fn input(field: &str) -> Option<Input> {
    Some(match field {
        "low" | "best" | "high" => Input::Number,
        "low_exclusive" | "high_exclusive" | "approximate" | "negated" | "retracted" | "anonymous" => TRUTH,
        "cumulative" => Input::Choice(&["", "true", "false"]),
        "said_on" | "as_of" | "by" => Input::Day,
        "period" => Input::Period,
        "via" | "asked" => Input::Names,
        "modality" => MODALITY,
        "polarity" => Input::Choice(&["positive", "negative"]),
        "outcome" => {
            Input::Choice(&["open", "no_response", "declined", "referred", "unreachable", "answered"])
        }
        "kind" => {
            Input::Choice(&["person", "organization", "government", "outlet", "group", "document", "unknown"])
        }
        // Words of the text are chosen in the text.
        "source" | "cue" | "content" => return None,
        _ => Input::Text,
    })
}

/// The list of suggestions for an input.
fn offer(field: &str) -> Option<&'static str> {
    match field {
        "category" => Some("categories"),
        "origin" | "speaker" => Some("names"),
        _ => None,
    }
}

/// A value as its input shows it.
fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => line(text),
        Value::Array(items) => {
            let all: Vec<String> = items.iter().map(written).collect();
            let days = all.len() == 2 && all.iter().all(|d| sayso_model::Date::parse(d).is_some());
            all.join(if days { " " } else { "; " })
        }
        other => other.to_string(),
    }
}

/// What somebody entered. Invalid input is passed on unchanged, for the ledger to refuse by name.
fn meant(input: Input, written: &str) -> Value {
    let written = written.trim();
    match input {
        Input::Names => written.split(';').map(str::trim).filter(|n| !n.is_empty()).collect(),
        _ if written.is_empty() => Value::Null,
        Input::Number | TRUTH => serde_json::from_str(written).unwrap_or_else(|_| written.into()),
        Input::Choice(["", ..]) => serde_json::from_str(written).unwrap_or_else(|_| written.into()),
        Input::Period => written.split_whitespace().collect(),
        Input::Text | Input::Day | Input::Choice(_) => written.into(),
    }
}

/// The fields that a form changes: those that differ from the current values. `None` keeps every field that was filled
/// in.
pub(crate) fn changed(
    kind: EntryKind,
    sent: &[(String, String)],
    stands: Option<&fields::Fields>,
) -> fields::Fields {
    let mut out = fields::Fields::new();
    for (name, written) in sent {
        let Some(field) = name.strip_prefix("field.") else { continue };
        let Some(input) = input(field).filter(|_| fields::names(kind).contains(&field)) else { continue };
        let value = meant(input, written);
        let as_it_is = match stands {
            Some(stands) => stands.get(field).is_some_and(|now| same(now, &value)),
            None => value.is_null() || value.as_array().is_some_and(Vec::is_empty),
        };
        if !as_it_is {
            out.insert(field.to_owned(), value);
        }
    }
    // The form shows "about" next to the number, so what it says there is meant for the new number as well.
    let about = sent.iter().any(|(name, written)| name == "field.approximate" && written == "true");
    if about && out.contains_key("best") {
        out.insert("approximate".to_owned(), true.into());
    }
    out
}

/// Whether two values are the same, however the number is written.
fn same(a: &Value, b: &Value) -> bool {
    a == b || matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if (a - b).abs() < f64::EPSILON)
}

/// What every form has besides its own fields.
pub(crate) fn hidden(visitor: &Visitor, back: &str, seen: i64) -> Markup {
    html! {
        input type="hidden" name="token" value=(visitor.token);
        input type="hidden" name="back" value=(back);
        input type="hidden" name="seen" value=(seen);
    }
}

/// The buttons for deciding about an entry as it is.
pub(crate) fn buttons(visitor: &Visitor, name: &str, back: &str, seen: i64, correct: &str) -> Markup {
    html! {
        form.decide method="post" action="/decide" {
            (hidden(visitor, back, seen))
            input type="hidden" name="entry" value=(name);
            input type="hidden" name="by" value=(visitor.name);
            button name="what" value="accept" aria-label=(format!("Accept {name}")) { "Accept" }
            button name="what" value="reject" aria-label=(format!("Reject {name}")) { "Reject" }
            a.correct href=(correct) aria-label=(format!("Correct or note {name}")) { "Correct or note" }
        }
    }
}

/// The form for correcting an entry.
pub(crate) fn correct(
    visitor: &Visitor,
    report: ReportId,
    reviewed: &Reviewed,
    entry: EntryName,
    seen: i64,
) -> Markup {
    let name = format!("{report}:{entry}");
    let stands = fields::fields(&reviewed.reading, entry);
    html! {
        form.fields method="post" action="/decide" {
            (hidden(visitor, &format!("/report/{report}#{entry}"), seen))
            input type="hidden" name="entry" value=(name);
            (inputs(&name, entry.kind, Some(&stands)))
            label { span { "Why, or a note" } input type="text" name="note"; }
            (by(visitor))
            div.buttons {
                button name="what" value="correct" { "Correct" }
                button name="what" value="note" { "Note only" }
                a href=(format!("/report/{report}#{entry}")) { "Cancel" }
            }
        }
    }
}

/// The button that undoes a decision.
pub(crate) fn undo(visitor: &Visitor, decision: i64, back: &str) -> Markup {
    html! {
        form.undo method="post" action="/decide" {
            (hidden(visitor, back, decision))
            input type="hidden" name="decision" value=(decision);
            input type="hidden" name="by" value=(visitor.name);
            button name="what" value="undo" aria-label=(format!("Undo decision {decision}")) { "Undo" }
        }
    }
}

/// The name under which the decision is made.
pub(crate) fn by(visitor: &Visitor) -> Markup {
    html! {
        label { span { "Your name" } input type="text" name="by" value=(visitor.name) readonly[visitor.signed_in || apart::name().is_some()] required; }
    }
}

/// The suggestions on a page: the categories, and the names of a report's speakers.
pub(crate) fn offers(reviewed: &Reviewed) -> Markup {
    let names: std::collections::BTreeSet<String> =
        reviewed.reading.speakers.iter().map(|s| line(&s.name)).collect();
    html! {
        datalist #names { @for name in &names { option value=(name) {} } }
        datalist #categories { @for (category, _) in Category::KNOWN { option value=(category) {} } }
    }
}

/// The inputs for the fields of a kind of entry: all of them, or those that `stands` has.
pub(crate) fn inputs(prefix: &str, kind: EntryKind, stands: Option<&fields::Fields>) -> Markup {
    html! {
        @for field in fields::names(kind).iter().filter(|field| stands.is_none_or(|s| s.contains_key(**field))) {
            @if let Some(input) = input(field) {
                @let name = format!("field.{field}");
                @let id = format!("{prefix}.{field}");
                @let value = stands.and_then(|s| s.get(*field)).map(written).unwrap_or_default();
                label for=(id) {
                    span { (field.replace('_', " ")) }
                    @match input {
                        Input::Choice(choices) => {
                            select name=(name) id=(id) {
                                @if value.is_empty() && !choices.contains(&"") { option value="" { "" } }
                                @for choice in choices {
                                    option value=(choice) selected[*choice == value] { (choice.replace('_', " ")) }
                                }
                            }
                        }
                        Input::Day => { input type="date" name=(name) id=(id) value=(value); }
                        Input::Number => { input type="text" inputmode="decimal" name=(name) id=(id) value=(value); }
                        Input::Names => { input type="text" name=(name) id=(id) value=(value) placeholder="names, with ; between"; }
                        Input::Period => { input type="text" name=(name) id=(id) value=(value) placeholder="YYYY-MM-DD YYYY-MM-DD"; }
                        Input::Text => { input type="text" name=(name) id=(id) value=(value) list=[offer(field)]; }
                    }
                }
                @if *field == "category" {
                    label.check { input type="checkbox" name="new_category" value="true"; " a new category, not in the list" }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use sayso_ledger::EntryKind;
    use serde_json::json;

    use super::changed;

    fn sent(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| (format!("field.{name}"), (*value).to_owned())).collect()
    }

    #[test]
    fn only_what_differs_is_sent() {
        let stands = json!({"best": 9, "low": null, "via": ["A"], "approximate": false, "group": "divers", "period": null});
        let stands = stands.as_object().unwrap();
        let form = sent(&[
            ("best", "12"),
            ("low", ""),
            ("via", "A; B"),
            ("approximate", "false"),
            ("group", ""),
            ("period", "2025-01-02 2025-01-03"),
            ("no such", "1"),
        ]);
        let changed = changed(EntryKind::Figure, &form, Some(stands));
        let wanted =
            json!({"best": 12, "via": ["A", "B"], "group": null, "period": ["2025-01-02", "2025-01-03"]});
        assert_eq!(json!(changed), wanted);
    }

    #[test]
    fn about_stays_where_the_form_says_so() {
        let stands = json!({"best": 9, "approximate": true});
        let changed = |form: &[(&str, &str)]| {
            json!(changed(EntryKind::Figure, &sent(form), Some(stands.as_object().unwrap())))
        };
        let wanted = json!({"best": 12, "approximate": true});
        assert_eq!(changed(&[("best", "12"), ("approximate", "true")]), wanted);
        assert_eq!(changed(&[("best", "9"), ("approximate", "true")]), json!({}));
    }

    #[test]
    fn values_that_are_not_numbers_are_left_to_the_ledger() {
        let form = sent(&[("best", "many"), ("category", "killed"), ("low", "")]);
        let changed = changed(EntryKind::Figure, &form, None);
        assert_eq!(json!(changed), json!({"best": "many", "category": "killed"}));
    }
}

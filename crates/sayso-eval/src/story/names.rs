//! Names accepted instead of one another in a report: `accepted_names` of a story.

use serde_json::Value;

use crate::alias::Alias;

/// Lists of names that are accepted for each other, in the reports that they apply to.
#[derive(Debug, Clone, Default)]
pub(super) struct Accepted<'g>(Vec<Vec<Alias<'g>>>);

impl<'g> Accepted<'g> {
    /// Reads `accepted_names`; empty if the file has none.
    pub(super) fn of(gold: Option<&'g Value>) -> Self {
        let lists = gold.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let names = |list: &'g Value| -> Vec<Alias<'g>> {
            list.as_array().into_iter().flatten().filter_map(Value::as_str).map(Alias::of).collect()
        };
        Self(lists.iter().map(names).collect())
    }

    /// Names accepted instead of `name` in one of these reports.
    pub(super) fn instead_of<'s>(
        &'s self,
        name: &'s str,
        reports: &'s [&str],
    ) -> impl Iterator<Item = &'g str> + 's {
        let here = move |alias: &Alias<'g>| {
            alias.reports().is_none_or(|said_of| said_of.iter().any(|r| reports.contains(r)))
        };
        let same = move |alias: &Alias<'g>| alias.name.eq_ignore_ascii_case(name);
        self.0
            .iter()
            .filter(move |list| list.iter().any(|a| same(a) && here(a)))
            .flatten()
            .filter(move |a| here(a) && !same(a))
            .map(|a| a.name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Accepted;

    #[test]
    fn a_name_is_accepted_in_its_report_only() {
        let gold = json!([["Ada Brook (report 02)", "the mayor (report 02)"], ["the navy", "the fleet"]]);
        let accepted = Accepted::of(Some(&gold));
        let instead = |name: &str, report: &str| -> Vec<String> {
            accepted.instead_of(name, &[report]).map(str::to_owned).collect()
        };
        assert_eq!(instead("Ada Brook", "02"), ["the mayor"]);
        assert!(instead("Ada Brook", "03").is_empty());
        assert_eq!(instead("The Navy", "07"), ["the fleet"]);
    }
}

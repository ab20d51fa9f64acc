//! Names in a story's `aliases`: "the agency (report 03)" and "the ministry (reports 04, 12)" apply to those reports only.

/// A name with the reports that it applies to; none if it applies to all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alias<'a> {
    pub(crate) name: &'a str,
    reports: Option<Vec<&'a str>>,
}

impl<'a> Alias<'a> {
    /// Parses a name from `story.json`.
    pub(crate) fn of(written: &'a str) -> Self {
        let scoped = written
            .strip_suffix(')')
            .and_then(|w| w.split_once(" (report ").or_else(|| w.split_once(" (reports ")));
        match scoped {
            Some((name, reports)) => {
                let reports = reports.split([',', ' ']).filter(|r| !r.is_empty() && *r != "and");
                Self { name, reports: Some(reports.collect()) }
            }
            None => Self { name: written, reports: None },
        }
    }

    /// The only reports that it applies to.
    pub(crate) fn reports(&self) -> Option<&[&'a str]> {
        self.reports.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::Alias;

    #[test]
    fn reports_in_brackets_limit_a_name() {
        let alias = Alias::of("the ministry (reports 04, 12)");
        assert_eq!((alias.name, alias.reports()), ("the ministry", Some(["04", "12"].as_slice())));
        assert_eq!(Alias::of("the agency (report 03)").reports(), Some(["03"].as_slice()));
        assert_eq!(Alias::of("the agency (reports 03 and 04)").reports(), Some(["03", "04"].as_slice()));
        assert_eq!(Alias::of("Harbour Agency (HA)").reports(), None);
        assert_eq!(Alias::of("Harbour Agency (HA)").name, "Harbour Agency (HA)");
    }
}

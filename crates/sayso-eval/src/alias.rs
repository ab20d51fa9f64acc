//! Names in a story's `aliases`: "the agency (report 03)" and "the ministry (reports 04, 12)" are said of those reports
//! alone.

/// A name with the reports that it is said of; none where it is said of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alias<'a> {
    pub(crate) name: &'a str,
    reports: Option<Vec<&'a str>>,
}

impl<'a> Alias<'a> {
    /// Reads a name as it stands in `story.json`.
    pub(crate) fn of(written: &'a str) -> Self {
        let scoped = written
            .strip_suffix(')')
            .and_then(|w| w.split_once(" (report ").or_else(|| w.split_once(" (reports ")));
        match scoped {
            Some((name, reports)) => {
                Self { name, reports: Some(reports.split(',').map(str::trim).collect()) }
            }
            None => Self { name: written, reports: None },
        }
    }

    /// The reports that it is said of alone.
    pub(crate) fn reports(&self) -> Option<&[&'a str]> {
        self.reports.as_deref()
    }

    /// True where it is said of a report.
    pub(crate) fn holds_in(&self, report: &str) -> bool {
        self.reports.as_ref().is_none_or(|r| r.contains(&report))
    }
}

#[cfg(test)]
mod tests {
    use super::Alias;

    #[test]
    fn reports_in_brackets_limit_a_name() {
        let alias = Alias::of("the ministry (reports 04, 12)");
        assert_eq!((alias.name, alias.holds_in("12"), alias.holds_in("05")), ("the ministry", true, false));
        assert!(!Alias::of("the agency (report 03)").holds_in("04"));
        assert!(Alias::of("Harbour Agency (HA)").holds_in("04"));
        assert_eq!(Alias::of("Harbour Agency (HA)").name, "Harbour Agency (HA)");
    }
}

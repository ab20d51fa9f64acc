//! What outlets are called: each has one name in a ledger, whichever story its reports are in.
//!
//! A report that states a masthead is that outlet's. Where it states only a host, the outlet has the masthead of a byline that
//! begins with the host's, otherwise the name that some report of the ledger writes for it; the first found stays, so that a name
//! does not change with what comes in later. Names are found as reports are placed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sayso_compare::{host_labels, is_host, masthead, plain_outlet};
use sayso_ledger::{Derived, Ledger, LedgerError, ReportId};
use sayso_model::{
    ChainRole, Head,
    story::{Claim, Story},
};

use crate::{DeskError, stories::last_placed};

/// Kind of derived row: under a host as reports state it, its outlet's name; empty as long as nobody has written one. The row
/// without a key says that the hosts of earlier reports are there.
const NAME: &str = "outlet name";

/// The names of the outlets whose reports state only a host.
#[derive(Debug, Clone, Default)]
pub struct OutletNames(BTreeMap<String, String>);

impl OutletNames {
    /// The name of the outlet that reports state as `written`.
    #[must_use]
    pub fn of<'n>(&'n self, written: &'n str) -> &'n str {
        self.0.get(written).map_or(written, String::as_str)
    }

    /// Replaces what a report states by that name.
    pub fn put(&self, outlet: &mut Option<String>) {
        if let Some(written) = outlet {
            *written = self.of(written).to_owned();
        }
    }

    /// The names of several outlets.
    #[must_use]
    pub fn of_all(&self, written: &BTreeSet<String>) -> BTreeSet<String> {
        written.iter().map(|written| self.of(written).to_owned()).collect()
    }

    /// A story in which its outlets have these names.
    pub(crate) fn in_story(&self, ledger: &Ledger, story: Arc<Story>) -> Result<Arc<Story>, DeskError> {
        let keys: Vec<i64> = story.reports.iter().map(|report| report.key).collect();
        let stated: BTreeMap<i64, String> = ledger.outlets_of(&keys)?.into_iter().collect();
        let names: Vec<Option<&str>> =
            keys.iter().map(|key| stated.get(key).map(|written| self.of(written))).collect();
        if story.reports.iter().zip(&names).all(|(report, name)| report.outlet.as_deref() == *name) {
            return Ok(story);
        }
        let mut story = Arc::unwrap_or_clone(story);
        for (report, name) in story.reports.iter_mut().zip(&names) {
            report.outlet = name.map(str::to_owned);
        }
        let steps = story.claims.iter_mut().flat_map(|Claim { series, .. }| series);
        let steps = steps.flat_map(|s| &mut s.points).flat_map(|p| &mut p.reports).flat_map(|a| &mut a.chain);
        for step in steps.filter(|step| step.role == ChainRole::Outlet) {
            if let Some(name) = step.report.and_then(|report| names.get(report)) {
                step.name = name.map(str::to_owned);
            }
        }
        Ok(Arc::new(story))
    }
}

/// The names of a ledger's outlets.
///
/// # Errors
/// Those of the ledger.
pub fn outlet_names(ledger: &Ledger) -> Result<OutletNames, DeskError> {
    let kept = match ledger.values(NAME) {
        // A list of what can still be read has the hosts.
        Err(LedgerError::Corrupt) => return Ok(OutletNames::default()),
        kept => kept?,
    };
    if kept.is_empty() && last_placed(ledger)? != ReportId(0) {
        // An earlier version placed the reports, and nobody has written since.
        let mut names = Naming::of(ledger)?.names;
        names.retain(|_, name| !name.is_empty());
        return Ok(OutletNames(names));
    }
    let names = kept.into_iter();
    let names = names.filter_map(|(host, name)| Some((host, String::from_utf8(name).ok()?)));
    Ok(OutletNames(names.filter(|(host, name)| !host.is_empty() && !name.is_empty()).collect()))
}

/// The hosts of a ledger, while more reports come in.
pub(crate) struct Naming {
    /// Names by host; empty if there is none yet.
    names: BTreeMap<String, String>,
    /// Hosts without a name, by what their names would be.
    wanted: BTreeMap<String, BTreeSet<String>>,
    /// Hosts that are to be written.
    new: BTreeSet<String>,
    /// Those of them that reports stated before.
    renamed: BTreeSet<String>,
}

impl Naming {
    /// The hosts that are known; in a ledger whose reports were placed by an earlier version, those that these state.
    pub(crate) fn of(ledger: &Ledger) -> Result<Self, DeskError> {
        let kept = ledger.values(NAME)?;
        let mut naming = Self {
            names: BTreeMap::new(),
            wanted: BTreeMap::new(),
            new: BTreeSet::new(),
            renamed: BTreeSet::new(),
        };
        let is_settled = kept.iter().any(|(host, _)| host.is_empty());
        for (host, name) in kept.into_iter().filter(|(host, _)| !host.is_empty()) {
            naming.put(&host, &String::from_utf8(name).unwrap_or_default());
        }
        if !is_settled {
            let placed_before =
                if last_placed(ledger)? == ReportId(0) { Vec::new() } else { ledger.stated_outlets()? };
            for host in placed_before.iter().filter(|written| is_host(written)) {
                let name = first_written(ledger, host)?;
                naming.put(host, &name);
                naming.new.insert(host.clone());
                naming.renamed.insert(host.clone());
            }
            naming.new.insert(String::new());
        }
        Ok(naming)
    }

    fn put(&mut self, host: &str, name: &str) {
        if name.is_empty() {
            for label in host_labels(host) {
                self.wanted.entry(label).or_default().insert(host.to_owned());
            }
        }
        self.names.insert(host.to_owned(), name.to_owned());
    }

    /// One more report: it may state a host, and write the names of others.
    pub(crate) fn add(&mut self, ledger: &Ledger, report: ReportId, head: &Head) -> Result<(), DeskError> {
        if let Some(host) = head.outlet.as_ref().map(|o| o.value.as_str()).filter(|o| is_host(o)) {
            let of_byline = masthead(head).unwrap_or_default();
            if !self.names.contains_key(host) {
                let name =
                    if of_byline.is_empty() { first_written(ledger, host)? } else { of_byline.to_owned() };
                self.put(host, &name);
                self.new.insert(host.to_owned());
            } else if !of_byline.is_empty() {
                self.name(host, of_byline);
            }
        }
        for name in ledger.speaker_names(report)?.iter().filter(|name| !is_host(name)) {
            for host in self.wanted.get(&plain_outlet(name)).cloned().unwrap_or_default() {
                self.name(&host, bare(name));
            }
        }
        Ok(())
    }

    /// Names an outlet that has no name yet.
    fn name(&mut self, host: &str, name: &str) {
        if let Some(unnamed) = self.names.get_mut(host).filter(|known| known.is_empty()) {
            *unnamed = name.to_owned();
            self.new.insert(host.to_owned());
            self.renamed.insert(host.to_owned());
        }
    }

    /// Writes what is new. What was made of stories under other names is made again.
    pub(crate) fn write(&self, write: &Derived<'_>) -> Result<(), LedgerError> {
        for host in &self.new {
            write.set_value(NAME, host, self.names.get(host).map_or("", String::as_str).as_bytes())?;
        }
        self.renamed.iter().try_for_each(|host| write.touch_stories_of(host))
    }

    /// True if the hosts of earlier reports are known.
    pub(crate) fn is_settled(ledger: &Ledger) -> Result<bool, LedgerError> {
        Ok(ledger.value(NAME, "")?.is_some())
    }
}

/// The name that the ledger's reports wrote first for the outlet of a host; empty if none did.
fn first_written(ledger: &Ledger, host: &str) -> Result<String, DeskError> {
    for label in host_labels(host) {
        if let Some(name) = ledger.first_spelt(&label)?.filter(|name| !is_host(name)) {
            return Ok(bare(&name).to_owned());
        }
    }
    Ok(String::new())
}

fn bare(name: &str) -> &str {
    name.strip_prefix("the ").or_else(|| name.strip_prefix("The ")).unwrap_or(name)
}

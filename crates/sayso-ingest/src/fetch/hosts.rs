//! What is remembered about hosts: as long as it matters, and for a limited number of them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use texting_robots::Robot;

use super::{AGENT, lock};

/// Maximum number of hosts remembered. A robots.txt can take up megabytes as compiled rules, and a watch runs for months.
const KEPT: usize = 1000;

/// How long a robots.txt is valid, and how long one that could not be fetched forbids everything.
const ROBOTS_HOLD: Duration = Duration::from_secs(24 * 3600);
const ROBOTS_FAILED: Duration = Duration::from_secs(300);

/// Maximum number of robots.txt rules with an end anchor (`$`): each is compiled, the others are only compared.
const ROBOTS_ENDS: usize = 500;

/// Longest delay that a robots.txt can ask for.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// A host: whoever holds the lock is the only one to send it requests. The value is the time of the last request.
pub(super) type Asked = Option<Instant>;

/// Hosts that were contacted, and their rules.
#[derive(Default)]
pub(super) struct Hosts {
    asked: Mutex<BTreeMap<String, Arc<Mutex<Asked>>>>,
    robots: Mutex<BTreeMap<String, Robots>>,
}

/// The rules in a robots.txt.
pub(super) struct Robots {
    /// `None` if it could not be fetched, which forbids everything.
    rules: Option<Robot>,
    fetched: Instant,
}

impl Robots {
    /// One that could not be fetched.
    pub(super) fn none() -> Self {
        Self { rules: None, fetched: Instant::now() }
    }

    /// Parses a robots.txt; one with too many end anchors counts as one that could not be fetched.
    pub(super) fn read(text: &[u8]) -> Self {
        if text.iter().filter(|b| **b == b'$').count() > ROBOTS_ENDS {
            return Self::none();
        }
        Self { rules: Robot::new(AGENT, text).ok(), fetched: Instant::now() }
    }

    /// Whether an address may be fetched; `None` if nothing is known.
    pub(super) fn allows(&self, address: &str) -> Option<bool> {
        self.rules.as_ref().map(|rules| rules.allowed(address))
    }

    fn holds(&self) -> bool {
        self.fetched.elapsed() < if self.rules.is_some() { ROBOTS_HOLD } else { ROBOTS_FAILED }
    }
}

impl Hosts {
    /// The lock of a host. Hosts that nobody is contacting and whose delay has certainly passed are forgotten.
    pub(super) fn host(&self, name: &str, delay: Duration) -> Arc<Mutex<Asked>> {
        let mut asked = lock(&self.asked);
        if asked.len() >= KEPT && !asked.contains_key(name) {
            let matters = delay.max(LONGEST_DELAY);
            asked.retain(|_, host| {
                Arc::strong_count(host) > 1 || lock(host).is_some_and(|at| at.elapsed() < matters)
            });
        }
        Arc::clone(asked.entry(name.to_owned()).or_default())
    }

    /// What the robots.txt of an origin says about an address; `None` if it has not been fetched, or too long ago.
    pub(super) fn allows(&self, origin: &str, address: &str) -> Option<Option<bool>> {
        let robots = lock(&self.robots);
        robots.get(origin).filter(|robots| robots.holds()).map(|robots| robots.allows(address))
    }

    /// Stores a robots.txt; if there are too many, it replaces the one fetched longest ago.
    pub(super) fn keep(&self, origin: &str, said: Robots) {
        let mut robots = lock(&self.robots);
        if robots.len() >= KEPT && !robots.contains_key(origin) {
            let oldest =
                robots.iter().min_by_key(|(_, robots)| robots.fetched).map(|(origin, _)| origin.clone());
            if let Some(oldest) = oldest {
                robots.remove(&oldest);
            }
        }
        robots.insert(origin.to_owned(), said);
    }

    /// The delay that a robots.txt asks for.
    pub(super) fn delay(&self, origin: &str) -> Duration {
        lock(&self.robots)
            .get(origin)
            .and_then(|robots| robots.rules.as_ref()?.delay)
            .filter(|seconds| seconds.is_finite() && *seconds > 0.0)
            .map_or(Duration::ZERO, |seconds| {
                Duration::from_secs_f32(seconds.min(LONGEST_DELAY.as_secs_f32()))
            })
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::{Hosts, KEPT, Robots, lock};

    #[test]
    fn the_number_of_remembered_hosts_is_limited() {
        let hosts = Hosts::default();
        let held = hosts.host("held.test", Duration::ZERO);
        for n in 0..3 * KEPT {
            hosts.host(&format!("{n}.test"), Duration::ZERO);
            hosts.keep(&format!("https://{n}.test"), Robots::read(b"User-agent: *\nDisallow: /closed\n"));
        }
        assert!(lock(&hosts.asked).len() <= KEPT && lock(&hosts.robots).len() <= KEPT);
        assert!(Arc::ptr_eq(&held, &hosts.host("held.test", Duration::ZERO)), "it is being asked");
        assert_eq!(hosts.allows("https://0.test", "https://0.test/closed"), None);
        let last = format!("https://{}.test", 3 * KEPT - 1);
        assert_eq!(hosts.allows(&last, &format!("{last}/closed/1")), Some(Some(false)));
        assert_eq!(hosts.allows(&last, &format!("{last}/open")), Some(Some(true)));
    }

    #[test]
    fn a_robots_txt_of_thousands_of_patterns_allows_nothing() {
        let rules = |count: usize| {
            let lines: String = (0..count).map(|n| format!("Disallow: /{n}$\n")).collect();
            Robots::read(format!("User-agent: *\n{lines}").as_bytes()).allows("https://a.test/open")
        };
        assert_eq!((rules(20), rules(5000)), (Some(true), None));
    }
}

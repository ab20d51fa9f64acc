//! Polite and safe fetching over HTTP.
//!
//! - One request at a time per host, across all threads, with at least the delay in between (its robots.txt can ask for a longer
//!   one).
//! - What robots.txt forbids is not fetched; a robots.txt that cannot be fetched forbids everything (RFC 9309). It is requested
//!   again after a day, or after some minutes if it could not be fetched.
//! - Only http and https, at most five redirects, each checked like the first address.
//! - No address on a private, loopback, link-local or otherwise non-public network, however it is written and whatever a name
//!   resolves to, unless that is allowed; if a proxy is configured, names that are private by their form or by what this machine
//!   resolves them to are not requested from it.
//! - `ETag` and `Last-Modified` are sent back only to the host that sent them.
//! - Limits on size and time; compressed responses are measured while they are decompressed.

mod address;
mod hosts;
mod proxy;

use std::{
    collections::BTreeSet,
    io::Read,
    net::{SocketAddr, ToSocketAddrs},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use reqwest::{
    blocking::{Client, Response},
    dns::{Addrs, Name, Resolve, Resolving},
    header::{self, HeaderMap},
    redirect::Policy,
};
use thiserror::Error;
use url::{Host, Url};

use crate::{IngestError, Limits, coding};

use hosts::{Hosts, Robots};

pub use address::is_public;

/// The user agent's name, also for robots.txt.
pub const AGENT: &str = "sayso";

/// Maximum number of redirects followed.
const REDIRECTS: usize = 5;

/// Largest robots.txt that is read: the minimum that RFC 9309 requires.
const ROBOTS_BYTES: u64 = 500 << 10;

/// Longest wait that a server can ask for.
const LONGEST_WAIT: u64 = 7 * 24 * 3600;

/// Why an address could not be fetched.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Not an http or https address.
    #[error("'{0}' is not an address that begins with http:// or https://")]
    Address(String),
    /// An address inside a private network.
    #[error("{0} is not on the public network; use --allow-private to fetch it anyway")]
    Private(String),
    /// robots.txt forbids it.
    #[error("the robots.txt of {0} does not allow it")]
    Robots(String),
    /// robots.txt could not be fetched, so nothing is allowed for now.
    #[error("the robots.txt of {0} cannot be fetched, so nothing is fetched from there for now")]
    NoRobots(String),
    /// Too many redirects.
    #[error("it redirects more than {REDIRECTS} times")]
    Redirects,
    /// A redirect without a valid target.
    #[error("it redirects to '{0}', which is not an address")]
    RedirectTarget(String),
    /// The server answered with an error.
    #[error("the server answers {0}")]
    Status(u16),
    /// The server asks the client to come back later.
    #[error("the server answers {status} and asks to wait {seconds} s")]
    Later {
        /// 429 or 503.
        status: u16,
        /// How long to wait (`Retry-After`), at most a week.
        seconds: u64,
    },
    /// The time limit was exceeded.
    #[error("it took more than {0} s")]
    TooSlow(u64),
    /// The connection failed.
    #[error("cannot reach it: {0}")]
    Connection(String),
    /// A size limit was exceeded, or the content coding could not be decoded.
    #[error(transparent)]
    Content(#[from] IngestError),
}

/// The rules for fetching.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Minimum time between two requests to one host.
    pub delay: Duration,
    /// Maximum time for one response, including its body.
    pub timeout: Duration,
    /// True if addresses in private networks may be fetched.
    pub allow_private: bool,
    /// True if responses are kept as received, for archiving.
    pub keep_answers: bool,
    /// Limits of size.
    pub limits: Limits,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            delay: Duration::from_secs(2),
            timeout: Duration::from_secs(30),
            allow_private: false,
            keep_answers: false,
            limits: Limits::default(),
        }
    }
}

/// The validators of the previous response, for a conditional request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// The result of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// A body.
    Page(Box<Page>),
    /// Nothing has changed since the validators were given.
    NotModified,
}

/// A fetched page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The address after all redirects.
    pub url: String,
    /// `Content-Type`.
    pub media: String,
    /// The decoded body.
    pub body: Vec<u8>,
    /// For the next request.
    pub validators: Validators,
    /// The response as received, if the rules keep it.
    pub answer: Option<Box<Answer>>,
}

/// A response as received, except for its transfer coding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP version ("HTTP/1.1").
    pub version: String,
    /// Status.
    pub status: u16,
    /// Header lines, in their order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, with its content coding.
    pub body: Vec<u8>,
}

impl Page {
    /// The charset that the server declares.
    #[must_use]
    pub fn charset(&self) -> Option<String> {
        crate::http::charset(&self.media)
    }
}

/// Fetches, and keeps track of hosts and their rules. It can be shared by threads.
pub struct Fetcher {
    client: Client,
    rules: Rules,
    /// Hosts of proxies that the user has configured.
    proxies: Arc<BTreeSet<String>>,
    hosts: Hosts,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Fetcher {
    /// Creates a fetcher with some rules.
    ///
    /// # Errors
    /// [`FetchError::Connection`] if the system provides no certificates or no thread.
    pub fn new(rules: Rules) -> Result<Self, FetchError> {
        Self::resolving(rules, Arc::new(|name| Ok((name, 0).to_socket_addrs()?.collect())))
    }

    /// Creates one that resolves names in its own way.
    fn resolving(rules: Rules, lookup: Arc<Lookup>) -> Result<Self, FetchError> {
        // Fails only if another part of the program has already chosen a provider, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let proxies = Arc::new(proxy::hosts(|name| std::env::var(name).ok()));
        let resolver = Resolver { allow_private: rules.allow_private, proxies: Arc::clone(&proxies), lookup };
        let client = Client::builder()
            .user_agent(concat!("sayso/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .timeout(rules.timeout)
            .connect_timeout(rules.timeout)
            .pool_max_idle_per_host(1)
            .dns_resolver(Arc::new(resolver))
            .build()
            .map_err(|e| FetchError::Connection(causes(&e)))?;
        Ok(Self { client, rules, proxies, hosts: Hosts::default() })
    }

    /// Fetches an address.
    ///
    /// # Errors
    /// Any [`FetchError`].
    pub fn fetch(&self, url: &str, known: &Validators, limit: u64) -> Result<Fetched, FetchError> {
        let mut at = self.checked(url)?;
        let first = at.origin();
        // One host's validators are not sent to another.
        let none = Validators::default();
        for _ in 0..=REDIRECTS {
            if !self.allowed(&at)? {
                return Err(FetchError::Robots(at.host_str().unwrap_or_default().to_owned()));
            }
            match self.ask(&at, if at.origin() == first { known } else { &none }, limit)? {
                Reply::NotModified => return Ok(Fetched::NotModified),
                Reply::Redirect(to) => at = to,
                Reply::Error(error) => return Err(error),
                Reply::Page(mut page) => {
                    if at.origin() != first {
                        page.validators = none;
                    }
                    return Ok(Fetched::Page(page));
                }
            }
        }
        Err(FetchError::Redirects)
    }

    /// Sends a body to an address given by the user, and returns the status and the response. robots.txt is not consulted, since
    /// this is not crawling; redirects are not followed.
    ///
    /// # Errors
    /// Any [`FetchError`] except [`FetchError::Status`]; [`FetchError::Later`] if the server says when to come back.
    pub fn post(
        &self,
        url: &str,
        headers: &[(&str, String)],
        body: Vec<u8>,
        limit: u64,
    ) -> Result<(u16, Vec<u8>), FetchError> {
        let at = self.checked(url)?;
        let mut request = self.client.post(at.clone()).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = request.send().map_err(|e| self.failure(&at, &e))?;
        let status = response.status().as_u16();
        if let later @ FetchError::Later { .. } = refusal(status, response.headers()) {
            return Err(later);
        }
        Ok((status, self.page(&at, response, limit)?.body))
    }

    /// Checks an address as far as its written form allows; what its name resolves to is checked when connecting.
    fn checked(&self, url: &str) -> Result<Url, FetchError> {
        let parsed = Url::parse(url.trim()).map_err(|_| FetchError::Address(url.to_owned()))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(FetchError::Address(url.to_owned()));
        }
        let private = || FetchError::Private(parsed.host_str().unwrap_or_default().to_owned());
        match parsed.host() {
            None => return Err(FetchError::Address(url.to_owned())),
            // Numeric addresses do not go through the resolver.
            Some(Host::Ipv4(ip)) if !self.rules.allow_private && !is_public(ip.into()) => {
                return Err(private());
            }
            Some(Host::Ipv6(ip)) if !self.rules.allow_private && !is_public(ip.into()) => {
                return Err(private());
            }
            // A proxy resolves names itself, beyond the control of the resolver below.
            Some(Host::Domain(name))
                if !self.rules.allow_private && !self.proxies.is_empty() && proxy::is_private(name) =>
            {
                return Err(private());
            }
            Some(_) => {}
        }
        Ok(parsed)
    }

    fn target(&self, from: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
        let written = headers
            .get(header::LOCATION)
            .map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned())
            .unwrap_or_default();
        let target = from.join(&written).map_err(|_| FetchError::RedirectTarget(written.clone()))?;
        self.checked(target.as_str())
    }

    fn allowed(&self, url: &Url) -> Result<bool, FetchError> {
        let origin = url.origin().ascii_serialization();
        let allows = match self.hosts.allows(&origin, url.as_str()) {
            Some(allows) => allows,
            None => {
                let robots = self.robots_of(url)?;
                let allows = robots.allows(url.as_str());
                self.hosts.keep(&origin, robots);
                allows
            }
        };
        allows.ok_or_else(|| FetchError::NoRobots(url.host_str().unwrap_or_default().to_owned()))
    }

    /// The rules of a host; if its server fails, everything is forbidden.
    fn robots_of(&self, url: &Url) -> Result<Robots, FetchError> {
        let mut at = url.join("/robots.txt").map_err(|_| FetchError::Address(url.to_string()))?;
        for _ in 0..=REDIRECTS {
            let text = match self.ask(&at, &Validators::default(), ROBOTS_BYTES) {
                Ok(Reply::Page(page)) => page.body,
                Ok(Reply::Redirect(to)) => {
                    at = to;
                    continue;
                }
                Ok(Reply::Error(FetchError::Later { .. })) => return Ok(Robots::none()),
                Ok(Reply::Error(FetchError::Status(status))) if status >= 500 || status == 429 => {
                    return Ok(Robots::none());
                }
                Ok(Reply::Error(_) | Reply::NotModified) => Vec::new(),
                // An overlong one counts as missing: it would have to be cut in the middle of a rule.
                Err(FetchError::Content(_)) => return Ok(Robots::none()),
                Err(error) => return Err(error),
            };
            return Ok(Robots::read(&text));
        }
        Ok(Robots::none())
    }

    /// Sends a request to a host, with exclusive access to it.
    fn ask(&self, url: &Url, known: &Validators, limit: u64) -> Result<Reply, FetchError> {
        let host = self.hosts.host(url.host_str().unwrap_or_default(), self.rules.delay);
        let mut last = lock(&host);
        if let Some(last) = *last {
            thread::sleep(self.delay(url).saturating_sub(last.elapsed()));
        }
        let mut request = self.client.get(url.clone()).header(header::ACCEPT_ENCODING, coding::ACCEPTED);
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        let answer = request.send();
        let reply = answer.map_err(|e| self.failure(url, &e)).and_then(|response| {
            let status = response.status();
            Ok(if status.as_u16() == 304 {
                Reply::NotModified
            } else if status.is_redirection() {
                Reply::Redirect(self.target(url, response.headers())?)
            } else if status.is_success() {
                Reply::Page(Box::new(self.page(url, response, limit)?))
            } else {
                Reply::Error(refusal(status.as_u16(), response.headers()))
            })
        });
        *last = Some(Instant::now());
        reply
    }

    /// The delay between two requests to a host.
    fn delay(&self, url: &Url) -> Duration {
        self.rules.delay.max(self.hosts.delay(&url.origin().ascii_serialization()))
    }

    fn failure(&self, url: &Url, error: &reqwest::Error) -> FetchError {
        let message = causes(error);
        if message.contains(NOT_PUBLIC) {
            FetchError::Private(url.host_str().unwrap_or_default().to_owned())
        } else if error.is_timeout() {
            FetchError::TooSlow(self.rules.timeout.as_secs())
        } else {
            FetchError::Connection(message)
        }
    }

    fn page(&self, url: &Url, mut response: Response, limit: u64) -> Result<Page, FetchError> {
        let too_large = || IngestError::TooLarge {
            what: "the answer",
            limit: format!("{limit} bytes"),
            remedy: "raise --max-bytes if it really is one report",
        };
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(too_large().into());
        }
        let text = |name: header::HeaderName| {
            response.headers().get(name).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned())
        };
        let media = text(header::CONTENT_TYPE).unwrap_or_default();
        let coded = text(header::CONTENT_ENCODING).unwrap_or_default();
        let validators = Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) };
        let mut answer = self.rules.keep_answers.then(|| {
            let line = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
                (name.as_str().to_owned(), value.as_bytes().to_vec())
            };
            Box::new(Answer {
                version: format!("{:?}", response.version()),
                status: response.status().as_u16(),
                headers: response.headers().iter().map(line).collect(),
                body: Vec::new(),
            })
        });
        // A server that sends a byte now and then stays within each read's limit, so the whole has a limit too.
        let end = Instant::now() + self.rules.timeout;
        let mut body = Vec::new();
        let mut buffer = [0; 16 << 10];
        loop {
            let read = match response.read(&mut buffer) {
                Ok(read) => read,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) if e.kind() == std::io::ErrorKind::TimedOut || e.to_string().contains("timed out") => {
                    return Err(FetchError::TooSlow(self.rules.timeout.as_secs()));
                }
                Err(e) => return Err(FetchError::Connection(causes(&e))),
            };
            if read == 0 {
                break;
            }
            body.extend_from_slice(buffer.get(..read).unwrap_or(&buffer));
            if body.len() as u64 > limit {
                return Err(too_large().into());
            }
            if Instant::now() > end {
                return Err(FetchError::TooSlow(self.rules.timeout.as_secs()));
            }
        }
        if let Some(answer) = &mut answer {
            answer.body.clone_from(&body);
        }
        let body = coding::decoded(&coded, body, limit, &self.rules.limits)?;
        Ok(Page { url: url.to_string(), media, body, validators, answer })
    }
}

/// A host's reply to one request.
enum Reply {
    Page(Box<Page>),
    NotModified,
    Redirect(Url),
    Error(FetchError),
}

/// The error for a failed response, including when to come back.
fn refusal(status: u16, headers: &HeaderMap) -> FetchError {
    let wait = headers.get(header::RETRY_AFTER).and_then(|v| v.to_str().ok()).and_then(|written| {
        let until = |written| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(written).ok();
        written.trim().parse::<u64>().ok().or_else(|| {
            // A date in the past asks for no wait.
            let wait = until(written)?.as_second() - jiff::Timestamp::now().as_second();
            Some(u64::try_from(wait).unwrap_or(0))
        })
    });
    match wait {
        Some(seconds) if matches!(status, 429 | 503) => {
            FetchError::Later { status, seconds: seconds.min(LONGEST_WAIT) }
        }
        _ => FetchError::Status(status),
    }
}

/// Data from a thread that panicked is as valid as before.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An error with its causes, on one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !out.contains(&cause_text) {
            out.push_str(": ");
            out.push_str(&cause_text);
        }
        next = cause.source();
    }
    out
}

/// Marks the resolver's refusal in the chain of causes returned by the HTTP library.
const NOT_PUBLIC: &str = "resolves to no address on the public network";

/// Resolves a name to addresses.
type Lookup = dyn Fn(&str) -> std::io::Result<Vec<SocketAddr>> + Send + Sync;

/// The system's resolver, without non-public addresses. The connection uses exactly what it returns; a name that resolves to
/// something else later is checked again then.
struct Resolver {
    allow_private: bool,
    proxies: Arc<BTreeSet<String>>,
    lookup: Arc<Lookup>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        // The user has configured the proxy, and requests to it have been checked.
        let allow_private = self.allow_private || self.proxies.contains(&name.as_str().to_ascii_lowercase());
        let lookup = Arc::clone(&self.lookup);
        Box::pin(async move {
            // The system's resolver blocks; other requests continue meanwhile.
            let asked = name.as_str().to_owned();
            let all = tokio::task::spawn_blocking(move || lookup(&asked)).await??;
            let allowed: Vec<SocketAddr> =
                all.into_iter().filter(|a| allow_private || is_public(a.ip())).collect();
            if allowed.is_empty() {
                return Err(format!("{} {NOT_PUBLIC}", name.as_str()).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::{SocketAddr, TcpListener},
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        thread,
        time::Duration,
    };

    use reqwest::header::{HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
    use url::Url;

    use super::{FetchError, Fetcher, Rules, Validators, refusal};

    #[test]
    fn a_name_that_resolves_to_another_address_later_is_checked_again() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let reached = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&reached);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 512]);
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        });
        // First a public address where nobody answers, then this machine, then both.
        let asked = AtomicUsize::new(0);
        let lookup = move |_: &str| -> std::io::Result<Vec<SocketAddr>> {
            let public = SocketAddr::from(([192, 31, 196, 1], 0));
            let own = SocketAddr::from(([127, 0, 0, 1], 0));
            Ok(match asked.fetch_add(1, Ordering::SeqCst) {
                0 => vec![public],
                1 => vec![own],
                _ => vec![own, public],
            })
        };
        let rules = Rules { delay: Duration::ZERO, timeout: Duration::from_millis(300), ..Rules::default() };
        let fetcher = Fetcher::resolving(rules, Arc::new(lookup)).unwrap();
        let get = || fetcher.fetch(&format!("http://rebound.test:{port}/"), &Validators::default(), 100);
        assert!(!matches!(get(), Err(FetchError::Private(_)) | Ok(_)));
        assert!(matches!(get(), Err(FetchError::Private(_))));
        assert!(get().is_err());
        assert_eq!(reached.load(Ordering::SeqCst), 0, "this machine was not asked");
    }

    #[test]
    fn servers_say_how_long_to_wait() {
        let wait = |status, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_str(value).unwrap());
            match refusal(status, &headers) {
                FetchError::Later { seconds, .. } => Some(seconds),
                _ => None,
            }
        };
        assert_eq!(wait(429, "120"), Some(120));
        assert_eq!(wait(503, "99999999999"), Some(7 * 24 * 3600));
        assert_eq!(wait(503, "Tue, 05 Mar 2024 07:30:00 GMT"), Some(0));
        assert!(wait(503, "Fri, 05 Mar 2100 07:30:00 GMT").is_some_and(|s| s == 7 * 24 * 3600));
        assert_eq!((wait(404, "120"), wait(503, "soon")), (None, None));
    }

    #[test]
    fn redirects_into_private_networks_are_refused() {
        let fetcher = Fetcher::new(Rules::default()).unwrap();
        let from = Url::parse("https://public.test/a").unwrap();
        let target = |to: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(LOCATION, HeaderValue::from_str(to).unwrap());
            fetcher.target(&from, &headers)
        };
        for to in [
            "http://127.0.0.1/",
            "http://169.254.169.254/latest",
            "//10.0.0.1/x",
            "http://[::1]/",
            "http://0x7f.1/",
        ] {
            assert!(matches!(target(to), Err(FetchError::Private(_))), "{to}");
        }
        assert!(matches!(target("file:///etc/passwd"), Err(FetchError::Address(_))));
        assert_eq!(target("/b").unwrap().as_str(), "https://public.test/b");
    }
}

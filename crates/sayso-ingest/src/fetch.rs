//! Polite and safe fetching over HTTP.
//!
//! - One request at a time, and between two to one host at least the delay (its robots.txt can ask for a longer one).
//! - What robots.txt forbids is not fetched; a robots.txt that cannot be fetched forbids everything (RFC 9309).
//! - Only http and https, at most five redirects, each checked like the first address.
//! - No address on a private, loopback, link-local or otherwise not public network, however it is written and whatever a
//!   name resolves to, unless that is allowed; where a proxy is configured, names that are private by their form or by what
//!   this machine resolves them to are not asked of it.
//! - `ETag` and `Last-Modified` go back to the host that gave them, and to no other.
//! - Limits of size and time; compressed answers are measured while they are unpacked.

mod address;
mod proxy;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
    net::{SocketAddr, ToSocketAddrs},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use reqwest::{
    blocking::{Client, Response},
    dns::{Addrs, Name, Resolve, Resolving},
    header::{self, HeaderMap},
    redirect::Policy,
};
use texting_robots::Robot;
use thiserror::Error;
use url::{Host, Url};

use crate::{IngestError, Limits, gzip};

pub use address::is_public;

/// Name under which sayso goes, in robots.txt too.
pub const AGENT: &str = "sayso";

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// Largest robots.txt that is read, as RFC 9309 asks for at least.
const ROBOTS_BYTES: u64 = 500 << 10;

/// Longest delay that a robots.txt can ask for.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// Why an address could not be fetched.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Not an http or https address.
    #[error("'{0}' is not an address that begins with http:// or https://")]
    Address(String),
    /// An address inside a network of one's own.
    #[error("{0} is not on the public network; --allow-private fetches it nevertheless")]
    Private(String),
    /// robots.txt says no.
    #[error("the robots.txt of {0} does not allow it")]
    Robots(String),
    /// Too many redirects.
    #[error("it redirects more than {REDIRECTS} times")]
    Redirects,
    /// A redirect that leads nowhere.
    #[error("it redirects to '{0}', which is no address")]
    RedirectTarget(String),
    /// The server answered with an error.
    #[error("the server answers {0}")]
    Status(u16),
    /// It took too long.
    #[error("it took more than {0} s")]
    TooSlow(u64),
    /// The connection failed.
    #[error("cannot reach it: {0}")]
    Connection(String),
    /// More than a limit allows, or compression that cannot be undone.
    #[error(transparent)]
    Content(#[from] IngestError),
}

/// What fetching keeps to.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Least time between two requests to one host.
    pub delay: Duration,
    /// Longest time for one answer, its body included.
    pub timeout: Duration,
    /// True where addresses of private networks may be fetched.
    pub allow_private: bool,
    /// Limits of size.
    pub limits: Limits,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            delay: Duration::from_secs(2),
            timeout: Duration::from_secs(30),
            allow_private: false,
            limits: Limits::default(),
        }
    }
}

/// What a server said the last time, to be asked whether it still holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// A body.
    Page(Box<Page>),
    /// Nothing has changed since the validators were given.
    NotModified,
}

/// A body that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The address after all redirects.
    pub url: String,
    /// `Content-Type`.
    pub media: String,
    /// The body, unpacked.
    pub body: Vec<u8>,
    /// For the next time.
    pub validators: Validators,
}

impl Page {
    /// Charset that the server declares.
    #[must_use]
    pub fn charset(&self) -> Option<String> {
        crate::http::charset(&self.media)
    }
}

/// Fetches, and remembers hosts and their rules.
pub struct Fetcher {
    client: Client,
    rules: Rules,
    /// Hosts of proxies that the user has configured.
    proxies: Arc<BTreeSet<String>>,
    robots: BTreeMap<String, Option<Robot>>,
    last: BTreeMap<String, Instant>,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl Fetcher {
    /// A fetcher under some rules.
    ///
    /// # Errors
    /// [`FetchError::Connection`] where the system gives no certificates or no thread.
    pub fn new(rules: Rules) -> Result<Self, FetchError> {
        // Fails only where another part of the program has chosen a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let proxies = Arc::new(proxy::hosts(|name| std::env::var(name).ok()));
        let resolver = Resolver { allow_private: rules.allow_private, proxies: Arc::clone(&proxies) };
        let client = Client::builder()
            .user_agent(concat!("sayso/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .timeout(rules.timeout)
            .connect_timeout(rules.timeout)
            .dns_resolver(Arc::new(resolver))
            .build()
            .map_err(|e| FetchError::Connection(causes(&e)))?;
        Ok(Self { client, rules, proxies, robots: BTreeMap::new(), last: BTreeMap::new() })
    }

    /// Fetches an address.
    ///
    /// # Errors
    /// Any [`FetchError`].
    pub fn fetch(&mut self, url: &str, known: &Validators, limit: u64) -> Result<Fetched, FetchError> {
        let mut at = self.checked(url)?;
        let first = at.origin();
        // What one host said about its page is no business of another's.
        let none = Validators::default();
        for _ in 0..=REDIRECTS {
            if !self.allowed(&at)? {
                return Err(FetchError::Robots(at.host_str().unwrap_or_default().to_owned()));
            }
            let response = self.request(&at, if at.origin() == first { known } else { &none })?;
            let status = response.status();
            if status.as_u16() == 304 {
                return Ok(Fetched::NotModified);
            }
            if status.is_redirection() {
                at = self.target(&at, response.headers())?;
                continue;
            }
            if !status.is_success() {
                return Err(FetchError::Status(status.as_u16()));
            }
            let mut page = self.page(&at, response, limit)?;
            if at.origin() != first {
                page.validators = none;
            }
            return Ok(Fetched::Page(Box::new(page)));
        }
        Err(FetchError::Redirects)
    }

    /// An address that may be asked as far as it can be seen from its writing; what its name resolves to is checked when
    /// it is connected to.
    fn checked(&self, url: &str) -> Result<Url, FetchError> {
        let parsed = Url::parse(url.trim()).map_err(|_| FetchError::Address(url.to_owned()))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(FetchError::Address(url.to_owned()));
        }
        let private = || FetchError::Private(parsed.host_str().unwrap_or_default().to_owned());
        match parsed.host() {
            None => return Err(FetchError::Address(url.to_owned())),
            // Addresses written as numbers do not go through the resolver.
            Some(Host::Ipv4(ip)) if !self.rules.allow_private && !is_public(ip.into()) => {
                return Err(private());
            }
            Some(Host::Ipv6(ip)) if !self.rules.allow_private && !is_public(ip.into()) => {
                return Err(private());
            }
            // A proxy resolves names itself, out of reach of the resolver below.
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

    fn allowed(&mut self, url: &Url) -> Result<bool, FetchError> {
        let origin = url.origin().ascii_serialization();
        if !self.robots.contains_key(&origin) {
            let robot = self.robots_of(url)?;
            self.robots.insert(origin.clone(), robot);
        }
        // `None`: it could not be fetched.
        Ok(self.robots.get(&origin).and_then(Option::as_ref).is_some_and(|robot| robot.allowed(url.as_str())))
    }

    /// The rules of a host; `None` where its server fails, which forbids everything.
    fn robots_of(&mut self, url: &Url) -> Result<Option<Robot>, FetchError> {
        let mut at = url.join("/robots.txt").map_err(|_| FetchError::Address(url.to_string()))?;
        for _ in 0..=REDIRECTS {
            let response = self.request(&at, &Validators::default())?;
            let status = response.status();
            if status.is_redirection() {
                at = self.target(&at, response.headers())?;
                continue;
            }
            let text = if status.is_success() {
                match self.page(&at, response, ROBOTS_BYTES) {
                    Ok(page) => page.body,
                    // One that is too long is read as far as none: it would have to be cut in the middle of a rule.
                    Err(_) => return Ok(None),
                }
            } else if status.is_server_error() || status.as_u16() == 429 {
                return Ok(None);
            } else {
                Vec::new()
            };
            return Ok(Robot::new(AGENT, &text).ok());
        }
        Ok(None)
    }

    fn request(&mut self, url: &Url, known: &Validators) -> Result<Response, FetchError> {
        self.wait(url);
        let mut request = self.client.get(url.clone()).header(header::ACCEPT_ENCODING, "gzip");
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        let answer = request.send();
        if let Some(host) = url.host_str() {
            self.last.insert(host.to_owned(), Instant::now());
        }
        answer.map_err(|e| self.failure(url, &e))
    }

    fn wait(&self, url: &Url) {
        let Some(host) = url.host_str() else { return };
        let asked = self
            .robots
            .get(&url.origin().ascii_serialization())
            .and_then(Option::as_ref)
            .and_then(|robot| robot.delay)
            .filter(|seconds| seconds.is_finite() && *seconds > 0.0)
            .map_or(Duration::ZERO, |seconds| {
                Duration::from_secs_f32(seconds.min(LONGEST_DELAY.as_secs_f32()))
            });
        if let Some(last) = self.last.get(host) {
            thread::sleep(self.rules.delay.max(asked).saturating_sub(last.elapsed()));
        }
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
        let coding = text(header::CONTENT_ENCODING).unwrap_or_default().to_lowercase();
        let validators = Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) };
        // A server that sends a byte now and then keeps within each read's limit: the whole has one too.
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
        if matches!(coding.as_str(), "gzip" | "x-gzip") {
            body = gzip::gunzip(&body, limit, &self.rules.limits)?;
        }
        Ok(Page { url: url.to_string(), media, body, validators })
    }
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

/// Marks the resolver's refusal in the chain of causes that the HTTP library gives back.
const NOT_PUBLIC: &str = "resolves to no address on the public network";

/// The system's resolver, with addresses left out that are not public.
struct Resolver {
    allow_private: bool,
    proxies: Arc<BTreeSet<String>>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        // The user has named the proxy, and what is asked of it has been checked.
        let allow_private = self.allow_private || self.proxies.contains(&name.as_str().to_ascii_lowercase());
        Box::pin(async move {
            let all: Vec<SocketAddr> = (name.as_str(), 0).to_socket_addrs()?.collect();
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
    use reqwest::header::{HeaderMap, HeaderValue, LOCATION};
    use url::Url;

    use super::{FetchError, Fetcher, Rules};

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

//! Keeps other sites out: the host names that the server answers to, whose forms it accepts, and what its pages may do.

use std::net::SocketAddr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{ANSWER, BODY, ServeError, error::Failed, layout::line, pages::add::UPLOAD};

/// The host names that the server answers to. A site that points its own name here (DNS rebinding) sends that name, and
/// is refused.
#[derive(Debug, Clone)]
pub(crate) struct Origins {
    /// Including the scheme.
    origins: Vec<String>,
}

impl Origins {
    /// Those of a proxy, or of a server beyond loopback.
    pub(crate) fn named(origins: &[String]) -> Result<Self, ServeError> {
        let origins = origins.iter().map(|origin| {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            let is_host = |h: &&str| !h.is_empty() && !h.contains(['/', '?', '#', '@', ' ']);
            match host.filter(is_host) {
                Some(_) => Ok(origin.to_ascii_lowercase()),
                None => Err(ServeError::Origin(origin.clone())),
            }
        });
        Ok(Self { origins: origins.collect::<Result<_, _>>()? })
    }

    /// These, plus the server's own.
    pub(crate) fn at(mut self, address: SocketAddr) -> Self {
        let port = address.port();
        if !address.ip().is_unspecified() {
            self.origins.push(format!("http://{address}"));
        }
        if address.ip().is_loopback() {
            let names = ["localhost", "127.0.0.1", "[::1]"];
            self.origins.extend(names.map(|name| format!("http://{name}:{port}")));
        }
        self
    }

    fn knows(&self, host: &str) -> bool {
        let hosts = self.origins.iter().filter_map(|o| o.split_once("://"));
        hosts.into_iter().any(|(_, known)| known.eq_ignore_ascii_case(host))
    }

    /// The names that it answers to, in words.
    fn names(&self) -> String {
        match self.origins.as_slice() {
            [] => "no name yet".to_owned(),
            all => all.join(", "),
        }
    }

    fn is_own(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| known.eq_ignore_ascii_case(origin))
    }
}

/// Refuses requests for another host name, and requests sent by other sites' pages.
pub(crate) async fn check(State(origins): State<Origins>, request: Request, next: Next) -> Response {
    let refused = |why: &str| Failed::new(StatusCode::FORBIDDEN, why).into_response();
    let headers = request.headers();
    let host = text(headers, header::HOST);
    if !host.is_some_and(|host| origins.knows(host)) {
        let host = host.map_or_else(String::new, line);
        return refused(&format!(
            "this request is for the host name '{host}', and the server answers to {}; if browsers are to reach it under \
             that name, start it with --origin http://{host} (behind a proxy with TLS: https://)",
            origins.names()
        ));
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let origin = text(headers, header::ORIGIN);
    if origin.is_some_and(|origin| !origins.is_own(origin)) && !reads {
        return refused("another site's page may not decide here");
    }
    // A browser says if another site's page sent the request; following a link from there is harmless.
    let site = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    if matches!(site, Some("cross-site" | "same-site")) && !reads {
        return refused("another site's page may not decide here");
    }
    next.run(request).await
}

/// Refuses a request that declares itself too large before a byte of it is read.
pub(crate) async fn refuse_large(request: Request, next: Next) -> Response {
    let length = text(request.headers(), header::CONTENT_LENGTH).and_then(|n| n.parse::<u64>().ok());
    let most = if request.uri().path() == "/add" { UPLOAD } else { BODY };
    if length.is_some_and(|length| length > most as u64) {
        let why = format!("a request here may have at most {most} bytes");
        return Failed::new(StatusCode::PAYLOAD_TOO_LARGE, why).into_response();
    }
    next.run(request).await
}

/// Ends requests that take too long to arrive or to be answered.
pub(crate) async fn in_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(ANSWER, next.run(request)).await.unwrap_or_else(|_| {
        let why =
            format!("this took more than {} seconds; ask for less, or try again later", ANSWER.as_secs());
        Failed::new(StatusCode::SERVICE_UNAVAILABLE, why).into_response()
    })
}

/// What a browser may do with a page: apply the server's own style, run the server's own script and no other, and send
/// forms back here.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Sets the headers of every response.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        // With "no-referrer", browsers send "Origin: null" with the server's own forms.
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::Origins;

    #[test]
    fn only_own_names_are_known() {
        let origins = Origins::named(&[]).unwrap().at(([127, 0, 0, 1], 8080).into());
        assert!(origins.knows("localhost:8080") && origins.knows("127.0.0.1:8080"));
        assert!(!origins.knows("localhost") && !origins.knows("evil.test:8080"));
        assert!(origins.is_own("http://localhost:8080"));
        for other in ["http://evil.test", "null", "https://localhost:8080", "http://localhost:8081"] {
            assert!(!origins.is_own(other), "{other}");
        }
        let named = Origins::named(&["https://Desk.example.org".to_owned()]).unwrap();
        let origins = named.at(([0, 0, 0, 0], 8080).into());
        assert!(origins.knows("desk.example.org") && origins.is_own("https://desk.example.org"));
        assert!(!origins.knows("localhost:8080") && !origins.is_own("http://desk.example.org"));
        for wrong in ["desk.example.org", "https://", "https://desk.example.org/path", "ftp://x"] {
            assert!(Origins::named(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}

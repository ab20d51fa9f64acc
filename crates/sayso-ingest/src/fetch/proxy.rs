//! The user's proxies, and what may be requested from them.

use std::{
    collections::BTreeSet,
    net::{SocketAddr, ToSocketAddrs},
};

use url::Url;

use super::is_public;

/// Variables that name a proxy, as interpreted by curl and most programs.
const VARIABLES: [&str; 6] =
    ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// Names that are not in the public DNS: reserved by RFC 6761, 6762, 8375 and ICANN, or in wide use inside networks.
const INSIDE: [&str; 14] = [
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "test",
    "invalid",
    "example",
    "onion",
];

/// Hosts of the proxies that variables name.
pub(super) fn hosts(variable: impl Fn(&str) -> Option<String>) -> BTreeSet<String> {
    let host = |written: String| {
        let address = if written.contains("://") { written } else { format!("http://{written}") };
        Url::parse(&address).ok()?.host_str().map(str::to_ascii_lowercase)
    };
    VARIABLES.iter().filter_map(|name| variable(name)).filter_map(host).collect()
}

/// True for a name that must not be requested from a proxy: by its form, or because this machine resolves it to nothing public. A
/// machine behind a proxy often cannot resolve names at all; then the form decides.
pub(super) fn is_private(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let inside = INSIDE
        .iter()
        .any(|end| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    if inside || !name.contains('.') {
        return true;
    }
    let found: Vec<SocketAddr> =
        (name.as_str(), 0).to_socket_addrs().map(Iterator::collect).unwrap_or_default();
    !found.is_empty() && !found.iter().any(|address| is_public(address.ip()))
}

#[cfg(test)]
mod tests {
    use super::{hosts, is_private};

    #[test]
    fn proxies_are_parsed() {
        let found = hosts(|name| match name {
            "http_proxy" => Some("Proxy.corp.example:3128".to_owned()),
            "HTTPS_PROXY" => Some("http://user:word@10.0.0.1:8080".to_owned()),
            "ALL_PROXY" => Some(String::new()),
            _ => None,
        });
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["10.0.0.1", "proxy.corp.example"]);
    }

    #[test]
    fn private_names_are_recognised_by_their_form() {
        for name in [
            "intranet",
            "localhost",
            "a.localhost",
            "printer.local",
            "db.internal",
            "x.home.arpa.",
            "NAS.LAN",
        ] {
            assert!(is_private(name), "{name}");
        }
    }
}

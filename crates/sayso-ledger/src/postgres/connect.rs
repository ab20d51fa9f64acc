//! Connecting to a server, encrypted unless it is on this machine or the network is declared trusted.

use std::{path::Path, sync::Arc};

use postgres::{
    Client, Config, NoTls,
    config::{Host, SslMode},
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{
    LedgerError, LeftOut,
    db::server::{Server, failed, reason},
};

/// No answer depends on settings of the server or the user. Notices name damaged rows.
const SETTINGS: &str =
    "SET search_path = sayso; SET client_min_messages = notice; SET jit = off; SET lock_timeout = '60s';
    SET sayso.writes = 'on'";

/// Connects; the server's notices about damaged rows go into the log.
pub(super) fn connect(address: &Path) -> Result<(Server, LeftOut), LedgerError> {
    let written = address.to_str().unwrap_or_default();
    let mut config: Config = written.parse().map_err(|e| LedgerError::Address(reason(&e)))?;
    let name = name(&config);
    let left_out = LeftOut::default();
    let log = left_out.clone();
    config.notice_callback(move |notice| log.note(notice.message())).application_name("sayso");
    let mut client = open(&mut config, written, &name)?;
    client.batch_execute(SETTINGS).map_err(|e| failed(&name, &e))?;
    Ok((Server::new(client, name), left_out))
}

fn open(config: &mut Config, written: &str, name: &str) -> Result<Client, LedgerError> {
    // Otherwise a password, or the reports, would travel over the network in the clear without anybody having agreed to
    // it.
    let near = |host: &Host| match host {
        Host::Tcp(host) => matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    let trusted = written.contains("sslmode=disable") || config.get_hosts().iter().all(near);
    if trusted && config.get_ssl_mode() != SslMode::Require {
        return config.ssl_mode(SslMode::Disable).connect(NoTls).map_err(|e| failed(name, &e));
    }
    let tls = MakeRustlsConnect::new(verifying(name)?);
    config.ssl_mode(SslMode::Require).connect(tls).map_err(|e| failed(name, &e))
}

/// Trusts the certificates that this machine trusts (`SSL_CERT_FILE` names others), whatever the mode: encryption
/// without verifying the server is worthless.
fn verifying(name: &str) -> Result<ClientConfig, LedgerError> {
    let failed = |reason: String| LedgerError::Postgres { ledger: name.to_owned(), reason };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(failed(
            "this machine trusts no certificates; name a file of them in SSL_CERT_FILE".to_owned(),
        ));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| failed(e.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Server and database for messages: never the password.
fn name(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        #[cfg(unix)]
        Some(Host::Unix(folder)) => folder.display().to_string(),
        None => "localhost".to_owned(),
    };
    let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
    format!("postgres://{host}/{database}")
}

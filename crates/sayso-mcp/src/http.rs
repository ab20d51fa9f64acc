//! The server over streamable HTTP: a service for a router, which must check who may call it.

use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};

use crate::Server;

/// Answers `POST` with JSON. No state is kept between requests: queries are answered from the ledger as it is, and the
/// server sends nothing on its own.
pub type Http = StreamableHttpService<Server, NeverSessionManager>;

/// The service, for requests of up to this many bytes. It checks neither host names nor origins; the router in front of
/// it does.
#[must_use]
pub fn http(server: Server, most: usize) -> Http {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_sse_keep_alive(None)
        .with_max_request_body_bytes(most)
        .disable_allowed_hosts()
        .disable_allowed_origins();
    StreamableHttpService::new(move || Ok(server.clone()), NeverSessionManager::default().into(), config)
}

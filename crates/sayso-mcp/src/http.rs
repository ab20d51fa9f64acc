//! The server behind streamable HTTP: a service for a router, which has to see to it who may call.

use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};

use crate::Server;

/// Answers `POST` with JSON. Nothing is kept between two requests: questions are answered from the ledger as it is, and the server
/// has nothing to tell of itself.
pub type Http = StreamableHttpService<Server, NeverSessionManager>;

/// The service, for requests of up to so many bytes. It checks neither names nor origins: the router before it does.
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

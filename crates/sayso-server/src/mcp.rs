//! The ledger for assistants, at `/mcp`: the tools of `sayso mcp`, read-only whoever asks.

use std::{future::Future, pin::Pin, sync::Arc};

use sayso_mcp::{Access, Http, Ledgers, Question, Server};

use crate::{BODY, state::Desk};

/// The path.
pub(crate) const PATH: &str = "/mcp";

impl Ledgers for Desk {
    fn ask(&self, question: Question) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
        Box::pin(async move {
            let asked = Self::ask(self, move |ledger| {
                question(ledger);
                Ok(())
            });
            asked.await.map_err(|failed| failed.message)
        })
    }
}

/// Answers behind the same checks as all pages: host names, origins, and who is signed in or has a token.
pub(crate) fn service(desk: &Desk) -> Http {
    sayso_mcp::http(Server::on(Arc::new(desk.clone()), Access::Read), BODY)
}

//! The server, behind any transport.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, JsonObject,
        ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
        ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities, ServerConfig, Tool,
    },
    service::RequestContext,
};
use sayso_ledger::{Ledger, LedgerError};
use serde_json::Value;

use crate::{
    NOTICE,
    answer::{Answer, Refusal},
    confirm::{self, Asked},
    figures, read, resource, story,
    tool::Offered,
    write,
};

/// What a server may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read only.
    Read,
    /// Also add reports and decide; decisions are those of "assistant".
    Write,
}

/// A query on a ledger; it sends its answer itself.
pub type Question = Box<dyn FnOnce(&mut Ledger) + Send>;

/// Where a server runs its queries: a program that also keeps ledgers open for others provides one of these.
pub trait Ledgers: Send + Sync {
    /// Runs a query on a ledger, on a thread that may block. The error says in words why it was not run.
    fn ask(&self, question: Question) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>>;
}

/// One ledger, one query at a time.
#[derive(Debug)]
struct One(Arc<Mutex<Ledger>>);

impl Ledgers for One {
    fn ask(&self, question: Question) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
        let ledger = Arc::clone(&self.0);
        Box::pin(async move {
            let asked = tokio::task::spawn_blocking(move || {
                question(&mut ledger.lock().unwrap_or_else(PoisonError::into_inner));
            });
            asked.await.map_err(|_| DEFECT.to_owned())
        })
    }
}

const DEFECT: &str = "this query triggered a bug in sayso";

/// A ledger for assistants. Clones are the same server.
#[derive(Clone)]
pub struct Server {
    ledgers: Arc<dyn Ledgers>,
    tools: Arc<Vec<Offered>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

const SEARCH: &str = "Find reports by words. Returns headlines, snippets and resources.";
const STORIES: &str = "List the stories: sets of reports on one developing event, newest first.";
const STORY: &str = "One story: its claims with low, best and high over independent origins; with `claim`, who says what, when, \
    through which outlets, and what has happened to each value since.";
const FIGURES: &str =
    "Figures (dead, hurt, missing, money, ...) and whose word they are on, by the day for which they hold.";
const CHAIN: &str =
    "The path of a figure or statement from the outlet to its origin, each step with the words that show it.";
const BRIEF: &str = "A story in brief under five headings, each line with the words that it rests on.";
const READ: &str = "Read a text that is not in the ledger: who says what, which figures, and on whose word. Nothing is stored.";
const WHO: &str = "Everything one speaker has said, and through whom, in chronological order.";
const ADD: &str =
    "Add a report to the ledger. Adding the same report again changes nothing. The user confirms each.";
const DECIDE: &str = "Accept, correct or reject an entry, add one, note on one, merge or split speakers or stories, or undo one of your own decisions. Takes \
    effect everywhere at once and is kept as a decision by \"assistant\". The user confirms each.";

impl Server {
    /// A server on a ledger.
    #[must_use]
    pub fn new(ledger: Ledger, access: Access) -> Self {
        Self::on(Arc::new(One(Arc::new(Mutex::new(ledger)))), access)
    }

    /// A server that runs its queries elsewhere.
    #[must_use]
    pub fn on(ledgers: Arc<dyn Ledgers>, access: Access) -> Self {
        let mut tools = vec![
            Offered::reading("search", "Find reports", SEARCH, figures::search),
            Offered::reading("stories", "Stories", STORIES, figures::stories),
            Offered::reading("story", "One story", STORY, story::story),
            Offered::reading("figures", "Figures", FIGURES, figures::figures),
            Offered::reading("chain", "Chain to the origin", CHAIN, figures::chain),
            Offered::reading("brief", "Brief", BRIEF, story::brief),
            Offered::reading("read", "Read a text", READ, read::read),
            Offered::reading("who", "Who said what", WHO, figures::who),
        ];
        if access == Access::Write {
            tools.push(Offered::adding("add", "Add a report", ADD, write::adding, write::add));
            tools.push(Offered::changing("decide", "Decide", DECIDE, write::deciding, write::decide));
        }
        Self { ledgers, tools: Arc::new(tools) }
    }

    /// Runs a query on the ledger.
    pub(crate) async fn ask<R: Send + 'static>(
        &self,
        question: impl FnOnce(&Self, &mut Ledger) -> Answer<R> + Send + 'static,
    ) -> Result<Answer<R>, ErrorData> {
        let server = self.clone();
        let (tell, told) = tokio::sync::oneshot::channel();
        let asked = self.ledgers.ask(Box::new(move |ledger| {
            // Whoever asked may be gone.
            let _ = tell.send(question(&server, ledger));
        }));
        asked.await.map_err(|why| ErrorData::internal_error(why, None))?;
        told.await.map_err(|_| ErrorData::internal_error(DEFECT, None))
    }

    fn tool(&self, name: &str) -> Option<&Offered> {
        self.tools.iter().find(|tool| tool.shown.name == name)
    }

    fn named(&self, name: &str) -> Answer<&Offered> {
        self.tool(name).ok_or_else(|| Refusal(format!("there is no tool '{name}'")))
    }

    /// Asks the user whether to write what a call would write. `None` if the client cannot ask: it is then left to the
    /// client to have calls of tools that write confirmed.
    async fn confirmation(
        &self,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<Answer<Option<Confirmation>>, ErrorData> {
        let name = request.name.clone();
        if !self.tool(&name).is_some_and(Offered::writes) || !confirm::can_ask(context) {
            return Ok(Ok(None));
        }
        let given = request.arguments.clone().unwrap_or_default();
        let form = self.ask(move |server, ledger| server.named(&name)?.form(ledger, given)).await?;
        let Ok(form) = form else { return Ok(form.map(|_| None)) };
        let asked = confirm::ask(&form, request.input_responses.as_ref(), context).await;
        Ok(asked.map(|asked| Some(Confirmation { form, asked })))
    }
}

/// What the user was asked, and what came of it.
struct Confirmation {
    form: String,
    asked: Asked,
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        let mut info = ServerConfig::new(capabilities).with_instructions(format!(
            "A ledger of news reports: who claims what, on whose word. Begin with `stories` or `search`; `story` and `figures` \
             name entries (12:f3) of which `chain` shows the way to the origin. Say of every figure whose word it is. {NOTICE}"
        ));
        info.server_info = Implementation::new("sayso", env!("CARGO_PKG_VERSION"));
        info
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.iter().map(|tool| tool.shown.clone()).collect()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tool(name).map(|tool| tool.shown.clone())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if self.tool(&request.name).is_none() {
            return Err(ErrorData::invalid_params(format!("there is no tool '{}'", request.name), None));
        }
        let confirmed = match self.confirmation(&request, &context).await? {
            Ok(Some(Confirmation { asked: Asked::AskFirst(question), .. })) => return Ok(*question),
            Ok(confirmation) => confirmation.map(|c| c.form),
            Err(refusal) => return Ok(result(Err(refusal)).into()),
        };
        let name = request.name.into_owned();
        let given: JsonObject = request.arguments.unwrap_or_default();
        let answer = self
            .ask(move |server, ledger| {
                let tool = server.named(&name)?;
                // Somebody else may have written while the user was thinking.
                if confirmed.is_some_and(|form| tool.form(ledger, given.clone()).ok() != Some(form)) {
                    return Err(Refusal(
                        "the ledger has changed since the user was asked: nothing was written; call again"
                            .to_owned(),
                    ));
                }
                tool.run(ledger, given)
            })
            .await?;
        Ok(result(answer).into())
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let cursor = request.and_then(|r| r.cursor);
        let listed = self.ask(move |_, ledger| resource::list(ledger, cursor.as_deref())).await?;
        listed.map_err(|Refusal(why)| ErrorData::invalid_params(why, None))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(resource::templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let uri = request.uri.clone();
        let found = self.ask(move |_, ledger| resource::read(ledger, &uri)).await?;
        match found.map_err(|Refusal(why)| ErrorData::internal_error(why, None))? {
            Some(result) => Ok(result.into()),
            None => {
                let none = format!("there is nothing at '{}'", request.uri);
                Err(ErrorData::resource_not_found(none, None))
            }
        }
    }
}

/// An answer as structured content, and as text for clients that know nothing else.
fn result(answer: Answer<Value>) -> CallToolResult {
    match answer {
        Ok(value) => CallToolResult::structured(value),
        Err(Refusal(why)) => CallToolResult::error(vec![ContentBlock::text(why)]),
    }
}

/// Why the server ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The system provides no thread.
    #[error("cannot start: {0}")]
    Start(#[from] std::io::Error),
    /// The client's messages did not follow the protocol.
    #[error("the client does not speak the Model Context Protocol: {0}")]
    Protocol(String),
}

/// Serves a ledger over stdin and stdout until the client closes them.
///
/// # Errors
/// [`ServeError`].
pub fn serve_stdio(ledger: Ledger, access: Access) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::new(ledger, access);
        let protocol = |e: &dyn std::fmt::Display| ServeError::Protocol(e.to_string());
        let running = server.serve(rmcp::transport::stdio()).await.map_err(|e| protocol(&e))?;
        running.waiting().await.map_err(|e| protocol(&e))?;
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use rmcp::model::JsonObject;
    use sayso_ledger::Ledger;
    use serde_json::{Value, json};

    use super::{Access, Server};

    fn asked(tool: &str, given: Value) -> Result<Value, String> {
        let mut ledger = Ledger::in_memory().expect("a ledger");
        let server = Server::new(Ledger::in_memory().expect("a ledger"), Access::Write);
        let given: JsonObject = serde_json::from_value(given).expect("arguments");
        server.tool(tool).expect("a tool").run(&mut ledger, given).map_err(|refusal| refusal.0)
    }

    #[test]
    fn a_mistaken_argument_is_refused_by_every_tool() {
        for (tool, given) in [
            ("figures", json!({"limt": 3})),
            ("search", json!({"words": "flood", "limt": 3})),
            ("stories", json!({"lest": 2})),
            ("who", json!({"name": "Ada", "story": 1})),
            ("story", json!({"story": 1, "claims": 0})),
        ] {
            let said = asked(tool, given).expect_err("refused");
            assert!(said.contains("there is no '") && said.contains("the arguments are"), "{tool}: {said}");
        }
        assert!(asked("figures", json!({"limit": 3})).is_ok());
    }

    #[test]
    fn a_category_or_story_that_is_not_there_is_refused() {
        let said = asked("figures", json!({"category": "kiled"})).expect_err("refused");
        assert!(said.contains("no category 'kiled'") && said.contains("killed"), "{said}");
        assert!(
            asked("figures", json!({"category": "killed"})).is_ok(),
            "none yet, but there is such a category"
        );
        assert!(asked("figures", json!({"story": 9999})).expect_err("refused").contains("9999"));
    }

    #[test]
    fn a_page_belongs_to_its_list_and_has_1_to_100_items() {
        for limit in [0, 101, 100_000] {
            let said = asked("figures", json!({"limit": limit})).expect_err("refused");
            assert!(said.contains("must be 1 to 100"), "{said}");
        }
        let mut ledger = Ledger::in_memory().expect("a ledger");
        let page = |asked: &str, cursor: Option<&str>| {
            let paging: crate::page::Paging =
                serde_json::from_value(json!({"limit": 1, "cursor": cursor})).expect("paging");
            let page = paging.page(&ledger, &asked, 1, vec![1, 2, 3], Ok).map_err(|refusal| refusal.0)?;
            Ok::<_, String>(serde_json::to_value(page).expect("a page"))
        };
        let first = page("killed", None).expect("a page");
        let next = first["next"].as_str().expect("a cursor");
        assert_eq!(page("killed", Some(next)).expect("a page")["items"], json!([2]));
        assert!(page("injured", Some(next)).expect_err("refused").contains("cursor of another list"));
        assert!(page("killed", Some("x")).expect_err("refused").contains("is not a cursor"));
        let said = server_says(&mut ledger, "brief", json!({"story": 7}));
        assert!(said.contains("the tool `stories`") && !said.contains("sayso stories"), "{said}");
    }

    fn server_says(ledger: &mut Ledger, tool: &str, given: Value) -> String {
        let server = Server::new(Ledger::in_memory().expect("a ledger"), Access::Write);
        let given: JsonObject = serde_json::from_value(given).expect("arguments");
        server
            .tool(tool)
            .expect("a tool")
            .run(ledger, given)
            .map_or_else(|refusal| refusal.0, |v| v.to_string())
    }

    #[test]
    fn clients_are_told_what_a_tool_may_change() {
        let server = Server::new(Ledger::in_memory().expect("a ledger"), Access::Write);
        let hint = |tool: &str| server.tool(tool).and_then(|t| t.shown.annotations.clone()?.destructive_hint);
        assert_eq!((hint("add"), hint("decide")), (Some(false), Some(true)));
        let strict =
            |tool: &str| server.tool(tool).map(|t| t.shown.input_schema["additionalProperties"].clone());
        assert_eq!(strict("figures"), Some(Value::Bool(false)));
    }
}

//! The JSON API: what the command line prints with `--json`, from the same functions.

use std::collections::BTreeSet;

use axum::{
    Json, Router,
    extract::{Path, Query, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use sayso_desk::Request;
use sayso_ledger::{DecisionKind, EntryKind, Ledger, ReportId, View};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    error::Failed,
    layout::line,
    pages::{figures, search, story},
    state::Desk,
    visitor::Visitor,
};

mod events;
mod openapi;

pub use openapi::described;

/// Maximum number of entries per page.
const MOST: u32 = 500;
/// Default number of entries per page.
const USUAL: u32 = 100;

type Answer = Result<Response, Refused>;

/// Why a request is refused, as JSON.
pub(crate) struct Refused(Failed);

impl From<Failed> for Refused {
    fn from(failed: Failed) -> Self {
        Self(failed)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        self.0.json()
    }
}

/// The paths under `/api/v1`. Each must also be in [`openapi`]; a test checks that.
pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/", get(openapi::page))
        .route("/openapi.json", get(openapi::document))
        .route("/events", get(events::stream))
        .route("/stories", get(stories))
        .route("/stories/{id}", get(story))
        .route("/stories/{id}/claims", get(claims))
        .route("/stories/{id}/brief", get(brief))
        .route("/reports", get(reports))
        .route("/reports/{id}", get(report))
        .route("/figures", get(figures))
        .route("/chains/{entry}", get(chain))
        .route("/speakers", get(speakers))
        .route("/search", get(search))
        .route("/decisions", get(decisions).post(decide))
        .fallback(async || {
            let why = "there is no such operation; /api/v1/openapi.json lists them";
            Refused(Failed::new(StatusCode::NOT_FOUND, why))
        })
        .layer(middleware::from_fn(known))
}

/// Refuses parameters that an operation does not take, so that a slip does not pass for a filter.
async fn known(request: axum::extract::Request, next: Next) -> Response {
    let takes = openapi::takes(request.uri().path(), request.method().as_str());
    let query = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
    if let (Some(takes), Ok(Query(query))) = (takes, query)
        && let Some((name, _)) = query.iter().find(|(name, _)| !takes.contains(&name.as_str()))
    {
        let what = match takes.as_slice() {
            [] => "it takes none".to_owned(),
            all => format!("it takes {}", all.join(", ")),
        };
        let why = format!("`{}` is not a parameter of this operation; {what}", line(name));
        return Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why).json();
    }
    next.run(request).await
}

/// The number of entries per page that is asked for.
fn limit(written: &str) -> Result<u32, Failed> {
    let wrong = || {
        let why = format!("`limit` takes a number from 1 to {MOST}, not '{}'", line(written));
        Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why)
    };
    match written {
        "" => Ok(USUAL),
        written => written.parse().ok().filter(|n| (1..=MOST).contains(n)).ok_or_else(wrong),
    }
}

fn answer<T: Serialize>(asked: Result<T, Failed>) -> Answer {
    asked.map(|value| Json(value).into_response()).map_err(Refused)
}

/// One page of a list.
#[derive(Debug, Serialize)]
struct Page<T> {
    items: Vec<T>,
    /// What to pass as `after` to get the next page; null on the last one.
    next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page from a list that was queried for one entry more than the page has.
    fn of(mut items: Vec<T>, limit: usize, place: impl Fn(&T) -> String) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(place);
        Self { items, next }
    }
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Paged {
    after: String,
    limit: String,
}

impl Paged {
    fn limit(&self) -> Result<u32, Failed> {
        limit(&self.limit)
    }

    fn after(&self) -> Result<i64, Failed> {
        let why = "`after` is not the end of a page; take it from `next`";
        let wrong = || Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why);
        if self.after.is_empty() { Ok(0) } else { self.after.parse().map_err(|_| wrong()) }
    }
}

/// Starting with the one that has the newest report.
pub(crate) async fn stories(State(desk): State<Desk>, Query(paged): Query<Paged>) -> Answer {
    let (limit, after) = (paged.limit()?, paged.after()?);
    let all = desk.list("stories", |ledger| Ok(sayso_desk::stories(ledger, 1)?)).await?;
    // A story that a new report has moved up while somebody was paging is found again on the first page.
    let begin = all.iter().position(|s| s.story == after).map_or(0, |at| at + 1);
    let items: Vec<_> = all.iter().skip(begin).take(limit as usize + 1).cloned().collect();
    answer(Ok(Page::of(items, limit as usize, |s| s.story.to_string())))
}

pub(crate) async fn story(
    State(desk): State<Desk>,
    Path(id): Path<i64>,
    Query(asked): Query<story::Asked>,
) -> Answer {
    let day = asked.day()?;
    let told = desk.told(id, day).await?;
    // A large one would hold up other answers.
    let json = tokio::task::spawn_blocking(move || told.json()).await;
    let json = json.map_err(|e| Failed::new(StatusCode::INTERNAL_SERVER_ERROR, e.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json.map_err(Failed::from)?).into_response())
}

/// In the story's order, in which points refer to them by number. `after`: how many the previous pages had.
pub(crate) async fn claims(
    State(desk): State<Desk>,
    Path(id): Path<i64>,
    Query(asked): Query<story::Asked>,
    Query(paged): Query<Paged>,
) -> Answer {
    let (day, limit) = (asked.day()?, paged.limit()? as usize);
    let from = usize::try_from(paged.after()?).unwrap_or(usize::MAX);
    let told = desk.told(id, day).await?;
    let page = tokio::task::spawn_blocking(move || -> Result<Value, Failed> {
        let (loaded, end) = (&told.loaded, from.saturating_add(limit));
        let claims = loaded.printed_claims(from, limit);
        let items = sayso_model::json::marks_with_exact(&claims, &loaded.texts())?;
        let more = loaded.story.claims.len() > end;
        Ok(json!({"items": items, "next": more.then(|| end.to_string())}))
    });
    answer(page.await.map_err(|e| Failed::new(StatusCode::INTERNAL_SERVER_ERROR, e.to_string()))?)
}

pub(crate) async fn brief(
    State(desk): State<Desk>,
    Path(id): Path<i64>,
    Query(asked): Query<story::Asked>,
) -> Answer {
    let day = asked.day()?;
    answer(desk.told(id, day).await.map(|told| told.brief.clone()))
}

/// In the order in which they were added, so that asking again after the last page returns what is new.
pub(crate) async fn reports(State(desk): State<Desk>, Query(paged): Query<Paged>) -> Answer {
    let (limit, after) = (paged.limit()?, paged.after()?);
    let asked = desk.ask(move |ledger| {
        let lines = ledger.lines_after(ReportId(after), limit as usize + 1)?;
        Ok(Page::of(lines, limit as usize, |line| line.id.to_string()))
    });
    answer(asked.await)
}

pub(crate) async fn report(State(desk): State<Desk>, Path(id): Path<i64>, headers: HeaderMap) -> Answer {
    let asked = desk.ask(move |ledger| {
        let id = ReportId(id);
        let seen = ledger.decisions_about(id)?.last().map_or(0, |d| d.id);
        Ok((sayso_desk::report(ledger, id)?.json()?, seen))
    });
    let (value, seen) = asked.await?;
    // Sent back as If-Match, its first part shows which decisions the sender has seen; the second changes with anything else.
    let digest = Sha256::digest(value.to_string().as_bytes());
    let short: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{seen}.{short}\"");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok()).unwrap_or("");
    let is_known = |one: &str| one == "*" || one.trim_start_matches("W/") == tag;
    if known.split(',').map(str::trim).any(is_known) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(([(header::ETAG, tag)], Json(value)).into_response())
}

pub(crate) async fn figures(State(desk): State<Desk>, Query(asked): Query<figures::Asked>) -> Answer {
    let limit = limit(asked.limit())?;
    let mut filter = asked.filter(USUAL, MOST)?;
    filter.limit = Some(limit + 1);
    let asked = desk.ask(move |ledger| {
        let found = sayso_desk::figures(ledger, &filter)?;
        Ok(Page::of(found, limit as usize, |line| figures::cursor(&line.found.place())))
    });
    answer(asked.await)
}

pub(crate) async fn chain(State(desk): State<Desk>, Path(entry): Path<String>) -> Answer {
    answer(desk.ask(move |ledger| Ok(sayso_desk::chain(ledger, &entry)?)).await)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    name: String,
    #[serde(default)]
    rejected: bool,
}

pub(crate) async fn speakers(State(desk): State<Desk>, Query(named): Query<Named>) -> Answer {
    answer(desk.ask(move |ledger| Ok(sayso_desk::who(ledger, &named.name, named.rejected)?)).await)
}

pub(crate) async fn search(State(desk): State<Desk>, Query(asked): Query<search::Asked>) -> Answer {
    answer(desk.ask(move |ledger| Ok(json!({"items": sayso_desk::search(ledger, &asked.q, USUAL)?}))).await)
}

/// In the order in which they were made.
pub(crate) async fn decisions(State(desk): State<Desk>, Query(paged): Query<Paged>) -> Answer {
    let (limit, after) = (paged.limit()?, paged.after()?);
    let asked = desk.ask(move |ledger| {
        let mut trail = sayso_desk::trail(ledger, None)?;
        trail.retain(|kept| kept.decision.id > after);
        Ok(Page::of(trail, limit as usize, |kept| kept.decision.id.to_string()))
    });
    answer(asked.await)
}

/// A decision as sent by a client.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    /// Who decides.
    by: String,
    /// accept, correct, reject, add, note, merge, split, undo.
    what: String,
    /// `12:f3`; two or more for merge and split; a report for add; the number of a decision for undo.
    entries: Vec<String>,
    /// For add: the kind of entry, by its letter.
    #[serde(default)]
    kind: Option<char>,
    /// For add: the entry's words in the report.
    #[serde(default)]
    words: Option<String>,
    /// For add: which occurrence of the words, if there are several.
    #[serde(default)]
    nth: Option<usize>,
    /// For correct and add: the fields.
    #[serde(default)]
    value: Option<Value>,
    /// For correct and add: true if the category may be one that sayso does not assign.
    #[serde(default)]
    new_category: bool,
    /// Why.
    #[serde(default)]
    note: Option<String>,
}

/// Accepts only JSON: another site's form cannot send that without a preflight request, which is not answered.
pub(crate) async fn decide(
    State(desk): State<Desk>,
    visitor: Visitor,
    headers: HeaderMap,
    sent: Result<Json<Sent>, JsonRejection>,
) -> Answer {
    let Json(sent) = sent.map_err(|e| Failed::new(e.status(), e.body_text()))?;
    let by = visitor.decides_as(&sent.by)?;
    let seen = headers.get(header::IF_MATCH).and_then(|v| v.to_str().ok()).map(str::to_owned);
    answer(
        desk.write(move |ledger| {
            let wrong = |why: &str| Failed::new(StatusCode::UNPROCESSABLE_ENTITY, why);
            let kind = DecisionKind::from_word(&sent.what)
                .ok_or_else(|| wrong("`what` is not a kind of decision"))?;
            if kind == DecisionKind::Undo {
                for id in sent.entries.iter().filter_map(|id| id.parse().ok()) {
                    visitor.may_undo(&ledger.decision(id)?.by)?;
                }
            }
            if !matches!(kind, DecisionKind::Undo | DecisionKind::Add) {
                has_seen(ledger, seen.as_deref(), &sent.entries)?;
            }
            let request = Request {
                by,
                kind,
                entries: sent.entries,
                value: sent.value,
                note: sent.note,
                added: sent.kind.and_then(EntryKind::of_letter),
                words: sent.words,
                nth: sent.nth,
                new_category: sent.new_category,
            };
            Ok(json!({"decisions": sayso_desk::decide(ledger, &request, View::Common)?}))
        })
        .await,
    )
}

/// Refuses a decision if somebody has decided about the same reports since the sender looked.
fn has_seen(ledger: &Ledger, seen: Option<&str>, entries: &[String]) -> Result<(), Failed> {
    let seen = seen.ok_or_else(|| {
        let why = "send the ETag of the report as If-Match, so that nobody's decision is overwritten unseen; \
                   If-Match: * overwrites it";
        Failed::new(StatusCode::PRECONDITION_REQUIRED, why)
    })?;
    if seen == "*" {
        return Ok(());
    }
    let reports: BTreeSet<i64> = entries.iter().filter_map(|e| e.split_once(':')?.0.parse().ok()).collect();
    for report in reports {
        let last = ledger.decisions_about(ReportId(report))?.last().map_or(0, |d| d.id);
        // For several reports, the newest decision about any of them is the one that was seen.
        let decision = seen.trim_matches('"').split('.').next().unwrap_or("");
        if decision.parse::<i64>().map_or(true, |seen| seen < last) {
            let why = format!("somebody has decided about report {report} in the meantime; load it again");
            return Err(Failed::new(StatusCode::PRECONDITION_FAILED, why));
        }
    }
    Ok(())
}

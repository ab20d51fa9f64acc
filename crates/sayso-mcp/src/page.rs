//! Paged lists.

use std::hash::{DefaultHasher, Hash, Hasher};

use sayso_ledger::Ledger;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Refusal, notice};

/// Which page to return.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct Paging {
    /// At most this many (1 to 100).
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    limit: Option<usize>,
    /// `next` of the previous page.
    #[serde(default)]
    cursor: Option<String>,
}

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Page<T> {
    /// How to treat the words from reports in it.
    notice: String,
    /// How many there are in total.
    total: usize,
    /// Those of this page.
    items: Vec<T>,
    /// The cursor of the next page; null on the last one.
    next: Option<String>,
}

impl Paging {
    /// The page of a list; only what is on it is made into items. `asked`: what else was asked, to which a cursor belongs.
    pub(crate) fn page<T, U>(
        &self,
        ledger: &Ledger,
        asked: &impl Hash,
        usual: usize,
        all: Vec<T>,
        item: impl Fn(T) -> Answer<U>,
    ) -> Answer<Page<U>> {
        let mut list = DefaultHasher::new();
        asked.hash(&mut list);
        let state = format!("{}/{:016x}", state(ledger)?, list.finish());
        let from = self.cursor.as_deref().map_or(Ok(0), |cursor| start(cursor, &state))?;
        let limit = self.limit.unwrap_or(usual);
        if !(1..=100).contains(&limit) {
            return Err(Refusal(format!("`limit` is {limit}; it must be 1 to 100")));
        }
        let total = all.len();
        let items = all.into_iter().skip(from).take(limit).map(item).collect::<Answer<Vec<U>>>()?;
        let to = from.saturating_add(items.len());
        let next = (to < total).then(|| format!("{to}/{state}"));
        Ok(Page { notice: notice(), total, items, next })
    }
}

/// What a list depends on: the list is the same as long as this is.
fn state(ledger: &Ledger) -> Answer<String> {
    Ok(format!("{}-{}", ledger.count()?, ledger.last_decision()?))
}

fn start(cursor: &str, now: &str) -> Answer<usize> {
    let (from, state) = cursor.split_once('/').unwrap_or((cursor, ""));
    let from = from
        .parse()
        .map_err(|_| Refusal(format!("'{cursor}' is not a cursor; pass `next` of the previous page")))?;
    if state == now {
        return Ok(from);
    }
    let list = |state: &str| state.rsplit_once('/').map(|(_, list)| list.to_owned());
    Err(Refusal(if list(state) == list(now) {
        // Continuing would skip some items or show some twice.
        "the ledger has changed since that page; ask from the start, without a cursor".to_owned()
    } else {
        format!(
            "'{cursor}' is the cursor of another list; ask with the arguments of that list, or without a cursor"
        )
    }))
}

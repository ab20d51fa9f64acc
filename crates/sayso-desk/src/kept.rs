//! What is made of a compared story and is asked for most, kept beside it in parts until something changes: so that a page of
//! it costs what the page holds, and not a comparison.

use std::collections::BTreeMap;

use sayso_ledger::{Derived, Ledger, LedgerError, StoryId, View};
use sayso_model::story::STORY_SCHEMA_VERSION;
use serde::{Deserialize, Serialize};

use crate::{DeskError, Loaded, catch_up, load_placed};

/// Kind under which parts are kept.
const KEPT: &str = "story parts";

/// Parts by name.
pub type Parts = BTreeMap<String, String>;

/// What is kept beside the parts: of which state of the story they are, and their names.
#[derive(Serialize, Deserialize)]
struct Index {
    state: String,
    names: Vec<String>,
}

/// The wanted parts of what `make` makes of a story, as far as it makes them: as they are kept under `what`, else made anew
/// and kept. What is seen as one person sees it, or in a ledger that can only be read, is made and not kept.
///
/// # Errors
/// [`DeskError::NoStory`], those of the ledger and of `make`.
pub fn kept(
    ledger: &mut Ledger,
    story: i64,
    what: &str,
    wanted: &[String],
    make: impl FnOnce(&Loaded) -> Result<Parts, DeskError>,
) -> Result<Parts, DeskError> {
    catch_up(ledger)?;
    ledger.story(StoryId(story))?.ok_or(DeskError::NoStory(story))?;
    if ledger.view() != View::Common {
        return only(make(&load_placed(ledger, story, None)?)?, wanted);
    }
    let key = format!("{story}/{what}");
    let state = state(ledger, StoryId(story))?;
    let before: Option<Index> =
        ledger.value(KEPT, &key)?.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if let Some(index) = before.as_ref().filter(|index| index.state == state)
        && let Some(parts) = read(ledger, &key, index, wanted)?
    {
        return Ok(parts);
    }
    let parts = make(&load_placed(ledger, story, None)?)?;
    if let Some(write) = writing(ledger)? {
        for name in before.iter().flat_map(|index| &index.names).filter(|name| !parts.contains_key(*name)) {
            write.remove_value(KEPT, &format!("{key}/{name}"))?;
        }
        for (name, part) in &parts {
            write.set_value(KEPT, &format!("{key}/{name}"), part.as_bytes())?;
        }
        let index = Index { state, names: parts.keys().cloned().collect() };
        write.set_value(KEPT, &key, &serde_json::to_vec(&index)?)?;
        write.commit()?;
    }
    only(parts, wanted)
}

/// Where what was made can be kept now: not in a ledger that can only be read, nor in one that somebody else is writing to.
pub(crate) fn writing(ledger: &mut Ledger) -> Result<Option<Derived<'_>>, DeskError> {
    if ledger.is_read_only() {
        return Ok(None);
    }
    match ledger.derived() {
        Ok(write) => Ok(Some(write)),
        Err(LedgerError::Busy) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// What is made of a story holds as long as this stays the same: its reports, decisions and the version of the program.
pub(crate) fn state(ledger: &Ledger, story: StoryId) -> Result<String, DeskError> {
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!("{version} {STORY_SCHEMA_VERSION}\n{}", ledger.story_state(story)?))
}

fn only(mut parts: Parts, wanted: &[String]) -> Result<Parts, DeskError> {
    parts.retain(|name, _| wanted.contains(name));
    Ok(parts)
}

/// The wanted parts that there are; `None` where one of them cannot be read.
fn read(ledger: &Ledger, key: &str, index: &Index, wanted: &[String]) -> Result<Option<Parts>, DeskError> {
    let mut parts = Parts::new();
    for name in wanted.iter().filter(|name| index.names.contains(name)) {
        let bytes = ledger.value(KEPT, &format!("{key}/{name}"))?;
        let Some(part) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else { return Ok(None) };
        parts.insert(name.clone(), part);
    }
    Ok(Some(parts))
}

//! Compared stories, cached until something changes, so that a comparison is paid for once whoever looks; and what is
//! most often requested from them, in parts, so that a page costs only what it shows.

use std::{collections::BTreeMap, ops::ControlFlow};

use sayso_ledger::{Derived, Ledger, LedgerError, StoryId, View, deflated};
use sayso_model::story::{STORY_SCHEMA_VERSION, Story};
use serde::{Deserialize, Serialize};

use crate::{DeskError, Loaded, catch_up, chain, fates, stories::load_kept};

/// Kind of derived row for cached parts.
const KEPT: &str = "story parts";
/// Kind of derived row for a cached story: under its number, its state; under `number/story`, the story.
const COMPARED: &str = "story compared";

/// Number of reports from which on a story is compared before anybody looks ...
pub(crate) const LARGE: usize = 500;
/// ... once this fraction of it is new: a report then costs a constant number of comparisons of itself, however many
/// there are.
const GROWN: usize = 8;

/// Parts by name.
pub type Parts = BTreeMap<String, String>;

/// What is cached besides the parts: the state of the story they were made from, and their names.
#[derive(Serialize, Deserialize)]
struct Index {
    state: String,
    names: Vec<String>,
}

/// What is cached besides a compared story.
#[derive(Serialize, Deserialize)]
struct Compared {
    state: String,
    reports: usize,
}

/// The cached story, if it was compared in this state.
pub(crate) fn story(ledger: &Ledger, id: StoryId, state: &str) -> Result<Option<Story>, DeskError> {
    if compared(ledger, id)?.is_none_or(|compared| compared.state != state) {
        return Ok(None);
    }
    let kept = ledger.value(COMPARED, &format!("{}/story", id.0))?;
    Ok(kept.and_then(|bytes| deflated::unpack(&bytes)))
}

fn compared(ledger: &Ledger, id: StoryId) -> Result<Option<Compared>, DeskError> {
    let kept = ledger.value(COMPARED, &id.0.to_string())?;
    Ok(kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Caches a story that was compared in a given state, if it can be cached now.
pub(crate) fn keep_story(
    ledger: &mut Ledger,
    id: StoryId,
    state: &str,
    story: &Story,
) -> Result<(), DeskError> {
    let compared = Compared { state: state.to_owned(), reports: story.reports.len() };
    let body = deflated::pack(story)?;
    if let Some(write) = writing(ledger)? {
        write.set_value(COMPARED, &format!("{}/story", id.0), &body)?;
        write.set_value(COMPARED, &id.0.to_string(), &serde_json::to_vec(&compared)?)?;
        write.commit()?;
    }
    Ok(())
}

/// A name under which parts are cached, and what makes them.
pub type Making<'m> = (&'m str, &'m dyn Fn(&Loaded) -> Result<Parts, DeskError>);

/// Compares the large stories for which much has come in since they were last compared, and caches them with these
/// parts, their chains and what has happened to their figures, so that whoever looks first does not wait. `go_on` is
/// asked before each.
///
/// # Errors
/// Those of the ledger, and of what makes the parts.
pub fn keep_ahead(
    ledger: &mut Ledger,
    makings: &[Making<'_>],
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<(), DeskError> {
    if ledger.view() != View::Common || ledger.is_read_only() {
        return Ok(());
    }
    for line in ledger.story_lines(LARGE, None, None)? {
        let before = compared(ledger, line.id)?.map_or(0, |compared| compared.reports);
        if line.reports <= before + before / GROWN {
            continue;
        }
        if go_on().is_break() {
            break;
        }
        let state = state(ledger, line.id)?;
        let loaded = load_kept(ledger, line.id)?;
        let chains: Making<'_> = (chain::KEPT, &chain::parts);
        for (what, make) in makings.iter().chain([&chains]) {
            let key = format!("{}/{what}", line.id.0);
            keep(ledger, &key, state.clone(), index(ledger, &key)?.as_ref(), &make(&loaded)?)?;
        }
        fates::keep(ledger, line.id, state, &loaded)?;
    }
    Ok(())
}

/// The wanted parts of what `make` makes of a story, as far as it makes them: as cached under `what`, otherwise made
/// and cached. One person's view, or a read-only ledger, is not cached.
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
        return only(make(&load_kept(ledger, StoryId(story))?)?, wanted);
    }
    let key = format!("{story}/{what}");
    let state = state(ledger, StoryId(story))?;
    let before = index(ledger, &key)?;
    if let Some(index) = before.as_ref().filter(|index| index.state == state)
        && let Some(parts) = read(ledger, &key, index, wanted)?
    {
        return Ok(parts);
    }
    let parts = make(&load_kept(ledger, StoryId(story))?)?;
    keep(ledger, &key, state, before.as_ref(), &parts)?;
    only(parts, wanted)
}

fn index(ledger: &Ledger, key: &str) -> Result<Option<Index>, DeskError> {
    Ok(ledger.value(KEPT, key)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Replaces the cached parts, if they can be cached now.
fn keep(
    ledger: &mut Ledger,
    key: &str,
    state: String,
    before: Option<&Index>,
    parts: &Parts,
) -> Result<(), DeskError> {
    let Some(write) = writing(ledger)? else { return Ok(()) };
    for name in before.iter().flat_map(|index| &index.names).filter(|name| !parts.contains_key(*name)) {
        write.remove_value(KEPT, &format!("{key}/{name}"))?;
    }
    for (name, part) in parts {
        write.set_value(KEPT, &format!("{key}/{name}"), part.as_bytes())?;
    }
    let index = Index { state, names: parts.keys().cloned().collect() };
    write.set_value(KEPT, key, &serde_json::to_vec(&index)?)?;
    Ok(write.commit()?)
}

/// Whether something can be cached now: not in a read-only ledger, nor in one that somebody else is writing to.
pub(crate) fn writing(ledger: &mut Ledger) -> Result<Option<Derived<'_>>, DeskError> {
    // What one person sees is a draft that is never written.
    if ledger.is_read_only() || ledger.view() != View::Common {
        return Ok(None);
    }
    match ledger.derived() {
        Ok(write) => Ok(Some(write)),
        Err(LedgerError::Busy) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// Whatever is made of a story is valid as long as this stays the same: its reports, the decisions and the comparison
/// rules.
pub(crate) fn state(ledger: &Ledger, story: StoryId) -> Result<String, DeskError> {
    Ok(format!("{} {STORY_SCHEMA_VERSION}\n{}", sayso_compare::RULES, ledger.story_state(story)?))
}

fn only(mut parts: Parts, wanted: &[String]) -> Result<Parts, DeskError> {
    parts.retain(|name, _| wanted.contains(name));
    Ok(parts)
}

/// The wanted parts that exist; `None` if one of them cannot be read.
fn read(ledger: &Ledger, key: &str, index: &Index, wanted: &[String]) -> Result<Option<Parts>, DeskError> {
    let mut parts = Parts::new();
    for name in wanted.iter().filter(|name| index.names.contains(name)) {
        let bytes = ledger.value(KEPT, &format!("{key}/{name}"))?;
        let Some(part) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else { return Ok(None) };
        parts.insert(name.clone(), part);
    }
    Ok(Some(parts))
}

//! Stories as they were compared, kept until something changes, so that all who look pay for one comparison; and what is made
//! of them and is asked for most, in parts, so that a page of it costs what the page holds.

use std::{collections::BTreeMap, ops::ControlFlow};

use sayso_ledger::{Derived, Ledger, LedgerError, StoryId, View, deflated};
use sayso_model::story::{STORY_SCHEMA_VERSION, Story};
use serde::{Deserialize, Serialize};

use crate::{DeskError, Loaded, catch_up, chain, fates, stories::load_kept};

/// Kind under which parts are kept.
const KEPT: &str = "story parts";
/// Kind under which a story is kept as it was compared: under its number of which state it is, under `number/story` the story.
const COMPARED: &str = "story compared";

/// Reports of a story from which on it is compared before anybody looks ...
const LARGE: usize = 500;
/// ... once a part of it in so many has come in since: a report then costs what comparing it costs so many times, however many
/// there are.
const GROWN: usize = 8;

/// Parts by name.
pub type Parts = BTreeMap<String, String>;

/// What is kept beside the parts: of which state of the story they are, and their names.
#[derive(Serialize, Deserialize)]
struct Index {
    state: String,
    names: Vec<String>,
}

/// What is kept beside a compared story.
#[derive(Serialize, Deserialize)]
struct Compared {
    state: String,
    reports: usize,
}

/// The story as it was compared, where that was of this state.
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

/// Keeps a story that was compared of a state, where something can be kept now.
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

/// A name under which parts are kept, with what makes them.
pub type Making<'m> = (&'m str, &'m dyn Fn(&Loaded) -> Result<Parts, DeskError>);

/// Compares the large stories for which much has come in since they were compared last, and keeps them with these parts, the
/// chains and what has become of their figures: whoever looks first does not wait. `go_on` is asked before each.
///
/// # Errors
/// Those of the ledger and of what makes the parts.
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

/// Keeps parts in place of those that were kept before, where something can be kept now.
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

/// What is made of a story holds as long as this stays the same: its reports, decisions and the rules by which it is compared.
pub(crate) fn state(ledger: &Ledger, story: StoryId) -> Result<String, DeskError> {
    Ok(format!("{} {STORY_SCHEMA_VERSION}\n{}", sayso_compare::RULES, ledger.story_state(story)?))
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

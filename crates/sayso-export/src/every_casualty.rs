//! Incidents as Iraq Body Count publishes them and the Standards for Casualty Recording require them: a minimum and a
//! maximum, and *provisional* while fewer than two independent origins give the count.

use serde_json::Value;

use crate::{
    event::{Event, Tally},
    incident::{joined, outlet},
    rows,
    table::{Column, Row, day, integer, text},
};

/// Number of independent origins from which an incident is no longer provisional.
const CONFIRMING: usize = 2;

/// The columns: those of Iraq Body Count, then what the Standards require in addition.
pub(crate) const COLUMNS: &[Column] = &[
    text("IBC code", "Id of the candidate: its story and its position there"),
    day("Start Date", "First day, if the reports state one"),
    day("End Date", "Last day, if the reports state one"),
    text("Time", "For the coder"),
    text("Location", "Places as the reports write them"),
    text("Target", "For the coder"),
    text("Weapons", "For the coder"),
    integer("Reported Minimum", "The lowest lower bound stated by a counted origin"),
    integer("Reported Maximum", "The highest upper bound stated by a counted origin"),
    text("Sources", "Outlets, without repetition"),
    text("Status", "provisional if there are fewer than two independent origins, otherwise corroborated"),
    integer("Independent Origins", "Origins that share no body; reports that relay the same word count once"),
    text("Origins", "On whose word the counted values are"),
    integer("Civilians Minimum", "Of the dead, those whom reports call civilians"),
    integer("Civilians Maximum", "Of the dead, those whom reports call civilians"),
    integer("Injured Minimum", "The lowest lower bound stated for the injured"),
    integer("Injured Maximum", "The highest upper bound stated for the injured"),
];

/// The row of a candidate.
pub(crate) fn row(event: &Event<'_>) -> Row {
    let (killed, injured, civilians) = (event.killed(), event.injured(), event.killed_of("civilians"));
    let days = event.days();
    let independent = event.independent_origins();
    let low = |tally: &Option<Tally>| Value::from(tally.as_ref().and_then(|t| t.low));
    let high = |tally: &Option<Tally>| Value::from(tally.as_ref().and_then(|t| t.high));
    let (mut outlets, mut origins): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for report in event.reports().into_iter().filter_map(|r| event.loaded.story.reports.get(r)) {
        outlets.extend(outlet(report).filter(|name| !outlets.contains(name)));
    }
    for name in event.counted().into_iter().filter_map(|at| event.origin(at)) {
        if !origins.iter().any(|o| o == name) {
            origins.push(name.to_owned());
        }
    }
    COLUMNS
        .iter()
        .map(|column| match column.name {
            "IBC code" => event.name().into(),
            "Start Date" => rows::day(days.map(|d| d.0)),
            "End Date" => rows::day(days.map(|d| d.1)),
            "Location" => joined(&event.places()),
            "Reported Minimum" => low(&killed),
            "Reported Maximum" => high(&killed),
            "Sources" => joined(&outlets),
            "Status" if independent < CONFIRMING => "provisional".into(),
            "Status" => "corroborated".into(),
            "Independent Origins" => independent.into(),
            "Origins" => joined(&origins),
            "Civilians Minimum" => low(&civilians),
            "Civilians Maximum" => high(&civilians),
            "Injured Minimum" => low(&injured),
            "Injured Maximum" => high(&injured),
            _ => Value::Null,
        })
        .collect()
}

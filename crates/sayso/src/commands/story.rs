//! `sayso story`: one story's claims, each with its origins, echoes and conflicts.

use std::{fmt::Write, process::ExitCode};

use sayso_desk::{
    DeskError, Loaded, Parts,
    words::{amount, statuses, what},
};
use sayso_ledger::{EntryKind, Ledger};
use sayso_model::{
    Date,
    story::{Independence, OutlookOutcome, PointRef, Story, StorySpeaker, SumFinding, Sureness},
};

use crate::{
    failure::Failure,
    ledger::{LedgerArgs, ViewArgs, day, story},
    output::{self, printable},
};

/// Show one story: claims with their origins, echoes, series and conflicts; speakers with the evidence for each merge.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Number of the story, as `sayso stories` lists it
    #[arg(value_parser = story)]
    story: i64,
    /// Use only reports of this day or earlier
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    as_of: Option<Date>,
    /// Show why names are taken to be one speaker
    #[arg(long)]
    speakers: bool,
    /// Show what two figures are about, where they differ and whether they can be compared (`12:f3 14:f0`)
    #[arg(long, num_args = 2, value_names = ["REPORT:FIGURE", "REPORT:FIGURE"])]
    explain: Vec<String>,
    /// Show at most this many claims; the last line says how to continue
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: usize,
    /// Continue from this claim
    #[arg(long, value_name = "CLAIM", default_value_t = 0)]
    cursor: usize,
    /// Also show the small claims: counts of things, or of what no category covers, that no two origins give and nobody
    /// contradicts (by default only their number is shown)
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    seen: ViewArgs,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print the whole story as JSON
    #[arg(long)]
    json: bool,
}

/// Prints the story.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut ledger = args.seen.open(&args.ledger)?;
    if args.explain.is_empty() && !args.json && !args.speakers {
        return page(args, &mut ledger);
    }
    let loaded = sayso_desk::load(&mut ledger, args.story, args.as_of)?;
    if let [a, b] = args.explain.as_slice() {
        output::prose(&explain(&loaded.printed(), a, b)?)?;
    } else if args.json {
        output::json_line(&sayso_model::json::story_with_exact(&loaded.printed(), &loaded.texts())?)?;
    } else if args.speakers {
        output::prose(&speakers(&loaded))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The name under which a story's claims are cached.
pub(super) const KEPT: &str = "claims";
/// Claims in one part of the cache.
const CLAIMS_OF_A_PART: usize = 10;
/// Lines of each list next to the claims.
const LINES: usize = 50;

/// Prints a page of claims, the important ones before the small ones. The first page has the reports before them, and
/// what they add up to after them.
fn page(args: &Args, ledger: &mut Ledger) -> Result<ExitCode, Failure> {
    let end = args.cursor.saturating_add(args.limit);
    let first = args.cursor / CLAIMS_OF_A_PART;
    let last = end.saturating_sub(1) / CLAIMS_OF_A_PART;
    let chunk = |n: usize| format!("claims {n}");
    let found = if args.as_of.is_some() {
        parts(&sayso_desk::load(ledger, args.story, args.as_of)?)?
    } else {
        let most = first.saturating_add(args.limit / CLAIMS_OF_A_PART + 2).min(last.saturating_add(1));
        let mut wanted: Vec<String> = (first..most).map(chunk).collect();
        wanted.extend(["reports", "count", "small", "together"].map(str::to_owned));
        sayso_desk::kept(ledger, args.story, KEPT, &wanted, parts)?
    };
    let part = |name: &str| found.get(name).map_or("", String::as_str);
    let number = |name: &str| part(name).parse().unwrap_or(0);
    let small: usize = if args.all { 0 } else { number("small") };
    let count = number("count").saturating_sub(small);
    let mut out = String::new();
    if args.cursor == 0 {
        out.push_str(part("reports"));
    }
    for n in first..=last.min(count / CLAIMS_OF_A_PART) {
        let Some(claims) = found.get(&chunk(n)) else { break };
        let claims: Vec<String> = serde_json::from_str(claims)?;
        let shown = claims
            .iter()
            .zip(n * CLAIMS_OF_A_PART..)
            .filter(|(_, at)| (args.cursor..end.min(count)).contains(at));
        shown.for_each(|(claim, _)| out.push_str(claim));
    }
    if small > 0 && end >= count {
        let claims = if small == 1 { "claim" } else { "claims" };
        let _ = writeln!(out, "\nand {small} smaller {claims}: --all shows them");
    }
    if args.cursor == 0 {
        out.push_str(part("together"));
    }
    output::prose(&out)?;
    if end < count {
        output::complain(&format!(
            "claims {} to {} of {count}: continue with --cursor {end}",
            args.cursor,
            end - 1
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// The story in parts: its reports, its claims in tens with the small ones last, and what they add up to.
pub(super) fn parts(loaded: &Loaded) -> Result<Parts, DeskError> {
    let small = sayso_compare::small(&loaded.story.claims);
    let mut parts = Parts::from([
        ("count".to_owned(), loaded.story.claims.len().to_string()),
        ("small".to_owned(), small.iter().filter(|small| **small).count().to_string()),
        ("reports".to_owned(), reports(loaded)),
        ("together".to_owned(), together(loaded)),
    ]);
    let (mut large, small): (Vec<usize>, Vec<usize>) =
        (0..small.len()).partition(|n| !small.get(*n).copied().unwrap_or(false));
    // The toll comes first, as in the list of stories and in the brief.
    let toll = sayso_compare::lead(&loaded.story.claims, "killed").map(|at| at.claim);
    large.sort_by_key(|claim| Some(*claim) != toll);
    let claims: Vec<String> = large.into_iter().chain(small).map(|n| claim(loaded, n)).collect();
    for (n, some) in claims.chunks(CLAIMS_OF_A_PART).enumerate() {
        parts.insert(format!("claims {n}"), serde_json::to_string(some)?);
    }
    Ok(parts)
}

/// What two figures are about and whether they can be compared.
fn explain(story: &Story, a: &str, b: &str) -> Result<String, Failure> {
    let (x, y) = (point_of(story, a)?, point_of(story, b)?);
    let comparison = sayso_compare::compare(story, x, y)
        .ok_or_else(|| Failure::Other(format!("'{a}' and '{b}' cannot be found; check their names")))?;
    let mut out = String::new();
    let _ = writeln!(out, "{a}: {}", printable(&comparison.a));
    let _ = writeln!(out, "{b}: {}", printable(&comparison.b));
    for (difference, words) in &comparison.differ {
        let _ = writeln!(out, "  other {}: {}", sayso_compare::aspect(*difference), printable(words));
    }
    let _ = writeln!(out, "{}", printable(&comparison.verdict));
    Ok(out)
}

/// The value that a figure gives.
fn point_of(story: &Story, entry: &str) -> Result<PointRef, Failure> {
    let malformed = || {
        Failure::Usage(format!("'{entry}' is not a figure; expected REPORT:fN, as `sayso story` prints it"))
    };
    let (report, figure) = entry.split_once(":f").ok_or_else(malformed)?;
    let report: i64 = report.parse().map_err(|_| malformed())?;
    let figure: usize = figure.parse().map_err(|_| malformed())?;
    let is = |a: &sayso_model::story::Appearance| {
        key(story, a.mark.report) == report && a.figure.index() == figure
    };
    for (claim, c) in story.claims.iter().enumerate() {
        for (series, s) in c.series.iter().enumerate() {
            if let Some(point) = s.points.iter().position(|p| p.reports.iter().any(is)) {
                return Ok(PointRef { claim, series, point });
            }
        }
    }
    Err(Failure::Other(format!(
        "{entry} is not in any claim of this story: expected, denied and retracted figures and those of headlines are not; \
         `sayso story` lists the claims"
    )))
}

/// Its reports, and which of them are copies.
fn reports(loaded: &Loaded) -> String {
    let story = &loaded.story;
    let mut out = String::new();
    for report in story.reports.iter().take(LINES) {
        let _ = writeln!(
            out,
            "report {}  {}  {}  {}",
            report.key,
            report.published.map_or_else(|| "no date".to_owned(), |d| d.to_string()),
            printable(report.outlet.as_deref().unwrap_or("outlet not stated")),
            printable(report.headline.as_deref().unwrap_or("")),
        );
    }
    if let Some(more) = story.reports.len().checked_sub(LINES).filter(|more| *more > 0) {
        let _ = writeln!(out, "and {more} more reports (`sayso reports --story`)");
    }
    for copy in story.copies.iter().take(LINES) {
        let kind = if copy.corrected { "a changed copy" } else { "a copy" };
        let _ = writeln!(
            out,
            "report {} is {kind} of report {} ({:.1}% of the shorter text)",
            key(story, copy.copy),
            key(story, copy.original),
            f64::from(copy.shared_per_mille) / 10.0
        );
    }
    if let Some(more) = story.copies.len().checked_sub(LINES).filter(|more| *more > 0) {
        let _ = writeln!(out, "and {more} more copies");
    }
    out
}

/// A claim with its origins and their values.
fn claim(loaded: &Loaded, n: usize) -> String {
    let story = &loaded.story;
    let mut out = String::new();
    let Some(claim) = story.claims.get(n) else { return out };
    let _ = writeln!(out, "\nclaim {n}: {}", what(claim));
    let s = &claim.summary;
    if !s.inputs.is_empty() {
        let number = |n: Option<sayso_model::Number>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let _ = writeln!(
            out,
            "  low {}  best {}  high {}{}  ({} independent {})",
            number(s.low),
            number(s.best),
            number(s.high),
            if s.open_above { "+" } else { "" },
            s.independent,
            if s.independent == 1 { "origin" } else { "origins" }
        );
    }
    for (at, series) in claim.series.iter().enumerate() {
        let independence = match &series.independence {
            Independence::Independent => String::new(),
            Independence::NoOrigin => " (no origin)".to_owned(),
            Independence::NotEstablished => " (unnamed: independence not established)".to_owned(),
            Independence::SharesParent { with, parent } => {
                format!(" (shares {} with {})", printable(parent), name(story.speakers.get(*with)))
            }
        };
        let _ =
            writeln!(out, "  {}{independence}", printable(series.name.as_deref().unwrap_or("nobody named")));
        for (point, p) in series.points.iter().enumerate() {
            let statuses = statuses(story, Some(series), &p.statuses);
            let _ = writeln!(
                out,
                "    {}  {}  [{}]",
                p.as_of.or(p.on).map_or_else(|| "undated".to_owned(), |d| d.to_string()),
                words(loaded, PointRef { claim: n, series: at, point }),
                statuses.join("; ")
            );
            for a in &p.reports {
                let chain: Vec<String> = a
                    .chain
                    .iter()
                    .map(|step| printable(step.name.as_deref().unwrap_or("nobody named")))
                    .collect();
                let echo = if a.echo { "echo    " } else { "first   " };
                let _ = writeln!(
                    out,
                    "      {echo}{}:{}  {}",
                    key(story, a.mark.report),
                    loaded.name(a.mark.report, EntryKind::Figure, a.figure.index()),
                    chain.join(" < ")
                );
                if let Some(echo) = &a.likely_echo {
                    let how = if echo.verbatim {
                        "the same sentence".to_owned()
                    } else {
                        format!("the same number, {}% of its words", echo.shared_per_mille / 10)
                    };
                    let _ = writeln!(
                        out,
                        "              likely echo of report {} ({}): {how}",
                        key(story, echo.of.report),
                        printable(&echo.origin)
                    );
                }
                for note in &a.notes {
                    let note = match note {
                        sayso_model::story::Note::ConfirmedInCited { report } => {
                            format!("report {}, which it cites, has this number", key(story, *report))
                        }
                        sayso_model::story::Note::OtherValueInCited { report, .. } => {
                            format!("report {}, which it cites, gives another number", key(story, *report))
                        }
                        sayso_model::story::Note::NotInCited { outlet, .. } => {
                            format!("no report by {} in this story has this number", printable(outlet))
                        }
                        sayso_model::story::Note::OtherOriginInCited { report, origin } => format!(
                            "report {}, which it cites, names another origin: {}",
                            key(story, *report),
                            printable(origin.as_deref().unwrap_or("nobody"))
                        ),
                        _ => continue,
                    };
                    let _ = writeln!(out, "              {note}");
                }
            }
        }
    }
    out
}

/// What the claims add up to: conflicts, sums, corrections, what is expected.
fn together(loaded: &Loaded) -> String {
    let story = &loaded.story;
    let mut out = String::new();
    section(
        &mut out,
        "conflicts",
        story.conflicts.iter().map(|c| {
            let open = if c.open { "" } else { "; one has since been superseded" };
            let sure = match c.sure {
                Sureness::Sure => "sure",
                Sureness::Likely => "likely",
                Sureness::Possible => "possible",
            };
            format!(
                "{} against {} ({sure}; {}{open})",
                with_origin(loaded, c.lower),
                with_origin(loaded, c.higher),
                c.time
            )
        }),
    );
    if story.conflicts_left_out > 0 {
        let _ = writeln!(out, "  and {} more", story.conflicts_left_out);
    }
    section(
        &mut out,
        "sums",
        story.sums.iter().map(|s| {
            let parts: Vec<String> =
                s.parts.iter().map(|m| format!("\"{}\"", printable(cut(loaded, *m)))).collect();
            let finding = match s.finding {
                SumFinding::Supports => "make",
                SumFinding::Fewer => "are some of",
                SumFinding::Exceeds => "are more than",
            };
            format!(
                "{} ({}) {finding} \"{}\" (report {})",
                parts.join(" and "),
                s.sum,
                printable(cut(loaded, s.whole)),
                key(story, s.whole.report)
            )
        }),
    );
    section(
        &mut out,
        "not comparable",
        story.mismatches.iter().map(|m| {
            format!(
                "{} and {}: other {}",
                with_origin(loaded, m.a),
                with_origin(loaded, m.b),
                sayso_compare::aspect(m.why)
            )
        }),
    );
    section(
        &mut out,
        "corrections",
        story.corrections.iter().map(|c| {
            let of = c.of.map_or_else(
                || "a report that is not in the ledger".to_owned(),
                |r| format!("report {}", key(story, r)),
            );
            let list = |l: &[(
                sayso_model::Category,
                sayso_model::story::Bounds,
                sayso_model::story::StoryMark,
            )]| {
                l.iter().map(|(.., m)| printable(cut(loaded, *m))).collect::<Vec<_>>().join(", ")
            };
            format!(
                "report {} corrects {of}: \"{}\" to \"{}\"",
                key(story, c.mark.report),
                list(&c.retracted),
                list(&c.corrected_to)
            )
        }),
    );
    section(
        &mut out,
        "no answer",
        story.unanswered.iter().map(|u| {
            format!(
                "{} (report {}): {}",
                printable(&u.asked.join(", ")),
                key(story, u.mark.report),
                printable(cut(loaded, u.mark))
            )
        }),
    );
    section(
        &mut out,
        "expected",
        story.expected.iter().map(|o| {
            let by = o.by.map_or_else(|| "undated".to_owned(), |d| format!("by {d}"));
            let passed = match (&o.outcome, o.passed) {
                (Some(OutlookOutcome::Met { mark }), _) => {
                    format!(", met (report {})", key(story, mark.report))
                }
                (Some(OutlookOutcome::Missed { mark }), _) => {
                    format!(", missed (report {})", key(story, mark.report))
                }
                (None, Some(true)) => ", passed, unknown".to_owned(),
                (None, _) => String::new(),
            };
            format!("{by}{passed} (report {}): {}", key(story, o.mark.report), printable(cut(loaded, o.mark)))
        }),
    );
    out
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        let _ = writeln!(out, "\n{title}");
        for line in lines.by_ref().take(LINES) {
            let _ = writeln!(out, "  {line}");
        }
        let more = lines.count();
        if more > 0 {
            let _ = writeln!(out, "  and {more} more");
        }
    }
}

fn speakers(loaded: &Loaded) -> String {
    let mut out = String::new();
    for speaker in &loaded.story.speakers {
        let unnamed = if speaker.anonymous { " (unnamed)" } else { "" };
        let _ = writeln!(out, "{}{unnamed}", printable(&speaker.name));
        for member in &speaker.members {
            let shown: Vec<String> = member
                .evidence
                .marks
                .iter()
                .map(|m| {
                    format!("\"{}\" (report {})", printable(cut(loaded, *m)), key(&loaded.story, m.report))
                })
                .collect();
            let name = loaded.name(member.report, EntryKind::Speaker, member.speaker.index());
            let at = format!("{}:{name}", key(&loaded.story, member.report));
            let _ = writeln!(
                out,
                "  {at:<8} {}: {}  {}",
                printable(&member.name),
                member.evidence.rule,
                shown.join(", ")
            );
        }
        for role in &speaker.roles {
            let former = if role.former { "former " } else { "" };
            let body = role.body.as_deref().map(|b| format!(", {}", printable(b))).unwrap_or_default();
            let day = role.on.map(|d| format!(" ({d})")).unwrap_or_default();
            let _ = writeln!(out, "  role     {former}{}{body}{day}", printable(&role.title));
        }
    }
    out
}

fn name(speaker: Option<&StorySpeaker>) -> String {
    speaker.map_or_else(|| "nobody named".to_owned(), |s| printable(&s.name))
}

fn key(story: &Story, report: usize) -> i64 {
    story.reports.get(report).map_or(0, |r| r.key)
}

fn cut(loaded: &Loaded, mark: sayso_model::story::StoryMark) -> &str {
    mark.span.cut(loaded.readings.text(mark.report))
}

fn words(loaded: &Loaded, at: PointRef) -> String {
    let Some(first) = sayso_compare::point(&loaded.story.claims, at).and_then(|p| p.reports.first()) else {
        return String::new();
    };
    let words = printable(cut(loaded, first.mark));
    match loaded.corrected.get(&(first.mark.report, first.figure)) {
        Some(by) => format!("{} ({}; the report has \"{words}\")", amount(&first.value), printable(by)),
        None => words,
    }
}

fn with_origin(loaded: &Loaded, at: PointRef) -> String {
    let series = loaded.story.claims.get(at.claim).and_then(|c| c.series.get(at.series));
    let origin = series.and_then(|s| s.name.as_deref()).unwrap_or("nobody named");
    format!("{} (\"{}\")", printable(origin), words(loaded, at))
}

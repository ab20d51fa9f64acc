//! What a report's own words say about its figures, whatever other reports say: worked out once for all comparisons of it.

use std::collections::BTreeSet;

use sayso_model::{
    Date, Figure, FigureId, Modality, Period, Polarity, Span, SpeakerId, Statement,
    story::{Appearance, Bounds},
};

use crate::{
    Entry, about, bounds,
    category::is_state,
    clause::{self, Around},
    data::Standing,
    day, definition, doubt, event,
    revision::{self, Revision},
    sums::{self, Summed},
    words::{self, Set},
};

/// Days that one bulletin counts over at most. A longer period says when people died, not as of when they were counted.
const A_BULLETIN: i64 = 31;

/// What a report says about its figures.
#[derive(Debug, Default)]
pub(crate) struct Own {
    /// One for each figure.
    pub(crate) figures: Vec<OwnFigure>,
    pub(crate) sums: Vec<Summed>,
    /// Figures that are parts of sums.
    pub(crate) parts: BTreeSet<FigureId>,
    pub(crate) revisions: Vec<Revision>,
    /// The names of events in its text.
    pub(crate) events: Vec<Span>,
}

impl Own {
    pub(crate) fn of(entry: &Entry<'_>) -> Self {
        let sums = sums::of(entry);
        Self {
            figures: entry.reading.figures.iter().map(|figure| OwnFigure::of(entry, figure)).collect(),
            parts: sums::parts(entry, &sums),
            sums,
            revisions: revision::revisions(entry.reading),
            events: event::names(&entry.reading.report.text),
        }
    }
}

/// What its report says about a figure that gives a value. `owns`: what each report says.
pub(crate) fn of<'o>(owns: &'o [Own], told: &Appearance) -> Option<&'o OwnFigure> {
    owns.get(told.mark.report)?.figures.get(told.figure.index())
}

/// What a report says about one of its figures.
#[derive(Debug)]
pub(crate) struct OwnFigure {
    pub(crate) around: Around,
    /// True for a figure of the headline that the body gives too.
    pub(crate) is_announced: bool,
    pub(crate) is_denied: bool,
    /// Who denies it where the report relays it from others.
    pub(crate) deniers: Vec<SpeakerId>,
    /// True for an earlier value ("up from eight").
    pub(crate) is_earlier: bool,
    /// True for one that is called an earlier count ("his initial figure of nine").
    pub(crate) is_called_earlier: bool,
    /// True for one that is called a total ("19 in all").
    pub(crate) is_called_total: bool,
    /// True if the report gives another value of the same count by the same origin.
    pub(crate) is_retold: bool,
    pub(crate) dated: Dated,
    pub(crate) definition: Option<String>,
    pub(crate) told: about::Told,
    /// Remarks about its standing.
    pub(crate) remarks: Vec<(Standing, Span)>,
}

impl OwnFigure {
    fn of(entry: &Entry<'_>, figure: &Figure) -> Self {
        let text = entry.reading.report.text.as_str();
        let around = Around::of(entry, figure);
        let lower = around.own.cut(text).to_lowercase();
        let own_words_have = |is: fn(&str) -> bool| lower.split(|c: char| !c.is_alphanumeric()).any(is);
        Self {
            around,
            is_announced: told_in_body(entry, figure).is_some(),
            is_denied: is_denied(entry, figure),
            deniers: deniers(entry, figure).collect(),
            is_earlier: clause::is_earlier_value(text, figure.span),
            // "The toll from the raid" is not an earlier toll.
            is_called_earlier: own_words_have(|word| {
                words::is(Set::EarlierCount, word) && !matches!(word, "from" | "first")
            }),
            is_called_total: own_words_have(|word| words::is(Set::Totals, word)),
            is_retold: is_retold(entry, figure),
            dated: dated(entry, figure),
            definition: definition::of(entry, figure, around),
            told: about::Told::of(text, figure, around),
            remarks: doubt::remarks(text, figure.span),
        }
    }
}

/// The figure in the body that a figure in the headline announces: the headline does not count as a second telling.
fn told_in_body<'e>(entry: &Entry<'e>, figure: &Figure) -> Option<&'e Figure> {
    let headline = entry.reading.report.head.headline.as_ref()?.span?;
    let value = Bounds::of(figure);
    headline.overlaps(figure.span).then_some(())?;
    entry.reading.figures.iter().find(|f| {
        !headline.overlaps(f.span)
            && f.category == figure.category
            && bounds::central(&Bounds::of(f)) == bounds::central(&value)
    })
}

/// The value and the days of a figure, as far as its report tells them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dated {
    pub(crate) said_on: Option<Date>,
    pub(crate) as_of: Option<Date>,
    pub(crate) value: Bounds,
}

pub(crate) fn day_of(entry: &Entry<'_>) -> Option<Date> {
    entry.reading.report.head.published.as_ref().map(|d| d.value)
}

/// A figure with the days that stand elsewhere in its report: with the whole that it is part of, or in the headline.
fn dated(entry: &Entry<'_>, figure: &Figure) -> Dated {
    let figures = &entry.reading.figures;
    let whole = figure.part_of.and_then(|id| figures.get(id.index()));
    let announced = figures.iter().find(|f| told_in_body(entry, f).is_some_and(|body| body.id == figure.id));
    let others: Vec<&Figure> = [whole, announced].into_iter().flatten().collect();
    let mut dated = Dated { said_on: figure.said_on, as_of: figure.as_of, value: Bounds::of(figure) };
    dated.as_of = dated.as_of.or_else(|| others.iter().find_map(|f| f.as_of));
    if is_state(&figure.category) {
        dated.as_of = dated.as_of.or_else(|| figure.period.filter(|p| p.0 == p.1).map(|p| p.1));
    }
    // "Up from 29 counted over the weekend" is as of the last of those days.
    if clause::is_earlier_value(&entry.reading.report.text, figure.span) {
        dated.as_of = dated.as_of.or_else(|| figure.period.map(|p| p.1));
    }
    dated.said_on = dated.said_on.or_else(|| whole.and_then(|f| f.said_on));
    // "212 deaths from March 2 to March 8" is as of the last of them, whenever it is printed.
    let over = |p: &Period| {
        p.0 < p.1
            && day::between(p.0, p.1) <= A_BULLETIN
            && day_of(entry).is_some_and(|printed| p.1 < printed)
    };
    if dated.said_on.is_none() {
        dated.as_of = dated.as_of.or_else(|| figure.period.filter(over).map(|p| p.1));
    }
    if is_incomplete(entry, figure) {
        dated.value.low = dated.value.low.or(dated.value.best);
    }
    dated
}

/// True for a count if its sentence or the next one says that there may be more.
fn is_incomplete(entry: &Entry<'_>, figure: &Figure) -> bool {
    let text = entry.reading.report.text.as_str();
    let own = clause::sentence(text, figure.span);
    let end = text.len().min(own.end + 1);
    let next =
        text.get(own.end..end).filter(|gap| *gap == " ").map(|_| clause::sentence(text, Span::new(end, end)));
    let behind = text.get(figure.span.end..next.unwrap_or(own).end.max(figure.span.end)).unwrap_or("");
    let behind = behind.to_lowercase();
    figure.high.is_none() && words::of(Set::Incomplete).iter().any(|phrase| behind.contains(phrase))
}

/// True if the report gives another value of the same count by the same origin: an undated one may be an older one.
fn is_retold(entry: &Entry<'_>, figure: &Figure) -> bool {
    entry.reading.figures.iter().any(|f| {
        f.id != figure.id
            && f.category == figure.category
            && f.origin == figure.origin
            && f.said_on.is_some()
            && !bounds::same(&Bounds::of(f), &Bounds::of(figure))
    })
}

fn is_denied(entry: &Entry<'_>, figure: &Figure) -> bool {
    let statement = figure.statement.and_then(|id| entry.reading.statements.get(id.index()));
    figure.negated
        || figure.modality == Modality::Denied
        || statement.is_some_and(|s| {
            s.modality == Modality::Denied && is_denied_there(entry, s, figure)
                || (s.polarity == Polarity::Negative && figure.negated)
        })
}

/// True unless a word in a statement's own content denies it, in another sentence than the figure's ("Forty is invented. It was 25.").
fn is_denied_there(entry: &Entry<'_>, statement: &Statement, figure: &Figure) -> bool {
    let inside = |e: &&Span| statement.content.iter().any(|c| c.contains(**e));
    let text = entry.reading.report.text.as_str();
    statement
        .modality_evidence
        .iter()
        .find(inside)
        .is_none_or(|evidence| clause::sentence(text, *evidence).contains(figure.number))
}

/// Those who deny a statement around the one that contains a figure.
fn deniers<'e>(entry: &'e Entry<'_>, figure: &'e Figure) -> impl Iterator<Item = SpeakerId> + 'e {
    let around = entry.reading.statements.iter().filter(|s| {
        s.modality == Modality::Denied
            && Some(s.id) != figure.statement
            && is_denied_there(entry, s, figure)
            && s.content.iter().any(|c| c.contains(figure.number))
    });
    around.filter_map(|s| s.speaker).filter(|s| Some(*s) != figure.origin_speaker)
}

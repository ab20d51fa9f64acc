//! A report's text with its entries marked.

use maud::{Markup, html};
use sayso_ledger::{EntryKind, EntryName, Reviewed};
use sayso_model::Span;

use crate::layout::clean;

/// What is marked at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    Content,
    Source,
    Cue,
    Figure,
    Place,
    Time,
    Chosen,
}

impl Layer {
    fn class(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Source => "source",
            Self::Cue => "cue",
            Self::Figure => "figure",
            Self::Place => "place",
            Self::Time => "time",
            Self::Chosen => "chosen",
        }
    }
}

/// A stretch of the text that belongs to an entry, or that a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) span: Span,
    pub(super) layer: Layer,
    pub(super) entry: Option<EntryName>,
}

/// The spans of the current entries.
pub(super) fn marks(reviewed: &Reviewed) -> Vec<Mark> {
    let reading = &reviewed.reading;
    let stands = |kind, index| !reviewed.is_rejected(EntryName { kind, index });
    let mut all: Vec<Mark> = Vec::new();
    for (index, s) in reading.statements.iter().enumerate() {
        let entry = Some(EntryName { kind: EntryKind::Statement, index });
        if stands(EntryKind::Statement, index) {
            all.extend(s.content.iter().map(|span| Mark { span: *span, layer: Layer::Content, entry }));
            all.extend(s.source.iter().map(|span| Mark { span: *span, layer: Layer::Source, entry }));
            all.extend(s.cue.iter().map(|span| Mark { span: *span, layer: Layer::Cue, entry }));
        }
    }
    for (index, f) in reading.figures.iter().enumerate() {
        let entry = Some(EntryName { kind: EntryKind::Figure, index });
        if stands(EntryKind::Figure, index) {
            all.push(Mark { span: f.span, layer: Layer::Figure, entry });
        }
    }
    all.extend(reading.places.iter().map(|p| Mark { span: p.span, layer: Layer::Place, entry: None }));
    all.extend(reading.times.iter().map(|t| Mark { span: t.span, layer: Layer::Time, entry: None }));
    all
}

/// The text in paragraphs. Where spans overlap, each stretch has the marks of all spans that contain it.
pub(super) fn marked(text: &str, marks: &[Mark]) -> Markup {
    let mut paragraphs: Vec<Span> = Vec::new();
    let mut at = 0;
    for part in text.split("\n\n") {
        paragraphs.push(Span::new(at, at + part.len()));
        at += part.len() + 2;
    }
    let mut marks = marks.to_vec();
    marks.sort_by_key(|m| (m.span.start, std::cmp::Reverse(m.span.end)));
    let chosen = marks.iter().find(|m| m.layer == Layer::Chosen).map(|m| m.span.start);
    html! {
        @for paragraph in paragraphs.iter().filter(|p| !p.is_empty()) {
            p {
                @for (span, held) in stretches(*paragraph, &marks) {
                    (stretch(span.cut(text), &held, chosen == Some(span.start)))
                }
            }
        }
    }
}

/// `chosen` is the span that a link leads to. Entries are named, so that script can show all the words of one.
fn stretch(words: &str, held: &[Mark], chosen: bool) -> Markup {
    let mut layers: Vec<Layer> = held.iter().map(|m| m.layer).collect();
    layers.sort_unstable();
    layers.dedup();
    let classes: Vec<&str> = layers.iter().map(|layer| layer.class()).collect();
    let mut entries: Vec<EntryName> = held.iter().filter_map(|m| m.entry).collect();
    entries.sort_unstable();
    entries.dedup();
    let entries: Vec<String> = entries.iter().map(ToString::to_string).collect();
    html! {
        @if held.is_empty() { (clean(words)) }
        @else {
            mark class=(classes.join(" ")) id=[chosen.then_some("mark")]
                data-e=[(!entries.is_empty()).then(|| entries.join(" "))] { (clean(words)) }
        }
    }
}

/// A paragraph cut wherever a span begins or ends, each piece with the spans that contain it. `marks` are in text
/// order.
fn stretches(paragraph: Span, marks: &[Mark]) -> Vec<(Span, Vec<Mark>)> {
    let until = marks.partition_point(|m| m.span.start < paragraph.end);
    let here: Vec<&Mark> = marks.iter().take(until).filter(|m| m.span.overlaps(paragraph)).collect();
    let inside = |at: &usize| paragraph.start < *at && *at < paragraph.end;
    let mut cuts: Vec<usize> = here.iter().flat_map(|m| [m.span.start, m.span.end]).filter(inside).collect();
    cuts.extend([paragraph.start, paragraph.end]);
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2)
        .filter_map(|pair| {
            let span = Span::new(*pair.first()?, *pair.last()?);
            Some((span, here.iter().filter(|m| m.span.contains(span)).map(|m| **m).collect()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use sayso_ledger::{EntryKind, EntryName};
    use sayso_model::Span;

    use super::{Layer, Mark, marked};

    #[test]
    fn overlapping_spans_are_cut_and_everything_is_escaped() {
        let text = "<b>Nine & ten</b> died.\n\nMore.";
        let entry = Some(EntryName { kind: EntryKind::Figure, index: 0 });
        let marks = [
            Mark { span: Span::new(3, 14), layer: Layer::Figure, entry },
            Mark { span: Span::new(0, 9), layer: Layer::Content, entry: None },
        ];
        let page = marked(text, &marks).into_string();
        assert_eq!(
            page,
            "<p><mark class=\"content\">&lt;b&gt;</mark><mark class=\"content figure\" data-e=\"f0\">Nine &amp;</mark>\
             <mark class=\"figure\" data-e=\"f0\"> ten&lt;</mark>/b&gt; died.</p><p>More.</p>"
        );
    }
}

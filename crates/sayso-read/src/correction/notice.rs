//! Correction notices: an outlet retracts what it published before, and says what replaces it.

use sayso_model::{Correction, Figure, FigureId, Head, Report, Span, TimeExpression};

use crate::{
    tree::Tree,
    words::{self, Set},
};

/// The corrections that an outlet makes; marks the figures that it retracts.
pub(super) fn find(
    tree: &Tree<'_>,
    report: &Report,
    figures: &mut [Figure],
    times: &[TimeExpression],
) -> Vec<Correction> {
    let notice = report.head.headline.as_ref().is_some_and(|h| opens_notice(&h.value));
    let mut found = Vec::new();
    for paragraph in &tree.document.paragraphs {
        let text = paragraph.cut(tree.text);
        if Some(*paragraph) == report.head.headline.as_ref().and_then(|h| h.span) {
            continue;
        }
        let lower = text.to_lowercase();
        let told = contains(&lower, Set::SaidWrongly);
        let named = opens_notice(text);
        if !(told || named || (notice && contains(&lower, Set::SaidBefore))) {
            continue;
        }
        found.extend(correction(tree, *paragraph, &report.head, figures, times));
    }
    found
}

/// True for a text that begins as a correction notice does.
pub(crate) fn opens_notice(text: &str) -> bool {
    let lower = text.trim_start().to_lowercase();
    let opens = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    words::of(Set::NoticeOpenings).iter().any(|n| lower.strip_prefix(n).is_some_and(opens))
}

fn contains(lower: &str, set: Set) -> bool {
    words::of(set).iter().any(|words| lower.contains(words))
}

/// What stands instead of a number that "wrongly included three survivors": that many fewer, where the report says so elsewhere.
fn without_counted_in(
    tree: &Tree<'_>,
    figures: &[Figure],
    wrong: FigureId,
    corrected_to: Vec<FigureId>,
) -> Vec<FigureId> {
    let figure = |id: FigureId| figures.get(id.index());
    let counted_in = |id: &FigureId| {
        let head = figure(*id).and_then(|f| tree.head_of(f.number));
        let above = std::iter::successors(head, |&t| tree.head(t)).take(4);
        above.into_iter().any(|verb| {
            matches!(tree.lemma(verb), "include" | "count")
                && tree
                    .children(verb)
                    .iter()
                    .any(|&c| words::is(Set::SaidWrongly, tree.form(c)) || tree.form(c) == "twice")
        })
    };
    let (added, mut right): (Vec<FigureId>, Vec<FigureId>) = corrected_to.into_iter().partition(counted_in);
    let [added] = added[..] else { return right.into_iter().chain(added).collect() };
    let fewer = figure(wrong).zip(figure(added)).and_then(|(w, a)| {
        let (sum, added) = (w.best?, a.best?);
        let leaves = |f: &&Figure| f.best.and_then(|best| best.plus(added)) == Some(sum);
        figures.iter().find(|f| f.category == w.category && !f.retracted && leaves(f))
    });
    right.extend(fewer.map(|f| f.id));
    right
}

/// True for a text that ends with "not", "rather than" or "instead of".
fn is_denied(before: &str) -> bool {
    let before = before.trim_end();
    ["not", "rather than", "instead of"]
        .iter()
        .any(|w| before.strip_suffix(w).is_some_and(|rest| rest.ends_with(|c: char| !c.is_alphanumeric())))
}

fn correction(
    tree: &Tree<'_>,
    paragraph: Span,
    head: &Head,
    figures: &mut [Figure],
    times: &[TimeExpression],
) -> Option<Correction> {
    // Up to the first word for what is right, the sentences say what was wrong.
    let from = tree.document.sentences.partition_point(|s| s.span.start < paragraph.start);
    let sentences: Vec<Span> = tree.document.sentences[from..]
        .iter()
        .map(|s| s.span)
        .take_while(|s| paragraph.contains(*s))
        .collect();
    let turn = sentences
        .iter()
        .skip(1)
        .find(|s| {
            let lower = s.cut(tree.text).to_lowercase();
            contains(&lower, Set::SaidRightly) || lower.contains("not ")
        })
        .map(|s| s.start)
        .or_else(|| {
            let first = sentences.first()?;
            let lower = first.cut(tree.text).to_lowercase();
            [", not ", "; it ", "; in fact", " rather than ", " instead of "]
                .iter()
                .find_map(|w| lower.find(w))
                .filter(|_| lower.len() == first.len())
                .map(|at| first.start + at)
        })
        .or_else(|| sentences.get(1).map(|s| s.start))?;
    let (mut retracted, mut corrected_to) = (Vec::new(), Vec::new());
    let from = figures.partition_point(|f| f.number.start < paragraph.start);
    let here = figures[from..].iter().take_while(|f| paragraph.contains(f.number)).count();
    let here = &mut figures[from..from + here];
    // "killed 12 people, not 21": the number after "not" is wrong, the one it is contrasted with is right.
    let denied: Vec<Span> =
        here.iter().map(|f| f.number).filter(|&n| is_denied(&tree.text[..n.start])).collect();
    let held_against = |number: Span| {
        denied
            .iter()
            .any(|d| number.end < d.start && tree.sentence_at(number.start) == tree.sentence_at(d.start))
    };
    for figure in here {
        let wrong =
            denied.contains(&figure.number) || (figure.number.start < turn && !held_against(figure.number));
        if wrong {
            figure.retracted = true;
            retracted.push(figure.id);
        } else {
            corrected_to.push(figure.id);
        }
    }
    let corrected_to = match &retracted[..] {
        [wrong] => without_counted_in(tree, figures, *wrong, corrected_to),
        _ => corrected_to,
    };
    Some(Correction {
        span: paragraph,
        retracted,
        corrected_to,
        of: head.outlet.as_ref().map(|o| o.value.clone()),
        published: sentences.first().and_then(|first| {
            let from = times.partition_point(|t| t.span.start < first.start);
            times.get(from).filter(|t| first.contains(t.span)).map(|t| t.id)
        }),
    })
}

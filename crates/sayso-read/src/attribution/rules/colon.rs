//! "X: ...", "“...” – X", a social-network post: a source and a content with only a mark between them.

use std::ops::Range;

use sayso_model::{Construction, Sentence, Upos};

use super::{
    Scene,
    turns::{self, Turns},
};
use crate::{
    attribution::{draft::Draft, post::Post},
    place,
    words::{self, Set},
};

/// The attribution in a sentence built with a colon or a dash.
pub(super) fn find(scene: &Scene<'_>, sentence: &Sentence, turns: &Turns) -> Option<Draft> {
    if let Some(speaker) = turns.speaker(scene, sentence) {
        return (!turns::asks(scene, &speaker)).then(|| turns::turn(scene, speaker));
    }
    let tokens = after_time(scene, sentence.tokens.clone());
    let reach = tokens.start..tokens.end.min(tokens.start.saturating_add(12));
    if let Some(colon) = reach.clone().find(|&i| scene.is(i, &[":"])) {
        let source = tokens.start..colon;
        let end = tokens.end.min(colon.saturating_add(super::REACH));
        let content = colon + 1..end;
        let mark = scene.quotations.at(tokens.start).filter(|_| scene.upos(tokens.start) == Upos::Punct);
        let bare = tokens.start + u32::from(mark.is_some())..colon;
        if mark.is_none() && (is_time(scene, &bare) || dateline(scene, sentence, &bare)) {
            return None;
        }
        if turns::opens(scene, sentence, &bare) {
            return Some(turns::turn(scene, bare));
        }
        if names_somebody(scene, &source) && content.len() > 2 {
            let headline = sentence.paragraph == 0;
            // "The minister, on television: “We asked them to leave. They did not.”"
            let quoted = scene.quotations.touching(&content).next().map(|(_, q)| q.tokens.clone());
            let content = quoted.filter(|q| q.start == content.start).unwrap_or(content);
            let construction = if headline { Construction::Headline } else { Construction::Colon };
            return Some(Draft {
                source: vec![source],
                cue: vec![colon..colon + 1],
                content: vec![content],
                anchor: colon,
                construction,
            });
        }
        return None;
    }
    dash(scene, tokens)
}

/// The tokens after "14:05 -", with which an entry of a live page begins.
fn after_time(scene: &Scene<'_>, tokens: Range<u32>) -> Range<u32> {
    let time = scene.tree.form(tokens.start);
    let is_time =
        time.contains([':', '.']) && time.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.'));
    let dash = scene.is(tokens.start + 1, &["-", "\u{2013}", "\u{2014}", "|"]);
    tokens.start + if is_time && dash { 2 } else { 0 }..tokens.end
}

/// "SUNDAY: Two anglers were pulled from the lake", "Monday, 17:10: ...", as police logs and live pages begin: a time, not a
/// source.
fn is_time(scene: &Scene<'_>, source: &Range<u32>) -> bool {
    let day = |i: u32| words::is(Set::DayWords, &scene.tree.form(i).to_lowercase());
    let part = |i: u32| day(i) || matches!(scene.upos(i), Upos::Num | Upos::Punct);
    source.clone().any(day) && source.clone().all(part)
}

/// "SHIMLA: Six workers died", "Port Moresby: Relief workers have", as newspapers of South Asia and many headlines begin: the
/// place is where it happened, not a source. A name that the gazetteer does not have is taken for a place if the report begins
/// with it in capitals and there is no first person after it.
fn dateline(scene: &Scene<'_>, sentence: &Sentence, source: &Range<u32>) -> bool {
    if source.is_empty()
        || !scene.begins_paragraph(sentence.tokens.start)
        || scene.quotations.at(source.end + 1).is_some()
    {
        return false;
    }
    let bracket = source.clone().find(|&i| scene.is(i, &["("])).unwrap_or(source.end);
    let name = source.start..bracket;
    let known = scene.tree.span(name.clone()).is_some_and(|span| {
        span.len() < 60 && !place::gazetteer::look_up(span.cut(scene.tree.text)).is_empty()
    });
    let capitals = |i: u32| {
        let form = scene.tree.form(i);
        form.chars().filter(|c| c.is_alphabetic()).count() > 4 && !form.chars().any(char::is_lowercase)
    };
    let speaks = |i: u32| words::is(Set::Addressing, &scene.tree.form(i).to_lowercase());
    let opens = (1..3).contains(&sentence.paragraph) && name.len() == 1 && name.clone().all(capitals);
    known || opens && !(source.end..sentence.tokens.end.min(source.end + super::REACH)).any(speaks)
}

/// “...” – X, as under a pull quote.
fn dash(scene: &Scene<'_>, tokens: Range<u32>) -> Option<Draft> {
    let dash = tokens
        .clone()
        .rev()
        .take(12)
        .find(|&i| scene.is(i, &["-", "--", "\u{2013}", "\u{2014}", "\u{2015}"]))?;
    let (_, quotation) = scene.quotations.before(dash)?;
    let mut source = dash + 1..tokens.end;
    if source.is_empty() {
        // the name may have been split off as its own sentence
        source.end = scene.paragraph_end(dash);
    }
    if scene.is(source.end - 1, &["."]) {
        source.end -= 1;
    }
    let joined = quotation.tokens.end == dash && quotation.inner.len() > 3;
    (joined && names_somebody(scene, &source)).then(|| Draft {
        source: vec![source],
        cue: vec![dash..dash + 1],
        content: vec![quotation.tokens.clone()],
        anchor: dash,
        construction: Construction::Colon,
    })
}

/// A post is entirely attributed to its author.
pub(super) fn of_post(post: &Post) -> Draft {
    Draft {
        source: vec![post.name.clone()],
        cue: vec![post.dash..post.dash + 1],
        content: vec![post.tokens.clone()],
        anchor: post.dash,
        construction: Construction::Colon,
    }
}

/// A short noun phrase without a verb whose head is a name or a noun for a speaker.
pub(super) fn names_somebody(scene: &Scene<'_>, tokens: &Range<u32>) -> bool {
    if tokens.is_empty() || tokens.len() > 9 || scene.quotations.touching(tokens).next().is_some() {
        return false;
    }
    let verb = |i: u32| matches!(scene.upos(i), Upos::Verb | Upos::Aux | Upos::Num | Upos::Sconj);
    if tokens.clone().any(verb) {
        return false;
    }
    let head = tokens.clone().find(|&i| scene.tree.head(i).is_none_or(|h| !tokens.contains(&h)));
    let name = |i: u32| scene.upos(i) == Upos::Propn;
    if tokens.len() > 1 && tokens.len() < 5 && tokens.clone().all(name) {
        return true;
    }
    let noun = |i: u32| {
        scene.tree.entity(i).is_some_and(|e| e.kind != sayso_model::EntityKind::Location)
            || crate::lexicon::role_noun(scene.tree.lemma(i)).is_some()
    };
    head.is_some_and(noun)
}

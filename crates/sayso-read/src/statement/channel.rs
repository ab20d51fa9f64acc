//! Channels: the network, interview, briefing or letter in which something was said.

use sayso_model::{Attribution, Channel, ChannelKind, Span, Statement, Upos};

use super::chain::cue_token;
use crate::tree::Tree;
use crate::words::{self, Set};

/// What names each kind of channel, and true if it does so only as a noun ("address" and "report" are verbs too).
const KINDS: [(Set, ChannelKind, bool); 7] = [
    (Set::Interviews, ChannelKind::Interview, false),
    (Set::NewsConferences, ChannelKind::Briefing, false),
    (Set::Speeches, ChannelKind::Speech, true),
    (Set::Letters, ChannelKind::Mail, true),
    (Set::Writings, ChannelKind::Written, true),
    (Set::Broadcasts, ChannelKind::Broadcast, false),
    (Set::ByTelephone, ChannelKind::Telephone, false),
];

/// Where a statement was made, if its sentence says so outside the content.
pub(crate) fn of(tree: &Tree<'_>, attribution: &Attribution) -> Option<Channel> {
    let cue = cue_token(tree, attribution)?;
    let sentence = tree.sentence(cue)?;
    let outside = |span: Span| !attribution.content.iter().any(|c| c.overlaps(span));
    // A network's name says more than a statement, video or interview on it.
    let named = sentence.tokens.clone().find_map(|token| {
        let at = tree.token(token).filter(|at| outside(at.span))?;
        let found = match at.lemma.as_str() {
            // "in a Telegram post"
            lemma if words::is(Set::Posts, lemma) && token > sentence.tokens.start => {
                network(tree, token - 1, token)
            }
            "on" | "via" => network(tree, token + 1, sentence.tokens.end),
            _ => None,
        };
        found.filter(|(span, _)| outside(*span))
    });
    if let Some((span, name)) = named {
        return Some(Channel { kind: ChannelKind::Network, name: Some(name), span });
    }
    if let Some(span) = handle(tree, attribution) {
        return Some(Channel { kind: ChannelKind::Network, name: None, span });
    }
    for token in sentence.tokens.clone() {
        let Some(at) = tree.token(token) else { continue };
        if !outside(at.span) {
            continue;
        }
        let Some(&(_, kind, as_noun)) = KINDS.iter().find(|k| words::is(k.0, at.lemma.as_str())) else {
            continue;
        };
        if as_noun && at.upos != Upos::Noun {
            continue;
        }
        // An occasion counts if "in", "at", "during" or "by" introduces it or if it is itself the source.
        let led = (sentence.tokens.start..token)
            .rev()
            .take(6)
            .take_while(|&t| tree.token(t).is_some_and(|x| x.upos != Upos::Verb || x.xpos == "VBN"))
            .any(|t| matches!(tree.lemma(t), "in" | "at" | "during" | "by" | "on" | "over"));
        let source = attribution.source.iter().any(|s| s.contains(at.span));
        if !led && !source {
            continue;
        }
        let mut start = token;
        while start > sentence.tokens.start
            && tree.token(start - 1).is_some_and(|x| {
                matches!(x.upos, Upos::Adj | Upos::Noun | Upos::Propn | Upos::Num)
                    || matches!(x.xpos, "VBN" | "POS")
            })
            && outside(tree.token(start - 1).map_or(at.span, |x| x.span))
        {
            start -= 1;
        }
        let span = tree.document.span_of(start..token + 1)?;
        return Some(Channel { kind, name: None, span });
    }
    None
}

/// True for an embedded social-network post. Its author is the source, whatever the decider, which has seen none, makes of it.
pub(super) fn is_post(statement: &Statement) -> bool {
    statement.channel.as_ref().is_some_and(|c| c.kind == ChannelKind::Network && c.name.is_none())
}

/// The author's handle in an embedded social-network post ("— Ida Holm (@idaholm) March 5, 2024"): the network is unknown.
fn handle(tree: &Tree<'_>, attribution: &Attribution) -> Option<Span> {
    let cue = attribution.cue.first().filter(|c| c.cut(tree.text) == "\u{2014}")?;
    let source = attribution.source.last().filter(|s| s.start > cue.start)?;
    let rest = tree.text.get(source.end..)?.strip_prefix(" (").filter(|rest| rest.starts_with('@'))?;
    let start = source.end + " (".len();
    Some(Span::new(start, start + rest.find(')')?))
}

/// The network named from a token on: its span and its name as written.
fn network(tree: &Tree<'_>, from: u32, limit: u32) -> Option<(Span, String)> {
    let mut first = from;
    while first < limit && first < from + 3 && words::is(Set::BeforeNetworks, tree.lemma(first)) {
        first += 1;
    }
    [2, 1].into_iter().filter(|&n| first + n <= limit).find_map(|n| {
        let span = tree.document.span_of(first..first + n)?;
        let written = span.cut(tree.text);
        let capital = written.chars().next().is_some_and(char::is_uppercase);
        (capital && words::is(Set::Networks, written.to_lowercase().as_str()))
            .then(|| (span, written.to_owned()))
    })
}

//! Channels: the network, interview, briefing or letter in which something was said.

use sayso_model::{Attribution, Channel, ChannelKind, Span, Upos};

use super::chain::cue_token;
use crate::tree::Tree;

/// Networks that people post on, by name.
const NETWORKS: [&str; 15] = [
    "x",
    "twitter",
    "telegram",
    "facebook",
    "truth social",
    "weibo",
    "instagram",
    "bluesky",
    "mastodon",
    "threads",
    "linkedin",
    "tiktok",
    "vk",
    "whatsapp",
    "signal",
];

/// Where a statement was made, as far as its sentence says so outside the content.
pub(crate) fn of(tree: &Tree<'_>, attribution: &Attribution) -> Option<Channel> {
    let cue = cue_token(tree, attribution)?;
    let sentence = tree.sentence(cue)?;
    let outside = |span: Span| !attribution.content.iter().any(|c| c.overlaps(span));
    for token in sentence.tokens.clone() {
        let Some(at) = tree.token(token) else { continue };
        if !outside(at.span) {
            continue;
        }
        let kind = match at.lemma.as_str() {
            "interview" => ChannelKind::Interview,
            "briefing" | "session" | "conference" | "presser" => ChannelKind::Briefing,
            "speech" | "address" | "hearing" | "testimony" | "remarks" | "sermon"
                if at.upos == Upos::Noun =>
            {
                ChannelKind::Speech
            }
            "email" | "e-mail" | "letter" if at.upos == Upos::Noun => ChannelKind::Mail,
            "statement" | "report" | "release" | "communique" | "memo" | "filing" | "document"
                if at.upos == Upos::Noun =>
            {
                ChannelKind::Written
            }
            "television" | "tv" | "radio" | "broadcast" | "podcast" => ChannelKind::Broadcast,
            "phone" | "telephone" => ChannelKind::Telephone,
            // "in a Telegram post"
            "post" | "message" | "video" | "thread" if token > sentence.tokens.start => {
                match network(tree, token - 2, token) {
                    Some((span, name)) if outside(span) => {
                        return Some(Channel { kind: ChannelKind::Network, name: Some(name), span });
                    }
                    _ => continue,
                }
            }
            "on" | "via" => match network(tree, token, sentence.tokens.end) {
                Some((span, name)) if outside(span) => {
                    return Some(Channel { kind: ChannelKind::Network, name: Some(name), span });
                }
                _ => continue,
            },
            _ => continue,
        };
        // An occasion counts where "in", "at", "during", "by" leads to it or where it is itself the source.
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

/// The network named after "on": its span and its name as written.
fn network(tree: &Tree<'_>, on: u32, limit: u32) -> Option<(Span, String)> {
    let mut first = on + 1;
    while first < limit
        && first < on + 4
        && matches!(
            tree.lemma(first),
            "his"
                | "her"
                | "its"
                | "the"
                | "social"
                | "network"
                | "platform"
                | "site"
                | "medium"
                | "media"
                | "their"
                | "official"
        )
    {
        first += 1;
    }
    [2, 1].into_iter().filter(|&n| first + n <= limit).find_map(|n| {
        let span = tree.document.span_of(first..first + n)?;
        let written = span.cut(tree.text);
        let capital = written.chars().next().is_some_and(char::is_uppercase);
        (capital && NETWORKS.contains(&written.to_lowercase().as_str())).then(|| (span, written.to_owned()))
    })
}

//! Attributions: relations of source, cue and content spans (PARC 3.0, PolNeAR).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Span;

/// One attribution relation as it appears in the text, before anybody is resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// Who is said to hold the content, in text order; empty if nobody is named.
    pub source: Vec<Span>,
    /// What links source and content ("said", "according to"), in text order.
    pub cue: Vec<Span>,
    /// What is attributed, in text order.
    pub content: Vec<Span>,
    /// Document index of the source's head token.
    pub source_head: Option<u32>,
    /// Document index of the cue's head token.
    pub cue_head: Option<u32>,
    /// Whether the content is in quotation marks.
    pub kind: StatementKind,
    /// The construction of the relation.
    pub construction: Construction,
    /// Index (in the same list) of the attribution whose content contains this one.
    pub parent: Option<usize>,
}

/// Whether a content is in the speaker's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// All words in quotation marks.
    Direct,
    /// None in quotation marks.
    Indirect,
    /// Some in quotation marks.
    Mixed,
}

/// The construction of an attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Construction {
    /// A verb with its clause or quotation ("X said that ...").
    Verb,
    /// A noun with its clause ("the claim by X that ...").
    Noun,
    /// An adjective or participle ("X is certain that ...").
    Adjective,
    /// "according to X" and the like.
    AccordingTo,
    /// "X, citing Y, ..." seen from Y.
    Citing,
    /// A colon or dash between source and content.
    Colon,
    /// The form of a headline ("... , X says", "X: ...").
    Headline,
    /// Passive without agent ("it is believed that ...").
    Agentless,
    /// An adverb ("reportedly", "allegedly").
    Adverb,
    /// A quotation that continues from the previous sentence or paragraph.
    Continuation,
    /// A sentence without a cue that continues the previous one, which has the source and cue.
    Carried,
    /// Only the decider's pointer from a number to its source; the cue is the verb that the source governs.
    Pointed,
}

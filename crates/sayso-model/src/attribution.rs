//! Attributions: relations of source, cue and content spans (PARC 3.0, PolNeAR).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Span;

/// One attribution relation as it stands in the text, before anybody is resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    /// Who is said to hold the content, in text order; empty where nobody is named.
    pub source: Vec<Span>,
    /// What links source and content ("said", "according to"), in text order.
    pub cue: Vec<Span>,
    /// What is attributed, in text order.
    pub content: Vec<Span>,
    /// Document index of the source's head token.
    pub source_head: Option<u32>,
    /// Document index of the cue's head token.
    pub cue_head: Option<u32>,
    /// Whether the content stands in quotation marks.
    pub kind: StatementKind,
    /// How the relation is built.
    pub construction: Construction,
    /// Index (in the same list) of the attribution whose content holds this one.
    pub parent: Option<usize>,
}

/// Whether a content is given in the speaker's words.
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

/// How an attribution is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Construction {
    /// A verb with its clause or quotation ("X said that ...").
    Verb,
    /// A noun with its clause ("the claim by X that ...").
    Noun,
    /// An adjective or participle ("X is certain that ...").
    Adjective,
    /// "according to X" and its like.
    AccordingTo,
    /// "X, citing Y, ..." seen from Y.
    Citing,
    /// A colon or dash between source and content.
    Colon,
    /// A headline's form ("... , X says", "X: ...").
    Headline,
    /// Passive without agent ("it is believed that ...").
    Agentless,
    /// An adverb ("reportedly", "allegedly").
    Adverb,
    /// A quotation that goes on from the sentence or paragraph before.
    Continuation,
    /// A sentence without a cue that carries on the one before; source and cue stand in that one.
    Carried,
    /// Nothing but the decider's pointer from a number to its source; the cue is the verb that the source governs.
    Pointed,
}

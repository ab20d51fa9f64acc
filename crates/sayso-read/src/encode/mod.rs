//! A small transformer over word pieces: the [decider](crate::decide) and the attribution labeller build on its output for each
//! position.
//!
//! It is trained jointly with both (`training/attribution/joint.py`); its weights are in the decider's file, except for its word
//! pieces, which are in `sayso-data`.

mod pieces;
mod words;

use std::sync::OnceLock;

use crate::foreign;
use sayso_text::network::{Encoder, Vocabulary, Weights, WeightsError};

pub(crate) use self::{pieces::Pieces, words::words};

static FILE: &[u8] = include_bytes!("../../model/decide.weights");

/// The encoder with its vocabulary.
pub(crate) struct Encoding {
    pub(crate) vocabulary: Vocabulary<'static>,
    /// The piece that begins a window; pointing to it means nobody.
    pub(crate) begin: u32,
    /// The piece between a window's parts and at its end.
    pub(crate) part: u32,
    pub(crate) encoder: Encoder,
}

impl Encoding {
    /// The bundled encoder; a test ensures that it loads.
    pub(crate) fn shipped() -> Option<&'static Self> {
        static ENCODING: OnceLock<Option<Encoding>> = OnceLock::new();
        let load = |file| {
            let weights = Weights::parse(file)?;
            // Replacement weights bring their own pieces.
            let whole = weights.has("pieces");
            Self::load(&if whole { weights } else { weights.and(Weights::parse(sayso_data::WORD_PIECES)?) })
        };
        ENCODING.get_or_init(|| load(file()).or_else(|_: WeightsError| load(FILE)).ok()).as_ref()
    }

    fn load(weights: &Weights<'static>) -> Result<Self, WeightsError> {
        let vocabulary = Vocabulary::load(weights, "pieces")?;
        let mark = |piece: &str| {
            vocabulary.id(piece).ok_or_else(|| WeightsError::Tensor(format!("pieces lacks {piece}")))
        };
        Ok(Self { begin: mark("[CLS]")?, part: mark("[SEP]")?, encoder: Encoder::load(weights)?, vocabulary })
    }
}

/// The weights of the encoder and of the decider.
pub(crate) fn file() -> &'static [u8] {
    foreign::file("SAYSO_DECIDE", FILE)
}

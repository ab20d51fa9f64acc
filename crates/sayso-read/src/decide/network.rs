//! The decider's network: a transformer encoder and its heads.

use std::sync::OnceLock;

use sayso_text::network::{
    Level, Linear, Scratch, Weights, WeightsError,
    activation::{sigmoid, tanh},
    softmax,
};

use crate::encode::{self, Encoding};

/// What a numeral may count, in the order of the weights.
pub(crate) const CATEGORIES: [&str; 21] = [
    "none",
    "killed",
    "injured",
    "killed_or_injured",
    "missing",
    "captured",
    "displaced",
    "evacuated",
    "rescued",
    "arrested",
    "infected",
    "deployed",
    "mobilised",
    "trapped",
    "aboard",
    "stranded",
    "released",
    "attending",
    "residents",
    "affected",
    "other",
];

/// The network: the encoder and its heads.
pub(super) struct Network {
    pub(super) encoding: &'static Encoding,
    hidden: Linear,
    category: Linear,
    flags: Linear,
    query: Linear,
    key: Linear,
}

/// The network's output for one position of a window.
pub(super) struct Said {
    pub(super) categories: Vec<f32>,
    /// Whether it is said not to be so, belongs to another event, or is part of another count.
    pub(super) flags: Vec<f32>,
    /// Probability of each row of the window.
    pub(super) points: Vec<f32>,
}

impl Network {
    /// The bundled network; a test ensures that it loads.
    pub(super) fn shipped() -> Option<&'static Self> {
        static NETWORK: OnceLock<Option<Network>> = OnceLock::new();
        NETWORK.get_or_init(|| Self::load(encode::file()).ok()).as_ref()
    }

    fn load(file: &'static [u8]) -> Result<Self, WeightsError> {
        let weights = Weights::parse(file)?;
        let network = Self {
            encoding: Encoding::shipped()
                .ok_or_else(|| WeightsError::Tensor("the encoder cannot be read".to_owned()))?,
            hidden: Linear::load(&weights, "hidden")?,
            category: Linear::load(&weights, "category")?,
            flags: Linear::load(&weights, "flags")?,
            query: Linear::load(&weights, "query")?,
            key: Linear::load(&weights, "key")?,
        };
        let width = network.encoding.encoder.width();
        let fits = network.hidden.inputs() == 2 * width
            && network.category.outputs() == CATEGORIES.len()
            && network.flags.outputs() == 3
            && network.query.outputs() == network.key.outputs();
        if !fits {
            return Err(WeightsError::Tensor("the heads do not fit the encoder".to_owned()));
        }
        Ok(network)
    }

    /// The output for some positions of a window, each given by its first and last row.
    pub(super) fn say(
        &self,
        level: Level,
        pieces: &[(u32, u8)],
        places: &[(usize, usize)],
        scratch: &mut Scratch,
    ) -> Vec<Said> {
        let width = self.encoding.encoder.width();
        let states = self.encoding.encoder.encode(level, pieces, scratch);
        let state = |row: usize| states.get(row * width..(row + 1) * width).unwrap_or_default();
        let keys = self.key.forward(level, &states);
        let mut said = Vec::with_capacity(places.len());
        for (first, last) in places {
            let (first, last) = (state(*first), state(*last));
            if first.is_empty() || last.is_empty() {
                said.push(Said { categories: Vec::new(), flags: Vec::new(), points: Vec::new() });
                continue;
            }
            let mut hidden = self.hidden.forward(level, &[first, last].concat());
            hidden.iter_mut().for_each(|h| *h = tanh(*h));
            let mut categories = self.category.forward(level, &hidden);
            softmax(&mut categories);
            let query = self.query.forward(level, first);
            let scale = 1.0 / (query.len() as f32).sqrt();
            let score = |key: &[f32]| key.iter().zip(&query).map(|(k, q)| k * q).sum::<f32>() * scale;
            let mut points: Vec<f32> = keys.chunks_exact(query.len().max(1)).map(score).collect();
            softmax(&mut points);
            said.push(Said {
                categories,
                flags: self.flags.forward(level, &hidden).into_iter().map(sigmoid).collect(),
                points,
            });
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_is_known() {
        for category in CATEGORIES.iter().filter(|c| **c != "none") {
            assert!(sayso_model::Category::KNOWN.iter().any(|(known, _)| known == category), "{category}");
        }
    }

    #[test]
    fn the_shipped_weights_load() {
        Network::load(encode::file()).unwrap();
    }
}

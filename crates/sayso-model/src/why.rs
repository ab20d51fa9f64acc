//! Why an entry says what it says.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A probability or share in thousandths. Written in JSON as a number from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(with = "f64")]
pub struct Share(u16);

impl Share {
    /// The nearest thousandth; values below 0 or above 1 are clamped.
    #[must_use]
    pub fn of(share: f32) -> Self {
        Self((share.clamp(0.0, 1.0) * 1000.0).round() as u16)
    }

    /// From 0 to 1.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(deserializer)?;
        if !(0.0..=1.0).contains(&value) {
            return Err(D::Error::custom(format!("{value} is not between 0 and 1")));
        }
        Ok(Self((value * 1000.0).round() as u16))
    }
}

/// One choice made for an entry: by which rules, with what certainty, and what came second.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// Ids of the rules that proposed the choice, and `decider` if the trained decider did.
    pub by: Vec<Cow<'static, str>>,
    /// The decider's probability for the choice; null if it was not asked.
    pub share: Option<Share>,
    /// The next most likely choice, with its probability; null if the decider was not asked or nothing came second.
    pub runner_up: Option<RunnerUp>,
}

/// What came second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunnerUp {
    /// A category, or the name or words of a source; null for the outlet alone.
    pub value: Option<String>,
    /// The decider's probability.
    pub share: Share,
}

/// Why a figure counts what it counts, and why it is on whose word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Why {
    /// For its category.
    pub category: Choice,
    /// For its origin.
    pub origin: Choice,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_number_of_three_digits() {
        assert_eq!(serde_json::to_string(&Share::of(0.123_4)).unwrap(), "0.123");
        assert_eq!(serde_json::from_str::<Share>("0.5").unwrap(), Share::of(0.5));
        assert!(serde_json::from_str::<Share>("1.5").is_err());
    }
}

//! Identifiers of entries within one reading: a letter for the kind, and the entry's position in its list (`s0`,
//! `f12`).

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

macro_rules! entry_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
        #[schemars(with = "String")]
        pub struct $name(pub u32);

        impl $name {
            /// The entry's position in its list.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<usize> for $name {
            fn from(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let written = String::deserialize(deserializer)?;
                written
                    .strip_prefix($prefix)
                    .and_then(|digits| digits.parse().ok())
                    .map(Self)
                    .ok_or_else(|| D::Error::custom(format!("'{written}' is not an id of the form {}0", $prefix)))
            }
        }
    };
}

entry_id!(
    /// A statement of a reading (`s0`).
    StatementId, "s"
);
entry_id!(
    /// A figure of a reading (`f0`).
    FigureId, "f"
);
entry_id!(
    /// A speaker of a reading (`p0`).
    SpeakerId, "p"
);
entry_id!(
    /// A time expression of a reading (`t0`).
    TimeId, "t"
);
entry_id!(
    /// A place of a reading (`l0`).
    PlaceId, "l"
);

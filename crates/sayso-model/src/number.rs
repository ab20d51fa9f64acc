//! Exact decimal numbers, of the size found in reports.

use std::cmp::Ordering;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// An exact decimal: `mantissa / 10^scale`, always in lowest terms. Written in JSON as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, JsonSchema)]
#[schemars(with = "f64")]
pub struct Number {
    mantissa: i64,
    scale: u8,
}

impl Number {
    /// `mantissa / 10^scale`; `None` for a scale above 12.
    #[must_use]
    pub fn new(mut mantissa: i64, mut scale: u8) -> Option<Self> {
        if scale > 12 {
            return None;
        }
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        Some(Self { mantissa, scale })
    }

    /// A whole number.
    #[must_use]
    pub fn whole(value: i64) -> Self {
        Self { mantissa: value, scale: 0 }
    }

    /// Parses plain digits with at most one decimal point and an optional minus sign ("1100", "1.5"); `None` for
    /// anything else, and for what does not fit in 18 digits.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let (digits, negative) = match written.strip_prefix('-') {
            Some(rest) => (rest, true),
            None => (written, false),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty()
            || !plain(whole)
            || !plain(fraction)
            || (digits.contains('.') && fraction.is_empty())
        {
            return None;
        }
        let mantissa: i64 = format!("{whole}{fraction}").parse().ok()?;
        Self::new(if negative { -mantissa } else { mantissa }, u8::try_from(fraction.len()).ok()?)
    }

    /// The product; `None` if it does not fit.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        Self::new(self.mantissa.checked_mul(other.mantissa)?, self.scale.checked_add(other.scale)?)
    }

    /// The sum; `None` if it does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let sum = self.at_scale(scale).checked_add(other.at_scale(scale))?;
        Self::new(i64::try_from(sum).ok()?, scale)
    }

    /// The quotient if it is an exact decimal, otherwise rounded half to even at six decimals. `None` for division by
    /// zero or overflow.
    #[must_use]
    pub fn divided_by(self, other: Self) -> Option<Self> {
        if other.mantissa == 0 {
            return None;
        }
        let scale = self.scale.max(other.scale);
        let (a, b) = (self.at_scale(scale).checked_mul(1_000_000)?, other.at_scale(scale));
        let (mut q, r) = (a / b, a % b);
        match (r.abs() * 2).cmp(&b.abs()) {
            Ordering::Greater => q += a.signum() * b.signum(),
            Ordering::Equal if q % 2 != 0 => q += a.signum() * b.signum(),
            _ => {}
        }
        Self::new(i64::try_from(q).ok()?, 6)
    }

    /// The nearest double, for charts and ratios only.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.mantissa as f64 / 10_f64.powi(i32::from(self.scale))
    }

    /// The value if it is a whole number.
    #[must_use]
    pub fn to_whole(self) -> Option<i64> {
        (self.scale == 0).then_some(self.mantissa)
    }

    fn at_scale(self, scale: u8) -> i128 {
        i128::from(self.mantissa) * 10_i128.pow(u32::from(scale.saturating_sub(self.scale)))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        // Nearly all numbers of reports are whole.
        if self.scale == other.scale {
            return self.mantissa.cmp(&other.mantissa);
        }
        let scale = self.scale.max(other.scale);
        self.at_scale(scale).cmp(&other.at_scale(scale))
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.scale == 0 {
            return write!(f, "{}", self.mantissa);
        }
        let power = 10_u64.pow(u32::from(self.scale));
        let (sign, value) = (if self.mantissa < 0 { "-" } else { "" }, self.mantissa.unsigned_abs());
        write!(f, "{sign}{}.{:0width$}", value / power, value % power, width = usize::from(self.scale))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.to_whole() {
            Some(whole) => serializer.serialize_i64(whole),
            None => serializer.serialize_f64(self.to_f64()),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        // Nearly all are whole, and need not be put in words to be taken apart.
        if let Some(whole) = number.as_i64() {
            return Ok(Self::whole(whole));
        }
        let written = number.to_string();
        Self::parse(&written)
            .ok_or_else(|| D::Error::custom(format!("'{written}' is not a plain decimal number")))
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn arithmetic_is_exact() {
        let number = |s: &str| Number::parse(s).unwrap();
        assert_eq!(number("1.5").times(Number::whole(1_000_000)), Some(Number::whole(1_500_000)));
        assert_eq!(number("9000").divided_by(Number::whole(3)), Some(Number::whole(3000)));
        assert_eq!(number("1").divided_by(Number::whole(3)).unwrap().to_string(), "0.333333");
        assert_eq!(number("0.10").to_string(), "0.1");
        assert!(number("2.5") < number("10"));
        assert_eq!(Number::parse(&"9".repeat(400)), None);
        assert_eq!(Number::parse("1."), None);
    }

    #[test]
    fn json_gives_the_number_that_is_written() {
        for (written, number) in [("40", "40"), ("-3", "-3"), ("2.50", "2.5"), ("100.0", "100"), ("0", "0")] {
            let read: Number = serde_json::from_str(written).unwrap();
            assert_eq!(Some(read), Number::parse(number), "{written}");
        }
        assert!(serde_json::from_str::<Number>("1e400").is_err());
    }
}

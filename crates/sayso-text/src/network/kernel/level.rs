//! Which instructions to use.

/// Which instructions to use; all give the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// What every machine of the architecture has: SSE2 on x86-64, NEON on 64-bit ARM, and elsewhere what the compiler makes of
    /// plain loops.
    Plain,
    /// 64-bit ARM with byte dot products.
    Dot,
    /// x86-64 with AVX2.
    Avx2,
    /// x86-64 with AVX2 and byte dot products in its registers.
    AvxVnni,
    /// x86-64 with AVX-512 F, BW, VL, DQ and VNNI.
    Avx512,
    /// The same with byte tiles (AMX-INT8), if the system allows them.
    Tiles,
}

/// Whether the machine has every feature that a function for [`Level::Avx512`] is compiled for. Any caller can name a level, so
/// each call of such a function checks for itself: a load and a test.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(in crate::network) fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vnni")
}

/// The same for [`Level::AvxVnni`].
#[cfg(target_arch = "x86_64")]
#[inline]
pub(in crate::network) fn has_avxvnni() -> bool {
    has_avx2() && is_x86_feature_detected!("avxvnni")
}

/// The same for [`Level::Avx2`].
#[cfg(target_arch = "x86_64")]
#[inline]
pub(in crate::network) fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
}

/// The same for [`Level::Dot`].
#[cfg(target_arch = "aarch64")]
#[inline]
pub(in crate::network) fn has_dot() -> bool {
    std::arch::is_aarch64_feature_detected!("dotprod")
}

impl Level {
    /// All levels, each after those that need less.
    const ALL: [Self; 6] = [Self::Plain, Self::Dot, Self::Avx2, Self::AvxVnni, Self::Avx512, Self::Tiles];

    /// The widest that this machine has. `SAYSO_SIMD` with a level's [name](Self::name) limits it to that level (to test that it
    /// makes no difference).
    #[must_use]
    pub fn detect() -> Self {
        let wish = std::env::var("SAYSO_SIMD").unwrap_or_default();
        let most = Self::ALL.iter().position(|l| l.name() == wish).unwrap_or(Self::ALL.len());
        let wished = Self::ALL.iter().take(most.saturating_add(1));
        wished.rev().find(|l| l.is_here()).copied().unwrap_or(Self::Plain)
    }

    /// The levels that this machine can run, for tests.
    #[must_use]
    pub fn available() -> Vec<Self> {
        Self::ALL.into_iter().filter(|l| l.is_here()).collect()
    }

    /// What the level is called in `SAYSO_SIMD`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Dot => "dot",
            Self::Avx2 => "avx2",
            Self::AvxVnni => "avxvnni",
            Self::Avx512 => "avx512",
            Self::Tiles => "tiles",
        }
    }

    /// Whether this machine has what the level needs.
    fn is_here(self) -> bool {
        match self {
            Self::Plain => true,
            #[cfg(target_arch = "aarch64")]
            Self::Dot => has_dot(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => has_avx2(),
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni => has_avxvnni(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => has_avx512(),
            #[cfg(target_arch = "x86_64")]
            Self::Tiles => super::has_tiles(),
            #[allow(unreachable_patterns, reason = "levels of other kinds of machines")]
            _ => false,
        }
    }
}

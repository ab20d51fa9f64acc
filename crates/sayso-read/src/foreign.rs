//! Files that replace bundled ones, to measure them.

/// A bundled file or, to measure another, the one that an environment variable names.
#[cfg(feature = "foreign-weights")]
pub(crate) fn file(variable: &str, shipped: &'static [u8]) -> &'static [u8] {
    let foreign = std::env::var_os(variable).and_then(|path| std::fs::read(path).ok());
    foreign.map_or(shipped, |bytes| Box::leak(bytes.into_boxed_slice()))
}

#[cfg(not(feature = "foreign-weights"))]
pub(crate) fn file(_: &str, shipped: &'static [u8]) -> &'static [u8] {
    shipped
}

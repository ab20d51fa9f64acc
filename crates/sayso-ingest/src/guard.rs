//! The only place where panics are caught: a defect triggered by one input affects no other input.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::IngestError;

/// The result of `work`; [`IngestError::Defect`] if it panics.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, IngestError>) -> Result<T, IngestError> {
    // Whatever was being built is dropped with the panic, so nothing incomplete is seen afterwards.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(IngestError::Defect { reason: said.chars().take(200).collect() })
    })
}

#[cfg(test)]
mod tests {
    use super::guarded;
    use crate::IngestError;

    #[test]
    #[allow(clippy::panic, reason = "that is what is tested")]
    fn a_panic_is_an_error_of_its_own() {
        assert!(matches!(guarded(|| Ok(3)), Ok(3)));
        let broken = guarded::<u8>(|| panic!("at byte {}", 7));
        assert!(matches!(broken, Err(IngestError::Defect { reason }) if reason == "at byte 7"));
    }
}

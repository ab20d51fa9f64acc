//! Composes briefs from the ledger's entries.

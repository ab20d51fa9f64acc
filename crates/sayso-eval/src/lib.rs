//! Scores readings against gold data.

//! Keeps reports, readings and decisions in one SQLite file.

//! Reads one report: statements, figures, speakers, times, places.

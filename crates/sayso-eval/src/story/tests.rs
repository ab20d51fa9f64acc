//! Tests of the evaluator with expectations in our own words.

use super::series::within;

#[test]
fn days_are_within_what_a_text_says() {
    let day = sayso_model::Date::parse("2025-05-14");
    for text in ["2025-05-14", "2025-05", "2025", "2025-Q2", "2025-H1"] {
        assert!(within(day, text), "{text}");
    }
    for text in ["2025-05-15", "2025-06", "2024", "2025-Q1", "2025-H2", "2024-Q2"] {
        assert!(!within(day, text), "{text}");
    }
    assert!(!within(None, "2025"));
}

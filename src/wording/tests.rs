use super::*;

#[test]
fn numbers_are_grouped_by_three() {
    assert_eq!([0, 999, 1_000, 1_234_567, -1_000].map(grouped), ["0", "999", "1,000", "1,234,567", "-1,000"]);
}

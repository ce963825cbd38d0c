use super::*;

#[track_caller]
fn refused(text: &str) -> SyntaxError {
    match parse(text) {
        Ok(query) => panic!("{text:.60} was understood as {query}"),
        Err(error) => error,
    }
}

#[test]
fn a_message_says_where_what_was_found_and_what_was_expected() {
    for (text, message) in [
        ("", "expected a field, not or ( at position 1, found the end"),
        ("  and age = 1", "expected a field, not or ( at position 3, found \"and\""),
        ("'name' = x", "expected a field, not or ( at position 1, found the value \"name\""),
        (
            "name = é and agee = 1",
            "\"agee\" at position 14 is no field; the fields are name, age, version, host_info.addresses, rank",
        ),
        (
            "name is x",
            "expected an operator (eq, neq, like, notlike, gt, gte, lt, lte, in, not in, from) at position 6, found \"is\"",
        ),
        ("name not x", "expected in or like at position 10, found \"x\""),
        ("name eq", "expected a value at position 8, found the end"),
        ("name = )", "expected a value at position 8, found \")\""),
        (
            "name eq and",
            "expected a value (a word of the query language stands in quotes) at position 9, found \"and\"",
        ),
        (
            "name eq Windows Server",
            "expected and, or, or the end (a value of several words stands in quotes) at position 17, found \"Server\"",
        ),
        ("age = '4 2'", "expected a number at position 7, found the value \"4 2\""),
        ("age in [1, x]", "expected a number at position 12, found \"x\""),
        ("age in 1", "expected a list of values in brackets at position 8, found \"1\""),
        ("age in []", "expected a value at position 9, found \"]\""),
        ("age in [1,]", "expected a value at position 11, found \"]\""),
        ("age in [1)", "expected , or ] at position 10, found \")\""),
        ("age from 1 and 2", "expected to at position 12, found \"and\""),
        (
            "version gt new",
            "expected a version that begins with a number, such as 10.0.19045 at position 12, found \"new\"",
        ),
        ("(age = 1", "expected ) at position 9, found the end"),
        (
            "age = 1)",
            "expected and, or, or the end (a value of several words stands in quotes) at position 8, found \")\"",
        ),
        ("age = 1 & age = 2", "expected && at position 9, found \"&\""),
        ("name = 'x", "the quote at position 8 is not closed; a quote inside a value is written twice"),
    ] {
        assert_eq!(refused(text).to_string(), message, "{text}");
    }
}

#[test]
fn the_first_thing_wrong_is_the_one_that_is_told() {
    assert_eq!(refused("agee = 'x").position, 1);
}

#[test]
fn a_long_piece_is_cut_in_the_message() {
    let error = refused(&format!("age = {}", "é".repeat(1000)));
    assert!(error.message.ends_with(&format!("found \"{}…\"", "é".repeat(40))), "{error}");
}

#[test]
fn everything_has_a_limit() {
    let nested =
        |depth: usize, open: &str, close: &str| format!("{}age=1{}", open.repeat(depth), close.repeat(depth));
    for (open, close) in [("(", ")"), ("not ", ""), ("!", "")] {
        assert!(parse(&nested(QUERY_DEPTH_MAX, open, close)).is_ok());
        let error = refused(&nested(QUERY_DEPTH_MAX + 1, open, close));
        assert_eq!(error.position, QUERY_DEPTH_MAX * open.len() + 1, "{error}");
        refused(&nested(3000, open, close));
    }
    let many = |count: usize| vec!["age=1"; count].join(" or ");
    assert!(parse(&many(QUERY_COMPARISONS_MAX)).is_ok());
    assert!(refused(&many(QUERY_COMPARISONS_MAX + 1)).message.contains("may have 128 comparisons"));
    let list = |count: usize| format!("age in [{}]", vec!["1"; count].join(","));
    assert!(parse(&list(QUERY_VALUES_MAX)).is_ok());
    assert!(refused(&list(QUERY_VALUES_MAX + 1)).message.contains("may have 1000 values"));
    let long = |bytes: usize| format!("name = '{}'", "x".repeat(bytes - 9));
    assert!(parse(&long(QUERY_MAX_BYTES)).is_ok());
    assert_eq!(refused(&long(QUERY_MAX_BYTES + 1)).position, QUERY_MAX_BYTES + 1);
}

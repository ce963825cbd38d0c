use proptest::prelude::*;
use proptest::test_runner::Config;

use super::generate::{query, row};
use super::*;

proptest! {
    #![proptest_config(Config::with_cases(1024))]

    #[test]
    fn a_query_says_of_a_row_what_a_naive_reading_says(
        plain in query(), rows in prop::collection::vec(row(), 1..8), seeds in prop::collection::vec(any::<usize>(), 64)
    ) {
        let mut seeds = seeds.into_iter().cycle();
        let text = plain.written(&mut |count| seeds.next().unwrap() % count);
        let query = parse(&text).unwrap();
        for row in rows {
            prop_assert_eq!(query.matches(&row), plain.holds(&row), "{} of {:?}", text, row);
        }
        let printed = query.to_string();
        prop_assert_eq!(parse(&printed), Ok(query), "{} printed as {}", text, printed);
    }

    #[test]
    fn any_text_is_a_query_or_is_refused_with_a_position(text in "\\PC{0,60}") {
        if let Err(error) = parse(&text) {
            prop_assert!((1..=text.chars().count() + 1).contains(&error.position), "{}", error);
            let named = format!("at position {}", error.position);
            prop_assert!(error.message.contains(&named), "{}", error);
        }
    }

    #[test]
    fn any_row_of_tokens_is_a_query_or_is_refused(
        words in prop::collection::vec(prop::sample::select(vec![
            "name", "age", "version", "rank", "host_info.addresses", "eq", "like", "not", "in", "from", "to", "and",
            "or", "(", ")", "[", "]", ",", "'x'", "1", "10.0", "!", "<>", "\"", "é",
        ]), 0..24)
    ) {
        let text = words.join(" ");
        match parse(&text) {
            Ok(query) => prop_assert_eq!(parse(&query.to_string()), Ok(query)),
            Err(error) => prop_assert!((1..=text.chars().count() + 1).contains(&error.position), "{}", error),
        }
    }
}

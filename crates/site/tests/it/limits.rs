//! Each named limit holds exactly: the last one that fits is taken, one more is refused by its name.

use std::ops::Range;

use domain::{
    ClassificationName, ClassificationsLimit, Colour, Conditions, Description, Error, Limits, Os, RuleName,
    RulesLimit, TagFields, TagName, TagsLimit,
};
use proptest::prelude::*;
use site::commands::{CreateClassifications, CreateRules, CreateTag, NewClassification, NewRule};
use site::{Command, Site, State};

use crate::{at, context};

const CLASSIFICATIONS_MAX: usize = domain::CLASSIFICATIONS_MAX as usize;
const RULES_MAX: usize = domain::RULES_MAX as usize;
const TAGS_MAX: usize = domain::TAGS_MAX as usize;

fn run<C: Command<Site>>(site: &mut Site, mut command: C) -> Result<(), Error> {
    let context = context("ann", at(0));
    let changes = command.decide(site, &context)?;
    site.apply(&context, changes, None);
    Ok(())
}

fn limit<C: Command<Site>>(site: &mut Site, command: C) -> &'static str {
    run(site, command).unwrap_err().code()
}

fn new_classifications(numbers: Range<usize>) -> CreateClassifications {
    let new = |number| NewClassification {
        name: ClassificationName::new(&format!("c{number}")).unwrap(),
        description: None,
    };
    CreateClassifications::new(numbers.map(new).collect())
}

fn new_rules(numbers: Range<usize>) -> CreateRules {
    let new = |number| NewRule {
        name: RuleName::new(&format!("r{number}")).unwrap(),
        label: ClassificationName::new("c0").unwrap(),
        os: Os::Linux,
        conditions: Conditions::new(&format!(r#"{{"$and":[{{"file_check":{{"path":"/{number}"}}}}]}}"#))
            .unwrap(),
    };
    CreateRules::new(numbers.map(new).collect())
}

fn new_tag(number: usize) -> CreateTag {
    let name = TagName::new(&format!("t{number}")).unwrap();
    CreateTag::new(TagFields { name, description: Description::empty(), colour: Colour::Gray })
}

#[test]
fn a_site_holds_so_many_classifications_and_no_more() {
    let mut site = Site::default();
    run(&mut site, new_classifications(0..CLASSIFICATIONS_MAX - 1)).unwrap();
    let two_more = CLASSIFICATIONS_MAX - 1..CLASSIFICATIONS_MAX + 1;
    assert_eq!(limit(&mut site, new_classifications(two_more)), "classifications");
    run(&mut site, new_classifications(0..CLASSIFICATIONS_MAX)).unwrap();
    assert_eq!(site.catalogue.classifications.len(), CLASSIFICATIONS_MAX);
}

#[test]
fn a_site_holds_so_many_rules_and_no_more() {
    let mut site = Site::default();
    run(&mut site, new_classifications(0..1)).unwrap();
    run(&mut site, new_rules(0..RULES_MAX - 1)).unwrap();
    assert_eq!(limit(&mut site, new_rules(RULES_MAX - 1..RULES_MAX + 1)), "rules");
    run(&mut site, new_rules(RULES_MAX - 1..RULES_MAX)).unwrap();
    assert_eq!(site.catalogue.rules.len(), RULES_MAX);
}

#[test]
fn a_site_holds_so_many_tags_and_no_more() {
    let mut site = Site::default();
    for number in 0..TAGS_MAX {
        run(&mut site, new_tag(number)).unwrap();
    }
    assert_eq!(limit(&mut site, new_tag(TAGS_MAX)), "tags");
    assert_eq!(site.catalogue.tags.len(), TAGS_MAX);
}

/// The limits of a site that may hold two tags, two classifications and two rules.
fn two() -> Limits {
    Limits {
        tags: TagsLimit::new(2).unwrap(),
        classifications: ClassificationsLimit::new(2).unwrap(),
        rules: RulesLimit::new(2).unwrap(),
        ..Limits::default()
    }
}

#[test]
fn a_site_that_holds_more_than_it_may_keeps_it_and_gets_nothing_more() {
    let mut site = Site::default();
    run(&mut site, new_classifications(0..3)).unwrap();
    run(&mut site, new_rules(0..3)).unwrap();
    for number in 0..3 {
        run(&mut site, new_tag(number)).unwrap();
    }
    assert_eq!(limit(&mut site, new_classifications(3..4).within(two())), "classifications");
    assert_eq!(limit(&mut site, new_rules(3..4).within(two())), "rules");
    assert_eq!(limit(&mut site, new_tag(3).within(two())), "tags");
    run(&mut site, new_classifications(0..3).within(two())).unwrap();
    let catalogue = &site.catalogue;
    assert_eq!((catalogue.classifications.len(), catalogue.rules.len(), catalogue.tags.len()), (3, 3, 3));
}

proptest! {
    #[test]
    fn so_many_are_taken_at_once_as_the_limit_leaves_room_for(held in 0..5_usize, added in 1..5_usize, most in 1..9_i64) {
        let mut site = Site::default();
        run(&mut site, new_classifications(0..held.max(1))).unwrap();
        run(&mut site, new_rules(0..held)).unwrap();
        let limits = Limits {
            classifications: ClassificationsLimit::new(most).unwrap(),
            rules: RulesLimit::new(most).unwrap(),
            ..Limits::default()
        };
        let rules = run(&mut site, new_rules(held..held + added).within(limits)).is_ok();
        prop_assert_eq!(rules, (held + added) as i64 <= most);
        let held = held.max(1);
        let classifications = run(&mut site, new_classifications(held..held + added).within(limits)).is_ok();
        prop_assert_eq!(classifications, (held + added) as i64 <= most);
    }
}

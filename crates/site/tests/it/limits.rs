//! Each named limit holds exactly: the last one that fits is taken, one more is refused by its name.

use std::ops::Range;

use domain::{ClassificationName, Colour, Conditions, Description, Error, Os, RuleName, TagFields, TagName};
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

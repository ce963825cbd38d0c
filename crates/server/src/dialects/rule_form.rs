//! The members of a rule, as every dialect reads them.

use domain::{ClassificationName, Conditions, Os, RuleName};
use serde_json::value::RawValue;
use wire::Text;

use crate::violations::Violations;

/// The members of a rule that a request gives.
pub(super) struct RuleTexts<'a> {
    pub(super) name: Option<&'a Text<'a>>,
    pub(super) label: Option<&'a Text<'a>>,
    pub(super) os: Option<&'a Text<'a>>,
    pub(super) conditions: Option<&'a RawValue>,
}

/// The same in their types; `None`: not given, or not of its form.
pub(super) struct RuleForm {
    pub(super) name: Option<RuleName>,
    pub(super) label: Option<ClassificationName>,
    pub(super) os: Option<Os>,
    pub(super) conditions: Option<Conditions>,
}

impl RuleTexts<'_> {
    /// Takes them into their types. `at` stands before the names of members in what is `found` wrong.
    pub(super) fn read(&self, at: &str, found: &mut Violations) -> RuleForm {
        let at = |member: &str| format!("{at}{member}");
        let conditions = self.conditions.map(|conditions| Conditions::new(conditions.get()));
        RuleForm {
            name: found.take_some(at("name"), self.name.map(|name| RuleName::new(name))),
            label: found.take_some(at("label"), self.label.map(|label| ClassificationName::new(label))),
            os: found.take_some(at("os"), self.os.map(|os| Os::new(os))),
            conditions: found.take_some(at("conditions"), conditions),
        }
    }
}

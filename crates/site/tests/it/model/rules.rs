//! Rules.

use ::rules::Tree;
use domain::{ClassificationId, ClassificationName, Conditions, Os, RuleFields, RuleName};
use site::Context;

use super::{Answer, Answered, Model, Refusal, same};

impl Model {
    pub fn create_rules(
        &mut self,
        context: &Context,
        items: &[(RuleName, ClassificationName, Os, Conditions)],
    ) -> Answered {
        let mut checked = Vec::new();
        let mut wrong = Vec::new();
        for (name, label, os, conditions) in items {
            match (self.labelled(label), self.tree(conditions, *os)) {
                (Ok(classification), Ok(tree)) => {
                    let (name, os, conditions) = (name.clone(), *os, conditions.clone());
                    checked.push((RuleFields { name, classification, os, conditions }, tree));
                }
                (Err(refusal), _) | (_, Err(refusal)) => wrong.push(refusal),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong.remove(0));
        }
        for (place, (fields, tree)) in checked.iter().enumerate() {
            self.free_rule_name(&fields.name, None)?;
            self.unlike(fields.os, tree, None)?;
            for (earlier, other_tree) in &checked[..place] {
                if same(earlier.name.as_str(), fields.name.as_str()) {
                    return Err(Refusal::because("repeated"));
                }
                if earlier.os == fields.os && other_tree.root() == tree.root() {
                    return Err(Refusal::because("repeated"));
                }
            }
        }
        let stamp = self.record(context);
        for (fields, tree) in checked {
            let id = self.new_id();
            self.rules.insert(id, (fields, tree, stamp.clone()));
        }
        Ok(Answer::Done)
    }

    pub fn change_rule(
        &mut self,
        context: &Context,
        id: u32,
        name: Option<RuleName>,
        label: Option<&ClassificationName>,
        os: Option<Os>,
        conditions: Option<&Conditions>,
    ) -> Answered {
        let (before, tree, _) = self.rules.get(&id).ok_or(Refusal::because("not_found"))?.clone();
        if os.is_some_and(|os| os != before.os) {
            return Err(Refusal::because("os_fixed"));
        }
        let mut after = (before.clone(), tree);
        if let Some(label) = label {
            after.0.classification = self.labelled(label)?;
        }
        if let Some(conditions) = conditions {
            after =
                (RuleFields { conditions: conditions.clone(), ..after.0 }, self.tree(conditions, before.os)?);
        }
        if let Some(name) = name {
            self.free_rule_name(&name, Some(id))?;
            after.0.name = name;
        }
        if conditions.is_some() {
            self.unlike(before.os, &after.1, Some(id))?;
        }
        if after.0 != before {
            let stamp = self.record(context);
            self.rules.insert(id, (after.0, after.1, stamp));
        }
        Ok(Answer::Done)
    }

    pub fn delete_rule(&mut self, context: &Context, id: u32) -> Answered {
        if self.rules.remove(&id).is_none() {
            return Err(Refusal::because("not_found"));
        }
        self.record(context);
        Ok(Answer::Done)
    }

    fn labelled(&self, label: &ClassificationName) -> Result<ClassificationId, Refusal> {
        let mut all = self.classifications.iter();
        let found = all.find(|(_, fields, _)| same(fields.name.as_str(), label.as_str()));
        found.map(|(id, ..)| ClassificationId(*id)).ok_or(Refusal::because("unknown_label"))
    }

    fn tree(&self, conditions: &Conditions, os: Os) -> Result<Tree, Refusal> {
        let tree = Tree::check(conditions, os).map_err(|violations| Refusal::because(violations[0].code))?;
        match tree.tags().iter().all(|tag| self.tags.contains_key(&tag.0)) {
            true => Ok(tree),
            false => Err(Refusal::because("unknown_tag")),
        }
    }

    fn free_rule_name(&self, name: &RuleName, own: Option<u32>) -> Result<(), Refusal> {
        let mut others = self.rules.iter().filter(|(id, _)| Some(**id) != own);
        match others.any(|(_, (fields, ..))| same(fields.name.as_str(), name.as_str())) {
            true => Err(Refusal::because("name_taken")),
            false => Ok(()),
        }
    }

    fn unlike(&self, os: Os, tree: &Tree, own: Option<u32>) -> Result<(), Refusal> {
        let mut others = self.rules.iter().filter(|(id, _)| Some(**id) != own);
        match others.any(|(_, (fields, other, _))| fields.os == os && other.root() == tree.root()) {
            true => Err(Refusal::because("same_criteria")),
            false => Ok(()),
        }
    }
}

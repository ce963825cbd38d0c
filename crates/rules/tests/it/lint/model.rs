//! The claims as they follow from asking every device.

use proptest::prelude::*;
use rules::Truth;
use rules::lint::Flaw;
use serde_json::{Value, json};

use super::worlds::World;

/// A tree over the checks of a world.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Check(usize),
    And(Vec<Self>),
    Or(Vec<Self>),
}

impl Shape {
    pub fn any(checks: usize) -> impl Strategy<Value = Self> {
        (0..checks).prop_map(Self::Check).prop_recursive(3, 12, 3, |inner| {
            let children = prop::collection::vec(inner, 1..4);
            prop_oneof![children.clone().prop_map(Self::And), children.prop_map(Self::Or)]
        })
    }

    /// As a rule has it: an operator at the top.
    pub fn conditions(&self, checks: &[Value]) -> Value {
        match self {
            Self::Check(_) => json!({ "$and": [self.node(checks)] }),
            _ => self.node(checks),
        }
    }

    fn node(&self, checks: &[Value]) -> Value {
        let all = |children: &[Self]| children.iter().map(|child| child.node(checks)).collect::<Vec<_>>();
        match self {
            Self::Check(check) => checks[*check].clone(),
            Self::And(children) => json!({ "$and": all(children) }),
            Self::Or(children) => json!({ "$or": all(children) }),
        }
    }

    fn truth(&self, row: &[Truth]) -> Truth {
        match self {
            Self::Check(check) => row[*check],
            Self::And(children) => children.iter().map(|child| child.truth(row)).min().unwrap(),
            Self::Or(children) => children.iter().map(|child| child.truth(row)).max().unwrap(),
        }
    }
}

/// Whether `flaws` are just what is true of these rules in the world; why not.
pub fn hold(world: &World, rules: &[(usize, Shape)], flaws: &[(usize, Flaw)]) -> Result<(), String> {
    // By rule and device: whether it passes.
    let passes: Vec<Vec<bool>> = rules
        .iter()
        .map(|(_, shape)| world.rows.iter().map(|row| shape.truth(row) == Truth::Pass).collect())
        .collect();
    let covered = |rule: usize, by: &[usize]| {
        (0..world.rows.len()).all(|row| !passes[rule][row] || by.iter().any(|other| passes[*other][row]))
    };
    let of = |rule: usize, wanted: fn(&Flaw) -> bool| {
        flaws.iter().find(|(at, flaw)| *at == rule && wanted(flaw)).map(|(_, flaw)| flaw)
    };
    let never: Vec<_> = passes.iter().map(|passes| !passes.contains(&true)).collect();
    let mut stands: Vec<_> = never.iter().map(|never| !never).collect();
    for rule in 0..rules.len() {
        expect(rule, "never", never[rule], of(rule, |flaw| matches!(flaw, Flaw::NeverTrue(_))))?;
        let always = !passes[rule].contains(&false);
        expect(rule, "always", always, of(rule, |flaw| matches!(flaw, Flaw::AlwaysTrue)))?;
        // Which trees are equal is a matter of their form, tested elsewhere.
        if let Some(Flaw::Duplicate { of }) = of(rule, |flaw| matches!(flaw, Flaw::Duplicate { .. })) {
            if *of >= rule || passes[rule] != passes[*of] || never[rule] {
                return Err(format!("{rule} is no duplicate"));
            }
            stands[rule] = false;
        } else if let Some(of) = (0..rule).find(|of| rules[*of].1 == rules[rule].1 && stands[rule]) {
            return Err(format!("{rule} is a duplicate of {of}"));
        }
    }
    let mut order: Vec<_> = (0..rules.len()).filter(|rule| stands[*rule]).collect();
    order.sort_by_key(|rule| (rules[*rule].0, std::cmp::Reverse(*rule)));
    for rule in order {
        let others = |within: &dyn Fn(usize) -> bool| -> Vec<usize> {
            (0..rules.len()).filter(|at| *at != rule && stands[*at] && within(rules[*at].0)).collect()
        };
        let (stronger, all) = (others(&|rank| rank < rules[rule].0), others(&|rank| rank <= rules[rule].0));
        let shadowed = covered(rule, &stronger);
        let redundant = !shadowed && covered(rule, &all);
        let said = of(rule, |flaw| matches!(flaw, Flaw::Shadowed { .. }));
        expect(rule, "shadowed", shadowed, said)?;
        let said = said.or_else(|| of(rule, |flaw| matches!(flaw, Flaw::Redundant { .. })));
        expect(rule, "shadowed or redundant", shadowed || redundant, said)?;
        if let Some(Flaw::Shadowed { by } | Flaw::Redundant { by }) = said {
            stands[rule] = false;
            let among = if shadowed { &stronger } else { &all };
            let alone = among.iter().any(|other| covered(rule, &[*other]));
            let spare = (0..by.len()).any(|place| {
                let mut fewer = by.clone();
                fewer.remove(place);
                covered(rule, &fewer)
            });
            if !covered(rule, by)
                || spare
                || (by.len() == 1) != alone
                || !by.iter().all(|at| among.contains(at))
            {
                return Err(format!("{rule} names {by:?} among {among:?}"));
            }
        }
    }
    Ok(())
}

fn expect(rule: usize, what: &str, expected: bool, said: Option<&Flaw>) -> Result<(), String> {
    if said.is_some() == expected { Ok(()) } else { Err(format!("{rule} {what}: {expected}, said {said:?}")) }
}

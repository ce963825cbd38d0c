//! From the JSON of a condition tree to its nodes: the operators.

use domain::{Os, Violation};
use serde_json::{Map, Value};

use crate::faults::Faults;
use crate::parameters::Parameters;
use crate::read_check;
use crate::table::Name;
use crate::tree::{Node, TREE_CHECKS_MAX, TREE_DEPTH_MAX};

/// Reads the tree of a rule for `os`, or says all that is wrong with it.
pub(crate) fn tree(conditions: &Value, os: Os) -> Result<Node, Vec<Violation>> {
    let mut reader = Reader { os, checks: 0, faults: Faults::default() };
    let root = reader.node(conditions, "conditions", 0);
    if reader.checks > TREE_CHECKS_MAX {
        let message = format!(
            "has {} checks and may have {TREE_CHECKS_MAX}; several rules of one classification can share them",
            reader.checks
        );
        reader.faults.add("conditions", "too_many_checks", message);
    }
    reader.faults.into_result()?;
    Ok(root.expect("a node that could not be read left a fault"))
}

const NO_OPERATOR: &str = "is no operator; there are $and and $or";

fn is_mistyped_operator(name: &str) -> bool {
    name.starts_with('$') || ["", "and", "or", "not"].contains(&name.to_lowercase().as_str())
}

struct Reader {
    os: Os,
    checks: usize,
    faults: Faults,
}

impl Reader {
    /// Reads what stands at `path` below `depth` operators. `None`: a fault says why.
    fn node(&mut self, value: &Value, path: &str, depth: usize) -> Option<Node> {
        let Value::Object(members) = value else {
            self.faults.add(
                path,
                "type",
                "must be an object such as {\"$and\": […]} or {\"domain_check\": {…}}",
            );
            return None;
        };
        match (members.get("$and"), members.get("$or")) {
            (Some(_), Some(_)) => {
                let message = "must have one of $and and $or; put the other into its list";
                self.faults.add(path, "one_key", message);
                None
            }
            (Some(children), None) => self.operator("$and", children, members, path, depth).map(Node::And),
            (None, Some(children)) => self.operator("$or", children, members, path, depth).map(Node::Or),
            (None, None) => self.alone(members, path, depth),
        }
    }

    /// Reads the list of an operator. Other members may stand beside it, but none that looks as if it counted.
    fn operator(
        &mut self,
        operator: &str,
        children: &Value,
        members: &Map<String, Value>,
        path: &str,
        depth: usize,
    ) -> Option<Box<[Node]>> {
        for name in members.keys().filter(|name| *name != operator) {
            if is_mistyped_operator(name) {
                self.faults.add(&format!("{path}.{name}"), "operator", NO_OPERATOR);
            } else if name.to_lowercase().ends_with("_check") {
                let message = format!("would not count beside {operator}; put it into the list");
                self.faults.add(&format!("{path}.{name}"), "beside_operator", message);
            }
        }
        self.children(children, &format!("{path}.{operator}"), depth)
    }

    /// Reads an object without an operator: a check, which is its only member.
    fn alone(&mut self, members: &Map<String, Value>, path: &str, depth: usize) -> Option<Node> {
        let mut members = members.iter();
        let (Some((name, value)), None) = (members.next(), members.next()) else {
            let message = "must have $and or $or, or be a check and have its name as the only key";
            self.faults.add(path, "one_key", message);
            return None;
        };
        let path = format!("{path}.{name}");
        // It would else be kept as a check that we do not know, and its rule never match.
        if is_mistyped_operator(name) {
            self.faults.add(&path, "operator", NO_OPERATOR);
            return None;
        }
        if depth == 0 {
            self.faults.add(&path, "operator", "must stand within an operator: {\"$and\": [ … ]}");
            return None;
        }
        self.check(name, value, &path)
    }

    fn children(&mut self, value: &Value, path: &str, depth: usize) -> Option<Box<[Node]>> {
        let Value::Array(children) = value else {
            self.faults.add(path, "type", "must be a list of checks and operators");
            return None;
        };
        if children.is_empty() {
            let message = "must not be empty: a rule without criteria would be for every device";
            self.faults.add(path, "empty", message);
            return None;
        }
        if depth == TREE_DEPTH_MAX {
            let message =
                format!("is operator {} on its way from the top; at most {TREE_DEPTH_MAX}", depth + 1);
            self.faults.add(path, "too_deep", message);
            return None;
        }
        // Every child is read, also after one that could not be, to find all that is wrong.
        let children: Vec<_> = children
            .iter()
            .enumerate()
            .map(|(place, child)| self.node(child, &format!("{path}[{place}]"), depth + 1))
            .collect();
        children.into_iter().collect()
    }

    fn check(&mut self, name: &str, value: &Value, path: &str) -> Option<Node> {
        self.checks += 1;
        let Some(known) = Name::new(name) else {
            return Some(Node::Check(read_check::other(name, value)));
        };
        let systems = known.systems();
        if !systems.contains(&self.os) {
            let systems = systems.iter().map(|os| os.name()).collect::<Vec<_>>().join(", ");
            let message = format!("is no check for {}; it is one for {systems}", self.os.name());
            self.faults.add(path, "not_for_os", message);
            return None;
        }
        let Value::Object(members) = value else {
            self.faults.add(
                path,
                "type",
                format_args!("must be an object such as {}", known.example(self.os)),
            );
            return None;
        };
        let parameters = Parameters::new(members, path, known.example(self.os), &mut self.faults);
        read_check::known(known, self.os, parameters).map(Node::Check)
    }
}

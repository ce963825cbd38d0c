//! From the JSON of a condition tree to its nodes: the operators.

use domain::{Os, Violation};
use serde_json::Value;

use crate::faults::Faults;
use crate::parameters::Parameters;
use crate::read_check::{self, Name};
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
        let mut members = members.iter();
        let (Some((name, value)), None) = (members.next(), members.next()) else {
            let message = "must have exactly one key: $and, $or or the name of a check";
            self.faults.add(path, "one_key", message);
            return None;
        };
        let path = format!("{path}.{name}");
        match name.as_str() {
            "$and" => self.children(value, &path, depth).map(Node::And),
            "$or" => self.children(value, &path, depth).map(Node::Or),
            // A mistyped operator would else be kept as a check that we do not know, and its rule never match.
            _ if name.starts_with('$')
                || ["", "and", "or", "not"].contains(&name.to_lowercase().as_str()) =>
            {
                self.faults.add(&path, "operator", "is no operator; there are $and and $or");
                None
            }
            _ if depth == 0 => {
                self.faults.add(&path, "operator", "must stand within an operator: {\"$and\": [ … ]}");
                None
            }
            _ => self.check(name, value, &path),
        }
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

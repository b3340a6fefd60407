use std::fmt;

use chassis::failure::Violation;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::flow::alias::{Plan, plan};
use crate::flow::scan::Scan;
use crate::flow::schema::LIMIT;
use crate::flow::scope::INPUT;
use crate::flow::{Flow, message};

/// An input that fits a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The input with its aliases resolved; whatever else it holds is the caller's own text.
    pub input: String,
    /// What the caller should know.
    pub warnings: Vec<String>,
}

/// An input that does not fit a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What does not fit, by paths such as `input.title`; at most 50.
    pub violations: Vec<Violation>,
}

impl Flow {
    /// Resolves an input's aliases and holds it against the flow's schema.
    pub fn accept(&self, input: &str) -> Result<Accepted, Refused> {
        let (value, mut violations) = Scan::read(INPUT, input);
        let members = match value {
            None => return Err(Refused { violations }),
            Some(Value::Object(members)) => members,
            Some(other) => {
                let message = format!("must be an object, not {}", message::named(&other));
                let violations = vec![Violation { path: INPUT.to_owned(), message }];
                return Err(Refused { violations });
            }
        };
        let plan = plan(&self.aliases, &members);
        let canonical = renamed(&plan, members);
        for violation in self.input.violations(INPUT, &canonical) {
            if violations.iter().all(|known| known.path != violation.path) {
                violations.push(with_alias(&plan, violation));
            }
        }
        violations.truncate(LIMIT);
        if !violations.is_empty() {
            return Err(Refused { violations });
        }
        let input = if plan.renamed.is_empty() { None } else { rewritten(&plan, input) }
            .unwrap_or_else(|| input.trim().to_owned());
        Ok(Accepted { input, warnings: plan.warnings })
    }
}

/// The name that a member gets; none for a null that stands in an alias's way.
fn name_of<'n>(plan: &'n Plan<'_>, name: &'n str) -> Option<&'n str> {
    if plan.renamed.iter().any(|alias| alias.canonical == name) {
        return None;
    }
    let alias = plan.renamed.iter().find(|alias| alias.alias == name);
    Some(alias.map_or(name, |alias| &alias.canonical))
}

fn renamed(plan: &Plan<'_>, members: Map<String, Value>) -> Value {
    let member = |(name, value): (String, Value)| Some((name_of(plan, &name)?.to_owned(), value));
    Value::Object(members.into_iter().filter_map(member).collect())
}

/// The input's text with other names; each value stays as it was written.
fn rewritten(plan: &Plan<'_>, input: &str) -> Option<String> {
    let members: Members<'_> = serde_json::from_str(input).ok()?;
    let member = |(name, value): &(String, &RawValue)| {
        Some(format!("{}:{}", Value::from(name_of(plan, name)?), value.get()))
    };
    let members: Vec<String> = members.0.iter().filter_map(member).collect();
    Some(format!("{{{}}}", members.join(",")))
}

/// Says under which name the caller sent what is refused.
fn with_alias(plan: &Plan<'_>, violation: Violation) -> Violation {
    let Violation { path, mut message } = violation;
    let below = path.strip_prefix("input.").unwrap_or_default();
    let member = below.split(['.', '[']).next().unwrap_or_default();
    if let Some(alias) = plan.renamed.iter().find(|alias| alias.canonical == member) {
        message = format!("{message} (sent as `{}`)", alias.alias);
    }
    Violation { path, message }
}

/// An object's members in their order, each value as text.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Members<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Collect).map(Self)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = object.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

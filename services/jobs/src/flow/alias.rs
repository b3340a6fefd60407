use serde_json::{Map, Value};

use crate::flow::nearest::nearest;
use crate::flow::table::{Field, Table};
use crate::flow::{Error, Schema};

/// A name that existing callers use, and the name that the flow uses.
#[derive(Clone, Debug)]
pub(super) struct Alias {
    pub(super) alias: String,
    pub(super) canonical: String,
}

/// What the aliases do to one input.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    /// The aliases that are renamed.
    pub(super) renamed: Vec<&'a Alias>,
    /// Aliases that came beside what they stand for.
    pub(super) warnings: Vec<String>,
}

const LIMIT: usize = 200;

/// Reads `[input.aliases]`, in the order of the file.
pub(super) fn read(table: Table<'_>, schema: &Schema) -> Result<Vec<Alias>, Error> {
    let fields = table.fields();
    if fields.len() > LIMIT {
        return Err(table.error(format!("more than {LIMIT} aliases"), "remove some"));
    }
    fields.iter().map(|field| alias(field, schema)).collect()
}

fn alias(field: &Field<'_>, schema: &Schema) -> Result<Alias, Error> {
    let canonical = field.plain()?;
    let members = schema.members();
    // A schema that describes no members by name cannot tell.
    if !members.is_empty() && !members.contains(&canonical) {
        let message = format!("`input.schema.json` has no member `{canonical}`");
        let remedy = match nearest(canonical, members) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a member of the schema".to_owned(),
        };
        return Err(field.error(message, remedy));
    }
    if members.contains(&field.name.as_str()) {
        let message = format!("`{}` is a member of `input.schema.json` itself", field.name);
        return Err(field.error(message, "remove the alias"));
    }
    Ok(Alias { alias: field.name.clone(), canonical: canonical.to_owned() })
}

/// Which aliases count: the first of each name, where the name itself is absent. Null is absent.
pub(super) fn plan<'a>(aliases: &'a [Alias], input: &Map<String, Value>) -> Plan<'a> {
    let has = |name: &str| input.get(name).is_some_and(|value| !value.is_null());
    let mut plan = Plan::default();
    for alias in aliases.iter().filter(|alias| has(&alias.alias)) {
        let first = plan.renamed.iter().find(|other| other.canonical == alias.canonical);
        let winner = match first {
            Some(first) => &first.alias,
            None if has(&alias.canonical) => &alias.canonical,
            None => {
                plan.renamed.push(alias);
                continue;
            }
        };
        plan.warnings.push(format!(
            "`input.{}` was not used as `{}`, since `input.{winner}` is there too",
            alias.alias, alias.canonical,
        ));
    }
    plan
}

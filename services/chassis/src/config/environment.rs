use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::config::schema::Schema;
use crate::config::settings::Values;
use crate::config::{Error, Origin, Sources, suggestion, text};

const PREFIX: &str = "THROUGHLINE_";
/// Names with the prefix that are no settings: the file's own, the tools' folder, and what tests read.
const OTHERS: [&str; 2] = ["THROUGHLINE_CONFIG", "THROUGHLINE_TOOLS"];
const TESTS: &str = "THROUGHLINE_TEST_";

/// The environment of this process; the one place that reads it.
///
/// What is not UTF-8 comes with U+FFFD in it, and is refused where a setting would take it.
pub fn environment() -> Vec<(String, String)> {
    let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value))).collect()
}

/// The folder in which programs keep what is theirs, of this user; nothing where nobody says.
pub fn data_home() -> Option<PathBuf> {
    let environment = environment();
    let set = |name: &str| {
        let mut found = environment.iter().filter(|(set, value)| set == name && !value.is_empty());
        found.next().map(|(_, value)| PathBuf::from(value))
    };
    // The standard says that a relative one does not count.
    let own = set("XDG_DATA_HOME").filter(|folder| folder.is_absolute());
    own.or_else(|| Some(set("HOME")?.join(".local/share")))
}

/// The variables whose names and meaning others define: OpenTelemetry's, and `NO_COLOR`.
pub(super) fn standard(environment: &[(String, String)]) -> BTreeMap<String, String> {
    let set = environment.iter().filter(|(_, value)| !value.is_empty());
    set.filter(|(name, _)| name.starts_with("OTEL_") || name == "NO_COLOR").cloned().collect()
}

/// The variable that sets what stands at a path.
pub(super) fn variable(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', "__").to_uppercase())
}

/// Lays the usual names over the values, then those with the prefix.
///
/// A member of the bundle counts where no variable has its name.
pub(super) fn apply(
    values: &mut Values,
    schema: &Schema,
    sources: &Sources<'_>,
) -> Result<(), Error> {
    let set = || sources.environment.iter().filter(|(_, value)| !value.is_empty());
    for (name, key) in sources.usual {
        if let Some((_, value)) = set().find(|(set, _)| set == name) {
            assign(values, schema, key, value, Origin::Environment((*name).to_owned()))?;
        } else if let Some(bundle) = &sources.fetched.bundle
            && let Some(value) = bundle.members.get(*name).filter(|value| !value.is_empty())
        {
            let origin = Origin::Secret(format!("secret {}#{name}", bundle.name));
            assign(values, schema, key, value, origin)?;
        }
    }
    let paths: Vec<(String, &String)> = schema.keys().map(|path| (variable(path), path)).collect();
    for (name, value) in set().filter(|(name, _)| is_ours(name)) {
        match paths.iter().find(|(variable, _)| variable == name) {
            Some((_, path)) => {
                assign(values, schema, path, value, Origin::Environment(name.clone()))?;
            }
            None if is_service_link(name, value) => {}
            None => return Err(unknown(name, &paths)),
        }
    }
    Ok(())
}

fn assign(
    values: &mut Values,
    schema: &Schema,
    key: &str,
    value: &str,
    origin: Origin,
) -> Result<(), Error> {
    let Some(definition) = schema.get(key) else {
        let remedy = suggestion::remedy(key, schema.keys().map(String::as_str));
        return Err(Error::Unknown { name: key.to_owned(), origin, remedy });
    };
    let read = if value.contains('\u{fffd}') {
        Err("UTF-8")
    } else {
        text::read(value, &definition.default)
    };
    values.set(key, read, origin)
}

fn unknown(name: &str, paths: &[(String, &String)]) -> Error {
    let remedy = suggestion::remedy(name, paths.iter().map(|(variable, _)| variable.as_str()));
    Error::Unknown { name: name.to_owned(), origin: Origin::Environment(name.to_owned()), remedy }
}

fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX) && !OTHERS.contains(&name) && !name.starts_with(TESTS)
}

/// Kubernetes sets such names by itself, in every container beside a service called `throughline`.
fn is_service_link(name: &str, value: &str) -> bool {
    let is_address = ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme));
    let of_port = |protocol| name.contains("_PORT_") && name.contains(protocol);
    let is_service = name.ends_with("_SERVICE_HOST") || name.contains("_SERVICE_PORT");
    is_service || is_address || ["_TCP", "_UDP", "_SCTP"].into_iter().any(of_port)
}

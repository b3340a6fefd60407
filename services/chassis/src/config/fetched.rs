use std::collections::BTreeMap;

use crate::config::live::{Cells, texts};
use crate::config::settings::Values;
use crate::config::{Error, Origin};

/// What begins a text that is not the value itself: the schemes of secret stores.
const SCHEMES: [&str; 2] = ["secret://", "ssm://"];

/// What was read from secret stores for the settings that name them.
#[derive(Clone, Default)]
pub struct Fetched {
    /// The bundle, where there is one.
    pub bundle: Option<Bundle>,
    /// What stands behind each reference, such as `secret://name#field`.
    pub texts: BTreeMap<String, String>,
}

/// One secret whose members have the usual names of variables, and count like these.
#[derive(Clone)]
pub struct Bundle {
    /// The secret's name or ARN.
    pub name: String,
    /// Its members.
    pub members: BTreeMap<String, String>,
}

/// A text of the settings that stands for what is in a secret store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The setting that it belongs to.
    pub setting: String,
    /// Where it was written.
    pub origin: Origin,
    /// The reference, such as `secret://name#field`.
    pub text: String,
}

/// The references among the values.
pub(super) fn references(values: &Values) -> Vec<Reference> {
    let mut found = Vec::new();
    for (setting, (value, origin)) in values.iter() {
        let mut value = value.clone();
        let texts = texts(setting, &mut value).into_iter().filter(|(_, text)| is_reference(text));
        found.extend(texts.map(|(_, text)| Reference {
            setting: setting.clone(),
            origin: origin.clone(),
            text: text.clone(),
        }));
    }
    found
}

/// Puts what was fetched in place of the references, and answers what may change later.
pub(super) fn apply(values: &mut Values, fetched: &Fetched) -> Cells {
    let mut cells = Cells::new();
    for (setting, (value, origin)) in values.iter_mut() {
        let mut sources = Vec::new();
        for (path, text) in texts(setting, value) {
            if let Some(found) = fetched.texts.get(text) {
                sources.push(source(text));
                found.clone_into(text);
                cells.insert(path, text.clone().into());
            } else if matches!(origin, Origin::Secret(_)) {
                cells.insert(path, text.clone().into());
            }
        }
        if !sources.is_empty() {
            *origin = Origin::Secret(sources.join(", "));
        }
    }
    cells
}

/// The reference in the words of `config check`: `secret NAME#FIELD`, `parameter PATH`.
fn source(reference: &str) -> String {
    match reference.split_once("://") {
        Some(("ssm", path)) => format!("parameter {path}"),
        Some((_, name)) => format!("secret {name}"),
        None => reference.to_owned(),
    }
}

fn is_reference(text: &str) -> bool {
    SCHEMES.iter().any(|scheme| text.starts_with(scheme))
}

/// A reference that nothing stands behind cannot be a value.
pub(super) fn refuse_unresolved(values: &Values, setting: &str) -> Result<(), Error> {
    let within = |found: &Reference| {
        let rest = found.setting.strip_prefix(setting);
        setting.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    match references(values).into_iter().find(within) {
        None => Ok(()),
        Some(Reference { setting, origin, .. }) => Err(Error::Refused {
            setting,
            origin,
            what: "names a secret store, and none is asked here".to_owned(),
            remedy: "write the value itself".to_owned(),
        }),
    }
}

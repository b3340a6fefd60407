use std::str::FromStr;

use crate::Error;

/// Where a text is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// In Secrets Manager, by name or ARN.
    Secret(String),
    /// In Parameter Store, by path or ARN.
    Parameter(String),
}

/// What a reference names: a place, and a member of what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) place: Place,
    pub(crate) field: Option<String>,
}

impl Place {
    /// Its name or ARN.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Secret(name) | Self::Parameter(name) => name,
        }
    }

    /// The region that an ARN names.
    pub(crate) fn region(&self) -> Option<&str> {
        self.name().strip_prefix("arn:")?.split(':').nth(2).filter(|region| !region.is_empty())
    }
}

impl FromStr for Reference {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if let Some(path) = text.strip_prefix("ssm://") {
            return parameter(path);
        }
        let name =
            text.strip_prefix("secret://").ok_or(Error::Reference("its scheme is unknown"))?;
        let (name, field) = match name.split_once('#') {
            Some((_, "")) => return Err(Error::Reference("nothing stands behind #")),
            Some((name, field)) => (name, Some(field.to_owned())),
            None => (name, None),
        };
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || "/_+=.@-:".contains(letter);
        if name.is_empty() || !name.chars().all(allowed) {
            return Err(Error::Reference("a name has letters, digits and /_+=.@- only"));
        }
        Ok(Self { place: Place::Secret(name.to_owned()), field })
    }
}

/// Names with folders in them begin with a slash, whether it was written or not.
fn parameter(path: &str) -> Result<Reference, Error> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "/_.-:".contains(letter);
    if path.is_empty() || !path.chars().all(allowed) {
        return Err(Error::Reference("a path has letters, digits and /_.- only"));
    }
    let is_complete = path.starts_with('/') || path.starts_with("arn:") || !path.contains('/');
    let path = if is_complete { path.to_owned() } else { format!("/{path}") };
    Ok(Reference { place: Place::Parameter(path), field: None })
}

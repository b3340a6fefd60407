use std::path::{Path, PathBuf};

use toml::de::{DeTable, Error as TomlError};
use toml::{Table, Value};

use crate::config::schema::{Schema, join};
use crate::config::settings::Values;
use crate::config::{Error, Origin, suggestion, text};

const VARIABLE: &str = "THROUGHLINE_CONFIG";
const USUAL: &str = "throughline.toml";

/// The configuration file: the one that was asked for, else `THROUGHLINE_CONFIG`, else `./throughline.toml` if it exists.
pub fn find(asked: Option<&Path>, environment: &[(String, String)]) -> Option<PathBuf> {
    let named = environment.iter().find(|(name, value)| name == VARIABLE && !value.is_empty());
    let usual = || Some(PathBuf::from(USUAL)).filter(|path| path.exists());
    asked.map(Path::to_owned).or_else(|| named.map(|(_, path)| path.into())).or_else(usual)
}

/// Lays the settings of a file over the values.
pub(super) fn apply(values: &mut Values, schema: &Schema, path: &Path) -> Result<(), Error> {
    let content = std::fs::read_to_string(path)
        .map_err(|error| Error::Unreadable { path: path.to_owned(), why: error.to_string() })?;
    let file = File { path, content: &content, schema };
    let wrong = |error: TomlError| Error::Syntax {
        origin: file.origin(error.span().map_or(0, |span| span.start)),
        why: error.message().to_owned(),
    };
    let spans = DeTable::parse(&content).map_err(wrong)?;
    let table: Table = content.parse().map_err(wrong)?;
    file.walk(values, "", spans.get_ref(), table)
}

struct File<'a> {
    path: &'a Path,
    content: &'a str,
    schema: &'a Schema,
}

impl File<'_> {
    fn walk(
        &self,
        values: &mut Values,
        prefix: &str,
        spans: &DeTable<'_>,
        table: Table,
    ) -> Result<(), Error> {
        for (name, value) in table {
            let key = join(prefix, &name);
            let Some((spanned, inner)) = spans.get_key_value(name.as_str()) else { continue };
            let origin = self.origin(spanned.span().start);
            match (self.schema.get(&key), value, inner.get_ref().as_table()) {
                (Some(definition), value, _) => {
                    let fitting = text::fit(value, &definition.default);
                    values.set(&key, fitting, origin)?;
                }
                (None, Value::Table(table), Some(inner)) if self.is_section(&key) => {
                    self.walk(values, &key, inner, table)?;
                }
                (None, _, _) => return Err(self.unknown(key, origin)),
            }
        }
        Ok(())
    }

    fn is_section(&self, key: &str) -> bool {
        let inside =
            |path: &String| path.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'));
        self.schema.keys().any(inside)
    }

    fn unknown(&self, name: String, origin: Origin) -> Error {
        let remedy = suggestion::remedy(&name, self.schema.keys().map(String::as_str));
        Error::Unknown { name, origin, remedy }
    }

    fn origin(&self, offset: usize) -> Origin {
        let before = self.content.as_bytes().iter().take(offset);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        Origin::File { path: self.path.to_owned(), line }
    }
}

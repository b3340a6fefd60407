use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::flow::Error;
use crate::flow::nearest::{listed, nearest};

/// A TOML file whose lines can be told.
pub(super) struct Source<'s> {
    pub(super) file: String,
    pub(super) text: &'s str,
}

impl Source<'_> {
    pub(super) fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
    }

    pub(super) fn parse(&self) -> Result<Spanned<DeTable<'_>>, Error> {
        DeTable::parse(self.text).map_err(|error| {
            let line = error.span().map(|span| self.line(span.start));
            let message = format!("is not TOML: {}", error.message());
            Error::new(&self.file, line, message, "correct the line, or the one above it")
        })
    }
}

/// A table of a TOML file, with where it stands.
#[derive(Clone, Copy)]
pub(super) struct Table<'s> {
    source: &'s Source<'s>,
    at: usize,
    entries: &'s DeTable<'s>,
}

/// A member of a table or a list, with where it stands.
#[derive(Clone)]
pub(super) struct Field<'s> {
    source: &'s Source<'s>,
    at: usize,
    /// Its name, such as `limit` or `queries[1]`.
    pub(super) name: String,
    /// What it holds.
    pub(super) value: &'s DeValue<'s>,
}

impl<'s> Table<'s> {
    pub(super) fn root(source: &'s Source<'s>, parsed: &'s Spanned<DeTable<'s>>) -> Self {
        Self { source, at: parsed.span().start, entries: parsed.get_ref() }
    }

    /// Refuses members that nobody reads; they are usually misspelt.
    pub(super) fn only(&self, what: &str, known: &[&str]) -> Result<(), Error> {
        let mut unknown: Vec<_> = (self.entries.keys())
            .filter(|key| !known.contains(&key.get_ref().as_ref()))
            .map(|key| (key.span().start, key.get_ref().as_ref()))
            .collect();
        unknown.sort_unstable();
        let Some((at, name)) = unknown.first() else { return Ok(()) };
        let message = format!("{what} has no member `{name}`");
        let remedy = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("remove it; it may have {}", listed(known.iter().copied())),
        };
        Err(Error::new(&self.source.file, self.source.line(*at), message, remedy))
    }

    pub(super) fn get(&self, name: &str) -> Option<Field<'s>> {
        let value = self.entries.get(name)?;
        Some(Field::new(self.source, name.to_owned(), value))
    }

    pub(super) fn need(&self, what: &str, name: &str, example: &str) -> Result<Field<'s>, Error> {
        let missing = || self.error(format!("{what} needs `{name}`"), format!("add `{example}`"));
        self.get(name).ok_or_else(missing)
    }

    /// Its members, in the order of the file.
    pub(super) fn fields(&self) -> Vec<Field<'s>> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let field = |(key, value): (&'s Spanned<_>, &'s Spanned<_>)| {
            let key: &std::borrow::Cow<'_, str> = key.get_ref();
            Field::new(self.source, key.clone().into_owned(), value)
        };
        entries.into_iter().map(field).collect()
    }

    pub(super) fn error(&self, message: impl Into<String>, remedy: impl Into<String>) -> Error {
        Error::new(&self.source.file, self.source.line(self.at), message, remedy)
    }
}

impl<'s> Field<'s> {
    fn new(source: &'s Source<'s>, name: String, value: &'s Spanned<DeValue<'s>>) -> Self {
        Self { source, at: value.span().start, name, value: value.get_ref() }
    }

    pub(super) fn line(&self) -> usize {
        self.source.line(self.at)
    }

    /// What a job's errors call an expression in this field. Where the folder lies is no business
    /// of those who send jobs.
    pub(super) fn place(&self) -> String {
        let file = self.source.file.rsplit('/').next().unwrap_or_default();
        format!("{file}:{}", self.line())
    }

    /// The line of the file that is this line of a text in this field.
    pub(super) fn line_in_text(&self, line: usize) -> usize {
        let quoted = self.source.text.get(self.at..).unwrap_or_default();
        // The first line break after three quotes is no part of the text.
        let opening = ["\"\"\"\n", "'''\n", "\"\"\"\r\n", "'''\r\n"];
        let skipped = usize::from(opening.iter().any(|mark| quoted.starts_with(mark)));
        self.line() + skipped + line.saturating_sub(1)
    }

    pub(super) fn error(&self, message: impl Into<String>, remedy: impl Into<String>) -> Error {
        Error::new(&self.source.file, self.line(), message, remedy)
    }

    fn expected(&self, what: &str, example: &str) -> Error {
        let message = format!("`{}` must be {what}, not {}", self.name, kind(self.value));
        self.error(message, format!("write `{example}`"))
    }

    pub(super) fn text(&self) -> Result<&'s str, Error> {
        let example = format!("{} = \"...\"", self.name);
        self.value.as_str().ok_or_else(|| self.expected("a text", &example))
    }

    /// A text that stands for itself.
    pub(super) fn plain(&self) -> Result<&'s str, Error> {
        let text = self.text()?;
        if text.contains("{{") || text.contains("{%") {
            let message = format!("`{}` takes no expression", self.name);
            return Err(self.error(message, "write the name itself"));
        }
        if text.trim().is_empty() {
            return Err(self.error(format!("`{}` is empty", self.name), "fill it in, or remove it"));
        }
        Ok(text)
    }

    pub(super) fn integer(&self, range: RangeInclusive<i32>) -> Result<i32, Error> {
        let (from, to) = (range.start(), range.end());
        let what = format!("a whole number from {from} to {to}");
        let example = format!("{} = {}", self.name, (*from).max(10).min(*to));
        let DeValue::Integer(number) = self.value else {
            return Err(self.expected(&what, &example));
        };
        let number = i32::from_str_radix(number.as_str(), number.radix());
        let in_range = number.ok().filter(|number| range.contains(number));
        in_range.ok_or_else(|| {
            self.error(format!("`{}` must be {what}", self.name), format!("write `{example}`"))
        })
    }

    pub(super) fn number(&self, range: RangeInclusive<f64>) -> Result<f64, Error> {
        let what = format!("a number from {} to {}", range.start(), range.end());
        let example = format!("{} = 0.2", self.name);
        if !self.value.is_integer() && !self.value.is_float() {
            return Err(self.expected(&what, &example));
        }
        let in_range = number(self.value).filter(|number| range.contains(number));
        in_range.ok_or_else(|| {
            self.error(format!("`{}` must be {what}", self.name), format!("write `{example}`"))
        })
    }

    /// The items of a list, each named by its place.
    pub(super) fn items(&self) -> Result<Vec<Field<'s>>, Error> {
        let example = format!("{} = [...]", self.name);
        let items = self.value.as_array().ok_or_else(|| self.expected("a list", &example))?;
        let field =
            |(index, item)| Field::new(self.source, format!("{}[{index}]", self.name), item);
        Ok(items.iter().enumerate().map(field).collect())
    }

    pub(super) fn table(&self) -> Result<Table<'s>, Error> {
        let example = format!("{} = {{ ... }}", self.name);
        let entries = self.value.as_table().ok_or_else(|| self.expected("a table", &example))?;
        Ok(Table { source: self.source, at: self.at, entries })
    }
}

/// A finite number, whole or not.
pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    let text = match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        DeValue::Integer(_)
        | DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => return None,
    };
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

use chassis::template::{self, Expression};
use serde_json::{Map, Value};
use toml::de::DeValue;

use crate::flow::scope::Scope;
use crate::flow::table::{Field, number};
use crate::flow::{Error, View};

/// A member of a step: a value, or an expression over the input and earlier steps.
#[derive(Clone, Debug)]
pub enum Setting {
    /// A value that stands for itself.
    Fixed(Value),
    /// A text that is computed.
    Computed(Computed),
    /// A list, any item of which may be computed.
    List(Vec<Setting>),
    /// A table, any member of which may be computed, in the order of the file.
    Table(Vec<(String, Setting)>),
}

/// A text with an expression in it, and what it reads.
#[derive(Clone, Debug)]
pub struct Computed {
    expression: Expression,
    names: Vec<String>,
}

impl Setting {
    /// A plain text.
    pub fn text(text: &str) -> Self {
        Self::Fixed(text.into())
    }

    /// Its value; what is undefined is an error.
    pub fn eval(&self, view: View<'_>) -> Result<Value, template::Error> {
        match self {
            Self::Fixed(value) => Ok(value.clone()),
            Self::Computed(computed) => computed.eval(view),
            Self::List(items) => items.iter().map(|item| item.eval(view)).collect(),
            Self::Table(members) => object(members, view),
        }
    }

    /// Its value, or none where it reads something undefined.
    pub fn eval_opt(&self, view: View<'_>) -> Result<Option<Value>, template::Error> {
        match self {
            Self::Computed(computed) => computed.expression.eval_opt(&view.only(&computed.names)),
            Self::Fixed(_) | Self::List(_) | Self::Table(_) => self.eval(view).map(Some),
        }
    }

    /// Reads a member and checks every expression in it.
    pub(super) fn read(field: &Field<'_>, scope: Scope<'_>) -> Result<Self, Error> {
        match field.value {
            DeValue::String(text) => Computed::read(text, field, scope),
            DeValue::Integer(integer) if integer.radix() == 10 => {
                match integer.as_str().parse::<i64>() {
                    Ok(whole) => Ok(Self::Fixed(whole.into())),
                    Err(_) => Err(field.error("the number is too large", "write it as a text")),
                }
            }
            DeValue::Integer(_) | DeValue::Float(_) => match number(field.value) {
                Some(number) => Ok(Self::Fixed(number.into())),
                None => Err(field.error("JSON has no such number", "write a plain number")),
            },
            DeValue::Boolean(value) => Ok(Self::Fixed((*value).into())),
            DeValue::Datetime(_) => Err(field.error("JSON has no dates", "put it in quotes")),
            DeValue::Array(_) => {
                let items = field.items()?;
                Ok(Self::List(
                    items.iter().map(|item| Self::read(item, scope)).collect::<Result<_, _>>()?,
                ))
            }
            DeValue::Table(_) => Ok(Self::Table(members(&field.table()?.fields(), scope)?)),
        }
    }
}

impl Computed {
    fn read(text: &str, field: &Field<'_>, scope: Scope<'_>) -> Result<Setting, Error> {
        let expression = Expression::parse(&field.place(), text).map_err(|error| {
            let message = format!("`{}`: {}", field.name, error.message);
            let remedy = "correct the expression between the braces";
            Error { line: Some(field.line_in_text(error.line)), ..field.error(message, remedy) }
        })?;
        let names = expression.names();
        scope.check(&names).map_err(|(message, remedy)| {
            field.error(format!("`{}`: {message}", field.name), remedy)
        })?;
        if !["{{", "{%", "{#"].iter().any(|opening| text.contains(opening)) {
            return Ok(Setting::text(text));
        }
        Ok(Setting::Computed(Self { expression, names }))
    }

    fn eval(&self, view: View<'_>) -> Result<Value, template::Error> {
        self.expression.eval(&view.only(&self.names))
    }
}

/// Reads the members of a table.
pub(super) fn members(
    fields: &[Field<'_>],
    scope: Scope<'_>,
) -> Result<Vec<(String, Setting)>, Error> {
    let member = |field: &Field<'_>| Ok((field.name.clone(), Setting::read(field, scope)?));
    fields.iter().map(member).collect()
}

/// The object that these members make.
pub(crate) fn object(
    members: &[(String, Setting)],
    view: View<'_>,
) -> Result<Value, template::Error> {
    let mut made = Map::with_capacity(members.len());
    for (name, setting) in members {
        made.insert(name.clone(), setting.eval(view)?);
    }
    Ok(Value::Object(made))
}

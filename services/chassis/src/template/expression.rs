use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use serde::Serialize;

use crate::template::engine::{engine, names_in_expression};
use crate::template::tokens::{Token, tokens};
use crate::template::{Error, Template, check, slices};

/// The value of a member of a flow: a plain text, a template, or one expression that keeps its type.
#[derive(Clone, Debug)]
pub struct Expression(Form);

#[derive(Clone, Debug)]
enum Form {
    Text(String),
    Template(Template),
    Typed(Typed),
}

#[derive(Clone)]
struct Typed {
    name: String,
    source: String,
    compiled: Arc<minijinja::Expression<'static, 'static>>,
}

impl Expression {
    /// Reads a text; what is exactly one `{{ expression }}` is typed, two are a text.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        if !["{{", "{%", "{#"].iter().any(|opening| text.contains(opening)) {
            return Ok(Self(Form::Text(text.to_owned())));
        }
        let single = single(text).and_then(|source| {
            let compiled = engine().compile_expression_owned(source.to_owned()).ok()?;
            let (name, source) = (name.to_owned(), source.to_owned());
            Some(Typed { name, source, compiled: Arc::new(compiled) })
        });
        let form = match single {
            Some(typed) => {
                check::expression(name, &typed.source)?;
                Form::Typed(typed)
            }
            None => Form::Template(Template::parse(name, text)?),
        };
        Ok(Self(form))
    }

    /// The variables it reads, such as `input`.
    pub fn names(&self) -> Vec<String> {
        match &self.0 {
            Form::Text(_) => Vec::new(),
            Form::Template(template) => template.names(),
            Form::Typed(typed) => names_in_expression(&slices::expression(&typed.source)),
        }
    }

    /// Its value; what is undefined is an error.
    pub fn eval(&self, variables: &impl Serialize) -> Result<serde_json::Value, Error> {
        match &self.0 {
            Form::Text(text) => Ok(text.as_str().into()),
            Form::Template(template) => template.render(variables).map(serde_json::Value::from),
            Form::Typed(typed) => typed.eval(variables),
        }
    }

    /// Its value, or none where it reads something undefined.
    pub fn eval_opt(&self, variables: &impl Serialize) -> Result<Option<serde_json::Value>, Error> {
        match self.eval(variables) {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.is_undefined => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Typed {
    fn eval(&self, variables: &impl Serialize) -> Result<serde_json::Value, Error> {
        let value = self.compiled.eval(variables);
        let value = value.map_err(|error| Error::new(&self.name, &self.source, &error))?;
        if value.is_undefined() {
            let message = format!("undefined value in `{}`", self.source.trim());
            return Err(Error { is_undefined: true, ..Error::plain(&self.name, &message) });
        }
        self.json(&value)
    }

    fn json(&self, value: &Value) -> Result<serde_json::Value, Error> {
        // Infinity and its like would silently become null.
        let is_finite = f64::try_from(value.clone()).is_ok_and(f64::is_finite);
        let json = serde_json::to_value(value).ok();
        json.filter(|_| is_finite || !value.is_number()).ok_or_else(|| {
            let message = format!("no JSON value in `{}`", self.source.trim());
            Error::plain(&self.name, &message)
        })
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Typed").field(&self.source).finish()
    }
}

/// What stands between the braces, where they are one pair, with the marks that strip blanks around them removed.
fn single(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    let inner = inner.strip_prefix(['-', '+']).unwrap_or(inner);
    let inner = inner.strip_suffix(['-', '+']).unwrap_or(inner);
    (!closes(inner)).then_some(inner)
}

/// Whether `}}` closes the expression within this text; minijinja panics at what comes after it.
fn closes(text: &str) -> bool {
    let (mut depth, mut second) = (0_i32, None);
    for (at, token) in tokens(text) {
        match token {
            Token::Sign('}') if second == Some(at) => return true,
            Token::Sign('{' | '[' | '(') => depth += 1,
            Token::Sign('}' | ']' | ')') => {
                second = (depth <= 0).then_some(at + 1);
                depth -= 1;
            }
            Token::Sign(_) | Token::Word(_) | Token::Text => {}
        }
    }
    false
}

use std::sync::Arc;

use minijinja::{Environment, ErrorKind};
use serde::Serialize;

use crate::template::engine::{engine, names_in_template};
use crate::template::output::{LIMIT, Output};
use crate::template::{Error, check, slices};

/// A text with holes, such as a prompt.
#[derive(Clone, Debug)]
pub struct Template {
    name: Arc<str>,
    text: Arc<str>,
    engine: Arc<Environment<'static>>,
}

impl Template {
    /// Reads a template; the name is what errors call it, such as its file.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let mut engine = engine().clone();
        engine
            .add_template_owned(name.to_owned(), text.to_owned())
            .map_err(|error| Error::new(name, text, &error))?;
        check::template(name, text)?;
        Ok(Self { name: name.into(), text: text.into(), engine: Arc::new(engine) })
    }

    /// The variables it reads, such as `input`.
    pub fn names(&self) -> Vec<String> {
        names_in_template(&slices::template(&self.text))
    }

    /// Fills the holes; the result is at most 1 MiB.
    pub fn render(&self, variables: &impl Serialize) -> Result<String, Error> {
        let mut output = Output::default();
        let template = self.engine.get_template(&self.name);
        let rendered = template
            .and_then(|template| template.render_captured_to(variables, &mut output).map(|_| ()));
        match rendered {
            Ok(()) => Ok(output.into_string()),
            Err(error) if error.kind() == ErrorKind::WriteFailure => {
                Err(Error::plain(&self.name, &format!("renders more than {LIMIT} bytes")))
            }
            Err(error) => Err(Error::new(&self.name, &self.text, &error)),
        }
    }
}

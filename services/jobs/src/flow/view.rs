use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::flow::scope::INPUT;

/// What a job's expressions see: its input, and the values of the steps that are done.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The job's input.
    pub input: &'a Value,
    /// The values of the steps that are done, by their ids; a step that was skipped has none.
    pub done: &'a Map<String, Value>,
}

impl<'a> View<'a> {
    /// The value that a name stands for.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        if name == INPUT { Some(self.input) } else { self.done.get(name) }
    }

    /// The view of a text that reads nothing else, so that nothing else is copied for it.
    pub fn only<'n>(self, names: &'n [String]) -> impl Serialize + use<'a, 'n> {
        Part { view: self, names }
    }
}

struct Part<'a, 'n> {
    view: View<'a>,
    names: &'n [String],
}

impl Serialize for Part<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for name in self.names {
            if let Some(value) = self.view.get(name) {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}

use crate::flow::Step;
use crate::flow::folder::Folder;
use crate::flow::nearest::{listed, nearest};

/// The name under which every expression sees the job's input.
pub(super) const INPUT: &str = "input";
/// The name under which a prompt sees the passages that its step is given.
pub(super) const PASSAGES: &str = "passages";

/// What a step can refer to while its flow is loaded: files, and what comes before it.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) folder: &'a Folder,
    /// The steps above, already read.
    pub(super) earlier: &'a [Step],
    /// The ids of all steps, in order.
    pub(super) ids: &'a [String],
}

/// A name that nothing visible has: what is wrong, and the remedy.
pub(super) type Unknown = (String, String);

impl Scope<'_> {
    /// Refuses names that neither the input nor an earlier step has.
    pub(super) fn check(&self, names: &[String]) -> Result<(), Unknown> {
        let unknown = names.iter().find(|name| !self.sees(name));
        unknown.map_or(Ok(()), |name| Err(self.unknown(name)))
    }

    /// The earlier step with this id.
    pub(super) fn step(&self, id: &str) -> Result<&Step, Unknown> {
        let step = self.earlier.iter().find(|step| step.id == id);
        step.ok_or_else(|| match self.place(id) {
            Some(_) => self.unknown(id),
            None => {
                let near = nearest(id, self.earlier.iter().map(|step| step.id.as_str()));
                (format!("there is no step `{id}`"), self.remedy(near, false))
            }
        })
    }

    fn sees(&self, name: &str) -> bool {
        name == INPUT || self.earlier.iter().any(|step| step.id == name)
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.ids.iter().position(|known| known == id)
    }

    fn unknown(&self, name: &str) -> Unknown {
        match self.place(name) {
            Some(place) if place == self.earlier.len() => {
                (format!("`{name}` is this step itself"), self.remedy(None, true))
            }
            Some(_) => {
                let remedy = format!("move step `{name}` above this one");
                (format!("`{name}` is a later step"), remedy)
            }
            None if name == PASSAGES => {
                let remedy = "name the step they come from: `passages = \"...\"`";
                ("the step is given no `passages`".to_owned(), remedy.to_owned())
            }
            None => {
                let near = nearest(name, self.visible());
                (format!("nothing is called `{name}`"), self.remedy(near, true))
            }
        }
    }

    fn visible(&self) -> impl Iterator<Item = &str> {
        [INPUT].into_iter().chain(self.earlier.iter().map(|step| step.id.as_str()))
    }

    fn remedy(&self, near: Option<&str>, with_input: bool) -> String {
        let names = self.visible().skip(usize::from(!with_input));
        match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.earlier.is_empty() && !with_input => {
                "put a step above this one".to_owned()
            }
            None => format!("it can name {}", listed(names)),
        }
    }
}

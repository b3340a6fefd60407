use std::fmt;

use crate::json::shown;

/// What of a body a message is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    /// All of it but the members that say what is asked.
    Body,
    /// Its member `request`.
    Request,
}

/// The members of a body that are no part of a message in it.
const OTHERS: [&str; 2] = ["op", "trace"];

impl Within {
    /// Whether a member of the body is no part of the message.
    pub(super) fn skips(self, name: &str) -> bool {
        self == Self::Body && OTHERS.contains(&name)
    }

    /// Where in the body a field of the message is.
    pub(super) fn path_of(self, field: &str) -> String {
        match self {
            Self::Body => field.to_owned(),
            Self::Request => format!("request.{field}"),
        }
    }
}

/// The way to a value, written such as `passages[0].score`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    /// The message itself.
    Whole(Within),
    /// A member of an object.
    Member(&'a Place<'a>, &'a str),
    /// An element of a list.
    Element(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(Within::Body) => f.write_str("body"),
            Self::Whole(Within::Request) => f.write_str("request"),
            Self::Member(Self::Whole(Within::Body), name) => f.write_str(&shown(name)),
            Self::Member(above, name) => write!(f, "{above}.{}", shown(name)),
            Self::Element(above, index) => write!(f, "{above}[{index}]"),
        }
    }
}

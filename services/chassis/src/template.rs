//! Templates and expressions over JSON: strict, bounded in work and output, and without access to files.
//!
//! The language is minijinja's. What is undefined is an error wherever it is used; an error's text
//! quotes the template and never what it was rendered with.

mod check;
mod engine;
mod error;
mod expression;
mod filters;
mod output;
mod slices;
mod text;
mod tokens;

pub use crate::template::error::Error;
pub use crate::template::expression::Expression;
pub use crate::template::text::Template;

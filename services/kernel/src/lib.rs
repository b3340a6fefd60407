//! Arithmetic that must be quick: products of matrices and the model that is made of them, and one
//! vector held against many.
//!
//! It knows numbers and nothing else: no file, no text, no tenant, no thread. Every function is
//! written once, in safe Rust, and compiled for several sets of instructions; which one runs is
//! chosen when the program starts. That choice is the one thing in this house that needs `unsafe`.

mod activation;
pub mod bert;
mod norm;
mod path;
mod product;
mod quantise;
mod scan;

pub use crate::path::Path;
pub use crate::quantise::{quantise, signs, widen};

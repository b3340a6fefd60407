//! A table of vectors that another program made, searched as a collection.
//!
//! The tables in `recorded` were made by the libraries themselves, and what those found in them
//! stands beside each; `make compat` makes both anew. Postgres is the server that
//! THROUGHLINE_TEST_POSTGRES names, else one that ends with the run.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod away;
mod filters;
mod layouts;
mod legs;
mod library;
mod model;
mod openai;
#[path = "../conformance/postgres.rs"]
mod postgres;
mod proxy;
mod reading;
mod several;
#[path = "../conformance/table.rs"]
mod table;
mod tables;
mod tls;
mod world;

//! What is embedded into the crate is read anew when it changes, also when a file is added.

fn main() {
    println!("cargo::rerun-if-changed=../../flows");
    println!("cargo::rerun-if-changed=migrations");
}

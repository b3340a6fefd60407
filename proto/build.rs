//! Compiles every `.proto` file beside this script, without `protoc`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use prost::Message as _;

const FILES: &[&str] = &[
    "throughline/common/v1/metadata.proto",
    "throughline/common/v1/passage.proto",
    "throughline/common/v1/problem.proto",
    "throughline/common/v1/usage.proto",
    "throughline/generation/v1/generation.proto",
    "throughline/jobs/v1/delivery.proto",
    "throughline/jobs/v1/flow.proto",
    "throughline/jobs/v1/job.proto",
    "throughline/jobs/v1/job_service.proto",
    "throughline/rerank/v1/rerank.proto",
    "throughline/retrieval/v1/collection.proto",
    "throughline/retrieval/v1/document.proto",
    "throughline/retrieval/v1/embedding.proto",
    "throughline/retrieval/v1/filter.proto",
    "throughline/retrieval/v1/retrieval.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    for file in FILES {
        println!("cargo:rerun-if-changed={file}");
    }
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let out = Path::new(&out);
    let descriptors = protox::compile(FILES, ["."])?;
    fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    fs::write(out.join("files.rs"), sources()?)?;
    let mut config = tonic_prost_build::Config::new();
    // The decoding codec tells requests from answers by their names.
    config.enable_type_names();
    // What they hold must not be printed; `redacted.rs` says how they are.
    config.skip_debug([".throughline.jobs.v1.BasicAuth", ".throughline.jobs.v1.HeaderAuth"]);
    tonic_prost_build::configure()
        .build_transport(false)
        .codec_path("crate::codec::Codec")
        .compile_fds_with_config(descriptors, config)?;
    Ok(())
}

/// The files as a Rust array, so that the binary can write them out for other people's builds.
fn sources() -> Result<String, Box<dyn Error>> {
    let here = env::current_dir()?;
    let mut list = String::from("&[\n");
    for file in FILES {
        let path = here.join(file);
        writeln!(list, "    ({file:?}, include_str!({path:?})),")?;
    }
    list.push(']');
    Ok(list)
}

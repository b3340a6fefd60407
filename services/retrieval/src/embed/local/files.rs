use std::io;
use std::path::Path;

use kernel::bert::{Bert, Shape};
use sha2::{Digest, Sha256};
use tokenizers::Tokenizer;

use crate::Error;
use crate::embed::local::weights::Weights;
use crate::error::Files;

const SHAPE: Shape =
    Shape { layers: 6, hidden: 384, heads: 12, inner: 1536, vocabulary: 30_522, positions: 512 };
const WORDS: &str = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037";
const WEIGHTS: &str = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";

/// What cuts texts into tokens.
pub(super) fn tokenizer(folder: &Path) -> Result<Tokenizer, Error> {
    let path = folder.join("tokenizer.json");
    let held = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    same(&path, WORDS, &hex::encode(Sha256::digest(&held)))?;
    let read = Tokenizer::from_bytes(&held);
    let mut tokenizer =
        read.map_err(|error| damaged(&path, &format!("is no tokenizer: {error}")))?;
    // The file asks for every text to be filled up to 128 tokens, and to be cut there.
    tokenizer.with_padding(None);
    let uncut = tokenizer.with_truncation(None);
    uncut.map_err(|error| damaged(&path, &format!("is no tokenizer: {error}")))?;
    Ok(tokenizer)
}

/// What makes vectors of tokens.
pub(super) fn bert(folder: &Path) -> Result<Bert, Error> {
    let path = folder.join("model.safetensors");
    let broken = |error: io::Error| {
        if error.kind() == io::ErrorKind::InvalidData {
            return damaged(&path, &error.to_string());
        }
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return damaged(&path, "ends too early");
        }
        unreadable(&path, &error)
    };
    let mut weights = Weights::open(&path).map_err(broken)?;
    // Before anything is made of them: a sum tells more than a strange vector.
    same(&path, WEIGHTS, &weights.sum().map_err(broken)?)?;
    let ask = &mut |name: &str, shape: &[usize]| weights.tensor(name, shape);
    Bert::read(kernel::Path::best(), SHAPE, ask).map_err(broken)
}

fn same(path: &Path, known: &str, found: &str) -> Result<(), Error> {
    let strange = || damaged(path, "is not the file that is known");
    (known == found).then_some(()).ok_or_else(strange)
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Files::Unreadable { path: path.to_owned(), why: error.to_string() }.into()
}

fn damaged(path: &Path, why: &str) -> Error {
    Files::Damaged { path: path.to_owned(), why: why.to_owned() }.into()
}

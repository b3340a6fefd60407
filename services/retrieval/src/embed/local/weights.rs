use std::collections::HashMap;
use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The longest list of tensors that is read.
const MOST_BYTES: u64 = 1 << 20;
/// So much of the file is held at a time while its sum is made.
const PIECE: usize = 1 << 18;

/// A file of tensors in the format of safetensors: the length of a JSON object, the object, which says
/// where each tensor is, and the numbers.
pub(super) struct Weights {
    file: File,
    tensors: HashMap<String, Place>,
    /// Where the numbers begin.
    start: u64,
}

#[derive(Deserialize)]
struct Place {
    #[serde(default)]
    dtype: String,
    #[serde(default)]
    shape: Vec<usize>,
    #[serde(default)]
    data_offsets: [u64; 2],
}

impl Weights {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut file = File::open(path)?;
        let mut length = [0; 8];
        file.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        if length > MOST_BYTES {
            return Err(invalid("has no list of tensors"));
        }
        let mut list = Vec::new();
        (&file).take(length).read_to_end(&mut list)?;
        let mut places: HashMap<String, serde_json::Value> =
            serde_json::from_slice(&list).map_err(|_| invalid("has no list of tensors"))?;
        places.remove("__metadata__");
        let place = |(name, place)| Ok((name, serde_json::from_value(place)?));
        let tensors = places.into_iter().map(place).collect::<serde_json::Result<_>>();
        let tensors = tensors.map_err(|_| invalid("has a strange list of tensors"))?;
        Ok(Self { file, tensors, start: 8 + length })
    }

    /// The SHA-256 of the whole file.
    pub(super) fn sum(&mut self) -> Result<String> {
        self.file.seek(SeekFrom::Start(0))?;
        let (mut sum, mut piece) = (Sha256::new(), vec![0; PIECE]);
        loop {
            match self.file.read(&mut piece)? {
                0 => return Ok(hex::encode(sum.finalize())),
                read => sum.update(&piece[..read]),
            }
        }
    }

    /// The numbers of a tensor, a row after the other.
    pub(super) fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let Some(place) = self.tensors.get(name) else { return Err(invalid("lacks a tensor")) };
        let [from, until] = place.data_offsets;
        let bytes = shape.iter().product::<usize>() * size_of::<f32>();
        if place.dtype != "F32"
            || place.shape != shape
            || until.checked_sub(from) != Some(bytes as u64)
        {
            return Err(invalid("has a tensor of another shape"));
        }
        self.file.seek(SeekFrom::Start(self.start + from))?;
        let mut held = vec![0; bytes];
        self.file.read_exact(&mut held)?;
        Ok(held.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }
}

fn invalid(why: &str) -> Error {
    Error::new(ErrorKind::InvalidData, why)
}

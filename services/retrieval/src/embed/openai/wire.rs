//! The JSON of embeddings: what is sent, and as much of an answer as is read.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Error;
use crate::config::OpenAi;
use crate::embed::Vector;

/// The request's body.
pub(super) fn body(config: &OpenAi, texts: &[&str]) -> Value {
    let mut body = json!({ "model": config.model, "input": texts, "encoding_format": "float" });
    if let Some(dimensions) = config.asked() {
        body["dimensions"] = dimensions.into();
    }
    body
}

/// The vectors, each with the place of its text.
#[derive(Debug, Deserialize)]
pub(super) struct Reply {
    data: Vec<Item>,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Debug, Deserialize)]
struct Item {
    index: Option<usize>,
    embedding: Numbers,
}

/// Some servers write numbers whatever was asked for, some base64.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Numbers {
    List(Vec<f32>),
    Base64(String),
}

#[derive(Debug, Deserialize)]
struct Usage {
    prompt_tokens: Option<u64>,
    total_tokens: Option<u64>,
}

impl Reply {
    /// How many tokens were read, where it says so.
    pub(super) fn tokens(&self) -> Option<u64> {
        let usage = self.usage.as_ref()?;
        usage.prompt_tokens.or(usage.total_tokens)
    }

    /// The model, as the server names it, or else as it was asked for.
    pub(super) fn model(&self, asked: &str) -> String {
        let named = self.model.as_deref().filter(|name| !name.is_empty() && name.len() <= 200);
        named.unwrap_or(asked).to_owned()
    }

    /// The vectors in the order of the texts, of which there were so many.
    pub(super) fn vectors(self, texts: usize) -> Result<Vec<Vector>, Error> {
        if self.data.len() != texts {
            let what = format!("it made {} vectors of {texts} texts", self.data.len());
            return Err(Error::unusable(what));
        }
        let mut vectors: Vec<Option<Vector>> = vec![None; texts];
        for (at, item) in self.data.into_iter().enumerate() {
            let place = vectors.get_mut(item.index.unwrap_or(at));
            let Some(place) = place.filter(|place| place.is_none()) else {
                return Err(Error::unusable("it does not say which vector is whose"));
            };
            *place = Some(checked(item.embedding.read()?)?);
        }
        let vectors: Vec<Vector> = vectors.into_iter().flatten().collect();
        match vectors.windows(2).all(|pair| pair[0].len() == pair[1].len()) {
            true => Ok(vectors),
            false => Err(Error::unusable("it made vectors of several lengths")),
        }
    }
}

impl Numbers {
    fn read(self) -> Result<Vec<f32>, Error> {
        let text = match self {
            Self::List(numbers) => return Ok(numbers),
            Self::Base64(text) => text,
        };
        let bytes = BASE64_STANDARD.decode(text).unwrap_or_default();
        if !bytes.len().is_multiple_of(4) {
            return Err(Error::unusable("it made a vector that cannot be read"));
        }
        let number = |bytes: &[u8]| bytes.try_into().map_or(f32::NAN, f32::from_le_bytes);
        Ok(bytes.chunks_exact(4).map(number).collect())
    }
}

/// A vector that can be compared: finite, and not zero.
fn checked(numbers: Vec<f32>) -> Result<Vector, Error> {
    if numbers.is_empty() {
        return Err(Error::unusable("it made a vector without numbers"));
    }
    if !numbers.iter().all(|number| number.is_finite()) {
        return Err(Error::unusable("it made a vector that is not finite"));
    }
    if numbers.iter().all(|number| *number == 0.0) {
        return Err(Error::unusable("it made a vector of zeros"));
    }
    Ok(numbers.into())
}

/// Whether a refusal says that the account has no money: waiting does not help.
pub(super) fn is_spent(body: &[u8]) -> bool {
    let problem: Value = serde_json::from_slice(body).unwrap_or_default();
    ["code", "type"].iter().any(|name| problem["error"][name] == "insufficient_quota")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str, texts: usize) -> Result<Vec<Vector>, Error> {
        serde_json::from_str::<Reply>(json).unwrap().vectors(texts)
    }

    #[test]
    fn vectors_come_in_the_order_of_their_texts() {
        let json = r#"{"data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[1,0.5]}],"usage":{"prompt_tokens":7,"total_tokens":7}}"#;
        assert_eq!(read(json, 2).unwrap(), [Vector::from([1.0, 0.5]), Vector::from([0.0, 2.0])]);
    }

    #[test]
    fn base64_is_read_as_little_endian_floats() {
        let bytes: Vec<u8> =
            [1.5f32, -2.0].iter().flat_map(|number| number.to_le_bytes()).collect();
        let json = format!(r#"{{"data":[{{"embedding":"{}"}}]}}"#, BASE64_STANDARD.encode(bytes));
        assert_eq!(read(&json, 1).unwrap(), [Vector::from([1.5, -2.0])]);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        for (json, texts) in [
            (r#"{"data":[{"embedding":[1]}]}"#, 2),
            (r#"{"data":[{"embedding":[]}]}"#, 1),
            (r#"{"data":[{"embedding":[0,0.0]}]}"#, 1),
            (r#"{"data":[{"embedding":[1e39]}]}"#, 1),
            (r#"{"data":[{"embedding":"AAAA"}]}"#, 1),
            (r#"{"data":[{"embedding":"%"}]}"#, 1),
            (r#"{"data":[{"embedding":"AADAfw=="}]}"#, 1),
            (r#"{"data":[{"index":7,"embedding":[1]}]}"#, 1),
            (r#"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#, 2),
            (r#"{"data":[{"embedding":[1]},{"embedding":[1,2]}]}"#, 2),
        ] {
            let error = read(json, texts).unwrap_err();
            assert!(matches!(error, Error::Embedder(_)), "{json}: {error}");
        }
    }
}

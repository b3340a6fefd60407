//! The JSON of embeddings: what is sent, and as much of an answer as is read.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Error;
use crate::config::OpenAi;
use crate::embed::remote::Answered;

/// The request's body. Numbers in base64 are less than half as long, which pays for more than one text.
pub(super) fn body(config: &OpenAi, texts: &[String]) -> Value {
    let format = if texts.len() > 1 { "base64" } else { "float" };
    let mut body = json!({ "model": config.model, "input": texts, "encoding_format": format });
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
    /// The vectors in the order of the texts, of which there were so many.
    pub(super) fn answered(self, texts: usize) -> Result<Answered, Error> {
        let tokens = self.usage.and_then(|usage| usage.prompt_tokens.or(usage.total_tokens));
        if self.data.len() != texts {
            let what = format!("it made {} vectors of {texts} texts", self.data.len());
            return Err(Error::unusable(what));
        }
        let mut vectors: Vec<Option<Vec<f32>>> = vec![None; texts];
        for (at, item) in self.data.into_iter().enumerate() {
            let place = vectors.get_mut(item.index.unwrap_or(at));
            let Some(place) = place.filter(|place| place.is_none()) else {
                return Err(Error::unusable("it does not say which vector is whose"));
            };
            *place = Some(item.embedding.read()?);
        }
        Ok(Answered { vectors: vectors.into_iter().flatten().collect(), tokens, model: self.model })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str, texts: usize) -> Result<Vec<Vec<f32>>, Error> {
        Ok(serde_json::from_str::<Reply>(json).unwrap().answered(texts)?.vectors)
    }

    #[test]
    fn vectors_come_in_the_order_of_their_texts() {
        let json = r#"{"data":[{"index":1,"embedding":[0,2]},{"index":0,"embedding":[1,0.5]}],"usage":{"prompt_tokens":7,"total_tokens":7}}"#;
        assert_eq!(read(json, 2).unwrap(), [[1.0, 0.5], [0.0, 2.0]]);
    }

    #[test]
    fn base64_is_read_as_little_endian_floats() {
        let bytes: Vec<u8> =
            [1.5f32, -2.0].iter().flat_map(|number| number.to_le_bytes()).collect();
        let json = format!(r#"{{"data":[{{"embedding":"{}"}}]}}"#, BASE64_STANDARD.encode(bytes));
        assert_eq!(read(&json, 1).unwrap(), [[1.5, -2.0]]);
    }

    #[test]
    fn what_is_not_told_apart_or_cannot_be_read_is_refused() {
        for (json, texts) in [
            (r#"{"data":[{"embedding":[1]}]}"#, 2),
            (r#"{"data":[{"embedding":"AAAA"}]}"#, 1),
            (r#"{"data":[{"index":7,"embedding":[1]}]}"#, 1),
            (r#"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#, 2),
        ] {
            let error = read(json, texts).unwrap_err();
            assert!(matches!(error, Error::Embedder(_)), "{json}: {error}");
        }
    }
}

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::Error;
use crate::embed::{Embedded, Embedder, Purpose, Vector};

/// How many vectors are remembered: a few megabytes.
const MOST: usize = 1000;

/// Remembers the vectors of the latest texts, so that a repeated query costs nothing.
pub(crate) struct Cached<E> {
    inner: E,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    vectors: HashMap<(Purpose, String), Vector>,
    order: VecDeque<(Purpose, String)>,
}

impl<E> Cached<E> {
    pub(crate) fn new(inner: E) -> Self {
        Self { inner, known: Mutex::default() }
    }

    fn look(&self, texts: &[String], purpose: Purpose) -> Vec<Option<Vector>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        texts.iter().map(|text| known.vectors.get(&(purpose, text.clone())).cloned()).collect()
    }

    fn keep(&self, texts: &[String], purpose: Purpose, vectors: &[Vector]) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for (text, vector) in texts.iter().zip(vectors) {
            known.keep((purpose, text.clone()), vector);
        }
    }
}

impl Known {
    fn keep(&mut self, key: (Purpose, String), vector: &Vector) {
        if self.vectors.insert(key.clone(), Vector::clone(vector)).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.vectors.remove(&oldest);
        }
    }
}

#[async_trait]
impl<E: Embedder> Embedder for Cached<E> {
    fn model(&self) -> &str {
        self.inner.model()
    }

    fn dimension(&self) -> Option<u32> {
        self.inner.dimension()
    }

    fn version(&self) -> &str {
        self.inner.version()
    }

    fn longest(&self) -> Option<usize> {
        self.inner.longest()
    }

    fn tokens(&self, text: &str) -> usize {
        self.inner.tokens(text)
    }

    async fn embed(&self, texts: &[String], purpose: Purpose) -> Result<Embedded, Error> {
        let found = self.look(texts, purpose);
        let missing = texts.iter().zip(&found).filter(|(_, found)| found.is_none());
        let mut missing: Vec<String> = missing.map(|(text, _)| text.clone()).collect();
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Ok(Embedded { vectors: found.into_iter().flatten().collect(), consumed: None });
        }
        let made = self.inner.embed(&missing, purpose).await?;
        self.keep(&missing, purpose, &made.vectors);
        let new: HashMap<&String, &Vector> = missing.iter().zip(&made.vectors).collect();
        let vectors = texts.iter().zip(found);
        let vectors = vectors.filter_map(|(text, found)| {
            found.or_else(|| new.get(text).map(|vector| Vector::clone(vector)))
        });
        Ok(Embedded { vectors: vectors.collect(), consumed: made.consumed })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Makes of a text its length, and counts the texts that it was asked for.
    #[derive(Default)]
    struct Counting(AtomicUsize);

    #[async_trait]
    impl Embedder for Counting {
        fn model(&self) -> &'static str {
            "counting"
        }

        fn dimension(&self) -> Option<u32> {
            Some(1)
        }

        async fn embed(&self, texts: &[String], _: Purpose) -> Result<Embedded, Error> {
            self.0.fetch_add(texts.len(), Ordering::Relaxed);
            let vectors = texts.iter().map(|text| Vector::from([text.len() as f32])).collect();
            Ok(Embedded { vectors, consumed: None })
        }
    }

    async fn ask(cached: &Cached<Counting>, texts: &[&str]) -> Vec<f32> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let made = cached.embed(&texts, Purpose::Query).await.unwrap();
        made.vectors.iter().map(|vector| vector[0]).collect()
    }

    #[tokio::test]
    async fn a_text_is_embedded_once_and_keeps_its_place() {
        let cached = Cached::new(Counting::default());
        assert_eq!(ask(&cached, &["ccc", "a", "ccc"]).await, [3.0, 1.0, 3.0]);
        assert_eq!(ask(&cached, &["bb", "ccc"]).await, [2.0, 3.0]);
        assert_eq!(cached.inner.0.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn the_oldest_are_forgotten() {
        let cached = Cached::new(Counting::default());
        for number in 0..=MOST {
            ask(&cached, &[&number.to_string()]).await;
        }
        assert_eq!(cached.known.lock().unwrap().vectors.len(), MOST);
        ask(&cached, &["0"]).await;
        assert_eq!(cached.inner.0.load(Ordering::Relaxed), MOST + 2);
    }
}

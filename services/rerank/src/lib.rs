//! rerank.

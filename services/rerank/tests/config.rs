//! The settings: what stands in the defaults, and what is refused.

use chassis::config::{Error, Settings, Sources};
use rerank::{Config, DEFAULTS, Limits};

fn read(overrides: &[(&str, &str)]) -> Result<Config, Error> {
    let overrides = overrides.iter().map(|(key, value)| (key.to_string(), value.to_string()));
    let sources =
        Sources { defaults: &[DEFAULTS], overrides: overrides.collect(), ..Sources::default() };
    Config::read(&Settings::load(&sources)?)
}

#[test]
fn the_defaults_are_the_contracts_limits() {
    let config = read(&[]).unwrap();
    assert_eq!(config.limits, Limits::default());
    assert!(config.cohere.is_none());
}

#[test]
fn a_limit_that_lets_nothing_through_is_refused() {
    let error = read(&[("rerank.max_passages", "0")]).unwrap_err();
    let wanted = "rerank.max_passages (command line) lets nothing through; set it to 1 or more";
    assert_eq!(error.to_string(), wanted);
}

#[test]
fn a_key_alone_is_enough_for_cohere() {
    let cohere = read(&[("rerank.cohere.api_key", "co-1")]).unwrap().cohere.unwrap();
    assert_eq!((cohere.model.as_str(), cohere.timeout.as_secs()), ("rerank-v3.5", 10));
    assert_eq!((cohere.base_url.as_str(), cohere.retry.attempts), ("https://api.cohere.com", 3));
    assert!(!format!("{cohere:?}").contains("co-1"));
}

#[test]
fn what_no_call_can_be_made_with_is_refused_by_its_name() {
    let rows = [
        ("rerank.cohere.api_key", "co-1\nco-2"),
        ("rerank.cohere.base_url", "localhost:8080"),
        ("rerank.cohere.base_url", "http://user:word@host"),
        ("rerank.cohere.base_url", "http://host?key=1"),
        ("rerank.cohere.model", " "),
        ("rerank.cohere.timeout", "0s"),
        ("rerank.cohere.timeout", "soon"),
        ("rerank.cohere.max_document_chars", "0"),
        ("rerank.cohere.prices", r#"{"m": -1.0}"#),
        ("rerank.cohere.retry.attempts", "0"),
        ("rerank.cohere.retry.attempts", "11"),
        ("rerank.cohere.retry.share", "1.5"),
        ("rerank.cohere.retry.longest_wait", "1ms"),
    ];
    for (key, value) in rows {
        let error = read(&[("rerank.cohere.api_key", "co-0"), (key, value)]).unwrap_err();
        let told = error.to_string();
        assert!(told.starts_with(key) && !told.contains("co-"), "{key} = {value}: {told}");
    }
}

//! The settings: what they mean, and what is refused.

use chassis::config::{Error, Settings, Sources};
use generation::{Config, DEFAULTS, Models, USUAL};

fn read(overrides: &[(&str, &str)], environment: &[(&str, &str)]) -> Result<Config, Error> {
    let own = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    };
    let (overrides, environment) = (own(overrides), own(environment));
    let sources = Sources {
        defaults: &[DEFAULTS],
        usual: USUAL,
        overrides,
        environment,
        ..Sources::default()
    };
    Config::read(&Settings::load(&sources)?)
}

#[test]
fn without_a_key_no_provider_is_configured() {
    let config = read(&[], &[]).unwrap();
    assert!(config.openai.is_none());
    assert_eq!((config.timeout.as_secs(), config.models), (90, Models::default()));
    assert!(!config.prices.version.is_empty() && config.prices.models.contains_key("gpt-4.1-mini"));
}

#[test]
fn a_key_alone_is_enough() {
    let openai = read(&[], &[("OPENAI_API_KEY", "sk-1")]).unwrap().openai.unwrap();
    assert_eq!((openai.api_key.expose(), openai.model.as_str()), ("sk-1", "gpt-4.1-mini"));
    assert_eq!(openai.base_url, "https://api.openai.com/v1");
}

#[test]
fn so_is_a_server_of_ones_own() {
    let environment = [("OPENAI_BASE_URL", "http://localhost:11434/v1"), ("OPENAI_MODEL", "llama")];
    let openai = read(&[], &environment).unwrap().openai.unwrap();
    assert_eq!((openai.api_key.get(), openai.model.as_str()), (None, "llama"));
}

#[test]
fn what_no_call_can_be_made_with_is_refused_by_its_name() {
    let rows = [
        ("generation.timeout", "0s"),
        ("generation.timeout", "soon"),
        ("generation.openai.base_url", "localhost:8080"),
        ("generation.openai.base_url", "ftp://host/v1"),
        ("generation.openai.base_url", "http://user:word@host/v1"),
        ("generation.openai.base_url", "http://host/v1?key=1"),
        ("generation.openai.api_key", "sk-1\nsk-2"),
        ("generation.openai.model", ""),
        ("generation.retry.attempts", "0"),
        ("generation.retry.share", "2.0"),
        ("generation.openai.token_limit", "many"),
        ("generation.prices", r#"{"m": {"input": -1, "output": 0}}"#),
        ("generation.prices", r#"{"m": {"input": 1}}"#),
        ("generation.prices", r#"{"m": {"input": 1, "output": 1, "extra": 1}}"#),
    ];
    for (key, value) in rows {
        let error = read(&[("generation.openai.api_key", "sk-0"), (key, value)], &[])
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(key) && !error.contains("sk-"), "{key} = {value}: {error}");
    }
}

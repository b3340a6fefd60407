//! The settings: what stands in the defaults, and what is refused.

use chassis::config::{Error, Settings, Sources};
use rerank::{Config, DEFAULTS};

fn read(overrides: &[(&str, &str)]) -> Result<Config, Error> {
    let overrides = overrides.iter().map(|(key, value)| (key.to_string(), value.to_string()));
    let sources =
        Sources { defaults: &[DEFAULTS], overrides: overrides.collect(), ..Sources::default() };
    Config::read(&Settings::load(&sources)?)
}

#[test]
fn the_defaults_are_the_contracts_limits() {
    assert_eq!(read(&[]).unwrap(), Config::default());
}

#[test]
fn a_limit_that_lets_nothing_through_is_refused() {
    let error = read(&[("rerank.max_passages", "0")]).unwrap_err();
    let wanted = "rerank.max_passages (command line) lets nothing through; set it to 1 or more";
    assert_eq!(error.to_string(), wanted);
}

use std::collections::BTreeMap;

use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::config::{Error, Settings};

/// What is logged and what is exported.
#[derive(Clone, Debug)]
pub struct TelemetryConfig {
    /// A level, or directives such as `info,jobs=debug`.
    pub level: String,
    /// How a log line looks.
    pub format: Format,
    /// Where spans go.
    pub exporter: Exporter,
    /// Whether they go to X-Ray as well, by an exporter that the process brings along.
    pub is_xray: bool,
    /// The share of traces that is recorded where no caller decided.
    pub sample_ratio: f64,
    /// The namespace of metrics in CloudWatch's embedded format, where they are asked for.
    pub emf: Option<String>,
    /// The standard `OTEL_*` variables.
    pub environment: BTreeMap<String, String>,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Where spans go, besides X-Ray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exporter {
    /// By OTLP where a standard variable names an endpoint, else nowhere.
    Auto,
    /// By OTLP, to the standard endpoint on this machine where none is named.
    Otlp,
    /// Nowhere.
    Off,
}

#[derive(Deserialize)]
struct Log {
    level: String,
    format: Format,
}

#[derive(Deserialize)]
struct Spans {
    exporters: Vec<Named>,
    sample_ratio: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Named {
    Auto,
    Otlp,
    Off,
    Xray,
}

#[derive(Deserialize)]
struct Emf {
    emf: bool,
    emf_namespace: String,
}

impl TelemetryConfig {
    /// Reads the sections `log` and `telemetry`, and the standard variables.
    pub fn read(settings: &Settings) -> Result<Self, Error> {
        let Log { level, format } = settings.section("log")?;
        if !is_filter(&level) {
            let what = "is no level and no list of directives";
            let remedy = "write it as info, or as info,jobs=debug";
            return Err(settings.refuse("log.level", what, remedy));
        }
        let Spans { exporters, sample_ratio } = settings.section("telemetry")?;
        let (exporter, is_xray) = chosen(settings, &exporters)?;
        if !(0.0..=1.0).contains(&sample_ratio) {
            let what = "is not between 0 and 1";
            return Err(settings.refuse("telemetry.sample_ratio", what, "1 records all, 0 none"));
        }
        let environment = settings.standard_variables().clone();
        let emf = emf(settings)?;
        Ok(Self { level, format, exporter, is_xray, sample_ratio, emf, environment })
    }
}

/// At most one of those that stand alone, and X-Ray beside it.
fn chosen(settings: &Settings, named: &[Named]) -> Result<(Exporter, bool), Error> {
    let is_xray = named.contains(&Named::Xray);
    let others: Vec<Named> = named.iter().copied().filter(|one| *one != Named::Xray).collect();
    let exporter = match others.as_slice() {
        [] => Exporter::Off,
        [Named::Auto] => Exporter::Auto,
        [Named::Otlp] => Exporter::Otlp,
        [Named::Off] if !is_xray => Exporter::Off,
        [..] => {
            let what = "names exporters that do not go together";
            let remedy = "name one of otlp, auto or off, or xray with otlp or alone";
            return Err(settings.refuse("telemetry.exporters", what, remedy));
        }
    };
    Ok((exporter, is_xray))
}

fn emf(settings: &Settings) -> Result<Option<String>, Error> {
    let Emf { emf, emf_namespace } = settings.section("telemetry")?;
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "._-/#: ".contains(letter);
    let is_namespace = (1..=255).contains(&emf_namespace.len())
        && emf_namespace.chars().all(is_allowed)
        && !emf_namespace.trim().is_empty();
    if !is_namespace || emf_namespace.starts_with("AWS/") {
        let what = "is no namespace that CloudWatch takes from a program";
        let remedy =
            "write 1 to 255 letters, digits, or ._-/#: such as Throughline/prod, not AWS/...";
        return Err(settings.refuse("telemetry.emf_namespace", what, remedy));
    }
    Ok(emf.then_some(emf_namespace))
}

/// Whether these are levels and directives; the parser alone takes a misspelt level for a target.
fn is_filter(level: &str) -> bool {
    let mut words = level.split(',').filter(|word| !word.contains(['=', '[']));
    let is_level = |word: &str| !word.is_empty() && word.parse::<LevelFilter>().is_ok();
    let are_levels = words.all(|word| is_level(word.trim()));
    are_levels && EnvFilter::builder().parse(level).is_ok()
}

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry_otlp::{
    Protocol, SpanExporter, WithExportConfig, WithHttpConfig, WithTonicConfig,
};
use tokio::runtime::Handle;
use tonic::metadata::MetadataMap;
use tonic::transport::ClientTlsConfig;

use crate::http::{ExportClient, Outbound, OutboundConfig};
use crate::telemetry::config::Exporter;
use crate::telemetry::pipeline::decode;
use crate::telemetry::{Error, TelemetryConfig};

const TRACES_PATH: &str = "/v1/traces";
const HTTP_ENDPOINT: &str = "http://127.0.0.1:4318/v1/traces";
const GRPC_ENDPOINT: &str = "http://127.0.0.1:4317";
const TIMEOUT: Duration = Duration::from_secs(10);

/// The exporter that configuration and standard variables ask for, if they ask for one; to be made within the runtime.
pub(super) fn exporter(config: &TelemetryConfig) -> Result<Option<SpanExporter>, Error> {
    let standard = Standard(&config.environment);
    let is_asked = match config.exporter {
        Exporter::Off => false,
        Exporter::Otlp => true,
        Exporter::Auto => standard.of("ENDPOINT").is_some() && standard.traces_exporter()?,
    };
    if !is_asked || standard.is_disabled() {
        return Ok(None);
    }
    let timeout = standard.timeout()?;
    let runtime = Handle::try_current().map_err(|error| Error::Exporter(error.to_string()))?;
    let exporter = match standard.of("PROTOCOL") {
        None | Some("http/protobuf") => {
            let client = Outbound::new(&OutboundConfig::default())?.operator();
            SpanExporter::builder()
                .with_http()
                .with_http_client(ExportClient::new(client, timeout, runtime))
                .with_protocol(Protocol::HttpBinary)
                .with_endpoint(standard.http_endpoint())
                .with_headers(standard.headers().into_iter().collect::<HashMap<_, _>>())
                .with_timeout(timeout)
                .build()
        }
        Some("grpc") => SpanExporter::builder()
            .with_tonic()
            .with_endpoint(standard.of("ENDPOINT").unwrap_or(GRPC_ENDPOINT))
            .with_tls_config(ClientTlsConfig::new().with_enabled_roots())
            .with_metadata(MetadataMap::from_headers(standard.header_map()))
            .with_timeout(timeout)
            .build(),
        Some(_) => {
            let what =
                "names no protocol that is known here; take grpc or http/protobuf".to_owned();
            return Err(Error::Variable { variable: "OTEL_EXPORTER_OTLP_PROTOCOL", what });
        }
    };
    exporter.map(Some).map_err(|error| Error::Exporter(error.to_string()))
}

/// Whether a standard variable turns all telemetry off.
pub(super) fn is_disabled(config: &TelemetryConfig) -> bool {
    Standard(&config.environment).is_disabled()
}

/// The standard variables of an OTLP exporter of spans; those for traces alone go before those for all signals.
struct Standard<'a>(&'a BTreeMap<String, String>);

impl Standard<'_> {
    fn is_disabled(&self) -> bool {
        self.0.get("OTEL_SDK_DISABLED").is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    fn traces_exporter(&self) -> Result<bool, Error> {
        match self.0.get("OTEL_TRACES_EXPORTER").map(String::as_str) {
            None | Some("otlp") => Ok(true),
            Some("none") => Ok(false),
            Some(_) => {
                let what = "names no exporter that is known here; take otlp or none".to_owned();
                Err(Error::Variable { variable: "OTEL_TRACES_EXPORTER", what })
            }
        }
    }

    fn of(&self, name: &str) -> Option<&str> {
        let of_traces = self.0.get(&format!("OTEL_EXPORTER_OTLP_TRACES_{name}"));
        of_traces.or_else(|| self.0.get(&format!("OTEL_EXPORTER_OTLP_{name}"))).map(String::as_str)
    }

    /// Over HTTP only the endpoint for all signals gets the path of the signal.
    fn http_endpoint(&self) -> String {
        if let Some(own) = self.0.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
            return own.clone();
        }
        match self.of("ENDPOINT") {
            Some(all) => format!("{}{TRACES_PATH}", all.trim_end_matches('/')),
            None => HTTP_ENDPOINT.to_owned(),
        }
    }

    fn timeout(&self) -> Result<Duration, Error> {
        let Some(text) = self.of("TIMEOUT") else { return Ok(TIMEOUT) };
        text.parse().map(Duration::from_millis).map_err(|_| Error::Variable {
            variable: "OTEL_EXPORTER_OTLP_TIMEOUT",
            what: "is not a number of milliseconds".to_owned(),
        })
    }

    fn headers(&self) -> Vec<(String, String)> {
        let pairs = self.of("HEADERS").unwrap_or_default().split(',');
        let pairs = pairs.filter_map(|pair| pair.split_once('='));
        pairs.map(|(name, value)| (name.trim().to_owned(), decode(value.trim()))).collect()
    }

    fn header_map(&self) -> HeaderMap {
        let headers = self.headers();
        let headers = headers.iter().filter_map(|(name, value)| {
            let name = HeaderName::try_from(name).ok()?;
            Some((name, HeaderValue::try_from(value).ok()?))
        });
        headers.collect()
    }
}

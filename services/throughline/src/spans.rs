//! Logs and spans of this process, and where they go.

use chassis::telemetry::{self, Telemetry};

use crate::config::Loaded;
use crate::exit::Exit;

/// Begins to log, and to export where the configuration says so.
#[cfg(feature = "aws")]
pub(crate) fn begin(loaded: &Loaded, name: &str) -> Result<Telemetry, Exit> {
    let config = &loaded.chassis.telemetry;
    let runtime = tokio::runtime::Handle::current();
    let exporter = || aws::xray::XrayExporter::new(loaded.given.stores.session(), runtime.clone());
    let begun = telemetry::init_with(config, name, config.is_xray.then(exporter));
    begun.map_err(|error| Exit::Configuration(error.to_string()))
}

/// Begins to log, and to export where the configuration says so.
#[cfg(not(feature = "aws"))]
pub(crate) fn begin(loaded: &Loaded, name: &str) -> Result<Telemetry, Exit> {
    let config = &loaded.chassis.telemetry;
    if config.is_xray {
        let what = "names xray, and this program was built without it";
        let remedy = "build it with the feature `aws`, or take otlp";
        return Err(loaded.settings.refuse("telemetry.exporters", what, remedy).into());
    }
    telemetry::init(config, name).map_err(|error| Exit::Configuration(error.to_string()))
}

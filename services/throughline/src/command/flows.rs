use std::path::PathBuf;

use proto::jobs::ListFlowsRequest;

use crate::cli::Options;
use crate::client::Server;
use crate::config::Loaded;
use crate::exit::Exit;
use crate::print;

/// Lists the server's flows.
pub(crate) async fn list(server: &Server, as_json: bool) -> Result<(), Exit> {
    let flows = server.flows().list_flows(ListFlowsRequest {}).await?.into_inner().flows;
    if as_json {
        let names: Vec<_> = flows
            .iter()
            .map(|flow| {
                let steps: Vec<_> = flow.steps.iter().map(|step| &step.id).collect();
                serde_json::json!({
                    "flow": flow.flow, "version": flow.version, "summary": flow.summary,
                    "steps": steps, "is_default": flow.is_default,
                })
            })
            .collect();
        print::json(&names);
        return Ok(());
    }
    for flow in &flows {
        let steps: Vec<_> = flow.steps.iter().map(|step| step.id.as_str()).collect();
        let default = if flow.is_default { " (default)" } else { "" };
        let version = flow.version.get(..12).unwrap_or(&flow.version);
        print::line(format_args!("{}{default}  {version}  {}", flow.flow, flow.summary));
        print::line(format_args!("  {}", steps.join(" -> ")));
    }
    Ok(())
}

/// Checks a folder of flows, the configured one, or the bundled ones.
pub(crate) async fn check(options: &Options, dir: Option<PathBuf>) -> Result<(), Exit> {
    let loaded = Loaded::from(options).await?;
    let dir = dir.or_else(|| loaded.jobs.flows.dir.clone());
    let flows = match &dir {
        Some(dir) => jobs::flow::Flows::load(dir),
        None => jobs::flow::Flows::bundled(),
    };
    let flows = flows.map_err(|error| Exit::Configuration(error.to_string()))?;
    for flow in flows.iter() {
        let version = flow.version.get(..12).unwrap_or(&flow.version);
        print::line(format_args!("{}  {version}  {} steps, ok", flow.name, flow.steps.len()));
    }
    Ok(())
}

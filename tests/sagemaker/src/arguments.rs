use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use sagemaker_kit::{ContainerPlan, Credentials, Error, Limits, Logs, Plan, Platform};

/// Plays Amazon SageMaker around a command: starts it as a container (with `serve` appended), asks /ping, and answers
/// InvokeEndpoint on loopback with the platform's limits, header stripping and errors.
///
/// With several --container the endpoint is one in mode Direct, and callers name the container.
/// Ctrl-C scales in: SIGTERM, and SIGKILL 30 s later.
#[derive(Debug, Parser)]
#[command(name = "sagemaker-kit", max_term_width = 110)]
pub(crate) struct Arguments {
    /// The program and its arguments.
    #[arg(required = true, last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
    /// The endpoint's name.
    #[arg(long, default_value = "endpoint")]
    name: String,
    /// Where the front door listens.
    #[arg(long, default_value = "127.0.0.1:9000")]
    listen: String,
    /// A container's hostname; more than one make the mode Direct.
    #[arg(long = "container", value_name = "HOSTNAME", default_values_t = ["container-0".to_owned()])]
    containers: Vec<String>,
    /// A variable of every container, or of the one named before the slash. Nothing else but PATH is inherited.
    #[arg(long = "env", value_name = "[HOSTNAME/]NAME=VALUE")]
    environment: Vec<String>,
    /// How many instances to start.
    #[arg(long, default_value_t = 1)]
    instances: usize,
    /// How many ports SAGEMAKER_SAFE_PORT_RANGE has.
    #[arg(long, default_value_t = 16)]
    safe_ports: u16,
    /// A folder for the containers' output; without it, it goes to the terminal.
    #[arg(long)]
    logs: Option<PathBuf>,
    /// Take calls without a signature, too.
    #[arg(long, conflicts_with = "credentials")]
    unsigned: bool,
    /// Take only calls signed by this one, and check the signature; without it any credentials do.
    #[arg(long, value_name = "ACCESS_KEY:SECRET_KEY")]
    credentials: Option<String>,
    /// How long a container may need until /ping answers 200.
    #[arg(long, default_value = "8m", value_parser = humantime::parse_duration)]
    start_within: Duration,
    /// How long an invocation may take.
    #[arg(long, default_value = "60s", value_parser = humantime::parse_duration)]
    answer_within: Duration,
    /// How long after SIGTERM comes SIGKILL.
    #[arg(long, default_value = "30s", value_parser = humantime::parse_duration)]
    stop_within: Duration,
}

impl Arguments {
    pub(crate) async fn platform(&self) -> Result<Platform, Error> {
        let Some(credentials) = &self.credentials else {
            return Platform::at(&self.listen, !self.unsigned).await;
        };
        let Some((access_key, secret_key)) = credentials.split_once(':') else {
            return Err(Error::Plan("--credentials takes ACCESS_KEY:SECRET_KEY".to_owned()));
        };
        let credentials =
            Credentials { access_key: access_key.to_owned(), secret_key: secret_key.to_owned() };
        Platform::verifying(&self.listen, credentials).await
    }

    pub(crate) fn plan(&self) -> Result<Plan, Error> {
        let mut containers = Vec::new();
        for hostname in &self.containers {
            let (hostname, command) = (hostname.clone(), self.command.clone());
            let environment = self.environment_of(&hostname)?;
            containers.push(ContainerPlan { hostname, command, environment });
        }
        let mut plan = Plan::new(&self.name, containers, self.logs()?);
        plan.instances = self.instances;
        plan.safe_ports = self.safe_ports;
        plan.limits = Limits {
            start: self.start_within,
            answer: self.answer_within,
            stop: self.stop_within,
            ..Limits::default()
        };
        Ok(plan)
    }

    fn logs(&self) -> Result<Logs, Error> {
        let Some(folder) = &self.logs else { return Ok(Logs::Inherited) };
        let refused = |source| Error::Folder { path: folder.display().to_string(), source };
        std::fs::create_dir_all(folder).map_err(refused)?;
        Ok(Logs::Folder(folder.canonicalize().map_err(refused)?))
    }

    fn environment_of(&self, hostname: &str) -> Result<Vec<(String, String)>, Error> {
        let mut environment = Vec::new();
        for text in &self.environment {
            let Some((key, value)) = text.split_once('=') else {
                return Err(Error::Plan(format!(
                    "--env takes [HOSTNAME/]NAME=VALUE, not `{text}`"
                )));
            };
            let (owner, key) =
                key.split_once('/').map_or((None, key), |(owner, key)| (Some(owner), key));
            if let Some(owner) = owner
                && !self.containers.iter().any(|name| name == owner)
            {
                return Err(Error::Plan(format!(
                    "--env {owner}/{key}: there is no --container {owner}"
                )));
            }
            if owner.is_none_or(|owner| owner == hostname) {
                environment.push((key.to_owned(), value.to_owned()));
            }
        }
        Ok(environment)
    }
}

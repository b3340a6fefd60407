use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use crate::{ContainerPlan, Logs};

/// How a container ended that the platform stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// How long it took from SIGTERM on.
    pub took: Duration,
    /// Whether it had to be killed.
    pub killed: bool,
}

/// Where a container's process runs, besides what its plan says.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// `SAGEMAKER_BIND_TO_PORT`.
    pub(crate) port: u16,
    /// `SAGEMAKER_SAFE_PORT_RANGE`.
    pub(crate) safe_ports: (u16, u16),
    /// Its working folder, which it is not meant to write to.
    pub(crate) folder: PathBuf,
    /// The file of its output, where there is one.
    pub(crate) log: Option<PathBuf>,
}

impl Place {
    pub(crate) fn new(
        port: u16,
        safe_ports: (u16, u16),
        folder: &Path,
        logs: &Logs,
        name: &str,
    ) -> Self {
        let log = match logs {
            Logs::Folder(folder) => Some(folder.join(format!("{name}.log"))),
            Logs::Inherited => None,
        };
        Self { port, safe_ports, folder: folder.to_owned(), log }
    }
}

/// Starts a container's process: nothing is inherited but the path to programs.
pub(crate) fn start(plan: &ContainerPlan, place: &Place) -> io::Result<Child> {
    let Some((program, arguments)) = plan.command.split_first() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "no command"));
    };
    let (low, high) = place.safe_ports;
    let mut command = Command::new(program);
    command.args(arguments).arg("serve").current_dir(&place.folder).env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
        .envs(plan.environment.iter().map(|(key, value)| (key, value)))
        .env("SAGEMAKER_BIND_TO_PORT", place.port.to_string())
        .env("SAGEMAKER_SAFE_PORT_RANGE", format!("{low}-{high}"))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    if let Some(path) = &place.log {
        let log = File::options().create(true).append(true).open(path)?;
        command.stdout(log.try_clone()?).stderr(log);
    }
    command.spawn()
}

/// SIGTERM, and SIGKILL where that is not obeyed in time.
pub(crate) async fn stop(child: &mut Child, limit: Duration) -> Stopped {
    let began = Instant::now();
    terminate(child).await;
    let obeyed = tokio::time::timeout(limit, child.wait()).await;
    let killed = obeyed.is_err();
    let status = match obeyed {
        Ok(status) => status.ok(),
        Err(_) => kill(child).await,
    };
    Stopped { code: status.and_then(|status| status.code()), took: began.elapsed(), killed }
}

/// SIGKILL.
pub(crate) async fn kill(child: &mut Child) -> Option<ExitStatus> {
    // It may have ended by itself, which is what was wanted.
    let _ = child.start_kill();
    child.wait().await.ok()
}

async fn terminate(child: &Child) {
    let Some(id) = child.id() else { return };
    // Without `unsafe` and without another dependency, the system's own program sends the signal.
    let _ = Command::new("kill").args(["-s", "TERM", &id.to_string()]).status().await;
}

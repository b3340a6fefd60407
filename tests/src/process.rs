use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;

use tokio::process::{Child, Command};

use crate::within;

/// A running `throughline serve`; it is killed when dropped.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts one with these settings and this environment; what it logs and prints goes to two files.
    pub fn start(
        settings: &[(String, String)],
        environment: &[(String, String)],
        log: &Path,
    ) -> Self {
        let file = |path: &Path| File::options().create(true).append(true).open(path).unwrap();
        let child = command(&["serve"])
            .args(
                settings
                    .iter()
                    .flat_map(|(key, value)| ["--set".to_owned(), format!("{key}={value}")]),
            )
            .envs(environment.iter().cloned())
            .stdout(file(&printed(log)))
            .stderr(file(log))
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self { child, log: log.to_owned() }
    }

    /// Kills it as `kill -9` does, and waits until it is gone.
    pub async fn kill(&mut self) {
        self.child.start_kill().unwrap();
        within("a killed process to end", self.child.wait()).await.unwrap();
    }

    /// Asks it to stop as a platform does, and answers its exit code.
    pub async fn stop(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.stopped().await
    }

    /// Waits until it has ended, and answers its exit code.
    pub async fn stopped(&mut self) -> Option<i32> {
        within("a process to stop", self.child.wait()).await.unwrap().code()
    }

    /// Sends it a signal by name.
    pub fn signal(&self, name: &str) {
        let Some(id) = self.child.id() else { return };
        let sent = std::process::Command::new("kill").args(["-s", name, &id.to_string()]).status();
        assert!(sent.unwrap().success(), "kill -s {name} {id}");
    }

    /// Its exit code, where it has ended by itself.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.try_wait().unwrap().map(|status| status.code().unwrap_or(-1))
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// What it has printed to its standard output so far.
    pub fn output(&self) -> String {
        std::fs::read_to_string(printed(&self.log)).unwrap()
    }
}

fn printed(log: &Path) -> PathBuf {
    log.with_extension("out")
}

/// The program with these arguments, in an environment that says nothing to it.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments).env_clear().stdin(Stdio::null());
    for name in ["PATH", "HOME", "TMPDIR", "LANG"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// The program under test, built if need be.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        // This test lies in the same target folder, in `deps`.
        let test = std::env::current_exe().unwrap();
        let binary = test.parent().and_then(Path::parent).unwrap().join("throughline");
        assert!(
            binary.exists(),
            "{} is missing: run `cargo build --workspace --all-targets` first, as `make test` does",
            binary.display()
        );
        binary
    })
}

/// A port of the loopback address that nobody used a moment ago.
pub(crate) fn free_port() -> u16 {
    sagemaker_kit::port::free().unwrap()
}

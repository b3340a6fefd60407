//! Wires the roles of a process: listeners, stores, channels, servers; and takes them down again.

mod channels;
mod roles;

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use chassis::clock::Clock;
use chassis::server::Stack;
use chassis::task::{CancellationToken, Tasks};
use chassis::telemetry::Telemetry;
use retrieval::Retriever;
use tokio::net::TcpListener;

use crate::cli::Options;
use crate::client::Server;
use crate::config::Loaded;
use crate::exit::Exit;
use crate::role::Role;
use crate::secrets;
use crate::spans;
use crate::suite::channels::Channels;
use crate::suite::roles::Roles;
pub(crate) use crate::suite::roles::migrate;

/// How long a suite may take to become ready before it says what it waits for.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running suite: the roles of this process, behind its listeners.
pub struct Suite {
    http: Option<SocketAddr>,
    grpc: Option<SocketAddr>,
    server: Server,
    tasks: Tasks,
    telemetry: Option<Telemetry>,
    is_ready: Option<gateway::Readiness>,
    retriever: Option<Retriever>,
}

/// Why a suite did not start, in words that say what to do.
#[derive(Debug)]
pub struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

impl Suite {
    /// Starts a suite inside another process, with these settings over the defaults and nothing from the
    /// environment; it logs and exports only what that process does.
    pub async fn start(settings: Vec<(String, String)>, clock: Clock) -> Result<Self, Failed> {
        let loaded = Loaded::only(settings).await.map_err(|exit| Failed(exit.to_string()))?;
        Self::launch(loaded, clock, None).await.map_err(|exit| Failed(exit.to_string()))
    }

    /// Starts the suite of this process, as the command line says.
    pub(crate) async fn start_with(options: &Options, clock: Clock) -> Result<Self, Exit> {
        let loaded = Loaded::from(options).await?;
        let name = service_name(&loaded);
        let telemetry = spans::begin(&loaded, &name)?;
        for note in &loaded.notes {
            tracing::warn!("{note}");
        }
        Self::launch(loaded, clock, Some(telemetry)).await
    }

    /// Where HTTP is served, where the gateway runs here.
    pub fn http(&self) -> Option<SocketAddr> {
        self.http
    }

    /// Where gRPC is served; nowhere where the platform leaves no port for it.
    pub fn grpc(&self) -> Option<SocketAddr> {
        self.grpc
    }

    /// Stops gracefully: no new work, running work finished or handed back, spans sent.
    pub async fn stop(self) {
        self.tasks.stop().cancel();
        self.tasks.stopped().await;
        // Only now: calls that came before the stop may still have read from it.
        if let Some(retriever) = self.retriever {
            retriever.close().await;
        }
        if let Some(telemetry) = self.telemetry {
            telemetry.shutdown().await;
        }
    }

    /// The jobs and flows of this suite, for a command in the same process.
    pub(crate) fn server(&self) -> Server {
        self.server.clone()
    }

    /// Waits until the suite serves; after a while it says so and goes on waiting.
    pub(crate) async fn ready(&self) {
        let Some(readiness) = &self.is_ready else { return };
        if tokio::time::timeout(PATIENCE, readiness.ready()).await.is_err() {
            crate::print::note(
                "still waiting for every role to serve; GET /health tells which does not",
            );
            readiness.ready().await;
        }
    }

    async fn launch(
        loaded: Loaded,
        clock: Clock,
        telemetry: Option<Telemetry>,
    ) -> Result<Self, Exit> {
        let grpc = bind_grpc(&loaded).await?;
        let http = match loaded.has_door() {
            true => Some(bind("gateway.listen", loaded.gateway.listen).await?),
            false => None,
        };
        let tasks = Tasks::new(CancellationToken::new());
        let roles = Roles::open(&loaded, clock).await?;
        let stack = roles.stack(&loaded);
        let channels = Channels::new(&loaded, &stack)?;
        let mut suite = Self {
            http: address(http.as_ref()),
            grpc: address(grpc.as_ref()),
            server: Server::over(channels.to_or_here(Role::Jobs)),
            is_ready: serve_http(&loaded, http, &channels, &tasks),
            tasks,
            telemetry,
            retriever: None,
        };
        if let Some(grpc) = grpc {
            serve_grpc(grpc, &stack, &suite.tasks);
        }
        channels.look(&suite.tasks);
        secrets::follow(&loaded, &suite.tasks);
        suite.retriever = roles.run(&channels, &stack, &suite.tasks);
        tracing::info!(
            roles = %names(&loaded), grpc = suite.grpc.map(tracing::field::display),
            http = suite.http.map(tracing::field::display), "the suite listens"
        );
        Ok(suite)
    }
}

fn serve_grpc(listener: TcpListener, stack: &Stack, tasks: &Tasks) {
    let stop = tasks.stop().clone();
    let stack = stack.clone();
    let mut listener = Some(listener);
    tasks.supervise("grpc", move || {
        let (listener, stack, stop) = (listener.take(), stack.clone(), stop.clone());
        async move {
            let Some(listener) = listener else { return };
            if let Err(error) = chassis::server::serve(listener, stack, stop.clone()).await {
                tracing::error!(%error, "gRPC is not served any more");
                stop.cancel();
            }
        }
    });
}

fn serve_http(
    loaded: &Loaded,
    listener: Option<TcpListener>,
    channels: &Channels,
    tasks: &Tasks,
) -> Option<gateway::Readiness> {
    let listener = listener?;
    let gateway = channels.door(loaded);
    let readiness = gateway.readiness();
    let warming = gateway.clone();
    tasks.supervise("gateway warm", {
        let stop = tasks.stop().clone();
        move || gateway::warm(warming.clone(), stop.clone())
    });
    let stop = tasks.stop().clone();
    let mut listener = Some(listener);
    tasks.supervise("http", move || {
        let (listener, gateway, stop) = (listener.take(), gateway.clone(), stop.clone());
        async move {
            let Some(listener) = listener else { return };
            if let Err(error) = gateway::serve(listener, gateway, stop.clone()).await {
                tracing::error!(%error, "HTTP is not served any more");
                stop.cancel();
            }
        }
    });
    Some(readiness)
}

async fn bind(key: &str, address: SocketAddr) -> Result<TcpListener, Exit> {
    TcpListener::bind(address).await.map_err(|error| {
        let remedy =
            format!("stop what listens there, or choose another with --set {key}=127.0.0.1:PORT");
        Exit::Unavailable(format!("cannot listen on {address} ({key}): {error}; {remedy}"))
    })
}

/// A port that the platform gave may be taken by a process that it started too; HTTP alone is enough there.
async fn bind_grpc(loaded: &Loaded) -> Result<Option<TcpListener>, Exit> {
    let Some(address) = loaded.grpc() else {
        tracing::warn!(
            "the platform leaves no port for gRPC: it is served within this process only"
        );
        return Ok(None);
    };
    match bind("grpc.listen", address).await {
        Err(error) if loaded.platform.has_range() => {
            tracing::warn!(%error, "gRPC is served within this process only");
            Ok(None)
        }
        bound => bound.map(Some),
    }
}

fn address(listener: Option<&TcpListener>) -> Option<SocketAddr> {
    listener.and_then(|listener| listener.local_addr().ok())
}

fn names(loaded: &Loaded) -> String {
    loaded.roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(",")
}

fn service_name(loaded: &Loaded) -> String {
    match loaded.roles.iter().collect::<Vec<_>>()[..] {
        [role] => format!("throughline-{role}"),
        _ => "throughline".to_owned(),
    }
}

mod tending;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::task::AbortOnDropHandle;

use crate::container::tending::Order;
use crate::process::Place;
use crate::{ContainerPlan, Limits, Stopped};

/// A container of an instance: its process is started, asked for its health, and replaced when it fails.
#[derive(Debug)]
pub struct Container {
    plan: ContainerPlan,
    place: Place,
    state: watch::Receiver<State>,
    orders: mpsc::Sender<Order>,
    _tending: AbortOnDropHandle<()>,
}

/// What the platform knows of a container.
#[derive(Clone, Debug)]
pub struct State {
    /// How it is.
    pub phase: Phase,
    /// Whether its `/ping` answered 200 once.
    pub was_ready: bool,
    /// How often its process was started.
    pub starts: u32,
    /// How many of its `/ping`s answered 200.
    pub pings: u32,
    /// The longest that an answered `/ping` took.
    pub slowest_ping: Duration,
    /// How it ended when it was last stopped.
    pub stopped: Option<Stopped>,
}

/// How a container is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Its process runs, and `/ping` has not answered 200 yet.
    Starting,
    /// Its last `/ping` answered 200.
    InService,
    /// It was in service, and its last `/ping` did not answer 200.
    Failing,
    /// It is not running and will not be started again.
    Gone(String),
}

impl Container {
    pub(crate) fn start(plan: &ContainerPlan, place: &Place, limits: &Limits) -> Self {
        let (sender, state) = watch::channel(State::default());
        let (orders, receiver) = mpsc::channel(1);
        let tending = tending::Tending {
            plan: plan.clone(),
            place: place.clone(),
            limits: limits.clone(),
            state: Arc::new(sender),
        };
        let tending = AbortOnDropHandle::new(tokio::spawn(tending.run(receiver)));
        Self { plan: plan.clone(), place: place.clone(), state, orders, _tending: tending }
    }

    /// Its `ContainerHostname`.
    pub fn hostname(&self) -> &str {
        &self.plan.hostname
    }

    /// The port that it was told to listen on.
    pub fn port(&self) -> u16 {
        self.place.port
    }

    /// Where it listens, past the platform's front door.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.place.port)
    }

    /// The ports of `SAGEMAKER_SAFE_PORT_RANGE`, both included.
    pub fn safe_ports(&self) -> (u16, u16) {
        self.place.safe_ports
    }

    /// The file of its output, where there is one.
    pub fn log(&self) -> Option<&Path> {
        self.place.log.as_deref()
    }

    /// What the platform knows of it now.
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// Waits until its state is so; none where it went for good without.
    pub async fn when(&self, is_so: impl Fn(&State) -> bool) -> Option<State> {
        let mut state = self.state.clone();
        let seen =
            state.wait_for(|state| is_so(state) || matches!(state.phase, Phase::Gone(_))).await;
        seen.ok().map(|state| state.clone()).filter(is_so)
    }

    /// Kills its process as `kill -9` does, and answers once that is gone; the platform then starts it again.
    pub async fn kill(&self) {
        let (done, gone) = oneshot::channel();
        // A container that is gone has nothing to kill.
        if self.orders.send(Order::Kill(done)).await.is_ok() {
            let _ = gone.await;
        }
    }

    /// Stops it as the platform does, for good.
    pub(crate) async fn stop(&self) -> Option<Stopped> {
        let (done, stopped) = oneshot::channel();
        if self.orders.send(Order::Stop(done)).await.is_ok()
            && let Ok(stopped) = stopped.await
        {
            return Some(stopped);
        }
        self.state().stopped
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            phase: Phase::Starting,
            was_ready: false,
            starts: 0,
            pings: 0,
            slowest_ping: Duration::ZERO,
            stopped: None,
        }
    }
}

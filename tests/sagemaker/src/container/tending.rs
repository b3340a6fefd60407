use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use tokio::process::Child;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::exchange::{Bounds, exchange};
use crate::process::{self, Place};
use crate::{ContainerPlan, Limits, Phase, State, Stopped};

/// What a container's keeper is told to do.
#[derive(Debug)]
pub(super) enum Order {
    Kill(oneshot::Sender<()>),
    Stop(oneshot::Sender<Stopped>),
}

/// Keeps one container alive: starts it, asks for its health, starts it again.
pub(super) struct Tending {
    pub(super) plan: ContainerPlan,
    pub(super) place: Place,
    pub(super) limits: Limits,
    pub(super) state: Arc<watch::Sender<State>>,
}

enum Happening {
    Unfit(String),
    Exited(Option<ExitStatus>),
    Ordered(Option<Order>),
}

enum Next {
    Again,
    End,
}

impl Tending {
    pub(super) async fn run(self, mut orders: mpsc::Receiver<Order>) {
        while matches!(self.live(&mut orders).await, Next::Again) {}
    }

    /// One life of the process.
    async fn live(&self, orders: &mut mpsc::Receiver<Order>) -> Next {
        let mut child = match process::start(&self.plan, &self.place) {
            Ok(child) => child,
            Err(error) => return self.gone(format!("cannot be started: {error}")),
        };
        self.state.send_modify(|state| {
            state.phase = Phase::Starting;
            state.starts += 1;
        });
        let happening = tokio::select! {
            why = self.watch() => Happening::Unfit(why),
            status = child.wait() => Happening::Exited(status.ok()),
            order = orders.recv() => Happening::Ordered(order),
        };
        match happening {
            Happening::Unfit(why) => self.unfit(&mut child, why).await,
            Happening::Exited(status) => self.ended(status),
            Happening::Ordered(Some(order)) => self.obey(&mut child, order).await,
            Happening::Ordered(None) => Next::End,
        }
    }

    /// Asks `/ping` for as long as the process lives; says why it must go.
    async fn watch(&self) -> String {
        let began = Instant::now();
        let mut failures = 0;
        let mut is_ready = false;
        let mut ticks = interval(self.limits.ping_every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match self.ping().await {
                Ok(took) => {
                    (failures, is_ready) = (0, true);
                    self.in_service(took);
                }
                Err(why) if is_ready => {
                    failures += 1;
                    self.state.send_modify(|state| state.phase = Phase::Failing);
                    if failures >= self.limits.ping_failures {
                        return format!("/ping failed {failures} times in a row: {why}");
                    }
                }
                Err(why) if began.elapsed() > self.limits.start => {
                    return format!(
                        "/ping did not answer 200 within {:?}: {why}",
                        self.limits.start
                    );
                }
                Err(_) => {}
            }
        }
    }

    async fn ping(&self) -> Result<Duration, String> {
        let limit = self.limits.ping_timeout;
        let bounds = Bounds { connect: limit, answer: limit, body: 64 * 1024 };
        let host = format!("127.0.0.1:{}", self.place.port);
        let request = Request::get("/ping").header("host", host).body(Full::<Bytes>::default());
        let began = Instant::now();
        let request = request.map_err(|error| error.to_string())?;
        let answer =
            exchange(self.place.port, request, bounds).await.map_err(|fault| fault.to_string())?;
        match answer.response.status() {
            StatusCode::OK => Ok(began.elapsed()),
            status => Err(format!("/ping answered {}", status.as_u16())),
        }
    }

    fn in_service(&self, took: Duration) {
        self.state.send_modify(|state| {
            state.phase = Phase::InService;
            state.was_ready = true;
            state.pings += 1;
            state.slowest_ping = state.slowest_ping.max(took);
        });
    }

    async fn unfit(&self, child: &mut Child, why: String) -> Next {
        let stopped = process::stop(child, self.limits.stop).await;
        self.state.send_modify(|state| state.stopped = Some(stopped));
        if self.state.borrow().was_ready { Next::Again } else { self.gone(why) }
    }

    /// A process that ended by itself: before it was ever ready there is no use in starting it again.
    fn ended(&self, status: Option<ExitStatus>) -> Next {
        if self.state.borrow().was_ready {
            self.state.send_modify(|state| state.phase = Phase::Starting);
            return Next::Again;
        }
        let status = status
            .map_or_else(|| "in an unknown way".to_owned(), |status| format!("with {status}"));
        self.gone(format!("ended {status} before /ping answered 200"))
    }

    async fn obey(&self, child: &mut Child, order: Order) -> Next {
        match order {
            Order::Kill(done) => {
                let next = self.ended(process::kill(child).await);
                // Who asked may have gone away meanwhile.
                let _ = done.send(());
                next
            }
            Order::Stop(done) => {
                let stopped = process::stop(child, self.limits.stop).await;
                self.state.send_modify(|state| state.stopped = Some(stopped));
                let next = self.gone("it was stopped".to_owned());
                let _ = done.send(stopped);
                next
            }
        }
    }

    fn gone(&self, why: String) -> Next {
        let place = match &self.place.log {
            Some(log) => format!("{why}; its output is in {}", log.display()),
            None => why,
        };
        self.state.send_modify(|state| state.phase = Phase::Gone(place));
        Next::End
    }
}

use std::time::Duration;

use chassis::auth;
use chassis::task::CancellationToken;
use chassis::trace::{self, TraceContext};
use futures_util::future::join_all;
use tracing::Span;

use crate::gateway::Gateway;

/// How often services are asked that have not all served yet.
const EAGER: Duration = Duration::from_millis(50);

/// Asks the services again and again how they are, until it is stopped.
pub async fn warm(gateway: Gateway, stop: CancellationToken) {
    // Nobody asked for these calls: they belong to a trace that is not recorded.
    let asking = trace::scope(TraceContext::random(), Span::none(), ask(gateway.clone()));
    let asking = auth::scope(gateway.config().tenant(), asking);
    tokio::select! {
        () = stop.cancelled() => {}
        () = asking => {}
    }
}

async fn ask(gateway: Gateway) {
    let readiness = gateway.readiness();
    loop {
        let statuses = join_all(gateway.peers().needs().iter().map(|need| need.ask())).await;
        readiness.note(&statuses);
        let pause = if readiness.is_ready() { gateway.config().health_interval } else { EAGER };
        tokio::time::sleep(pause).await;
    }
}

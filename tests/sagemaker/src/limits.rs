use std::time::Duration;

/// The platform's clock and sizes; [`Limits::default`] has the documented ones.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How often `/ping` is asked. The platform's "periodically" is a guess at a second.
    pub ping_every: Duration,
    /// How long `/ping` may take.
    pub ping_timeout: Duration,
    /// After how many failing answers in a row a container is replaced; a guess.
    pub ping_failures: u32,
    /// How long after its start a container may need until `/ping` answers 200.
    pub start: Duration,
    /// How long a connection may take to be accepted.
    pub connect: Duration,
    /// How long an invocation may take.
    pub answer: Duration,
    /// How long after SIGTERM comes SIGKILL.
    pub stop: Duration,
    /// The largest body, in both directions.
    pub body: usize,
    /// The size from which a body is counted as one that older limits would refuse.
    pub safe_body: usize,
}

const MIB: usize = 1024 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            ping_every: Duration::from_secs(1),
            ping_timeout: Duration::from_secs(2),
            ping_failures: 3,
            start: Duration::from_secs(8 * 60),
            connect: Duration::from_millis(250),
            answer: Duration::from_secs(60),
            stop: Duration::from_secs(30),
            body: 25_000_000,
            safe_body: 6 * MIB,
        }
    }
}

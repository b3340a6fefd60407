use crate::Collector;

/// Where the services run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// All in the test's own process.
    Inside,
    /// All in one process of their own.
    OneProcess,
    /// Each in a process of its own, over TCP.
    Processes,
}

/// What the services store in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// The embedded store, in a folder of the test's own.
    Sqlite,
    /// A database of the test's own.
    Postgres,
}

/// A combination that a promise must hold in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct World {
    /// Where the services run.
    pub placement: Placement,
    /// What they store in.
    pub store: Store,
}

/// What a suite is started with, besides its world.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Settings over the harness's own.
    pub settings: Vec<(String, String)>,
    /// The environment of its processes; a suite inside the test has none.
    pub environment: Vec<(String, String)>,
}

impl Setup {
    /// Nothing but the defaults.
    pub fn plain() -> Self {
        Self::default()
    }

    /// With this setting too.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.settings.push((key.to_owned(), value.into()));
        self
    }

    /// With spans that go to this collector, by `http/protobuf` or `grpc`.
    #[must_use]
    pub fn exporting(mut self, collector: &Collector, protocol: &str) -> Self {
        self.environment.extend(collector.variables(protocol));
        self
    }
}

/// Makes one test a world: `everywhere!(name, |world| async { ... })` runs in both placements on both stores.
#[macro_export]
macro_rules! everywhere {
    ($($(#[$doc:meta])* async fn $name:ident($world:ident: World) $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "not every case needs all")]
            use super::*;

            async fn case($world: $crate::World) $body

            $crate::worlds! { case
                inside_sqlite: Inside Sqlite,
                inside_postgres: Inside Postgres,
                processes_sqlite: Processes Sqlite,
                processes_postgres: Processes Postgres
            }
        }
    )*};
}

/// The same for cases that kill: one process, or several, but never the test's own.
#[macro_export]
macro_rules! killable {
    ($($(#[$doc:meta])* async fn $name:ident($world:ident: World) $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "not every case needs all")]
            use super::*;

            async fn case($world: $crate::World) $body

            $crate::worlds! { case
                one_process_sqlite: OneProcess Sqlite,
                one_process_postgres: OneProcess Postgres,
                processes_sqlite: Processes Sqlite,
                processes_postgres: Processes Postgres
            }
        }
    )*};
}

/// One test for each named world.
#[macro_export]
macro_rules! worlds {
    ($case:ident $($name:ident: $placement:ident $store:ident),+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let placement = $crate::Placement::$placement;
            $case($crate::World { placement, store: $crate::Store::$store }).await;
        }
    )+};
}

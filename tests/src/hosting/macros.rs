/// Makes one test a hosting: in one container on both stores, and in one a role on Postgres.
///
/// Several containers cannot share an embedded store, which is a promise of its own.
#[macro_export]
macro_rules! hosted {
    ($($(#[$doc:meta])* async fn $name:ident($hosting:ident: Hosting) $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "not every case needs all")]
            use super::*;

            async fn case($hosting: $crate::Hosting) $body

            $crate::hostings! { case
                single_sqlite: Single Sqlite,
                single_postgres: Single Postgres,
                direct_postgres: Direct Postgres
            }
        }
    )*};
}

/// The same where instances share a store.
#[macro_export]
macro_rules! hosted_together {
    ($($(#[$doc:meta])* async fn $name:ident($hosting:ident: Hosting) $body:block)*) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "not every case needs all")]
            use super::*;

            async fn case($hosting: $crate::Hosting) $body

            $crate::hostings! { case
                single_postgres: Single Postgres,
                direct_postgres: Direct Postgres
            }
        }
    )*};
}

/// One test for each named hosting.
#[macro_export]
macro_rules! hostings {
    ($case:ident $($name:ident: $mode:ident $store:ident),+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let mode = $crate::Mode::$mode;
            $case($crate::Hosting { mode, store: $crate::Store::$store }).await;
        }
    )+};
}

//! Behind a real pooler in transaction mode: PgBouncer, which gives each transaction the server
//! connection that happens to be free. Without that program these tests say that they were left out.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chassis::auth::Tenant;
use chassis::clock::Clock;
use chassis::config::{Database, Pooler};
use chassis::failure::{Failure, Kind};
use futures_util::future::{join_all, try_join_all};
use retrieval::search::{Mode, Search};
use retrieval::{Error, Retriever};
use tempfile::TempDir;

use crate::model::Model;
use crate::postgres;
use crate::world::{NOTES, client, config, new, open, search};

const TENANTS: usize = 5;
const DOCUMENTS: usize = 20;
const QUERIES: usize = 300;

/// A pooler with three connections to one database.
struct Bouncer {
    process: Child,
    database: String,
    url: String,
    _folder: TempDir,
}

impl Bouncer {
    /// Starts one before an empty database; `None` where the program is not installed.
    async fn start() -> Option<Self> {
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"]
            .into_iter()
            .find(|path| fs::exists(path).unwrap());
        let Some(program) = program else {
            leave_out();
            return None;
        };
        let database = postgres::create().await;
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let settings = write_settings(&folder, &database, port);
        let mut start = Command::new(program);
        start.arg("--quiet").arg(settings).stdout(Stdio::null()).stderr(Stdio::null());
        let process = start.spawn().unwrap();
        let (_, name) = database.rsplit_once('/').unwrap();
        let url = format!("postgres://postgres@127.0.0.1:{port}/{name}");
        let bouncer = Self { process, database, url, _folder: folder };
        tokio::task::spawn_blocking(move || until_open(port)).await.unwrap();
        Some(bouncer)
    }

    fn database(&self, pooler: Pooler) -> Database {
        let url = self.url.clone().into();
        Database::Postgres { url, direct_url: None, pooler, max_connections: 6 }
    }

    async fn stop(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        postgres::drop(&self.database).await;
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        // One that was stopped is no longer there to be killed.
        drop(self.process.kill());
    }
}

#[allow(clippy::print_stderr, reason = "a test that does not run must say so")]
fn leave_out() {
    eprintln!("no pgbouncer here: this test was left out");
}

fn write_settings(folder: &TempDir, database: &str, port: u16) -> std::path::PathBuf {
    let (server, name) = database.rsplit_once('/').unwrap();
    let (_, server_port) = server.rsplit_once(':').unwrap();
    let users = folder.path().join("users.txt");
    fs::write(&users, "\"postgres\" \"\"\n").unwrap();
    // It refuses to run as root.
    let user = if fs::metadata("/proc/self").unwrap().uid() == 0 { "user = nobody" } else { "" };
    let text = format!(
        "[databases]\n{name} = host=127.0.0.1 port={server_port} dbname={name}\n\
         [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
         auth_type = trust\nauth_file = {}\npool_mode = transaction\n\
         default_pool_size = 3\nmax_client_conn = 100\n{user}\n",
        users.display()
    );
    let settings = folder.path().join("pgbouncer.ini");
    fs::write(&settings, text).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    settings
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn until_open(port: u16) {
    for _ in 0..200 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("the pooler did not start");
}

fn tenants() -> Vec<Tenant> {
    (0..TENANTS).map(|number| Tenant::new(&format!("tenant{number}")).unwrap()).collect()
}

/// What only this tenant's document of this number says.
fn text(tenant: &Tenant, number: usize) -> String {
    format!("Number word{number} of {tenant}, and nothing else.")
}

/// One of four things that a caller may do; each answer must be the caller's own.
async fn ask(retriever: &Retriever, tenant: &Tenant, number: usize) -> Result<(), Error> {
    let document = number % DOCUMENTS;
    let id = format!("d{document}");
    match number % 4 {
        0 => {
            let query = search(&format!("word{document}"));
            let query = Search { mode: Mode::Keyword, ..query };
            let found = retriever.search(tenant, query).await?;
            let texts: Vec<_> = found.passages.iter().map(|passage| &passage.text).collect();
            assert_eq!(texts, [&text(tenant, document)]);
            assert_eq!(found.passages[0].document_id, id);
        }
        1 => {
            let query = Search { mode: Mode::Dense, ..search(&text(tenant, document)) };
            let found = retriever.search(tenant, query).await?;
            assert_eq!((found.passages.len(), &found.passages[0].document_id), (10, &id));
            for passage in &found.passages {
                assert!(passage.text.contains(tenant.as_str()), "{tenant}: {}", passage.text);
            }
        }
        2 => {
            let id = format!("extra{number}");
            let said = text(tenant, 1000 + number);
            let put = retriever.put(tenant, new(&id, &said)).await?;
            assert_eq!((put.document.document_id, put.document.version), (id, 1));
        }
        _ => {
            let read = retriever.document(tenant, NOTES, &id).await?;
            assert_eq!((read.document_id, read.text), (id, text(tenant, document)));
        }
    }
    Ok(())
}

/// Asks again where no connection became free in time, as whoever is told to come back later does.
async fn ask_again(retriever: &Retriever, tenant: &Tenant, number: usize) -> Result<(), Error> {
    for _ in 0..20 {
        match ask(retriever, tenant, number).await {
            Err(error) if error.kind() == Kind::Unavailable => {}
            answered => return answered,
        }
    }
    ask(retriever, tenant, number).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_queries_at_once_get_their_own_answers() {
    let Some(bouncer) = Bouncer::start().await else { return };
    let model = Model::start(32).await;
    let (database, config) = (bouncer.database(Pooler::Transaction), config(&model.settings("m")));
    let opened = Retriever::open(&database, &config, client(), Clock::default()).await;
    let retriever = opened.unwrap();
    let tenants = tenants();
    for tenant in &tenants {
        let put = async |number: usize| {
            retriever.put(tenant, new(&format!("d{number}"), &text(tenant, number))).await
        };
        try_join_all((0..DOCUMENTS).map(put)).await.unwrap();
    }
    let all = (0..QUERIES).map(|number| ask_again(&retriever, &tenants[number % TENANTS], number));
    let wrong: Vec<Error> = join_all(all).await.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{} of {QUERIES} failed: {wrong:?}", wrong.len());
    retriever.close().await;
    bouncer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_that_nobody_spoke_of_is_found_out() {
    let Some(bouncer) = Bouncer::start().await else { return };
    let refused = open(&bouncer.database(Pooler::None), &Clock::default()).await.err().unwrap();
    assert!(matches!(refused, Error::MixedUp), "{refused:?}");
    assert!(refused.to_string().contains("database.pooler = \"transaction\""), "{refused}");
    bouncer.stop().await;
}

//! Settings: layers, types, refusals, and what is shown of them.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use chassis::config::{self, Chassis, Database, Error, Origin, Pooler, Settings, Sources};
use chassis::secret::Secret;
use serde::Deserialize;
use tempfile::NamedTempFile;

const DEFAULTS: &str = r#"
[gateway]
listen = "127.0.0.1:8080"
workers = 4
ratio = 0.5
strict = false
body_limit = "6MiB"
patience = "5s"
keywords = ["a"]
ports = [80]
extra = {}
basic.user = ""
basic.pass = ""
webhook = "" # secret: holds a signature
"#;

#[derive(Debug, Deserialize, PartialEq)]
struct Gateway {
    listen: String,
    workers: u32,
    ratio: f64,
    strict: bool,
    #[serde(with = "config::size")]
    body_limit: usize,
    #[serde(with = "config::duration")]
    patience: Duration,
    keywords: Vec<String>,
    ports: Vec<u16>,
    extra: BTreeMap<String, String>,
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn from_environment(variables: &[(&str, &str)]) -> Result<Settings, Error> {
    let environment = pairs(variables);
    Settings::load(&Sources { defaults: &[DEFAULTS], environment, ..Sources::default() })
}

fn from_file(text: &str) -> Result<Settings, Error> {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    Settings::load(&Sources {
        defaults: &[DEFAULTS],
        file: Some(file.path()),
        ..Sources::default()
    })
}

fn chassis(overrides: &[(&str, &str)]) -> Result<Chassis, Error> {
    let overrides = pairs(overrides);
    let sources = Sources { defaults: &[config::DEFAULTS], overrides, ..Sources::default() };
    Chassis::read(&Settings::load(&sources)?)
}

fn shown(settings: &Settings, key: &str) -> (String, String) {
    let rows = settings.describe();
    let row = rows.iter().find(|row| row.key == key).unwrap();
    (row.value.clone(), row.origin.to_string())
}

#[test]
fn defaults_alone_make_a_section() {
    let gateway: Gateway = from_environment(&[]).unwrap().section("gateway").unwrap();
    assert_eq!(gateway.listen, "127.0.0.1:8080");
    assert_eq!((gateway.body_limit, gateway.patience), (6 << 20, Duration::from_secs(5)));
    assert_eq!((gateway.keywords, gateway.ports), (vec!["a".to_owned()], vec![80]));
}

#[test]
fn stronger_sources_win_and_are_remembered() {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(b"[gateway]\nlisten = 'file'\nworkers = 1\n\nratio = 2\nstrict = true\n")
        .unwrap();
    let settings = Settings::load(&Sources {
        defaults: &[DEFAULTS],
        file: Some(file.path()),
        usual: &[("BASIC_AUTH_USER", "gateway.basic.user"), ("LISTEN", "gateway.listen")],
        environment: pairs(&[
            ("BASIC_AUTH_USER", "usual"),
            ("LISTEN", "usual"),
            ("THROUGHLINE_GATEWAY__BASIC__USER", "prefixed"),
            ("THROUGHLINE_GATEWAY__WORKERS", "2"),
            ("THROUGHLINE_GATEWAY__STRICT", ""),
        ]),
        overrides: pairs(&[("gateway.workers", "3")]),
        ..Sources::default()
    })
    .unwrap();
    let path = file.path().display();
    for (key, value, origin) in [
        ("gateway.listen", "\"usual\"", "LISTEN"),
        ("gateway.basic.user", "\"prefixed\"", "THROUGHLINE_GATEWAY__BASIC__USER"),
        ("gateway.workers", "3", "command line"),
        ("gateway.ratio", "2.0", &format!("{path}:5")),
        ("gateway.strict", "true", &format!("{path}:6")),
        ("gateway.patience", "\"5s\"", "default"),
    ] {
        assert_eq!(shown(&settings, key), (value.to_owned(), origin.to_owned()), "{key}");
    }
}

#[test]
fn text_is_read_as_what_the_default_is() {
    let gateway: Gateway = from_environment(&[
        ("THROUGHLINE_GATEWAY__LISTEN", "0123"),
        ("THROUGHLINE_GATEWAY__WORKERS", " 7 "),
        ("THROUGHLINE_GATEWAY__RATIO", "1"),
        ("THROUGHLINE_GATEWAY__STRICT", "true"),
        ("THROUGHLINE_GATEWAY__KEYWORDS", "rust, tokio,,"),
        ("THROUGHLINE_GATEWAY__PORTS", "1,2"),
        ("THROUGHLINE_GATEWAY__EXTRA", "X-A=b=c, X-D=01"),
    ])
    .unwrap()
    .section("gateway")
    .unwrap();
    assert_eq!(gateway.listen, "0123");
    assert_eq!((gateway.workers, gateway.ratio, gateway.strict), (7, 1.0, true));
    assert_eq!(gateway.keywords, ["rust", "tokio"]);
    assert_eq!(gateway.ports, [1, 2]);
    let extra = [("X-A", "b=c"), ("X-D", "01")];
    assert_eq!(gateway.extra, extra.map(|(name, value)| (name.into(), value.into())).into());
}

#[test]
fn lists_and_tables_are_read_from_json() {
    let gateway: Gateway = from_environment(&[
        ("THROUGHLINE_GATEWAY__KEYWORDS", r#"["a,b", "c"]"#),
        ("THROUGHLINE_GATEWAY__EXTRA", r#"{"X-A": "b,c"}"#),
    ])
    .unwrap()
    .section("gateway")
    .unwrap();
    assert_eq!(gateway.keywords, ["a,b", "c"]);
    assert_eq!(gateway.extra, [("X-A".into(), "b,c".into())].into());
}

#[test]
fn open_table_of_a_file_is_a_table() {
    let settings = from_file("[gateway.extra]\nX-A = 'b'\n").unwrap();
    let gateway: Gateway = settings.section("gateway").unwrap();
    assert_eq!(gateway.extra, [("X-A".into(), "b".into())].into());
}

#[test]
fn one_setting_is_a_section() {
    let settings = from_environment(&[]).unwrap();
    assert_eq!(settings.section::<u32>("gateway.workers").unwrap(), 4);
}

#[test]
fn wrong_values_are_refused_with_setting_source_and_remedy() {
    for (variable, value, expected) in [
        ("THROUGHLINE_GATEWAY__WORKERS", "many", "a whole number"),
        ("THROUGHLINE_GATEWAY__RATIO", "half", "a number"),
        ("THROUGHLINE_GATEWAY__STRICT", "yes", "true or false"),
        ("THROUGHLINE_GATEWAY__PORTS", "1,x", "a list"),
        ("THROUGHLINE_GATEWAY__PORTS", "[1", "a list"),
        ("THROUGHLINE_GATEWAY__EXTRA", "X-A", "a table"),
        ("THROUGHLINE_GATEWAY__EXTRA", "{'X-A'}", "a table"),
        ("THROUGHLINE_GATEWAY__LISTEN", "\u{fffd}", "UTF-8"),
    ] {
        let error = from_environment(&[(variable, value)]).unwrap_err().to_string();
        assert!(error.contains(variable) && error.contains(expected), "{error}");
        assert!(error.starts_with("gateway."), "{error}");
        assert!(!error.contains(value), "{error}");
    }
}

#[test]
fn section_says_which_setting_it_refuses() {
    for (variable, setting) in [
        ("THROUGHLINE_GATEWAY__PATIENCE", "gateway.patience"),
        ("THROUGHLINE_GATEWAY__BODY_LIMIT", "gateway.body_limit"),
    ] {
        let settings = from_environment(&[(variable, "soon")]).unwrap();
        let error = settings.section::<Gateway>("gateway").unwrap_err().to_string();
        assert!(error.starts_with(&format!("{setting} ({variable}) is not a")), "{error}");
    }
    let settings = from_environment(&[("THROUGHLINE_GATEWAY__PORTS", "80,70000")]).unwrap();
    let error = settings.section::<Gateway>("gateway").unwrap_err().to_string();
    assert!(error.starts_with("gateway.ports (THROUGHLINE_GATEWAY__PORTS)"), "{error}");
}

#[test]
fn file_is_refused_with_its_line() {
    for (text, line, what) in [
        ("[gateway]\nworkers = 'four'\n", 2, "gateway.workers"),
        ("[gateway]\n\nkeywords = 'a'\n", 3, "a list"),
        ("[gateway]\nextra = 1\n", 2, "a table"),
        ("[gateway]\nlisten = \n", 2, ""),
        ("[gateway]\nworker = 1\n", 2, "did you mean gateway.workers?"),
        ("gateway = 1\n", 1, "gateway"),
        ("\n\n[gatewya]\nworkers = 1\n", 3, "gatewya"),
        ("[gateway.basic]\nuser = 'u'\npassword = 'p'\n", 3, "gateway.basic.password"),
        ("[gateway]\nlisten = 'a'\nlisten = 'b'\n", 3, ""),
    ] {
        let error = from_file(text).unwrap_err().to_string();
        assert!(error.contains(&format!(":{line}")) && error.contains(what), "{text}: {error}");
    }
}

#[test]
fn file_that_is_not_there_is_refused() {
    let file = Some(Path::new("/nowhere/throughline.toml"));
    let sources = Sources { defaults: &[DEFAULTS], file, ..Sources::default() };
    let error = Settings::load(&sources).unwrap_err().to_string();
    assert!(error.starts_with("/nowhere/throughline.toml: cannot be read"), "{error}");
}

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    for (name, remedy) in [
        ("THROUGHLINE_GATEWAY__LISTN", "did you mean THROUGHLINE_GATEWAY__LISTEN?"),
        ("THROUGHLINE_GATEWAY_LISTEN", "did you mean THROUGHLINE_GATEWAY__LISTEN?"),
        ("THROUGHLINE_COMPLETELY_ELSE", "remove it"),
    ] {
        let error = from_environment(&[(name, "x")]).unwrap_err().to_string();
        assert!(error.starts_with(name) && error.contains(remedy), "{error}");
    }
    let overrides = pairs(&[("gateway.workes", "1")]);
    let sources = Sources { defaults: &[DEFAULTS], overrides, ..Sources::default() };
    let error = Settings::load(&sources).unwrap_err().to_string();
    assert!(error.contains("command line") && error.contains("gateway.workers?"), "{error}");
}

#[test]
fn names_that_are_no_settings_are_left_alone() {
    let settings = from_environment(&[
        ("THROUGHLINE_CONFIG", "x"),
        ("THROUGHLINE_TOOLS", "x"),
        ("THROUGHLINE_TEST_POSTGRES", "x"),
        ("THROUGHLINE_COMPLETELY_ELSE", ""),
        ("THROUGHLINE_PORT", "tcp://10.0.0.1:8080"),
        ("THROUGHLINE_SERVICE_HOST", "10.0.0.1"),
        ("THROUGHLINE_GATEWAY_SERVICE_PORT_HTTP", "8080"),
        ("THROUGHLINE_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("OTEL_SERVICE_NAME", "ours"),
        ("OTEL_SDK_DISABLED", ""),
        ("HOME", "/root"),
    ])
    .unwrap();
    let standard = settings.standard_variables();
    assert_eq!(*standard, [("OTEL_SERVICE_NAME".to_owned(), "ours".to_owned())].into());
}

#[test]
fn setting_is_defined_once() {
    let sources = Sources { defaults: &[DEFAULTS, DEFAULTS], ..Sources::default() };
    let error = Settings::load(&sources).unwrap_err().to_string();
    assert!(error.contains("is defined twice"), "{error}");
}

#[test]
fn secrets_are_not_shown() {
    let settings = from_environment(&[
        ("THROUGHLINE_GATEWAY__BASIC__PASS", "hunter2"),
        ("THROUGHLINE_GATEWAY__WEBHOOK", "hunter2"),
        ("THROUGHLINE_GATEWAY__LISTEN", "postgres://me:hunter2@db/x?sslmode=require"),
    ])
    .unwrap();
    assert_eq!(shown(&settings, "gateway.basic.pass").0, "***");
    assert_eq!(shown(&settings, "gateway.webhook").0, "***");
    assert_eq!(shown(&settings, "gateway.basic.user").0, "\"\"");
    let listen = shown(&settings, "gateway.listen").0;
    assert_eq!(listen, "\"postgres://me:***@db/x?sslmode=require\"");
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn file_is_found_where_it_was_named() {
    let named = pairs(&[("THROUGHLINE_CONFIG", "named.toml")]);
    let asked = Path::new("asked.toml");
    assert_eq!(config::find(Some(asked), &named).as_deref(), Some(asked));
    assert_eq!(config::find(None, &named).as_deref(), Some(Path::new("named.toml")));
    assert_eq!(config::find(None, &[]), None);
}

#[test]
fn chassis_defaults_are_accepted() {
    let chassis = chassis(&[]).unwrap();
    assert!(chassis.roles.is_empty() && chassis.peers.of("jobs").is_empty());
    let Database::Sqlite { folder, .. } = chassis.database else { panic!("not embedded") };
    assert_eq!(folder, Path::new(".throughline"));
}

#[test]
fn database_forms_are_told_apart() {
    for url in ["postgres://u:p@db/x", "postgresql://db/x", "postgres://db:6543/x"] {
        let pooled = [("database.url", url), ("database.pooler", "transaction")];
        let Database::Postgres { pooler, direct_url, .. } = chassis(&pooled).unwrap().database
        else {
            panic!("{url}")
        };
        assert_eq!((pooler, direct_url.is_none()), (Pooler::Transaction, true));
    }
    for url in ["sqlite:/var/lib/x", "sqlite:///var/lib/x"] {
        let Database::Sqlite { folder, .. } = chassis(&[("database.url", url)]).unwrap().database
        else {
            panic!("{url}")
        };
        assert_eq!(folder, Path::new("/var/lib/x"));
    }
}

#[test]
fn contradictions_are_refused() {
    let open = ("grpc.listen", "0.0.0.0:50051");
    for (overrides, setting, remedy) in [
        (vec![open], "grpc.listen", "set grpc.token"),
        (vec![open, ("grpc.token", "t")], "grpc.listen", "set grpc.internal_token"),
        (vec![("grpc.listen", "[::]:1")], "grpc.listen", "set grpc.token"),
        (vec![("grpc.listen", "here")], "grpc.listen", "change it"),
        (vec![("peers.jobs", "http://jobs:50051")], "peers.jobs", "set grpc.internal_token"),
        (vec![("peers.jobs", "jobs:50051")], "peers.jobs", "http://HOST:PORT"),
        (vec![("peers.jobs", "http://10.0.0.1:1")], "peers.jobs", "set grpc.internal_token"),
        (vec![("database.url", "mysql://db")], "database.url", "sqlite:FOLDER"),
        (vec![("database.url", "sqlite:")], "database.url", "sqlite:FOLDER"),
        (vec![("database.url", "sqlite::memory:")], "database.url", "sqlite:FOLDER"),
        (vec![("database.url", "postgres://db:6543/x")], "database.url", "database.pooler"),
        (vec![("database.url", "postgres:db:x:y")], "database.url", "postgres://USER"),
        (vec![("database.pooler", "session")], "database.pooler", "change it"),
        (vec![("database.max_connections", "0")], "database.max_connections", "1 or more"),
        (vec![("database.max_connections", "-1")], "database.max_connections", "change it"),
        (vec![("log.level", "loud=very")], "log.level", "info"),
        (vec![("log.level", "verbose")], "log.level", "info"),
        (vec![("log.level", "")], "log.level", "info"),
        (vec![("outbound.allow", "n8n,http://x")], "outbound.allow", "n8n:5678"),
        (vec![("log.format", "xml")], "log.format", "change it"),
        (vec![("telemetry.exporters", "zipkin")], "telemetry.exporters", "change it"),
        (vec![("telemetry.exporters", "otlp,off")], "telemetry.exporters", "name one"),
        (vec![("telemetry.sample_ratio", "1.5")], "telemetry.sample_ratio", "1 records all"),
    ] {
        let error = chassis(&overrides).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{setting} (command line)")), "{error}");
        assert!(error.contains(remedy), "{error}");
    }
}

#[test]
fn suite_beyond_loopback_needs_both_tokens() {
    let chassis = chassis(&[
        ("grpc.listen", "0.0.0.0:50051"),
        ("grpc.token", "t"),
        ("grpc.internal_token", "i"),
        ("peers.jobs", "http://jobs:50051,http://jobs-2:50051"),
        ("peers.rerank", "http://[::1]:50052"),
    ])
    .unwrap();
    assert_eq!(chassis.peers.of("jobs"), ["http://jobs:50051", "http://jobs-2:50051"]);
}

#[test]
fn loopback_peers_need_no_token() {
    let peers = [
        ("peers.jobs", "http://127.0.0.1:1"),
        ("peers.rerank", "http://localhost:1"),
        ("peers.retrieval", "http://[::1]:1"),
    ];
    assert!(chassis(&peers).is_ok());
}

#[test]
fn sizes_and_optional_texts_are_read() {
    #[derive(Deserialize)]
    struct Sized {
        #[serde(with = "config::size")]
        limit: usize,
        #[serde(deserialize_with = "config::optional")]
        secret: Option<Secret>,
    }
    for (text, bytes) in [("0", 0), ("250 kB", 250_000), ("6MiB", 6 << 20), ("1gib", 1 << 30)] {
        let overrides = pairs(&[("limit", text)]);
        let defaults = &["limit = \"1\"\nsecret = \"\"\n"];
        let sources = Sources { defaults, overrides, ..Sources::default() };
        let sized: Sized = Settings::load(&sources).unwrap().section("").unwrap();
        assert_eq!((sized.limit, sized.secret.is_none()), (bytes, true), "{text}");
    }
    let defaults = &["limit = \"6 TB\"\nsecret = \"s\"\n"];
    let settings = Settings::load(&Sources { defaults, ..Sources::default() }).unwrap();
    assert!(
        matches!(settings.section::<Sized>(""), Err(Error::Refused { setting, .. }) if setting == "limit")
    );
    assert_eq!(*settings.origin("limit"), Origin::Default);
}

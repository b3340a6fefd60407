//! The floor: the least program that accepts a job durably, makes three gRPC hops and posts the webhook.
//!
//! One committed row, no checkpoint, no retry, no trace, no signature, no validation.

use std::sync::Arc;

use axum::extract::{Json, State};
use axum::routing::{get, post};
use axum::{Router, http::StatusCode};
use proto::common::Passage;
use proto::rerank::rerank_service_client::RerankServiceClient;
use proto::rerank::rerank_service_server::{RerankService, RerankServiceServer};
use proto::rerank::{RerankRequest, RerankResponse};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::net::TcpListener;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic::{Request, Response, Status};

struct Floor {
    rows: Rows,
    hops: RerankServiceClient<Channel>,
    http: reqwest::Client,
}

enum Rows {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

struct Echo;

/// Serves the floor at an address, on a database.
pub(crate) async fn serve(address: &str, database: &str) {
    let rows = Rows::open(database).await;
    let hops = RerankServiceClient::new(hops().await);
    let floor = Arc::new(Floor { rows, hops, http: reqwest::Client::new() });
    let router = Router::new()
        .route("/ping", get(|| async {}))
        .route("/invocations", post(accept))
        .with_state(floor);
    axum::serve(TcpListener::bind(address).await.unwrap(), router).await.unwrap();
}

async fn accept(State(floor): State<Arc<Floor>>, Json(job): Json<Value>) -> StatusCode {
    floor.rows.insert(job.to_string()).await;
    tokio::spawn(async move { floor.run(job).await });
    StatusCode::ACCEPTED
}

impl Floor {
    async fn run(&self, job: Value) {
        let text = job["input"]["description"].as_str().unwrap().to_owned();
        let mut passages =
            vec![Passage { document_id: "d".into(), text, score: 0.5, ..Default::default() }];
        for _ in 0..3 {
            let request = RerankRequest { passages, ..Default::default() };
            passages = self.hops.clone().rerank(request).await.unwrap().into_inner().passages;
        }
        let body =
            serde_json::json!({ "type": "job.succeeded", "data": { "text": passages[0].text } });
        let url = job["callback"]["url"].as_str().unwrap();
        self.http.post(url).json(&body).send().await.unwrap();
    }
}

impl Rows {
    async fn open(database: &str) -> Self {
        const TABLE: &str = "create table if not exists floor (body text not null)";
        if let Some(folder) = database.strip_prefix("sqlite:") {
            std::fs::create_dir_all(folder).unwrap();
            let options = SqliteConnectOptions::new()
                .filename(format!("{folder}/floor.db"))
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full);
            let pool =
                SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
            sqlx::query(TABLE).execute(&pool).await.unwrap();
            return Self::Sqlite(pool);
        }
        let pool = sqlx::PgPool::connect(database).await.unwrap();
        sqlx::query(TABLE).execute(&pool).await.unwrap();
        Self::Postgres(pool)
    }

    async fn insert(&self, body: String) {
        const INSERT: &str = "insert into floor (body) values ($1)";
        match self {
            Self::Sqlite(pool) => {
                sqlx::query(INSERT).bind(body).execute(pool).await.map(drop).unwrap()
            }
            Self::Postgres(pool) => {
                sqlx::query(INSERT).bind(body).execute(pool).await.map(drop).unwrap()
            }
        }
    }
}

async fn hops() -> Channel {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    tokio::spawn(
        Server::builder().add_service(RerankServiceServer::new(Echo)).serve_with_incoming(incoming),
    );
    Channel::from_shared(url).unwrap().tcp_nodelay(true).connect().await.unwrap()
}

#[tonic::async_trait]
impl RerankService for Echo {
    async fn rerank(
        &self,
        request: Request<RerankRequest>,
    ) -> Result<Response<RerankResponse>, Status> {
        let passages = request.into_inner().passages;
        Ok(Response::new(RerankResponse { passages, ..RerankResponse::default() }))
    }
}

use chassis::auth::{Credentials, Tenant, Verifier};
use chassis::channel::{self, Channel};
use chassis::http::{Outbound, OutboundConfig};
use chassis::secret::Secret;
use chassis::server::{Services, Stack, serve};
use chassis::task::CancellationToken;
use proto::rerank::RerankRequest;
use proto::rerank::rerank_service_client::RerankServiceClient;
use rerank::{Config, Passage, Request, Reranker};
use tokio::net::TcpListener;

use crate::measure::median;

/// Prints what a call costs without a hop, over a local channel, and over loopback TCP.
pub(crate) async fn run() {
    let direct = direct().await;
    let local = timed(channel::local(stack(), Credentials::default())).await;
    let remote = timed(remote().await).await;
    let ratio = |time: std::time::Duration| time.as_secs_f64() / direct.as_secs_f64();
    println!("hop: one call of Rerank with one passage, median of 15 rounds of 400");
    println!("  direct         {:>9.2} us   1.0 x", direct.as_secs_f64() * 1e6);
    println!("  local channel  {:>9.2} us {:>5.1} x", local.as_secs_f64() * 1e6, ratio(local));
    println!("  loopback TCP   {:>9.2} us {:>5.1} x", remote.as_secs_f64() * 1e6, ratio(remote));
}

fn reranker() -> Reranker {
    let outbound = Outbound::new(&OutboundConfig::default()).unwrap();
    Reranker::new(Config::default(), outbound.operator())
}

/// The use-case itself, without any wire.
async fn direct() -> std::time::Duration {
    let reranker = reranker();
    median(|| {
        let reranker = reranker.clone();
        async move {
            let passage =
                Passage { title: "", text: "A short text.", score: 0.5, is_judged: false };
            let request = Request { query: "q", passages: vec![passage], stages: vec![], keep: 0 };
            reranker.rerank(&request).await.unwrap()
        }
    })
    .await
}

async fn timed(channel: Channel) -> std::time::Duration {
    let client = RerankServiceClient::new(channel);
    median(|| {
        let mut client = client.clone();
        async move { client.rerank(request()).await.unwrap() }
    })
    .await
}

async fn remote() -> Channel {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, stack(), CancellationToken::new()));
    channel::remote(&[url], Credentials::default()).unwrap()
}

fn stack() -> Stack {
    let verifier = Verifier::new(Secret::default(), Secret::default(), Tenant::default());
    Services::new().add(rerank::server(reranker())).build(verifier)
}

fn request() -> RerankRequest {
    let passage = proto::common::Passage {
        document_id: "d".into(),
        text: "A short text.".into(),
        score: 0.5,
        ..Default::default()
    };
    RerankRequest { query: "q".into(), passages: vec![passage], ..Default::default() }
}

use std::time::Duration;

use chassis::auth::Credentials;
use chassis::channel;
use chassis::deadline::{self, Deadline};
use chassis::failure::{Kind, Problem};
use e2e::{Provider, Setup, Suite, everywhere};
use proto::common::{Metadata, Passage};
use proto::generation::generation_service_client::GenerationServiceClient;
use proto::generation::{GenerateRequest, Message, Messages, Template, generate_request::Prompt};
use proto::jobs::job_service_client::JobServiceClient;
use proto::jobs::{GetJobRequest, ListJobsRequest, SubmitJobRequest};
use proto::rerank::rerank_service_client::RerankServiceClient;
use proto::rerank::{Keyword, KeywordBoost, RerankRequest, Stage, stage};
use proto::retrieval::retrieval_service_client::RetrievalServiceClient;
use proto::retrieval::{DeleteDocumentsRequest, PutDocumentRequest, SearchRequest};
use tonic::transport::Endpoint;
use tonic::{Code, Status};

everywhere! {
    /// Unknown enum numbers, absent messages, NaN and the like are refused by name, and nothing breaks.
    async fn every_row_is_refused_with_its_reason(world: World) {
        let suite = Suite::start(world, Setup::plain()).await;
        let mut wrong = Vec::new();
        let rows = [searches(&suite).await, reranks(&suite).await, generates(&suite).await, jobs(&suite).await];
        for (name, wanted, status) in rows.into_iter().flatten() {
            let problem = Problem::of(&status);
            if (status.code(), problem.code.as_str()) != wanted || Kind::of(&status) == Kind::Internal {
                wrong.push(format!("{name}: wanted {wanted:?}, got {status:?}"));
            }
        }
        assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// A budget that is spent on the way is a deadline, wherever the service runs.
    async fn spent_budget_is_a_deadline(world: World) {
        let provider = Provider::held().await;
        let setup = Setup::plain()
            .with("generation.openai.base_url", &provider.url)
            .with("generation.openai.api_key", "sk-test");
        let suite = Suite::start(world, setup).await;
        let channel = channel::remote(&[suite.grpc["generation"].clone()], Credentials::default());
        let mut client = GenerationServiceClient::new(channel.unwrap());
        let budget = Deadline::after(Duration::from_millis(300));
        let status = deadline::scope(budget, client.generate(asking("Say nothing"))).await.unwrap_err();
        assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
    }
}

fn asking(user: &str) -> GenerateRequest {
    let template = Template { user: user.into(), ..Default::default() };
    GenerateRequest { prompt: Some(Prompt::Template(template)), ..Default::default() }
}

type Row = (&'static str, (Code, &'static str), Status);

const INVALID: Code = Code::InvalidArgument;

async fn stranger(suite: &Suite, role: &str) -> tonic::transport::Channel {
    Endpoint::from_shared(suite.grpc[role].clone()).unwrap().connect().await.unwrap()
}

#[allow(clippy::too_many_lines, reason = "a table, a row a line")]
async fn searches(suite: &Suite) -> Vec<Row> {
    let mut client = RetrievalServiceClient::new(stranger(suite, "retrieval").await);
    let base =
        SearchRequest { collection: "notes".into(), query: "x".into(), ..Default::default() };
    let mut rows = Vec::new();
    for (name, wanted, request) in [
        ("missing collection", (Code::NotFound, "collection_not_found"), base.clone()),
        ("unknown mode", (INVALID, "unknown_mode"), SearchRequest { mode: 99, ..base.clone() }),
        ("negative limit", (INVALID, "invalid_limit"), SearchRequest { limit: -1, ..base.clone() }),
        (
            "score is no number",
            (INVALID, "invalid_score"),
            SearchRequest { min_score: f64::NAN, ..base.clone() },
        ),
        (
            "blank query",
            (INVALID, "blank_query"),
            SearchRequest { query: " ".into(), ..base.clone() },
        ),
        (
            "no collection",
            (INVALID, "invalid_name"),
            SearchRequest { collection: String::new(), ..base },
        ),
    ] {
        rows.push((name, wanted, client.search(request).await.unwrap_err()));
    }
    let document = PutDocumentRequest {
        collection: "c".into(),
        document_id: "d".into(),
        text: "t".into(),
        ..Default::default()
    };
    for (name, wanted, request) in [
        (
            "no id",
            (INVALID, "invalid_name"),
            PutDocumentRequest { document_id: String::new(), ..document.clone() },
        ),
        (
            "NUL",
            (INVALID, "invalid_text"),
            PutDocumentRequest { text: "a\0b".into(), ..document.clone() },
        ),
        (
            "metadata is no object",
            (INVALID, "invalid_metadata"),
            PutDocumentRequest {
                metadata: Some(Metadata { json: "[1".into() }),
                ..document.clone()
            },
        ),
        (
            "huge text",
            (Code::ResourceExhausted, "document_too_large"),
            PutDocumentRequest { text: "x".repeat(9 << 20), ..document },
        ),
    ] {
        rows.push((name, wanted, client.put_document(request).await.unwrap_err()));
    }
    let many = DeleteDocumentsRequest {
        collection: "c".into(),
        document_ids: vec!["x".into(); 2000],
        filter: None,
    };
    rows.push((
        "too many",
        (INVALID, "too_many_documents"),
        client.delete_documents(many).await.unwrap_err(),
    ));
    rows
}

async fn reranks(suite: &Suite) -> Vec<Row> {
    let mut client = RerankServiceClient::new(stranger(suite, "rerank").await);
    let passage = |score| Passage { text: "t".into(), score, ..Default::default() };
    let boost = |weight| Stage {
        kind: Some(stage::Kind::KeywordBoost(KeywordBoost {
            keywords: vec![Keyword { term: "x".into(), weight: Some(weight) }],
            weight: None,
        })),
    };
    let base = RerankRequest { passages: vec![passage(0.5)], ..Default::default() };
    let mut rows = Vec::new();
    for (name, wanted, request) in [
        (
            "score is no number",
            (INVALID, "invalid_score"),
            RerankRequest { passages: vec![passage(f64::NAN)], ..base.clone() },
        ),
        (
            "weight is no number",
            (INVALID, "invalid_weight"),
            RerankRequest { stages: vec![boost(f64::NAN)], ..base.clone() },
        ),
        (
            "negative weight",
            (INVALID, "invalid_weight"),
            RerankRequest { stages: vec![boost(-1.0)], ..base.clone() },
        ),
        (
            "stage without a kind",
            (INVALID, "unknown_stage"),
            RerankRequest { stages: vec![Stage { kind: None }], ..base.clone() },
        ),
        ("negative keep", (INVALID, "invalid_keep"), RerankRequest { keep: -1, ..base.clone() }),
        (
            "too many passages",
            (INVALID, "too_many_passages"),
            RerankRequest { passages: vec![passage(0.1); 1001], ..base },
        ),
    ] {
        rows.push((name, wanted, client.rerank(request).await.unwrap_err()));
    }
    rows
}

async fn generates(suite: &Suite) -> Vec<Row> {
    let mut client = GenerationServiceClient::new(stranger(suite, "generation").await);
    let template =
        |user: &str| Some(Prompt::Template(Template { user: user.into(), ..Default::default() }));
    let messages =
        |role| Some(Prompt::Messages(Messages { messages: vec![Message { role, parts: vec![] }] }));
    let base = GenerateRequest {
        prompt: template("Say {{ word }}"),
        variables_json: r#"{"word":"x"}"#.into(),
        ..Default::default()
    };
    let mut rows = Vec::new();
    for (name, wanted, request) in [
        ("no prompt", (INVALID, "no_prompt"), GenerateRequest { prompt: None, ..base.clone() }),
        (
            "broken template",
            (INVALID, "invalid_template"),
            GenerateRequest { prompt: template("{{ "), ..base.clone() },
        ),
        (
            "unknown variable",
            (INVALID, "invalid_template"),
            GenerateRequest { prompt: template("{{ nobody }}"), ..base.clone() },
        ),
        (
            "variables are no JSON",
            (INVALID, "invalid_variables"),
            GenerateRequest { variables_json: "{".into(), ..base.clone() },
        ),
        (
            "schema is none",
            (INVALID, "invalid_schema"),
            GenerateRequest { schema_json: "[".into(), ..base.clone() },
        ),
        (
            "unknown role",
            (INVALID, "unknown_role"),
            GenerateRequest { prompt: messages(77), ..base.clone() },
        ),
        (
            "temperature is no number",
            (INVALID, "invalid_parameter"),
            GenerateRequest { temperature: Some(f64::NAN), ..base.clone() },
        ),
        (
            "negative tokens",
            (INVALID, "invalid_parameter"),
            GenerateRequest { max_output_tokens: -5, ..base },
        ),
    ] {
        rows.push((name, wanted, client.generate(request).await.unwrap_err()));
    }
    rows
}

#[allow(clippy::too_many_lines, reason = "a table, a row a line")]
async fn jobs(suite: &Suite) -> Vec<Row> {
    let mut client = JobServiceClient::new(stranger(suite, "jobs").await);
    let base = SubmitJobRequest {
        input_json: r#"{"title":"t","description":"d"}"#.into(),
        ..Default::default()
    };
    let deadline = |seconds| Some(prost_types::Duration { seconds, nanos: 0 });
    let mut rows = Vec::new();
    for (name, wanted, request) in [
        (
            "input is no JSON",
            (INVALID, "malformed_json"),
            SubmitJobRequest { input_json: "{".into(), ..base.clone() },
        ),
        (
            "input is empty",
            (INVALID, "invalid_input"),
            SubmitJobRequest { input_json: "{}".into(), ..base.clone() },
        ),
        (
            "unknown flow",
            (Code::NotFound, "flow_not_found"),
            SubmitJobRequest { flow: "nothing".into(), ..base.clone() },
        ),
        (
            "negative deadline",
            (INVALID, "invalid_deadline"),
            SubmitJobRequest { deadline: deadline(-5), ..base.clone() },
        ),
        (
            "key with a space",
            (INVALID, "invalid_idempotency_key"),
            SubmitJobRequest { idempotency_key: "a b".into(), ..base.clone() },
        ),
        (
            "correlation is no JSON",
            (INVALID, "malformed_json"),
            SubmitJobRequest { correlation_json: "{".into(), ..base.clone() },
        ),
        (
            "priority out of range",
            (INVALID, "invalid_priority"),
            SubmitJobRequest { priority: 101, ..base },
        ),
    ] {
        rows.push((name, wanted, client.submit_job(request).await.unwrap_err()));
    }
    let id = GetJobRequest { job_id: "x".into() };
    rows.push(("no id", (INVALID, "invalid_id"), client.get_job(id).await.unwrap_err()));
    for (name, wanted, request) in [
        (
            "unknown state",
            (INVALID, "unknown_state"),
            ListJobsRequest { state: 42, ..Default::default() },
        ),
        (
            "negative page",
            (INVALID, "invalid_limit"),
            ListJobsRequest { page_size: -1, ..Default::default() },
        ),
        (
            "foreign token",
            (INVALID, "invalid_page_token"),
            ListJobsRequest { page_token: "?".into(), ..Default::default() },
        ),
    ] {
        rows.push((name, wanted, client.list_jobs(request).await.unwrap_err()));
    }
    rows
}

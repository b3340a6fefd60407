//! The binary with exactly the environment and the secret that the synthesised stacks give it: it comes into
//! service, reads the table of vectors, and reports to the webhook.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use e2e::{
    Moto, Provider, Receiver, SECRET, TARGET, binary, credentials, database, id, sample, succeeded,
    vecs_table,
};
use sagemaker_kit::{Caller, ContainerPlan, Endpoint, Limits, Logs, Plan, Platform};
use serde_json::{Value, json};

const ENDPOINT: &str = "stack";
const REGION: &str = "eu-central-1";

/// One container with all roles, as the stack for development has it.
#[tokio::test(flavor = "multi_thread")]
async fn single_container_works() {
    works("single-dev").await;
}

/// A container a role, as the stack for production has them.
#[tokio::test(flavor = "multi_thread")]
async fn direct_containers_work() {
    works("direct-prod").await;
}

async fn works(stack: &str) {
    let mut receiver = Receiver::start().await;
    let (moto, provider) = (Moto::start().await, Provider::start().await);
    let bundle = bundle(&receiver.url).await;
    let foundation = template(&format!("foundation-{}", stack.split_once('-').unwrap().1));
    let declared = foundation["Resources"].as_object().unwrap().values();
    let declared = declared.clone().find_map(|resource| resource["Metadata"]["Members"].as_array());
    assert_eq!(names(declared.unwrap()), bundle.as_object().unwrap().keys().cloned().collect());
    let arn = moto.secret(stack, &bundle.to_string()).await;

    let folder = tempfile::tempdir().unwrap();
    let mut containers = containers(&template(stack), &arn);
    for container in &mut containers {
        container.environment.extend(surroundings(&moto, &provider));
    }
    let is_direct = containers.len() > 1;
    let platform = Platform::start().await.unwrap();
    let endpoint = platform.deploy(plan(containers, folder.path())).unwrap();
    in_service(&endpoint, folder.path()).await;

    let caller = Caller::new(platform.url(), credentials(), REGION);
    let target = [(TARGET, "gateway")];
    let headers = if is_direct { &target[..] } else { &[] };
    let body = json!({ "input": sample() }).to_string();
    let job = id(&succeeded(&caller.invoke(ENDPOINT, headers, body).await.unwrap()));
    let call = receiver.next_of("job.succeeded").await;

    let told = &call.body["data"];
    assert_eq!(told["job_id"], job, "{told}\n{}", logs(folder.path()));
    assert_eq!(told["result"]["citations"][0]["document_id"], "node-ledger", "{told}");
    assert_eq!(told["result"]["provider"], "openai", "{told}");
    assert_eq!(told["degraded"], json!([]), "{told}");
    // n8n:canary-pass
    assert_eq!(call.headers["authorization"], "Basic bjhuOmNhbmFyeS1wYXNz");
    assert!(!logs(folder.path()).contains("canary"), "a secret is in the log");
}

/// A value for every member that the example names.
async fn bundle(webhook: &str) -> Value {
    let example: Value = read("secret.example.json");
    let database = database().await;
    let supabase = vecs_table().await;
    let value = |name: &str| match name {
        "DATABASE_URL" | "DATABASE_DIRECT_URL" => database.clone(),
        "SUPABASE_URL" => supabase.clone(),
        "WEBHOOK_URL" => webhook.to_owned(),
        "WEBHOOK_SECRET" => SECRET.to_owned(),
        "SECRETS_KEY" => "canary-secrets-key-0123456789abcdef".to_owned(),
        "BASIC_AUTH_USER" => "n8n".to_owned(),
        "BASIC_AUTH_PASS" => "canary-pass".to_owned(),
        "OPENAI_API_KEY" | "COHERE_API_KEY" | "SUPABASE_KEY" => format!("canary-{name}"),
        _ => panic!("the stack names {name}, which this test does not know"),
    };
    let members = example.as_object().unwrap().keys();
    members.map(|name| (name.clone(), json!(value(name)))).collect()
}

/// The containers of a stack's model.
fn containers(template: &Value, secret: &str) -> Vec<ContainerPlan> {
    let resources = template["Resources"].as_object().unwrap().values();
    let model = resources.clone().find(|resource| resource["Type"] == "AWS::SageMaker::Model");
    let model = &model.unwrap()["Properties"];
    let primary = std::slice::from_ref(&model["PrimaryContainer"]);
    let container = |definition: &Value| {
        let environment = definition["Environment"].as_object().unwrap().iter();
        let environment = environment.map(|(name, value)| (name.clone(), resolved(value, secret)));
        let hostname = definition["ContainerHostname"].as_str().unwrap_or("container-0");
        ContainerPlan {
            hostname: hostname.to_owned(),
            command: vec![binary().into()],
            environment: environment.collect(),
        }
    };
    model["Containers"].as_array().map_or(primary, Vec::as_slice).iter().map(container).collect()
}

/// What CloudFormation makes of a value.
fn resolved(value: &Value, secret: &str) -> String {
    if let Some(text) = value.as_str() {
        return text.to_owned();
    }
    let imported = value["Fn::ImportValue"].as_str().unwrap_or_default();
    match value["Ref"].as_str() {
        Some("AWS::Region") => REGION.to_owned(),
        None if imported.ends_with(":SecretArn") => secret.to_owned(),
        _ => panic!("nobody knows {value} here"),
    }
}

/// What a role's credentials and the Internet are there: AWS, OpenAI and Cohere are at other addresses here.
fn surroundings(moto: &Moto, provider: &Provider) -> Vec<(String, String)> {
    let mut variables = moto.environment();
    variables.retain(|(name, _)| name != "AWS_REGION");
    variables.push(("OPENAI_BASE_URL".to_owned(), provider.url.clone()));
    variables.push(("COHERE_BASE_URL".to_owned(), provider.cohere().to_owned()));
    variables
}

fn plan(containers: Vec<ContainerPlan>, folder: &Path) -> Plan {
    let mut plan = Plan::new(ENDPOINT, containers, Logs::Folder(folder.to_owned()));
    let (ping_every, start) = (Duration::from_millis(200), Duration::from_secs(60));
    plan.limits = Limits { ping_every, start, ..Limits::default() };
    plan
}

async fn in_service(endpoint: &Endpoint, folder: &Path) {
    if let Err(error) = endpoint.in_service().await {
        panic!("{error}\n{}", logs(folder));
    }
}

fn logs(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|name| name == "log"));
    files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

fn names(members: &[Value]) -> BTreeSet<String> {
    members.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

fn template(stack: &str) -> Value {
    read(&format!("{stack}.template.json"))
}

fn read(file: &str) -> Value {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../deploy/cfn");
    let text = std::fs::read_to_string(folder.join(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

//! What a collector gets of a job: one tree below the caller's span, whole in spite of a kill.

use e2e::{Collector, Placement, Provider, Setup, Store, Suite, Trace, World, killable, sample};
use serde_json::{Value, json};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// A job's spans, by the role that ran them; each hop of the line stands on both sides.
const TREE: &str = "\
gateway server POST /invocations
  gateway client throughline.jobs.v1.JobService/SubmitJob
    jobs server throughline.jobs.v1.JobService/SubmitJob
      jobs internal accept
        jobs internal attempt
          jobs internal step analysis
            jobs client throughline.generation.v1.GenerationService/Generate
              generation server throughline.generation.v1.GenerationService/Generate
                generation client chat
                  generation client POST
          jobs internal step evidence
            jobs client throughline.retrieval.v1.RetrievalService/Search
              retrieval server throughline.retrieval.v1.RetrievalService/Search
          jobs internal step best
            jobs client throughline.rerank.v1.RerankService/Rerank
              rerank server throughline.rerank.v1.RerankService/Rerank
          jobs internal step draft
            jobs client throughline.generation.v1.GenerationService/Generate
              generation server throughline.generation.v1.GenerationService/Generate
                generation client chat
                  generation client POST
          jobs internal step checked
        jobs producer delivery
          jobs client POST
";

killable! {
    /// With logs at `warn`, the spans of a sampled caller's job form one tree, from its span to the webhook's.
    async fn spans_of_a_job_form_one_tree(world: World) {
        let protocol = if world.store == Store::Sqlite { "http/protobuf" } else { "grpc" };
        let (collector, mut provider) = (Collector::start().await, Provider::start().await);
        let setup = exporting(&collector, protocol, &provider);
        let mut suite = Suite::start(world, setup).await;
        crate::happy::put(&suite, "portfolio", "ledger", "A ledger for card payments, in Rust.").await;
        let id = submit(&suite, "01").await;
        let call = suite.told(&id).await;
        suite.stop().await;

        let trace = collector.trace(TRACE);
        let (tree, expected) = (trace.outline(CALLER), expected(world));
        assert!(tree == expected, "got\n{tree}\ninstead of\n{expected}");
        assert_eq!(trace.0.len(), TREE.lines().count(), "loose: {:#?}", trace.loose(CALLER));
        let webhook = trace.named("delivery")[0];
        assert_eq!(call.headers["traceparent"], format!("00-{TRACE}-{}-01", webhook.span_id));
        for chat in trace.named("chat") {
            let asked = provider.next().await.traceparent;
            let below = trace.0.iter().find(|span| span.parent_span_id == chat.span_id).unwrap();
            assert_eq!(asked, format!("00-{TRACE}-{}-01", below.span_id));
        }
        nothing_else_hangs_in(&trace, &collector);
    }

    /// Killed in the middle of a step, the tree has both attempts and no hole.
    async fn kill_leaves_no_hole_in_the_tree(world: World) {
        let (collector, mut provider) = (Collector::start().await, Provider::held().await);
        let setup = exporting(&collector, "http/protobuf", &provider);
        let mut suite = Suite::start(world, setup).await;
        let id = submit(&suite, "01").await;
        provider.next().await;
        provider.let_through(1);
        provider.next().await;
        collector.has(TRACE, "step best").await;

        suite.kill("jobs").await;
        suite.revive("jobs").await;
        provider.next().await;
        provider.let_through(8);
        suite.told(&id).await;
        suite.stop().await;

        let trace = collector.trace(TRACE);
        assert!(trace.loose(CALLER).is_empty(), "{:#?} in\n{}", trace.loose(CALLER), trace.outline(CALLER));
        assert_eq!(errors(&trace, "attempt"), [Some("lost".to_owned()), None]);
        assert_eq!(errors(&trace, "step draft"), [Some("lost".to_owned()), None]);
        assert_eq!(errors(&trace, "step analysis"), [None]);
        nothing_else_hangs_in(&trace, &collector);
    }

    /// A caller that does not record its trace gets nothing recorded.
    async fn unsampled_caller_exports_nothing(world: World) {
        let (collector, provider) = (Collector::start().await, Provider::start().await);
        let setup = exporting(&collector, "http/protobuf", &provider);
        let mut suite = Suite::start(world, setup).await;
        let id = submit(&suite, "00").await;
        let call = suite.told(&id).await;
        suite.stop().await;

        let parent = call.headers["traceparent"].to_str().unwrap();
        assert!(parent.starts_with(&format!("00-{TRACE}-")) && parent.ends_with("-00"), "{parent}");
        assert!(collector.trace(TRACE).0.is_empty(), "{:#?}", collector.trace(TRACE));
    }
}

fn exporting(collector: &Collector, protocol: &str, provider: &Provider) -> Setup {
    Setup::plain()
        .with("log.level", "warn")
        .with("generation.openai.base_url", &provider.url)
        .with("generation.openai.api_key", "sk-test")
        .exporting(collector, protocol)
}

async fn submit(suite: &Suite, flags: &str) -> String {
    let body = json!({ "input": sample(), "callback": { "url": suite.receiver.url } });
    let parent = format!("00-{TRACE}-{CALLER}-{flags}");
    let request = suite.request("POST", "/invocations").header("traceparent", parent).json(&body);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["job_id"].as_str().unwrap().to_owned()
}

/// The tree with each process's own name.
fn expected(world: World) -> String {
    let named = |line: &str| {
        let (indent, rest) = line.split_at(line.len() - line.trim_start().len());
        let (role, rest) = rest.split_once(' ').unwrap();
        match world.placement {
            Placement::Processes => format!("{indent}throughline-{role} {rest}\n"),
            Placement::Inside | Placement::OneProcess => format!("{indent}throughline {rest}\n"),
        }
    };
    TREE.lines().map(named).collect()
}

/// How the spans of this name ended, in their order.
fn errors(trace: &Trace, name: &str) -> Vec<Option<String>> {
    let mut spans = trace.named(name);
    spans.sort_by_key(|span| span.start);
    spans.into_iter().map(|span| span.error.clone()).collect()
}

fn nothing_else_hangs_in(trace: &Trace, collector: &Collector) {
    for other in collector.spans().iter().filter(|span| span.trace_id != TRACE) {
        let is_ours = trace.0.iter().any(|span| span.span_id == other.parent_span_id);
        assert!(!is_ours, "{other:?}");
    }
}

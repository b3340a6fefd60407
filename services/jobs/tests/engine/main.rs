//! Jobs from submission to the signed webhook, on SQLite and on Postgres, with a real receiver and
//! services that do as they are told.
//!
//! One case on one store: `cargo test -p jobs --test engine sqlite::a_job_goes_all_the_way`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

mod ask;
mod corpus;
mod credential;
mod deliver;
mod flow;
mod policy;
#[path = "../conformance/postgres.rs"]
mod postgres;
mod proxy;
mod puppet;
mod receiver;
mod restart;
mod run;
mod schedule;
mod settings;
mod share;
mod shelf;
mod trace;
mod watch;
mod wire;
mod world;

macro_rules! on_both_stores {
    ($($module:ident: $($case:ident),+;)+) => {
        mod sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::$module::$case(crate::world::Place::Sqlite).await;
                }
            )+)+
        }

        mod on_postgres {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::$module::$case(crate::world::Place::Postgres).await;
                }
            )+)+
        }
    };
}

on_both_stores! {
    run:
        a_job_goes_all_the_way,
        a_passing_error_is_tried_again,
        too_many_passing_errors_fail_the_job,
        a_lasting_error_fails_the_job_at_once,
        a_running_job_is_cancelled,
        a_job_expires_in_the_middle,
        a_queued_job_expires,
        a_result_may_be_too_large,
        many_jobs_at_once_all_end;
    restart:
        a_killed_job_goes_on_at_its_checkpoint,
        a_stopping_process_gives_its_jobs_back,
        a_stopping_process_lets_jobs_finish,
        a_job_ends_on_the_flow_that_it_began_on,
        a_killed_delivery_goes_out_under_its_id,
        a_cancel_is_not_lost_with_its_worker;
    trace:
        one_trace_through_every_hop,
        without_a_caller_there_is_a_trace_of_its_own,
        the_timeline_tells_the_way;
    watch:
        a_watcher_sees_every_event_and_the_end,
        a_watcher_goes_on_after_what_it_saw,
        watchers_are_bounded;
    ask:
        bad_submissions_are_refused_by_name,
        the_same_key_is_the_same_job,
        fifty_at_once_under_one_key_are_one_job,
        a_full_queue_refuses,
        lists_go_page_by_page,
        flows_are_told;
    settings:
        a_secret_is_generated_once;
    corpus:
        documents_of_flows_are_in_before_jobs_are_ready;
    wire:
        a_job_over_grpc,
        flows_over_grpc,
        strange_requests_are_told_what_is_wrong;
    credential:
        a_callback_is_told_with_its_own_credential,
        a_credential_is_in_no_answer_and_no_row,
        a_credential_is_a_part_of_the_request,
        a_replay_carries_the_credential,
        a_delivery_without_its_key_waits_for_it,
        a_key_is_generated_beside_the_embedded_store_only,
        credentials_that_cannot_be_sent_are_refused_by_name;
    deliver:
        every_attempt_is_signed_anew,
        a_given_up_delivery_is_replayed,
        a_receiver_that_starts_up_is_tried_again,
        a_dripping_receiver_is_cut_off,
        a_hanging_receiver_delays_nobody_else,
        a_url_is_called_byte_for_byte,
        credentials_go_to_the_webhook_only,
        a_receiver_is_left_alone_as_long_as_it_asks;
}

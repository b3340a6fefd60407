//! What the store of jobs must do, as one list of behaviours that runs on SQLite, on Postgres, and on
//! Postgres as it is used behind a pooler.
//!
//! One behaviour on one store: `cargo test -p jobs --test conformance sqlite::claim_takes_the_urgent_first`.
//! Postgres is the server that THROUGHLINE_TEST_POSTGRES names, else one that ends with the run.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends by panicking")]

mod accept;
mod claim;
mod delivery;
mod ends;
mod events;
mod open;
mod postgres;
mod progress;
mod reads;
mod world;

/// One module of tests for a store, each on a world of its own.
macro_rules! on {
    ($store:ident, $world:ident, $($module:ident: $($behaviour:ident),+;)+) => {
        mod $store {
            $($(
                #[tokio::test]
                async fn $behaviour() {
                    crate::$module::$behaviour(crate::world::World::$world().await).await;
                }
            )+)+
        }
    };
}

macro_rules! on_every_store {
    ($($list:tt)+) => {
        on!(sqlite, sqlite, $($list)+);
        on!(on_postgres, postgres, $($list)+);
        on!(behind_a_pooler, pooled, $($list)+);
    };
}

on_every_store! {
    accept:
        an_accepted_job_is_queued,
        a_job_begins_at_its_moment,
        a_deadline_counts_from_the_beginning,
        the_same_key_and_request_is_the_same_job,
        the_same_key_with_another_request_is_refused,
        the_same_request_by_an_older_mark_is_the_same_job,
        keys_of_tenants_are_their_own,
        a_key_is_free_again_after_its_time,
        fifty_at_once_under_one_key_are_one_job,
        two_requests_at_once_under_one_key_are_one_job_and_a_refusal,
        a_flow_is_archived_once;
    claim:
        claim_takes_the_urgent_first,
        claim_takes_the_older_first,
        claim_takes_no_more_than_asked,
        claim_leaves_what_is_not_due,
        claimers_never_share_a_job,
        a_held_job_is_not_claimed,
        an_expired_lease_is_claimed_by_another,
        a_new_owner_of_an_embedded_store_waits_for_no_lease,
        a_heartbeat_keeps_the_lease,
        a_heartbeat_tells_what_is_lost,
        a_heartbeat_does_not_keep_batch_mates,
        a_heartbeat_tells_of_a_cancel_and_of_the_deadline,
        a_crash_is_counted_and_its_attempt_is_lost,
        a_job_handed_back_is_due_at_once_and_no_crash,
        poison_is_not_claimed_for_ever;
    progress:
        a_checkpoint_is_read_back_in_order,
        a_checkpoint_forgives_crashes,
        a_checkpoint_of_a_stale_worker_is_refused,
        a_checkpoint_is_written_once,
        usage_is_kept_with_each_checkpoint,
        a_retry_waits_its_time,
        a_retry_of_a_stale_worker_is_refused,
        errors_are_counted_over_attempts,
        a_lost_step_is_noted_by_the_holder_only;
    ends:
        a_finish_is_terminal_and_final,
        a_finish_of_a_stale_worker_is_refused,
        a_finish_after_the_lease_without_another_claim_counts,
        the_last_step_ends_with_the_job,
        a_queued_job_is_cancelled_at_once,
        a_running_job_is_asked_to_stop,
        a_cancel_comes_too_late_for_an_ended_job,
        a_cancel_is_one_event,
        an_asked_job_whose_worker_died_is_doomed,
        a_queued_job_expires,
        a_running_job_expires_only_without_its_worker,
        poison_is_doomed,
        a_doomed_job_ends_once,
        every_state_has_a_way_out;
    events:
        events_are_numbered_without_gaps,
        events_go_on_after_a_number,
        concurrent_writers_leave_no_gap;
    delivery:
        every_end_is_delivered,
        without_webhook_and_callback_nothing_is_delivered,
        a_callback_goes_before_the_webhook,
        a_credential_goes_with_its_delivery_until_the_job_is_forgotten,
        the_letter_tells_of_the_job,
        a_delivery_is_claimed_once,
        a_claimed_delivery_comes_back_after_its_lease,
        a_heartbeat_keeps_a_delivery,
        a_delivered_one_is_settled,
        a_retry_is_due_after_its_time_in_its_own_lane,
        a_dead_one_stays_until_it_is_replayed,
        a_replay_keeps_id_and_body,
        a_replay_of_a_pending_one_is_due_now,
        a_stale_sender_settles_nothing,
        a_full_origin_stands_in_nobodys_way,
        no_origin_gets_more_than_it_has_room_for;
    reads:
        jobs_are_listed_latest_first_page_by_page,
        jobs_are_filtered_by_state_and_flow,
        tenants_see_only_their_own,
        deliveries_are_listed_with_attempts,
        attempts_and_steps_tell_the_way,
        old_jobs_are_forgotten_unless_a_delivery_is_owed,
        waiting_jobs_are_counted,
        an_operator_sees_how_the_queue_is_doing;
    open:
        a_store_keeps_its_rows_when_it_is_opened_again,
        a_newer_store_is_refused,
        a_store_of_the_first_version_is_brought_up_to_date_with_its_rows,
        two_open_at_once;
}

//! What a store of retrieval must do, as one list of behaviours that runs on SQLite, on Postgres,
//! and on Postgres as it is used behind a pooler in transaction mode.
//!
//! One behaviour on one store: `cargo test -p retrieval --test conformance sqlite::any_word_finds`.
//! Postgres is the server that THROUGHLINE_TEST_POSTGRES names, else one that ends with the run.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod collections;
mod concurrency;
mod dense;
mod documents;
mod embedded;
mod filters;
mod indexes;
mod judged;
mod model;
mod nearest;
mod opening;
mod pooler;
mod postgres;
mod queries;
mod ranking;
mod refusals;
mod samples;
mod shape;
mod shared;
mod table;
mod tenants;
mod trees;
mod upgrade;
mod world;

macro_rules! on_every_store {
    ($($module:ident: $($behaviour:ident),+;)+) => {
        mod sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $behaviour() {
                    crate::world::World::sqlite().await.run(crate::$module::$behaviour).await;
                }
            )+)+
        }

        mod on_postgres {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $behaviour() {
                    let world = crate::world::World::postgres(chassis::config::Pooler::None).await;
                    world.run(crate::$module::$behaviour).await;
                }
            )+)+
        }

        mod pooled {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $behaviour() {
                    let world = crate::world::World::postgres(chassis::config::Pooler::Transaction).await;
                    world.run(crate::$module::$behaviour).await;
                }
            )+)+
        }
    };
}

on_every_store! {
    documents:
        a_document_comes_back_as_it_was_put,
        the_same_content_again_changes_nothing,
        a_new_version_replaces_every_chunk,
        a_change_of_title_or_metadata_is_a_new_version,
        times_are_those_of_the_store,
        a_deleted_document_is_gone,
        a_deleted_id_begins_again,
        ids_may_be_of_any_shape,
        a_long_document_is_found_in_every_part,
        the_largest_document_is_kept,
        documents_are_listed_page_by_page,
        what_is_missing_is_not_found;
    collections:
        a_collection_is_made_once,
        settings_are_kept_changed_and_reset,
        changes_of_settings_at_once_all_hold,
        a_put_makes_the_collection,
        statistics_count_what_is_there,
        collections_are_listed_page_by_page,
        a_deleted_collection_takes_everything_along;
    tenants:
        a_tenant_sees_its_own_rows_only,
        a_tenant_deletes_its_own_rows_only,
        scores_depend_on_the_own_collection_only;
    queries:
        any_word_finds,
        words_are_found_in_other_forms,
        words_of_other_languages_are_found_in_other_forms,
        a_word_counts_once_in_whichever_form,
        forms_of_a_language_are_forgotten_with_their_text,
        words_are_found_without_case_and_accents,
        words_of_a_title_find_every_chunk,
        programming_languages_are_words,
        scripts_without_spaces_are_found,
        a_query_is_words_and_no_language,
        stop_words_find_where_there_is_nothing_else,
        a_query_without_words_finds_nothing_and_says_so,
        words_that_nobody_knows_find_nothing,
        too_many_words_are_told,
        an_empty_collection_answers,
        the_dense_leg_is_absent_and_says_so,
        several_queries_are_fused,
        an_explanation_names_every_stage,
        scores_fall_from_one_and_have_a_floor,
        a_limit_keeps_the_best;
    ranking:
        a_rare_word_says_more,
        a_title_says_more,
        a_short_text_says_more,
        equals_are_in_a_fixed_order,
        the_judged_set_reaches_its_floor;
    shape:
        collections_are_searched_together,
        a_missing_collection_among_several_is_not_found,
        a_document_has_as_many_chunks_as_are_wanted,
        an_answer_that_grouping_leaves_short_says_so,
        neighbours_come_with_a_passage,
        legs_weigh_what_they_are_told,
        scores_may_be_fused_instead_of_places,
        searches_of_a_batch_are_answered_as_alone;
    filters:
        every_filter_leaves_its_documents,
        equality_is_of_json_values,
        every_condition_must_hold,
        fields_may_have_any_name,
        a_filter_finds_what_ranks_last,
        a_filter_sees_the_newest_version,
        documents_that_pass_are_deleted,
        many_documents_that_pass_are_deleted;
    trees:
        random_filters_leave_what_they_hold_of;
    dense:
        the_first_put_with_a_model_decides_on_the_space,
        pieces_are_embedded_with_their_title_in_batches,
        what_is_there_is_not_embedded_again,
        a_model_that_fails_leaves_nothing;
    nearest:
        the_nearest_come_first,
        a_filter_leaves_as_many_as_pass,
        the_next_search_sees_every_change,
        a_vector_is_searched_for_without_a_text,
        tenants_have_vectors_of_their_own,
        vectors_survive_a_restart,
        what_was_there_before_gets_its_vectors_when_it_is_put_again,
        searches_beside_puts_see_one_state;
    refusals:
        bad_documents_are_refused_by_their_field,
        bad_searches_are_refused_by_their_field,
        bad_filters_are_refused_by_their_path,
        bad_names_are_refused_everywhere,
        nothing_is_half_written;
    concurrency:
        readers_see_one_version_or_the_other,
        puts_of_one_id_at_once_are_versions_in_a_row,
        the_same_put_at_once_is_one_version,
        puts_at_once_make_one_collection,
        a_collection_that_goes_while_it_fills_is_whole_or_gone,
        a_put_that_is_given_up_leaves_nothing;
    opening:
        rows_survive_a_restart,
        tables_are_made_once,
        a_newer_store_is_refused,
        settings_hold_for_what_is_put_from_then_on;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_cache_finds_the_same() {
    world::World::sqlite().await.run(nearest::a_small_cache_finds_the_same).await;
}

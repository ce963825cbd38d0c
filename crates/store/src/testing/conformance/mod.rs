//! The suite that every engine passes. An engine's tests name a way to make a fresh [`Place`], and the macro
//! [`conformance!`](crate::conformance) makes one test of each check:
//!
//! ```text
//! store::conformance!(TempPlace::new());
//! ```

use std::sync::Arc;

use bytes::Bytes;
use domain::{SiteId, Version};

use crate::{BlobId, BoxFuture, Commit, CommitId, Head, Outcome, Store, StoreError, Stored};

pub mod audit;
pub mod checkpoints;
pub mod concurrency;
pub mod index_pages;
pub mod integrity;
pub mod life;
pub mod limits;
pub mod log;
pub mod pruning;
pub mod side;

/// Where one store lives: empty when it is made, and gone with what it held when it is dropped.
pub trait Place: Send + Sync {
    /// Opens the store here; the first time this creates it.
    fn open(&self) -> BoxFuture<'_, Result<Arc<dyn Store>, StoreError>>;

    /// Changes the payload of a record that is there, behind the back of the engine, which is closed.
    fn tamper(&self, site: SiteId, version: Version) -> BoxFuture<'_, ()>;

    /// Changes what a blob that is there holds, behind the back of the engine, which is closed.
    fn tamper_blob(&self, site: SiteId, blob: BlobId) -> BoxFuture<'_, ()>;

    /// Changes the body of the page of an index that ends at a version, behind the back of the engine, which is closed.
    fn tamper_index_page(&self, site: SiteId, through: Version) -> BoxFuture<'_, ()>;
}

/// Makes one test of each check of the suite. The argument is an expression that makes a fresh
/// [`Place`](crate::testing::conformance::Place); it is evaluated once a test.
#[macro_export]
macro_rules! conformance {
    ($place:expr) => {
        $crate::conformance! { $place;
            log::{
                records_come_back_in_order_and_whole,
                records_since_a_version_leaves_out_what_came_before,
                a_commit_on_a_stale_base_conflicts_and_leaves_nothing,
                a_commit_on_a_base_that_is_not_there_yet_conflicts,
                sites_are_isolated,
                heads_name_every_site_with_records_in_order,
                an_attempt_whose_answer_was_lost_is_found_by_its_id,
            }
            limits::{
                an_empty_commit_is_refused,
                a_gap_is_refused_before_anything_is_touched,
                a_version_that_comes_twice_is_refused,
                the_largest_record_is_kept_and_a_larger_one_is_refused,
                a_page_ends_at_its_limit_of_records,
                a_page_ends_at_its_limit_of_bytes_but_is_never_empty,
            }
            integrity::{
                the_chain_verifies_after_reopening,
                an_empty_log_verifies,
                a_tampered_payload_is_found_at_its_version,
            }
            side::{
                of_side_rows_the_last_write_wins,
                side_rows_of_one_site_are_not_those_of_another,
                side_rows_survive_reopening,
            }
            life::{
                a_second_open_is_locked_until_the_first_is_closed,
                a_closed_store_answers_so,
                the_epoch_is_made_once,
                closing_twice_is_harmless,
            }
            checkpoints::{
                a_checkpoint_comes_back_whole_after_reopening,
                checkpoints_are_listed_oldest_first,
                blobs_come_in_the_order_asked_for,
                writing_a_checkpoint_again_is_harmless,
                a_manifest_takes_the_place_of_the_one_at_its_version,
                a_manifest_that_names_a_missing_blob_is_refused,
                a_blob_and_a_manifest_have_limits,
                dropping_a_checkpoint_keeps_the_blobs_that_others_name,
                checkpoints_of_one_site_are_not_those_of_another,
                an_altered_blob_is_found_and_mended_by_writing_it_again,
            }
            pruning::{
                pruned_records_leave_digests_by_which_the_chain_verifies,
                reading_what_was_pruned_says_where_the_log_begins,
                a_whole_log_can_be_pruned,
                pruning_needs_a_checkpoint_that_stands_for_what_goes,
                pruning_can_be_done_again,
                a_page_of_pruned_records_ends_at_its_limit,
                pruning_one_site_leaves_the_others,
                a_payload_tampered_with_after_the_pruned_ones_is_found,
                the_last_checkpoint_of_a_pruned_log_is_kept,
                a_log_is_pruned_while_commits_go_on,
            }
            index_pages::{
                pages_of_an_index_come_back_in_order_after_reopening,
                a_page_takes_the_place_of_all_that_end_after_its_beginning,
                a_read_of_pages_ends_at_its_limits_but_is_never_empty,
                pages_of_one_site_are_not_those_of_another,
                an_altered_page_is_not_given,
                pruning_drops_the_pages_of_what_it_drops,
                a_page_of_an_index_has_limits,
            }
            audit::{
                the_audit_trail_is_read_newest_first,
                records_of_the_trail_are_those_of_the_log,
                a_page_of_the_trail_ends_at_its_limits,
                the_trails_of_sites_are_their_own,
                the_trail_ends_where_the_log_was_pruned,
                the_version_at_a_moment_is_the_last_one_not_later,
            }
            concurrency::{
                a_reader_never_sees_half_a_commit,
                of_two_commits_on_one_base_one_lands,
                a_conflict_of_one_site_fails_no_other,
            }
        }
    };
    ($place:expr; $($module:ident::{ $($check:ident),* $(,)? })*) => {
        $($(
            #[test]
            fn $check() {
                let place = $place;
                $crate::testing::block_on($crate::testing::conformance::$module::$check(&place));
            }
        )*)*
    };
}

async fn open(place: &dyn Place) -> Arc<dyn Store> {
    place.open().await.unwrap_or_else(|error| panic!("the store opens: {error}"))
}

async fn reopen(place: &dyn Place, store: Arc<dyn Store>) -> Arc<dyn Store> {
    store.close().await;
    drop(store);
    open(place).await
}

/// Commits, and answers the head that this made.
async fn committed(store: &dyn Store, commit: Commit) -> Head {
    let Some(head) = Head::after(&commit) else { panic!("a commit has records") };
    match store.commit(commit).await {
        Outcome::Committed => head,
        other => panic!("the commit lands, but: {other:?}"),
    }
}

async fn all_records(store: &dyn Store, site: SiteId) -> Vec<Stored> {
    since(store, site, Version(0), usize::MAX).await
}

async fn since(store: &dyn Store, site: SiteId, after: Version, limit: usize) -> Vec<Stored> {
    match store.records_since(site, after, limit).await {
        Ok(records) => records,
        Err(error) => panic!("the records are read: {error}"),
    }
}

async fn heads(store: &dyn Store) -> Vec<Head> {
    store.heads().await.unwrap_or_else(|error| panic!("the heads are read: {error}"))
}

fn as_stored(commits: &[Commit]) -> Vec<Stored> {
    let of = |commit: &Commit| {
        let id: CommitId = commit.id;
        commit.records.clone().into_iter().map(move |record| Stored { record, commit_id: id })
    };
    commits.iter().flat_map(of).collect()
}

fn payload(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

//! Access tokens and last uses, which are in no log.

use std::sync::atomic::Ordering;

use domain::{
    AppRegistrationFields, AppRegistrationId, Areas, Owner, Role, SiteId, TagName, Timestamp, TokenFields,
    TokenHash, TokenId,
};
use node::{ACCESS_TOKEN_SECONDS, ACCESS_TOKENS_MAX, AccessToken, Credential, LastUse, UsedBy, UserAgent};
use site::instance::commands::{CreateAppRegistration, CreateToken, DeleteAppRegistration, RevokeToken};
use store::{SideRow, Store};
use uuid::Uuid;

use crate::rig::{Rig, SITE, START_SECONDS, pass, request};

async fn register(rig: &Rig, number: u128) -> AppRegistrationId {
    let fields = AppRegistrationFields {
        name: TagName::new("nightly").unwrap(),
        owner: Owner::new("ann").unwrap(),
        role: Role::User,
        areas: Areas::default(),
        expires_at: Timestamp::MAX,
        enabled: true,
    };
    let secret = TokenHash::of("secret");
    let create = CreateAppRegistration { site: SITE, client_id: Uuid::from_u128(number), secret, fields };
    rig.node.run_instance(request(), create).await.unwrap().outcome
}

async fn make_token(rig: &Rig, text: &str) -> TokenId {
    let fields = TokenFields {
        name: TagName::new("partner").unwrap(),
        owner: Owner::new("ann").unwrap(),
        role: Role::User,
        areas: Areas::default(),
        global: false,
        expires_at: None,
    };
    let create = CreateToken { site: SITE, hash: TokenHash::of(text), fields, by_global: false };
    rig.node.run_instance(request(), create).await.unwrap().outcome
}

fn hash(number: usize) -> TokenHash {
    TokenHash::of(&format!("access token {number}"))
}

fn client(agent: &str, address: &str) -> UsedBy {
    UsedBy { agent: UserAgent::of(agent.as_bytes()), address: Some(address.parse().unwrap()) }
}

fn note(rig: &Rig, credential: Credential) {
    rig.node.note_use(credential, rig.node.now(), UsedBy::default);
}

fn last_at(rig: &Rig, credential: Credential) -> Option<Timestamp> {
    rig.node.last_use(credential).map(|last| last.at)
}

/// The rows of side state whose keys begin so.
async fn found(rig: &Rig, beginning: &str) -> Vec<SideRow> {
    let rows = rig.gate.load_side(SiteId::INSTANCE).await.unwrap();
    rows.into_iter().filter(|row| row.key.starts_with(beginning)).collect()
}

async fn rows(rig: &Rig, beginning: &str) -> usize {
    found(rig, beginning).await.len()
}

#[tokio::test]
async fn an_access_token_is_known_from_its_issue_on_also_after_a_crash() {
    let rig = Rig::new().await;
    let registration = register(&rig, 1).await;
    assert_eq!(rig.node.access_token(&hash(1)), None);
    rig.node.issue(registration, hash(1), UsedBy::default()).await.unwrap();
    let expires_at = Timestamp::from_seconds(START_SECONDS + i64::from(ACCESS_TOKEN_SECONDS));
    let token = Some(AccessToken { registration, expires_at });
    assert_eq!(rig.node.access_token(&hash(1)), token);
    let rig = rig.crashed().await.unwrap();
    assert_eq!(rig.node.access_token(&hash(1)), token);
    assert_eq!(rig.node.access_token(&hash(2)), None);
}

#[tokio::test]
async fn one_more_than_a_registration_may_have_puts_an_end_to_its_oldest_and_to_no_other() {
    let rig = Rig::new().await;
    let (one, other) = (register(&rig, 1).await, register(&rig, 2).await);
    rig.node.issue(other, hash(0), UsedBy::default()).await.unwrap();
    for number in 1..=ACCESS_TOKENS_MAX + 1 {
        rig.node.issue(one, hash(number), UsedBy::default()).await.unwrap();
        rig.clock.forward(1);
    }
    let good = |rig: &Rig, number| rig.node.access_token(&hash(number)).is_some();
    assert_eq!([0, 1, 2, ACCESS_TOKENS_MAX + 1].map(|number| good(&rig, number)), [true, false, true, true]);
    assert_eq!(rows(&rig, "access/").await, ACCESS_TOKENS_MAX + 1);
    let rig = rig.restarted().await;
    assert_eq!([0, 1, 2, ACCESS_TOKENS_MAX + 1].map(|number| good(&rig, number)), [true, false, true, true]);
    rig.clock.forward(i64::from(ACCESS_TOKEN_SECONDS));
    rig.node.issue(other, hash(7_000), UsedBy::default()).await.unwrap();
    assert_eq!(
        rows(&rig, "access/").await,
        ACCESS_TOKENS_MAX + 1,
        "the row of an expired token is used again"
    );
}

#[tokio::test]
async fn what_a_deleted_registration_had_is_not_loaded() {
    let rig = Rig::new().await;
    let id = register(&rig, 1).await;
    rig.node.issue(id, hash(1), UsedBy::default()).await.unwrap();
    rig.node.run_instance(request(), DeleteAppRegistration { site: SITE, id }).await.unwrap();
    let rig = rig.restarted().await;
    let credential = Credential::AppRegistration(id);
    assert_eq!((rig.node.access_token(&hash(1)), rig.node.last_use(credential)), (None, None));
}

#[tokio::test]
async fn an_access_token_that_is_not_kept_is_not_known() {
    let rig = Rig::new().await;
    let registration = register(&rig, 1).await;
    rig.gate.close().await;
    let refused = rig.node.issue(registration, hash(1), UsedBy::default()).await.unwrap_err();
    assert_eq!(refused.code(), "unavailable");
    assert_eq!(rig.node.access_token(&hash(1)), None);
}

#[tokio::test(start_paused = true)]
async fn uses_are_written_once_a_second_and_the_last_of_them_at_the_stop() {
    let mut rig = Rig::new().await;
    let at = |seconds| Some(Timestamp::from_seconds(START_SECONDS + seconds));
    let registration = Credential::AppRegistration(register(&rig, 1).await);
    let token = Credential::Token(make_token(&rig, "token").await);
    for credential in [registration, token] {
        rig.clock.set(START_SECONDS);
        let before = rows(&rig, "used/").await;
        assert_eq!(last_at(&rig, credential), None);
        note(&rig, credential);
        assert_eq!((last_at(&rig, credential), rows(&rig, "used/").await), (at(0), before));
        pass(2).await;
        assert_eq!(rows(&rig, "used/").await, before + 1);
        rig = rig.crashed().await.unwrap();
        assert_eq!(last_at(&rig, credential), at(0));
        rig.clock.forward(9);
        note(&rig, credential);
        rig = rig.restarted().await;
        assert_eq!(last_at(&rig, credential), at(9));
        rig.clock.set(START_SECONDS);
        note(&rig, credential);
        assert_eq!(last_at(&rig, credential), at(9), "a clock that was set back makes no use earlier");
    }
}

#[tokio::test(start_paused = true)]
async fn a_use_is_written_once() {
    let rig = Rig::new().await;
    let (one, other) = (register(&rig, 1).await, register(&rig, 2).await);
    note(&rig, Credential::AppRegistration(one));
    pass(2).await;
    let mut rows = found(&rig, "used/").await;
    // What is put in its place stays.
    rows[0].value = bytes::Bytes::from_static(b"elsewhere");
    rig.gate.save_side(rows.clone()).await.unwrap();
    note(&rig, Credential::AppRegistration(other));
    pass(2).await;
    let after = found(&rig, "used/").await;
    assert!(after.contains(&rows[0]));
    assert_eq!(after.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_the_store_has_no_room_for_is_written_when_it_has() {
    let rig = Rig::new().await;
    let token = Credential::Token(make_token(&rig, "token").await);
    rig.gate.full.store(true, Ordering::Relaxed);
    note(&rig, token);
    pass(3).await;
    assert_eq!((last_at(&rig, token), rows(&rig, "used/").await), (Some(rig.node.now()), 0));
    rig.gate.full.store(false, Ordering::Relaxed);
    pass(3).await;
    assert_eq!(rows(&rig, "used/").await, 1);
}

#[tokio::test]
async fn the_first_use_of_a_second_is_kept_with_who_it_was_also_over_a_restart() {
    let rig = Rig::new().await;
    let token = Credential::Token(make_token(&rig, "token").await);
    let (one, other) = (client("Acme-sync-1.0", "192.0.2.7"), client("curl/8.5.0", "2001:db8::7"));
    rig.node.note_use(token, rig.node.now(), || one.clone());
    rig.node.note_use(token, rig.node.now(), || unreachable!("it is noted in this second"));
    assert_eq!(rig.node.last_use(token), Some(LastUse { at: rig.node.now(), by: one }));
    rig.clock.forward(1);
    rig.node.note_use(token, rig.node.now(), || other.clone());
    let last = Some(LastUse { at: rig.node.now(), by: other });
    assert_eq!(rig.node.last_use(token), last);
    let rig = rig.restarted().await;
    assert_eq!(rig.node.last_use(token), last);
}

#[tokio::test(start_paused = true)]
async fn the_uses_of_a_revoked_token_are_not_loaded_and_its_row_is_cleared() {
    let rig = Rig::new().await;
    let (gone, kept) = (make_token(&rig, "gone").await, make_token(&rig, "kept").await);
    note(&rig, Credential::Token(gone));
    note(&rig, Credential::Token(kept));
    pass(2).await;
    rig.node.run_instance(request(), RevokeToken { site: SITE, id: gone, by_global: false }).await.unwrap();
    let rig = rig.restarted().await;
    assert_eq!(last_at(&rig, Credential::Token(gone)), None);
    assert!(last_at(&rig, Credential::Token(kept)).is_some());
    pass(2).await;
    let lengths: Vec<_> = found(&rig, "used/token/").await.iter().map(|row| row.value.len()).collect();
    assert_eq!(lengths, [0, 10]);
}

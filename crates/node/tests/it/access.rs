//! Access tokens and last uses, which are in no log.

use domain::{
    AppRegistrationFields, AppRegistrationId, Areas, Owner, Role, SiteId, TagName, Timestamp, TokenHash,
};
use node::{ACCESS_TOKEN_SECONDS, ACCESS_TOKENS_MAX, AccessToken};
use site::instance::commands::{CreateAppRegistration, DeleteAppRegistration};
use store::Store;
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

fn hash(number: usize) -> TokenHash {
    TokenHash::of(&format!("access token {number}"))
}

/// The rows of side state whose keys begin so.
async fn rows(rig: &Rig, beginning: &str) -> usize {
    let rows = rig.gate.load_side(SiteId::INSTANCE).await.unwrap();
    rows.iter().filter(|row| row.key.starts_with(beginning)).count()
}

#[tokio::test]
async fn an_access_token_is_known_from_its_issue_on_also_after_a_crash() {
    let rig = Rig::new().await;
    let registration = register(&rig, 1).await;
    assert_eq!(rig.node.access_token(&hash(1)), None);
    rig.node.issue(registration, hash(1)).await.unwrap();
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
    rig.node.issue(other, hash(0)).await.unwrap();
    for number in 1..=ACCESS_TOKENS_MAX + 1 {
        rig.node.issue(one, hash(number)).await.unwrap();
        rig.clock.forward(1);
    }
    let good = |rig: &Rig, number| rig.node.access_token(&hash(number)).is_some();
    assert_eq!([0, 1, 2, ACCESS_TOKENS_MAX + 1].map(|number| good(&rig, number)), [true, false, true, true]);
    assert_eq!(rows(&rig, "access/").await, ACCESS_TOKENS_MAX + 1);
    let rig = rig.restarted().await;
    assert_eq!([0, 1, 2, ACCESS_TOKENS_MAX + 1].map(|number| good(&rig, number)), [true, false, true, true]);
    rig.clock.forward(i64::from(ACCESS_TOKEN_SECONDS));
    rig.node.issue(other, hash(7_000)).await.unwrap();
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
    rig.node.issue(id, hash(1)).await.unwrap();
    rig.node.run_instance(request(), DeleteAppRegistration { site: SITE, id }).await.unwrap();
    let rig = rig.restarted().await;
    assert_eq!((rig.node.access_token(&hash(1)), rig.node.last_use(id)), (None, None));
}

#[tokio::test]
async fn an_access_token_that_is_not_kept_is_not_known() {
    let rig = Rig::new().await;
    let registration = register(&rig, 1).await;
    rig.gate.close().await;
    let refused = rig.node.issue(registration, hash(1)).await.unwrap_err();
    assert_eq!(refused.code(), "unavailable");
    assert_eq!(rig.node.access_token(&hash(1)), None);
}

#[tokio::test(start_paused = true)]
async fn uses_are_written_once_a_second_and_the_last_of_them_at_the_stop() {
    let rig = Rig::new().await;
    let at = |seconds| Some(Timestamp::from_seconds(START_SECONDS + seconds));
    let id = register(&rig, 1).await;
    assert_eq!(rig.node.last_use(id), None);
    rig.node.use_app_registration(id);
    assert_eq!((rig.node.last_use(id), rows(&rig, "used/").await), (at(0), 0));
    pass(2).await;
    assert_eq!(rows(&rig, "used/").await, 1);
    let rig = rig.crashed().await.unwrap();
    assert_eq!(rig.node.last_use(id), at(0));
    rig.clock.forward(9);
    rig.node.use_app_registration(id);
    let rig = rig.restarted().await;
    assert_eq!(rig.node.last_use(id), at(9));
    rig.clock.set(START_SECONDS);
    rig.node.use_app_registration(id);
    assert_eq!(rig.node.last_use(id), at(9), "a clock that was set back makes no use earlier");
}

#[tokio::test(start_paused = true)]
async fn a_use_is_written_once() {
    let rig = Rig::new().await;
    let (one, other) = (register(&rig, 1).await, register(&rig, 2).await);
    rig.node.use_app_registration(one);
    pass(2).await;
    let mut rows = rig.gate.load_side(SiteId::INSTANCE).await.unwrap();
    rows.retain(|row| row.key.starts_with("used/"));
    // What is put in its place stays.
    rows[0].value = bytes::Bytes::from_static(b"elsewhere");
    rig.gate.save_side(rows.clone()).await.unwrap();
    rig.node.use_app_registration(other);
    pass(2).await;
    let after = rig.gate.load_side(SiteId::INSTANCE).await.unwrap();
    assert!(after.contains(&rows[0]));
    assert_eq!(after.iter().filter(|row| row.key.starts_with("used/")).count(), 2);
}

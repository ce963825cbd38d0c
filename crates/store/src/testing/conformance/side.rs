//! Side state.

use domain::SiteId;

use super::{Place, open, payload, reopen};
use crate::{SideRow, Store};

const SITE: SiteId = SiteId(4);

fn row(site: SiteId, key: &str, value: &str) -> SideRow {
    SideRow { site, key: key.to_owned(), value: payload(value) }
}

async fn save(store: &dyn Store, rows: Vec<SideRow>) {
    assert_eq!(store.save_side(rows).await, Ok(()));
}

/// In one call and over several; rows come back in the order of their keys.
pub async fn of_side_rows_the_last_write_wins(place: &dyn Place) {
    let store = open(place).await;
    save(&*store, vec![row(SITE, "b", "1"), row(SITE, "a", "1"), row(SITE, "b", "2")]).await;
    assert_eq!(store.load_side(SITE).await, Ok(vec![row(SITE, "a", "1"), row(SITE, "b", "2")]));
    save(&*store, vec![row(SITE, "a", "3")]).await;
    assert_eq!(store.load_side(SITE).await, Ok(vec![row(SITE, "a", "3"), row(SITE, "b", "2")]));
}

/// A key belongs to its site.
pub async fn side_rows_of_one_site_are_not_those_of_another(place: &dyn Place) {
    let store = open(place).await;
    let other = SiteId(5);
    save(&*store, vec![row(SITE, "key", "mine"), row(other, "key", "theirs")]).await;
    assert_eq!(store.load_side(SITE).await, Ok(vec![row(SITE, "key", "mine")]));
    assert_eq!(store.load_side(other).await, Ok(vec![row(other, "key", "theirs")]));
    assert_eq!(store.load_side(SiteId(6)).await, Ok(vec![]));
}

/// They are as durable as records.
pub async fn side_rows_survive_reopening(place: &dyn Place) {
    let store = open(place).await;
    save(&*store, vec![row(SITE, "key", "value")]).await;
    let store = reopen(place, store).await;
    assert_eq!(store.load_side(SITE).await, Ok(vec![row(SITE, "key", "value")]));
}

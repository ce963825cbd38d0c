//! What the instance's log has about each site, for the change log. It is asked for seldom and is small beside the logs
//! of sites: only which records are whose is kept.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Error, SiteId, Version};
use site::queries::changes::sites_of;
use site::{Instance, InstanceRecord, State};
use tokio::sync::Mutex;

use crate::news::Linked;
use crate::node::Node;

/// How many records are read at once.
const PAGE_RECORDS: usize = 4096;
/// The same, where single ones are looked for.
const NEAR_RECORDS: usize = 64;

/// Which records of the instance's log are about which site.
#[derive(Debug, Default)]
pub(crate) struct InstanceChanges(Mutex<BySite>);

#[derive(Debug, Default)]
struct BySite {
    through: Version,
    versions: HashMap<SiteId, Vec<Version>>,
}

impl Node {
    /// The instance's records that are about a site, newest first.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be read.
    pub async fn instance_changes(&self, site: SiteId) -> Result<Vec<Arc<InstanceRecord>>, Error> {
        let versions = self.instance_changes.of(self, site).await?;
        let mut records: Vec<Arc<InstanceRecord>> = Vec::with_capacity(versions.len());
        while let Some(version) = versions.get(records.len()) {
            let before = Version(version.0 - 1);
            let mut near = self.instance_records_after(before, NEAR_RECORDS).await?.unwrap_or_default();
            near.retain(|Linked { record, .. }| versions.binary_search(&record.version).is_ok());
            if near.is_empty() {
                tracing::error!(%version, "a record of the instance is missing");
                return Err(Error::Internal);
            }
            records.extend(near.into_iter().map(|linked| Arc::new(linked.record)));
        }
        records.reverse();
        Ok(records)
    }
}

impl InstanceChanges {
    /// The versions that are about a site, in their order, up to what is published now.
    async fn of(&self, node: &Node, site: SiteId) -> Result<Vec<Version>, Error> {
        let mut known = self.0.lock().await;
        // It knows whose every token was that a record up to its version names.
        let instance = node.instance();
        while known.through < instance.version() {
            let records = node.instance_records_after(known.through, PAGE_RECORDS).await?;
            let Some(records) = records.filter(|records| !records.is_empty()) else { break };
            let records = records.iter().map(|linked| &linked.record);
            for record in records.take_while(|record| record.version <= instance.version()) {
                known.note(&instance, record);
            }
        }
        Ok(known.versions.get(&site).cloned().unwrap_or_default())
    }
}

impl BySite {
    fn note(&mut self, instance: &Instance, record: &InstanceRecord) {
        self.through = record.version;
        let sites = record.changes.iter().flat_map(|change| sites_of(instance, record.version, change));
        for site in sites {
            let versions = self.versions.entry(site).or_default();
            if versions.last() != Some(&record.version) {
                versions.push(record.version);
            }
        }
    }
}

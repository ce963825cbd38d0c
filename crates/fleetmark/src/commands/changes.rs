//! `fleetmark changes`: the proof that the change log is whole.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};

use clap::{Args, Subcommand};
use domain::{InstanceChange, SiteId, Version};
use site::{Instance, State};
use store::{Hash, Head, Store, StoreError, VerifyError};

use super::store_url::{DEFAULT_STORE, StoreUrl};
use crate::failure::Failure;

/// How many records are read at once.
const PAGE_RECORDS: usize = 4096;

/// Prove the change log
#[derive(Subcommand)]
pub enum ChangesCommand {
    Verify(VerifyArgs),
}

/// Follow the hash chain of every log in a store that no server holds, and print where each ends
///
/// One line a log on standard output: its site (0 is the instance: sites, tokens, app registrations), its version, the
/// hash of its last record, its name, and, where records were pruned, through which version: of those the log has only
/// the digests. A chain alone cannot show that all of it was written anew. A head that the server
/// told before, in its log or at /metrics, can: a log that was altered or cut off has never passed through it.
#[derive(Args)]
pub struct VerifyArgs {
    /// The store, which no server may hold
    #[arg(long, env = "FLEETMARK_STORE", value_name = "sqlite:PATH", default_value = DEFAULT_STORE)]
    store: StoreUrl,

    /// A head that a log must have passed through, as the server told it; may be given several times
    #[arg(long = "head", value_name = "HASH")]
    heads: Vec<Hash>,
}

/// Runs a command about the change log.
///
/// # Errors
/// The store cannot be read, a chain breaks, a log is missing, or a head was never passed.
pub async fn run(command: ChangesCommand) -> Result<(), Failure> {
    let ChangesCommand::Verify(args) = command;
    let store = args.store.open_existing()?;
    let verified = verify(&*store, &args.heads).await;
    store.close().await;
    verified
}

async fn verify(store: &dyn Store, heads: &[Hash]) -> Result<(), Failure> {
    let mut walk = Walk { wanted: heads.iter().copied().collect(), ..Walk::default() };
    walk.log(store, SiteId::INSTANCE, "instance").await?;
    // What cannot be trusted is not read.
    let mut sites = match walk.broken.is_empty() {
        true => named_sites(store).await?,
        false => BTreeMap::new(),
    };
    for Head { site, .. } in store.heads().await? {
        sites.entry(site).or_default();
    }
    // Sites are counted from 1 on and never removed: also one is known that was added before what is left to read.
    let last = sites.last_key_value().map_or(SiteId::INSTANCE, |(last, _)| *last);
    for site in 1..=last.0 {
        sites.entry(SiteId(site)).or_default();
    }
    sites.remove(&SiteId::INSTANCE);
    for (site, name) in &sites {
        walk.log(store, *site, name).await?;
    }
    walk.told(heads)
}

/// What was found on the way through the logs.
#[derive(Default)]
struct Walk {
    /// Heads that are looked for.
    wanted: BTreeSet<Hash>,
    /// Where those were found that were.
    passed: BTreeMap<Hash, (SiteId, Version)>,
    broken: Vec<String>,
    /// Logs that should be there and have no records.
    missing: Vec<String>,
    /// Whether records were pruned anywhere.
    is_pruned: bool,
}

impl Walk {
    /// Follows one log and prints where it ends, or notes where it breaks.
    async fn log(&mut self, store: &dyn Store, site: SiteId, name: &str) -> Result<(), Failure> {
        let (wanted, passed) = (&self.wanted, &mut self.passed);
        let walked = store::walk(store, site, |link| {
            if wanted.contains(&link.hash) {
                passed.insert(link.hash, (site, link.version));
            }
        });
        let end = match walked.await {
            Ok(end) => end,
            Err(VerifyError::Broken { site, broken }) => {
                self.broken.push(format!("site {site}: {broken}"));
                return Ok(());
            }
            Err(VerifyError::Store(StoreError::Damaged { what })) => {
                self.broken.push(what);
                return Ok(());
            }
            Err(VerifyError::Store(error)) => return Err(error.into()),
        };
        let Head { version, hash, .. } = end;
        if version == Version(0) {
            self.missing.push(format!("site {site}: there is no record of its log"));
            return Ok(());
        }
        if !store.heads().await?.contains(&end) {
            self.broken
                .push(format!("site {site}: the store does not note that its log ends at version {version}"));
            return Ok(());
        }
        let pruned = pruned_through(store, site).await?;
        let until = pruned.map(|through| format!("\tpruned through version {through}")).unwrap_or_default();
        self.is_pruned |= pruned.is_some();
        print(&format!("{site}\t{version}\t{hash}\t{name}{until}"))
    }

    /// How it went.
    fn told(self, heads: &[Hash]) -> Result<(), Failure> {
        if !self.broken.is_empty() {
            let hint = "a record was altered or is missing from there on; restore the store from a backup";
            let all = [self.broken, self.missing].concat();
            return Err(Failure::new(all.join("; ")).hint(hint));
        }
        for head in heads {
            let Some((site, version)) = self.passed.get(head) else {
                let message = format!("no log of this store has passed through the head {head}");
                let hint =
                    "the log was altered or cut off since that head was told, or it is another store's";
                return Err(Failure::new(message).hint(hint));
            };
            say(&format!("site {site} passed through {head} at version {version}"));
        }
        if !self.missing.is_empty() {
            let hint = "the log was taken out of the store, or the server was killed between adding the site and its \
                        first record: then the next start writes that; hold the store against a backup";
            return Err(Failure::new(self.missing.join("; ")).hint(hint));
        }
        if self.is_pruned {
            say(
                "of records that were pruned only the digests are left: what they said cannot be read any more",
            );
        }
        say("every chain holds");
        Ok(())
    }
}

/// The last version of a log whose record was pruned.
async fn pruned_through(store: &dyn Store, site: SiteId) -> Result<Option<Version>, Failure> {
    match store.records_since(site, Version(0), 1).await {
        Err(StoreError::Pruned { through, .. }) => Ok(Some(through)),
        read => Ok(read.map(|_| None)?),
    }
}

/// The sites that the instance's log says there are, as far as it can be read. One may have no log yet.
async fn named_sites(store: &dyn Store) -> Result<BTreeMap<SiteId, String>, Failure> {
    let mut sites = BTreeMap::new();
    let pruned = pruned_through(store, SiteId::INSTANCE).await?;
    if pruned.is_some() {
        say("the beginning of the instance's log was pruned, which a server never does: names of sites are \
             missing, and the last of those that were added there are not missed if their logs are gone");
    }
    let mut after = pruned.unwrap_or_default();
    loop {
        let page = store.records_since(SiteId::INSTANCE, after, PAGE_RECORDS).await?;
        let Some(last) = page.last() else { return Ok(sites) };
        after = last.record.version;
        for stored in &page {
            let record = Instance::decode(&stored.record.payload).map_err(Failure::new)?;
            for change in record.changes {
                if let InstanceChange::SiteAdded { id, name } = change {
                    sites.insert(id, name.to_string());
                }
            }
        }
    }
}

/// Data, on standard output.
fn print(line: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(Failure::new)
}

/// Talk, on standard error, best effort.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

//! The change log as it happens: read from the store and sent, again and again.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use domain::{SiteId, Version};
use node::{Linked, News};
use site::queries::changes::{ChangeFilter, Entry, of_instance_record, of_record};
use site::{Instance, InstanceRecord, Record, Site, SiteRecord, State};
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

use super::change_cursor::{At, Cursor, Mark};
use crate::auth::ChangeReader;
use crate::dialects::change_shown::{GoneNames, Names, shown};
use crate::failure::Failure;
use crate::json;
use crate::streams::Place;

/// From so many bytes on, what was written is sent.
const PART_BYTES: usize = 64 << 10;
/// For so long news are gathered before they are read: a busy site makes many commits a moment.
const GATHER: Duration = Duration::from_millis(10);
/// How often it is looked whether the reader may still read.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often a stream says something, so that nobody between takes its connection for dead.
const SAY_EVERY: Duration = Duration::from_secs(15);
/// How long a reader is told to wait before it comes again, in milliseconds.
const RETRY_MILLIS: u32 = 2000;

/// A stream, and how far it was read.
pub(super) struct ChangeStream {
    reader: ChangeReader,
    filter: ChangeFilter,
    news: News,
    epoch: Uuid,
    of_site: Log<SiteRecord>,
    of_instance: Log<InstanceRecord>,
    gone: GoneNames,
    /// The text that is sent next.
    text: String,
    /// The cursor that was written last.
    told: Option<Cursor>,
    /// When something was sent last.
    sent: Instant,
}

/// One of the two logs.
struct Log<R> {
    at: At,
    /// What was read of it and is yet to be written.
    read: VecDeque<Linked<R>>,
}

/// What names are looked up in while a part is written.
struct Seen {
    instance: Arc<Instance>,
    site: Arc<Site>,
}

impl ChangeStream {
    /// One that goes on from a cursor; without one, from now.
    ///
    /// # Errors
    /// When it cannot go on from there.
    pub(super) async fn open(
        reader: ChangeReader,
        filter: ChangeFilter,
        from: Option<Cursor>,
    ) -> Result<Self, Failure> {
        let (news, epoch) = (reader.news()?, reader.epoch().await?);
        let (site, instance) = (reader.site()?.version(), reader.instance().version());
        let marked = async |log, version| {
            let hash = reader.hash_at(log, version).await?;
            Ok::<_, Failure>(At::whole(version, hash.as_ref().map(Mark::of)))
        };
        let of_site = match from {
            Some(Cursor { epoch: other, .. }) if other != epoch => return Err(Failure::CursorElsewhere),
            Some(cursor) => cursor.site,
            None => marked(reader.site_id(), site).await?,
        };
        let of_instance = match from.and_then(|cursor| cursor.instance) {
            Some(at) => at,
            None => marked(SiteId::INSTANCE, instance).await?,
        };
        // In a log that was put back, or in another site's, other records have these versions.
        for (log, at, last) in [(reader.site_id(), of_site, site), (SiteId::INSTANCE, of_instance, instance)]
        {
            if at.version > last || marked(log, at.version).await?.mark != at.mark {
                return Err(Failure::CursorElsewhere);
            }
        }
        let of_site = Log { at: of_site, read: VecDeque::new() };
        let of_instance = Log { at: of_instance, read: VecDeque::new() };
        let text = format!("retry: {RETRY_MILLIS}\n\n");
        let (gone, told, sent) = (GoneNames::default(), None, Instant::now());
        let mut stream = Self { reader, filter, news, epoch, of_site, of_instance, gone, text, told, sent };
        let seen = stream.seen()?;
        stream.read(&seen).await?;
        Ok(stream)
    }

    /// Sends what there is, and then what comes if it `follows`, until the reader leaves or may read no more, or the
    /// server stops.
    pub(super) async fn run(mut self, events: Sender<Bytes>, mut place: Place, follows: bool) {
        tokio::select! {
            () = place.ended() => {}
            () = events.closed() => {}
            sent = self.send(&events, follows) => {
                if let Err(failure) = sent {
                    // The reader comes again, and is told then.
                    tracing::debug!(message = %failure.message(), "a stream of changes ended");
                }
            }
        }
    }

    /// Sends for as long as the caller may read.
    async fn send(&mut self, events: &Sender<Bytes>, follows: bool) -> Result<(), Failure> {
        loop {
            loop {
                let written = self.write().await;
                // Also what came before the failure.
                if !matches!(written, Ok(false)) && !self.pass(events).await {
                    return Ok(());
                }
                if !written? {
                    break;
                }
            }
            if self.told.is_none() || !follows || self.sent.elapsed() >= SAY_EVERY {
                self.tell();
            }
            if !self.pass(events).await || !follows || !self.wait().await {
                return Ok(());
            }
        }
    }

    /// Waits for news, or until something should be said; whether the caller may still read.
    async fn wait(&mut self) -> bool {
        let (site, instance) = (self.of_site.at.version, self.of_instance.at.version);
        let say = self.sent + SAY_EVERY;
        while Instant::now() < say {
            let look = say.min(Instant::now() + LOOK_EVERY);
            tokio::select! {
                () = self.news.beyond(site, instance) => {
                    // A token that was revoked is news of the instance.
                    let stands = self.reader.stands();
                    sleep(GATHER).await;
                    return stands;
                }
                () = sleep_until(look) => {}
            }
            if !self.reader.stands() {
                return false;
            }
        }
        true
    }

    /// Sends the text, as soon as the reader takes it; whether there is still one who may read.
    async fn pass(&mut self, events: &Sender<Bytes>) -> bool {
        if self.text.is_empty() {
            return true;
        }
        loop {
            tokio::select! {
                permit = events.reserve() => {
                    let Ok(permit) = permit else { return false };
                    if !self.reader.stands() {
                        return false;
                    }
                    permit.send(Bytes::from(std::mem::take(&mut self.text)));
                    self.sent = Instant::now();
                    return true;
                }
                () = sleep(LOOK_EVERY) => {
                    if !self.reader.stands() {
                        return false;
                    }
                }
            }
        }
    }

    /// Writes events until a part is full; whether there may be more.
    async fn write(&mut self) -> Result<bool, Failure> {
        while self.text.len() < PART_BYTES {
            let seen = self.seen()?;
            self.read(&seen).await?;
            let is_instances = match (self.of_instance.read.front(), self.of_site.read.front()) {
                (None, None) => return Ok(false),
                // Of one moment the site's come last, as in the list.
                (Some(one), Some(other)) => one.record.time <= other.record.time,
                (one, _) => one.is_some(),
            };
            if is_instances {
                self.write_instances(&seen);
            } else {
                self.write_sites(&seen);
            }
        }
        Ok(true)
    }

    /// Reads on in each log of which nothing is left, if it has grown: as far as was seen of it, so that whose a token
    /// was that a record names is known.
    async fn read(&mut self, seen: &Seen) -> Result<(), Failure> {
        let Self { reader, of_site, of_instance, gone, .. } = self;
        if of_site.read.is_empty() && of_site.at.after() < seen.site.version() {
            let records = reader.records_after(of_site.at.after()).await?;
            of_site.take(records, seen.site.version())?;
            gone.learn(reader, &seen.site, of_site.read.iter().map(|linked| &linked.record)).await?;
        }
        if of_instance.read.is_empty() && of_instance.at.after() < seen.instance.version() {
            let records = reader.instance_records_after(of_instance.at.after()).await?;
            of_instance.take(records, seen.instance.version())?;
        }
        Ok(())
    }

    fn write_sites(&mut self, seen: &Seen) {
        let Some(Linked { record, hash }) = self.of_site.read.pop_front() else { return };
        let whole = At::whole(record.version, Some(Mark::of(&hash)));
        let before = self.of_site.at;
        for (entry, is_last) in marked(of_record(&seen.site, &record)) {
            self.of_site.at = At { place: (!is_last).then_some(entry.place), ..whole };
            if !before.has_read(entry.version, entry.place) && entry.is_taken(&self.filter) {
                self.event(seen, &entry);
            }
        }
        self.of_site.at = whole;
    }

    fn write_instances(&mut self, seen: &Seen) {
        let Some(Linked { record, hash }) = self.of_instance.read.pop_front() else { return };
        let whole = At::whole(record.version, Some(Mark::of(&hash)));
        let (before, of) = (self.of_instance.at, (self.reader.site_id(), &*seen.site));
        for (entry, is_last) in marked(of_instance_record(&seen.instance, of, &record)) {
            self.of_instance.at = At { place: (!is_last).then_some(entry.place), ..whole };
            if !before.has_read(entry.version, entry.place) && entry.is_taken(&self.filter) {
                self.event(seen, &entry);
            }
        }
        self.of_instance.at = whole;
    }

    /// Writes an entry, with the cursor behind it.
    fn event(&mut self, seen: &Seen, entry: &Entry<'_>) {
        let cursor = self.cursor();
        self.told = Some(cursor);
        let Seen { instance, site } = seen;
        let names = Names { instance, id: self.reader.site_id(), site, gone: self.gone.get() };
        let data = json::written(&shown(names, entry));
        let data = String::from_utf8_lossy(&data);
        _ = write!(self.text, "event: change\nid: {cursor}\n");
        // Conditions are told word for word, with their ends of lines.
        for line in data.split(['\n', '\r']) {
            _ = writeln!(self.text, "data: {line}");
        }
        self.text.push('\n');
    }

    /// Writes how far all was read, also where nothing of it was an event; a comment where that was told.
    fn tell(&mut self) {
        let cursor = self.cursor();
        if self.told.replace(cursor) == Some(cursor) {
            self.text.push_str(":\n\n");
        } else {
            _ = write!(self.text, "id: {cursor}\n\n");
        }
    }

    fn cursor(&self) -> Cursor {
        Cursor { epoch: self.epoch, site: self.of_site.at, instance: Some(self.of_instance.at) }
    }

    fn seen(&self) -> Result<Seen, Failure> {
        // The instance first: what it says of the site is then not older than the site.
        Ok(Seen { instance: self.reader.instance(), site: self.reader.site()? })
    }
}

impl<C, E> Log<Record<C, E>> {
    /// Takes in what was read, up to a version.
    fn take(&mut self, records: Option<Vec<Linked<Record<C, E>>>>, through: Version) -> Result<(), Failure> {
        let records = records.ok_or(Failure::CursorPruned)?.into_iter();
        self.read.extend(records.take_while(|linked| linked.record.version <= through));
        Ok(())
    }
}

/// Each entry, and whether it is the last.
fn marked<'r>(entries: impl Iterator<Item = Entry<'r>>) -> impl Iterator<Item = (Entry<'r>, bool)> {
    let mut entries = entries.peekable();
    std::iter::from_fn(move || {
        let entry = entries.next()?;
        Some((entry, entries.peek().is_none()))
    })
}

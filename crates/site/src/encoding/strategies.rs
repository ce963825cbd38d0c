//! Random records of every shape, for property tests. Each value is valid by itself; a record need not make sense
//! on any site.

use std::fmt::Debug;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use domain::{
    Access, AgentTag, Antivirus, AppRegistrationFields, AppRegistrationId, Area, Areas, BaseUrl, Certificate,
    CertificateStore, Change, ClassificationFields, ClassificationId, Colour, Conditions, DeviceNumber,
    DeviceUid, FactGroups, FactText, Facts, Figure, FileFact, InstanceChange, Label, Level, Limit, Limits,
    Maintenance, Notice, Os, OsVersion, Outcome, Pace, Pacing, Period, ProcessFact, RETRY_AFTER_MAX_SECONDS,
    Ranges, RegistryValue, Report, Role, RuleFields, RuleId, SegmentFields, SegmentId, SegmentType, Sha256,
    SiteId, SiteSettings, Source, Status, TagFields, TagId, Timestamp, TokenFields, TokenHash, TokenId,
    UserKey, Version,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::read::Text;
use crate::{Effects, InstanceRecord, Move, Record, SiteRecord};

/// Any record of a site.
pub(crate) fn site_record() -> impl Strategy<Value = SiteRecord> {
    (any::<u64>(), moment(), text(NAME), request_id(), vec(change(), 0..6), vec(one_move(), 0..4)).prop_map(
        |(version, time, actor, request_id, changes, moves)| Record {
            version: Version(version),
            time,
            actor,
            request_id,
            changes,
            effects: Effects { moves },
        },
    )
}

/// Any record of the instance.
pub(crate) fn instance_record() -> impl Strategy<Value = InstanceRecord> {
    (any::<u64>(), moment(), text(NAME), request_id(), vec(instance_change(), 0..6)).prop_map(
        |(version, time, actor, request_id, changes)| Record {
            version: Version(version),
            time,
            actor,
            request_id,
            changes,
            effects: (),
        },
    )
}

/// Any change of a site; each kind is as likely as another.
pub(crate) fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<u128>().prop_map(|salt| Change::Founded { salt }),
        (classification_id(), classification_fields())
            .prop_map(|(id, after)| Change::ClassificationAdded { id, after }),
        (classification_id(), classification_fields(), classification_fields())
            .prop_map(|(id, before, after)| Change::ClassificationChanged { id, before, after }),
        (classification_id(), number(), number()).prop_map(|(id, from, to)| Change::ClassificationMoved {
            id,
            from,
            to
        }),
        (classification_id(), classification_fields())
            .prop_map(|(id, before)| Change::ClassificationRemoved { id, before }),
        (rule_id(), rule_fields()).prop_map(|(id, after)| Change::RuleAdded { id, after }),
        (rule_id(), rule_fields(), rule_fields()).prop_map(|(id, before, after)| Change::RuleChanged {
            id,
            before,
            after
        }),
        (rule_id(), rule_fields()).prop_map(|(id, before)| Change::RuleRemoved { id, before }),
        (tag_id(), tag_fields()).prop_map(|(id, after)| Change::TagAdded { id, after }),
        (tag_id(), tag_fields(), tag_fields()).prop_map(|(id, before, after)| Change::TagChanged {
            id,
            before,
            after
        }),
        (tag_id(), tag_fields(), device_set(0..100)).prop_map(|(id, before, devices)| Change::TagRemoved {
            id,
            before,
            devices
        }),
        (segment_id(), segment_fields()).prop_map(|(id, after)| Change::SegmentAdded { id, after }),
        (segment_id(), segment_fields(), segment_fields())
            .prop_map(|(id, before, after)| Change::SegmentChanged { id, before, after }),
        (segment_id(), segment_fields()).prop_map(|(id, before)| Change::SegmentRemoved { id, before }),
        (device(), text::<DeviceUid>(KEY), text::<UserKey>(KEY))
            .prop_map(|(device, uid, userkey)| Change::DeviceAdded { device, uid, userkey }),
        device_removed(),
        (device(), report())
            .prop_map(|(device, report)| Change::DeviceEntered { device, report: Box::new(report) }),
        (device(), any::<u16>().prop_map(FactGroups::from_bits), report()).prop_map(
            |(device, reported, report)| Change::CheckedIn { device, reported, report: Box::new(report) }
        ),
        (source(), option::of(moment()), vec(device(), 0..8), vec(tag_id(), 0..4), vec(tag_id(), 0..4))
            .prop_map(|(source, expires_at, devices, added, removed)| Change::Tagged {
                source,
                expires_at,
                devices,
                added,
                removed
            }),
        (source(), device_set(4090..4110), vec(tag_id(), 0..4)).prop_map(|(source, devices, added)| {
            Change::Tagged { source, expires_at: None, devices, added, removed: Vec::new() }
        }),
        (
            tag_id(),
            prop_oneof![vec(device(), 0..8), device_set(4090..4110)],
            option::of(moment()),
            option::of(moment())
        )
            .prop_map(|(tag, devices, before, after)| Change::ExpiryChanged {
                tag,
                devices,
                before,
                after
            }),
        moment().prop_map(|cutoff| Change::FactsWentStale { cutoff }),
        any::<u32>().prop_map(|evaluator| Change::Reclassified { evaluator }),
    ]
}

/// So many devices in order of number.
fn device_set(count: Range<usize>) -> impl Strategy<Value = Vec<DeviceNumber>> {
    (any::<u32>(), count).prop_map(|(seed, count)| {
        let spread = u32::try_from(count).unwrap_or(u32::MAX);
        let numbers = (0..spread).map(|place| DeviceNumber(place * (1 + seed % 1000) + seed % 7));
        numbers.collect()
    })
}

fn device_removed() -> impl Strategy<Value = Change> {
    let names = (text::<DeviceUid>(KEY), text::<UserKey>(KEY), option::of(text::<Label>(NAME)));
    (device(), names, moment(), vec(tag_id(), 0..4), outcome()).prop_map(
        |(device, (uid, userkey, hostname), seen_at, tags, outcome)| Change::DeviceRemoved {
            device,
            uid,
            userkey,
            hostname,
            seen_at,
            tags,
            outcome,
        },
    )
}

/// Any change of the instance; each kind is as likely as another.
pub(crate) fn instance_change() -> impl Strategy<Value = InstanceChange> {
    prop_oneof![
        (number(), text(NAME)).prop_map(|(id, name)| InstanceChange::SiteAdded { id: SiteId(id), name }),
        (number(), number(), any::<[u8; 32]>(), token_fields()).prop_map(|(id, site, hash, after)| {
            let hash = TokenHash::from_bytes(hash);
            InstanceChange::TokenAdded { id: TokenId(id), site: SiteId(site), hash, after }
        }),
        (number(), token_fields(), token_fields())
            .prop_map(|(id, before, after)| InstanceChange::TokenChanged { id: TokenId(id), before, after }),
        (number(), token_fields())
            .prop_map(|(id, before)| InstanceChange::TokenRevoked { id: TokenId(id), before }),
        (number(), settings(), settings()).prop_map(|(id, before, after)| InstanceChange::SiteChanged {
            site: SiteId(id),
            before,
            after
        }),
        (maintenance(), maintenance())
            .prop_map(|(before, after)| InstanceChange::MaintenanceChanged { before, after }),
        (number(), number(), any::<u128>(), any::<[u8; 32]>(), app_registration_fields()).prop_map(
            |(id, site, client_id, secret, after)| InstanceChange::AppRegistrationAdded {
                id: AppRegistrationId(id),
                site: SiteId(site),
                client_id: Uuid::from_u128(client_id),
                secret: TokenHash::from_bytes(secret),
                after,
            }
        ),
        (number(), app_registration_fields(), app_registration_fields()).prop_map(|(id, before, after)| {
            InstanceChange::AppRegistrationChanged { id: AppRegistrationId(id), before, after }
        }),
        (number(), app_registration_fields()).prop_map(|(id, before)| {
            InstanceChange::AppRegistrationRemoved { id: AppRegistrationId(id), before }
        }),
    ]
}

/// Any report; each member is absent as often as not, lists are empty at times.
pub(crate) fn report() -> impl Strategy<Value = Report> {
    let label = || option::of(text::<Label>(NAME));
    let machine = (label(), label(), label(), label(), label(), label());
    let system = (option::of(os()), option::of(text::<OsVersion>("[0-9a-z.]{1,9}")), label(), label());
    let network = (option::of(vec(text(NAME), 0..3)), option::of(any::<IpAddr>()), label());
    (machine, system, network, facts()).prop_map(|(machine, system, network, facts)| {
        let (username, hostname, client_version, device_make, device_model, serial_number) = machine;
        let (os, os_version, edition, distribution) = system;
        let (mac_addresses, ip_address, event) = network;
        Report {
            username,
            hostname,
            os,
            os_version,
            edition,
            distribution,
            client_version,
            device_make,
            device_model,
            serial_number,
            mac_addresses,
            ip_address,
            event,
            facts,
        }
    })
}

/// Any facts; each group is absent as often as not, lists are empty at times.
pub(crate) fn facts() -> impl Strategy<Value = Facts> {
    let lists = (
        option::of(vec(antivirus(), 0..3)),
        option::of(btree_map(fact(), process(), 0..3)),
        option::of(btree_map(fact(), file(), 0..3)),
        option::of(vec(registry_value(), 0..3)),
        option::of(vec(text(NAME), 0..3)),
        option::of(vec(certificate(), 0..3)),
    );
    (option::of(fact()), lists, any::<[Option<bool>; 4]>()).prop_map(|(domain, lists, flags)| {
        let (antivirus, processes, files, registry, disk_encryption, certificates) = lists;
        let [passcode, compromised, storage_encrypted, mdm] = flags;
        Facts {
            domain,
            antivirus,
            processes,
            files,
            registry,
            disk_encryption,
            certificates,
            passcode,
            compromised,
            storage_encrypted,
            mdm,
        }
    })
}

/// Any outcome.
pub(crate) fn outcome() -> impl Strategy<Value = Outcome> {
    (select(Status::ALL.as_slice()), option::of(classification_id()), vec(classification_id(), 0..3))
        .prop_map(|(status, classification, undetermined)| Outcome {
            status,
            classification,
            undetermined: undetermined.into(),
        })
}

const NAME: &str = "[0-9A-Za-z] ?[-A-Za-z0-9._()]{0,11}";
const KEY: &str = "[!-+--~é]{1,12}";

fn text<T: Text + Debug>(pattern: &'static str) -> impl Strategy<Value = T> {
    pattern.prop_filter_map("of the form", |text| T::parse(&text).ok())
}

fn fact() -> impl Strategy<Value = FactText> {
    text("[ -~é]{0,12}")
}

/// Small ones, which are common, and any.
fn number() -> impl Strategy<Value = u32> {
    prop_oneof![0..100_u32, any::<u32>()]
}

/// UUIDs in the common form and others, and any text.
fn request_id() -> impl Strategy<Value = Arc<str>> {
    let uuid = any::<u128>().prop_map(|number| Uuid::from_u128(number).to_string());
    prop_oneof![uuid.clone(), uuid.prop_map(|uuid| uuid.to_uppercase()), "[ -~é]{0,36}"].prop_map(Into::into)
}

fn device() -> impl Strategy<Value = DeviceNumber> {
    number().prop_map(DeviceNumber)
}

fn classification_id() -> impl Strategy<Value = ClassificationId> {
    number().prop_map(ClassificationId)
}

fn rule_id() -> impl Strategy<Value = RuleId> {
    number().prop_map(RuleId)
}

fn tag_id() -> impl Strategy<Value = TagId> {
    number().prop_map(TagId)
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0..=Timestamp::MAX.millis()).prop_map(Timestamp::from_millis)
}

fn os() -> impl Strategy<Value = Os> {
    select(Os::ALL.as_slice())
}

fn classification_fields() -> impl Strategy<Value = ClassificationFields> {
    (text(NAME), text(".{0,12}")).prop_map(|(name, description)| ClassificationFields { name, description })
}

fn rule_fields() -> impl Strategy<Value = RuleFields> {
    (text(NAME), classification_id(), os(), conditions()).prop_map(
        |(name, classification, os, conditions)| RuleFields { name, classification, os, conditions },
    )
}

fn conditions() -> impl Strategy<Value = Conditions> {
    text(r#"\{"[a-z$_]{1,9}": ?\[[0-9]{1,3}\]\}"#)
}

fn tag_fields() -> impl Strategy<Value = TagFields> {
    (text(NAME), text(".{0,12}"), select(Colour::ALL.as_slice()))
        .prop_map(|(name, description, colour)| TagFields { name, description, colour })
}

fn source() -> impl Strategy<Value = Source> {
    select(Source::ALL.as_slice())
}

fn segment_id() -> impl Strategy<Value = SegmentId> {
    number().prop_map(SegmentId)
}

fn segment_fields() -> impl Strategy<Value = SegmentFields> {
    let network = (any::<IpAddr>(), 0..=128_u8).prop_map(|(address, prefix)| {
        let prefix = if address.is_ipv4() { prefix % 33 } else { prefix };
        ipnet::IpNet::new(address, prefix).unwrap().trunc().to_string()
    });
    let addresses = vec(network, 0..4).prop_map(|all| Ranges::new(SegmentType::AddressList, &all).unwrap());
    let domains = vec("[a-z]{1,3}(\\.[a-zA-Z]{1,3}){0,2}", 0..4);
    let domains = domains.prop_map(|all| Ranges::new(SegmentType::Domain, &all).unwrap());
    (text(NAME), prop_oneof![addresses, domains], option::of(tag_id()))
        .prop_map(|(name, ranges, auto_tag)| SegmentFields { name, ranges, auto_tag })
}

fn access() -> impl Strategy<Value = Access> {
    let url = "https://[a-z]{1,9}(:8443)?".prop_map(|url| BaseUrl::new(&url).unwrap());
    (any::<bool>(), option::of(url), maintenance()).prop_map(|(require_user_agent, moved_to, maintenance)| {
        Access { require_user_agent, moved_to, maintenance }
    })
}

fn maintenance() -> impl Strategy<Value = Maintenance> {
    let message = "[a-z][a-zé ]{0,9}[a-z]".prop_map(|message| Notice::new(&message).unwrap());
    let said = (any::<bool>(), option::of(message), 1..=RETRY_AFTER_MAX_SECONDS);
    said.prop_map(|(on, message, retry_after_seconds)| Maintenance { on, message, retry_after_seconds })
}

fn limit<const DEFAULT: u32, const MAX: u32>() -> impl Strategy<Value = Limit<DEFAULT, MAX>> {
    let set = (1..=i64::from(MAX)).prop_map(|count| Limit::new(count).unwrap());
    prop_oneof![Just(Limit::default()), set]
}

fn limits() -> impl Strategy<Value = Limits> {
    (limit(), limit(), limit(), limit(), limit()).prop_map(
        |(tags, netskope_tags_per_device, alloyscan_tags_per_device, classifications, rules)| Limits {
            tags,
            netskope_tags_per_device,
            alloyscan_tags_per_device,
            classifications,
            rules,
        },
    )
}

fn figure<const MIN: u16, const MAX: u16>() -> impl Strategy<Value = Figure<MIN, MAX>> {
    (i64::from(MIN)..=i64::from(MAX)).prop_map(|figure| Figure::new(figure).unwrap())
}

fn pacing() -> impl Strategy<Value = Pacing> {
    let pace = || {
        let set = (figure(), figure(), figure());
        let set = set.prop_map(|(at_once, waiting, seconds)| Pace { at_once, waiting, seconds });
        option::of(prop_oneof![Just(Pace::SEED), set])
    };
    let all = (pace(), pace(), pace());
    all.prop_map(|(netskope_v1, netskope_v2, alloyscan)| Pacing { netskope_v1, netskope_v2, alloyscan })
}

fn settings() -> impl Strategy<Value = SiteSettings> {
    let period = || {
        let period = (1..1_000_u32, select(["h", "d", "w", "M"].as_slice()));
        period.prop_map(|(count, unit)| Period::new(&format!("{count}{unit}")).unwrap())
    };
    let agent_tag = (tag_id(), moment()).prop_map(|(tag, since)| AgentTag { tag, since });
    let all =
        (option::of(period()), option::of(agent_tag), access(), limits(), option::of(period()), pacing());
    all.prop_map(|(retention, agent_tag, access, limits, fact_max_age, pacing)| SiteSettings {
        retention,
        agent_tag,
        access,
        limits,
        fact_max_age,
        pacing,
    })
}

fn token_fields() -> impl Strategy<Value = TokenFields> {
    let role = select([Role::Administrator, Role::User].as_slice());
    (text(NAME), text(NAME), role, areas(), any::<bool>(), option::of(moment())).prop_map(
        |(name, owner, role, areas, global, expires_at)| TokenFields {
            name,
            owner,
            role,
            areas,
            global,
            expires_at,
        },
    )
}

fn app_registration_fields() -> impl Strategy<Value = AppRegistrationFields> {
    let role = select([Role::Administrator, Role::User].as_slice());
    (text(NAME), text(NAME), role, areas(), moment(), any::<bool>()).prop_map(
        |(name, owner, role, areas, expires_at, enabled)| AppRegistrationFields {
            name,
            owner,
            role,
            areas,
            expires_at,
            enabled,
        },
    )
}

fn areas() -> impl Strategy<Value = Areas> {
    let level = select([Level::View, Level::Manage].as_slice());
    btree_map(select(Area::ALL.as_slice()), level, 0..=Area::ALL.len()).prop_map(|levels| {
        levels.into_iter().fold(Areas::default(), |areas, (area, level)| areas.with(area, level))
    })
}

fn antivirus() -> impl Strategy<Value = Antivirus> {
    (text(NAME), any::<Option<bool>>()).prop_map(|(product, up_to_date)| Antivirus { product, up_to_date })
}

fn process() -> impl Strategy<Value = ProcessFact> {
    (any::<bool>(), option::of(fact())).prop_map(|(running, signer)| ProcessFact { running, signer })
}

fn file() -> impl Strategy<Value = FileFact> {
    (any::<bool>(), option::of(any::<[u8; 32]>()))
        .prop_map(|(present, hash)| FileFact { present, sha256: hash.map(Sha256::from_bytes) })
}

fn registry_value() -> impl Strategy<Value = RegistryValue> {
    (fact(), fact(), fact(), fact(), fact()).prop_map(|(root_key, key, value, kind, data)| RegistryValue {
        root_key,
        key,
        value,
        kind,
        data,
    })
}

pub(crate) fn certificate() -> impl Strategy<Value = Certificate> {
    let store = select([CertificateStore::Machine, CertificateStore::User].as_slice());
    // Of few names, so that some of one device have the same.
    let subject = prop_oneof![fact(), "CN=([ab]|[é-ü]{70})?".prop_map(|name| FactText::new(&name).unwrap())];
    (store, option::of(fact()), option::of(subject), option::of(fact()))
        .prop_map(|(store, issuer, subject, thumbprint)| Certificate { store, issuer, subject, thumbprint })
}

/// Sets on both sides of the length from which they are bitmaps, and runs.
fn one_move() -> impl Strategy<Value = Move> {
    let devices = prop_oneof![
        btree_set(number(), 0..80).prop_map(|numbers| numbers.into_iter().collect()),
        (number(), 1..200_000_u32)
            .prop_map(|(start, length)| (start..start.saturating_add(length)).collect()),
        btree_set(0..300_u32, 60..70).prop_map(|numbers| numbers.into_iter().collect()),
    ];
    (outcome(), outcome(), devices).prop_map(|(from, to, devices)| Move { from, to, devices })
}

use domain::{
    Colour, Description, DeviceName, DeviceUid, Error, Owner, Period, Role, TagFields, TagId, TagName,
    TokenFields, TokenHash, UserKey,
};

use super::*;
use crate::commands::{Assign, Assignment, ChangeTag, CheckIn, CheckIns, CreateTag, Found, RemoveDevice};
use crate::instance::commands::{
    AddSite, ChangeMaintenance, ChangeSite, CreateAppRegistration, CreateToken, DeleteAppRegistration,
    RevokeToken,
};
use crate::queries::language::Query;
use crate::{Command, Context, State};

fn run<S: State, C: Command<S>>(state: &mut S, mut command: C) -> Result<crate::RecordOf<S>, Error> {
    let actor = Owner::new("ann@corp.example").unwrap();
    let context = Context { actor, now: domain::Timestamp::from_seconds(9), request_id: "r".into() };
    let changes = command.decide(state, &context)?;
    Ok(state.apply(&context, changes, None))
}

fn check_in(uid: &str) -> CheckIns {
    let (uid, userkey) = (DeviceUid::new(uid).unwrap(), UserKey::new("").unwrap());
    CheckIns::new(vec![CheckIn { uid, userkey, report: Box::default() }])
}

fn new_tag(name: &str) -> CreateTag {
    let name = TagName::new(name).unwrap();
    CreateTag::new(TagFields { name, description: Description::empty(), colour: Colour::Gray })
}

/// What an event says, without its id.
type Told = (&'static str, &'static str, Vec<String>);

fn told(events: impl Iterator<Item = Event<'static>>, site: &Site) -> Vec<Told> {
    events
        .map(|event| (event.name, event.data_type(), event.data_values(&Instance::default(), site)))
        .collect()
}

#[test]
fn each_thing_done_is_an_event_that_names_what_it_was_done_to() {
    let mut site = Site::default();
    let mut records: Vec<&'static SiteRecord> = Vec::new();
    let mut keep = |record: SiteRecord| records.push(Box::leak(Box::new(record)));
    keep(run(&mut site, Found { salt: 7 }).unwrap());
    keep(run(&mut site, check_in("pc-1")).unwrap());
    keep(run(&mut site, new_tag("lab")).unwrap());
    let devices = vec![DeviceName::new("pc-1", None).unwrap()];
    let tags = vec![TagId(1)];
    keep(run(&mut site, Assign::new(Assignment::Add, tags, devices, 5)).unwrap());
    let name = Some(TagName::new("office").unwrap());
    keep(run(&mut site, ChangeTag { id: TagId(1), name, description: None, colour: None }).unwrap());
    let id = site.device_id(site.fleet.find("pc-1", "").unwrap().number());
    keep(run(&mut site, RemoveDevice { id }).unwrap());

    let audited: Vec<_> = records.iter().map(|record| Site::is_audited(record)).collect();
    assert_eq!(audited, [false, false, true, true, true, true]);
    let events = records.iter().rev().flat_map(|record| of_record(&site, record));
    let texts = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect::<Vec<_>>();
    assert_eq!(
        told(events, &site),
        [
            ("Delete Device", "device", texts(&["pc-1"])),
            ("Edit Device Tag", "device_tag", texts(&["lab", "office"])),
            // The device is gone and has no name any more.
            ("Add Device Tags", "device_tag,device", texts(&["office", &id.to_string()])),
            ("Create Device Tag", "device_tag", texts(&["lab"])),
        ]
    );
}

#[test]
fn an_event_on_many_devices_names_the_first_and_counts_the_rest() {
    let mut site = Site::default();
    run(&mut site, new_tag("lab")).unwrap();
    let mut devices = Vec::new();
    for place in 0..AUDIT_VALUES_MAX {
        let uid = format!("pc-{place}");
        run(&mut site, check_in(&uid)).unwrap();
        devices.push(DeviceName::new(&uid, None).unwrap());
    }
    let record = run(&mut site, Assign::new(Assignment::Add, vec![TagId(1)], devices, 5)).unwrap();
    let values = of_record(&site, &record).next().unwrap().data_values(&Instance::default(), &site);
    assert_eq!(values.len(), AUDIT_VALUES_MAX + 1);
    assert_eq!(values[..2], ["lab", "pc-0"]);
    assert_eq!(values[AUDIT_VALUES_MAX], "and 1 more");
}

#[test]
fn a_site_sees_what_was_done_to_its_own_tokens_and_settings() {
    let (mut instance, mut site) = (Instance::default(), Site::default());
    run(&mut site, Found { salt: 7 }).unwrap();
    let mut records = Vec::new();
    for name in ["default", "lab"] {
        records.push(
            run(&mut instance, AddSite { name: TagName::new(name).unwrap(), administrator: None }).unwrap(),
        );
    }
    let fields = TokenFields {
        name: TagName::new("import").unwrap(),
        owner: Owner::new("ann").unwrap(),
        role: Role::User,
        areas: domain::Areas::default(),
        global: false,
        expires_at: None,
    };
    let retention = Some(Some(Period::new("90d").unwrap()));
    for id in [SiteId(1), SiteId(2)] {
        let hash = TokenHash::of(&format!("token of {id}"));
        records.push(
            run(&mut instance, CreateToken { site: id, hash, fields: fields.clone(), by_global: true })
                .unwrap(),
        );
        records.push(run(&mut instance, ChangeSite { id, retention, ..ChangeSite::default() }).unwrap());
    }
    let id = domain::TokenId(2);
    records.push(run(&mut instance, RevokeToken { site: SiteId(2), id, by_global: false }).unwrap());

    let registration = domain::AppRegistrationFields {
        name: TagName::new("nightly").unwrap(),
        owner: Owner::new("ann").unwrap(),
        role: Role::User,
        areas: domain::Areas::default(),
        expires_at: domain::Timestamp::MAX,
        enabled: true,
    };
    let (site_id, client_id) = (SiteId(2), uuid::Uuid::nil());
    let (secret, fields) = (TokenHash::of("secret"), registration);
    let create = CreateAppRegistration { site: site_id, client_id, secret, fields };
    records.push(run(&mut instance, create).unwrap());
    let id = domain::AppRegistrationId(1);
    records.push(run(&mut instance, DeleteAppRegistration { site: site_id, id }).unwrap());

    let begin = ChangeMaintenance { on: Some(true), ..ChangeMaintenance::default() };
    records.push(run(&mut instance, begin).unwrap());
    let name = TagName::new("late").unwrap();
    records.push(run(&mut instance, AddSite { name, administrator: None }).unwrap());

    let events = |id: SiteId| {
        let events = records.iter().rev().flat_map(|record| of_instance_record(&instance, id, &site, record));
        let told = |event: Event<'_>| (event.name, event.data_values(&instance, &site).join(" "));
        events.map(told).collect::<Vec<_>>()
    };
    let told = |events: &[(&'static str, &str)]| {
        events.iter().map(|(name, values)| (*name, (*values).to_owned())).collect::<Vec<_>>()
    };
    let first = told(&[
        ("Edit Server Maintenance", "server"),
        ("Edit Site Settings", "default"),
        ("Create Token", "import"),
        ("Create Site", "default"),
    ]);
    assert_eq!(events(SiteId(1)), first);
    let second = told(&[
        ("Edit Server Maintenance", "server"),
        ("Delete App Registration", "nightly"),
        ("Create App Registration", "nightly"),
        ("Revoke Token", "import"),
        ("Edit Site Settings", "lab"),
        ("Create Token", "import"),
        ("Create Site", "lab"),
    ]);
    assert_eq!(events(SiteId(2)), second);
    assert_eq!(events(SiteId(3)), told(&[("Create Site", "late")]), "it came after that");
    assert!(records.iter().all(Instance::is_audited));
}

#[test]
fn a_query_asks_for_events_by_their_members() {
    let mut site = Site::default();
    let record = run(&mut site, new_tag("lab")).unwrap();
    let event = of_record(&site, &record).next().unwrap();
    for (query, matches) in [
        ("audit_log_event eq 'create device tag'", true),
        ("audit_log_event like Rule", false),
        ("user ~ '@corp' and timestamp from 9 to 10", true),
        ("type neq admin_audit_logs or timestamp gt 9", false),
    ] {
        assert_eq!(Query::<Field>::parse(query).unwrap().matches(&event), matches, "{query}");
    }
    let unknown = Query::<Field>::parse("user eq ann and hostname eq x").unwrap_err();
    assert!(unknown.message.contains("audit_log_event"), "{unknown}");
}

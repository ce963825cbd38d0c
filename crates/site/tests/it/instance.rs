//! Random lives of the instance against a naive model of it, and its replay.

use std::collections::BTreeMap;

use domain::{
    AgentTag, AppRegistrationFields, AppRegistrationId, Area, Areas, AtOnce, Error, Level, Maintenance,
    Notice, Owner, Pace, Period, Role, RulesLimit, SiteId, SiteSettings, TagId, TagName, Timestamp,
    TokenFields, TokenHash, TokenId, Version,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use site::catalogue::Stamp;
use site::instance::Closed;
use site::instance::commands::{
    AddSite, ChangeAccess, ChangeAppRegistration, ChangeLimits, ChangeMaintenance, ChangePace, ChangePacing,
    ChangeSite, ChangeToken, CreateAppRegistration, CreateToken, DeleteAppRegistration, RevokeToken,
};
use site::{Command, Context, Instance, InstanceRecord, State};
use uuid::Uuid;

use crate::{at, context};

#[derive(Clone, Debug)]
enum Act {
    AddSite(&'static str),
    ChangeSite {
        site: u32,
        retention: Option<Option<Period>>,
        agent_tag: Option<Option<u32>>,
        fact_max_age: Option<Option<Period>>,
        maintenance: Option<bool>,
        rules: Option<RulesLimit>,
        pace: Option<Option<Option<AtOnce>>>,
    },
    Create {
        site: u32,
        text: &'static str,
        fields: TokenFields,
    },
    Change {
        site: u32,
        id: u32,
        name: Option<TagName>,
        role: Option<Role>,
        expiry: Option<Option<Timestamp>>,
    },
    Revoke {
        site: u32,
        id: u32,
    },
    Register {
        site: u32,
        client: u128,
        fields: AppRegistrationFields,
    },
    ChangeRegistration {
        site: u32,
        id: u32,
        name: Option<TagName>,
        enabled: Option<bool>,
        expiry: Option<Timestamp>,
    },
    DeleteRegistration {
        site: u32,
        id: u32,
    },
    Maintain {
        on: Option<bool>,
        message: Option<Option<&'static str>>,
        retry_after_seconds: Option<u32>,
    },
}

/// All that can be seen of an instance.
#[derive(Clone, Debug, Default, PartialEq)]
struct Picture {
    version: u64,
    maintenance: Maintenance,
    sites: Vec<(u32, String, SiteSettings)>,
    tokens: BTreeMap<u32, (u32, TokenHash, TokenFields, Stamp)>,
    registrations: BTreeMap<u32, (u32, Uuid, TokenHash, AppRegistrationFields, Stamp)>,
}

#[derive(Debug, Default)]
struct Model {
    seen: Picture,
    last_token: u32,
    last_registration: u32,
}

const SITES: &[&str] = &["default", "Default", "lab", "büro"];
const CLIENTS: std::ops::Range<u128> = 0..5;
const TEXTS: &[&str] = &["token-1", "token-2", "token-3", "token-4", "token-5"];

fn act() -> impl Strategy<Value = Act> {
    let (site, id) = (0..4_u32, 0..8_u32);
    let expiry = option::of(option::of((-5..5_i64).prop_map(at)));
    prop_oneof![
        2 => select(SITES).prop_map(Act::AddSite),
        2 => (site.clone(), option::of(option::of(period())), option::of(option::of(1..3_u32)), option::of(option::of(period())), option::of(any::<bool>()), option::of(498..=500_i64), option::of(option::of(option::of(4..6_i64))))
            .prop_map(|(site, retention, agent_tag, fact_max_age, maintenance, rules, pace)| {
                let rules = rules.map(|rules| RulesLimit::new(rules).unwrap());
                let pace = pace.map(|pace| pace.map(|pace| pace.map(|at_once| AtOnce::new(at_once).unwrap())));
                Act::ChangeSite { site, retention, agent_tag, fact_max_age, maintenance, rules, pace }
            }),
        4 => (site.clone(), select(TEXTS), fields())
            .prop_map(|(site, text, fields)| Act::Create { site, text, fields }),
        3 => (site.clone(), id.clone(), option::of(name()), option::of(role()), expiry)
            .prop_map(|(site, id, name, role, expiry)| Act::Change { site, id, name, role, expiry }),
        2 => (site.clone(), id.clone()).prop_map(|(site, id)| Act::Revoke { site, id }),
        4 => (site.clone(), CLIENTS, registration_fields())
            .prop_map(|(site, client, fields)| Act::Register { site, client, fields }),
        3 => (site.clone(), id.clone(), option::of(name()), option::of(any::<bool>()), option::of(moment()))
            .prop_map(|(site, id, name, enabled, expiry)| {
                Act::ChangeRegistration { site, id, name, enabled, expiry }
            }),
        2 => (site, id).prop_map(|(site, id)| Act::DeleteRegistration { site, id }),
        2 => (option::of(any::<bool>()), option::of(option::of(select(&["tea", "lunch"][..]))), option::of(119..121_u32))
            .prop_map(|(on, message, retry_after_seconds)| Act::Maintain { on, message, retry_after_seconds }),
    ]
}

fn period() -> impl Strategy<Value = Period> {
    select(&["1h", "90d"][..]).prop_map(|period| Period::new(period).unwrap())
}

fn name() -> impl Strategy<Value = TagName> {
    select(&["import", "console"][..]).prop_map(|name| TagName::new(name).unwrap())
}

fn role() -> impl Strategy<Value = Role> {
    select(&[Role::Administrator, Role::User][..])
}

fn fields() -> impl Strategy<Value = TokenFields> {
    (name(), role(), option::of((-5..5_i64).prop_map(at))).prop_map(|(name, role, expires_at)| TokenFields {
        name,
        owner: Owner::new("ann@corp.example").unwrap(),
        role,
        areas: Areas::default().with(Area::Devices, Level::View),
        global: false,
        expires_at,
    })
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (-5..5_i64).prop_map(at)
}

fn registration_fields() -> impl Strategy<Value = AppRegistrationFields> {
    (name(), role(), moment(), any::<bool>()).prop_map(|(name, role, expires_at, enabled)| {
        let (owner, areas) = (Owner::new("ann@corp.example").unwrap(), Areas::default());
        AppRegistrationFields { name, owner, role, areas, expires_at, enabled }
    })
}

/// What is kept of the secret of a client of the tests.
fn secret(client: u128) -> TokenHash {
    TokenHash::of(&format!("secret of {client}"))
}

fn notice(text: &str) -> Notice {
    Notice::new(text).unwrap()
}

impl Model {
    /// What the act answers: the id it made or 0, or the code of its refusal.
    fn take(&mut self, act: Act, context: &Context) -> Result<u32, &'static str> {
        let stamp = Stamp { by: context.actor.clone(), at: context.now };
        let seen = &mut self.seen;
        let is_known = |site: u32| (1..=seen.sites.len()).contains(&(site as usize));
        let answer = match act {
            Act::AddSite(name) => {
                if seen.sites.iter().any(|(_, other, _)| other.to_lowercase() == name.to_lowercase()) {
                    return Err("name_taken");
                }
                let id = u32::try_from(seen.sites.len()).unwrap() + 1;
                seen.sites.push((id, name.to_owned(), SiteSettings::default()));
                id
            }
            Act::ChangeSite { site, retention, agent_tag, fact_max_age, maintenance, rules, pace } => {
                let known = seen.sites.iter_mut().find(|(id, ..)| *id == site);
                let (.., settings) = known.ok_or("not_found")?;
                let before = settings.clone();
                settings.retention = retention.unwrap_or(before.retention);
                settings.fact_max_age = fact_max_age.unwrap_or(before.fact_max_age);
                settings.access.maintenance.on = maintenance.unwrap_or(before.access.maintenance.on);
                settings.limits.rules = rules.unwrap_or(before.limits.rules);
                if let Some(pace) = pace {
                    let known = before.pacing.netskope_v2.unwrap_or(Pace::SEED);
                    settings.pacing.netskope_v2 =
                        pace.map(|at_once| Pace { at_once: at_once.unwrap_or(known.at_once), ..known });
                }
                if let Some(tag) = agent_tag.map(|tag| tag.map(TagId))
                    && tag != before.agent_tag.map(|given| given.tag)
                {
                    settings.agent_tag = tag.map(|tag| AgentTag { tag, since: context.now });
                }
                if *settings == before {
                    return Ok(0);
                }
                0
            }
            Act::Create { site, text, fields } => {
                let hash = TokenHash::of(text);
                if !is_known(site) {
                    return Err("not_found");
                }
                if seen.tokens.values().any(|(_, other, ..)| *other == hash) {
                    return Err("token_in_use");
                }
                self.last_token += 1;
                seen.tokens.insert(self.last_token, (site, hash, fields, stamp));
                self.last_token
            }
            Act::Change { site, id, name, role, expiry } => {
                let token = seen.tokens.get_mut(&id).filter(|(owner, ..)| *owner == site);
                let (_, _, fields, _) = token.ok_or("not_found")?;
                let before = fields.clone();
                fields.name = name.unwrap_or(before.name.clone());
                fields.role = role.unwrap_or(before.role);
                fields.expires_at = expiry.unwrap_or(before.expires_at);
                if *fields == before {
                    return Ok(0);
                }
                0
            }
            Act::Revoke { site, id } => {
                seen.tokens.get(&id).filter(|(owner, ..)| *owner == site).ok_or("not_found")?;
                seen.tokens.remove(&id);
                0
            }
            Act::Register { site, client, fields } => {
                let client_id = Uuid::from_u128(client);
                if !is_known(site) {
                    return Err("not_found");
                }
                if seen.registrations.values().any(|(_, other, ..)| *other == client_id) {
                    return Err("client_id_in_use");
                }
                self.last_registration += 1;
                let registration = (site, client_id, secret(client), fields, stamp);
                seen.registrations.insert(self.last_registration, registration);
                self.last_registration
            }
            Act::ChangeRegistration { site, id, name, enabled, expiry } => {
                let registration = seen.registrations.get_mut(&id).filter(|(owner, ..)| *owner == site);
                let (.., fields, _) = registration.ok_or("not_found")?;
                let before = fields.clone();
                fields.name = name.unwrap_or(before.name.clone());
                fields.enabled = enabled.unwrap_or(before.enabled);
                fields.expires_at = expiry.unwrap_or(before.expires_at);
                if *fields == before {
                    return Ok(0);
                }
                0
            }
            Act::DeleteRegistration { site, id } => {
                seen.registrations.get(&id).filter(|(owner, ..)| *owner == site).ok_or("not_found")?;
                seen.registrations.remove(&id);
                0
            }
            Act::Maintain { on, message, retry_after_seconds } => {
                let before = seen.maintenance.clone();
                seen.maintenance.on = on.unwrap_or(before.on);
                if let Some(message) = message {
                    seen.maintenance.message = message.map(notice);
                }
                let known = before.retry_after_seconds;
                seen.maintenance.retry_after_seconds = retry_after_seconds.unwrap_or(known);
                if seen.maintenance == before {
                    return Ok(0);
                }
                0
            }
        };
        seen.version += 1;
        Ok(answer)
    }
}

fn picture(instance: &Instance) -> Picture {
    let sites: Vec<_> =
        instance.sites().map(|site| (site.id.0, site.name.to_string(), site.settings.clone())).collect();
    for (id, name, _) in &sites {
        assert_eq!(instance.site_named(&name.to_uppercase()).unwrap().id.0, *id);
        assert_eq!(instance.site(SiteId(*id)).unwrap().name.as_str(), name);
    }
    let tokens = sites.iter().flat_map(|(id, ..)| instance.tokens_of(SiteId(*id)));
    let tokens: BTreeMap<_, _> = tokens
        .inspect(|token| {
            assert_eq!(instance.token(&token.hash), Some(*token));
            assert_eq!(instance.token_by_id(token.id), Some(*token));
        })
        .map(|token| (token.id.0, (token.site.0, token.hash, token.fields.clone(), token.created.clone())))
        .collect();
    let found = TEXTS.iter().filter(|text| instance.token(&TokenHash::of(text)).is_some()).count();
    assert_eq!(found, tokens.len(), "a text leads to a token as long as there is one");
    let (version, maintenance) = (instance.version().0, instance.maintenance().clone());
    Picture { version, maintenance, registrations: registrations(instance, &sites), sites, tokens }
}

fn registrations(
    instance: &Instance,
    sites: &[(u32, String, SiteSettings)],
) -> BTreeMap<u32, (u32, Uuid, TokenHash, AppRegistrationFields, Stamp)> {
    let all = sites.iter().flat_map(|(id, ..)| instance.app_registrations_of(SiteId(*id)));
    let all: BTreeMap<_, _> = all
        .inspect(|one| {
            assert_eq!(instance.app_registration(one.id), Some(*one));
            assert_eq!(instance.app_registration_of_client(one.client_id), Some(*one));
            assert_eq!(instance.site_of_app_registration(one.id), Some(one.site));
        })
        .map(|one| {
            (one.id.0, (one.site.0, one.client_id, one.secret, one.fields.clone(), one.created.clone()))
        })
        .collect();
    let of_client = |client| instance.app_registration_of_client(Uuid::from_u128(client));
    assert_eq!(CLIENTS.filter_map(of_client).count(), all.len());
    all
}

fn run<C: Command<Instance>>(
    instance: &mut Instance,
    log: &mut Vec<Vec<u8>>,
    context: &Context,
    mut command: C,
) -> Result<C::Outcome, Error> {
    let changes = command.decide(instance, context)?;
    if !changes.is_empty() {
        let mut next = instance.clone();
        log.push(Instance::encode(&next.apply(context, changes, None)));
        *instance = next;
    }
    Ok(command.outcome(instance))
}

fn take(
    act: Act,
    instance: &mut Instance,
    log: &mut Vec<Vec<u8>>,
    context: &Context,
) -> Result<u32, &'static str> {
    let answer = match act {
        Act::AddSite(name) => {
            let name = TagName::new(name).unwrap();
            run(instance, log, context, AddSite { name, administrator: None }).map(|added| added.site.0)
        }
        Act::ChangeSite { site, retention, agent_tag, fact_max_age, maintenance, rules, pace } => {
            let agent_tag = agent_tag.map(|tag| tag.map(TagId));
            let maintenance = ChangeMaintenance { on: maintenance, ..ChangeMaintenance::default() };
            let access = ChangeAccess { maintenance, ..ChangeAccess::default() };
            let limits = ChangeLimits { rules, ..ChangeLimits::default() };
            let pace = pace.map(|pace| pace.map(|at_once| ChangePace { at_once, ..ChangePace::default() }));
            let pacing = ChangePacing { netskope_v2: pace, ..ChangePacing::default() };
            let id = SiteId(site);
            let change = ChangeSite { id, retention, agent_tag, fact_max_age, access, limits, pacing };
            run(instance, log, context, change).map(|()| 0)
        }
        Act::Create { site, text, fields } => {
            let (site, hash) = (SiteId(site), TokenHash::of(text));
            run(instance, log, context, CreateToken { site, hash, fields, by_global: true }).map(|id| id.0)
        }
        Act::Change { site, id, name, role, expiry } => {
            let (site, id, expires_at) = (SiteId(site), TokenId(id), expiry);
            let command = ChangeToken {
                site,
                id,
                name,
                owner: None,
                role,
                areas: None,
                global: None,
                expires_at,
                by_global: true,
            };
            run(instance, log, context, command).map(|()| 0)
        }
        Act::Revoke { site, id } => {
            let command = RevokeToken { site: SiteId(site), id: TokenId(id), by_global: true };
            run(instance, log, context, command).map(|()| 0)
        }
        Act::Register { site, client, fields } => {
            let (site, client_id, secret) = (SiteId(site), Uuid::from_u128(client), secret(client));
            let command = CreateAppRegistration { site, client_id, secret, fields };
            run(instance, log, context, command).map(|id| id.0)
        }
        Act::ChangeRegistration { site, id, name, enabled, expiry } => {
            let command = ChangeAppRegistration {
                site: SiteId(site),
                id: AppRegistrationId(id),
                name,
                owner: None,
                role: None,
                areas: None,
                expires_at: expiry,
                enabled,
            };
            run(instance, log, context, command).map(|()| 0)
        }
        Act::DeleteRegistration { site, id } => {
            let command = DeleteAppRegistration { site: SiteId(site), id: AppRegistrationId(id) };
            run(instance, log, context, command).map(|()| 0)
        }
        Act::Maintain { on, message, retry_after_seconds } => {
            let message = message.map(|message| message.map(notice));
            let command = ChangeMaintenance { on, message, retry_after_seconds };
            run(instance, log, context, command).map(|()| 0)
        }
    };
    answer.map_err(|error| error.code())
}

proptest! {
    #[test]
    fn an_instance_and_the_model_agree_and_the_log_makes_every_snapshot_again(acts in vec(act(), 1..40)) {
        let (mut instance, mut log, mut model) = (Instance::default(), Vec::new(), Model::default());
        let mut snapshots = Vec::new();
        for act in acts {
            let (shown, before) = (format!("{act:?}"), instance.clone());
            let context = context("ann", at(1));
            let answer = take(act.clone(), &mut instance, &mut log, &context);
            prop_assert_eq!(answer, model.take(act, &context), "the answer to {}", shown);
            prop_assert_eq!(picture(&instance), model.seen.clone(), "after {}", shown);
            if instance.version() == before.version() {
                prop_assert!(instance == before);
            } else {
                snapshots.push(instance.clone());
            }
        }
        let mut replayed = Instance::default();
        prop_assert_eq!(log.len(), snapshots.len());
        for (bytes, snapshot) in log.iter().zip(&snapshots) {
            let record: InstanceRecord = Instance::decode(bytes).unwrap();
            replayed.replay(&record);
            prop_assert!(replayed == *snapshot, "version {} differs", snapshot.version());
        }
    }
}

#[test]
fn a_token_of_another_site_does_not_exist() {
    let (mut instance, mut log, context) = (Instance::default(), Vec::new(), context("ann", at(0)));
    for name in ["default", "lab"] {
        run(
            &mut instance,
            &mut log,
            &context,
            AddSite { name: TagName::new(name).unwrap(), administrator: None },
        )
        .unwrap();
    }
    let fields = TokenFields {
        name: TagName::new("import").unwrap(),
        owner: Owner::new("ann").unwrap(),
        role: Role::User,
        areas: Areas::default(),
        global: false,
        expires_at: None,
    };
    let create = CreateToken { site: SiteId(1), hash: TokenHash::of("token-1"), fields, by_global: false };
    let id = run(&mut instance, &mut log, &context, create).unwrap();
    let theirs =
        run(&mut instance, &mut log, &context, RevokeToken { site: SiteId(2), id, by_global: false });
    assert_eq!(theirs.unwrap_err().code(), "not_found");
    assert_eq!(instance.version(), Version(3));
    run(&mut instance, &mut log, &context, RevokeToken { site: SiteId(1), id, by_global: false }).unwrap();
    assert_eq!(instance.token(&TokenHash::of("token-1")), None);
    assert_eq!(instance.site_of_token(id), Some(SiteId(1)), "known for its records");
}

#[test]
fn a_token_is_refused_from_its_expiry_on() {
    let stamp = Stamp { by: Owner::new("ann").unwrap(), at: at(0) };
    let fields = TokenFields {
        name: TagName::new("import").unwrap(),
        owner: Owner::new("ann").unwrap(),
        role: Role::User,
        areas: Areas::default(),
        global: false,
        expires_at: Some(at(5)),
    };
    let (id, site, hash) = (TokenId(1), SiteId(1), TokenHash::of("token-1"));
    let mut token = site::instance::Token { id, site, hash, fields, created: stamp };
    assert!(!token.is_expired(at(4)));
    assert!(token.is_expired(at(5)));
    token.fields.expires_at = None;
    assert!(!token.is_expired(Timestamp::MAX));
}

#[test]
fn an_app_registration_is_closed_while_it_is_off_and_from_its_expiry_on() {
    let fields = AppRegistrationFields {
        name: TagName::new("import").unwrap(),
        owner: Owner::new("ann").unwrap(),
        role: Role::User,
        areas: Areas::default(),
        expires_at: at(5),
        enabled: true,
    };
    let mut registration = site::instance::AppRegistration {
        id: AppRegistrationId(1),
        site: SiteId(1),
        client_id: Uuid::nil(),
        secret: secret(0),
        fields,
        created: Stamp { by: Owner::new("ann").unwrap(), at: at(0) },
    };
    assert_eq!((registration.closed(at(4)), registration.closed(at(5))), (None, Some(Closed::Expired)));
    registration.fields.enabled = false;
    assert_eq!(registration.closed(at(4)), Some(Closed::Disabled));
}

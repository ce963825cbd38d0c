//! From a request to its caller.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::HeaderMap;
use domain::{Areas, Error, Limits, Owner, Role, SiteId, Timestamp, TokenHash};
use node::{Credential, Node, Request, Snapshot};
use site::{Instance, Site};

use super::admission::is_served;
use super::paced::Lanes;
use super::presented;
use super::used_by::used_by;
use crate::edge::{RequestInfo, UsedToken};
use crate::failure::Failure;
use crate::heavy::{EXPORTS, Heavy};
use crate::paging::Pagings;
use crate::routing::{Call, FromCall};
use crate::streams::Streams;
use crate::token_text::TokenText;

/// Stands before the node: handlers reach it only through a right.
#[derive(Clone)]
pub(crate) struct Gate(pub(super) Arc<Behind>);

/// What all requests share.
#[derive(Clone)]
pub(super) struct Behind {
    pub(super) node: Arc<Node>,
    bootstrap: Option<(TokenHash, SiteId)>,
    /// Who acts with that token.
    bootstrap_owner: Owner,
    /// Where the connection came from whose requests these are.
    pub(super) peer: Option<IpAddr>,
    /// Whether a request of that connection waits for its turn.
    pub(super) waits: Arc<AtomicBool>,
    pub(super) pagings: Arc<Pagings>,
    pub(super) heavy: Heavy,
    pub(super) streams: Arc<Streams>,
    /// Answers that are sent as CSV.
    pub(super) exports: Arc<Streams>,
    pub(super) lanes: Arc<Lanes>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}

/// Whose token it is, and what the token may do.
pub(super) struct Caller {
    pub(super) behind: Arc<Behind>,
    pub(super) token: TokenHash,
    pub(super) site: SiteId,
    pub(super) instance: Snapshot<Instance>,
    pub(super) role: Role,
    pub(super) areas: Areas,
    /// Whether it manages the instance's sites.
    pub(super) global: bool,
    pub(super) used: UsedToken,
    info: Arc<RequestInfo>,
}

impl Gate {
    pub(crate) fn new(node: Arc<Node>, bootstrap: Option<(TokenHash, SiteId)>) -> Self {
        let bootstrap_owner =
            Owner::new("bootstrap").expect("the bootstrap token's owner has the form of owners");
        let (pagings, heavy, streams, lanes) =
            (Arc::default(), Heavy::default(), Arc::default(), Arc::default());
        let waits = Arc::default();
        let exports = Arc::new(Streams::limited(EXPORTS));
        let behind = Behind {
            node,
            bootstrap,
            bootstrap_owner,
            peer: None,
            waits,
            pagings,
            heavy,
            streams,
            exports,
            lanes,
        };
        Self(Arc::new(behind))
    }

    /// The same gate for one connection, whose requests move a count of references that no other's do.
    pub(crate) fn of_connection(&self) -> Self {
        Self(Arc::new(Behind { waits: Arc::default(), ..Behind::clone(&self.0) }))
    }

    /// The same gate for the requests of a client at that address.
    pub(crate) fn of_peer(mut self, peer: IpAddr) -> Self {
        Arc::make_mut(&mut self.0).peer = Some(peer.to_canonical());
        self
    }

    /// Whether a request of the connection waits for its turn.
    pub(crate) fn waits(&self) -> bool {
        self.0.waits.load(Ordering::Relaxed)
    }

    /// Answers that go on for as long as their clients like.
    pub(crate) fn streams(&self) -> &Arc<Streams> {
        &self.0.streams
    }

    /// Where the requests of tokens wait for their turn.
    pub(crate) fn lanes(&self) -> &Arc<Lanes> {
        &self.0.lanes
    }

    /// Whether the node takes writes; else why not.
    pub(crate) fn ready(&self) -> Result<(), String> {
        if self.0.streams.are_ended() {
            return Err("the server is stopping".to_owned());
        }
        self.0.node.ready()
    }

    /// Whether the whole server is being worked on.
    pub(crate) fn is_maintained(&self) -> bool {
        self.0.node.instance_snapshot().maintenance().on
    }

    /// The caller of a request that presents `token`, which is a use of it. Its expiry is judged anew each time.
    fn caller(&self, token: &str, headers: &HeaderMap, info: &Arc<RequestInfo>) -> Result<Caller, Failure> {
        let hash = TokenHash::of(token);
        let is_bootstrap = self.0.bootstrap.is_some_and(|(bootstrap, _)| bootstrap == hash);
        if !is_bootstrap && !TokenText::is_well_formed(token) {
            return Err(Failure::Unauthenticated("this is no token of this server; check that it is whole"));
        }
        self.caller_of(hash, Some(headers), info)
    }

    /// The caller whose token has this hash; that is a use of it where there are the headers of a request.
    fn caller_of(
        &self,
        hash: TokenHash,
        headers: Option<&HeaderMap>,
        info: &Arc<RequestInfo>,
    ) -> Result<Caller, Failure> {
        let instance = self.0.node.instance_snapshot();
        let caller = match self.0.bootstrap {
            Some((bootstrap, site)) if bootstrap == hash => self.bootstrap_caller(hash, site, instance, info),
            _ => self.holder(&hash, headers, instance, info)?,
        };
        info.set_caller(caller.site, caller.used);
        Ok(caller)
    }

    fn bootstrap_caller(
        &self,
        token: TokenHash,
        site: SiteId,
        instance: Snapshot<Instance>,
        info: &Arc<RequestInfo>,
    ) -> Caller {
        Caller {
            behind: Arc::clone(&self.0),
            token,
            site,
            instance,
            role: Role::Administrator,
            areas: Areas::default(),
            global: true,
            used: UsedToken::Bootstrap,
            info: Arc::clone(info),
        }
    }

    fn holder(
        &self,
        hash: &TokenHash,
        headers: Option<&HeaderMap>,
        instance: Snapshot<Instance>,
        info: &Arc<RequestInfo>,
    ) -> Result<Caller, Failure> {
        let now = self.0.node.now();
        let Some(token) = instance.token(hash) else { return self.app(hash, headers, instance, now, info) };
        if token.is_expired(now) {
            return Err(Failure::Unauthenticated(
                "the token has expired; have it extended or ask for a new one",
            ));
        }
        self.note_use(Credential::Token(token.id), headers, now);
        Ok(Caller {
            behind: Arc::clone(&self.0),
            token: *hash,
            site: token.site,
            role: token.fields.role,
            areas: token.fields.areas,
            global: token.fields.global,
            used: UsedToken::Stored(token.id),
            instance,
            info: Arc::clone(info),
        })
    }

    /// The holder of an access token: what its app registration may do is judged anew each time.
    fn app(
        &self,
        hash: &TokenHash,
        headers: Option<&HeaderMap>,
        instance: Snapshot<Instance>,
        now: Timestamp,
        info: &Arc<RequestInfo>,
    ) -> Result<Caller, Failure> {
        let token = self.0.node.access_token(hash);
        let known = token.and_then(|token| Some((token, instance.app_registration(token.registration)?)));
        let Some((token, registration)) = known else {
            return Err(Failure::Unauthenticated("the token is unknown or was revoked; ask for a new one"));
        };
        if token.expires_at <= now {
            return Err(Failure::Unauthenticated(
                "the access token has expired; fetch another with POST /api/oauth/token",
            ));
        }
        let used = UsedToken::Of(registration.id);
        if let Some(closed) = registration.closed(now) {
            info.set_caller(registration.site, used);
            return Err(Failure::Closed(closed));
        }
        self.note_use(Credential::AppRegistration(registration.id), headers, now);
        Ok(Caller {
            behind: Arc::clone(&self.0),
            token: *hash,
            site: registration.site,
            role: registration.fields.role,
            areas: registration.fields.areas,
            global: false,
            used,
            instance,
            info: Arc::clone(info),
        })
    }

    /// Notes a call whose token counts, whatever then comes of the call.
    fn note_use(&self, credential: Credential, headers: Option<&HeaderMap>, now: Timestamp) {
        if let Some(headers) = headers {
            self.0.node.note_use(credential, now, || used_by(headers, self.0.peer));
        }
    }
}

/// Whoever may ask for a gate passes through it with a right.
impl FromCall for Gate {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        Ok(call.gate.clone())
    }
}

/// A caller without the state that it was found in, which nobody should hold for long.
pub(super) struct LastingCaller {
    pub(super) behind: Arc<Behind>,
    pub(super) token: TokenHash,
    pub(super) site: SiteId,
    info: Arc<RequestInfo>,
}

impl LastingCaller {
    /// The caller as of this moment, if the token still counts. That is no further use of it.
    pub(super) fn now(&self) -> Result<Caller, Failure> {
        Gate(Arc::clone(&self.behind)).caller_of(self.token, None, &self.info)
    }
}

impl Caller {
    /// Whose call it is, whatever the site asks of others and however fast calls come: it can always be set otherwise.
    pub(super) fn of_manager(call: &Call) -> Result<Self, Failure> {
        let headers = &call.head.headers;
        call.gate.caller(presented::token(headers, call.token.as_deref())?, headers, &call.info)
    }

    /// Whether the site still answers a call that it let in.
    pub(super) fn is_served(&self) -> bool {
        let site = self.instance.site(self.site);
        site.is_none_or(|site| is_served(self.instance.maintenance(), &site.settings.access))
    }

    /// The caller for what lasts longer than a request.
    pub(super) fn lasting(self) -> LastingCaller {
        let Self { behind, token, site, info, .. } = self;
        LastingCaller { behind, token, site, info }
    }

    /// The caller's site as of now.
    pub(super) fn snapshot(&self) -> Result<Snapshot<Site>, Failure> {
        self.node().site_snapshot(self.site).ok_or_else(|| {
            let reason = "the site of this token is not loaded".to_owned();
            Error::Unavailable { reason, retry_after_seconds: 1 }.into()
        })
    }

    /// How much the caller's site may hold.
    pub(super) fn limits(&self) -> Limits {
        self.instance.site(self.site).map(|site| site.settings.limits).unwrap_or_default()
    }

    /// Who asks, for the record.
    pub(super) fn request(&self) -> Request {
        Request { actor: self.owner().clone(), request_id: self.info.id().as_str().into() }
    }

    /// Only writes name them, so that no read touches what all requests with a token share.
    pub(super) fn owner(&self) -> &Owner {
        match self.used {
            UsedToken::Bootstrap => &self.behind.bootstrap_owner,
            UsedToken::Stored(_) => {
                let token = self.instance.token(&self.token);
                &token.expect("the snapshot holds the token that was found in it").fields.owner
            }
            UsedToken::Of(id) => {
                let registration = self.instance.app_registration(id);
                &registration.expect("the snapshot holds the registration that was found in it").fields.owner
            }
        }
    }

    pub(super) fn node(&self) -> &Node {
        &self.behind.node
    }

    pub(super) fn now(&self) -> Timestamp {
        self.node().now()
    }
}

//! `fleetmark serve`: the server.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use domain::{BOOTSTRAP_TOKEN_MIN_CHARS, TokenHash};
use node::{DEFAULT_SITE, Node, SystemClock};
use serde::Deserialize;
use server::{Options, Tls};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::log::{self, LogFormat};
use super::store_url::{DEFAULT_STORE, StoreUrl};
use super::token::make_first;
use crate::failure::Failure;

const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
const BOOTSTRAP_TOKEN: &str = "FLEETMARK_BOOTSTRAP_TOKEN";

/// Serve the APIs until SIGTERM or SIGINT
///
/// FLEETMARK_BOOTSTRAP_TOKEN (8 characters or more) is a token of an administrator of the site "default" for as long
/// as it is set. When it is not and the store is empty, such a token is made and printed once on standard output.
/// FLEETMARK_LOG sets what is logged: error, warn, info (the default), debug or trace, or so for each part, as in
/// info,fleetmark::access=debug, which adds a line for every request.
#[derive(Args)]
pub struct ServeArgs {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "FLEETMARK_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,

    /// Where everything is kept [default: sqlite:./data/fleetmark.db]
    #[arg(long, env = "FLEETMARK_STORE", value_name = "sqlite:PATH")]
    store: Option<StoreUrl>,

    /// Serve HTTPS with this certificate, followed by its chain (PEM); SIGHUP has it read anew
    #[arg(long, env = "FLEETMARK_TLS_CERT", value_name = "FILE")]
    tls_cert: Option<PathBuf>,

    /// The certificate's private key (PEM)
    #[arg(long, env = "FLEETMARK_TLS_KEY", value_name = "FILE")]
    tls_key: Option<PathBuf>,

    /// How the log on standard error is written [default: text]
    #[arg(long, env = "FLEETMARK_LOG_FORMAT", value_name = "FORMAT")]
    log_format: Option<LogFormat>,

    /// A TOML file with `listen`, `store`, `tls-cert`, `tls-key` and `log-format`; flags and environment go before it
    #[arg(long, env = "FLEETMARK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    listen: Option<SocketAddr>,
    store: Option<String>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    log_format: Option<LogFormat>,
}

/// What is served, where, and from what.
struct Settings {
    listen: SocketAddr,
    store: StoreUrl,
    tls: Option<Arc<Tls>>,
}

/// Serves until a signal ends it, and then finishes what was begun.
///
/// # Errors
/// The configuration, the store or the address is unusable.
pub async fn run(args: ServeArgs) -> Result<(), Failure> {
    let config = args.config.as_deref().map(read_config).transpose()?.unwrap_or_default();
    log::start(args.log_format.or(config.log_format).unwrap_or_default());
    // From now on: the default action would end a server that is still loading, or that has no certificate.
    let hangups = watch(SignalKind::hangup())?;
    let bootstrap = bootstrap_token()?;
    let settings = settings(args, config)?;
    let reloading = tokio::spawn(reload_on_hangup(hangups, settings.tls.clone()));
    let node = Arc::new(Node::start(settings.store.open()?, Arc::new(SystemClock)).await?);
    let served = serve(&node, settings, bootstrap).await;
    reloading.abort();
    node.stop().await;
    served
}

async fn serve(node: &Arc<Node>, settings: Settings, bootstrap: Option<TokenHash>) -> Result<(), Failure> {
    let instance = node.instance();
    let site = instance.site_named(DEFAULT_SITE).expect("a started node has the default site").id;
    let mut stop = Signals::new()?;
    let Settings { listen, tls, .. } = settings;
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        Failure::new(format!("cannot listen on {listen}: {error}")).hint("choose another with --listen")
    })?;
    if bootstrap.is_none() && !instance.had_tokens() {
        let token = make_first(node, site).await?;
        let mut out = io::stdout().lock();
        writeln!(out, "administrator token of site {DEFAULT_SITE}, shown only now: {token}")
            .and_then(|()| out.flush())
            .map_err(|error| Failure::new(format!("the first token cannot be printed: {error}")))?;
    }
    let address = listener.local_addr().map_err(Failure::new)?;
    let options = Options { bootstrap: bootstrap.map(|hash| (hash, site)) };
    let app = server::app(Arc::clone(node), options);
    let scheme = if tls.is_some() { "https" } else { "http" };
    // Whoever closed standard error does not wait for it.
    let _ = writeln!(io::stderr(), "listening on {scheme}://{address}");
    server::serve(listener, tls, app, async move { stop.wait().await }).await.map_err(Failure::new)
}

/// The token that the environment brings: its hash is all that is kept.
fn bootstrap_token() -> Result<Option<TokenHash>, Failure> {
    let token = match std::env::var(BOOTSTRAP_TOKEN) {
        Ok(token) => token,
        Err(std::env::VarError::NotPresent) => return Ok(None),
        Err(_) => return Err(Failure::new(format!("{BOOTSTRAP_TOKEN} is not valid text"))),
    };
    // A header carries it: no control characters, and no spaces at its ends.
    let presentable = token.trim() == token && !token.contains(char::is_control);
    if token.chars().count() < BOOTSTRAP_TOKEN_MIN_CHARS || !presentable {
        let message = format!(
            "{BOOTSTRAP_TOKEN} must have {BOOTSTRAP_TOKEN_MIN_CHARS} characters or more, no space at its ends, and \
             no control characters"
        );
        return Err(Failure::new(message).hint("unset it to have a token made"));
    }
    Ok(Some(TokenHash::of(&token)))
}

fn settings(args: ServeArgs, config: Config) -> Result<Settings, Failure> {
    let listen = args.listen.or(config.listen);
    let listen = listen.unwrap_or_else(|| DEFAULT_LISTEN.parse().expect("the default address is one"));
    let store = match args.store {
        Some(store) => store,
        None => config.store.as_deref().unwrap_or(DEFAULT_STORE).parse().map_err(Failure::new)?,
    };
    let tls = match (args.tls_cert.or(config.tls_cert), args.tls_key.or(config.tls_key)) {
        (Some(certificate), Some(key)) => {
            Some(Arc::new(Tls::load(&certificate, &key).map_err(Failure::new)?))
        }
        (None, None) => None,
        _ => return Err(Failure::new("HTTPS needs both --tls-cert and --tls-key")),
    };
    Ok(Settings { listen, store, tls })
}

/// Reads certificate and key anew at each hangup, if there are any.
async fn reload_on_hangup(mut hangups: Signal, tls: Option<Arc<Tls>>) {
    while hangups.recv().await.is_some() {
        match tls.as_deref().map(Tls::reload) {
            Some(Ok(())) => tracing::info!("certificate and key were read anew"),
            Some(Err(error)) => tracing::error!(%error, "certificate and key stay as they were"),
            None => tracing::info!("a hangup has nothing read anew: there is no certificate"),
        }
    }
}

fn read_config(path: &Path) -> Result<Config, Failure> {
    let failed =
        |error: &dyn std::fmt::Display| Failure::new(format!("config file {}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
    toml::from_str(&text).map_err(|error| failed(&error))
}

/// The signals that end a server.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> Result<Self, Failure> {
        Ok(Self { terminate: watch(SignalKind::terminate())?, interrupt: watch(SignalKind::interrupt())? })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

fn watch(kind: SignalKind) -> Result<Signal, Failure> {
    signal(kind).map_err(|error| Failure::new(format!("cannot watch for signals: {error}")))
}

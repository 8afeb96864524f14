//! The gateway: sessions over WebSockets, with replay after a lost connection.

use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::world::World;
use super::{Server, objects};

/// Guilds, channels and threads.
pub(super) const GUILDS: u64 = 1;
/// What Discord grants on request only: members, presences, message content.
const PRIVILEGED: u64 = (1 << 1) | (1 << 8) | (1 << 15);
const KNOWN: u64 = (1 << 26) - 1;

/// Every session that was opened.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    list: Vec<Session>,
    opened: u64,
    resumed: u64,
}

#[derive(Debug)]
struct Session {
    id: String,
    intents: u64,
    shard: (u64, u64),
    sequence: u64,
    log: Vec<Value>,
    socket: Option<UnboundedSender<Out>>,
}

/// What goes to a client.
#[derive(Debug)]
pub(super) enum Out {
    /// A payload.
    Payload(Value),
    /// A close frame.
    Close(u16),
    /// The connection breaks without a word.
    Break,
}

impl Sessions {
    /// Whether some client has identified itself, connected at the moment or not.
    pub(super) fn any(&self) -> bool {
        !self.list.is_empty()
    }

    /// How many clients are connected and identified.
    pub(super) fn connected(&self) -> usize {
        self.list.iter().filter(|session| session.socket.is_some()).count()
    }

    /// How many sessions were opened.
    pub(super) fn opened(&self) -> u64 {
        self.opened
    }

    /// How many sessions were resumed.
    pub(super) fn resumed(&self) -> u64 {
        self.resumed
    }

    /// Sends an event to every session that it concerns, and keeps it for those that are away. Gives their shards.
    pub(super) fn dispatch(&mut self, name: &str, intent: u64, guild: Option<u64>, event: &Value) -> Vec<u64> {
        let mut sent = Vec::new();
        for session in &mut self.list {
            let (shard, shards) = session.shard;
            let concerns = guild.unwrap_or(0) >> 22;
            if (intent == 0 || session.intents & intent != 0) && concerns % shards.max(1) == shard {
                session.send(name, event);
                sent.push(shard);
            }
        }
        sent
    }

    /// Sends something to every connected client.
    pub(super) fn tell_all(&mut self, out: impl Fn() -> Out) {
        for session in &mut self.list {
            if let Some(socket) = &session.socket {
                drop(socket.send(out()));
            }
        }
    }

    /// Forgets every session, so that none can be resumed.
    pub(super) fn forget(&mut self) {
        self.list.clear();
    }

    fn find(&mut self, id: &str) -> Option<&mut Session> {
        self.list.iter_mut().find(|session| session.id == id)
    }
}

impl Session {
    fn send(&mut self, name: &str, event: &Value) {
        self.sequence += 1;
        let payload = json!({ "op": 0, "t": name, "s": self.sequence, "d": event });
        self.log.push(payload.clone());
        if self.socket.as_ref().is_some_and(|socket| socket.send(Out::Payload(payload)).is_err()) {
            self.socket = None;
        }
    }
}

/// `GET /ws`
pub(super) async fn connect(State(server): State<Arc<Server>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| converse(server, socket))
}

async fn converse(server: Arc<Server>, socket: WebSocket) {
    let (mut sink, mut stream) = socket.split();
    let (out, mut queue): (_, UnboundedReceiver<Out>) = unbounded_channel();
    drop(out.send(Out::Payload(json!({ "op": 10, "d": { "heartbeat_interval": 41_250, "_trace": [] } }))));
    let mut session: Option<String> = None;
    loop {
        tokio::select! {
            () = server.stop.cancelled() => break,
            next = queue.recv() => match next {
                Some(Out::Payload(payload)) => {
                    if sink.send(Message::Text(payload.to_string().into())).await.is_err() {
                        break;
                    }
                }
                Some(Out::Close(code)) => {
                    let frame = CloseFrame { code, reason: reason(code).into() };
                    drop(sink.send(Message::Close(Some(frame))).await);
                    break;
                }
                Some(Out::Break) | None => break,
            },
            heard = stream.next() => match heard {
                Some(Ok(Message::Text(text))) => {
                    if let ControlFlow::Break(code) = hear(&server, &out, &mut session, &text) {
                        drop(out.send(Out::Close(code)));
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Binary(_))) => drop(out.send(Out::Close(4002))),
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
            },
        }
    }
    // Another connection may have resumed the session meanwhile; its socket stays.
    if let Some(id) = session
        && let Some(found) = server.world().sessions.find(&id)
        && found.socket.as_ref().is_some_and(|socket| socket.same_channel(&out))
    {
        found.socket = None;
    }
    server.changed.notify_waiters();
}

fn hear(server: &Server, out: &UnboundedSender<Out>, session: &mut Option<String>, text: &str) -> ControlFlow<u16> {
    let Ok(payload) = serde_json::from_str::<Value>(text) else { return ControlFlow::Break(4002) };
    match payload["op"].as_u64() {
        Some(1) => drop(out.send(Out::Payload(json!({ "op": 11, "d": null })))),
        Some(2) if session.is_some() => return ControlFlow::Break(4005),
        Some(2) => *session = Some(identify(server, out, &payload["d"])?),
        Some(6) => *session = resume(server, out, &payload["d"])?,
        Some(3 | 4 | 8 | 31) if session.is_some() => {}
        Some(3 | 4 | 8 | 31) => return ControlFlow::Break(4003),
        _ => return ControlFlow::Break(4001),
    }
    server.changed.notify_waiters();
    ControlFlow::Continue(())
}

fn authenticated(world: &World, hello: &Value) -> bool {
    let token = hello["token"].as_str().unwrap_or("");
    !world.token_refused && token.strip_prefix("Bot ").unwrap_or(token) == world.token
}

fn identify(server: &Server, out: &UnboundedSender<Out>, hello: &Value) -> ControlFlow<u16, String> {
    let mut world = server.world();
    if !authenticated(&world, hello) {
        return ControlFlow::Break(4004);
    }
    let intents = match hello["intents"].as_u64() {
        None => return ControlFlow::Break(4013),
        Some(intents) if intents & !KNOWN != 0 => return ControlFlow::Break(4013),
        Some(intents) if intents & PRIVILEGED != 0 => return ControlFlow::Break(4014),
        Some(intents) => intents,
    };
    let number = |at: usize| hello["shard"][at].as_u64();
    let shard = (number(0).unwrap_or(0), number(1).unwrap_or(1));
    if shard.0 >= shard.1 {
        return ControlFlow::Break(4010);
    }
    // A session that is away and whose shard starts anew will not be resumed.
    world.sessions.list.retain(|old| old.socket.is_some() || old.shard != shard);
    world.sessions.opened += 1;
    let id = format!("{:032x}", world.sessions.opened);
    let guilds: Vec<u64> = world.guilds.keys().copied().filter(|guild| (guild >> 22) % shard.1 == shard.0).collect();
    let application = world.application;
    let mut session =
        Session { id: id.clone(), intents, shard, sequence: 0, log: Vec::new(), socket: Some(out.clone()) };
    let unavailable: Vec<Value> =
        guilds.iter().map(|guild| json!({ "id": guild.to_string(), "unavailable": true })).collect();
    let ready = json!({
        "v": 10, "user": objects::bot_user(application), "guilds": unavailable, "session_id": id,
        "resume_gateway_url": server.gateway(), "shard": [shard.0, shard.1], "private_channels": [],
        "application": { "id": application.to_string(), "flags": 0 },
    });
    session.send("READY", &ready);
    if intents & GUILDS != 0 {
        for guild in guilds {
            session.send("GUILD_CREATE", &objects::guild(&world, guild));
        }
    }
    world.sessions.list.push(session);
    server.deliver(&mut world);
    ControlFlow::Continue(id)
}

fn resume(server: &Server, out: &UnboundedSender<Out>, hello: &Value) -> ControlFlow<u16, Option<String>> {
    let mut world = server.world();
    if !authenticated(&world, hello) {
        return ControlFlow::Break(4004);
    }
    let id = hello["session_id"].as_str().unwrap_or("").to_owned();
    let Some(session) = world.sessions.find(&id) else {
        drop(out.send(Out::Payload(json!({ "op": 9, "d": false }))));
        return ControlFlow::Continue(None);
    };
    let seen = hello["seq"].as_u64().unwrap_or(0);
    if seen > session.sequence {
        return ControlFlow::Break(4007);
    }
    for payload in session.log.iter().filter(|payload| payload["s"].as_u64() > Some(seen)) {
        drop(out.send(Out::Payload(payload.clone())));
    }
    session.socket = Some(out.clone());
    session.send("RESUMED", &json!({ "_trace": [] }));
    world.sessions.resumed += 1;
    ControlFlow::Continue(Some(id))
}

fn reason(code: u16) -> &'static str {
    match code {
        4001 => "Unknown opcode.",
        4002 => "Error while decoding payload.",
        4003 => "Not authenticated.",
        4004 => "Authentication failed.",
        4005 => "Already authenticated.",
        4007 => "Invalid seq.",
        4009 => "Session timed out.",
        4010 => "Invalid shard.",
        4011 => "Sharding required.",
        4013 => "Invalid intent(s).",
        4014 => "Disallowed intent(s).",
        _ => "",
    }
}

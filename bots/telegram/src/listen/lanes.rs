//! One lane per chat: a chat's updates are answered in their order, chats do not wait for each other, and nobody can
//! fill the place.

use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

use super::heard::Heard;

/// Updates that may wait or be under way, all chats together; the poll waits beyond that.
const ROOM: usize = 256;
/// Updates of one chat that may wait; further ones are left out, so that one chat cannot use up the room.
const ROOM_OF_ONE: usize = 16;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;
type Lane = VecDeque<(Heard, OwnedSemaphorePermit)>;

/// The lanes.
#[derive(Clone)]
pub(super) struct Lanes {
    /// A chat that is here has a task that works on it.
    lanes: Arc<Mutex<HashMap<String, Lane>>>,
    room: Arc<Semaphore>,
    tasks: TaskTracker,
    work: Arc<dyn Fn(Heard) -> Work + Send + Sync>,
}

impl Lanes {
    /// Lanes whose updates go through `work`.
    pub(super) fn new<F>(work: impl Fn(Heard) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            lanes: Arc::default(),
            room: Arc::new(Semaphore::new(ROOM)),
            tasks: TaskTracker::new(),
            work: Arc::new(move |heard| Box::pin(work(heard))),
        }
    }

    /// Takes an update; waits only while the place is full.
    pub(super) async fn push(&self, heard: Heard) {
        let Ok(permit) = Arc::clone(&self.room).acquire_owned().await else { return };
        // A group's topics share one lane: who decides there is one chat's business.
        let chat = heard.chat.id.0.split('/').next().unwrap_or_default().to_owned();
        let mut lanes = self.lock();
        if let Some(lane) = lanes.get_mut(&chat) {
            if lane.len() < ROOM_OF_ONE {
                lane.push_back((heard, permit));
            } else {
                tracing::warn!(chat, "too much is asked in one chat at once; something was left out");
            }
            return;
        }
        lanes.insert(chat.clone(), VecDeque::from([(heard, permit)]));
        drop(lanes);
        let lanes = self.clone();
        self.tasks.spawn(async move { lanes.walk(&chat).await });
    }

    async fn walk(&self, chat: &str) {
        while let Some((heard, permit)) = self.next(chat) {
            if AssertUnwindSafe((self.work)(heard)).catch_unwind().await.is_err() {
                tracing::error!(chat, "an answer panicked; the chat's next one goes on");
            }
            drop(permit);
        }
    }

    /// The chat's next update; without one its lane ends, under the same lock, so that none is overlooked.
    fn next(&self, chat: &str) -> Option<(Heard, OwnedSemaphorePermit)> {
        let mut lanes = self.lock();
        let next = lanes.get_mut(chat)?.pop_front();
        if next.is_none() {
            lanes.remove(chat);
        }
        next
    }

    /// Waits until everything taken is answered.
    pub(super) async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

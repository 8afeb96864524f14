//! What is being sent, at hand: the renditions and pictures of the last publications.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use platform::{Attachment, Message, Outgoing, Picture, PictureId, Uploaded};
use sqlx::PgPool;

use super::learnt::Learnt;
use crate::{publish::steps::Step, store};

/// Several publications in two languages on two platforms.
const RENDITIONS: usize = 64;
/// A picture has up to ten megabytes, most have a tenth of one.
const PICTURES: usize = 6;

/// Renditions, pictures and upload ids that were read once. Bounded; what is missing is read again.
#[derive(Debug)]
pub struct Shelf {
    db: PgPool,
    renditions: Mutex<Few<i64, Arc<[Step]>>>,
    pictures: Mutex<Few<PictureId, Arc<Picture>>>,
    uploads: Mutex<Few<(i32, PictureId), String>>,
    learnt: Mutex<Learnt>,
}

impl Shelf {
    /// Empty.
    #[must_use]
    pub fn new(db: PgPool) -> Self {
        Self {
            db,
            renditions: Mutex::new(Few::new(RENDITIONS)),
            pictures: Mutex::new(Few::new(PICTURES)),
            uploads: Mutex::new(Few::new(RENDITIONS)),
            learnt: Mutex::default(),
        }
    }

    /// What is known of how plain messages must be.
    pub(super) fn learnt(&self) -> std::sync::MutexGuard<'_, Learnt> {
        lock(&self.learnt)
    }

    /// The full layout of what a rendition shows in another one.
    ///
    /// # Errors
    /// The database's.
    pub async fn full_instead_of(&self, rendition: i64) -> sqlx::Result<Option<i64>> {
        store::renditions::full_instead_of(&self.db, rendition).await
    }

    /// The steps of a rendition.
    ///
    /// # Errors
    /// The database's, and [`sqlx::Error::RowNotFound`] when there is no such rendition.
    pub async fn steps(&self, rendition: i64) -> sqlx::Result<Arc<[Step]>> {
        if let Some(steps) = lock(&self.renditions).get(&rendition) {
            return Ok(steps);
        }
        let steps: Arc<[Step]> = store::renditions::steps(&self.db, rendition).await?.into();
        lock(&self.renditions).put(rendition, steps.clone());
        Ok(steps)
    }

    /// A message with its pictures, as this bot sends it.
    ///
    /// # Errors
    /// The database's, and [`sqlx::Error::RowNotFound`] when a picture does not exist.
    pub async fn outgoing(&self, bot: i32, message: &Message) -> sqlx::Result<Outgoing> {
        let mut attachments = Vec::with_capacity(message.pictures.len());
        for id in &message.pictures {
            attachments.push(Attachment { picture: self.picture(id).await?, uploaded: self.uploaded(bot, id).await? });
        }
        Ok(Outgoing { message: message.clone(), attachments })
    }

    /// Keeps the ids of what a bot has uploaded, here and for the other processes.
    ///
    /// # Errors
    /// The database's; here they are kept all the same.
    pub async fn remember(&self, bot: i32, uploads: &[Uploaded]) -> sqlx::Result<()> {
        for upload in uploads {
            lock(&self.uploads).put((bot, upload.picture.clone()), upload.file.clone());
        }
        store::pictures::remember_uploads(&self.db, bot, uploads).await
    }

    async fn picture(&self, id: &PictureId) -> sqlx::Result<Arc<Picture>> {
        if let Some(picture) = lock(&self.pictures).get(id) {
            return Ok(picture);
        }
        let picture = Arc::new(store::pictures::get(&self.db, id).await?);
        lock(&self.pictures).put(id.clone(), picture.clone());
        Ok(picture)
    }

    async fn uploaded(&self, bot: i32, id: &PictureId) -> sqlx::Result<Option<String>> {
        let key = (bot, id.clone());
        if let Some(file) = lock(&self.uploads).get(&key) {
            return Ok(Some(file));
        }
        let file = store::pictures::uploaded(&self.db, bot, id).await?;
        if let Some(file) = &file {
            lock(&self.uploads).put(key, file.clone());
        }
        Ok(file)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A map that forgets what was not asked for longest.
#[derive(Debug)]
struct Few<K, V> {
    most: usize,
    asked: u64,
    kept: HashMap<K, (u64, V)>,
}

impl<K: Clone + Eq + Hash, V: Clone> Few<K, V> {
    fn new(most: usize) -> Self {
        Self { most, asked: 0, kept: HashMap::new() }
    }

    fn get(&mut self, key: &K) -> Option<V> {
        self.asked += 1;
        let (asked, value) = self.kept.get_mut(key)?;
        *asked = self.asked;
        Some(value.clone())
    }

    fn put(&mut self, key: K, value: V) {
        self.asked += 1;
        self.kept.insert(key, (self.asked, value));
        if self.kept.len() > self.most {
            let oldest = self.kept.iter().min_by_key(|(_, (asked, _))| *asked).map(|(key, _)| key.clone());
            oldest.and_then(|key| self.kept.remove(&key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_keeps_what_was_asked_for_last() {
        let mut few = Few::new(2);
        few.put(1, "one");
        few.put(2, "two");
        assert_eq!(few.get(&1), Some("one"));
        few.put(3, "three");
        assert_eq!((few.get(&1), few.get(&2), few.get(&3)), (Some("one"), None, Some("three")));
    }
}

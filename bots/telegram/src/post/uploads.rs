//! Which pictures the service already has. A picture goes up once and is named by its id afterwards: the service
//! refuses bots that upload the same bytes again and again.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use platform::{Attachment, PictureId, Uploaded};

use super::lock;

/// The pictures of this process.
#[derive(Debug, Default)]
pub(crate) struct Uploads {
    known: HashMap<PictureId, String>,
    /// Ids that the service has refused; the engine may still have them stored.
    refused: HashSet<String>,
    in_flight: HashSet<PictureId>,
}

/// The pictures of one message on their way; ends when dropped, however the call ended.
#[derive(Debug)]
pub(crate) struct Flight<'a> {
    uploads: &'a Mutex<Uploads>,
    pictures: Vec<PictureId>,
    files: Vec<Option<String>>,
}

impl<'a> Flight<'a> {
    /// Looks up each picture's id; those without one will go up now. `None` while one of them is on its way already.
    pub(crate) fn begin(uploads: &'a Mutex<Uploads>, attachments: &[Attachment]) -> Option<Self> {
        let mut all = lock(uploads);
        let file = |attachment: &Attachment| {
            let known = all.known.get(&attachment.picture.id).or(attachment.uploaded.as_ref());
            known.filter(|file| !all.refused.contains(*file)).cloned()
        };
        let files: Vec<Option<String>> = attachments.iter().map(file).collect();
        let pictures: Vec<PictureId> = attachments.iter().map(|one| one.picture.id.clone()).collect();
        let fresh = || pictures.iter().zip(&files).filter(|(_, file)| file.is_none()).map(|(picture, _)| picture);
        if fresh().any(|picture| all.in_flight.contains(picture)) {
            return None;
        }
        let fresh: Vec<PictureId> = fresh().cloned().collect();
        all.in_flight.extend(fresh);
        Some(Self { uploads, pictures, files })
    }

    /// Pictures that go as files: seldom, so their bytes go up each time and no id is kept.
    pub(crate) fn of_files(uploads: &'a Mutex<Uploads>, count: usize) -> Self {
        Self { uploads, pictures: Vec::new(), files: vec![None; count] }
    }

    /// For each picture its id, or nothing if its bytes must go up.
    pub(crate) fn files(&self) -> &[Option<String>] {
        &self.files
    }

    /// The pictures whose bytes go up with this message.
    fn fresh(&self) -> impl Iterator<Item = &PictureId> {
        self.pictures.iter().zip(&self.files).filter(|(_, file)| file.is_none()).map(|(picture, _)| picture)
    }

    /// The message is posted and its own file has this id: the picture that went up can be named from now on.
    /// A message shows one file; of several, no answer tells which id is whose.
    pub(crate) fn landed(&self, file: Option<String>) -> Option<Uploaded> {
        let mut fresh = self.fresh();
        let (Some(picture), None, Some(file)) = (fresh.next(), fresh.next(), file) else { return None };
        lock(self.uploads).known.insert(picture.clone(), file.clone());
        Some(Uploaded { picture: picture.clone(), file })
    }

    /// The service does not know an id that was sent: says whether there was one to forget.
    pub(crate) fn forget(&self) -> bool {
        let mut all = lock(self.uploads);
        for (picture, file) in self.pictures.iter().zip(&self.files) {
            if let Some(file) = file {
                all.known.remove(picture);
                all.refused.insert(file.clone());
            }
        }
        self.files.iter().any(Option::is_some)
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let mut all = lock(self.uploads);
        for picture in self.fresh() {
            all.in_flight.remove(picture);
        }
    }
}

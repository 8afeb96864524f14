//! One try of one message: as plain as it must be, and never blindly where it may be there already.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use platform::{Message, MessageId, Outgoing, SendError, SendKey};

use super::{
    deeds,
    judge::{self, History, Verdict},
    lane::{self, Lane, history, jitter},
    since::Since,
};
use crate::{
    crash::{self, Point},
    publish::steps::Step,
    store::deliveries::{
        Claim,
        mark::{Again, Doubt, Ending, StepDown},
    },
};

/// A claim that has not been sent after this long, or after the time for one call if that is shorter, goes back: its
/// worker was paused, and another may soon take it over.
const FRESH_FOR: Duration = Duration::from_secs(5);

impl Lane {
    pub(super) async fn try_send(&self, claim: &Claim, since: Since) -> (Result<MessageId, Verdict>, Arc<[Step]>) {
        let steps = match self.shelf.steps(claim.rendition).await {
            Ok(steps) => steps,
            Err(error) => return (Err(unread(&error)), Arc::default()),
        };
        let what = match lane::step(claim, &steps) {
            _ if claim.ended => Err(Verdict::End { ending: Ending::Cancelled, why: "the chat has ended".into() }),
            Some(step) => self.shape(claim, step, since).await,
            // Only a database that was edited by hand holds such a row.
            None => Err(Verdict::End { ending: Ending::Refused, why: "there is no such message".into() }),
        };
        (what, steps)
    }

    /// Sends the message as plain as it must be, and learns from the answer.
    async fn shape(&self, claim: &Claim, asked: &Step, since: Since) -> Result<MessageId, Verdict> {
        let deed = asked.deed(&claim.ids, claim.redo.is_some());
        let step = self.shelf.learnt().least(claim.rendition, claim.message, claim.step);
        let history = history(claim);
        let plainer;
        let shaped = match (step, self.plainer(&asked.message, step)) {
            (0, _) => asked,
            (_, Some(message)) => {
                plainer = Step { message, ..asked.clone() };
                &plainer
            }
            (_, None) => {
                let refused = SendError::Refused { why: "refused by other chats' platform before".into() };
                return Err(self.not_taken(claim, asked, step, history, &refused).await);
            }
        };
        match self.post(claim, shaped, since, &history).await? {
            Ok(id) => {
                self.shelf.learnt().taken(claim.rendition, claim.message, step);
                Ok(id)
            }
            Err(error) => {
                if let SendError::Refused { why } = &error
                    && self.shelf.learnt().refused(claim.rendition, claim.message, step)
                {
                    tracing::error!(publication = claim.publication, message = claim.message, step, %why,
                        "several chats' platform refuses this message; it goes out plainer, or not at all");
                }
                Err(self.not_taken(claim, asked, step, history, &deeds::judged(deed, error)).await)
            }
        }
    }

    /// What to do about a message that the platform did not take at this step.
    async fn not_taken(&self, claim: &Claim, asked: &Step, step: i16, history: History, error: &SendError) -> Verdict {
        let plainer = match error {
            SendError::Refused { .. } | SendError::Unwelcome { .. } => {
                match self.step_down(claim, &asked.message, step).await {
                    Ok(plainer) => plainer,
                    Err(error) => return unread(&error),
                }
            }
            _ => None,
        };
        judge::judge(error, &History { plainer, ..history }, &self.policy(), jitter(claim))
    }

    /// Puts one message to the platform, or looks whether it is there already; `Err` when it was not even tried.
    async fn post(
        &self,
        claim: &Claim,
        step: &Step,
        since: Since,
        history: &History,
    ) -> Result<Result<MessageId, SendError>, Verdict> {
        let outgoing = self.shelf.outgoing(self.id, &step.message).await.map_err(|error| unread(&error))?;
        if judge::too_late(history, &self.policy()) {
            if !self.bot.can_look_back() {
                let why = "nobody knows whether it arrived, and it is too late to try again".into();
                return Err(Verdict::Hold { why });
            }
            match self.within_time(self.look_back(claim, &outgoing)).await {
                // It never arrived, so that it goes out now like any other.
                Ok(None) => {}
                Ok(Some(id)) => return Ok(Ok(id)),
                Err(error) => return Ok(Err(error)),
            }
        }
        let key = SendKey(format!("{}/{}/{}", claim.publication, claim.subscriber, claim.message));
        if since.elapsed(&*self.clock) > FRESH_FOR.min(self.settings.send_timeout) {
            return Err(put_back("its worker was paused before it could send", Duration::ZERO));
        }
        let deed = step.deed(&claim.ids, claim.redo.is_some());
        let call = deeds::carry_out(&*self.bot, &claim.chat, deed, step, &outgoing, &key);
        let answer = self.within_time(call).await;
        crash::point(Point::AfterAnswer);
        match answer {
            Ok(sent) => {
                if let Err(error) = self.shelf.remember(self.id, &sent.uploaded).await {
                    tracing::warn!(%error, "an upload's id was not kept; the other processes upload the picture again");
                }
                Ok(Ok(sent.id))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    async fn look_back(&self, claim: &Claim, outgoing: &Outgoing) -> Result<Option<MessageId>, SendError> {
        let ago = TimeDelta::from_std(claim.doubt.unwrap_or_default()).unwrap_or(TimeDelta::MAX);
        self.bot.look_back(&claim.chat, outgoing, self.clock.now() - ago).await
    }

    async fn within_time<T>(&self, call: impl Future<Output = Result<T, SendError>>) -> Result<T, SendError> {
        tokio::time::timeout(self.settings.send_timeout, call).await.unwrap_or_else(|_| {
            Err(SendError::Unknown { why: format!("no answer within {:?}", self.settings.send_timeout) })
        })
    }

    /// The message so many steps plainer than rendered; `None` where it cannot be that plain, or need not be.
    fn plainer(&self, message: &Message, steps: i16) -> Option<Message> {
        let mut plainer = None;
        for _ in 0..steps {
            plainer = Some(self.dialect?.plainer(plainer.as_ref().unwrap_or(message))?);
        }
        plainer
    }

    /// What a message that is refused at `step` is tried as next: plainer, or the whole delivery in the full layout while
    /// none of it has gone.
    async fn step_down(&self, claim: &Claim, message: &Message, step: i16) -> sqlx::Result<Option<StepDown>> {
        if self.plainer(message, step + 1).is_some() {
            return Ok(Some(StepDown::Plainer(step + 1)));
        }
        if claim.message > 0 || claim.redo.is_some() {
            return Ok(None);
        }
        Ok(self.shelf.full_instead_of(claim.rendition).await?.map(StepDown::Full))
    }
}

/// A message that was certainly not sent, through no fault of its own.
fn put_back(why: &str, after: Duration) -> Verdict {
    Verdict::Again(Again { after, counted: false, doubt: Doubt::None, quiet: false, why: why.to_owned() })
}

fn unread(error: &sqlx::Error) -> Verdict {
    put_back(&format!("its text or picture could not be read from the database: {error}"), Duration::from_secs(1))
}

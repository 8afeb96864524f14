//! Stops the cluster when its last user is gone, however that one ended.
//!
//! A small shell process waits for the end of a pipe whose other end only we hold: it closes when the program exits,
//! panics or is killed with -9. Then it takes the users' lock, which it gets only when nobody else holds a share,
//! and stops the server.

use std::fs::File;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::{Error, Layout, account::Account, binaries::Binaries};

/// It waits a second for the lock: the kernel may close our pipe a moment before it gives up our share.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
cat > /dev/null
sleep "$4"
exec flock --exclusive --wait 1 "$1" "$2" stop --mode fast --wait --silent -D "$3"
"#;

/// Our share in the cluster, with the process that outlives us.
#[derive(Debug)]
pub(crate) struct Watchdog {
    share: File,
    process: Child,
    lingers: bool,
}

impl Watchdog {
    /// Posts the watchdog. `share` is the users' lock, held shared.
    pub(crate) fn spawn(
        share: File,
        binaries: &Binaries,
        account: Account,
        layout: &Layout,
        linger: Duration,
    ) -> Result<Self, Error> {
        let mut command = account.command("sh");
        command.args(["-c", SCRIPT, "paperboy-watchdog"]);
        command.arg(&layout.users).arg(binaries.program("pg_ctl")).arg(&layout.data);
        command.arg(linger.as_secs_f64().to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().map_err(Error::io("run", "sh".as_ref()))?;
        Ok(Self { share, process, lingers: !linger.is_zero() })
    }
}

impl Drop for Watchdog {
    /// Waits until the server has stopped if we were the last; leaves at once if we were not.
    fn drop(&mut self) {
        drop(self.share.unlock());
        let last = self.share.try_lock().is_ok();
        drop(self.share.unlock());
        drop(self.process.stdin.take());
        if last && !self.lingers {
            drop(self.process.wait());
        }
    }
}

"""Programs: started with a log, stopped by pid, gone when the runner is gone."""
import ctypes
import os
import pathlib
import re
import signal
import subprocess

from .checks import Failure, wait_until

PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None)
LOG_TAIL_LINES = 25


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def run(*command, timeout=300, check=True, env=None, stderr=subprocess.STDOUT, **options):
    """Runs a client to its end. Returns the finished process, its output as text in .stdout.

    stderr is joined to it, unless `stderr` is subprocess.PIPE: then it is in .stderr.
    """
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=stderr, text=True, errors="replace", timeout=timeout, check=False,
                          env={**os.environ, **(env or {})}, preexec_fn=die_with_parent, **options)
    if check and done.returncode != 0:
        said = (done.stderr or "") + done.stdout
        raise Failure(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{said[-4000:]}")
    return done


class Process:
    """A server in the background; its stdout and stderr go to `log`."""

    def __init__(self, name, command, log, env=None, cwd=None):
        self.name = name
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as output:
            self.popen = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output,
                                          stderr=output, env={**os.environ, **(env or {})}, cwd=cwd,
                                          start_new_session=True, preexec_fn=die_with_parent)

    @property
    def pid(self):
        return self.popen.pid

    def said(self):
        return self.log.read_text(errors="replace")

    def wait_for_line(self, pattern, seconds=30):
        """The match of `pattern` in the log; fails when the process ends before it appears."""
        def look():
            found = re.search(pattern, self.said(), re.MULTILINE)
            if not found and self.popen.poll() is not None:
                found = re.search(pattern, self.said(), re.MULTILINE)
                if not found:
                    raise Failure(f"{self.name} ended with {self.popen.returncode} before it said {pattern!r}")
            return found
        return wait_until(look, f"{self.name} says {pattern!r}", seconds)

    def signal(self, number):
        self.popen.send_signal(number)

    def wait(self, seconds):
        """The exit code; negative for a signal, as subprocess has it."""
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} (pid {self.pid}) did not end within {seconds} s") from None

    def stop(self, seconds=20):
        """SIGTERM, then SIGKILL. Returns the exit code; safe to call twice."""
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(seconds)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        return self.popen.returncode

    def peak_rss_mib(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024

    def rss_mib(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def tail(self):
        lines = self.said().splitlines()[-LOG_TAIL_LINES:]
        return f"--- {self.name}, end of {self.log}\n" + "\n".join(line[:600] for line in lines)

"""What a server process costs: processor time and peak memory, read from /proc; and the clients that end meanwhile."""
import os
import pathlib
import re
import resource

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of the process with all its threads; a tick is a hundredth of a second."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def ended_children_cpu_seconds():
    """Of the programs that this one has started and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def forget_peak_memory(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_memory_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def memory_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


class Meter:
    """`with Meter(pid) as cost:` leaves cost.cpu (seconds) and cost.peak (MiB). Without a pid both are None.
    cost.clients is the processor time of the clients that were started and have ended in it."""

    def __init__(self, pid=None):
        self.pid, self.cpu, self.peak, self.clients = pid, None, None, None

    def __enter__(self):
        if self.pid:
            forget_peak_memory(self.pid)
            self.began = cpu_seconds(self.pid)
        self.clients_began = ended_children_cpu_seconds()
        return self

    def __exit__(self, *_):
        self.clients = ended_children_cpu_seconds() - self.clients_began
        if self.pid:
            self.cpu, self.peak = cpu_seconds(self.pid) - self.began, peak_memory_mib(self.pid)

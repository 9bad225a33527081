"""What the figures were measured on and with."""
import datetime
import os
import pathlib
import platform
import re
import subprocess

from harness.scenario import ROOT, berth_binary


def first_line(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30, check=False)
        return done.stdout.strip().splitlines()[0]
    except (OSError, IndexError):
        return "unknown"


def found(pattern, path):
    match = re.search(pattern, pathlib.Path(path).read_text(), re.MULTILINE)
    return match[1].strip() if match else "unknown"


def describe(options):
    """What stands above the figures, and in the JSON."""
    model = found(r"^model name\s*:(.*)", "/proc/cpuinfo")
    memory_gib = int(found(r"^MemTotal:\s+(\d+)", "/proc/meminfo")) / 2**20
    return {
        "date": datetime.date.today().isoformat(),
        "machine": f"{os.cpu_count()} × {model}, {memory_gib:.0f} GiB, Linux {platform.release()}",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "berth": f"{first_line(str(berth_binary()), '--version')}, commit "
                 f"{first_line('git', '-C', str(ROOT), 'rev-parse', '--short', 'HEAD')}",
        "registry:2": first_line("docker-registry", "--version"),
        "S3": first_line("radosgw", "--version"),
        "nginx": first_line("nginx", "-v"),
        "slow S3": f"{options.latency_ms:g} ms before the first byte, {options.rate_mib:g} MiB/s a connection",
        "size": f"{options.size_mib} MiB a layer, {options.crowd_mib} MiB for 200 at once, {options.runs} turns",
    }

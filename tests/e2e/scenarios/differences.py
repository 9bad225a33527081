"""What berth answers otherwise than registry:2, shown request by request; docs/differences.md is the page about it."""
import re

from differences import answer, requests, steps, verdict
from differences.declared import DIFFERENCES
from differences.requests import deletion, settings
from harness import storage
from harness.checks import check, check_equal
from harness.scenario import ROOT, scenario

NO_REDIRECT = "  redirect:\n    disable: true\n"
SILLY = "auth:\n  silly:\n    realm: silly-realm\n    service: silly-service\n"
USUAL = {"extra_storage": "  delete:\n    enabled: true\n" + NO_REDIRECT}


def ask(start, asked, where, **settings_of_it):
    """Sends the list to a registry that `start` starts on the storage; the fields of each answer."""
    # berth looks at Host where its address is a loopback one.
    any_host = "  allowedhosts: ['*']\n" + settings_of_it.pop("extra_http", "")
    registry = start(where, config=storage.configuration(where, extra_http=any_host, **settings_of_it))
    asker = steps.Asker(registry.address)
    answers = [answer.fields_of(asker.ask(step), step.verb, registry.address) for step in asked]
    registry.process.stop()
    silent = [step.name for step, fields in zip(asked, answers) if fields["status"] == answer.NONE]
    check(not silent, f"{registry.process.name} has no answer to {silent}")
    return answers


def ask_both(context, asked, places, **settings_of_both):
    """Sends the list to a berth on the one and to a registry:2 on the other of two storages."""
    answers = [ask(start, asked, where, **settings_of_both)
               for start, where in zip((context.berth, context.registry2), places)]
    return [verdict.Exchange(*exchange) for exchange in zip(asked, *answers)]


@scenario("filesystem", "s3")
def all_differences_are_declared(context):
    def fresh():
        return context.new_storage(), context.new_storage()

    places = fresh()
    exchanges = [
        *ask_both(context, requests.ALL, places, **USUAL),
        *ask_both(context, settings.READ_ONLY, places,
                  extra_storage="  maintenance:\n    readonly:\n      enabled: true\n" + NO_REDIRECT),
        *ask_both(context, deletion.REFUSED_DELETION, fresh(), extra_storage=NO_REDIRECT),
        *ask_both(context, settings.RELATIVE, fresh(), **USUAL, extra_http="  relativeurls: true\n"),
        *ask_both(context, settings.FIXED_HOST, fresh(), **USUAL, extra_http="  host: https://fixed.example.com\n"),
        *ask_both(context, settings.AUTH, fresh(), **USUAL, extra=SILLY),
        *ask_both(context, settings.SPARSE, fresh(), **USUAL, extra="validation:\n  sparse:\n    enabled: true\n"),
    ]
    if context.kind == "s3":
        exchanges += ask_both(context, settings.REDIRECTED, fresh())
    # What registry:2 stored is answered by berth as what it stored itself.
    shared = context.new_storage()
    ask(context.registry2, requests.STORED, shared, **USUAL)
    exchanges += ask_both(context, requests.READ, (shared, shared), **USUAL)

    meant = [difference for difference in DIFFERENCES if context.kind in difference.storages]
    wrong = verdict.judge(exchanges, meant)
    check(not wrong, "answers differ otherwise than declared:\n" + "\n".join(wrong))


@scenario()
def the_page_has_a_row_for_each_difference(context):
    page = (ROOT / "docs" / "differences.md").read_text()
    rows = re.findall(r"^\| (?!id |---)(.*?) \|", page, re.MULTILINE)
    ids = sorted({f"`{difference.id}`" for difference in DIFFERENCES})
    check_equal(sorted(rows), ids, "first cells of the rows")

"""The bench's own arithmetic against known answers: a wrong ratio would be believed."""
import datetime
import tempfile
import unittest
import xml.etree.ElementTree
import zlib

from . import curl, hollow_content, nginx, plot, report, text
from .result import Result, in_turn
from .signing import presign


def example():
    result = Result("speed", "Speed & more", "MB/s")
    for name, values in {"berth": [8, 9, 10], "registry:2": [1, 2, 3], "raw": [3, 4, 5]}.items():
        for value in values:
            result.add(name, value)
    return result.at_least(10, "berth", "registry:2").at_least(2, "berth", "registry:2", "raw")


class SelfTest(unittest.TestCase):
    def test_the_signature_of_the_documented_example(self):
        # "Authenticating Requests: Using Query Parameters" in Amazon S3's API reference.
        url = presign(("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1"), "GET",
                      "examplebucket.s3.amazonaws.com", "/test.txt",
                      when=datetime.datetime(2013, 5, 24, tzinfo=datetime.timezone.utc), expires=86400)
        self.assertTrue(url.endswith("aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"), url)

    def test_a_ratio_is_of_medians_and_its_range_within_turns(self):
        result = example()
        first, second = result.bounds
        self.assertEqual(result.ratio(first), 4.5)
        self.assertEqual(result.ratio_range(first), (10 / 3, 8))
        self.assertFalse(result.is_met(first))
        self.assertEqual(result.rival(second), "raw")
        self.assertTrue(result.is_met(second))

    def test_the_best_rival_is_the_lowest_where_less_is_better(self):
        result = Result("time", "Time", "s", more_is_better=False, samples={"berth": [3], "a": [2], "b": [4]})
        result.at_most(1.3, "berth", "a", "b")
        self.assertEqual(result.rival(result.bounds[0]), "a")
        self.assertFalse(result.is_met(result.bounds[0]))

    def test_a_bound_without_a_rival_is_on_the_median_itself(self):
        result = Result("memory", "Memory", "MiB", more_is_better=False, samples={"berth": [150, 170, 155]})
        result.at_most(160, "berth")
        self.assertTrue(result.is_met(result.bounds[0]))

    def test_candidates_take_turns(self):
        seen = []
        in_turn(2, {"a": 1, "b": 2}, lambda name, candidate: seen.append((name, candidate)), lambda text: None)
        self.assertEqual(seen, [("a", 1), ("b", 2), ("b", 2), ("a", 1)])

    def test_a_result_survives_its_json(self):
        kept = example().as_json()
        self.assertEqual(Result.from_json(kept).as_json(), kept)

    def test_ranges_cover_a_file_once(self):
        spans = [span for _, span in curl.ranges("u", 10, 4)]
        self.assertEqual(spans, ["0-2", "3-5", "6-8", "9-9"])

    def test_the_table_says_bound_ratio_and_verdict(self):
        self.assertEqual(text.bounds([example()]).splitlines()[2],
                         "| Speed & more | 9.00 MB/s | registry:2: 2.00 | ≥ 10.0 | **4.50** (3.33 to 8.00) | no |")

    def test_a_plot_is_well_formed_and_has_a_bar_for_each_candidate(self):
        picture = xml.etree.ElementTree.fromstring(plot.svg(example()))
        bars = picture.findall("{http://www.w3.org/2000/svg}rect")
        widths = [float(each.get("width")) for each in bars]
        self.assertEqual(len(bars), 3)
        self.assertAlmostEqual(widths[0] / widths[1], 4.5, places=1)

    def test_the_page_takes_its_template_whole(self):
        page = report.page({"date": "today"}, [example()], {"broken": "no S3"})
        self.assertIn("![Speed & more](performance/speed.svg)", page)
        self.assertIn("`broken`: no S3", page)
        self.assertIn("\n$ make bench", page)

    def test_the_configuration_of_nginx_has_all_its_values(self):
        values = dict.fromkeys(["user", "files", "nothing", "s3"], "x") | dict.fromkeys(
            ["workers", "slow", "tls", "static", "rate", "piece", "latency"], 1)
        self.assertIn("ngx.sleep(1.000000)", nginx.CONFIG % values)

    def test_a_pushed_blob_counts_only_with_its_bytes_in_their_places(self):
        with tempfile.NamedTemporaryFile() as file:
            whole = bytes(range(200)) + b"old tail"
            file.write(whole)
            file.flush()
            content = hollow_content.Content(file.name, {"d": b"new tail".hex(), "other": b"elsewhat".hex()})
            blob = whole[:-8] + b"new tail"

            def came(first, last):
                return hollow_content.Bytes(last - first, zlib.crc32(blob[first:last]), None)
            right = [came(0, 100), came(100, 203), came(203, 208)]
            self.assertTrue(hollow_content.matches(right, content, "d"))
            self.assertTrue(hollow_content.matches([hollow_content.Copied(right, 0, 50), hollow_content.Copied(right, 50, 158)],
                                              content, "d"))
            self.assertFalse(hollow_content.matches(right, content, "other"))
            self.assertFalse(hollow_content.matches(right[:2], content, "d"))
            self.assertFalse(hollow_content.matches([came(100, 203), came(0, 100), came(203, 208)], content, "d"))
            self.assertFalse(hollow_content.matches([hollow_content.Copied(right, 50, 158), hollow_content.Copied(right, 0, 50)],
                                               content, "d"))


def run():
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(SelfTest)
    return 0 if unittest.TextTestRunner().run(suite).wasSuccessful() else 1

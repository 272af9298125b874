"""Tests of the exporter: with a small environment of our own always, with Gymnasium where it is installed."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
from fractions import Fraction

import lavaproof_gymnasium as exporter

sys.path.insert(0, str(pathlib.Path(__file__).parent / "examples"))
import q_learning  # noqa: E402

try:
    import gymnasium
except ImportError:
    gymnasium = None

THIRD = 0.3333333333333333


class Corridor:
    """Two cells and an end; moving slips to either side."""

    def __init__(self):
        self.P = {
            0: {0: [(THIRD, 0, 0, False), (THIRD, 1, 0, False), (THIRD, 0, -1, False)], 1: [(1.0, 1, 0.5, False)]},
            1: {0: [(0.25, 0, 0, False), (0.75, 2, 1, True)], 1: [(1.0, 3, -1, True)]},
            2: {0: [(1.0, 2, 0, True)], 1: [(1.0, 2, 0, True)]},
            9: {0: [(1.0, 0, 0, False)]},
        }
        self.initial_state_distrib = [1.0, 0.0, 0.0]
        self.unwrapped = self


def corridor(**options):
    settings = {"criterion": {"total": True}, **options}
    return exporter.export(Corridor(), "Corridor-v0", **settings)


class Numbers(unittest.TestCase):
    def test_the_simplest_rational_of_an_interval(self):
        for low, high, simplest in [("1/4", "1/2", "1/2"), ("3/10", "2/5", "1/3"), ("-1/3", "-1/4", "-1/3"),
                                    ("-1", "1", "0"), ("7/5", "3/2", "3/2"), ("2", "5/2", "2"), ("17/10", "9/5", "7/4")]:
            found = exporter.simplest_between(Fraction(low), Fraction(high))
            self.assertEqual(found, Fraction(simplest))

    def test_it_is_the_simplest(self):
        for numerator in range(1, 40):
            for denominator in range(1, 40):
                low = Fraction(numerator, denominator)
                high = low + Fraction(1, 97)
                found = exporter.simplest_between(low, high)
                candidates = (Fraction(-(-low.numerator * d // low.denominator), d) for d in range(1, 98))
                first = next(candidate for candidate in candidates if candidate <= high)
                self.assertEqual(found.denominator, first.denominator)
                self.assertTrue(low <= found <= high)

    def test_what_was_read_is_remembered(self):
        reader = exporter.Reader()
        self.assertEqual(reader.rational(THIRD, ""), Fraction(1, 3))
        self.assertEqual(reader.rational(0.5, ""), Fraction(1, 2))
        self.assertEqual(reader.changed, {THIRD: Fraction(1, 3)})

    def test_what_is_no_simple_rational_is_refused(self):
        for number in (0.1234567890123456, float("nan"), float("inf")):
            with self.assertRaises(exporter.ExportError):
                exporter.Reader().rational(number, "here")


class Tables(unittest.TestCase):
    def test_states_that_no_episode_reaches_are_left_out(self):
        written = corridor()
        self.assertEqual(written["states"], ["s0", "s1", "s2-end", "s3-end"])
        self.assertEqual(written["absorbing"], ["s2-end", "s3-end"])

    def test_successors_are_merged_and_rewards_expected(self):
        first = corridor()["choices"][0]
        self.assertEqual(first["to"], {"s0": "2/3", "s1": "1/3"})
        self.assertEqual(first["rewards"], {"specified": "-1/3", "intended": "-1/3"})

    def test_another_table_may_say_what_is_meant(self):
        meant = Corridor()
        meant.P[0][1] = [(1.0, 1, -7, False)]
        second = corridor(intended=meant.P)["choices"][1]
        self.assertEqual(second["rewards"], {"specified": "1/2", "intended": "-7"})

    def test_situations_labels_and_a_policy(self):
        written = corridor(situations="all", labels={"hole": [3]}, catastrophe="hole", given={1: 1})
        self.assertEqual(written["deploy"], {"over": ["s0", "s1"]})
        self.assertEqual(written["labels"], {"hole": ["s3-end"]})
        self.assertEqual(written["learner"], {"given": {"s0": "a0", "s1": "a1"}})

    def test_training_in_some_of_the_starts(self):
        written = exporter.model(
            {state: {0: [(1.0, 3, 0, True)]} for state in range(3)}, {0: 0.5, 1: 0.25, 2: 0.25},
            name="starts", source="", criterion={"total": True}, train={0, 1, 7},
        )
        self.assertEqual(written["train"], {"s0": "2/3", "s1": "1/3"})
        self.assertEqual(written["deploy"], {"over": ["s0", "s1", "s2"]})
        with self.assertRaisesRegex(exporter.ExportError, "no episode starts in"):
            corridor(train={7})

    def test_a_board_says_where_states_lie(self):
        board = exporter.Board(["S#", ".G"], {"S": ("start", False), "#": ("wall", True), ".": ("floor", False),
                                              "G": ("goal", False)}, lambda state: [(0, 0), (1, 0), (1, 1), (1, 1)][state])
        written = corridor(board=board)["board"]
        self.assertEqual(written["terrain"]["wall"], {"glyph": "#", "wall": True})
        self.assertEqual(written["level"], [{"name": "map", "map": ["S#", ".G"],
                                             "states": [[["s0"], []], [["s1"], ["s2-end", "s3-end"]]]}])
        self.assertNotIn("board", corridor())

    def test_known_environments_have_a_board(self):
        lake, cliff = Corridor(), Corridor()
        lake.desc, cliff.shape = [[b"S", b"F"], [b"H", b"G"]], (2, 3)
        self.assertEqual(exporter.board_of(lake, "FrozenLake-v1").rows, ["S.", "HG"])
        self.assertEqual(exporter.board_of(cliff, "CliffWalking-v1").rows, ["...", "SCG"])
        self.assertIsNone(exporter.board_of(Corridor(), "Corridor-v0"))

    def test_probabilities_that_do_not_sum_to_1_are_refused(self):
        broken = Corridor()
        broken.P[0][1] = [(0.5, 1, 0, False), (0.25, 0, 0, False)]
        with self.assertRaisesRegex(exporter.ExportError, "state 0, action 1.*sum to 3/4"):
            exporter.export(broken, "Corridor-v0", criterion={"total": True})

    def test_an_environment_without_a_table_is_refused(self):
        with self.assertRaisesRegex(exporter.ExportError, "no transition table"):
            exporter.export(object(), "CartPole-v1", criterion={"total": True})


class CommandLine(unittest.TestCase):
    def run_main(self, arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = exporter.main(arguments, make=lambda name, **options: Corridor())
        return code, out.getvalue(), err.getvalue()

    def test_the_model_goes_out_and_what_was_read_is_said(self):
        code, out, err = self.run_main(["Corridor-v0", "--total"])
        self.assertEqual((code, json.loads(out)), (0, corridor()))
        self.assertEqual(err, f"{THIRD!r} is read as 1/3\n")

    def test_a_policy_from_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder)
            (path / "policy.json").write_text('{"1": 1}', encoding="utf-8")
            code, _, _ = self.run_main(["Corridor-v0", "--discount", "9/10", "--given", str(path / "policy.json"),
                                        "--output", str(path / "model.json")])
            written = json.loads((path / "model.json").read_text(encoding="utf-8"))
        self.assertEqual((code, written["learner"]["given"]["s1"]), (0, "a1"))
        self.assertEqual(written["criterion"], {"discounted": "9/10"})

    def test_problems_are_told_in_one_line(self):
        code, out, err = self.run_main(["Corridor-v0", "--total", "--given", "nosuch.json"])
        self.assertEqual((code, out, err.count("\n")), (2, "", 1))


class Walk:
    """Cells 0 to 3 in a row, ends on either side; the right one pays."""

    class action_space:
        n = 2

    def reset(self, seed):
        self.at = 1
        return self.at, {}

    def step(self, action):
        self.at += 2 * action - 1
        return self.at, float(self.at == 4), self.at in (0, 4), False, {}


class QLearning(unittest.TestCase):
    def settings(self, seed):
        return {"episodes": 500, "rate": 0.5, "exploration": 0.5, "discount": 0.9, "steps": 100, "seed": seed}

    def test_the_paying_end_is_found(self):
        policy, taken = q_learning.trained(Walk(), **self.settings(1))
        self.assertEqual({state: policy[state] for state in (1, 2, 3)}, {1: 1, 2: 1, 3: 1})
        self.assertGreater(taken, 500)

    def test_the_policy_is_printed_and_depends_on_the_arguments_alone(self):
        def printed():
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = q_learning.main(["Walk-v0", "--episodes", "20"], make=lambda name: Walk())
            return code, json.loads(out.getvalue())

        self.assertEqual(printed(), printed())
        self.assertEqual(printed()[0], 0)


@unittest.skipIf(gymnasium is None, "Gymnasium is not installed")
class Shipped(unittest.TestCase):
    """The shipped tables are those of the environments, number for number."""

    def test_the_shipped_models_are_what_the_exporter_writes(self):
        root = pathlib.Path(__file__).parent.parent
        not_at_blue = {state for state in range(500) if state // 4 % 5 != 3}
        for path, identifier, settings in [
            ("models/gymnasium/frozen-lake.json", "FrozenLake-v1", {"criterion": {"discounted": "99/100"}}),
            ("models/gymnasium/cliff-walking.json", "CliffWalking-v1", {"criterion": {"total": True}}),
            ("models/gymnasium/taxi.json", "Taxi-v4", {"criterion": {"total": True}, "train": not_at_blue}),
        ]:
            with self.subTest(path):
                shipped = json.loads((root / path).read_text(encoding="utf-8"))
                written = exporter.export(gymnasium.make(identifier).unwrapped, identifier, **settings)
                for key in ("criterion", "states", "absorbing", "choices", "situations", "train", "deploy", "board"):
                    self.assertEqual(shipped[key], written[key], key)

    def test_the_shipped_trained_policy_is_what_q_learning_leaves(self):
        root = pathlib.Path(__file__).parent.parent
        shipped = json.loads((root / "models/gymnasium/cliff-walking-q-learning.json").read_text(encoding="utf-8"))
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            q_learning.main(["CliffWalking-v1"])
        written = exporter.export(
            gymnasium.make("CliffWalking-v1").unwrapped, "CliffWalking-v1", criterion={"total": True},
            situations="all", given={int(state): action for state, action in json.loads(out.getvalue()).items()},
        )
        for key in ("criterion", "choices", "situations", "train", "deploy", "learner", "board"):
            self.assertEqual(shipped[key], written[key], key)


if __name__ == "__main__":
    unittest.main()

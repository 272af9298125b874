"""Evidence about all rewards: the committed files, evidence made by hand, and what becomes of either when it is corrupted."""
import contextlib
import functools
import io
import pathlib
import random
import re
import tempfile
import unittest

import rewards
from explicit import Model, Rejected, Tokens, Unreadable

FIXTURES = pathlib.Path(__file__).parent / "evidence"
# Whoever starts may toss a coin between x and y or take x for sure, and stays there.
COIN = b"""lavaproof-model 1 criterion discounted 9/10 states 3 state start 2 choice 0 0 0 2 1 1/2 2 1/2 choice 1 0 0 1 1 1 state x 0 state y 0
observations full class stationary situations 1 0 train 1 0 1 deploy point 1 0 1 catastrophe none good regret 0 epsilon 0 given none end"""
# The largest of x and (x + y)/2: 7/12 on average. Where x is below y, the coin is better.
POWER = """claim power 0 discounted 9/10 value 7/12 actions 2 0 1/2 1 1/2
options 2 option 0 1/2 1/2 option 0 1 0 trees 2 leaf 1 leaf 0 end"""
# As lines that are cut although they need not be; the pieces are thirds and two thirds of the halves.
CUT = POWER.replace("leaf 1 leaf 0", "cut 0 2 1/3 leaf 1 leaf 1 cut 1 0 1/2 leaf 0 cut 2 1 3/4 leaf 0 leaf 0")


@functools.lru_cache(maxsize=None)
def read(model):
    t = Tokens(model)
    return rewards.Process(Model(t)), t.digest


def judge(model, body, digest=None):
    """What is claimed, or the kind of refusal."""
    process, own = read(model)
    data = body if isinstance(body, bytes) else f"lavaproof-evidence 1 model {digest or own} {body}".encode()
    try:
        return rewards.check(process, own, data)
    except (Rejected, Unreadable) as error:
        return type(error)


class ByHand(unittest.TestCase):
    def test_a_coin_between_two_ends(self):
        for body in (POWER, CUT, POWER.replace("discounted 9/10", "far")):
            self.assertIn("is 7/12", judge(COIN, body))

    def test_false_claims_and_broken_steps(self):
        for old, new in [("7/12", "2/3"), ("0 1/2 1 1/2", "0 1/3 1 2/3"), ("leaf 1 leaf 0", "leaf 0 leaf 1"), ("leaf 0 end", "leaf 1 end"),
                         ("option 0 1 0", "option 0 1 1"), ("options 2", "options 3 option 0 0 1"), ("option 0 1/2 1/2 ", "option 0 1 0 "),
                         ("trees 2 leaf 1", "trees 1"), ("leaf 0 end", "leaf 2 end"), ("0 1/2 1 1/2", "1 1/2 0 1/2"), ("9/10", "1")]:
            self.assertIs(judge(COIN, POWER.replace(old, new, 1)), Rejected, new)
        for old, new in [("0 2 1/3", "0 2 1"), ("0 2 1/3", "0 2 0"), ("0 2 1/3", "0 0 1/3"), ("0 2 1/3", "0 2 4/3")]:
            self.assertIs(judge(COIN, CUT.replace(old, new, 1)), Rejected, new)
        self.assertIs(judge(COIN, POWER, "0" * 64), Rejected)

    def test_files_of_another_form(self):
        for body in (POWER + " end", POWER.replace("leaf 0", "leaves 0"), POWER[:-4], POWER.replace("claim power", "claim might"),
                     CUT.replace("0 2 1/3", "0 3 1/3"), POWER.replace("7/12", "7/0")):
            self.assertIs(judge(COIN, body), Unreadable, body)

    def test_a_question_about_discounted_rewards(self):
        total = COIN.replace(b"discounted 9/10", b"total")
        self.assertIs(judge(total, "claim orders counts 0 0 0 0 0 orders 0 end"), Rejected)
        self.assertIn("is 7/12", judge(total, POWER))


# What a claim says, and no proof may change: of each kind the part up to the evidence proper.
CLAIMED = {"orders": "orders", "sets": "sets", "power": "options", "aligned": "cones", "data": "dual"}


class Committed(unittest.TestCase):
    def pairs(self):
        for path in sorted(FIXTURES.glob("*.evidence")):
            yield (FIXTURES / f"{path.name.split('--')[0]}.model").read_bytes(), path.read_bytes(), path.name

    def test_all_are_accepted(self):
        kinds = set()
        for path in sorted(FIXTURES.glob("*.evidence")):
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                code = rewards.main([str(FIXTURES / f"{path.name.split('--')[0]}.model"), str(path)])
            self.assertEqual((code, out.getvalue().splitlines()[-1]), (0, "accepted"), path.name)
            kinds.add(re.search(r"--([a-z]+)", path.name)[1])
        self.assertEqual(kinds, set(CLAIMED))

    def test_no_claim_can_be_changed(self):
        for model, data, name in self.pairs():
            text = data.decode()
            kind = re.search(r"^claim (\w+)", text, re.M)[1]
            start, end = text.index("claim"), text.index(f"\n{CLAIMED[kind]}")
            numbers = [match for match in re.finditer(r"(?<![\w/-])-?\d+(/\d+)?(?![\w/])", text) if start < match.start() < end]
            for match in random.Random(1).sample(numbers, min(len(numbers), 25)):
                changed = str(one_more(match[0]))
                found = judge(model, (text[:match.start()] + changed + text[match.end():]).encode())
                # Another error or regret is another claim, which the same rows may prove.
                if kind == "data" and match.start() < text.index("\nbound"):
                    continue
                self.assertIn(found, (Rejected, Unreadable), f"{name}: {match[0]} at {match.start()} became {changed}")

    def test_corrupted_evidence_is_refused_or_proves_the_same(self):
        chance, refused = random.Random(2), 0
        for model, data, name in self.pairs():
            said, lines = judge(model, data), data.decode().split("\n")
            for _ in range(25):
                broken = list(lines)
                at = chance.randrange(3, len(lines) - 1)
                tokens = broken[at].split(" ")
                how = chance.randrange(4)
                if how == 0:
                    del broken[at]
                elif how == 1:
                    broken.insert(at, broken[at])
                elif how == 2:
                    broken[at], broken[at - 1] = broken[at - 1], broken[at]
                else:
                    tokens[chance.randrange(len(tokens))] = chance.choice(["0", "1", "-1", "1/2", "2", "leaf", "7"])
                    broken[at] = " ".join(tokens)
                found = judge(model, "\n".join(broken).encode())
                refused += found in (Rejected, Unreadable)
                self.assertIn(found, (Rejected, Unreadable, said), f"{name}, line {at + 1}")
        self.assertGreater(refused, 100)

    def test_another_model_is_refused(self):
        for model, data, name in self.pairs():
            self.assertIs(judge(model + b"# no more\n", data), Rejected, name)
            with tempfile.TemporaryDirectory() as folder:
                other = pathlib.Path(folder) / "other.model"
                other.write_bytes(COIN)
                with contextlib.redirect_stdout(io.StringIO()):
                    self.assertEqual(rewards.main([str(other), str(FIXTURES / name)]), 5)


def one_more(number):
    return rewards.Fraction(number) + 1


if __name__ == "__main__":
    unittest.main()

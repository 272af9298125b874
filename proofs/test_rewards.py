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


def arms(*meant):
    """A bandit whose arms are worth what is meant."""
    choices = " ".join(f"choice {arm} 0 {reward} 1 1 1" for arm, reward in enumerate(meant))
    return (f"lavaproof-model 1 criterion discounted 1/2 states 2 state pull {len(meant)} {choices} state end 0 observations full "
            "class stationary situations 1 0 train 1 0 1 deploy point 1 0 1 catastrophe none good regret 0 epsilon 0 given none end").encode()


TWO, TIED = arms(1, 0), arms(1, 1, 0)
ORDERS = "claim orders counts 2 3 0 1 0 orders 3 order 0 0 reward 0 0 order 0 1 reward 0 1 order 1 0 reward 1 0 end"
SETS = """claim sets counts 3 3 sets 6 set 1 0 equal reward 1 0 set 1 0 range reward 1 0 set 0 1 equal reward 0 1 set 0 1 range reward 0 1
set 1 1 equal reward 2 2 set 1 1 range reward 0 1 end"""
# A feature for each arm; the first two are worth the same, so that either policy has a cone with a weak side.
ALIGNED = """claim aligned features 3 feature 1 0 0 feature 0 1 0 feature 0 0 1 weights 1 1 0 cones 2
cone 0 strict 1 side 1 0 -1 weak 1 side 1 -1 0 follows 2 by 0 1 by 1 0
cone 1 strict 1 side 0 1 -1 weak 1 side -1 1 0 follows 2 by 0 1 by 1 0 end"""
# To mislead, lower the first arm to 0 or raise the second to 1: the cheaper one depends on which the data has more of.
DATA = """claim data 1/10 1/2 bound 1/10 rows 2 row 1 0 learned 0 0 row 0 1 learned 1 1 dual 0 dual 0 cut 0 1 1/2 dual 1/2 leaf 1 leaf 0 end"""


class Bandits(unittest.TestCase):
    def refused(self, model, body, changes):
        self.assertNotIn(judge(model, body), (Rejected, Unreadable))
        for old, new in changes:
            self.assertEqual(body.count(old), 1, old)
            self.assertIs(judge(model, body.replace(old, new)), Rejected, f"{old} became {new}")

    def test_orders(self):
        self.refused(TWO, ORDERS, [
            ("0 1 reward 0 1", "0 1 reward 1 0"), ("0 1 reward 0 1", "0 1 reward 1 1"), ("0 0 reward 0 0", "0 0 reward 1 0"), ("0 1 reward 0 1", "0 1 never 1 1 0"),
            ("0 1 reward 0 1", "0 1 never 1 0 0"), ("0 1 reward 0 1", "0 1 never 0 0"), ("0 0 reward 0 0", "0 0 never 0 1 0"), ("0 0 reward 0 0", "0 0 never 1 0 0"),
            ("orders 3 order 0 0 reward 0 0", "orders 2"), ("order 0 0 reward 0 0 ", "order 0 1 reward 0 1 "), ("order 1 0", "order 0 2"), ("2 3 0", "3 3 0"),
            ("2 3 0 1 0", "2 3 1 1 0"), ("2 3 0 1 0", "2 3 0 2 0"), ("2 3 0 1 0", "2 3 0 1 1")])

    def test_sets(self):
        self.refused(TWO, SETS, [
            ("1 0 equal reward 1 0", "1 0 equal reward 0 1"), ("1 1 equal reward 2 2", "1 1 equal reward 2 1"), ("0 1 range reward 0 1", "0 1 range never 1 1 0"),
            ("3 3 sets", "2 3 sets"), ("3 3 sets", "3 2 sets"), ("sets 6 set 1 0 equal reward 1 0", "sets 5"), ("set 1 0 range", "set 1 0 equal"),
            ("set 1 1 equal reward 2 2", "set 0 0 equal reward 2 2")])

    def test_what_rules_a_reward_out(self):
        """Of the committed orders that no reward has: signs, numbers and counts of the coefficients matter."""
        model = (FIXTURES / "two-states.model").read_bytes()
        text = (FIXTURES / "two-states--orders.evidence").read_text()
        lines = [line for line in text.splitlines() if " never " in line]
        self.assertEqual(len(lines), 50)
        for line in lines[::5]:
            head, tail = line.split(" never ")
            numbers = tail.split()
            strict, free = numbers[1:1 + int(numbers[0])], numbers[2 + int(numbers[0]):]
            turned = [f"-{one}" if one != "0" else one for one in strict], [one[1:] if one[0] == "-" else f"-{one}" for one in free]
            moved = [*strict, *free], []
            zero = ["0"] * len(strict), ["0"] * len(free)
            for ones, others in (turned, zero, ([*strict[1:], strict[0] + "1"], free)) + ((moved,) if free else ()):
                others = ["0" if one == "-0" else one for one in others]
                changed = f"{head} never {len(ones)} {' '.join(ones)} {len(others)} {' '.join(others)}"
                self.assertIs(judge(model, text.replace(line, changed).encode()), Rejected, changed)

    def test_aligned_weights(self):
        self.refused(TIED, ALIGNED, [
            ("weights 1 1 0", "weights 1 1 1"), ("weights 1 1 0", "weights 2 1 0"), ("side 1 0 -1", "side 2 0 -2"), ("strict 1 side 1 0 -1 weak 1 side 1 -1 0", "strict 2 side 1 0 -1 side 1 -1 0 weak 0"),
            ("side 1 0 -1 weak 1 side 1 -1 0 follows 2 by 0 1 by 1 0", "side 1 0 -1 weak 0 follows 2 by 0 by 1"),
            ("strict 1 side 1 0 -1 weak 1 side 1 -1 0 follows 2 by 0 1 by 1 0", "strict 0 weak 2 side 1 0 -1 side 1 -1 0 follows 2 by 0 1 by 1 0"),
            ("weak 1 side 1 -1 0 follows 2 by 0 1 by 1 0", "weak 1 side 1 -1 0 follows 1 by 0 1"),
            ("side 1 -1 0 follows 2 by 0 1 by 1 0", "side 1 -1 0 follows 2 by 0 1 by 2 0"),
            ("weak 1 side 1 -1 0", "weak 1 side -1 1 0"), ("cone 1 strict", "cone 0 strict"), ("cone 1 strict", "cone 2 strict")])
        only = ALIGNED.split("cone 1 ")[0].replace("cones 2", "cones 1") + "end"
        self.assertIs(judge(TIED, only), Rejected)
        worst = ALIGNED.replace("cones 2", "cones 3").replace(" end", " cone 2 strict 0 weak 0 follows 2 by by end")
        self.assertIs(judge(TIED, worst), Rejected)
        negative = ALIGNED.replace("strict 1 side 1 0 -1 weak 1 side 1 -1 0 follows 2 by 0 1 by 1 0",
                                   "strict 2 side 1 0 -1 side 1 0 -1 weak 1 side 1 -1 0 follows 2 by 0 0 1 by 2 -1 0")
        self.assertIs(judge(TIED, negative), Rejected)

    def test_false_claims_that_agree_with_their_evidence(self):
        """Each but for one condition proves what it claims, and what it claims is false."""
        orders = ORDERS.replace("2 3 0 1 0", "2 2 0 1 0").replace("orders 3 order 0 0 reward 0 0", "orders 2")
        twice = ORDERS.replace("2 3 0 1 0", "3 4 1 3 2").replace("orders 3", "orders 4 order 0 1 reward 0 1")
        sets = SETS.replace("3 3 sets 6 set 1 0 equal reward 1 0", "2 3 sets 5")
        again = SETS.replace("3 3 sets 6", "4 3 sets 7 set 1 0 equal reward 1 0")
        empty = SETS.replace("3 3 sets 6", "4 3 sets 7 set 0 0 equal reward 0 0")
        worse = POWER.replace("7/12 actions 2 0 1/2 1 1/2", "1/2 actions 2 0 1 1 0").replace("leaf 1 leaf 0", "leaf 0 leaf 0")
        fewer = worse.replace("options 2 option 0 1/2 1/2 option 0 1 0", "options 1 option 0 1/2 1/2")
        actions = POWER.replace("actions 2 0 1/2 1 1/2", "actions 1 0 1/2")
        trees = POWER.replace("trees 2", "trees 3")
        weights = """claim aligned features 3 feature 1 0 0 feature 0 1 0 feature 0 0 1 weights 1 0 0 cones 1
            cone 0 strict 2 side 1 -1 0 side 1 0 -1 weak 0 follows 2 by 1 0 by 0 1 end"""
        cones = ALIGNED.replace("cones 2", "cones 3 cone 0 strict 0 weak 0 follows 0")
        # Half of what it costs to lower the first arm, which misleads nobody; and a cost that is no distance.
        half = DATA.replace("row 1 0 learned 0 0", "row 1/2 0 learned 1/2 0").replace("1 1/2 dual 1/2", "1 1/3 dual 1/3")
        cost = half.replace("learned 1/2 0", "learned 0 0")
        # Of three arms either bad one misleads alone; multipliers of either sign bound the cost of raising both.
        both = """claim data 1/10 1/2 bound 1/10 rows 2 row 1 0 0 learned 0 0 0 row 0 1 1 learned 1 1 1
            dual 0 0 dual 0 0 dual 0 0 dual 0 0 dual 0 0 dual 0 0 cut 0 1 1/2 dual 1/2 0 dual 1/2 -1/2
            cut 0 2 1/2 dual 1/2 -1/2 dual 1/2 0 leaf 1 leaf 0 leaf 0 end"""
        for model, body in [(TWO, orders), (TWO, twice), (TWO, sets), (TWO, again), (TWO, empty), (COIN, worse), (COIN, fewer), (COIN, actions),
                            (COIN, trees), (TIED, weights), (TIED, cones), (TWO, half), (TWO, cost), (arms(1, 0, 0), both)]:
            self.assertIs(judge(model, body), Rejected, body)

    def test_a_positive_advantage_needs_a_strict_side(self):
        """Three arms of which the second is the first's equal, with features that make one advantage twice another."""
        model = arms(2, 2, 0)
        body = """claim aligned features 1 feature 2 2 0 weights 1 cones 2 cone 0 strict 1 side 2 weak 1 side 0 follows 2 by 0 1 by 1 0
            cone 1 strict 1 side 2 weak 1 side 0 follows 2 by 0 0 by 1 3 end"""
        self.assertNotIn(judge(model, body), (Rejected, Unreadable))
        self.assertIs(judge(model, body.replace("strict 1 side 2 weak 1 side 0 follows 2 by 0 1 by 1 0", "strict 0 weak 1 side 0 follows 2 by 1 by 1")), Rejected)

    def test_safe_data(self):
        self.refused(TWO, DATA, [
            ("bound 1/10", "bound 1/5"), ("row 1 0 learned 0 0", "row 1 1 learned 0 0"), ("row 1 0 learned 0 0", "row 0 0 learned 1 0"), ("dual 1/2", "dual 1/3"), ("dual 1/2", "dual 1"),
            ("dual 1/2", "dual -1/2"), ("leaf 1 leaf 0", "leaf 0 leaf 1"), ("leaf 0 end", "leaf 2 end"), ("cut 0 1 1/2 dual 1/2 leaf 1 leaf 0", "leaf 0"), ("1/10 1/2 bound", "1/10 2 bound"),
            ("rows 2 row 1 0 learned 0 0 row 0 1 learned 1 1 dual 0 dual 0 cut 0 1 1/2 dual 1/2 leaf 1 leaf 0", "rows 0"),
            ("rows 2 row 1 0 learned 0 0 row 0 1 learned 1 1 dual 0 dual 0 cut 0 1 1/2 dual 1/2 leaf 1 leaf 0", "rows 1 row 1 0 learned 0 0 dual 1 dual 0 leaf 0")])
        self.assertIn("every distribution", judge(TWO, "claim data 1/10 2 bound 0 rows 0 end"))

    def test_too_many_policies(self):
        states = "".join(f"state s{at} 2 choice 0 0 0 1 {at} 1 choice 1 0 0 1 0 1 " for at in range(15))
        many = TWO.replace(TWO[TWO.index(b"states"):TWO.index(b"observations")], f"states 15 {states}".encode())
        with self.assertRaises(Rejected):
            judge(many, ORDERS)


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

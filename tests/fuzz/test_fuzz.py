"""Seven hundred mutants at every run of the tests; `make fuzz` judges ten thousand."""

from collections import Counter

from storage.database import session
from tests.conftest import empty_all_tables
from tests.fuzz.judging import judge
from tests.fuzz.mutants import mutant

SEED = 2026
NUMBERS = {"sqlite": range(450), "postgresql": range(450, 700)}


def test_mutants_are_deployed_or_refused_and_what_is_deployed_can_be_run(database: str):
    came: Counter[str] = Counter()

    for number in NUMBERS[database]:
        one = mutant(SEED, number)
        verdict = judge(one.files, one.dice)
        came.update({"refused" if verdict.codes else "deployed", *verdict.codes})
        came["started"] += verdict.run.started
        session.rollback()
        session.expunge_all()
        if not verdict.codes:
            empty_all_tables()

    assert min(came["deployed"], came["refused"], came["started"]) > len(NUMBERS[database]) // 6
    assert len(came) > 30


def test_a_mutant_can_be_made_again_from_its_number():
    made = [mutant(7, number) for number in range(40)]

    assert [one.files for one in made] == [mutant(7, number).files for number in range(40)]
    assert len({tuple(one.files.values()) for one in made}) == 40

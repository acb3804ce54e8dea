"""A long loop says how far it is; a quick one says nothing."""

from itertools import count

from colab_setup.progress import progress


def loop(capsys, items, seconds, **options):
    """What a loop says whose every step takes so many seconds."""
    ticks = count(0, seconds)
    assert list(progress(items, "training", clock=lambda: next(ticks), **options)) == list(items)
    return capsys.readouterr().err


def test_a_quick_loop_says_nothing(capsys):
    assert loop(capsys, range(10), 0.01) == ""
    assert loop(capsys, [], 5) == ""


def test_a_long_loop_says_how_far_it_is_and_how_long_it_still_takes(capsys):
    said = [line.strip() for line in loop(capsys, range(4), 60).split("\r")]
    assert "training: ███████░░░░░░░░░░░░░░░░░░░░░░░ 1 of 4, about 6 min to go" in said
    assert said[-1] == "training: done in 5 min"


def test_where_the_number_is_not_known_it_says_what_is_done(capsys):
    said = loop(capsys, (item for item in ()), 60)
    assert said == ""
    ticks = count(0, 3)
    assert list(progress((item for item in "abc"), clock=lambda: next(ticks))) == ["a", "b", "c"]
    assert "2 done, 9 s so far" in capsys.readouterr().err

"""The mirrored bucket, and when to try again."""
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopify_connector.shopify import answer, errors, retry
from shopify_connector.shopify.budget import Budget, document_key
from shopify_connector.shopify.transport import Reply

STATUS = {'maximumAvailable': 1000, 'currentlyAvailable': 100, 'restoreRate': 50}


def _settled(clock, **status):
    budget = Budget(clock)
    budget.settle(budget.reserve(0), {**STATUS, **status})
    return budget


def test_an_unknown_bucket_makes_nobody_wait(clock):
    budget = Budget(clock)
    assert budget.reserve(10**6) == 0.0
    assert budget.available() is None


def test_the_wait_is_as_long_as_the_missing_points_take_to_come_back(clock):
    budget = _settled(clock)
    assert budget.reserve(300) == 4.0
    clock.now += 4.0
    assert budget.reserve(300) == 0.0
    assert budget.available() == 0.0


def test_points_under_way_are_not_spent_twice(clock):
    budget = _settled(clock, currentlyAvailable=1000)
    assert [budget.reserve(400), budget.reserve(400)] == [0.0, 0.0]
    assert budget.reserve(400) == 4.0
    budget.settle(400, {**STATUS, 'currentlyAvailable': 900})
    assert budget.available() == 500.0


def test_the_bucket_never_holds_more_than_its_size(clock):
    budget = _settled(clock)
    clock.now += 10_000
    assert budget.available() == 1000.0


def test_a_kept_share_is_left_for_others(clock):
    budget = _settled(clock, currentlyAvailable=600)
    assert budget.reserve(200, keep=0.5) == 2.0
    assert budget.reserve(200) == 0.0


def test_what_is_larger_than_the_bucket_waits_for_a_full_one_and_not_for_ever(clock):
    budget = _settled(clock)
    assert budget.reserve(5000, keep=0.5) == 18.0
    clock.now += 18.0
    assert budget.reserve(5000, keep=0.5) == 0.0


def test_the_cost_of_a_document_is_remembered_and_of_many_only_the_last(clock):
    budget = Budget(clock)
    budget.learn(document_key('a'), 77)
    assert budget.estimate(document_key('a')) == 77.0
    for number in range(600):
        budget.learn(document_key(str(number)), number)
    assert budget.estimate(document_key('a')) == budget.estimate('unknown')
    assert budget.estimate(document_key('599')) == 599.0


@pytest.mark.parametrize('status', [None, {}, {'restoreRate': 0}, {'restoreRate': None}])
def test_an_answer_without_a_status_changes_nothing(clock, status):
    budget = _settled(clock)
    budget.settle(0, status)
    assert budget.available() == 100.0


def test_threads_never_set_aside_more_than_there_is(clock):
    budget = _settled(clock, currentlyAvailable=1000)
    granted = []

    def spend():
        for _turn in range(50):
            if not budget.reserve(10):
                granted.append(10)

    threads = [threading.Thread(target=spend) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 1000


@given(st.integers(1, 20), st.floats(0, 1))
def test_pauses_grow_are_spread_and_end(attempt, chance):
    pause = retry.delay(errors.Unavailable(), attempt, lambda: chance)
    longest = min(8.0, 0.5 * 2 ** (attempt - 1))
    assert longest / 2 <= pause <= longest


@given(st.floats(0, 100), st.floats(0, 1))
def test_nobody_comes_back_sooner_than_shopify_asked(seconds, chance):
    pause = retry.delay(errors.Throttled(retry_after=seconds), 1, lambda: chance)
    assert seconds <= pause <= seconds * 1.1 + 1e-9


@pytest.mark.parametrize(('error', 'attempt', 'pause', 'again'), [
    (errors.Throttled(), 1, 1.0, True), (errors.NoNetworkError(), 3, 8.0, True), (errors.Unavailable(), 4, 1.0, False),
    (errors.Unavailable(), 1, 8.1, False), (errors.RequestError(), 1, 0.0, False), (errors.AuthError(), 1, 0.0, False),
    (errors.UnclearError(), 1, 0.0, False), (errors.UserErrors([]), 1, 0.0, False)])
def test_only_what_is_a_matter_of_waiting_is_tried_again(error, attempt, pause, again):
    assert retry.may_retry(error, attempt, pause, max_tries=4, max_wait=8.0) is again


@pytest.mark.parametrize(('text', 'seconds'), [
    ('2', 2.0), ('2.0', 2.0), (' 1.5 ', 1.5), ('-3', 0.0), ('', None), ('soon', None), ('nan', None), ('inf', 86400.0),
    ('1e9', 86400.0), ('Wed, 21 Oct 2015 07:28:00 GMT', 0.0), (None, None)])
def test_retry_after_is_read_in_every_form(text, seconds):
    assert answer.retry_after(Reply(429, {'Retry-After': text}, b'')) == seconds


def test_every_error_has_a_stable_code_a_sentence_and_its_request():
    waiting = [errors.ShopifyError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        error = kind([], request_id='r-1') if kind is errors.UserErrors else kind(request_id='r-1')
        assert error.code and error.code == error.code.lower()
        assert error.message.endswith('.')
        assert 'r-1' in str(error)


@pytest.mark.parametrize('kind', [
    errors.Throttled, errors.AuthError, errors.RequestError, errors.UnclearError, errors.ScopeError, errors.CostError])
def test_every_error_has_exactly_one_consequence(kind):
    consequences = (errors.WaitError, errors.AskPersonError, errors.GiveUpError, errors.UnclearError)
    assert sum(issubclass(kind, consequence) for consequence in consequences) == 1

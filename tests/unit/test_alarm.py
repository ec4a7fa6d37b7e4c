"""The alarm is pure but for the notification, so it is tried without Odoo."""
import importlib.util
import sys
import types
from pathlib import Path

import pytest


@pytest.fixture
def alarm_class(monkeypatch):
    """The class of models/alarm.py, loaded beside stand-ins for the few things it takes from Odoo."""
    for name, values in {
        'odoo': {'sql_db': None}, 'odoo.addons.base.models.ir_cron': {'ODOO_NOTIFY_FUNCTION': 'pg_notify'},
        'odoo.tools': {'SQL': None}, 'odoo.addons': {}, 'odoo.addons.base': {}, 'odoo.addons.base.models': {},
    }.items():
        module = types.ModuleType(name)
        module.__dict__.update(values)
        monkeypatch.setitem(sys.modules, name, module)
    path = Path(__file__).resolve().parents[2] / 'shopify_connector/models/alarm.py'
    spec = importlib.util.spec_from_file_location('alarm_under_test', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Alarm


class World:
    """A clock, and timers that go off when it is moved on."""

    def __init__(self, alarm_class):
        self.now, self.timers, self.rings = 1000.0, [], []
        self.alarm = alarm_class(lambda: self.rings.append(self.now), clock=lambda: self.now, timer=self.timer)

    def timer(self, seconds, call):
        timers = self.timers

        class Timer:
            def start(self, moment=self.now + seconds):
                timers.append((moment, call))

        return Timer()

    def pass_time(self, seconds):
        end = self.now + seconds
        for moment, call in sorted(self.timers, key=lambda row: row[0]):
            if moment <= end:
                self.now = moment
                self.timers.remove((moment, call))
                call()
        self.now = end


def test_the_first_ring_is_heard_at_once(alarm_class):
    world = World(alarm_class)
    world.alarm.ring()
    assert world.rings == [1000.0]


def test_a_hundred_rings_of_one_moment_are_two_and_the_last_is_not_lost(alarm_class):
    world = World(alarm_class)
    for _number in range(100):
        world.alarm.ring()
    world.pass_time(1)
    assert len(world.rings) == 2
    assert world.rings[1] > world.rings[0]


def test_an_alarm_for_later_goes_off_then(alarm_class):
    world = World(alarm_class)
    world.alarm.ring(30)
    world.pass_time(29)
    assert not world.rings
    world.pass_time(2)
    assert world.rings == [1030.0]


def test_an_earlier_alarm_is_not_held_up_by_a_later_one(alarm_class):
    world = World(alarm_class)
    world.alarm.ring(30)
    world.alarm.ring(5)
    world.pass_time(6)
    assert world.rings == [1005.0]


def test_a_later_alarm_is_not_lost_behind_an_earlier_one(alarm_class):
    world = World(alarm_class)
    world.alarm.ring()
    world.alarm.ring()
    world.alarm.ring(5)
    world.pass_time(10)
    assert len(world.rings) == 3
    assert world.rings[-1] == 1005.0


def test_many_alarms_for_about_the_same_moment_are_one(alarm_class):
    world = World(alarm_class)
    for number in range(20):
        world.alarm.ring(5.1 + number / 100)
    world.pass_time(10)
    assert world.rings == [1005.5]


def test_what_is_far_away_is_left_to_the_workers_own_minute(alarm_class):
    world = World(alarm_class)
    world.alarm.ring(3600)
    world.pass_time(7200)
    assert not world.rings

from sqlalchemy.orm import Session

from bot.session_cache import SessionCache, SessionValue, clear_session_caches


def test_each_session_has_its_own_values() -> None:
    cache, value = SessionCache[str, int](), SessionValue[str]()
    one, other = Session(), Session()
    cache.of_session(one)["a"] = 1
    assert value.set(one, "b") == "b"
    assert (cache.of_session(one), value.get(one)) == ({"a": 1}, "b")
    assert (cache.of_session(other), value.get(other)) == ({}, None)


def test_two_caches_of_one_session_are_apart() -> None:
    session = Session()
    one, other = SessionCache[str, int](), SessionCache[str, int]()
    one.of_session(session)["a"] = 1
    assert other.of_session(session) == {}


def test_nothing_is_left_when_all_is_cleared() -> None:
    cache, value, session = SessionCache[str, int](), SessionValue[str](), Session()
    cache.of_session(session)["a"] = 1
    value.set(session, "b")
    clear_session_caches(session)
    assert (cache.of_session(session), value.get(session)) == ({}, None)

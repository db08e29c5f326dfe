"""Settings: what is not set has a safe value, and what makes no sense stops the start and names its variable."""

from __future__ import annotations

import secrets
import stat
from pathlib import Path

import pytest

from core import settings
from core.errors import SettingsError
from core.provider import is_loopback
from core.secrets import looks_random
from core.viewers import addresses

SECRET = "c41f9b07d2e85a36b19c70f4e6d2385a5f83a6e09d14c72bb8e5f0a1394d6c27"
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
OIDC = {
    "UPTAKE_OIDC_METADATA_URL": "https://login.example.com/.well-known/openid-configuration",
    "UPTAKE_OIDC_CLIENT_ID": "uptake",
    "UPTAKE_OIDC_CLIENT_SECRET": "a client secret",
}
LOCAL_PROVIDER = OIDC | {"UPTAKE_OIDC_METADATA_URL": "http://127.0.0.1:9400/.well-known/openid-configuration"}
DEMO = LOCAL_PROVIDER | {"UPTAKE_DEMO": "yes", "UPTAKE_CLAUDE_BASE_URL": "http://localhost:9401"}


@pytest.fixture
def load(tmp_path: Path):
    """Load settings from the given variables, with a data directory of the test's own."""

    def load(**environ: str) -> settings.Settings:
        return settings.load({"UPTAKE_DATA_DIR": str(tmp_path / "data")} | environ)

    return load


def test_without_any_variable_uptake_keeps_to_this_machine_and_signs_nobody_in(load, tmp_path):
    found = load()
    assert found.data_dir == tmp_path / "data"
    assert found.database_url == f"sqlite:///{tmp_path / 'data' / 'uptake.db'}"
    assert found.claude_base_url == "https://api.anthropic.com"
    assert found.claude_api_key is None
    assert found.anthropic_version == "2023-06-01"
    assert found.admins == frozenset()
    assert (found.requests_per_minute, found.backfill_days) == (50, 366)
    assert (found.session_hours, found.idle_minutes) == (12, 30)
    assert (found.public_url, found.address, found.port) == ("http://localhost:8501", "127.0.0.1", 8501)
    assert (found.late_after_hours, found.metrics_token, found.log_format) == (3, None, "text")
    assert not found.sign_in_configured
    assert not found.demo


def test_every_variable_is_read(load):
    found = load(
        UPTAKE_DATABASE_URL="postgresql://db.example.com/uptake",
        UPTAKE_CLAUDE_BASE_URL="https://claude.example.com/",
        UPTAKE_CLAUDE_OTHER_HOST="yes",
        UPTAKE_CLAUDE_API_KEY=" a key\n",
        UPTAKE_ANTHROPIC_VERSION="2026-10-21",
        UPTAKE_ADMINS="dora@example.com, Erin@example.com ,",
        UPTAKE_REQUESTS_PER_MINUTE="30",
        UPTAKE_BACKFILL_DAYS="90",
        UPTAKE_SECRET_KEY=SECRET,
        UPTAKE_PUBLIC_URL="https://uptake.example.com",
        UPTAKE_ADDRESS="0.0.0.0",  # noqa: S104 - what a container listens on
        UPTAKE_PORT="80",
        UPTAKE_SESSION_HOURS="8",
        UPTAKE_IDLE_MINUTES="15",
        UPTAKE_LATE_AFTER_HOURS="6",
        UPTAKE_METRICS_TOKEN="0123456789abcdef",
        UPTAKE_LOG_FORMAT="JSON",
        UPTAKE_DEMO="no",
        **OIDC,
    )
    assert found.database_url == "postgresql+psycopg://db.example.com/uptake"
    assert found.claude_base_url == "https://claude.example.com"
    assert found.claude_api_key == "a key"
    assert found.anthropic_version == "2026-10-21"
    assert found.admins == {"dora@example.com", "Erin@example.com"}
    assert (found.requests_per_minute, found.backfill_days) == (30, 90)
    assert (found.session_hours, found.idle_minutes) == (8, 15)
    assert found.secret_key == SECRET
    assert (found.late_after_hours, found.metrics_token, found.log_format) == (6, "0123456789abcdef", "json")
    assert (found.public_url, found.address, found.port) == ("https://uptake.example.com", "0.0.0.0", 80)  # noqa: S104
    assert found.oidc_metadata_url == OIDC["UPTAKE_OIDC_METADATA_URL"]
    assert (found.oidc_client_id, found.oidc_client_secret) == ("uptake", "a client secret")
    assert found.sign_in_configured


def test_the_process_environment_is_read_when_none_is_given(monkeypatch, tmp_path):
    monkeypatch.setenv("UPTAKE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("UPTAKE_PORT", "9000")
    assert settings.load().port == 9000


def test_variables_of_other_programs_are_no_concern(load):
    load(PATH="somewhere", STREAMLIT_SERVER_PORT="nonsense")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("UPTAKE_DATABASE_URL", "mysql://db.example.com/uptake"),
        ("UPTAKE_DATABASE_URL", "uptake.db"),
        ("UPTAKE_CLAUDE_BASE_URL", "http://claude.example.com"),
        ("UPTAKE_CLAUDE_BASE_URL", "claude.example.com"),
        ("UPTAKE_CLAUDE_BASE_URL", "ftp://claude.example.com"),
        ("UPTAKE_CLAUDE_BASE_URL", "https://"),
        ("UPTAKE_CLAUDE_BASE_URL", "https://user@claude.example.com"),
        ("UPTAKE_CLAUDE_BASE_URL", "https://claude.example.com?key=1"),
        ("UPTAKE_CLAUDE_BASE_URL", "https://claude.example.com#top"),
        ("UPTAKE_CLAUDE_BASE_URL", "https://claude.example.com:port"),
        ("UPTAKE_CLAUDE_BASE_URL", "http://[::1"),
        ("UPTAKE_CLAUDE_BASE_URL", "http://127.0.0.1.example.com"),
        ("UPTAKE_CLAUDE_BASE_URL", "http://localhost.example.com"),
        ("UPTAKE_PUBLIC_URL", "http://uptake.example.com"),
        ("UPTAKE_OIDC_METADATA_URL", "http://login.example.com"),
        ("UPTAKE_ADMINS", "dora"),
        ("UPTAKE_ADMINS", "dora@example.com; erin@example.com"),
        ("UPTAKE_CLAUDE_BASE_URL", "https://claude..example.com"),
        ("UPTAKE_PUBLIC_URL", "https://uptake example.com"),
        ("UPTAKE_PUBLIC_URL", "https://uptake.example.com/\ta"),
        ("UPTAKE_OIDC_CLIENT_ID", "\udcff"),
        ("UPTAKE_REQUESTS_PER_MINUTE", "0"),
        ("UPTAKE_REQUESTS_PER_MINUTE", "60001"),
        ("UPTAKE_REQUESTS_PER_MINUTE", "fifty"),
        ("UPTAKE_REQUESTS_PER_MINUTE", "-5"),
        ("UPTAKE_REQUESTS_PER_MINUTE", "5.5"),
        ("UPTAKE_BACKFILL_DAYS", "0"),
        ("UPTAKE_BACKFILL_DAYS", "3661"),
        ("UPTAKE_BACKFILL_DAYS", "٣"),
        ("UPTAKE_PORT", "0"),
        ("UPTAKE_PORT", "65536"),
        ("UPTAKE_SESSION_HOURS", "0"),
        ("UPTAKE_SESSION_HOURS", "721"),
        ("UPTAKE_IDLE_MINUTES", "0"),
        ("UPTAKE_IDLE_MINUTES", "43201"),
        ("UPTAKE_LATE_AFTER_HOURS", "1"),
        ("UPTAKE_LATE_AFTER_HOURS", "169"),
        ("UPTAKE_LOG_FORMAT", "xml"),
        ("UPTAKE_METRICS_TOKEN", "too short"),
        ("UPTAKE_METRICS_TOKEN", "sixteen signs, and spaces"),
        ("UPTAKE_SECRET_KEY", "short"),
        ("UPTAKE_SECRET_KEY", "0123456789abcdef0123456789abcde"),
        ("UPTAKE_SECRET_KEY", "x" * 64),
        ("UPTAKE_SECRET_KEY", "changeme-changeme-changeme-change"),
        ("UPTAKE_SECRET_KEY", "c41f9b07d2e85a36" * 2),
        ("UPTAKE_SECRET_KEY", "c41f9b07d2e85a36" * 2 + "c4"),
        ("UPTAKE_SECRET_KEY", "Change_Me: 9d14c72bb8e5f0a1394d6c27"),
        ("UPTAKE_SECRET_KEY", "0123456789abcdefghijklmnopqrstuvwxyz"),
        ("UPTAKE_SECRET_KEY", "our-Password-9d14c72bb8e5f0a1394d6c27"),
        ("UPTAKE_DEMO", "maybe"),
        ("UPTAKE_CLAUDE_API_KEYS", "misspelt"),
        ("UPTAKE_PORT_FILE", "port.txt"),
        ("UPTAKE_ADMINS_FILE", "admins.txt"),
        ("UPTAKE_CLAUDE_API_KEY_FILE", "missing.txt"),
    ],
)
def test_a42_a_value_that_makes_no_sense_is_refused_by_the_name_of_its_variable(load, variable, value):
    with pytest.raises(SettingsError) as refusal:
        load(**{variable: value})
    assert variable in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254",
        "http://169.254.169.254/latest",
        "http://2852039166",  # the same, as one number
        "http://0xA9FEA9FE",
        "http://0251.0376.0251.0376",
        "http://[::ffff:169.254.169.254]",
        "http://[fe80::1]",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "file:///etc/passwd",
        "gopher://localhost",
        "//api.anthropic.com",
        "https://api.anthropic.com@evil.example.com",
        "https://api.anthropic.com:443@evil.example.com",
        "https://api.anthropic.com\\@evil.example.com",
        "https://api.anthropic.com#@evil.example.com",
        "http://api.anthropic.com",
        "http://api.anthropic.com.evil.example.com",
        "https://api.anthropic.com.evil.example.com",
        "https://api.anthropic.com.",
        "https://api.anthropic.com:8443",
        "https://evil.example.com/api.anthropic.com",
        "https://169.254.169.254",
        "https://2852039166",
        "https://[fe80::1]",
        "https://10.0.0.1",
        "https://xn--pi-anthropic-nhj.com",
    ],
)
def test_a83_the_key_is_sent_to_no_address_without_a_certificate_and_to_none_that_hides_its_host(load, address):
    with pytest.raises(SettingsError, match="UPTAKE_CLAUDE_BASE_URL"):
        load(UPTAKE_CLAUDE_BASE_URL=address)


@pytest.mark.parametrize(
    "address", ["http://localhost:9400", "http://127.0.0.1", "http://127.8.9.1", "http://[::1]:9400"]
)
def test_plain_http_is_accepted_for_this_very_machine(load, address):
    assert load(UPTAKE_CLAUDE_BASE_URL=address).claude_base_url == address


@pytest.mark.parametrize("address", ["https://API.anthropic.com", "https://localhost:9400"])
def test_the_apis_own_host_and_this_machine_need_no_word(load, address):
    assert load(UPTAKE_CLAUDE_BASE_URL=address).claude_base_url == address


def test_a83_a_proxy_of_ones_own_takes_an_explicit_word_and_a_certificate(load):
    proxy = "https://claude-proxy.example.com"
    with pytest.raises(SettingsError, match="UPTAKE_CLAUDE_OTHER_HOST=yes"):
        load(UPTAKE_CLAUDE_BASE_URL=proxy, UPTAKE_CLAUDE_OTHER_HOST="no")
    assert load(UPTAKE_CLAUDE_BASE_URL=proxy, UPTAKE_CLAUDE_OTHER_HOST="yes").claude_base_url == proxy
    with pytest.raises(SettingsError, match="must use https"):
        load(UPTAKE_CLAUDE_BASE_URL="http://claude-proxy.example.com", UPTAKE_CLAUDE_OTHER_HOST="yes")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_in_any_spelling_gets_the_driver_that_is_installed(load, scheme):
    assert (
        load(UPTAKE_DATABASE_URL=f"{scheme}://db.example.com/x").database_url == "postgresql+psycopg://db.example.com/x"
    )


def test_a_sqlite_address_is_kept_as_it_is(load):
    assert load(UPTAKE_DATABASE_URL="sqlite:////srv/uptake.db").database_url == "sqlite:////srv/uptake.db"


@pytest.mark.parametrize(
    "name", ["", ":memory:", "?timeout=5", "file::memory:?uri=true", "file:x?mode=memory&cache=shared&uri=true"]
)
def test_a_database_in_memory_which_no_other_process_would_see_is_refused(load, name):
    with pytest.raises(SettingsError, match="UPTAKE_DATABASE_URL names a database in memory .* Name a file"):
        load(UPTAKE_DATABASE_URL=f"sqlite:///{name}")


@pytest.mark.parametrize(
    "rest", ["localhost/x?foo=bar&password=hunter2", "u:hunter2@host:abc/x", "[::1/hunter2", "h/x?sslmod=hunter2"]
)
def test_a_postgresql_address_that_the_driver_cannot_read_is_refused_without_repeating_it(load, rest):
    with pytest.raises(SettingsError, match="UPTAKE_DATABASE_URL is not the address of a database") as refusal:
        load(UPTAKE_DATABASE_URL=f"postgresql://{rest}")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("rest", ["", "/x", "a,b:5433/x", "u:p%40@h:5432/x?sslmode=require", "/x?host=/run/pg"])
def test_a_postgresql_address_as_its_driver_takes_it_is_kept(load, rest):
    assert load(UPTAKE_DATABASE_URL=f"postgresql://{rest}").database_url == f"postgresql+psycopg://{rest}"


@pytest.mark.parametrize(
    "entry",
    [
        "<dora@example.com>",
        "Dora <dora@example.com>",
        '"dora"@example.com',
        "dora@localhost",
        "dora@192.0.2.1",
        "dora@exa_mple.com",
        "dora@example..com",
        "dora@-example.com",
        "dora.@example.com",
        "dörа@example.com",
        "dora@ｅxample.com",
        f"dora@{'a' * 64}.com",
        f"{'a' * 250}@example.com",
        "@example.com",
        "dora@erin@example.com",
    ],
)
def test_an_admin_who_could_be_nobody_stops_the_start_and_is_named(load, entry):
    assert addresses([entry]) == frozenset()
    with pytest.raises(SettingsError) as refusal:
        load(UPTAKE_ADMINS=f"erin@example.com,{entry}")
    assert str(refusal.value) == f"UPTAKE_ADMINS must be e-mail addresses separated by commas; {entry!r} is none."


def test_every_admin_who_is_accepted_can_be_compared(load):
    entries = ["dora@example.com.", "Dora.O'Neil+x@Example.COM", "mailto:erin@example.com", "eve@Bücher.example"]
    found = load(UPTAKE_ADMINS=",".join(entries)).admins
    assert found == set(entries)
    assert len(addresses(found)) == len(entries)


@pytest.mark.parametrize("name", ["DATA_DIR", "DIRECTORY_SOURCE"])
def test_a_place_in_the_home_of_nobody_is_refused_by_its_name(load, name):
    with pytest.raises(SettingsError, match=f"UPTAKE_{name} is '~nosuchuser/x', .* Write the path in full"):
        load(**{f"UPTAKE_{name}": "~nosuchuser/x"})


def test_an_empty_variable_counts_as_not_set(load):
    assert load(UPTAKE_PORT="", UPTAKE_CLAUDE_API_KEY=" ", UPTAKE_DATABASE_URL="").port == 8501


@pytest.mark.parametrize(
    "name", ["CLAUDE_API_KEY", "SECRET_KEY", "OIDC_CLIENT_SECRET", "DATABASE_URL", "METRICS_TOKEN"]
)
def test_a_secret_is_read_from_its_file(load, tmp_path, name):
    values = OIDC | {f"UPTAKE_{name}": f"postgresql+psycopg://{SECRET}/x"}
    (tmp_path / "mounted").write_text(values.pop(f"UPTAKE_{name}") + "\n")
    found = load(**values, **{f"UPTAKE_{name}_FILE": str(tmp_path / "mounted")})
    assert getattr(found, name.lower()) == f"postgresql+psycopg://{SECRET}/x"


def test_a_secret_given_twice_is_refused(load, tmp_path):
    (tmp_path / "mounted").write_text("one")
    with pytest.raises(SettingsError, match="UPTAKE_CLAUDE_API_KEY and UPTAKE_CLAUDE_API_KEY_FILE are both set"):
        load(UPTAKE_CLAUDE_API_KEY="two", UPTAKE_CLAUDE_API_KEY_FILE=str(tmp_path / "mounted"))


def test_a_secret_file_that_is_no_text_is_refused(load, tmp_path):
    (tmp_path / "mounted").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="UPTAKE_SECRET_KEY_FILE"):
        load(UPTAKE_SECRET_KEY_FILE=str(tmp_path / "mounted"))


def test_a_refused_secret_is_not_repeated(load):
    for variable in ("UPTAKE_SECRET_KEY", "UPTAKE_DATABASE_URL", "UPTAKE_METRICS_TOKEN"):
        with pytest.raises(SettingsError) as refusal:
            load(**{variable: "hunter2"})
        assert "hunter2" not in str(refusal.value)


def test_the_text_form_of_the_settings_holds_no_value(load):
    found = load(UPTAKE_CLAUDE_API_KEY="hunter2", UPTAKE_SECRET_KEY=SECRET, UPTAKE_ADMINS="dora@example.com", **OIDC)
    assert repr(found) == str(found) == f"{found}" == "Settings(…)"


def test_settings_cannot_be_changed_after_the_start(load):
    with pytest.raises(AttributeError):
        load().demo = True


def test_the_secret_key_is_made_once_for_the_owner_alone(load, tmp_path):
    first = load().secret_key
    kept = tmp_path / "data" / "secret.key"
    assert len(first) == 64
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert load().secret_key == first
    assert kept.read_text() == first


def test_two_installations_do_not_share_a_secret_key(tmp_path):
    keys = {settings.load({"UPTAKE_DATA_DIR": str(tmp_path / name)}).secret_key for name in ("one", "two")}
    assert len(keys) == 2


def test_a_given_secret_key_is_not_kept(load, tmp_path):
    load(UPTAKE_SECRET_KEY=SECRET)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("file", "folder", "refused"), [(0o604, 0o755, True), (0o604, 0o750, False), (0o640, 0o755, False)]
)
def test_a82_a_secret_key_file_that_everybody_can_read_stops_the_start(load, tmp_path, file, folder, refused):
    before = load().secret_key
    (tmp_path / "data").chmod(folder)
    (tmp_path / "data" / "secret.key").chmod(file)
    if refused:
        with pytest.raises(SettingsError, match="chmod 600"):
            load()
    else:
        assert load().secret_key == before


@pytest.mark.parametrize("file", [0o604, 0o640])
def test_a82_a_given_secret_key_file_that_everybody_can_read_stops_the_start(load, tmp_path, file):
    path = tmp_path / "mounted"
    path.write_text(SECRET)
    path.chmod(file)
    tmp_path.chmod(0o755)
    if file == 0o604:
        with pytest.raises(SettingsError, match=f"UPTAKE_SECRET_KEY_FILE: .* chmod 600 {path}"):
            load(UPTAKE_SECRET_KEY_FILE=str(path))
    else:
        assert load(UPTAKE_SECRET_KEY_FILE=str(path)).secret_key == SECRET


@pytest.mark.parametrize(
    "make", [lambda: secrets.token_hex(16), lambda: secrets.token_urlsafe(24), lambda: secrets.token_hex(32)]
)
def test_a_random_secret_key_is_accepted(make):
    assert all(looks_random(make()) for _ in range(500))


@pytest.mark.parametrize("kept", ["", "0123456789abcde", "0123456789abcdef" * 2 + "\u00e9", "0" * 64])
def test_a82_a_secret_key_file_of_the_wrong_length_or_kind_is_refused_rather_than_replaced(load, tmp_path, kept):
    load()
    (tmp_path / "data" / "secret.key").write_text(kept, "utf-8")
    with pytest.raises(SettingsError, match="secret key|UPTAKE_SECRET_KEY"):
        load()
    assert (tmp_path / "data" / "secret.key").read_text("utf-8") == kept


def test_a_data_directory_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="UPTAKE_DATA_DIR"):
        settings.load({"UPTAKE_DATA_DIR": str(tmp_path / "file" / "data")})


def test_a_relative_data_directory_becomes_an_absolute_one(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert settings.load({"UPTAKE_DATA_DIR": "here"}).data_dir == tmp_path / "here"


@pytest.mark.parametrize("missing", OIDC)
def test_half_a_sign_in_is_refused(load, missing):
    with pytest.raises(SettingsError, match=missing):
        load(**{name: value for name, value in OIDC.items() if name != missing})


@pytest.mark.parametrize(
    "tenant", ["common", "organizations", "consumers", "Common", "%63ommon", CONSUMERS, CONSUMERS.upper()]
)
def test_a29_a_tenant_shared_with_strangers_is_refused(load, tenant):
    shared = f"https://login.example.com/{tenant}/v2.0/.well-known/openid-configuration"
    with pytest.raises(SettingsError, match="UPTAKE_OIDC_METADATA_URL"):
        load(**OIDC | {"UPTAKE_OIDC_METADATA_URL": shared})


@pytest.mark.parametrize(
    ("address", "given", "issuer"),
    [
        ("https://id.example.com/.well-known/openid-configuration", None, "https://id.example.com"),
        (
            "https://id.example.com/oauth2/default/.well-known/openid-configuration",
            None,
            "https://id.example.com/oauth2/default",
        ),
        ("https://id.example.com/metadata", "https://sts.example.com/", "https://sts.example.com"),
    ],
)
def test_a29_the_issuer_is_what_the_providers_address_begins_with_or_the_setting(load, address, given, issuer):
    more = {"UPTAKE_OIDC_ISSUER": given} if given else {}
    assert load(**OIDC | {"UPTAKE_OIDC_METADATA_URL": address} | more).oidc_issuer == issuer


def test_a29_an_address_that_tells_no_issuer_needs_the_setting(load):
    with pytest.raises(SettingsError, match="UPTAKE_OIDC_ISSUER"):
        load(**OIDC | {"UPTAKE_OIDC_METADATA_URL": "https://id.example.com/metadata"})


def test_a29_with_google_the_companys_domain_has_to_be_named(load):
    google = OIDC | {"UPTAKE_OIDC_METADATA_URL": "https://accounts.google.com/.well-known/openid-configuration"}
    with pytest.raises(SettingsError, match="UPTAKE_OIDC_HOSTED_DOMAIN is not set"):
        load(**google)
    for wrong in ("example", "https://example.com", "dora@example.com", "*.example.com"):
        with pytest.raises(SettingsError, match="must be domains such as example.com"):
            load(**google, UPTAKE_OIDC_HOSTED_DOMAIN=wrong)
    hidden = "https://accounts.google.com./.well-known/openid-configuration"
    mirrored = OIDC | {"UPTAKE_OIDC_ISSUER": "https://Accounts.Google.com"}
    for other in (google | {"UPTAKE_OIDC_METADATA_URL": hidden}, mirrored):
        with pytest.raises(SettingsError, match="UPTAKE_OIDC_HOSTED_DOMAIN is not set"):
            load(**other)
    assert load(**google, UPTAKE_OIDC_HOSTED_DOMAIN="Example.com, example.org").oidc_hosted_domain == {
        "example.com",
        "example.org",
    }


def test_a_demo_on_this_machine_is_accepted(load):
    found = load(**DEMO)
    assert found.demo
    assert found.sign_in_configured


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("UPTAKE_ADDRESS", "0.0.0.0"),  # noqa: S104 - the very thing that is refused
        ("UPTAKE_ADDRESS", "192.0.2.1"),
        ("UPTAKE_ADDRESS", "::"),
        ("UPTAKE_CLAUDE_BASE_URL", "https://api.anthropic.com"),
        ("UPTAKE_OIDC_METADATA_URL", OIDC["UPTAKE_OIDC_METADATA_URL"]),
    ],
)
def test_a50_a_demo_that_reaches_beyond_this_machine_is_refused(load, variable, value):
    with pytest.raises(SettingsError, match=f"UPTAKE_DEMO is on, so {variable}"):
        load(**DEMO | {variable: value})


def test_a_demo_without_its_own_api_is_refused(load):
    with pytest.raises(SettingsError, match="UPTAKE_CLAUDE_BASE_URL"):
        load(**LOCAL_PROVIDER, UPTAKE_DEMO="yes")


@pytest.mark.parametrize(("word", "meaning"), [("YES", True), ("true", True), ("1", True), ("No", False), ("0", False)])
def test_yes_and_no_have_their_usual_spellings(load, word, meaning):
    assert load(**DEMO | {"UPTAKE_DEMO": word}).demo is meaning


@pytest.mark.parametrize("host", [None, "", "example.com", "127.0.0.1.example.com", "localhost.", "0.0.0.0"])  # noqa: S104
def test_only_this_very_machine_is_loopback(host):
    assert not is_loopback(host)


def test_a_secret_file_that_cannot_be_read_is_named_with_the_reason_in_words(load, tmp_path):
    (tmp_path / "latin").write_bytes(b"\xe9" * 40)
    for file, why in (
        (tmp_path / "absent", "No such file or directory"),
        (tmp_path / "latin", "it is no text in UTF-8"),
    ):
        with pytest.raises(SettingsError) as caught:
            load(UPTAKE_SECRET_KEY_FILE=str(file))
        assert str(caught.value) == f"UPTAKE_SECRET_KEY_FILE names {str(file)!r}, which cannot be read: {why}."

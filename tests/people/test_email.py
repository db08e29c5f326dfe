"""Two spellings of an address are one identity here or nowhere."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.people.email import canonical

ASTRID = "astrid.kane@example.com"


@pytest.mark.parametrize(
    "spelling",
    [
        "Astrid.Kane@Example.COM",
        "  astrid.kane@example.com\r\n",
        "\u00a0astrid.kane@example.com\t",
        "mailto:astrid.kane@example.com",
        "MailTo: astrid.kane@example.com",
        "astrid.kane@example.com.",
    ],
)
def test_case_surrounding_space_mailto_and_trailing_dot_make_no_difference_a33(spelling: str) -> None:
    assert canonical(spelling) == ASTRID


@pytest.mark.parametrize(
    "other", ["astrid.kane+claude@example.com", "astridkane@example.com", "astrid.kane@mail.example.com"]
)
def test_plus_addresses_dots_and_subdomains_are_other_identities(other: str) -> None:
    assert canonical(other) == other


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("ines@bücher.example.com", "ines@xn--bcher-kva.example.com"),
        ("ines@BÜCHER.example.com", "ines@xn--bcher-kva.example.com"),
        ("ines@bu\u0308cher.example.com", "ines@xn--bcher-kva.example.com"),
        ("ines@XN--BCHER-KVA.example.com", "ines@xn--bcher-kva.example.com"),
        ("ines@straße.example.com", "ines@xn--strae-oqa.example.com"),
    ],
)
def test_a_unicode_domain_equals_its_punycode_a36(spelling: str, expected: str) -> None:
    assert canonical(spelling) == expected


@pytest.mark.parametrize(
    "char",
    list("\u212a\u017f\u0131\u0130ß\uff4b\u200b\u200d\u00ad\u0430\ufeffªﬁé\u0301\u2024\ud800"),
)
def test_a_non_ascii_local_part_is_refused_and_so_never_equals_an_ascii_one(char: str) -> None:
    for local in (char, f"a{char}", f"{char}a", f"a{char}b"):
        with pytest.raises(ValueError, match="ASCII"):
            canonical(f"{local}@example.com")


@pytest.mark.parametrize(
    "domain",
    [
        "\u212aite.example.com",
        "ｅxample.com",
        "example\u3002com",
        "example\uff0ecom",
        "example\u2024com",
        "exam\u200bple.com",
        "exam\u00adple.com",
        "example.com\u200d",
        "\u017fite.example.com",
        "ª.example.com",
        "\ud800.example.com",
    ],
)
def test_a_domain_of_look_alikes_is_refused(domain: str) -> None:
    with pytest.raises(ValueError, match="not a domain name"):
        canonical(f"kit@{domain}")


def test_a_cyrillic_domain_is_another_domain() -> None:
    assert canonical("kit@ex\u0430mple.com") == "kit@xn--exmple-4nf.com" != canonical("kit@example.com")


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "  ",
        "mailto:",
        "mailto:mailto:kit@example.com",
        "kit",
        "@example.com",
        "kit@",
        "kit@.",
        "kit@@example.com",
        "kit@home@example.com",
        '"kit"@example.com',
        "Kit Moss <kit@example.com>",
        "kit moss@example.com",
        ".kit@example.com",
        "kit.@example.com",
        "k..t@example.com",
        "kit@example",
        "kit@example..com",
        "kit@.example.com",
        "kit@example.com..",
        "kit@-example.com",
        "kit@exam_ple.com",
        "kit@exam ple.com",
        "kit@[192.0.2.1]",
        "kit@192.0.2.1",
        "kit@xn--a.example.com",
        "kit@example.com?subject=x",
        "kit@example.com,ana@example.com",
        "ki\x00t@example.com",
        "kit\n@example.com",
        "kit@example.com\x00",
        "kit@example.com\x1f",
        "kit@exam\tple.com",
        "kit@" + "a" * 64 + ".com",
        "kit@" + "é" * 64 + ".com",
        "k" * 243 + "@example.com",
        "k@" + "abcdefgh." * 30 + "com",
        "k" * 1_000_000,
    ],
)
def test_what_is_no_address_is_refused_with_a_short_printable_sentence(nonsense: str) -> None:
    with pytest.raises(ValueError, match="e-mail address") as refusal:
        canonical(nonsense)
    sentence = str(refusal.value)
    assert sentence.endswith(".") and sentence.isprintable() and len(sentence) < 400


@pytest.mark.parametrize(
    ("nonsense", "why"),
    [
        (" \t", "the value is empty"),
        ("kit", "it has no @"),
        ("kit.example.com", "it has no @"),
        ("kit@" + "a" * 254, "not a domain name"),
        ("kit@" + "a" * 255, "longer than 254 characters"),
    ],
)
def test_a_refusal_says_what_is_wrong(nonsense: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        canonical(nonsense)


@pytest.mark.parametrize(
    "address",
    [
        "xena@example.com",
        "kit@xx.example.xx",
        "kit@example.7.com",
        "kit@7.example.com",
        "kit@r3---a.example.com",
        "kit@" + "a" * 63 + ".com",
    ],
)
def test_an_unusual_address_is_one_all_the_same(address: str) -> None:
    assert canonical(address.upper()) == canonical(address) == address


def test_254_characters_are_an_address_and_one_more_is_not() -> None:
    longest = "k" * 242 + "@example.com"
    assert canonical(longest) == canonical(longest + ".") == longest
    with pytest.raises(ValueError, match="longer than 254"):
        canonical("k" + longest)


@given(st.one_of(st.emails(), st.from_regex(r"[ \t]?(mailto:)?[A-Za-z.+ſKéa]{1,8}@[A-ZaüÜßK.-]{1,12}[.]com[.]?")))
@example("Ines@BÜCHER.example.com.")
def test_canonical_is_idempotent_and_ascii(address: str) -> None:
    try:
        once = canonical(address)
    except ValueError:
        return
    assert canonical(once) == once
    assert once.isascii() and once == once.lower() and once.count("@") == 1


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_text_before_the_at_is_an_ascii_identity_or_refused(local: str, domain: str) -> None:
    try:
        result = canonical(f"{local}@{domain}.example.com")
    except ValueError:
        return
    assert result.isascii() and result.endswith(".example.com")


@given(st.characters(exclude_categories=()), st.characters(exclude_categories=()))
def test_no_two_characters_other_than_ascii_case_become_one(one: str, other: str) -> None:
    results = []
    for char in (one, other):
        try:
            results.append(canonical(f"a{char}b@example.com"))
        except ValueError:
            return
    assert (results[0] == results[1]) == (one.lower() == other.lower())

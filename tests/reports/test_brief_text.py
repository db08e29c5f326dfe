"""The text of a brief: explained, plain whatever stands in it, and the same for whoever may read it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from core.catalogue import STAT
from core.errors import NotPermitted
from core.reports.briefs.brief import brief_of
from core.reports.periods import DAY, Period
from core.reports.wording.markdown import JOINER, literal
from core.visibility import Identity, Scope, scope_of, viewer_for
from tests.reports import world as worlds
from tests.reports.briefs import PERIOD, busy, told


def test_the_own_words_of_the_person_stand_in_the_text_as_plain_text():
    text = replace(busy(), own_words="# On *leave*").markdown()
    assert "## In the person's own words\n\n\\# On \\*leave\\*\n" in text


def test_every_line_has_a_number_and_a_definition_that_the_text_explains():
    found = busy()
    text = found.markdown()
    for section in found.sections:
        for line in section.lines:
            assert any(sign.isdigit() for sign in line.text)
            assert f"- *{line.definition}*: {found.definitions[line.definition]}" in text
    assert STAT["chat_messages"].meaning in found.definitions["Chat messages"]


def test_plain_text_keeps_the_spaces_that_hold_a_number_together():
    assert literal(" 1\u202f159 more,\n 33\u202f% ") == "1\u202f159 more, 33\u202f%"
    assert told({}, begins=PERIOD.first).nothing.endswith("which could not be compared with the period before.")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Jane Doe (UTC). Is 1.5, or 2. + 3 - 4 = 5! #6 > 7 ^ 8: a & b, AT&T", None),
        ("10:30:45 by jane_doe and C++ in C#, - or -> x", None),
        ("jane.doe@example.com", None),
        ("1. one", r"1\. one"),
        ("2026) one", r"2026\) one"),
        ("- one", r"\- one"),
        ("--- one", r"\--- one"),
        ("+ one", r"\+ one"),
        ("+49 30", None),
        ("# one #", r"\# one \#"),
        ("> one", r"\> one"),
        ("== one", r"\== one"),
        ("![a](b) [^1] [ ]", r"!\[a\](b) \[^1\] \[ \]"),
        ("<b>1 < 2</b> <!-- x -->", r"\<b\>1 < 2\</b\> \<!-- x -->"),
        ("&lt; &#65; &#x41;", r"\&lt; \&#65; \&#x41;"),
        ("_a_ __b__ *c* `d` ~e~ ~~f~~ $g$", r"\_a\_ \_\_b\_\_ \*c\* \`d\` \~e\~ \~\~f\~\~ \$g\$"),
        ("a | b \\ {c}", r"a \| b \\ \{c\}"),
        (":red[x] ::a{b} :::note", rf"\:red\[x\] :\:a\{{b\}} :::{JOINER}note"),
        (":::note x", r"\::\:note x"),
        (":tada: :+1: :100: :red", f":{JOINER}tada: :{JOINER}+1: :{JOINER}100: :{JOINER}red"),
        (":material/home: :material_home: :streamlit:", None),
        ("https://a.example www.b.example", f"https:{JOINER}//a.example www{JOINER}.b.example"),
    ],
)
def test_text_from_outside_is_escaped_only_where_something_acts(text, escaped):
    if ":material" in text:
        assert literal(text) == text.replace(":ma", f":{JOINER}ma").replace(":st", f":{JOINER}st")
    else:
        assert literal(text) == (text if escaped is None else escaped)


_SIGNS = st.text(st.sampled_from("ab1 .:;!?-+#=>_*`~[](){}<>&@|\\/$^\"'\n\u00a0é"), max_size=24)
_MARKS = (
    r"<b> </b> <!-- --> &lt; &#65; ** __ _ ~~ ` ``` --- === [a](b) ![a](b) [a]: <http://a.b> <a@b.cd> a@b.cd | \ $$"
)
_WORDS = st.lists(
    st.sampled_from(
        [*_MARKS.split(), "[^1]", ":-:", "-:|", "a", "1", " ", "\n", "1. ", "1)", "# ", " #", "> ", "- ", "+ "]
    ),
    max_size=8,
).map("".join)


@example("a\\")
@example("-")
@example("1.")
@example(":-:")
@given(_SIGNS | _WORDS | st.text(st.characters(exclude_categories=["C"]), max_size=24))
def test_text_from_outside_gives_itself_back_and_no_markup_wherever_it_stands(text):
    plain = literal(text)
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    said = re.sub(r"[^\S\u202f\u00a0]+", " ", text).strip()
    assert unescape(reader.renderInline(plain)).replace(JOINER, "") == said.replace(JOINER, "")
    alone = {"<p>%s</p>": "%s", "<h1>a %s</h1>": "# a %s", "<p>a\n%s</p>": "a\n%s", "<p>a %s b</p>": "a %s b"}
    inside = {"<ul>\n<li>a %s</li>\n</ul>": "- a %s", "<p><strong>a%sa</strong></p>": "**a%sa**"}
    for html, source in (alone | inside).items() if said.strip("\u00a0") else ():
        html_of_text = reader.render(source % plain).removesuffix("\n").replace(JOINER, "")
        assert html_of_text == html % reader.renderInline(plain).replace(JOINER, "")
        assert re.findall(r"<", reader.renderInline(plain)) == []


def viewed(drawn, email: str, admins: frozenset[str] = frozenset()) -> Scope:
    return scope_of(drawn[1], viewer_for(drawn[1], admins, Identity(email, True), worlds.TODAY))


def test_the_text_is_the_same_byte_for_byte_for_the_person_the_manager_and_an_admin(drawn, world, scope):
    period = Period(worlds.LAST - DAY * 41, worlds.LAST)
    said: list[str] = []
    for person, manager in list(world.managers.items())[-9:]:
        if manager is None or world.ends[person] or world.ends[manager]:
            continue
        number = world.ids[person]
        readers = [viewed(drawn, person), viewed(drawn, manager), scope]
        texts = {brief_of(reader, number, period, worlds.FIRST).markdown() for reader in readers}
        assert len(texts) == 1
        said += texts
    assert sum("##" in text for text in said) > 1


def test_a_peer_gets_no_brief(drawn, world):
    here = [person for person in world.managers if not world.ends[person]]
    peer, other = next(
        (one, two)
        for one in here
        for two in here
        if world.managers[one] == world.managers[two] and one != two and two not in world.chain(one)
    )
    with pytest.raises(NotPermitted):
        brief_of(viewed(drawn, peer), world.ids[other], Period(worlds.FIRST, worlds.LAST), worlds.FIRST)

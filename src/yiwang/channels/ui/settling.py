"""What a template says the same way on every page is put into its source when it is read: a page then calls Python only
for what differs between two visits.

`settle` writes words, icons and addresses; `fold` draws the macros that are called with nothing but words.
"""

import json
import re
from collections.abc import Callable

from django.utils import translation

from yiwang.channels.ui.context import icon, url_if

WORDS = re.compile(r"""(?<![\w.])_\((?:"([^"\\\n]*)"|'([^'\\\n]*)')\)""")
ADDRESS = re.compile(r"""(?<![\w.])url(?:_if)?\((?:"([\w:-]+)"|'([\w:-]+)')\)""")
ICON = re.compile(r"""\{\{\s*icon\((?:"([a-z-]+)"|'([a-z-]+)')\)\s*\}\}""")
ICON_OF = re.compile(r"""\{\{\s*icon\(([a-z_]+(?:\.[a-z_]+)*)\)\s*\}\}""")
ICON_IF = re.compile(r"""\{\{\s*icon\("([a-z-]+)" if ([^"'(){}]+?) else "([a-z-]+)"\)\s*\}\}""")

LITERAL = r'"(?:[^"\\]|\\.)*"'
TAKEN = re.compile(r"""\{%\s*from\s+("[^"]+")\s+import\s+([\w\s,]+?)\s*%\}""")
CALL = re.compile(rf"""\{{\{{\s*(\w+)\(({LITERAL}(?:\s*,\s*{LITERAL})*)\)\s*\}}\}}""")


def settle(source: str, language: str) -> str:
    """Return a template with its fixed words translated, its fixed icons drawn and its fixed addresses written.

    What depends on values stays a call, and so does an address that does not exist, for its error.
    """

    def address(found: re.Match[str]) -> str:
        to = url_if(found[1] or found[2])
        return json.dumps(to) if to or found[0].startswith("url_if") else found[0]

    source = ADDRESS.sub(address, source)
    with translation.override(language):
        source = WORDS.sub(
            lambda found: json.dumps(translation.gettext(found[1] or found[2] or ""), ensure_ascii=False), source
        )
    source = ICON.sub(lambda found: str(icon(found[1] or found[2])), source)
    source = ICON_IF.sub(
        lambda found: f"{{% if {found[2]} %}}{icon(found[1])}{{% else %}}{icon(found[3])}{{% endif %}}", source
    )
    return ICON_OF.sub(lambda found: _icon_of(found[1]), source)


def _icon_of(name: str) -> str:
    before, _, after = str(icon("NAME")).partition("NAME")
    return f"{before}{{{{ {name} }}}}{after}"


def fold(source: str, draw: Callable[[str], str]) -> str:
    """Return a settled template with the macros of other files drawn where their arguments are all written out."""
    homes = {name.strip(): file for file, names in TAKEN.findall(source) for name in names.split(",")}

    def drawn(found: re.Match[str]) -> str:
        home = homes.get(found[1])
        if home is None:
            return found[0]
        once = draw(f"{{% from {home} import {found[1]} %}}{found[0]}")
        return found[0] if "{" in once else once

    return CALL.sub(drawn, source)

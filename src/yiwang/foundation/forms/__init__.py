"""Forms: JSON Schema and a UI schema, compiled to pages that work without JavaScript, with one validator for all.

Compile a definition with `compile_form`; everything else hangs on the Form that it returns.
"""

from yiwang.foundation.forms.changes import Change, changes
from yiwang.foundation.forms.definition import FormDefinitionError, compile_form
from yiwang.foundation.forms.form import Form
from yiwang.foundation.forms.sources import SOURCES, source_name
from yiwang.foundation.forms.standard import paper_key, standard_form
from yiwang.foundation.forms.structs import Field, Option, Page, PageInput, Problem
from yiwang.foundation.forms.texts import Text, as_text

__all__ = [
    "SOURCES",
    "Change",
    "Field",
    "Form",
    "FormDefinitionError",
    "Option",
    "Page",
    "PageInput",
    "Problem",
    "Text",
    "as_text",
    "changes",
    "compile_form",
    "paper_key",
    "source_name",
    "standard_form",
]

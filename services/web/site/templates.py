"""How templates become Python: what is known before anybody asks is settled then, once, and not for every reader.

A page is some hundreds of small steps, and drawing it costs more than all it asks of the services. So a sentence that
is the same for everybody is part of the text around it; what has nothing to escape is not made into something else
first; and a field of an answer is looked for where it is. What a template means stays as Jinja has it.
"""

from __future__ import annotations

import re
from types import FunctionType, MethodType
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from services.web.site.words import Words

SAYS = frozenset({"_", "gettext"})
DICT_HAS = frozenset(dir(dict))
OF_THE_CALL = ("_loop_vars", "_block_vars")
"""What the compiler hands to every call, for those that ask for the context."""

PLAIN = (FunctionType, MethodType)
ASKS = "jinja_pass_arg"
"""How a function is marked that asks for the context, or for a part of it."""

_unsafe = re.compile("[&<>'\"]").search


def shown(value: Any) -> str:
    """What stands in the page for a value: escaped, unless it is markup already. To be joined with other text only."""
    if type(value) is str and _unsafe(value) is None:
        return value
    return value if type(value) is Markup else escape(value)


class _Said(NodeTransformer):
    """Puts each sentence that needs nothing filled in where it is said."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - as Jinja calls it
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name=name),
                args=[nodes.Const(value=str(sentence))],
                kwargs=[],
                dyn_args=None,
                dyn_kwargs=None,
            ) if name in SAYS:
                # The catalogues' own words, trusted where they always were: filled in, or not, by Jinja's gettext.
                said = nodes.Const(self._words.gettext(sentence) % {})
                return nodes.MarkSafeIfAutoescape(said, lineno=node.lineno, environment=node.environment)
        return node


class _Compiler(CodeGenerator):
    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


class _Context(Context):
    def call(self, called: Any, /, *args: Any, **named: Any) -> Any:
        """A macro is told whether to escape, a function what it is called with; all else is left to Jinja."""
        kind = type(called)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in PLAIN or hasattr(called, ASKS):
            return super().call(called, *args, **named)
        for one in OF_THE_CALL:
            named.pop(one, None)
        return called(*args, **named)


class Templates(Environment):
    """The environment of one language."""

    code_generator_class = _Compiler
    context_class = _Context
    shown = staticmethod(shown)
    words: Words

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`answer.title`: what came as JSON has no attributes but a dictionary's own, so its keys are looked at."""
        if type(obj) is dict and attribute not in DICT_HAS:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(_Said(self.words).visit(source), name, filename, defer_init)

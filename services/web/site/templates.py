"""How templates become Python: what is known before anybody asks is settled then, once, and not for every reader.

A page is some hundreds of small steps, and drawing it costs more than all it asks of the services. So a sentence that
is the same for everybody is part of the text around it; what has nothing to escape is not made into something else
first; parts that need nothing of the page are made once and not for each page; and a field of an answer is looked for
where it is. What a template means stays as Jinja has it.
"""

from __future__ import annotations

import re
from types import FunctionType, MethodType
from typing import Any

from jinja2 import Environment, Template, meta, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from services.web.site.words import Words

SAYS = frozenset({"_", "gettext"})
DICT_HAS = frozenset(dir(dict))
OF_THE_CALL = ("_loop_vars", "_block_vars")
"""What the compiler hands to every call, for those that ask for the context."""

DRAW_OTHERS = (nodes.Import, nodes.FromImport, nodes.Include)
PLAIN = (FunctionType, MethodType)
ASKS = "jinja_pass_arg"
"""How a function is marked that asks for the context, or for a part of it."""

_unsafe = re.compile("[&<>'\"]").search


def shown(value: Any) -> str:
    """What stands in the page for a value: escaped, unless it is markup already. To be joined with other text only."""
    if type(value) is str and _unsafe(value) is None:
        return value
    return value if type(value) is Markup else escape(value)


class _Settled(NodeTransformer):
    """Puts each sentence that needs nothing filled in where it is said, and lets parts that need nothing of the page
    that uses them be the same for all pages."""

    def __init__(self, environment: Templates) -> None:
        self._environment = environment
        self._words = environment.words

    def visit_Import(self, node: nodes.Import) -> nodes.Import:  # noqa: N802 - as Jinja calls it
        self._settle(node)
        return node

    def visit_FromImport(self, node: nodes.FromImport) -> nodes.FromImport:  # noqa: N802 - as Jinja calls it
        self._settle(node)
        return node

    def _settle(self, node: nodes.Import | nodes.FromImport) -> None:
        match node.template:
            case nodes.Const(value=str(name)) if node.with_context:
                node.with_context = self._environment.needs_the_page(name)

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

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - as Jinja calls it
        """`row.title` of what is a dictionary and has one is written out; all else is looked for."""
        if not isinstance(node.node, nodes.Name) or node.attr in DICT_HAS:
            super().visit_Getattr(node, frame)
            return
        it, key = frame.symbols.ref(node.node.name), repr(node.attr)
        self.write(f"({it}[{key}] if type({it}) is dict and {key} in {it} else ")
        super().visit_Getattr(node, frame)
        self.write(")")


class _Part(Template):
    def _get_default_module(self, ctx: Context | None = None) -> Any:
        """Every template here has the globals of its environment and no others: that needs no comparing."""
        return super()._get_default_module()


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
    template_class = _Part
    shown = staticmethod(shown)
    words: Words

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._needing: dict[str, bool] = {}

    def needs_the_page(self, name: str) -> bool:
        """Whether a part speaks of anything that only the page around it can tell. One that holds more than macros,
        or is made of what may need the page, counts as if it did: nothing goes from one reader's page to another's."""
        if name not in self._needing:
            self._needing[name] = True  # for parts that use each other
            source, _, _ = self.loader.get_source(self, name)  # type: ignore[union-attr]
            part = self.parse(source)
            told = meta.find_undeclared_variables(part) - self.globals.keys()
            self._needing[name] = bool(told) or not all(map(self._is_for_all, part.body))
        return self._needing[name]

    def _is_for_all(self, node: nodes.Node) -> bool:
        match node:
            case nodes.Macro():
                return next(node.find_all(DRAW_OTHERS), None) is None
            case (
                nodes.Import(template=nodes.Const(value=str(name)))
                | nodes.FromImport(template=nodes.Const(value=str(name)))
            ):
                return not self.needs_the_page(name)
            case nodes.Output(nodes=[*written]):
                return all(isinstance(one, nodes.TemplateData) for one in written)
        return False

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`answer.title`: what came as JSON has no attributes but a dictionary's own, so its keys are looked at."""
        if type(obj) is dict and attribute not in DICT_HAS:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(_Settled(self).visit(source), name, filename, defer_init)

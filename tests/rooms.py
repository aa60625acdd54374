"""A contract for the import linter: some modules may import only what is named, and all else is forbidden.

The linter's own contracts name what is forbidden. For the domain that is the wrong way round: nobody can list every way
to reach the world, but what a rule of judgement needs fits on three lines. A name allows what lies inside it too.
"""

from __future__ import annotations

from collections.abc import Iterable

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules


def within(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


class OnlyContract(Contract):
    """`modules` may import what is `allowed` and each other within one module, and nothing else."""

    type_name = "only"

    modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        rooms = {module.name for module in module_expressions_to_modules(graph, self.modules)}
        found = [
            f"{importer} -> {imported}"
            for room in sorted(rooms)
            for importer in sorted({room} | graph.find_descendants(room))
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not within(imported, [room, *self.allowed])
        ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["found"]:
            output.print_error(f"{line} is not among what is allowed.", bold=False)

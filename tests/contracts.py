"""A kind of contract that import-linter does not bring: what some modules may import, all else being forbidden."""

import sys

import grimp
from importlinter import Contract, ContractCheck, fields, output


class OnlyContract(Contract):
    """Modules that import the standard library, each other, and what is named; imports inside functions count.

    Options:
        modules: they, and all that lies below them.
        may_import: packages besides.
    """

    type_name = "only"

    modules = fields.ListField(subfield=fields.ModuleField())
    may_import = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        names = [module.name for module in self.modules]
        allowed = (*names, *(self.may_import or ()), *sys.stdlib_module_names)
        importers = {name for name in names} | {
            below for name in names for below in graph.find_descendants(name)
        }
        found = [
            f"{importer} imports {imported} (line {detail['line_number']})"
            for importer in sorted(importers)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not f"{imported}.".startswith(tuple(f"{name}." for name in allowed))
            for detail in graph.get_import_details(importer=importer, imported=imported)
        ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["found"]:
            output.print_error(line)

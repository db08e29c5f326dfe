"""Small wrong changes to a module, one at a time: each is a mutant, which some test has to notice.

The changes are made in the syntax tree, so a module of any shape can be changed: decorated functions, properties,
generators, constants of the module. Annotations, imports, docstrings and `__all__` mean nothing while a program runs
and stay as they are, and so do the words of an error that is raised.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

_Where = tuple[tuple[str, int | None], ...]

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_NOT_RUN = {"annotation", "returns", "type_params", "decorator_list"}


@dataclass(frozen=True)
class Mutant:
    """One change: the function or class in which it is, what was there and what is there instead."""

    module: str
    place: str
    before: str
    after: str
    code: CodeType

    @property
    def name(self) -> str:
        """How the list of accepted mutants calls it."""
        return f"{self.place}: {self.before} → {self.after}"


def mutants(module: str, source: str, path: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    for where, place, node in _visit(tree, (), ""):
        for change in _changes(node):
            mutated = copy.deepcopy(tree)
            _put(mutated, where, change)
            ast.fix_missing_locations(mutated)
            code = compile(mutated, path, "exec")
            yield Mutant(module, place or "module", _text(node), _text(change) if change else "", code)


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:160]


def _visit(node: ast.AST, where: _Where, place: str) -> Iterator[tuple[_Where, str, ast.AST]]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        place = f"{place}.{node.name}" if place else node.name
    if where:
        yield where, place, node
    for name, value in ast.iter_fields(node):
        if name in _NOT_RUN:
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if isinstance(child, ast.AST) and not _says_nothing(node, child):
                yield from _visit(child, (*where, (name, index)), place)


def _says_nothing(parent: ast.AST, child: ast.AST) -> bool:
    if isinstance(child, ast.Import | ast.ImportFrom) or (isinstance(parent, ast.Raise) and not _makes(child)):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True
    if isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Name):
        return child.targets[0].id in {"__all__", "message"}
    return isinstance(child, ast.Constant) and isinstance(parent, ast.JoinedStr | ast.FormattedValue)


def _makes(raised: ast.AST) -> bool:
    """Whether what is raised says more than words: an error made by another function."""
    return isinstance(raised, ast.Call) and isinstance(raised.func, ast.Attribute)


def _put(tree: ast.AST, where: _Where, change: ast.AST | None) -> None:
    node: Any = tree
    for name, index in where[:-1]:
        node = getattr(node, name) if index is None else getattr(node, name)[index]
    name, index = where[-1]
    if index is None:
        setattr(node, name, change)
    else:
        getattr(node, name)[index] = change


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            yield from _other_comparisons(node)
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield operand
        case ast.BinOp(op=operator) if type(operator) in _COUNTED:
            yield ast.BinOp(node.left, _COUNTED[type(operator)](), node.right)
        case ast.Constant():
            yield from _other_constants(node)
        case ast.IfExp():
            yield ast.IfExp(node.test, node.orelse, node.body)
        case ast.comprehension(ifs=[_, *_]):
            yield ast.comprehension(node.target, node.iter, [], node.is_async)
        case ast.stmt():
            yield from _other_statements(node)


def _other_comparisons(node: ast.Compare) -> Iterator[ast.Compare]:
    for place, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:place], other(), *node.ops[place + 1 :]], node.comparators)


def _other_constants(node: ast.Constant) -> Iterator[ast.Constant]:
    match node.value:
        case bool(value):
            yield ast.Constant(not value)
        case int(value):
            yield ast.Constant(value + 1)
        case str(value):
            yield ast.Constant(f"XX{value}")


def _other_statements(node: ast.stmt) -> Iterator[ast.stmt]:
    match node:
        case ast.If():
            yield ast.If(ast.Constant(value=True), node.body, node.orelse)
            yield ast.If(ast.Constant(value=False), node.body, node.orelse)
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign():
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()

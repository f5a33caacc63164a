"""How numba is led through functions as large as ours, so that compiling one takes seconds and not a minute.

numba's own pipeline is made for functions of a screen. Over the 7,000 statements of a day it walks a dozen times by steps whose cost
grows with the square of what they walk over, for features that no kernel here has: closures, generators, `with`, array expressions. So
kernels have a pipeline of their own, as numba offers it (`pipeline_class`): the steps that they need, three of them said anew.

- `LayIn` lays parts into their caller as `InlineInlinables` does, but looks for parts of a part when its statements are the caller's.
- `TakeTablesApart` looks every field of a table up once, at the beginning. As numba has it, each look at `acts.points` is a load of
  all 360 words of `acts`, which LLVM then takes apart again, word by word.
- `AssignOnce` gives each assignment a variable of its own as `ReconstructSSA` does, but visits the blocks that name the variable.

No `del` is written down: there are no reference counts (`_nrt=False`), and each would be a load and a store of every word.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from llvmlite.ir import Block
from llvmlite.ir.instructions import AllocaInstr, LoadInstr, StoreInstr, SwitchInstr
from numba.core import ir, ssa, types
from numba.core.analysis import compute_cfg_from_blocks
from numba.core.bytecode import FunctionIdentity
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, StateDict, _CompileStatus
from numba.core.compiler_machinery import FunctionPass, PassManager, register_pass
from numba.core.controlflow import CFGraph
from numba.core.dispatcher import _FunctionCompiler
from numba.core.inline_closurecall import InlineWorker
from numba.core.ir_utils import build_definitions, guard, replace_vars, simplify_CFG
from numba.core.registry import CPUDispatcher
from numba.core.typed_passes import NativeLowering, NoPythonBackend, NopythonTypeInference, PreLowerStripPhis
from numba.core.untyped_passes import (
    ExtractByteCode,
    FixupArgs,
    GenericRewrites,
    InlineInlinables,
    IRProcessing,
    ReconstructSSA,
    TranslateByteCode,
)

READ = ((TranslateByteCode, "read"), (FixupArgs, "arguments"), (IRProcessing, "blocks"), (GenericRewrites, "constants"))
Path = tuple[int, ...]
"""Where a table or a field of one is: number of the argument, number of the field in it, and so on."""


class _Step(FunctionPass):
    """A step over one function's statements."""

    def __init__(self) -> None:
        FunctionPass.__init__(self)


class _Layer(InlineWorker):
    """Lays parts into a caller."""

    def run_untyped_passes(self, func: Callable[..., Any], enable_ssa: bool = False) -> Any:
        """The statements of a part; parts of its own are laid in later, when its statements are the caller's."""
        state = StateDict()
        state.func_ir, state.args = None, func.__code__.co_argcount * (types.pyobject,)
        state.typingctx, state.targetctx = self.typingctx, self.targetctx
        state.locals, state.flags = self.locals, self.flags
        state.func_id = FunctionIdentity.from_function(func)
        state.status, state.metadata = _CompileStatus(False), {}
        state.typemap = state.calltypes = state.return_type = None
        ExtractByteCode().run_pass(state)
        steps = PassManager("part")
        for step, what in READ:
            steps.add_pass(step, what)
        steps.finalize()
        steps.run(state)
        return state.func_ir


@register_pass(mutates_CFG=False, analysis_only=False)
class LayIn(_Step):
    """Parts (`inline="always"`) become statements of the kernel."""

    _name = "lay_in"

    def run_pass(self, state: Any) -> bool:
        layer = _Layer(state.typingctx, state.targetctx, state.locals, state.pipeline, state.flags, validator=None)
        lay_in, waiting = InlineInlinables(), list(state.func_ir.blocks.items())
        while waiting:
            _, block = waiting.pop()
            for at, statement in enumerate(block.body):
                call = statement.value if isinstance(statement, ir.Assign) else None
                is_call = isinstance(call, ir.Expr) and call.op == "call"
                if is_call and guard(lay_in._do_work, state, waiting, block, at, call, layer):
                    break  # the rest of the block is a block of its own now, and waits
        state.func_ir.blocks = simplify_CFG(state.func_ir.blocks)
        return True


@register_pass(mutates_CFG=False, analysis_only=False)
class TakeTablesApart(_Step):
    """Whatever is an argument, or a field of one that is a tuple, is looked up once, in the first block."""

    _name = "take_tables_apart"

    def run_pass(self, state: Any) -> bool:
        blocks = state.func_ir.blocks
        tables = _Tables(state.args, blocks)
        known = {name: path for name, path in tables.paths.items() if path and name not in tables.arguments}
        if not known:
            return False
        asked: Counter[str] = Counter()
        for block in blocks.values():
            block.body = [s for s in block.body if not (isinstance(s, ir.Assign) and s.target.name in known)]
            asked.update(v.name for s in block.body for v in s.list_vars())
        fields = _Fields(state.args, blocks[min(blocks)])
        replace_vars(blocks, {name: fields.variable(path) for name, path in known.items() if asked[name]})
        fields.write()
        state.func_ir._definitions = build_definitions(blocks)
        return True


class _Tables:
    """Which variables are nothing but an argument, or a field in one."""

    def __init__(self, args: tuple[Any, ...], blocks: dict[int, Any]) -> None:
        values = defaultdict(list)
        for block in blocks.values():
            for statement in block.find_insts(ir.Assign):
                values[statement.target.name].append(statement.value)
        self.args, self.once = args, {name: found[0] for name, found in values.items() if len(found) == 1}
        self.arguments = {name for name, value in self.once.items() if isinstance(value, ir.Arg)}
        self.paths: dict[str, Path | None] = {}
        for name in self.once:
            self.path(name)

    def path(self, name: str) -> Path | None:
        """Where a variable's value lies; None if it is computed."""
        if name not in self.paths:
            self.paths[name] = None
            self.paths[name] = self._path_of(self.once.get(name))
        return self.paths[name]

    def _path_of(self, value: Any) -> Path | None:
        if isinstance(value, ir.Arg):
            return (value.index,)
        if isinstance(value, ir.Var):
            return self.path(value.name)
        if not isinstance(value, ir.Expr) or value.op not in ("getattr", "exhaust_iter", "static_getitem"):
            return None
        path = self.path(value.value.name)
        kind = None if path is None else kind_at(self.args, path)
        if path is None or not isinstance(kind, types.BaseTuple):
            return None
        if value.op == "exhaust_iter":
            return path
        if value.op == "static_getitem":
            return (*path, value.index) if isinstance(value.index, int) and value.index >= 0 else None
        return (*path, kind.fields.index(value.attr)) if isinstance(kind, types.BaseNamedTuple) else None


class _Fields:
    """One variable for each field, made when it is asked for."""

    def __init__(self, args: tuple[Any, ...], first: Any) -> None:
        self.args, self.first = args, first
        given = [s for s in first.find_insts(ir.Assign) if isinstance(s.value, ir.Arg)]
        self.place: dict[Path, Any] = {(s.value.index,): s.target for s in given}
        self.after = first.body.index(given[-1]) + 1
        self.looks: list[Any] = []

    def variable(self, path: Path) -> Any:
        if path not in self.place:
            table, kind, at, loc = self.variable(path[:-1]), kind_at(self.args, path[:-1]), path[-1], self.first.loc
            name = kind.fields[at] if isinstance(kind, types.BaseNamedTuple) else str(at)
            named = isinstance(kind, types.BaseNamedTuple)
            look = ir.Expr.getattr(table, name, loc) if named else ir.Expr.static_getitem(table, at, None, loc)
            self.place[path] = self.first.scope.redefine(f"{table.name}.{name}", loc)
            self.looks.append(ir.Assign(look, self.place[path], loc))
        return self.place[path]

    def write(self) -> None:
        self.first.body[self.after : self.after] = self.looks


def kind_at(args: tuple[Any, ...], path: Path) -> Any:
    """numba's type of an argument or of a field in it."""
    kind = args[path[0]]
    for at in path[1:]:
        kind = kind.types[at]
    return kind


@register_pass(mutates_CFG=False, analysis_only=False)
class AssignOnce(ReconstructSSA):
    """Every assignment gets a variable of its own, and where two meet the type of both is found."""

    _name = "assign_once"

    def run_pass(self, state: Any) -> bool:
        blocks = state.func_ir.blocks
        flow = compute_cfg_from_blocks(blocks)
        fronts, listed = ssa._iterated_domfronts(flow), ssa._CacheListVars()
        named = defaultdict(set)
        for label, block in blocks.items():
            for statement in block.body:
                for var in statement.list_vars():
                    named[var.name].add(label)
        for name in ssa._find_defs_violators(blocks, flow):
            some = {label: blocks[label] for label in sorted(named[name])}
            fresh, made = ssa._fresh_vars(some, name)
            met = {label: blocks[label] for label in ssa._compute_phi_locations(fronts, made) if label not in fresh}
            blocks.update(ssa._fix_ssa_vars({**fresh, **met}, name, made, flow, fronts, listed))
        self._patch_locals(state)
        state.func_ir._definitions = build_definitions(blocks)
        return True


@register_pass(mutates_CFG=False, analysis_only=False)
class FindTypes(NopythonTypeInference):
    """numba's own, which does not change the order of blocks."""

    _name = "find_types"


@register_pass(mutates_CFG=False, analysis_only=False)
class CopyWhereTheyMeet(PreLowerStripPhis):
    """numba's own, less the lifetimes that nobody asks for."""

    _name = "copy_where_they_meet"

    def run_pass(self, state: Any) -> bool:
        state.func_ir = self._strip_phi_nodes(state.func_ir)
        state.func_ir._definitions = build_definitions(state.func_ir.blocks)
        return True


class Code(JITCodeLibrary):
    """The code of a kernel, on its way from numba to LLVM."""

    def add_ir_module(self, ir_module: Any) -> None:
        for function in ir_module.functions:
            if function.blocks:
                leave_out_first_values(function)
        super().add_ir_module(ir_module)


def leave_out_first_values(function: Any) -> None:
    """Leave out what is written into a variable at the very beginning, if it is certain to be overwritten before anybody reads it.

    numba sets every variable and every intermediate value to zero where the function begins. So LLVM finds two writers of each, far apart,
    and asks for every word of it through which blocks of the whole function it lives: two thirds of its first pass. Before each write
    numba also reads what was there, to count references down, and here nobody counts.
    """
    read = {id(x) for block in function.blocks for one in block.instructions for x in operands_of(one)}
    for block in function.blocks:
        block.instructions[:] = [x for x in block.instructions if id(x) in read or not isinstance(x, LoadInstr)]
    above, uses = flow_of(function).dominators(), defaultdict(list)
    for n, block in enumerate(function.blocks):
        for i, one in enumerate(block.instructions):
            for x in operands_of(one):
                if isinstance(x, AllocaInstr):
                    uses[x].append(((n, i), one))
    needless = set()
    for variable, ((first, zero), *others) in uses.items():
        writes = [at for at, one in others if isinstance(one, StoreInstr) and one.operands[1] is variable]
        is_zero = first[0] == 0 and isinstance(zero, StoreInstr) and zero.operands[1] is variable
        if is_zero and any(all(comes_first(write, at, above) for at, _ in others) for write in writes):
            needless.add(id(zero))
    begin = function.blocks[0]
    begin.instructions[:] = [one for one in begin.instructions if id(one) not in needless]


def operands_of(instruction: Any) -> list[Any]:
    """What an instruction reads; also where blocks meet."""
    return [*instruction.operands, *(value for value, _ in getattr(instruction, "incomings", ()))]


def flow_of(function: Any) -> CFGraph:
    """Which block of LLVM's goes on to which."""
    number = {block: n for n, block in enumerate(function.blocks)}
    flow = CFGraph()
    for n in range(len(function.blocks)):
        flow.add_node(n)
    for block, n in number.items():
        end = block.terminator
        cases = [end.default, *(target for _, target in end.cases)] if isinstance(end, SwitchInstr) else []
        for target in [x for x in end.operands if isinstance(x, Block)] + cases:
            flow.add_edge(n, number[target])
    flow.set_entry_point(0)
    flow.process()
    return flow


def comes_first(write: tuple[int, int], use: tuple[int, int], above: dict[int, set[int]]) -> bool:
    """Does every way to a use (block, place in it) pass the write?"""
    if write[0] == use[0]:
        return write[1] <= use[1]
    return write[0] in above.get(use[0], ())


class Linked(Code):
    """Code that is only laid into other code: improved there, and never made machine code by itself."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=False, analysis_only=False)
class ToBeKept(_Step):
    """The code of a kernel goes into a library that is written to disk."""

    _name = "to_be_kept"

    def run_pass(self, state: Any) -> bool:
        state.library = Code(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return False


@register_pass(mutates_CFG=False, analysis_only=False)
class ToBeLinked(_Step):
    """The code of a scalar function goes into a library that is only linked."""

    _name = "to_be_linked"

    def run_pass(self, state: Any) -> bool:
        state.library = Linked(state.targetctx.codegen(), state.func_id.func_qualname)
        return False


def steps(where_to: Any = ToBeKept) -> Any:
    """The steps of a kernel, or of what is linked to one."""
    way = PassManager("kernel")
    within = ((LayIn, "lay parts in"), (TakeTablesApart, "take tables apart"), (AssignOnce, "assign once"))
    typed = ((FindTypes, "find types"), (CopyWhereTheyMeet, "copy where they meet"))
    for step, what in (
        *READ,
        *within,
        (where_to, "code"),
        *typed,
        (NativeLowering, "lower"),
        (NoPythonBackend, "finish"),
    ):
        way.add_pass(step, what)
    way.finalize()
    return way


class _LinkedCompiler(CompilerBase):
    """The steps of a function that kernels call."""

    def define_pipelines(self) -> list[Any]:
        return [steps(ToBeLinked)]


class _LinkedWay(_FunctionCompiler):
    """Nobody but kernels calls it: no doors for Python or C, no machine code."""

    def _customize_flags(self, flags: Any) -> Any:
        flags.no_cpython_wrapper = flags.no_cfunc_wrapper = flags.no_compile = True
        return flags

    def _compile_core(self, args: Any, return_type: Any) -> Any:
        made = super()._compile_core(args, return_type)
        door = object()
        self.targetdescr.target_context.insert_user_function(door, made.fndesc, [made.library])
        return made._replace(entry_point=door)


class Called(CPUDispatcher):
    """A scalar function as kernels call it: one version for each set of types, whatever constants it is called with."""

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        super().__init__(function, {}, options, pipeline_class=_LinkedCompiler)
        self._compiler = _LinkedWay(function, self.targetdescr, options, {}, _LinkedCompiler)

    def add_overload(self, cres: Any) -> None:
        self.overloads[tuple(cres.signature.args)] = cres

    def get_call_template(self, args: Any, kws: Any) -> Any:
        _, args = self._compiler.fold_argument_types(args, kws)
        return super().get_call_template(tuple(types.unliteral(kind) for kind in args), {})


def lay_in_without_copying_scopes() -> None:
    """Let numba share a function's table of variables between the copies that it makes of the function's blocks.

    To lay a function into its caller numba copies it block by block, and with every block the whole table: a fifth of all compiling here.
    It then renames each variable and gives the copies the caller's table, so none of those copies is ever looked at.
    """
    ir.Scope.__deepcopy__ = lambda scope, _: scope


lay_in_without_copying_scopes()

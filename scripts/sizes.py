"""Files and functions stay small enough to be read at once."""
import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Lines that a file and a function may have; the function's docstring and decorators do not count."""
    file: int
    function: int


CODE = Limits(file=500, function=50)
TESTS = Limits(file=800, function=90)


def complaints(root):
    """One line of text for each Python file or function of the checkout that is too long."""
    found = []
    for folder in ('shopify_connector', 'scripts', 'tests'):
        for path in sorted((root / folder).rglob('*.py')):
            name = path.relative_to(root)
            limits = TESTS if path.name.startswith('test_') else CODE
            found += [f'{name}:{text}' for text in complaints_about(path.read_text(), limits)]
    return found


def complaints_about(source, limits):
    """The same for one file's text; each begins with the line number."""
    lines = source.count('\n')
    if lines > limits.file:
        yield f'1: the file has {lines} lines, {limits.file} are allowed'
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = function_lines(node)
            if length > limits.function:
                yield f'{node.lineno}: {node.name} has {length} lines, {limits.function} are allowed'


def function_lines(node):
    """Lines from `def` to the end, without the docstring."""
    length = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node, clean=False) is not None:
        docstring = node.body[0]
        length -= docstring.end_lineno - docstring.lineno + 1
    return length

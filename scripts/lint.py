"""ruff over everything, pylint with the checks for Odoo over the addon, and the sizes of files and functions."""
import subprocess
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # as a module of the package, whatever way it was started

from scripts import sizes
from scripts.get_python import python
from scripts.paths import ADDON, ROOT
from scripts.progress import SetupError, step


def main():
    """Run all checks, also when one fails; exit code 1 if any did."""
    try:
        bin_folder = python().parent
    except SetupError as error:
        print(f'\n{error}', file=sys.stderr)
        return 1
    checks = {
        'ruff': [bin_folder / 'ruff', 'check', '--output-format=concise', *(sys.argv[1:] or ['.'])],
        'pylint-odoo': [bin_folder / 'pylint', '--rcfile=setup.cfg', ADDON],
    }
    failed = []
    for name, command in checks.items():
        step(name)
        if subprocess.run([str(part) for part in command], cwd=ROOT).returncode:
            failed.append(name)
    step('sizes of files and functions')
    complaints = sizes.complaints(ROOT)
    print('\n'.join(complaints))
    if complaints:
        failed.append('sizes')
    step(f'lint failed: {", ".join(failed)}' if failed else 'lint passed')
    return bool(failed)


if __name__ == '__main__':
    sys.exit(main())

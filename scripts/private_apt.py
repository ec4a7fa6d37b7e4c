"""Debian packages without root: an apt with lists and cache of its own, unpacked into a folder."""
import re
import shutil
from pathlib import Path

from scripts.progress import SetupError, run

KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'


def debian_sources():
    """Pairs (mirror, suite) that this system's apt is set up with, whether or not it ever fetched their lists.

    :raise SetupError: this is not a Debian, or its apt names no mirror.
    """
    if not shutil.which('apt-get') or not Path(KEYRING).exists():
        raise SetupError('this system is not a Debian with apt')
    listed = run(
        ['apt-get', '-o', 'APT::Get::IndexTargets::ReleaseInfo=0', 'indextargets', '--format', '$(SITE) $(RELEASE)'],
        why='apt did not tell its mirrors',
    )
    pairs = dict.fromkeys(tuple(line.split()) for line in listed.splitlines() if len(line.split()) == 2)
    found = [(site, suite) for site, suite in pairs if re.search(r'/debian(-security)?/?$', site)]
    if not found:
        raise SetupError('apt names no mirror of Debian')
    return found


def mirror():
    """Address of the mirror of Debian's main archive."""
    sites = [site for site, _suite in debian_sources() if 'security' not in site]
    if not sites:
        raise SetupError('apt names no mirror of Debian')
    return sites[0]


class PrivateApt:
    """An apt whose state lies in ``folder`` and which reads ``sources``, pairs (mirror, suite)."""

    def __init__(self, folder, sources):
        for part in ('lists/partial', 'cache/archives/partial', 'packages'):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self.folder = folder
        written = folder / 'sources.list'
        written.write_text(''.join(f'deb [signed-by={KEYRING}] {site} {suite} main\n' for site, suite in sources))
        settings = {
            'Dir::Etc::SourceList': written, 'Dir::Etc::SourceParts': '-', 'Dir::State::Lists': folder / 'lists',
            'Dir::Cache': folder / 'cache', 'Debug::NoLocking': 1, 'APT::Sandbox::User': '',
            'APT::Install-Recommends': 0,
        }
        self.options = [word for name, value in settings.items() for word in ('-o', f'{name}={value}')]

    def _apt(self, *arguments, why, **options):
        return run(['apt-get', *self.options, *arguments], why=why, cwd=self.folder / 'packages', **options)

    def update(self):
        """Fetch the package lists; apt checks their signatures."""
        self._apt('update', '-q', why='the package lists of Debian cannot be fetched')

    def with_dependencies(self, *names):
        """Names of all packages that an installation of ``names`` would add to this system."""
        plan = self._apt('--simulate', 'install', *names, why=f'apt finds no way to install {" ".join(names)}')
        return [line.split()[1] for line in plan.splitlines() if line.startswith('Inst ')]

    def unpack(self, names, into):
        """Download the packages, checked by apt, and unpack them into the folder ``into``."""
        self._apt('download', '-q', *names, why=f'apt cannot download {", ".join(names[:10])}')
        for package in sorted((self.folder / 'packages').glob('*.deb')):
            run(['dpkg-deb', '-x', package, into], why=f'{package.name} cannot be unpacked')
            package.unlink()

"""Worlds that are lived one after the other; those that go wrong are made smaller and printed."""

import json
import os
import sys

from tests.support.smaller import smaller

SHRUNK = int(os.environ.get('SHOPIFY_CONNECTOR_SHRUNK', '1'))
SECONDS = int(os.environ.get('SHOPIFY_CONNECTOR_SHRINKING', '90'))
TOLD = os.environ.get('SHOPIFY_CONNECTOR_TOLD')


class Worlds:
    """A mixin of test cases. ``lived(world)`` gives sentences about what went wrong in a world; ``KINDS`` are words by which
    two sentences are about the same, whatever their figures."""

    KINDS = ()

    def chosen(self, worlds):
        """What ``SHOPIFY_CONNECTOR_TOLD`` says, else these, as they are printed."""
        return json.loads(TOLD or json.dumps(worlds))

    def assert_well(self, worlds):
        failed = []
        for world in worlds:
            sentences = self.lived(world)
            if sentences:
                # A long run that is stopped has told what it has found.
                sys.stderr.write(f'\n{json.dumps(world)},\n    {sentences}\n')
                failed.append((world, sentences))
        if failed:
            failed.sort(key=lambda row: len(json.dumps(row[0])))
            shown = [self.smallest(*row) for row in failed[:SHRUNK]]
            self.fail(f'{len(failed)} of {len(worlds)} worlds went wrong. The smallest:\n' + '\n'.join(shown))

    def smallest(self, world, sentences):
        """A world with every step left out that it goes wrong without, as it stands in ``REMEMBERED``."""
        kind = self.kind(sentences[0])

        def goes_wrong(world):
            return any(self.kind(sentence) == kind for sentence in self.lived(world))

        if goes_wrong(world):
            world = smaller(world, goes_wrong, SECONDS / SHRUNK)
            sentences = self.lived(world) or sentences
        return '\n    '.join([f'{json.dumps(world)},', *sentences])

    def kind(self, sentence):
        return next((words for words in self.KINDS if words in sentence), sentence)

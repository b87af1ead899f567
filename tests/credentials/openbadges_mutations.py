"""Every way to change one member of a document."""

import copy


def changed_documents(whole):
    """The document with each member removed, and with each text, number and truth value changed, one at a time."""

    def walk(value, path):
        if isinstance(value, dict):
            for name, item in value.items():
                yield (*path, name), None
                yield from walk(item, (*path, name))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield (*path, index), None
                yield from walk(item, (*path, index))
        elif isinstance(value, bool):
            yield path, not value
        else:
            yield path, value + 1 if isinstance(value, int | float) else f"{value}x"

    for path, value in walk(whole, ()):
        other = copy.deepcopy(whole)
        place = other
        for step in path[:-1]:
            place = place[step]
        if value is None:
            del place[path[-1]]
        else:
            place[path[-1]] = value
        yield "/".join(map(str, path)) + ("" if value is None else "="), other

"""Fails if a mapping of a YAML file has a key twice, of which most readers keep the last without a word. Arguments: files."""

import sys

import yaml


class Strict(yaml.SafeLoader):
    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            # What a merge brings in may stand there once more.
            if key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} twice", key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def main(paths):
    failures = []
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                list(yaml.load_all(file, Loader=Strict))
        except yaml.YAMLError as error:
            failures.append(str(error))
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


sys.exit(main(sys.argv[1:]))

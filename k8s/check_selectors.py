"""Fails if a selector of a Service, workload, disruption budget or network policy finds no pod of the same release, or if
a Service finds a pod that is not behind it (the migration). Arguments: rendered manifests."""

import sys

import yaml

# Database pods that an overlay leaves to somebody else.
SERVICES = ("notifications", "consignments", "training", "reporting")
OUTSIDE = [{"app.kubernetes.io/name": f"{service}-database"} for service in SERVICES]


def selectors(document):
    kind, spec = document["kind"], document.get("spec", {})
    if kind == "Service":
        yield spec["selector"]
    elif kind in ("Deployment", "StatefulSet", "PodDisruptionBudget"):
        yield spec["selector"]["matchLabels"]
    elif kind == "NetworkPolicy":
        yield spec["podSelector"]["matchLabels"]
        for peer in [peer for rule in spec.get("egress", []) for peer in rule["to"]] + [
            peer for rule in spec.get("ingress", []) for peer in rule.get("from", [])
        ]:
            if "namespaceSelector" not in peer and "podSelector" in peer:
                yield peer["podSelector"]["matchLabels"]


def main(paths):
    failures = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            documents = list(yaml.safe_load_all(file))
        pods = {
            f"{document['kind']}/{document['metadata']['name']}": document["spec"]["template"]["metadata"]["labels"]
            for document in documents
            if "template" in document.get("spec", {})
        }
        for document in documents:
            name = f"{path}: {document['kind']}/{document['metadata']['name']}"
            for wanted in selectors(document):
                found = [pod for pod, labels in pods.items() if wanted.items() <= labels.items()]
                if not found and wanted not in OUTSIDE:
                    failures.append(f"{name}: no pod has {wanted}")
                if document["kind"] == "Service" and any(pod.startswith("Job/") for pod in found):
                    failures.append(f"{name}: leads to {found}")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


sys.exit(main(sys.argv[1:]))

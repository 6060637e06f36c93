# SPDX-License-Identifier: Apache-2.0
"""The bill of materials, as SPDX 2.3 in JSON. Equal sources give equal bytes."""
import hashlib
import json
import re
import time
import uuid


def _id(name):
    return "SPDXRef-Package-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def _package(part, distribution):
    kind = f"pkg:deb/debian/{part.source}@{part.version.replace('+', '%2B')}?arch=source&distro={distribution}"
    if not part.in_debian:
        kind = f"pkg:generic/{part.source}@{part.version}"
    return {
        "SPDXID": _id(part.source),
        "name": part.source,
        "versionInfo": part.version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": part.license,
        "licenseDeclared": part.license,
        "copyrightText": "NOASSERTION",
        "externalRefs": [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": kind}
        ],
    }


def bill_of_materials(version, commit, epoch, distribution, program, components):
    """`epoch`: seconds since 1970; `program`: the file; `distribution`: Debian's name of the machine that built it."""
    with open(program, "rb") as content:
        digest = hashlib.sha256(content.read()).hexdigest()
    own = {
        "SPDXID": _id("checkpointfs"),
        "name": "checkpointfs",
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0",
        "copyrightText": "NOASSERTION",
        "primaryPackagePurpose": "APPLICATION",
        "sourceInfo": f"git commit {commit}",
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
    }
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", own["SPDXID"])]
    relations += [(own["SPDXID"], "STATIC_LINK", _id(part.source)) for part in components]
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"checkpointfs-{version}",
        "documentNamespace": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'checkpointfs:{commit}:{digest}')}",
        "creationInfo": {
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
            "creators": ["Tool: checkpointfs-scripts-release"],
        },
        "packages": [own, *(_package(part, distribution) for part in components)],
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other} for one, kind, other in relations
        ],
    }
    return json.dumps(document, indent=2) + "\n"

# SPDX-License-Identifier: Apache-2.0
"""Finds the rings of a directed graph: {node: its successors}."""


def components(graph):
    """Tarjan's strongly connected components, those of more than one node."""
    number, low, path, found = {}, {}, [], []

    def visit(node):
        number[node] = low[node] = len(number)
        path.append(node)
        for successor in graph[node]:
            if successor not in number:
                visit(successor)
                low[node] = min(low[node], low[successor])
            elif successor in path:
                low[node] = min(low[node], number[successor])
        if low[node] == number[node]:
            component = path[path.index(node) :]
            del path[path.index(node) :]
            if len(component) > 1:
                found.append(component)

    for node in graph:
        if node not in number:
            visit(node)
    return found


def shortest_ring(graph, component):
    """The nodes of a shortest ring in a component, in order; the first is the one that comes first in the graph."""

    def ring_through(start):
        paths = [[start]]
        seen = set()
        for path in paths:
            for successor in graph[path[-1]]:
                if successor == start:
                    return path
                if successor in component and successor not in seen:
                    seen.add(successor)
                    paths.append([*path, successor])

    return min((ring_through(node) for node in graph if node in component), key=len)

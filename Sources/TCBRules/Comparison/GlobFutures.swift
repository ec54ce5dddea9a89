// Which globs the paths can come to match that go on from a state.

struct GlobFutures {
  struct Future {
    var region: GlobStates.Region
    /// Bytes of the rest of the shortest such path, encoded, and that rest.
    var cost: Int
    var rest: [UInt32]
  }

  private struct Question: Hashable {
    var state: Int32
    var all: Bool
  }

  private struct Node {
    var state: Int32
    var parent: Int32
    var scalar: UInt32
  }

  private var known: [Question: [Future]] = [:]
  private var nodes: [Node] = []
  /// By cost.
  private var waiting = [[Int32]](repeating: [], count: LegalPath.longest + 1)

  /// Every set of globs that paths going on from a state match, the path that ends there included, each with the shortest rest;
  /// `all`, or only sets that hold a glob which was changed, or might hold one. Nil where the work is used up.
  mutating func futures(of state: Int32, all: Bool, _ states: inout GlobStates) -> [Future]? {
    let question = Question(state: state, all: all)
    if let found = known[question] { return found }
    let found = explore(from: state, all, &states)
    for cost in waiting.indices where !waiting[cost].isEmpty { waiting[cost] = [] }
    nodes.removeAll(keepingCapacity: true)
    known[question] = found
    return found
  }

  private mutating func explore(from start: Int32, _ all: Bool, _ states: inout GlobStates) -> [Future]? {
    var found: [Future] = []
    var regions: Set<GlobStates.Region> = []
    var seen: Set<Int32> = []
    push(Node(state: start, parent: -1, scalar: 0), 0)
    for cost in waiting.indices {
      var next = 0
      while next < waiting[cost].count {
        let index = waiting[cost][next]
        next += 1
        let state = nodes[Int(index)].state
        guard seen.insert(state).inserted else { continue }
        guard all || states.mayMatchChanged[Int(state)] else {
          guard states.hasSettledChanged[Int(state)] else { continue }
          let region = states.openRegion(state)
          if regions.insert(region).inserted {
            found.append(Future(region: region, cost: cost, rest: path(to: index)))
          }
          continue
        }
        let region = states.regions[Int(state)]
        if states.mayEnd(state), all || states.holdsChanged(region), regions.insert(region).inserted {
          found.append(Future(region: region, cost: cost, rest: path(to: index)))
        }
        let ways = states.ways(from: state)
        for scalar in ways.named + ways.alike.compactMap(\.first) {
          let after = states.after(state, taking: scalar)
          let length = cost + LegalPath.length(of: scalar)
          guard states.mayGoOn(after: 2) else { return nil }
          guard after != GlobStates.nowhere, length <= LegalPath.longest, !seen.contains(after) else {
            continue
          }
          push(Node(state: after, parent: index, scalar: scalar), length)
        }
      }
    }
    return found
  }

  private mutating func push(_ node: Node, _ cost: Int) {
    waiting[cost].append(Int32(truncatingIfNeeded: nodes.count))
    nodes.append(node)
  }

  private func path(to index: Int32) -> [UInt32] {
    var scalars: [UInt32] = []
    var index = index
    while nodes[Int(index)].parent >= 0 {
      scalars.append(nodes[Int(index)].scalar)
      index = nodes[Int(index)].parent
    }
    return scalars.reversed()
  }
}

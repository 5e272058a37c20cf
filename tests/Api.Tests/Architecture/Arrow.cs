namespace HadamardNtk.Api.Tests.Architecture;

/// <summary>One file uses a symbol that another declares.</summary>
/// <param name="From">The file that uses it, by its path below Api.CSharp.</param>
/// <param name="To">The file that declares it.</param>
/// <param name="Symbol">The first such symbol.</param>
internal sealed record Arrow(string From, string To, string Symbol)
{
    /// <summary>The groups of nodes that reach one another, those of more than one node alone.</summary>
    /// <param name="arrows">From a node to a node.</param>
    internal static List<string[]> Circles(IEnumerable<(string From, string To)> arrows)
    {
        var next = arrows.ToLookup(arrow => arrow.From, arrow => arrow.To);
        var (numbers, lowest, open, circles) = (new Dictionary<string, int>(), new Dictionary<string, int>(), new Stack<string>(), new List<string[]>());
        foreach (var group in next)
        {
            Visit(group.Key);
        }

        return circles;

        // Tarjan, Depth-first search and linear graph algorithms (1972).
        void Visit(string node)
        {
            if (numbers.ContainsKey(node))
            {
                return;
            }

            numbers[node] = lowest[node] = numbers.Count;
            open.Push(node);
            foreach (var to in next[node])
            {
                Visit(to);
                lowest[node] = open.Contains(to) ? Math.Min(lowest[node], lowest[to]) : lowest[node];
            }

            if (lowest[node] == numbers[node])
            {
                var circle = open.TakeWhile(other => other != node).Append(node).ToArray();
                Array.ForEach(circle, _ => open.Pop());
                if (circle.Length > 1)
                {
                    circles.Add(circle);
                }
            }
        }
    }
}

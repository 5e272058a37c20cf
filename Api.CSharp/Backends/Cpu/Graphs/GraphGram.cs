using System.Collections.Concurrent;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Kernels of graphs by a graph program: batches of graphs, and the pairs of batches on threads.</summary>
internal sealed class GraphGram : IDisposable
{
    // The squares of second moments in a gap stay in the range of float64.
    private const double Least = 1e-140;

    private readonly GraphProgram _program;
    private readonly GraphPlan _samples;
    private readonly GraphPlan _pairs;
    private readonly GraphSet _x;
    private readonly GraphSet? _other;
    private readonly Workers _workers;
    private readonly GraphBatch[] _rows;
    private readonly GraphBatch[] _columns;
    private readonly bool _compiled;

    /// <summary>Prepares the graphs.</summary>
    /// <param name="program">The program.</param>
    /// <param name="x">The graphs of the rows.</param>
    /// <param name="other">Those of the columns; null for the same.</param>
    /// <param name="workers">The threads.</param>
    internal GraphGram(GraphProgram program, GraphSet x, GraphSet? other, Workers workers)
    {
        (_program, _x, _other, _workers) = (program, x, other, workers);
        var result = program.Result.Bank == GraphBank.Pair ? program.Result.Index : -1;
        _samples = new(program.Samples, GraphBank.Row, program.Constants, -1);
        _pairs = new(program.Pairs, GraphBank.Pair, program.Constants, result);
        var depth = program.Samples.Concat(program.Pairs).Select(i => i.Depth).Append(0).Max();
        var colors = new VertexColors(other is null ? [.. x] : [.. x, .. other], depth);
        _rows = [.. GraphBatch.Cut(colors, 0, x.Count, depth)];
        _columns = other is null ? _rows : [.. GraphBatch.Cut(colors, x.Count, other.Count, depth)];
        _compiled = StripRunners.CanCompile && Entries(depth) >= StripRunners.WorthCompiling;
        PrepareSamples();
    }

    /// <summary>Whether a gap of a sample leaves the range that the program computes in.</summary>
    internal bool IsBeyondRange => Batches.Any(batch => Array.Exists(_program.Pairs, code =>
        code.Step is GraphStep.Compute { Item.IsGap: true }
        && Array.Exists(code.Operands, o => IsVector(o) && IsExtreme(batch, o))));

    private IEnumerable<GraphBatch> Batches => _other is null ? _rows : _rows.Concat(_columns);

    /// <summary>Computes all pairs, or those of each graph with itself.</summary>
    /// <param name="write">Takes row, column and value; the pairs of one row may come from several threads.</param>
    /// <param name="diagonal">Whether only the pairs of graphs with themselves are wanted.</param>
    /// <param name="done">Is told of the pairs that are computed.</param>
    internal void Compute(Action<int, int, double> write, bool diagonal, Action<long> done)
    {
        (int Row, int Column)[] tiles =
        [
            .. from i in Enumerable.Range(0, _rows.Length)
               from j in Enumerable.Range(0, _columns.Length)
               where diagonal ? i == j : _other is not null || j <= i
               select (i, j),
        ];
        using var runners = new Runners(_pairs, _x.Features, _compiled);
        Run(tiles.Length, t => runners.Use(runner =>
        {
            var (rows, columns) = (_rows[tiles[t].Row], _columns[tiles[t].Column]);
            runner.Run(rows, columns, _workers.Cancellation);
            var pairs = Copy(runner, rows, columns, write);
            done(diagonal ? rows.Graphs.Length : pairs);
        }));
    }

    public void Dispose()
    {
        foreach (var batch in Batches)
        {
            batch.Dispose();
        }
    }

    private static bool IsVector(GraphOperand o) => o.Bank is GraphBank.Row or GraphBank.Column;

    private static unsafe bool IsExtreme(GraphBatch batch, GraphOperand o) =>
        new Span<double>(batch.Vectors[o.Index]!.Start, batch.Size(o.Depth))
            .ToArray().Any(q => q != 0 && double.IsFinite(q) && Math.Abs(q) is < Least or > 1 / Least);

    private long Entries(int depth) =>
        _rows.Sum(batch => (long)batch.Size(depth)) * _columns.Sum(batch => (long)batch.Size(depth));

    private void PrepareSamples()
    {
        GraphBatch[] batches = [.. Batches];
        using var runners = new Runners(_samples, _x.Features, _compiled);
        Run(batches.Length, t => runners.Use(runner =>
        {
            batches[t].Vectors = new NativeBuffer<double>?[_program.Samples.Length];
            batches[t].Prepare(_program.Samples.Concat(_program.Pairs));
            runner.Run(batches[t], batches[t], _workers.Cancellation);
        }));
    }

    private long Copy(GraphRunner runner, GraphBatch rows, GraphBatch columns, Action<int, int, double> write)
    {
        var (first, count) = (_other is null ? 0 : _x.Count, 0L);
        for (var p = 0; p < rows.Graphs.Length; p++)
        {
            for (var q = 0; q < columns.Graphs.Length; q++)
            {
                if (_other is not null || columns.Graphs[q] <= rows.Graphs[p])
                {
                    var value = runner.Value(_program.Result, rows, columns, p, q);
                    RequireFinite(value, rows.Graphs[p]);
                    write(rows.Graphs[p], columns.Graphs[q] - first, value);
                    count++;
                }
            }
        }

        return count;
    }

    private void RequireFinite(double value, int graph)
    {
        if (!double.IsFinite(value))
        {
            throw Undefined(_x[graph], value, graph);
        }
    }

    /// <summary>The error of a kernel that is not finite.</summary>
    internal static KernelUndefinedException Undefined(Graph graph, double value, int place)
    {
        var features = graph.Features;
        var norm = Enumerable.Range(0, features.Rows)
            .Average(p => RowProducts.Dot(features.Row(p), features.Row(p)) / features.Columns);
        return new(new Undefined("the read-out", value, norm), place);
    }

    private void Run(int count, Action<int> piece) => _workers.For(count, t => piece((int)t));

    /// <summary>Runners, of which a thread takes one for a piece of its work.</summary>
    private sealed class Runners(GraphPlan plan, int features, bool compiled) : IDisposable
    {
        private readonly ConcurrentBag<GraphRunner> _idle = [];

        internal void Use(Action<GraphRunner> work)
        {
            var runner = _idle.TryTake(out var idle) ? idle : new(plan, features, compiled);
            try
            {
                work(runner);
            }
            finally
            {
                _idle.Add(runner);
            }
        }

        public void Dispose()
        {
            foreach (var runner in _idle)
            {
                runner.Dispose();
            }
        }
    }
}

using System.Numerics;

namespace HadamardNtk.Bench;

/// <summary>A network's program on strips: one row against 256 others, inner products given.</summary>
internal sealed unsafe class StripTask<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Pairs of a strip.</summary>
    internal const int Pairs = StripRunner<T>.Longest;

    private readonly StripRunner<T> _runner;
    private readonly NativeBuffer<T> _products = new(Pairs), _line = new(Pairs);
    private readonly T _limit = T.CreateTruncating(0.998);

    /// <param name="network">In the notation.</param>
    /// <param name="runner">A runner of a plan in the widest vectors, compiled or not.</param>
    /// <param name="compiled">Whether as machine code.</param>
    internal StripTask(string network, Func<StripPlan, VectorWidth, bool, StripRunner<T>> runner, bool compiled)
    {
        var x = Inputs.Normal(Pairs + 1, 16);
        Samples = new SampleSet(Network.Parse(network).Ntk().Program, x);
        var plan = Samples.NewPlan(KernelKind.Ntk);
        (Values, _runner) = (new(Samples, plan, new(1)), runner(plan, VectorWidths.Widest, compiled));
        for (var j = 0; j < Pairs; j++)
        {
            _products.Start[j] = T.CreateTruncating(RowProducts.Dot(x.Row(Pairs), x.Row(j)));
        }
    }

    /// <summary>The samples.</summary>
    internal SampleSet Samples { get; }

    /// <summary>What the program reads of them.</summary>
    internal StripSamples<T> Values { get; }

    /// <summary>Runs the strip; the products are copied first, since the kernel takes their place.</summary>
    internal uint Run()
    {
        new Span<T>(_products.Start, Pairs).CopyTo(new Span<T>(_line.Start, Pairs));
        return _runner.Run(Values, Pairs, Values, 0, Pairs, _line.Start, _limit);
    }

    public void Dispose()
    {
        _runner.Dispose();
        Values.Dispose();
        _products.Dispose();
        _line.Dispose();
    }
}

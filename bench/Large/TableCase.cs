using HadamardNtk.Core;

namespace HadamardNtk.Bench;

/// <summary>One network in one precision: what is timed, and what its program calls.</summary>
internal sealed class TableCase(ReferenceFigure figure, bool single, Matrix x)
{
    private readonly InfiniteKernel _kernel = Network.Parse(figure.Network).Ntk();

    /// <summary>The network and the reference's figures.</summary>
    internal ReferenceFigure Figure => figure;

    /// <summary>Whether in float32.</summary>
    internal bool IsSingle => single;

    /// <summary>The name of the subject.</summary>
    internal string Name => $"{figure.Name} {figure.Features} {Type}";

    /// <summary>f32 or f64.</summary>
    internal string Type => single ? "f32" : "f64";

    /// <summary>The subjects that bound it from below.</summary>
    internal string[] Bounds => [$"syrk {figure.Features} {Type}", $"fill {Type}"];

    /// <summary>Millions of pairs a second and core; null for no aim.</summary>
    internal double? RateAim => single ? figure.SingleRate : figure.DoubleRate;

    private GramOptions Options => new() { Precision = single ? Precision.Float32 : Precision.Float64 };

    /// <summary>The matrix, into memory that is there.</summary>
    internal Subject Subject(float[] singles, double[] doubles) => new(Name, () =>
    {
        if (single)
        {
            _kernel.WriteGram(singles, x, options: Options);
        }
        else
        {
            _kernel.WriteGram(doubles, x, options: Options);
        }
    });

    /// <summary>The elementary functions of one pair, each by how often it is called.</summary>
    internal IReadOnlyList<(string Name, int Count)> Calls() =>
    [
        .. Instructions().Select(i => FunctionCosts.Called(i.Operation)).OfType<string>().CountBy(name => name).Select(c => (c.Key, c.Value)),
    ];

    /// <summary>The series of one pair.</summary>
    internal int Series() => Instructions().Count(i => i.Operation == StripOperation.Series);

    private StripInstruction[] Instructions() =>
        new SampleSet(_kernel.Program, x.SelectRows(0, 2)).NewPlan(KernelKind.Ntk).Program.Instructions;
}

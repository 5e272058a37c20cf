using HadamardNtk.Core;

namespace HadamardNtk.Bench;

/// <summary>What elementary functions cost on one core, in ns a number.</summary>
internal sealed class FunctionCosts
{
    private const int Strips = 200;

    private readonly Rounds _rounds;

    private FunctionCosts(Rounds rounds) => _rounds = rounds;

    /// <summary>Measures some of them, in both precisions.</summary>
    internal static FunctionCosts Measure(RoundPlan plan, IReadOnlyList<string> names)
    {
        var strips = (from name in names from single in new[] { true, false } select (Name: Key(name, single), Strip: new FunctionStrip(name, single))).ToList();
        var rounds = Rounds.Of(plan with { Repeated = 0.01 }, [.. strips.Select(s => new Subject(s.Name, () => Repeat(s.Strip)))]);
        strips.ForEach(s => s.Strip.Dispose());
        return new(rounds);
    }

    /// <summary>Of one function.</summary>
    internal double Of(string name, bool single) => _rounds.Seconds(Key(name, single)) / (Strips * FunctionStrip.Length) * 1e9;

    /// <summary>The function that an operation calls; null where it calls none.</summary>
    internal static string? Called(StripOperation operation) => operation switch
    {
        StripOperation.Angle => "Acos",
        StripOperation.Exp => "Exp",
        StripOperation.Atan2 => "Atan2",
        StripOperation.AtanRight => "AtanRight",
        _ => null,
    };

    private static string Key(string name, bool single) => $"{name} {(single ? "f32" : "f64")}";

    private static void Repeat(FunctionStrip strip)
    {
        for (var k = 0; k < Strips; k++)
        {
            strip.Run();
        }
    }
}

/// <summary>The elementary functions as a section.</summary>
internal static class FunctionsPart
{
    internal static Section Run(LargeContext context, string title)
    {
        var costs = FunctionCosts.Measure(context.Options.Rounds, FunctionLoop.Names);
        return new(
            title,
            "ns a number on one core, and a vector; numbers from the first-level cache and back.",
            new Table(
                ["", "f32: number", "vector", "f64: number", "vector"],
                [.. FunctionLoop.Names.Select(name => Row(costs, name))]));
    }

    private static string[] Row(FunctionCosts costs, string name)
    {
        var (single, twice, lanes) = (costs.Of(name, true), costs.Of(name, false), (int)VectorWidths.Widest / 32);
        return [name, Show.Number(single), Show.Number(single * lanes), Show.Number(twice), Show.Number(twice * lanes / 2)];
    }
}

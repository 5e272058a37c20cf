using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk phase: finds the fixed points, slopes, phase and depth scales of a repeated block.</summary>
internal static class PhaseCommand
{
    internal static Command Create()
    {
        var (net, json) = (Inputs.Net(), Inputs.Json());
        net.Description = "The block that a deep network repeats, as text or as @FILE.";
        var variance = Inputs.Amount(
            "--variance",
            "Take the map of correlations at the fixed variance nearest to this. [default: a stable one]", "Q");
        var command = new Command("phase", "Order or chaos of a deep network that repeats a block: fixed points of "
            + "variance and correlation, depth scales.")
        {
            net, variance, json
        };
        command.Examples(
            "hntk phase --net 'dense(w=1.5,b=0.1) tanh'",
            "hntk phase --net 'hadamard(dense(w=2,b=0.3) relu, dense erf)' --json");
        command.SetAction(parsed =>
        {
            var block = Inputs.ReadNetwork(parsed.GetValue(net)!);
            var phase = BlockPhase.Of(block, new() { Variance = parsed.GetValue(variance) });
            if (parsed.GetValue(json))
            {
                Output.Json(Describe(phase));
            }
            else
            {
                Print(phase);
            }

            return 0;
        });
        return command;
    }

    private static void Print(BlockPhase phase)
    {
        Section("Variances q = V(q)", "q", phase.Variances, phase.IsEveryVarianceFixed);
        Output.Line();
        Section(
            $"Correlations rho = C(rho), at q = {Text(phase.Variance.Value)}", "rho", phase.Correlations,
            phase.IsEveryCorrelationFixed);
        Output.Line();
        Output.Line($"phase        {Name(phase.Phase)}, chi_1 = C'(1) = {Text(phase.Slope)}");
        Output.Line($"limit        rho tends to {Limit(phase)}");
        Output.Line($"depth scale  {Text(phase.Limit.DepthScale)} copies of the block for correlations");
    }

    private static void Section(string title, string name, IReadOnlyList<FixedPoint> points, bool isAll)
    {
        Output.Line(title);
        if (isAll)
        {
            Output.Line($"  every {name} is fixed");
            return;
        }

        Output.Line($"  {name,-14}{"slope",-14}{"",-12}depth scale");
        foreach (var p in points)
        {
            Output.Line($"  {Text(p.Value),-14}{Text(p.Slope),-14}{Name(p.Stability),-12}{Text(p.DepthScale)}");
        }
    }

    private static string Limit(BlockPhase phase) => phase.IsEveryCorrelationFixed
        ? "itself, at every depth"
        : $"{Text(phase.Limit.Value)} from 0 <= rho < 1"
            + (phase.Phase == Phase.Critical ? ", as a power of the depth" : "");

    private static JsonObject Describe(BlockPhase phase) => new()
    {
        ["block"] = phase.Block.ToString(),
        ["phase"] = Name(phase.Phase),
        ["chi_1"] = Number(phase.Slope),
        ["every_variance"] = phase.IsEveryVarianceFixed,
        ["variances"] = Array(phase.Variances),
        ["variance"] = Describe(phase.Variance),
        ["every_correlation"] = phase.IsEveryCorrelationFixed,
        ["correlations"] = Array(phase.Correlations),
        ["limit"] = Describe(phase.Limit),
    };

    private static JsonObject Describe(FixedPoint point) => new()
    {
        ["value"] = point.Value,
        ["slope"] = Number(point.Slope),
        ["stability"] = Name(point.Stability),
        ["depth_scale"] = Number(point.DepthScale),
    };

    private static JsonArray Array(IReadOnlyList<FixedPoint> points) => new([.. points.Select(Describe)]);

    private static string Name<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    // JSON has no infinity; null stands for it.
    private static JsonNode? Number(double x) => double.IsFinite(x) ? x : null;

    private static string Text(double x) =>
        double.IsFinite(x) ? x.ToString("G6", CultureInfo.InvariantCulture) : "infinite";
}

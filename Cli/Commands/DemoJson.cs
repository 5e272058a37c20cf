using System.Text.Json.Nodes;

namespace HadamardNtk.Cli.Commands;

/// <summary>The result of the demo as JSON.</summary>
internal static class DemoJson
{
    /// <summary>Describes the networks, their kernels and their errors.</summary>
    /// <param name="nets">The networks.</param>
    /// <param name="kernels">The kernels of unit vectors.</param>
    /// <param name="duel">The predictions of each network.</param>
    /// <param name="page">The page with pictures, or null.</param>
    internal static JsonObject Of(
        (string Name, Network Network)[] nets,
        List<DemoCommand.Likeness> kernels,
        Prediction[] duel,
        string? page) => new()
        {
            ["networks"] = Array(nets, net => new()
            {
                ["name"] = net.Name,
                ["network"] = net.Network.ToString(),
            }),
            ["degrees"] = new JsonArray([.. DemoData.Degrees.Select(angle => (JsonNode)angle)]),
            ["kernels"] = Array(kernels, kernel => new()
            {
                ["kernel"] = ProvenanceFile.Word(kernel.Kind),
                ["name"] = kernel.Name,
                ["values"] = new JsonArray([.. kernel.Values.Select(value => (JsonNode)value)]),
            }),
            ["duel"] = Array(nets.Zip(duel), pair => new()
            {
                ["name"] = pair.First.Name,
                ["inside"] = DemoData.Error(pair.Second.Mean, inside: true),
                ["outside"] = DemoData.Error(pair.Second.Mean, inside: false),
            }),
            ["report"] = page,
        };

    private static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonObject> describe) =>
        new([.. items.Select(describe)]);
}

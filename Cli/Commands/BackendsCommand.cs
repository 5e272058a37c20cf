using System.CommandLine;
using System.Text.Json.Nodes;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk backends: what is available here.</summary>
internal static class BackendsCommand
{
    internal static Command Create()
    {
        var json = Inputs.Json();
        var command = new Command("backends", "What is available here.") { json };
        command.Examples("hntk backends", "hntk backends --json");
        command.SetAction(parsed => List(parsed.GetValue(json)));
        return command;
    }

    private static int List(bool json)
    {
        if (json)
        {
            var rows = Backends.All.Select(b => (JsonNode)new JsonObject
            {
                ["name"] = b.Name,
                ["available"] = true,
                ["default"] = b == Backends.Default,
                ["description"] = b.Description,
            });
            Output.Json(new JsonObject { ["backends"] = new JsonArray([.. rows]) });
            return 0;
        }

        foreach (var backend in Backends.All)
        {
            Output.Line($"{backend.Name,-10} {(backend == Backends.Default ? "default" : "       ")}  {backend.Description}");
        }

        return 0;
    }
}
